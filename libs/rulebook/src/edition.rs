//! One edition: name, hash, the instant it comes into force, its sections. And the set of all known editions.
use crate::standards::Article;
use crate::{DisputeRules, ListingRules, NotificationRules, OnboardingRules, OrderRules, SettlementRules};
use kernel::{Calendar, EditionId, Span, Time};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::sync::Arc;

/// The newest shape of edition files that this code writes; every older one can be read.
pub const SCHEMA: u32 = 1;

const SHIPPED: &[&str] = &[include_str!("../editions/2026-11.toml")];

/// An edition of the rulebook, read and checked.
#[derive(Clone, Debug, PartialEq)]
pub struct Edition {
    /// Its name.
    pub id: EditionId,
    /// SHA-256 of the file's bytes, lower-case hex: the same name never stands for another text.
    pub hash: String,
    /// From when it is in force.
    pub effective_from: Time,
    /// Working days and zone.
    pub calendar: Arc<Calendar>,
    /// What an outage of our own is, and the grace after it.
    pub outage: OutageRules,
    /// Section 1 of the rules.
    pub onboarding: Arc<OnboardingRules>,
    /// Section 2.
    pub listings: Arc<ListingRules>,
    /// Section 3.
    pub orders: Arc<OrderRules>,
    /// Escrow, deposit, payouts.
    pub settlement: Arc<SettlementRules>,
    /// Section 4.
    pub disputes: Arc<DisputeRules>,
    /// Notices: when they count as served.
    pub notifications: Arc<NotificationRules>,
    /// The file as published.
    pub source: String,
}

/// Why a text is not an edition.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditionError {
    /// Not TOML, or an entry is missing, unknown or of the wrong type; the message names it and its place.
    #[error("{0}")]
    Malformed(String),
    /// Written by newer code.
    #[error("schema = {found} is newer than this program, which reads up to {SCHEMA}")]
    TooNew {
        /// The schema found.
        found: u32,
    },
    /// Well formed, but entries contradict each other or leave their bounds.
    #[error("{}", .0.join("\n"))]
    Unsound(Vec<String>),
}

/// When deadlines wait for us.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OutageRules {
    /// A silence longer than this is an outage.
    pub after: Span,
    /// How long what fell due in it is spared afterwards.
    pub grace: Span,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    schema: u32,
    effective_from: Time,
    calendar: Calendar,
    outage: OutageRules,
    onboarding: OnboardingRules,
    listings: ListingRules,
    orders: OrderRules,
    settlement: SettlementRules,
    disputes: DisputeRules,
    notifications: NotificationRules,
}

impl Edition {
    /// Reads and checks the text of an edition file.
    pub fn read(source: &str) -> Result<Self, EditionError> {
        let file: File = toml::from_str(source).map_err(|error| EditionError::Malformed(error.to_string()))?;
        if file.schema > SCHEMA {
            return Err(EditionError::TooNew { found: file.schema });
        }
        let mut findings = vec![];
        if file.name.is_empty() || !file.name.chars().all(|c| c.is_ascii_alphanumeric() || "-._".contains(c)) {
            findings.push(format!("name: {:?} must be of letters, digits, '-', '.' and '_'", file.name));
        }
        file.onboarding.check(&mut findings);
        file.listings.check(&mut findings);
        file.orders.check(&mut findings);
        file.settlement.check(&mut findings);
        file.disputes.check(&mut findings);
        file.notifications.check(&mut findings);
        if !file.notifications.inbox_within(file.orders.notice) {
            findings.push("orders.notice: must be longer than notifications.inbox".into());
        }
        if !file.notifications.inbox_within(file.disputes.notice) {
            findings.push("disputes.notice: must be longer than notifications.inbox".into());
        }
        if file.disputes.standards.of(Article::D2_5d).rounds != Some(file.orders.failed_modifications) {
            findings.push("disputes.standards: D2.5d rounds must be orders.failed_modifications".into());
        }
        if !findings.is_empty() {
            return Err(EditionError::Unsound(findings));
        }
        let hash = hex::encode(Sha256::digest(source.as_bytes()));
        Ok(Self {
            id: EditionId(file.name),
            hash: hash.clone(),
            effective_from: file.effective_from,
            calendar: Arc::new(file.calendar),
            outage: file.outage,
            onboarding: Arc::new(file.onboarding),
            listings: Arc::new(file.listings),
            orders: Arc::new(file.orders),
            settlement: Arc::new(file.settlement),
            disputes: Arc::new(DisputeRules { edition_hash: hash, ..file.disputes }),
            notifications: Arc::new(file.notifications),
            source: source.to_owned(),
        })
    }

