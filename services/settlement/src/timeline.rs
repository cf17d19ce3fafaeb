//! What the timelines say of events: the grounds, the words, the amounts. A method token is never said.
use chrono::{DateTime, Utc};
use kernel::{CaseId, Category, Decision, Money, OrderId, PayoutId, RuleId, Time};
use serde::{Deserialize, Serialize};
use settlement_domain::escrow::{self, Disposal, Purpose, Standing};
use settlement_domain::{Posting, purse};
use utoipa::ToSchema;
use uuid::Uuid;

/// What an event says.
#[derive(Debug, Default)]
pub(crate) struct Said {
    /// What it rests on.
    pub rules: Vec<RuleId>,
    /// The reasons, in the words of whoever acted; may be empty.
    pub text: String,
    /// What else belongs to it.
    pub details: Details,
}

/// What belongs to an event beside its words.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize, ToSchema)]
#[schema(as = SettlementDetails)]
#[serde(default)]
pub(crate) struct Details {
    /// How the order stands, as it says: `running`, `disputed`, `judged`, `completed` or `cancelled`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub standing: Option<String>,
    /// The payment it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payment: Option<Uuid>,
    /// The remittance to the merchant that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub remittance: Option<Uuid>,
    /// The payout it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub payout: Option<PayoutId>,
    /// The freeze it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub freeze: Option<Uuid>,
    /// The order it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub order: Option<OrderId>,
    /// The case it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub case: Option<CaseId>,
    /// The category it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<Category>,
    /// How much it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    /// Of it, to the merchant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_merchant: Option<Money>,
    /// Of it, to the provider.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_provider: Option<Money>,
    /// What a case awards beyond the order's amount.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub compensation: Option<Money>,
    /// Taken from the deposit.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_deposit: Option<Money>,
    /// Taken from payable money.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from_payable: Option<Money>,
    /// Recorded as liability.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub liability: Option<Money>,
    /// When the clock that it started passes, or from when its money is free.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub due_at: Option<DateTime<Utc>>,
    /// Why the gateway did not do it; for whose money it is, and for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

const W1: RuleId = RuleId::of("W1");
const W18: RuleId = RuleId::of("W18");
const W33: RuleId = RuleId::of("W33");
const D162: RuleId = RuleId::of("D1.6.2");

/// What the timeline says of an escrow's event.
pub(crate) fn of_escrow(event: &escrow::Event) -> Said {
    use escrow::Event;
    match event {
        Event::Opened { amount, pay_by, standing, rules, .. } => {
            let mut said = Said::on(rules).of(*amount).with(|d| d.standing = Some(name(*standing).into()));
            said.details.due_at = *pay_by;
            said
        }
        Event::OrderHeard { standing, rules, .. } => {
            Said::on(rules).with(|d| d.standing = Some(name(*standing).into()))
        }
        Event::AwardNoted { award } => Said::on(&award.rules).with(|d| {
            d.case = Some(award.case);
            d.to_merchant = Some(award.to_merchant);
            d.compensation = Some(award.compensation);
        }),
        Event::PaymentStarted { payment, purpose, amount, give_up_at, .. } => {
            let rule = match purpose {
                Purpose::Order => W1,
                Purpose::Debt => D162,
            };
            Said::on(&[rule]).payment(*payment).of(*amount).until(*give_up_at)
        }
        Event::PaymentFailed { payment, code } => Said::default().payment(*payment).code(code),
        Event::PaymentAbandoned { payment } => Said::on(&[W1]).payment(*payment),
        Event::Held { payment, posting } => Said::default().payment(*payment).moved(posting),
        Event::PaymentReturned { payment, remittance, .. } => {
            Said::default().payment(*payment).remittance(remittance.id).of(remittance.amount)
        }
        Event::Frozen | Event::Thawed => Said::default(),
        Event::Released(disposal) | Event::Refunded(disposal) | Event::Split(disposal) => disposed(disposal),
        Event::ChargeRaised { charge, amount, rules, .. } => Said::on(rules).of(*amount).about(charge.case),
        Event::DebtRecorded { case, amount, pay_by, rules, .. } => {
            Said::on(rules).of(*amount).about(*case).until(*pay_by)
        }
        Event::DebtOverdue { case, decision } => Said::decided(decision).about(*case),
        Event::ReliefAsked { case, amount, rules } | Event::DebtForgiven { case, amount, rules, .. } => {
            Said::on(rules).of(*amount).about(*case)
        }
        Event::ChargeRelieved { case, amount } => Said::on(&[D162]).of(*amount).about(*case),
        Event::RemittanceRecalled { remittance, amount, .. } => Said::on(&[D162]).remittance(*remittance).of(*amount),
        Event::DebtRepaid { payment, amount, .. } => Said::on(&[D162]).payment(*payment).of(*amount),
        Event::DebtSettledDirectly { amount, note, .. } => Said::on(&[D162]).of(*amount).text(note),
        Event::Compensated { case, remittance, .. } => {
            let said = Said::on(&[D162]).remittance(remittance.id).of(remittance.amount);
            said.with(|d| d.case = Some(*case))
        }
        Event::RemittanceConfirmed { remittance, posting, .. } => {
            Said::default().remittance(*remittance).moved(posting)
        }
        Event::RemittanceFailed { remittance, code } => Said::default().remittance(*remittance).code(code),
        Event::RemittanceRetried { remittance, .. } => Said::default().remittance(remittance.id).of(remittance.amount),
    }
}

/// What the timeline says of a purse's event.
pub(crate) fn of_purse(event: &purse::Event) -> Said {
    use purse::Event;
    match event {
        Event::Opened { .. } => Said::default(),
        Event::RequirementSet { category, requirement, .. } => Said::on(&[W33]).with(|d| {
            d.category = Some(*category);
            d.amount = requirement.amount;
        }),
        Event::ShortfallBegan { missing, top_up_by } => Said::on(&[W33]).of(*missing).until(*top_up_by),
        Event::ShortfallOverdue { decision } => Said::decided(decision),
        Event::ShortfallEnded => Said::on(&[W33]),
        Event::PaymentStarted { payment, amount, give_up_at, .. } => {
            Said::default().payment(*payment).of(*amount).until(*give_up_at)
        }
        Event::PaymentFailed { payment, code } => Said::default().payment(*payment).code(code),
        Event::PaymentAbandoned { payment } => Said::default().payment(*payment),
        Event::PaymentCredited { payment, amount, payable_from, .. } => {
            Said::default().payment(*payment).of(*amount).until(*payable_from)
        }
        Event::DepositToppedUp { payment, amount, .. } => Said::on(&[W33]).payment(*payment).of(*amount),
        Event::DepositFilled { amount, .. } => Said::on(&[W33]).of(*amount),
        Event::PayableCredited { order, amount, payable_from, .. } => {
            Said::default().of(*amount).until(*payable_from).with(|d| d.order = Some(*order))
        }
        Event::Charged { case, order, from_deposit, from_payable, liability, rules, .. } => Said::on(rules).with(|d| {
            d.case = Some(*case);
            d.order = Some(*order);
            d.from_deposit = Some(*from_deposit);
            d.from_payable = Some(*from_payable);
            d.liability = liability.map(|liability| liability.amount);
            d.due_at = liability.map(|liability| liability.pay_by);
        }),
        Event::LiabilityRelieved { case, order, amount, rules, .. } => {
            Said::on(rules).of(*amount).about(*case).with(|d| d.order = Some(*order))
        }
        Event::LiabilityOverdue { case, decision } => Said::decided(decision).about(*case),
        Event::LiabilityPaid { case, order, amount, source, .. } => {
            let said = Said::on(&[W18]).of(*amount).with(|d| {
                d.case = Some(*case);
                d.order = Some(*order);
            });
            match source {
                purse::Source::Payment(payment) => said.payment(*payment),
                purse::Source::Payable => said,
            }
        }
        Event::LiabilitySettledDirectly { case, amount, note, .. } => {
            Said::on(&[D162]).of(*amount).text(note).with(|d| d.case = Some(*case))
        }
        Event::CaseOpened { order } | Event::CaseClosed { order } => Said::default().with(|d| d.order = Some(*order)),
        Event::PayoutsFrozen { freeze, decision } => Said::decided(decision).with(|d| d.freeze = Some(*freeze)),
        Event::PayoutsThawed { freeze, .. } => Said::default().with(|d| d.freeze = Some(*freeze)),
        Event::PayoutRequested { payout, amount, .. } | Event::PayoutSucceeded { payout, amount, .. } => {
            Said::default().of(*amount).with(|d| d.payout = Some(*payout))
        }
        Event::PayoutFailed { payout, amount, code, .. } => {
            Said::default().of(*amount).code(code).with(|d| d.payout = Some(*payout))
        }
        Event::Exited(_) | Event::DepositKept { .. } => Said::on(&[W33]),
        Event::DepositReturned { amount, .. } => Said::on(&[W33]).of(*amount),
    }
}

fn disposed(disposal: &Disposal) -> Said {
    Said::on(&disposal.rules).with(|d| {
        d.case = disposal.case;
        d.to_merchant = Some(disposal.to_merchant);
        d.to_provider = Some(disposal.to_provider);
        d.compensation = Some(disposal.compensation).filter(|amount| amount.is_positive());
        d.remittance = disposal.remittance.as_ref().map(|remittance| remittance.id);
    })
}

/// How an order stands, by name.
pub(crate) fn name(standing: Standing) -> &'static str {
    match standing {
        Standing::Running => "running",
        Standing::Disputed => "disputed",
        Standing::Judged => "judged",
        Standing::Completed => "completed",
        Standing::Cancelled => "cancelled",
    }
}

