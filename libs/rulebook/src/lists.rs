//! Term lists of the moderation (section 2): words and phrases, each with language, rule, row and severity.
//!
//! Owns the shape of `lists/*.toml`, the reader and the checks: an unknown entry is refused by name, and so is a term
//! that no text could ever match. Each list is known by name and by the hash of its bytes. Does not own: how a term
//! is found in a text (the moderation engine), who allows a phrase (listings; [`Prepared`] keeps what is made of it).
//! Start at [`Lists`].
mod class;
mod prepared;

use crate::edition::EditionError;
use crate::listings::{Language, Severity};
pub use class::Class;
use kernel::RuleId;
pub use prepared::{AllowedPhrase, Prepared};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::collections::BTreeSet;
use std::sync::Arc;
use strum::{Display, VariantArray};

/// The rule that the platform's brands break (X24).
const PLATFORM_BRANDS: RuleId = RuleId::of("M4.2.c.2");

const SHIPPED: &[&str] = &[
    include_str!("../lists/absolute.toml"),
    include_str!("../lists/advertising.toml"),
    include_str!("../lists/allowed_channels.toml"),
    include_str!("../lists/cases.toml"),
    include_str!("../lists/cashback.toml"),
    include_str!("../lists/categories.toml"),
    include_str!("../lists/contact_words.toml"),
    include_str!("../lists/account_words.toml"),
    include_str!("../lists/dot_words.toml"),
    include_str!("../lists/at_words.toml"),
    include_str!("../lists/endorsements.toml"),
    include_str!("../lists/exaggerated.toml"),
    include_str!("../lists/forbidden_functions.toml"),
    include_str!("../lists/forbidden_words.toml"),
    include_str!("../lists/free_service.toml"),
    include_str!("../lists/invalid_services.toml"),
    include_str!("../lists/leading.toml"),
    include_str!("../lists/mail_providers.toml"),
    include_str!("../lists/marketplaces.toml"),
    include_str!("../lists/messengers.toml"),
    include_str!("../lists/negations.toml"),
    include_str!("../lists/denials.toml"),
    include_str!("../lists/number_words.toml"),
    include_str!("../lists/off_market.toml"),
    include_str!("../lists/partner_identity.toml"),
    include_str!("../lists/phone_words.toml"),
    include_str!("../lists/platform_brands.toml"),
    include_str!("../lists/prohibited.toml"),
    include_str!("../lists/promises.toml"),
    include_str!("../lists/reference_words.toml"),
    include_str!("../lists/site_words.toml"),
    include_str!("../lists/file_words.toml"),
    include_str!("../lists/shorteners.toml"),
    include_str!("../lists/technologies.toml"),
    include_str!("../lists/third_parties.toml"),
    include_str!("../lists/tld_words.toml"),
    include_str!("../lists/unit_words.toml"),
    include_str!("../lists/duration_words.toml"),
    include_str!("../lists/delivery_words.toml"),
    include_str!("../lists/currency_words.toml"),
    include_str!("../lists/price_words.toml"),
];

/// How a term is read in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Display, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Reading {
    /// Only these letters, capitals included; for terms that are ordinary words otherwise.
    Written,
    /// Any case and width; invisible characters, accents and decorated letters read away.
    Folded,
    /// Besides: look-alike letters, leet, spaced and separated letters, repeated letters.
    Disguised,
    /// Besides: one letter wrong, missing, added or swapped, and without vowels; for long names only.
    Fuzzy,
}

/// What must stand beside a term for it to count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Display, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Beside {
    /// A call to make contact, or an account, in the same sentence.
    Contact,
    /// An account: a number or a name as of a user.
    Account,
}

/// One list, checked.
#[derive(Clone, Debug, PartialEq)]
pub struct List {
    /// Its content.
    pub body: ListFile,
    /// SHA-256 of the file's bytes, lower-case hex.
    pub hash: String,
}

