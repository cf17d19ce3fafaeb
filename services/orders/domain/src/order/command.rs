//! What can be asked of an order, and what must be known of others to answer.
use super::notice::Window;
use super::state::{Change, Interval, ProblemKind};
use kernel::{CaseId, ClaimKind, FileId, ListingId, Money, Party, RevisionId, RuleId, ServedBy, Time};
use serde::{Deserialize, Serialize};
use strum::{IntoStaticStr, VariantArray};
use uuid::Uuid;

/// A command to an order.
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// Merchant: orders a published revision.
    Place(Place),
    /// System: the money is held in escrow.
    ConfirmFunding,
    /// Provider: uploads the agreement on conduct (M4.2.a.5).
    UploadAgreement(UploadAgreement),
    /// Merchant: confirms the agreement that stands.
    ConfirmAgreement {
        /// The document that is confirmed; another one may have been uploaded meanwhile.
        file: FileId,
    },
    /// Provider: begins the work.
    Start,
    /// Merchant or provider, before the start.
    Cancel {
        /// Why; the provider must say so while W2 runs. At most 1,000 characters.
        reason: Option<String>,
    },
    /// Provider: the first delivery (D1.2).
    Deliver {
        /// What was made: 1 to 50 files.
        files: Vec<FileId>,
        /// For the merchant; at most 2,000 characters.
        note: Option<String>,
    },
    /// System: a notice was served that a window runs from (D1.1.3).
    ConfirmNotice(ConfirmNotice),
    /// Merchant: accepts what was delivered.
    Accept,
    /// Merchant: asks for modification (D2.5a).
    RequestModification {
        /// What is to be changed: 1 to 20 items.
        items: Vec<Item>,
    },
    /// Provider: delivers again.
    Redeliver {
        /// What was made: 1 to 50 files.
        files: Vec<FileId>,
        /// The problems that the provider says it has solved; of those still asked for.
        problems: Vec<Uuid>,
        /// For the merchant; at most 2,000 characters.
        note: Option<String>,
    },
    /// Provider: refuses items as not described objectively (D2.5b).
    RefuseModification {
        /// Which, and why.
        items: Vec<RefusedItem>,
    },
    /// Provider: answers the reminders of something overdue (W4).
    AnswerReminder {
        /// When it will be done, and why it is late; at most 1,000 characters.
        statement: String,
    },
    /// Provider: says expressly that it will not perform (W4).
    RefuseToPerform {
        /// Why; at most 1,000 characters.
        reason: String,
    },
    /// Provider: asks for the merchant's cooperation (D2.6).
    RequestCooperation(RequestCooperation),
    /// Merchant: gives what was asked for.
    ProvideCooperation {
        /// What, in words; at most 2,000 characters.
        note: String,
        /// Material; at most 50 files.
        files: Vec<FileId>,
    },
    /// Merchant: will not give it.
    DeclineCooperation {
        /// Why; at most 1,000 characters.
        reason: String,
    },
    /// Merchant or provider: proposes a change of terms (D2.4).
    ProposeChange {
        /// The proposal's id.
        id: Uuid,
        /// What would change.
        change: Change,
        /// Why; at most 1,000 characters.
        reason: String,
    },
    /// The other party: consents.
    AcceptChange {
        /// The proposal.
        id: Uuid,
    },
    /// The other party: does not.
    DeclineChange {
        /// The proposal.
        id: Uuid,
    },
    /// Provider: ends the service.
    Terminate {
        /// Why; at most 1,000 characters.
        reason: String,
    },
    /// Provider: records that the software was down (D3.1.3).
    RecordDowntime(Downtime),
    /// Merchant: reports that the software was down.
    ReportDowntime(Downtime),
    /// Provider: confirms a report.
    ConfirmDowntime {
        /// The report.
        id: Uuid,
    },
    /// Provider: denies a report.
    DenyDowntime {
        /// The report.
        id: Uuid,
        /// Why; at most 1,000 characters.
        reason: String,
    },
    /// Merchant: asks for money back; stops every clock of the order and opens a case.
    ApplyForRefund(ApplyForRefund),
    /// System: the case was withdrawn; the clocks go on.
    Resume {
        /// The case.
        case: CaseId,
    },
    /// System: the case ended with this.
    Settle {
        /// The case.
        case: CaseId,
        /// What it brings about.
        outcome: CaseOutcome,
    },
    /// System: another forum's outcome takes the place of what the case said (D1.1.4).
    Correct {
        /// The case.
        case: CaseId,
        /// What it brings about.
        outcome: CaseOutcome,
    },
    /// Provider: provides the data that a decision lets the merchant download (W19).
    ProvideData {
        /// The data, or a part of them; at most 50 files.
        files: Vec<FileId>,
        /// Where the rest is, and how it is read; at most 2,000 characters.
        note: String,
    },
    /// Merchant: has its data.
    ConfirmDownload,
}

