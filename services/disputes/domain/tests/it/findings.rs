//! Findings, the recommended outcome, departing from it, four eyes, the record and its replay (D1.1.4, D1.2, D1.4).
use crate::world::*;
use check::Story;
use disputes_domain::adjudication::{Bearer, Fact, Figure, Question, Truth};
use disputes_domain::record::{Automation, Instance};
use disputes_domain::{
    Cases, Command, Draft, Event, FigureFindings, Finding, ItemRuling, Opening, Replay, Side, Timer, proof, replay,
};
use kernel::{ClaimKind, RuleId};

/// Evidence is closed; the merchant's photo is entry 6 (after claim, escalation, two records and the request).
fn photo_only() -> (Story<Cases>, u32) {
    let mut story = claimed();
    story.does(&orders(), records());
    story.does(&arbitrator(), ask(Side::Merchant));
    story.does(&merchant(), add(exhibit(1)));
    story.does(&merchant(), seal());
    story.does(&provider(), seal());
    story.does(&merchant(), seal());
    let item = *case(&story).file.items.keys().next().unwrap();
    (story, item)
}

/// Figures as they are written, on these entries.
fn figures<const N: usize>(figures: [(Figure, &str); N], rests_on: &[u32], reasons: &str) -> Command {
    let figures = figures.map(|(figure, text)| (figure, text.into())).into();
    let figures = FigureFindings { figures, rests_on: rests_on.to_vec(), reasons: reasons.into() };
    Command::EnterFindings { findings: vec![], figures: Some(figures) }
}

fn decided_by_rule(mut story: Story<Cases>) -> (Story<Cases>, Event) {
    let draft = as_recommended(&story);
    let events = story.does(&arbitrator(), decide(draft));
    let [event] = events.try_into().unwrap();
    (story, event)
}

#[test]
fn a_finding_rests_on_evidence() {
    let (mut story, item) = photo_only();
    let established = |rests_on: &[u32]| find(Fact::Nonconforming, Truth::Established, rests_on);
    story.refuses_with(&arbitrator(), established(&[]), "finding_without_evidence", Some("D1.4.1"));
    story.refuses_with(&arbitrator(), established(&[1]), "finding_rests_on_no_evidence", Some("D1.4.1"));
    story.refuses_with(&arbitrator(), established(&[99]), "finding_rests_on_no_evidence", Some("D1.4.1"));
    story.does(&arbitrator(), established(&[3]));
    story.does(&arbitrator(), established(&[item]));
    story.does(&arbitrator(), find(Fact::Nonconforming, Truth::NotEstablished, &[]));
    story.refuses_with(&another_arbitrator(), established(&[3]), "case_assigned_to_another", Some("W15"));
    let nothing = Command::EnterFindings { findings: vec![], figures: None };
    story.refuses_with(&arbitrator(), nothing, "decision_without_facts", Some("D1.4.1"));
}

#[test]
fn a_reference_voucher_alone_establishes_nothing_that_the_other_side_disputes() {
    let (mut story, item) = photo_only();
    let established = |rests_on: &[u32]| find(Fact::Nonconforming, Truth::Established, rests_on);
    story.does(&arbitrator(), established(&[item]));
    story.does(&provider(), contest(item));
    story.refuses_with(&arbitrator(), established(&[item]), "reference_voucher_alone", Some("D1.2"));
    story.does(&arbitrator(), established(&[item, 4]));
    story.does(&arbitrator(), rule_on(item, ItemRuling::Valid));
    story.does(&arbitrator(), established(&[item]));
}

#[test]
fn figures_need_evidence_and_reasons_and_cost_is_never_more_than_was_paid() {
    let (mut story, item) = photo_only();
    let cost = |text, rests_on: &[u32], reasons| figures([(Figure::ServiceCost, text)], rests_on, reasons);
    story.refuses_with(&arbitrator(), cost("1.00", &[3], " "), "case_text_missing", None);
    story.refuses_with(&arbitrator(), cost("1.00", &[], "receipts"), "finding_without_evidence", Some("D1.4.1"));
    story.refuses_with(&arbitrator(), cost("1.00", &[1], "receipts"), "finding_rests_on_no_evidence", Some("D1.4.1"));
    story.refuses_with(&arbitrator(), cost("1.005", &[3], "receipts"), "figure_malformed", Some("D1.4.1"));
    story.refuses_with(&arbitrator(), cost("1200.01", &[3], "receipts"), "service_cost_above_paid", Some("D1.2"));
    story.does(&arbitrator(), cost("1200.00", &[3], "receipts"));
    assert_eq!(case(&story).found.figures.service_cost, Some(120_000), "in minor units of the order's currency");
    story.does(&provider(), contest(item));
    story.refuses_with(&arbitrator(), cost("2.00", &[item], "a photo"), "reference_voucher_alone", Some("D1.2"));
}

