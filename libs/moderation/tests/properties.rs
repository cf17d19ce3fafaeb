//! What holds for every text: spans, normalization, determinism, time in proportion to length.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends here")]

use moderation::{Engine, Report, Subject, View, fold_term};
use proptest::prelude::*;
use rulebook::{Edition, Lists};
use std::sync::OnceLock;
use std::time::{Duration, Instant};
use unicode_normalization::UnicodeNormalization;

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::compile(&Edition::shipped(), &Lists::shipped().unwrap()))
}

/// The same, compiled again.
fn other() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::compile(&Edition::shipped(), &Lists::shipped().unwrap()))
}

fn read(text: &str) -> Report {
    engine().read(&Subject::listing(&[("description", text)]))
}

fn breaches(report: &Report) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        report.findings.iter().map(|finding| (finding.rule.to_string(), finding.severity.to_string())).collect();
    all.sort();
    all
}

const PIECES: &[&str] = &[
    "alibaba",
    "wеchat",
    "t.e.l.e",
    "微信",
    "淘寶",
    "é",
    "й",
    "ç",
    "한글",
    "カ\u{3099}",
    "138 0013 8000",
    "call",
    "best",
    " ",
    "\n",
    ".",
    "@",
    "mystore",
    "dot",
    "com",
    "собака",
    "точка",
    "①",
    "🔥",
    "\u{200b}",
    "\u{301}",
    "x",
    "1",
    "guarantee",
    "no",
    "refund",
    "good review",
    "¥",
    "(",
    "://",
    "加",
    "V",
    "二",
    "www.",
    "xn--80ak6aa92e.com",
];

fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        proptest::collection::vec(proptest::sample::select(PIECES), 0..24).prop_map(|pieces| pieces.concat()),
        proptest::collection::vec(proptest::sample::select(PIECES), 0..16).prop_map(|pieces| pieces.join(" ")),
        "\\PC{0,80}",
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spans_lie_in_the_text_and_read_as_told(text in texts()) {
        let report = read(&text);
        let length = text.chars().count();
        for finding in &report.findings {
            prop_assert!(finding.start <= finding.end && finding.end <= length);
            let reread: String = text.chars().skip(finding.start).take((finding.end - finding.start).min(200)).collect();
            prop_assert_eq!(&reread, &finding.text);
            // What is seen as it is written, but for case and width, reads as the term.
            if finding.how.view == View::Folded && let Some(term) = &finding.how.term {
                prop_assert_eq!(fold_term(&finding.text), fold_term(term), "{:?}", finding);
            }
        }
    }

    #[test]
    fn the_verdict_is_the_same_composed_and_decomposed(text in texts()) {
        let (composed, decomposed): (String, String) = (text.nfc().collect(), text.nfd().collect());
        prop_assert_eq!(breaches(&read(&composed)), breaches(&read(&decomposed)));
    }

    #[test]
    fn the_same_text_gives_the_same_bytes(text in texts()) {
        let line = serde_json::json!({ "id": 1, "description": text }).to_string();
        prop_assert_eq!(moderation::lines::answer(engine(), 1, &line), moderation::lines::answer(other(), 1, &line));
    }

    #[test]
    fn invisible_characters_in_a_name_change_no_verdict(
        name in proptest::sample::select(vec![
            "alibaba", "telegram", "whatsapp", "淘宝", "微信", "支付宝", "алиэкспресс", "телеграм", "mystore.shop",
            "anna@gmail.com",
        ]),
        hidden in proptest::sample::select(vec!['\u{200b}', '\u{200d}', '\u{2060}', '\u{feff}', '\u{ad}', '\u{e0061}', '\u{fe0f}', '\u{202e}']),
        at in 1usize..6,
    ) {
        let letters: Vec<char> = name.chars().collect();
        let at = at.min(letters.len() - 1);
        let broken: String = letters[..at].iter().chain([&hidden]).chain(&letters[at..]).collect();
        let plain = read(&format!("See {name} here."));
        let disguised = read(&format!("See {broken} here."));
        prop_assert!(!plain.findings.is_empty());
        prop_assert_eq!(plain.verdict, disguised.verdict);
        let found = disguised.findings.iter().any(|finding| finding.text == broken);
        prop_assert!(found, "{:?}", disguised.findings);
    }
}

/// The time for a text, the shortest of some runs.
fn time(text: &str, runs: usize) -> Duration {
    (0..runs)
        .map(|_| {
            let start = Instant::now();
            let report = read(text);
            assert!(report.findings.len() <= text.len());
            start.elapsed()
        })
        .min()
        .unwrap()
}

/// What makes a careless reader slow.
const ADVERSARIAL: [&str; 34] = [
    "a",
    "1",
    " ",
    ".",
    "a.",
    "1 ",
    "@",
    "w e c h a t ",
    "l1I|",
    "a\u{301}",
    "\u{200b}",
    "微 ",
    "-",
    "dot com ",
    "at dot ",
    "://",
    "one ",
    "alibab",
    "(",
    "www.",
    "no coupon good review ",
    "xn--",
    "tele-gram ",
    "_",
    "138-",
    "gmail ",
    "call ",
    "qq ",
    "a-",
    "a。",
    "alibaba.com ",
    "vx abc88 ",
    "a dash ",
    "a_at_b_dot_",
];

#[test]
fn time_grows_with_the_length_only() {
    for piece in ADVERSARIAL {
        let of = |bytes: usize| piece.repeat(bytes / piece.len());
        let (half, whole) = (time(&of(1 << 14), 3), time(&of(1 << 15), 3));
        // Twice the text takes about twice the time; the rest is noise.
        assert!(whole < half * 3 + Duration::from_millis(60), "{piece:?}: {half:?} and {whole:?}");
    }
}

#[test]
fn a_megabyte_is_read_in_linear_time() {
    let each = |bytes: usize| -> String {
        ADVERSARIAL.iter().map(|piece| piece.repeat(bytes / ADVERSARIAL.len() / piece.len()) + "\n").collect()
    };
    let (half, whole) = (time(&each(1 << 19), 1), time(&each(1 << 20), 1));
    assert!(whole < half * 3 + Duration::from_millis(200), "{half:?} and {whole:?}");
}
