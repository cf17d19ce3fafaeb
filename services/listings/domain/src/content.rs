//! What a revision says: its fields, their bounds, its hashes, its terms.
//!
//! A draft may be incomplete: what is missing is a finding of the screening, not a refusal. Only what could not be
//! stored or sold at all is refused here.
use crate::refusal::Refusal;
use kernel::{Category, FileId, FileRef, Money, PriceUnit, ProviderId, Terms};
use moderation::Picture;
use rulebook::ListingRules;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization as _;

/// All characters of one revision together, at most.
pub const MAX_CHARACTERS: usize = 40_000;
/// A title, at most.
pub const MAX_TITLE: usize = 200;
/// The acceptance and delivery standards, at most: they travel with the terms.
pub const MAX_STANDARD: usize = 1_000;
const MAX_DESCRIPTION: usize = 20_000;
const MAX_ELEMENT: usize = 4_000;
const MAX_ITEM: usize = 200;
const MAX_CASE: usize = 2_000;

/// The element that orders and disputes judge acceptance by, and the one that stands in where it is not given.
const STANDARDS: [&str; 2] = ["acceptance_standard", "delivery_standard"];

/// The full content of a revision. `F` is what stands for a file, and `P` for a picture: ids as they were sent, or the
/// file with its hash, and the picture with what was measured of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Content<F = FileRef, P = Pictured> {
    /// At most 200 characters.
    pub title: String,
    /// At most 20,000 characters.
    pub description: String,
    /// Introduction modules, at most 20.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub modules: Vec<Module>,
    /// The category's elements by key (`function`, `known_defects`, …); each at most 4,000 characters, the two
    /// standards 1,000.
    #[serde(default)]
    pub elements: BTreeMap<String, String>,
    /// Cooperation needed from the merchant (D2.6): `None` not stated, empty: none is needed. At most 10 items of 200.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cooperation: Option<Vec<String>>,
    /// For one unit; above nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
    /// What one unit is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_unit: Option<PriceUnit>,
    /// How many units are on offer; `None`: not limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quantity: Option<u32>,
    /// Days until delivery, 1–365; `None`: W3 applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delivery_days: Option<u32>,
    /// Days for one modification, 1–90; `None`: D2.5c applies.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modification_days: Option<u32>,
    /// Modifications for wishes (X26), at most 100; `None`: not limited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modifications: Option<u32>,
    /// Aims at buyers in the EU (P4).
    #[serde(default)]
    pub targets_eu: bool,
    /// At most 20.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub pictures: Vec<P>,
    /// Cited success cases (M4.1.b), at most 20.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub cases: Vec<Case<F>>,
}

/// A content as it is sent: files are named by their ids.
pub type Written = Content<FileId, FileId>;

/// A picture, and what its pixels say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pictured {
    /// The file.
    pub file: FileRef,
    /// Width, height and perceptual hash, measured when it was uploaded.
    pub picture: Picture,
}

/// A file that was uploaded to the listing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uploaded {
    /// The file.
    pub file: FileRef,
    /// What was measured of it, if it is a picture.
    pub picture: Option<Picture>,
}

/// An introduction module.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Module {
    /// At most 200 characters.
    pub heading: String,
    /// At most 4,000 characters.
    pub text: String,
}

/// A cited success case with what proves it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case<F = FileRef> {
    /// At most 2,000 characters.
    pub text: String,
    /// At most 5 files.
    #[serde(default = "Vec::new", skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<F>,
}

impl<F, P> Content<F, P> {
    /// Every text with the name of its field, as `elements.function` or `modules[0].text`; the title first.
    pub fn texts(&self) -> Vec<(String, &str)> {
        let mut texts = vec![("title".to_owned(), self.title.as_str()), ("description".into(), &self.description)];
        for (place, module) in self.modules.iter().enumerate() {
            texts.push((format!("modules[{place}].heading"), &module.heading));
            texts.push((format!("modules[{place}].text"), &module.text));
        }
        texts.extend(self.elements.iter().map(|(key, text)| (format!("elements.{key}"), text.as_str())));
        let cooperation = self.cooperation.iter().flatten().enumerate();
        texts.extend(cooperation.map(|(place, item)| (format!("cooperation[{place}]"), item.as_str())));
        let cases = self.cases.iter().enumerate();
        texts.extend(cases.map(|(place, case)| (format!("cases[{place}].text"), case.text.as_str())));
        texts
    }

