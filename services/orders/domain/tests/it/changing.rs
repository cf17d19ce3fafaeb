//! Changes of terms by both parties' consent (D2.4, W9).
use crate::world::*;
use kernel::{Due, Machine};
use orders_domain::Orders;
use orders_domain::order::*;

fn new_date(story: &check::Story<Orders>, in_days: i64) -> Change {
    Change { deliver_by: Some(story.now + days(in_days)), ..Change::default() }
}

#[test]
fn w9_silence_refuses() {
    let mut story = story().started();
    let due = story.due(Timer::Delivery);
    let change = new_date(&story, 20);
    story.does(&provider(), propose(change));
    served(&mut story);
    assert_eq!(rules_of(&lapse(&mut story, Timer::Change)), ["D2.4", "W9"]);
    assert_eq!(story.due(Timer::Delivery), due);
    assert_eq!(order(&story).proposal, None);
}

#[test]
fn only_the_other_party_answers() {
    let mut story = story().started();
    let accept = || Command::AcceptChange { id: id(500) };
    story.refuses_with(&merchant(), accept(), "change_not_proposed", Some("D2.4"));
    let change = new_date(&story, 20);
    story.does(&provider(), propose(change.clone()));
    story.refuses_with(&provider(), accept(), "order_action_not_yours", None);
    assert!(!story.actions(&provider()).iter().any(|offered| offered.action == "accept_change"));
    story.refuses_with(&merchant(), propose(change), "change_pending", Some("D2.4"));
    let another = Command::AcceptChange { id: id(501) };
    story.refuses_with(&merchant(), another, "change_replaced", Some("D2.4"));
    story.does(&merchant(), accept());
    assert_eq!(story.due(Timer::Delivery), Some(story.now + days(20)));
    assert_eq!(story.due(Timer::Change), None);
}

#[test]
fn a_declined_change_changes_nothing() {
    let mut story = story().started();
    let before = order(&story).phase.clone();
    let change = new_date(&story, 20);
    story.does(&merchant(), propose(change));
    let events = story.does(&provider(), Command::DeclineChange { id: id(500) });
    assert_eq!(rules_of(&events), ["D2.4"]);
    assert_eq!(order(&story).phase, before);
}

#[test]
fn consent_to_a_new_date_clears_what_was_overdue_and_proposing_it_answers_the_reminders() {
    let mut story = story().started();
    lapse(&mut story, Timer::Delivery);
    story.advance(days(1));
    let change = new_date(&story, 4);
    story.does(&provider(), propose(change));
    assert_eq!(story.due(Timer::Unwillingness), Some(story.now + days(7)));
    story.does(&merchant(), Command::AcceptChange { id: id(500) });
    assert_eq!(story.due(Timer::Unwillingness), None);
    assert_eq!(story.due(Timer::Delivery), Some(story.now + days(4)));
}

#[test]
fn a_new_date_counts_while_the_clock_stands_still_too() {
    let mut story = story().started();
    story.does(&provider(), cooperate(Some(Basis::Listing(0))));
    let change = new_date(&story, 12);
    story.does(&provider(), propose(change));
    story.does(&merchant(), Command::AcceptChange { id: id(500) });
    let delivery = Orders::deadlines(&story.state).into_iter().find(|it| it.timer == Timer::Delivery).unwrap();
    assert_eq!(delivery.due, Due::Paused { remaining: days(12) });
}

#[test]
fn the_redelivery_can_be_given_more_time() {
    let mut story = story().modification_requested();
    lapse(&mut story, Timer::Modification);
    let change = new_date(&story, 3);
    story.does(&provider(), propose(change));
    story.does(&merchant(), Command::AcceptChange { id: id(500) });
    assert_eq!(story.due(Timer::Modification), Some(story.now + days(3)));
    assert_eq!(story.due(Timer::LateModificationClaim), None, "by consent it is not late");
}

#[test]
fn days_and_numbers_hold_from_then_on() {
    let mut story = story().funded();
    let change = Change { delivery_days: Some(2), modification_days: Some(9), ..Change::default() };
    story.does(&merchant(), propose(change));
    story.does(&provider(), Command::AcceptChange { id: id(500) });
    story.does(&provider(), Command::UploadAgreement(agreement()));
    story.does(&merchant(), Command::ConfirmAgreement { file: file(0) });
    story.does(&provider(), Command::Start);
    assert_eq!(story.due(Timer::Delivery), Some(story.now + days(2)));
    story.does(&provider(), deliver());
    story.does(&merchant(), flaw());
    assert_eq!(story.due(Timer::Repair), Some(story.now + days(9)));
}

#[test]
fn a_change_must_be_possible_and_bounded() {
    let mut story = story().started();
    let refused = |story: &mut check::Story<Orders>, change, code| {
        story.refuses_with(&provider(), propose(change), code, Some("D2.4"));
    };
    refused(&mut story, Change::default(), "change_empty");
    refused(&mut story, Change { delivery_days: Some(3), ..Change::default() }, "change_empty");
    refused(&mut story, Change { modification_days: Some(0), ..Change::default() }, "change_out_of_bounds");
    refused(&mut story, Change { modifications: Some(101), ..Change::default() }, "change_out_of_bounds");
    refused(&mut story, Change { failed_modifications: Some(21), ..Change::default() }, "change_out_of_bounds");
    let past = Change { deliver_by: Some(story.now), ..Change::default() };
    refused(&mut story, past, "change_out_of_bounds");
    let far = new_date(&story, 400);
    refused(&mut story, far, "change_out_of_bounds");
    let mut delivered = story_delivered();
    let date = new_date(&delivered, 4);
    refused(&mut delivered, date, "change_empty");
    let mut placed = story_placed();
    let days = Change { modification_days: Some(5), ..Change::default() };
    placed.refuses_with(&provider(), propose(days), "order_status_forbids", None);
}

fn story_delivered() -> check::Story<Orders> {
    story().delivered()
}

fn story_placed() -> check::Story<Orders> {
    story().placed()
}

#[test]
fn a_date_that_has_passed_meanwhile_cannot_be_consented_to() {
    let mut story = story().started();
    let change = Change { deliver_by: Some(story.now + hours(1)), ..Change::default() };
    story.does(&merchant(), propose(change));
    story.advance(hours(2));
    story.refuses_with(&provider(), Command::AcceptChange { id: id(500) }, "change_out_of_bounds", Some("D2.4"));
}

#[test]
fn a_proposal_falls_when_the_order_moves_on() {
    let mut story = story().started();
    let change = new_date(&story, 20);
    story.does(&merchant(), propose(change));
    story.does(&provider(), deliver());
    assert_eq!(order(&story).proposal, None);
    assert_eq!(story.due(Timer::Change), None);
}

#[test]
fn a_proposal_stands_still_in_a_dispute() {
    let mut story = story().delivered();
    story.does(&merchant(), propose(Change { modifications: Some(3), ..Change::default() }));
    story.advance(days(1));
    story.does(&merchant(), apply(kernel::ClaimKind::Quality));
    story.refuses_with(&provider(), Command::AcceptChange { id: id(500) }, "order_in_dispute", Some("D1.3.2"));
    story.advance(days(20));
    story.does(&disputes(), Command::Resume { case: case() });
    assert_eq!(story.due(Timer::Change), Some(story.now + days(2)));
    story.does(&provider(), Command::AcceptChange { id: id(500) });
    assert_eq!(order(&story).agreed.modifications, Some(3));
}
