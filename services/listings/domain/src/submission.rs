//! Submitting a draft: it was screened in the same transaction, and is rejected, queued for a moderator, or published.
use crate::content::Content;
use crate::event::Event;
use crate::facts::Drafted;
use crate::machine::{Decided, Listings};
use crate::refusal::Refusal;
use crate::sale;
use crate::screening::{Screening, fact};
use crate::state::{Record, Revision};
use kernel::{Context, Decision, Redress, RuleId};
use moderation::{Finding, How, Severity, Verdict, View};

pub(crate) fn submit(record: &Record, ctx: &Context<'_, Listings>) -> Decided {
    let revision = record.draft().ok_or(Refusal::NoDraft)?;
    let Drafted { content, screening } = drafted(revision, ctx);
    let mut screening = screening.clone();
    screening.add(core_change(record, revision, content, &screening, ctx));
    let (verdict, edition) = (screening.verdict, screening.edition.clone());
    let rejection = (verdict == Verdict::Reject).then(|| rejected(revision, &screening));
    let screened = Event::Screened { revision: revision.id, screening: Box::new(screening.clone()) };
    if let Some(rejection) = rejection {
        return Ok(vec![screened, rejection]);
    }
    // Without price and unit there are no terms, and the screening has rejected it.
    let Some(terms) = content.terms(revision, record.category, record.agent_operation) else {
        return Ok(vec![screened, rejected(revision, &screening)]);
    };
    let mut events = vec![screened];
    match verdict {
        Verdict::Pass => {
            let by = ctx.actor.sub.clone();
            events.extend(sale::publish(record, &terms, &edition, (by, true, None), ctx));
        }
        Verdict::Review | Verdict::Reject => events.push(Event::Queued {
            revision: revision.id,
            edition,
            terms: Box::new(terms),
            decide_by: ctx.calendar.after(ctx.now, ctx.procedure.windows.moderation),
        }),
    }
    Ok(events)
}

/// The draft as it was written in the same commit as its hash.
fn drafted<'a>(revision: &Revision, ctx: &Context<'a, Listings>) -> &'a Drafted {
    match &ctx.facts.draft {
        Some(drafted) if drafted.content.hash() == revision.content_hash => drafted,
        Some(_) => panic!("the stored content of {} is not what was drafted", revision.id),
        None => panic!("the content of {} was not loaded", revision.id),
    }
}

/// M5.24: after the first that passed, every change of the core function is looked at by a person; the engine says so
/// itself where the function is quite another one.
fn core_change(
    record: &Record,
    revision: &Revision,
    content: &Content,
    screening: &Screening,
    ctx: &Context<'_, Listings>,
) -> Option<Finding> {
    let approved = record.approved.as_ref()?;
    let key = ctx.rules.elements.core(record.category)?;
    let text = content.elements.get(key)?;
    let rule = RuleId::of("M5.24");
    let is_said = screening.findings.iter().any(|finding| finding.rule == rule);
    let changed = approved.revision.core_hash != revision.core_hash && !is_said;
    changed.then(|| Finding {
        row: Some(rule.clone()),
        rule,
        edition: screening.edition.clone(),
        list: None,
        severity: Severity::Review,
        field: format!("elements.{key}"),
        start: 0,
        end: text.chars().count(),
        text: text.chars().take(200).collect(),
        seen_as: key.to_owned(),
        how: How::by(View::Changed).twin("the reviewed core function"),
        confidence: 0.5,
        hint: "The core function was changed: a moderator looks whether it still fits the category.".into(),
        also: None,
    })
}

/// The statement of reasons: the rules, the words that broke them, how to mend each.
fn rejected(revision: &Revision, screening: &Screening) -> Event {
    let hard: Vec<_> = screening.findings.iter().filter(|finding| finding.severity == Severity::Reject).collect();
    let mut rules: Vec<RuleId> = vec![];
    for rule in hard.iter().flat_map(|finding| std::iter::once(&finding.rule).chain(&finding.row)) {
        if !rules.contains(rule) {
            rules.push(rule.clone());
        }
    }
    if rules.is_empty() {
        rules.push(RuleId::of("M5.13"));
    }
    let mut hints: Vec<&str> = vec![];
    for finding in &hard {
        if !hints.contains(&finding.hint.as_str()) {
            hints.push(&finding.hint);
        }
    }
    Event::RevisionRejected {
        revision: revision.id,
        decision: Decision {
            rules,
            edition: screening.edition.clone(),
            facts: hard.iter().map(|finding| fact(finding)).collect(),
            evidence: vec![revision.content_hash.clone()],
            reasons: hints.join(" "),
            by: "screening".into(),
            automated: true,
            redress: Some(Redress { action: "revise".into(), until: None }),
        },
    }
}
