//! Evidence: D1.4, D1.2, W14.
use crate::world::*;
use disputes_domain::evidence::{Round, Standing, Voucher};
use disputes_domain::{Command, Event, Exhibit, ItemRuling, Origin, Reminder, Side, Timer};
use kernel::{Class, Deadline, Machine, Refusal as _, RuleId};

fn windows(story: &check::Story<disputes_domain::Cases>) -> Vec<Deadline<Timer>> {
    let all = disputes_domain::Cases::deadlines(&story.state);
    all.into_iter().filter(|deadline| deadline.timer == Timer::Evidence).collect()
}

/// Both were asked; the merchant has two drafts, the provider one.
fn asked() -> check::Story<disputes_domain::Cases> {
    let mut story = claimed();
    story.does(&orders(), records());
    story.does(&arbitrator(), ask(Side::Merchant));
    story.does(&arbitrator(), ask(Side::Provider));
    story.does(&merchant(), add(exhibit(1)));
    story.does(&merchant(), add(exhibit(2)));
    story.does(&provider(), add(delivery(3)));
    story
}

#[test]
fn a_request_names_the_side_the_papers_and_the_due_date() {
    let mut story = claimed();
    let events = story.does(&arbitrator(), ask(Side::Merchant));
    let [Event::EvidenceRequested { of, due, remind_at, rules, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!((*of, *due), (Side::Merchant, story.now + days(5)));
    assert_eq!(*remind_at, Some(story.now + days(4)));
    assert_eq!(*rules, [RuleId::of("D1.4.1"), RuleId::of("W14")]);
    assert_eq!((story.status(), case(&story).stage()), ("evidence", "arbitration"));
    assert_eq!(story.due(Timer::Decision), None, "the decision runs from the close of evidence (W15)");
    assert_eq!(windows(&story).len(), 1);
    story.refuses_with(&another_arbitrator(), ask(Side::Merchant), "case_assigned_to_another", Some("W15"));
}

#[test]
fn a_side_is_reminded_and_silence_is_judged_on_what_is_there() {
    let mut story = claimed();
    story.does(&arbitrator(), ask(Side::Merchant));
    story.does(&merchant(), add(exhibit(1)));
    let reminded = story.advance(days(4));
    assert!(
        matches!(&reminded[..], [Event::Reminded { side: Side::Merchant, of: Reminder::Evidence, .. }]),
        "{reminded:?}"
    );
    let lapsed = story.advance(days(1));
    let rules = lapsed.iter().find_map(|event| {
        if let Event::EvidenceLapsed { side: Side::Merchant, rules, .. } = event { Some(rules.clone()) } else { None }
    });
    assert_eq!(rules, Some(vec![RuleId::of("W14"), RuleId::of("D1.4.2")]));
    assert_eq!(story.status(), "under_review");
    assert!(case(&story).file.items.is_empty(), "an unsealed draft stays its side's own");
    let ten_working_days = "2026-03-20T09:00:00Z".parse().unwrap();
    assert_eq!(story.due(Timer::Decision), Some(ten_working_days), "from Saturday, the close of evidence");
}

#[test]
fn sets_are_exchanged_when_both_are_sealed_and_rebutted_once() {
    let mut story = asked();
    let sealed = story.does(&merchant(), seal());
    assert!(matches!(&sealed[..], [Event::EvidenceSealed { .. }]), "{sealed:?}");
    assert!(case(&story).file.items.is_empty(), "the provider sees nothing before it has sealed");
    story.refuses_with(&merchant(), add(exhibit(4)), "evidence_set_sealed", Some("W14"));
    let exchanged = story.does(&provider(), seal());
    let [_, Event::EvidenceExchanged { filed, rebut_by, decide_by, .. }] = &exchanged[..] else {
        panic!("{exchanged:?}")
    };
    assert_eq!((filed.len(), *rebut_by, *decide_by), (3, Some(story.now + days(3)), None));
    story.does(&merchant(), add(exhibit(5)));
    story.does(&merchant(), seal());
    let closed = story.does(&provider(), seal());
    let [_, Event::EvidenceExchanged { filed, rebut_by: None, decide_by, .. }] = &closed[..] else {
        panic!("{closed:?}")
    };
    assert_eq!((filed.len(), *decide_by), (1, Some(story.now + days(14))));
    assert_eq!(case(&story).hearing().unwrap().round, Round::Closed);
    story.does(&arbitrator(), ask(Side::Provider));
    story.does(&provider(), add(exhibit(6)));
    let again = story.does(&provider(), seal());
    assert!(matches!(&again[..], [_, Event::EvidenceExchanged { rebut_by: None, .. }]), "one rebuttal: {again:?}");
}

#[test]
fn a_sealed_side_is_not_asked_before_the_exchange_and_its_items_enter_the_file() {
    let mut story = asked();
    story.does(&merchant(), seal());
    story.refuses_with(&arbitrator(), ask(Side::Merchant), "evidence_side_has_sealed", Some("W14"));
    story.does(&arbitrator(), ask(Side::Provider));
    story.advance(days(5));
    let handed_in = case(&story).file.items.values().filter(|item| item.by == Side::Merchant);
    assert_eq!(handed_in.map(|item| item.standing).collect::<Vec<_>>(), [Standing::Submitted; 2]);
    story.does(&arbitrator(), Command::Claim);
    story.does(&arbitrator(), ask(Side::Merchant));
}

#[test]
fn a_window_that_passes_exchanges_what_was_sealed() {
    let mut story = asked();
    story.does(&merchant(), seal());
    let lapsed = story.advance(days(5));
    let exchanged = lapsed.iter().find_map(|event| {
        let Event::EvidenceExchanged { filed, rebut_by, .. } = event else { return None };
        Some((filed.len(), rebut_by.is_some()))
    });
    assert_eq!(exchanged, Some((2, true)));
}

#[test]
fn what_a_side_that_missed_its_window_brings_in_the_rebuttal_is_late() {
    let mut story = asked();
    story.does(&merchant(), seal());
    story.advance(days(5));
    let hearing = |story: &check::Story<disputes_domain::Cases>| case(story).hearing().unwrap().clone();
    assert_eq!(hearing(&story).round, Round::Rebuttal);
    assert!(hearing(&story).is_late(Side::Provider) && !hearing(&story).is_late(Side::Merchant));
    story.refuses_with(&provider(), seal(), "case_text_missing", None);
    let events = story.does(&provider(), seal_late());
    let [Event::EvidenceLate { filed, rules, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!(*rules, [RuleId::of("D1.4.2"), RuleId::of("W14")]);
    assert_eq!(case(&story).file.items[&filed[0].entry.number].standing, Standing::Late);
    assert_eq!(windows(&story).len(), 1, "only the merchant is waited for");
    story.does(&merchant(), add(exhibit(5)));
    let closed = story.does(&merchant(), seal());
    let [_, Event::EvidenceExchanged { filed, rebut_by: None, .. }] = &closed[..] else { panic!("{closed:?}") };
    assert_eq!(filed.len(), 1);
    let by_merchant = case(&story).file.items.values().filter(|item| item.by == Side::Merchant);
    assert!(by_merchant.into_iter().all(|item| item.standing == Standing::Submitted));
}

#[test]
fn the_last_late_answer_closes_the_rebuttal_and_a_new_request_gives_a_new_time() {
    let mut story = asked();
    story.does(&merchant(), seal());
    story.advance(days(5));
    story.does(&merchant(), seal());
    let closed = story.does(&provider(), seal_late());
    assert!(matches!(&closed[..], [Event::EvidenceLate { .. }, Event::EvidenceExchanged { .. }]), "{closed:?}");
    assert_eq!(story.status(), "under_review");
    story.does(&arbitrator(), Command::Claim);
    story.does(&arbitrator(), ask(Side::Provider));
    story.does(&provider(), add(exhibit(6)));
    story.does(&provider(), seal());
    let standings: Vec<_> = case(&story).file.items.values().map(|item| (item.by, item.standing)).collect();
    let of_provider: Vec<_> = standings.iter().filter(|(by, _)| *by == Side::Provider).map(|it| it.1).collect();
    assert_eq!(of_provider, [Standing::Late, Standing::Submitted]);
}

#[test]
fn a_side_that_missed_its_window_may_have_nothing_to_answer() {
    let mut story = claimed();
    story.does(&arbitrator(), ask(Side::Provider));
    story.does(&merchant(), add(exhibit(1)));
    story.does(&merchant(), seal());
    story.advance(days(5));
    story.does(&provider(), seal());
    story.does(&merchant(), seal());
    assert_eq!(story.status(), "under_review");
}

#[test]
fn a_side_that_was_not_asked_may_seal_and_gives_the_other_its_window() {
    let mut story = claimed();
    story.refuses_with(&merchant(), seal(), "evidence_set_empty", Some("W14"));
    story.does(&merchant(), add(exhibit(1)));
    let sealed = story.does(&merchant(), seal());
    let [Event::EvidenceSealed { other_due, .. }] = &sealed[..] else { panic!("{sealed:?}") };
    assert_eq!(*other_due, Some(story.now + days(5)));
    assert_eq!(story.status(), "evidence");
    story.does(&provider(), seal());
    assert_eq!(case(&story).file.items.len(), 1);
}

#[test]
fn no_decision_while_evidence_is_taken() {
    let mut story = claimed();
    story.does(&arbitrator(), ask(Side::Merchant));
    let until = story.now + days(5);
    let refusal = story.refuses(&arbitrator(), decide(draft()));
    assert_eq!((refusal.code(), refusal.rule()), ("evidence_still_open", Some(RuleId::of("W14"))));
    assert_eq!(refusal.class(), Class::TooEarly { from: until });
    story.does(&merchant(), seal());
    story.does(&arbitrator(), decide(draft()));
}

#[test]
fn late_items_are_marked_and_count_only_when_admitted_with_a_reason() {
    let mut story = claimed();
    story.does(&arbitrator(), ask(Side::Merchant));
    story.advance(days(5));
    story.does(&arbitrator(), Command::Claim);
    story.does(&merchant(), add(exhibit(1)));
    story.refuses_with(&merchant(), seal(), "case_text_missing", None);
    let events = story.does(&merchant(), seal_late());
    let [Event::EvidenceLate { filed, .. }] = &events[..] else { panic!("{events:?}") };
    let item = filed[0].entry.number;
    assert_eq!(case(&story).file.items[&item].standing, Standing::Late);
    use disputes_domain::adjudication::{Fact, Truth};
    let finding = || find(Fact::Nonconforming, Truth::Established, &[item]);
    story.refuses_with(&arbitrator(), finding(), "finding_rests_on_unadmitted", Some("D1.4.2"));
    let without = Command::RuleOnEvidence { item, ruling: ItemRuling::Admit, reason: " ".into() };
    story.refuses_with(&arbitrator(), without, "case_text_missing", None);
    story.does(&arbitrator(), rule_on(item, ItemRuling::Admit));
    assert_eq!(story.does(&arbitrator(), rule_on(item, ItemRuling::Admit)), vec![], "already so");
    story.does(&arbitrator(), finding());
    story.does(&arbitrator(), rule_on(item, ItemRuling::Exclude));
    story.refuses_with(&arbitrator(), finding(), "finding_rests_on_unadmitted", Some("D1.4.2"));
}

#[test]
fn an_item_is_contested_by_the_other_side() {
    let mut story = asked();
    story.does(&merchant(), seal());
    story.does(&provider(), seal());
    let items: Vec<_> = case(&story).file.items.iter().map(|(number, item)| (*number, item.by)).collect();
    let of = |side| items.iter().find(|(_, by)| *by == side).unwrap().0;
    story.refuses_with(&merchant(), contest(of(Side::Merchant)), "evidence_item_is_your_own", Some("D1.2"));
    story.refuses_with(&merchant(), contest(99), "evidence_item_unknown", Some("D1.4.1"));
    story.does(&provider(), contest(of(Side::Merchant)));
    assert_eq!(story.does(&provider(), contest(of(Side::Merchant))), vec![], "already so");
    assert!(case(&story).file.items[&of(Side::Merchant)].contested);
    assert_eq!(case(&story).file.items[&of(Side::Provider)].voucher, Voucher::Valid);
    for stranger in strangers() {
        story.unknown_to(&stranger, contest(1));
    }
}

#[test]
fn a_valid_voucher_is_what_the_platform_itself_has_and_no_label() {
    for (actor, with_records, item, expected) in [
        (provider(), true, delivery(3), Voucher::Valid),
        (provider(), true, Exhibit { origin: Origin::Photo, ..delivery(3) }, Voucher::Valid),
        (provider(), false, delivery(3), Voucher::Reference),
        (merchant(), true, Exhibit { origin: Origin::PlatformChat, ..exhibit(3) }, Voucher::Reference),
        (merchant(), true, Exhibit { origin: Origin::OrderRecord, files: vec![], ..exhibit(3) }, Voucher::Reference),
        (
            merchant(),
            true,
            Exhibit { files: [delivery(3).files, exhibit(3).files].concat(), ..delivery(3) },
            Voucher::Reference,
        ),
    ] {
        let mut story = claimed();
        story.does(&actor, add(item.clone()));
        if with_records {
            story.does(&orders(), records());
        }
        story.does(&actor, seal());
        story.advance(days(5));
        let (number, found) = case(&story).file.items.iter().next().unwrap();
        assert_eq!(found.voucher, expected, "{item:?}, records: {with_records}");
        let number = *number;
        story.advance(days(3));
        story.does(&arbitrator(), Command::Claim);
        story.does(&arbitrator(), rule_on(number, ItemRuling::Valid));
        assert_eq!(case(&story).file.items[&number].voucher, Voucher::Valid, "the arbitrator judges it alone (D1.4.1)");
    }
}

#[test]
fn drafts_are_bounded_complete_and_their_sides_own() {
    let mut story = opened();
    let drafted = story.does(&merchant(), add(exhibit(1)));
    assert!(
        matches!(&drafted[..], [Event::EvidenceDrafted { exhibit: found, .. }] if *found == exhibit(1)),
        "a file named by its id is what was uploaded: {drafted:?}"
    );
    story.refuses_with(&merchant(), add(exhibit(1)), "evidence_item_known", Some("D1.4.1"));
    story.refuses_with(&merchant(), add(exhibit(0x80)), "evidence_file_unknown", Some("D1.4.5"));
    story.refuses_with(
        &provider(),
        Command::DiscardEvidence { item: fact(1) },
        "evidence_draft_not_there",
        Some("D1.4.1"),
    );
    for (wrong, code, rule) in [
        (Exhibit { title: String::new(), ..exhibit(2) }, "case_text_missing", None),
        (Exhibit { text: String::new(), files: vec![], ..exhibit(2) }, "case_text_missing", None),
        (Exhibit { proves: vec![], ..exhibit(2) }, "evidence_proves_nothing", Some("D1.4.5")),
        (Exhibit { files: vec![exhibit(1).files[0].clone(); 6], ..exhibit(2) }, "case_list_too_long", None),
    ] {
        story.refuses_with(&merchant(), add(wrong), code, rule);
    }
    story.does(&merchant(), Command::DiscardEvidence { item: fact(1) });
    for n in 0..12 {
        story.does(&merchant(), add(exhibit(n)));
    }
    story.refuses_with(&merchant(), add(exhibit(12)), "evidence_items_exhausted", Some("D1.4.1"));
    story.does(&provider(), add(exhibit(12)));
}

#[test]
fn the_platforms_records_enter_by_themselves_and_only_from_it() {
    let mut story = opened();
    for actor in [merchant(), provider(), arbitrator(), operator()] {
        story.refuses_with(&actor, records(), "case_action_not_yours", None);
    }
    story.does(&orders(), records());
    let file = &case(&story).file;
    assert_eq!((file.entries, file.is_record(1), file.is_record(2), file.is_record(3)), (3, false, true, true));
    story.does(&merchant(), withdraw());
    story.does(&orders(), records());
    assert_eq!(case(&story).file.records, [(2, 5)], "a closed case's file takes records too");
}
