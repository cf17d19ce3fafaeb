//! Documents after entry: renewal, re-qualification, cure, and whose time it costs.
use crate::world::*;
use kernel::machine::Due;
use kernel::{Actor, Role, TimeDelta};
use onboarding_domain::handout::Handout;
use onboarding_domain::qualification::{Command, Event, Timer};

#[test]
fn renewal_is_due_thirty_days_ahead_and_a_lapsed_document_suspends_that_day() {
    let mut story = granted();
    // The last day is the 30th in Shanghai; the document lapses when it ends.
    let lapse = "2026-06-30T16:00:00Z".parse().unwrap();
    assert_eq!(story.due(Timer::DocumentLapse), Some(lapse));
    assert_eq!(story.due(Timer::RenewalDue), Some(lapse - days(30)));
    assert_eq!(story.advance(lapse - days(30) - INSTANT - story.now), []);
    assert_eq!(story.status(), "active");
    story.advance(INSTANT);
    assert_eq!(story.status(), "expiring");
    assert_eq!(story.advance(days(30) - INSTANT), []);
    let lapsed = story.advance(INSTANT);
    let Event::Suspended { decision, outstanding, due, .. } = &lapsed[0] else { panic!("{lapsed:?}") };
    assert_eq!(decision.rules, [rule("W32"), rule("M3.1")]);
    assert!(decision.automated);
    assert_eq!(outstanding.iter().map(String::as_str).collect::<Vec<_>>(), ["servers"]);
    assert_eq!(*due, Due::At(lapse + days(15)));
    assert_eq!(story.status(), "suspended");
    story.advance(days(15) - INSTANT);
    assert_eq!(story.status(), "suspended");
    let lost = story.advance(INSTANT);
    let Event::Revoked { decision } = &lost[0] else { panic!("{lost:?}") };
    assert_eq!(decision.rules, [rule("W32"), rule("M3.1"), rule("M3.2")]);
    assert_eq!(decision.redress.as_ref().unwrap().action, "open");
    assert_eq!(story.status(), "revoked");
}

#[test]
fn an_accepted_document_renews_and_one_that_ends_soon_does_not() {
    let mut story = granted();
    story.advance(days(95));
    assert_eq!(story.status(), "expiring");
    story.does(&amy(), Command::SubmitDocument(expiring(1, "servers", "2026-07-02")));
    story.does(&rita(), accept("servers"));
    assert_eq!(story.status(), "expiring");
    story.does(&amy(), Command::SubmitDocument(expiring(2, "servers", "2027-06-30")));
    let events = story.does(&rita(), accept("servers"));
    let names: Vec<&str> = events.iter().map(Into::into).collect();
    assert_eq!(names, ["document_accepted", "renewed"]);
    assert_eq!(story.status(), "active");
    assert_eq!(story.due(Timer::DocumentLapse), Some("2027-06-30T16:00:00Z".parse().unwrap()));
}

#[test]
fn of_one_renewal_the_provider_is_reminded_once() {
    let confirm = || Command::Confirm { reasons: "The team is back.".into() };
    let mut story = granted();
    story.advance(days(95));
    assert_eq!(story.event_names(), ["granted", "expiring"]);
    // Back from a suspension the same document is still to be renewed.
    story.does(&rita(), suspend());
    story.does(&rita(), confirm());
    assert_eq!(story.status(), "expiring");
    assert_eq!((story.nudge(), story.due(Timer::RenewalDue)), (vec![], None));
    story.does(&rita(), suspend());
    story.does(&amy(), Command::SubmitDocument(statement(1, "experience")));
    story.does(&rita(), accept("experience"));
    assert_eq!((story.status(), story.nudge()), ("expiring", vec![]));
    // Renewed, and then replaced by one with the old last day.
    for (n, last_day) in [(2, "2027-06-30"), (3, "2026-06-30")] {
        story.does(&amy(), Command::SubmitDocument(expiring(n, "servers", last_day)));
        story.does(&rita(), accept("servers"));
    }
    assert_eq!((story.status(), story.nudge()), ("expiring", vec![]));
    assert_eq!(story.event_names().iter().filter(|name| **name == "expiring").count(), 1);
    // Of another renewal it is told anew.
    story.does(&amy(), Command::SubmitDocument(expiring(4, "servers", "2027-06-30")));
    story.does(&rita(), accept("servers"));
    let renewal = story.due(Timer::RenewalDue).unwrap();
    assert!(matches!(&story.advance(renewal - story.now)[..], [Event::Expiring { .. }]));
}

