//! What is asked of a case.
use crate::adjudication::Fact;
use crate::appeal::Ground;
use crate::consequence::Consequence;
use crate::evidence::weighing::ItemRuling;
use crate::evidence::{Exhibit, Record};
use crate::findings::{FigureFindings, Finding};
use crate::notice::NoticeReport;
use crate::state::{Opening, Side};
use crate::suspension::Forum;
use kernel::{ClaimKind, FileId, Money, RuleId};
use serde::{Deserialize, Serialize};
use strum::{Display, IntoStaticStr, VariantArray};
use uuid::Uuid;

/// A command, with its payload. Bounds of texts and lists: [`crate::wording`].
#[derive(Clone, Debug, PartialEq)]
pub enum Command {
    /// System, from `orders.order.disputed`: opens the case under the id that the application chose.
    Open(Box<Opening>),
    /// Either party: puts a proposal on the table, in place of the one that stands (A7, W12).
    Propose {
        /// A new id.
        proposal: Uuid,
        /// Of the order's amount, to the merchant: none of it to all of it.
        to_merchant: Money,
        /// Why; may be empty.
        text: String,
    },
    /// The other party: settles the case at exactly this proposal and amount (D1.6.1).
    AcceptProposal {
        /// The proposal that is accepted.
        proposal: Uuid,
        /// Its amount, as the acceptor read it.
        to_merchant: Money,
    },
    /// The other party: takes the proposal off the table.
    DeclineProposal {
        /// The proposal that is declined.
        proposal: Uuid,
        /// Why; may be empty.
        text: String,
    },
    /// The provider: no refund (A7).
    RefuseRefund {
        /// Why.
        reasons: String,
    },
    /// Either party: wants the long negotiation window; both must (W12).
    ExtendNegotiation,
    /// The merchant: takes the application back; the order goes on.
    Withdraw {
        /// Why; may be empty.
        text: String,
    },
    /// Either party: asks the platform to step in (D1.3.1). A8 asks the merchant for four things: the order number,
    /// which the case itself carries, and these three.
    Escalate {
        /// The kind of product; required of the merchant.
        kind_of_product: String,
        /// How the dispute went; required of the merchant.
        summary: String,
        /// Why the merchant wants a refund, or why the provider wants a decision; required of both.
        reasons: String,
    },
    /// An arbitrator: takes the case from the queue, or holds it for another lease.
    Claim,
    /// The arbitrator who holds it: puts it back into the queue.
    Release,
    /// The arbitrator who holds it, or an operator: gives it to an arbitrator.
    HandOver {
        /// The receiver's `sub`.
        to: String,
    },
    /// An arbitrator: declares a conflict of interest, for good (D1.1.4).
    DeclareConflict {
        /// What it is.
        reason: String,
    },
    /// The arbitrator who holds it: decides (D1.1.4, A8); above an amount of the rulebook, hands it to a second person.
    Decide(Box<Draft>),
    /// Another arbitrator: confirms exactly the draft that waits.
    ConfirmDecision(Box<Draft>),
    /// Another arbitrator: gives the draft that waits back.
    ReturnDecision {
        /// Why.
        reasons: String,
    },
    /// System, from messages: the platform's own records; valid vouchers (D1.2).
    FileRecords(Vec<Record>),
    /// The merchant: claims something more (X11).
    AddClaim {
        /// What.
        claim: ClaimKind,
        /// In the merchant's words.
        statement: String,
    },
    /// The arbitrator who holds it: asks a side for evidence (D1.4.1).
    RequestEvidence {
        /// A new id.
        request: Uuid,
        /// Which side.
        of: Side,
        /// What the papers must contain (D1.4.5).
        asks: String,
        /// What they are to prove; at most four.
        facts: Vec<Fact>,
    },
    /// Either side: drafts an item, for itself alone.
    DraftEvidence(Box<Exhibit<FileId>>),
    /// Either side: takes a draft away.
    DiscardEvidence {
        /// The item's id.
        item: Uuid,
    },
    /// Either side: seals its set; past its window, hands it in late.
    SealEvidence {
        /// Why so late; required then.
        reason: String,
    },
    /// Either side: disputes an item of the other.
    ContestEvidence {
        /// The item's entry.
        item: u32,
        /// Why.
        reason: String,
    },
    /// The arbitrator who holds it: admits, excludes or reclassifies an item.
    RuleOnEvidence {
        /// The item's entry.
        item: u32,
        /// What.
        ruling: ItemRuling,
        /// Why.
        reason: String,
    },
    /// The arbitrator who holds it: enters findings of fact.
    EnterFindings {
        /// Each replaces what was found of its fact.
        findings: Vec<Finding>,
        /// All figures, or none to leave them.
        figures: Option<FigureFindings>,
    },
    /// Either side: wants the case to wait, or to wait once more; both must (D1.5.1).
    AskSuspension {
        /// Why; may be empty.
        reason: String,
    },
    /// Either side: has gone to court or to the police (D1.5.2).
    NotifyProceedings {
        /// Where.
        forum: Forum,
        /// The file number there; may be empty until the proof.
        reference: String,
        /// About what.
        reason: String,
    },
    /// The side that went there: the first time proves the filing, then reports (W16).
    ReportProceedings {
        /// The file number there.
        reference: String,
        /// How they stand.
        text: String,
        /// Papers; the proof needs one.
        files: Vec<FileId>,
        /// They are over: the case goes on.
        concluded: bool,
    },
    /// A side that may, or an operator: lifts the suspension.
    Resume {
        /// Why.
        reason: String,
    },
    /// Either side: appeals (W17).
    Appeal {
        /// New evidence, or a named error.
        ground: Ground<FileId>,
        /// In its own words.
        text: String,
    },
    /// The side that appealed: takes the appeal back.
    WithdrawAppeal {
        /// Why; may be empty.
        text: String,
    },
    /// System, from messages: what the decision caused elsewhere.
    RecordConsequences(Vec<Consequence>),
    /// System, from messages: a notice that starts a window was served (D1.1.3).
    ConfirmNotice(NoticeReport),
    /// An operator: another forum has finally decided (D1.1.4).
    FollowForum(Box<ForumOutcome>),
}

