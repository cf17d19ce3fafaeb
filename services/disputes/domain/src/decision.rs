//! The decision and its award (D1.1.4, D1.6.2, A8): full, partial or no refund, on articles of the pinned edition (X27).
//!
//! The recommended outcome is computed again when a decision is made and kept beside it; departing from it needs
//! reasons; above an amount of the rulebook a second arbitrator confirms exactly the draft. On an appeal the second
//! decision replaces the first and is final. The money waits until the appeal window has passed (W17). A case in
//! another forum does not stop the award; its outcome, reported, is followed ([`crate::forum`]).
use crate::adjudication::{Recommendation, Truth};
use crate::appeal::AppealResult;
use crate::assignment::hold;
use crate::casefile::{Clerk, Digest, EntryKind, json};
use crate::command::Draft;
use crate::event::Event;
use crate::evidence::Window;
use crate::findings::check_entries;
use crate::proof::if_unproven;
use crate::proposals::within;
use crate::record::{Automation, DecisionRecord, Instance, Unproven, Words};
use crate::refusal::Refusal;
use crate::standing::{impartial, seat};
use crate::state::{Awaiting, Opened, Outcome, Phase, Side};
use crate::{Ctx, clocks, wording};
use kernel::{CaseId, Decision, Due, Money, Redress, RuleId, Time};

/// The assigned arbitrator, and none who acted for a side or decided before; not while evidence is being taken.
pub(crate) fn guard(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    impartial(case, ctx)?;
    seat(case, ctx)?;
    let hearing = &case.bench()?.hearing;
    let due = |side: Side| match hearing.window(side) {
        Window::Asked { due: Due::At(at), .. } => Some(*at),
        Window::Asked { due: Due::Paused { .. }, .. } | Window::Unasked | Window::Sealed | Window::Closed => None,
    };
    match [due(Side::Provider), due(Side::Merchant)].into_iter().flatten().max() {
        Some(until) if hearing.is_open() => Err(Refusal::EvidenceOpen { until }),
        Some(_) | None => Ok(()),
    }
}

/// Another impartial arbitrator, while a draft waits.
pub(crate) fn may_confirm(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    impartial(case, ctx)?;
    let awaiting = awaiting(case)?;
    if awaiting.by == ctx.actor.sub { Err(Refusal::SamePerson) } else { Ok(()) }
}

fn awaiting(case: &Opened) -> Result<&Awaiting, Refusal> {
    case.bench()?.awaiting.as_ref().ok_or(Refusal::NothingToConfirm)
}

/// Decides as the draft says, or hands it to a second person.
pub(crate) fn decide(case: &Opened, draft: &Draft, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let recommendation = checked(case, draft, ctx)?;
    if at_stake(case, draft).minor <= ctx.procedure.alone_up_to(case.opening.amount.currency).minor {
        return Ok(made(case, draft, recommendation, (&ctx.actor.sub, None), ctx));
    }
    let hash = hash_of(draft);
    if awaiting(case).is_ok_and(|awaiting| awaiting.draft == hash) {
        return Ok(vec![]);
    }
    Ok(vec![Event::DecisionDrafted {
        by: ctx.actor.sub.clone(),
        draft: Box::new(draft.clone()),
        hash,
        recommendation: Box::new(recommendation),
        rules: vec![RuleId::of("D1.1.4")],
    }])
}

/// Confirms exactly the draft that waits.
pub(crate) fn confirm(case: &Opened, draft: &Draft, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let awaiting = awaiting(case)?;
    if awaiting.draft != hash_of(draft) {
        return Err(Refusal::DraftDiffers);
    }
    let recommendation = checked(case, draft, ctx)?;
    Ok(made(case, draft, recommendation, (&awaiting.by, Some(&ctx.actor.sub)), ctx))
}

/// Gives the draft back: the arbitrator who holds the case thinks again, for a whole hold anew.
pub(crate) fn give_back(reasons: &str, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    wording::required(reasons, "reasons", wording::STATEMENT)?;
    let until = clocks::for_staff(ctx, |rules| rules.lease);
    Ok(vec![Event::DecisionReturned { by: ctx.actor.sub.clone(), reasons: reasons.to_owned(), until }])
}

/// A draft that waits falls by what follows: the hold of the arbitrator in the seat, which stood still, runs anew.
pub(crate) fn hold_anew(case: &Opened, ctx: &Ctx<'_>) -> Vec<Event> {
    let bench = case.bench_seen().filter(|bench| bench.awaiting.is_some());
    let seat = bench.and_then(|bench| bench.seat.as_ref());
    seat.map(|seat| hold(&seat.arbitrator, ctx)).into_iter().collect()
}

