DROP TABLE timeline;
DROP TABLE allow_phrases;
DROP TABLE moderation_flips;
DROP TABLE signatures;
DROP TABLE revisions;
DROP TABLE listings;
DROP TABLE providers;
DROP TABLE qualifications;
