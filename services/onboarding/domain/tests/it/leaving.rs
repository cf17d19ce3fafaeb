//! The provider's profile: registration, the compliance course, exit, clearance, bar.
use crate::world::*;
use check::Story;
use kernel::ProviderId;
use onboarding_domain::provider::{Command, Event, ExitCause, Facts, Providers};
use rulebook::Edition;
use uuid::Uuid;

fn registered() -> Story<Providers> {
    let mut story = providers();
    story.does(&amy(), Command::Register);
    story
}

fn request_exit() -> Command {
    Command::RequestExit { reason: "Other plans.".into() }
}

fn close() -> Command {
    Command::Close { rules: vec![rule("M5.65")], reasons: "Cleared out.".into() }
}

fn bar() -> Command {
    Command::Bar { rules: vec![rule("C3")], reasons: "Improper gains.".into(), related_to: None }
}

fn course() -> Command {
    let course = Edition::shipped().onboarding.eu_course.clone();
    Command::CompleteCourse {
        version: course.version,
        modules: course.modules.into_iter().map(|module| module.key).collect(),
    }
}

#[test]
fn a_provider_registers_itself_and_nobody_else() {
    let mut story = providers();
    story.refuses_with(&stranger(), Command::Register, "provider_not_found", None);
    story.refuses_with(&amy(), request_exit(), "provider_not_found", None);
    story.does(&amy(), Command::Register);
    story.refuses_with(&amy(), Command::Register, "provider_already_registered", None);
    assert_eq!(story.does(&service(), Command::Register), []);
    story.unknown_to(&stranger(), request_exit());
    let mut story = providers();
    assert_eq!(story.does(&service(), Command::Register), [Event::Registered { provider: PROVIDER }]);
}

#[test]
fn the_course_counts_when_all_modules_of_the_version_in_force_are_done() {
    let mut story = registered();
    let of = |version: &str, modules: Vec<String>| Command::CompleteCourse { version: version.into(), modules };
    story.refuses_with(&amy(), of("2019-1", vec![]), "course_version_outdated", Some("P4"));
    story.refuses_with(&amy(), of("2026-1", vec![]), "course_incomplete", Some("P4"));
    story.refuses_with(&amy(), of("2026-1", vec!["withdrawal".into(); 5]), "course_incomplete", Some("P4"));
    story.refuses_with(&service(), course(), "provider_action_not_yours", None);
    let events = story.does(&amy(), course());
    assert!(matches!(&events[..], [Event::Trained { rules, .. }] if *rules == [rule("P4")]), "{events:?}");
    assert_eq!(story.does(&olga(), course()), []);
    assert!(story.state.profile().unwrap().training.is_some());
}

#[test]
fn an_exit_waits_for_orders_cases_and_complaints() {
    for open in [
        Facts { open_orders: 1, ..Facts::default() },
        Facts { open_cases: 1, ..Facts::default() },
        Facts { open_complaints: 1, ..Facts::default() },
    ] {
        let mut story = registered();
        story.facts = open;
        story.does(&amy(), request_exit());
        assert_eq!(story.status(), "leaving");
        assert!(story.state.profile().unwrap().is_leaving());
        story.refuses_with(&amy(), request_exit(), "exit_already_requested", Some("X21"));
        assert_eq!(story.does(&service(), Command::CheckExit), []);
        story.advance(days(3));
        story.facts = Facts::default();
        let events = story.does(&service(), Command::CheckExit);
        let exited_at = story.now;
        assert_eq!(events, [Event::Exited { cause: ExitCause::Voluntary, exited_at, decision: None }]);
        assert_eq!(story.state.profile().unwrap().exited_at(), Some(exited_at));
        assert_eq!(story.does(&service(), Command::CheckExit), []);
        story.refuses_with(&amy(), request_exit(), "provider_exited", Some("X21"));
        story.refuses_with(&amy(), course(), "provider_exited", Some("X21"));
    }
}

#[test]
fn an_exit_with_nothing_open_happens_at_once() {
    let mut story = registered();
    let names: Vec<&str> = story.does(&amy(), request_exit()).iter().map(Into::into).collect();
    assert_eq!(names, ["exit_requested", "exited"]);
    assert_eq!(story.status(), "exited");
    let long = Command::RequestExit { reason: "x".repeat(1_001) };
    registered().refuses_with(&amy(), long, "provider_text_unfit", None);
}

#[test]
fn an_exit_can_be_cancelled_while_it_waits() {
    let mut story = registered();
    story.refuses_with(&amy(), Command::CancelExit, "exit_not_requested", Some("X21"));
    story.facts.open_orders = 2;
    story.does(&amy(), request_exit());
    story.does(&amy(), Command::CancelExit);
    assert_eq!(story.status(), "registered");
    story.facts.open_orders = 0;
    assert_eq!(story.does(&service(), Command::CheckExit), []);
}

#[test]
fn what_closes_before_or_without_registration_changes_nothing() {
    assert_eq!(providers().does(&service(), Command::CheckExit), []);
    assert_eq!(registered().does(&service(), Command::CheckExit), []);
}

#[test]
fn a_clearance_does_not_wait() {
    let mut story = registered();
    story.facts.open_orders = 5;
    story.refuses_with(&amy(), close(), "provider_action_not_yours", None);
    let unfounded = Command::Close { rules: vec![], reasons: "x".into() };
    story.refuses_with(&olga(), unfounded, "provider_grounds_unfit", None);
    let mute = Command::Close { rules: vec![rule("C2")], reasons: String::new() };
    story.refuses_with(&olga(), mute, "provider_text_unfit", None);
    let events = story.does(&service(), close());
    let [Event::Exited { cause: ExitCause::Clearance, decision: Some(decision), .. }] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(decision.rules, [rule("M5.65")]);
    assert_eq!(story.does(&service(), close()), []);
    story.refuses_with(&olga(), close(), "provider_exited", Some("X21"));
}

#[test]
fn a_bar_holds_for_the_organisation_and_those_related_to_it() {
    let mut story = registered();
    story.refuses_with(&olga(), Command::LiftBar { reasons: "x".into() }, "provider_not_barred", Some("X23"));
    story.refuses_with(&amy(), bar(), "provider_action_not_yours", None);
    story.does(&olga(), bar());
    assert_eq!(story.state.profile().unwrap().barred, Some(rule("C3")));
    story.refuses_with(&olga(), bar(), "provider_already_barred", Some("X23"));
    assert_eq!(story.does(&service(), bar()), []);
    story.does(&olga(), Command::LiftBar { reasons: "Overturned.".into() });
    assert_eq!(story.does(&service(), Command::LiftBar { reasons: "Overturned.".into() }), []);
    assert_eq!(story.state.profile().unwrap().barred, None);

    let mut unknown = providers();
    let source = ProviderId(Uuid::from_u128(5));
    let related = Command::Bar { rules: vec![rule("C3")], reasons: "Related store.".into(), related_to: Some(source) };
    let events = unknown.does(&service(), related);
    let [Event::Registered { .. }, Event::Barred { decision, related_to }] = &events[..] else { panic!("{events:?}") };
    assert_eq!((decision.evidence.as_slice(), *related_to), (&[source.to_string()][..], Some(source)));
}
