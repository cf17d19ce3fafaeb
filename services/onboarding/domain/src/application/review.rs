//! The reviewers' side: claiming, judging lines, asking for more, deciding; and what lapses.
use super::Applications;
use super::drafting::check_text;
use super::event::Event;
use super::guard::is_unbiased;
use super::refusal::Refusal;
use super::state::{Dossier, Phase, RequirementStatus, Verdict};
use crate::grounds::{self, LAY_JUDGEMENT, Suspected, Suspicion};
use crate::handout::line;
use kernel::{ApplicationId, Context, QualificationId, RuleId};
use uuid::Uuid;

type Ctx<'a> = Context<'a, Applications>;
type Decided = Result<Vec<Event>, Refusal>;

pub(super) fn claim(dossier: &Dossier, ctx: &Ctx<'_>) -> Decided {
    Ok(claimed(dossier, &ctx.actor.sub, None, ctx))
}

pub(super) fn assign(dossier: &Dossier, reviewer: &str, ctx: &Ctx<'_>) -> Decided {
    check_text("reviewer", reviewer, 200)?;
    if is_unbiased(dossier, reviewer).is_err() {
        return Err(Refusal::Form {
            field: "reviewer",
            needed: "one who did not act for the applicant, nor approve before",
        });
    }
    Ok(claimed(dossier, reviewer, Some(ctx.actor.sub.clone()), ctx))
}

fn claimed(dossier: &Dossier, reviewer: &str, assigned_by: Option<String>, ctx: &Ctx<'_>) -> Vec<Event> {
    let until = ctx.calendar.after(ctx.now, ctx.procedure.claim_lease);
    if let Phase::InReview { reviewer: current, lease_until, .. } = &dossier.phase
        && current == reviewer
        && *lease_until == until
    {
        return vec![];
    }
    vec![Event::Claimed { reviewer: reviewer.to_owned(), lease_until: until, assigned_by }]
}

pub(super) fn verify(dossier: &Dossier, key: &str, note: &str, ctx: &Ctx<'_>) -> Decided {
    let asked = line(ctx.rules.category(dossier.entry.category), key, "requirement")?;
    if note.chars().count() > 1_000 {
        return Err(Refusal::Text { field: "note", max: 1_000 });
    }
    match dossier.requirement_status(key, ctx.calendar.day(ctx.now)) {
        RequirementStatus::Missing => Err(Refusal::NothingHandedIn),
        RequirementStatus::Expired => Err(Refusal::Expired),
        RequirementStatus::Verified => Ok(vec![]),
        RequirementStatus::Submitted | RequirementStatus::Rejected => Ok(vec![Event::RequirementVerified {
            requirement: key.to_owned(),
            rule: asked.rule.clone(),
            by: ctx.actor.sub.clone(),
            note: note.to_owned(),
        }]),
    }
}

pub(super) fn reject_requirement(dossier: &Dossier, key: &str, reason: &str, ctx: &Ctx<'_>) -> Decided {
    let asked = line(ctx.rules.category(dossier.entry.category), key, "requirement")?;
    check_text("reason", reason, 1_000)?;
    if !dossier.entry.credentials.iter().any(|credential| credential.requirement == key) {
        return Err(Refusal::NothingHandedIn);
    }
    Ok(vec![Event::RequirementRejected {
        requirement: key.to_owned(),
        rule: asked.rule.clone(),
        by: ctx.actor.sub.clone(),
        reason: reason.to_owned(),
    }])
}

pub(super) fn request_information(dossier: &Dossier, what: &str, about: &[String], ctx: &Ctx<'_>) -> Decided {
    check_text("what", what, 2_000)?;
    if about.len() > 12 {
        return Err(Refusal::Form { field: "requirements", needed: "each line of the checklist at most once" });
    }
    for key in about {
        line(ctx.rules.category(dossier.entry.category), key, "requirements")?;
    }
    Ok(vec![Event::InformationRequested {
        what: what.to_owned(),
        requirements: about.to_vec(),
        by: ctx.actor.sub.clone(),
        due: ctx.calendar.after(ctx.now, ctx.procedure.information_window),
        rules: vec![RuleId::of("M3.2")],
    }])
}

