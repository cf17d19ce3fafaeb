//! How a purse is answered.
use chrono::{DateTime, Utc};
use engine::{Reply, Seen};
use kernel::{
    CaseId, Category, Currency, MerchantId, Money, OrderId, PayoutId, Problem, ProviderId, PurseId, RuleId, Time,
};
use serde::Serialize;
use settlement_domain::Purses;
use settlement_domain::purse::{Event, Exit, Keeping, Liability, Open, Purpose, Refusal, Shortfall};
use utoipa::ToSchema;
use uuid::Uuid;
use web::body::{ActionBody, DeadlineBody, actions, deadlines};

/// The purse of a provider.
#[derive(Serialize, ToSchema)]
#[schema(as = Purse)]
pub(crate) struct PurseBody {
    /// Its id: the provider's, with a prefix of its own.
    id: PurseId,
    /// Whose.
    provider: ProviderId,
    /// `open`, or `blocked`: no new orders or listings (W18, W33).
    status: &'static str,
    /// What must be deposited (W33).
    required: Money,
    /// What is deposited.
    deposit: Money,
    /// What is missing of it.
    missing: Money,
    /// `covered`, `due` or `overdue`.
    shortfall: &'static str,
    /// Until when it is to be topped up.
    #[serde(skip_serializing_if = "Option::is_none")]
    top_up_by_at: Option<DateTime<Utc>>,
    /// What each category requires.
    requirements: Vec<RequirementBody>,
    /// Earned and not paid out, by currency.
    payable: Vec<PayableBody>,
    /// The payout under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    payout: Option<RunningPayout>,
    /// The payment under way.
    #[serde(skip_serializing_if = "Option::is_none")]
    payment: Option<PursePaymentBody>,
    /// What is owed to merchants (D1.6.2, W18), oldest first.
    liabilities: Vec<LiabilityBody>,
    /// What stops payouts.
    freezes: Vec<FreezeBody>,
    /// How many of the provider's escrows cases hold.
    open_cases: i64,
    /// Set when the provider left.
    #[serde(skip_serializing_if = "Option::is_none")]
    exit: Option<ExitBody>,
    /// What runs.
    deadlines: Vec<DeadlineBody>,
    /// What the caller may do.
    actions: Vec<ActionBody>,
}

/// What a category requires.
#[derive(Serialize, ToSchema)]
#[schema(as = PurseRequirement)]
struct RequirementBody {
    /// Which.
    category: Category,
    /// How much.
    amount: Money,
}

/// Payable money in one currency.
#[derive(Serialize, ToSchema)]
#[schema(as = PursePayable)]
struct PayableBody {
    /// All of it.
    total: Money,
    /// What may be paid out now.
    free: Money,
}

/// Money on its way to the provider.
#[derive(Serialize, ToSchema)]
#[schema(as = PursePayout)]
struct RunningPayout {
    /// Its id.
    id: PayoutId,
    /// How much.
    amount: Money,
}

/// A payment of the provider whose outcome is awaited.
#[derive(Serialize, ToSchema)]
#[schema(as = PursePayment)]
struct PursePaymentBody {
    /// Its id.
    id: Uuid,
    /// How much.
    amount: Money,
    /// `deposit` or `liability`.
    purpose: &'static str,
    /// Which liability.
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<CaseId>,
    /// When it is given up.
    give_up_at: DateTime<Utc>,
}

/// What is owed to a merchant from a case.
#[derive(Serialize, ToSchema)]
#[schema(as = PurseLiability)]
struct LiabilityBody {
    /// The case.
    case: CaseId,
    /// The order.
    order: OrderId,
    /// To whom.
    merchant: MerchantId,
    /// How much.
    amount: Money,
    /// Until when it is to be paid (W18).
    pay_by_at: DateTime<Utc>,
    /// Not paid in time.
    overdue: bool,
}

/// What stops payouts.
#[derive(Serialize, ToSchema)]
#[schema(as = PurseFreeze)]
struct FreezeBody {
    /// Its id.
    id: Uuid,
    /// The rule it rests on.
    rule: RuleId,
}

/// A provider that left.
#[derive(Serialize, ToSchema)]
#[schema(as = PurseExit)]
struct ExitBody {
    /// When.
    exited_at: DateTime<Utc>,
    /// What becomes of the deposit: `kept`, `kept_for_cases` or `returned`.
    deposit: &'static str,
    /// The day of its return.
    #[serde(skip_serializing_if = "Option::is_none")]
    return_at: Option<DateTime<Utc>>,
}

