//! The state of a purse.
use super::event::{Event, Source};
use super::pockets::Pockets;
use crate::attempts::{Attempt, Attempts};
use kernel::{
    CaseId, Category, Currency, MerchantId, Money, OrderId, PayoutId, ProviderId, QualificationId, RuleId, Time,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use uuid::Uuid;

/// A purse.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purse {
    /// Nothing was heard of the provider.
    #[default]
    Absent,
    /// In use.
    Open(Box<Open>),
}

/// A purse in use. Each amount equals the provider's account of its name in the ledger.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Open {
    /// Whose.
    pub provider: ProviderId,
    /// What is deposited.
    pub deposit: Money,
    /// What each category requires.
    pub requirements: BTreeMap<Category, Requirement>,
    /// Whether and since when something is missing.
    pub shortfall: Shortfall,
    /// Earned and not paid out.
    pub payable: Pockets,
    /// On its way to the provider.
    pub payout: Option<Payout>,
    /// Attempts to pay whose outcome is open.
    pub attempts: Attempts<Purpose>,
    /// What is owed to merchants (W18), oldest first.
    pub liabilities: Vec<Liability>,
    /// What stops payouts, with the governing rule.
    pub freezes: BTreeMap<Uuid, RuleId>,
    /// How many of the provider's escrows cases hold. Openings and closings may arrive in any order, so that it can
    /// be below zero for a while.
    pub open_cases: i64,
    /// The provider left.
    pub exit: Option<Exit>,
}

/// What a category requires, by the newest word about its qualification.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Requirement {
    /// By which qualification.
    pub qualification: QualificationId,
    /// The sequence of the word.
    pub sequence: i64,
    /// Its instant.
    pub at: Time,
    /// How much; `None` when nothing any more.
    pub amount: Option<Money>,
}

/// Whether enough is deposited (W33).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shortfall {
    /// Nothing is missing.
    Covered,
    /// To be topped up.
    Due {
        /// The most that was missing when the window last began, less what was topped up.
        missing: Money,
        /// Until when.
        by: Time,
    },
    /// Not topped up in time: the provider is blocked.
    Overdue,
}

/// What a payment to a purse is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// The deposit.
    Deposit,
    /// A liability.
    Liability {
        /// The case that made it.
        case: CaseId,
    },
}

/// What the provider owes a merchant from a case, whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Liability {
    /// The case.
    pub case: CaseId,
    /// The order.
    pub order: OrderId,
    /// To whom.
    pub merchant: MerchantId,
    /// How much.
    pub amount: Money,
    /// Until when.
    pub pay_by: Time,
    /// Not paid in time: the provider is blocked.
    pub overdue: bool,
}

/// Money on its way to the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payout {
    /// Its id.
    pub id: PayoutId,
    /// How much.
    pub amount: Money,
}

/// A provider that left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exit {
    /// When.
    pub exited_at: Time,
    /// The sequence of the message.
    pub sequence: i64,
    /// The deposit.
    pub deposit: Keeping,
}

/// What becomes of the deposit of a provider that left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Keeping {
    /// Kept until its day.
    Until {
        /// The day.
        return_at: Time,
    },
    /// The day came; kept until cases and liabilities are closed.
    ForCases,
    /// Returned.
    Returned,
}

impl Purse {
    /// The purse, once it is in use.
    pub fn open(&self) -> Option<&Open> {
        match self {
            Self::Open(open) => Some(open),
            Self::Absent => None,
        }
    }

    /// The status in the field's words.
    pub fn status(&self) -> &'static str {
        match self {
            Self::Absent => "absent",
            Self::Open(open) if open.is_blocked() => "blocked",
            Self::Open(_) => "open",
        }
    }

    /// The purse after an event, or `None` when the event does not fit.
    pub(super) fn after(self, event: &Event) -> Option<Self> {
        match self {
            Self::Absent => {
                let Event::Opened { provider, currency } = event else { return None };
                Some(Self::Open(Box::new(Open::new(*provider, *currency))))
            }
            Self::Open(mut open) => {
                open.apply(event)?;
                Some(Self::Open(open))
            }
        }
    }
}

impl Open {
    pub(super) fn new(provider: ProviderId, currency: Currency) -> Self {
        Self {
            provider,
            deposit: Money::zero(currency),
            requirements: BTreeMap::new(),
            shortfall: Shortfall::Covered,
            payable: Pockets::default(),
            payout: None,
            attempts: Attempts::default(),
            liabilities: vec![],
            freezes: BTreeMap::new(),
            open_cases: 0,
            exit: None,
        }
    }

    /// What must be deposited. An exit voids what stood before it.
    pub fn required(&self) -> Money {
        let stands = |requirement: &&Requirement| self.exit.is_none_or(|exit| requirement.at > exit.exited_at);
        let amounts = self.requirements.values().filter(stands).filter_map(|requirement| requirement.amount);
        Money::new(amounts.map(|amount| amount.minor).fold(0, i64::saturating_add), self.deposit.currency)
    }

    /// What is missing of the deposit; never negative.
    pub fn missing(&self) -> Money {
        Money::new(self.required().minor.saturating_sub(self.deposit.minor).max(0), self.deposit.currency)
    }

    /// What is owed to merchants in one currency.
    pub fn liability(&self, currency: Currency) -> Money {
        let amounts = self.liabilities.iter().map(|liability| liability.amount);
        let amounts = amounts.filter(|amount| amount.currency == currency).map(|amount| amount.minor);
        Money::new(amounts.fold(0, i64::saturating_add), currency)
    }

