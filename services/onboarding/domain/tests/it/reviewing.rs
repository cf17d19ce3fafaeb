//! The reviewers' side of an application: queue, lease, verdicts, requests, decisions, and what lapses.
use crate::world::*;
use kernel::{Actor, Category, Role, TimeDelta};
use onboarding_domain::application::{Command, Event, MAX_REQUESTS, Phase, RequirementStatus, Timer};
use onboarding_domain::entry::StaffTie;
use onboarding_domain::grounds::Suspected;
use rulebook::Edition;

#[test]
fn a_claim_holds_for_its_lease_and_is_renewed_by_its_holder() {
    let mut story = in_review();
    assert_eq!(story.does(&rita(), Command::Claim), [], "claimed at the same instant");
    story.refuses_with(&rob(), Command::Claim, "application_claimed_by_another", Some("W32"));
    story.refuses_with(&rob(), approve(), "application_claimed_by_another", Some("W32"));
    story.advance(TimeDelta::hours(4) - INSTANT);
    assert_eq!(story.does(&rita(), Command::Claim).len(), 1);
    story.advance(TimeDelta::hours(4) - INSTANT);
    assert_eq!(story.status(), "in_review");
    let lapsed = story.advance(INSTANT);
    assert_eq!(lapsed, [Event::LeaseExpired { reviewer: "rita".into() }]);
    assert_eq!(story.status(), "submitted");
    story.refuses_with(&rita(), approve(), "application_not_claimed", Some("W32"));
    story.does(&rob(), Command::Claim);
    story.does(&rob(), Command::Release);
    assert_eq!(story.status(), "submitted");
}

#[test]
fn an_overdue_review_goes_back_to_the_queue_and_decides_nothing() {
    let mut story = submitted();
    let due = story.due(Timer::Review).unwrap();
    // Monday to Monday: five working days.
    assert_eq!(due - story.now, days(7));
    story.advance(due - story.now - TimeDelta::hours(1));
    story.does(&rita(), Command::Claim);
    assert_eq!(story.advance(TimeDelta::hours(1) - INSTANT), []);
    let lapsed = story.advance(INSTANT);
    let Event::ReviewOverdue { reviewer, times, review_due, rules } = &lapsed[0] else { panic!("{lapsed:?}") };
    assert_eq!((reviewer.as_deref(), *times, rules.as_slice()), (Some("rita"), 1, &[rule("W32")][..]));
    assert_eq!(*review_due - story.now, days(7));
    assert_eq!(story.status(), "submitted");
    story.advance(days(7));
    assert_eq!(story.state.dossier().unwrap().overdue, 2);
}

#[test]
fn an_operator_assigns_but_nobody_who_acted_for_the_applicant() {
    let mut story = submitted();
    let assign = |reviewer: &str| Command::Assign { reviewer: reviewer.into() };
    story.refuses_with(&rita(), assign("rob"), "application_action_not_yours", None);
    story.refuses_with(&olga(), assign("amy"), "application_field_unfit", None);
    story.refuses_with(&olga(), assign(""), "application_text_unfit", None);
    story.does(&olga(), assign("rob"));
    story.does(&olga(), assign("rita"));
    assert!(matches!(phase(&story), Phase::InReview { reviewer, .. } if reviewer == "rita"));
    drafted().refuses_with(&olga(), assign("rob"), "application_not_with_reviewers", None);
    drafted().refuses_with(&rita(), Command::Claim, "application_not_with_reviewers", None);
}

#[test]
fn who_acted_for_the_applicant_does_not_review() {
    let mut story = submitted();
    let amy_as_reviewer = Actor::staff("amy", Role::Reviewer);
    story.refuses_with(&amy_as_reviewer, Command::Claim, "reviewer_acted_for_applicant", None);
}

#[test]
fn everything_mandatory_is_verified_before_approval() {
    let mut story = in_review();
    story.refuses_with(&rita(), approve(), "requirements_open", Some("M3.1"));
    story.refuses_with(&rita(), verify("moon"), "requirement_unknown", None);
    story.refuses_with(&rita(), verify("works"), "requirement_without_credential", Some("M3.1"));
    verify_all(&mut story, &rita());
    assert_eq!(story.does(&rita(), verify("servers")), []);
    let turned_down =
        |key: &str, reason: &str| Command::RejectRequirement { requirement: key.into(), reason: reason.into() };
    story.refuses_with(&rita(), turned_down("servers", ""), "application_text_unfit", None);
    story.refuses_with(&rita(), turned_down("works", "none"), "requirement_without_credential", Some("M3.1"));
    story.does(&rita(), turned_down("servers", "the contract is not yours"));
    story.refuses_with(&rita(), approve(), "requirements_open", Some("M3.1"));
    story.does(&rita(), verify("servers"));
    story.refuses_with(&rita(), Command::Approve { reasons: String::new() }, "application_text_unfit", None);
    story.does(&rita(), approve());
    assert_eq!(story.status(), "approved");
    story.refuses_with(&rita(), approve(), "application_closed", None);
}