/// A list as written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ListFile {
    /// Its name, unique among the lists.
    pub name: String,
    /// What its terms are.
    pub class: Class,
    /// The rule that a term breaks; lists that only help to read have none.
    #[serde(default)]
    pub rule: Option<RuleId>,
    /// The row of the violation table.
    #[serde(default)]
    pub row: Option<RuleId>,
    /// What a hit leads to; `review` where nothing is said.
    #[serde(default = "review")]
    pub severity: Severity,
    /// How its terms are read where they do not say so themselves.
    #[serde(default = "folded")]
    pub reading: Reading,
    /// How to mend a finding.
    #[serde(default)]
    pub hint: String,
    /// The terms.
    #[serde(default)]
    pub terms: Vec<Terms>,
    /// Words that count when they stand together.
    #[serde(default)]
    pub together: Vec<Together>,
    /// Phrases in which the terms of this list are innocent.
    #[serde(default)]
    pub allow: Vec<Allow>,
}

/// Terms of one language that are treated alike. A `*` at the end of a term lets the word go on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Terms {
    /// Their language.
    pub lang: Language,
    /// The terms.
    pub texts: Vec<String>,
    /// Another rule than the list's.
    #[serde(default)]
    pub rule: Option<RuleId>,
    /// Another row than the list's.
    #[serde(default)]
    pub row: Option<RuleId>,
    /// Another severity than the list's.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// Another reading than the list's.
    #[serde(default)]
    pub reading: Option<Reading>,
    /// Another hint than the list's.
    #[serde(default)]
    pub hint: Option<String>,
    /// Found inside a longer word as well.
    #[serde(default)]
    pub inner: bool,
    /// Not found when plain spaces split it into pieces of two letters or more (`we chat`).
    #[serde(default)]
    pub whole: bool,
    /// Counts only beside this.
    #[serde(default)]
    pub with: Option<Beside>,
    /// Only in agent operation.
    #[serde(default)]
    pub agent_operation: bool,
    /// What a helping word stands for.
    #[serde(default)]
    pub value: Option<String>,
    /// Phrases in which these terms are innocent.
    #[serde(default)]
    pub allow: Vec<String>,
}

/// Words that count when one of each group stands in one sentence. `@name` in a group stands for all terms of that
/// list; a `*` at the end of a word lets the word go on.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Together {
    /// Its name, unique in the list.
    pub name: String,
    /// The groups; a word of each is needed.
    pub groups: Vec<Vec<String>>,
    /// At most so many characters from the first word to the last.
    #[serde(default = "within")]
    pub within: usize,
    /// The groups must follow each other in this order.
    #[serde(default)]
    pub ordered: bool,
    /// A number must stand in the sentence as well.
    #[serde(default)]
    pub number: bool,
    /// Words in the same sentence that excuse it; `@name` as above.
    #[serde(default)]
    pub unless: Vec<String>,
    /// Another rule than the list's.
    #[serde(default)]
    pub rule: Option<RuleId>,
    /// Another row than the list's.
    #[serde(default)]
    pub row: Option<RuleId>,
    /// Another severity than the list's.
    #[serde(default)]
    pub severity: Option<Severity>,
    /// Another hint than the list's.
    #[serde(default)]
    pub hint: Option<String>,
    /// Only in agent operation.
    #[serde(default)]
    pub agent_operation: bool,
}

/// Phrases in which a list's terms are innocent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Allow {
    /// Their language.
    pub lang: Language,
    /// The phrases; each contains what it excuses.
    pub texts: Vec<String>,
    /// They excuse nothing in a title (X24).
    #[serde(default)]
    pub except_title: bool,
}

fn review() -> Severity {
    Severity::Review
}

fn folded() -> Reading {
    Reading::Folded
}

fn within() -> usize {
    60
}

/// All lists, in the order of their names.
#[derive(Clone, Debug, PartialEq)]
pub struct Lists {
    lists: Vec<Arc<List>>,
    /// SHA-256 over names and hashes of all lists, lower-case hex.
    pub hash: String,
}

impl Lists {
    /// The lists that ship with the program.
    pub fn shipped() -> Result<Self, EditionError> {
        Self::read(SHIPPED)
    }

    /// Reads and checks the texts of list files.
    pub fn read(sources: &[&str]) -> Result<Self, EditionError> {
        let list = |source: &&str| {
            let body: ListFile = toml::from_str(source).map_err(|error| malformed(source, &error))?;
            Ok(Arc::new(List { body, hash: hex::encode(Sha256::digest(source.as_bytes())) }))
        };
        Self::of(sources.iter().map(list).collect::<Result<_, EditionError>>()?)
    }