/// A command without its payload; the names are the words of the API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, VariantArray, IntoStaticStr)]
#[strum(serialize_all = "snake_case")]
#[allow(missing_docs, reason = "each is the command of its name")]
pub enum Action {
    Place,
    ConfirmFunding,
    UploadAgreement,
    ConfirmAgreement,
    Start,
    Cancel,
    Deliver,
    ConfirmNotice,
    Accept,
    RequestModification,
    Redeliver,
    RefuseModification,
    AnswerReminder,
    RefuseToPerform,
    RequestCooperation,
    ProvideCooperation,
    DeclineCooperation,
    ProposeChange,
    AcceptChange,
    DeclineChange,
    Terminate,
    RecordDowntime,
    ReportDowntime,
    ConfirmDowntime,
    DenyDowntime,
    ApplyForRefund,
    Resume,
    Settle,
    Correct,
    ProvideData,
    ConfirmDownload,
}

impl Action {
    /// Whom the action is meant for.
    pub fn parties(self) -> &'static [Party] {
        match self {
            Self::ConfirmFunding | Self::ConfirmNotice | Self::Resume | Self::Settle | Self::Correct => {
                &[Party::System]
            }
            Self::Place
            | Self::ConfirmAgreement
            | Self::Accept
            | Self::RequestModification
            | Self::ProvideCooperation
            | Self::DeclineCooperation
            | Self::ReportDowntime
            | Self::ApplyForRefund
            | Self::ConfirmDownload => &[Party::Merchant],
            Self::UploadAgreement
            | Self::Start
            | Self::Deliver
            | Self::Redeliver
            | Self::RefuseModification
            | Self::AnswerReminder
            | Self::RefuseToPerform
            | Self::RequestCooperation
            | Self::Terminate
            | Self::RecordDowntime
            | Self::ConfirmDowntime
            | Self::DenyDowntime
            | Self::ProvideData => &[Party::Provider],
            Self::Cancel | Self::ProposeChange | Self::AcceptChange | Self::DeclineChange => {
                &[Party::Merchant, Party::Provider]
            }
        }
    }
}

impl Command {
    /// The command without its payload.
    pub fn action(&self) -> Action {
        match self {
            Self::Place(_) => Action::Place,
            Self::ConfirmFunding => Action::ConfirmFunding,
            Self::UploadAgreement(_) => Action::UploadAgreement,
            Self::ConfirmAgreement { .. } => Action::ConfirmAgreement,
            Self::Start => Action::Start,
            Self::Cancel { .. } => Action::Cancel,
            Self::Deliver { .. } => Action::Deliver,
            Self::ConfirmNotice(_) => Action::ConfirmNotice,
            Self::Accept => Action::Accept,
            Self::RequestModification { .. } => Action::RequestModification,
            Self::Redeliver { .. } => Action::Redeliver,
            Self::RefuseModification { .. } => Action::RefuseModification,
            Self::AnswerReminder { .. } => Action::AnswerReminder,
            Self::RefuseToPerform { .. } => Action::RefuseToPerform,
            Self::RequestCooperation(_) => Action::RequestCooperation,
            Self::ProvideCooperation { .. } => Action::ProvideCooperation,
            Self::DeclineCooperation { .. } => Action::DeclineCooperation,
            Self::ProposeChange { .. } => Action::ProposeChange,
            Self::AcceptChange { .. } => Action::AcceptChange,
            Self::DeclineChange { .. } => Action::DeclineChange,
            Self::Terminate { .. } => Action::Terminate,
            Self::RecordDowntime(_) => Action::RecordDowntime,
            Self::ReportDowntime(_) => Action::ReportDowntime,
            Self::ConfirmDowntime { .. } => Action::ConfirmDowntime,
            Self::DenyDowntime { .. } => Action::DenyDowntime,
            Self::ApplyForRefund(_) => Action::ApplyForRefund,
            Self::Resume { .. } => Action::Resume,
            Self::Settle { .. } => Action::Settle,
            Self::Correct { .. } => Action::Correct,
            Self::ProvideData { .. } => Action::ProvideData,
            Self::ConfirmDownload => Action::ConfirmDownload,
        }
    }
}

/// An order at checkout.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    /// What is ordered; `Facts::offer` is this listing's.
    pub listing: ListingId,
    /// The revision that the merchant read.
    pub revision: RevisionId,
    /// How many units.
    pub quantity: u32,
    /// C7: extra costs as shown at checkout; at most 20.
    pub extra_costs: Vec<ExtraCost>,
    /// C7: the merchant has read them, and that there may be none beyond the price.
    pub extra_costs_acknowledged: bool,
}

