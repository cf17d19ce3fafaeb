//! Rules that changed (X27): merits by the pinned edition, procedure by the newest, never to a party's loss of time.
use crate::world::*;
use disputes_domain::{Case, Cases, Command, Draft, Facts, Timer};
use kernel::run::{self, Asked, Env, Outcome};
use kernel::{Actor, Machine, RuleId, Span, Time, TimeDelta};
use rulebook::DisputeRules;

fn at(
    state: &Case,
    now: Time,
    actor: &Actor,
    command: &Command,
    newest: &DisputeRules,
) -> (Case, Outcome<disputes_domain::Refusal>) {
    let pinned = edition();
    let env = Env::<Cases> {
        id: proposal(0),
        now,
        spared: None,
        edition: &pinned.id,
        rules: &pinned.disputes,
        procedure: newest,
        calendar: &pinned.calendar,
        facts: &Facts::default(),
    };
    let asked = Asked { actor, command: Some(command), expect: None };
    let handled = run::handle(state.clone(), 0, &asked, &env).unwrap();
    (handled.state, handled.outcome)
}

fn newest(change: impl FnOnce(&mut DisputeRules)) -> DisputeRules {
    let mut rules = DisputeRules::clone(&edition().disputes);
    change(&mut rules);
    rules
}

fn due(state: &Case, timer: Timer) -> Option<Time> {
    Cases::deadlines(state).iter().find(|deadline| deadline.timer == timer)?.running_until()
}

#[test]
fn a_longer_window_of_the_newest_edition_counts_and_a_shorter_one_does_not() {
    let story = opened();
    for (span, expected) in [(Span::Days(2), 3), (Span::Days(4), 4)] {
        let rules = newest(|rules| rules.proposal_reply = span);
        let (state, _) = at(&story.state, story.now, &provider(), &propose(1, "1.00"), &rules);
        assert_eq!(due(&state, Timer::ProposalReply), Some(story.now + TimeDelta::days(expected)));
    }
}

#[test]
fn the_platforms_own_term_follows_the_newest_edition() {
    let story = opened();
    let rules = newest(|rules| rules.decision = Span::Days(3));
    let (state, _) = at(&story.state, story.now, &merchant(), &escalate(), &rules);
    assert_eq!(due(&state, Timer::Decision), Some(story.now + TimeDelta::days(3)));
}

#[test]
fn the_merits_follow_the_pinned_edition() {
    let story = claimed();
    let rules = newest(|rules| {
        rules.articles.general.retain(|rule| rule.as_str() != "D2.3");
        rules.articles.general.push(RuleId::of("D2.11"));
    });
    let known = decide(Draft { rules: vec![RuleId::of("D2.3")], ..draft() });
    let new = decide(Draft { rules: vec![RuleId::of("D2.11")], ..draft() });
    assert!(matches!(at(&story.state, story.now, &arbitrator(), &known, &rules).1, Outcome::Done(_)));
    assert!(matches!(at(&story.state, story.now, &arbitrator(), &new, &rules).1, Outcome::Refused(_)));
}
