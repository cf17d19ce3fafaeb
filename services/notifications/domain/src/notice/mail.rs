//! The e-mail of a notice: each attempt recorded, tried again ever more slowly, given up after [`MOST_ATTEMPTS`].
//!
//! It adds evidence and may serve a notice earlier; that it fails takes nothing from what stands in the inbox.
use super::Ctx;
use super::command::Posted;
use super::event::Event;
use super::serving::served;
use super::state::{Attempt, Made, Outcome, Standing};
use kernel::{ServedBy, TimeDelta};

/// After so many attempts an e-mail has failed: with the waits between them, about two days.
pub const MOST_ATTEMPTS: u32 = 12;
/// How much of what a mail server says is kept, in characters.
const SAID: usize = 200;

/// How long to wait after an attempt: a minute, doubled each time, at most eight hours.
pub fn wait(attempt: u32) -> TimeDelta {
    let minutes = 2i64.saturating_pow(attempt.saturating_sub(1)).min(8 * 60);
    TimeDelta::minutes(minutes)
}

/// Only the attempt that is due is recorded; any other is "already so".
pub(super) fn attempted(made: &Made, number: u32, posted: Posted, said: &str, ctx: &Ctx<'_>) -> Vec<Event> {
    let is_due = made.mail.as_ref().is_some_and(|mail| {
        matches!(mail.standing, Standing::Queued { .. }) && mail.attempts.len() + 1 == number as usize
    });
    if !is_due {
        return vec![];
    }
    // A row holds no NUL.
    let said: String = said.chars().map(|c| if c.is_control() { ' ' } else { c }).take(SAID).collect();
    let attempt = |outcome| Attempt { number, outcome, said: said.clone(), at: ctx.now };
    match posted {
        Posted::Accepted => {
            let mailed = Event::Mailed(attempt(Outcome::Accepted));
            [mailed].into_iter().chain(served(made, ServedBy::Email, ctx)).collect()
        }
        Posted::Deferred if number < MOST_ATTEMPTS => {
            vec![Event::MailDeferred { attempt: attempt(Outcome::Deferred), next_try_at: ctx.now + wait(number) }]
        }
        Posted::Deferred => vec![Event::MailFailed(attempt(Outcome::Deferred))],
        Posted::Refused => vec![Event::MailFailed(attempt(Outcome::Refused))],
    }
}