    /// These lists, each with the phrases that were allowed in it since, told by the name of the list; phrases of a
    /// list that is no more, and those that say nothing, are passed over. A list that gains a phrase is known by another
    /// hash. X24: whatever was allowed in a list of platform brands, it excuses nothing in a title.
    pub fn with_allowed<'p>(&self, phrases: impl IntoIterator<Item = (&'p str, Allow)>) -> Self {
        let mut lists = self.lists.clone();
        for (name, mut allow) in phrases {
            if allow.texts.iter().any(|text| says_nothing(text)) {
                continue;
            }
            let Some(list) = lists.iter_mut().find(|list| list.body.name == name).map(Arc::make_mut) else { continue };
            allow.except_title |= list.body.rule.as_ref() == Some(&PLATFORM_BRANDS);
            let said = format!("{} {} {} {:?}", list.hash, allow.lang, allow.except_title, allow.texts);
            list.hash = hex::encode(Sha256::digest(said));
            list.body.allow.push(allow);
        }
        Self::hashed(lists)
    }

    /// Checked, in the order of their names, with the hash over all.
    fn of(mut lists: Vec<Arc<List>>) -> Result<Self, EditionError> {
        lists.sort_by(|one, other| one.body.name.cmp(&other.body.name));
        let mut findings = vec![];
        let names: BTreeSet<&str> = lists.iter().map(|list| list.body.name.as_str()).collect();
        if names.len() < lists.len() {
            findings.push("lists: two have one name".into());
        }
        for list in &lists {
            list.body.check(&mut findings);
            list.body.check_names(&names, &mut findings);
        }
        if !findings.is_empty() {
            return Err(EditionError::Unsound(findings));
        }
        Ok(Self::hashed(lists))
    }

    fn hashed(lists: Vec<Arc<List>>) -> Self {
        let mut all = Sha256::new();
        for list in &lists {
            all.update(format!("{} {}\n", list.body.name, list.hash));
        }
        let hash = hex::encode(all.finalize());
        Self { lists, hash }
    }

    /// All lists, in the order of their names.
    pub fn all(&self) -> &[Arc<List>] {
        &self.lists
    }

    /// The list of this name.
    pub fn get(&self, name: &str) -> Option<&Arc<List>> {
        self.lists.iter().find(|list| list.body.name == name)
    }
}

/// Names the list by its first lines, for the error itself only tells the place.
fn malformed(source: &str, error: &toml::de::Error) -> EditionError {
    let name = source.lines().find_map(|line| line.strip_prefix("name = ")).unwrap_or("a list without a name");
    EditionError::Malformed(format!("{name}: {error}"))
}

impl ListFile {
    fn check(&self, findings: &mut Vec<String>) {
        let entry = format!("lists.{}", self.name);
        let named = !self.name.is_empty() && self.name.bytes().all(|b| b.is_ascii_lowercase() || b == b'_');
        if !named {
            findings.push(format!("{entry}.name: must be of lower-case letters and '_'"));
        }
        if self.class.is_breach() && self.rule.is_none() {
            findings.push(format!("{entry}.rule: missing"));
        }
        for terms in &self.terms {
            blank(&format!("{entry}.terms"), &terms.texts, findings);
            if self.class.needs_value() && terms.value.is_none() {
                findings.push(format!("{entry}.terms: {:?} needs a value", terms.texts.first()));
            }
            for phrase in &terms.allow {
                excuses(&entry, phrase, &terms.texts, findings);
            }
        }
        for allow in &self.allow {
            blank(&format!("{entry}.allow"), &allow.texts, findings);
        }
        let mut names = BTreeSet::new();
        for together in &self.together {
            let place = format!("{entry}.together.{}", together.name);
            if !names.insert(&together.name) {
                findings.push(format!("{place}: two have this name"));
            }
            let parts = together.groups.len() + usize::from(together.number);
            if parts < 2 || together.groups.iter().any(Vec::is_empty) {
                findings.push(format!("{place}: needs two parts at least, none empty"));
            }
            for group in &together.groups {
                blank(&place, group, findings);
            }
        }
    }

