//! The state after an event.
use crate::event::{Ending, Event};
use crate::state::{Approved, Claimed, Hold, Listing, Measure, Queued, Record, Revision, Working};
use kernel::{RevisionId, Unfit};
use std::collections::BTreeSet;
use std::mem::replace;
use uuid::Uuid;

/// How many lifted measures are remembered.
const MAX_LIFTED: usize = 32;

pub(crate) fn evolve(listing: Listing, event: &Event) -> Result<Listing, Unfit> {
    let status = listing.record().map_or("absent", Record::status);
    let unfit = || Unfit { event: event.into(), status };
    let mut record = match listing {
        Listing::Absent => return opened(event).ok_or_else(unfit),
        Listing::Created(record) => record,
    };
    apply(&mut record, event).ok_or_else(unfit)?;
    Ok(Listing::Created(record))
}

fn opened(event: &Event) -> Option<Listing> {
    let Event::Created { provider, category, agent_operation } = event else {
        return None;
    };
    Some(Listing::Created(Box::new(Record {
        provider: *provider,
        category: *category,
        agent_operation: *agent_operation,
        revisions: 0,
        working: Working::Nothing,
        approved: None,
        withdrawn: false,
        measures: vec![],
        lifted: BTreeSet::new(),
        lacks: BTreeSet::new(),
    })))
}

/// `None` when the event does not fit.
fn apply(record: &mut Record, event: &Event) -> Option<()> {
    match event {
        Event::Created { .. } => None,
        Event::Drafted { .. } => drafted(record, event),
        Event::Screened { revision, .. } => {
            taken_up_again(record);
            is_working(record, *revision)
        }
        Event::Queued { revision, edition, terms, decide_by } => {
            let queued = Queued {
                revision: take(record, *revision)?,
                edition: edition.clone(),
                terms: (**terms).clone(),
                decide_by: *decide_by,
                claim: None,
            };
            record.working = Working::Queued(Box::new(queued));
            Some(())
        }
        Event::Recalled { revision, .. } => {
            record.working = Working::Draft { revision: take(record, *revision)?, mend_by: None };
            Some(())
        }
        Event::Claimed { revision, by, until } => {
            queued(record, *revision)?.claim = Some(Claimed { by: by.clone(), until: *until });
            Some(())
        }
        Event::Released { revision, .. } => {
            queued(record, *revision)?.claim = None;
            Some(())
        }
        Event::ModerationOverdue { revision, decide_by, .. } => {
            let queued = queued(record, *revision)?;
            queued.claim = None;
            queued.decide_by = *decide_by;
            Some(())
        }
        Event::ChangesRequested { revision, mend_by, .. } => {
            record.working = Working::ChangesRequested { revision: take(record, *revision)?, mend_by: *mend_by };
            Some(())
        }
        Event::RevisionRejected { revision, .. } => {
            record.working = Working::Rejected { revision: take(record, *revision)? };
            Some(())
        }
        Event::RevisionLapsed { revision, .. } => {
            take(record, *revision)?;
            record.withdrawn |= record.approved.is_none();
            Some(())
        }
        Event::Published { .. } => published(record, event),
        Event::Withdrawn => {
            record.withdrawn = true;
            Some(())
        }
        Event::Republished { .. } => {
            record.withdrawn = false;
            Some(())
        }
        Event::Blocked { .. } | Event::Removed { .. } | Event::RemovalServed { .. } | Event::MeasureEnded { .. } => {
            weigh(record, event)
        }
        Event::ProviderDisentitled { lacks, .. } => {
            record.lacks = lacks.clone();
            Some(())
        }
        Event::ProviderEntitled { .. } => {
            record.lacks.clear();
            Some(())
        }
    }
}

/// The newest revision replaces the working draft; the clock for mending goes on until it is submitted.
fn drafted(record: &mut Record, event: &Event) -> Option<()> {
    let Event::Drafted { revision, number, content, content_hash, core_hash, fingerprint } = event else {
        return None;
    };
    let mend_by = match &record.working {
        Working::Draft { mend_by, .. } => *mend_by,
        Working::ChangesRequested { mend_by, .. } => Some(*mend_by),
        Working::Nothing | Working::Rejected { .. } => None,
        Working::Queued(_) => return None,
    };
    let revision = Revision {
        id: *revision,
        number: *number,
        content_hash: content_hash.clone(),
        core_hash: core_hash.clone(),
        fingerprint: fingerprint.clone(),
        targets_eu: content.targets_eu,
    };
    record.revisions = *number;
    record.working = Working::Draft { revision, mend_by };
    taken_up_again(record);
    Some(())
}

