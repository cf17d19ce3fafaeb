//! How much the shipped lists and the engine find, and how often they cry wolf, over the corpus beside this file.
//!
//! Owns the bars and the disguises that are made by rule. A miss is printed with its technique, so that a run tells
//! where to look. Start at the tests; the corpus is JSON lines: `id, lang, technique, title?, description, expect[]`.
use moderation::{Engine, Finding, Report, Subject, Verdict};
use rulebook::{Edition, Lists};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::OnceLock;

const EVASION: &str = include_str!("corpus/evasion.jsonl");
const INNOCENT: &str = include_str!("corpus/innocent.jsonl");
const BRANDS: &str = include_str!("corpus/brands.jsonl");
const LISTINGS: &str = include_str!("corpus/listings.jsonl");

/// Of contact evasions, found at least.
const CONTACT_FOUND: f64 = 0.90;
/// Of innocent look-alikes, flagged at most.
const INNOCENT_FLAGGED: f64 = 1.0 / 15.0;
/// Of disguised brand and messenger names, found at least.
const NAMES_FOUND: f64 = 0.95;
/// Of innocent listings, rejected and sent to review at most.
const LISTINGS_REJECTED: f64 = 0.005;
const LISTINGS_REVIEWED: f64 = 0.05;

/// The rules by which a contact, a link or a deal outside may be told: which one is a matter of how it is written.
const OUTSIDE: &[&str] = &["M4.2.f.5", "M4.1.g", "M4.2.b", "M5.25"];
const NAMES: &[&str] = &["M4.2.c.2", "M4.2.f.5"];

#[derive(Deserialize)]
struct Sample {
    id: String,
    #[serde(default)]
    lang: String,
    #[serde(default)]
    technique: String,
    title: Option<String>,
    description: String,
    #[serde(default)]
    expect: Vec<Expected>,
}

#[derive(Deserialize)]
struct Expected {
    rule: String,
    text: String,
}

#[test]
fn contact_evasion_is_found() {
    found("contact", EVASION, OUTSIDE, CONTACT_FOUND);
}

#[test]
fn disguised_names_are_found() {
    found("names", BRANDS, NAMES, NAMES_FOUND);
}

#[test]
fn innocent_look_alikes_are_let_pass() {
    let samples = samples(INNOCENT);
    let mut flagged = 0;
    for sample in &samples {
        let report = read(sample);
        if report
            .findings
            .iter()
            .any(|finding| OUTSIDE.contains(&finding.rule.as_str()) || finding.rule.as_str() == "M4.2.c.2")
            || report.verdict != Verdict::Pass
        {
            flagged += 1;
            println!("flagged {} {} {}: {}", sample.id, sample.technique, sample.description, told(&report));
        }
    }
    let share = share(flagged, samples.len());
    println!("innocent look-alikes flagged: {flagged} of {} ({share:.4})", samples.len());
    assert!(share <= INNOCENT_FLAGGED, "{share}");
}

#[test]
fn innocent_listings_pass() {
    let samples = samples(LISTINGS);
    let mut verdicts: BTreeMap<Verdict, usize> = BTreeMap::new();
    for sample in &samples {
        let report = read(sample);
        *verdicts.entry(report.verdict).or_default() += 1;
        if report.verdict != Verdict::Pass {
            println!("{:?} {}: {}", report.verdict, sample.id, told(&report));
        }
    }
    let of = |verdict| share(verdicts.get(&verdict).copied().unwrap_or_default(), samples.len());
    println!("innocent listings: {verdicts:?}");
    assert!(of(Verdict::Reject) <= LISTINGS_REJECTED && of(Verdict::Review) <= LISTINGS_REVIEWED, "{verdicts:?}");
}

/// Each name in each disguise, in a sentence that says nothing else.
#[test]
fn every_disguise_of_every_name_is_seen_through() {
    let (mut all, mut seen) = (0, 0);
    let mut missed: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (technique, disguise) in DISGUISES {
        for (place, (name, rule)) in NAMED.iter().enumerate() {
            let Some(disguised) = disguise(name) else { continue };
            let frame = FRAMES[place % FRAMES.len()];
            let text = frame.replace("{}", &disguised);
            let report = engine().read(&Subject::listing(&[("title", "Store design"), ("description", &text)]));
            all += 1;
            if report.findings.iter().any(|finding| finding.rule.as_str() == *rule) {
                seen += 1;
            } else {
                missed.entry(technique).or_default().push(disguised);
            }
        }
    }
    for (technique, names) in &missed {
        println!("missed {technique}: {}", names.join(" | ").replace('\n', "\\n"));
    }
    let share = share(seen, all);
    println!("disguises by rule: {seen} of {all} ({share:.4})");
    assert!(share >= NAMES_FOUND, "{share}");
}

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| match Lists::shipped() {
        Ok(lists) => Engine::compile(&Edition::shipped(), &lists),
        Err(error) => panic!("{error}"),
    })
}

fn samples(lines: &str) -> Vec<Sample> {
    lines.lines().map(|line| serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))).collect()
}

