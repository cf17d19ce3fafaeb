//! Whatever a listing says, it is read to the end: no panic, spans within their fields, the same bytes each time.
//!
//! Runs on stable with random inputs, for `GUILDHALL_FUZZ_SECONDS` (5 where nothing is said, 60 where `CI` is `true`);
//! the same targets run under libFuzzer or AFL with `cargo bolero test -p moderation --test fuzz listings`. A failure
//! tells its `BOLERO_RANDOM_SEED`: with it in the environment the same input comes first.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends here")]

use bolero::{TypeGenerator, check};
use kernel::{Category, Currency, Money, PriceUnit};
use moderation::near::Signature;
use moderation::{Case, Engine, Finding, Known, KnownPicture, Picture, Profile, Report, Subject, lines};
use rulebook::{Edition, Lists};
use serde_json::Value;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;
use std::time::Duration;
use strum::VariantArray;

/// Compiled twice: what they say must not depend on the run.
static ENGINES: LazyLock<[Engine; 2]> = LazyLock::new(|| {
    let compiled = || Engine::compile(&Edition::shipped(), &Lists::shipped().unwrap());
    [compiled(), compiled()]
});

/// The lines of the corpus, as they stand.
static CORPUS: LazyLock<Vec<&'static str>> = LazyLock::new(|| {
    let files = [
        include_str!("corpus/evasion.jsonl"),
        include_str!("corpus/innocent.jsonl"),
        include_str!("corpus/brands.jsonl"),
        include_str!("corpus/listings.jsonl"),
    ];
    files.into_iter().flat_map(str::lines).collect()
});

/// Their descriptions.
static DESCRIPTIONS: LazyLock<Vec<Vec<char>>> = LazyLock::new(|| {
    let description =
        |line: &&str| serde_json::from_str::<Value>(line).unwrap()["description"].as_str().map(str::to_owned);
    CORPUS.iter().filter_map(description).map(|text| text.chars().collect()).collect()
});

/// What makes trouble: invisible, combining, turning, joining, at the edges of planes and of the gap for surrogates.
const FRAGMENTS: &[&str] = &[
    "\u{200b}",
    "\u{200d}",
    "\u{2060}",
    "\u{feff}",
    "\u{ad}",
    "\u{202e}",
    "\u{2066}",
    "\u{e0061}",
    "\u{fe0f}",
    "\u{0}",
    "\u{301}",
    "\u{334}",
    "\u{20dd}",
    "\u{3099}",
    "\u{d7ff}",
    "\u{e000}",
    "\u{fffd}",
    "\u{ffff}",
    "\u{10000}",
    "\u{10ffff}",
    "İ",
    "ß",
    "ﬁ",
    "ſ",
    "ǆ",
    "ﷺ",
    "㎏",
    "Ⅷ",
    "①",
    "𝓦",
    "🅰",
    "🇨🇳",
    "👨‍👩‍👧",
    "각",
    "각",
    "ا",
    "\r\n",
    "\u{85}",
    "\u{2028}",
    ".",
    "@",
    "://",
    "xn--",
    "dot",
    "at",
    "собака",
    "точка",
    "点",
    "艾特",
    "加V",
    "vx",
    "＠",
    "。",
    "(",
    "[",
    "one",
    "二",
    "٣",
    "१",
    "138",
    "+",
    "-",
    "_",
    "w",
    "е",
    "ω",
    "ᴡ",
    "淘",
    "寶",
    "¥",
    "CNY",
    "guarantee",
    "no ",
    "refund",
    "free",
    "%",
    "/",
    "\\",
];

/// A text is made of these.
#[derive(Clone, Debug, TypeGenerator)]
enum Piece {
    /// A part of a description of the corpus.
    Said { line: u16, from: u8, length: u8 },
    /// A part of one with a fragment after every so many characters.
    Broken { line: u16, length: u8, every: u8, fragment: u8 },
    /// A fragment.
    Fragment(u8),
    /// Any character.
    Any(char),
    /// Letters of scripts that look alike, mixed.
    Mixed(u32),
    /// The last characters once more, many times.
    Echo { last: u8, times: u16 },
}

