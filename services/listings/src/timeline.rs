//! What the timeline says of an event: the rules it rests on, the words, what it is about, which clock it started.
use kernel::{Decision, RevisionId, RuleId, Time};
use listings_domain::{Event, Finding};
use uuid::Uuid;

/// What an event says.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// What it rests on, the governing rule first.
    pub rules: Vec<RuleId>,
    /// In the words of whoever decided; may be empty.
    pub text: String,
    /// The revision it is about.
    pub revision: Option<RevisionId>,
    /// The measure it is about.
    pub measure: Option<Uuid>,
    /// When the clock that it started passes.
    pub due_at: Option<Time>,
}

const M31: RuleId = RuleId::of("M3.1");
const M5: RuleId = RuleId::of("M5");
const W32: RuleId = RuleId::of("W32");

/// What the timeline says of `event`.
pub(crate) fn said(event: &Event) -> Said {
    match event {
        Event::Created { .. } | Event::Withdrawn => Said::default(),
        Event::Drafted { revision, .. } => Said::of(*revision),
        Event::Screened { revision, screening } => Said { rules: broken(&screening.findings), ..Said::of(*revision) },
        Event::Queued { revision, decide_by, .. } => Said::of(*revision).on(W32).until(*decide_by),
        Event::Recalled { revision, decision } => match decision {
            Some(decision) => Said::of(*revision).because(decision),
            None => Said::of(*revision),
        },
        Event::Claimed { revision, until, .. } => Said::of(*revision).on(W32).until(*until),
        Event::Released { revision, .. } => Said::of(*revision).on(W32),
        Event::ModerationOverdue { revision, decide_by, .. } => Said::of(*revision).on(W32).until(*decide_by),
        Event::ChangesRequested { revision, decision, mend_by } => {
            Said::of(*revision).because(decision).until(*mend_by)
        }
        Event::RevisionRejected { revision, decision } | Event::RevisionLapsed { revision, decision } => {
            Said::of(*revision).because(decision)
        }
        Event::Published { revision, note, .. } => {
            Said { text: note.clone().unwrap_or_default(), ..Said::of(*revision).on(M31) }
        }
        Event::Republished { .. } | Event::ProviderEntitled { .. } => Said::default().on(M31),
        Event::Blocked { measure, until, decision } | Event::Removed { measure, until, decision, .. } => {
            Said { due_at: *until, ..Said::by(*measure).because(decision) }
        }
        Event::RemovalServed { measure } => Said::by(*measure).on(M5),
        Event::MeasureEnded { measure, reasons, .. } => {
            Said { text: reasons.clone().unwrap_or_default(), ..Said::by(*measure).on(M5) }
        }
        Event::ProviderDisentitled { decision, .. } => Said::default().because(decision),
    }
}

impl Said {
    fn of(revision: RevisionId) -> Self {
        Self { revision: Some(revision), ..Self::default() }
    }

    fn by(measure: Uuid) -> Self {
        Self { measure: Some(measure), ..Self::default() }
    }

    fn on(self, rule: RuleId) -> Self {
        Self { rules: vec![rule], ..self }
    }

    fn because(self, decision: &Decision) -> Self {
        Self { rules: decision.rules.clone(), text: decision.reasons.clone(), ..self }
    }

    fn until(self, due_at: Time) -> Self {
        Self { due_at: Some(due_at), ..self }
    }
}

/// The rules that the findings name, each once.
fn broken(findings: &[Finding]) -> Vec<RuleId> {
    let mut rules: Vec<RuleId> = vec![];
    for finding in findings {
        if !rules.contains(&finding.rule) {
            rules.push(finding.rule.clone());
        }
    }
    rules
}
