//! The demo's stories are journeys across all services: each goes as it is written, and leaves a sound suite.

use guildhall::demo::SHIPPED;
use journeys::{Market, ledger};
use std::collections::BTreeSet;

/// Plays one shipped story and checks what it leaves.
async fn goes_as_written(start: &str) {
    let (_, text) = SHIPPED.iter().find(|(name, _)| name.starts_with(start)).expect("the story ships");
    let market = Market::after(text).await;
    println!("{}", market.played.timeline);
    assert_eq!(market.suite.unsound(), Vec::<String>::new());
    let told = market.suite.published().await;
    let undecided = told.iter().filter(|told| told.source != "notifications" && !notifications::is_decided(told));
    let undecided = undecided.map(|told| told.routing_key());
    assert_eq!(undecided.collect::<BTreeSet<_>>(), BTreeSet::new(), "nobody decided who is told of these");
    ledger::is_balanced(&market.suite);
}

macro_rules! stories {
    ($($name:ident => $start:literal;)*) => {$(
        #[tokio::test(flavor = "multi_thread")]
        async fn $name() {
            goes_as_written($start).await;
        }
    )*};
}

stories! {
    a_first_sale_from_qualification_to_payout => "a-";
    silence_accepts_after_the_window => "b-";
    a_late_modification_supports_a_refund => "c-";
    the_third_failure_is_the_providers_responsibility => "d-";
    a_request_refused_as_not_objective_completes => "e-";
    a_counter_proposal_settles_and_splits_the_escrow => "f-";
    an_award_takes_escrow_then_deposit_then_liability => "g-";
    a_refused_listing_is_mended_and_published => "h-";
    withheld_cooperation_stops_the_clock => "i-";
    the_bearer_of_the_burden_gives_evidence_and_the_other_side_is_silent => "j-";
    a_suspended_case_and_its_order_keep_their_clocks => "k-";
    an_appeal_reverses_a_decision_and_the_money_follows => "l-";
    software_that_is_down_is_refunded_by_time => "m-";
    hosting_that_promised_an_effect_is_refunded => "n-";
    training_that_dissatisfies_is_not_refunded => "o-";
    the_contract_of_personalised_design_governs => "p-";
    a_film_ended_by_the_merchant_costs_what_was_done => "q-";
}
