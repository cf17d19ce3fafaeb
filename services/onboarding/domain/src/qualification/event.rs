//! What happened to a qualification. Long texts and whole file references are here and not in the state.
use super::state::{Document, SuspensionCause};
use crate::grounds::Suspicion;
use chrono::NaiveDate;
use kernel::machine::Due;
use kernel::{ApplicationId, Category, Decision, EditionId, FileRef, ProviderId, RuleId, Time};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use strum::IntoStaticStr;

/// One fact of a qualification's journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr)]
#[serde(tag = "event", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// The provider may sell in the category.
    Granted {
        /// Who.
        provider: ProviderId,
        /// What.
        category: Category,
        /// Whole-store hosting.
        agent_operation: bool,
        /// The approved application.
        application: ApplicationId,
        /// What it rests on.
        documents: Vec<Document>,
        /// When the earliest document lapses.
        valid_until: Option<Time>,
        /// From when renewal is due.
        renew_from: Option<Time>,
        /// The rule of the category, M3.1, M3.3.
        rules: Vec<RuleId>,
        /// The newest edition then.
        edition: EditionId,
    },
    /// A document lapses soon: renewal is due (M3.1).
    Expiring {
        /// When it lapses.
        valid_until: Option<Time>,
        /// M3.1.
        rules: Vec<RuleId>,
    },
    /// Something was handed in; a running cure stands still until it is judged.
    DocumentSubmitted {
        /// What.
        document: Document,
        /// The file.
        file: Option<FileRef>,
        /// What the provider states.
        statement: Option<String>,
        /// The person who handed it in; does not judge it.
        by: String,
        /// W32: by when a reviewer judges.
        review_due: Time,
        /// The cure's clock now.
        cure: Option<Due>,
    },
    /// What was handed in for a line is good and replaces what was there.
    DocumentAccepted {
        /// The line.
        requirement: String,
        /// The reviewer.
        by: String,
        /// What was looked at.
        note: String,
        /// When the earliest document lapses now.
        valid_until: Option<Time>,
        /// From when renewal is due now.
        renew_from: Option<Time>,
        /// The lines that must still be verified.
        outstanding: BTreeSet<String>,
        /// W32, while something else waits.
        review_due: Option<Time>,
        /// The cure's clock now.
        cure: Option<Due>,
    },
    /// What was handed in for a line is not good.
    DocumentRejected {
        /// The line.
        requirement: String,
        /// The reviewer.
        by: String,
        /// Why.
        reason: String,
        /// M3.2.
        rules: Vec<RuleId>,
        /// W32, while something else waits.
        review_due: Option<Time>,
        /// The cure's clock now.
        cure: Option<Due>,
    },
    /// W32 passed without a judgement on what was handed in; operators are told, nothing is decided by it.
    ReviewOverdue {
        /// By when a reviewer judges now.
        review_due: Time,
        /// W32.
        rules: Vec<RuleId>,
    },
    /// Expiring no more.
    Renewed {
        /// When the earliest document lapses now.
        valid_until: Option<Time>,
    },
    /// A change or lapse of an entry material was reported (M4.2.f.1).
    ChangeReported {
        /// What changed.
        what: String,
        /// The day of the change.
        changed_on: NaiveDate,
        /// The line of the checklist that it touches.
        requirement: Option<String>,
        /// Until when it was to be reported.
        report_by: Time,
        /// It was reported after that.
        late: bool,
        /// M4.2.f.1.
        rules: Vec<RuleId>,
    },
    /// Lines are to be verified again (M3.2).
    RequalificationRequested {
        /// All lines that must be verified now.
        outstanding: BTreeSet<String>,
        /// The clock of the answer.
        due: Due,
        /// Why; automated when it follows from a change report.
        decision: Decision,
    },
    /// The provider still qualifies.
    Requalified {
        /// Why.
        decision: Decision,
    },
    /// The category is closed to the provider for now.
    Suspended {
        /// What led to it.
        cause: SuspensionCause,
        /// Why.
        decision: Decision,
        /// The lines that must be verified.
        outstanding: BTreeSet<String>,
        /// The clock of the cure.
        due: Due,
    },
    /// The suspension is lifted.
    Restored {
        /// Why.
        decision: Decision,
    },
    /// The category is lost.
    Revoked {
        /// Why.
        decision: Decision,
    },
    /// Something is suspected of the provider; compliance decides on it.
    SuspectedViolation(Suspicion),
}
