//! Adjudication by itself, and stored decisions computed again from their records by the job that does so.
//!
//! Owns the questions that are adjudicated, on findings drawn anew for each, in every category, and the decisions that
//! are replayed, stored as the disputes service stores them. A few are tampered with: the job must find exactly these.
use crate::figures::{Rounds, Table};
use crate::suite::Suite;
use crate::{Sizes, say};
use anyhow::{anyhow, ensure};
use diesel::prelude::*;
use diesel::sql_types::Text;
use disputes::replays::{Tally, replay_all};
use disputes_domain::adjudication::{ClaimKind, Fact, Figures, Findings, Share, Stage, Terms, Truth, adjudicate};
use disputes_domain::casefile::Digest;
use disputes_domain::record::{Automation, DecisionRecord, Instance, Words};
use disputes_domain::{Outcome, Replay, replay};
use kernel::{CaseId, Category, Currency, Money, Time};
use rulebook::{Edition, Rulebook};
use serde_json::{Value, json};
use std::hint::black_box;
use std::time::Instant;
use strum::VariantArray;
use uuid::Uuid;

/// How many rows are stored at a time.
const BATCH: usize = 1_000;
/// How many questions are adjudicated in each round, and how many of them are different.
const ADJUDICATED: usize = 1_000_000;
const QUESTIONS: usize = 10_000;
/// How many records are tampered with.
const FORGED: u64 = 10;

/// Numbers that follow from where they began: every run stores the same.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        // SplitMix64.
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    fn below(&mut self, bound: u64) -> u64 {
        self.next() % bound
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len() as u64) as usize]
    }

    fn maybe<T>(&mut self, value: impl FnOnce(&mut Self) -> T) -> Option<T> {
        (self.below(2) == 0).then(|| value(self))
    }
}

/// What is adjudicated.
struct Question {
    terms: Terms,
    claims: Vec<ClaimKind>,
    findings: Findings,
}

/// Adjudicates by itself, on one core: without reading or writing anything.
pub fn adjudications(sizes: Sizes, table: &mut Table) {
    say("adjudications");
    let edition = Edition::shipped();
    let mut draw = Draw(7);
    let questions: Vec<Question> = (0..QUESTIONS).map(|_| question(&mut draw)).collect();
    let mut rates = Rounds::default();
    for _ in 0..sizes.rounds {
        let started = Instant::now();
        for Question { terms, claims, findings } in questions.iter().cycle().take(ADJUDICATED) {
            black_box(adjudicate(&edition.disputes.standards, terms, claims, findings));
        }
        rates.add(ADJUDICATED as f64 / started.elapsed().as_secs_f64());
    }
    table.heading(&format!("{QUESTIONS} questions adjudicated over and over, on one core"));
    table.line("adjudications", "per s", &rates);
}

/// Stores the decisions, replays all of them in each round, and tells what differed.
pub fn measure(suite: &Suite, sizes: Sizes, table: &mut Table) -> anyhow::Result<()> {
    say("decisions replayed");
    let edition = Edition::shipped();
    let mut conn = suite.conn("disputes")?;
    let started = Instant::now();
    store(&mut conn, &edition, sizes.decisions)?;
    let stored = sizes.decisions as f64 / started.elapsed().as_secs_f64();
    let rulebook = Rulebook::shipped()?;
    let (mut rates, mut differing) = (Rounds::default(), Rounds::default());
    for _ in 0..sizes.rounds {
        let (started, mut fields) = (Instant::now(), vec![]);
        let tally = replay_all(&mut conn, &rulebook, |one| {
            fields.extend(one.differences.into_iter().map(|difference| difference.field));
            Ok(())
        });
        let Tally { decisions, differing: found } = tally.map_err(|error| anyhow!("{error}"))?;
        rates.add(decisions as f64 / started.elapsed().as_secs_f64());
        differing.add(found as f64);
        ensure!(decisions == sizes.decisions as u64, "{decisions} decisions were replayed");
        ensure!(found == FORGED.min(decisions), "{found} decisions differ, {FORGED} were forged: {fields:?}");
    }
    let mut made = Rounds::default();
    made.add(stored);
    table.heading(&format!("{} stored decisions computed again from their records, on one core", sizes.decisions));
    table.line("replayed", "per s", &rates);
    table.line(&format!("came out otherwise, of {FORGED} whose outcome was forged"), "", &differing);
    table.line("made and stored, for comparison", "per s", &made);
    Ok(())
}

