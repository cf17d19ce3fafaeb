//! What a case leaves to be done after it has ended the order (D3.1.3, W19), and another forum's outcome (D1.1.4).
use crate::world::*;
use check::Story;
use kernel::{ClaimKind, RuleId, Time};
use orders_domain::Orders;
use orders_domain::order::*;

fn at(text: &str) -> Time {
    text.parse().unwrap()
}

/// Accepted on 2 March for a month; disputed on 5 March, decided on 10 March.
fn decided(outcome: CaseOutcome) -> Story<Orders> {
    let mut story = story_of(erp()).accepted();
    story.advance(days(3));
    let apply = apply_in_period(&story, ClaimKind::Quality);
    story.does(&merchant(), apply);
    story.advance(days(5));
    story.does(&disputes(), Command::Settle { case: case(), outcome });
    story
}

fn left(story: &Story<Orders>) -> Left {
    story.state.left().unwrap().clone()
}

fn provided() -> Command {
    Command::ProvideData { files: vec![file(1)], note: "The rest is in the shop's own export.".into() }
}

fn correct(outcome: CaseOutcome) -> Command {
    Command::Correct { case: case(), outcome: CaseOutcome { rules: vec![RuleId::of("D1.1.4")], ..outcome } }
}

#[test]
fn the_use_goes_on_by_what_was_lost_after_the_period_that_the_dispute_stood_still() {
    let two_days = 2 * 24 * 3_600;
    let mut story = decided(CaseOutcome { extension_seconds: Some(two_days), ..outcome("0.00") });
    assert_eq!(story.status(), "completed");
    // A month from 2 March, five days of dispute, two days of extension.
    let until = at("2026-04-09T09:00:00Z");
    assert_eq!(story.due(Timer::ExtendedUse), Some(until));
    assert!(order(&story).is_open(), "the provider owes the use");
    assert_eq!(rules_of(&lapse(&mut story, Timer::ExtendedUse)), ["D3.1.3"]);
    assert!(!order(&story).is_open());
    assert!(left(&story).extended_use.unwrap().is_over);
    assert_eq!(story.advance(days(400)), []);
}

#[test]
fn without_a_period_the_use_goes_on_from_the_decision() {
    let mut story = story().delivered();
    story.does(&merchant(), apply(ClaimKind::Quality));
    let outcome = CaseOutcome { extension_seconds: Some(90), ..outcome("0.00") };
    story.does(&disputes(), Command::Settle { case: case(), outcome });
    assert_eq!(story.due(Timer::ExtendedUse), Some(story.now + kernel::TimeDelta::seconds(90)));
    let nothing = decided(CaseOutcome { extension_seconds: Some(0), ..outcome_of_nothing() });
    assert_eq!(left(&nothing), Left::default());
}

fn outcome_of_nothing() -> CaseOutcome {
    outcome("0.00")
}

#[test]
fn the_merchant_has_30_days_to_download_what_the_provider_provides() {
    let mut story = decided(granting(None));
    assert_eq!((story.status(), story.due(Timer::DataDownload)), ("refunded", Some(story.now + days(30))));
    assert_eq!(story.open_to(&provider()), ["provide_data"]);
    assert_eq!(story.open_to(&merchant()), ["confirm_download"]);
    let blank = Command::ProvideData { files: vec![], note: " ".into() };
    story.refuses_with(&provider(), blank, "order_text_invalid", None);
    let unknown = Command::ProvideData { files: vec![file(99)], note: "Here.".into() };
    story.refuses_with(&provider(), unknown, "order_file_unknown", None);
    story.refuses_with(&merchant(), provided(), "order_action_not_yours", None);
    assert_eq!(rules_of(&story.does(&provider(), provided())), ["W19"]);
    story.does(&provider(), provided());
    assert_eq!(rules_of(&story.does(&merchant(), Command::ConfirmDownload)), ["W19"]);
    assert_eq!(left(&story).download.unwrap().standing, DownloadStanding::Downloaded { at: story.now });
    story.refuses_with(&provider(), provided(), "data_downloaded_already", Some("W19"));
    assert!(!order(&story).is_open());
    assert_eq!(story.advance(days(60)), []);
}