/// A notice as it was served.
#[derive(Clone, Debug, PartialEq)]
pub struct ConfirmNotice {
    /// The window that runs from it.
    pub window: Window,
    /// When the act was done that it is of.
    pub act_at: Time,
    /// Who was told.
    pub to: Party,
    /// When it was served.
    pub served_at: Time,
    /// By what.
    pub by: ServedBy,
}

/// C7: a cost besides the price that others will charge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExtraCost {
    /// What kind.
    pub kind: ExtraCostKind,
    /// In words; at most 200 characters.
    pub note: String,
    /// How much, where it is known.
    pub amount: Option<Money>,
}

/// Kinds of extra costs (C7).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ExtraCostKind {
    /// Import duties.
    ImportDuties,
    /// Bank fees for cross-border payment.
    BankFees,
    /// Anything else.
    Other,
}

/// The agreement on both sides' conduct (M4.2.a.5).
#[derive(Clone, Debug, PartialEq)]
pub struct UploadAgreement {
    /// The signed document.
    pub file: FileId,
    /// What it promises.
    pub promise: Promise,
    /// The merchant's cooperation as agreed beforehand (D2.6); at most 20 items of 500 characters.
    pub cooperation: Vec<String>,
}

/// What an agreement promises: the effect, or for agent operation the work instead (X14).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Promise {
    /// M4.2.a.5: the promised effect in detail; at most 4,000 characters.
    Effect(String),
    /// X14, agent operation: no business result.
    Work {
        /// What is done; at most 4,000 characters.
        work: String,
        /// How; at most 4,000 characters.
        measures: String,
        /// What is reported, and when; at most 4,000 characters.
        reports: String,
    },
}

/// One item of a request for modification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Which problem.
    pub problem: Named,
    /// D2.5a: what to change, described objectively; at most 1,000 characters.
    pub change: String,
}

/// A problem as the merchant names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Named {
    /// For the first time.
    New {
        /// Its id from now on.
        id: Uuid,
        /// Of which kind.
        kind: ProblemKind,
    },
    /// Again: what was named before is still there (D2.5d).
    Again {
        /// Its id.
        id: Uuid,
    },
}

impl Named {
    /// The problem's id.
    pub fn id(self) -> Uuid {
        match self {
            Self::New { id, .. } | Self::Again { id } => id,
        }
    }
}

/// A refused item of a request (D2.5b).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RefusedItem {
    /// Which problem.
    pub problem: Uuid,
    /// Why the request for it is not objective; at most 1,000 characters.
    pub reason: String,
}

/// What the provider needs from the merchant.
#[derive(Clone, Debug, PartialEq)]
pub struct RequestCooperation {
    /// The request's id.
    pub id: Uuid,
    /// What; at most 2,000 characters.
    pub what: String,
    /// Where the merchant was told beforehand (D2.6); `None`: nowhere, and nothing pauses (X4).
    pub basis: Option<Basis>,
}

/// Where the need was told beforehand (D2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// In the listing: an item of `terms.cooperation`, from 0.
    Listing(u32),
    /// In the confirmed agreement: an item of its cooperation, from 0.
    Agreement(u32),
    /// In an earlier message of the provider in the order's chat; `Facts::notice` is this message.
    Message(Uuid),
}

/// A stretch of downtime (D3.1.3).
#[derive(Clone, Debug, PartialEq)]
pub struct Downtime {
    /// Its id.
    pub id: Uuid,
    /// From when to when.
    pub interval: Interval,
    /// Defect, maintenance, failure, force majeure, in words; at most 500 characters.
    pub cause: String,
}

/// A refund application (D1.3).
#[derive(Clone, Debug, PartialEq)]
pub struct ApplyForRefund {
    /// The case that it opens.
    pub case: CaseId,
    /// What is claimed.
    pub claim: ClaimKind,
    /// How much is asked back; at most the order's amount.
    pub amount: Money,
    /// D1.3.2: the claim, clearly; at most 2,000 characters.
    pub statement: String,
    /// The merchant has the service and keeps it (N1).
    pub keeps_service: bool,
    /// When it happened: asked for in a service period only (X9).
    pub happened_at: Option<Time>,
    /// Problems that the newest redelivery did not solve: each counts as a failed modification (D2.5d).
    pub unsolved: Vec<Uuid>,
}

/// What a case brings about for the order.
#[derive(Clone, Debug, PartialEq)]
pub struct CaseOutcome {
    /// Of the order's amount, back to the merchant.
    pub to_merchant: Money,
    /// The use goes on so many seconds longer (D3.1.3).
    pub extension_seconds: Option<u64>,
    /// The merchant downloads its data (D3.1.4, D3.2.4).
    pub data_download: bool,
    /// The rules it rests on.
    pub rules: Vec<RuleId>,
}
