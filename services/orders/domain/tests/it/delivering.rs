//! Delivery, acceptance, and what is overdue (D1.2, D2.4, W3–W5, X9).
use crate::world::*;
use kernel::{ClaimKind, Machine, Party, ServedBy};
use orders_domain::Orders;
use orders_domain::order::*;

#[test]
fn a_delivery_is_files_with_a_manifest() {
    let mut story = story().started();
    let link = Command::Deliver { files: vec![], note: Some("https://pan.example.com/x".into()) };
    story.refuses_with(&provider(), link, "nothing_delivered", Some("D1.2"));
    let unknown = Command::Deliver { files: vec![file(99)], note: None };
    story.refuses_with(&provider(), unknown, "order_file_unknown", None);
    let twice = Command::Deliver { files: vec![file(1), file(1)], note: None };
    story.refuses_with(&provider(), twice, "order_list_invalid", None);
    let events = story.does(&provider(), deliver());
    let Event::Delivered(delivery) = &events[0] else { panic!("{events:?}") };
    assert_eq!(delivery.round, 1);
    assert_eq!(delivery.manifest.files.len(), 2);
    let kept = order(&story).delivery.as_ref().unwrap();
    assert_eq!(kept.manifest, delivery.manifest.sha256);
    assert_eq!(kept.manifest.len(), 64);
    story.refuses_with(&provider(), deliver(), "order_status_forbids", None);
    story.refuses_with(&provider(), redeliver(), "order_status_forbids", None);
}

#[test]
fn a_manifest_differs_when_a_file_does() {
    let manifest = |files: Vec<kernel::FileId>| {
        let mut story = story().started();
        story.does(&provider(), Command::Deliver { files, note: None });
        order(&story).delivery.as_ref().unwrap().manifest.clone()
    };
    let made = [vec![file(1)], vec![file(2)], vec![file(1), file(2)], vec![file(2), file(1)]].map(manifest);
    for (place, one) in made.iter().enumerate() {
        assert!(!made[..place].contains(one));
    }
}

#[test]
fn an_accepted_one_off_service_is_completed() {
    let mut story = story().delivered();
    let events = story.does(&merchant(), Command::Accept);
    assert_eq!(rules_of(&events), ["D1.3.2", "X9"]);
    assert_eq!(story.status(), "completed");
    story.refuses_with(&merchant(), Command::Accept, "order_has_ended", None);
    story.refuses_with(&merchant(), flaw(), "acceptance_window_closed", Some("X9"));
    story.refuses_with(&merchant(), apply(ClaimKind::Quality), "refund_window_closed", Some("D1.3.2"));
    assert!(Orders::deadlines(&story.state).is_empty());
}

#[test]
fn d1_1_3_the_window_starts_when_the_notice_is_served() {
    let mut story = story().started();
    story.does(&provider(), deliver());
    let delivered = story.now;
    assert_eq!((story.due(Timer::Acceptance), story.due(Timer::Notice)), (None, Some(delivered + hours(24))));
    let open = Eligibility::Open { until: None, rule: kernel::RuleId::of("D1.3.2") };
    assert_eq!(window_of(&story, ClaimKind::Quality), open);
    story.advance(hours(3));
    let confirm = |act_at, served_at| {
        let (window, to, by) = (Window::Acceptance, Party::Merchant, ServedBy::Inbox);
        Command::ConfirmNotice(ConfirmNotice { window, act_at, to, served_at, by })
    };
    for party in [merchant(), provider()] {
        story.refuses_with(&party, confirm(delivered, story.now), "order_action_not_yours", None);
    }
    assert_eq!(story.does(&notifications(), confirm(story.now, story.now)), [], "the notice of another delivery");
    let events = story.does(&notifications(), confirm(delivered, story.now - hours(1)));
    assert_eq!(rules_of(&events), ["D1.1.3", "W5"]);
    let Event::NoticeServed(told) = &events[0] else { panic!("{events:?}") };
    assert_eq!((told.round, told.served_at, told.by), (Some(1), story.now - hours(1), ServedBy::Inbox));
    assert_eq!(story.due(Timer::Acceptance), Some(story.now + days(5)), "from when the order heard of it");
    assert_eq!(story.due(Timer::Notice), None);
    story.advance(hours(2));
    assert_eq!(story.does(&notifications(), confirm(delivered, story.now)), [], "told twice is told once");
}

