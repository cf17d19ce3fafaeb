//! The merchant's cooperation, pauses, and the end for want of it (D2.6, D2.7, W8, X4).
use crate::world::*;
use check::Story;
use kernel::{ClaimKind, Due, Machine, Party, Terms, Time, TimeDelta};
use orders_domain::Orders;
use orders_domain::order::*;

fn remaining(story: &Story<Orders>, timer: Timer) -> Option<TimeDelta> {
    let listed = Orders::deadlines(&story.state);
    match listed.iter().find(|deadline| deadline.timer == timer)?.due {
        Due::At(_) => None,
        Due::Paused { remaining } => Some(remaining),
    }
}

fn asked_after_two_days() -> (Story<Orders>, Time) {
    let mut story = story().started();
    story.advance(days(2));
    let events = story.does(&provider(), cooperate(Some(Basis::Listing(0))));
    assert_eq!(rules_of(&events), ["D2.6", "D2.7", "W8", "X4"]);
    served(&mut story);
    let now = story.now;
    (story, now)
}

#[test]
fn x4_a_due_request_stops_the_delivery_clock_until_it_is_answered() {
    let (mut story, asked_at) = asked_after_two_days();
    assert_eq!(remaining(&story, Timer::Delivery), Some(days(5)));
    assert_eq!(story.due(Timer::Cooperation), Some(asked_at + days(5)));
    story.advance(hours(30));
    story.refuses_with(&merchant(), apply(ClaimKind::NotDelivered), "refund_claim_not_open", Some("X4"));
    let events = story.does(&merchant(), provide());
    assert_eq!(names(&events), ["cooperation_provided"]);
    assert_eq!(story.due(Timer::Delivery), Some(story.now + days(5)), "exactly what was left");
    assert_eq!(story.due(Timer::Cooperation), None);
    let Phase::InProgress(work) = &order(&story).phase else { panic!("{:?}", story.state) };
    assert_eq!(work.paused, hours(30));
}

#[test]
fn d2_6_the_need_must_have_been_told_beforehand() {
    let mut story = story().started();
    for basis in [Basis::Listing(1), Basis::Agreement(1), Basis::Message(id(301))] {
        story.refuses_with(&provider(), cooperate(Some(basis)), "cooperation_without_notice", Some("D2.6"));
    }
    story.facts.notice = Some(Notice { message: id(300), by: Party::Merchant });
    let merchants_own = cooperate(Some(Basis::Message(id(300))));
    story.refuses_with(&provider(), merchants_own, "cooperation_without_notice", Some("D2.6"));
    story.facts.notice = Some(Notice { message: id(300), by: Party::Provider });
    for basis in [Basis::Message(id(300)), Basis::Agreement(0)] {
        let mut story = begun();
        story.does(&provider(), cooperate(Some(basis)));
        assert_eq!(remaining(&story, Timer::Delivery), Some(days(7)));
    }
}

fn begun() -> Story<Orders> {
    story().started()
}

#[test]
fn x4_without_prior_notice_nothing_pauses_and_nothing_follows_from_silence() {
    let mut story = story().started();
    let due = story.due(Timer::Delivery);
    let events = story.does(&provider(), cooperate(None));
    assert_eq!(rules_of(&events), ["D2.6", "X4"]);
    assert_eq!(story.due(Timer::Delivery), due);
    assert_eq!(story.due(Timer::Cooperation), None);
    assert_eq!(rules_of(&lapse(&mut story, Timer::Delivery)), ["D2.4", "W3", "W4"]);
    let events = story.does(&merchant(), Command::DeclineCooperation { reason: "Nobody told us".into() });
    assert_eq!(rules_of(&events), ["D2.6"]);
    let events = story.does(&provider(), Command::Terminate { reason: "No material".into() });
    assert_eq!(rules_of(&events), ["D3.4.2", "M5.61"], "its own breach: the merchant withheld nothing that was due");
}

#[test]
fn one_due_request_waits_at_a_time() {
    let mut story = story().started();
    story.refuses_with(&merchant(), provide(), "cooperation_not_requested", Some("D2.7"));
    story.does(&provider(), cooperate(None));
    story.does(&provider(), cooperate(Some(Basis::Listing(0))));
    story.refuses_with(&provider(), cooperate(None), "cooperation_pending", Some("D2.7"));
}

