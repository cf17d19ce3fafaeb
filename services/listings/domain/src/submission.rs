//! Submitting a draft: screened at once, and rejected, queued for a moderator, or published.
use crate::content::Content;
use crate::event::Event;
use crate::machine::{Decided, Listings};
use crate::refusal::Refusal;
use crate::sale;
use crate::screening::{Finding, How, Screener, Verdict};
use crate::state::{Record, Revision};
use kernel::{Context, Decision, Redress, RuleId};
use rulebook::listings::Severity;
use std::collections::BTreeSet;

/// How many findings an event carries.
const MAX_FINDINGS: usize = 100;

pub(crate) fn submit(record: &Record, ctx: &Context<'_, Listings>) -> Decided {
    let revision = record.draft().ok_or(Refusal::NoDraft)?;
    let content = drafted(revision, ctx);
    let mut findings = Screener::of(ctx.rules).screen(record.category, record.agent_operation, content);
    findings.extend(core_change(record, revision, content, ctx));
    let verdict = Verdict::of(&findings);
    let (findings, left_out) = hardest(findings);
    let rejection = (verdict == Verdict::Reject).then(|| rejected(revision, &findings, ctx));
    let screened = Event::Screened { revision: revision.id, edition: ctx.edition.clone(), verdict, findings, left_out };
    if let Some(rejection) = rejection {
        return Ok(vec![screened, rejection]);
    }
    // Without price and unit there are no terms, and the screening has rejected it.
    let Some(terms) = content.terms(revision, record.category, record.agent_operation) else {
        return Ok(vec![screened.clone(), rejected(revision, &[], ctx)]);
    };
    let mut events = vec![screened];
    match verdict {
        Verdict::Pass => {
            let by = ctx.actor.sub.clone();
            events.extend(sale::publish(record, &terms, ctx.edition, (by, true, None), ctx));
        }
        Verdict::Review | Verdict::Reject => events.push(Event::Queued {
            revision: revision.id,
            edition: ctx.edition.clone(),
            terms: Box::new(terms),
            decide_by: ctx.calendar.after(ctx.now, ctx.procedure.windows.moderation),
        }),
    }
    Ok(events)
}

/// The content of the draft as it was written in the same commit as its hash.
fn drafted<'a>(revision: &Revision, ctx: &Context<'a, Listings>) -> &'a Content {
    match &ctx.facts.draft {
        Some(content) if content.hash() == revision.content_hash => content,
        Some(_) => panic!("the stored content of {} is not what was drafted", revision.id),
        None => panic!("the content of {} was not loaded", revision.id),
    }
}

/// M5.24: after the first that passed, a change of the core function is looked at by a person.
fn core_change(
    record: &Record,
    revision: &Revision,
    content: &Content,
    ctx: &Context<'_, Listings>,
) -> Option<Finding> {
    let approved = record.approved.as_ref()?;
    let key = ctx.rules.elements.core(record.category)?;
    let text = content.elements.get(key)?;
    (approved.revision.core_hash != revision.core_hash).then(|| Finding {
        rule: RuleId::of("M5.24"),
        row: Some(RuleId::of("M5.24")),
        severity: Severity::Review,
        field: format!("elements.{key}"),
        start: 0,
        end: text.chars().count(),
        text: text.chars().take(200).collect(),
        seen_as: "core_function".into(),
        how: How::Changed,
        confidence: 1.0,
        hint: "The core function was changed: a moderator looks whether it still fits the category.".into(),
    })
}

/// The hardest findings, in their order, and how many are left out.
fn hardest(findings: Vec<Finding>) -> (Vec<Finding>, u32) {
    let all = findings.len();
    let mut places: Vec<usize> = (0..all).collect();
    places.sort_by_key(|place| std::cmp::Reverse(findings[*place].severity));
    let kept: BTreeSet<usize> = places.into_iter().take(MAX_FINDINGS).collect();
    let left_out = u32::try_from(all - kept.len()).unwrap_or(u32::MAX);
    let findings = findings.into_iter().enumerate().filter(|(place, _)| kept.contains(place));
    (findings.map(|(_, finding)| finding).collect(), left_out)
}

/// The statement of reasons: the rules, the words that broke them, how to mend each.
fn rejected(revision: &Revision, findings: &[Finding], ctx: &Context<'_, Listings>) -> Event {
    let hard: Vec<_> = findings.iter().filter(|finding| finding.severity == Severity::Reject).collect();
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
            edition: ctx.edition.clone(),
            facts: hard.iter().map(|finding| finding.fact()).collect(),
            evidence: vec![revision.content_hash.clone()],
            reasons: hints.join(" "),
            by: "screening".into(),
            automated: true,
            redress: Some(Redress { action: "revise".into(), until: None }),
        },
    }
}