#[test]
fn the_recommended_outcome_is_kept_beside_the_decision() {
    let mut story = found();
    story.does(&arbitrator(), figures([(Figure::KeptValueShare, "30%")], &[3], "Three of ten scenes can be used."));
    let (story, event) = decided_by_rule(story);
    let Event::Decided { decision, outcome, record, .. } = event else { panic!("{event:?}") };
    assert_eq!((outcome.to_merchant, record.recommendation.to_merchant), (cny("840.00"), cny("840.00")));
    assert_eq!((record.automation, record.instance), (Automation::Confirmed, Instance::First));
    assert_eq!((record.edition_hash.as_str(), &record.edition), (edition().hash.as_str(), &edition().id));
    assert_eq!(record.evidence[&Fact::Nonconforming], [4]);
    assert_eq!((record.decided_by.as_str(), record.confirmed_by.as_deref()), ("ada", None));
    assert_eq!(record.redress, decision.redress);
    assert_eq!(record.file_entries + 1, case(&story).file.entries, "as the decider saw it");
    assert!(decision.facts.contains(&"nonconforming: established".into()), "{:?}", decision.facts);
    assert!(decision.facts.contains(&"kept_value_share: 0.3".into()), "{:?}", decision.facts);
    assert_eq!(decision.evidence, ["entry 3", "entry 4"], "what facts and figures rest on");
    let says: Vec<_> = record.says.iter().map(|words| words.article.as_str()).collect();
    assert_eq!(says, ["D2.3", "D2.9"]);
    assert_eq!(decision.rules.first(), Some(&RuleId::of("D2.3")));
}

