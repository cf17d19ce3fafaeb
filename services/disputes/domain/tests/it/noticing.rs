//! The notice that starts a window (D1.1.3; W11, W12, W14, W17): served at once, later, or never heard of.
use crate::world::*;
use check::Story;
use disputes_domain::notice::NoticeOf;
use disputes_domain::{Cases, Command, Event, NoticeReport, Side, Timer};
use kernel::{Actor, ServedBy, Time, TimeDelta};

/// Nothing is heard of notices until the test says so.
fn unserved(mut story: Story<Cases>) -> Story<Cases> {
    story.others = |_| vec![];
    story
}

fn notifications() -> Actor {
    Actor::service("notifications")
}

fn report(of: NoticeOf, side: Side, act_at: Time, served_at: Time) -> Command {
    Command::ConfirmNotice(NoticeReport { of, side, act_at, served_at, by: ServedBy::Inbox })
}

/// A window of each kind that has just begun: which, of whom, its timer.
fn begun() -> Vec<(Story<Cases>, NoticeOf, Side, Timer)> {
    let mut applied = unserved(absent());
    applied.does(&orders(), Command::Open(Box::new(opening())));
    let mut proposed = unserved(opened());
    proposed.does(&provider(), propose(1, "360.00"));
    let mut asked = unserved(claimed());
    asked.does(&arbitrator(), ask(Side::Merchant));
    let mut decided = unserved(claimed());
    decided.does(&arbitrator(), decide(draft()));
    decided.does(&notifications(), report(NoticeOf::Decision, Side::Provider, decided.now, decided.now));
    vec![
        (applied, NoticeOf::Application, Side::Provider, Timer::Answer),
        (proposed, NoticeOf::Proposal, Side::Merchant, Timer::ProposalReply),
        (asked, NoticeOf::Evidence, Side::Merchant, Timer::Evidence),
        (decided, NoticeOf::Decision, Side::Merchant, Timer::Appeal),
    ]
}

fn rules_of(events: &[Event]) -> Vec<&str> {
    let [Event::NoticeServed(served)] = events else { panic!("{events:?}") };
    served.rules.iter().map(kernel::RuleId::as_str).collect()
}

#[test]
fn a_window_is_counted_from_the_service_of_its_notice() {
    let rules = ["W11", "W12", "W14", "W17"];
    for ((mut story, of, side, timer), rule) in begun().into_iter().zip(rules) {
        let (act, due) = (story.now, story.due(timer).unwrap());
        story.advance(TimeDelta::hours(10));
        let served = act + TimeDelta::hours(7);
        let events = story.does(&notifications(), report(of, side, act, served));
        assert_eq!(rules_of(&events), ["D1.1.3", rule]);
        assert_eq!(story.due(timer), Some(due + TimeDelta::hours(7)), "{of}");
        let again = story.does(&notifications(), report(of, side, act, story.now));
        assert_eq!(again, [], "{of}: it was served once");
    }
}

#[test]
fn a_notice_served_at_once_moves_nothing_and_one_of_an_older_act_is_already_so() {
    for (mut story, of, side, timer) in begun() {
        let due = story.due(timer);
        let older = report(of, side, story.now - days(1), story.now);
        assert_eq!(story.does(&notifications(), older), [], "{of}");
        let events = story.does(&notifications(), report(of, side, story.now, story.now));
        assert_eq!((events.len(), story.due(timer)), (1, due), "{of}");
    }
}

#[test]
fn a_window_whose_notice_was_never_heard_of_is_counted_once_more_and_then_passes() {
    for (mut story, of, _, timer) in begun() {
        let due = story.due(timer).unwrap();
        let lapsed = story.advance(due - story.now);
        let unheard = lapsed.iter().find(|event| matches!(event, Event::NoticeServed(it) if it.of == of));
        let Some(Event::NoticeServed(served)) = unheard else { panic!("{of}: {lapsed:?}") };
        assert_eq!((served.by, story.due(timer)), (ServedBy::Unheard, Some(due + days(1))), "{of}");
        story.advance(days(1));
        assert_eq!(story.due(timer), None, "{of}: it has passed");
    }
}

#[test]
fn the_reminder_moves_with_the_window() {
    let (mut story, of, side, _) = begun().remove(0);
    let (act, remind) = (story.now, story.due(Timer::AnswerReminder).unwrap());
    story.does(&notifications(), report(of, side, act, act + TimeDelta::hours(5)));
    assert_eq!(story.due(Timer::AnswerReminder), Some(remind + TimeDelta::hours(5)));
}

#[test]
fn the_appeal_waits_for_the_side_that_was_told_last() {
    let mut story = unserved(claimed());
    story.does(&arbitrator(), decide(draft()));
    let (act, due) = (story.now, story.due(Timer::Appeal).unwrap());
    let hours = |n: i64| act + TimeDelta::hours(n);
    story.does(&notifications(), report(NoticeOf::Decision, Side::Merchant, act, hours(9)));
    story.does(&notifications(), report(NoticeOf::Decision, Side::Provider, act, hours(2)));
    assert_eq!(story.due(Timer::Appeal), Some(due + TimeDelta::hours(9)));
}

#[test]
fn a_window_that_stands_still_is_counted_from_the_service_too() {
    let mut story = unserved(claimed());
    story.does(&arbitrator(), ask(Side::Merchant));
    let (act, due) = (story.now, story.due(Timer::Evidence).unwrap());
    story.advance(days(1));
    story.does(&provider(), wait_for_us());
    story.does(&merchant(), wait_for_us());
    story.advance(days(2));
    story.does(&notifications(), report(NoticeOf::Evidence, Side::Merchant, act, act + TimeDelta::hours(6)));
    assert_eq!(story.due(Timer::Evidence), None, "it stands still");
    story.does(&merchant(), resume());
    assert_eq!(story.due(Timer::Evidence), Some(due + days(2) + TimeDelta::hours(6)));
}

#[test]
fn only_the_system_says_that_a_notice_was_served() {
    for (mut story, of, side, _) in begun() {
        for person in [merchant(), provider(), arbitrator(), operator()] {
            let told = report(of, side, story.now, story.now);
            story.refuses_with(&person, told, "case_action_not_yours", None);
        }
    }
}