    fn check_names(&self, names: &BTreeSet<&str>, findings: &mut Vec<String>) {
        for together in &self.together {
            let words = together.groups.iter().flatten().chain(&together.unless);
            for name in words.filter_map(|word| word.strip_prefix('@')).filter(|name| !names.contains(name)) {
                findings.push(format!("lists.{}.together.{}: there is no list {name}", self.name, together.name));
            }
        }
    }
}

fn blank(entry: &str, texts: &[String], findings: &mut Vec<String>) {
    if let Some(text) = texts.iter().find(|text| says_nothing(text)) {
        findings.push(format!("{entry}: {text:?} must say something"));
    }
}

fn says_nothing(text: &str) -> bool {
    text.trim_end_matches('*').trim().is_empty()
}

fn excuses(entry: &str, phrase: &str, terms: &[String], findings: &mut Vec<String>) {
    let read = phrase.to_lowercase();
    if !terms.iter().any(|term| read.contains(&term.trim_end_matches('*').to_lowercase())) {
        findings.push(format!("{entry}: {phrase:?} excuses no term beside it"));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "name = \"chat\"\nclass = \"messenger\"\nrule = \"M4.2.f.5\"\n\
        [[terms]]\nlang = \"any\"\ntexts = [\"wechat\"]\nallow = [\"wechat pay sdk\"]\n";

    fn error_of(source: &str) -> String {
        Lists::read(&[source]).unwrap_err().to_string()
    }

    #[test]
    fn the_shipped_lists_are_sound_and_known_by_name_and_hash() {
        let lists = Lists::shipped().unwrap();
        assert_eq!(lists.all().len(), SHIPPED.len());
        assert!(lists.all().iter().all(|list| list.hash.len() == 64));
        assert_eq!(lists, Lists::shipped().unwrap());
    }

    #[test]
    fn an_unsound_entry_is_named() {
        let cases = [
            (LIST.replace("lang", "tongue"), "tongue"),
            (LIST.replace("rule = \"M4.2.f.5\"\n", ""), "lists.chat.rule"),
            (LIST.replace("wechat pay", "we pay"), "excuses no term"),
            (LIST.replace("[\"wechat\"]", "[\" \", \"wechat\"]"), "must say something"),
            (format!("{LIST}[[together]]\nname = \"x\"\ngroups = [[\"a\"]]\n"), "two parts"),
            (format!("{LIST}[[together]]\nname = \"x\"\ngroups = [[\"a\"], [\"@b\"]]\n"), "there is no list b"),
        ];
        for (source, named) in cases {
            let error = error_of(&source);
            assert!(error.contains(named) && error.contains("chat"), "{named}: {error}");
        }
    }

    #[test]
    fn a_phrase_that_is_allowed_later_is_part_of_its_list_alone() {
        let lists = Lists::read(&[LIST]).unwrap();
        let phrase = |text: &str| Allow { lang: Language::En, texts: vec![text.into()], except_title: false };
        let more = lists.with_allowed([("chat", phrase("wechat exports")), ("gone", phrase("x"))]);
        assert_eq!(more.get("chat").unwrap().body.allow, [phrase("wechat exports")]);
        assert_ne!(more.hash, lists.hash);
        assert_eq!(more, lists.with_allowed([("chat", phrase("wechat exports"))]));
        assert_eq!(lists, lists.with_allowed([]));
        assert_eq!(lists, lists.with_allowed([("chat", phrase(" "))]), "it says nothing");
    }

    #[test]
    fn what_is_allowed_later_beside_a_platform_brand_excuses_no_title() {
        let brands = LIST.replace("M4.2.f.5", "M4.2.c.2");
        let lists = Lists::read(&[&brands]).unwrap();
        let phrase = Allow { lang: Language::En, texts: vec!["wechat stores".into()], except_title: false };
        let more = lists.with_allowed([("chat", phrase)]);
        assert!(more.get("chat").unwrap().body.allow.iter().all(|allow| allow.except_title));
    }

    #[test]
    fn another_term_is_another_hash() {
        let one = Lists::read(&[LIST]).unwrap();
        let other = Lists::read(&[&LIST.replace("[\"wechat\"]", "[\"wechat\", \"qq\"]")]).unwrap();
        assert_ne!(one.hash, other.hash);
    }
}
