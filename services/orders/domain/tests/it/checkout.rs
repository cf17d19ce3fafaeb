//! Checkout, payment, agreement, start, cancellation (C7, W1, W2, M4.2.a.5, X14).
use crate::world::*;
use kernel::{Due, EditionId, Machine, Money, Party, Terms, TimeDelta};
use orders_domain::Orders;
use orders_domain::order::*;

#[test]
fn an_order_freezes_the_published_terms_and_pins_the_edition() {
    let story = story_of(erp());
    let mut story = story;
    let three_months = Place { quantity: 3, ..checkout() };
    let events = story.does(&merchant(), Command::Place(three_months));
    let Event::Placed(placement) = &events[0] else { panic!("{events:?}") };
    assert_eq!(placement.platform_fee, Money::zero(kernel::Currency::CNY), "C7: paying costs nothing");
    assert_eq!(placement.extra_costs.len(), 1);
    let order = order(&story);
    assert_eq!((order.terms.clone(), order.amount), (erp(), cny("300.00")));
    assert_eq!(order.edition, EditionId("2026-11".into()));
    assert_eq!(order.phase, Phase::PendingPayment { pay_by: story.now + hours(24) });
    assert_eq!(story.status(), "pending_payment");
}

#[test]
fn checkout_refuses_what_is_not_as_shown() {
    let refused = |place: Place, facts: &dyn Fn(&mut Offer), code: &str, rule: Option<&str>| {
        let mut story = story();
        facts(story.facts.offer.as_mut().unwrap());
        story.refuses_with(&merchant(), Command::Place(place), code, rule);
        assert_eq!(story.status(), "absent");
    };
    let same = |_: &mut Offer| {};
    refused(checkout(), &|offer| offer.terms = None, "listing_not_on_sale", None);
    refused(checkout(), &|offer| offer.listing = kernel::ListingId(id(99)), "listing_not_on_sale", None);
    let newer = Terms { revision: kernel::RevisionId(id(98)), ..logo() };
    refused(checkout(), &|offer| offer.terms = Some(newer.clone()), "revision_outdated", None);
    refused(checkout(), &|offer| offer.bar = Some(Bar::Deposit), "provider_takes_no_orders", Some("W33"));
    refused(checkout(), &|offer| offer.bar = Some(Bar::Liability), "provider_takes_no_orders", Some("W18"));
    refused(checkout(), &|offer| offer.bar = Some(Bar::Leaving), "provider_takes_no_orders", Some("X21"));
    refused(Place { quantity: 0, ..checkout() }, &same, "order_quantity_invalid", None);
    refused(Place { quantity: 121, ..checkout() }, &same, "order_quantity_invalid", None);
    let mut owing = story();
    owing.facts.owes_for = Some(kernel::OrderId(id(97)));
    owing.refuses_with(&merchant(), place(), "merchant_owes", Some("W18"));
    let dear = Terms { price: Money::new(i64::MAX, kernel::Currency::CNY), ..logo() };
    refused(
        Place { quantity: 2, ..checkout() },
        &|offer| offer.terms = Some(dear.clone()),
        "order_quantity_invalid",
        None,
    );
    let unread = Place { extra_costs_acknowledged: false, ..checkout() };
    refused(unread, &same, "extra_costs_not_acknowledged", Some("C7"));
    let mut vague = checkout();
    vague.extra_costs[0].note = " ".into();
    refused(vague, &same, "order_text_invalid", None);
    let mut doubled = checkout();
    doubled.extra_costs.push(doubled.extra_costs[0].clone());
    refused(doubled, &same, "order_list_invalid", None);
}

#[test]
fn a_listing_that_is_gone_cannot_be_ordered() {
    let mut story = story();
    story.facts.offer = None;
    story.refuses_with(&merchant(), place(), "listing_not_on_sale", None);
}

#[test]
fn strangers_see_nothing_and_staff_touch_nothing() {
    let mut story = story();
    story.unknown_to(&provider(), place());
    story.does(&merchant(), place());
    for stranger in [other_merchant(), other_provider()] {
        story.unknown_to(&stranger, Command::Cancel { reason: None });
        assert!(story.actions(&stranger).is_empty());
    }
    assert_eq!(story.party_of(&arbitrator()), Some(Party::Arbitrator));
    assert!(story.actions(&arbitrator()).is_empty());
    story.refuses_with(&arbitrator(), Command::Cancel { reason: None }, "order_action_not_yours", None);
    story.refuses_with(&merchant(), Command::ConfirmFunding, "order_action_not_yours", None);
    story.refuses_with(&merchant(), place(), "order_already_placed", None);
}

