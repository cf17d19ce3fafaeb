//! What happened to an application. Long texts and whole file references are here and not in the state.
use crate::entry::{Applicant, Business, Credential, Shareholder, StaffTie};
use crate::grounds::Suspicion;
use crate::screening::Finding;
use kernel::{Category, CredentialId, Decision, EditionId, FileRef, ProviderId, QualificationId, RuleId, Time};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// One fact of an application's journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr)]
#[serde(tag = "event", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// An application was begun; it pins its edition.
    Opened {
        /// Who applies.
        provider: ProviderId,
        /// The category.
        category: Category,
        /// Whole-store hosting.
        agent_operation: bool,
        /// What kind of applicant.
        applicant: Applicant,
        /// The edition whose conditions hold.
        edition: EditionId,
        /// The person who began it; does not review it.
        by: String,
    },
    /// The business was described; all verdicts fall.
    BusinessDescribed {
        /// As read.
        business: Business,
        /// The scope as written.
        scope_text: String,
    },
    /// Something was handed in for a line of the checklist, whose verdict falls.
    CredentialSubmitted {
        /// What.
        credential: Credential,
        /// The document.
        file: Option<FileRef>,
        /// What the applicant states.
        statement: Option<String>,
    },
    /// Something was taken back; the verdict of its line falls.
    CredentialRemoved {
        /// Which.
        credential: CredentialId,
    },
    /// Ties to the platform's staff were declared.
    ShareholdersDeclared {
        /// The applicant's own tie.
        applicant: StaffTie,
        /// All shareholders.
        shareholders: Vec<Shareholder>,
    },
    /// The form was screened.
    Screened {
        /// No hard finding.
        passed: bool,
        /// All findings.
        findings: Vec<Finding>,
    },
    /// It went to the reviewers' queue.
    Submitted {
        /// The person who handed it in; does not review it.
        by: String,
        /// W32: by when a reviewer decides.
        review_due: Time,
    },
    /// A reviewer has it.
    Claimed {
        /// The reviewer's `sub`.
        reviewer: String,
        /// Until when, unless renewed.
        lease_until: Time,
        /// The operator who gave it to the reviewer.
        assigned_by: Option<String>,
    },
    /// The reviewer put it back.
    Released {
        /// Who.
        reviewer: String,
    },
    /// The reviewer's lease ran out: it is back in the queue.
    LeaseExpired {
        /// Who had it.
        reviewer: String,
    },
    /// W32 passed without a decision: back in the queue, operators are told, nothing is decided by it.
    ReviewOverdue {
        /// Who had it.
        reviewer: Option<String>,
        /// How often this happened, this time included.
        times: u32,
        /// By when a reviewer decides now.
        review_due: Time,
        /// W32.
        rules: Vec<RuleId>,
    },
    /// A line of the checklist is fulfilled.
    RequirementVerified {
        /// The line.
        requirement: String,
        /// The rule that asks it.
        rule: RuleId,
        /// The reviewer.
        by: String,
        /// What was looked at.
        note: String,
    },
    /// A line of the checklist is not fulfilled.
    RequirementRejected {
        /// The line.
        requirement: String,
        /// The rule that asks it.
        rule: RuleId,
        /// The reviewer.
        by: String,
        /// Why.
        reason: String,
    },
    /// More is asked of the applicant (M3.2).
    InformationRequested {
        /// What.
        what: String,
        /// The lines it is about.
        requirements: Vec<String>,
        /// The reviewer.
        by: String,
        /// Until when the answer is awaited; then the application lapses.
        due: Time,
        /// M3.2.
        rules: Vec<RuleId>,
    },
    /// The applicant answered; it is back in the queue, earlier approvals fall.
    InformationProvided {
        /// The answer.
        answer: String,
        /// Files that belong to it.
        files: Vec<FileRef>,
        /// The person who answered; does not review it.
        by: String,
        /// W32: by when a reviewer decides now.
        review_due: Time,
    },
    /// One of several reviewers approves; another one is needed.
    ApprovalRecorded {
        /// The reasons.
        decision: Decision,
        /// By when another reviewer decides.
        review_due: Time,
    },
    /// The provider qualifies. To be followed by `grant` on the qualification.
    Approved {
        /// The reasons.
        decision: Decision,
        /// The qualification to be granted; shares the application's UUID.
        qualification: QualificationId,
        /// What it rests on.
        credentials: Vec<Credential>,
        /// M3.3.
        notice: String,
    },
    /// The provider does not qualify.
    Rejected {
        /// The reasons.
        decision: Decision,
        /// M3.3.
        notice: String,
    },
    /// Something is suspected of the applicant; compliance decides on it.
    SuspectedViolation(Suspicion),
    /// The answer to a request for information did not come.
    Lapsed {
        /// The reasons.
        decision: Decision,
    },
    /// The applicant ended it, or left the market.
    Withdrawn {
        /// Why.
        reason: String,
        /// Who.
        by: String,
    },
}
