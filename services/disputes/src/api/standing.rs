//! How a case stands beside its stage: its file, the taking of evidence, the suspension, the appeal.
use super::case::is_staff;
use chrono::{DateTime, Utc};
use disputes_domain::casefile::Digest;
use disputes_domain::evidence::{Round, Window};
use disputes_domain::state::{Appealed, Course, Hearing, Suspension};
use disputes_domain::suspension::Cause;
use disputes_domain::{Forum, Opened, Phase, Side};
use kernel::{Due, Party};
use serde::Serialize;
use utoipa::ToSchema;

/// The case file in short.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeFile)]
pub(crate) struct FileBody {
    /// How many entries it has.
    pub(super) entries: u32,
    /// The hash of the last one.
    #[schema(value_type = String)]
    pub(super) head: Digest,
}

/// The taking of evidence (W14).
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeHearing)]
pub(crate) struct HearingBody {
    /// `unasked`, `evidence`, `rebuttal` or `closed`.
    #[schema(value_type = String, example = "evidence")]
    round: Round,
    /// The provider's window.
    provider: WindowBody,
    /// The merchant's window.
    merchant: WindowBody,
}

/// A side's window.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeEvidenceWindow)]
struct WindowBody {
    /// `unasked`, `asked`, `sealed` or `closed`.
    status: &'static str,
    /// Until when, while it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    due_at: Option<DateTime<Utc>>,
    /// What the side hands in now is late: it counts only if it is admitted with a reason (D1.4.2).
    late: bool,
}

/// A suspension.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeSuspension)]
pub(crate) struct SuspensionBody {
    /// `both` (D1.5.1) or `proceedings` (D1.5.2).
    cause: &'static str,
    /// Since when.
    since: DateTime<Utc>,
    /// When it ends, falls or is looked at next.
    review_at: DateTime<Utc>,
    /// Whether both have renewed it, which happens once.
    renewed: bool,
    /// Of proceedings: `court` or `police`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "court")]
    forum: Option<Forum>,
    /// Of proceedings: the side that went there.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "merchant")]
    by: Option<Side>,
    /// Of proceedings: whether the filing was proved.
    #[serde(skip_serializing_if = "Option::is_none")]
    proved: Option<bool>,
}

/// An open appeal.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeOpenAppeal)]
pub(crate) struct AppealBody {
    /// Which side appealed.
    #[schema(value_type = String, example = "merchant")]
    by: Side,
    /// Since when.
    since: DateTime<Utc>,
    /// Whether an arbitrator works on it.
    assigned: bool,
    /// Who; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    arbitrator: Option<String>,
    /// A decision waits for a second person; for staff only.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    awaits_second_person: bool,
}

impl From<&Hearing> for HearingBody {
    fn from(hearing: &Hearing) -> Self {
        Self {
            round: hearing.round,
            provider: WindowBody::of(hearing, Side::Provider),
            merchant: WindowBody::of(hearing, Side::Merchant),
        }
    }
}

impl WindowBody {
    fn of(hearing: &Hearing, side: Side) -> Self {
        let (status, due_at) = match hearing.window(side) {
            Window::Unasked => ("unasked", None),
            Window::Asked { due: Due::At(at), .. } => ("asked", Some(*at)),
            Window::Asked { due: Due::Paused { .. }, .. } => ("asked", None),
            Window::Sealed => ("sealed", None),
            Window::Closed => ("closed", None),
        };
        Self { status, due_at, late: hearing.is_late(side) }
    }
}

impl From<&Suspension> for SuspensionBody {
    fn from(suspension: &Suspension) -> Self {
        let (since, review_at) = (suspension.since, suspension.review_at());
        match &suspension.cause {
            Cause::Both { renewed, .. } => {
                Self { cause: "both", since, review_at, renewed: *renewed, forum: None, by: None, proved: None }
            }
            Cause::Proceedings { forum, by, proof_by, .. } => Self {
                cause: "proceedings",
                since,
                review_at,
                renewed: false,
                forum: Some(*forum),
                by: Some(*by),
                proved: Some(proof_by.is_none()),
            },
        }
    }
}

impl AppealBody {
    /// The appeal of a case, as this party may see it.
    pub(super) fn of(case: &Opened, party: Party) -> Option<Self> {
        let Phase::Appealed(Appealed { by, bench, .. }) = &case.phase else { return None };
        let arbitrator = bench.seat.as_ref().map(|seat| seat.arbitrator.clone());
        Some(Self {
            by: *by,
            since: bench.since,
            assigned: arbitrator.is_some(),
            arbitrator: arbitrator.filter(|_| is_staff(party)),
            awaits_second_person: is_staff(party) && bench.awaiting.is_some(),
        })
    }
}

/// The side that wants the case to wait, or to wait longer.
pub(super) fn wanted_by(case: &Opened) -> Option<Side> {
    match case.course()? {
        Course::Running { wanted } => *wanted,
        Course::Suspended(Suspension { cause: Cause::Both { wanted, .. }, .. }) => *wanted,
        Course::Suspended(Suspension { cause: Cause::Proceedings { .. }, .. }) => None,
    }
}
