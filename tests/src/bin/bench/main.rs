//! `make bench`: what Guildhall does per second, how late it is, what it costs; over HTTP, on durable servers.
//!
//! Owns: the order of the measurements, their sizes, the table. Each module measures one thing. The suite runs as one
//! process, `serve all`, on a database of its own that is dropped at the end; load and servers share the machine.
//! Sizes come from the environment, see [`Sizes`]; so does what is measured, see [`Part`].

mod deadlines;
mod delivery;
mod figures;
mod footprint;
mod load;
mod moderation;
mod pgbench;
mod replay;
mod suite;

use anyhow::Context as _;
use figures::{Rounds, Table};
use footprint::{Cpu, Watch};
use load::Market;
use std::collections::BTreeSet;
use std::str::FromStr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use strum::{Display, EnumString, VariantArray};
use suite::Suite;

/// As the program itself.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What is measured: all of it, or what `BENCH_PARTS` names, as `BENCH_PARTS=moderation` or
/// `BENCH_PARTS=commands,delivery`. Start-up and memory are told with every part that needs the suite.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, EnumString, Display, VariantArray)]
#[strum(serialize_all = "snake_case")]
enum Part {
    /// Order commands against pgbench.
    Commands,
    /// Orders from placement to money released.
    Lifecycles,
    /// From commit to the consumer's effect.
    Delivery,
    /// Many deadlines at one instant.
    Deadlines,
    /// Adjudication by itself, and stored decisions computed again.
    Replay,
    /// The moderation engine by itself: needs no servers.
    Moderation,
}

impl Part {
    fn of_environment() -> anyhow::Result<BTreeSet<Self>> {
        let Ok(text) = std::env::var("BENCH_PARTS") else { return Ok(Self::VARIANTS.iter().copied().collect()) };
        let named = text.split([',', ' ']).filter(|name| !name.is_empty());
        let parts =
            named.map(|name| name.parse().with_context(|| format!("BENCH_PARTS: {name} is none of {}", Self::names())));
        let parts = parts.collect::<anyhow::Result<BTreeSet<Self>>>()?;
        anyhow::ensure!(!parts.is_empty(), "BENCH_PARTS: none of {}", Self::names());
        Ok(parts)
    }

    fn names() -> String {
        Self::VARIANTS.iter().map(Self::to_string).collect::<Vec<_>>().join(", ")
    }
}

/// How much is measured.
#[derive(Clone, Copy)]
struct Sizes {
    /// `BENCH_ROUNDS`: how often each thing is measured.
    rounds: usize,
    /// `BENCH_SECONDS`: how long one round of load is.
    time: Duration,
    /// `BENCH_CONNECTIONS`.
    connections: usize,
    /// `BENCH_RATE`: messages a second while their delivery is timed.
    rate: u32,
    /// `BENCH_DEADLINES`: how many run.
    deadlines: usize,
    /// `BENCH_DUE`: how many of them end at one instant.
    due: usize,
    /// `BENCH_LEAD`: seconds from their creation to that instant.
    lead: Duration,
    /// `BENCH_DECISIONS`: how many are stored and computed again.
    decisions: usize,
}

impl Sizes {
    fn of_environment() -> anyhow::Result<Self> {
        Ok(Self {
            rounds: variable("BENCH_ROUNDS", 3)?,
            time: Duration::from_secs(variable("BENCH_SECONDS", 5)?),
            connections: variable("BENCH_CONNECTIONS", 32)?,
            rate: variable("BENCH_RATE", 200)?,
            deadlines: variable("BENCH_DEADLINES", 100_000)?,
            due: variable("BENCH_DUE", 1_000)?,
            lead: Duration::from_secs(variable("BENCH_LEAD", 12)?),
            decisions: variable("BENCH_DECISIONS", 100_000)?,
        })
    }
}

fn variable<T: FromStr>(name: &str, default: T) -> anyhow::Result<T>
where
    T::Err: std::error::Error + Send + Sync + 'static,
{
    match std::env::var(name) {
        Ok(text) => text.parse().with_context(|| format!("{name}: {text}")),
        Err(_) => Ok(default),
    }
}

