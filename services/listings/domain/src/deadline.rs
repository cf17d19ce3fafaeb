//! The deadlines of a listing.
use crate::state::{Hold, Listing, Record, Working};
use kernel::{Deadline, Party, RuleId};
use strum::{IntoStaticStr, VariantArray};

/// Kinds of deadlines.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
pub enum Timer {
    /// A moderator decides by then.
    ModerationDue,
    /// A moderator's hold on a revision.
    ClaimLease,
    /// The provider submits a mended revision by then.
    MendBy,
    /// A measure's time.
    MeasureEnd,
}

impl kernel::Timer for Timer {
    fn rule(self) -> RuleId {
        match self {
            Self::ModerationDue | Self::ClaimLease | Self::MendBy => RuleId::of("W32"),
            Self::MeasureEnd => RuleId::of("M5"),
        }
    }

    fn on_expiry(self) -> &'static str {
        match self {
            Self::ModerationDue => "back in the moderators' queue, the operator is told",
            Self::ClaimLease => "the revision is anybody's in the queue again",
            Self::MendBy => "the revision is withdrawn",
            Self::MeasureEnd => "the measure ends, or waits for a corrected revision",
        }
    }
}

/// Every running deadline.
pub(crate) fn deadlines(listing: &Listing) -> Vec<Deadline<Timer>> {
    let Some(record) = listing.record() else {
        return vec![];
    };
    let mut deadlines = of_working(record);
    let measures = record.measures.iter().filter_map(|measure| {
        let until = match measure.hold {
            Hold::Block { until } | Hold::Removal { until, served: false, .. } => until,
            Hold::Removal { served: true, .. } => None,
        };
        until.map(|until| Deadline::at(Timer::MeasureEnd, Party::System, until).about(measure.id))
    });
    deadlines.extend(measures);
    deadlines
}

fn of_working(record: &Record) -> Vec<Deadline<Timer>> {
    match &record.working {
        Working::Queued(queued) => {
            let due = Deadline::at(Timer::ModerationDue, Party::Moderator, queued.decide_by);
            let lease =
                queued.claim.as_ref().map(|claim| Deadline::at(Timer::ClaimLease, Party::Moderator, claim.until));
            std::iter::once(due).chain(lease).collect()
        }
        Working::Draft { mend_by: Some(mend_by), .. } | Working::ChangesRequested { mend_by, .. } => {
            vec![Deadline::at(Timer::MendBy, Party::Provider, *mend_by)]
        }
        Working::Nothing | Working::Draft { mend_by: None, .. } | Working::Rejected { .. } => vec![],
    }
}
