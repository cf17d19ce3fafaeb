//! The moderation engine by itself, on one core: listings per second, the time of one, what making it ready costs.
//!
//! Owns the listings that are read: made of the engine's own corpus, so texts as people write them, in five languages,
//! one in ten with a contact or a brand in it. Every rule and every shipped list is on; each listing has pictures, a
//! price, elements, and a neighbour that it is compared with. Needs no servers.
use crate::figures::{Rounds, Table};
use crate::{Sizes, footprint, say};
use anyhow::{Context as _, ensure};
use kernel::{Category, Currency, Money, PriceUnit};
use moderation::near::Signature;
use moderation::{Engine, Known, Picture, Subject, Verdict};
use rulebook::{Edition, Lists};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::hint::black_box;
use std::process::Command;
use std::time::{Duration, Instant};

/// Innocent listings, and sentences that each break a rule.
const LISTINGS: &str = include_str!("../../../../libs/moderation/tests/corpus/listings.jsonl");
const EVASION: &str = include_str!("../../../../libs/moderation/tests/corpus/evasion.jsonl");
const BRANDS: &str = include_str!("../../../../libs/moderation/tests/corpus/brands.jsonl");

/// Different listings of each length.
const DIFFERENT: usize = 500;
/// One in so many says something it should not.
const OFFENDING: usize = 10;
/// Characters of a title, at most; the rest of a text is the description.
const TITLE: usize = 40;
/// Argument of the process whose memory is looked at: it makes the engine ready, tells two figures, and ends.
pub const FOOTPRINT: &str = "--moderation-footprint";

/// A line of the corpus.
#[derive(Deserialize)]
struct Sample {
    lang: String,
    category: Option<Category>,
    #[serde(default)]
    title: String,
    description: String,
    #[serde(default)]
    price: String,
    price_unit: Option<PriceUnit>,
}

/// A listing that is read.
struct Listing {
    category: Category,
    title: String,
    description: String,
    elements: BTreeMap<String, String>,
    price: Option<Money>,
    price_unit: Option<PriceUnit>,
    pictures: Vec<Picture>,
}

/// Measures all of it, and enters it in the table.
pub fn measure(sizes: Sizes, table: &mut Table) -> anyhow::Result<()> {
    say("moderation");
    let (mut reading, mut compiling, mut resident, mut counted) =
        (Rounds::default(), Rounds::default(), Rounds::default(), Rounds::default());
    for _ in 0..sizes.rounds {
        let started = Instant::now();
        let (edition, lists) = (Edition::shipped(), Lists::shipped()?);
        reading.add(milliseconds(started.elapsed()));
        let started = Instant::now();
        black_box(Engine::compile(&edition, &lists));
        compiling.add(milliseconds(started.elapsed()));
        let (grown, size) = footprint_of_another()?;
        resident.add(grown);
        counted.add(size);
    }
    table.heading("Moderation: the dictionaries");
    table.line("read and checked", "ms", &reading);
    table.line("compiled", "ms", &compiling);
    table.line("resident memory that both added to a fresh process", "MiB", &resident);
    table.line("of it, the heap of the compiled lists, by its own account", "MiB", &counted);
    let engine = Engine::compile(&Edition::shipped(), &Lists::shipped()?);
    for length in [300, 4_000] {
        reads(&engine, length, sizes, table)?;
    }
    Ok(())
}

/// Reads all listings of a length again and again, on this thread alone.
fn reads(engine: &Engine, length: usize, sizes: Sizes, table: &mut Table) -> anyhow::Result<()> {
    let listings = listings(length)?;
    // One that is always alike enough to be compared, and never the same.
    let neighbour = Signature::of([listings[0].title.as_str()]);
    let subjects: Vec<Subject<'_>> = listings.iter().map(|listing| listing.subject(&neighbour)).collect();
    let found = subjects.iter().filter(|subject| engine.read(subject).verdict != Verdict::Pass).count();
    let (mut rates, mut p50, mut p99) = (Rounds::default(), Rounds::default(), Rounds::default());
    for _ in 0..sizes.rounds {
        let (started, mut times) = (Instant::now(), vec![]);
        while times.is_empty() || started.elapsed() < sizes.time {
            for subject in &subjects {
                let one = Instant::now();
                black_box(engine.read(subject));
                times.push(one.elapsed());
            }
        }
        rates.add(times.len() as f64 / started.elapsed().as_secs_f64());
        times.sort_unstable();
        p50.add(milliseconds(times[times.len() / 2]));
        p99.add(milliseconds(times[times.len() * 99 / 100]));
    }
    let share = 100.0 * found as f64 / subjects.len() as f64;
    table.heading(&format!("Moderation: {DIFFERENT} listings of {length} characters, {share:.0} % not let pass"));
    table.line("read on one core", "per s", &rates);
    table.line("half within", "ms", &p50);
    table.line("99 of 100 within", "ms", &p99);
    Ok(())
}

