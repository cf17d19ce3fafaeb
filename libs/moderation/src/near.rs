//! The same or nearly the same service again (M5.17, W29: likeness 0.9), as pure functions: signature, bands, likeness.
//!
//! Owns MinHash over shingles of folded words, Chinese by characters. Signatures are stored: whoever changes their
//! arithmetic has them written anew from the listings. Two texts share a band almost surely at likeness 0.9 and seldom
//! below 0.6.
use crate::field::{Breach, Context};
use crate::finding::{Finding, How, View};
use crate::hash::mix;
use crate::reading::Reading;
use kernel::RuleId;
use rulebook::listings::Severity;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Minima in a signature.
const MINIMA: usize = 128;
/// The shingles are parted by their hash, and each part has its own minima: a sixteenth of the work.
const PARTS: usize = 16;
const PART: usize = MINIMA / PARTS;
/// Bands in an index; each of eight minima.
const BANDS: usize = 16;
/// "Nearly the same" (W29).
const NEARLY: f64 = 0.9;
const SHINGLE: usize = 3;

/// What is kept of a text for comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Signature(Vec<u32>);

impl Signature {
    /// Of all texts of a listing, in their order.
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let readings: Vec<Reading> = texts.into_iter().map(Reading::of).collect();
        Self::of_readings(&readings)
    }

    fn of_readings(readings: &[Reading]) -> Self {
        let mut words = vec![];
        readings.iter().for_each(|reading| hash_words(reading, &mut words));
        let mut minima = vec![u32::MAX; MINIMA];
        if words.len() < SHINGLE {
            words.into_iter().for_each(|word| enter(&mut minima, mix(word)));
        } else {
            let shingles = words.windows(SHINGLE).map(|window| window.iter().fold(0, |hash, word| mix(hash ^ word)));
            shingles.for_each(|shingle| enter(&mut minima, shingle));
        }
        fill(&mut minima);
        Self(minima)
    }

    /// The keys that an index is looked up by: texts that share one may be alike.
    pub fn bands(&self) -> [u64; BANDS] {
        let mut bands = [0; BANDS];
        for (place, (band, minima)) in bands.iter_mut().zip(self.0.chunks(MINIMA / BANDS)).enumerate() {
            *band = minima.iter().fold(place as u64 + 1, |hash, minimum| mix(hash ^ u64::from(*minimum)));
        }
        bands
    }

    /// How alike two texts are, about: 0–1.
    pub fn likeness(&self, other: &Self) -> f64 {
        let same = self.0.iter().zip(&other.0).filter(|(one, other)| one == other && **one != u32::MAX).count();
        same as f64 / MINIMA as f64
    }
}

/// Enters a shingle in the minima of its part.
fn enter(minima: &mut [u32], shingle: u64) {
    // Two independent halves make all the hashes (Kirsch and Mitzenmacher): an addition for each. The step is odd, and
    // the bits that choose the part are none of its own.
    let (mut hash, high) = (shingle as u32, (shingle >> 32) as u32);
    let (part, step) = (high as usize % PARTS, high & !(PARTS as u32 - 1) | 1);
    for minimum in minima.iter_mut().skip(part * PART).take(PART) {
        hash = hash.wrapping_add(step);
        *minimum = (*minimum).min(hash);
    }
}

/// A part without a shingle, as short texts have, is as the next one that has some.
fn fill(minima: &mut [u32]) {
    let is_filled = |minima: &[u32], part: usize| minima.iter().skip(part * PART).take(PART).any(|m| *m != u32::MAX);
    let filled: Vec<usize> = (0..PARTS).filter(|part| is_filled(minima, *part)).collect();
    for part in (0..PARTS).filter(|part| !filled.contains(part)) {
        let next = filled.iter().find(|other| **other > part).or(filled.first());
        if let Some(next) = next {
            minima.copy_within(next * PART..(next + 1) * PART, part * PART);
        }
    }
}

/// The words of a text; Chinese by characters.
pub(crate) fn words(text: &str) -> BTreeSet<u64> {
    let mut words = vec![];
    hash_words(&Reading::of(text), &mut words);
    words.into_iter().collect()
}

/// The share of common words: 0–1; 1 for two texts without words.
pub(crate) fn likeness(one: &BTreeSet<u64>, other: &BTreeSet<u64>) -> f64 {
    let common = one.intersection(other).count();
    let all = one.len() + other.len() - common;
    if all == 0 { 1.0 } else { common as f64 / all as f64 }
}

fn hash_words(reading: &Reading, words: &mut Vec<u64>) {
    for word in &reading.words {
        if word.is_han() {
            let units = reading.units.get(word.from..word.to).unwrap_or_default();
            words.extend(units.iter().map(|unit| mix(u64::from(unit.c))));
        } else {
            words.push(word.key);
        }
    }
}

/// M5.17 within one provider, M4.2.e.1 (plagiarism → M5.43) across providers.
pub(crate) fn check(context: &Context<'_>, readings: &[Reading]) -> Vec<Finding> {
    let subject = context.subject;
    if subject.known.is_empty() {
        return vec![];
    }
    let signature = Signature::of_readings(readings);
    let alike = subject.known.iter().map(|known| (known, signature.likeness(known.signature)));
    alike
        .filter(|(_, likeness)| *likeness >= NEARLY)
        .map(|(known, likeness)| {
            let (rule, row) = if known.same_provider { ("M5.17", "M5.17") } else { ("M4.2.e.1", "M5.43") };
            let same = likeness >= 1.0 && known.same_provider;
            let breach = Breach {
                rule: RuleId::of(rule),
                row: Some(RuleId::of(row)),
                list: None,
                severity: if same { Severity::Reject } else { Severity::Review },
                seen_as: known.name.to_owned(),
                how: How {
                    similarity: Some((likeness * 100.0).round() / 100.0),
                    ..How::by(View::Twin).twin(known.name)
                },
                confidence: likeness,
                hint: "Offer a service once: change the listing that is there, or describe what is different.".into(),
            };
            context.whole("description", breach)
        })
        .collect()
}
