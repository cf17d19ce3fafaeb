-- The views of disputes: all of it can be made again from the journal.

CREATE TABLE cases (
    id           uuid PRIMARY KEY,
    version      bigint NOT NULL CHECK (version > 0),
    order_id     uuid NOT NULL,
    provider_id  uuid NOT NULL,
    merchant_id  uuid NOT NULL,
    category     text NOT NULL,
    claim        text NOT NULL,
    currency     text NOT NULL,
    -- What was paid for the order, and what the merchant asks back, in minor units.
    amount_minor bigint NOT NULL CHECK (amount_minor >= 0),
    asked_minor  bigint NOT NULL CHECK (asked_minor >= 0),
    edition      text NOT NULL,
    stage        text NOT NULL CHECK (stage IN ('negotiation', 'arbitration', 'appeal', 'closed')),
    status       text NOT NULL,
    opened_at    timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL CHECK (updated_at >= opened_at),
    closed_at    timestamptz CHECK (closed_at >= opened_at),
    -- The sub of the arbitrator who works on it.
    arbitrator   text,
    -- What is breached next: the term of decision before the platform, else the earliest deadline that is no reminder.
    due_at       timestamptz,
    CHECK (status IN ('waiting_for_provider', 'waiting_for_merchant', 'evidence', 'under_review', 'suspended',
                      'decided', 'settled', 'withdrawn', 'resolved')),
    CHECK (stage <> 'negotiation' OR status IN ('waiting_for_provider', 'waiting_for_merchant', 'suspended')),
    CHECK (stage <> 'arbitration' OR status IN ('evidence', 'under_review', 'suspended', 'decided')),
    CHECK (stage <> 'appeal' OR status IN ('evidence', 'under_review', 'suspended')),
    CHECK ((stage = 'closed') = (status IN ('settled', 'withdrawn', 'resolved'))),
    CHECK (arbitrator IS NULL OR status IN ('evidence', 'under_review', 'suspended')),
    CHECK (stage <> 'closed' OR due_at IS NULL),
    CHECK ((stage = 'closed') = (closed_at IS NOT NULL))
);
CREATE INDEX cases_of_provider ON cases (provider_id, opened_at DESC, id DESC);
CREATE INDEX cases_of_merchant ON cases (merchant_id, opened_at DESC, id DESC);
CREATE INDEX cases_newest ON cases (opened_at DESC, id DESC);
CREATE INDEX cases_of_order ON cases (order_id);
-- The queue: earliest breach first, what has none last.
CREATE INDEX cases_queue ON cases (COALESCE(due_at, TIMESTAMPTZ '9999-01-01 00:00:00+00'), id);

CREATE TABLE timeline (
    case_id    uuid NOT NULL,
    version    bigint NOT NULL CHECK (version > 0),
    at         timestamptz NOT NULL,
    -- What the actor was to the case, and who; no person when the system acted.
    party      text NOT NULL,
    person     text,
    event      text NOT NULL,
    rules      text[] NOT NULL,
    text       text NOT NULL,
    -- What only staff read: an arbitrator's conflict, the receiver of a case.
    staff_note text NOT NULL,
    details    jsonb NOT NULL,
    PRIMARY KEY (case_id, version),
    CHECK ((party = 'system') = (person IS NULL))
);

CREATE TABLE proposals (
    id                uuid PRIMARY KEY,
    case_id           uuid NOT NULL,
    side              text NOT NULL CHECK (side IN ('provider', 'merchant')),
    to_merchant_minor bigint NOT NULL CHECK (to_merchant_minor >= 0),
    currency          text NOT NULL,
    text              text NOT NULL,
    made_at           timestamptz NOT NULL,
    reply_by          timestamptz NOT NULL CHECK (reply_by >= made_at),
    status            text NOT NULL
        CHECK (status IN ('standing', 'accepted', 'declined', 'unanswered', 'replaced', 'dropped')),
    answered_at       timestamptz,
    answer            text NOT NULL,
    CHECK ((status = 'standing') = (answered_at IS NULL)),
    CHECK (answer = '' OR status = 'declined')
);
CREATE INDEX proposals_of_case ON proposals (case_id, made_at, id);
-- One on the table at a time.
CREATE UNIQUE INDEX proposals_standing ON proposals (case_id) WHERE status = 'standing';

