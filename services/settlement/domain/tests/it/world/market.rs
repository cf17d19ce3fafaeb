//! Escrows and the purse wired together in memory, with a gateway that keeps its own cash box.
use super::*;
use kernel::run::Outcome as Ended;
use settlement_domain::escrow::Funds;
use settlement_domain::gateway::{Effect, Outcome, Request};
use settlement_domain::{Account, Addressed, Note, escrow};
use std::collections::BTreeMap;

/// Whose effect it is.
#[derive(Clone, Copy, Debug)]
pub enum Origin {
    Escrow(usize),
    Purse,
}

pub struct Market {
    pub escrows: Vec<Story<Escrows>>,
    pub purse: Story<Purses>,
    /// The ledger: what the database's table would sum to.
    pub balances: BTreeMap<(Account, Currency), i64>,
    /// Notes not delivered yet.
    pub notes: Vec<Note>,
    /// Effects not answered yet.
    pub effects: Vec<(Origin, Effect)>,
    /// What really lies with the gateway.
    pub cash: i64,
    read: Vec<usize>,
    purse_read: usize,
}

impl Market {
    /// Escrows of orders 1 to `n`, unheard of, and a purse that owes a deposit.
    pub fn new(n: usize) -> Self {
        let escrows: Vec<_> = (1..=n as u128).map(|n| unheard_escrow(order(n))).collect();
        let mut market = Self {
            read: vec![0; escrows.len()],
            escrows,
            purse: purse(),
            balances: BTreeMap::new(),
            notes: vec![],
            effects: vec![],
            cash: 0,
            purse_read: 0,
        };
        market.collect();
        market
    }

    pub fn now(&self) -> Time {
        self.purse.now
    }

    pub fn ask_escrow(&mut self, n: usize, actor: &Actor, command: &Command) -> Ended<escrow::Refusal> {
        let ended = self.escrows[n].ask(actor, command).0;
        self.collect();
        ended
    }

    pub fn ask_purse(&mut self, actor: &Actor, command: &purse::Command) -> Ended<purse::Refusal> {
        let ended = self.purse.ask(actor, command).0;
        self.collect();
        ended
    }

    pub fn advance(&mut self, by: TimeDelta) {
        for escrow in &mut self.escrows {
            escrow.advance(by);
        }
        self.purse.advance(by);
        self.collect();
    }

    /// Delivers one of the notes that wait, if any does.
    pub fn deliver(&mut self, which: usize) {
        if self.notes.is_empty() {
            return;
        }
        let note = self.notes.swap_remove(which % self.notes.len());
        match note.addressed() {
            Addressed::Purse(_, command) => assert!(matches!(self.ask_purse(&own(), &command), Ended::Done(_))),
            Addressed::Escrow(order, command) => {
                let place = self.escrows.iter().position(|escrow| escrow.id == order.0).unwrap();
                assert!(matches!(self.ask_escrow(place, &own(), &command), Ended::Done(_)));
            }
        }
    }

    /// The gateway carries out or refuses one effect, and calls back twice.
    pub fn answer(&mut self, which: usize, succeeds: bool) {
        if self.effects.is_empty() {
            return;
        }
        let (origin, effect) = self.effects.swap_remove(which % self.effects.len());
        if succeeds {
            self.cash += match effect.request {
                Request::Charge { .. } => effect.amount.minor,
                Request::Refund { .. } | Request::Payout { .. } => -effect.amount.minor,
            };
        }
        let outcome = if succeeds { Outcome::Succeeded } else { Outcome::Failed { code: "declined".into() } };
        for _ in 0..2 {
            match origin {
                Origin::Purse => {
                    let command = purse::Command::answered(&effect, outcome.clone()).unwrap();
                    assert!(matches!(self.ask_purse(&own(), &command), Ended::Done(_)));
                }
                Origin::Escrow(n) => {
                    let command = escrow::Command::answered(&effect, outcome.clone()).unwrap();
                    assert!(matches!(self.ask_escrow(n, &own(), &command), Ended::Done(_)));
                }
            }
        }
    }

    /// Delivers and answers until nothing moves any more.
    pub fn come_to_rest(&mut self) {
        while !self.notes.is_empty() || !self.effects.is_empty() {
            self.deliver(0);
            self.answer(0, true);
        }
    }

