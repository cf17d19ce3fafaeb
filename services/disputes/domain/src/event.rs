//! What happened to a case. Texts stand here and nowhere else; instants of deadlines come computed.
mod appealing;
mod elsewhere;
mod entering;
mod filing;
mod telling;

pub use appealing::Appeal;
pub use elsewhere::{Followed, Proceedings};
pub use entering::Entered;
pub use telling::{Reminder, Spokesperson};

use crate::adjudication::{Fact, Recommendation};
use crate::appeal::AppealResult;
use crate::casefile::{Digest, Filed};
use crate::consequence::{Consequence, Reversal};
use crate::evidence::{Exhibit, weighing::ItemRuling};
use crate::notice::NoticeServed;
use crate::state::{Escalation, Opening, Outcome, Side};
use crate::suspension::{Cause, Resumption};
use crate::{command::Draft, record::DecisionRecord};
use kernel::{ClaimKind, Decision, Money, RuleId, Time};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;
use uuid::Uuid;

/// An event. Its name is the variant's in snake case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, IntoStaticStr)]
#[serde(tag = "event", rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Event {
    /// A refund application opened the case.
    Opened {
        /// The order and the application.
        opening: Box<Opening>,
        /// Who bears the burden of proof (D1.4.3, D1.4.4).
        burden: Side,
        /// The rule that says so.
        burden_rule: RuleId,
        /// W11: the provider's answer.
        answer_by: Time,
        /// W12: the negotiation window.
        negotiate_until: Time,
        /// When the provider is reminded of it.
        remind_at: Option<Time>,
        /// When.
        at: Time,
        /// The claim, as the first entry of the case file.
        filed: Vec<Filed>,
    },
    /// A party was reminded of what it owes (D1.1.3).
    Reminded {
        /// Which side.
        side: Side,
        /// Of what.
        of: Reminder,
        /// W11, W14, W16.
        rules: Vec<RuleId>,
    },
    /// The notice that starts a window was served (D1.1.3).
    NoticeServed(NoticeServed),
    /// The merchant claims something more (X11).
    ClaimAdded {
        /// Who.
        by: Spokesperson,
        /// What.
        claim: ClaimKind,
        /// In the merchant's words.
        statement: String,
        /// Who bears the burden of proof.
        burden: Side,
        /// The rule that says so.
        burden_rule: RuleId,
        /// W14: until when the provider may answer it, where its window had closed.
        answer_by: Option<Time>,
        /// When it is reminded of that.
        remind_at: Option<Time>,
        /// The entry.
        filed: Filed,
    },
    /// A proposal was put on the table.
    Proposed {
        /// Its id.
        proposal: Uuid,
        /// Who made it.
        by: Spokesperson,
        /// To the merchant, of the order's amount.
        to_merchant: Money,
        /// Why.
        text: String,
        /// The proposal it replaces or counters.
        replaces: Option<Uuid>,
        /// W12: until when it may be accepted.
        reply_by: Time,
        /// There is nothing left to answer: `settled` comes with it.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        settles: bool,
        /// The entry.
        #[serde(default)]
        filed: Vec<Filed>,
    },
    /// A proposal was declined, or not answered in time (W12).
    ProposalDeclined {
        /// Which.
        proposal: Uuid,
        /// Who declined it; `None`: silence did.
        by: Option<Spokesperson>,
        /// Why.
        text: String,
        /// W13, where it starts now.
        escalate_by: Option<Time>,
        /// The entry.
        #[serde(default)]
        filed: Vec<Filed>,
        /// W12.
        rules: Vec<RuleId>,
    },
    /// The provider refused a refund (A7); a proposal on the table is gone.
    RefundRefused {
        /// Who refused.
        by: Spokesperson,
        /// Why.
        reasons: String,
        /// W13 starts.
        escalate_by: Time,
        /// The entry.
        #[serde(default)]
        filed: Vec<Filed>,
        /// A7.
        rules: Vec<RuleId>,
    },
    /// One side wants to negotiate longer.
    LongerNegotiationWanted {
        /// Who.
        by: Spokesperson,
    },
    /// Both sides want to negotiate longer (W12).
    NegotiationExtended {
        /// Who agreed last.
        by: Spokesperson,
        /// The new end of the window.
        until: Time,
        /// The provider's answer, moved along if it is still due.
        answer_by: Option<Time>,
    },
    /// The negotiation window passed without agreement.
    NegotiationEnded {
        /// W13, where it starts now.
        escalate_by: Option<Time>,
        /// W12, N1.
        rules: Vec<RuleId>,
    },
    /// The case went to arbitration.
    Escalated {
        /// What brought it there.
        cause: Escalation,
        /// Who asked; `None` when the provider's silence did it.
        by: Option<Spokesperson>,
        /// The kind of product (A8).
        kind_of_product: String,
        /// How the dispute went (A8).
        summary: String,
        /// Reasons (A8).
        reasons: String,
        /// W15: the decision.
        decide_by: Time,
        /// When.
        at: Time,
        /// The entry.
        #[serde(default)]
        filed: Vec<Filed>,
        /// What it rests on.
        rules: Vec<RuleId>,
    },
    /// The application was withdrawn; the order goes on.
    Withdrawn {
        /// Who withdrew it; `None`: nobody escalated in time (W13).
        by: Option<Spokesperson>,
        /// Why.
        text: String,
        /// Nothing moves.
        outcome: Outcome,
    },
    /// A proposal was accepted (D1.6.1), or offered all that the other side had asked for (A7).
    Settled {
        /// Which.
        proposal: Uuid,
        /// Who accepted it, or offered so much.
        by: Spokesperson,
        /// The entry.
        #[serde(default)]
        filed: Vec<Filed>,
        /// What was agreed.
        outcome: Outcome,
    },
    /// An arbitrator took the case, or renewed the hold on it.
    Claimed {
        /// The arbitrator's `sub`.
        arbitrator: String,
        /// Until when.
        until: Time,
    },
    /// The arbitrator put the case back into the queue.
    Released {
        /// The arbitrator's `sub`.
        arbitrator: String,
    },
    /// The hold ran out; the case is back in the queue.
    LeaseLapsed {
        /// The arbitrator's `sub`.
        arbitrator: String,
        /// W15.
        rules: Vec<RuleId>,
    },
    /// The case was given to an arbitrator.
    HandedOver {
        /// Who held it.
        from: Option<String>,
        /// Who holds it now.
        to: String,
        /// Who did it: the former holder, or an operator.
        by: String,
        /// Until when.
        until: Time,
    },
    /// An arbitrator declared a conflict of interest (D1.1.4).
    ConflictDeclared {
        /// The arbitrator's `sub`.
        arbitrator: String,
        /// What it is.
        reason: String,
    },
    /// No decision in time (W15): back into the queue, the operator is told.
    DecisionOverdue {
        /// Who held it.
        arbitrator: Option<String>,
        /// The new term.
        decide_by: Time,
        /// W15.
        rules: Vec<RuleId>,
    },
    /// Records of the platform entered the case file, as valid vouchers (D1.2).
    RecordsFiled {
        /// The entries.
        filed: Vec<Filed>,
    },
    /// A side was asked for evidence (D1.4.1).
    EvidenceRequested {
        /// The request's id.
        request: Uuid,
        /// Which side.
        of: Side,
        /// What the papers must contain (D1.4.5).
        asks: String,
        /// What they are to prove.
        facts: Vec<Fact>,
        /// W14: until when.
        due: Time,
        /// When the side is reminded.
        remind_at: Option<Time>,
        /// The entry.
        filed: Filed,
        /// D1.4.1, W14.
        rules: Vec<RuleId>,
    },
    /// A side drafted an item; nobody else sees it.
    EvidenceDrafted {
        /// Who.
        by: Spokesperson,
        /// The item.
        exhibit: Exhibit,
        /// The hash of its canonical JSON.
        content: Digest,
    },
    /// A side took a draft away.
    EvidenceDiscarded {
        /// Who.
        by: Spokesperson,
        /// The item's id.
        item: Uuid,
    },
    /// A side sealed its set; it is seen once the sets are exchanged.
    EvidenceSealed {
        /// Who.
        by: Spokesperson,
        /// The items' ids.
        items: Vec<Uuid>,
        /// W14: the other side's window, where sealing unasked opens it.
        other_due: Option<Time>,
        /// When the other side is reminded.
        remind_at: Option<Time>,
        /// When.
        at: Time,
        /// W14.
        rules: Vec<RuleId>,
    },
    /// A side's window passed (D1.4.2): judged on what is there.
    EvidenceLapsed {
        /// Which side.
        side: Side,
        /// The entry.
        #[serde(default)]
        filed: Vec<Filed>,
        /// W14, D1.4.2.
        rules: Vec<RuleId>,
    },
    /// The sealed sets entered the case file; each side sees the other's.
    EvidenceExchanged {
        /// The entries; the contents stand in the events that drafted them.
        filed: Vec<Filed>,
        /// W14: until when each side may answer; `None`: evidence is closed.
        rebut_by: Option<Time>,
        /// When the sides are reminded.
        remind_at: Option<Time>,
        /// W15, W17: the decision, once evidence is closed.
        decide_by: Option<Time>,
        /// When.
        at: Time,
        /// W14, W15.
        rules: Vec<RuleId>,
    },
    /// Items came late (D1.4.2): they count only if they are admitted.
    EvidenceLate {
        /// Who.
        by: Spokesperson,
        /// Why so late.
        reason: String,
        /// The entries.
        filed: Vec<Filed>,
        /// D1.4.2, W14.
        rules: Vec<RuleId>,
    },
    /// A side disputes an item of the other.
    EvidenceContested {
        /// Who.
        by: Spokesperson,
        /// The item's entry.
        item: u32,
        /// Why.
        reason: String,
        /// The entry.
        filed: Filed,
        /// D1.2.
        rules: Vec<RuleId>,
    },
    /// The arbitrator admitted, excluded or reclassified an item.
    EvidenceRuled {
        /// The item's entry.
        item: u32,
        /// What.
        ruling: ItemRuling,
        /// Why.
        reason: String,
        /// The entry.
        filed: Filed,
        /// D1.4.1, D1.4.2, D1.2, W14.
        rules: Vec<RuleId>,
    },
    /// One side wants the case, or the suspension, to wait (D1.5.1).
    SuspensionWanted {
        /// Who.
        by: Spokesperson,
        /// Why.
        reason: String,
        /// D1.5.1, W16.
        rules: Vec<RuleId>,
    },
    /// The handling stands still; every clock of it keeps what it had left.
    Suspended {
        /// Who brought it about last.
        by: Option<Spokesperson>,
        /// Why, and what ends it.
        cause: Cause,
        /// In the party's words.
        reason: String,
        /// When.
        at: Time,
        /// The entry.
        filed: Filed,
        /// D1.5.1 or D1.5.2, W16, X10.
        rules: Vec<RuleId>,
    },
    /// Both want it to stand still longer (W16); happens once.
    SuspensionRenewed {
        /// Who agreed last.
        by: Spokesperson,
        /// The new review date.
        until: Time,
        /// D1.5.1, W16.
        rules: Vec<RuleId>,
    },
    /// The side that went elsewhere proved it, or reported.
    ProceedingsReported(Box<Proceedings>),
    /// An operator is to look whether the suspension is still right.
    SuspensionReviewDue {
        /// When it is looked at again.
        review_at: Time,
        /// W16.
        rules: Vec<RuleId>,
    },
    /// The handling goes on; every clock has what it had left.
    Resumed {
        /// Why.
        why: Resumption,
        /// In words; may be empty.
        reason: String,
        /// When.
        at: Time,
        /// W13, where nothing else would run.
        escalate_by: Option<Time>,
        /// The entry.
        filed: Filed,
        /// W16.
        rules: Vec<RuleId>,
    },
    /// The arbitrator entered findings of fact.
    FindingsEntered(Entered),
    /// A decision was handed in that needs a second arbitrator.
    DecisionDrafted {
        /// Who handed it in.
        by: String,
        /// The draft.
        draft: Box<Draft>,
        /// Its hash.
        hash: Digest,
        /// What followed by rule when it was handed in.
        recommendation: Box<Recommendation>,
        /// D1.1.4.
        rules: Vec<RuleId>,
    },
    /// The second arbitrator gave the draft back.
    DecisionReturned {
        /// The second arbitrator's `sub`.
        by: String,
        /// Why.
        reasons: String,
        /// Until when the arbitrator who handed it in holds the case now.
        until: Time,
    },
    /// The case was decided; the money waits.
    Decided {
        /// Grounds, decider, redress.
        decision: Box<Decision>,
        /// What it brings about when it becomes final.
        outcome: Outcome,
        /// All that it followed from.
        record: Box<DecisionRecord>,
        /// W17: until when it may be appealed.
        appeal_by: Time,
        /// The entry; its content is the record.
        filed: Filed,
    },
    /// The decision was appealed (W17); it stands and the money waits.
    Appealed(Box<Appeal>),
    /// The appeal was taken back: the decision waits for the rest of its appeal window, or is final at once.
    AppealWithdrawn {
        /// Who.
        by: Spokesperson,
        /// Why.
        text: String,
        /// The entry.
        filed: Filed,
        /// W17.
        rules: Vec<RuleId>,
    },
    /// The appeal was decided; `awarded` follows.
    AppealDecided {
        /// What became of the first decision.
        result: AppealResult,
        /// Grounds, decider, redress.
        decision: Box<Decision>,
        /// What it brings about, in place of the first outcome.
        outcome: Outcome,
        /// All that it followed from.
        record: Box<DecisionRecord>,
        /// What becomes of what the first decision caused, dependents first.
        reversals: Vec<Reversal>,
        /// The entry; its content is the record.
        filed: Filed,
    },
    /// What the decision caused.
    ConsequencesRecorded {
        /// The new ones, and by how much known ones grew; or what of it was undone.
        consequences: Vec<Consequence>,
        /// D1.6.2.
        #[serde(default)]
        rules: Vec<RuleId>,
    },
    /// Another forum decided; that is followed (D1.1.4). `awarded` follows where the case was open.
    ForumFollowed(Box<Followed>),
    /// The decision became final: its award is to be carried out, once (D1.6.2).
    Awarded {
        /// What is carried out.
        outcome: Outcome,
    },
}
