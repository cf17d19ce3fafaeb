//! Whether a qualification holds: granting, demands, change reports, suspension, loss.
use crate::world::*;
use kernel::{Claim, Machine, Refusal as _};
use onboarding_domain::grounds::Suspected;
use onboarding_domain::qualification::{Command, Event, Qualifications, Refusal, Standing, Timer};

fn change(on: &str, requirement: Option<&str>) -> Command {
    Command::ReportChange { what: "New address.".into(), changed_on: day(on), requirement: requirement.map(Into::into) }
}

#[test]
fn granting_is_the_systems_and_repeating_it_changes_nothing() {
    let mut story = qualifications();
    story.unknown_to(&amy(), grant());
    story.unknown_to(&rita(), revoke());
    story.refuses_with(&service(), Command::End { rules: vec![rule("X21")] }, "qualification_not_found", None);
    let events = story.does(&service(), grant());
    let Event::Granted { rules, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!(*rules, [rule("M3.1.1"), rule("M3.1"), rule("M3.3")]);
    assert_eq!(story.does(&service(), grant()), []);
    story.refuses_with(&rita(), grant(), "qualification_action_not_yours", None);
    story.unknown_to(&stranger(), change("2026-03-01", None));
    let claim = Claim { scope: "qualification_per_category", key: format!("{PROVIDER}:software") };
    assert_eq!(Qualifications::claims(&story.state), std::slice::from_ref(&claim));
    assert_eq!(Refusal::taken(&claim).code(), "qualification_held_in_category");
    assert_eq!(Qualifications::claims(&revoked().state), []);
    assert_eq!(Qualifications::edition(&story.state), None);
}

#[test]
fn only_active_and_expiring_may_sell() {
    let selling =
        [Standing::Active, Standing::Expiring, Standing::Suspended, Standing::Revoked].map(Standing::may_sell);
    assert_eq!(selling, [true, true, false, false]);
}

#[test]
fn an_unmet_demand_suspends_and_then_loses_the_category() {
    let mut story = demanded();
    story.refuses_with(&rita(), demand(), "requalification_running", Some("M3.2"));
    assert_eq!(story.advance(days(15) - INSTANT), []);
    let lapsed = story.advance(INSTANT);
    let Event::Suspended { decision, .. } = &lapsed[0] else { panic!("{lapsed:?}") };
    assert_eq!(decision.rules, [rule("M3.2"), rule("W32")]);
    assert_eq!(decision.facts, ["experience: not verified"]);
    assert_eq!(story.status(), "suspended");
    story.refuses_with(&rita(), demand(), "qualification_suspended", Some("M3.2"));
    story.advance(days(15));
    assert_eq!(story.status(), "revoked");
    story.refuses_with(
        &amy(),
        Command::SubmitDocument(statement(1, "experience")),
        "qualification_revoked",
        Some("M3.1"),
    );
}

#[test]
fn a_reviewer_confirms_a_demand_or_lifts_a_suspension() {
    let confirm = || Command::Confirm { reasons: "They showed their works.".into() };
    granted().refuses_with(&rita(), confirm(), "nothing_to_confirm", Some("M3.2"));
    let mut story = demanded();
    story.refuses_with(&rita(), Command::Confirm { reasons: " ".into() }, "qualification_text_unfit", None);
    assert!(matches!(&story.does(&rita(), confirm())[..], [Event::Requalified { .. }]));
    let mut story = suspended();
    assert!(matches!(&story.does(&rita(), confirm())[..], [Event::Restored { .. }]));
    assert_eq!(story.status(), "active");
}

#[test]
fn adverse_decisions_name_known_grounds_and_lines() {
    let mut story = granted();
    let suspend = |rules: Vec<&'static str>, lines: Vec<&str>| Command::Suspend {
        reasons: "The servers are down for good.".into(),
        rules: rules.into_iter().map(rule).collect(),
        requirements: lines.into_iter().map(Into::into).collect(),
    };
    story.refuses_with(&rita(), suspend(vec![], vec!["servers"]), "qualification_ground_unknown", None);
    story.refuses_with(&rita(), suspend(vec!["N1"], vec!["servers"]), "qualification_ground_unknown", None);
    story.refuses_with(&rita(), suspend(vec!["M3.1"], vec![]), "requirements_unfit", None);
    story.refuses_with(&rita(), suspend(vec!["M3.1"], vec!["servers", "servers"]), "requirements_unfit", None);
    story.refuses_with(&rita(), suspend(vec!["M3.1"], vec!["moon"]), "requirement_unknown", None);
    story.refuses_with(&amy(), suspend(vec!["M3.1"], vec!["servers"]), "qualification_action_not_yours", None);
    let events = story.does(&olga(), suspend(vec!["M3.1", "M3.1.1"], vec!["servers"]));
    let Event::Suspended { decision, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!((decision.by.as_str(), decision.automated), ("olga", false));
    story.refuses_with(&rita(), suspend(vec!["M3.1"], vec!["servers"]), "qualification_suspended", Some("M3.2"));
    let events = story.does(&rita(), revoke());
    assert!(matches!(&events[..], [Event::Revoked { decision }] if decision.rules == [rule("M5.65")]), "{events:?}");
    story.refuses_with(&rita(), revoke(), "qualification_revoked", Some("M3.1"));
}

#[test]
fn a_change_is_reported_within_thirty_days_and_a_late_report_is_a_suspected_violation() {
    let mut story = granted();
    // The day of the change, 2026-03-02, ends in Shanghai at 16:00 UTC; thirty days run from there.
    let limit = "2026-04-01T16:00:00Z".parse::<kernel::Time>().unwrap();
    story.refuses_with(&amy(), change("2026-03-03", None), "change_in_future", Some("M4.2.f.1"));
    story.refuses_with(&amy(), change("2026-03-02", Some("moon")), "requirement_unknown", None);
    story.advance(limit - story.now);
    let events = story.does(&amy(), change("2026-03-02", None));
    let [Event::ChangeReported { report_by, late: false, rules, .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!((*report_by, rules.as_slice()), (limit, &[rule("M4.2.f.1")][..]));
    story.advance(INSTANT);
    let events = story.does(&amy(), change("2026-03-02", None));
    let [Event::ChangeReported { late: true, .. }, Event::SuspectedViolation(suspicion)] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(suspicion.rules, [rule("M5.55"), rule("M4.2.f.1")]);
    assert_eq!(story.status(), "active", "it takes nothing");
    assert_eq!(story.state.holding().unwrap().changes_reported, 2);
}

#[test]
fn what_changed_is_verified_again_and_reports_do_not_put_off_a_running_clock() {
    let mut story = granted();
    let events = story.does(&amy(), change("2026-03-01", Some("servers")));
    let Event::RequalificationRequested { decision, .. } = &events[1] else { panic!("{events:?}") };
    assert_eq!(decision.rules, [rule("M3.1"), rule("M4.2.f.1")]);
    assert!(decision.automated);
    let due = story.due(Timer::Requalification).unwrap();
    assert_eq!(due, story.now + days(15));
    story.advance(days(10));
    story.does(&amy(), change("2026-03-10", Some("experience")));
    assert_eq!(story.due(Timer::Requalification), Some(due));
    assert_eq!(story.state.holding().unwrap().outstanding().len(), 2);
}

#[test]
fn false_entry_information_and_undeclared_ties_are_noted_even_after_the_loss() {
    let suspect = |suspected| Command::Suspect { suspected, findings: "The tool is somebody else's.".into() };
    let mut story = revoked();
    let events = story.does(&rita(), suspect(Suspected::FalseInformation));
    let [Event::SuspectedViolation(suspicion)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((suspicion.rules[0].as_str(), suspicion.by.as_str()), ("M5.65", "rita"));
    let events = story.does(&olga(), suspect(Suspected::UndeclaredStaffTie));
    let [Event::SuspectedViolation(suspicion)] = &events[..] else { panic!("{events:?}") };
    assert_eq!(suspicion.rules, [rule("M5.67"), rule("C4")]);
    let empty = Command::Suspect { suspected: Suspected::FalseInformation, findings: String::new() };
    story.refuses_with(&rita(), empty, "qualification_text_unfit", None);
}

#[test]
fn it_ends_with_the_provider() {
    let end = || Command::End { rules: vec![rule("X21")] };
    let mut story = suspended();
    let events = story.does(&service(), end());
    assert!(matches!(&events[..], [Event::Revoked { decision }] if decision.rules == [rule("X21")]), "{events:?}");
    assert_eq!(story.does(&service(), end()), []);
    assert_eq!(Qualifications::deadlines(&story.state), []);
}

#[test]
fn a_granted_document_that_expired_meanwhile_suspends_at_once() {
    let mut story = qualifications();
    story.sleep_through(days(125));
    story.does(&service(), grant());
    let lapsed = story.nudge();
    let names: Vec<&str> = lapsed.iter().map(Into::into).collect();
    assert_eq!(names, ["expiring", "suspended"]);
}
