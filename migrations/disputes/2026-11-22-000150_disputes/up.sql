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
    stage        text NOT NULL CHECK (stage IN ('negotiation', 'arbitration', 'closed')),
    status       text NOT NULL,
    opened_at    timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL CHECK (updated_at >= opened_at),
    -- The sub of the arbitrator who works on it.
    arbitrator   text,
    -- What is breached next: the term of decision in arbitration, else the earliest deadline; null while it stands still.
    due_at       timestamptz,
    CHECK ((stage = 'negotiation') = (status IN ('waiting_for_provider', 'waiting_for_merchant'))),
    CHECK ((stage = 'arbitration') = (status IN ('under_review', 'decided'))),
    CHECK ((stage = 'closed') = (status IN ('settled', 'withdrawn', 'resolved'))),
    CHECK (arbitrator IS NULL OR status = 'under_review'),
    CHECK (stage <> 'closed' OR due_at IS NULL)
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

CREATE TABLE decisions (
    case_id    uuid PRIMARY KEY,
    decision   jsonb NOT NULL,
    outcome    jsonb NOT NULL,
    decided_at timestamptz NOT NULL,
    appeal_by  timestamptz NOT NULL CHECK (appeal_by >= decided_at),
    -- When it became final and its award was ordered.
    final_at   timestamptz CHECK (final_at >= decided_at)
);
