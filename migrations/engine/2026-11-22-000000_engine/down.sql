DROP TABLE files, rulebook_editions, dead_letters, deadlines, outbox, requests, claims, journal, aggregates;
DROP FUNCTION engine_now();
DROP TABLE clock;
