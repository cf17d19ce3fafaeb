-- The views of settlement (all of it can be made again from the journal), the effects outside, and the sandbox gateway.

CREATE TABLE escrows (
    -- The order's UUID.
    id                uuid PRIMARY KEY,
    version           bigint NOT NULL CHECK (version > 0),
    merchant_id       uuid NOT NULL,
    provider_id       uuid NOT NULL,
    currency          text NOT NULL,
    -- The price, and what of it was passed on, in minor units.
    amount_minor      bigint NOT NULL CHECK (amount_minor > 0),
    to_merchant_minor bigint NOT NULL CHECK (to_merchant_minor >= 0),
    released_minor    bigint NOT NULL CHECK (released_minor >= 0),
    -- What the gateway confirmed to have given back, in all: more than the price after a compensation.
    refunded_minor    bigint NOT NULL CHECK (refunded_minor >= 0),
    status            text NOT NULL
        CHECK (status IN ('awaiting_payment', 'closed', 'held', 'frozen', 'released', 'refunded', 'split')),
    -- Until when it may be paid (W1); null when another message than the order's first came first.
    pay_by            timestamptz,
    opened_at         timestamptz NOT NULL,
    updated_at        timestamptz NOT NULL CHECK (updated_at >= opened_at),
    CHECK (to_merchant_minor + released_minor
        = CASE WHEN status IN ('released', 'refunded', 'split') THEN amount_minor ELSE 0 END),
    CHECK ((status = 'released') = (released_minor = amount_minor)),
    CHECK ((status = 'refunded') = (to_merchant_minor = amount_minor))
);
CREATE INDEX escrows_of_merchant ON escrows (merchant_id, opened_at DESC, id DESC);
CREATE INDEX escrows_of_provider ON escrows (provider_id, opened_at DESC, id DESC);
CREATE INDEX escrows_newest ON escrows (opened_at DESC, id DESC);

CREATE TABLE purses (
    -- The provider's UUID.
    id              uuid PRIMARY KEY,
    version         bigint NOT NULL CHECK (version > 0),
    currency        text NOT NULL,
    deposit_minor   bigint NOT NULL CHECK (deposit_minor >= 0),
    required_minor  bigint NOT NULL CHECK (required_minor >= 0),
    -- Owed to merchants, in the deposit's currency.
    liability_minor bigint NOT NULL CHECK (liability_minor >= 0),
    open_cases      bigint NOT NULL CHECK (open_cases >= 0),
    payouts_frozen  boolean NOT NULL,
    status          text NOT NULL CHECK (status IN ('open', 'blocked')),
    opened_at       timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL CHECK (updated_at >= opened_at)
);
CREATE INDEX purses_newest ON purses (opened_at DESC, id DESC);

CREATE TABLE escrow_timeline (
    aggregate uuid NOT NULL,
    version   bigint NOT NULL CHECK (version > 0),
    at        timestamptz NOT NULL,
    -- What the actor was to the escrow, and who; no person when the system acted.
    party     text NOT NULL,
    person    text,
    event     text NOT NULL,
    rules     text[] NOT NULL,
    text      text NOT NULL,
    details   jsonb NOT NULL,
    PRIMARY KEY (aggregate, version),
    CHECK ((party = 'system') = (person IS NULL))
);
CREATE TABLE purse_timeline (LIKE escrow_timeline INCLUDING ALL);

-- The ledger, two tables because each is made again by itself. A positive line is a debit, a negative one a credit.
CREATE TABLE escrow_postings (
    aggregate uuid NOT NULL,
    -- The journal entry that moved the money.
    version   bigint NOT NULL CHECK (version > 0),
    line      integer NOT NULL CHECK (line >= 0),
    account   text NOT NULL
        CHECK (account ~ '^(gateway|(escrow|transfer|merchant|deposit|payable|payout|receivable|claim|debt|due):[a-z]{3}_[0-9a-z]{26})$'),
    minor     bigint NOT NULL CHECK (minor <> 0),
    currency  text NOT NULL,
    at        timestamptz NOT NULL,
    PRIMARY KEY (aggregate, version, line)
);
CREATE INDEX escrow_postings_at ON escrow_postings (at, aggregate, version, line);
CREATE INDEX escrow_postings_account ON escrow_postings (account, at, aggregate, version, line) INCLUDE (currency, minor);
CREATE TABLE purse_postings (LIKE escrow_postings INCLUDING ALL);

