//! How the timelines of escrows and purses are answered.
use crate::queries::{self, TimelineLine};
use crate::timeline::Details;
use chrono::{DateTime, Utc};
use engine::Fault;
use engine::connect::Readers;
use kernel::Party;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Page, PageQuery, Refused};

/// What happened.
#[derive(Serialize, ToSchema)]
#[schema(as = SettlementEntry)]
pub(crate) struct EntryBody {
    /// The resource's version right after it.
    version: i64,
    /// When.
    at: DateTime<Utc>,
    /// Who brought it about.
    party: String,
    /// The person; for the same side and for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    /// What happened.
    event: String,
    /// What it rests on.
    rules: Vec<String>,
    /// The reasons, in the words of whoever acted; may be empty.
    text: String,
    /// What else belongs to it.
    #[serde(flatten)]
    details: Details,
}

/// A page of a timeline, as `viewer` may see it; `payer` is whose payments with the gateway it tells of.
pub(crate) async fn timeline(
    readers: &Readers,
    (owner, payer): (&'static str, Party),
    aggregate: Uuid,
    viewer: Party,
    page: &PageQuery,
) -> Result<Page<EntryBody>, Refused> {
    let after: Option<(i64, Uuid)> = page.after()?;
    let after = after.map_or(0, |(version, _)| version);
    let rows = queries::timeline(readers, owner, aggregate, after, page.rows()).await?;
    let page = page.cut(rows, |row| (row.version, aggregate), |row| entry(row, viewer, payer));
    Ok(whole(page)?)
}

fn entry(row: TimelineLine, viewer: Party, payer: Party) -> Result<EntryBody, Fault> {
    let knows_person = is_staff(viewer) || row.party == viewer.to_string();
    let mut details = row.details()?;
    details.code = details.code.filter(|_| viewer == payer || is_staff(viewer));
    Ok(EntryBody {
        version: row.version,
        at: row.at,
        person: row.person.filter(|_| knows_person),
        party: row.party,
        event: row.event,
        rules: row.rules,
        text: row.text,
        details,
    })
}

/// Whether the caller sees the names of persons, and why the gateway refused whose money.
pub(crate) fn is_staff(party: Party) -> bool {
    match party {
        Party::Provider | Party::Merchant => false,
        Party::Reviewer
        | Party::Moderator
        | Party::Arbitrator
        | Party::ComplianceOfficer
        | Party::Operator
        | Party::System => true,
    }
}

/// A page whose every item could be read.
pub(crate) fn whole<T>(page: Page<Result<T, Fault>>) -> Result<Page<T>, Fault> {
    let items = page.items.into_iter().collect::<Result<_, _>>()?;
    Ok(Page { items, next_cursor: page.next_cursor })
}
