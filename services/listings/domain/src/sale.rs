//! What is on sale: publishing, and what the provider's standing does to it.
use crate::event::{Ending, Event};
use crate::facts::Lack;
use crate::machine::Listings;
use crate::state::{Hold, Record};
use kernel::{Context, Decision, EditionId, RuleId, Terms};
use std::collections::BTreeSet;

/// A revision passes; removals that waited for a correction end with it. `judged`: by whom, automated, note.
pub(crate) fn publish(
    record: &Record,
    terms: &Terms,
    edition: &EditionId,
    judged: (String, bool, Option<String>),
    ctx: &Context<'_, Listings>,
) -> Vec<Event> {
    let (by, automated, note) = judged;
    let mut events = vec![];
    // What hid an earlier revision has passed, though its message is still under way: guards have seen the facts.
    events.extend(entitled(record, ctx));
    events.push(Event::Published {
        revision: terms.revision,
        terms: Box::new(terms.clone()),
        edition: edition.clone(),
        by,
        automated,
        note,
        qualification: ctx.facts.qualification_sequence(),
    });
    let corrected = record.measures.iter().filter(|measure| match measure.hold {
        Hold::Removal { served, correction, .. } => served && correction,
        Hold::Block { .. } => false,
    });
    events.extend(corrected.map(|measure| Event::MeasureEnded {
        measure: measure.id,
        ending: Ending::Corrected,
        reasons: None,
    }));
    events
}

/// The provider takes it off sale; what is in the queue goes back to the drafts.
pub(crate) fn withdraw(record: &Record) -> Vec<Event> {
    let recalled = record.queued().map(|queued| Event::Recalled { revision: queued.revision.id, decision: None });
    recalled.into_iter().chain([Event::Withdrawn]).collect()
}

pub(crate) fn republish(record: &Record, ctx: &Context<'_, Listings>) -> Vec<Event> {
    let mut events: Vec<_> = entitled(record, ctx).into_iter().collect();
    events.push(Event::Republished { qualification: ctx.facts.qualification_sequence() });
    events
}

/// Hides or shows the listing by what is known of the provider now. Reads the facts of its own transaction, hence is
/// right however late, often or out of order it is asked.
pub(crate) fn recheck(record: &Record, ctx: &Context<'_, Listings>) -> Vec<Event> {
    let lacks = ctx.facts.lacks();
    if lacks == record.lacks {
        return vec![];
    }
    if lacks.is_empty() {
        return entitled(record, ctx).into_iter().collect();
    }
    let decision = disentitling(&lacks, ctx);
    let recalled = record
        .queued()
        .map(|queued| Event::Recalled { revision: queued.revision.id, decision: Some(decision.clone()) });
    std::iter::once(Event::ProviderDisentitled { lacks, decision }).chain(recalled).collect()
}

fn entitled(record: &Record, ctx: &Context<'_, Listings>) -> Option<Event> {
    let qualification = ctx.facts.qualification_sequence();
    (!record.lacks.is_empty()).then_some(Event::ProviderEntitled { qualification })
}

fn disentitling(lacks: &BTreeSet<Lack>, ctx: &Context<'_, Listings>) -> Decision {
    let rules: Vec<RuleId> = lacks.iter().map(|lack| lack.rule()).collect();
    Decision {
        rules,
        edition: ctx.edition.clone(),
        facts: lacks.iter().map(|lack| format!("lacks {lack}")).collect(),
        evidence: vec![format!("qualification, message {}", ctx.facts.qualification_sequence())],
        reasons:
            "A provider sells only what it is qualified for, with its deposit paid and while it stays in the market."
                .into(),
        by: ctx.actor.sub.clone(),
        automated: true,
        redress: None,
    }
}
