//! The appeal (W17) and another forum (D1.1.4, X10).
use crate::world::*;
use disputes_domain::adjudication::{Fact, Truth};
use disputes_domain::consequence::{Consequence, ConsequenceKind};
use disputes_domain::record::Instance;
use disputes_domain::{
    AppealResult, Command, Draft, Event, Exhibit, Forum, ForumOutcome, Ground, Replay, Timer, replay,
};
use kernel::{Redress, RuleId};

fn with_evidence() -> Command {
    on_evidence(vec![delivery(1)], "The disk was with the repairer.")
}

fn on_evidence(exhibits: Vec<Exhibit>, why_not_before: &str) -> Command {
    let exhibits = exhibits.into_iter().map(handed_in).collect();
    let ground = Ground::NewEvidence { exhibits, why_not_before: why_not_before.into() };
    Command::Appeal { ground, text: "Found since.".into() }
}

#[test]
fn once_by_either_on_new_evidence_or_a_named_error() {
    for (actor, command, status) in
        [(provider(), appeal_on_error(), "under_review"), (merchant(), with_evidence(), "evidence")]
    {
        let mut story = decided();
        story.does(&actor, command);
        assert_eq!((story.status(), case(&story).stage()), (status, "appeal"));
        assert_eq!(story.due(Timer::Appeal), None);
        let runs = (status == "under_review").then_some(story.now + days(14));
        assert_eq!(story.due(Timer::AppealDecision), runs);
        story.refuses_with(&merchant(), with_evidence(), "case_already_appealed", Some("W17"));
    }
    let mut story = decided();
    let on = |ground| Command::Appeal { ground, text: "Because.".into() };
    let nothing = Ground::Error { articles: vec![], facts: vec![] };
    story.refuses_with(&provider(), on(nothing), "appeal_without_ground", Some("W17"));
    story.refuses_with(&provider(), on_evidence(vec![], "None."), "appeal_without_ground", Some("W17"));
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
    story.does(&orders(), Command::RecordConsequences(vec![credit()]));
    story.does(&another_arbitrator(), Command::Claim);
    let events = story.does(&another_arbitrator(), decide(Draft { to_merchant: cny(to_merchant), ..draft() }));
    (story, events)
}

fn credit() -> Consequence {
    Consequence { kind: ConsequenceKind::Credited, amount: Some(cny("360.00")) }
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
    let finding = || find(Fact::Nonconforming, Truth::Established, &[item]);
    story.refuses_with(&another_arbitrator(), finding(), "evidence_still_open", Some("W14"));
    story.does(&provider(), seal());
    story.does(&another_arbitrator(), finding());
    let draft = as_recommended(&story);
    assert_eq!(draft.to_merchant, cny("1200.00"));
    let events = story.does(&another_arbitrator(), decide(draft));
    assert!(matches!(&events[..], [Event::AppealDecided { result: AppealResult::Changed, .. }, _]), "{events:?}");
}

#[test]
fn the_other_side_answers_new_evidence_before_it_is_decided_on() {
    let mut story = decided();
    let events = story.does(&merchant(), with_evidence());
    let [Event::Appealed(appeal)] = &events[..] else { panic!("{events:?}") };
    let answer_by = appeal.answer_by;
    assert_eq!((answer_by, appeal.decide_by), (Some(story.now + days(5)), None));
    assert_eq!(appeal.rules, [RuleId::of("W17"), RuleId::of("W14")]);
    assert_eq!((story.due(Timer::Evidence), story.due(Timer::EvidenceReminder).is_some()), (answer_by, true));
    story.does(&another_arbitrator(), Command::Claim);
    let refused = |story: &mut check::Story<disputes_domain::Cases>| {
        story.refuses_with(&another_arbitrator(), decide(draft()), "evidence_still_open", Some("W14"));
    };
    refused(&mut story);
    story.does(&provider(), add(recut(7)));
    let exchanged = story.does(&provider(), seal());
    assert!(matches!(&exchanged[..], [_, Event::EvidenceExchanged { rebut_by: Some(_), .. }]), "{exchanged:?}");
    refused(&mut story);
    story.does(&merchant(), seal());
    story.does(&provider(), seal());
    assert_eq!(story.due(Timer::AppealDecision), Some(story.now + days(14)), "from the close of evidence");
    story.does(&another_arbitrator(), decide(draft()));
    // Silence ends it as well.
    let mut silent = decided();
    silent.does(&merchant(), with_evidence());
    silent.advance(days(5));
    assert_eq!((silent.status(), silent.due(Timer::AppealDecision)), ("under_review", Some(silent.now + days(13))));
    // Nothing new, nothing to answer.
    let mut named = appealed();
    named.does(&another_arbitrator(), Command::Claim);
    named.does(&another_arbitrator(), decide(draft()));
}