fn read(sample: &Sample) -> Report {
    let mut texts = vec![];
    texts.extend(sample.title.as_deref().map(|title| ("title", title)));
    texts.push(("description", sample.description.as_str()));
    engine().read(&Subject::listing(&texts))
}

fn found(name: &str, lines: &str, rules: &[&str], bar: f64) {
    let samples = samples(lines);
    let mut seen = 0;
    let mut by_technique: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for sample in &samples {
        let report = read(sample);
        let hit = sample.expect.iter().all(|expected| {
            assert!(rules.contains(&expected.rule.as_str()), "{} expects {}", sample.id, expected.rule);
            report
                .findings
                .iter()
                .any(|finding| rules.contains(&finding.rule.as_str()) && touches(sample, finding, &expected.text))
        });
        let count = by_technique.entry(&sample.technique).or_default();
        count.1 += 1;
        if hit {
            seen += 1;
            count.0 += 1;
        } else {
            println!(
                "missed {} ({}, {}) {:?}: {}",
                sample.id,
                sample.lang,
                sample.technique,
                sample.description,
                told(&report)
            );
        }
    }
    let share = share(seen, samples.len());
    println!("{name}: {seen} of {} ({share:.4})", samples.len());
    assert!(share >= bar, "{name}: {share}");
}

/// Whether a finding lies on what was expected; one that spans two fields is told in either.
fn touches(sample: &Sample, finding: &Finding, expected: &str) -> bool {
    let field =
        if finding.field == "title" { sample.title.as_deref().unwrap_or_default() } else { &sample.description };
    let in_field = match field.find(expected) {
        None => false,
        Some(byte) => {
            let start = field[..byte].chars().count();
            let end = start + expected.chars().count();
            finding.start < end && start < finding.end
        }
    };
    in_field || finding.also.is_some()
}

fn told(report: &Report) -> String {
    let told = |finding: &Finding| {
        format!("{} {:?} {:?} by {}", finding.rule.as_str(), finding.severity, finding.text, finding.how.view)
    };
    report.findings.iter().map(told).collect::<Vec<_>>().join("; ")
}

fn share(part: usize, all: usize) -> f64 {
    part as f64 / all as f64
}

const FRAMES: &[&str] = &[
    "Our designers work the way {} does it.",
    "You find the same set on {} for half the price.",
    "Samples are shown over {} on request.",
    "A banner set made after the manner of {}, six sizes.",
    "Оформление как у {} для вашего магазина.",
    "与{}同款的详情页设计。",
    "El diseño sigue el estilo de {} y nada más.",
    "La grafica segue lo stile di {} e niente altro.",
];

const BRAND: &str = "M4.2.c.2";
const MESSENGER: &str = "M4.2.f.5";
const NAMED: &[(&str, &str)] = &[
    ("alibaba", BRAND),
    ("aliexpress", BRAND),
    ("taobao", BRAND),
    ("tmall", BRAND),
    ("alipay", BRAND),
    ("juhuasuan", BRAND),
    ("alimama", BRAND),
    ("cainiao", BRAND),
    ("whatsapp", MESSENGER),
    ("telegram", MESSENGER),
    ("wechat", MESSENGER),
    ("weixin", MESSENGER),
    ("instagram", MESSENGER),
    ("skype", MESSENGER),
    ("viber", MESSENGER),
    ("snapchat", MESSENGER),
    ("kakaotalk", MESSENGER),
    ("淘宝", BRAND),
    ("支付宝", BRAND),
    ("速卖通", BRAND),
    ("阿里巴巴", BRAND),
    ("天猫", BRAND),
    ("微信", MESSENGER),
    ("алиэкспресс", BRAND),
    ("телеграм", MESSENGER),
    ("ватсап", MESSENGER),
];

type Disguise = fn(&str) -> Option<String>;