#[test]
fn w8_withheld_for_five_days_the_provider_may_end_on_d2_7() {
    let (mut story, _) = asked_after_two_days();
    assert_eq!(rules_of(&lapse(&mut story, Timer::CooperationReminder)), ["W8"]);
    let events = lapse(&mut story, Timer::Cooperation);
    assert_eq!(rules_of(&events), ["D2.7", "W8"]);
    assert_eq!(remaining(&story, Timer::Delivery), Some(days(5)), "the answer is still owed");
    let events = story.does(&provider(), Command::Terminate { reason: "No material".into() });
    assert_eq!(rules_of(&events), ["D2.7", "W8"]);
    assert_eq!(story.status(), "in_progress", "neither paid nor given back: D2.8 to D2.10 are for a dispute");
    assert_eq!(story.due(Timer::WithheldCooperationClaim), Some(story.now + days(15)));
    story.refuses_with(&provider(), deliver(), "order_status_forbids", None);
    assert!(window_of(&story, ClaimKind::NotDelivered).is_open());
    let events = lapse(&mut story, Timer::WithheldCooperationClaim);
    assert_eq!(rules_of(&events), ["D2.7", "W21"]);
    assert_eq!(story.status(), "completed");
}

#[test]
fn d2_7_after_the_provider_ended_the_merchant_may_apply() {
    let (mut story, _) = asked_after_two_days();
    story.does(&merchant(), Command::DeclineCooperation { reason: "We changed our mind".into() });
    assert_eq!(story.due(Timer::Delivery), Some(story.now + days(5)), "nothing is owed to wait for");
    story.does(&provider(), Command::Terminate { reason: "No material".into() });
    story.does(&merchant(), apply(ClaimKind::NotDelivered));
    assert_eq!(order(&story).application().unwrap().supported_by, []);
    story.does(&disputes(), settle("700.00"));
    assert_eq!(story.status(), "partially_refunded");
}

#[test]
fn late_cooperation_is_still_cooperation() {
    let (mut story, _) = asked_after_two_days();
    lapse(&mut story, Timer::Cooperation);
    story.advance(days(1));
    story.does(&merchant(), provide());
    assert_eq!(story.due(Timer::Delivery), Some(story.now + days(5)));
    let events = story.does(&provider(), Command::Terminate { reason: "Too late for us".into() });
    assert_eq!(rules_of(&events), ["D3.4.2", "M5.61"]);
}

#[test]
fn w8_all_pauses_together_last_thirty_days_at_most() {
    let (mut story, asked_at) = asked_after_two_days();
    story.advance(days(10));
    story.does(&merchant(), provide());
    story.does(&provider(), cooperate(Some(Basis::Listing(0))));
    assert_eq!(story.due(Timer::CooperationPause), Some(story.now + days(20)));
    let events = lapse(&mut story, Timer::CooperationPause);
    assert_eq!(rules_of(&events), ["X4", "W8"]);
    assert_eq!(story.now, asked_at + days(30));
    assert_eq!(story.due(Timer::Delivery), Some(story.now + days(5)));
    story.does(&merchant(), provide());
    let events = story.does(&provider(), cooperate(Some(Basis::Listing(0))));
    let Event::CooperationRequested(requested) = &events[0] else { panic!("{events:?}") };
    assert_eq!(requested.pause, None, "pauses are used up, the answer is owed all the same");
    assert!(requested.answer_by.is_some());
}

#[test]
fn what_is_overdue_already_does_not_pause() {
    let mut story = story().started();
    lapse(&mut story, Timer::Delivery);
    let events = story.does(&provider(), cooperate(Some(Basis::Listing(0))));
    let Event::CooperationRequested(requested) = &events[0] else { panic!("{events:?}") };
    assert_eq!(requested.pause, None);
    assert!(window_of(&story, ClaimKind::NotDelivered).is_open());
}

#[test]
fn the_time_of_a_dispute_is_no_pause_for_cooperation() {
    let (mut story, _) = asked_after_two_days();
    story.advance(days(1));
    story.does(&merchant(), apply(ClaimKind::NotAsDescribed));
    assert_eq!(remaining(&story, Timer::Cooperation), Some(days(4)));
    assert_eq!(remaining(&story, Timer::Delivery), Some(days(5)));
    assert_eq!(remaining(&story, Timer::CooperationPause), Some(days(29)));
    story.advance(days(40));
    story.does(&disputes(), Command::Resume { case: case() });
    assert_eq!(story.due(Timer::Cooperation), Some(story.now + days(4)));
    assert_eq!(remaining(&story, Timer::Delivery), Some(days(5)), "still waiting for the merchant");
    assert_eq!(story.due(Timer::CooperationPause), Some(story.now + days(29)));
}

#[test]
fn ending_before_delivery_is_a_full_refund_on_the_article_of_the_category() {
    use kernel::Category::*;
    let articles =
        [(Software, "D3.1.2"), (Operation, "D3.2.3"), (Training, "D3.3.2"), (Design, "D3.4.2"), (Video, "D3.5.2")];
    for (category, article) in articles {
        let mut story = story_of(Terms { category, ..logo() }).started();
        let events = story.does(&provider(), Command::Terminate { reason: "We close down".into() });
        assert_eq!(rules_of(&events), [article, "M5.61"]);
        assert_eq!(story.status(), "cancelled");
    }
    let mut delivered = story().delivered();
    let end = Command::Terminate { reason: "We close down".into() };
    delivered.refuses_with(&provider(), end, "order_status_forbids", None);
}
