//! The refund application: its window, what it stops, and how its case comes back (D1.3, W21).
use crate::world::*;
use kernel::{ClaimKind, Currency, Due, Machine, Money, RuleId, TimeDelta};
use orders_domain::Orders;
use orders_domain::order::*;

#[test]
fn d1_3_2_before_payment_there_is_nothing_to_apply_for() {
    let mut story = story().placed();
    story.refuses_with(&merchant(), apply(ClaimKind::NotDelivered), "order_not_paid", Some("D1.3.2"));
    assert!(eligibility(&story.state).iter().all(|(_, window)| !window.is_open()));
    assert!(eligibility(&Order::Absent).is_empty());
}

#[test]
fn the_order_shows_what_can_be_claimed_and_until_when() {
    let story = story().delivered();
    let until = story.due(Timer::Acceptance);
    let open = Eligibility::Open { until, rule: RuleId::of("D1.3.2") };
    for kind in [ClaimKind::NotAccepted, ClaimKind::NotAsDescribed, ClaimKind::Quality, ClaimKind::EffectNotAsAgreed] {
        assert_eq!(window_of(&story, kind), open);
    }
    assert!(!window_of(&story, ClaimKind::EndedEarly).is_open());
    let paid = story_funded();
    assert!(window_of(&paid, ClaimKind::NotAsDescribed).is_open(), "from payment on");
    assert!(!window_of(&paid, ClaimKind::Quality).is_open());
}

fn story_funded() -> check::Story<Orders> {
    story().funded()
}

#[test]
fn an_application_says_how_much_and_why() {
    let mut story = story().delivered();
    let with = |change: &dyn Fn(&mut ApplyForRefund)| {
        let mut application = claim(ClaimKind::Quality);
        change(&mut application);
        Command::ApplyForRefund(application)
    };
    for amount in [cny("0.00"), cny("-1.00"), cny("1200.01"), Money::new(100, Currency::EUR)] {
        let asked = with(&|it| it.amount = amount);
        story.refuses_with(&merchant(), asked, "refund_amount_invalid", Some("D1.3.2"));
    }
    story.refuses_with(&merchant(), with(&|it| it.statement = "".into()), "order_text_invalid", None);
    story.refuses_with(&merchant(), with(&|it| it.statement = "x".repeat(2_001)), "order_text_invalid", None);
    let all = with(&|it| {
        it.amount = cny("1200.00");
        it.keeps_service = true;
    });
    story.does(&merchant(), all);
    let application = order(&story).application().unwrap();
    assert!(application.keeps_service && application.delivered);
    assert_eq!(application.amount, cny("1200.00"));
    assert_eq!(application.supported_by, []);
}

#[test]
fn a_dispute_stops_every_clock_and_every_action() {
    let mut story = story().delivered();
    story.advance(days(1));
    story.does(&merchant(), apply(ClaimKind::Quality));
    let paused: Vec<_> = Orders::deadlines(&story.state).into_iter().map(|it| (it.timer, it.due)).collect();
    let expected = [
        (Timer::AcceptanceReminder, Due::Paused { remaining: days(1) }),
        (Timer::Acceptance, Due::Paused { remaining: days(4) }),
    ];
    assert_eq!(paused, expected);
    assert_eq!(story.open_to(&merchant()), Vec::<&str>::new());
    assert_eq!(story.open_to(&provider()), Vec::<&str>::new());
    story.refuses_with(&merchant(), Command::Accept, "order_in_dispute", Some("D1.3.2"));
    story.refuses_with(&merchant(), apply(ClaimKind::Quality), "order_in_dispute", Some("D1.3.2"));
}

#[test]
fn withdrawn_the_clocks_go_on_with_exactly_what_was_left() {
    let mut story = story().delivered();
    story.advance(days(1) + TimeDelta::microseconds(7));
    story.does(&merchant(), apply(ClaimKind::Quality));
    story.advance(days(17));
    story.does(&disputes(), Command::Resume { case: case() });
    assert_eq!(story.status(), "delivered");
    let left = days(4) - TimeDelta::microseconds(7);
    assert_eq!(story.due(Timer::Acceptance), Some(story.now + left));
    assert_eq!(names(&story.advance(left)), ["acceptance_reminded", "acceptance_reminded", "completed"]);
    assert_eq!(story.does(&disputes(), Command::Resume { case: case() }), [], "told twice is told once");
}

