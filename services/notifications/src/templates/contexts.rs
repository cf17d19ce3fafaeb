//! Every event of every context, and what somebody outside hears of it. An event without a line here does not compile.
use super::Templates;
use Fate::{Own, Recorded, Told};
use std::collections::BTreeSet;

use disputes_domain::Event as Case;
use listings_domain::Event as Listing;
use listings_domain::allow_phrase::Event as AllowPhrase;
use onboarding_domain::application::Event as Application;
use onboarding_domain::provider::Event as Provider;
use onboarding_domain::qualification::Event as Qualification;
use orders_domain::conversation::Event as Conversation;
use orders_domain::order::Event as Order;
use settlement_domain::escrow::Event as Escrow;
use settlement_domain::purse::Event as Purse;

/// What becomes of an event outside its context.
enum Fate {
    /// Its message has this fact; the templates say who is told, or that nobody is.
    Told(&'static str),
    /// It is told in `recorded`, under its own name.
    Recorded,
    /// Nobody outside is told, and nobody would expect it.
    Own(&'static str),
}

/// The party's own act, which the answer to its command told it.
const BY_ITSELF: Fate = Own("the party's own act: the answer told it");
/// Work of the platform's staff.
const STAFF: Fate = Own("work of the staff, shown in its queue");
/// The books.
const BOOKS: Fate = Own("a step of the books; what comes of it is told");

/// The public facts that events become, by their full names.
macro_rules! fates {
    ($kind:literal, $event:ident { $($variant:ident => $fate:expr,)* }) => {{
        let _exhaustive: fn(&$event) = |event| match event { $($event::$variant { .. } => (),)* };
        [$((stringify!($variant), $fate)),*].into_iter().filter_map(|(event, fate)| fact($kind, event, &fate))
    }};
}

fn fact(kind: &str, event: &str, fate: &Fate) -> Option<String> {
    match fate {
        Told(fact) => Some(format!("{kind}.{fact}")),
        Recorded => Some(format!("{kind}.recorded/{}", snake(event))),
        Own(why) => {
            assert!(!why.is_empty());
            None
        }
    }
}

/// `ReviewOverdue` as `review_overdue`.
fn snake(name: &str) -> String {
    let mut words = String::new();
    for letter in name.chars() {
        if letter.is_uppercase() && !words.is_empty() {
            words.push('_');
        }
        words.extend(letter.to_lowercase());
    }
    words
}

fn of_onboarding() -> impl Iterator<Item = String> {
    let applications = fates!("onboarding.application", Application {
        Opened => BY_ITSELF,
        BusinessDescribed => BY_ITSELF,
        CredentialSubmitted => BY_ITSELF,
        CredentialRemoved => BY_ITSELF,
        ShareholdersDeclared => BY_ITSELF,
        Screened => BY_ITSELF,
        Submitted => BY_ITSELF,
        Claimed => STAFF,
        Released => STAFF,
        LeaseExpired => STAFF,
        ReviewOverdue => STAFF,
        RequirementVerified => STAFF,
        RequirementRejected => STAFF,
        InformationRequested => Told("information_requested"),
        InformationProvided => BY_ITSELF,
        ApprovalRecorded => STAFF,
        Approved => Own("the qualification that it grants is told: qualification_granted"),
        Rejected => Told("rejected"),
        SuspectedViolation => STAFF,
        Lapsed => Told("lapsed"),
        Withdrawn => BY_ITSELF,
    });
    let qualifications = fates!("onboarding.qualification", Qualification {
        Granted => Told("granted"),
        Expiring => Told("expiring"),
        DocumentSubmitted => BY_ITSELF,
        DocumentAccepted => Own("a line of the checklist; what it makes of the qualification is told"),
        DocumentRejected => Recorded,
        ReviewOverdue => STAFF,
        Renewed => Told("renewed"),
        ChangeReported => BY_ITSELF,
        RequalificationRequested => Recorded,
        Requalified => Recorded,
        Suspended => Told("suspended"),
        Restored => Told("restored"),
        Revoked => Told("revoked"),
        SuspectedViolation => STAFF,
    });
    let providers = fates!("onboarding.provider", Provider {
        Registered => Told("registered"),
        Trained => Told("trained"),
        ExitRequested => Told("exit_requested"),
        ExitCancelled => Told("exit_cancelled"),
        Exited => Told("exited"),
        Barred => Recorded,
        BarLifted => Recorded,
    });
    applications.chain(qualifications).chain(providers)
}

fn of_listings() -> impl Iterator<Item = String> {
    let published = || Told("published");
    let unpublished = || Told("unpublished");
    let listings = fates!("listings.listing", Listing {
        Created => BY_ITSELF,
        Drafted => BY_ITSELF,
        Screened => BY_ITSELF,
        Queued => BY_ITSELF,
        Recalled => Own("back in the drafts: what hides the listing is told, or it is the provider's own wish"),
        Claimed => STAFF,
        Released => STAFF,
        ModerationOverdue => STAFF,
        ChangesRequested => Told("changes_requested"),
        RevisionRejected => Told("revision_rejected"),
        RevisionLapsed => Told("revision_lapsed"),
        Published => published(),
        Withdrawn => unpublished(),
        Republished => published(),
        Blocked => unpublished(),
        Removed => unpublished(),
        RemovalServed => Own("a corrected revision has still to pass"),
        MeasureEnded => published(),
        ProviderDisentitled => unpublished(),
        ProviderEntitled => published(),
    });
    let phrases = fates!("listings.allow_phrase", AllowPhrase {
        Proposed => STAFF,
        Approved => STAFF,
        Declined => STAFF,
        TakenBack => STAFF,
    });
    listings.chain(phrases)
}

fn of_orders() -> impl Iterator<Item = String> {
    let orders = fates!("orders.order", Order {
        Placed => Told("placed"),
        Funded => Told("funded"),
        AgreementUploaded => Recorded,
        AgreementConfirmed => Recorded,
        AgreementOverdue => Recorded,
        Started => Told("started"),
        Delivered => Told("delivered"),
        NoticeServed => Own("it answers a notice"),
        AcceptanceReminded => Recorded,
        Accepted => Recorded,
        PeriodEnded => Recorded,
        ModificationRequested => Recorded,
        ProviderResponsible => Recorded,
        ModificationRefused => Recorded,
        Redelivered => Told("delivered"),
        Overdue => Recorded,
        LateClaimLapsed => Recorded,
        OverdueReminded => Recorded,
        ReminderAnswered => Recorded,
        UnwillingnessRecommended => Recorded,
        PerformanceRefused => Recorded,
        CooperationRequested => Recorded,
        CooperationReminded => Recorded,
        CooperationProvided => Recorded,
        CooperationDeclined => Recorded,
        CooperationWithheld => Recorded,
        PauseEnded => Recorded,
        ChangeProposed => Recorded,
        ChangeAccepted => Recorded,
        ChangeRefused => Recorded,
        Stopped => Recorded,
        EndedEarly => Recorded,
        DowntimeReported => Recorded,
        DowntimeRecorded => Recorded,
        DowntimeDenied => Recorded,
        DowntimeUnanswered => Recorded,
        Disputed => Told("disputed"),
        Resumed => Told("resumed"),
        Settled => Told("settled"),
        PaymentExpired => Told("payment_expired"),
        Cancelled => Told("cancelled"),
        Completed => Told("completed"),
        Corrected => Told("corrected"),
        ExtendedUseEnded => Told("extended_use_ended"),
        DataProvided => Told("data_provided"),
        DataDownloaded => Told("data_downloaded"),
        DownloadLapsed => Told("download_lapsed"),
        DataWithheld => Told("data_withheld"),
    });
    let conversations = fates!("orders.conversation", Conversation {
        Opened => Own("it comes with the order"),
        MessageSent => Told("message_sent"),
    });
    orders.chain(conversations)
}

fn of_settlement() -> impl Iterator<Item = String> {
    let escrows = fates!("settlement.escrow", Escrow {
        Opened => Told("opened"),
        OrderHeard => BOOKS,
        AwardNoted => BOOKS,
        PaymentStarted => BY_ITSELF,
        PaymentFailed => Told("payment_failed"),
        PaymentAbandoned => Recorded,
        Held => Told("held"),
        PaymentReturned => Recorded,
        Frozen => Told("frozen"),
        Thawed => Told("thawed"),
        Released => Told("released"),
        Refunded => Told("refunded"),
        Split => Told("split"),
        ChargeRaised => BOOKS,
        Compensated => Recorded,
        RemittanceConfirmed => Told("paid_out"),
        RemittanceFailed => Recorded,
        RemittanceRetried => BOOKS,
        ReliefAsked => BOOKS,
        ChargeRelieved => BOOKS,
        DebtRecorded => Told("corrected"),
        DebtOverdue => Told("debt_overdue"),
        DebtForgiven => Told("corrected"),
        RemittanceRecalled => Told("corrected"),
        DebtRepaid => Told("corrected"),
        DebtSettledDirectly => Told("corrected"),
    });
    let changed = || Told("changed");
    let purses = fates!("settlement.purse", Purse {
        Opened => changed(),
        RequirementSet => changed(),
        ShortfallBegan => Recorded,
        ShortfallOverdue => changed(),
        ShortfallEnded => changed(),
        PaymentStarted => BY_ITSELF,
        PaymentFailed => Recorded,
        PaymentAbandoned => Recorded,
        PaymentCredited => BOOKS,
        DepositToppedUp => changed(),
        DepositFilled => changed(),
        PayableCredited => Own("the escrow that it came from is told: money_released, money_split"),
        Charged => changed(),
        LiabilityRelieved => changed(),
        LiabilityOverdue => changed(),
        LiabilityPaid => changed(),
        LiabilitySettledDirectly => changed(),
        CaseOpened => BOOKS,
        CaseClosed => BOOKS,
        PayoutsFrozen => Recorded,
        PayoutsThawed => Recorded,
        PayoutRequested => BY_ITSELF,
        PayoutSucceeded => Recorded,
        PayoutFailed => Recorded,
        Exited => changed(),
        DepositKept => Recorded,
        DepositReturned => changed(),
    });
    escrows.chain(purses)
}

fn of_disputes() -> impl Iterator<Item = String> {
    fates!("disputes.case", Case {
        Opened => Told("opened"),
        Reminded => Recorded,
        NoticeServed => Own("it answers a notice"),
        ClaimAdded => Recorded,
        Proposed => Recorded,
        ProposalDeclined => Recorded,
        RefundRefused => Recorded,
        LongerNegotiationWanted => Recorded,
        NegotiationExtended => Recorded,
        NegotiationEnded => Recorded,
        Escalated => Told("escalated"),
        Withdrawn => Told("withdrawn"),
        Settled => Told("settled"),
        Claimed => STAFF,
        Released => STAFF,
        LeaseLapsed => STAFF,
        HandedOver => STAFF,
        ConflictDeclared => STAFF,
        DecisionOverdue => Told("decision_overdue"),
        RecordsFiled => Own("each record was somebody's own act, or told"),
        EvidenceRequested => Recorded,
        EvidenceDrafted => BY_ITSELF,
        EvidenceDiscarded => BY_ITSELF,
        // Only that it happened, where it sets the other side a date: what is sealed is not seen before the exchange.
        EvidenceSealed => Recorded,
        EvidenceLapsed => Recorded,
        EvidenceExchanged => Recorded,
        EvidenceLate => Recorded,
        EvidenceContested => Recorded,
        EvidenceRuled => Recorded,
        SuspensionWanted => Recorded,
        Suspended => Told("suspended"),
        SuspensionRenewed => Recorded,
        ProceedingsReported => Recorded,
        SuspensionReviewDue => Told("suspension_review_due"),
        Resumed => Told("resumed"),
        FindingsEntered => STAFF,
        DecisionDrafted => STAFF,
        DecisionReturned => STAFF,
        Decided => Told("decided"),
        Appealed => Told("appealed"),
        AppealWithdrawn => Recorded,
        AppealDecided => Told("appeal_decided"),
        ConsequencesRecorded => BOOKS,
        ForumFollowed => Told("forum_followed"),
        Awarded => Told("awarded"),
    })
}

#[test]
fn each_public_fact_has_notices_or_a_reason_why_not_and_nothing_else_is_decided() {
    let facts: BTreeSet<_> =
        of_onboarding().chain(of_listings()).chain(of_orders()).chain(of_settlement()).chain(of_disputes()).collect();
    let Templates { notices, silent } = Templates::shipped().unwrap();
    let noticed: BTreeSet<_> = notices.into_iter().map(|template| template.fact).collect();
    let silenced: BTreeSet<_> = silent.iter().map(|silence| silence.fact.clone()).collect();
    assert_eq!(silenced.len(), silent.len(), "a fact is silent once");
    assert!(silent.iter().all(|silence| !silence.why.trim().is_empty()));
    assert_eq!(noticed.intersection(&silenced).collect::<Vec<_>>(), Vec::<&String>::new());
    let decided: BTreeSet<_> = noticed.union(&silenced).cloned().collect();
    assert_eq!(facts.difference(&decided).collect::<Vec<_>>(), Vec::<&String>::new(), "nothing is decided about these");
    assert_eq!(decided.difference(&facts).collect::<Vec<_>>(), Vec::<&String>::new(), "no context tells these");
}

/// Orders knows by fact and kind which of its windows runs from a notice (D1.1.3, W5–W9).
#[test]
fn the_notices_that_windows_of_an_order_run_from_are_called_so() {
    let Templates { notices, .. } = Templates::shipped().unwrap();
    let acts = ["modification_requested", "modification_refused", "cooperation_requested", "change_proposed"];
    let recorded = acts.map(|act| (format!("orders.order.recorded/{act}"), act));
    for (fact, kind) in [("orders.order.delivered".to_owned(), "order_delivered")].into_iter().chain(recorded) {
        let kinds: Vec<_> = notices.iter().filter(|it| it.fact == fact).map(|it| it.kind.as_str()).collect();
        assert_eq!(kinds, [kind]);
    }
}

/// Disputes knows by kind which of its windows runs from a notice (D1.1.3, W11, W12, W14, W17).
#[test]
fn the_notices_that_windows_of_a_case_run_from_are_called_so() {
    let Templates { notices, .. } = Templates::shipped().unwrap();
    for (fact, kinds) in [
        ("opened", &["dispute_opened"][..]),
        ("recorded/proposed", &["settlement_proposed"]),
        ("recorded/evidence_requested", &["evidence_requested"]),
        ("recorded/evidence_sealed", &["evidence_due"]),
        ("recorded/evidence_exchanged", &["evidence_exchanged"]),
        ("recorded/claim_added", &["claim_added"]),
        ("appealed", &["dispute_appealed"]),
        ("decided", &["dispute_decided"]),
    ] {
        let fact = format!("disputes.case.{fact}");
        let told: Vec<_> = notices.iter().filter(|it| it.fact == fact).map(|it| it.kind.as_str()).collect();
        assert!(kinds.iter().all(|kind| told.contains(kind)), "{fact}: {told:?}");
    }
}