/// A decision as the arbitrator hands it in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Draft {
    /// Of the order's amount, to the merchant: none of it to all of it.
    pub to_merchant: Money,
    /// Beyond the order's amount, owed by the provider; zero unless an article grants it (D3.1.4).
    pub compensation: Money,
    /// The use of the service goes on so many seconds longer (D3.1.3).
    pub extension_seconds: Option<u64>,
    /// The merchant downloads its data (D3.1.4, D3.2.4).
    pub data_download: bool,
    /// The articles it rests on, the governing one first.
    pub rules: Vec<RuleId>,
    /// What was found beside the findings of fact, each a short sentence; may be empty where there are findings.
    pub facts: Vec<String>,
    /// The numbers of the entries that it rests on beside those of the findings; may be empty where there are such.
    pub evidence: Vec<u32>,
    /// The reasons for both sides.
    pub reasons: String,
    /// Why it departs from the recommended outcome; required where it does.
    pub departure: String,
}

/// What another forum decided, as an operator reports it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForumOutcome {
    /// Which.
    pub forum: Forum,
    /// The file number there.
    pub reference: String,
    /// What it decided.
    pub text: String,
    /// Of the order's amount, to the merchant.
    pub to_merchant: Money,
    /// Beyond the order's amount, owed by the provider.
    pub compensation: Money,
    /// The use of the service goes on so many seconds longer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension_seconds: Option<u64>,
    /// The merchant downloads its data.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub data_download: bool,
}

