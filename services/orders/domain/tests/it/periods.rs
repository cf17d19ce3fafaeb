//! Services by period: acceptance, downtime, early end, and how long later events can be claimed (X9, W21, D3.1.3).
use crate::world::*;
use check::Story;
use kernel::{ClaimKind, PriceUnit, RuleId, Terms, Time};
use orders_domain::Orders;
use orders_domain::order::*;

fn running() -> Story<Orders> {
    story_of(erp()).accepted()
}

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

fn down(from: Time, to: Time, n: u128) -> Downtime {
    Downtime { id: id(600 + n), interval: Interval { from, to }, cause: "Failure of a disk".into() }
}

fn happened(story: &Story<Orders>, kind: ClaimKind, days_ago: i64) -> Command {
    Command::ApplyForRefund(ApplyForRefund { happened_at: Some(story.now - days(days_ago)), ..claim(kind) })
}

#[test]
fn an_accepted_period_runs_for_its_months_and_completes_fifteen_days_later() {
    let mut story = running();
    assert_eq!(story.status(), "accepted");
    assert_eq!(story.now, at("2026-03-02T09:00:00Z"));
    assert_eq!(story.due(Timer::ServicePeriod), Some(at("2026-04-02T09:00:00Z")));
    assert_eq!(story.due(Timer::PeriodClaims), Some(at("2026-04-17T09:00:00Z")));
    assert_eq!(rules_of(&lapse(&mut story, Timer::ServicePeriod)), ["W21"]);
    assert_eq!(story.status(), "accepted");
    assert_eq!(rules_of(&lapse(&mut story, Timer::PeriodClaims)), ["W21", "X9"]);
    assert_eq!(story.status(), "completed");
}

#[test]
fn years_are_twelve_months_and_silence_begins_the_period_too() {
    let mut story = story_of(Terms { price_unit: PriceUnit::Year, ..erp() }).delivered();
    let events = lapse(&mut story, Timer::Acceptance);
    assert_eq!(rules_of(&events), ["W5", "D1.1.3"]);
    assert_eq!(story.status(), "accepted");
    assert_eq!(story.due(Timer::ServicePeriod), Some(at("2027-03-07T09:00:00Z")));
}

#[test]
fn a_refusal_that_is_not_disputed_begins_the_period() {
    let mut story = story_of(erp()).modification_requested();
    story.does(&provider(), refuse(&[1]));
    served(&mut story);
    assert_eq!(rules_of(&lapse(&mut story, Timer::RefusalContest)), ["D2.5b", "W7"]);
    assert_eq!(story.status(), "accepted");
}

#[test]
fn x9_acceptance_closes_claims_about_the_delivery_only() {
    let mut story = running();
    let accepted = story.now;
    story.advance(days(3));
    for kind in [ClaimKind::NotDelivered, ClaimKind::NotAccepted, ClaimKind::LateModification] {
        let closed = Eligibility::Closed { since: accepted, rule: RuleId::of("X9") };
        assert_eq!(window_of(&story, kind), closed);
        story.refuses_with(&merchant(), apply(kind), "refund_claim_not_open", Some("X9"));
    }
    story.refuses_with(&merchant(), flaw(), "acceptance_window_closed", Some("X9"));
    story.refuses_with(&merchant(), Command::Accept, "order_status_forbids", None);
    let event = happened(&story, ClaimKind::Quality, 1);
    story.does(&merchant(), event);
    assert_eq!(order(&story).application().unwrap().happened_at, Some(story.now - days(1)));
}

#[test]
fn w21_an_event_is_claimable_for_fifteen_days() {
    let mut story = running();
    story.advance(days(20));
    story.refuses_with(&merchant(), apply(ClaimKind::Quality), "refund_event_out_of_window", Some("X9"));
    for days_ago in [15, 21, -1] {
        let event = happened(&story, ClaimKind::Quality, days_ago);
        story.refuses_with(&merchant(), event, "refund_event_out_of_window", Some("X9"));
    }
    let event = happened(&story, ClaimKind::Quality, 14);
    story.does(&merchant(), event);
    let mut one_off = story_of(logo()).delivered();
    let event = happened(&one_off, ClaimKind::Quality, 0);
    one_off.refuses_with(&merchant(), event, "refund_event_out_of_window", Some("X9"));
}