/// How a name may be hidden; `None` where it cannot be hidden so.
const DISGUISES: &[(&str, Disguise)] = &[
    ("plain", |name| Some(name.to_owned())),
    ("capitals", |name| latin(name).map(|name| name.to_uppercase())),
    ("mixed capitals", |name| {
        latin(name)?;
        Some(name.char_indices().map(|(at, c)| if at % 2 == 0 { c.to_ascii_uppercase() } else { c }).collect())
    }),
    ("spaces", |name| between(name, " ")),
    ("wide spaces", |name| between(name, "\u{3000}")),
    ("dots", |name| between(name, ".")),
    ("hyphens", |name| between(name, "-")),
    ("underscores", |name| between(name, "_")),
    ("stars", |name| between(name, "*")),
    ("pipes", |name| between(name, "|")),
    ("slashes", |name| between(name, "/")),
    ("middle dots", |name| between(name, "·")),
    ("emoji", |name| between(name, "🔥")),
    ("one emoji", |name| halves(name, "💬")),
    ("lines", |name| between(name, "\n")),
    ("one line break", |name| halves(name, "\n")),
    ("one hyphen", |name| halves(name, "-")),
    ("one dot", |name| halves(name, ".")),
    ("zero width", |name| between(name, "\u{200b}")),
    ("word joiner", |name| between(name, "\u{2060}")),
    ("soft hyphen", |name| halves(name, "\u{ad}")),
    ("tag characters", |name| halves(name, "\u{e0061}")),
    ("variation selector", |name| between(name, "\u{fe0f}")),
    ("direction marks", |name| between(name, "\u{200e}")),
    ("brackets", |name| Some(name.chars().map(|c| format!("[{c}]")).collect())),
    ("struck through", |name| latin(name).map(|name| marked(name, '\u{336}'))),
    ("underlined", |name| latin(name).map(|name| marked(name, '\u{332}'))),
    ("accents", |name| latin(name).map(|name| marked(name, '\u{301}'))),
    ("full width", |name| moved(name, 0xff41)),
    ("circled", |name| moved(name, 0x24d0)),
    ("parenthesised", |name| moved(name, 0x249c)),
    ("squared", |name| moved(name, 0x1f130)),
    ("black circled", |name| moved(name, 0x1f150)),
    ("black squared", |name| moved(name, 0x1f170)),
    ("regional indicators", |name| moved(name, 0x1f1e6)),
    ("mathematical bold", |name| moved(name, 0x1d41a)),
    ("mathematical script", |name| moved(name, 0x1d4ea)),
    ("mathematical fraktur", |name| moved(name, 0x1d586)),
    ("mathematical sans", |name| moved(name, 0x1d5ba)),
    ("mathematical mono", |name| moved(name, 0x1d68a)),
    ("small capitals", |name| swapped(name, "abcdeghijklmnoprtuvwyz", "ᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ")),
    ("cyrillic letters", |name| swapped(name, "aceopxyi", "асеорхуі")),
    ("greek letters", |name| swapped(name, "aikovx", "αικονχ")),
    ("one cyrillic letter", |name| {
        let at = latin(name)?.find(['a', 'e', 'o', 'p', 'c'])?;
        let alike = swapped(&name[at..=at], "aceop", "асеор")?;
        Some(format!("{}{alike}{}", &name[..at], &name[at + 1..]))
    }),
    ("leet", |name| swapped(name, "aeiost", "431057")),
    ("signs", |name| swapped(name, "ais", "@!$")),
    ("some leet", |name| swapped(name, "eo", "30")),
    ("repeated letters", |name| {
        latin(name)?;
        Some(
            name.chars()
                .enumerate()
                .flat_map(|(at, c)| std::iter::repeat_n(c, if at % 3 == 1 { 3 } else { 1 }))
                .collect(),
        )
    }),
    ("doubled letters", |name| latin(name).map(|name| name.chars().flat_map(|c| [c, c]).collect())),
    ("long last letter", |name| {
        let last = latin(name)?.chars().last()?;
        Some(format!("{name}{last}{last}{last}"))
    }),
    ("swapped letters", |name| {
        long(name).map(|name| format!("{}{}{}{}", &name[..3], &name[4..5], &name[3..4], &name[5..]))
    }),
    ("missing letter", |name| long(name).map(|name| format!("{}{}", &name[..4], &name[5..]))),
    ("wrong letter", |name| long(name).map(|name| format!("{}u{}", &name[..4], &name[5..]))),
    ("added letter", |name| long(name).map(|name| format!("{}n{}", &name[..4], &name[4..]))),
    ("capitals and dots", |name| latin(name).and_then(|name| between(&name.to_uppercase(), "."))),
    ("leet and spaces", |name| swapped(name, "aeo", "430").and_then(|name| between(&name, " "))),
    ("traditional", |name| {
        let traditional = name.chars().map(|c| match c {
            '宝' => '寶',
            '卖' => '賣',
            '猫' => '貓',
            _ => c,
        });
        Some(traditional.collect()).filter(|written: &String| written != name)
    }),
];

fn latin(name: &str) -> Option<&str> {
    name.is_ascii().then_some(name)
}

/// Long enough for one wrong letter to leave the name legible.
fn long(name: &str) -> Option<&str> {
    latin(name).filter(|name| name.len() >= 8)
}

fn between(name: &str, separator: &str) -> Option<String> {
    let letters: Vec<String> = name.chars().map(String::from).collect();
    Some(letters.join(separator))
}

fn halves(name: &str, separator: &str) -> Option<String> {
    let letters: Vec<char> = name.chars().collect();
    let (first, second) = letters.split_at(letters.len() / 2);
    Some(format!("{}{separator}{}", String::from_iter(first), String::from_iter(second)))
}

fn marked(name: &str, mark: char) -> String {
    name.chars().flat_map(|c| [c, mark]).collect()
}

/// Each letter of the alphabet as the one so many places behind `first`.
fn moved(name: &str, first: u32) -> Option<String> {
    latin(name)?.bytes().map(|letter| char::from_u32(first + u32::from(letter - b'a'))).collect()
}

fn swapped(name: &str, from: &str, to: &str) -> Option<String> {
    let alike: BTreeMap<char, char> = from.chars().zip(to.chars()).collect();
    let written: String = latin(name)?.chars().map(|c| alike.get(&c).copied().unwrap_or(c)).collect();
    Some(written).filter(|written| written != name)
}