#[test]
fn nothing_can_be_done_to_an_order_that_is_not_there() {
    let mut story = story();
    story.refuses_with(&merchant(), Command::Accept, "order_not_found", None);
    story.refuses_with(&settlement(), Command::ConfirmFunding, "order_not_found", None);
    assert_eq!(story.open_to(&merchant()), ["place"]);
}

#[test]
fn w1_an_unpaid_order_lapses_and_a_late_payment_changes_nothing() {
    let mut story = story().placed();
    let events = lapse(&mut story, Timer::Payment);
    assert_eq!(rules_of(&events), ["W1"]);
    assert_eq!(story.status(), "payment_expired");
    assert_eq!(story.does(&settlement(), Command::ConfirmFunding), [], "settlement gives it back by itself");
    story.refuses_with(&merchant(), Command::Cancel { reason: None }, "order_has_ended", None);
    story.refuses_with(&merchant(), apply(kernel::ClaimKind::NotDelivered), "refund_window_closed", Some("D1.3.2"));
}

#[test]
fn payment_in_time_ends_w1_and_starts_w2() {
    let mut story = story().placed();
    story.advance(hours(24) - second());
    story.does(&settlement(), Command::ConfirmFunding);
    assert_eq!(story.status(), "funded");
    assert_eq!(story.due(Timer::Payment), None);
    assert_eq!(story.due(Timer::Agreement), Some(story.now + days(3)));
    assert_eq!(story.does(&settlement(), Command::ConfirmFunding), [], "told twice is told once");
}

#[test]
fn work_does_not_start_without_a_confirmed_agreement() {
    let mut story = story().funded();
    story.refuses_with(&provider(), Command::Start, "agreement_missing", Some("M4.2.a.5"));
    story.refuses_with(&merchant(), Command::ConfirmAgreement { file: file(0) }, "agreement_missing", Some("M4.2.a.5"));
    story.does(&provider(), Command::UploadAgreement(agreement()));
    story.refuses_with(&provider(), Command::Start, "agreement_not_confirmed", Some("M4.2.a.5"));
    let newer = UploadAgreement { file: file(5), ..agreement() };
    story.does(&provider(), Command::UploadAgreement(newer));
    let read_the_old_one = Command::ConfirmAgreement { file: file(0) };
    story.refuses_with(&merchant(), read_the_old_one, "agreement_replaced", Some("M4.2.a.5"));
    story.does(&merchant(), Command::ConfirmAgreement { file: file(5) });
    let replace = Command::UploadAgreement(agreement());
    story.refuses_with(&provider(), replace, "agreement_already_confirmed", Some("M4.2.a.5"));
    assert_eq!(story.due(Timer::Agreement), None);
    story.does(&provider(), Command::Start);
    assert_eq!(story.status(), "in_progress");
}

#[test]
fn an_agreement_promises_the_effect_in_detail() {
    let mut story = story().funded();
    let with = |promise| Command::UploadAgreement(UploadAgreement { promise, ..agreement() });
    let vague = with(Promise::Effect("A nice logo".into()));
    story.refuses_with(&provider(), vague, "promise_not_detailed", Some("M4.2.a.5"));
    let work = Promise::Work { work: "a".into(), measures: "b".into(), reports: "c".into() };
    story.refuses_with(&provider(), with(work), "promise_not_detailed", Some("M4.2.a.5"));
    let unknown = UploadAgreement { file: file(99), ..agreement() };
    story.refuses_with(&provider(), Command::UploadAgreement(unknown), "order_file_unknown", None);
    let blank = UploadAgreement { cooperation: vec!["".into()], ..agreement() };
    story.refuses_with(&provider(), Command::UploadAgreement(blank), "order_text_invalid", None);
    let null = with(Promise::Effect("A logo that reads at 16 pixels\0, in two colours".into()));
    story.refuses_with(&provider(), null, "order_text_invalid", None);
}

#[test]
fn x14_agent_operation_promises_work_and_no_business_result() {
    let hosting = Terms { category: kernel::Category::Operation, agent_operation: true, ..logo() };
    let mut story = story_of(hosting).funded();
    story.refuses_with(&provider(), Command::UploadAgreement(agreement()), "business_result_promised", Some("X14"));
    let promise = Promise::Work {
        work: "Two new goods a week".into(),
        measures: "Keyword research, photographs".into(),
        reports: "Each Monday".into(),
    };
    story.does(&provider(), Command::UploadAgreement(UploadAgreement { promise, ..agreement() }));
}