#[test]
fn a11_who_gives_the_service_back_ends_its_use_that_day() {
    for keeps_service in [true, false] {
        let mut story = running();
        story.advance(days(3));
        let application = ApplyForRefund { keeps_service, happened_at: Some(story.now), ..claim(ClaimKind::Quality) };
        story.does(&merchant(), Command::ApplyForRefund(application));
        let ended = (!keeps_service).then_some(story.now);
        assert_eq!(order(&story).application().unwrap().use_ended_at(), ended);
    }
    let mut piece = story_of(logo()).delivered();
    piece.does(&merchant(), apply(ClaimKind::Quality));
    assert_eq!(order(&piece).application().unwrap().use_ended_at(), None, "a piece of work is no use by time");
}

#[test]
fn w21_after_the_period_only_what_happened_in_it_counts() {
    let mut story = running();
    lapse(&mut story, Timer::ServicePeriod);
    story.advance(days(5));
    let after = happened(&story, ClaimKind::Quality, 4);
    story.refuses_with(&merchant(), after, "refund_event_out_of_window", Some("X9"));
    let inside = happened(&story, ClaimKind::Quality, 6);
    story.does(&merchant(), inside);
}

#[test]
fn d3_1_2_ending_early_leaves_the_unused_time_to_be_claimed() {
    let mut story = running();
    story.advance(days(10));
    let ended = story.now;
    let events = story.does(&provider(), Command::Terminate { reason: "We close down".into() });
    assert_eq!(rules_of(&events), ["D3.1.2", "W21"]);
    let Event::EndedEarly(early) = &events[0] else { panic!("{events:?}") };
    assert_eq!(early.unused, days(21));
    let again = Command::Terminate { reason: "Again".into() };
    story.refuses_with(&provider(), again, "service_ended_early", Some("W21"));
    let open = Eligibility::Open { until: Some(ended + days(15)), rule: RuleId::of("D3.1.2") };
    assert_eq!(window_of(&story, ClaimKind::EndedEarly), open);
    story.advance(days(15) - second());
    story.does(&merchant(), apply(ClaimKind::EndedEarly));
    let application = order(&story).application().unwrap();
    assert_eq!(application.supported_by, ["D3.1.2"].map(RuleId::of));
    assert_eq!(application.happened_at, Some(ended), "the order knows when");
}

#[test]
fn ended_early_and_never_claimed_the_order_completes() {
    let mut story = running();
    story.advance(days(10));
    story.does(&provider(), Command::Terminate { reason: "We close down".into() });
    assert_eq!(story.due(Timer::ServicePeriod), None);
    assert_eq!(rules_of(&lapse(&mut story, Timer::PeriodClaims)), ["W21", "X9"]);
    assert_eq!(story.status(), "completed");
}

#[test]
fn a_period_that_is_over_cannot_be_ended() {
    let mut story = running();
    lapse(&mut story, Timer::ServicePeriod);
    let end = Command::Terminate { reason: "We close down".into() };
    story.refuses_with(&provider(), end, "service_period_over", Some("W21"));
}

#[test]
fn d3_1_3_downtime_extends_the_period_to_the_second() {
    let mut story = running();
    let (ends, closes) = (story.due(Timer::ServicePeriod).unwrap(), story.due(Timer::PeriodClaims).unwrap());
    story.advance(days(2));
    let lost = down(story.now - hours(5), story.now - hours(2), 1);
    assert_eq!(rules_of(&story.does(&provider(), Command::RecordDowntime(lost))), ["D3.1.3"]);
    assert_eq!(story.due(Timer::ServicePeriod), Some(ends + hours(3)));
    assert_eq!(story.due(Timer::PeriodClaims), Some(closes + hours(3)));
}

#[test]
fn d3_1_3_downtime_lies_in_the_period_in_the_past_and_counts_once() {
    let mut story = running();
    story.advance(days(2));
    let now = story.now;
    story.does(&provider(), Command::RecordDowntime(down(now - hours(5), now - hours(2), 1)));
    let bad = [
        (now - hours(3), now - hours(1)),
        (now - hours(1), now - hours(1)),
        (now - hours(1), now + hours(1)),
        (now - days(3), now - hours(30)),
    ];
    for (from, to) in bad {
        let record = Command::RecordDowntime(down(from, to, 2));
        story.refuses_with(&provider(), record, "downtime_interval_invalid", Some("D3.1.3"));
    }
    story.does(&provider(), Command::RecordDowntime(down(now - hours(2), now - hours(1), 3)));
}