/// Work on a listing that was given up before anything passed takes it up again.
fn taken_up_again(record: &mut Record) {
    record.withdrawn &= record.approved.is_some();
}

fn published(record: &mut Record, event: &Event) -> Option<()> {
    let Event::Published { revision, terms, edition, .. } = event else {
        return None;
    };
    let revision = take(record, *revision)?;
    record.approved = Some(Approved { revision, terms: (**terms).clone(), edition: edition.clone() });
    record.withdrawn = false;
    for measure in &mut record.measures {
        match &mut measure.hold {
            // What has been served already ends by an event of its own.
            Hold::Removal { served: false, correction, .. } => *correction = false,
            Hold::Removal { served: true, .. } | Hold::Block { .. } => {}
        }
    }
    Some(())
}

fn weigh(record: &mut Record, event: &Event) -> Option<()> {
    match event {
        Event::Blocked { measure, until, decision } => {
            let rule = decision.rules.first()?.clone();
            record.measures.push(Measure { id: *measure, rule, hold: Hold::Block { until: *until } });
            Some(())
        }
        Event::Removed { measure, until, correction, decision } => {
            let rule = decision.rules.first()?.clone();
            let hold = Hold::Removal { until: *until, served: false, correction: *correction };
            record.measures.push(Measure { id: *measure, rule, hold });
            Some(())
        }
        Event::RemovalServed { measure } => match &mut measure_of(record, *measure)?.hold {
            Hold::Removal { served, .. } => {
                *served = true;
                Some(())
            }
            Hold::Block { .. } => None,
        },
        Event::MeasureEnded { measure, ending, .. } => ended(record, *measure, *ending),
        Event::Created { .. }
        | Event::Drafted { .. }
        | Event::Screened { .. }
        | Event::Queued { .. }
        | Event::Recalled { .. }
        | Event::Claimed { .. }
        | Event::Released { .. }
        | Event::ModerationOverdue { .. }
        | Event::ChangesRequested { .. }
        | Event::RevisionRejected { .. }
        | Event::RevisionLapsed { .. }
        | Event::Published { .. }
        | Event::Withdrawn
        | Event::Republished { .. }
        | Event::ProviderDisentitled { .. }
        | Event::ProviderEntitled { .. } => None,
    }
}

/// A lifted measure is remembered: the message that imposed it may come again, or only now.
fn ended(record: &mut Record, measure: Uuid, ending: Ending) -> Option<()> {
    let before = record.measures.len();
    record.measures.retain(|one| one.id != measure);
    match ending {
        Ending::Lifted => {
            record.lifted.insert(measure);
            while record.lifted.len() > MAX_LIFTED {
                record.lifted.pop_first();
            }
            Some(())
        }
        Ending::Expired | Ending::Corrected => (record.measures.len() < before).then_some(()),
    }
}

fn measure_of(record: &mut Record, id: Uuid) -> Option<&mut Measure> {
    record.measures.iter_mut().find(|measure| measure.id == id)
}

fn queued(record: &mut Record, revision: RevisionId) -> Option<&mut Queued> {
    match &mut record.working {
        Working::Queued(queued) if queued.revision.id == revision => Some(queued),
        Working::Queued(_)
        | Working::Nothing
        | Working::Draft { .. }
        | Working::ChangesRequested { .. }
        | Working::Rejected { .. } => None,
    }
}

fn is_working(record: &Record, revision: RevisionId) -> Option<()> {
    record.working.revision().filter(|one| one.id == revision).map(|_| ())
}

/// Takes the working revision out, if it is this one.
fn take(record: &mut Record, revision: RevisionId) -> Option<Revision> {
    is_working(record, revision)?;
    let taken = replace(&mut record.working, Working::Nothing);
    taken.revision().cloned()
}