    /// The newest edition that ships with the program: what tests of domain crates run under.
    pub fn shipped() -> Self {
        let newest = SHIPPED.last().map_or_else(|| Err(EditionError::TooNew { found: 0 }), |text| Self::read(text));
        match newest {
            Ok(edition) => edition,
            Err(error) => panic!("the shipped edition is unsound: {error}"),
        }
    }
}

/// All editions a context knows, newest last.
#[derive(Clone, Debug)]
pub struct Rulebook {
    editions: Vec<Arc<Edition>>,
}

impl Rulebook {
    /// The editions that ship with the program.
    pub fn shipped() -> Result<Self, EditionError> {
        Self::of(SHIPPED.iter().map(|text| Edition::read(text)).collect::<Result<Vec<_>, _>>()?)
    }

    /// A rulebook of these editions; at least one, no two of one name.
    pub fn of(editions: Vec<Edition>) -> Result<Self, EditionError> {
        let mut editions: Vec<_> = editions.into_iter().map(Arc::new).collect();
        editions.sort_by_key(|edition| edition.effective_from);
        let mut findings = vec![];
        if editions.is_empty() {
            findings.push("a rulebook needs at least one edition".to_owned());
        }
        for (place, edition) in editions.iter().enumerate() {
            if editions[..place].iter().any(|other| other.id == edition.id) {
                findings.push(format!("name: two editions are called {}", edition.id));
            }
        }
        if findings.is_empty() { Ok(Self { editions }) } else { Err(EditionError::Unsound(findings)) }
    }

    /// The edition of this name.
    pub fn get(&self, id: &EditionId) -> Option<&Arc<Edition>> {
        self.editions.iter().find(|edition| edition.id == *id)
    }

    /// The newest edition in force at `now`; before the first one comes into force, the first.
    pub fn in_force(&self, now: Time) -> Option<&Arc<Edition>> {
        self.editions.iter().rev().find(|edition| edition.effective_from <= now).or_else(|| self.editions.first())
    }

    /// All editions, oldest first.
    pub fn editions(&self) -> &[Arc<Edition>] {
        &self.editions
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SOURCE: &str = include_str!("../editions/2026-11.toml");

    #[test]
    fn the_shipped_rulebook_is_sound() {
        assert_eq!(Rulebook::shipped().unwrap().editions().len(), SHIPPED.len());
    }

    #[test]
    fn a_missing_entry_is_refused_by_name() {
        let error = Edition::read(&SOURCE.replace("zone = \"Asia/Shanghai\"", "")).unwrap_err().to_string();
        assert!(error.contains("zone"), "{error}");
    }

    #[test]
    fn an_unknown_entry_is_refused_by_name() {
        let error = Edition::read(&SOURCE.replace("[calendar]", "[calendar]\nmoon = 1")).unwrap_err().to_string();
        assert!(error.contains("moon"), "{error}");
    }

    #[test]
    fn an_edition_of_newer_code_is_refused() {
        let error = Edition::read(&SOURCE.replace("schema = 1", "schema = 99")).unwrap_err();
        assert_eq!(error, EditionError::TooNew { found: 99 });
    }

    #[test]
    fn the_newest_edition_in_force_counts_and_the_pinned_one_stays_readable() {
        let later = SOURCE.replace("\"2026-11\"", "\"2027-01\"").replace("2026-11-01T", "2027-01-01T");
        let book = Rulebook::of(vec![Edition::read(&later).unwrap(), Edition::read(SOURCE).unwrap()]).unwrap();
        let name = |at: &str| book.in_force(at.parse().unwrap()).unwrap().id.0.clone();
        assert_eq!(name("2026-12-31T23:59:59Z"), "2026-11");
        assert_eq!(name("2027-01-01T00:00:00Z"), "2027-01");
        assert_eq!(name("2020-01-01T00:00:00Z"), "2026-11");
        assert!(book.get(&EditionId("2026-11".into())).is_some());
    }
}