/// A decided case in whose file the merchant's frame and its words are, and one item that came too late.
fn decided_on_a_frame() -> check::Story<disputes_domain::Cases> {
    let mut story = claimed();
    let words = Exhibit { files: vec![], text: "The SCENE is\n out of focus.".into(), ..exhibit(2) };
    story.does(&merchant(), add(exhibit(1)));
    story.does(&merchant(), add(words));
    story.does(&merchant(), seal());
    story.advance(days(9));
    story.does(&merchant(), add(recut(3)));
    story.does(&merchant(), seal_late());
    story.does(&arbitrator(), Command::Claim);
    story.does(&arbitrator(), decide(draft()));
    assert_eq!(case(&story).file.items.len(), 3);
    story
}

#[test]
fn what_is_in_the_file_already_is_no_new_evidence() {
    let why = "It was found yesterday.";
    let mut story = decided_on_a_frame();
    let renamed = Exhibit { title: "Another name".into(), text: "Other words.".into(), ..exhibit(9) };
    let respelt = Exhibit { files: vec![], text: "the scene is out of focus.".into(), ..exhibit(9) };
    for known in [renamed, respelt, recut(3)] {
        // By either side: what is in the file is there for both.
        for actor in [merchant(), provider()] {
            let again = on_evidence(vec![recut(4), known.clone()], why);
            story.refuses_with(&actor, again, "appeal_evidence_not_new", Some("W17"));
        }
    }
    let twice = on_evidence(vec![recut(4), recut(4)], why);
    story.refuses_with(&merchant(), twice, "appeal_evidence_not_new", Some("W17"));
    let with_a_known_frame = Exhibit { files: [exhibit(1).files, recut(4).files].concat(), ..recut(4) };
    story.does(&merchant(), on_evidence(vec![with_a_known_frame], why));
    assert_eq!(case(&story).stage(), "appeal");
}

#[test]
fn new_evidence_says_why_it_could_not_be_given_in_time() {
    let mut story = decided_on_a_frame();
    let unexplained = on_evidence(vec![recut(4)], "  ");
    story.refuses_with(&merchant(), unexplained, "appeal_evidence_unexplained", Some("D1.4.2"));
    let never_uploaded = Exhibit { files: recut(0x200).files, ..recut(4) };
    let gone = on_evidence(vec![never_uploaded], "It was found yesterday.");
    story.refuses_with(&merchant(), gone, "evidence_file_unknown", Some("D1.4.5"));
    // A draft that was never handed in is in nobody's file; it is heard if its side says why.
    let mut kept_back = claimed();
    kept_back.does(&merchant(), add(exhibit(1)));
    kept_back.does(&arbitrator(), decide(draft()));
    let why = "It was handed in too late by mistake.";
    kept_back.does(&merchant(), on_evidence(vec![Exhibit { id: fact(9), ..exhibit(1) }], why));
}

#[test]
fn a_side_at_the_limit_of_its_items_may_still_appeal_on_new_evidence() {
    let mut story = claimed();
    for n in 0..12 {
        story.does(&merchant(), add(exhibit(n)));
    }
    story.does(&arbitrator(), decide(draft()));
    let why = "It was found yesterday.";
    let too_many = on_evidence((0..13).map(recut).collect(), why);
    story.refuses_with(&merchant(), too_many, "case_list_too_long", None);
    story.does(&merchant(), on_evidence((0..12).map(recut).collect(), why));
    assert_eq!((case(&story).stage(), case(&story).file.items.len()), ("appeal", 12));
}