#[test]
fn w2_without_an_agreement_either_party_may_cancel_and_all_goes_back() {
    for who in [merchant(), provider()] {
        let mut story = story().funded();
        let events = lapse(&mut story, Timer::Agreement);
        assert_eq!(rules_of(&events), ["W2", "M4.2.a.5"]);
        assert_eq!(story.status(), "funded", "nothing ends by itself");
        let events = story.does(&who, Command::Cancel { reason: None });
        assert_eq!(rules_of(&events), ["W2", "M4.2.a.5"]);
        assert_eq!(story.status(), "cancelled");
    }
}

#[test]
fn w2_is_the_providers_until_the_upload_and_then_the_merchants() {
    let mut story = story().funded();
    let whose = |story: &check::Story<Orders>| Orders::deadlines(&story.state)[0].party;
    assert_eq!(whose(&story), Party::Provider);
    story.does(&provider(), Command::UploadAgreement(agreement()));
    assert_eq!(whose(&story), Party::Merchant);
    lapse(&mut story, Timer::Agreement);
    story.does(&merchant(), Command::ConfirmAgreement { file: file(0) });
    story.does(&provider(), Command::Start);
}

#[test]
fn before_the_start_the_merchant_cancels_freely_and_the_provider_with_a_reason() {
    let mut unpaid = story().placed();
    assert_eq!(rules_of(&unpaid.does(&merchant(), Command::Cancel { reason: None })), ["W1"]);
    let mut paid = story().agreed();
    assert_eq!(rules_of(&paid.does(&merchant(), Command::Cancel { reason: None })), ["M4.2.a.5"]);
    let mut regretted = story().funded();
    regretted.refuses_with(&provider(), Command::Cancel { reason: None }, "cancellation_reason_missing", None);
    let events = regretted.does(&provider(), Command::Cancel { reason: Some("Our designer is ill".into()) });
    assert_eq!(rules_of(&events), ["D2.4"]);
    let mut begun = story().started();
    begun.refuses_with(&merchant(), Command::Cancel { reason: None }, "order_already_started", None);
}

#[test]
fn w3_sets_the_date_by_category_where_none_is_agreed() {
    use kernel::Category::*;
    for (category, expected) in [(Software, 1), (Design, 7), (Training, 15), (Video, 15), (Operation, 30)] {
        let mut story = story_of(Terms { category, ..logo() }).agreed();
        let events = story.does(&provider(), Command::Start);
        assert_eq!(rules_of(&events), ["W3", "D2.4"]);
        assert_eq!(story.due(Timer::Delivery), Some(story.now + days(expected)), "{category}");
    }
    let mut story = story_of(Terms { delivery_days: Some(10), ..logo() }).agreed();
    assert_eq!(rules_of(&story.does(&provider(), Command::Start)), ["D2.4", "M4.2.a.1"]);
    assert_eq!(story.due(Timer::Delivery), Some(story.now + days(10)));
    assert_eq!(rules_of(&lapse(&mut story, Timer::Delivery)), ["D2.4", "W4"], "W3 had no say");
}

#[test]
fn deadlines_are_listed_only_while_something_is_owed() {
    let story = story().placed();
    let listed = Orders::deadlines(&story.state);
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].due, Due::At(story.now + TimeDelta::hours(24)));
}

#[test]
fn x27_a_change_of_the_rules_never_costs_a_party_time() {
    let edition = rulebook::Edition::shipped();
    let now = story().now;
    let placed_under = |newest: &rulebook::OrderRules| {
        let (actor, facts) = (merchant(), facts(logo()));
        let ctx = kernel::Context::<Orders> {
            id: id(1),
            now,
            actor: &actor,
            party: Party::Merchant,
            edition: &edition.id,
            rules: &edition.orders,
            procedure: newest,
            calendar: &edition.calendar,
            facts: &facts,
        };
        let events = Orders::decide(&Order::Absent, &place(), &ctx).unwrap();
        let Event::Placed(placement) = &events[0] else { panic!("{events:?}") };
        placement.pay_by
    };
    let with = |payment| rulebook::OrderRules { payment, ..(*edition.orders).clone() };
    assert_eq!(placed_under(&with(kernel::Span::Hours(12))), now + hours(24));
    assert_eq!(placed_under(&with(kernel::Span::Hours(48))), now + hours(48));
}