/// Processor time per 1,000 operations, as two lines of the table.
#[derive(Default)]
struct Cost {
    guildhall: Rounds,
    postgres: Rounds,
}

impl Cost {
    fn add(&mut self, cost: Cpu) {
        self.guildhall.add(cost.guildhall);
        if let Some(postgres) = cost.postgres {
            self.postgres.add(postgres);
        }
    }

    fn lines(&self, table: &mut Table, of: &str) {
        table.line(&format!("processor time of Guildhall per 1,000 {of}"), "s", &self.guildhall);
        table.line(&format!("processor time of PostgreSQL per 1,000 {of}"), "s", &self.postgres);
    }
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    if std::env::args().nth(1).as_deref() == Some(moderation::FOOTPRINT) {
        return moderation::tell_footprint();
    }
    let (parts, sizes, started) = (Part::of_environment()?, Sizes::of_environment()?, Instant::now());
    let mut table = Table::default();
    if parts.contains(&Part::Moderation) {
        moderation::measure(sizes, &mut table)?;
    }
    if parts.iter().any(|part| *part != Part::Moderation) {
        of_the_suite(&parts, sizes, &mut table).await?;
    }
    let cores = std::thread::available_parallelism()?;
    println!("{table}\n{cores} cores for load, suite and servers; {:.0} s in all", started.elapsed().as_secs_f64());
    Ok(())
}

/// What is measured on servers.
async fn of_the_suite(parts: &BTreeSet<Part>, sizes: Sizes, table: &mut Table) -> anyhow::Result<()> {
    let mut suite = Suite::prepare()?;
    say("start-up and memory at rest");
    let mut startup = Rounds::default();
    for _ in 0..sizes.rounds {
        startup.add(suite.start().await?);
    }
    let idle = idle(&suite).await?;
    let watch = Watch::begin(suite.pid()?);
    let market = load::open_market(&suite, sizes.connections).await?;
    for part in parts {
        match part {
            Part::Commands => commands(&suite, &market, sizes, table).await?,
            Part::Lifecycles => lifecycles(&suite, &market, sizes, table).await?,
            Part::Delivery => delivery(&suite, &market, sizes, table).await?,
            Part::Deadlines => deadlines(&suite, &market, sizes, table).await?,
            Part::Replay => {
                replay::adjudications(sizes, table);
                replay::measure(&suite, sizes, table)?;
            }
            Part::Moderation => {}
        }
    }
    let mut loaded = Rounds::default();
    loaded.add(watch.highest());
    table.heading("One process, every service");
    table.line("from its start to /readyz", "s", &startup);
    table.line("resident, idle", "MiB", &idle);
    table.line("resident, the most under all of the above", "MiB", &loaded);
    Ok(())
}

fn say(what: &str) {
    eprintln!("bench: {what}");
}

/// Resident memory over the first seconds in which nothing is asked.
async fn idle(suite: &Suite) -> anyhow::Result<Rounds> {
    let mut idle = Rounds::default();
    let mut beat = tokio::time::interval(Duration::from_secs(1));
    for _ in 0..3 {
        beat.tick().await;
        idle.add(footprint::resident(suite.pid()?)?);
    }
    Ok(idle)
}