/// Different listings of `length` characters, title and description together.
fn listings(length: usize) -> anyhow::Result<Vec<Listing>> {
    let mut texts: BTreeMap<String, Vec<Sample>> = BTreeMap::new();
    for sample in samples(LISTINGS)? {
        texts.entry(sample.lang.clone()).or_default().push(sample);
    }
    let offences: Vec<Sample> = samples(EVASION)?.into_iter().chain(samples(BRANDS)?).collect();
    let languages: Vec<&Vec<Sample>> = texts.values().collect();
    ensure!(!languages.is_empty() && !offences.is_empty(), "the corpus is empty");
    let edition = Edition::shipped();
    let listing = |nth: usize| {
        let samples = languages[nth % languages.len()];
        // Each begins elsewhere, and goes on where another one would not.
        let (first, step) = (nth / languages.len(), 1 + nth / languages.len() / samples.len());
        let sample = |more: usize| &samples[(first + more * step) % samples.len()];
        let title: String = sample(0).title.chars().take(TITLE).collect();
        let mut description = String::new();
        if nth.is_multiple_of(OFFENDING) {
            description += &offences[nth * 7 % offences.len()].description;
        }
        let left = length - title.chars().count();
        for more in 0.. {
            if description.chars().count() >= left {
                break;
            }
            description += " ";
            description += &sample(more).description;
        }
        let category = sample(0).category.unwrap_or(Category::Design);
        // There, and in no words: `length` says how much is read.
        let required = edition.listings.elements.required(category).into_keys();
        Listing {
            category,
            title,
            description: description.chars().take(left).collect(),
            elements: required.map(|key| (key.to_owned(), "given".to_owned())).collect(),
            price: Money::parse(&sample(0).price, Currency::CNY).ok(),
            price_unit: sample(0).price_unit,
            pictures: pictures(nth),
        }
    };
    Ok((0..DIFFERENT).map(listing).collect())
}

fn samples(corpus: &str) -> anyhow::Result<Vec<Sample>> {
    corpus.lines().map(|line| serde_json::from_str(line).with_context(|| line.to_owned())).collect()
}

fn pictures(nth: usize) -> Vec<Picture> {
    let hash = |place: u64| (nth as u64 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(20 * place as u32);
    (0..3).map(|place| Picture { width: 1_200, height: 900, hash: Some(hash(place)) }).collect()
}

impl Listing {
    fn subject<'a>(&'a self, neighbour: &'a Signature) -> Subject<'a> {
        Subject {
            category: Some(self.category),
            elements: Some(self.elements.clone()),
            required: ["title", "description", "price", "price_unit", "cooperation"].into(),
            cooperation_stated: true,
            price: self.price,
            price_unit: self.price_unit,
            pictures: Some(self.pictures.clone()),
            known: vec![Known { name: "another listing", signature: neighbour, same_provider: false }],
            ..Subject::listing(&[("title", &self.title), ("description", &self.description)])
        }
    }
}

/// Has a fresh process make the engine ready: MiB that its resident memory grew by, and MiB by the engine's account.
fn footprint_of_another() -> anyhow::Result<(f64, f64)> {
    let output = Command::new(std::env::current_exe()?).arg(FOOTPRINT).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told = String::from_utf8(output.stdout)?;
    let (grown, size) = told.trim().split_once(' ').with_context(|| format!("two figures, not {told:?}"))?;
    Ok((grown.parse()?, size.parse()?))
}

/// What that process does.
pub fn tell_footprint() -> anyhow::Result<()> {
    let own = std::process::id();
    let before = footprint::resident(own)?;
    let engine = Engine::compile(&Edition::shipped(), &Lists::shipped()?);
    let grown = footprint::resident(own)? - before;
    println!("{grown} {}", black_box(&engine).size() as f64 / f64::from(1 << 20));
    Ok(())
}

fn milliseconds(time: Duration) -> f64 {
    time.as_secs_f64() * 1_000.0
}
