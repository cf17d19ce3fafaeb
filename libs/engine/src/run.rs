//! The commands of one machine within a batch: decided, written, answered.
use crate::batch::{Batch, Moment, Wake, Wanted};
use crate::host::{Ask, Change, Entry, Host, MachineOf, Seen};
use crate::journal::{self, Envelope};
use crate::rows::Rows;
use crate::submission::{Fault, Reply, Submission};
use diesel::prelude::*;
use kernel::run::{self, Asked, Env, Outcome, Spared};
use kernel::{Actor, Claim, Machine, Party, Problem, Refusal};
use rulebook::Rulebook;
use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use uuid::Uuid;

/// Submissions of one machine, and what has been decided about them.
pub(crate) struct Run<H: Host> {
    host: Arc<H>,
    todo: Vec<Option<Submission<MachineOf<H>>>>,
    decided: Vec<Decided<MachineOf<H>>>,
    /// What `write` took out of `decided`, side by side for the host.
    changes: Vec<Change<MachineOf<H>>>,
}

/// What came of one submission.
struct Decided<M: Machine> {
    place: usize,
    id: Uuid,
    reply: Result<Reply, Fault>,
    /// Whether the reply is stored under the key.
    stored: bool,
    /// What changes, and the state afterwards as JSON; `None` when nothing happened.
    change: Option<(Change<M>, String)>,
    /// The new earliest deadline; outer `None` when nothing happened.
    next_due: Option<Option<kernel::Time>>,
    /// How many entries are lapses.
    lapsed: usize,
    party: Option<Party>,
    facts: Option<M::Facts>,
    published: i64,
}

/// A state as it was locked.
struct Found<M: Machine> {
    state: M::State,
    version: i64,
    published: i64,
    now: kernel::Time,
}

impl<H: Host> Run<H> {
    pub fn new(host: Arc<H>, todo: Vec<Submission<MachineOf<H>>>) -> Self {
        Self { host, todo: todo.into_iter().map(Some).collect(), decided: vec![], changes: vec![] }
    }

    fn find(id: Uuid, moment: &Moment<'_>) -> Result<Found<MachineOf<H>>, Fault> {
        let Some((_, kind, version, published, state, updated_at)) = moment.rows.get(&id) else {
            let state = <MachineOf<H> as Machine>::State::default();
            return Ok(Found { state, version: 0, published: 0, now: moment.now });
        };
        if kind != MachineOf::<H>::KIND {
            return Err(Fault::Unknown);
        }
        let state = serde_json::from_str(state).map_err(|error| {
            tracing::error!(%id, kind, %error, "a stored state cannot be read");
            Fault::Broken
        })?;
        Ok(Found { state, version: *version, published: *published, now: moment.now.max(*updated_at) })
    }

    /// The stored answer to this submission's key, if there is one.
    fn stored(submission: &Submission<MachineOf<H>>, moment: &Moment<'_>) -> Option<Result<Reply, Fault>> {
        let key = submission.key.as_ref()?;
        let (fingerprint, reply) = moment.answers.get(&(key.caller.clone(), key.key.clone()))?;
        Some(if *fingerprint == key.fingerprint { Ok(reply.clone()) } else { Err(Fault::KeyReused) })
    }
}