/// A command without its payload.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray, IntoStaticStr, Display)]
#[strum(serialize_all = "snake_case")]
pub enum Action {
    /// See [`Command::Open`].
    Open,
    /// See [`Command::Propose`].
    Propose,
    /// See [`Command::AcceptProposal`].
    AcceptProposal,
    /// See [`Command::DeclineProposal`].
    DeclineProposal,
    /// See [`Command::RefuseRefund`].
    RefuseRefund,
    /// See [`Command::ExtendNegotiation`].
    ExtendNegotiation,
    /// See [`Command::Withdraw`].
    Withdraw,
    /// See [`Command::Escalate`].
    Escalate,
    /// See [`Command::Claim`].
    Claim,
    /// See [`Command::Release`].
    Release,
    /// See [`Command::HandOver`].
    HandOver,
    /// See [`Command::DeclareConflict`].
    DeclareConflict,
    /// See [`Command::Decide`].
    Decide,
    /// See [`Command::ConfirmDecision`].
    ConfirmDecision,
    /// See [`Command::ReturnDecision`].
    ReturnDecision,
    /// See [`Command::FileRecords`].
    FileRecords,
    /// See [`Command::AddClaim`].
    AddClaim,
    /// See [`Command::RequestEvidence`].
    RequestEvidence,
    /// See [`Command::DraftEvidence`].
    DraftEvidence,
    /// See [`Command::DiscardEvidence`].
    DiscardEvidence,
    /// See [`Command::SealEvidence`].
    SealEvidence,
    /// See [`Command::ContestEvidence`].
    ContestEvidence,
    /// See [`Command::RuleOnEvidence`].
    RuleOnEvidence,
    /// See [`Command::EnterFindings`].
    EnterFindings,
    /// See [`Command::AskSuspension`].
    AskSuspension,
    /// See [`Command::NotifyProceedings`].
    NotifyProceedings,
    /// See [`Command::ReportProceedings`].
    ReportProceedings,
    /// See [`Command::Resume`].
    Resume,
    /// See [`Command::Appeal`].
    Appeal,
    /// See [`Command::WithdrawAppeal`].
    WithdrawAppeal,
    /// See [`Command::RecordConsequences`].
    RecordConsequences,
    /// See [`Command::ConfirmNotice`].
    ConfirmNotice,
    /// See [`Command::FollowForum`].
    FollowForum,
}

impl Command {
    /// The command without its payload.
    pub fn action(&self) -> Action {
        match self {
            Self::Open(_) => Action::Open,
            Self::Propose { .. } => Action::Propose,
            Self::AcceptProposal { .. } => Action::AcceptProposal,
            Self::DeclineProposal { .. } => Action::DeclineProposal,
            Self::RefuseRefund { .. } => Action::RefuseRefund,
            Self::ExtendNegotiation => Action::ExtendNegotiation,
            Self::Withdraw { .. } => Action::Withdraw,
            Self::Escalate { .. } => Action::Escalate,
            Self::Claim => Action::Claim,
            Self::Release => Action::Release,
            Self::HandOver { .. } => Action::HandOver,
            Self::DeclareConflict { .. } => Action::DeclareConflict,
            Self::Decide(_) => Action::Decide,
            Self::ConfirmDecision(_) => Action::ConfirmDecision,
            Self::ReturnDecision { .. } => Action::ReturnDecision,
            Self::FileRecords(_) => Action::FileRecords,
            Self::AddClaim { .. } => Action::AddClaim,
            Self::RequestEvidence { .. } => Action::RequestEvidence,
            Self::DraftEvidence(_) => Action::DraftEvidence,
            Self::DiscardEvidence { .. } => Action::DiscardEvidence,
            Self::SealEvidence { .. } => Action::SealEvidence,
            Self::ContestEvidence { .. } => Action::ContestEvidence,
            Self::RuleOnEvidence { .. } => Action::RuleOnEvidence,
            Self::EnterFindings { .. } => Action::EnterFindings,
            Self::AskSuspension { .. } => Action::AskSuspension,
            Self::NotifyProceedings { .. } => Action::NotifyProceedings,
            Self::ReportProceedings { .. } => Action::ReportProceedings,
            Self::Resume { .. } => Action::Resume,
            Self::Appeal { .. } => Action::Appeal,
            Self::WithdrawAppeal { .. } => Action::WithdrawAppeal,
            Self::RecordConsequences(_) => Action::RecordConsequences,
            Self::ConfirmNotice(_) => Action::ConfirmNotice,
            Self::FollowForum(_) => Action::FollowForum,
        }
    }
}
