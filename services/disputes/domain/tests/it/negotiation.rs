//! The parties among themselves: D1.1.2, A7, W11–W13, D1.6.1.
use crate::world::*;
use disputes_domain::{Command, Event, Side, Timer, wording};
use kernel::{Actor, ClaimKind, Party, Role, RuleId};

#[test]
fn an_application_opens_the_case_and_names_who_must_prove_what() {
    let mut story = absent();
    let events = story.does(&orders(), Command::Open(Box::new(opening())));
    let [Event::Opened { burden, burden_rule, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!((*burden, burden_rule.as_str()), (Side::Merchant, "D1.4.4"));
    assert_eq!((story.status(), case(&story).stage()), ("waiting_for_provider", "negotiation"));
    assert_eq!(story.due(Timer::Answer), Some(story.now + days(5)));
    assert_eq!(story.due(Timer::Negotiation), Some(story.now + days(5)));
    assert_eq!(case(&story).opening, opening());
}

#[test]
fn the_message_that_opens_is_right_when_repeated_at_any_time() {
    let again = || Command::Open(Box::new(opening()));
    let mut story = opened();
    assert_eq!(story.does(&orders(), again()), vec![]);
    story.does(&merchant(), withdraw());
    assert_eq!(story.does(&orders(), again()), vec![]);
    assert_eq!(story.status(), "withdrawn");
}

#[test]
fn the_message_is_cut_to_its_bounds_rather_than_refused() {
    let mut long = opening();
    long.application.statement = "镜".repeat(wording::STATEMENT + 1);
    long.application.supported_by = vec![RuleId::of("D2.5c"); 60];
    let story = opened_by(long);
    let application = &case(&story).opening.application;
    assert_eq!(application.statement.chars().count(), wording::STATEMENT);
    assert_eq!(application.supported_by.len(), wording::LIST);
}

#[test]
fn nobody_but_the_system_opens_a_case_and_strangers_see_none() {
    let mut story = absent();
    for actor in [provider(), merchant(), arbitrator(), operator()] {
        story.unknown_to(&actor, Command::Open(Box::new(opening())));
    }
    story.refuses_with(&orders(), withdraw(), "case_not_found", None);
    let mut story = opened();
    for stranger in strangers() {
        story.unknown_to(&stranger, withdraw());
        assert_eq!(story.party_of(&stranger), None);
    }
    story.refuses_with(&merchant(), Command::Open(Box::new(opening())), "case_action_not_yours", None);
}

#[test]
fn a_counter_proposal_accepted_settles_to_the_minor_unit() {
    let mut story = opened();
    story.does(&provider(), propose(1, "100.00"));
    assert_eq!(story.status(), "waiting_for_merchant");
    assert_eq!(story.due(Timer::Answer), None, "a proposal answers the application (A7)");
    let events = story.does(&merchant(), propose(2, "433.33"));
    assert!(matches!(&events[..], [Event::Proposed { replaces: Some(one), .. }] if *one == proposal(1)));
    assert_eq!(story.status(), "waiting_for_provider");
    story.does(&provider(), accept(2, "433.33"));
    assert_eq!((story.status(), case(&story).stage()), ("settled", "closed"));
    let outcome = case(&story).outcome().unwrap();
    assert_eq!((outcome.to_merchant, outcome.compensation), (cny("433.33"), cny("0")));
    assert_eq!((outcome.at, &outcome.edition), (story.now, &opening().edition));
    assert_eq!(outcome_rules(&story)[0], "D1.6.1");
    assert!(!case(&story).is_open());
}

#[test]
fn none_and_all_of_the_amount_may_be_proposed_and_nothing_beyond() {
    for amount in ["0", "1200.00"] {
        let mut story = opened();
        let events = story.does(&merchant(), propose(1, amount));
        if matches!(&events[..], [Event::Proposed { settles: false, .. }]) {
            story.does(&provider(), accept(1, amount));
        }
        assert_eq!(case(&story).outcome().unwrap().to_merchant, cny(amount));
    }
    let mut story = opened();
    for amount in ["-0.01", "1200.01"] {
        story.refuses_with(&provider(), propose(1, amount), "case_amount_out_of_range", Some("D1.6.2"));
    }
    let dollars = kernel::Money::new(100, kernel::Currency::USD);
    let in_dollars = Command::Propose { proposal: proposal(1), to_merchant: dollars, text: String::new() };
    story.refuses_with(&provider(), in_dollars, "case_amount_out_of_range", Some("D1.6.2"));
}

#[test]
fn an_offer_of_all_that_was_asked_settles_at_once() {
    let mut story = opened();
    story.does(&provider(), propose(1, "799.99"));
    assert!(case(&story).is_open());
    let events = story.does(&provider(), propose(2, "800.00"));
    let [Event::Proposed { settles: true, filed: proposed, .. }, Event::Settled { proposal: id, by, filed, .. }] =
        &events[..]
    else {
        panic!("{events:?}")
    };
    assert_eq!((*id, by.side), (proposal(2), Side::Provider));
    assert_eq!((proposed[0].entry.number, filed[0].entry.number), (3, 4), "both are in the file");
    assert_eq!((story.status(), case(&story).outcome().unwrap().to_merchant), ("settled", cny("800.00")));
    assert_eq!(outcome_rules(&story), ["D1.6.1", "A7"]);
    let mut before_the_platform = claimed();
    before_the_platform.does(&provider(), propose(1, "1200.00"));
    assert_eq!(before_the_platform.status(), "settled");
}

#[test]
fn a_merchant_that_takes_no_more_than_is_offered_settles_at_once() {
    let mut story = opened();
    story.does(&provider(), propose(1, "300.00"));
    story.does(&merchant(), propose(2, "300.01"));
    assert!(case(&story).is_open());
    story.does(&provider(), propose(3, "300.00"));
    story.does(&merchant(), propose(4, "299.00"));
    assert_eq!((story.status(), case(&story).outcome().unwrap().to_merchant), ("settled", cny("299.00")));
    let mut nothing = opened();
    nothing.does(&merchant(), propose(1, "0"));
    assert_eq!(nothing.status(), "settled");
}

#[test]
fn only_the_other_side_answers_and_only_what_stands() {
    let mut story = opened();
    story.refuses_with(&merchant(), accept(1, "100.00"), "proposal_not_there", Some("W12"));
    story.does(&provider(), propose(1, "100.00"));
    story.refuses_with(&provider(), accept(1, "100.00"), "proposal_is_your_own", Some("W12"));
    story.refuses_with(&provider(), decline(1), "proposal_is_your_own", Some("W12"));
    story.refuses_with(&arbitrator(), accept(1, "100.00"), "case_action_not_yours", None);
    story.refuses_with(&merchant(), accept(1, "100.01"), "proposal_amount_differs", Some("D1.6.1"));
    story.does(&provider(), propose(2, "90.00"));
    story.refuses_with(&merchant(), accept(1, "100.00"), "proposal_replaced", Some("D1.6.1"));
    story.refuses_with(&merchant(), decline(1), "proposal_replaced", Some("D1.6.1"));
    story.does(&merchant(), accept(2, "90.00"));
}

#[test]
fn a_proposal_not_answered_in_three_days_is_declined() {
    let mut story = opened();
    story.does(&provider(), propose(1, "100.00"));
    story.advance(days(3) - tick());
    assert!(story.open_to(&merchant()).contains(&"accept_proposal"));
    let lapsed = story.advance(tick());
    let [Event::ProposalDeclined { by: None, escalate_by: None, rules, .. }] = &lapsed[..] else {
        panic!("{lapsed:?}")
    };
    assert_eq!(rules, &[RuleId::of("W12")]);
    assert_eq!(story.status(), "waiting_for_provider", "its author may make a better one");
    story.refuses_with(&merchant(), accept(1, "100.00"), "proposal_not_there", Some("W12"));
}

#[test]
fn the_last_instant_before_the_lapse_still_accepts() {
    let mut story = opened();
    story.does(&provider(), propose(1, "100.00"));
    story.sleep_through(days(3) - tick());
    story.does(&merchant(), accept(1, "100.00"));
    assert_eq!(story.status(), "settled");
}

#[test]
fn a_late_acceptance_finds_the_proposal_gone_even_when_no_alarm_rang() {
    let mut story = opened();
    story.does(&provider(), propose(1, "100.00"));
    story.sleep_through(days(3));
    story.refuses_with(&merchant(), accept(1, "100.00"), "proposal_not_there", Some("W12"));
}

#[test]
fn an_application_not_answered_in_five_days_goes_to_arbitration_and_grants_nothing() {
    let mut story = opened();
    story.advance(days(5) - tick());
    assert_eq!(story.status(), "waiting_for_provider");
    let lapsed = story.advance(tick());
    let [Event::Escalated { by: None, rules, decide_by, .. }] = &lapsed[..] else { panic!("{lapsed:?}") };
    assert_eq!(rules, &[RuleId::of("W11"), RuleId::of("D1.4.2")]);
    // Ten working days from Saturday the 7th of March, in Shanghai.
    assert_eq!(decide_by.to_rfc3339(), "2026-03-20T09:00:00+00:00");
    assert_eq!((story.status(), case(&story).stage()), ("under_review", "arbitration"));
    assert_eq!(case(&story).outcome(), None);
    story.refuses_with(&provider(), refuse(), "case_already_escalated", Some("D1.3.1"));
}

#[test]
fn declining_is_no_answer_to_the_application() {
    let mut story = opened();
    story.does(&merchant(), propose(1, "500.00"));
    story.does(&provider(), decline(1));
    assert!(story.due(Timer::Answer).is_some());
    story.advance(days(5));
    assert_eq!(story.status(), "under_review");
}

#[test]
fn refused_and_not_escalated_for_fifteen_days_the_application_falls() {
    let mut story = opened();
    story.does(&merchant(), propose(1, "500.00"));
    story.does(&provider(), refuse());
    assert_eq!(story.status(), "waiting_for_merchant");
    story.refuses_with(&merchant(), decline(1), "proposal_not_there", Some("W12"));
    story.refuses_with(&provider(), refuse(), "refund_already_refused", Some("A7"));
    story.advance(days(15) - tick());
    assert!(story.open_to(&merchant()).contains(&"escalate"));
    let lapsed = story.advance(tick());
    assert!(matches!(&lapsed[..], [Event::Withdrawn { by: None, .. }]), "{lapsed:?}");
    assert_eq!((story.status(), outcome_rules(&story)[0].as_str()), ("withdrawn", "W13"));
    assert_eq!(case(&story).outcome().unwrap().to_merchant, cny("0"));
    story.refuses_with(&merchant(), escalate(), "case_closed", None);
}

#[test]
fn a_new_proposal_stops_that_clock_and_its_refusal_starts_it_anew() {
    let mut story = opened();
    story.does(&provider(), refuse());
    story.advance(days(14));
    story.does(&provider(), propose(1, "50.00"));
    assert_eq!(story.due(Timer::Escalation), None);
    story.advance(days(2));
    story.does(&merchant(), decline(1));
    assert_eq!(story.due(Timer::Escalation), Some(story.now + days(15)));
    assert_eq!(story.status(), "waiting_for_merchant");
}

#[test]
fn the_window_ends_after_five_days_in_all_and_a_standing_proposal_keeps_its_time() {
    let mut story = opened();
    story.advance(days(4));
    story.does(&provider(), propose(1, "50.00"));
    let lapsed = story.advance(days(1));
    let [Event::NegotiationEnded { escalate_by: None, rules }] = &lapsed[..] else { panic!("{lapsed:?}") };
    assert_eq!(rules, &[RuleId::of("W12"), RuleId::of("N1")]);
    let lapsed = story.advance(days(2));
    assert!(
        matches!(&lapsed[..], [Event::ProposalDeclined { escalate_by: Some(due), .. }] if *due == story.now + days(15))
    );
    story.advance(days(15));
    assert_eq!(story.status(), "withdrawn");
}

#[test]
fn the_window_ends_with_an_empty_table_and_escalation_is_what_remains() {
    let mut story = opened();
    story.does(&provider(), propose(1, "50.00"));
    story.does(&merchant(), decline(1));
    assert_eq!(story.status(), "waiting_for_provider");
    story.advance(days(5));
    assert_eq!(story.due(Timer::Escalation), Some(story.now + days(15)));
    assert_eq!(story.status(), "waiting_for_merchant");
    story.refuses_with(&provider(), Command::ExtendNegotiation, "negotiation_window_over", Some("W12"));
    story.does(&provider(), escalate());
    assert_eq!(story.status(), "under_review");
}

#[test]
fn both_sides_may_want_fifteen_days_and_one_alone_may_not() {
    let mut story = opened();
    let opened_at = story.now;
    story.does(&merchant(), Command::ExtendNegotiation);
    assert_eq!(story.does(&merchant(), Command::ExtendNegotiation), vec![], "already so");
    assert_eq!(story.due(Timer::Negotiation), Some(opened_at + days(5)));
    story.advance(days(2));
    story.does(&provider(), Command::ExtendNegotiation);
    assert_eq!(story.due(Timer::Negotiation), Some(opened_at + days(15)));
    assert_eq!(story.due(Timer::Answer), Some(opened_at + days(15)), "the answer still due moves along");
    story.refuses_with(&merchant(), Command::ExtendNegotiation, "negotiation_already_extended", Some("W12"));
    story.advance(days(13));
    assert_eq!(story.status(), "under_review", "W11 holds at the end of the long window too");
}

#[test]
fn an_answer_given_stays_given_when_the_window_is_prolonged() {
    let mut story = opened();
    story.does(&provider(), propose(1, "50.00"));
    story.does(&provider(), Command::ExtendNegotiation);
    story.does(&merchant(), Command::ExtendNegotiation);
    assert_eq!(story.due(Timer::Answer), None);
    story.advance(days(15));
    assert_eq!(story.status(), "waiting_for_merchant");
    assert_eq!(story.due(Timer::Escalation), Some(story.now + days(15)));
}

#[test]
fn the_merchant_withdraws_and_nobody_else() {
    let mut story = opened();
    story.refuses_with(&provider(), withdraw(), "case_action_not_yours", None);
    story.refuses_with(&operator(), withdraw(), "case_action_not_yours", None);
    story.does(&merchant(), withdraw());
    assert_eq!((story.status(), outcome_rules(&story)[0].as_str()), ("withdrawn", "D1.3.1"));
    assert_eq!(story.open_to(&merchant()), Vec::<&str>::new());
    story.refuses_with(&merchant(), withdraw(), "case_closed", None);
}

#[test]
fn a_side_runs_out_of_proposals_and_the_other_does_not() {
    let mut story = opened();
    for n in 0..20 {
        story.does(&provider(), propose(n, "10.00"));
    }
    story.refuses_with(&provider(), propose(20, "10.00"), "proposals_exhausted", Some("W12"));
    story.does(&merchant(), propose(21, "400.00"));
    story.does(&provider(), accept(21, "400.00"));
}

#[test]
fn texts_are_bounded_and_reasons_are_needed() {
    let mut story = opened();
    let reasons = |text: &str| Command::RefuseRefund { reasons: text.into() };
    story.refuses_with(&provider(), reasons("  "), "case_text_missing", None);
    story.refuses_with(&provider(), reasons(&"长".repeat(2_001)), "case_text_too_long", None);
    story.does(&provider(), reasons(&"长".repeat(2_000)));
}

#[test]
fn a_case_does_not_fill_up_with_persons() {
    let mut story = opened();
    for n in 0..16 {
        story.does(&Actor::merchant(format!("clerk-{n}"), MERCHANT), propose(40 + n, "1.00"));
        story.does(&provider_n(0), decline(40 + n));
    }
    for n in 1..16 {
        story.does(&provider_n(n), propose(80 + u128::from(n), "1.00"));
    }
    story.refuses_with(&provider_n(16), propose(99, "1.00"), "case_has_too_many_persons", None);
    story.does(&provider_n(15), refuse());
}

fn provider_n(n: u32) -> Actor {
    Actor::provider(format!("seller-{n}"), PROVIDER)
}

#[test]
fn a_party_with_a_staff_role_is_a_party_here() {
    let mut both = provider();
    both.roles.insert(Role::Arbitrator);
    assert_eq!(opened().party_of(&both), Some(Party::Provider));
}

#[test]
fn every_claim_kind_opens_with_its_own_burden() {
    use strum::VariantArray;
    for claim in ClaimKind::VARIANTS {
        let mut opening = opening();
        opening.application.claim = *claim;
        let mut story = absent();
        let events = story.does(&orders(), Command::Open(Box::new(opening)));
        let [Event::Opened { burden, burden_rule, .. }] = &events[..] else { panic!("{events:?}") };
        assert_eq!((burden.party(), burden_rule.clone()), disputes_domain::burden(*claim));
    }
}
