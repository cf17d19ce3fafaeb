//! Whether a qualification holds: granting, demands to re-qualify, change reports, suspension, loss; and what lapses.
use super::Qualifications;
use super::command::Command;
use super::event::Event;
use super::refusal::Refusal;
use super::state::{Document, Holding, Standing, SuspensionCause};
use crate::days;
use crate::grounds::{self, Suspected, Suspicion, says_something};
use crate::handout::line;
use chrono::NaiveDate;
use kernel::machine::Due;
use kernel::{Context, Decision, RuleId, Span, Time};
use std::collections::BTreeSet;

type Ctx<'a> = Context<'a, Qualifications>;
type Decided = Result<Vec<Event>, Refusal>;

pub(super) fn grant(command: &Command, ctx: &Ctx<'_>) -> Decided {
    let Command::Grant { provider, category, agent_operation, application, credentials } = command else {
        return Err(Refusal::Missing);
    };
    let documents: Vec<_> = credentials.iter().map(|one| Document::of(one.clone(), ctx.calendar)).collect();
    let (valid_until, renew_from) = validity(&documents, ctx);
    let asked = ctx.rules.category(*category).map(|asked| asked.rule.clone());
    Ok(vec![Event::Granted {
        provider: *provider,
        category: *category,
        agent_operation: *agent_operation,
        application: *application,
        documents,
        valid_until,
        renew_from,
        rules: asked.into_iter().chain([RuleId::of("M3.1"), RuleId::of("M3.3")]).collect(),
        edition: ctx.edition.clone(),
    }])
}

/// When the earliest document lapses, and from when its renewal is due.
pub(super) fn validity(documents: &[Document], ctx: &Ctx<'_>) -> (Option<Time>, Option<Time>) {
    let valid_until = documents.iter().filter_map(|document| document.lapses_at).min();
    (valid_until, valid_until.map(|until| ctx.calendar.before(until, ctx.procedure.renewal_lead)))
}

/// M4.2.f.1: within 30 days of the change. The day of the change counts in the provider's favour: it is not counted.
pub(super) fn report_change(
    holding: &Holding,
    what: &str,
    changed_on: NaiveDate,
    requirement: Option<&str>,
    ctx: &Ctx<'_>,
) -> Decided {
    check_text("what", what, 2_000)?;
    if changed_on > ctx.calendar.day(ctx.now) {
        return Err(Refusal::NotHappened);
    }
    if let Some(key) = requirement {
        line(ctx.rules.category(holding.category), key, "requirement")?;
    }
    let report_by = ctx.calendar.after(days::end_of(changed_on, ctx.calendar), ctx.procedure.change_report_window);
    let late = ctx.now > report_by;
    let mut events = vec![Event::ChangeReported {
        what: what.to_owned(),
        changed_on,
        requirement: requirement.map(str::to_owned),
        report_by,
        late,
        rules: vec![RuleId::of("M4.2.f.1")],
    }];
    if late {
        let facts = vec![format!("changed on {changed_on}, to be reported by {report_by}, reported at {}", ctx.now)];
        events.push(Event::SuspectedViolation(Suspicion::of(Suspected::LateChangeReport, facts, ctx)));
    }
    if let Some(key) = requirement {
        events.push(verify_again(holding, key, ctx));
    }
    Ok(events)
}

/// M3.1: the requirement holds not only at entry, so what changed is verified anew. A clock that runs already is kept:
/// reports do not put off a cure, handing the document in does.
fn verify_again(holding: &Holding, key: &str, ctx: &Ctx<'_>) -> Event {
    let mut outstanding = holding.outstanding();
    outstanding.insert(key.to_owned());
    let facts = vec![format!("{key}: changed")];
    let rules = vec![RuleId::of("M3.1"), RuleId::of("M4.2.f.1")];
    let reasons = "An entry material changed: the requirement is to be verified again.";
    let mut decision = grounds::decision(ctx, rules, facts, reasons);
    decision.by = "service:onboarding".into();
    decision.automated = true;
    let whole = || full_window(holding, ctx.procedure.requalification_window, ctx);
    let due = holding.cure.as_ref().map_or_else(whole, |cure| cure.due);
    Event::RequalificationRequested { outstanding, due, decision }
}

pub(super) fn request(holding: &Holding, requirements: &[String], reasons: &str, ctx: &Ctx<'_>) -> Decided {
    check_text("reasons", reasons, 2_000)?;
    let outstanding = lines(holding, requirements, ctx)?;
    let decision = grounds::decision(ctx, vec![RuleId::of("M3.2"), RuleId::of("M3.1")], vec![], reasons);
    let due = full_window(holding, ctx.procedure.requalification_window, ctx);
    Ok(vec![Event::RequalificationRequested { outstanding, due, decision }])
}

pub(super) fn confirm(holding: &Holding, reasons: &str, ctx: &Ctx<'_>) -> Decided {
    check_text("reasons", reasons, 2_000)?;
    let decision = grounds::decision(ctx, vec![RuleId::of("M3.2"), RuleId::of("M3.3")], vec![], reasons);
    Ok(vec![if holding.standing == Standing::Suspended {
        Event::Restored { decision }
    } else {
        Event::Requalified { decision }
    }])
}