#[test]
fn the_appellant_takes_it_back_and_the_other_side_keeps_its_days() {
    let take_back = || Command::WithdrawAppeal { text: String::new() };
    let taken_back = || {
        let mut story = decided();
        let appeal_by = story.due(Timer::Appeal).unwrap();
        story.advance(days(2));
        story.does(&provider(), appeal_on_error());
        story.advance(days(1));
        story.refuses_with(&merchant(), take_back(), "case_action_not_yours", None);
        let events = story.does(&provider(), take_back());
        assert!(matches!(&events[..], [Event::AppealWithdrawn { .. }]), "{events:?}");
        assert_eq!((story.status(), story.due(Timer::Appeal)), ("decided", Some(appeal_by)));
        story.refuses_with(&provider(), appeal_on_error(), "appeal_taken_back", Some("W17"));
        story
    };
    let (mut story, mut silent) = (taken_back(), taken_back());
    let awarded = silent.advance(days(2));
    assert!(matches!(&awarded[..], [Event::Awarded { .. }]), "{awarded:?}");
    assert_eq!((silent.status(), case(&silent).outcome().unwrap().to_merchant), ("resolved", cny("840.00")));
    story.does(&merchant(), with_evidence());
    assert_eq!(case(&story).stage(), "appeal");
    decided().refuses_with(&provider(), take_back(), "case_not_appealed", Some("W17"));
}

#[test]
fn taken_back_after_the_window_it_leaves_the_decision_final() {
    let mut story = appealed();
    story.advance(days(5));
    let events = story.does(&provider(), Command::WithdrawAppeal { text: "It led nowhere.".into() });
    assert!(matches!(&events[..], [Event::AppealWithdrawn { .. }, Event::Awarded { .. }]), "{events:?}");
    assert_eq!((story.status(), case(&story).outcome().unwrap().to_merchant), ("resolved", cny("840.00")));
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
            extension_seconds: None,
            data_download: true,
        }))
    };
    let mut resolved = decided();
    resolved.advance(days(5));
    resolved.does(&orders(), Command::RecordConsequences(vec![credit()]));
    resolved.refuses_with(&arbitrator(), follow(), "case_action_not_yours", None);
    let events = resolved.does(&operator(), follow());
    assert!(matches!(&events[..], [Event::ForumFollowed(it)] if it.reversals.len() == 1), "{events:?}");
    let outcome = case(&resolved).outcome().unwrap();
    assert!(outcome.to_merchant.is_zero() && outcome.data_download);
    for mut open in [decided(), appealed()] {
        let events = open.does(&operator(), follow());
        assert!(matches!(&events[..], [Event::ForumFollowed(_), Event::Awarded { .. }]), "{events:?}");
        assert_eq!(open.status(), "resolved");
    }
    for mut pending in [opened(), claimed(), suspended()] {
        let events = pending.does(&operator(), follow());
        let [Event::ForumFollowed(it), Event::Awarded { .. }] = &events[..] else { panic!("{events:?}") };
        assert_eq!(it.rules, [RuleId::of("D1.1.4"), RuleId::of("D1.5.2")]);
        assert_eq!((pending.status(), case(&pending).file.entries), ("resolved", it.filed.entry.number));
        assert!(case(&pending).outcome().unwrap().to_merchant.is_zero());
        assert_eq!(pending.advance(days(60)), vec![], "nothing of it runs any more");
    }
    let mut sued = claimed();
    sued.does(&merchant(), proceedings());
    sued.does(&operator(), follow());
    assert_eq!(sued.status(), "resolved");
    let mut settled = opened();
    settled.does(&provider(), propose(1, "1200.00"));
    settled.refuses_with(&operator(), follow(), "case_closed", None);
}