#[test]
fn d1_1_3_a_notice_of_which_nothing_is_heard_counts_as_served() {
    let mut story = story().started();
    story.does(&provider(), deliver());
    let events = lapse(&mut story, Timer::Notice);
    let Event::NoticeServed(told) = &events[0] else { panic!("{events:?}") };
    assert_eq!((told.by, told.served_at), (ServedBy::Unheard, story.now));
    assert_eq!(served(&mut story), [], "told too late");
    assert_eq!(names(&story.advance(days(5))), ["acceptance_reminded", "acceptance_reminded", "completed"]);
}

#[test]
fn a_notice_served_in_a_dispute_starts_a_window_that_stands_still() {
    let mut told = story().started();
    told.does(&provider(), deliver());
    told.advance(hours(2));
    told.does(&merchant(), apply(ClaimKind::Quality));
    told.advance(days(9));
    assert_eq!(names(&served(&mut told)), ["notice_served"]);
    assert_eq!(told.advance(days(9)), [], "nothing runs in a dispute");
    told.does(&disputes(), Command::Resume { case: case() });
    assert_eq!(told.due(Timer::Acceptance), Some(told.now + days(5)));

    let mut untold = story().started();
    untold.does(&provider(), deliver());
    untold.advance(hours(2));
    untold.does(&merchant(), apply(ClaimKind::Quality));
    untold.advance(days(9));
    untold.does(&disputes(), Command::Resume { case: case() });
    assert_eq!(untold.due(Timer::Notice), Some(untold.now + hours(22)), "what was left of it");
}

#[test]
fn w5_silence_accepts_after_two_reminders() {
    let mut story = story().delivered();
    let delivered = story.now;
    assert_eq!(story.due(Timer::Acceptance), Some(delivered + days(5)));
    assert_eq!(names(&lapse(&mut story, Timer::AcceptanceReminder)), ["acceptance_reminded"]);
    assert_eq!(story.now, delivered + days(2), "three days left");
    assert_eq!(names(&lapse(&mut story, Timer::AcceptanceReminder)), ["acceptance_reminded"]);
    assert_eq!(story.now, delivered + days(4), "one day left");
    assert_eq!(story.due(Timer::AcceptanceReminder), None);
    let events = lapse(&mut story, Timer::Acceptance);
    assert_eq!(rules_of(&events), ["W5", "D1.1.3"]);
    let Event::Completed(completed) = &events[0] else { panic!("{events:?}") };
    assert_eq!(completed.how, Completion::AcceptedBySilence);
    assert_eq!(story.now, delivered + days(5));
    assert_eq!(story.status(), "completed");
}

#[test]
fn t9_an_application_races_the_silent_acceptance_and_one_of_them_wins() {
    let mut in_time = story().delivered();
    in_time.advance(days(5) - second());
    in_time.does(&merchant(), apply(ClaimKind::Quality));
    assert_eq!(in_time.advance(days(30)), [], "nothing runs in a dispute");
    assert_eq!(in_time.status(), "disputed");

    let mut late = story().delivered();
    late.sleep_through(days(5));
    let closed = late.now;
    let refusal = late.refuses(&merchant(), apply(ClaimKind::Quality));
    assert_eq!(refusal, Refusal::WindowClosed { status: "completed", since: closed });
    assert_eq!(kernel::Refusal::class(&refusal), kernel::Class::TooLate { since: closed });
    assert_eq!(late.status(), "completed", "the lapse stands although the command was refused");
}