pub(super) fn suspend(
    holding: &Holding,
    reasons: &str,
    rules: &[RuleId],
    requirements: &[String],
    ctx: &Ctx<'_>,
) -> Decided {
    let decision = adverse(holding, reasons, rules, ctx)?;
    let mut outstanding = lines(holding, requirements, ctx)?;
    outstanding.append(&mut holding.outstanding());
    let due = full_window(holding, ctx.procedure.cure_window, ctx);
    Ok(vec![Event::Suspended { cause: SuspensionCause::Decided, decision, outstanding, due }])
}

pub(super) fn revoke(holding: &Holding, reasons: &str, rules: &[RuleId], ctx: &Ctx<'_>) -> Decided {
    let mut decision = adverse(holding, reasons, rules, ctx)?;
    decision.redress = grounds::apply_again();
    Ok(vec![Event::Revoked { decision }])
}

pub(super) fn suspect(suspected: Suspected, findings: &str, ctx: &Ctx<'_>) -> Decided {
    check_text("findings", findings, 2_000)?;
    Ok(vec![Event::SuspectedViolation(Suspicion::of(suspected, vec![findings.to_owned()], ctx))])
}

/// The provider left or was cleared out (X21).
pub(super) fn end(holding: &Holding, rules: &[RuleId], ctx: &Ctx<'_>) -> Decided {
    if holding.standing == Standing::Revoked {
        return Ok(vec![]);
    }
    let reasons = "The provider has left the market.";
    let decision = grounds::decision(ctx, rules.to_vec(), vec!["provider_left".into()], reasons);
    Ok(vec![Event::Revoked { decision }])
}

pub(super) fn expiring(holding: &Holding) -> Vec<Event> {
    vec![Event::Expiring { valid_until: holding.valid_until, rules: vec![RuleId::of("M3.1")] }]
}

/// W32: suspended that day; what was outstanding before stays so.
pub(super) fn document_lapsed(holding: &Holding, ctx: &Ctx<'_>) -> Vec<Event> {
    let lapsed = holding.lapsed_lines(ctx.now);
    let facts = lapsed.iter().map(|key| format!("{key}: document lapsed")).collect();
    let rules = vec![RuleId::of("W32"), RuleId::of("M3.1")];
    let decision = grounds::decision(ctx, rules, facts, "A document that the qualification rests on has lapsed.");
    let outstanding = lapsed.into_iter().chain(holding.outstanding()).collect();
    let due = full_window(holding, ctx.procedure.cure_window, ctx);
    vec![Event::Suspended { cause: SuspensionCause::DocumentLapsed, decision, outstanding, due }]
}

pub(super) fn requalification_failed(holding: &Holding, ctx: &Ctx<'_>) -> Vec<Event> {
    let rules = vec![RuleId::of("M3.2"), RuleId::of("W32")];
    let decision = grounds::decision(ctx, rules, unverified(holding), "The demand to re-qualify was not met in time.");
    vec![Event::Suspended {
        cause: SuspensionCause::RequalificationFailed,
        decision,
        outstanding: holding.outstanding(),
        due: full_window(holding, ctx.procedure.cure_window, ctx),
    }]
}

pub(super) fn not_cured(holding: &Holding, ctx: &Ctx<'_>) -> Vec<Event> {
    let rules = vec![RuleId::of("W32"), RuleId::of("M3.1"), RuleId::of("M3.2")];
    let reasons = "The suspension was not cured in time: the category is lost.";
    let mut decision = grounds::decision(ctx, rules, unverified(holding), reasons);
    decision.redress = grounds::apply_again();
    vec![Event::Revoked { decision }]
}

pub(super) fn review_overdue(ctx: &Ctx<'_>) -> Vec<Event> {
    let review_due = ctx.calendar.after(ctx.now, ctx.procedure.review_window);
    vec![Event::ReviewOverdue { review_due, rules: vec![RuleId::of("W32")] }]
}

fn unverified(holding: &Holding) -> Vec<String> {
    holding.outstanding().iter().map(|key| format!("{key}: not verified")).collect()
}

/// The whole window; it stands still from the start while something waits to be judged.
fn full_window(holding: &Holding, span: Span, ctx: &Ctx<'_>) -> Due {
    let until: Time = ctx.calendar.after(ctx.now, span);
    if holding.pending.is_empty() { Due::At(until) } else { Due::Paused { remaining: until - ctx.now } }
}

fn lines(holding: &Holding, requirements: &[String], ctx: &Ctx<'_>) -> Result<BTreeSet<String>, Refusal> {
    let lines: BTreeSet<_> = requirements.iter().cloned().collect();
    if lines.is_empty() || lines.len() != requirements.len() {
        return Err(Refusal::Lines);
    }
    for key in &lines {
        line(ctx.rules.category(holding.category), key, "requirements")?;
    }
    Ok(lines)
}

fn adverse(holding: &Holding, reasons: &str, rules: &[RuleId], ctx: &Ctx<'_>) -> Result<Decision, Refusal> {
    check_text("reasons", reasons, 2_000)?;
    if !grounds::are_known(rules, ctx.rules.category(holding.category)) {
        return Err(Refusal::UnknownGround);
    }
    Ok(grounds::decision(ctx, rules.to_vec(), vec![], reasons))
}

pub(super) fn check_text(field: &'static str, text: &str, max: usize) -> Result<(), Refusal> {
    if says_something(text, max) { Ok(()) } else { Err(Refusal::Text { field, max }) }
}
