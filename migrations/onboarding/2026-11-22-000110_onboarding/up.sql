-- Facts of others, copied from their messages: what is open of a provider's. Never older than the last one heard.

CREATE TABLE obligations (
    kind     text NOT NULL CHECK (kind IN ('order', 'case')),
    id       uuid NOT NULL,
    provider uuid NOT NULL,
    open     boolean NOT NULL,
    -- Of the message it was taken from.
    sequence bigint NOT NULL CHECK (sequence > 0),
    PRIMARY KEY (kind, id)
);
CREATE INDEX obligations_open ON obligations (provider) WHERE open;

-- The views: all of it can be made again from the journal.

CREATE TABLE applications (
    id              uuid PRIMARY KEY,
    version         bigint NOT NULL CHECK (version > 0),
    provider        uuid NOT NULL,
    category        text NOT NULL,
    agent_operation boolean NOT NULL CHECK (NOT agent_operation OR category = 'operation'),
    applicant       text NOT NULL CHECK (applicant IN ('company', 'individual')),
    edition         text NOT NULL,
    status          text NOT NULL CHECK (status IN ('draft', 'submitted', 'in_review', 'information_requested',
                                                    'approved', 'rejected', 'lapsed', 'withdrawn')),
    opened_at       timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL CHECK (updated_at >= opened_at),
    -- By when a reviewer decides, and who holds it, while it is with the reviewers.
    review_due      timestamptz,
    reviewer        text,
    CHECK ((status IN ('submitted', 'in_review')) = (review_due IS NOT NULL)),
    CHECK ((status = 'in_review') = (reviewer IS NOT NULL))
);
CREATE INDEX applications_newest ON applications (opened_at DESC, id DESC);
CREATE INDEX applications_of_provider ON applications (provider, opened_at DESC, id DESC);
-- The queue: earliest breach first.
CREATE INDEX applications_queue ON applications (review_due, id) WHERE review_due IS NOT NULL;

CREATE TABLE businesses (
    application         uuid PRIMARY KEY,
    provider            uuid NOT NULL,
    legal_name          text NOT NULL,
    registration_number text,
    -- The number without what people write differently.
    registration_key    text,
    country             text NOT NULL CHECK (country ~ '^[A-Z]{2}$'),
    founded_on          date NOT NULL,
    in_business_since   date NOT NULL CHECK (in_business_since >= founded_on),
    scope               text NOT NULL,
    serves_eu           boolean NOT NULL,
    described_at        timestamptz NOT NULL,
    CHECK (registration_key IS NULL OR registration_number IS NOT NULL)
);
CREATE INDEX businesses_registration ON businesses (country, registration_key) WHERE registration_key IS NOT NULL;
CREATE INDEX businesses_of_provider ON businesses (provider);

CREATE TABLE declarations (
    application   uuid PRIMARY KEY,
    provider      uuid NOT NULL,
    applicant_tie text NOT NULL CHECK (applicant_tie IN ('staff', 'related_to_staff', 'none')),
    shareholders  jsonb NOT NULL,
    -- The shareholders' names without what people write differently.
    owner_keys    text[] NOT NULL,
    declared_at   timestamptz NOT NULL
);
CREATE INDEX declarations_owners ON declarations USING gin (owner_keys);

CREATE TABLE credentials (
    application  uuid NOT NULL,
    id           uuid NOT NULL,
    requirement  text NOT NULL,
    file         jsonb,
    issued_on    date,
    expires_on   date,
    statement    text,
    submitted_at timestamptz NOT NULL,
    removed_at   timestamptz CHECK (removed_at >= submitted_at),
    PRIMARY KEY (application, id),
    CHECK (file IS NOT NULL OR statement IS NOT NULL)
);

CREATE TABLE information_requests (
    application  uuid NOT NULL,
    -- Of the entry that asked.
    version      bigint NOT NULL CHECK (version > 0),
    what         text NOT NULL,
    requirements jsonb NOT NULL,
    asked_at     timestamptz NOT NULL,
    due_at       timestamptz NOT NULL CHECK (due_at >= asked_at),
    answer       text,
    files        jsonb,
    answered_at  timestamptz CHECK (answered_at >= asked_at),
    PRIMARY KEY (application, version),
    CHECK ((answer IS NULL) = (answered_at IS NULL) AND (files IS NULL) = (answered_at IS NULL))
);

