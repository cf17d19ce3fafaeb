//! Measures of other contexts and of the operator: block, removal, lifting.
use crate::world::*;
use kernel::machine::IntoName;
use kernel::{Actor, Time};
use listings_domain::{Command, Content, Event, Timer};
use uuid::Uuid;

fn measure(n: u128) -> Uuid {
    Uuid::from_u128(0xc0 + n)
}

fn block(n: u128, until: Option<Time>) -> Command {
    Command::Block { measure: measure(n), until, grounds: grounds("M5.4") }
}

fn remove(n: u128, until: Option<Time>, correction: bool) -> Command {
    Command::Remove { measure: measure(n), until, correction, grounds: grounds("M5.13") }
}

fn lift(n: u128) -> Command {
    Command::Unblock { measure: measure(n), reasons: "The appeal was upheld.".into() }
}

fn compliance() -> Actor {
    Actor::service("compliance")
}

#[test]
fn a_block_hides_the_listing_until_its_time_has_passed() {
    let mut world = World::published();
    let until = world.story.now + days(5);
    let events = world.does(&compliance(), block(1, Some(until)));
    let Event::Blocked { decision, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!((decision.rules[0].as_str(), decision.automated), ("M5.4", true));
    assert_eq!((world.story.status(), world.is_on_sale()), ("blocked", false));
    assert_eq!(world.story.due(Timer::MeasureEnd), Some(until));
    world.story.advance(days(5) - kernel::TimeDelta::microseconds(1));
    assert!(!world.is_on_sale());
    world.story.advance(kernel::TimeDelta::microseconds(1));
    assert!(world.is_on_sale());
}

#[test]
fn blocks_run_at_the_same_time_and_the_latest_end_counts() {
    let mut world = World::published();
    let now = world.story.now;
    world.does(&operator(), block(1, Some(now + days(10))));
    world.does(&operator(), block(2, Some(now + days(5))));
    world.story.advance(days(5));
    assert_eq!(world.story.status(), "blocked");
    world.story.advance(days(5));
    assert_eq!(world.story.status(), "published");
}

#[test]
fn a_message_told_twice_or_late_changes_nothing() {
    let mut world = World::published();
    let until = Some(world.story.now + days(5));
    world.does(&compliance(), block(1, until));
    assert_eq!(world.does(&compliance(), block(1, until)), []);
    assert_eq!(world.does(&compliance(), remove(1, until, true)), []);
    world.does(&compliance(), lift(1));
    assert!(world.is_on_sale());
    assert_eq!(world.does(&compliance(), block(1, until)), [], "lifted is lifted");
    world.story.advance(days(5));
    assert_eq!(world.does(&compliance(), block(2, until)), [], "over before it came");
    assert_eq!(world.does(&compliance(), remove(2, until, false)), [], "over before it came");
}

#[test]
fn a_measure_lifted_before_it_came_never_weighs() {
    let mut world = World::published();
    world.does(&compliance(), lift(1));
    assert_eq!(world.does(&compliance(), lift(1)), []);
    assert_eq!(world.does(&compliance(), block(1, None)), []);
    assert!(world.is_on_sale());
}

#[test]
fn a_removed_listing_is_back_after_its_time_and_a_corrected_revision() {
    let mut world = World::published();
    world.does(&compliance(), remove(1, Some(world.story.now + days(3)), true));
    assert_eq!((world.story.status(), world.is_on_sale()), ("removed", false));
    let lapsed = world.story.advance(days(3));
    assert_eq!(lapsed[0].name(), "removal_served");
    assert_eq!(world.story.status(), "removed");
    world.revises(Content { description: "Counts stock and warns.".into(), ..software() });
    let events = world.does(&provider(), Command::Submit);
    assert_eq!(events.iter().map(IntoName::name).collect::<Vec<_>>(), ["screened", "published", "measure_ended"]);
    assert!(world.is_on_sale());
}

#[test]
fn a_correction_before_the_time_has_passed_waits_for_it() {
    let mut world = World::published();
    world.does(&compliance(), remove(1, Some(world.story.now + days(3)), true));
    world.revises(Content { description: "Counts stock and warns.".into(), ..software() });
    world.does(&provider(), Command::Submit);
    assert_eq!(world.story.status(), "removed");
    let lapsed = world.story.advance(days(3));
    assert_eq!(lapsed[0].name(), "measure_ended");
    assert!(world.is_on_sale());
}

#[test]
fn a_measure_without_end_lasts_until_it_is_lifted() {
    let mut world = World::published();
    world.does(&operator(), remove(1, None, false));
    world.story.advance(days(400));
    assert_eq!(world.story.status(), "removed");
    world.does(&operator(), lift(1));
    assert!(world.is_on_sale());
}

#[test]
fn people_are_told_when_a_measure_makes_no_sense() {
    let mut world = World::published();
    let past = Some(world.story.now);
    world.refuses(&operator(), block(1, past), "listing_measure_over", None);
    world.refuses(&operator(), lift(1), "listing_measure_unknown", None);
    let silent = Command::Unblock { measure: measure(1), reasons: " ".into() };
    world.refuses(&operator(), silent, "moderation_reasons_needed", Some("M5"));
    for n in 0..32 {
        world.does(&operator(), block(n, None));
    }
    world.refuses(&operator(), block(40, None), "too_many_measures", None);
}

#[test]
fn lifted_measures_are_remembered_within_bounds() {
    let mut world = World::published();
    for n in 0..40 {
        world.does(&compliance(), lift(n));
    }
    assert_eq!(world.record().lifted.len(), 32);
    assert!(world.record().lifted.contains(&measure(39)));
}