    /// The element that acceptance is judged by.
    pub fn acceptance_standard(&self) -> &str {
        let given = STANDARDS.iter().filter_map(|key| self.elements.get(*key));
        given.map(|text| text.trim()).find(|text| !text.is_empty()).unwrap_or_default()
    }

    /// Whether all of it can be stored and sold: bounds, known elements, a price above nothing.
    pub fn check(&self, category: Category, rules: &ListingRules) -> Result<(), Refusal> {
        self.check_counts()?;
        self.check_lengths()?;
        if let Some(key) = self.elements.keys().find(|key| !rules.elements.knows(category, key)) {
            return Err(Refusal::UnknownElement { key: key.chars().take(60).collect(), category });
        }
        if self.price.is_some_and(|price| !price.is_positive()) {
            return Err(Refusal::PriceNotPositive);
        }
        Ok(())
    }

    fn check_counts(&self) -> Result<(), Refusal> {
        let evidence = self.cases.iter().map(|case| case.evidence.len()).max().unwrap_or(0);
        let counts = [
            ("modules", self.modules.len(), 20),
            ("elements", self.elements.len(), 20),
            ("cooperation", self.cooperation.as_ref().map_or(0, Vec::len), 10),
            ("pictures", self.pictures.len(), 20),
            ("cases", self.cases.len(), 20),
            ("cases.evidence", evidence, 5),
        ];
        if let Some((field, _, most)) = counts.into_iter().find(|(_, count, most)| count > most) {
            return Err(Refusal::TooMany { field, most });
        }
        let figures = [
            ("quantity", self.quantity, 1, 1_000_000),
            ("delivery_days", self.delivery_days, 1, 365),
            ("modification_days", self.modification_days, 1, 90),
            ("modifications", self.modifications, 0, 100),
        ];
        let outside = |figure: Option<u32>, least, most| figure.is_some_and(|n| n < least || n > most);
        match figures.into_iter().find(|(_, figure, least, most)| outside(*figure, *least, *most)) {
            Some((field, _, least, most)) => Err(Refusal::OutOfBounds { field, least, most }),
            None => Ok(()),
        }
    }

    fn check_lengths(&self) -> Result<(), Refusal> {
        let mut all = 0;
        for (name, text) in self.texts() {
            let (field, most) = bound(&name);
            let length = text.chars().count();
            all += length;
            if length > most {
                return Err(Refusal::TextTooLong { field, most });
            }
            if text.chars().any(|c| c.is_control() && !matches!(c, '\n' | '\r' | '\t')) {
                return Err(Refusal::ControlCharacter { field });
            }
        }
        if all > MAX_CHARACTERS { Err(Refusal::TextTooLong { field: "content", most: MAX_CHARACTERS }) } else { Ok(()) }
    }
}

/// The request field of a text, and how long the text may be.
fn bound(name: &str) -> (&'static str, usize) {
    let standard = name.strip_prefix("elements.").is_some_and(|key| STANDARDS.contains(&key));
    match name.split(['.', '[']).next().unwrap_or_default() {
        "title" => ("title", MAX_TITLE),
        "description" => ("description", MAX_DESCRIPTION),
        "modules" if name.ends_with("heading") => ("modules.heading", MAX_ITEM),
        "modules" => ("modules.text", MAX_ELEMENT),
        "elements" if standard => ("elements", MAX_STANDARD),
        "cooperation" => ("cooperation", MAX_ITEM),
        "cases" => ("cases.text", MAX_CASE),
        _ => ("elements", MAX_ELEMENT),
    }
}

