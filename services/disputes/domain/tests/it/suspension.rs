//! Suspension: D1.5, W16, X10.
use crate::world::*;
use disputes_domain::{Cases, Command, Event, Forum, Reminder, Resumption, Side, Timer};
use kernel::{Due, Machine, Role, RuleId};

fn why(events: &[Event]) -> Vec<Resumption> {
    let why = |event: &Event| if let Event::Resumed { why, .. } = event { Some(*why) } else { None };
    events.iter().filter_map(why).collect()
}

#[test]
fn both_ask_and_every_clock_keeps_what_it_had_left() {
    let mut story = claimed();
    story.advance(days(2));
    let wanted = story.does(&provider(), wait_for_us());
    assert!(matches!(&wanted[..], [Event::SuspensionWanted { .. }]), "{wanted:?}");
    assert_eq!(story.does(&provider(), wait_for_us()), vec![], "already so");
    let left: Vec<_> = [Timer::Decision, Timer::ArbitratorLease].map(|timer| until(&story, story.due(timer))).into();
    let suspended = story.does(&merchant(), wait_for_us());
    let [Event::Suspended { rules, .. }] = &suspended[..] else { panic!("{suspended:?}") };
    assert_eq!(rules[0], RuleId::of("D1.5.1"));
    assert_eq!((story.status(), story.due(Timer::Suspension)), ("suspended", Some(story.now + days(15))));
    let paused = Cases::deadlines(&story.state).iter().filter(|due| due.running_until().is_none()).count();
    assert_eq!(paused, 2);
    story.refuses_with(&arbitrator(), decide(draft()), "case_suspended", Some("D1.5.1"));
    story.refuses_with(&arbitrator(), Command::Claim, "case_suspended", Some("D1.5.1"));
    let ended = story.advance(days(15));
    assert_eq!(why(&ended), [Resumption::Ended]);
    let again: Vec<_> = [Timer::Decision, Timer::ArbitratorLease].map(|timer| until(&story, story.due(timer))).into();
    assert_eq!(left, again);
    story.refuses_with(&provider(), wait_for_us(), "suspension_used_up", Some("W16"));
}

#[test]
fn it_is_renewed_once_by_both() {
    let mut story = suspended();
    story.does(&merchant(), wait_for_us());
    let renewed = story.does(&provider(), wait_for_us());
    let [Event::SuspensionRenewed { until, .. }] = &renewed[..] else { panic!("{renewed:?}") };
    assert_eq!(*until, story.now + days(30));
    story.refuses_with(&provider(), wait_for_us(), "suspension_used_up", Some("W16"));
    assert_eq!(why(&story.advance(days(30))), [Resumption::Ended]);
}

#[test]
fn the_parties_may_settle_or_withdraw_meanwhile_and_either_ends_it() {
    let mut story = suspended();
    story.does(&provider(), propose(1, "300.00"));
    story.does(&merchant(), accept(1, "300.00"));
    assert_eq!(story.status(), "settled");
    suspended().does(&merchant(), withdraw());
    for actor in [provider(), merchant(), operator()] {
        let mut story = suspended();
        assert_eq!(why(&story.does(&actor, resume())), [Resumption::Lifted]);
        assert_eq!(story.status(), "under_review");
    }
    suspended().refuses_with(&arbitrator(), resume(), "case_action_not_yours", None);
    claimed().refuses_with(&provider(), resume(), "case_not_suspended", Some("W16"));
}

#[test]
fn negotiation_stands_still_too_and_w13_starts_where_nothing_else_would_run() {
    let mut story = opened();
    story.does(&provider(), propose(1, "100.00"));
    story.does(&merchant(), decline(1));
    story.advance(days(5));
    assert!(story.due(Timer::Escalation).is_some());
    story.does(&provider(), wait_for_us());
    story.does(&merchant(), wait_for_us());
    story.refuses_with(&merchant(), escalate(), "case_suspended", Some("D1.5.1"));
    story.does(&provider(), propose(2, "200.00"));
    story.does(&merchant(), decline(2));
    assert_eq!(story.due(Timer::Escalation), None);
    story.advance(days(15));
    assert_eq!(story.due(Timer::Escalation), Some(story.now + days(15)));
}