#[test]
fn the_checklist_shows_every_state_of_a_line() {
    let mut story = in_review();
    let rules = Edition::shipped().onboarding;
    story.does(&rita(), verify("business_scope"));
    story.does(&rita(), Command::RejectRequirement { requirement: "experience".into(), reason: "thin".into() });
    let dossier = story.state.dossier().unwrap();
    assert_eq!(
        dossier.checklist(&rules, day("2026-03-02")),
        [
            ("business_scope", RequirementStatus::Verified),
            ("experience", RequirementStatus::Rejected),
            ("servers", RequirementStatus::Submitted),
            ("works", RequirementStatus::Missing),
        ]
    );
    assert_eq!(dossier.requirement_status("servers", day("2027-03-01")), RequirementStatus::Submitted);
    assert_eq!(dossier.requirement_status("servers", day("2027-03-02")), RequirementStatus::Expired);
}

#[test]
fn a_document_that_expires_during_review_stops_the_approval() {
    let mut story = drafted();
    story.does(&amy(), Command::RemoveCredential { credential: credential_id(3) });
    story.does(&amy(), Command::SubmitCredential(expiring(4, "servers", "2026-03-03")));
    story.does(&amy(), submit());
    story.does(&rita(), Command::Claim);
    verify_all(&mut story, &rita());
    assert!(story.open_to(&rita()).contains(&"approve"));
    story.advance(days(2));
    story.does(&rita(), Command::Claim);
    story.refuses_with(&rita(), approve(), "requirements_open", Some("M3.1"));
    story.refuses_with(&rita(), verify("servers"), "requirement_document_expired", Some("M4.2.f.1"));
}

#[test]
fn a_request_for_information_is_answered_or_the_application_lapses() {
    let mut story = asked();
    assert_eq!(story.status(), "information_requested");
    story.refuses_with(&rita(), Command::Claim, "application_not_with_reviewers", None);
    story.does(&amy(), Command::SubmitCredential(statement(7, "works")));
    let too_many = Command::ProvideInformation { answer: "x".into(), files: vec![file_id(1); 11] };
    story.refuses_with(&amy(), too_many, "application_field_unfit", None);
    let unknown = Command::ProvideInformation { answer: "x".into(), files: vec![file_id(77)] };
    story.refuses_with(&amy(), unknown, "credential_file_unknown", None);
    story.advance(days(5) - INSTANT);
    story.does(&amy(), answer());
    assert_eq!(story.status(), "submitted");

    let mut story = asked();
    assert_eq!(story.advance(days(5) - INSTANT), []);
    let lapsed = story.advance(INSTANT);
    let Event::Lapsed { decision } = &lapsed[0] else { panic!("{lapsed:?}") };
    assert_eq!(
        (decision.rules.as_slice(), decision.automated, decision.by.as_str()),
        (&[rule("M3.2")][..], true, "clock")
    );
    assert_eq!(decision.redress.as_ref().unwrap().action, "open");
    story.refuses_with(&amy(), answer(), "application_closed", None);
}

#[test]
fn an_answer_that_makes_the_application_incomplete_does_not_count() {
    let mut story = asked();
    story.does(&amy(), Command::RemoveCredential { credential: credential_id(1) });
    let events = story.does(&amy(), answer());
    assert!(matches!(&events[..], [Event::Screened { passed: false, .. }]), "{events:?}");
    assert_eq!(story.status(), "information_requested");
}

#[test]
fn information_is_not_requested_without_end() {
    let mut story = in_review();
    for _ in 0..MAX_REQUESTS {
        story.does(&rita(), ask());
        story.does(&amy(), answer());
        story.does(&rita(), Command::Claim);
    }
    story.refuses_with(&rita(), ask(), "information_requested_too_often", Some("M3.2"));
    let mut story = in_review();
    let ask = |what: &str, lines: Vec<String>| Command::RequestInformation { what: what.into(), requirements: lines };
    story.refuses_with(&rita(), ask("", vec![]), "application_text_unfit", None);
    story.refuses_with(&rita(), ask("x", vec!["moon".into()]), "requirement_unknown", None);
    story.refuses_with(&rita(), ask("x", vec!["works".into(); 13]), "application_field_unfit", None);
}

#[test]
fn another_business_needs_to_be_verified_again() {
    let mut story = in_review();
    verify_all(&mut story, &rita());
    story.does(&rita(), ask());
    story.does(&amy(), Command::DescribeBusiness(description("软件研发")));
    story.does(&amy(), answer());
    story.does(&rita(), Command::Claim);
    story.refuses_with(&rita(), approve(), "requirements_open", Some("M3.1"));
}

#[test]
fn a_declared_tie_to_the_staff_needs_two_reviewers() {
    let mut story = drafted_with(StaffTie::Staff);
    story.does(&amy(), submit());
    story.does(&rita(), Command::Claim);
    verify_all(&mut story, &rita());
    let events = story.does(&rita(), approve());
    let Event::ApprovalRecorded { decision, .. } = &events[0] else { panic!("{events:?}") };
    assert!(decision.rules.contains(&rule("M5.67")));
    assert_eq!(story.status(), "submitted");
    story.refuses_with(&rita(), Command::Claim, "second_reviewer_needed", Some("M5.67"));
    story.refuses_with(&olga(), Command::Assign { reviewer: "rita".into() }, "application_field_unfit", None);
    story.does(&rob(), Command::Claim);
    story.does(&rob(), approve());
    assert_eq!(story.status(), "approved");
    assert_eq!(story.state.dossier().unwrap().approvals, ["rita", "rob"]);
}

