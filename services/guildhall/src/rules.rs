//! `guildhall rules`: the rulebook from the command line, and the pure engines behind it: JSON lines in, JSON lines out.
use anyhow::{Context as _, anyhow, bail};
use disputes_domain::adjudication;
use guildhall::services;
use moderation::{Engine, lines};
use rulebook::{Edition, Lists};
use runtime::Settings;
use serde_json::Value;
use std::collections::BTreeMap;
use std::io::{BufRead, BufWriter, Write, stdin, stdout};
use std::path::{Path, PathBuf};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Check an edition file: every entry is there, known, and within its bounds
    Check {
        /// The file
        file: PathBuf,
    },
    /// Derive the outcome of disputes: one case per line in, one recommendation per line out
    Adjudicate {
        /// An edition file, instead of the edition shipped last
        #[arg(long)]
        edition: Option<PathBuf>,
    },
    /// Moderate listings: one listing per line in, verdict and findings per line out
    Moderate {
        /// An edition file, instead of the edition shipped last
        #[arg(long)]
        edition: Option<PathBuf>,
        /// A folder of term lists, instead of those shipped
        #[arg(long)]
        lists: Option<PathBuf>,
    },
    /// Show which listings, one per line, are judged otherwise by B than by A
    Diff {
        /// An edition file, a folder of term lists, or `shipped`
        a: PathBuf,
        /// The same
        b: PathBuf,
    },
    /// Decide the closed cases of the database again under a draft: who would have won what, one case per line
    Simulate {
        /// The draft edition
        #[arg(long)]
        edition: PathBuf,
    },
    /// Compute every decision of the database again from its record: those that differ, one per line
    Replay,
    /// Print the JSON Schemas of the lines of `adjudicate` or `moderate`
    Schema {
        /// Which
        #[arg(value_enum)]
        of: Lines,
    },
}

#[derive(Clone, Copy, clap::ValueEnum)]
enum Lines {
    Adjudicate,
    Moderate,
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    match &args.command {
        Command::Check { file } => check(file),
        Command::Adjudicate { edition } => {
            let edition = edition_of(edition.as_deref())?;
            let standards = &edition.disputes.standards;
            each_line(|number, line| adjudication::lines::answer(standards, number, line))
        }
        Command::Moderate { edition, lists } => {
            let engine = Engine::compile(&edition_of(edition.as_deref())?, &lists_of(lists.as_deref())?);
            each_line(|number, line| Some(lines::answer(&engine, usize::try_from(number).ok()?, line)))
        }
        Command::Diff { a, b } => diff(&rules_of(a)?, &rules_of(b)?),
        Command::Simulate { edition } => simulate(&read_edition(edition)?),
        Command::Replay => replay(),
        Command::Schema { of } => {
            let schema: Value = match of {
                Lines::Adjudicate => adjudication::schema(),
                Lines::Moderate => moderation::schema::schema(),
            };
            println!("{}", serde_json::to_string_pretty(&schema)?);
            Ok(())
        }
    }
}

fn check(file: &Path) -> anyhow::Result<()> {
    let edition = read_edition(file)?;
    println!(
        "{} is sound: edition {}, in force from {}, hash {}",
        file.display(),
        edition.id,
        edition.effective_from,
        edition.hash
    );
    Ok(())
}

/// Answers what is read line by line, in the same order; a blank line has no answer.
fn each_line(answer: impl Fn(u64, &str) -> Option<String>) -> anyhow::Result<()> {
    let mut out = BufWriter::new(stdout().lock());
    for (number, line) in (1..).zip(stdin().lock().lines()) {
        let line = line.with_context(|| format!("line {number} is no UTF-8"))?;
        if line.trim().is_empty() {
            continue;
        }
        if let Some(answer) = answer(number, &line) {
            writeln!(out, "{answer}")?;
        }
    }
    Ok(out.flush()?)
}

/// Flips on standard output, how many of how many on standard error.
fn diff(a: &Engine, b: &Engine) -> anyhow::Result<()> {
    let (flips, read) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    each_line(|number, line| {
        read.set(read.get() + 1);
        match lines::diff(a, b, usize::try_from(number).ok()?, line) {
            Ok(flip) => {
                let flip = flip?;
                flips.set(flips.get() + 1);
                serde_json::to_string(&flip).ok()
            }
            Err(bad) => serde_json::to_string(&bad).ok(),
        }
    })?;
    eprintln!("{} of {} verdicts flip", flips.get(), read.get());
    Ok(())
}

/// One line per decision that differs on standard output, the sum on standard error; fails where one differs.
fn replay() -> anyhow::Result<()> {
    let mut conn = services::connect(&Settings::load()?, "disputes")?;
    let rulebook = engine::editions::load(&mut conn)?;
    let mut out = BufWriter::new(stdout().lock());
    let tally =
        disputes::replays::replay_all(&mut conn, &rulebook, |one| writeln!(out, "{}", serde_json::to_string(&one)?));
    let disputes::replays::Tally { decisions, differing } = tally.map_err(|error| anyhow!("{error}"))?;
    out.flush()?;
    eprintln!("{decisions} decisions, {differing} of them come out otherwise");
    if differing > 0 {
        bail!("{differing} decisions do not follow from their records");
    }
    Ok(())
}

/// One line per closed case on standard output, the sum on standard error.
fn simulate(draft: &Edition) -> anyhow::Result<()> {
    let mut conn = services::connect(&Settings::load()?, "disputes")?;
    let mut out = BufWriter::new(stdout().lock());
    let mut gains: BTreeMap<&str, u64> = BTreeMap::new();
    disputes::simulation::simulate(&mut conn, &draft.disputes.standards, |one| {
        *gains.entry(one.gains).or_default() += 1;
        writeln!(out, "{}", serde_json::to_string(&one)?)
    })
    .map_err(|error| anyhow!("{error}"))?;
    out.flush()?;
    let of = |side: &str| gains.get(side).copied().unwrap_or_default();
    let all: u64 = gains.values().sum();
    eprintln!(
        "{all} cases under {}: {} better for the merchant, {} better for the provider, {} the same",
        draft.id,
        of("merchant"),
        of("provider"),
        of("nobody")
    );
    Ok(())
}

fn rules_of(path: &Path) -> anyhow::Result<Engine> {
    let (edition, lists) = match path {
        shipped if shipped == Path::new("shipped") => (None, None),
        folder if folder.is_dir() => (None, Some(folder)),
        file => (Some(file), None),
    };
    Ok(Engine::compile(&edition_of(edition)?, &lists_of(lists)?))
}

fn edition_of(file: Option<&Path>) -> anyhow::Result<Edition> {
    file.map_or_else(|| Ok(Edition::shipped()), read_edition)
}

fn read_edition(file: &Path) -> anyhow::Result<Edition> {
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    Edition::read(&text).with_context(|| format!("{} is not a sound edition", file.display()))
}

fn lists_of(folder: Option<&Path>) -> anyhow::Result<Lists> {
    let Some(folder) = folder else { return Ok(Lists::shipped()?) };
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .with_context(|| format!("{} cannot be read", folder.display()))?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    if files.is_empty() {
        bail!("{} holds no term list (*.toml)", folder.display());
    }
    let sources = files.iter().map(std::fs::read_to_string).collect::<Result<Vec<_>, _>>()?;
    let sources: Vec<_> = sources.iter().map(String::as_str).collect();
    Lists::read(&sources).with_context(|| format!("{} holds a list that is not sound", folder.display()))
}