#[test]
fn d3_1_3_the_provider_confirms_what_the_merchant_reports() {
    let mut story = running();
    story.advance(days(2));
    let confirm = || Command::ConfirmDowntime { id: id(601) };
    story.refuses_with(&provider(), confirm(), "downtime_not_reported", Some("D3.1.3"));
    let ends = story.due(Timer::ServicePeriod).unwrap();
    let report = down(story.now - hours(4), story.now, 1);
    story.does(&merchant(), Command::ReportDowntime(report.clone()));
    assert_eq!(story.due(Timer::ServicePeriod), Some(ends), "a report alone extends nothing");
    let other = Command::ConfirmDowntime { id: id(602) };
    story.refuses_with(&provider(), other, "downtime_report_unknown", Some("D3.1.3"));
    let twice = Command::ReportDowntime(report);
    story.refuses_with(&merchant(), twice, "downtime_interval_invalid", Some("D3.1.3"));
    story.does(&provider(), confirm());
    assert_eq!(story.due(Timer::ServicePeriod), Some(ends + hours(4)));
    assert_eq!(story.due(Timer::DowntimeAnswer), None);
}

#[test]
fn d3_1_3_a_denied_report_is_answered_and_extends_nothing() {
    let mut story = running();
    story.advance(days(2));
    let deny = |n: u128, reason: &str| Command::DenyDowntime { id: id(600 + n), reason: reason.into() };
    story.refuses_with(&provider(), deny(1, "It ran"), "downtime_not_reported", Some("D3.1.3"));
    let ends = story.due(Timer::ServicePeriod);
    let report = down(story.now - hours(4), story.now, 1);
    story.does(&merchant(), Command::ReportDowntime(report));
    story.refuses_with(&merchant(), deny(1, "It ran"), "order_action_not_yours", None);
    story.refuses_with(&provider(), deny(2, "It ran"), "downtime_report_unknown", Some("D3.1.3"));
    story.refuses_with(&provider(), deny(1, " "), "order_text_invalid", None);
    assert_eq!(rules_of(&story.does(&provider(), deny(1, "Our monitor saw it run"))), ["D3.1.3"]);
    assert_eq!((story.due(Timer::DowntimeAnswer), story.due(Timer::ServicePeriod)), (None, ends));
    assert_eq!(story.advance(days(3)), [], "the two days are answered");
    let event = happened(&story, ClaimKind::Quality, 3);
    story.does(&merchant(), event);
    assert_eq!(order(&story).application().unwrap().supported_by, [], "it is no unreachable provider");
}

#[test]
fn d3_1_3_a_report_left_for_two_days_makes_the_provider_unreachable() {
    let mut story = running();
    story.advance(days(2));
    let report = down(story.now - hours(4), story.now, 1);
    story.does(&merchant(), Command::ReportDowntime(report));
    assert_eq!(rules_of(&lapse(&mut story, Timer::DowntimeAnswer)), ["D3.1.3"]);
    let event = happened(&story, ClaimKind::Quality, 2);
    story.does(&merchant(), event);
    assert_eq!(order(&story).application().unwrap().supported_by, ["D3.1.3"].map(RuleId::of));
}

#[test]
fn a_confirmed_report_can_reopen_a_period_that_was_just_over() {
    let mut story = running();
    story.advance(days(30));
    let report = down(story.now - days(5), story.now, 1);
    story.does(&merchant(), Command::ReportDowntime(report));
    lapse(&mut story, Timer::ServicePeriod);
    story.does(&provider(), Command::ConfirmDowntime { id: id(601) });
    assert_eq!(story.due(Timer::ServicePeriod), Some(at("2026-04-07T09:00:00Z")));
}

#[test]
fn downtime_is_for_software_and_bounded() {
    let hosting = Terms { category: kernel::Category::Operation, ..erp() };
    let mut story = story_of(hosting).accepted();
    story.advance(days(1));
    let record = Command::RecordDowntime(down(story.now - hours(2), story.now, 1));
    story.refuses_with(&provider(), record, "downtime_not_software", Some("D3.1.3"));
    let mut busy = running();
    busy.advance(days(10));
    for n in 0..60 {
        let from = busy.now - hours(2 * n + 2);
        busy.does(&provider(), Command::RecordDowntime(down(from, from + hours(1), n as u128)));
    }
    let more = Command::RecordDowntime(down(busy.now - hours(1), busy.now, 99));
    busy.refuses_with(&provider(), more, "downtime_list_full", None);
}
