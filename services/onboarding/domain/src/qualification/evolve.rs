//! The qualification after an event.
use super::event::Event;
use super::state::{Cure, Holding, Pending, Qualification, Standing, with_accepted};
use kernel::Unfit;
use kernel::machine::Due;

pub(super) fn evolve(state: Qualification, event: &Event) -> Result<Qualification, Unfit> {
    match state {
        Qualification::Absent => granted(event),
        Qualification::Granted(mut holding) => {
            apply(&mut holding, event)?;
            Ok(Qualification::Granted(holding))
        }
    }
}

fn granted(event: &Event) -> Result<Qualification, Unfit> {
    let Event::Granted { provider, category, agent_operation, application, documents, valid_until, renew_from, .. } =
        event
    else {
        return Err(Unfit { event: event.into(), status: "absent" });
    };
    Ok(Qualification::Granted(Box::new(Holding {
        provider: *provider,
        category: *category,
        agent_operation: *agent_operation,
        application: *application,
        documents: documents.clone(),
        pending: vec![],
        review_due: None,
        valid_until: *valid_until,
        renew_from: *renew_from,
        reminded_of: None,
        changes_reported: 0,
        standing: Standing::Active,
        cure: None,
    })))
}

fn apply(holding: &mut Holding, event: &Event) -> Result<(), Unfit> {
    let unfit = Unfit { event: event.into(), status: holding.standing.into() };
    // Suspicions are noted of lost qualifications as well.
    let is_note = matches!(event, Event::SuspectedViolation(_));
    if holding.standing == Standing::Revoked && !is_note {
        return Err(unfit);
    }
    match event {
        Event::SuspectedViolation(_) => {}
        Event::Granted { .. } => return Err(unfit),
        Event::Expiring { .. } => {
            holding.standing = Standing::Expiring;
            holding.reminded_of = holding.renew_from;
        }
        Event::Renewed { .. } => holding.standing = Standing::Active,
        Event::DocumentSubmitted { document, by, review_due, cure, .. } => {
            holding.pending.push(Pending { document: document.clone(), by: by.clone() });
            holding.review_due = Some(*review_due);
            set_clock(holding, *cure);
        }
        Event::DocumentAccepted { requirement, valid_until, renew_from, outstanding, review_due, cure, .. } => {
            holding.documents = with_accepted(holding, requirement);
            holding.pending.retain(|pending| pending.document.credential.requirement != *requirement);
            holding.valid_until = *valid_until;
            holding.renew_from = *renew_from;
            holding.review_due = *review_due;
            holding.cure = cure.map(|due| Cure { outstanding: outstanding.clone(), due });
        }
        Event::DocumentRejected { requirement, review_due, cure, .. } => {
            holding.pending.retain(|pending| pending.document.credential.requirement != *requirement);
            holding.review_due = *review_due;
            set_clock(holding, *cure);
        }
        Event::ReviewOverdue { review_due, .. } => holding.review_due = Some(*review_due),
        Event::ChangeReported { .. } => holding.changes_reported += 1,
        Event::RequalificationRequested { outstanding, due, .. } => {
            holding.cure = Some(Cure { outstanding: outstanding.clone(), due: *due });
        }
        Event::Requalified { .. } => holding.cure = None,
        Event::Suspended { outstanding, due, .. } => {
            holding.standing = Standing::Suspended;
            holding.cure = Some(Cure { outstanding: outstanding.clone(), due: *due });
        }
        Event::Restored { .. } => {
            holding.standing = Standing::Active;
            holding.cure = None;
        }
        Event::Revoked { .. } => {
            holding.standing = Standing::Revoked;
            holding.cure = None;
            holding.pending.clear();
            holding.review_due = None;
        }
    }
    // Back from a suspension, or with a document of the same last day: what was told once stays told.
    if holding.standing == Standing::Active && holding.is_reminded() {
        holding.standing = Standing::Expiring;
    }
    Ok(())
}

fn set_clock(holding: &mut Holding, clock: Option<Due>) {
    if let (Some(cure), Some(due)) = (&mut holding.cure, clock) {
        cure.due = due;
    }
}
