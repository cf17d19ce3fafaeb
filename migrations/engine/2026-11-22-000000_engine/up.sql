-- The tables that every context has. No now() anywhere: engine_now() is the only clock of decisions.

CREATE TABLE clock (
    one          boolean PRIMARY KEY DEFAULT true CHECK (one),
    -- How far the test clock is ahead of the real one; zero in production.
    shift        interval NOT NULL DEFAULT interval '0',
    -- Real time of the last sign of life of any instance.
    alive_at     timestamptz,
    -- What fell due in (spared_from, spared_to] does not lapse before spared_until: an outage of our own.
    spared_from  timestamptz,
    spared_to    timestamptz,
    spared_until timestamptz,
    CHECK ((spared_from IS NULL) = (spared_to IS NULL) AND (spared_to IS NULL) = (spared_until IS NULL))
);
INSERT INTO clock DEFAULT VALUES;

CREATE FUNCTION engine_now() RETURNS timestamptz
    LANGUAGE sql VOLATILE
    AS $$ SELECT clock_timestamp() + shift FROM clock $$;

CREATE TABLE aggregates (
    id         uuid PRIMARY KEY,
    kind       text NOT NULL,
    -- The number of journal entries.
    version    bigint NOT NULL CHECK (version > 0),
    -- The number of messages published to the world.
    published  bigint NOT NULL CHECK (published >= 0),
    status     text NOT NULL,
    state      jsonb NOT NULL CHECK (pg_column_size(state) <= 40960),
    schema     integer NOT NULL,
    edition    text,
    -- The earliest running deadline: the truth of what wakes when.
    next_due   timestamptz,
    updated_at timestamptz NOT NULL
) WITH (fillfactor = 70);
CREATE INDEX aggregates_next_due ON aggregates (next_due) WHERE next_due IS NOT NULL;

CREATE TABLE journal (
    aggregate   uuid NOT NULL,
    version     bigint NOT NULL CHECK (version > 0),
    at          timestamptz NOT NULL,
    actor       jsonb NOT NULL,
    event       text NOT NULL,
    payload     jsonb NOT NULL,
    schema      integer NOT NULL,
    -- The build that wrote it.
    build       text NOT NULL,
    -- The trace it belongs to, and the request or message that caused it.
    correlation text,
    causation   text,
    -- The sequence of the message it published to the world, if it did.
    sequence    bigint,
    PRIMARY KEY (aggregate, version)
);
CREATE INDEX journal_at ON journal (at);

-- Uniqueness across aggregates: one holder per key.
CREATE TABLE claims (
    scope     text NOT NULL,
    key       text NOT NULL,
    aggregate uuid NOT NULL,
    PRIMARY KEY (scope, key)
);

-- What was answered to whom: idempotency keys of HTTP callers and ids of messages, in the commit of their effect.
CREATE TABLE requests (
    caller      text NOT NULL,
    key         text NOT NULL,
    fingerprint bytea NOT NULL,
    status      smallint NOT NULL,
    version     bigint,
    location    text,
    body        text NOT NULL,
    at          timestamptz NOT NULL,
    PRIMARY KEY (caller, key)
);
CREATE INDEX requests_at ON requests (at);

-- Present = not yet confirmed by the broker.
CREATE TABLE outbox (
    id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    aggregate uuid NOT NULL,
    -- True: straight to the own inbox; false: to the world.
    own       boolean NOT NULL,
    message   text NOT NULL,
    at        timestamptz NOT NULL
);

-- For lists and reports; what counts is in the state and in aggregates.next_due.
CREATE TABLE deadlines (
    aggregate uuid NOT NULL,
    timer     text NOT NULL,
    subject   uuid NOT NULL,
    party     text NOT NULL,
    rule      text NOT NULL,
    status    text NOT NULL CHECK (status IN ('running', 'paused', 'met', 'missed', 'cancelled')),
    due_at    timestamptz,
    remaining interval,
    changed_at timestamptz NOT NULL,
    PRIMARY KEY (aggregate, timer, subject),
    CHECK ((status = 'running') <= (due_at IS NOT NULL)),
    CHECK ((status = 'paused') = (remaining IS NOT NULL))
);
CREATE INDEX deadlines_running ON deadlines (due_at) WHERE status = 'running';

-- Messages that could not be applied: visible, replayable.
CREATE TABLE dead_letters (
    id       uuid PRIMARY KEY,
    source   text NOT NULL,
    type     text NOT NULL,
    message  text NOT NULL,
    reason   text NOT NULL,
    attempts integer NOT NULL,
    at       timestamptz NOT NULL
);

CREATE TABLE rulebook_editions (
    name           text PRIMARY KEY,
    hash           text NOT NULL,
    effective_from timestamptz NOT NULL,
    source         text NOT NULL,
    published_at   timestamptz NOT NULL
);

-- Uploads: contents are in the object store under their hash, this row says whose they are.
CREATE TABLE files (
    id          uuid PRIMARY KEY,
    aggregate   uuid NOT NULL,
    name        text NOT NULL,
    media_type  text NOT NULL,
    size        bigint NOT NULL CHECK (size >= 0),
    sha256      text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    uploaded_by text NOT NULL,
    -- True once an event refers to it; unreferenced files are purged.
    referenced  boolean NOT NULL DEFAULT false,
    at          timestamptz NOT NULL,
    -- What the context found in the contents; null where it does not look into them.
    inspected   jsonb
);
CREATE INDEX files_aggregate ON files (aggregate);
CREATE INDEX files_sha256 ON files (sha256);
CREATE INDEX files_unreferenced ON files (at) WHERE NOT referenced;
