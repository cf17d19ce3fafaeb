//! What every resource answers beside its own fields: its deadlines, and what the caller may do.
use chrono::{DateTime, Utc};
use engine::Seen;
use kernel::{Class, Due, Machine, Party, Refusal, RuleId, Timer, run};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// One deadline of a resource.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct DeadlineBody {
    /// Which kind.
    pub kind: String,
    /// The rule that sets it.
    #[schema(value_type = String, example = "D2.5c")]
    pub rule: RuleId,
    /// Who must act, or who loses the right.
    #[schema(value_type = String, example = "provider")]
    pub party: Party,
    /// What it is about within the resource.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Uuid>,
    /// Whether it runs.
    pub status: DeadlineStatus,
    /// When it passes; missing while it is paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub due_at: Option<DateTime<Utc>>,
    /// What is left, in whole seconds; only while it is paused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub remaining_seconds: Option<i64>,
    /// What happens when it passes, in words.
    pub on_expiry: String,
    /// A notice only: its passing takes nothing from anybody.
    pub reminder: bool,
}

/// Whether a deadline runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeadlineStatus {
    /// It passes at `due_at`.
    Running,
    /// It stands still with `remaining_seconds` left.
    Paused,
}

/// One thing that the caller may do, or may not do now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ActionBody {
    /// The action's name.
    pub action: String,
    /// Whether it is open now.
    pub allowed: bool,
    /// Why not: the code that the command would be refused with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The rule it rests on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "D2.5c")]
    pub rule: Option<RuleId>,
    /// Why not, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// From when it will be open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<DateTime<Utc>>,
    /// Since when it has been closed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<DateTime<Utc>>,
}

/// `deadlines[]` of a state, as the machine lists them.
pub fn deadlines<M: Machine>(state: &M::State) -> Vec<DeadlineBody> {
    let body = |deadline: kernel::Deadline<M::Timer>| {
        let (status, due_at, remaining_seconds) = match deadline.due {
            Due::At(at) => (DeadlineStatus::Running, Some(at), None),
            Due::Paused { remaining } => (DeadlineStatus::Paused, None, Some(remaining.num_seconds())),
        };
        let kind: &'static str = deadline.timer.into();
        DeadlineBody {
            kind: kind.into(),
            rule: deadline.timer.rule(),
            party: deadline.party,
            subject: deadline.subject,
            status,
            due_at,
            remaining_seconds,
            on_expiry: deadline.timer.on_expiry().into(),
            reminder: deadline.timer.is_reminder(),
        }
    };
    M::deadlines(state).into_iter().map(body).collect()
}

/// `actions[]` for the caller: the same guards as the commands. What is meant for others is left out, and what would
/// create what is there.
pub fn actions<M: Machine>(seen: &Seen<'_, M>) -> Vec<ActionBody> {
    run::actions::<M>(seen.state, seen.ctx)
        .into_iter()
        .map(|offered| match offered.refusal {
            None => ActionBody {
                action: offered.action.into(),
                allowed: true,
                code: None,
                rule: None,
                reason: None,
                from: None,
                since: None,
            },
            Some(why) => {
                let (from, since) = match why.class() {
                    Class::TooEarly { from } => (Some(from), None),
                    Class::TooLate { since } => (None, Some(since)),
                    Class::NotFound
                    | Class::Exists
                    | Class::NotYours
                    | Class::NotNow
                    | Class::Invalid { .. }
                    | Class::Taken => (None, None),
                };
                ActionBody {
                    action: offered.action.into(),
                    allowed: false,
                    code: Some(why.code().into()),
                    rule: why.rule(),
                    reason: Some(why.to_string()),
                    from,
                    since,
                }
            }
        })
        .collect()
}
