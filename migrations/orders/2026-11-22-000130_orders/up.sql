-- Facts of others, copied from their messages: never older than the last one heard.

CREATE TABLE listings (
    listing  uuid PRIMARY KEY,
    provider uuid NOT NULL,
    -- The terms on sale; null when nothing is.
    terms    jsonb,
    -- Of the message it was taken from.
    sequence bigint NOT NULL CHECK (sequence > 0)
);

-- Whoever has no row has no bar: what is on sale was put there by listings, which asks for every right.
CREATE TABLE providers (
    provider         uuid PRIMARY KEY,
    -- X21.
    leaving          boolean NOT NULL DEFAULT false,
    -- W33, W18.
    blocked_by       text CHECK (blocked_by IN ('deposit', 'liability')),
    -- Of onboarding's message and of settlement's; 0 while there was none.
    leaving_sequence bigint NOT NULL DEFAULT 0 CHECK (leaving_sequence >= 0),
    purse_sequence   bigint NOT NULL DEFAULT 0 CHECK (purse_sequence >= 0),
    CHECK (leaving_sequence > 0 OR NOT leaving),
    CHECK (purse_sequence > 0 OR blocked_by IS NULL)
);

-- Whoever owes nothing overdue may order (W18).
CREATE TABLE debts (
    order_id   uuid PRIMARY KEY,
    merchant   uuid NOT NULL,
    is_overdue boolean NOT NULL,
    -- Of the message it was taken from.
    sequence   bigint NOT NULL CHECK (sequence > 0)
);
CREATE INDEX debts_overdue ON debts (merchant) WHERE is_overdue;

-- Phrases in which a term of a moderation list is innocent, those that were taken back among them.
CREATE TABLE allow_phrases (
    id       uuid PRIMARY KEY,
    list     text NOT NULL,
    language text NOT NULL,
    phrase   text NOT NULL CHECK (phrase <> ''),
    in_force boolean NOT NULL,
    -- Of the message it was taken from.
    sequence bigint NOT NULL CHECK (sequence > 0)
);

-- The views: all of it can be made again from the journal.

CREATE TABLE orders (
    id           uuid PRIMARY KEY,
    version      bigint NOT NULL CHECK (version > 0),
    status       text NOT NULL CHECK (status IN ('pending_payment', 'payment_expired', 'funded', 'in_progress',
                     'delivered', 'modification_requested', 'disputed', 'accepted', 'completed', 'cancelled',
                     'refunded', 'partially_refunded')),
    provider     uuid NOT NULL,
    merchant     uuid NOT NULL,
    listing      uuid NOT NULL,
    title        text NOT NULL,
    category     text NOT NULL,
    quantity     bigint NOT NULL CHECK (quantity > 0),
    currency     text NOT NULL,
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    placed_at    timestamptz NOT NULL,
    updated_at   timestamptz NOT NULL CHECK (updated_at >= placed_at),
    -- The next deadline that takes something from somebody; null while none runs. What a case left to be done has one
    -- after the order's end.
    due          text,
    due_at       timestamptz,
    CHECK ((due IS NULL) = (due_at IS NULL)),
    CHECK (due IS NULL OR status NOT IN ('payment_expired', 'disputed', 'cancelled'))
);
CREATE INDEX orders_of_provider ON orders (provider, placed_at DESC, id DESC);
CREATE INDEX orders_of_merchant ON orders (merchant, placed_at DESC, id DESC);
CREATE INDEX orders_of_listing ON orders (listing, placed_at DESC, id DESC);
CREATE INDEX orders_newest ON orders (placed_at DESC, id DESC);

CREATE TABLE timeline (
    order_id uuid NOT NULL,
    version  bigint NOT NULL CHECK (version > 0),
    at       timestamptz NOT NULL,
    -- What the actor was to the order, and who; no person when the system acted.
    party    text NOT NULL,
    person   text,
    event    text NOT NULL,
    rules    text[] NOT NULL,
    text     text NOT NULL,
    details  jsonb NOT NULL,
    PRIMARY KEY (order_id, version),
    CHECK ((party = 'system') = (person IS NULL))
);

-- The agreement on conduct that stands (M4.2.a.5).
CREATE TABLE agreements (
    order_id     uuid PRIMARY KEY,
    file         jsonb NOT NULL,
    promise      jsonb NOT NULL,
    cooperation  jsonb NOT NULL,
    uploaded_at  timestamptz NOT NULL,
    confirmed_at timestamptz CHECK (confirmed_at >= uploaded_at)
);

CREATE TABLE deliveries (
    order_id     uuid NOT NULL,
    -- 1 is the first delivery, every later one a redelivery.
    round        bigint NOT NULL CHECK (round > 0),
    delivered_at timestamptz NOT NULL,
    note         text,
    manifest     text NOT NULL CHECK (manifest ~ '^[0-9a-f]{64}$'),
    files        jsonb NOT NULL CHECK (jsonb_array_length(files) > 0),
    -- The problems that the provider says it has solved.
    problems     uuid[] NOT NULL,
    is_late      boolean NOT NULL,
    PRIMARY KEY (order_id, round),
    CHECK (round > 1 OR (problems = '{}' AND NOT is_late))
);

-- One request at most follows each delivery, and is known by it.
CREATE TABLE modification_requests (
    order_id       uuid NOT NULL,
    round          bigint NOT NULL CHECK (round > 0),
    requested_at   timestamptz NOT NULL,
    items          jsonb NOT NULL CHECK (jsonb_array_length(items) > 0),
    -- Problems whose redelivery failed by it.
    failed         jsonb NOT NULL,
    modify_by      timestamptz NOT NULL CHECK (modify_by >= requested_at),
    counts_as_wish boolean NOT NULL,
    rules          text[] NOT NULL,
    -- Items refused as not objective (D2.5b).
    refused        jsonb NOT NULL DEFAULT '[]',
    -- W7, when nothing of the request is left.
    contest_by     timestamptz,
    PRIMARY KEY (order_id, round),
    CHECK (contest_by IS NULL OR refused <> '[]')
);

CREATE TABLE messages (
    id       uuid PRIMARY KEY,
    order_id uuid NOT NULL,
    number   bigint NOT NULL CHECK (number > 0),
    party    text NOT NULL CHECK (party IN ('merchant', 'provider')),
    person   text NOT NULL,
    at       timestamptz NOT NULL,
    text     text NOT NULL,
    files    jsonb NOT NULL,
    -- Contact details of other chat tools in it, and the rules that they offend (M4.2.f.5).
    contacts jsonb NOT NULL,
    rules    text[] NOT NULL,
    previous text NOT NULL CHECK (previous ~ '^[0-9a-f]{64}$'),
    hash     text NOT NULL CHECK (hash ~ '^[0-9a-f]{64}$'),
    UNIQUE (order_id, number),
    CHECK (text <> '' OR files <> '[]'),
    CHECK ((contacts = '[]') = (rules = '{}'))
);