#[test]
fn w3_an_overdue_delivery_lets_the_merchant_claim_at_once() {
    let mut story = story().started();
    let due = story.due(Timer::Delivery).unwrap();
    let open_from = Eligibility::NotYet { from: Some(due), rule: kernel::RuleId::of("W21") };
    assert_eq!(window_of(&story, ClaimKind::NotDelivered), open_from);
    story.refuses_with(&merchant(), apply(ClaimKind::NotDelivered), "refund_claim_not_open", Some("W21"));
    let events = lapse(&mut story, Timer::Delivery);
    assert_eq!(rules_of(&events), ["D2.4", "W3", "W4"]);
    assert!(window_of(&story, ClaimKind::NotDelivered).is_open());
    story.does(&merchant(), apply(ClaimKind::NotDelivered));
    assert_eq!(order(&story).application().unwrap().supported_by, ["D2.4"].map(kernel::RuleId::of));
}

#[test]
fn w4_two_unanswered_reminders_and_seven_days_recommend_the_finding() {
    let mut story = story().started();
    lapse(&mut story, Timer::Delivery);
    let since = story.now;
    assert_eq!(names(&lapse(&mut story, Timer::OverdueReminder)), ["overdue_reminded"]);
    assert_eq!(names(&lapse(&mut story, Timer::OverdueReminder)), ["overdue_reminded"]);
    let events = lapse(&mut story, Timer::Unwillingness);
    assert_eq!(story.now, since + days(7));
    assert_eq!(rules_of(&events), ["D2.4", "W4"]);
    let Event::UnwillingnessRecommended(found) = &events[0] else { panic!("{events:?}") };
    assert!(found.decision.automated);
    assert_eq!(found.decision.by, "clock");
    assert_eq!(found.decision.facts[1], "2 reminders without an answer");
    story.does(&merchant(), apply(ClaimKind::NotDelivered));
    assert_eq!(order(&story).application().unwrap().supported_by, ["D2.4", "W4"].map(kernel::RuleId::of));
}

#[test]
fn w4_an_answer_starts_the_reminders_anew_and_takes_no_right_from_the_merchant() {
    let mut story = story().started();
    story.refuses_with(
        &provider(),
        Command::AnswerReminder { statement: "Soon".into() },
        "nothing_overdue",
        Some("W4"),
    );
    lapse(&mut story, Timer::Delivery);
    lapse(&mut story, Timer::OverdueReminder);
    story.does(&provider(), Command::AnswerReminder { statement: "On Friday".into() });
    assert_eq!(story.due(Timer::Unwillingness), Some(story.now + days(7)));
    assert_eq!(story.due(Timer::OverdueReminder), Some(story.now + days(2)));
    assert!(window_of(&story, ClaimKind::NotDelivered).is_open());
    story.does(&provider(), deliver());
    assert_eq!(story.status(), "delivered", "late, but the merchant did not claim");
    assert_eq!(story.due(Timer::Unwillingness), None);
}

#[test]
fn w4_an_express_refusal_lets_the_merchant_claim_before_the_date() {
    let mut story = story().started();
    let events = story.does(&provider(), Command::RefuseToPerform { reason: "We cannot".into() });
    assert_eq!(rules_of(&events), ["D2.4", "W4"]);
    let again = Command::RefuseToPerform { reason: "We cannot".into() };
    story.refuses_with(&provider(), again, "performance_already_refused", Some("W4"));
    assert_eq!(story.due(Timer::Delivery), None);
    story.does(&merchant(), apply(ClaimKind::NotDelivered));
    assert_eq!(order(&story).application().unwrap().supported_by, ["D2.4", "W4"].map(kernel::RuleId::of));
}

#[test]
fn an_express_refusal_of_something_overdue_ends_the_reminders() {
    let mut story = story().started();
    lapse(&mut story, Timer::Delivery);
    story.does(&provider(), Command::RefuseToPerform { reason: "We cannot".into() });
    assert_eq!(story.advance(days(30)), []);
    story.refuses_with(
        &provider(),
        Command::AnswerReminder { statement: "Soon".into() },
        "nothing_overdue",
        Some("W4"),
    );
}