    pub fn balance(&self, account: Account) -> i64 {
        self.balances.get(&(account, Currency::CNY)).copied().unwrap_or(0)
    }

    /// What must hold between any two steps.
    pub fn audit(&self) {
        assert_eq!(self.balances.values().sum::<i64>(), 0, "debits and credits differ");
        assert_eq!(self.balance(Account::Gateway), self.cash, "the books say another cash than the gateway");
        let (mut underway, mut owed_back) = (0, 0);
        for story in &self.escrows {
            let releases = story.journal.iter().filter(|(_, _, event)| disposal(event).is_some()).count();
            assert!(releases <= 1, "money left an escrow {releases} times");
            let Some(known) = story.state.known() else { continue };
            let held = match known.funds {
                Funds::Held { .. } => known.amount.minor,
                Funds::Unpaid | Funds::Disposed { .. } => 0,
            };
            assert_eq!(self.balance(Account::Escrow(known.order)), -held, "escrow");
            assert_eq!(self.balance(Account::Transfer(known.order)), -self.between(known.order), "transfer");
            owed_back += known.debt.minor;
            underway += known.remittances.iter().map(|pending| pending.remittance.amount.minor).sum::<i64>();
        }
        assert_eq!(self.balance(Account::Merchant(merchant())), -underway, "on the way to the merchant");
        assert_eq!(self.balance(Account::Debt(merchant())), owed_back, "debt");
        assert_eq!(self.balance(Account::Due(provider())), -owed_back, "due");
        let purse = open(&self.purse);
        let owed = purse.liability(Currency::CNY).minor;
        let payout = purse.payout.map_or(0, |payout| payout.amount.minor);
        assert_eq!(self.balance(Account::Deposit(provider())), -purse.deposit.minor, "deposit");
        assert_eq!(self.balance(Account::Payable(provider())), -purse.payable.total(Currency::CNY).minor, "payable");
        assert_eq!(self.balance(Account::Payout(provider())), -payout, "payout");
        assert_eq!(self.balance(Account::Receivable(provider())), owed, "receivable");
        assert_eq!(self.balance(Account::Claim(merchant())), -owed, "claim");
    }

    /// What notes that wait carry for one order.
    fn between(&self, of: OrderId) -> i64 {
        let carried = |note: &Note| match note {
            Note::CreditPayable { order, amount, .. } | Note::Compensate { order, amount, .. } if *order == of => {
                amount.minor
            }
            Note::CreditPayable { .. }
            | Note::Compensate { .. }
            | Note::Charge { .. }
            | Note::Relieve { .. }
            | Note::Relieved { .. }
            | Note::CaseOpened { .. }
            | Note::CaseClosed { .. } => 0,
        };
        self.notes.iter().map(carried).sum()
    }

    /// Writes what the new events mean into ledger, outbox and gateway.
    fn collect(&mut self) {
        for n in 0..self.escrows.len() {
            let story = &self.escrows[n];
            let events: Vec<_> = story.journal[self.read[n]..].iter().map(|(_, _, event)| event.clone()).collect();
            self.read[n] = story.journal.len();
            for event in events {
                self.post(event.posting());
                self.effects.extend(event.effects().into_iter().map(|effect| (Origin::Escrow(n), effect)));
                if let Some(known) = self.escrows[n].state.known() {
                    self.notes.extend(event.notes(known));
                }
            }
        }
        let events: Vec<_> = self.purse.journal[self.purse_read..].iter().map(|(_, _, event)| event.clone()).collect();
        self.purse_read = self.purse.journal.len();
        for event in events {
            self.post(event.posting());
            self.effects.extend(event.effects().into_iter().map(|effect| (Origin::Purse, effect)));
            self.notes.extend(event.notes());
        }
    }

    fn post(&mut self, posting: Option<&settlement_domain::Posting>) {
        for line in posting.into_iter().flat_map(|posting| posting.lines()) {
            *self.balances.entry((line.account, line.amount.currency)).or_default() += line.amount.minor;
        }
    }
}

/// The disposal, if the event is one.
pub fn disposal(event: &escrow::Event) -> Option<&escrow::Disposal> {
    match event {
        escrow::Event::Released(disposal) | escrow::Event::Refunded(disposal) | escrow::Event::Split(disposal) => {
            Some(disposal)
        }
        _ => None,
    }
}