#[test]
fn a_renewal_that_came_due_during_a_suspension_is_told_afterwards() {
    let mut story = granted();
    story.advance(days(80));
    story.does(&rita(), suspend());
    story.advance(days(12));
    assert_eq!(story.status(), "suspended");
    story.does(&rita(), Command::Confirm { reasons: "The team is back.".into() });
    assert!(matches!(&story.nudge()[..], [Event::Expiring { .. }]));
}

#[test]
fn a_document_renews_while_another_line_is_outstanding() {
    let mut story = granted();
    story.advance(days(95));
    story.does(&rita(), demand());
    story.does(&amy(), Command::SubmitDocument(expiring(1, "servers", "2027-06-30")));
    let events = story.does(&rita(), accept("servers"));
    let names: Vec<&str> = events.iter().map(Into::into).collect();
    assert_eq!((names, story.status()), (vec!["document_accepted", "renewed"], "active"));
    assert!(story.due(Timer::Requalification).is_some());
}

#[test]
fn a_lapsed_document_is_cured_by_another_one() {
    let mut story = granted();
    story.advance(days(125));
    assert_eq!(story.status(), "suspended");
    story.refuses_with(
        &rita(),
        Command::Confirm { reasons: "fine".into() },
        "qualification_document_lapsed",
        Some("W32"),
    );
    story.does(&amy(), Command::SubmitDocument(expiring(1, "servers", "2027-06-30")));
    let events = story.does(&rita(), accept("servers"));
    let Event::Restored { decision } = &events[1] else { panic!("{events:?}") };
    assert_eq!(decision.rules, [rule("M3.2")]);
    assert_eq!(story.status(), "active");
}

