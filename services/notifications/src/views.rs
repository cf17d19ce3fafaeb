//! What is written in the transaction of a decision: the inbox (`notices`), the `preferences`, and the e-mails outside.
//! One statement per table and batch, its rows as one JSON array.
//!
//! All but `mails` are views: derived from the journal alone. A mail is written once and never deleted, so that making
//! the views again mails nothing again.
use diesel::prelude::*;
use engine::{Change, Entry, write_rows};
use kernel::{Org, Party, Time};
use notifications_domain::notice::{Event, Made, Recipient};
use notifications_domain::preferences::{Chosen, Preference};
use notifications_domain::{Language, Notices, Preferences};
use serde::Serialize;
use uuid::Uuid;

/// The tables that [`project_notices`] writes.
pub(crate) const OF_NOTICES: &[&str] = &["notices"];
/// The tables that [`project_preferences`] writes.
pub(crate) const OF_PREFERENCES: &[&str] = &["preferences"];

/// Brings the views up to the changes of notices.
pub(crate) fn project_notices(tx: &mut PgConnection, changes: &[Change<Notices>]) -> QueryResult<()> {
    let (mut notices, mut mails, mut attempts) = (vec![], vec![], vec![]);
    for change in changes {
        notices.extend(change.after.made().map(|made| NoticeRow::of(change, made)));
        mails.extend(change.entries.iter().filter_map(mail));
        // The newest attempt says how the e-mail stands.
        attempts.extend(change.entries.iter().rev().find_map(attempt));
    }
    write_rows(tx, NOTICES, &notices)?;
    write_rows(tx, MAILS, &mails)?;
    write_rows(tx, ATTEMPTS, &attempts)
}

/// Brings the view up to the changes of preferences.
pub(crate) fn project_preferences(tx: &mut PgConnection, changes: &[Change<Preferences>]) -> QueryResult<()> {
    let chosen = |change: &'_ Change<Preferences>| match &change.after {
        Preference::Absent => None,
        Preference::Chosen(Chosen { org, language, email, at }) => {
            Some(PreferenceRow { id: change.id, org: *org, language: *language, email: email.clone(), chosen_at: *at })
        }
    };
    write_rows(tx, PREFERENCES, &changes.iter().filter_map(chosen).collect::<Vec<_>>())
}

const NOTICES: &str = "INSERT INTO notices \
    (id, version, recipient, party, kind, order_id, case_id, language, subject, status, made_at, updated_at, served_at, \
     served_by, read_at, email) \
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t \
    (id uuid, version bigint, recipient text, party text, kind text, order_id uuid, case_id uuid, language text, \
     subject text, status text, made_at timestamptz, updated_at timestamptz, served_at timestamptz, served_by text, \
     read_at timestamptz, email text) \
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, status = excluded.status, \
    updated_at = excluded.updated_at, served_at = excluded.served_at, served_by = excluded.served_by, \
    read_at = excluded.read_at, email = excluded.email";

const PREFERENCES: &str = "INSERT INTO preferences (id, org, language, email, chosen_at) \
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t \
    (id uuid, org text, language text, email text, chosen_at timestamptz) \
    ON CONFLICT (id) DO UPDATE SET language = excluded.language, email = excluded.email, \
    chosen_at = excluded.chosen_at";

const MAILS: &str = "INSERT INTO mails (notice, address, language, subject, text, status, attempts, next_try_at) \
    SELECT notice, address, language, subject, text, 'queued', 0, at FROM jsonb_to_recordset($1::jsonb) AS t \
    (notice uuid, address text, language text, subject text, text text, at timestamptz) \
    ON CONFLICT (notice) DO NOTHING";

const ATTEMPTS: &str = "UPDATE mails m SET status = t.status, attempts = t.attempts, \
    next_try_at = COALESCE(t.next_try_at, m.next_try_at), leased_until = NULL \
    FROM jsonb_to_recordset($1::jsonb) AS t (notice uuid, status text, attempts integer, next_try_at timestamptz) \
    WHERE m.notice = t.notice AND m.attempts < t.attempts";

#[derive(Serialize)]
struct NoticeRow<'a> {
    id: Uuid,
    version: i64,
    recipient: Recipient,
    party: Party,
    kind: &'a str,
    order_id: Option<Uuid>,
    case_id: Option<Uuid>,
    language: Language,
    subject: &'a str,
    status: &'static str,
    made_at: Time,
    updated_at: Time,
    served_at: Option<Time>,
    served_by: Option<&'static str>,
    read_at: Option<Time>,
    email: Option<&'static str>,
}

#[derive(Serialize)]
struct PreferenceRow {
    id: Uuid,
    org: Org,
    language: Language,
    email: Option<String>,
    chosen_at: Time,
}

#[derive(Serialize)]
struct MailRow<'a> {
    notice: Uuid,
    address: &'a str,
    language: Language,
    subject: &'a str,
    text: &'a str,
    at: Time,
}

#[derive(Serialize)]
struct AttemptRow {
    notice: Uuid,
    status: &'static str,
    attempts: u32,
    next_try_at: Option<Time>,
}

impl<'a> NoticeRow<'a> {
    fn of(change: &Change<Notices>, made: &'a Made) -> Self {
        Self {
            id: change.id,
            version: change.version,
            recipient: made.recipient,
            party: made.party(),
            kind: &made.about.kind,
            order_id: made.about.order.map(|order| order.0),
            case_id: made.about.case.map(|case| case.0),
            language: made.language,
            subject: &made.subject,
            status: made.status(),
            made_at: made.made_at,
            updated_at: change.at,
            served_at: made.served.as_ref().map(|served| served.at),
            served_by: made.served.as_ref().map(|served| served.by.into()),
            read_at: made.read_at,
            email: made.mail.as_ref().map(|mail| mail.standing.status()),
        }
    }
}

fn mail(entry: &Entry<Notices>) -> Option<MailRow<'_>> {
    match &entry.event {
        Event::Made { email: Some(address), language, subject, text, at, .. } => {
            Some(MailRow { notice: entry.id, address, language: *language, subject, text, at: *at })
        }
        Event::Made { email: None, .. }
        | Event::Served(_)
        | Event::Read { .. }
        | Event::Mailed(_)
        | Event::MailDeferred { .. }
        | Event::MailFailed(_) => None,
    }
}

fn attempt(entry: &Entry<Notices>) -> Option<AttemptRow> {
    let (status, attempt, next_try_at) = match &entry.event {
        Event::Mailed(attempt) => ("sent", attempt, None),
        Event::MailDeferred { attempt, next_try_at } => ("queued", attempt, Some(*next_try_at)),
        Event::MailFailed(attempt) => ("failed", attempt, None),
        Event::Made { .. } | Event::Served(_) | Event::Read { .. } => return None,
    };
    Some(AttemptRow { notice: entry.id, status, attempts: attempt.number, next_try_at })
}