impl Said {
    fn on(rules: &[RuleId]) -> Self {
        Self { rules: rules.to_vec(), ..Self::default() }
    }

    fn decided(decision: &Decision) -> Self {
        Self::on(&decision.rules).text(&decision.reasons)
    }

    fn with(mut self, add: impl FnOnce(&mut Details)) -> Self {
        add(&mut self.details);
        self
    }

    fn about(self, case: CaseId) -> Self {
        self.with(|details| details.case = Some(case))
    }

    fn text(self, text: &str) -> Self {
        Self { text: text.to_owned(), ..self }
    }

    fn of(self, amount: Money) -> Self {
        self.with(|details| details.amount = Some(amount))
    }

    /// The amount of a posting of one entry.
    fn moved(self, posting: &Posting) -> Self {
        self.with(|details| details.amount = posting.lines().first().map(|line| line.amount))
    }

    fn until(self, due_at: Time) -> Self {
        self.with(|details| details.due_at = Some(due_at))
    }

    fn payment(self, payment: Uuid) -> Self {
        self.with(|details| details.payment = Some(payment))
    }

    fn remittance(self, remittance: Uuid) -> Self {
        self.with(|details| details.remittance = Some(remittance))
    }

    fn code(self, code: &str) -> Self {
        self.with(|details| details.code = Some(code.to_owned()))
    }
}
