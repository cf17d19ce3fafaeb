//! From a change to its rows: aggregate, journal, claims, deadlines, outbox. And back: the journal folds to the state.
use crate::host::{Change, Entry, Host, MachineOf, Outbound};
use crate::rows::Rows;
use contracts::Message;
use kernel::machine::IntoName;
use kernel::{Deadline, Due, Machine, Party, Time, Timer, run};
use uuid::Uuid;

/// The largest state that is stored, in bytes of JSON.
pub const MAX_STATE: usize = 32 * 1024;

/// What surrounds a change when it is written.
pub(crate) struct Envelope<'a> {
    pub context: &'static str,
    pub published: i64,
    pub lapsed: usize,
    pub party: Option<Party>,
    pub correlation: Option<&'a str>,
    pub causation: Option<&'a str>,
}

/// Namespace of message ids: the same fact always makes the same message.
const MESSAGES: Uuid = Uuid::from_u128(0x6c9f_2f0e_6a53_5b0c_9d0a_3a35_2f7a_9be1);

/// Adds the rows of a change; `state` is the state afterwards as JSON.
pub(crate) fn write<H: Host>(
    host: &H,
    change: &Change<MachineOf<H>>,
    state: String,
    envelope: &Envelope<'_>,
    rows: &mut Rows,
) {
    let published = entries(host, change, envelope, rows);
    let a = &mut rows.aggregates;
    a.id.push(change.id);
    a.kind.push(MachineOf::<H>::KIND);
    a.version.push(change.version);
    a.published.push(published);
    a.status.push(MachineOf::<H>::status(&change.after));
    a.state.push(state);
    a.schema.push(crate::SCHEMA);
    a.edition.push(MachineOf::<H>::edition(&change.after).map(ToString::to_string));
    a.next_due.push(run::next_due::<MachineOf<H>>(&change.after));
    a.updated_at.push(change.at);
    claims::<MachineOf<H>>(change, rows);
    deadlines::<MachineOf<H>>(change, envelope, rows);
}

/// Journal and outbox; answers the new count of published messages.
fn entries<H: Host>(host: &H, change: &Change<MachineOf<H>>, envelope: &Envelope<'_>, rows: &mut Rows) -> i64 {
    let mut published = envelope.published;
    let mut after = change.before.clone();
    let mut foldable = true;
    for entry in &change.entries {
        if change.entries.len() == 1 {
            after = change.after.clone();
        } else if foldable {
            match MachineOf::<H>::evolve(after.clone(), &entry.event) {
                Ok(next) => after = next,
                Err(_) => foldable = false,
            }
        }
        let (world, own) = messages(host, envelope.context, entry, &after, published + 1, envelope.correlation);
        published += i64::from(world.is_some());
        let j = &mut rows.journal;
        j.aggregate.push(entry.id);
        j.version.push(entry.version);
        j.at.push(entry.at);
        j.actor.push(json(&entry.actor));
        j.event.push(entry.event.name());
        j.payload.push(json(&entry.event));
        j.schema.push(crate::SCHEMA);
        j.correlation.push(envelope.correlation.map(ToOwned::to_owned));
        j.causation.push(envelope.causation.map(ToOwned::to_owned));
        j.sequence.push(world.as_ref().map(|message| message.sequence));
        for (message, own) in world.into_iter().map(|it| (it, false)).chain(own.into_iter().map(|it| (it, true))) {
            let o = &mut rows.outbox;
            o.aggregate.push(entry.id);
            o.own.push(own);
            o.message.push(json(&message));
            o.at.push(entry.at);
        }
    }
    published
}

/// The messages of one journal entry: at most one to the world, and notes to the own context.
pub(crate) fn messages<H: Host>(
    host: &H,
    context: &'static str,
    entry: &Entry<MachineOf<H>>,
    after: &<MachineOf<H> as Machine>::State,
    sequence: i64,
    traceparent: Option<&str>,
) -> (Option<Message>, Vec<Message>) {
    let wrap = |outbound: Outbound, sequence: i64, nth: usize| Message {
        specversion: "1.0".into(),
        id: Uuid::new_v5(&MESSAGES, format!("{context}/{}/{}/{nth}", entry.id, entry.version).as_bytes()),
        source: context.into(),
        r#type: format!("guildhall.{context}.{}.{}", MachineOf::<H>::KIND, outbound.fact),
        subject: kernel::ids::encode(MachineOf::<H>::PREFIX, entry.id),
        sequence,
        time: entry.at,
        traceparent: traceparent.map(ToOwned::to_owned),
        datacontenttype: "application/json".into(),
        data: outbound.data,
    };
    let world = host.outbound(entry, after).map(|outbound| wrap(outbound, sequence, 0));
    let own = host.notes(entry, after).into_iter().enumerate().map(|(nth, note)| wrap(note, 0, nth + 1)).collect();
    (world, own)
}

fn claims<M: Machine>(change: &Change<M>, rows: &mut Rows) {
    let (before, after) = (M::claims(&change.before), M::claims(&change.after));
    for (claims, kept, table) in [(&after, &before, &mut rows.claims), (&before, &after, &mut rows.released)] {
        for claim in claims.iter().filter(|claim| !kept.contains(claim)) {
            table.scope.push(claim.scope.to_owned());
            table.key.push(claim.key.clone());
            table.aggregate.push(change.id);
        }
    }
}

/// The differences between two sets of deadlines. Left by a lapse = missed; by its party's command = met; otherwise
/// cancelled.
fn deadlines<M: Machine>(change: &Change<M>, envelope: &Envelope<'_>, rows: &mut Rows) {
    let before = M::deadlines(&change.before);
    let after = M::deadlines(&change.after);
    for gone in before.iter().filter(|old| !after.iter().any(|new| is_same(old, new))) {
        let is_missed = envelope.lapsed > 0 && gone.running_until().is_some_and(|due| due <= change.at);
        let status = match (is_missed, envelope.party) {
            (true, _) => "missed",
            (false, Some(party)) if party == gone.party => "met",
            (false, _) => "cancelled",
        };
        push(change.id, gone, status, change.at, rows);
    }
    for new in after.iter().filter(|new| !before.contains(new)) {
        let status = match new.due {
            Due::At(_) => "running",
            Due::Paused { .. } => "paused",
        };
        push(change.id, new, status, change.at, rows);
    }
}

fn is_same<K: Eq>(one: &Deadline<K>, other: &Deadline<K>) -> bool {
    one.timer == other.timer && one.subject == other.subject
}

fn push<K: Timer>(aggregate: Uuid, deadline: &Deadline<K>, status: &'static str, at: Time, rows: &mut Rows) {
    let d = &mut rows.deadlines;
    d.aggregate.push(aggregate);
    d.timer.push(deadline.timer.into());
    d.subject.push(deadline.subject.unwrap_or(Uuid::nil()));
    d.party.push(deadline.party.into());
    d.rule.push(deadline.timer.rule().to_string());
    d.status.push(status);
    d.due_at.push(deadline.running_until());
    d.remaining.push(match deadline.due {
        Due::At(_) => None,
        Due::Paused { remaining } => (status == "paused").then_some(remaining),
    });
    d.changed_at.push(at);
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_else(|error| {
        tracing::error!(%error, "a value cannot be written as JSON");
        "null".into()
    })
}
