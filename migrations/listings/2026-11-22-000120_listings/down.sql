DROP TABLE timeline;
DROP TABLE revisions;
DROP TABLE listings;
DROP TABLE providers;
DROP TABLE qualifications;