/// The qualification that an approved application brings about: the application's UUID with its last bit turned, for
/// all aggregates of a context share one space of ids.
pub fn qualification_of(application: ApplicationId) -> QualificationId {
    QualificationId(Uuid::from_u128(application.0.as_u128() ^ 1))
}

pub(super) fn approve(dossier: &Dossier, reasons: &str, ctx: &Ctx<'_>) -> Decided {
    check_text("reasons", reasons, 2_000)?;
    let mut rules: Vec<_> = category_rule(dossier, ctx).into_iter().collect();
    rules.extend([RuleId::of("M3.2"), RuleId::of("M3.3")]);
    let needed = dossier.reviewers_needed(ctx.rules);
    if needed > 1 {
        rules.push(RuleId::of("M5.67"));
    }
    let decision = grounds::decision(ctx, rules, verdicts(dossier), reasons);
    if dossier.approvals.len() + 1 < needed {
        let review_due = ctx.calendar.after(ctx.now, ctx.procedure.review_window);
        return Ok(vec![Event::ApprovalRecorded { decision, review_due }]);
    }
    Ok(vec![Event::Approved {
        decision,
        qualification: qualification_of(ApplicationId(ctx.id)),
        credentials: dossier.entry.credentials.clone(),
        notice: LAY_JUDGEMENT.into(),
    }])
}

pub(super) fn reject(
    dossier: &Dossier,
    reasons: &str,
    rules: &[RuleId],
    suspected: Option<Suspected>,
    ctx: &Ctx<'_>,
) -> Decided {
    check_text("reasons", reasons, 2_000)?;
    if !grounds::are_known(rules, ctx.rules.category(dossier.entry.category)) {
        return Err(Refusal::UnknownGround);
    }
    let facts = verdicts(dossier);
    let mut events = vec![];
    if let Some(suspected) = suspected {
        events.push(Event::SuspectedViolation(Suspicion::of(suspected, facts.clone(), ctx)));
    }
    let mut decision = grounds::decision(ctx, rules.to_vec(), facts, reasons);
    decision.redress = grounds::apply_again();
    events.push(Event::Rejected { decision, notice: LAY_JUDGEMENT.into() });
    Ok(events)
}

/// W32: nothing passes by silence; back to the queue, with a new window for whoever takes it.
pub(super) fn overdue(dossier: &Dossier, ctx: &Ctx<'_>) -> Vec<Event> {
    vec![Event::ReviewOverdue {
        reviewer: reviewer(dossier),
        times: dossier.overdue + 1,
        review_due: ctx.calendar.after(ctx.now, ctx.procedure.review_window),
        rules: vec![RuleId::of("W32")],
    }]
}

pub(super) fn lease_expired(dossier: &Dossier) -> Vec<Event> {
    reviewer(dossier).map(|reviewer| Event::LeaseExpired { reviewer }).into_iter().collect()
}

pub(super) fn unanswered(ctx: &Ctx<'_>) -> Vec<Event> {
    let facts = vec!["information_not_provided".to_owned()];
    let reasons = "The information asked for did not come within its window: the application lapses.";
    let mut decision = grounds::decision(ctx, vec![RuleId::of("M3.2")], facts, reasons);
    decision.redress = grounds::apply_again();
    vec![Event::Lapsed { decision }]
}

fn reviewer(dossier: &Dossier) -> Option<String> {
    match &dossier.phase {
        Phase::InReview { reviewer, .. } => Some(reviewer.clone()),
        Phase::Draft
        | Phase::Submitted { .. }
        | Phase::InformationRequested { .. }
        | Phase::Approved
        | Phase::Rejected
        | Phase::Lapsed
        | Phase::Withdrawn => None,
    }
}

/// The reviewer's verdicts, as facts of a decision.
fn verdicts(dossier: &Dossier) -> Vec<String> {
    let verdict = |(key, verdict): (&String, &Verdict)| match verdict {
        Verdict::Verified => format!("{key}: verified"),
        Verdict::Rejected => format!("{key}: rejected"),
    };
    dossier.verdicts.iter().map(verdict).collect()
}

fn category_rule(dossier: &Dossier, ctx: &Ctx<'_>) -> Option<RuleId> {
    ctx.rules.category(dossier.entry.category).map(|asked| asked.rule.clone())
}