/// Builds the environment of a decision and hands it to `then`.
pub(crate) fn with_env<H: Host, T>(
    rulebook: &Rulebook,
    id: Uuid,
    state: &<MachineOf<H> as Machine>::State,
    now: kernel::Time,
    spared: Option<Spared>,
    facts: &<MachineOf<H> as Machine>::Facts,
    then: impl FnOnce(&Env<'_, MachineOf<H>>) -> T,
) -> Result<T, Fault> {
    let newest = rulebook.in_force(now);
    let pinned = MachineOf::<H>::edition(state).map_or(newest, |edition| rulebook.get(edition));
    let (Some(newest), Some(pinned)) = (newest, pinned) else {
        tracing::error!(%id, edition = ?MachineOf::<H>::edition(state), "the pinned edition is not known here");
        return Err(Fault::Broken);
    };
    Ok(then(&Env {
        id,
        now,
        spared,
        edition: &pinned.id,
        rules: H::rules(pinned),
        procedure: H::rules(newest),
        calendar: &newest.calendar,
        facts,
    }))
}

/// What a host answers; an error if it panics: the writer goes on, and only the command that is at fault is broken.
fn kept<H: Host, T>(host: impl FnOnce() -> QueryResult<T>) -> QueryResult<T> {
    catch_unwind(AssertUnwindSafe(host)).unwrap_or_else(|_| {
        tracing::error!(kind = MachineOf::<H>::KIND, "a host panicked");
        Err(diesel::result::Error::SerializationError("a host panicked".into()))
    })
}

impl<H: Host> Run<H> {
    /// Decides one submission; `refused` replaces what the machine says to its command.
    fn decide_one(
        submission: &Submission<MachineOf<H>>,
        place: usize,
        found: Found<MachineOf<H>>,
        facts: <MachineOf<H> as Machine>::Facts,
        moment: &Moment<'_>,
        refused: Option<<MachineOf<H> as Machine>::Refusal>,
    ) -> Decided<MachineOf<H>> {
        let published = found.published;
        let decide = || Self::handle(submission, place, found, &facts, moment, refused);
        let decided = catch_unwind(AssertUnwindSafe(decide)).unwrap_or_else(|_| {
            tracing::error!(id = %submission.id, kind = MachineOf::<H>::KIND, "a machine panicked");
            Err(Fault::Broken)
        });
        let failed = |fault| Decided {
            place,
            id: submission.id,
            reply: Err(fault),
            stored: false,
            change: None,
            next_due: None,
            lapsed: 0,
            party: None,
            facts: None,
            published,
        };
        match decided {
            Ok(decided) => Decided { facts: Some(facts), ..decided },
            Err(fault) => failed(fault),
        }
    }

    fn handle(
        submission: &Submission<MachineOf<H>>,
        place: usize,
        found: Found<MachineOf<H>>,
        facts: &<MachineOf<H> as Machine>::Facts,
        moment: &Moment<'_>,
        refused: Option<<MachineOf<H> as Machine>::Refusal>,
    ) -> Result<Decided<MachineOf<H>>, Fault> {
        let Found { state: before, version, published, now } = found;
        let id = submission.id;
        let command = if refused.is_some() { None } else { submission.intent.command() };
        let asked = Asked { actor: &submission.actor, command, expect: submission.expect };
        let (handled, reply) = with_env::<H, _>(moment.rulebook, id, &before, now, moment.spared, facts, |env| {
            let mut handled = run::handle(before.clone(), version, &asked, env).map_err(|broken| {
                tracing::error!(%id, kind = MachineOf::<H>::KIND, %broken, "a machine is unsound");
                Fault::Broken
            })?;
            if let Some(refusal) = refused {
                handled.outcome = Outcome::Refused(refusal);
            }
            let after_version = version + count(handled.events.len());
            let party = match &handled.outcome {
                Outcome::Done(party) => *party,
                Outcome::Nudged | Outcome::Refused(_) | Outcome::Unknown | Outcome::Stale => Party::System,
            };
            let reply = match &handled.outcome {
                Outcome::Refused(refusal) => Ok(Reply::problem(&Problem::of(refusal))),
                Outcome::Unknown => Err(Fault::Unknown),
                Outcome::Stale => Err(Fault::Stale { current: after_version }),
                Outcome::Nudged | Outcome::Done(_) => {
                    let ctx = env.context(&submission.actor, party);
                    let (state, events) = (&handled.state, handled.events.as_slice());
                    Ok((submission.render)(&Seen { id, version: after_version, state, events, ctx: &ctx }))
                }
            };
            Ok::<_, Fault>((handled, reply))
        })??;
        let party = match handled.outcome {
            Outcome::Done(party) => Some(party),
            Outcome::Nudged | Outcome::Refused(_) | Outcome::Unknown | Outcome::Stale => None,
        };
        // 404s are not stored: neither the engine's own nor a refusal that says so.
        let stored = reply.as_ref().is_ok_and(|reply| reply.status != 404 && reply.status < 500);
        let lapsed = handled.lapsed;
        let entries: Vec<_> = handled
            .events
            .into_iter()
            .enumerate()
            .map(|(nth, event)| Entry {
                id,
                version: version + count(nth + 1),
                at: now,
                actor: if nth < lapsed { Actor::clock() } else { submission.actor.clone() },
                event,
            })
            .collect();
        let mut next_due = None;
        let change = if entries.is_empty() {
            None
        } else {
            let (after, version) = (handled.state, version + count(entries.len()));
            next_due = Some(run::next_due::<MachineOf<H>>(&after));
            let state = stored_state::<MachineOf<H>>(id, &after)?;
            Some((Change { id, version, at: now, before, after, entries }, state))
        };
        Ok(Decided { place, id, reply, stored, change, next_due, lapsed, party, facts: None, published })
    }

    fn submission(&self, place: usize) -> Option<&Submission<MachineOf<H>>> {
        self.todo.get(place).and_then(Option::as_ref)
    }
}

impl<H: Host> Batch for Run<H> {
    fn len(&self) -> usize {
        self.todo.len()
    }

    fn wants(&self, active: &[usize], wanted: &mut Wanted) {
        for submission in active.iter().filter_map(|place| self.submission(*place)) {
            wanted.ids.push(submission.id);
            wanted.keys.extend(submission.key.clone());
        }
    }

    fn decide(&mut self, active: &[usize], tx: &mut PgConnection, moment: &Moment<'_>) -> QueryResult<()> {
        let mut decided = vec![];
        let mut asked = vec![];
        for place in active.iter().copied() {
            let Some(submission) = self.submission(place) else { continue };
            let found = match Self::stored(submission, moment) {
                Some(reply) => Err(reply),
                None => Self::find(submission.id, moment).map_err(Err),
            };
            match found {
                Ok(found) => asked.push((place, submission, found)),
                Err(reply) => decided.push(Decided {
                    place,
                    id: submission.id,
                    reply,
                    stored: false,
                    change: None,
                    next_due: None,
                    lapsed: 0,
                    party: None,
                    facts: None,
                    published: 0,
                }),
            }
        }
        let questions: Vec<_> = asked
            .iter()
            .map(|(_, submission, found)| Ask {
                id: submission.id,
                state: &found.state,
                command: submission.intent.command(),
                actor: &submission.actor,
            })
            .collect();
        let facts = if questions.is_empty() { vec![] } else { kept::<H, _>(|| self.host.facts(tx, &questions))? };
        for ((place, submission, found), facts) in asked.into_iter().zip(facts) {
            decided.push(Self::decide_one(submission, place, found, facts, moment, None));
        }
        decided.sort_by_key(|one| one.place);
        self.decided = decided;
        Ok(())
    }

    fn claims_wanted(&self, wanted: &mut Vec<(String, String)>) {
        for (change, _) in self.decided.iter().filter_map(|one| one.change.as_ref()) {
            wanted.extend(taken::<MachineOf<H>>(change).into_iter().map(|claim| (claim.scope.to_owned(), claim.key)));
        }
    }

    fn settle_claims(&mut self, held: &mut HashMap<(String, String), Uuid>, moment: &Moment<'_>) {
        for nth in 0..self.decided.len() {
            let Some((change, _)) = &self.decided[nth].change else { continue };
            let (id, claims) = (change.id, taken::<MachineOf<H>>(change));
            let of_others = |claim: &&Claim| {
                held.get(&(claim.scope.to_owned(), claim.key.clone())).is_some_and(|holder| *holder != id)
            };
            match claims.iter().find(of_others) {
                None => held.extend(claims.into_iter().map(|claim| ((claim.scope.to_owned(), claim.key), id))),
                Some(claim) => {
                    let refusal = <MachineOf<H> as Machine>::Refusal::taken(claim);
                    let place = self.decided[nth].place;
                    let facts = self.decided[nth].facts.take().unwrap_or_default();
                    let Some(submission) = self.submission(place) else { continue };
                    let Ok(found) = Self::find(id, moment) else { continue };
                    let again = Self::decide_one(submission, place, found, facts, moment, Some(refusal));
                    self.decided[nth] = again;
                }
            }
        }
    }

    fn write(&mut self, moment: &Moment<'_>, rows: &mut Rows) {
        self.changes.clear();
        for one in &mut self.decided {
            let Some(submission) = self.todo.get(one.place).and_then(Option::as_ref) else { continue };
            if let Some((change, state)) = one.change.take() {
                let envelope = Envelope {
                    context: moment.context,
                    published: one.published,
                    lapsed: one.lapsed,
                    party: one.party,
                    correlation: submission.correlation.as_deref(),
                    causation: submission.key.as_ref().map(|key| key.key.as_str()),
                };
                journal::write(&*self.host, &change, state, &envelope, rows);
                self.changes.push(change);
            }
            if let (Some(key), Ok(reply), true) = (&submission.key, &one.reply, one.stored) {
                let r = &mut rows.requests;
                r.caller.push(key.caller.clone());
                r.key.push(key.key.clone());
                r.fingerprint.push(key.fingerprint.clone());
                r.status.push(i16::try_from(reply.status).unwrap_or(i16::MAX));
                r.version.push(reply.version);
                r.location.push(reply.location.clone());
                r.body.push(reply.body.clone());
                r.at.push(moment.now);
            }
        }
    }

    fn project(&self, tx: &mut PgConnection) -> QueryResult<()> {
        if self.changes.is_empty() { Ok(()) } else { kept::<H, _>(|| self.host.project(tx, &self.changes)) }
    }

    fn answer(&mut self, active: &[usize], committed: Result<(), Fault>, wake: &mut Wake) {
        let mut decided: HashMap<usize, _> =
            std::mem::take(&mut self.decided).into_iter().map(|one| (one.place, one)).collect();
        for place in active {
            let Some(submission) = self.todo.get_mut(*place).and_then(Option::take) else { continue };
            let decided = decided.remove(place);
            let reply = match (&committed, decided) {
                (Err(fault), _) => Err(fault.clone()),
                (Ok(()), None) => Err(Fault::Broken),
                (Ok(()), Some(one)) => {
                    wake.outbox |= one.next_due.is_some();
                    wake.due.extend(one.next_due.flatten().map(|due| (one.id, due)));
                    one.reply
                }
            };
            let outcome = outcome(submission.intent.command().is_none(), &reply);
            metrics::counter!("guildhall_commands_total", "kind" => MachineOf::<H>::KIND, "outcome" => outcome)
                .increment(1);
            // Whoever hung up gets the stored answer on a retry.
            let _ = submission.answer.send(reply);
        }
    }

    fn broken(&self) -> Vec<Uuid> {
        self.decided.iter().filter(|one| one.reply == Err(Fault::Broken)).map(|one| one.id).collect()
    }
}

/// The claims that a change takes.
fn taken<M: Machine>(change: &Change<M>) -> Vec<Claim> {
    let before = M::claims(&change.before);
    M::claims(&change.after).into_iter().filter(|claim| !before.contains(claim)).collect()
}

/// What the metric calls an answer.
fn outcome(is_nudge: bool, reply: &Result<Reply, Fault>) -> &'static str {
    match reply {
        Ok(_) if is_nudge => "nudged",
        Ok(reply) if reply.replayed => "replayed",
        Ok(reply) if reply.status < 400 => "done",
        Ok(_) => "refused",
        Err(Fault::Unknown) => "unknown",
        Err(Fault::Stale { .. } | Fault::KeyReused) => "conflict",
        Err(Fault::Overloaded | Fault::Unavailable) => "unavailable",
        Err(Fault::Broken) => "broken",
    }
}

/// The state as it is stored; one that has grown beyond the bound is a fault of the machine.
fn stored_state<M: Machine>(id: Uuid, state: &M::State) -> Result<String, Fault> {
    match serde_json::to_string(state) {
        Ok(json) if json.len() <= journal::MAX_STATE => Ok(json),
        Ok(json) => {
            tracing::error!(%id, kind = M::KIND, bytes = json.len(), "the state has grown too large");
            Err(Fault::Broken)
        }
        Err(error) => {
            tracing::error!(%id, kind = M::KIND, %error, "the state cannot be written");
            Err(Fault::Broken)
        }
    }
}

fn count(n: usize) -> i64 {
    i64::try_from(n).unwrap_or(i64::MAX)
}