/// Placements against the yardstick, in turns; between turns everything comes to rest, and that is paid for as well.
async fn commands(suite: &Suite, market: &Arc<Market>, sizes: Sizes, table: &mut Table) -> anyhow::Result<()> {
    say("order commands against pgbench");
    let yardstick = pgbench::Yardstick::prepare(suite, market).await?;
    load::placements(market, sizes.connections, Duration::from_secs(1)).await?;
    suite.rest().await?;
    let (mut rates, mut plain, mut pairs) = (Rounds::default(), Rounds::default(), vec![]);
    let (mut cost, mut plain_cost) = (Cost::default(), Cost::default());
    for round in 0..sizes.rounds {
        let before = suite.cpu()?;
        let done = load::placements(market, sizes.connections, sizes.time).await?;
        suite.rest().await?;
        cost.add(suite.cpu()?.per_thousand(before, done.count));
        let before = suite.cpu()?;
        let tps = yardstick.run(round, sizes.connections, sizes.time)?;
        plain_cost.add(suite.cpu()?.per_thousand(before, (tps * sizes.time.as_secs_f64()) as usize));
        rates.add(done.rate());
        plain.add(tps);
        pairs.push((done.rate(), tps));
    }
    table.heading(&format!("Order commands over HTTP, {} connections", sizes.connections));
    table.line("orders placed", "per s", &rates);
    cost.lines(table, "orders, consumers included");
    table.line("the same rows by pgbench, single statements", "per s", &plain);
    table.line("processor time of PostgreSQL per 1,000", "s", &plain_cost.postgres);
    table.line("Guildhall over pgbench", "times", &Rounds::ratio(&pairs));
    Ok(())
}

async fn lifecycles(suite: &Suite, market: &Arc<Market>, sizes: Sizes, table: &mut Table) -> anyhow::Result<()> {
    say("order lifecycles");
    let (mut rates, mut cost) = (Rounds::default(), Cost::default());
    for _ in 0..sizes.rounds {
        let before = suite.cpu()?;
        let done = load::lifecycles(market, sizes.connections, sizes.time).await?;
        suite.rest().await?;
        cost.add(suite.cpu()?.per_thousand(before, done.count));
        rates.add(done.rate());
    }
    table.heading("Order lifecycles through orders and settlement");
    table.line("placed, paid, delivered, accepted, money released", "per s", &rates);
    cost.lines(table, "lifecycles");
    Ok(())
}

async fn delivery(suite: &Suite, market: &Arc<Market>, sizes: Sizes, table: &mut Table) -> anyhow::Result<()> {
    say("from commit to the consumer's effect");
    let (mut p50, mut p99, mut rates) = (Rounds::default(), Rounds::default(), Rounds::default());
    let mut cost = Cost::default();
    for _ in 0..sizes.rounds {
        let before = suite.cpu()?;
        let (delays, rate) = delivery::measure(suite, market, sizes.rate, sizes.time).await?;
        let count = (rate * sizes.time.as_secs_f64()) as usize;
        cost.add(suite.cpu()?.per_thousand(before, count));
        p50.add(delays.p50);
        p99.add(delays.p99);
        rates.add(rate);
    }
    table.heading(&format!("From commit to the consumer's effect, {} messages a second", sizes.rate));
    table.line("half within", "ms", &p50);
    table.line("99 of 100 within", "ms", &p99);
    table.line("rate reached", "per s", &rates);
    cost.lines(table, "messages");
    Ok(())
}

async fn deadlines(suite: &Suite, market: &Arc<Market>, sizes: Sizes, table: &mut Table) -> anyhow::Result<()> {
    say("deadlines");
    let original = market.place().await?;
    suite.rest().await?;
    deadlines::populate(suite, original, sizes.deadlines.saturating_sub(sizes.due))?;
    let (mut rates, mut p50, mut p99) = (Rounds::default(), Rounds::default(), Rounds::default());
    let (mut at_rest, mut cost) = (Rounds::default(), Cost::default());
    for _ in 0..sizes.rounds {
        let lapsed = deadlines::lapse(suite, original, sizes.due, sizes.lead).await?;
        cost.add(lapsed.cost);
        rates.add(sizes.due as f64 / lapsed.late.last);
        p50.add(lapsed.late.p50);
        p99.add(lapsed.late.p99);
        at_rest.add(lapsed.at_rest);
    }
    table.heading(&format!("{} running deadlines, {} due at one instant", sizes.deadlines, sizes.due));
    table.line("lapsed with full effect", "per s", &rates);
    table.line("half late by at most", "s", &p50);
    table.line("99 of 100 late by at most", "s", &p99);
    table.line("every consumer done after", "s", &at_rest);
    cost.lines(table, "lapses, consumers included");
    Ok(())
}
