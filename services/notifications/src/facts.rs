//! What a notice must know of its recipient: language and address, as the organisation's preferences say.
use diesel::prelude::*;
use diesel::sql_types::{Array, Nullable, Text, Uuid as SqlUuid};
use engine::Ask;
use notifications_domain::notice::{Command, Facts};
use notifications_domain::{Language, Notices, preferences};
use std::collections::HashMap;
use uuid::Uuid;

#[derive(QueryableByName)]
struct Row {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = Text)]
    language: String,
    #[diesel(sql_type = Nullable<Text>)]
    email: Option<String>,
}

/// One answer per question, in order. Whoever has chosen nothing, as the platform, is addressed in the default language, and not mailed.
pub(crate) fn of_recipients(tx: &mut PgConnection, asked: &[Ask<'_, Notices>]) -> QueryResult<Vec<Facts>> {
    let wanted: Vec<_> = asked.iter().map(wanted).collect();
    let ids: Vec<_> = wanted.iter().flatten().copied().collect();
    if ids.is_empty() {
        return Ok(vec![Facts::default(); asked.len()]);
    }
    let rows: Vec<Row> =
        engine::sql("SELECT id, language, email FROM preferences WHERE id = ANY($1) ORDER BY id FOR SHARE")
            .bind::<Array<SqlUuid>, _>(ids)
            .load(tx)?;
    let known: HashMap<_, _> = rows.into_iter().map(|row| (row.id, row.facts())).collect();
    let of = |id: Option<Uuid>| id.and_then(|id| known.get(&id).cloned()).unwrap_or_default();
    Ok(wanted.into_iter().map(of).collect())
}

/// Whose preferences the question needs.
fn wanted(ask: &Ask<'_, Notices>) -> Option<Uuid> {
    match ask.command? {
        Command::Make(draft) => draft.recipient.org().map(preferences::id_of),
        Command::Read | Command::RecordAttempt { .. } => None,
    }
}

impl Row {
    fn facts(self) -> Facts {
        // The column's CHECK knows no other language.
        Facts { language: self.language.parse::<Language>().unwrap_or_default(), email: self.email }
    }
}