-- What is written in one statement, and what is deleted in one, sums to zero in each posting and currency; nothing is
-- ever changed. So whatever is there sums to zero.
CREATE FUNCTION posting_balances() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    unbalanced record;
BEGIN
    SELECT aggregate, version, currency, sum(minor) AS minor INTO unbalanced
        FROM moved GROUP BY aggregate, version, currency HAVING sum(minor) <> 0 LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'the posting of % at version % sums to % %, not to zero',
            unbalanced.aggregate, unbalanced.version, unbalanced.minor, unbalanced.currency
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END
$$;
CREATE FUNCTION posting_stands() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'a posting is never changed' USING ERRCODE = 'check_violation';
END
$$;
CREATE TRIGGER written AFTER INSERT ON escrow_postings
    REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION posting_balances();
CREATE TRIGGER deleted AFTER DELETE ON escrow_postings
    REFERENCING OLD TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION posting_balances();
CREATE TRIGGER changed BEFORE UPDATE ON escrow_postings FOR EACH STATEMENT EXECUTE FUNCTION posting_stands();
CREATE TRIGGER written AFTER INSERT ON purse_postings
    REFERENCING NEW TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION posting_balances();
CREATE TRIGGER deleted AFTER DELETE ON purse_postings
    REFERENCING OLD TABLE AS moved FOR EACH STATEMENT EXECUTE FUNCTION posting_balances();
CREATE TRIGGER changed BEFORE UPDATE ON purse_postings FOR EACH STATEMENT EXECUTE FUNCTION posting_stands();

CREATE VIEW ledger_entries AS
    SELECT 'escrow' AS owner, aggregate, version, line, account, minor, currency, at FROM escrow_postings
    UNION ALL
    SELECT 'purse' AS owner, aggregate, version, line, account, minor, currency, at FROM purse_postings;

CREATE VIEW balances AS
    SELECT account, currency, sum(minor)::bigint AS minor FROM ledger_entries GROUP BY account, currency;

-- What the payment gateway is to do, at most once: not a view, for what was sent is not sent again by a rebuild.
CREATE TABLE effects (
    -- The idempotency key at the gateway: the id of the payment, remittance or payout.
    key          uuid PRIMARY KEY,
    aggregate    uuid NOT NULL,
    owner        text NOT NULL CHECK (owner IN ('escrow', 'purse')),
    kind         text NOT NULL CHECK (kind IN ('charge', 'refund', 'payout')),
    amount_minor bigint NOT NULL CHECK (amount_minor > 0),
    currency     text NOT NULL,
    request      jsonb NOT NULL,
    -- pending: not sent yet; sent: sent or being sent, no final answer; done; failed: for good.
    status       text NOT NULL CHECK (status IN ('pending', 'sent', 'done', 'failed')),
    -- Why it failed, as the gateway says.
    code         text,
    -- The gateway's own reference.
    reference    text,
    attempts     integer NOT NULL CHECK (attempts >= 0),
    next_try_at  timestamptz NOT NULL,
    -- A worker has it until then.
    leased_until timestamptz,
    created_at   timestamptz NOT NULL,
    ended_at     timestamptz,
    CHECK ((status = 'failed') = (code IS NOT NULL)),
    CHECK ((status IN ('done', 'failed')) = (ended_at IS NOT NULL))
);
CREATE INDEX effects_due ON effects (next_try_at) WHERE status IN ('pending', 'sent');
CREATE INDEX effects_of_aggregate ON effects (aggregate, created_at DESC, key DESC);

-- The sandbox gateway: the outside world. It knows nothing of the tables above.
CREATE TABLE sandbox_requests (
    key          uuid PRIMARY KEY,
    kind         text NOT NULL,
    amount_minor bigint NOT NULL,
    currency     text NOT NULL,
    request      jsonb NOT NULL,
    -- How it ends; known to those who ask from settles_at on.
    code         text,
    settles_at   timestamptz NOT NULL
);
CREATE INDEX sandbox_refunds ON sandbox_requests ((request ->> 'payment')) WHERE kind = 'refund';

CREATE TABLE sandbox_callbacks (
    id           bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    body         text NOT NULL,
    attempts     integer NOT NULL,
    next_try_at  timestamptz NOT NULL,
    leased_until timestamptz
);
CREATE INDEX sandbox_callbacks_due ON sandbox_callbacks (next_try_at);
