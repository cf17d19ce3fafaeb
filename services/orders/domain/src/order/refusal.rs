//! Why an order does not do what it was asked: a closed list, each with its code, its rule and its class.
use super::facts::Bar;
use kernel::{Claim, Class, OrderId, RuleId, Time};

/// A refusal. `Display` is the sentence that the caller reads.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[allow(missing_docs, reason = "the message says what each is")]
pub enum Refusal {
    #[error("there is no such order")]
    NotFound,
    #[error("this is for another party of the order")]
    NotYours,
    #[error("this order has been placed already")]
    AlreadyPlaced,
    #[error("not possible while the order is {status}")]
    WrongStatus { status: &'static str },
    #[error("a refund application stands: the order and its clocks stand still until the case ends or is withdrawn")]
    InDispute,
    #[error("the order ended as {status} at {since}")]
    HasEnded { status: &'static str, since: Time },

    #[error("{field}: needs text of 1 to {max} characters, without control characters")]
    Text { field: &'static str, max: usize },
    #[error("{field}: needs {min} to {max} entries, none of them twice")]
    Count { field: &'static str, min: usize, max: usize },
    #[error("{field}: no such file was uploaded to this order")]
    UnknownFile { field: &'static str },

    #[error("the listing is not on sale")]
    NotOnSale,
    #[error("the listing is on sale in another revision; read that one and order it")]
    RevisionOutdated,
    #[error("the provider takes no new orders now: {}", barred_because(.bar))]
    ProviderBarred { bar: Bar },
    #[error("you may place no new orders until you have paid what you owe back for {order}")]
    MerchantOwes { order: OrderId },
    #[error("the quantity must be from 1 to {max}, and its price an amount that can be paid")]
    Quantity { max: u32 },
    #[error("the extra costs shown at checkout must be acknowledged")]
    ExtraCosts,

    #[error("no agreement has been uploaded yet")]
    NoAgreement,
    #[error("the agreement must be confirmed by the merchant before work starts")]
    AgreementUnconfirmed,
    #[error("the agreement has been confirmed; it cannot be replaced")]
    AgreementConfirmed,
    #[error("this is not the agreement that stands; read the newest one")]
    OtherAgreement,
    #[error("the agreement must state the promised effect in detail: at least {min} characters")]
    NoPromise { min: u32 },
    #[error("for agent operation the agreement states work, measures and reports, and promises no business result")]
    BusinessResult,
    #[error("the work has started: the order can be ended, or a refund applied for, but not cancelled")]
    Started,
    #[error("a provider who cancels must say why")]
    NoReason,

    #[error("a delivery is at least one file uploaded to the platform; a link elsewhere is none")]
    NothingDelivered,
    #[error("acceptance closed claims about the delivery at {since}")]
    AcceptanceClosed { since: Time },
    #[error("{problem}: no such problem was named before")]
    UnknownProblem { field: &'static str, problem: uuid::Uuid },
    #[error("{problem}: this problem was named before; name it as the same again")]
    ProblemExists { problem: uuid::Uuid },
    #[error("an order follows at most {max} problems")]
    TooManyProblems { max: usize },
    #[error(
        "the agreed number of modifications ({agreed}) is used up for wishes; repair of what does not conform is not limited"
    )]
    WishesUsedUp { agreed: u32 },
    #[error("{problem}: not asked for in this round, or answered already")]
    NotAsked { problem: uuid::Uuid },
    #[error("the modification has been overdue since {since}: it can be made, but no longer refused")]
    RefusalTooLate { since: Time },

    #[error("nothing is overdue that would have to be answered")]
    NothingOverdue,
    #[error("the provider has refused to perform already")]
    AlreadyRefused,
    #[error("a request for cooperation waits for the merchant's answer")]
    CooperationPending,
    #[error("no cooperation has been asked for")]
    NoCooperation,
    #[error(
        "the need for it was not told there: name an item of the listing or of the agreement, or an earlier message of yours"
    )]
    NoNotice,

    #[error("a change of terms waits for an answer")]
    ChangePending,
    #[error("no change of terms waits for an answer")]
    NoChange,
    #[error("this is not the proposal that stands")]
    OtherChange,
    #[error("a change must change something that can be changed now")]
    EmptyChange,
    #[error("{field}: out of bounds")]
    ChangeOutOfBounds { field: &'static str },

    #[error("downtime is recorded for software in its service period")]
    NotSoftware,
    #[error("the provider ended the service at {since}")]
    PeriodEndedEarly { since: Time },
    #[error("the service period ended at {since}")]
    PeriodOver { since: Time },
    #[error("downtime must lie in the service period, in the past, and not overlap what is recorded")]
    DowntimeInterval,
    #[error("no more than {max} entries of downtime are kept")]
    TooMuchDowntime { max: usize },
    #[error("no report of downtime waits for an answer")]
    NothingReported,
    #[error("no such report of downtime waits for an answer")]
    NoReport,

    #[error("nothing has been paid that could be given back")]
    NotPaid,
    #[error("the window for a refund application closed at {since}, when the order ended as {status}")]
    WindowClosed { status: &'static str, since: Time },
    #[error("this claim is {}", claim_window(.from, .since))]
    ClaimNotOpen { from: Option<Time>, since: Option<Time>, rule: RuleId },
    #[error("the amount must be positive and at most the order's, in its currency")]
    Amount,
    #[error("in a service period, say when it happened: after acceptance, and at most the claim window ago")]
    HappenedAt,

    #[error("no decision lets the merchant download its data")]
    NoDownload,
    #[error("the merchant has its data")]
    Downloaded,
    #[error("the download of the data closed at {since}")]
    DownloadOver { since: Time },
}

fn barred_because(bar: &Bar) -> &'static str {
    match bar {
        Bar::Deposit => "its deposit is short",
        Bar::Liability => "it has not paid what a decision laid on it",
        Bar::Leaving => "it is leaving the market",
    }
}

fn claim_window(from: &Option<Time>, since: &Option<Time>) -> String {
    match (from, since) {
        (Some(from), _) => format!("open from {from} on"),
        (None, Some(since)) => format!("closed since {since}"),
        (None, None) => "not open in this state of the order".into(),
    }
}

impl kernel::Refusal for Refusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFound => "order_not_found",
            Self::NotYours => "order_action_not_yours",
            Self::AlreadyPlaced => "order_already_placed",
            Self::WrongStatus { .. } => "order_status_forbids",
            Self::InDispute => "order_in_dispute",
            Self::HasEnded { .. } => "order_has_ended",
            Self::Text { .. } => "order_text_invalid",
            Self::Count { .. } => "order_list_invalid",
            Self::UnknownFile { .. } => "order_file_unknown",
            Self::NotOnSale => "listing_not_on_sale",
            Self::RevisionOutdated => "revision_outdated",
            Self::ProviderBarred { .. } => "provider_takes_no_orders",
            Self::MerchantOwes { .. } => "merchant_owes",
            Self::Quantity { .. } => "order_quantity_invalid",
            Self::ExtraCosts => "extra_costs_not_acknowledged",
            Self::NoAgreement => "agreement_missing",
            Self::AgreementUnconfirmed => "agreement_not_confirmed",
            Self::AgreementConfirmed => "agreement_already_confirmed",
            Self::OtherAgreement => "agreement_replaced",
            Self::NoPromise { .. } => "promise_not_detailed",
            Self::BusinessResult => "business_result_promised",
            Self::Started => "order_already_started",
            Self::NoReason => "cancellation_reason_missing",
            Self::NothingDelivered => "nothing_delivered",
            Self::AcceptanceClosed { .. } => "acceptance_window_closed",
            Self::UnknownProblem { .. } => "problem_unknown",
            Self::ProblemExists { .. } => "problem_named_before",
            Self::TooManyProblems { .. } => "too_many_problems",
            Self::WishesUsedUp { .. } => "modifications_used_up",
            Self::NotAsked { .. } => "problem_not_asked",
            Self::RefusalTooLate { .. } => "modification_refusal_too_late",
            Self::NothingOverdue => "nothing_overdue",
            Self::AlreadyRefused => "performance_already_refused",
            Self::CooperationPending => "cooperation_pending",
            Self::NoCooperation => "cooperation_not_requested",
            Self::NoNotice => "cooperation_without_notice",
            Self::ChangePending => "change_pending",
            Self::NoChange => "change_not_proposed",
            Self::OtherChange => "change_replaced",
            Self::EmptyChange => "change_empty",
            Self::ChangeOutOfBounds { .. } => "change_out_of_bounds",
            Self::NotSoftware => "downtime_not_software",
            Self::PeriodEndedEarly { .. } => "service_ended_early",
            Self::PeriodOver { .. } => "service_period_over",
            Self::DowntimeInterval => "downtime_interval_invalid",
            Self::TooMuchDowntime { .. } => "downtime_list_full",
            Self::NothingReported => "downtime_not_reported",
            Self::NoReport => "downtime_report_unknown",
            Self::NotPaid => "order_not_paid",
            Self::WindowClosed { .. } => "refund_window_closed",
            Self::ClaimNotOpen { .. } => "refund_claim_not_open",
            Self::Amount => "refund_amount_invalid",
            Self::HappenedAt => "refund_event_out_of_window",
            Self::NoDownload => "data_download_not_granted",
            Self::Downloaded => "data_downloaded_already",
            Self::DownloadOver { .. } => "data_download_closed",
        }
    }

