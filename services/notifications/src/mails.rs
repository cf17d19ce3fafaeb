//! The rows of e-mails to be handed over: taken under a lease. What came of an attempt is written with the notice.
//!
//! Times are those of `engine_now()`: the shared clock of all instances, and a test may move it on.
use crate::mailer::Letter;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Integer, Text, Uuid as SqlUuid};
use notifications_domain::Language;
use runtime::test_clock::holds;
use uuid::Uuid;

/// An e-mail whose next attempt is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Queued {
    /// What is to be handed over.
    pub letter: Letter,
    /// Which attempt this is, from 1.
    pub number: u32,
}

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    notice: Uuid,
    #[diesel(sql_type = Text)]
    address: String,
    #[diesel(sql_type = Text)]
    language: String,
    #[diesel(sql_type = Text)]
    subject: String,
    #[diesel(sql_type = Text)]
    text: String,
    #[diesel(sql_type = Integer)]
    attempts: i32,
}

/// Takes e-mails that are due; whoever dies with one leaves it to others when the lease has passed. The lease outlasts
/// the slowest mail server that is still waited for.
pub(crate) fn take(conn: &mut PgConnection, most: i64) -> QueryResult<Vec<Queued>> {
    let rows: Vec<Row> = engine::sql(
        "UPDATE mails SET leased_until = engine_now() + interval '10 minutes' \
         WHERE notice IN (SELECT m.notice FROM mails m, (SELECT engine_now() AS now) t \
         WHERE m.status = 'queued' AND m.next_try_at <= t.now AND (m.leased_until IS NULL OR m.leased_until <= t.now) \
         ORDER BY m.next_try_at LIMIT $1 FOR UPDATE OF m SKIP LOCKED) \
         RETURNING notice, address, language, subject, text, attempts",
    )
    .bind::<BigInt, _>(most)
    .load(conn)?;
    Ok(rows.into_iter().map(Row::queued).collect())
}

/// Whether no attempt is due within a second. What waits for its next attempt does not count.
pub(crate) fn is_idle(conn: &mut PgConnection) -> QueryResult<bool> {
    holds(
        conn,
        "NOT EXISTS (SELECT FROM mails WHERE status = 'queued' AND next_try_at <= engine_now() + interval '1 second')",
    )
}

impl Row {
    fn queued(self) -> Queued {
        let Self { notice, address, language, subject, text, attempts } = self;
        // The column's CHECK knows no other language.
        let language = language.parse::<Language>().unwrap_or_default();
        let letter = Letter { id: notice, to: address, language, subject, text };
        Queued { letter, number: attempts.unsigned_abs() + 1 }
    }
}
