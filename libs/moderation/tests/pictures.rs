//! The perceptual hash over grey values, and the keys that find what is nearly the same.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends here")]

use moderation::pictures::{bands, hash, probes};
use moderation::{Engine, Finding, KnownPicture, Picture, Severity, Subject};
use proptest::prelude::*;
use rulebook::listings::FARTHEST_PICTURE;
use rulebook::{Edition, Lists};

/// Discs on a slope: `seed` says where; `light` is added, `contrast` is of 100.
fn drawn(seed: u64, side: usize, light: i64, contrast: i64) -> Vec<u8> {
    let number = |nth: u64| {
        let mixed = (seed * 64 + nth + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        ((mixed ^ mixed >> 29).wrapping_mul(0xbf58_476d_1ce4_e5b9) >> 40) as i64
    };
    let level = |x: i64, y: i64| {
        let disc = (0..12).rev().find(|nth| {
            let (dx, dy) = (x - number(nth * 4) % 1_000, y - number(nth * 4 + 1) % 1_000);
            let reach = 60 + number(nth * 4 + 2) % 200;
            dx * dx + dy * dy < reach * reach
        });
        disc.map_or(60 + y / 10, |nth| number(nth * 4 + 3) % 200 + 20)
    };
    let pixel = |at: usize| {
        let (x, y) = (at % side * 1_000 / side, at / side * 1_000 / side);
        ((level(x as i64, y as i64) - 128) * contrast / 100 + 128 + light).clamp(0, 255) as u8
    };
    (0..side * side).map(pixel).collect()
}

fn of(side: usize, grey: &[u8]) -> u64 {
    hash(side as u32, side as u32, grey).unwrap()
}

#[test]
fn scaled_brighter_and_noisy_pictures_are_the_same() {
    let same = Edition::shipped().listings.pictures.same_bits;
    for seed in 0..20 {
        let original = of(256, &drawn(seed, 256, 0, 100));
        let noisy = drawn(seed, 256, 0, 100).into_iter().enumerate();
        let noisy: Vec<u8> = noisy.map(|(at, level)| level.saturating_add((at * 7919 % 13) as u8)).collect();
        for (how, other) in [
            ("smaller", of(100, &drawn(seed, 100, 0, 100))),
            ("larger", of(700, &drawn(seed, 700, 0, 100))),
            ("brighter", of(256, &drawn(seed, 256, 25, 100))),
            ("flatter", of(256, &drawn(seed, 256, 0, 70))),
            ("noisy", of(256, &noisy)),
        ] {
            let bits = (original ^ other).count_ones();
            assert!(bits <= same, "{seed} {how}: {bits}");
        }
    }
}

#[test]
fn other_pictures_are_far_apart() {
    let all: Vec<u64> = (0..60).map(|seed| of(128, &drawn(seed, 128, 0, 100))).collect();
    for (nth, one) in all.iter().enumerate() {
        for other in &all[..nth] {
            assert!((one ^ other).count_ones() > FARTHEST_PICTURE, "{nth}");
        }
    }
}

#[test]
fn what_says_too_little_has_no_hash() {
    assert_eq!(hash(300, 300, &vec![180; 90_000]), None);
    let slope: Vec<u8> = (0..90_000).map(|at| (at % 300 * 255 / 300) as u8).collect();
    assert_eq!(hash(300, 300, &slope), None, "a gradient is like every other one");
    assert_eq!((hash(0, 9, &[]), hash(9, 9, &[0; 80])), (None, None));
    let stripes: Vec<u8> = (0..25).map(|at| at * 10).collect();
    assert_eq!(hash(5, 5, &stripes[..24]), None);
    hash(5, 5, &stripes);
    hash(1, 1, &[7]);
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_near_enough_is_found_by_its_keys(
        one in any::<u64>(),
        flipped in proptest::collection::btree_set(0u32..64, 0..=FARTHEST_PICTURE as usize),
    ) {
        let other = flipped.iter().fold(one, |hash, bit| hash ^ 1 << bit);
        let probes = probes(one);
        prop_assert!(bands(other).iter().any(|band| probes.contains(band)));
    }
}

#[test]
fn keys_of_different_bands_are_never_the_same() {
    let keys: std::collections::BTreeSet<i32> = bands(0x1234_1234_1234_1234).into();
    assert_eq!((keys.len(), probes(7).len()), (4, 68));
}

fn told(one: &Finding) -> (&str, Option<&str>, &str, Severity, &str, Option<f64>) {
    let Finding { rule, row, field, severity, seen_as, how, .. } = one;
    (rule.as_str(), row.as_ref().map(kernel::RuleId::as_str), field, *severity, seen_as, how.similarity)
}

#[test]
fn the_nearest_elsewhere_is_told_for_each_side() {
    let edition = Edition::shipped();
    let known = |listing: &str, hash, same_provider| KnownPicture { listing: listing.into(), hash, same_provider };
    let all = [known("a", 0b1111, true), known("b", 0b1, true), known("c", 0xff, false), known("d", 0b11, false)];
    let pictures = [None, Some(0), Some(u64::MAX)].map(|hash| Picture { width: 800, height: 800, hash });
    let subject = Subject { pictures: Some(pictures.into()), known_pictures: all.into(), ..Subject::default() };
    let findings = Engine::compile(&edition, &Lists::shipped().unwrap()).read(&subject).findings;
    assert_eq!(
        findings.iter().map(told).collect::<Vec<_>>(),
        [
            ("C6", None, "pictures[1]", Severity::Advice, "b", Some(0.98)),
            ("M4.2.e.1", Some("M5.43"), "pictures[1]", Severity::Review, "d", Some(0.97)),
        ]
    );
}
