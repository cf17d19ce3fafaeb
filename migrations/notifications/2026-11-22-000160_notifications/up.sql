-- The views of notifications (all of it can be made again from the journal), and the e-mails to be handed over.

CREATE TABLE notices (
    id         uuid PRIMARY KEY,
    version    bigint NOT NULL CHECK (version > 0),
    -- The organisation, as its id is written.
    recipient  text NOT NULL,
    party      text NOT NULL CHECK (party IN ('provider', 'merchant')),
    kind       text NOT NULL,
    order_id   uuid,
    case_id    uuid,
    language   text NOT NULL CHECK (language IN ('en', 'zh')),
    subject    text NOT NULL,
    status     text NOT NULL CHECK (status IN ('sent', 'delivered', 'read')),
    made_at    timestamptz NOT NULL,
    updated_at timestamptz NOT NULL CHECK (updated_at >= made_at),
    -- D1.1.3.
    served_at  timestamptz CHECK (served_at >= made_at),
    served_by  text CHECK (served_by IN ('inbox', 'read', 'email', 'fallback')),
    read_at    timestamptz CHECK (read_at >= made_at),
    -- Its e-mail; null where the recipient has no address.
    email      text CHECK (email IN ('queued', 'sent', 'failed')),
    CHECK ((served_at IS NULL) = (served_by IS NULL)),
    CHECK ((status = 'sent') = (served_at IS NULL)),
    CHECK ((status = 'read') = (read_at IS NOT NULL))
);
CREATE INDEX notices_of_recipient ON notices (recipient, made_at DESC, id DESC);
CREATE INDEX notices_unread ON notices (recipient, made_at DESC, id DESC) WHERE read_at IS NULL;
CREATE INDEX notices_of_order ON notices (order_id, made_at DESC, id DESC) WHERE order_id IS NOT NULL;
CREATE INDEX notices_of_case ON notices (case_id, made_at DESC, id DESC) WHERE case_id IS NOT NULL;
CREATE INDEX notices_newest ON notices (made_at DESC, id DESC);

CREATE TABLE preferences (
    id        uuid PRIMARY KEY,
    org       text NOT NULL UNIQUE,
    language  text NOT NULL CHECK (language IN ('en', 'zh')),
    email     text,
    chosen_at timestamptz NOT NULL
);

-- Effects outside: one row per e-mail, never deleted, so that making the views again mails nothing again.
CREATE TABLE mails (
    notice       uuid PRIMARY KEY,
    address      text NOT NULL,
    language     text NOT NULL CHECK (language IN ('en', 'zh')),
    subject      text NOT NULL,
    text         text NOT NULL,
    status       text NOT NULL CHECK (status IN ('queued', 'sent', 'failed')),
    -- Attempts that ended and are recorded.
    attempts     integer NOT NULL CHECK (attempts >= 0),
    next_try_at  timestamptz NOT NULL,
    -- A worker has it until then.
    leased_until timestamptz
);
CREATE INDEX mails_due ON mails (next_try_at) WHERE status = 'queued';