#[test]
fn silence_of_the_provider_is_suspected_and_that_of_the_merchant_closes_the_download() {
    let mut silent = decided(granting(None));
    let lapsed = lapse(&mut silent, Timer::DataDownload);
    assert_eq!(rules_of(&lapsed), ["W19", "M5.60"]);
    let [Event::DataWithheld(found)] = &lapsed[..] else { panic!("{lapsed:?}") };
    assert!(found.decision.automated && found.decision.facts[0].contains("no data were provided"));
    assert!(found.decision.reasons.contains("The platform's copy is what was delivered"), "{}", found.decision.reasons);
    let mut bare = story_of(erp()).started();
    bare.does(&merchant(), apply(ClaimKind::NotAsDescribed));
    bare.does(&disputes(), Command::Settle { case: case(), outcome: granting(None) });
    let lapsed = lapse(&mut bare, Timer::DataDownload);
    let [Event::DataWithheld(found)] = &lapsed[..] else { panic!("{lapsed:?}") };
    assert!(found.decision.reasons.ends_with("it has no copy."), "{}", found.decision.reasons);
    assert_eq!(left(&silent).download.unwrap().standing, DownloadStanding::Withheld);
    silent.refuses_with(&merchant(), Command::ConfirmDownload, "data_download_closed", Some("W19"));

    let mut provided_in_time = decided(granting(None));
    provided_in_time.does(&provider(), provided());
    assert_eq!(rules_of(&lapse(&mut provided_in_time, Timer::DataDownload)), ["W19"]);
    assert_eq!(left(&provided_in_time).download.unwrap().standing, DownloadStanding::Lapsed);
}

#[test]
fn an_order_whose_case_left_nothing_offers_nothing() {
    let mut story = decided(outcome("50.00"));
    story.refuses_with(&provider(), provided(), "data_download_not_granted", Some("W19"));
    story.refuses_with(&merchant(), Command::ConfirmDownload, "data_download_not_granted", Some("W19"));
    let mut running = story_of(erp()).accepted();
    running.refuses_with(&provider(), provided(), "data_download_not_granted", Some("W19"));
    assert!(!order(&story).is_open());
}

#[test]
fn another_outcome_sets_the_end_right_and_cuts_short_what_it_does_not_grant() {
    let mut story = decided(granting(Some(3_600)));
    story.advance(days(1));
    let events = story.does(&disputes(), correct(outcome("0.00")));
    let [Event::Corrected(it)] = &events[..] else { panic!("{events:?}") };
    assert!(it.is_cut_short && it.is_withdrawn);
    assert_eq!((story.status(), rules_of(&events)), ("completed", vec!["D1.1.4".to_owned()]));
    let Left { extended_use, download } = left(&story);
    assert_eq!((extended_use.unwrap().until, extended_use.unwrap().is_over), (story.now, true));
    assert_eq!(download.unwrap().standing, DownloadStanding::Withdrawn);
    story.refuses_with(&provider(), provided(), "data_download_not_granted", Some("W19"));
    assert_eq!(story.does(&disputes(), correct(outcome("0.00"))), [], "already so");

    // Granted after all: a whole window anew, and use counted from where it would have ended.
    let events = story.does(&disputes(), correct(granting(Some(7_200))));
    let [Event::Corrected(it)] = &events[..] else { panic!("{events:?}") };
    assert!(!it.is_cut_short && !it.is_withdrawn);
    assert_eq!(story.due(Timer::DataDownload), Some(story.now + days(30)));
    assert_eq!(story.due(Timer::ExtendedUse), Some(at("2026-04-07T11:00:00Z")));
}

#[test]
fn what_was_downloaded_and_used_up_stays_as_it_is() {
    let mut story = decided(granting(Some(60)));
    story.does(&merchant(), Command::ConfirmDownload);
    lapse(&mut story, Timer::ExtendedUse);
    let before = left(&story);
    let events = story.does(&disputes(), correct(outcome("0.00")));
    let [Event::Corrected(it)] = &events[..] else { panic!("{events:?}") };
    assert!(!it.is_cut_short && !it.is_withdrawn);
    assert_eq!(left(&story), before);
}

#[test]
fn only_the_case_that_ended_the_order_corrects_its_end() {
    let mut disputed = story().delivered();
    disputed.does(&merchant(), apply(ClaimKind::Quality));
    assert_eq!(disputed.does(&disputes(), correct(outcome("1.00"))), [], "its award follows and ends the order");
    let mut ended = decided(outcome("0.00"));
    let other = Command::Correct { case: kernel::CaseId(id(77)), outcome: outcome("1.00") };
    assert_eq!(ended.does(&disputes(), other), []);
    let mut completed = story().accepted();
    assert_eq!(completed.does(&disputes(), correct(outcome("1.00"))), []);
    ended.refuses_with(&disputes(), correct(outcome("100.01")), "refund_amount_invalid", Some("D1.3.2"));
}
