//! The section `[listings]` of an edition: windows of moderation, required elements, price floors, links.
//!
//! Owns the shapes and their checks. The terms are lists of their own (`lists`); how a text is read is code of the
//! moderation engine.
//! Start at [`ListingRules`].
use kernel::{Category, Money, RuleId, Span};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use strum::{Display, IntoStaticStr, VariantArray};

/// Figures and tables of the listings context.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListingRules {
    /// Clocks of moderation (W32).
    pub windows: Windows,
    /// What a description must contain (M4.1.a, M4.1.c, M5.13).
    pub elements: Elements,
    /// Pictures.
    pub pictures: Pictures,
    /// No malicious low price (M4.2.e.2).
    pub floors: Vec<PriceFloor>,
    /// What is an outside link (M4.1.g).
    pub links: Links,
    /// Rules that a moderator's refusal may rest on.
    pub grounds: Vec<RuleId>,
}

/// Clocks of moderation.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Windows {
    /// From the queue to a decision; overdue work goes back to the queue (W32).
    pub moderation: Span,
    /// How long a moderator holds a claimed revision.
    pub claim_lease: Span,
    /// For the provider to mend what a moderator asked for (W32).
    pub mend: Span,
}

/// What a description must contain.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Elements {
    /// In every category, each with the rule that asks for it.
    pub all: BTreeMap<String, RuleId>,
    /// May be given in every category.
    pub optional: BTreeSet<String>,
    /// By category (Chapter III of the dispute rules).
    pub category: BTreeMap<Category, CategoryElements>,
}

/// What a description in one category must contain besides.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CategoryElements {
    /// Keys of the elements.
    pub required: BTreeSet<String>,
    /// The one that states the core function (M5.24).
    pub core: String,
}

/// Pictures (C6).
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pictures {
    /// Fewer are a soft finding.
    pub recommended: usize,
    /// The shorter side, in pixels, at least (default).
    pub least_side: u32,
    /// Two perceptual hashes that differ in so many of their bits, or in fewer, are of one picture (default).
    pub same_bits: u32,
}

/// The most that [`Pictures::same_bits`] may be: as far as the index of pictures finds.
pub const FARTHEST_PICTURE: u32 = 7;

/// The least that a service sells for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceFloor {
    /// In which category.
    pub category: Category,
    /// Only for services whose texts have one of these words; empty: for the whole category.
    pub words: Vec<String>,
    /// Per month; one entry for each currency that the floor is set in.
    pub per_month: Vec<Money>,
}

/// What is an outside link.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Links {
    /// Domains that may be linked, with their subdomains.
    pub allowed: BTreeSet<String>,
    /// Top-level domains by which a bare `name.tld` is known as a link; with scheme or `www.` any host is one.
    pub tlds: BTreeSet<String>,
    /// Names of technologies and the like that look like domains.
    pub not_links: BTreeSet<String>,
}

/// What a finding leads to.
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
pub enum Severity {
    /// Told to the provider, nothing follows.
    Advice,
    /// Soft: a moderator looks at it.
    Review,
    /// Hard: the revision is rejected.
    Reject,
}

/// The language of a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Display, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Language {
    /// Names that are the same everywhere.
    Any,
    /// English.
    En,
    /// Chinese, simplified and traditional.
    Zh,
    /// Spanish.
    Es,
    /// Italian.
    It,
    /// Russian.
    Ru,
}

impl Elements {
    /// The keys that `category` needs, with the rule that asks for each.
    pub fn required(&self, category: Category) -> BTreeMap<&str, RuleId> {
        let own = self.category.get(&category).into_iter().flat_map(|elements| &elements.required);
        let all = self.all.iter().map(|(key, rule)| (key.as_str(), rule.clone()));
        all.chain(own.map(|key| (key.as_str(), RuleId::of("M4.1.c")))).collect()
    }

    /// Whether `key` may be given in `category`.
    pub fn knows(&self, category: Category, key: &str) -> bool {
        self.optional.contains(key) || self.required(category).contains_key(key)
    }

    /// The key of the element that states the core function.
    pub fn core(&self, category: Category) -> Option<&str> {
        self.category.get(&category).map(|elements| elements.core.as_str())
    }
}

