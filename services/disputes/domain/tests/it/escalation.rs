//! Before the platform: D1.3.1, A8, and what N1 holds back and what not (X12).
use crate::world::*;
use disputes_domain::{Event, Side, Timer};
use kernel::{Class, Refusal as _, RuleId};

#[test]
fn received_kept_and_money_back_negotiates_first() {
    let mut story = opened_by(kept());
    story.does(&provider(), propose(1, "50.00"));
    let from = story.due(Timer::Negotiation).unwrap();
    for side in [Side::Provider, Side::Merchant] {
        let refusal = story.refuses(&other(side), escalate());
        assert_eq!((refusal.code(), refusal.rule()), ("negotiation_comes_first", Some(RuleId::of("N1"))));
        assert_eq!(refusal.class(), Class::TooEarly { from });
    }
    story.does(&merchant(), decline(1));
    story.advance(until(&story, Some(from)) - tick());
    story.refuses_with(&merchant(), escalate(), "negotiation_comes_first", Some("N1"));
    story.advance(tick());
    story.does(&merchant(), escalate());
    assert_eq!(story.status(), "under_review");
}

#[test]
fn the_gate_moves_with_a_window_that_both_prolonged() {
    let mut story = opened_by(kept());
    let opened_at = story.now;
    story.does(&provider(), disputes_domain::Command::ExtendNegotiation);
    story.does(&merchant(), disputes_domain::Command::ExtendNegotiation);
    let refusal = story.refuses(&merchant(), escalate());
    assert_eq!(refusal.class(), Class::TooEarly { from: opened_at + days(15) });
}

#[test]
fn the_providers_refusal_opens_the_gate_at_once() {
    let mut story = opened_by(kept());
    story.does(&provider(), refuse());
    story.does(&merchant(), escalate());
    assert_eq!(story.status(), "under_review");
}

#[test]
fn every_other_claim_escalates_at_once_at_either_sides_wish() {
    for side in [Side::Provider, Side::Merchant] {
        let mut story = opened();
        story.does(&other(side), escalate());
        assert_eq!(story.status(), "under_review");
    }
}

#[test]
fn what_is_unlawful_or_a_withdrawal_right_is_never_held_back() {
    for (rule, is_held_back) in [("D2.1", false), ("P5", false), ("D2.5c", true)] {
        let mut opening = kept();
        opening.application.supported_by = vec![RuleId::of(rule)];
        let mut story = opened_by(opening);
        let refused = !story.open_to(&merchant()).contains(&"escalate");
        assert_eq!(refused, is_held_back, "{rule}");
        if !is_held_back {
            story.does(&merchant(), escalate());
        }
    }
}

#[test]
fn what_was_never_received_cannot_be_kept() {
    let mut opening = kept();
    opening.application.delivered = false;
    opened_by(opening).does(&merchant(), escalate());
}

#[test]
fn a_merchants_escalation_has_its_four_things() {
    let mut story = opened();
    for missing in [
        escalate_with(" ", "No agreement.", "Out of focus."),
        escalate_with("product video", "", "Out of focus."),
        escalate_with("product video", "No agreement.", "\n"),
    ] {
        story.refuses_with(&merchant(), missing, "escalation_incomplete", Some("A8"));
    }
    let too_long = escalate_with("product video", "No agreement.", &"x".repeat(2_001));
    story.refuses_with(&merchant(), too_long, "case_text_too_long", None);
    let events = story.does(&merchant(), escalate());
    let [Event::Escalated { rules, kind_of_product, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!(rules, &[RuleId::of("D1.3.1"), RuleId::of("A8")]);
    assert_eq!(kind_of_product, "product video");
}

#[test]
fn a_providers_escalation_has_its_reasons() {
    let mut story = opened();
    story.refuses_with(&provider(), escalate_with("", "", ""), "escalation_incomplete", Some("A8"));
    let events = story.does(&provider(), escalate_with("", "", "We disagree on the agreed size."));
    assert!(matches!(&events[..], [Event::Escalated { rules, .. }] if *rules == [RuleId::of("D1.3.1")]));
}

#[test]
fn before_the_platform_the_parties_may_still_settle() {
    let mut story = opened();
    story.does(&provider(), propose(1, "100.00"));
    story.does(&merchant(), escalate());
    story.does(&arbitrator(), disputes_domain::Command::Claim);
    story.does(&merchant(), propose(2, "600.00"));
    story.does(&provider(), accept(2, "600.00"));
    assert_eq!((story.status(), outcome_rules(&story)[0].as_str()), ("settled", "D1.6.1"));
}

#[test]
fn a_proposal_of_the_negotiation_still_lapses_before_the_platform() {
    let mut story = opened();
    story.does(&provider(), propose(1, "100.00"));
    story.does(&merchant(), escalate());
    let lapsed = story.advance(days(3));
    assert!(matches!(&lapsed[..], [Event::ProposalDeclined { escalate_by: None, .. }]), "{lapsed:?}");
    assert_eq!(story.status(), "under_review");
}

#[test]
fn before_the_platform_the_merchant_may_still_withdraw_and_nobody_escalates_twice() {
    let mut story = escalated();
    story.refuses_with(&provider(), escalate(), "case_already_escalated", Some("D1.3.1"));
    story.refuses_with(
        &provider(),
        disputes_domain::Command::ExtendNegotiation,
        "case_already_escalated",
        Some("D1.3.1"),
    );
    story.does(&merchant(), withdraw());
    assert_eq!(story.status(), "withdrawn");
}
