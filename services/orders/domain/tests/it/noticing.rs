//! Windows that are counted from an act and run in full from the service of its notice (D1.1.3, W6–W9).
use crate::world::*;
use check::Story;
use kernel::{ClaimKind, Deadline, Due, Machine, Party, ServedBy, Terms, TimeDelta};
use orders_domain::Orders;
use orders_domain::order::*;

/// A window, how an order gets into it, and what it runs by.
struct Case {
    window: Window,
    timer: Timer,
    rule: &'static str,
    span: TimeDelta,
    told: Party,
    begin: fn() -> Story<Orders>,
    /// What follows when it passes.
    effect: &'static str,
}

fn delivered_and(command: Command) -> Story<Orders> {
    let mut story = story().delivered();
    story.does(&merchant(), command);
    story
}

fn refused() -> Story<Orders> {
    let mut story = story().modification_requested();
    story.advance(hours(5));
    story.does(&provider(), refuse(&[1]));
    story
}

fn asked() -> Story<Orders> {
    let mut story = story().started();
    story.does(&provider(), cooperate(Some(Basis::Listing(0))));
    story
}

fn proposed() -> Story<Orders> {
    let mut story = story().started();
    story.does(&merchant(), propose(Change { modifications: Some(3), ..Change::default() }));
    story
}

const CASES: [Case; 5] = [
    Case {
        window: Window::Modification,
        timer: Timer::Modification,
        rule: "W6",
        span: TimeDelta::days(3),
        told: Party::Provider,
        begin: || delivered_and(wish()),
        effect: "overdue",
    },
    Case {
        window: Window::Modification,
        timer: Timer::Repair,
        rule: "W10",
        span: TimeDelta::days(3),
        told: Party::Provider,
        begin: || delivered_and(flaw()),
        effect: "overdue",
    },
    Case {
        window: Window::RefusalContest,
        timer: Timer::RefusalContest,
        rule: "W7",
        span: TimeDelta::days(5),
        told: Party::Merchant,
        begin: refused,
        effect: "completed",
    },
    Case {
        window: Window::Cooperation,
        timer: Timer::Cooperation,
        rule: "W8",
        span: TimeDelta::days(5),
        told: Party::Merchant,
        begin: asked,
        effect: "cooperation_withheld",
    },
    Case {
        window: Window::Change,
        timer: Timer::Change,
        rule: "W9",
        span: TimeDelta::days(3),
        told: Party::Provider,
        begin: proposed,
        effect: "change_refused",
    },
];

fn service(story: &Story<Orders>, window: Window) -> ConfirmNotice {
    let Some(Command::ConfirmNotice(it)) = notice(story, window) else { panic!("{window:?} should run") };
    it
}

fn confirmed(story: &mut Story<Orders>, it: ConfirmNotice) -> Vec<Event> {
    story.does(&notifications(), Command::ConfirmNotice(it))
}

/// What happened but for reminders.
fn weighty(events: &[Event]) -> Vec<&'static str> {
    names(events).into_iter().filter(|name| !name.ends_with("_reminded")).collect()
}

#[test]
fn d1_1_3_a_notice_served_late_moves_the_whole_window() {
    for Case { window, timer, rule, span, told, begin, effect } in CASES {
        let mut story = begin();
        let (act, due) = (story.now, story.now + span);
        assert_eq!((story.due(timer), act_of(&story, window)), (Some(due), Some((act, told))), "shown at once");
        story.advance(hours(9));
        let served_at = story.now;
        story.advance(hours(1));
        let it = ConfirmNotice { served_at, ..service(&story, window) };
        let events = confirmed(&mut story, it.clone());
        assert_eq!(rules_of(&events), ["D1.1.3", rule]);
        let Event::NoticeServed(served) = &events[0] else { panic!("{events:?}") };
        assert_eq!((served.window, served.served_at, served.by), (window, served_at, ServedBy::Inbox));
        assert_eq!((served.due, story.due(timer)), (served_at + span, Some(served_at + span)));
        assert_eq!(confirmed(&mut story, it), [], "told twice is told once");
        let events = lapse(&mut story, timer);
        assert!(names(&events).contains(&effect), "{events:?}");
    }
}

#[test]
fn w8_its_reminder_moves_too() {
    let mut story = asked();
    assert_eq!(story.due(Timer::CooperationReminder), Some(story.now + days(3)));
    story.advance(hours(20));
    served(&mut story);
    assert_eq!(story.due(Timer::CooperationReminder), Some(story.now + days(3)));
    story.advance(days(4));
    assert_eq!(story.due(Timer::CooperationReminder), None, "sent once");
}

#[test]
fn d1_1_3_a_notice_served_at_once_moves_nothing() {
    for Case { window, timer, begin, effect, .. } in CASES {
        let mut story = begin();
        let before = Orders::deadlines(&story.state);
        story.advance(hours(30));
        let it = ConfirmNotice { served_at: act_of(&story, window).unwrap().0, ..service(&story, window) };
        assert_eq!(names(&confirmed(&mut story, it)), ["notice_served"]);
        assert_eq!(Orders::deadlines(&story.state), before);
        let events = lapse(&mut story, timer);
        assert!(names(&events).contains(&effect), "{events:?}");
    }
}

