//! The arbitrators' queue: D1.1.4, W15.
use crate::world::*;
use disputes_domain::{Command, Event, Timer};
use kernel::{Actor, Role, RuleId};

#[test]
fn an_arbitrator_claims_and_holds_the_case_for_a_lease() {
    let mut story = escalated();
    story.does(&arbitrator(), Command::Claim);
    assert_eq!(story.due(Timer::ArbitratorLease), Some(story.now + days(5)));
    story.refuses_with(&another_arbitrator(), Command::Claim, "case_claimed_by_another", Some("W15"));
    story.advance(days(4));
    story.does(&arbitrator(), Command::Claim);
    assert_eq!(story.due(Timer::ArbitratorLease), Some(story.now + days(5)), "claiming again renews");
}

#[test]
fn a_lease_that_lapses_puts_the_case_back_into_the_queue() {
    let mut story = claimed();
    story.advance(days(5) - tick());
    assert!(story.open_to(&arbitrator()).contains(&"decide"));
    let lapsed = story.advance(tick());
    assert!(matches!(&lapsed[..], [Event::LeaseLapsed { rules, .. }] if *rules == [RuleId::of("W15")]), "{lapsed:?}");
    story.refuses_with(&arbitrator(), decide(draft()), "case_not_claimed", Some("W15"));
    story.does(&another_arbitrator(), Command::Claim);
}

#[test]
fn what_is_released_others_may_take() {
    let mut story = claimed();
    story.refuses_with(&another_arbitrator(), Command::Release, "case_assigned_to_another", Some("W15"));
    story.does(&arbitrator(), Command::Release);
    story.refuses_with(&arbitrator(), Command::Release, "case_not_claimed", Some("W15"));
    story.does(&another_arbitrator(), Command::Claim);
}

#[test]
fn the_holder_or_an_operator_hands_over() {
    let mut story = claimed();
    story.refuses_with(&another_arbitrator(), hand_over(&arbitrator()), "case_assigned_to_another", Some("W15"));
    story.refuses_with(&merchant(), hand_over(&arbitrator()), "case_action_not_yours", None);
    assert_eq!(story.does(&arbitrator(), hand_over(&arbitrator())), vec![], "already so");
    story.refuses_with(&arbitrator(), Command::HandOver { to: " ".into() }, "case_text_missing", None);
    story.does(&arbitrator(), hand_over(&another_arbitrator()));
    story.refuses_with(&arbitrator(), decide(draft()), "case_assigned_to_another", Some("W15"));
    story.does(&operator(), hand_over(&arbitrator()));
    story.does(&arbitrator(), decide(draft()));
    story.refuses_with(&operator(), hand_over(&another_arbitrator()), "case_already_decided", Some("D1.1.4"));
}

#[test]
fn an_operator_only_looks_on_and_hands_over() {
    let story = claimed();
    assert_eq!(story.open_to(&operator()), ["hand_over", "follow_forum"]);
    opened().refuses_with(&operator(), hand_over(&arbitrator()), "case_not_escalated", Some("D1.1.2"));
}

#[test]
fn who_acted_for_a_side_does_not_judge_it() {
    let turncoat = Actor::staff("paul", Role::Arbitrator);
    let mut story = opened();
    story.does(&provider(), propose(1, "1.00"));
    story.does(&merchant(), escalate());
    story.refuses_with(&turncoat, Command::Claim, "arbitrator_conflict_of_interest", Some("D1.1.4"));
    story.refuses_with(&operator(), hand_over(&turncoat), "receiver_conflict_of_interest", Some("D1.1.4"));
}

#[test]
fn who_holds_the_case_and_then_acts_for_a_side_judges_it_no_more() {
    let mut story = claimed();
    story.does(&Actor::provider("ada", PROVIDER), propose(1, "1.00"));
    story.refuses_with(&arbitrator(), decide(draft()), "arbitrator_conflict_of_interest", Some("D1.1.4"));
    story.does(&arbitrator(), Command::Release);
    story.refuses_with(&arbitrator(), Command::Claim, "arbitrator_conflict_of_interest", Some("D1.1.4"));
}

