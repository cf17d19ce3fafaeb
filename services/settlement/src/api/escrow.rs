//! How an escrow is answered.
use super::record::is_staff;
use crate::timeline::name;
use chrono::{DateTime, Utc};
use engine::{Reply, Seen};
use kernel::{CaseId, EscrowId, MerchantId, Money, OrderId, Party, Problem, ProviderId, RuleId};
use serde::Serialize;
use settlement_domain::Escrows;
use settlement_domain::escrow::{Award, Charge, DebtTerm, Event, Known, Pending, Refusal, Way};
use utoipa::ToSchema;
use uuid::Uuid;
use web::body::{ActionBody, DeadlineBody, actions, deadlines};

/// The escrow of one order.
#[derive(Serialize, ToSchema)]
#[schema(as = Escrow)]
pub(crate) struct EscrowBody {
    /// Its id: the order's, with a prefix of its own.
    id: EscrowId,
    /// The order whose money it is.
    order: OrderId,
    /// Who pays.
    merchant: MerchantId,
    /// Who is to be paid.
    provider: ProviderId,
    /// The order's price.
    amount: Money,
    /// `awaiting_payment`, `closed`, `held`, `frozen`, `released`, `refunded` or `split`.
    status: &'static str,
    /// Until when it may be paid (W1).
    #[serde(skip_serializing_if = "Option::is_none")]
    pay_by_at: Option<DateTime<Utc>>,
    /// How the order stands, as it says: `running`, `disputed`, `judged`, `completed` or `cancelled`.
    order_standing: &'static str,
    /// On which rules it stands so.
    rules: Vec<RuleId>,
    /// Of the price, passed on to the merchant.
    to_merchant: Money,
    /// Of the price, passed on to the provider.
    released: Money,
    /// What the merchant has back in all, confirmed by the gateway: compensation from the purse included.
    refunded: Money,
    /// What a case says.
    #[serde(skip_serializing_if = "Option::is_none")]
    award: Option<AwardBody>,
    /// What of it the provider's purse bears.
    #[serde(skip_serializing_if = "Option::is_none")]
    charge: Option<ChargeBody>,
    /// What the merchant owes back because another outcome took the first one's place (D1.1.4, D1.6.2).
    #[serde(skip_serializing_if = "Option::is_none")]
    debt: Option<Money>,
    /// It is overdue: the merchant may place no new orders until it is paid (W18). Until then `deadlines` shows its end.
    debt_overdue: bool,
    /// What of that has come back in all.
    #[serde(skip_serializing_if = "Option::is_none")]
    returned: Option<Money>,
    /// The payment under way; for the merchant and staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    payment: Option<EscrowPaymentBody>,
    /// What is on its way to the merchant; for the merchant and staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    remittances: Option<Vec<RemittanceBody>>,
    /// What runs.
    deadlines: Vec<DeadlineBody>,
    /// What the caller may do.
    actions: Vec<ActionBody>,
}

/// What a case brings about.
#[derive(Serialize, ToSchema)]
#[schema(as = EscrowAward)]
struct AwardBody {
    /// The case.
    case: CaseId,
    /// Of the order's price, back to the merchant.
    to_merchant: Money,
    /// Beyond that, owed by the provider.
    compensation: Money,
    /// What it rests on.
    rules: Vec<RuleId>,
}

/// What the provider's purse was charged.
#[derive(Serialize, ToSchema)]
#[schema(as = EscrowCharge)]
struct ChargeBody {
    /// The case.
    case: CaseId,
    /// How much.
    asked: Money,
    /// What of it has been collected for the merchant.
    collected: Money,
}

/// A payment whose outcome is awaited.
#[derive(Serialize, ToSchema)]
#[schema(as = EscrowPayment)]
struct EscrowPaymentBody {
    /// Its id.
    id: Uuid,
    /// How much.
    amount: Money,
    /// When it is given up.
    give_up_at: DateTime<Utc>,
}

/// Money on its way to the merchant.
#[derive(Serialize, ToSchema)]
#[schema(as = EscrowRemittance)]
struct RemittanceBody {
    /// Its id.
    id: Uuid,
    /// How much.
    amount: Money,
    /// `refund`: back to where the payment came from; `transfer`: to the registered account.
    way: &'static str,
    /// `under_way` or `failed`.
    status: &'static str,
    /// Why it failed, as the gateway says.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
}

/// The escrow, as the caller may see it.
pub(crate) fn escrow(seen: &Seen<'_, Escrows>) -> Reply {
    answer(200, seen)
}

/// The escrow with a payment under way, and where that is.
pub(crate) fn paying(seen: &Seen<'_, Escrows>) -> Reply {
    let started = |event: &Event| if let Event::PaymentStarted { payment, .. } = event { Some(*payment) } else { None };
    match seen.events.iter().rev().find_map(started) {
        Some(payment) => answer(201, seen).at(format!("/v1/escrows/{}/payments/{payment}", EscrowId(seen.id))),
        None => escrow(seen),
    }
}

/// Whether the caller sees the payments of an escrow and what became of them.
pub(crate) fn knows_payments(viewer: Party) -> bool {
    viewer == Party::Merchant || is_staff(viewer)
}

fn answer(status: u16, seen: &Seen<'_, Escrows>) -> Reply {
    match seen.state.known() {
        Some(known) => Reply::json(status, seen.version, &EscrowBody::of(seen, known)),
        None => Reply::problem(&Problem::of(&Refusal::NotFound)),
    }
}

impl EscrowBody {
    fn of(seen: &Seen<'_, Escrows>, known: &Known) -> Self {
        let knows = knows_payments(seen.ctx.party);
        let running = known.attempts.running.as_ref().filter(|_| knows);
        Self {
            id: EscrowId(seen.id),
            order: known.order,
            merchant: known.merchant,
            provider: known.provider,
            amount: known.amount,
            status: known.status(),
            pay_by_at: known.pay_by,
            order_standing: name(known.standing),
            rules: known.rules.clone(),
            to_merchant: known.to_merchant(),
            released: known.released(),
            refunded: known.refunded,
            award: known.award.as_ref().map(Into::into),
            charge: known.charge.map(Into::into),
            debt: Some(known.debt).filter(|debt| debt.is_positive()),
            debt_overdue: known.debt_term == DebtTerm::Overdue,
            returned: Some(known.returned).filter(|returned| returned.is_positive()),
            payment: running.map(|running| EscrowPaymentBody {
                id: running.attempt.id,
                amount: running.attempt.amount,
                give_up_at: running.give_up_at,
            }),
            remittances: knows.then(|| known.remittances.iter().map(Into::into).collect()),
            deadlines: deadlines::<Escrows>(seen.state),
            actions: actions(seen),
        }
    }
}

impl From<&Award> for AwardBody {
    fn from(award: &Award) -> Self {
        let Award { case, to_merchant, compensation, rules, .. } = award;
        Self { case: *case, to_merchant: *to_merchant, compensation: *compensation, rules: rules.clone() }
    }
}

impl From<Charge> for ChargeBody {
    fn from(Charge { case, asked, collected }: Charge) -> Self {
        Self { case, asked, collected }
    }
}

impl From<&Pending> for RemittanceBody {
    fn from(pending: &Pending) -> Self {
        Self {
            id: pending.remittance.id,
            amount: pending.remittance.amount,
            way: match pending.remittance.way {
                Way::Refund { .. } => "refund",
                Way::Transfer { .. } => "transfer",
            },
            status: if pending.failed.is_some() { "failed" } else { "under_way" },
            code: pending.failed.clone(),
        }
    }
}
