//! What the engine is asked about: named texts and what is known of the service.
//!
//! Owns the shapes. What is not given is not missed, unless the caller says that it must be there.
use kernel::{Category, Money, PriceUnit};
use rulebook::lists::Class;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use strum::{Display, EnumString, VariantArray};

/// What kind of text it is: it decides which rules apply.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, Display, EnumString, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Profile {
    /// A listing: every rule.
    #[default]
    Listing,
    /// A message between the parties: contact, links, dealing off the market, rewards, prohibited goods.
    Message,
    /// A review: as a message, and advertising.
    Review,
}

/// A picture as it was measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Picture {
    /// Pixels.
    pub width: u32,
    /// Pixels.
    pub height: u32,
    /// [`crate::pictures::hash`] of it, if it was decoded.
    #[serde(default)]
    pub hash: Option<u64>,
}

/// A cited success case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Case<'a> {
    /// What it says.
    pub text: &'a str,
    /// How many files prove it.
    pub evidence: usize,
}

/// Another listing to compare with, by its [`crate::near::Signature`].
#[derive(Clone, Debug, PartialEq)]
pub struct Known<'a> {
    /// How it is told.
    pub name: &'a str,
    /// Of its texts.
    pub signature: &'a crate::near::Signature,
    /// By the same provider.
    pub same_provider: bool,
}

/// A picture of another listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownPicture {
    /// How its listing is told.
    pub listing: String,
    /// Its [`crate::pictures::hash`].
    pub hash: u64,
    /// By the same provider.
    pub same_provider: bool,
}

/// Named texts, and what is known of the service they are about.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Subject<'a> {
    /// Which rules apply.
    pub profile: Profile,
    /// The category.
    pub category: Option<Category>,
    /// Whole-store hosting.
    pub agent_operation: bool,
    /// Fields and their texts, in the order they are read in; a field called `title` is held to the title's rules.
    pub texts: Vec<(String, &'a str)>,
    /// Attributes and the like that are there without being texts: only whether something is required of them counts.
    pub elements: Option<BTreeMap<String, String>>,
    /// Fields that must be there, of `title`, `description`, `price`, `price_unit`, `cooperation`; what is not in here
    /// and not given is not missed.
    pub required: BTreeSet<&'static str>,
    /// Cooperation needed (D2.6): stated at all.
    pub cooperation_stated: bool,
    /// The price for one unit.
    pub price: Option<Money>,
    /// What one unit is.
    pub price_unit: Option<PriceUnit>,
    /// Days until delivery.
    pub delivery_days: Option<u32>,
    /// Pictures.
    pub pictures: Option<Vec<Picture>>,
    /// Cited success cases.
    pub cases: Vec<Case<'a>>,
    /// The core function as it was first reviewed (M5.24).
    pub reviewed_core: Option<&'a str>,
    /// Listings to compare with.
    pub known: Vec<Known<'a>>,
    /// Pictures of other listings to compare with.
    pub known_pictures: Vec<KnownPicture>,
}

impl<'a> Subject<'a> {
    /// Texts of a listing, and nothing else known.
    pub fn listing(texts: &[(&str, &'a str)]) -> Self {
        Self { texts: texts.iter().map(|(field, text)| ((*field).to_owned(), *text)).collect(), ..Self::default() }
    }

    /// One message.
    pub fn message(text: &'a str) -> Self {
        Self { profile: Profile::Message, ..Self::listing(&[("text", text)]) }
    }

    /// One review.
    pub fn review(text: &'a str) -> Self {
        Self { profile: Profile::Review, ..Self::listing(&[("text", text)]) }
    }
}

impl Profile {
    /// Whether terms of this class count in texts of this kind.
    pub fn reads(self, class: Class) -> bool {
        let everywhere = matches!(
            class,
            Class::Messenger
                | Class::ThirdParty
                | Class::OffMarket
                | Class::Lead
                | Class::Cashback
                | Class::Prohibited
                | Class::Shortener
        );
        match self {
            Self::Listing => true,
            Self::Message => everywhere,
            Self::Review => everywhere || class == Class::Advertising,
        }
    }
}