/// The purse.
pub(crate) fn purse(seen: &Seen<'_, Purses>) -> Reply {
    answer(200, seen)
}

/// The purse with what the command began, and where that is.
pub(crate) fn begun(seen: &Seen<'_, Purses>) -> Reply {
    let place = |event: &Event| {
        if let Event::PaymentStarted { payment, .. } = event {
            return Some(format!("payments/{payment}"));
        }
        if let Event::PayoutRequested { payout, .. } = event { Some(format!("payouts/{payout}")) } else { None }
    };
    match seen.events.iter().rev().find_map(place) {
        Some(place) => answer(201, seen).at(format!("/v1/purses/{}/{place}", PurseId(seen.id))),
        None => purse(seen),
    }
}

fn answer(status: u16, seen: &Seen<'_, Purses>) -> Reply {
    match seen.state.open() {
        Some(open) => Reply::json(status, seen.version, &PurseBody::of(seen, open)),
        None => Reply::problem(&Problem::of(&Refusal::NotFound)),
    }
}

impl PurseBody {
    fn of(seen: &Seen<'_, Purses>, open: &Open) -> Self {
        let (shortfall, top_up_by_at) = match open.shortfall {
            Shortfall::Covered => ("covered", None),
            Shortfall::Due { by, .. } => ("due", Some(by)),
            Shortfall::Overdue => ("overdue", None),
        };
        Self {
            id: PurseId(seen.id),
            provider: open.provider,
            status: seen.state.status(),
            required: open.required(),
            deposit: open.deposit,
            missing: open.missing(),
            shortfall,
            top_up_by_at,
            requirements: requirements(open),
            payable: payable(open, seen.ctx.now),
            payout: open.payout.map(|payout| RunningPayout { id: payout.id, amount: payout.amount }),
            payment: payment(open),
            liabilities: open.liabilities.iter().map(Into::into).collect(),
            freezes: open.freezes.iter().map(|(id, rule)| FreezeBody { id: *id, rule: rule.clone() }).collect(),
            open_cases: open.cases(),
            exit: open.exit.map(Into::into),
            deadlines: deadlines::<Purses>(seen.state),
            actions: actions(seen),
        }
    }
}

fn requirements(open: &Open) -> Vec<RequirementBody> {
    let stands = |at: Time| open.exit.is_none_or(|exit| at > exit.exited_at);
    let standing = open.requirements.iter().filter(|(_, requirement)| stands(requirement.at));
    standing
        .filter_map(|(category, requirement)| {
            requirement.amount.map(|amount| RequirementBody { category: *category, amount })
        })
        .collect()
}

/// The deposit's currency is always there, so that a new provider sees a zero.
fn payable(open: &Open, now: Time) -> Vec<PayableBody> {
    let mut currencies: Vec<Currency> = open.payable.currencies().chain([open.deposit.currency]).collect();
    currencies.sort_unstable();
    currencies.dedup();
    let body = |currency| PayableBody { total: open.payable.total(currency), free: open.payable.free(currency, now) };
    currencies.into_iter().map(body).collect()
}

fn payment(open: &Open) -> Option<PursePaymentBody> {
    let running = open.attempts.running.as_ref()?;
    let (purpose, case) = match running.attempt.purpose {
        Purpose::Deposit => ("deposit", None),
        Purpose::Liability { case } => ("liability", Some(case)),
    };
    let (id, amount) = (running.attempt.id, running.attempt.amount);
    Some(PursePaymentBody { id, amount, purpose, case, give_up_at: running.give_up_at })
}

impl From<&Liability> for LiabilityBody {
    fn from(liability: &Liability) -> Self {
        let &Liability { case, order, merchant, amount, pay_by, overdue } = liability;
        Self { case, order, merchant, amount, pay_by_at: pay_by, overdue }
    }
}

impl From<Exit> for ExitBody {
    fn from(exit: Exit) -> Self {
        let (deposit, return_at) = match exit.deposit {
            Keeping::Until { return_at } => ("kept", Some(return_at)),
            Keeping::ForCases => ("kept_for_cases", None),
            Keeping::Returned => ("returned", None),
        };
        Self { exited_at: exit.exited_at, deposit, return_at }
    }
}