    /// W33, W18: no new orders or listings.
    pub fn is_blocked(&self) -> bool {
        self.shortfall == Shortfall::Overdue || self.liabilities.iter().any(|liability| liability.overdue)
    }

    /// Cases that hold escrows.
    pub fn cases(&self) -> i64 {
        self.open_cases.max(0)
    }

    pub(super) fn find_liability(&self, case: CaseId) -> Option<&Liability> {
        self.liabilities.iter().find(|liability| liability.case == case)
    }

    /// The event's effect on the state; `None` when it does not fit.
    pub(super) fn apply(&mut self, event: &Event) -> Option<()> {
        if let Some(payment) = event.ended_payment() {
            self.attempts.end(payment)?;
        }
        self.change(event)?;
        self.note_missing();
        Some(())
    }

    fn change(&mut self, event: &Event) -> Option<()> {
        match event {
            Event::Opened { .. } => return None,
            Event::RequirementSet { category, requirement, .. } => {
                self.requirements.insert(*category, requirement.clone());
            }
            Event::ShortfallBegan { missing, top_up_by } => {
                self.shortfall = Shortfall::Due { missing: *missing, by: *top_up_by };
            }
            Event::ShortfallOverdue { .. } => self.shortfall = Shortfall::Overdue,
            Event::ShortfallEnded => self.shortfall = Shortfall::Covered,
            Event::PaymentStarted { payment, purpose, amount, give_up_at, .. } => {
                self.attempts.begin(Attempt { id: *payment, amount: *amount, purpose: *purpose }, *give_up_at);
            }
            Event::PaymentFailed { .. } => {}
            Event::PaymentAbandoned { .. } => self.attempts.abandon(),
            Event::PaymentCredited { amount, payable_from, .. } => self.credit(*amount, *payable_from)?,
            Event::DepositToppedUp { amount, .. } => self.deposit = self.deposit.plus(*amount).ok()?,
            Event::DepositFilled { amount, .. } => {
                self.payable.take(*amount)?;
                self.deposit = self.deposit.plus(*amount).ok()?;
            }
            Event::PayableCredited { amount, at, payable_from, .. } => self.payable.add(*amount, *payable_from, *at)?,
            Event::Charged { from_deposit, from_payable, liability, .. } => {
                self.take_charge(*from_deposit, *from_payable)?;
                if let Some(liability) = liability {
                    self.owe(*liability);
                }
            }
            Event::LiabilityRelieved { case, amount, .. } => self.relieve(*case, *amount)?,
            Event::LiabilityOverdue { case, .. } => {
                self.liabilities.iter_mut().find(|liability| liability.case == *case)?.overdue = true;
            }
            Event::LiabilityPaid { case, amount, source, .. } => {
                if *source == Source::Payable {
                    self.payable.take(*amount)?;
                }
                self.forget(*case);
            }
            Event::LiabilitySettledDirectly { case, .. } => self.forget(*case),
            Event::CaseOpened { .. } => self.open_cases += 1,
            Event::CaseClosed { .. } => self.open_cases -= 1,
            Event::PayoutsFrozen { freeze, decision } => {
                self.freezes.insert(*freeze, decision.rules.first()?.clone());
            }
            Event::PayoutsThawed { freeze, .. } => drop(self.freezes.remove(freeze)?),
            Event::PayoutRequested { payout, amount, .. } => {
                self.payable.take(*amount)?;
                self.payout = Some(Payout { id: *payout, amount: *amount });
            }
            Event::PayoutSucceeded { .. } => self.payout = None,
            Event::PayoutFailed { amount, payable_from, .. } => {
                self.payout = None;
                self.credit(*amount, *payable_from)?;
            }
            Event::Exited(exit) => self.exit = Some(*exit),
            Event::DepositKept { .. } => self.exit.as_mut()?.deposit = Keeping::ForCases,
            Event::DepositReturned { amount, payable_from, .. } => {
                self.exit.as_mut()?.deposit = Keeping::Returned;
                self.deposit = self.deposit.minus(*amount).ok()?;
                self.credit(*amount, *payable_from)?;
            }
        }
        Some(())
    }

    /// Money that may be paid out at once.
    fn credit(&mut self, amount: Money, now: Time) -> Option<()> {
        self.payable.add(amount, now, now)
    }

    /// A case's liability as it stands now.
    fn owe(&mut self, liability: Liability) {
        match self.liabilities.iter_mut().find(|known| known.case == liability.case) {
            Some(known) => *known = liability,
            None => self.liabilities.push(liability),
        }
    }

    fn relieve(&mut self, case: CaseId, by: Money) -> Option<()> {
        let Some(known) = self.liabilities.iter_mut().find(|known| known.case == case) else {
            return by.is_zero().then_some(());
        };
        if by.is_positive() {
            known.amount = known.amount.minus(by).ok()?;
        }
        self.liabilities.retain(|known| known.amount.is_positive());
        Some(())
    }

    fn forget(&mut self, case: CaseId) {
        self.liabilities.retain(|liability| liability.case != case);
    }

    /// What was topped up is missing no more, so that a later loss counts as a growth.
    fn note_missing(&mut self) {
        let now_missing = self.missing();
        match &mut self.shortfall {
            Shortfall::Due { missing, .. } => missing.minor = missing.minor.min(now_missing.minor),
            Shortfall::Covered | Shortfall::Overdue => {}
        }
    }

    /// A charge may be of another currency than the deposit; then it takes nothing from it.
    fn take_charge(&mut self, from_deposit: Money, from_payable: Money) -> Option<()> {
        if from_deposit.is_positive() {
            self.deposit = self.deposit.minus(from_deposit).ok()?;
        }
        self.payable.take(from_payable)
    }
}