#[test]
fn staff_who_belong_to_a_partys_organisation_do_not_judge_it() {
    for org in [kernel::Org::Provider(PROVIDER), kernel::Org::Merchant(MERCHANT)] {
        let insider = Actor::person("ivan", Some(org), [Role::Arbitrator]);
        escalated().refuses_with(&insider, Command::Claim, "arbitrator_conflict_of_interest", Some("D1.1.4"));
    }
}

#[test]
fn a_declared_conflict_excludes_for_good_and_frees_the_case() {
    let mut story = claimed();
    story.refuses_with(&arbitrator(), Command::DeclareConflict { reason: String::new() }, "case_text_missing", None);
    story.does(&arbitrator(), declare());
    assert_eq!(story.due(Timer::ArbitratorLease), None);
    assert_eq!(story.does(&arbitrator(), declare()), vec![], "already so");
    story.refuses_with(&arbitrator(), Command::Claim, "arbitrator_conflict_of_interest", Some("D1.1.4"));
    story.refuses_with(&operator(), hand_over(&arbitrator()), "receiver_conflict_of_interest", Some("D1.1.4"));
    story.does(&another_arbitrator(), Command::Claim);
}

#[test]
fn a_conflict_of_one_arbitrator_leaves_the_holder_in_place() {
    let mut story = claimed();
    story.does(&another_arbitrator(), declare());
    story.does(&arbitrator(), decide(draft()));
    story.refuses_with(&another_arbitrator(), declare(), "case_already_decided", Some("D1.1.4"));
}

#[test]
fn a_conflict_may_be_declared_before_the_case_comes_to_the_platform() {
    let mut story = opened();
    story.refuses_with(&arbitrator(), Command::Claim, "case_not_escalated", Some("D1.1.2"));
    story.does(&arbitrator(), declare());
    story.does(&merchant(), escalate());
    story.refuses_with(&arbitrator(), Command::Claim, "arbitrator_conflict_of_interest", Some("D1.1.4"));
}

#[test]
fn conflicts_are_bounded() {
    let mut story = opened();
    for n in 0..32 {
        story.does(&Actor::staff(format!("judge-{n}"), Role::Arbitrator), declare());
    }
    story.refuses_with(&arbitrator(), declare(), "case_has_too_many_persons", None);
}

#[test]
fn no_decision_in_ten_working_days_goes_to_another_arbitrator() {
    let mut story = escalated();
    let due = story.due(Timer::Decision).unwrap();
    // Monday the 2nd of March and ten working days.
    assert_eq!(due.to_rfc3339(), "2026-03-16T09:00:00+00:00");
    story.advance(days(12));
    story.does(&arbitrator(), Command::Claim);
    let lapsed = story.advance(until(&story, Some(due)));
    let [Event::DecisionOverdue { arbitrator: Some(late), decide_by, rules }] = &lapsed[..] else {
        panic!("{lapsed:?}")
    };
    assert_eq!((late.as_str(), rules), ("ada", &vec![RuleId::of("W15")]));
    assert_eq!(decide_by.to_rfc3339(), "2026-03-30T09:00:00+00:00");
    story.refuses_with(&arbitrator(), Command::Claim, "case_passed_to_another", Some("W15"));
    story.does(&another_arbitrator(), Command::Claim);
    story.does(&another_arbitrator(), decide(draft()));
}

#[test]
fn an_operator_may_give_it_back_on_purpose() {
    let mut story = escalated();
    story.advance(days(12));
    story.does(&arbitrator(), Command::Claim);
    story.advance(days(2));
    story.does(&operator(), hand_over(&arbitrator()));
    story.does(&arbitrator(), decide(draft()));
}

#[test]
fn a_term_that_passes_in_the_queue_excludes_nobody() {
    let mut story = escalated();
    let lapsed = story.advance(days(14));
    assert!(matches!(&lapsed[..], [Event::DecisionOverdue { arbitrator: None, .. }]), "{lapsed:?}");
    story.does(&arbitrator(), Command::Claim);
}
