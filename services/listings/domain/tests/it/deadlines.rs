//! Each deadline: just before, when it passes, after.
use crate::world::*;
use kernel::machine::IntoName;
use kernel::{Span, Time, TimeDelta};
use listings_domain::{Command, Content, Event, Timer};

const MOMENT: TimeDelta = TimeDelta::microseconds(1);

fn after(from: Time, span: Span) -> Time {
    EDITION.calendar.after(from, span)
}

#[test]
fn overdue_moderation_goes_back_to_the_queue_and_the_operator_is_told() {
    let mut world = World::queued();
    let due = world.story.due(Timer::ModerationDue).unwrap();
    assert_eq!(due, after(world.story.now, Span::WorkingDays(2)));
    world.story.advance(due - world.story.now - MOMENT);
    world.does(&moderator(), Command::Claim);
    let lapsed = world.story.advance(MOMENT);
    let Event::ModerationOverdue { claimed_by, decide_by, .. } = &lapsed[0] else { panic!("{lapsed:?}") };
    assert_eq!(claimed_by.as_deref(), Some("mo"));
    assert_eq!(*decide_by, after(world.story.now, Span::WorkingDays(2)));
    world.refuses(&moderator(), Command::Approve { note: None }, "revision_not_claimed", None);
    world.does(&other_moderator(), Command::Claim);
    world.does(&other_moderator(), Command::Approve { note: None });
    assert_eq!(world.story.due(Timer::ModerationDue), None);
    assert!(world.is_on_sale());
}

#[test]
fn nothing_passes_by_silence() {
    let mut world = World::queued();
    let lapsed = world.story.advance(days(60));
    assert!(lapsed.len() > 10 && lapsed.iter().all(|event| event.name() == "moderation_overdue"));
    assert_eq!(world.story.status(), "pending_review");
}

#[test]
fn a_claim_ends_with_its_lease() {
    let mut world = World::claimed();
    let lease = world.story.due(Timer::ClaimLease).unwrap();
    assert_eq!(lease, after(world.story.now, Span::Hours(4)));
    world.story.advance(lease - world.story.now - MOMENT);
    world.refuses(&other_moderator(), Command::Claim, "revision_claimed_by_another", None);
    let lapsed = world.story.advance(MOMENT);
    assert!(matches!(&lapsed[..], [Event::Released { by, lapsed: true, .. }] if by == "mo"), "{lapsed:?}");
    world.refuses(&moderator(), Command::Approve { note: None }, "revision_not_claimed", None);
    world.does(&other_moderator(), Command::Claim);
    assert!(world.story.due(Timer::ModerationDue).is_some(), "the lease moves no other date");
}

#[test]
fn a_late_decision_is_refused_even_when_the_alarm_was_lost() {
    let mut world = World::claimed();
    world.story.sleep_through(days(1));
    world.refuses(&moderator(), Command::Approve { note: None }, "revision_not_claimed", None);
    assert_eq!(world.story.journal.last().unwrap().2.name(), "released");
}

#[test]
fn a_revision_that_is_not_mended_in_time_is_withdrawn() {
    let mut world = World::changes_requested();
    let mend_by = world.story.due(Timer::MendBy).unwrap();
    assert_eq!(mend_by, after(world.story.now, Span::Days(15)));
    world.story.advance(mend_by - world.story.now - MOMENT);
    assert_eq!(world.story.status(), "changes_requested");
    let lapsed = world.story.advance(MOMENT);
    let Event::RevisionLapsed { decision, .. } = &lapsed[0] else { panic!("{lapsed:?}") };
    assert_eq!(decision.rules[0].as_str(), "W32");
    assert_eq!(world.story.status(), "withdrawn");
    world.refuses(&provider(), Command::Submit, "no_draft_to_submit", None);
    world.revises(software());
    world.does(&provider(), Command::Submit);
    assert!(world.is_on_sale());
}

#[test]
fn mending_counts_when_it_is_submitted() {
    let mut world = World::changes_requested();
    let mend_by = world.story.due(Timer::MendBy);
    world.revises(software());
    assert_eq!(world.story.due(Timer::MendBy), mend_by, "writing alone stops no clock");
    world.story.advance(days(15) - MOMENT);
    world.does(&provider(), Command::Submit);
    assert_eq!(world.story.due(Timer::MendBy), None);
    let mut world = World::changes_requested();
    world.revises(software());
    world.story.advance(days(15));
    world.refuses(&provider(), Command::Submit, "no_draft_to_submit", None);
}

#[test]
fn what_is_on_sale_stays_when_its_next_revision_lapses() {
    let mut world = World::published();
    world.revises(Content { title: "Stock keeping, second edition".into(), ..with_two_pictures() });
    world.does(&provider(), Command::Submit);
    world.does(&moderator(), Command::Claim);
    world.does(&moderator(), Command::RequestChanges { grounds: grounds("C6") });
    world.story.advance(days(15));
    assert_eq!(world.story.status(), "published");
    assert_eq!(world.title_on_sale().as_deref(), Some("Stock keeping for small shops"));
}
