//! The appeal (W17) and another forum (D1.1.4, X10).
use crate::world::*;
use disputes_domain::adjudication::{Fact, Truth};
use disputes_domain::record::Instance;
use disputes_domain::{AppealResult, Command, Draft, Event, Forum, ForumOutcome, Ground, Replay, Timer, replay};
use kernel::{Redress, RuleId};

fn with_evidence() -> Command {
    Command::Appeal { ground: Ground::NewEvidence { exhibits: vec![delivery(1)] }, text: "Found since.".into() }
}

#[test]
fn once_by_either_on_new_evidence_or_a_named_error() {
    for (actor, command) in [(provider(), appeal_on_error()), (merchant(), with_evidence())] {
        let mut story = decided();
        story.does(&actor, command);
        assert_eq!((story.status(), case(&story).stage()), ("under_review", "appeal"));
        assert_eq!(story.due(Timer::Appeal), None);
        assert_eq!(story.due(Timer::AppealDecision), Some(story.now + days(14)));
        story.refuses_with(&merchant(), with_evidence(), "case_already_appealed", Some("W17"));
    }
    let mut story = decided();
    let on = |ground| Command::Appeal { ground, text: "Because.".into() };
    let nothing = Ground::Error { articles: vec![], facts: vec![] };
    story.refuses_with(&provider(), on(nothing), "appeal_without_ground", Some("W17"));
    story.refuses_with(&provider(), on(Ground::NewEvidence { exhibits: vec![] }), "appeal_without_ground", Some("W17"));
    let unknown = Ground::Error { articles: vec![RuleId::of("D9.9")], facts: vec![] };
    story.refuses_with(&provider(), on(unknown), "decision_article_unknown", Some("D1.6.2"));
    claimed().refuses_with(&provider(), appeal_on_error(), "case_not_decided", Some("W17"));
    story.advance(days(5));
    story.refuses_with(&provider(), appeal_on_error(), "case_closed", None);
}

#[test]
fn to_another_arbitrator_while_the_decision_stands_and_the_money_waits() {
    let mut story = appealed();
    story.refuses_with(&arbitrator(), Command::Claim, "arbitrator_decided_before", Some("W17"));
    story.refuses_with(&operator(), hand_over(&arbitrator()), "receiver_conflict_of_interest", Some("D1.1.4"));
    assert_eq!(case(&story).outcome().unwrap().to_merchant, cny("840.00"));
    story.does(&another_arbitrator(), Command::Claim);
    story.advance(days(5));
    story.does(&another_arbitrator(), Command::Claim);
    let overdue = story.advance(days(9));
    let is_overdue = overdue.iter().any(|event| matches!(event, Event::DecisionOverdue { .. }));
    assert!(is_overdue, "W17: reassigned, never final by silence of the platform: {overdue:?}");
    assert!(story.event_names().iter().all(|name| *name != "awarded"));
}

fn reviewed(to_merchant: &str) -> (check::Story<disputes_domain::Cases>, Vec<Event>) {
    let mut story = appealed();
    story.does(&orders(), Command::RecordConsequences(vec![notice()]));
    story.does(&another_arbitrator(), Command::Claim);
    let events = story.does(&another_arbitrator(), decide(Draft { to_merchant: cny(to_merchant), ..draft() }));
    (story, events)
}

fn notice() -> disputes_domain::consequence::Consequence {
    disputes_domain::consequence::Consequence {
        id: fact(0x900),
        kind: disputes_domain::consequence::ConsequenceKind::NoticeServed,
        depends_on: vec![],
    }
}

#[test]
fn it_is_upheld_changed_or_reversed_and_final() {
    for (to_merchant, expected, touched) in
        [("840.00", AppealResult::Upheld, 0), ("900.00", AppealResult::Changed, 1), ("0", AppealResult::Reversed, 1)]
    {
        let (mut story, events) = reviewed(to_merchant);
        let [Event::AppealDecided { result, decision, record, reversals, .. }, Event::Awarded { outcome }] =
            &events[..]
        else {
            panic!("{events:?}")
        };
        assert_eq!((*result, reversals.len()), (expected, touched));
        assert_eq!((outcome.to_merchant, decision.by.as_str()), (cny(to_merchant), "bo"));
        assert_eq!(decision.redress, Some(Redress { action: "other_forum".into(), until: None }));
        assert_eq!(record.instance, Instance::Appeal);
        assert_eq!(replay(record, &edition().disputes.standards), Replay::Same);
        assert_eq!((story.status(), case(&story).stage()), ("resolved", "closed"));
        story.refuses_with(&merchant(), appeal_on_error(), "case_closed", None);
        assert_eq!(story.event_names().iter().filter(|name| **name == "awarded").count(), 1);
    }
}

#[test]
fn new_evidence_enters_the_file_and_may_carry_the_second_finding() {
    let mut story = decided();
    story.does(&merchant(), with_evidence());
    let item = *case(&story).file.items.keys().next().unwrap();
    story.does(&another_arbitrator(), Command::Claim);
    story.does(&another_arbitrator(), find(Fact::Nonconforming, Truth::Established, &[item]));
    let draft = as_recommended(&story);
    assert_eq!(draft.to_merchant, cny("1200.00"));
    let events = story.does(&another_arbitrator(), decide(draft));
    assert!(matches!(&events[..], [Event::AppealDecided { result: AppealResult::Changed, .. }, _]), "{events:?}");
}

#[test]
fn the_appellant_takes_it_back_and_the_decision_is_final() {
    let mut story = appealed();
    story.refuses_with(&merchant(), Command::WithdrawAppeal { text: String::new() }, "case_action_not_yours", None);
    let events = story.does(&provider(), Command::WithdrawAppeal { text: String::new() });
    assert!(matches!(&events[..], [Event::AppealWithdrawn { .. }, Event::Awarded { .. }]), "{events:?}");
    assert_eq!((story.status(), case(&story).outcome().unwrap().to_merchant), ("resolved", cny("840.00")));
    decided().refuses_with(
        &provider(),
        Command::WithdrawAppeal { text: String::new() },
        "case_not_appealed",
        Some("W17"),
    );
}

#[test]
fn another_forums_outcome_is_followed() {
    let follow = || {
        Command::FollowForum(Box::new(ForumOutcome {
            forum: Forum::Court,
            reference: "(2026) 0571-1".into(),
            text: "Final judgment.".into(),
            to_merchant: cny("0"),
            compensation: cny("0"),
        }))
    };
    let mut resolved = decided();
    resolved.advance(days(5));
    resolved.does(&orders(), Command::RecordConsequences(vec![notice()]));
    resolved.refuses_with(&arbitrator(), follow(), "case_action_not_yours", None);
    let events = resolved.does(&operator(), follow());
    assert!(matches!(&events[..], [Event::ForumFollowed { reversals, .. }] if reversals.len() == 1), "{events:?}");
    assert!(case(&resolved).outcome().unwrap().to_merchant.is_zero());
    for mut open in [decided(), appealed()] {
        let events = open.does(&operator(), follow());
        assert!(matches!(&events[..], [Event::ForumFollowed { .. }, Event::Awarded { .. }]), "{events:?}");
        assert_eq!(open.status(), "resolved");
    }
    claimed().refuses_with(&operator(), follow(), "case_not_decided", Some("W17"));
}
