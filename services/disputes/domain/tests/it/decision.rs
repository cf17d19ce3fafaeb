//! The decision and its award: D1.1.4, D1.6.2, A8, W17.
use crate::world::*;
use disputes_domain::{Command, Draft, Event, Opening, Timer};
use kernel::{Category, Redress, RuleId};

#[test]
fn a_decision_carries_its_grounds_and_what_may_be_done_against_it() {
    let mut story = claimed();
    let events = story.does(&arbitrator(), decide(draft()));
    let [Event::Decided { decision, outcome, appeal_by, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!(decision.rules, [RuleId::of("D2.3"), RuleId::of("D2.9")]);
    assert_eq!((&decision.edition, decision.by.as_str()), (&opening().edition, "ada"));
    assert!(!decision.automated);
    assert_eq!(decision.redress, Some(Redress { action: "appeal".into(), until: Some(story.now + days(5)) }));
    assert_eq!((outcome.to_merchant, *appeal_by), (cny("840.00"), story.now + days(5)));
    assert_eq!((story.status(), case(&story).stage(), case(&story).is_open()), ("decided", "arbitration", true));
}

#[test]
fn the_award_waits_for_the_appeal_window_and_comes_once() {
    let mut story = decided();
    assert_eq!(story.advance(days(5) - tick()), vec![]);
    let lapsed = story.advance(tick());
    let [Event::Awarded { outcome }] = &lapsed[..] else { panic!("{lapsed:?}") };
    assert_eq!((outcome.to_merchant, outcome.at), (cny("840.00"), story.now));
    assert_eq!((story.status(), case(&story).stage()), ("resolved", "closed"));
    assert_eq!(story.advance(days(365)), vec![]);
    assert_eq!(story.event_names().iter().filter(|name| **name == "awarded").count(), 1);
}

#[test]
fn after_a_decision_nothing_is_withdrawn_or_escalated() {
    let mut story = decided();
    for (actor, command) in [
        (merchant(), withdraw()),
        (merchant(), escalate()),
        (arbitrator(), Command::Claim),
        (arbitrator(), Command::Release),
        (arbitrator(), decide(draft())),
    ] {
        story.refuses_with(&actor, command, "case_already_decided", Some("D1.1.4"));
    }
    story.advance(days(5));
    story.refuses_with(&arbitrator(), decide(draft()), "case_closed", None);
}

#[test]
fn a_proposal_on_the_table_falls_with_the_decision() {
    let mut story = claimed();
    story.does(&provider(), propose(1, "1.00"));
    story.does(&arbitrator(), decide(draft()));
    assert_eq!(story.due(Timer::ProposalReply), None);
    story.refuses_with(&merchant(), accept(1, "1.00"), "proposal_not_there", Some("W12"));
}

#[test]
fn while_the_money_waits_a_settlement_takes_the_decisions_place() {
    for mut story in [decided(), appealed()] {
        story.does(&provider(), propose(1, "900.00"));
        assert!(case(&story).is_open(), "more than was asked needs an answer once it is decided");
        assert_eq!(story.due(Timer::ProposalReply), Some(story.now + days(3)));
        story.does(&merchant(), decline(1));
        story.does(&merchant(), propose(2, "0"));
        assert!(case(&story).is_open(), "so does nothing");
        story.refuses_with(&merchant(), accept(2, "0"), "proposal_is_your_own", Some("W12"));
        story.does(&merchant(), propose(3, "850.00"));
        let events = story.does(&provider(), accept(3, "850.00"));
        assert!(matches!(&events[..], [Event::Settled { .. }]), "{events:?}");
        assert_eq!((story.status(), case(&story).outcome().unwrap().to_merchant), ("settled", cny("850.00")));
        assert_eq!(outcome_rules(&story)[0], "D1.6.1", "X1: before what was decided");
        assert_eq!(story.advance(days(60)), vec![], "nothing is awarded");
    }
}

#[test]
fn a_proposal_is_gone_when_the_decision_is_final() {
    let mut story = decided();
    story.advance(days(4));
    story.does(&provider(), propose(1, "850.00"));
    story.advance(days(1));
    assert_eq!((story.status(), case(&story).outcome().unwrap().to_merchant), ("resolved", cny("840.00")));
    story.refuses_with(&merchant(), accept(1, "850.00"), "case_closed", None);
}

#[test]
fn a_proposal_on_appeal_stands_still_with_it() {
    let mut story = appealed();
    story.does(&provider(), propose(1, "850.00"));
    story.does(&provider(), wait_for_us());
    story.does(&merchant(), wait_for_us());
    assert_eq!((story.status(), story.due(Timer::ProposalReply)), ("suspended", None), "D1.5.1 on appeal too");
    story.advance(days(15));
    assert_eq!(story.due(Timer::ProposalReply), Some(story.now + days(3)));
    story.does(&merchant(), accept(1, "850.00"));
}

#[test]
fn only_the_assigned_arbitrator_decides() {
    let mut story = escalated();
    story.refuses_with(&arbitrator(), decide(draft()), "case_not_claimed", Some("W15"));
    story.does(&arbitrator(), Command::Claim);
    story.refuses_with(&another_arbitrator(), decide(draft()), "case_assigned_to_another", Some("W15"));
    story.refuses_with(&merchant(), decide(draft()), "case_action_not_yours", None);
    story.refuses_with(&operator(), decide(draft()), "case_action_not_yours", None);
    story.refuses_with(&orders(), decide(draft()), "case_action_not_yours", None);
    opened().refuses_with(&arbitrator(), decide(draft()), "case_not_escalated", Some("D1.1.2"));
}

#[test]
fn a_decision_is_full_partial_or_none() {
    for amount in ["0", "0.01", "1200.00"] {
        claimed().does(&arbitrator(), decide(Draft { to_merchant: cny(amount), ..draft() }));
    }
    for amount in ["-0.01", "1200.01"] {
        let beyond = Draft { to_merchant: cny(amount), ..draft() };
        claimed().refuses_with(&arbitrator(), decide(beyond), "case_amount_out_of_range", Some("D1.6.2"));
    }
}

#[test]
fn compensation_needs_the_article_that_grants_it() {
    let software = || Opening { category: Category::Software, ..opening() };
    let claimed = |opening| {
        let mut story = opened_by(opening);
        story.does(&merchant(), escalate());
        story.does(&arbitrator(), Command::Claim);
        story
    };
    let owed = Draft { compensation: cny("5000.00"), ..draft() };
    let granted = Draft { rules: vec![RuleId::of("D3.1.4")], ..owed.clone() };
    let mut story = claimed(software());
    story.refuses_with(&arbitrator(), decide(owed), "compensation_without_ground", Some("D3.1.4"));
    let negative = Draft { compensation: cny("-1.00"), ..granted.clone() };
    story.refuses_with(&arbitrator(), decide(negative), "case_amount_out_of_range", Some("D1.6.2"));
    story.does(&arbitrator(), decide(granted.clone()));
    assert_eq!(case(&story).outcome().unwrap().compensation, cny("5000.00"));
    claimed(opening()).refuses_with(&arbitrator(), decide(granted), "decision_article_unknown", Some("D1.6.2"));
}

#[test]
fn a_decision_rests_on_articles_of_the_edition_for_its_category() {
    let mut story = claimed();
    let with = |rules: Vec<RuleId>| decide(Draft { rules, ..draft() });
    story.refuses_with(&arbitrator(), with(vec![]), "decision_without_article", Some("D1.6.2"));
    for unknown in ["D9.9", "M5.1", "D3.1.1"] {
        let rules = vec![RuleId::of("D2.3"), RuleId::of(unknown)];
        story.refuses_with(&arbitrator(), with(rules), "decision_article_unknown", Some("D1.6.2"));
    }
    story.refuses_with(&arbitrator(), with(vec![RuleId::of("D2.3"); 51]), "case_list_too_long", None);
    story.does(&arbitrator(), with(vec![RuleId::of("D3.5.4")]));
}

#[test]
fn a_decision_states_facts_and_reasons() {
    let mut story = claimed();
    let without_facts = Draft { facts: vec![], ..draft() };
    story.refuses_with(&arbitrator(), decide(without_facts), "decision_without_facts", Some("D1.4.1"));
    for (draft, code) in [
        (Draft { facts: vec![" ".into()], ..draft() }, "case_text_missing"),
        (Draft { facts: vec!["x".repeat(501)], ..draft() }, "case_text_too_long"),
        (Draft { evidence: vec![2; 151], ..draft() }, "case_list_too_long"),
        (Draft { reasons: String::new(), ..draft() }, "case_text_missing"),
        (Draft { reasons: "x".repeat(8_001), ..draft() }, "case_text_too_long"),
    ] {
        story.refuses_with(&arbitrator(), decide(draft), code, None);
    }
    let on_nothing = Draft { evidence: vec![1], ..draft() };
    story.refuses_with(&arbitrator(), decide(on_nothing), "finding_rests_on_no_evidence", Some("D1.4.1"));
    story.does(&arbitrator(), decide(draft()));
}

#[test]
fn one_open_case_per_order() {
    use disputes_domain::Cases;
    use kernel::{Machine, Refusal};
    let mut story = opened();
    let claims = Cases::claims(&story.state);
    assert_eq!(claims.len(), 1);
    assert_eq!(
        (claims[0].scope, claims[0].key.as_str()),
        ("open_case_per_order", opening().order.to_string().as_str())
    );
    let refusal = disputes_domain::Refusal::taken(&claims[0]);
    assert_eq!((refusal.code(), refusal.class().status()), ("order_has_open_case", 409));
    story.does(&merchant(), withdraw());
    assert_eq!(Cases::claims(&story.state), vec![], "a withdrawn application may be followed by another");
}
