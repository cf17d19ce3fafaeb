//! The application after an event.
use super::event::Event;
use super::state::{Application, Dossier, Phase, Verdict};
use crate::entry::{Declaration, Entry};
use kernel::Unfit;
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn evolve(state: Application, event: &Event) -> Result<Application, Unfit> {
    match state {
        Application::Absent => opened(event),
        Application::Opened(mut dossier) => {
            apply(&mut dossier, event)?;
            Ok(Application::Opened(dossier))
        }
    }
}

fn opened(event: &Event) -> Result<Application, Unfit> {
    let Event::Opened { provider, category, agent_operation, applicant, edition, by } = event else {
        return Err(Unfit { event: event.into(), status: "absent" });
    };
    Ok(Application::Opened(Box::new(Dossier {
        provider: *provider,
        edition: edition.clone(),
        entry: Entry {
            category: *category,
            agent_operation: *agent_operation,
            applicant: *applicant,
            business: None,
            credentials: vec![],
            declaration: None,
        },
        acted: BTreeSet::from([by.clone()]),
        findings: vec![],
        verdicts: BTreeMap::new(),
        approvals: vec![],
        requests: 0,
        overdue: 0,
        phase: Phase::Draft,
    })))
}

fn apply(dossier: &mut Dossier, event: &Event) -> Result<(), Unfit> {
    let unfit = Unfit { event: event.into(), status: dossier.phase.status() };
    if dossier.phase.is_closed() {
        return Err(unfit);
    }
    match event {
        Event::Opened { .. } => return Err(unfit),
        // Another business: what was verified was verified of the earlier one.
        Event::BusinessDescribed { business, .. } => {
            dossier.verdicts.clear();
            dossier.entry.business = Some(business.clone());
        }
        Event::CredentialSubmitted { credential, .. } => {
            dossier.verdicts.remove(&credential.requirement);
            dossier.entry.credentials.push(credential.clone());
        }
        Event::CredentialRemoved { credential } => {
            let credentials = &mut dossier.entry.credentials;
            let place = credentials.iter().position(|known| known.id == *credential).ok_or(unfit)?;
            let removed = credentials.remove(place);
            dossier.verdicts.remove(&removed.requirement);
        }
        Event::ShareholdersDeclared { applicant, shareholders } => {
            let tied = applicant.is_tie() || shareholders.iter().any(|shareholder| shareholder.tie.is_tie());
            dossier.entry.declaration = Some(Declaration { shareholders: shareholders.len(), tied_to_staff: tied });
        }
        Event::Screened { findings, .. } => dossier.findings = findings.clone(),
        // An approval before the answer was of other materials.
        Event::Submitted { by, review_due } | Event::InformationProvided { by, review_due, .. } => {
            dossier.approvals.clear();
            dossier.acted.insert(by.clone());
            dossier.phase = Phase::Submitted { review_due: *review_due };
        }
        Event::RequirementVerified { requirement, .. } => {
            dossier.verdicts.insert(requirement.clone(), Verdict::Verified);
        }
        Event::RequirementRejected { requirement, .. } => {
            dossier.verdicts.insert(requirement.clone(), Verdict::Rejected);
        }
        Event::SuspectedViolation(_) => {}
        Event::Claimed { .. }
        | Event::Released { .. }
        | Event::LeaseExpired { .. }
        | Event::ReviewOverdue { .. }
        | Event::InformationRequested { .. }
        | Event::ApprovalRecorded { .. } => move_on(dossier, event, unfit)?,
        Event::Approved { decision, .. } => {
            dossier.approvals.push(decision.by.clone());
            dossier.phase = Phase::Approved;
        }
        Event::Rejected { .. } => dossier.phase = Phase::Rejected,
        Event::Lapsed { .. } => dossier.phase = Phase::Lapsed,
        Event::Withdrawn { .. } => dossier.phase = Phase::Withdrawn,
    }
    Ok(())
}

/// Events that fit only while the application is with the reviewers.
fn move_on(dossier: &mut Dossier, event: &Event, unfit: Unfit) -> Result<(), Unfit> {
    let current_due = dossier.phase.review_due().ok_or(unfit.clone())?;
    dossier.phase = match event {
        Event::Claimed { reviewer, lease_until, .. } => {
            Phase::InReview { review_due: current_due, reviewer: reviewer.clone(), lease_until: *lease_until }
        }
        Event::Released { .. } | Event::LeaseExpired { .. } => Phase::Submitted { review_due: current_due },
        Event::ReviewOverdue { times, review_due, .. } => {
            dossier.overdue = *times;
            Phase::Submitted { review_due: *review_due }
        }
        Event::InformationRequested { due, .. } => {
            dossier.requests += 1;
            Phase::InformationRequested { due: *due }
        }
        Event::ApprovalRecorded { decision, review_due } => {
            dossier.approvals.push(decision.by.clone());
            Phase::Submitted { review_due: *review_due }
        }
        Event::Opened { .. }
        | Event::BusinessDescribed { .. }
        | Event::CredentialSubmitted { .. }
        | Event::CredentialRemoved { .. }
        | Event::ShareholdersDeclared { .. }
        | Event::Screened { .. }
        | Event::Submitted { .. }
        | Event::InformationProvided { .. }
        | Event::RequirementVerified { .. }
        | Event::RequirementRejected { .. }
        | Event::SuspectedViolation(_)
        | Event::Approved { .. }
        | Event::Rejected { .. }
        | Event::Lapsed { .. }
        | Event::Withdrawn { .. } => return Err(unfit),
    };
    Ok(())
}
