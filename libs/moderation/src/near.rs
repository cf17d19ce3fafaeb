//! The same or nearly the same service again (M5.17, W29: likeness 0.9), as pure functions: signature, bands, likeness.
//!
//! Owns MinHash over shingles of folded words, Chinese by characters. Signatures are stored: their arithmetic is fixed
//! for good ([`VERSION`]). Two texts share a band almost surely at likeness 0.9 and seldom below 0.6.
use crate::field::{Breach, Context};
use crate::finding::{Finding, How, View};
use crate::letters::Kind;
use crate::reading::Reading;
use kernel::RuleId;
use rulebook::listings::Severity;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::hash::{BuildHasherDefault, Hasher};

/// Of the arithmetic below.
pub const VERSION: u32 = 1;
/// Minima in a signature.
pub const MINIMA: usize = 128;
/// Bands in an index; each of eight minima.
pub const BANDS: usize = 16;
/// "Nearly the same" (W29).
pub const NEARLY: f64 = 0.9;
const SHINGLE: usize = 3;

/// What is kept of a text for comparison.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Signature(Vec<u32>);

impl Signature {
    /// Of all texts of a listing, in their order.
    pub fn of<'t>(texts: impl IntoIterator<Item = &'t str>) -> Self {
        let words: Vec<u64> = texts.into_iter().flat_map(hashed_words).collect();
        let mut minima = vec![u32::MAX; MINIMA];
        let shingles: BTreeSet<u64> = if words.len() < SHINGLE {
            words.into_iter().map(mix).collect()
        } else {
            words.windows(SHINGLE).map(|window| window.iter().fold(0, |hash, word| mix(hash ^ word))).collect()
        };
        for shingle in shingles {
            for (minimum, seed) in minima.iter_mut().zip(1u64..) {
                // Seeded, then mixed: the upper half is as good as an independent permutation.
                let hash = (mix(shingle ^ seed.wrapping_mul(0x9e37_79b9_7f4a_7c15)) >> 32) as u32;
                *minimum = (*minimum).min(hash);
            }
        }
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

/// The words of a text; Chinese by characters.
pub fn words(text: &str) -> BTreeSet<u64> {
    hashed_words(text).into_iter().collect()
}

/// The share of common words: 0–1; 1 for two texts without words.
pub fn likeness(one: &BTreeSet<u64>, other: &BTreeSet<u64>) -> f64 {
    let common = one.intersection(other).count();
    let all = one.len() + other.len() - common;
    if all == 0 { 1.0 } else { common as f64 / all as f64 }
}

fn hashed_words(text: &str) -> Vec<u64> {
    let reading = Reading::of(text);
    let mut words = vec![];
    let mut hash = None;
    for unit in &reading.units {
        let wordy = matches!(unit.kind, Kind::Letter | Kind::Digit);
        if !wordy {
            words.extend(hash.take());
        }
        if unit.kind == Kind::Han {
            words.push(mix(u64::from(unit.c)));
        } else if wordy {
            hash = Some(mix(hash.unwrap_or(0) ^ u64::from(unit.c)));
        }
    }
    words.extend(hash);
    words
}

/// The finalizer of SplitMix64.
pub(crate) fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

/// Keys that are hashes already.
#[derive(Clone, Copy, Default)]
pub(crate) struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        self.0 = bytes.iter().fold(self.0, |hash, byte| mix(hash ^ u64::from(*byte)));
    }

    fn write_u64(&mut self, hash: u64) {
        self.0 = hash;
    }
}

/// For tables whose keys are hashes.
pub(crate) type Keyed = BuildHasherDefault<Hashed>;

/// M5.17 within one provider, M4.2.e.1 (plagiarism → M5.43) across providers.
pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    let subject = context.subject;
    if subject.known.is_empty() {
        return vec![];
    }
    let signature = Signature::of(subject.texts.iter().map(|(_, text)| *text));
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