#[test]
fn every_clock_of_every_phase_stands_still_and_goes_on() {
    let mut late = story().modification_requested();
    lapse(&mut late, Timer::Modification);
    let mut overdue = story().started();
    lapse(&mut overdue, Timer::Delivery);
    let mut contested = story().modification_requested();
    contested.does(&provider(), refuse(&[1]));
    let mut period = story_of(erp()).accepted();
    period.advance(hours(5));
    let report = Downtime {
        id: id(600),
        interval: Interval { from: period.now - hours(2), to: period.now },
        cause: "Maintenance".into(),
    };
    period.does(&merchant(), Command::ReportDowntime(report));
    let mut stopped = story().started();
    stopped.does(&provider(), cooperate(Some(Basis::Listing(0))));
    stopped.does(&merchant(), Command::DeclineCooperation { reason: "No".into() });
    stopped.does(&provider(), Command::Terminate { reason: "No material".into() });
    for mut story in [story().funded(), story().started(), late, overdue, contested, period, stopped] {
        story.advance(hours(3));
        let left = |story: &check::Story<Orders>| -> Vec<_> {
            let listed = Orders::deadlines(&story.state);
            listed.into_iter().map(|it| (it.timer, it.running_until().map(|due| due - story.now))).collect()
        };
        let (before, phase) = (left(&story), order(&story).phase.clone());
        assert!(!before.is_empty());
        let happened_at = matches!(phase, Phase::Accepted(_)).then_some(story.now);
        let application = ApplyForRefund { happened_at, ..claim(ClaimKind::NotAsDescribed) };
        story.does(&merchant(), Command::ApplyForRefund(application));
        assert_eq!(story.advance(days(100)), [], "{phase:?}");
        story.does(&disputes(), Command::Resume { case: case() });
        assert_eq!(left(&story), before, "{phase:?}");
    }
}

#[test]
fn settled_the_order_ends_by_what_went_back() {
    for (to_merchant, status) in [("1200.00", "refunded"), ("0.00", "completed"), ("0.01", "partially_refunded")] {
        let mut story = story().delivered();
        story.does(&merchant(), apply(ClaimKind::Quality));
        let events = story.does(&disputes(), settle(to_merchant));
        assert_eq!(rules_of(&events), ["D1.6.1"]);
        let Event::Settled(settled) = &events[0] else { panic!("{events:?}") };
        assert_eq!(settled.to_merchant.plus(settled.to_provider), Ok(cny("1200.00")), "to the minor unit");
        assert_eq!(story.status(), status);
        assert_eq!(story.does(&disputes(), settle(to_merchant)), [], "told twice is told once");
        assert_eq!(story.does(&disputes(), Command::Resume { case: case() }), [], "too late to withdraw");
        story.refuses_with(&merchant(), Command::Accept, "order_has_ended", None);
    }
}

#[test]
fn messages_about_other_cases_and_other_times_change_nothing() {
    let mut story = story().delivered();
    assert_eq!(story.does(&disputes(), Command::Resume { case: case() }), []);
    assert_eq!(story.does(&disputes(), settle("1.00")), []);
    story.does(&merchant(), apply(ClaimKind::Quality));
    let other = kernel::CaseId(id(77));
    assert_eq!(story.does(&disputes(), Command::Resume { case: other }), []);
    let settled = Command::Settle { case: other, outcome: outcome("1.00") };
    assert_eq!(story.does(&disputes(), settled), []);
    assert_eq!(story.does(&settlement(), Command::ConfirmFunding), []);
    story.refuses_with(&disputes(), settle("1200.01"), "refund_amount_invalid", Some("D1.3.2"));
    story.refuses_with(&disputes(), settle("-0.01"), "refund_amount_invalid", Some("D1.3.2"));
    assert_eq!(story.status(), "disputed");
}

#[test]
fn after_a_withdrawal_the_merchant_may_apply_again() {
    let mut story = story().delivered();
    story.does(&merchant(), apply(ClaimKind::Quality));
    story.does(&disputes(), Command::Resume { case: case() });
    let again = ApplyForRefund { case: kernel::CaseId(id(13)), ..claim(ClaimKind::NotAsDescribed) };
    story.does(&merchant(), Command::ApplyForRefund(again));
    assert_eq!(story.does(&disputes(), Command::Resume { case: case() }), [], "the old case has no say any more");
    assert_eq!(story.status(), "disputed");
}

#[test]
fn the_claims_that_were_open_are_known_while_the_order_stands_still() {
    let mut story = story().modification_requested();
    lapse(&mut story, Timer::Modification);
    let open = open_claims(order(&story));
    assert!(open.contains(&ClaimKind::LateModification) && open.contains(&ClaimKind::Quality), "{open:?}");
    assert!(!open.contains(&ClaimKind::EndedEarly) && !open.contains(&ClaimKind::RefusalContested), "{open:?}");
    story.does(&merchant(), apply(ClaimKind::Quality));
    assert!(eligibility(&story.state).iter().all(|(_, window)| !window.is_open()));
    assert_eq!(open_claims(order(&story)), open);
}
