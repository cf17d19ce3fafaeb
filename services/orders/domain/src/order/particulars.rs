//! The particulars of each event: what a reader of the journal needs, and what the state is made of.
use super::command::{Basis, ExtraCost, Item, Promise, RefusedItem};
use super::notice::Act;
use super::overdue::Performance;
use super::state::{Application, Change, Ending, Interval, Left, Proposal};
use kernel::{
    CaseId, ClaimKind, Decision, Due, EditionId, FileRef, ListingId, MerchantId, Money, Party, ProviderId, RuleId,
};
use kernel::{Terms, Time, TimeDelta};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;
use uuid::Uuid;

macro_rules! payloads {
    ($($(#[$doc:meta])* $name:ident { $($(#[$field_doc:meta])* $field:ident: $kind:ty,)* })*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $kind,)*
        }
    )*};
}

payloads! {
    /// An order as placed.
    Placement {
        /// Who ordered.
        merchant: MerchantId,
        /// Who sells.
        provider: ProviderId,
        /// What was ordered.
        listing: ListingId,
        /// The frozen terms.
        terms: Terms,
        /// How many units.
        quantity: u32,
        /// Price times quantity.
        amount: Money,
        /// C7: extra costs as shown.
        extra_costs: Vec<ExtraCost>,
        /// C7: what the platform charges for paying: nothing.
        platform_fee: Money,
        /// The edition pinned.
        edition: EditionId,
        /// When.
        at: Time,
        /// W1.
        pay_by: Time,
    }
    /// Paid into escrow.
    Funded {
        /// W1: the date that was kept.
        #[serde(default)]
        pay_by: Option<Time>,
        /// W2.
        agree_by: Time,
    }
    /// An agreement as uploaded; it replaces an unconfirmed one.
    AgreementUploaded {
        /// The document.
        file: FileRef,
        /// What it promises.
        promise: Promise,
        /// Cooperation agreed beforehand (D2.6).
        cooperation: Vec<String>,
    }
    /// An agreement as confirmed.
    AgreementConfirmed {
        /// The document.
        file: FileRef,
        /// When.
        at: Time,
    }
    /// Something that only needs its rules.
    Grounded {
        /// The rules.
        rules: Vec<RuleId>,
    }
    /// A deadline that nobody met.
    Missed {
        /// When it was due.
        #[serde(default)]
        due: Option<Time>,
        /// The rules.
        rules: Vec<RuleId>,
    }
    /// Work began.
    Started {
        /// As agreed, or W3.
        deliver_by: Time,
        /// What set the date.
        rules: Vec<RuleId>,
    }
    /// What was handed over, file by file.
    Manifest {
        /// The files with their hashes.
        files: Vec<FileRef>,
        /// SHA-256 over the files' hashes, sizes and names, in order.
        sha256: String,
    }
    /// A delivery.
    Delivery {
        /// 1, or one more than the last.
        round: u32,
        /// What.
        manifest: Manifest,
        /// For the merchant.
        note: Option<String>,
        /// When.
        at: Time,
        /// D1.1.3: when its notice counts as served although nothing was heard of it.
        notice_by: Time,
        /// When it was owed; `None` while the clock stood still, and after an express refusal (W4).
        #[serde(default)]
        deliver_by: Option<Time>,
        /// It came after its date (X3).
        #[serde(default)]
        is_late: bool,
    }
    /// A redelivery.
    Redelivered {
        /// The delivery.
        delivery: Delivery,
        /// The problems that the provider says it has solved.
        problems: Vec<Uuid>,
    }
    /// A reminder.
    AcceptanceReminded {
        /// The end of the window.
        accept_by: Time,
    }
    /// Acceptance of a service by period.
    Accepted {
        /// By whom, or by silence.
        how: Completion,
        /// When; the period begins.
        at: Time,
        /// When the period ends.
        ends_at: Time,
        /// W21: when claims about it close.
        closes_at: Time,
        /// The rules.
        rules: Vec<RuleId>,
    }
    /// A request for modification.
    ModificationRequested {
        /// What is to be changed.
        items: Vec<Item>,
        /// Problems whose redelivery has failed, with their count now.
        failed: Vec<Failure>,
        /// When it was asked for.
        act: Act,
        /// As agreed, W6 or W10.
        modify_by: Time,
        /// It uses up one of the agreed number (X26).
        counts_as_wish: bool,
        /// Nothing but repair is asked for (D2.3, W10).
        #[serde(default)]
        is_repair: bool,
        /// The rules.
        rules: Vec<RuleId>,
    }
    /// A modification that did not solve its problem (D2.5d).
    Failure {
        /// The problem.
        problem: Uuid,
        /// How many failed so far.
        failed: u32,
    }
    /// D2.5d: the provider's responsibility.
    ProviderResponsible {
        /// Which problem, how often.
        failure: Failure,
        /// On what grounds.
        decision: Decision,
    }
    /// Refused items.
    ModificationRefused {
        /// Which, and why.
        items: Vec<RefusedItem>,
        /// When they were refused.
        act: Act,
        /// W7, when nothing of the request is left.
        contest_by: Option<Time>,
        /// The rules.
        rules: Vec<RuleId>,
    }
    /// A missed date.
    Late {
        /// What was owed.
        #[serde(default)]
        what: Option<Performance>,
        /// When it was owed.
        #[serde(default)]
        due: Option<Time>,
        /// When it was found missed.
        at: Time,
        /// W4's reminders.
        reminders: Vec<Time>,
        /// When W4's finding is due.
        finding_at: Time,
        /// For a modification or repair (D2.5c, D2.3): until when a refund may be claimed for it.
        claim_until: Option<Time>,
        /// The rules.
        rules: Vec<RuleId>,
    }
    /// A reminder of what is overdue.
    Reminded {
        /// The how-manieth.
        number: u32,
    }
    /// An answer to reminders: they start over.
    ReminderAnswered {
        /// In the provider's words.
        statement: String,
        /// W4's reminders.
        reminders: Vec<Time>,
        /// When W4's finding is due.
        finding_at: Time,
    }
    /// Something found by the clock.
    Found {
        /// When.
        at: Time,
        /// On what grounds.
        decision: Decision,
    }
    /// An express refusal.
    PerformanceRefused {
        /// In the provider's words.
        reason: String,
        /// When.
        at: Time,
        /// The rules.
        rules: Vec<RuleId>,
    }
    /// A request for cooperation.
    CooperationRequested {
        /// Its id.
        id: Uuid,
        /// What.
        what: String,
        /// Where it was told beforehand (D2.6).
        basis: Option<Basis>,
        /// When.
        act: Act,
        /// W8; none without prior notice.
        answer_by: Option<Time>,
        /// W8's reminder.
        reminder_at: Option<Time>,
        /// The delivery clock as it stands still (X4).
        pause: Option<Paused>,
        /// The rules.
        rules: Vec<RuleId>,
    }
    /// A clock that was stopped.
    Paused {
        /// When it goes on at the latest.
        resume_by: Time,
        /// What is left of it.
        #[serde(with = "kernel::time::micros")]
        remaining: TimeDelta,
    }
    /// A clock that goes on.
    Unpaused {
        /// The new date.
        deliver_by: Time,
        /// How long it has stood still so far, in all.
        #[serde(with = "kernel::time::micros")]
        paused: TimeDelta,
    }
    /// Cooperation as given.
    CooperationProvided {
        /// The request.
        id: Uuid,
        /// In words.
        note: String,
        /// Material.
        files: Vec<FileRef>,
        /// The delivery clock, if it stood still for it.
        clock: Option<Unpaused>,
    }
    /// Cooperation as refused.
    CooperationDeclined {
        /// The request.
        id: Uuid,
        /// In words.
        reason: String,
        /// When.
        at: Time,
        /// It was owed (D2.6), so the provider may end (D2.7).
        was_due: bool,
        /// The delivery clock, if it stood still for it.
        clock: Option<Unpaused>,
        /// The rules.
        rules: Vec<RuleId>,
    }
    /// All pauses used up.
    PauseEnded {
        /// The delivery clock.
        clock: Unpaused,
        /// The rules.
        rules: Vec<RuleId>,
    }
    /// A proposed change.
    ChangeProposed {
        /// The proposal.
        proposal: Proposal,
        /// Why.
        reason: String,
        /// What the proposer's answer to reminders does to them, if something was overdue (W4).
        reminders: Option<Chase>,
    }
    /// W4's reminders and finding, set anew.
    Chase {
        /// Reminders.
        reminders: Vec<Time>,
        /// When the finding is due.
        finding_at: Time,
    }
    /// A change by consent.
    ChangeAccepted {
        /// The proposal.
        id: Uuid,
        /// What changed.
        change: Change,
        /// The new date of what is owed, if it changed.
        due: Option<Due>,
    }
    /// A change that did not come about.
    ChangeRefused {
        /// The proposal.
        id: Uuid,
        /// Nobody answered in time (W9).
        by_silence: bool,
        /// The rules.
        rules: Vec<RuleId>,
    }
    /// Work ended on D2.7.
    Stopped {
        /// In the provider's words.
        reason: String,
        /// Until when the merchant may apply.
        claim_until: Time,
        /// The rules.
        rules: Vec<RuleId>,
    }
    /// A service period ended early.
    EndedEarly {
        /// In the provider's words.
        reason: String,
        /// When.
        at: Time,
        /// W21: until when the merchant may claim the unused time.
        closes_at: Time,
        /// What is left of the period.
        #[serde(with = "kernel::time::micros")]
        unused: TimeDelta,
        /// The rules.
        rules: Vec<RuleId>,
    }
    /// A report of downtime.
    DowntimeReported {
        /// Its id.
        id: Uuid,
        /// From when to when.
        interval: Interval,
        /// In words.
        cause: String,
        /// D3.1.3: unreachable after this.
        answer_by: Time,
    }
    /// Recorded downtime.
    DowntimeRecorded {
        /// Its id; the report's, if there was one.
        id: Uuid,
        /// From when to when.
        interval: Interval,
        /// In words; the report's stand in its own event.
        cause: Option<String>,
        /// When it was recorded.
        at: Time,
        /// When the period ends now.
        ends_at: Time,
        /// When claims about it close now.
        closes_at: Time,
        /// The rules.
        rules: Vec<RuleId>,
    }
    /// A report that the provider denies.
    DowntimeDenied {
        /// The report.
        id: Uuid,
        /// Why, in the provider's words.
        reason: String,
        /// The rules.
        rules: Vec<RuleId>,
    }
    /// A report left without an answer.
    DowntimeUnanswered {
        /// The report.
        id: Uuid,
        /// When the answer was due.
        #[serde(default)]
        due: Option<Time>,
        /// The rules.
        rules: Vec<RuleId>,
    }
    /// A refund application.
    Disputed {
        /// The application.
        application: Application,
        /// The merchant's words.
        statement: String,
        /// Problems whose redelivery has failed, with their count now.
        failed: Vec<Failure>,
        /// The claims that were open then (A6, W21).
        open_claims: Vec<ClaimKind>,
    }
    /// The end of a dispute that goes back to the order.
    Resumed {
        /// The case.
        case: CaseId,
        /// When: every clock moves by what it stood still.
        at: Time,
    }
    /// The end of a dispute that ends the order.
    Settled {
        /// The case.
        case: CaseId,
        /// How the order ended.
        ending: Ending,
        /// Back to the merchant.
        to_merchant: Money,
        /// To the provider.
        to_provider: Money,
        /// What is left to be done.
        left: Left,
        /// When.
        at: Time,
        /// The rules.
        rules: Vec<RuleId>,
    }
    /// An end.
    Closed {
        /// When.
        at: Time,
        /// The rules.
        rules: Vec<RuleId>,
    }
    /// A cancellation.
    Cancelled {
        /// By whom.
        by: Party,
        /// Why.
        reason: Option<String>,
        /// When.
        at: Time,
        /// The rules.
        rules: Vec<RuleId>,
    }
    /// A completion.
    Completed {
        /// In what way.
        how: Completion,
        /// When.
        at: Time,
        /// The rules.
        rules: Vec<RuleId>,
    }
}

/// In what way an order was accepted or completed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Completion {
    /// The merchant accepted.
    Accepted,
    /// The merchant let W5 pass; the delivery stands on the order's timeline, which is its notice (D1.1.3).
    AcceptedBySilence,
    /// The refusal of a modification was not disputed (D2.5b, W7).
    RefusalUndisputed,
    /// The claims about a service period closed (W21).
    PeriodOver,
    /// The merchant did not apply after the provider ended for want of cooperation (D2.7).
    WithheldCooperation,
}