/// The hash by which a second person names the draft.
fn hash_of(draft: &Draft) -> Digest {
    Digest::of_json(&json(draft))
}

/// What was paid, and what would be owed beyond it.
fn at_stake(case: &Opened, draft: &Draft) -> Money {
    let paid = case.opening.amount;
    Money::new(paid.minor.saturating_add(draft.compensation.minor), paid.currency)
}

/// The recommendation, once the draft holds.
fn checked(case: &Opened, draft: &Draft, ctx: &Ctx<'_>) -> Result<Recommendation, Refusal> {
    check_amounts(case, draft, ctx)?;
    check_grounds(case, draft, ctx)?;
    let recommendation = case.recommendation(&ctx.rules.standards);
    wording::optional(&draft.departure, "departure", wording::REASONS)?;
    if departs(draft, &recommendation) && draft.departure.trim().is_empty() {
        return Err(Refusal::DepartureWithoutReasons { to_merchant: recommendation.to_merchant });
    }
    Ok(recommendation)
}

/// Whether the draft brings about something else, or leaves the governing article out.
fn departs(draft: &Draft, recommended: &Recommendation) -> bool {
    let is_other_outcome = (draft.to_merchant, draft.compensation)
        != (recommended.to_merchant, recommended.compensation)
        || (draft.extension_seconds, draft.data_download) != (recommended.extension_seconds, recommended.data_download);
    let governing = recommended.articles.first();
    is_other_outcome || governing.is_some_and(|governing| !draft.rules.contains(&governing.article))
}

fn check_amounts(case: &Opened, draft: &Draft, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let paid = case.opening.amount;
    within(draft.to_merchant, paid, "to_merchant")?;
    // Liability for losses may exceed the price (D3.1.4): only its sign and its currency are bounded.
    if draft.compensation.currency != paid.currency || draft.compensation.minor < 0 {
        return Err(Refusal::AmountOutOfRange { field: "compensation", currency: paid.currency });
    }
    extension(draft.extension_seconds)?;
    let is_granted = draft.rules.iter().any(|rule| ctx.rules.compensating.contains(rule));
    if draft.compensation.is_positive() && !is_granted {
        return Err(Refusal::CompensationWithoutGround);
    }
    Ok(())
}

/// An extension of use is of some use, and ends some day (D3.1.3).
pub(crate) fn extension(seconds: Option<u64>) -> Result<(), Refusal> {
    if seconds.is_none_or(|seconds| seconds <= LONGEST_EXTENSION) { Ok(()) } else { Err(Refusal::ExtensionTooLong) }
}

/// Ten years, in seconds.
const LONGEST_EXTENSION: u64 = 3_653 * 86_400;

fn check_grounds(case: &Opened, draft: &Draft, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    if draft.rules.is_empty() {
        return Err(Refusal::RulesMissing);
    }
    if draft.rules.len() > wording::LIST {
        return Err(Refusal::ListTooLong { field: "rules" });
    }
    let articles = &ctx.rules.articles;
    if let Some(rule) = draft.rules.iter().find(|rule| !articles.allow(rule, case.opening.category)) {
        return Err(Refusal::RuleUnknown { rule: rule.clone() });
    }
    if draft.facts.is_empty() && case.found.facts.is_empty() {
        return Err(Refusal::FactsMissing);
    }
    wording::list(&draft.facts, "facts", wording::SENTENCE)?;
    check_entries(case, &draft.evidence, "evidence")?;
    wording::required(&draft.reasons, "reasons", wording::REASONS)
}

/// The decision of the first instance, or on the appeal; the latter is final at once.
fn made(
    case: &Opened,
    draft: &Draft,
    recommendation: Recommendation,
    (by, confirmed_by): (&str, Option<&str>),
    ctx: &Ctx<'_>,
) -> Vec<Event> {
    let outcome = Outcome {
        to_merchant: draft.to_merchant,
        compensation: draft.compensation,
        extension_seconds: draft.extension_seconds,
        data_download: draft.data_download,
        rules: draft.rules.clone(),
        edition: case.opening.edition.clone(),
        at: ctx.now,
    };
    let appeal_by = clocks::for_party(ctx, ctx.now, |rules| rules.appeal);
    let mut record = record(case, draft, recommendation, &outcome, ctx);
    record.decided_by = by.to_owned();
    record.confirmed_by = confirmed_by.map(str::to_owned);
    record.redress = Some(redress(record.instance, appeal_by));
    let decision = Box::new(decision(case, draft, &record));
    let mut clerk = Clerk::new(&case.file, ctx.now, ctx.party);
    let mut filed = clerk.file(EntryKind::Decision, None, &record.as_filed());
    filed.content = None;
    let record = Box::new(record);
    match &case.phase {
        Phase::Appealed(appealed) => {
            let result = AppealResult::of(&appealed.ruling.outcome, &outcome);
            let reversals = result.reversals(case);
            let final_award = awarded(&outcome, ctx);
            vec![Event::AppealDecided { result, decision, outcome, record, reversals, filed }, final_award]
        }
        Phase::Pending(_) | Phase::Decided(_) | Phase::Closed(_) => {
            vec![Event::Decided { decision, outcome, record, appeal_by, filed }]
        }
    }
}