fn store(conn: &mut PgConnection, edition: &Edition, count: usize) -> anyhow::Result<()> {
    const INSERT: &str = "INSERT INTO decisions (id, case_id, instance, decision, outcome, record, decided_by, \
        at_stake_minor, alone_up_to_minor, reversals, decided_at, appeal_by) SELECT id, case_id, 'first', '{}', outcome, record, 'bench', \
        0, 0, '[]', now(), now() FROM jsonb_to_recordset($1::jsonb) AS t \
        (id uuid, case_id uuid, outcome jsonb, record jsonb)";
    let mut draw = Draw(42);
    for from in (0..count).step_by(BATCH) {
        let rows: Vec<Value> = (from..count.min(from + BATCH))
            .map(|nth| {
                let mut record = record(&mut draw, edition);
                if (nth as u64) < FORGED {
                    let forged = &mut record.outcome.to_merchant;
                    forged.minor = if forged.minor == 0 { 1 } else { forged.minor - 1 };
                }
                json!({ "id": Uuid::now_v7(), "case_id": record.case.0, "outcome": record.outcome, "record": record })
            })
            .collect();
        diesel::sql_query(INSERT).bind::<Text, _>(serde_json::to_string(&rows)?).execute(conn)?;
    }
    Ok(())
}

/// What may be asked of the articles, drawn at random.
fn question(draw: &mut Draw) -> Question {
    let terms = Terms {
        category: draw.one(Category::VARIANTS),
        agent_operation: draw.below(4) == 0,
        by_period: draw.below(2) == 0,
        cycle_agreed: draw.below(2) == 0,
        failed_modifications_agreed: None,
        paid: Money::new(draw.below(5_000_000) as i64 + 1, Currency::CNY),
        stage: draw.one(&[Stage::Open, Stage::Appealed]),
    };
    let claims = vec![draw.one(ClaimKind::VARIANTS), draw.one(ClaimKind::VARIANTS)];
    let mut findings = Findings::default();
    findings.figures = figures(draw);
    for _ in 0..draw.below(10) {
        findings.enter(draw.one(Fact::VARIANTS), draw.one(&[Truth::Established, Truth::NotEstablished, Truth::Open]));
    }
    Question { terms, claims, findings }
}

/// A decision as recommended.
fn record(draw: &mut Draw, edition: &Edition) -> DecisionRecord {
    let Question { terms, claims, findings } = question(draw);
    let recommendation = adjudicate(&edition.disputes.standards, &terms, &claims, &findings);
    let at: Time = Time::UNIX_EPOCH;
    let outcome = Outcome {
        to_merchant: recommendation.to_merchant,
        compensation: recommendation.compensation,
        extension_seconds: recommendation.extension_seconds,
        data_download: recommendation.data_download,
        rules: recommendation.rules(),
        edition: edition.id.clone(),
        at,
    };
    let record = DecisionRecord {
        case: CaseId(Uuid::now_v7()),
        instance: Instance::First,
        terms,
        claims,
        findings,
        evidence: [(draw.one(Fact::VARIANTS), vec![2, 3])].into(),
        figures_rest_on: vec![3],
        figure_reasons: "As the receipts say.".into(),
        further_entries: vec![],
        says: recommendation
            .rules()
            .iter()
            .filter_map(|article| Words::of(article, &edition.disputes.standards))
            .collect(),
        unproven: recommendation.burdens.iter().filter(|burden| burden.against.is_some()).cloned().collect(),
        articles: recommendation.rules(),
        recommendation,
        outcome,
        departure: String::new(),
        edition: edition.id.clone(),
        edition_hash: edition.hash.clone(),
        automation: Automation::Confirmed,
        decided_by: "bench".into(),
        confirmed_by: None,
        at_stake: terms.paid,
        alone_up_to: terms.paid,
        redress: None,
        file_entries: 3,
        file_head: Digest::of(b"a case file"),
        at,
    };
    debug_assert_eq!(replay(&record, &edition.disputes.standards), Replay::Same);
    record
}

fn figures(draw: &mut Draw) -> Figures {
    let share = |draw: &mut Draw| Share::of(draw.below(10_001) as u16);
    Figures {
        kept_value_share: draw.maybe(share).flatten(),
        used_value_share: draw.maybe(share).flatten(),
        performed_share: draw.maybe(share).flatten(),
        service_cost: draw.maybe(|draw| draw.below(100_000)),
        avoidable_cost: draw.maybe(|draw| draw.below(10_000)),
        losses: draw.maybe(|draw| draw.below(1_000_000)),
        agreed_to_merchant: draw.maybe(|draw| draw.below(5_000_000)),
        ..Figures::default()
    }
}