    fn rule(&self) -> Option<RuleId> {
        let rule = match self {
            Self::ProviderBarred { bar } => match bar {
                Bar::Deposit => "W33",
                Bar::Liability => "W18",
                Bar::Leaving => "X21",
            },
            Self::MerchantOwes { .. } => "W18",
            Self::ExtraCosts => "C7",
            Self::NoAgreement | Self::AgreementUnconfirmed | Self::AgreementConfirmed => "M4.2.a.5",
            Self::OtherAgreement | Self::NoPromise { .. } => "M4.2.a.5",
            Self::BusinessResult => "X14",
            Self::NothingDelivered => "D1.2",
            Self::AcceptanceClosed { .. } => "X9",
            Self::UnknownProblem { .. } | Self::ProblemExists { .. } => "D2.5d",
            Self::WishesUsedUp { .. } => "X26",
            Self::NotAsked { .. } => "D2.5a",
            Self::RefusalTooLate { .. } => "W7",
            Self::NothingOverdue | Self::AlreadyRefused => "W4",
            Self::CooperationPending | Self::NoCooperation => "D2.7",
            Self::NoNotice => "D2.6",
            Self::ChangePending | Self::NoChange | Self::OtherChange => "D2.4",
            Self::EmptyChange | Self::ChangeOutOfBounds { .. } => "D2.4",
            Self::NotSoftware | Self::DowntimeInterval | Self::NothingReported | Self::NoReport => "D3.1.3",
            Self::PeriodEndedEarly { .. } | Self::PeriodOver { .. } => "W21",
            Self::InDispute | Self::NotPaid | Self::WindowClosed { .. } => "D1.3.2",
            Self::ClaimNotOpen { rule, .. } => return Some(rule.clone()),
            Self::Amount => "D1.3.2",
            Self::HappenedAt => "X9",
            Self::NoDownload | Self::Downloaded | Self::DownloadOver { .. } => "W19",
            Self::NotFound
            | Self::NotYours
            | Self::AlreadyPlaced
            | Self::WrongStatus { .. }
            | Self::HasEnded { .. }
            | Self::Text { .. }
            | Self::Count { .. }
            | Self::UnknownFile { .. }
            | Self::NotOnSale
            | Self::RevisionOutdated
            | Self::Quantity { .. }
            | Self::Started
            | Self::NoReason
            | Self::TooManyProblems { .. }
            | Self::TooMuchDowntime { .. } => return None,
        };
        Some(RuleId::of(rule))
    }