/// D1.1.4: after the appeal a party may still go elsewhere; the decision is carried out meanwhile.
fn redress(instance: Instance, appeal_by: Time) -> Redress {
    match instance {
        Instance::First => Redress { action: "appeal".into(), until: Some(appeal_by) },
        Instance::Appeal => Redress { action: "other_forum".into(), until: None },
    }
}

fn record(
    case: &Opened,
    draft: &Draft,
    recommendation: Recommendation,
    outcome: &Outcome,
    ctx: &Ctx<'_>,
) -> DecisionRecord {
    let departed = departs(draft, &recommendation);
    DecisionRecord {
        case: CaseId(ctx.id),
        instance: match &case.phase {
            Phase::Appealed(_) => Instance::Appeal,
            Phase::Pending(_) | Phase::Decided(_) | Phase::Closed(_) => Instance::First,
        },
        terms: case.terms(),
        claims: case.claims.clone(),
        findings: case.found.findings(),
        evidence: case.found.facts.iter().map(|(fact, found)| (*fact, found.rests_on.clone())).collect(),
        figures_rest_on: case.found.figures_rest_on.clone(),
        figure_reasons: case.found.figure_reasons.clone(),
        further_entries: draft.evidence.clone(),
        says: draft.rules.iter().filter_map(|article| Words::of(article, &ctx.rules.standards)).collect(),
        unproven: recommendation.burdens.iter().filter(|burden| burden.against.is_some()).cloned().collect(),
        recommendation,
        outcome: outcome.clone(),
        departure: if departed { draft.departure.clone() } else { String::new() },
        articles: draft.rules.clone(),
        edition: case.opening.edition.clone(),
        edition_hash: ctx.rules.edition_hash.clone(),
        automation: if departed { Automation::Departed } else { Automation::Confirmed },
        decided_by: String::new(),
        confirmed_by: None,
        at_stake: at_stake(case, draft),
        alone_up_to: ctx.procedure.alone_up_to(case.opening.amount.currency),
        redress: None,
        file_entries: case.file.entries,
        file_head: case.file.head,
        at: ctx.now,
    }
}

/// As every adverse act is told: each finding with its entries, and against whom what stayed unproven goes.
fn decision(case: &Opened, draft: &Draft, record: &DecisionRecord) -> Decision {
    let found = case.found.facts.iter().map(|(fact, found)| match found.truth {
        Truth::Established => format!("{fact}: established"),
        Truth::NotEstablished => format!("{fact}: not established"),
        Truth::Open => format!("{fact}: open"),
    });
    let figures = record.figures().into_iter().map(|(figure, text)| format!("{figure}: {text}"));
    let unproven = record
        .left_unproven()
        .into_iter()
        .map(|Unproven { about, against, rule }| format!("{about}: not proven; {}", if_unproven(against, &rule)));
    let entries = record.entries().into_iter().map(|number| format!("entry {number}"));
    let reasons = if record.departure.is_empty() {
        draft.reasons.clone()
    } else {
        format!("{}\n\nWhy the decision departs from what follows by rule: {}", draft.reasons, record.departure)
    };
    Decision {
        rules: draft.rules.clone(),
        edition: record.edition.clone(),
        facts: found.chain(figures).chain(unproven).chain(draft.facts.iter().cloned()).collect(),
        evidence: entries.collect(),
        reasons,
        by: record.decided_by.clone(),
        automated: false,
        redress: record.redress.clone(),
    }
}

/// W17: nobody appealed; the decision is final and its award is carried out.
pub(crate) fn unappealed(case: &Opened, ctx: &Ctx<'_>) -> Option<Event> {
    match &case.phase {
        Phase::Decided(ruling) => Some(awarded(&ruling.outcome, ctx)),
        Phase::Pending(_) | Phase::Appealed(_) | Phase::Closed(_) => None,
    }
}

/// The outcome is final now.
pub(crate) fn awarded(outcome: &Outcome, ctx: &Ctx<'_>) -> Event {
    Event::Awarded { outcome: Outcome { at: ctx.now, ..outcome.clone() } }
}