#[test]
fn the_cure_stands_still_while_a_reviewer_has_to_judge() {
    let mut story = suspended();
    story.advance(days(10));
    let events = story.does(&amy(), Command::SubmitDocument(statement(1, "experience")));
    let Event::DocumentSubmitted { cure, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!(*cure, Some(Due::Paused { remaining: days(5) }));
    story.advance(days(40));
    assert_eq!(story.status(), "suspended");
    story.does(&rita(), turn_down("experience"));
    assert_eq!(story.due(Timer::SuspensionCure), Some(story.now + days(5)));
    story.advance(days(5) - INSTANT);
    assert_eq!(story.status(), "suspended");
    story.advance(INSTANT);
    assert_eq!(story.status(), "revoked");
}

#[test]
fn the_cure_runs_on_only_when_nothing_waits_any_more() {
    let mut story = suspended();
    story.does(&amy(), Command::SubmitDocument(statement(1, "experience")));
    story.does(&amy(), Command::SubmitDocument(document(2, "works")));
    story.does(&rita(), turn_down("experience"));
    assert_eq!(story.due(Timer::SuspensionCure), None);
    assert!(story.due(Timer::DocumentReview).is_some());
    story.does(&rita(), accept("works"));
    assert_eq!(story.status(), "suspended", "works were not asked for");
    assert!(story.due(Timer::SuspensionCure).is_some());
    assert_eq!(story.due(Timer::DocumentReview), None);
}

#[test]
fn an_overdue_judgement_decides_nothing() {
    let mut story = granted();
    story.does(&amy(), Command::SubmitDocument(document(1, "works")));
    let due = story.due(Timer::DocumentReview).unwrap();
    assert_eq!(due - story.now, days(7), "five working days");
    assert_eq!(story.advance(days(7) - INSTANT), []);
    let lapsed = story.advance(INSTANT);
    assert_eq!(lapsed, [Event::ReviewOverdue { review_due: story.now + days(7), rules: vec![rule("W32")] }]);
    assert_eq!(story.state.holding().unwrap().pending.len(), 1);
}

#[test]
fn a_document_lapses_although_another_one_waits_yet_the_cure_stands_still() {
    let mut story = granted();
    story.advance(days(119));
    story.does(&amy(), Command::SubmitDocument(expiring(1, "servers", "2027-06-30")));
    story.advance(days(60));
    assert_eq!(story.status(), "suspended");
    assert_eq!(story.due(Timer::SuspensionCure), None);
    story.does(&rita(), accept("servers"));
    assert_eq!(story.status(), "active");
}

#[test]
fn what_waited_so_long_that_it_expired_is_not_accepted() {
    let mut story = granted();
    story.does(&amy(), Command::SubmitDocument(expiring(1, "servers", "2026-03-05")));
    story.advance(days(4));
    story.refuses_with(&rita(), accept("servers"), "document_expired", Some("M4.2.f.1"));
    story.does(&rita(), turn_down("servers"));
}

#[test]
fn documents_must_be_what_their_line_asks_and_nobody_judges_their_own() {
    let mut story = granted();
    let hand_in = Command::SubmitDocument;
    story.refuses_with(&amy(), hand_in(document(1, "moon")), "requirement_unknown", None);
    story.refuses_with(&amy(), hand_in(expiring(1, "servers", "2026-03-01")), "document_expired", Some("M4.2.f.1"));
    story.refuses_with(&amy(), hand_in(document(103, "works")), "document_already_submitted", None);
    let unknown = Handout { file: Some(file_id(77)), ..document(1, "works") };
    story.refuses_with(&amy(), hand_in(unknown), "credential_file_unknown", None);
    story.refuses_with(&rita(), accept("works"), "no_document_pending", None);
    for n in 1..=4 {
        story.does(&amy(), hand_in(document(n, "works")));
    }
    story.refuses_with(&amy(), hand_in(document(5, "works")), "too_many_documents_pending", None);
    story.refuses_with(&rita(), accept("servers"), "document_not_pending", None);
    let amy_as_reviewer = Actor::staff("amy", Role::Reviewer);
    story.refuses_with(&amy_as_reviewer, accept("works"), "document_submitted_by_reviewer", None);
    let long = Command::AcceptDocument { requirement: "works".into(), note: "x".repeat(1_001) };
    story.refuses_with(&rita(), long, "qualification_text_unfit", None);
    let mute = Command::RejectDocument { requirement: "works".into(), reason: String::new() };
    story.refuses_with(&rita(), mute, "qualification_text_unfit", None);
    story.does(&rita(), accept("works"));
    assert_eq!(story.state.holding().unwrap().documents.len(), 7);
}

#[test]
fn a_demand_is_met_by_verifying_its_lines() {
    let mut story = demanded();
    story.advance(days(15) - TimeDelta::hours(1));
    story.does(&amy(), Command::SubmitDocument(statement(1, "experience")));
    story.advance(days(3));
    let events = story.does(&rita(), accept("experience"));
    assert!(matches!(&events[1], Event::Requalified { .. }), "{events:?}");
    assert_eq!(story.state.holding().unwrap().cure, None);
    assert_eq!(story.status(), "active");
}

#[test]
fn a_document_that_lapses_during_a_suspension_must_be_cured_as_well() {
    let mut story = qualifications();
    let Command::Grant { provider, category, agent_operation, application, mut credentials } = grant() else {
        panic!("grant grants")
    };
    credentials[0].expires_on = Some(day("2026-07-03"));
    story.does(&service(), Command::Grant { provider, category, agent_operation, application, credentials });
    story.advance(days(125));
    story.does(&amy(), Command::SubmitDocument(expiring(1, "servers", "2027-06-30")));
    story.does(&rita(), accept("servers"));
    assert_eq!(story.status(), "suspended");
    let outstanding = story.state.holding().unwrap().outstanding();
    assert_eq!(outstanding.iter().map(String::as_str).collect::<Vec<_>>(), ["business_scope"]);
    story.does(&amy(), Command::SubmitDocument(document(2, "business_scope")));
    story.does(&rita(), accept("business_scope"));
    assert_eq!(story.status(), "active");
}

#[test]
fn no_more_than_twelve_documents_wait_in_all() {
    let mut story = granted();
    for (place, line) in ["works", "experience", "business_scope"].into_iter().enumerate() {
        for n in 1..=4 {
            story.does(&amy(), Command::SubmitDocument(document(place as u128 * 10 + n, line)));
        }
    }
    let one_more = Command::SubmitDocument(expiring(50, "servers", "2027-06-30"));
    story.refuses_with(&amy(), one_more, "too_many_documents_pending", None);
}