#[test]
fn a_proposal_on_the_table_waits_and_can_be_accepted() {
    let mut story = opened();
    story.does(&provider(), propose(1, "100.00"));
    story.advance(days(1));
    story.does(&provider(), wait_for_us());
    story.does(&merchant(), wait_for_us());
    story.advance(days(10));
    let replies = Cases::deadlines(&story.state);
    let reply = replies.iter().find(|deadline| deadline.timer == Timer::ProposalReply).unwrap();
    assert_eq!(reply.due, Due::Paused { remaining: days(2) });
    story.does(&merchant(), accept(1, "100.00"));
}

#[test]
fn proceedings_are_proved_reported_and_reviewed() {
    let mut story = claimed();
    let events = story.does(&merchant(), proceedings());
    let [Event::Suspended { rules, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!(*rules, [RuleId::of("D1.5.2"), RuleId::of("W16"), RuleId::of("X10")]);
    assert_eq!(story.due(Timer::ProofOfFiling), Some(story.now + days(5)));
    story.refuses_with(&provider(), report(false), "case_action_not_yours", None);
    story.refuses_with(&provider(), resume(), "case_action_not_yours", None);
    story.refuses_with(&provider(), wait_for_us(), "case_suspended", Some("D1.5.2"));
    let without =
        Command::ReportProceedings { reference: "1".into(), text: "Filed.".into(), files: vec![], concluded: false };
    story.refuses_with(&merchant(), without, "proof_of_filing_missing", Some("W16"));
    story.does(&merchant(), report(false));
    assert_eq!(
        (story.due(Timer::ProofOfFiling), story.due(Timer::ProceedingsReport)),
        (None, Some(story.now + days(30)))
    );
    let mut reviews = 0;
    for _ in 0..4 {
        let lapsed = story.advance(days(29));
        reviews += lapsed.iter().filter(|event| matches!(event, Event::SuspensionReviewDue { .. })).count();
        story.does(&merchant(), report(false));
    }
    assert_eq!((reviews, story.status()), (1, "suspended"));
    let lapsed = story.advance(days(30));
    let reminded = lapsed.iter().any(|event| matches!(event, Event::Reminded { of: Reminder::Proceedings, .. }));
    assert!(reminded);
    assert_eq!(why(&lapsed), [Resumption::Unreported]);
    story.refuses_with(&merchant(), proceedings(), "suspension_used_up", Some("W16"));
}

#[test]
fn no_proof_resumes_and_a_conclusion_too() {
    let mut story = claimed();
    story.does(&merchant(), proceedings());
    assert_eq!(why(&story.advance(days(5))), [Resumption::Unproved]);
    assert_eq!(story.status(), "under_review");
    story.does(&provider(), proceedings());
    let done = story.does(&provider(), report(true));
    assert_eq!(why(&done), [Resumption::Concluded]);
    claimed().refuses_with(&merchant(), report(true), "case_without_proceedings", Some("D1.5.2"));
}

#[test]
fn evidence_keeps_its_time() {
    let mut story = claimed();
    story.does(&arbitrator(), ask(Side::Merchant));
    story.advance(days(3));
    story.does(&provider(), proceedings());
    story.refuses_with(&merchant(), seal(), "case_suspended", Some("D1.5.2"));
    story.advance(days(5));
    assert_eq!(story.status(), "evidence");
    assert_eq!(story.due(Timer::Evidence), Some(story.now + days(2)));
}

#[test]
fn after_the_decision_it_is_carried_out_and_after_an_appeal_that_is_suspended() {
    let mut story = decided();
    story.refuses_with(&merchant(), proceedings(), "decision_is_carried_out", Some("X10"));
    story.refuses_with(&merchant(), wait_for_us(), "case_already_decided", Some("D1.1.4"));
    story.does(&provider(), appeal_on_error());
    let police = Command::NotifyProceedings {
        forum: Forum::Police,
        reference: String::new(),
        reason: "Reported as fraud.".into(),
    };
    story.does(&merchant(), police);
    assert_eq!((story.status(), case(&story).stage()), ("suspended", "appeal"));
    let carla = kernel::Actor::staff("carla", Role::Arbitrator);
    story.refuses_with(&carla, Command::Claim, "case_suspended", Some("D1.5.2"));
    assert!(case(&story).is_open(), "the money stays where it is");
    story.advance(days(5));
    assert_eq!(story.status(), "under_review");
}