/// Characters of one text, at most; most are short, so that there are many.
const LONG: usize = 12_000;
const SHORT: usize = 400;
const ALIKE: [[char; 4]; 8] = [
    ['a', 'а', 'α', 'ａ'],
    ['e', 'е', 'ε', 'ｅ'],
    ['o', 'о', 'ο', '0'],
    ['p', 'р', 'ρ', 'ｐ'],
    ['c', 'с', 'ϲ', '𝐜'],
    ['t', 'т', 'τ', '7'],
    ['i', 'і', 'ι', '1'],
    ['w', 'ԝ', 'ω', '微'],
];

fn text(pieces: &[Piece], longest: usize) -> String {
    let mut text: Vec<char> = vec![];
    let said = |line: u16| &DESCRIPTIONS[usize::from(line) % DESCRIPTIONS.len()];
    let fragment = |nth: u8| FRAGMENTS[usize::from(nth) % FRAGMENTS.len()].chars();
    for piece in pieces {
        match *piece {
            Piece::Said { line, from, length } => {
                text.extend(said(line).iter().skip(from.into()).take(length.into()));
            }
            Piece::Broken { line, length, every, fragment: nth } => {
                for part in said(line)[..usize::from(length).min(said(line).len())].chunks(usize::from(every % 8) + 1) {
                    text.extend(part);
                    text.extend(fragment(nth));
                }
            }
            Piece::Fragment(nth) => text.extend(fragment(nth)),
            Piece::Any(c) => text.push(c),
            Piece::Mixed(bits) => {
                let place = |nth: u32| ((bits >> (nth * 4)) as usize >> 2 & 3, (bits >> (nth * 4)) as usize & 3);
                text.extend((0..8).map(|nth| ALIKE[(place(nth).0 + nth as usize) % ALIKE.len()][place(nth).1]));
            }
            Piece::Echo { last, times } => {
                let last = text[text.len().saturating_sub(usize::from(last % 32) + 1)..].to_vec();
                let times = usize::from(times % 2_048).min(longest.saturating_sub(text.len()) / last.len().max(1));
                (0..times).for_each(|_| text.extend(&last));
            }
        }
    }
    text.truncate(longest);
    text.into_iter().collect()
}

/// All that a subject may have.
#[derive(Clone, Debug, TypeGenerator)]
struct Made {
    /// One in so many has long texts.
    size: u8,
    profile: u8,
    category: u8,
    agent_operation: bool,
    title: Vec<Piece>,
    description: Vec<Piece>,
    modules: Vec<Piece>,
    element: Vec<Piece>,
    cooperation: Vec<Piece>,
    case: Vec<Piece>,
    /// Which of these fields there are.
    given: u8,
    core: Option<Vec<Piece>>,
    required: bool,
    price: Option<(i64, bool)>,
    unit: u8,
    delivery_days: Option<u32>,
    pictures: Option<Vec<(u32, u32, Option<u64>)>>,
    known: Option<bool>,
}

/// For how long; a developer's test is short.
fn time() -> Duration {
    let told = std::env::var("GUILDHALL_FUZZ_SECONDS").ok().map(|seconds| seconds.parse().unwrap());
    let is_ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
    Duration::from_secs(told.unwrap_or(if is_ci { 60 } else { 5 }))
}

#[test]
fn listings() {
    // A list that cannot be compiled is no finding of this test.
    LazyLock::force(&ENGINES);
    check!()
        .with_type::<Made>()
        .with_max_len(1 << 16)
        .with_iterations(usize::MAX)
        .with_test_time(time())
        .for_each(read);
}

