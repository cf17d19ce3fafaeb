//! Reviewed pictures of the machine, drawn from the code: who may do what when, the deadlines, the states.
use crate::world::*;
use check::{Story, render};
use kernel::{ClaimKind, Terms};
use orders_domain::Orders;
use orders_domain::order::*;
use std::collections::BTreeSet;

fn situations() -> Vec<(&'static str, Story<Orders>)> {
    let after = |mut story: Story<Orders>, happens: &dyn Fn(&mut Story<Orders>)| {
        happens(&mut story);
        story
    };
    let lapses = |timer: Timer| move |story: &mut Story<Orders>| drop(lapse(story, timer));
    vec![
        ("absent", story()),
        ("pending_payment", story().placed()),
        ("payment_expired", after(story().placed(), &lapses(Timer::Payment))),
        ("funded", story().funded()),
        ("funded, agreed", story().agreed()),
        ("in_progress", story().started()),
        ("in_progress, overdue", after(story().started(), &lapses(Timer::Delivery))),
        (
            "in_progress, waiting for the merchant",
            after(story().started(), &|story| {
                story.does(&provider(), cooperate(Some(Basis::Listing(0))));
            }),
        ),
        (
            "in_progress, stopped",
            after(story().started(), &|story| {
                story.does(&provider(), cooperate(Some(Basis::Listing(0))));
                served(story);
                lapse(story, Timer::Cooperation);
                story.does(&provider(), Command::Terminate { reason: "No material".into() });
            }),
        ),
        ("delivered", story().delivered()),
        (
            "delivered, change proposed by the merchant",
            after(story().delivered(), &|story| {
                story.does(&merchant(), propose(Change { modifications: Some(2), ..Change::default() }));
            }),
        ),
        ("modification_requested", story().modification_requested()),
        ("modification_requested, overdue", after(story().modification_requested(), &lapses(Timer::Modification))),
        ("modification_requested, repair", story().repair_requested()),
        (
            "modification_requested, refused",
            after(story().modification_requested(), &|story| {
                story.does(&provider(), refuse(&[1]));
            }),
        ),
        ("accepted", story_of(erp()).accepted()),
        (
            "accepted, ended early",
            after(story_of(erp()).accepted(), &|story| {
                story.does(&provider(), Command::Terminate { reason: "We close".into() });
            }),
        ),
        (
            "disputed",
            after(story().delivered(), &|story| {
                story.does(&merchant(), apply(ClaimKind::Quality));
            }),
        ),
        ("completed", story().accepted()),
        (
            "refunded, data to be downloaded, use extended",
            after(story_of(erp()).accepted(), &|story| {
                let apply = apply_in_period(story, ClaimKind::Quality);
                story.does(&merchant(), apply);
                story.does(&disputes(), Command::Settle { case: case(), outcome: granting(Some(3_600)) });
            }),
        ),
        (
            "refunded, data downloaded",
            after(story_of(erp()).accepted(), &|story| {
                let apply = apply_in_period(story, ClaimKind::Quality);
                story.does(&merchant(), apply);
                story.does(&disputes(), Command::Settle { case: case(), outcome: granting(None) });
                story.does(&merchant(), Command::ConfirmDownload);
            }),
        ),
        (
            "cancelled",
            after(story().funded(), &|story| {
                story.does(&merchant(), Command::Cancel { reason: None });
            }),
        ),
    ]
}

#[test]
fn who_may_do_what_when() {
    let situations = situations();
    let matrix = |actor: &kernel::Actor| {
        let columns: Vec<_> = situations.iter().map(|(name, story)| (*name, story, actor)).collect();
        render::matrix(&columns)
    };
    insta::assert_snapshot!("merchant_actions", matrix(&merchant()));
    insta::assert_snapshot!("provider_actions", matrix(&provider()));
}

#[test]
fn the_deadlines() {
    insta::assert_snapshot!("deadlines", render::deadlines::<Orders>());
}

#[test]
fn every_kind_of_deadline_is_seen_in_some_story() {
    use kernel::Timer as _;
    use strum::VariantArray;
    let reminders: Vec<_> = Timer::VARIANTS.iter().filter(|timer| timer.is_reminder()).collect();
    assert_eq!(reminders, [&Timer::OverdueReminder, &Timer::AcceptanceReminder, &Timer::CooperationReminder]);
}

#[test]
fn the_states_that_stories_go_through() {
    let mut edges = BTreeSet::new();
    let mut walk = |story: Story<Orders>| edges.extend(story.edges);
    for (_, story) in situations() {
        walk(story);
    }
    let mut silent = story().delivered();
    silent.advance(days(5));
    walk(silent);
    let mut rounds = story_of(Terms { modifications: None, ..erp() }).modification_requested();
    rounds.does(&provider(), redeliver());
    rounds.does(&merchant(), Command::Accept);
    rounds.advance(days(60));
    walk(rounds);
    let mut refused = story().modification_requested();
    refused.does(&provider(), refuse(&[1]));
    served(&mut refused);
    refused.advance(days(5));
    walk(refused);
    for (begin, to_merchant) in [(story().delivered(), "0.00"), (story().modification_requested(), "5.00")] {
        let mut disputed = begin;
        disputed.does(&merchant(), apply(ClaimKind::Quality));
        disputed.does(&disputes(), Command::Resume { case: case() });
        disputed.does(&merchant(), apply(ClaimKind::Quality));
        disputed.does(&disputes(), settle(to_merchant));
        walk(disputed);
    }
    let mut overdue = story().started();
    overdue.advance(days(7));
    overdue.does(&merchant(), apply(ClaimKind::NotDelivered));
    overdue.does(&disputes(), settle("1200.00"));
    walk(overdue);
    let mut ended = story().started();
    ended.does(&provider(), Command::Terminate { reason: "We close".into() });
    walk(ended);
    let mut withheld = story().started();
    withheld.does(&provider(), cooperate(Some(Basis::Listing(0))));
    served(&mut withheld);
    withheld.advance(days(5));
    withheld.does(&provider(), Command::Terminate { reason: "No material".into() });
    withheld.advance(days(15));
    walk(withheld);
    let moves = edges.into_iter().filter(|(before, _, after)| before != after).collect();
    insta::assert_snapshot!("states", render::diagram(&moves));
}

#[test]
fn a_story_reads_as_a_timeline() {
    let mut story = story().modification_requested();
    story.advance(days(4));
    story.does(&merchant(), apply(ClaimKind::LateModification));
    story.does(&disputes(), settle("400.00"));
    insta::assert_snapshot!("late_modification", story.timeline());
}
