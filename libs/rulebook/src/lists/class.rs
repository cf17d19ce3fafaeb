//! The classes of lists: breaches, and words that only help to read.
use serde::{Deserialize, Serialize};
use strum::{Display, IntoStaticStr, VariantArray};

/// What the terms of a list are: it decides by which rule module, and in which profiles, they are read.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Display,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Class {
    /// Terms that advertising law forbids (M4.1.f → M5.8).
    Absolute,
    /// Praise that depends on its context (M4.1.f → M5.8).
    Exaggerated,
    /// Platform brands and their affiliates (M4.2.c.2 → M5.5).
    Brand,
    /// Chat tools other than the allowed ones (M4.2.f.5 → M5.30).
    Messenger,
    /// Other sites and social networks (M4.1.g → M5.25).
    ThirdParty,
    /// Goods, services and functions that may not be sold (M4.1.d → M5.2; M5.22–M5.29).
    Prohibited,
    /// Advertising and what is unrelated to a service (M4.1.e → M5.16).
    Advertising,
    /// Cashback, free orders, rewards for reviews (M5.31, M5.45).
    Cashback,
    /// Promised amounts and effects (D3.2.2 → M5.4, M5.62).
    Promise,
    /// Dealing outside the market (M4.2.b → M5.30).
    OffMarket,
    /// Leads users to log in, register or act on another platform (M5.25).
    Lead,
    /// False free service (M5.20).
    Free,
    /// Paid endorsement (P3); `value = "marked"` is what marks one as paid.
    Endorsement,
    /// Tests and what cannot be ordered (M4.1.h).
    Invalid,
    /// Cited success cases (M4.1.b → M5.4).
    Case,
    /// Domains that hide where a link leads (M4.1.g); terms are domains.
    Shortener,
    /// Names of technologies that look like domains; terms are written as names (`node.js`).
    Technology,
    /// Chat tools that the operator allows (X15).
    AllowedChannel,
    /// Words for digits; `value` is the digit or the digits, `double` or `triple`.
    NumberWord,
    /// Words for `@`.
    AtWord,
    /// Words for `.`; `value` may be `-` or `_` for words that stand for those.
    DotWord,
    /// Top-level domains in words; `value` is the domain (`com`).
    TldWord,
    /// Names of mail services that stand for a domain; `value` is the domain.
    MailProvider,
    /// Calls to make contact ("add me", "加我").
    ContactWord,
    /// What announces an account ("id", "username", "号").
    AccountWord,
    /// What announces a telephone number.
    PhoneWord,
    /// What announces a number that is no telephone number (order, ISBN, version, licence).
    ReferenceWord,
    /// Units: a number before one is a measure.
    UnitWord,
    /// What announces a web site ("portfolio", 官网).
    SiteWord,
    /// Words that tell that files are spoken of.
    FileWord,
    /// Words that turn a sentence into its opposite.
    Negation,
    /// Words that say what is not done ("we do not use"); `value = "beside"` with the name right behind it,
    /// `"behind"` with the name before it.
    Denial,
    /// Words that tell a category; `value` is the category.
    CategoryWord,
    /// What announces the price.
    PriceWord,
    /// Currencies; `value` is the code (`CNY`).
    CurrencyWord,
    /// What announces the delivery.
    DeliveryWord,
    /// Units of time; `value` is how many days one is.
    DurationWord,
}

impl Class {
    /// Whether terms of this class are findings themselves; otherwise they only help to read.
    pub fn is_breach(self) -> bool {
        match self {
            Self::Absolute
            | Self::Exaggerated
            | Self::Brand
            | Self::Messenger
            | Self::ThirdParty
            | Self::Prohibited
            | Self::Advertising
            | Self::Cashback
            | Self::Promise
            | Self::OffMarket
            | Self::Lead
            | Self::Free
            | Self::Endorsement
            | Self::Invalid
            | Self::Case
            | Self::Shortener => true,
            Self::Technology
            | Self::AllowedChannel
            | Self::NumberWord
            | Self::AtWord
            | Self::DotWord
            | Self::TldWord
            | Self::MailProvider
            | Self::ContactWord
            | Self::AccountWord
            | Self::PhoneWord
            | Self::ReferenceWord
            | Self::UnitWord
            | Self::SiteWord
            | Self::FileWord
            | Self::Negation
            | Self::Denial
            | Self::CategoryWord
            | Self::PriceWord
            | Self::CurrencyWord
            | Self::DeliveryWord
            | Self::DurationWord => false,
        }
    }

    /// Whether each of its terms stands for something that must be told in `value`.
    pub(super) fn needs_value(self) -> bool {
        matches!(
            self,
            Self::NumberWord
                | Self::TldWord
                | Self::MailProvider
                | Self::CategoryWord
                | Self::CurrencyWord
                | Self::DurationWord
        )
    }
}