-- A decision and a decision on its appeal: two rows at most.
CREATE TABLE decisions (
    id           uuid PRIMARY KEY,
    case_id      uuid NOT NULL,
    instance     text NOT NULL CHECK (instance IN ('first', 'appeal')),
    decision     jsonb NOT NULL,
    outcome      jsonb NOT NULL,
    -- All that it followed from: enough to compute it again.
    record       jsonb NOT NULL,
    decided_by   text NOT NULL,
    confirmed_by text,
    -- Four eyes (D1.1.4): what is at stake, and above how much of it another person confirms; in minor units.
    at_stake_minor    bigint NOT NULL,
    alone_up_to_minor bigint NOT NULL,
    -- What an appeal made of the first decision, and what became of what that had caused.
    result       text,
    reversals    jsonb NOT NULL,
    decided_at   timestamptz NOT NULL,
    appeal_by    timestamptz CHECK (appeal_by >= decided_at),
    -- When it became final and its award was ordered; null while it may change, and for a decision that was replaced.
    final_at     timestamptz CHECK (final_at >= decided_at),
    UNIQUE (case_id, instance),
    CHECK (at_stake_minor <= alone_up_to_minor OR confirmed_by IS NOT NULL),
    CHECK (confirmed_by <> decided_by),
    CHECK ((instance = 'appeal') = (result IS NOT NULL)),
    CHECK ((instance = 'first') = (appeal_by IS NOT NULL))
);
CREATE INDEX decisions_at ON decisions (decided_at);

-- The draft that waits for a second person; gone with the decision, or when it falls.
CREATE TABLE decision_drafts (
    case_id        uuid PRIMARY KEY,
    draft          jsonb NOT NULL,
    hash           text NOT NULL,
    drafted_by     text NOT NULL,
    drafted_at     timestamptz NOT NULL,
    recommendation jsonb NOT NULL
);

-- The sides' items of evidence. A draft is its side's own.
CREATE TABLE exhibits (
    id       uuid NOT NULL,
    case_id  uuid NOT NULL,
    side     text NOT NULL CHECK (side IN ('provider', 'merchant')),
    status   text NOT NULL CHECK (status IN ('draft', 'sealed', 'discarded', 'filed')),
    -- Its number in the case file.
    entry    integer,
    content  jsonb NOT NULL,
    hash     text NOT NULL,
    drafted_at timestamptz NOT NULL,
    PRIMARY KEY (case_id, id),
    CHECK ((status = 'filed') = (entry IS NOT NULL))
);

-- The case file: append-only, each entry chained to the one before it.
CREATE TABLE case_file (
    case_id         uuid NOT NULL,
    number          integer NOT NULL CHECK (number > 0),
    kind            text NOT NULL,
    -- The id of what was filed, where it has one.
    subject         uuid,
    -- The entry as its hash was taken of it.
    entry           jsonb NOT NULL,
    content         jsonb NOT NULL,
    hash            text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
    previous        text NOT NULL CHECK (previous ~ '^[0-9a-f]{64}$'),
    previous_number integer GENERATED ALWAYS AS (NULLIF(number - 1, 0)) STORED,
    PRIMARY KEY (case_id, number),
    UNIQUE (case_id, number, hash),
    FOREIGN KEY (case_id, previous_number, previous) REFERENCES case_file (case_id, number, hash),
    CHECK (entry->>'hash' = hash AND entry->>'previous' = previous AND (entry->>'number')::integer = number)
);
-- A record of the platform enters once.
CREATE UNIQUE INDEX case_file_records ON case_file (case_id, subject) WHERE kind = 'record';

CREATE FUNCTION case_file_only_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'an entry of a case file is never changed';
END $$;
CREATE TRIGGER case_file_only_grows BEFORE UPDATE ON case_file
    FOR EACH ROW EXECUTE FUNCTION case_file_only_grows();

CREATE TABLE evidence_requests (
    id      uuid PRIMARY KEY,
    case_id uuid NOT NULL,
    side    text NOT NULL CHECK (side IN ('provider', 'merchant')),
    asks    text NOT NULL,
    facts   text[] NOT NULL,
    due_at  timestamptz NOT NULL,
    at      timestamptz NOT NULL CHECK (at <= due_at)
);
CREATE INDEX evidence_requests_of_case ON evidence_requests (case_id, at, id);

-- Facts, not views: what orders and notifications told of an order. It enters the file of the order's cases.
CREATE TABLE order_records (
    id       uuid PRIMARY KEY,
    order_id uuid NOT NULL,
    kind     text NOT NULL,
    at       timestamptz NOT NULL,
    record   jsonb NOT NULL
);
CREATE INDEX order_records_of_order ON order_records (order_id, at, id);