CREATE TABLE qualifications (
    id              uuid PRIMARY KEY,
    version         bigint NOT NULL CHECK (version > 0),
    provider        uuid NOT NULL,
    category        text NOT NULL,
    agent_operation boolean NOT NULL CHECK (NOT agent_operation OR category = 'operation'),
    application     uuid NOT NULL,
    status          text NOT NULL CHECK (status IN ('active', 'expiring', 'suspended', 'revoked')),
    granted_at      timestamptz NOT NULL,
    updated_at      timestamptz NOT NULL CHECK (updated_at >= granted_at),
    valid_until     timestamptz,
    -- By when a reviewer judges what was handed in, while something waits.
    review_due      timestamptz,
    CHECK (status <> 'revoked' OR review_due IS NULL)
);
CREATE INDEX qualifications_newest ON qualifications (granted_at DESC, id DESC);
CREATE INDEX qualifications_of_provider ON qualifications (provider, granted_at DESC, id DESC);
CREATE INDEX qualifications_queue ON qualifications (review_due, id) WHERE review_due IS NOT NULL;

CREATE TABLE documents (
    qualification uuid NOT NULL,
    credential    uuid NOT NULL,
    requirement   text NOT NULL,
    -- The uploaded file; where it came with the application, that is where it is served.
    file_id       uuid,
    file          jsonb,
    issued_on     date,
    expires_on    date,
    statement     text,
    at_entry      boolean NOT NULL,
    submitted_at  timestamptz NOT NULL,
    status        text NOT NULL CHECK (status IN ('pending', 'accepted', 'rejected', 'replaced', 'dropped')),
    judged_at     timestamptz CHECK (judged_at >= submitted_at),
    remark        text NOT NULL,
    PRIMARY KEY (qualification, credential),
    CHECK ((status = 'pending') = (judged_at IS NULL)),
    CHECK (file IS NULL OR file_id IS NOT NULL)
);

CREATE TABLE providers (
    id            uuid PRIMARY KEY,
    version       bigint NOT NULL CHECK (version > 0),
    status        text NOT NULL CHECK (status IN ('registered', 'leaving', 'exited')),
    leaving       boolean NOT NULL,
    eu_trained    boolean NOT NULL,
    registered_at timestamptz NOT NULL,
    updated_at    timestamptz NOT NULL CHECK (updated_at >= registered_at),
    exited_at     timestamptz,
    -- What the exit rests on.
    exit_rules    jsonb,
    -- The governing rule of the bar, its decision, and the barred organisation that this one is related to.
    barred        text,
    bar           jsonb,
    related_to    uuid,
    CHECK (leaving = (status IN ('leaving', 'exited'))),
    CHECK ((status = 'exited') = (exited_at IS NOT NULL)),
    CHECK (exit_rules IS NULL OR exited_at IS NOT NULL),
    CHECK ((barred IS NULL) = (bar IS NULL)),
    CHECK (related_to IS NULL OR barred IS NOT NULL)
);
CREATE INDEX providers_newest ON providers (registered_at DESC, id DESC);

-- What happened, one table for each kind of aggregate.
CREATE TABLE application_timeline (
    aggregate  uuid NOT NULL,
    version    bigint NOT NULL CHECK (version > 0),
    at         timestamptz NOT NULL,
    -- What the actor was to the aggregate, and who; no person when the system acted.
    party      text NOT NULL,
    person     text,
    event      text NOT NULL,
    -- Rule ids, the governing one first.
    rules      jsonb NOT NULL,
    text       text NOT NULL,
    -- The line of the checklist that it is about.
    requirement text,
    decision   jsonb,
    -- When the clock that it started passes.
    due_at     timestamptz,
    -- What is suspected is for compliance to tell, not for a timeline.
    staff_only boolean NOT NULL,
    PRIMARY KEY (aggregate, version),
    CHECK ((party = 'system') = (person IS NULL))
);
CREATE TABLE qualification_timeline (LIKE application_timeline INCLUDING ALL);
CREATE TABLE provider_timeline (LIKE application_timeline INCLUDING ALL);