impl ListingRules {
    /// What the types cannot say: bounds and relations between entries. Each finding names its entry.
    pub fn check(&self, findings: &mut Vec<String>) {
        self.check_windows(findings);
        self.check_elements(findings);
        self.check_floors(findings);
        self.check_links(findings);
        if self.grounds.is_empty() {
            findings.push("listings.grounds: at least one rule".into());
        }
        if self.pictures.recommended > 20 {
            findings.push("listings.pictures.recommended: at most 20".into());
        }
        if self.pictures.same_bits > FARTHEST_PICTURE {
            findings.push(format!("listings.pictures.same_bits: at most {FARTHEST_PICTURE}"));
        }
    }

    fn check_windows(&self, findings: &mut Vec<String>) {
        let Windows { moderation, claim_lease, mend } = self.windows;
        for (name, span) in [("moderation", moderation), ("claim_lease", claim_lease), ("mend", mend)] {
            let length = match span {
                Span::Minutes(n) | Span::Hours(n) | Span::Days(n) | Span::WorkingDays(n) | Span::Months(n) => n,
            };
            if length == 0 {
                findings.push(format!("listings.windows.{name}: must be longer than nothing"));
            }
        }
    }

    fn check_elements(&self, findings: &mut Vec<String>) {
        for category in Category::VARIANTS {
            match self.elements.category.get(category) {
                None => findings.push(format!("listings.elements.category.{category}: missing")),
                Some(elements) if !elements.required.contains(&elements.core) => {
                    findings.push(format!("listings.elements.category.{category}.core: must be one of the required"));
                }
                Some(_) => {}
            }
        }
    }

    fn check_floors(&self, findings: &mut Vec<String>) {
        for floor in &self.floors {
            if floor.per_month.is_empty() || floor.per_month.iter().any(|money| !money.is_positive()) {
                findings.push(format!("listings.floors: {}: per_month needs amounts above nothing", floor.category));
            }
            let currencies: BTreeSet<_> = floor.per_month.iter().map(|money| money.currency.to_string()).collect();
            if currencies.len() < floor.per_month.len() {
                findings.push(format!("listings.floors: {}: one amount for each currency", floor.category));
            }
            blank_phrases("listings.floors.words", &floor.words, findings);
        }
    }

    fn check_links(&self, findings: &mut Vec<String>) {
        let of_domain = |text: &str, extra: &str| {
            !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || extra.contains(c))
        };
        for tld in self.links.tlds.iter().filter(|tld| !of_domain(tld, "")) {
            findings.push(format!("listings.links.tlds: {tld:?} must be of lower-case letters and digits"));
        }
        for name in self.links.allowed.iter().chain(&self.links.not_links).filter(|name| !of_domain(name, ".-")) {
            findings.push(format!("listings.links: {name:?} must be a domain in lower case"));
        }
    }
}

fn blank_phrases<'a>(entry: &str, phrases: impl IntoIterator<Item = &'a String>, findings: &mut Vec<String>) {
    if phrases.into_iter().any(|phrase| !phrase.chars().any(char::is_alphanumeric)) {
        findings.push(format!("{entry}: a term needs a letter or a digit"));
    }
}

#[cfg(test)]
mod tests {
    use crate::Edition;

    const SOURCE: &str = include_str!("../editions/2026-11.toml");

    fn error_of(from: &str, to: &str) -> String {
        assert!(SOURCE.contains(from), "{from:?} is not in the edition");
        Edition::read(&SOURCE.replacen(from, to, 1)).unwrap_err().to_string()
    }

    #[test]
    fn an_unsound_entry_is_named() {
        let cases = [
            ("moderation = \"2 working_days\"", "moderation = \"0 working_days\"", "listings.windows.moderation"),
            ("core = \"function\"", "core = \"price\"", "listings.elements.category.software.core"),
            ("words = [\"erp\"", "words = [\"-\", \"erp\"", "listings.floors.words"),
            ("same_bits = 6", "same_bits = 8", "listings.pictures.same_bits"),
            ("allowed = [\"aliexpress.com\"", "allowed = [\"AliExpress.com\"", "AliExpress.com"),
        ];
        for (from, to, named) in cases {
            let error = error_of(from, to);
            assert!(error.contains(named), "{from} -> {to}: {error}");
        }
    }
}