#[test]
fn an_approval_before_an_answer_falls() {
    let mut story = drafted_with(StaffTie::Staff);
    story.does(&amy(), submit());
    story.does(&rita(), Command::Claim);
    verify_all(&mut story, &rita());
    story.does(&rita(), approve());
    story.does(&rob(), Command::Claim);
    story.does(&rob(), ask());
    story.does(&amy(), answer());
    story.does(&rob(), Command::Claim);
    story.does(&rob(), approve());
    assert_eq!(story.status(), "submitted", "one of two again");
}

#[test]
fn a_rejection_names_its_grounds_and_what_is_suspected() {
    let mut story = in_review();
    let reject = |rules: Vec<&'static str>, suspected| Command::Reject {
        reasons: "The tool is not self-developed.".into(),
        rules: rules.into_iter().map(rule).collect(),
        suspected,
    };
    story.refuses_with(&rita(), reject(vec![], None), "application_ground_unknown", None);
    story.refuses_with(&rita(), reject(vec!["D2.5c"], None), "application_ground_unknown", None);
    story.refuses_with(&rita(), reject(vec!["M3.1"; 9], None), "application_ground_unknown", None);
    story.does(&rita(), verify("servers"));
    let events = story.does(&rita(), reject(vec!["M5.65", "M3.1.1"], Some(Suspected::FalseInformation)));
    let [Event::SuspectedViolation(suspicion), Event::Rejected { decision, notice }] = &events[..] else {
        panic!("{events:?}")
    };
    assert_eq!(suspicion.rules, [rule("M5.65"), rule("M4.2.f.1")]);
    assert_eq!(decision.rules, [rule("M5.65"), rule("M3.1.1")]);
    assert_eq!((decision.automated, decision.by.as_str()), (false, "rita"));
    assert_eq!(decision.facts, ["servers: verified"]);
    assert!(notice.contains("M3.3"));
    assert_eq!(story.status(), "rejected");
    assert_eq!(Suspected::UndeclaredStaffTie.rules(), [rule("M5.67"), rule("C4")]);
}

#[test]
fn the_barred_and_the_leaving_are_not_approved_but_may_be_rejected() {
    let mut story = in_review();
    verify_all(&mut story, &rita());
    story.facts.barred = Some(rule("C2"));
    story.refuses_with(&rita(), approve(), "organisation_barred", Some("C2"));
    story.facts.barred = None;
    story.facts.leaving = true;
    story.refuses_with(&rita(), approve(), "applicant_leaving", Some("X21"));
    story.does(&rita(), reject());
}

#[test]
fn a_window_missed_in_an_outage_lapses_before_a_late_answer() {
    let mut story = asked();
    story.sleep_through(days(6));
    story.refuses_with(&amy(), answer(), "application_closed", None);
    assert_eq!(story.status(), "lapsed");
}

#[test]
fn every_category_can_be_entered() {
    for (category, asked) in &Edition::shipped().onboarding.categories {
        let mut story = applications();
        story.does(&amy(), open(*category));
        let words = asked.scope_keywords_zh.iter().chain(&asked.scope_keywords_en).next();
        let scope = words.cloned().unwrap_or_default();
        story.does(&amy(), Command::DescribeBusiness(description(&scope)));
        for (n, line) in asked.requirements.iter().enumerate() {
            story.does(&amy(), Command::SubmitCredential(expiring(n as u128 + 1, &line.key, "2028-01-01")));
        }
        story.does(&amy(), declared(StaffTie::None));
        story.does(&amy(), submit());
        story.does(&rita(), Command::Claim);
        for line in &asked.requirements {
            story.does(&rita(), verify(&line.key));
        }
        let events = story.does(&rita(), approve());
        let Event::Approved { decision, .. } = &events[0] else { panic!("{events:?}") };
        assert_eq!(decision.rules[0], asked.rule, "{category}");
    }
    assert_eq!(Edition::shipped().onboarding.categories[&Category::Video].rule, rule("M3.1.5"));
}

#[test]
fn a_line_that_changed_needs_to_be_verified_again() {
    for change in [
        Command::SubmitCredential(statement(8, "experience")),
        Command::RemoveCredential { credential: credential_id(8) },
    ] {
        let mut story = drafted();
        if matches!(change, Command::RemoveCredential { .. }) {
            story.does(&amy(), Command::SubmitCredential(statement(8, "experience")));
        }
        story.does(&amy(), submit());
        story.does(&rita(), Command::Claim);
        verify_all(&mut story, &rita());
        story.does(&rita(), ask());
        story.does(&amy(), change);
        story.does(&amy(), answer());
        story.does(&rita(), Command::Claim);
        story.refuses_with(&rita(), approve(), "requirements_open", Some("M3.1"));
    }
}
