//! What the timelines say of an event: the grounds, the words, the line of the checklist; and what is for staff alone.
use kernel::{Decision, RuleId, Time};
use onboarding_domain::grounds::Suspicion;
use onboarding_domain::{application, provider, qualification};
use std::slice;

/// What an event says.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// What it rests on, the governing rule first.
    pub rules: Vec<RuleId>,
    /// In the words of whoever acted; may be empty.
    pub text: String,
    /// The line of the checklist.
    pub requirement: Option<String>,
    /// The grounds of a decision.
    pub decision: Option<Decision>,
    /// When the clock that it started passes.
    pub due_at: Option<Time>,
    /// Whether it is for staff alone.
    pub staff_only: bool,
}

const X21: RuleId = RuleId::of("X21");
const W32: RuleId = RuleId::of("W32");
const TRUE: RuleId = RuleId::of("M4.2.f.1");

impl Said {
    fn on(rules: &[RuleId]) -> Self {
        Self { rules: rules.to_vec(), ..Self::default() }
    }

    fn decided(decision: &Decision) -> Self {
        Self { text: decision.reasons.clone(), decision: Some(decision.clone()), ..Self::on(&decision.rules) }
    }

    fn suspected(suspicion: &Suspicion) -> Self {
        let text = format!("{}: {}", suspicion.suspected, suspicion.facts.join("; "));
        Self { text, staff_only: true, ..Self::on(&suspicion.rules) }
    }

    fn text(self, text: &str) -> Self {
        Self { text: text.to_owned(), ..self }
    }

    fn about(self, requirement: &str) -> Self {
        Self { requirement: Some(requirement.to_owned()), ..self }
    }

    fn until(self, due_at: impl Into<Option<Time>>) -> Self {
        Self { due_at: due_at.into(), ..self }
    }
}

/// What the timeline says of an application's event.
pub(crate) fn of_application(event: &application::Event) -> Said {
    use application::Event;
    match event {
        Event::Opened { category, .. } => Said::on(&[]).text(&category.to_string()),
        Event::BusinessDescribed { business, .. } => Said::on(&[TRUE]).text(&business.legal_name),
        Event::CredentialSubmitted { credential, statement, .. } => {
            Said::on(&[TRUE]).about(&credential.requirement).text(statement.as_deref().unwrap_or_default())
        }
        Event::CredentialRemoved { .. } => Said::default(),
        Event::ShareholdersDeclared { .. } => Said::on(&[RuleId::of("M5.67"), RuleId::of("C4")]),
        Event::Screened { findings, .. } => {
            let codes: Vec<_> = findings.iter().map(|finding| format!("{}: {}", finding.place, finding.code)).collect();
            let mut rules: Vec<RuleId> = findings.iter().map(|finding| finding.rule.clone()).collect();
            rules.dedup();
            Said::on(&rules).text(&codes.join("; "))
        }
        Event::Submitted { review_due, .. } => Said::on(&[TRUE, W32]).until(*review_due),
        Event::Claimed { lease_until, .. } => Said::on(&[W32]).until(*lease_until),
        Event::Released { .. } | Event::LeaseExpired { .. } => Said::on(&[W32]),
        Event::ReviewOverdue { review_due, rules, .. } => Said::on(rules).until(*review_due),
        Event::RequirementVerified { requirement, rule, note, .. } => {
            Said::on(slice::from_ref(rule)).about(requirement).text(note)
        }
        Event::RequirementRejected { requirement, rule, reason, .. } => {
            Said::on(slice::from_ref(rule)).about(requirement).text(reason)
        }
        Event::InformationRequested { what, due, rules, .. } => Said::on(rules).text(what).until(*due),
        Event::InformationProvided { answer, review_due, .. } => Said::on(&[W32]).text(answer).until(*review_due),
        Event::ApprovalRecorded { decision, review_due } => Said::decided(decision).until(*review_due),
        Event::Approved { decision, .. } | Event::Rejected { decision, .. } | Event::Lapsed { decision } => {
            Said::decided(decision)
        }
        Event::SuspectedViolation(suspicion) => Said::suspected(suspicion),
        Event::Withdrawn { reason, .. } => Said::default().text(reason),
    }
}

/// What the timeline says of a qualification's event.
pub(crate) fn of_qualification(event: &qualification::Event) -> Said {
    use qualification::Event;
    match event {
        Event::Granted { valid_until, rules, .. } | Event::Expiring { valid_until, rules } => {
            Said::on(rules).until(*valid_until)
        }
        Event::DocumentSubmitted { document, statement, review_due, .. } => Said::on(&[TRUE, W32])
            .about(&document.credential.requirement)
            .text(statement.as_deref().unwrap_or_default())
            .until(*review_due),
        Event::DocumentAccepted { requirement, note, .. } => {
            Said::on(&[RuleId::of("M3.2")]).about(requirement).text(note)
        }
        Event::DocumentRejected { requirement, reason, rules, .. } => Said::on(rules).about(requirement).text(reason),
        Event::ReviewOverdue { review_due, rules } => Said::on(rules).until(*review_due),
        Event::Renewed { valid_until } => Said::on(&[RuleId::of("M3.1")]).until(*valid_until),
        Event::ChangeReported { what, requirement, report_by, rules, .. } => {
            Said { requirement: requirement.clone(), ..Said::on(rules).text(what).until(*report_by) }
        }
        Event::RequalificationRequested { decision, due, .. } | Event::Suspended { decision, due, .. } => {
            Said::decided(decision).until(running(*due))
        }
        Event::Requalified { decision } | Event::Restored { decision } | Event::Revoked { decision } => {
            Said::decided(decision)
        }
        Event::SuspectedViolation(suspicion) => Said::suspected(suspicion),
    }
}

/// What the timeline says of an event of a provider's profile.
pub(crate) fn of_provider(event: &provider::Event) -> Said {
    use provider::Event;
    match event {
        Event::Registered { .. } => Said::default(),
        Event::Trained { version, rules, .. } => Said::on(rules).text(version),
        Event::ExitRequested { reason, rules, .. } => Said::on(rules).text(reason),
        Event::ExitCancelled => Said::on(&[X21]),
        Event::Exited { decision: Some(decision), .. } => Said::decided(decision),
        Event::Exited { decision: None, .. } => Said::on(&[X21]),
        Event::Barred { decision, .. } | Event::BarLifted { decision } => Said::decided(decision),
    }
}

fn running(due: kernel::Due) -> Option<Time> {
    match due {
        kernel::Due::At(at) => Some(at),
        kernel::Due::Paused { .. } => None,
    }
}
