DROP TABLE messages;
DROP TABLE modification_requests;
DROP TABLE deliveries;
DROP TABLE agreements;
DROP TABLE timeline;
DROP TABLE orders;
DROP TABLE providers;
DROP TABLE listings;
