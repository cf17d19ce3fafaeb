//! The proof that the clock took no right too early and none twice, from a journal alone.
//!
//! What the clock writes is a lapse. At its first entry at an instant some deadline of the state before must have been
//! due; a deadline that was due and is gone afterwards was missed, and the same one (kind, subject, due time) is missed
//! at most once. That nothing else happened to a deadline that was due is not proved here: in an outage of ours it is
//! spared, and of outages only the latest is remembered.
use crate::host::Entry;
use kernel::{Actor, Deadline, Machine, Time};
use std::collections::HashSet;
use uuid::Uuid;

/// What lapsed early or twice in one aggregate's journal: entries in order, each with the state after it.
pub(crate) fn wrong<M: Machine>(journal: &[(&Entry<M>, &M::State)]) -> Vec<String> {
    let clock = Actor::clock();
    let absent = M::State::default();
    let mut findings = vec![];
    let mut missed: HashSet<(&'static str, Option<Uuid>, Time)> = HashSet::new();
    for (nth, (entry, after)) in journal.iter().enumerate() {
        if entry.actor != clock {
            continue;
        }
        let previous = nth.checked_sub(1).and_then(|before| journal.get(before));
        let before = due::<M>(previous.map_or(&absent, |(_, state)| *state), entry.at);
        // One lapse may be several entries; only the first stands on what was due.
        let goes_on = previous.is_some_and(|(earlier, _)| earlier.actor == clock && earlier.at == entry.at);
        if before.is_empty() && !goes_on {
            findings.push(format!("{} {}: version {} lapsed early", M::KIND, entry.id, entry.version));
        }
        let left = due::<M>(after, entry.at);
        for gone in before.into_iter().filter(|was| !left.contains(was)) {
            if !missed.insert(gone) {
                let (timer, subject, at) = gone;
                let what = format!("{timer} {} of {at}", subject.unwrap_or_default());
                findings.push(format!("{} {}: version {} missed {what} twice", M::KIND, entry.id, entry.version));
            }
        }
    }
    findings
}

/// The deadlines of a state that are due at an instant.
fn due<M: Machine>(state: &M::State, at: Time) -> Vec<(&'static str, Option<Uuid>, Time)> {
    let key = |deadline: Deadline<M::Timer>| {
        let due = deadline.running_until().filter(|due| *due <= at)?;
        Some((deadline.timer.into(), deadline.subject, due))
    };
    M::deadlines(state).into_iter().filter_map(key).collect()
}
