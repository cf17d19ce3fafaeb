-- Facts of others, copied from their messages: never older than the last one heard. Whoever has no row may not sell.

CREATE TABLE qualifications (
    qualification uuid PRIMARY KEY,
    provider      uuid NOT NULL,
    category      text NOT NULL,
    may_sell      boolean NOT NULL,
    -- Of the message it was taken from.
    sequence      bigint NOT NULL CHECK (sequence > 0)
);
CREATE INDEX qualifications_of_provider ON qualifications (provider, category);

CREATE TABLE providers (
    provider          uuid PRIMARY KEY,
    eu_trained        boolean NOT NULL DEFAULT false,
    leaving           boolean NOT NULL DEFAULT false,
    -- W18, W33.
    blocked           boolean NOT NULL DEFAULT false,
    -- Of onboarding's message and of settlement's; 0 while there was none.
    provider_sequence bigint NOT NULL DEFAULT 0 CHECK (provider_sequence >= 0),
    purse_sequence    bigint NOT NULL DEFAULT 0 CHECK (purse_sequence >= 0),
    CHECK (provider_sequence > 0 OR NOT (eu_trained OR leaving)),
    CHECK (purse_sequence > 0 OR NOT blocked)
);

-- The views: all of it can be made again from the journal.

CREATE TABLE listings (
    id              uuid PRIMARY KEY,
    version         bigint NOT NULL CHECK (version > 0),
    provider        uuid NOT NULL,
    category        text NOT NULL,
    agent_operation boolean NOT NULL CHECK (NOT agent_operation OR category = 'operation'),
    status          text NOT NULL CHECK (status IN ('draft', 'pending_review', 'changes_requested', 'published',
                                                    'blocked', 'removed', 'withdrawn', 'rejected')),
    -- Of the newest revision that has one.
    title           text NOT NULL,
    revisions       integer NOT NULL CHECK (revisions >= 0),
    created_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL CHECK (updated_at >= created_at),
    -- What waits for a moderator, since when, until when, and who holds it.
    queued_revision uuid,
    queued_at       timestamptz,
    decide_by       timestamptz,
    claimed_by      text,
    claimed_until   timestamptz,
    -- What is on sale, on which terms, since when.
    sale_revision   uuid,
    terms           jsonb,
    on_sale_since   timestamptz,
    CHECK ((queued_revision IS NULL) = (queued_at IS NULL) AND (queued_revision IS NULL) = (decide_by IS NULL)),
    CHECK ((claimed_by IS NULL) = (claimed_until IS NULL)),
    CHECK (claimed_by IS NULL OR queued_revision IS NOT NULL),
    CHECK ((status = 'published') = (sale_revision IS NOT NULL)),
    CHECK ((sale_revision IS NULL) = (terms IS NULL) AND (sale_revision IS NULL) = (on_sale_since IS NULL))
);
CREATE INDEX listings_newest ON listings (created_at DESC, id DESC);
CREATE INDEX listings_of_provider ON listings (provider, created_at DESC, id DESC);
CREATE INDEX listings_queue ON listings (queued_at, id) WHERE queued_revision IS NOT NULL;
CREATE INDEX listings_on_sale ON listings (on_sale_since DESC, id DESC) WHERE sale_revision IS NOT NULL;

CREATE TABLE revisions (
    id           uuid PRIMARY KEY,
    listing      uuid NOT NULL,
    number       integer NOT NULL CHECK (number > 0),
    status       text NOT NULL CHECK (status IN ('draft', 'screened', 'queued', 'changes_requested', 'approved',
                                                 'rejected', 'lapsed')),
    content      jsonb NOT NULL,
    content_hash text NOT NULL CHECK (content_hash ~ '^[0-9a-f]{64}$'),
    drafted_at   timestamptz NOT NULL,
    changed_at   timestamptz NOT NULL CHECK (changed_at >= drafted_at),
    -- The last screening.
    edition      text,
    verdict      text CHECK (verdict IN ('pass', 'review', 'reject')),
    findings     jsonb,
    left_out     integer CHECK (left_out >= 0),
    -- The grounds on which it stands where it stands.
    decision     jsonb,
    UNIQUE (listing, number),
    CHECK ((verdict IS NULL) = (findings IS NULL) AND (verdict IS NULL) = (edition IS NULL)
           AND (verdict IS NULL) = (left_out IS NULL)),
    CHECK (verdict IS NOT NULL OR status IN ('draft', 'lapsed')),
    CHECK (decision IS NOT NULL OR status NOT IN ('changes_requested', 'rejected', 'lapsed')),
    CHECK (decision IS NULL OR status NOT IN ('screened', 'queued', 'approved'))
);

CREATE TABLE timeline (
    listing  uuid NOT NULL,
    version  bigint NOT NULL CHECK (version > 0),
    at       timestamptz NOT NULL,
    -- What the actor was to the listing, and who; no person when the system acted.
    party    text NOT NULL,
    person   text,
    event    text NOT NULL,
    -- Rule ids, the governing one first.
    rules    jsonb NOT NULL,
    text     text NOT NULL,
    -- The revision or the measure it is about.
    revision uuid,
    measure  uuid,
    -- When the clock that it started passes.
    due_at   timestamptz,
    PRIMARY KEY (listing, version),
    CHECK ((party = 'system') = (person IS NULL)),
    CHECK (revision IS NULL OR measure IS NULL)
);
