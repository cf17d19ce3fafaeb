//! When a notice counts as delivered (D1.1.3).
use super::Ctx;
use super::command::Draft;
use super::event::Event;
use super::state::{Made, Notice, Served};
use kernel::{RuleId, ServedBy};
use sha2::{Digest, Sha256};

/// Puts it into the inbox; served at once where the rulebook asks for no time there. Made before is "already so".
pub(super) fn make(notice: &Notice, draft: &Draft, ctx: &Ctx<'_>) -> Vec<Event> {
    if notice.made().is_some() {
        return vec![];
    }
    let serve_by = ctx.calendar.after(ctx.now, ctx.procedure.inbox);
    let language = ctx.facts.language;
    let said = draft.text(language);
    let made = Event::Made {
        recipient: draft.recipient,
        about: Box::new(draft.about.clone()),
        language,
        subject: said.subject.clone(),
        text: said.text.clone(),
        content_hash: hex::encode(Sha256::digest(format!("{}\n\n{}", said.subject, said.text))),
        email: ctx.facts.email.clone(),
        serve_by,
        at: ctx.now,
        rules: draft.rules.clone(),
    };
    let served = (serve_by <= ctx.now).then(|| event(ServedBy::Inbox, ctx));
    [made].into_iter().chain(served).collect()
}

/// Read once; again is "already so".
pub(super) fn read(made: &Made, ctx: &Ctx<'_>) -> Vec<Event> {
    if made.read_at.is_some() {
        return vec![];
    }
    let read = Event::Read { person: ctx.actor.sub.clone(), at: ctx.now };
    [read].into_iter().chain(served(made, ServedBy::Read, ctx)).collect()
}

/// Served by this, unless it was served before.
pub(super) fn served(made: &Made, by: ServedBy, ctx: &Ctx<'_>) -> Option<Event> {
    made.served.is_none().then(|| event(by, ctx))
}

fn event(by: ServedBy, ctx: &Ctx<'_>) -> Event {
    Event::Served(Served { by, at: ctx.now, rules: vec![RuleId::of("D1.1.3")] })
}