#[test]
fn departing_from_it_needs_reasons() {
    let mut story = found();
    let recommended = as_recommended(&story);
    for other in [
        Draft { to_merchant: cny("1.00"), ..recommended.clone() },
        Draft { data_download: true, ..recommended.clone() },
        Draft { extension_seconds: Some(1), ..recommended.clone() },
        Draft { rules: vec![RuleId::of("D2.2")], ..recommended.clone() },
    ] {
        story.refuses_with(&arbitrator(), decide(other), "departure_without_reasons", Some("D1.1.4"));
    }
    let departing = Draft { to_merchant: cny("1.00"), departure: "Both knew the sample.".into(), ..recommended };
    let events = story.does(&arbitrator(), decide(departing));
    let [Event::Decided { decision, record, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!((record.automation, record.departure.as_str()), (Automation::Departed, "Both knew the sample."));
    assert!(decision.reasons.contains("Both knew the sample."));
}

#[test]
fn what_stays_unproven_goes_against_the_bearer_and_the_decision_says_so() {
    let mut story = claimed();
    story.does(&orders(), records());
    story.does(&arbitrator(), find(Fact::Nonconforming, Truth::Open, &[]));
    let (_, event) = decided_by_rule(story);
    let Event::Decided { decision, outcome, record, .. } = event else { panic!("{event:?}") };
    assert!(outcome.to_merchant.is_zero());
    assert_eq!(record.unproven.len(), 1);
    assert_eq!((record.unproven[0].bearer, &record.unproven[0].rule), (Bearer::Merchant, &RuleId::of("D1.4.4")));
    let said = "nonconforming: not proven; it goes against the merchant, who bears the burden (D1.4.4)";
    assert!(decision.facts.iter().any(|fact| fact == said), "{:?}", decision.facts);
}

#[test]
fn the_burden_of_proof_is_told_claim_by_claim_delivery_first() {
    let (mut story, item) = photo_only();
    story.does(&merchant(), Command::AddClaim { claim: ClaimKind::NotDelivered, statement: "No file opens.".into() });
    story.refuses_with(
        &provider(),
        Command::AddClaim { claim: ClaimKind::Quality, statement: "x".into() },
        "case_action_not_yours",
        None,
    );
    story.does(&arbitrator(), ask(Side::Provider));
    let lines = proof(case(&story), &edition().disputes.standards);
    let of = |fact: Fact| lines.iter().find(|line| line.about == Question::Fact(fact)).unwrap();
    assert_eq!(lines[0].about, Question::Fact(Fact::Delivered), "X11");
    let delivered = of(Fact::Delivered);
    assert_eq!((delivered.bearer, &delivered.rule), (Bearer::Provider, &RuleId::of("D1.4.3")));
    assert_eq!(delivered.by_when, Some(kernel::Due::At(story.now + days(5))));
    let quality = of(Fact::Nonconforming);
    assert_eq!((quality.claim, quality.bearer), (Some(ClaimKind::Quality), Bearer::Merchant));
    assert_eq!((quality.items.as_slice(), quality.by_when, quality.truth), (&[item][..], None, Truth::Open));
    assert_eq!(quality.if_unproven, "it goes against the merchant, who bears the burden (D1.4.4)");
}

/// An order above the amount from which two decide.
fn dear() -> Story<Cases> {
    let mut story = opened_by(Opening { amount: cny("50000.01"), ..opening() });
    story.does(&merchant(), escalate());
    story.does(&arbitrator(), Command::Claim);
    story.does(&orders(), records());
    story.does(&arbitrator(), find(Fact::Nonconforming, Truth::Established, &[4]));
    story
}

#[test]
fn above_an_amount_a_second_arbitrator_confirms_exactly_the_draft() {
    let mut story = dear();
    let confirm = |draft: &Draft| Command::ConfirmDecision(Box::new(draft.clone()));
    let draft = as_recommended(&story);
    story.refuses_with(&another_arbitrator(), confirm(&draft), "decision_not_waiting", Some("D1.1.4"));
    let drafted = story.does(&arbitrator(), decide(draft.clone()));
    assert!(matches!(&drafted[..], [Event::DecisionDrafted { .. }]), "{drafted:?}");
    assert_eq!(story.does(&arbitrator(), decide(draft.clone())), vec![], "already so");
    assert_eq!(story.status(), "under_review");
    story.refuses_with(&arbitrator(), confirm(&draft), "decision_needs_another_person", Some("D1.1.4"));
    story.refuses_with(&merchant(), confirm(&draft), "case_action_not_yours", None);
    let other = Draft { reasons: "Other reasons.".into(), ..draft.clone() };
    story.refuses_with(&another_arbitrator(), confirm(&other), "decision_draft_differs", Some("D1.1.4"));
    story.does(&another_arbitrator(), Command::ReturnDecision { reasons: "Which scenes?".into() });
    story.refuses_with(&another_arbitrator(), confirm(&draft), "decision_not_waiting", Some("D1.1.4"));
    story.does(&arbitrator(), decide(draft.clone()));
    let events = story.does(&another_arbitrator(), confirm(&draft));
    let [Event::Decided { decision, record, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!((decision.by.as_str(), record.confirmed_by.as_deref()), ("ada", Some("bo")));
    story.does(&provider(), appeal_on_error());
    for one in [arbitrator(), another_arbitrator()] {
        story.refuses_with(&one, Command::Claim, "arbitrator_decided_before", Some("W17"));
    }
}

#[test]
fn a_draft_that_waits_outlives_the_first_arbitrators_hold_and_term() {
    let mut story = dear();
    let draft = as_recommended(&story);
    let confirm = Command::ConfirmDecision(Box::new(draft.clone()));
    story.does(&arbitrator(), decide(draft));
    assert_eq!(story.due(Timer::ArbitratorLease), None, "the next move is the second one's");
    let lapsed = story.advance(days(20));
    let [Event::DecisionOverdue { rules, .. }] = &lapsed[..] else { panic!("{lapsed:?}") };
    assert_eq!(*rules, [RuleId::of("W15")], "the operator is told");
    story.refuses_with(&another_arbitrator(), Command::Claim, "case_claimed_by_another", Some("W15"));
    let events = story.does(&another_arbitrator(), confirm);
    assert!(matches!(&events[..], [Event::Decided { .. }]), "{events:?}");
}

#[test]
fn a_draft_that_comes_back_is_held_for_a_whole_lease_anew() {
    let mut returned = dear();
    returned.does(&arbitrator(), decide(as_recommended(&returned)));
    returned.advance(days(8));
    returned.does(&another_arbitrator(), Command::ReturnDecision { reasons: "Which scenes?".into() });
    let mut taken_back = dear();
    taken_back.does(&arbitrator(), decide(as_recommended(&taken_back)));
    taken_back.advance(days(8));
    taken_back.does(&arbitrator(), find(Fact::Nonconforming, Truth::NotEstablished, &[]));
    let mut asking = dear();
    asking.does(&arbitrator(), decide(as_recommended(&asking)));
    asking.advance(days(8));
    asking.does(&arbitrator(), ask(Side::Merchant));
    let mut sealed = dear();
    sealed.does(&arbitrator(), decide(as_recommended(&sealed)));
    sealed.advance(days(8));
    sealed.does(&merchant(), add(exhibit(1)));
    sealed.does(&merchant(), seal());
    assert_eq!(sealed.status(), "evidence");
    for story in [&mut returned, &mut taken_back, &mut asking, &mut sealed] {
        assert_eq!(story.due(Timer::ArbitratorLease), Some(story.now + days(5)));
        assert_eq!(case(story).bench_seen().unwrap().seat.as_ref().unwrap().arbitrator, "ada");
    }
}

#[test]
fn a_draft_that_waits_falls_with_new_findings_and_with_the_seat() {
    for change in [
        find(Fact::Nonconforming, Truth::NotEstablished, &[]),
        Command::Release,
        hand_over(&another_arbitrator()),
        ask(Side::Merchant),
    ] {
        let mut story = dear();
        let draft = as_recommended(&story);
        story.does(&arbitrator(), decide(draft.clone()));
        story.does(&arbitrator(), change);
        let carla = kernel::Actor::staff("carla", kernel::Role::Arbitrator);
        story.refuses_with(&carla, Command::ConfirmDecision(Box::new(draft)), "decision_not_waiting", Some("D1.1.4"));
    }
    let mut at_the_bound = opened_by(Opening { amount: cny("50000.00"), ..opening() });
    at_the_bound.does(&merchant(), escalate());
    at_the_bound.does(&arbitrator(), Command::Claim);
    let alone = at_the_bound.does(&arbitrator(), decide(draft()));
    assert!(matches!(&alone[..], [Event::Decided { .. }]), "{alone:?}");
}

#[test]
fn a_record_replays_the_same_and_says_where_it_differs() {
    let (_, event) = decided_by_rule(found());
    let Event::Decided { record, .. } = event else { panic!("{event:?}") };
    let standards = &edition().disputes.standards;
    assert_eq!(replay(&record, standards), Replay::Same);
    let stored = serde_json::to_string(&record).unwrap();
    assert_eq!(replay(&serde_json::from_str(&stored).unwrap(), standards), Replay::Same);
    let mut forged = record.clone();
    forged.findings.enter(Fact::Nonconforming, Truth::NotEstablished);
    let Replay::Differs { differences } = replay(&forged, standards) else { panic!("the findings decide nothing") };
    let fields: Vec<_> = differences.iter().map(|difference| difference.field.as_str()).collect();
    assert!(fields.contains(&"to_merchant") && fields.contains(&"outcome.to_merchant"), "{fields:?}");
    let mut paid_more = record.clone();
    paid_more.outcome.to_merchant = cny("0.01");
    let Replay::Differs { differences } = replay(&paid_more, standards) else { panic!("the outcome is not compared") };
    assert_eq!(differences.len(), 1);
}

#[test]
fn a_note_is_bounded() {
    let (mut story, _) = photo_only();
    let finding = Finding { fact: Fact::Delivered, truth: Truth::Open, rests_on: vec![], note: "x".repeat(501) };
    let command = Command::EnterFindings { findings: vec![finding], figures: None };
    story.refuses_with(&arbitrator(), command, "case_text_too_long", None);
}