    fn class(&self) -> Class {
        let invalid = |field| Class::Invalid { field };
        match self {
            Self::NotFound => Class::NotFound,
            Self::AlreadyPlaced => Class::Exists,
            Self::NotYours => Class::NotYours,
            Self::Text { field, .. } | Self::Count { field, .. } | Self::UnknownFile { field } => invalid(field),
            Self::ChangeOutOfBounds { field } => invalid(field),
            Self::NotOnSale | Self::ProviderBarred { .. } => invalid("listing"),
            Self::RevisionOutdated => invalid("revision"),
            Self::Quantity { .. } => invalid("quantity"),
            Self::ExtraCosts => invalid("extra_costs_acknowledged"),
            Self::OtherAgreement => invalid("file"),
            Self::NoPromise { .. } | Self::BusinessResult => invalid("promise"),
            Self::NoReason => invalid("reason"),
            Self::NothingDelivered => invalid("files"),
            Self::UnknownProblem { field, .. } => invalid(field),
            Self::ProblemExists { .. } | Self::TooManyProblems { .. } => invalid("items"),
            Self::WishesUsedUp { .. } => invalid("items"),
            Self::NotAsked { .. } => invalid("problems"),
            Self::NoNotice => invalid("basis"),
            Self::OtherChange => invalid("id"),
            Self::EmptyChange => invalid("change"),
            Self::DowntimeInterval => invalid("interval"),
            Self::NoReport => invalid("id"),
            Self::ClaimNotOpen { .. } => invalid("claim"),
            Self::Amount => invalid("amount"),
            Self::HappenedAt => invalid("happened_at"),
            Self::HasEnded { since, .. }
            | Self::AcceptanceClosed { since }
            | Self::RefusalTooLate { since }
            | Self::PeriodEndedEarly { since }
            | Self::PeriodOver { since }
            | Self::DownloadOver { since }
            | Self::WindowClosed { since, .. } => Class::TooLate { since: *since },
            Self::WrongStatus { .. }
            | Self::InDispute
            | Self::MerchantOwes { .. }
            | Self::NoAgreement
            | Self::AgreementUnconfirmed
            | Self::AgreementConfirmed
            | Self::Started
            | Self::NothingOverdue
            | Self::AlreadyRefused
            | Self::CooperationPending
            | Self::NoCooperation
            | Self::ChangePending
            | Self::NoChange
            | Self::NotSoftware
            | Self::NothingReported
            | Self::TooMuchDowntime { .. }
            | Self::NotPaid
            | Self::NoDownload
            | Self::Downloaded => Class::NotNow,
        }
    }

    fn taken(_claim: &Claim) -> Self {
        // An order claims nothing; the id itself is unique.
        Self::AlreadyPlaced
    }
}
