CREATE TABLE notes (
    id    uuid PRIMARY KEY,
    owner uuid NOT NULL,
    rank  bigint NOT NULL
);
