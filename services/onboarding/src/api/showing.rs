//! How all three resources are shown: timelines, decisions, closed lists of words, who sees what.
use crate::queries::{self, TimelineLine};
use chrono::{DateTime, Utc};
use engine::look::stored;
use engine::{Fault, Host};
use kernel::{Actor, Decision, EditionId, Party, ProviderId, Role, RuleId};
use serde::Serialize;
use strum::VariantArray;
use utoipa::ToSchema;
use utoipa::openapi::schema::{Object, ObjectBuilder, Type};
use uuid::Uuid;
use web::{Caller, Look, Page, PageQuery, Refused, Scope, Sees};

/// The grounds of a decision.
#[derive(Serialize, ToSchema)]
#[schema(as = OnboardingDecision)]
pub(super) struct DecisionBody {
    /// What it rests on, the governing rule first.
    rules: Vec<RuleId>,
    /// The edition it was made under.
    edition: EditionId,
    /// What was found.
    facts: Vec<String>,
    /// What the findings rest on.
    evidence: Vec<String>,
    /// The reasons as given.
    reasons: String,
    /// Who decided: to staff the person, to others what it was.
    by: String,
    /// True when no person decided.
    automated: bool,
    /// What the affected party may do next.
    #[serde(skip_serializing_if = "Option::is_none")]
    redress: Option<RedressBody>,
}

/// A way to contest a decision.
#[derive(Serialize, ToSchema)]
#[schema(as = OnboardingRedress)]
struct RedressBody {
    /// The action's name.
    action: String,
    /// Until when, if there is a limit.
    #[serde(skip_serializing_if = "Option::is_none")]
    until_at: Option<DateTime<Utc>>,
}

/// One entry of a timeline.
#[derive(Serialize, ToSchema)]
#[schema(as = OnboardingEntry)]
pub(super) struct EntryBody {
    /// The resource's version right after it.
    version: i64,
    /// When.
    at: DateTime<Utc>,
    /// What the one who acted was: `provider`, `reviewer`, `operator` or `system`.
    party: String,
    /// Who acted; only to the same side, and to staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    /// What happened.
    event: String,
    /// What it rests on, the governing rule first.
    rules: Vec<RuleId>,
    /// In the words of whoever acted.
    text: String,
    /// The line of the checklist that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    requirement: Option<String>,
    /// Its grounds, if it decided something.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<DecisionBody>,
    /// When the clock that it started passes.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<DateTime<Utc>>,
}

/// Whether persons of all sides may be shown.
pub(super) fn is_staff(party: Party) -> bool {
    match party {
        Party::Reviewer | Party::Moderator | Party::Arbitrator | Party::ComplianceOfficer | Party::Operator => true,
        Party::Provider | Party::Merchant | Party::System => false,
    }
}

/// One page of a timeline, to whoever has a relation to the aggregate.
pub(super) async fn timeline_page<H: Host>(
    look: Look<H>,
    table: &'static str,
    id: Uuid,
    page: &PageQuery,
) -> Result<Page<EntryBody>, Refused> {
    let viewer = look.door().relation(id, look.actor()).await?;
    let after: Option<(i64, Uuid)> = page.after()?;
    let after = after.map_or(0, |(version, _)| version);
    let rows = queries::timeline(look.door().readers(), table, id, is_staff(viewer), after, page.rows()).await?;
    Ok(whole(page.cut(rows, |row| (row.version, id), |row| entry(row, viewer)))?)
}

fn entry(row: TimelineLine, viewer: Party) -> Result<EntryBody, Fault> {
    let knows_person = is_staff(viewer) || row.party == viewer.to_string();
    let decision = row.decision.as_deref().map(stored).transpose()?;
    Ok(EntryBody {
        version: row.version,
        at: row.at,
        person: row.person.filter(|_| knows_person),
        event: row.event,
        rules: stored(&row.rules)?,
        text: row.text,
        requirement: row.requirement,
        decision: decision.map(|decision| shown(decision, &row.party, viewer)),
        due_at: row.due_at,
        party: row.party,
    })
}

fn shown(decision: Decision, party: &str, viewer: Party) -> DecisionBody {
    DecisionBody {
        rules: decision.rules,
        edition: decision.edition,
        facts: decision.facts,
        evidence: decision.evidence,
        reasons: decision.reasons,
        by: if is_staff(viewer) || decision.automated { decision.by } else { party.to_owned() },
        automated: decision.automated,
        redress: decision.redress.map(|redress| RedressBody { action: redress.action, until_at: redress.until }),
    }
}

/// A page whose every item could be read.
pub(super) fn whole<T>(page: Page<Result<T, Fault>>) -> Result<Page<T>, Fault> {
    let items = page.items.into_iter().collect::<Result<_, _>>()?;
    Ok(Page { items, next_cursor: page.next_cursor })
}

/// Whose rows a list shows: a provider's own, or (to reviewers and operators) everybody's.
pub(super) fn audience(scope: &Scope, actor: &Actor) -> Result<Option<ProviderId>, Refused> {
    Caller(actor.clone()).must_be(&[Role::Provider, Role::Reviewer, Role::Operator])?;
    match scope.sees() {
        Sees::Provider(id) => Ok(Some(*id)),
        Sees::Staff(_) => Ok(None),
        Sees::Merchant(_) => Err(Refused::new(403, "role_required", "this is for providers and staff only")),
    }
}

/// A closed list of words, for the document.
pub(super) fn words<T: VariantArray + Copy + Into<&'static str>>() -> Object {
    let words = T::VARIANTS.iter().map(|word| -> &'static str { (*word).into() });
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some(words)).build()
}
