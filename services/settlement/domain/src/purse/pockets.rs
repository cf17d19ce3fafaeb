//! Payable money by currency, in lots by the day from which they may be paid out.
//!
//! Small whatever the turnover: a hold of at most 30 days gives at most 31 days to come, and what is free merges.
use kernel::{Currency, Money, Time, TimeDelta};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The provider's payable money. Amounts are positive minor units.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pockets(BTreeMap<Currency, BTreeMap<Time, i64>>);

impl Pockets {
    /// Everything in one currency, free or not.
    pub fn total(&self, currency: Currency) -> Money {
        Money::new(self.lots(currency).map(|(_, minor)| minor).sum(), currency)
    }

    /// What may be paid out at `now` in one currency.
    pub fn free(&self, currency: Currency, now: Time) -> Money {
        Money::new(self.lots(currency).filter(|(from, _)| *from <= now).map(|(_, minor)| minor).sum(), currency)
    }

    /// The currencies in which something is payable.
    pub fn currencies(&self) -> impl Iterator<Item = Currency> {
        self.0.keys().copied()
    }

    /// From when the first of it may be paid out; `None` when there is nothing.
    pub fn first_from(&self) -> Option<Time> {
        self.0.values().filter_map(|lots| lots.keys().next().copied()).min()
    }

    /// Adds money that is free from `from` on, and merges what is free at `now`.
    pub(super) fn add(&mut self, amount: Money, from: Time, now: Time) -> Option<()> {
        self.total(amount.currency).plus(amount).ok()?;
        if amount.is_positive() {
            let lots = self.0.entry(amount.currency).or_default();
            *lots.entry(from).or_default() += amount.minor;
            let later = lots.split_off(&(now + TimeDelta::microseconds(1)));
            let free: i64 = lots.values().sum();
            let merged = lots.last_key_value().map(|(from, _)| (*from, free));
            *lots = merged.into_iter().chain(later).collect();
        }
        Some(())
    }

    /// Takes money, what is free earliest first; `None` when there is too little.
    pub(super) fn take(&mut self, amount: Money) -> Option<()> {
        if !amount.is_positive() {
            return Some(());
        }
        let lots = self.0.get_mut(&amount.currency)?;
        let mut left = amount.minor;
        while left > 0 {
            let mut lot = lots.first_entry()?;
            let taken = left.min(*lot.get());
            *lot.get_mut() -= taken;
            left -= taken;
            if *lot.get() == 0 {
                lot.remove();
            }
        }
        if lots.is_empty() {
            self.0.remove(&amount.currency);
        }
        Some(())
    }

    fn lots(&self, currency: Currency) -> impl Iterator<Item = (Time, i64)> {
        self.0.get(&currency).into_iter().flatten().map(|(from, minor)| (*from, *minor))
    }
}

/// The first midnight (UTC) at or after an instant: money becomes free, and crowded due dates fall, once a day.
pub(super) fn next_midnight(at: Time) -> Time {
    const DAY: i64 = 86_400;
    let seconds = at.timestamp() + i64::from(at.timestamp_subsec_nanos() > 0);
    let days = seconds.div_euclid(DAY) + i64::from(seconds.rem_euclid(DAY) > 0);
    days.checked_mul(DAY).and_then(|seconds| Time::from_timestamp(seconds, 0)).unwrap_or(at)
}
