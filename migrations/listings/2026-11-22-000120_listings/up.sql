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
    -- What the provider offers, hidden or not.
    offered_revision uuid,
    CHECK (sale_revision IS NULL OR sale_revision = offered_revision),
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
    -- The last screening: edition, lists, verdict, findings, suppressed hits.
    screening    jsonb,
    verdict      text CHECK (verdict IN ('pass', 'review', 'reject')),
    -- The grounds on which it stands where it stands.
    decision     jsonb,
    UNIQUE (listing, number),
    CHECK ((verdict IS NULL) = (screening IS NULL)),
    CHECK (verdict IS NOT NULL OR status IN ('draft', 'lapsed')),
    CHECK (decision IS NOT NULL OR status NOT IN ('changes_requested', 'rejected', 'lapsed')),
    CHECK (decision IS NULL OR status NOT IN ('screened', 'queued', 'approved'))
);

-- What a revision is compared by: MinHash minima, and the bands that an index finds likeness by (W29).
CREATE TABLE signatures (
    revision    uuid PRIMARY KEY,
    listing     uuid NOT NULL,
    provider    uuid NOT NULL,
    fingerprint text NOT NULL CHECK (fingerprint ~ '^[0-9a-f]{64}$'),
    signature   jsonb NOT NULL,
    bands       bigint[] NOT NULL CHECK (cardinality(bands) = 16)
);
CREATE INDEX signatures_bands ON signatures USING gin (bands);

-- The pictures of a revision: perceptual hashes, and the keys that an index finds those nearly the same by (C6).
CREATE TABLE pictures (
    revision uuid NOT NULL,
    place    integer NOT NULL CHECK (place >= 0),
    listing  uuid NOT NULL,
    provider uuid NOT NULL,
    hash     bigint NOT NULL,
    bands    integer[] NOT NULL CHECK (cardinality(bands) = 4),
    PRIMARY KEY (revision, place)
);
CREATE INDEX pictures_bands ON pictures USING gin (bands);

-- Verdicts on which the edition on trial disagrees with the one in force.
CREATE TABLE moderation_flips (
    listing        uuid NOT NULL,
    version        bigint NOT NULL CHECK (version > 0),
    at             timestamptz NOT NULL,
    revision       uuid NOT NULL,
    edition        text NOT NULL,
    shadow         text NOT NULL CHECK (shadow <> edition),
    verdict        text NOT NULL CHECK (verdict IN ('pass', 'review', 'reject')),
    shadow_verdict text NOT NULL CHECK (shadow_verdict IN ('pass', 'review', 'reject') AND shadow_verdict <> verdict),
    PRIMARY KEY (listing, version)
);
CREATE INDEX moderation_flips_newest ON moderation_flips (at DESC, revision DESC);

-- Phrases in which a term of a list is innocent; those approved join the lists until they are taken back.
CREATE TABLE allow_phrases (
    id          uuid PRIMARY KEY,
    version     bigint NOT NULL CHECK (version > 0),
    status      text NOT NULL CHECK (status IN ('proposed', 'approved', 'declined', 'taken_back')),
    list        text NOT NULL,
    language    text NOT NULL,
    phrase      text NOT NULL CHECK (phrase <> ''),
    -- The finding that was called false.
    listing     uuid NOT NULL,
    revision    uuid NOT NULL,
    finding     integer NOT NULL CHECK (finding >= 0),
    rule        text NOT NULL,
    words       text NOT NULL,
    reasons     text NOT NULL,
    proposed_by text NOT NULL,
    proposed_at timestamptz NOT NULL,
    decided_by  text,
    decided_at  timestamptz,
    decision    jsonb,
    -- Who took back what was approved, and why, is in the decision.
    taken_back_at timestamptz,
    taken_back    jsonb,
    -- Four eyes; to take back, two are enough.
    CHECK (decided_by <> proposed_by),
    CHECK ((status = 'proposed') = (decided_by IS NULL) AND (decided_by IS NULL) = (decided_at IS NULL)
           AND (decided_by IS NULL) = (decision IS NULL)),
    CHECK ((status = 'taken_back') = (taken_back IS NOT NULL) AND (taken_back IS NULL) = (taken_back_at IS NULL))
);
CREATE INDEX allow_phrases_newest ON allow_phrases (proposed_at DESC, id DESC);
CREATE INDEX allow_phrases_approved ON allow_phrases (list, language, id) WHERE status = 'approved';

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
