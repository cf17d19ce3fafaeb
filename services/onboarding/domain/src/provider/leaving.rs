//! Leaving the market: by the provider's wish, by clearance, and for good.
use super::event::Event;
use super::refusal::Refusal;
use super::state::{Exit, ExitCause, Profile, Provider};
use super::{Facts, Providers};
use crate::grounds::{self, says_something};
use kernel::{Context, Decision, ProviderId, RuleId};

type Ctx<'a> = Context<'a, Providers>;
type Decided = Result<Vec<Event>, Refusal>;

/// A voluntary exit waits until orders, cases and complaints are finished.
pub(super) fn request(reason: &str, ctx: &Ctx<'_>) -> Decided {
    if reason.chars().count() > 1_000 {
        return Err(Refusal::Text { field: "reason", max: 1_000 });
    }
    let rules = vec![RuleId::of("X21")];
    let mut events = vec![Event::ExitRequested { reason: reason.to_owned(), open: *ctx.facts, rules }];
    events.extend(voluntary(ctx));
    Ok(events)
}

pub(super) fn check(profile: &Profile, ctx: &Ctx<'_>) -> Decided {
    Ok(match profile.exit {
        Exit::Requested => voluntary(ctx).into_iter().collect(),
        Exit::Stays | Exit::Exited { .. } => vec![],
    })
}

fn voluntary(ctx: &Ctx<'_>) -> Option<Event> {
    let finished = *ctx.facts == Facts::default();
    finished.then_some(Event::Exited { cause: ExitCause::Voluntary, exited_at: ctx.now, decision: None })
}

/// X21: a clearance does not wait.
pub(super) fn close(profile: &Profile, rules: &[RuleId], reasons: &str, ctx: &Ctx<'_>) -> Decided {
    if profile.exited_at().is_some() {
        return Ok(vec![]);
    }
    let decision = adverse(rules, reasons, ctx)?;
    Ok(vec![Event::Exited { cause: ExitCause::Clearance, exited_at: ctx.now, decision: Some(decision) }])
}

/// C2, C3, C4: new applications are refused. Whoever is barred need not have been known before (X23).
pub(super) fn bar(
    state: &Provider,
    rules: &[RuleId],
    reasons: &str,
    related_to: Option<ProviderId>,
    ctx: &Ctx<'_>,
) -> Decided {
    let is_known = match state {
        Provider::Absent => false,
        Provider::Registered(profile) if profile.barred.is_some() => return Ok(vec![]),
        Provider::Registered(_) => true,
    };
    let mut decision = adverse(rules, reasons, ctx)?;
    decision.evidence = related_to.iter().map(ToString::to_string).collect();
    let registered = (!is_known).then_some(Event::Registered { provider: ProviderId(ctx.id) });
    Ok(registered.into_iter().chain([Event::Barred { decision, related_to }]).collect())
}

pub(super) fn lift_bar(profile: &Profile, reasons: &str, ctx: &Ctx<'_>) -> Decided {
    let Some(rule) = &profile.barred else { return Ok(vec![]) };
    Ok(vec![Event::BarLifted { decision: adverse(std::slice::from_ref(rule), reasons, ctx)? }])
}

/// A decision of compliance may rest on rules of its own, so any rule may be named.
fn adverse(rules: &[RuleId], reasons: &str, ctx: &Ctx<'_>) -> Result<Decision, Refusal> {
    if !says_something(reasons, 2_000) {
        return Err(Refusal::Text { field: "reasons", max: 2_000 });
    }
    if !(1..=8).contains(&rules.len()) {
        return Err(Refusal::Grounds);
    }
    Ok(grounds::decision(ctx, rules.to_vec(), vec![], reasons))
}