impl Written {
    /// The same with the uploaded files in place of their ids.
    pub fn with_files(&self, uploaded: &[Uploaded]) -> Result<Content, Refusal> {
        let found = |field, id: &FileId| {
            let found = uploaded.iter().find(|uploaded| uploaded.file.id == *id);
            found.ok_or(Refusal::UnknownListingFile { field, file: *id })
        };
        let proof = |id: &FileId| Ok(found("cases.evidence", id)?.file.clone());
        let picture = |id: &FileId| {
            let Uploaded { file, picture } = found("pictures", id)?;
            let picture = picture.ok_or(Refusal::NoPicture { file: *id })?;
            Ok(Pictured { file: file.clone(), picture })
        };
        let cases = self.cases.iter().map(|case| {
            let evidence = case.evidence.iter().map(proof).collect::<Result<_, Refusal>>()?;
            Ok(Case { text: case.text.clone(), evidence })
        });
        Ok(Content {
            title: self.title.clone(),
            description: self.description.clone(),
            modules: self.modules.clone(),
            elements: self.elements.clone(),
            cooperation: self.cooperation.clone(),
            price: self.price,
            price_unit: self.price_unit,
            quantity: self.quantity,
            delivery_days: self.delivery_days,
            modification_days: self.modification_days,
            modifications: self.modifications,
            targets_eu: self.targets_eu,
            pictures: self.pictures.iter().map(picture).collect::<Result<_, Refusal>>()?,
            cases: cases.collect::<Result<_, Refusal>>()?,
        })
    }
}

impl Content {
    /// SHA-256 of the canonical JSON (keys sorted, no spaces), lower-case hex.
    pub fn hash(&self) -> String {
        let mut text = String::new();
        // A struct of texts and numbers always has a JSON form.
        canonical(&serde_json::to_value(self).unwrap_or_default(), &mut text);
        sha256(&text)
    }

    /// SHA-256 of the element that states the core function, read plainly (M5.24).
    pub fn core_hash(&self, category: Category, rules: &ListingRules) -> String {
        let core = rules.elements.core(category).and_then(|key| self.elements.get(key));
        sha256(&plain(core.map_or("", String::as_str)))
    }

    /// What makes two listings of one provider the same service (M5.17): title and description, read plainly;
    /// SHA-256.
    pub fn fingerprint(&self, provider: ProviderId) -> String {
        sha256(&format!("{provider}\n{}\n{}", plain(&self.title), plain(&self.description)))
    }

    /// The terms as an order freezes them; `None` while price or price unit is missing.
    pub fn terms(&self, revision: &crate::Revision, category: Category, agent_operation: bool) -> Option<Terms> {
        Some(Terms {
            revision: revision.id,
            number: revision.number,
            title: self.title.trim().to_owned(),
            category,
            agent_operation,
            price: self.price?,
            price_unit: self.price_unit?,
            delivery_days: self.delivery_days,
            modification_days: self.modification_days,
            modifications: self.modifications,
            acceptance_standard: self.acceptance_standard().to_owned(),
            cooperation: self.cooperation.clone().unwrap_or_default(),
            content_hash: revision.content_hash.clone(),
        })
    }
}

/// A text read plainly: without case, width, compatibility forms, invisible characters, and what spaces and hyphens
/// there are.
pub(crate) fn plain(text: &str) -> String {
    let is_invisible = |c: &char| matches!(c, '\u{00ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}');
    let is_gap = |c: char| c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    let plain: String = text.nfkc().filter(|c| !is_invisible(c)).flat_map(char::to_lowercase).collect();
    plain.split(is_gap).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn sha256(text: &str) -> String {
    hex::encode(Sha256::digest(text.as_bytes()))
}

/// Writes a value with the keys of every object sorted, whatever order the map keeps.
fn canonical(value: &Value, out: &mut String) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (place, item) in items.iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                canonical(item, out);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            let sorted: BTreeMap<_, _> = fields.iter().collect();
            out.push('{');
            for (place, (key, item)) in sorted.into_iter().enumerate() {
                if place > 0 {
                    out.push(',');
                }
                out.push_str(&Value::String(key.clone()).to_string());
                out.push(':');
                canonical(item, out);
            }
            out.push('}');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => out.push_str(&value.to_string()),
    }
}