#[test]
fn d1_1_3_the_notice_of_an_older_act_or_to_the_other_side_is_none_of_it() {
    for Case { window, told, begin, .. } in CASES {
        let mut story = begin();
        story.advance(hours(1));
        let it = service(&story, window);
        let older = ConfirmNotice { act_at: it.act_at - second(), ..it.clone() };
        let other = if told == Party::Merchant { Party::Provider } else { Party::Merchant };
        let elsewhere = ConfirmNotice { to: other, ..it.clone() };
        let of_another = ConfirmNotice { window: Window::Acceptance, ..it };
        for none in [older, elsewhere, of_another] {
            assert_eq!(confirmed(&mut story, none), []);
        }
    }
}

#[test]
fn d1_1_3_a_notice_of_which_nothing_is_heard_moves_the_window_once() {
    for Case { window, timer, rule, span, begin, effect, .. } in CASES {
        let mut story = begin();
        let counts_as_served = story.now + hours(24);
        let late = service(&story, window);
        let due = story.due(timer).unwrap();
        let lapsed = story.advance(due - story.now);
        assert_eq!(weighty(&lapsed), ["notice_served"]);
        let Some(Event::NoticeServed(served)) = lapsed.last() else { panic!("{lapsed:?}") };
        assert_eq!((served.by, served.served_at), (ServedBy::Unheard, counts_as_served));
        assert_eq!(served.rules, ["D1.1.3", rule].map(kernel::RuleId::of));
        assert_eq!(story.due(timer), Some(counts_as_served + span));
        let late = ConfirmNotice { served_at: due, ..late };
        assert_eq!(confirmed(&mut story, late), [], "heard too late");
        assert!(names(&lapse(&mut story, timer)).contains(&effect));
    }
}

#[test]
fn d1_1_3_after_a_jump_of_the_clock_the_window_is_counted_anew_and_passes_at_its_new_end() {
    for Case { timer, begin, effect, .. } in CASES {
        let mut story = begin();
        story.sleep_through(days(20));
        assert!(weighty(&story.nudge()).starts_with(&["notice_served", effect]));
        assert_eq!(story.due(timer), None);
    }
}

#[test]
fn d1_1_3_served_in_a_dispute_all_of_the_window_stands_still() {
    for Case { window, timer, span, begin, .. } in CASES {
        let mut story = begin();
        story.advance(hours(2));
        story.does(&merchant(), apply(ClaimKind::NotAsDescribed));
        story.advance(days(9));
        let it = service(&story, window);
        assert_eq!(names(&confirmed(&mut story, it)), ["notice_served"]);
        let held = |it: &Deadline<Timer>| (it.timer == timer).then_some(it.due);
        let stands = Orders::deadlines(&story.state).iter().find_map(held);
        assert_eq!(stands, Some(Due::Paused { remaining: span }));
        story.advance(days(9));
        story.does(&disputes(), Command::Resume { case: case() });
        assert_eq!(story.due(timer), Some(story.now + span));
    }
}

#[test]
fn d1_1_3_served_before_a_dispute_and_heard_of_in_it_the_window_runs_from_its_service() {
    for Case { window, timer, span, begin, .. } in CASES {
        let mut story = begin();
        story.advance(hours(2));
        let it = service(&story, window);
        story.advance(hours(3));
        story.does(&merchant(), apply(ClaimKind::NotAsDescribed));
        story.advance(days(9));
        confirmed(&mut story, it);
        story.does(&disputes(), Command::Resume { case: case() });
        assert_eq!(story.due(timer), Some(story.now + span - hours(3)));
    }
}

#[test]
fn d1_1_3_the_wait_for_a_notice_stands_still_in_a_dispute_too() {
    for Case { timer, span, begin, .. } in CASES {
        let mut story = begin();
        story.advance(hours(2));
        story.does(&merchant(), apply(ClaimKind::NotAsDescribed));
        story.advance(days(9));
        story.does(&disputes(), Command::Resume { case: case() });
        let counts_as_served = story.now + hours(22);
        let due = story.due(timer).unwrap();
        assert_eq!(weighty(&story.advance(due - story.now)), ["notice_served"]);
        assert_eq!(story.due(timer), Some(counts_as_served + span));
    }
}

#[test]
fn agreed_days_are_those_of_the_request() {
    let mut story = story_of(Terms { modification_days: Some(10), ..logo() }).delivered();
    story.does(&merchant(), wish());
    story.does(&provider(), propose(Change { modification_days: Some(20), ..Change::default() }));
    story.does(&merchant(), Command::AcceptChange { id: id(500) });
    story.advance(hours(5));
    served(&mut story);
    assert_eq!(story.due(Timer::Modification), Some(story.now + days(10)));
}

#[test]
fn a_date_by_consent_waits_for_no_notice() {
    let mut story = delivered_and(wish());
    let date = story.now + days(1);
    story.does(&provider(), propose(Change { deliver_by: Some(date), ..Change::default() }));
    story.does(&merchant(), Command::AcceptChange { id: id(500) });
    story.advance(hours(5));
    assert_eq!(served(&mut story), []);
    assert_eq!(story.due(Timer::Modification), Some(date));
    assert_eq!(names(&lapse(&mut story, Timer::Modification)), ["overdue"]);
}

#[test]
fn after_an_express_refusal_no_notice_moves_a_date() {
    let mut story = delivered_and(wish());
    story.does(&provider(), Command::RefuseToPerform { reason: "We cannot".into() });
    story.advance(hours(5));
    assert_eq!(served(&mut story), []);
    assert_eq!(story.due(Timer::Modification), None);
}
