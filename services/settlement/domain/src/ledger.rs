//! The double-entry ledger: accounts, lines, and postings that always sum to zero.
//!
//! A positive line is a debit, a negative one a credit. What each balance means:
//!
//! | account | balance | meaning |
//! |---|---|---|
//! | `gateway` | debit | money that lies with the payment gateway |
//! | `escrow:<order>` | credit | held for the parties of one order |
//! | `transfer:<order>` | credit | between the order's escrow and the provider's purse; zero at rest |
//! | `merchant:<merchant>` | credit | the merchant's, on its way out; zero when the gateway has confirmed everything |
//! | `deposit:<provider>` | credit | the provider's security deposit (W33) |
//! | `payable:<provider>` | credit | earned by the provider and not paid out yet |
//! | `payout:<provider>` | credit | on its way to the provider; zero when no payout runs |
//! | `receivable:<provider>` | debit | the provider's recorded liability (D1.6.2, W18) |
//! | `claim:<merchant>` | credit | its counterpart: owed by a provider, not by the platform, until it is collected |
//! | `debt:<merchant>` | debit | what the merchant has and another outcome does not give it (D1.1.4, D1.6.2) |
//! | `due:<provider>` | credit | its counterpart: owed by a merchant, not by the platform, until it is given back |
//!
//! What was paid in and out in all are the debits and credits of `gateway`. The sum of all accounts is zero in every
//! currency, always; the database refuses lines that do not sum to zero, and so does [`Posting`] when it is read.
use kernel::ids::IdError;
use kernel::{Currency, MerchantId, Money, OrderId, ProviderId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

/// Where money is; see the table above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Account {
    /// With the payment gateway.
    Gateway,
    /// Held for an order.
    Escrow(OrderId),
    /// Between an order's escrow and the provider's purse.
    Transfer(OrderId),
    /// On its way to a merchant.
    Merchant(MerchantId),
    /// A provider's security deposit.
    Deposit(ProviderId),
    /// Earned and not paid out.
    Payable(ProviderId),
    /// On its way to a provider.
    Payout(ProviderId),
    /// A provider's recorded liability.
    Receivable(ProviderId),
    /// What a merchant may claim from providers.
    Claim(MerchantId),
    /// What a merchant has to give back.
    Debt(MerchantId),
    /// What a provider may claim from merchants.
    Due(ProviderId),
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gateway => f.write_str("gateway"),
            Self::Escrow(order) => write!(f, "escrow:{order}"),
            Self::Transfer(order) => write!(f, "transfer:{order}"),
            Self::Merchant(merchant) => write!(f, "merchant:{merchant}"),
            Self::Deposit(provider) => write!(f, "deposit:{provider}"),
            Self::Payable(provider) => write!(f, "payable:{provider}"),
            Self::Payout(provider) => write!(f, "payout:{provider}"),
            Self::Receivable(provider) => write!(f, "receivable:{provider}"),
            Self::Claim(merchant) => write!(f, "claim:{merchant}"),
            Self::Debt(merchant) => write!(f, "debt:{merchant}"),
            Self::Due(provider) => write!(f, "due:{provider}"),
        }
    }
}

/// Why a text is not an account or lines are not a posting.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LedgerError {
    /// No account of this name.
    #[error("{0:?} is not an account")]
    UnknownAccount(String),
    /// The account's owner is not the id it should be.
    #[error(transparent)]
    Owner(#[from] IdError),
    /// Debits and credits differ.
    #[error("the lines sum to {0}, not to zero")]
    Unbalanced(Money),
    /// Beyond what a 64-bit integer of minor units holds.
    #[error("the lines are out of range")]
    OutOfRange,
}

impl FromStr for Account {
    type Err = LedgerError;
    fn from_str(text: &str) -> Result<Self, LedgerError> {
        let (name, owner) = text.split_once(':').unwrap_or((text, ""));
        match name {
            "gateway" if text == "gateway" => Ok(Self::Gateway),
            "escrow" => Ok(Self::Escrow(owner.parse()?)),
            "transfer" => Ok(Self::Transfer(owner.parse()?)),
            "merchant" => Ok(Self::Merchant(owner.parse()?)),
            "deposit" => Ok(Self::Deposit(owner.parse()?)),
            "payable" => Ok(Self::Payable(owner.parse()?)),
            "payout" => Ok(Self::Payout(owner.parse()?)),
            "receivable" => Ok(Self::Receivable(owner.parse()?)),
            "claim" => Ok(Self::Claim(owner.parse()?)),
            "debt" => Ok(Self::Debt(owner.parse()?)),
            "due" => Ok(Self::Due(owner.parse()?)),
            _ => Err(LedgerError::UnknownAccount(text.chars().take(80).collect())),
        }
    }
}

impl Serialize for Account {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// One side of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Line {
    /// The account.
    pub account: Account,
    /// Positive: debit; negative: credit.
    pub amount: Money,
}

/// Lines that sum to zero in every currency. Empty when no money moves. Its id is that of its journal entry.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Line>", into = "Vec<Line>")]
pub struct Posting(Vec<Line>);

impl Posting {
    /// Nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an entry; balanced by construction. Nothing is added for an amount that is not positive.
    pub fn entry(mut self, debit: Account, credit: Account, amount: Money) -> Self {
        if amount.is_positive() {
            self.0.push(Line { account: debit, amount });
            self.0.push(Line { account: credit, amount: Money::new(-amount.minor, amount.currency) });
        }
        self
    }

    /// The lines.
    pub fn lines(&self) -> &[Line] {
        &self.0
    }
}

impl TryFrom<Vec<Line>> for Posting {
    type Error = LedgerError;
    fn try_from(lines: Vec<Line>) -> Result<Self, LedgerError> {
        let mut sums: BTreeMap<Currency, i64> = BTreeMap::new();
        for line in &lines {
            let sum = sums.entry(line.amount.currency).or_default();
            *sum = sum.checked_add(line.amount.minor).ok_or(LedgerError::OutOfRange)?;
        }
        match sums.into_iter().find(|(_, sum)| *sum != 0) {
            Some((currency, minor)) => Err(LedgerError::Unbalanced(Money::new(minor, currency))),
            None => Ok(Self(lines)),
        }
    }
}

impl From<Posting> for Vec<Line> {
    fn from(posting: Posting) -> Self {
        posting.0
    }
}