fn read(made: &Made) {
    let longest = if made.size < 4 { LONG } else { SHORT };
    let text = |pieces: &[Piece]| text(pieces, longest);
    let texts: Vec<(String, String)> = [
        ("title", &made.title),
        ("description", &made.description),
        ("modules[0].text", &made.modules),
        ("elements.function", &made.element),
        ("cooperation[0]", &made.cooperation),
        ("cases[0].text", &made.case),
    ]
    .into_iter()
    .enumerate()
    .filter(|(place, _)| made.given >> place & 1 == 0)
    .map(|(_, (name, pieces))| (name.to_owned(), text(pieces)))
    .collect();
    let of = |name: &str| texts.iter().find(|(field, _)| field == name).map(|(_, text)| text.as_str());
    let core = made.core.as_deref().map(text);
    let signature = Signature::of(texts.iter().skip(1).map(|(_, text)| text.as_str()));
    let picture =
        |(width, height, hash): &(u32, u32, Option<u64>)| Picture { width: *width, height: *height, hash: *hash };
    let subject = Subject {
        profile: Profile::VARIANTS[usize::from(made.profile) % Profile::VARIANTS.len()],
        category: Category::VARIANTS.get(usize::from(made.category) % (Category::VARIANTS.len() + 1)).copied(),
        agent_operation: made.agent_operation,
        texts: texts.iter().map(|(name, text)| (name.clone(), text.as_str())).collect(),
        elements: of("elements.function").map(|text| BTreeMap::from([("function".to_owned(), text.to_owned())])),
        required: if made.required { ["title", "description", "price", "cooperation"].into() } else { [].into() },
        cooperation_stated: of("cooperation[0]").is_some(),
        price: made.price.map(|(minor, yen)| Money::new(minor, if yen { Currency::JPY } else { Currency::CNY })),
        price_unit: PriceUnit::VARIANTS.get(usize::from(made.unit) % (PriceUnit::VARIANTS.len() + 1)).copied(),
        delivery_days: made.delivery_days,
        pictures: made.pictures.as_ref().map(|all| all.iter().map(picture).collect()),
        cases: of("cases[0].text").map(|text| Case { text, evidence: 0 }).into_iter().collect(),
        reviewed_core: core.as_deref(),
        known: made
            .known
            .map(|same| Known { name: "lst_1", signature: &signature, same_provider: same })
            .into_iter()
            .collect(),
        known_pictures: made
            .known
            .map(|same| KnownPicture { listing: "lst_2".into(), hash: 1, same_provider: same })
            .into_iter()
            .collect(),
    };
    let [one, other] = ENGINES.each_ref().map(|engine| engine.read(&subject));
    assert_eq!(bytes(&one), bytes(&other));
    let fields: HashMap<&str, Vec<char>> =
        texts.iter().map(|(name, text)| (name.as_str(), text.chars().collect())).collect();
    for finding in &one.findings {
        is_in_its_field(finding, &fields);
    }
    for hit in &one.suppressed {
        assert_eq!(hit.text, excerpt(&fields[hit.field.as_str()], hit.start, hit.end), "{hit:?}");
    }
}

fn bytes(report: &Report) -> Vec<u8> {
    serde_json::to_vec(&(&report.verdict, &report.findings, &report.suppressed)).unwrap()
}

/// The words of a span, as far as a finding tells them.
fn excerpt(field: &[char], start: usize, end: usize) -> String {
    field[start..end].iter().take(200).collect()
}

fn is_in_its_field(finding: &Finding, fields: &HashMap<&str, Vec<char>>) {
    // A finding without a span is of a whole field, which may be missing, or no text at all: then it tells the figure.
    if (finding.start, finding.end) == (0, 0) {
        assert!(finding.text.is_empty() || !fields.contains_key(finding.field.as_str()), "{finding:?}");
        return;
    }
    let told = excerpt(&fields[finding.field.as_str()], finding.start, finding.end);
    match &finding.also {
        None => assert_eq!(finding.text, told, "{finding:?}"),
        // Split over two fields: the first part stands in this one, the second at the head of the other.
        Some(also) => {
            assert!(also.start <= also.end && also.end <= fields[also.field.as_str()].len(), "{finding:?}");
            assert!(finding.text.starts_with(&told), "{finding:?}");
        }
    }
}

/// A line of the corpus, changed.
#[derive(Clone, Debug, TypeGenerator)]
struct Changed {
    line: u16,
    /// Where, and what is written over the byte.
    bytes: [Option<(u16, u8)>; 3],
    cut: Option<u16>,
}

#[test]
fn json_lines() {
    LazyLock::force(&ENGINES);
    let test = |changed: &Changed| {
        let mut line = CORPUS[usize::from(changed.line) % CORPUS.len()].as_bytes().to_vec();
        for (place, byte) in changed.bytes.iter().flatten() {
            let place = usize::from(*place) % line.len();
            line[place] = *byte;
        }
        line.truncate(changed.cut.map_or(usize::MAX, usize::from));
        let line = String::from_utf8_lossy(&line);
        let [one, other] = ENGINES.each_ref().map(|engine| lines::answer(engine, 7, &line));
        assert_eq!(one, other);
        let answer: Value = serde_json::from_str(&one).unwrap();
        assert!(answer["verdict"].is_string() || answer["line"] == 7, "{answer}");
    };
    check!().with_type::<Changed>().with_iterations(usize::MAX).with_test_time(time()).for_each(test);
}
