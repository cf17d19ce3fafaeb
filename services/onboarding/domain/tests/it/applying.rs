//! The applicant's side of an application, and its screening.
use crate::world::*;
use check::Story;
use kernel::{Actor, Category, Claim, Machine, ProviderId, QualificationId, Role};
use onboarding_domain::application::{Applications, Command, Description, Event, Refusal};
use onboarding_domain::entry::{Applicant, MAX_CREDENTIALS, Shareholder, StaffTie};
use onboarding_domain::handout::Handout;
use onboarding_domain::screening::{Finding, FindingCode, RelatedBar, Severity, Shared};
use uuid::Uuid;

/// What the screening on submission found.
fn screened(story: &mut Story<Applications>) -> Vec<Finding> {
    let events = story.does(&amy(), submit());
    let Event::Screened { findings, passed } = &events[0] else { panic!("not screened: {events:?}") };
    assert_eq!(*passed, events.len() == 2, "{events:?}");
    findings.clone()
}

fn codes(findings: &[Finding]) -> Vec<(FindingCode, &str)> {
    findings.iter().map(|finding| (finding.code, finding.rule.as_str())).collect()
}

#[test]
fn a_complete_application_goes_to_the_reviewers() {
    let mut story = drafted();
    assert_eq!(story.status(), "draft");
    assert_eq!(screened(&mut story), []);
    assert_eq!(story.status(), "submitted");
    assert_eq!(Applications::edition(&story.state), Some(&rulebook::Edition::shipped().id));
    assert_eq!(
        Applications::claims(&story.state),
        [Claim { scope: "application_per_category", key: format!("{PROVIDER}:software") }]
    );
}

#[test]
fn an_empty_draft_stays_one_and_is_told_everything_that_is_missing() {
    let mut story = applications();
    story.does(&amy(), open(Category::Software));
    let findings = screened(&mut story);
    assert_eq!(
        codes(&findings),
        [
            (FindingCode::BusinessMissing, "M3.1.1"),
            (FindingCode::RequirementMissing, "M3.1.1"),
            (FindingCode::RequirementMissing, "M3.1.1"),
            (FindingCode::RequirementMissing, "M3.1.1"),
            (FindingCode::DeclarationMissing, "M5.67"),
        ]
    );
    assert!(findings.iter().all(|finding| finding.severity == Severity::Hard && !finding.code.mend().is_empty()));
    assert_eq!(findings[1].place, "requirements.business_scope");
    assert_eq!(story.status(), "draft");
}

#[test]
fn a_scope_must_cover_the_category() {
    let mut story = drafted();
    story.does(&amy(), Command::DescribeBusiness(description("办公用品销售")));
    assert_eq!(codes(&screened(&mut story)), [(FindingCode::ScopeNotCovered, "M3.1.1")]);
    story.does(&amy(), Command::DescribeBusiness(description("信息咨询，软件开发除外")));
    let findings = screened(&mut story);
    assert_eq!(codes(&findings), [(FindingCode::ScopeExcluded, "M3.1.1")]);
    assert_eq!(findings[0].severity, Severity::Soft);
    assert_eq!(story.status(), "submitted");
}

#[test]
fn training_needs_a_year_in_the_business_to_the_day() {
    let mut story = applications();
    story.does(&amy(), open(Category::Training));
    story.does(&amy(), Command::SubmitCredential(document(1, "business_scope")));
    story.does(&amy(), Command::SubmitCredential(document(2, "one_year")));
    story.does(&amy(), Command::SubmitCredential(expiring(3, "compliance", "2028-01-01")));
    story.does(&amy(), declared(StaffTie::None));
    let since = |text| Description { in_business_since: day(text), ..description("教育培训") };
    story.does(&amy(), Command::DescribeBusiness(since("2025-03-03")));
    assert_eq!(codes(&screened(&mut story)), [(FindingCode::BusinessTooYoung, "M3.1.3")]);
    story.does(&amy(), Command::DescribeBusiness(since("2025-03-02")));
    assert_eq!(screened(&mut story), []);
}

#[test]
fn documents_are_good_on_their_last_day_and_pointed_out_when_they_end_soon() {
    for (end, expected) in [
        ("2026-03-01", Some((FindingCode::DocumentExpired, Severity::Hard))),
        ("2026-03-02", Some((FindingCode::DocumentExpiresSoon, Severity::Soft))),
        ("2026-04-01", Some((FindingCode::DocumentExpiresSoon, Severity::Soft))),
        ("2026-04-02", None),
    ] {
        let mut story = drafted();
        story.does(&amy(), Command::RemoveCredential { credential: credential_id(3) });
        story.does(&amy(), Command::SubmitCredential(expiring(4, "servers", end)));
        let found: Vec<_> = screened(&mut story).iter().map(|finding| (finding.code, finding.severity)).collect();
        assert_eq!(found, Vec::from_iter(expected), "{end}");
    }
}

#[test]
fn ties_and_bars_and_the_course_are_shown_to_the_reviewer() {
    let mut story = drafted_with(StaffTie::RelatedToStaff);
    story.does(&amy(), Command::DescribeBusiness(Description { serves_eu: true, ..description("软件开发") }));
    story.facts.related_bars = vec![RelatedBar { shares: Shared::Owner, rule: rule("X23") }];
    assert_eq!(
        codes(&screened(&mut story)),
        [
            (FindingCode::EuCourseOpen, "P4"),
            (FindingCode::StaffTieDeclared, "M5.67"),
            (FindingCode::OwnerBarred, "X23")
        ]
    );
    assert_eq!(story.status(), "submitted");
    let mut story = drafted();
    story.facts.related_bars = vec![RelatedBar { shares: Shared::Registration, rule: rule("C3") }];
    assert_eq!(codes(&screened(&mut story)), [(FindingCode::RegistrationBarred, "C3")]);
    assert_eq!(story.status(), "draft");
}

#[test]
fn a_company_has_a_registration_number_an_individual_may_have_none() {
    let mut story = drafted();
    let unregistered = Description { registration_number: None, ..description("软件开发") };
    story.does(&amy(), Command::DescribeBusiness(unregistered.clone()));
    assert_eq!(codes(&screened(&mut story)), [(FindingCode::RegistrationMissing, "M2.2")]);

    let mut story = applications();
    let alone =
        Command::Open { category: Category::Operation, agent_operation: true, applicant: Applicant::Individual };
    story.does(&amy(), alone);
    story.does(&amy(), Command::DescribeBusiness(Description { scope: String::new(), ..unregistered }));
    story.does(&amy(), Command::SubmitCredential(document(1, "legal_existence")));
    story.does(&amy(), Command::SubmitCredential(statement(2, "experience")));
    story.does(&amy(), Command::SubmitCredential(statement(3, "teams")));
    story.does(&amy(), Command::DeclareShareholders { applicant: StaffTie::None, shareholders: vec![] });
    assert_eq!(screened(&mut story), []);
}

#[test]
fn an_individual_cannot_enter_where_a_scope_is_asked() {
    for category in [Category::Software, Category::Training, Category::Design, Category::Video] {
        let command = Command::Open { category, agent_operation: false, applicant: Applicant::Individual };
        applications().refuses_with(&amy(), command, "individual_not_admitted", Some("M2.2"));
    }
    let command = Command::Open { category: Category::Design, agent_operation: true, applicant: Applicant::Company };
    applications().refuses_with(&amy(), command, "agent_operation_misplaced", Some("M2.4"));
}

#[test]
fn the_barred_the_leaving_and_the_qualified_cannot_apply() {
    let mut story = applications();
    story.facts.barred = Some(rule("C3"));
    story.refuses_with(&amy(), open(Category::Software), "organisation_barred", Some("C3"));
    story.facts.barred = None;
    story.facts.leaving = true;
    story.refuses_with(&amy(), open(Category::Software), "applicant_leaving", Some("X21"));
    story.facts.leaving = false;
    story.facts.qualified = true;
    story.refuses_with(&amy(), open(Category::Software), "already_qualified", None);
    story.facts.qualified = false;
    story.does(&amy(), open(Category::Software));
    story.refuses_with(&amy(), open(Category::Software), "application_already_open", None);
    story.facts.barred = Some(rule("C4"));
    story.refuses_with(&amy(), submit(), "organisation_barred", Some("C4"));
}

#[test]
fn only_providers_begin_and_only_their_own_is_seen() {
    let mut story = applications();
    story.unknown_to(&rita(), open(Category::Software));
    story.unknown_to(&Actor::person("m", None, [Role::Provider]), open(Category::Software));
    story.refuses_with(&service(), open(Category::Software), "application_action_not_yours", None);
    story.refuses_with(&amy(), submit(), "application_not_found", None);
    let mut story = drafted();
    story.unknown_to(&stranger(), submit());
    story.refuses_with(&rita(), submit(), "application_action_not_yours", None);
    let taken = <Refusal as kernel::Refusal>::taken(&Applications::claims(&story.state)[0]);
    assert_eq!(kernel::Refusal::code(&taken), "application_running_in_category");
}

#[test]
fn a_description_must_be_possible() {
    let mut story = drafted();
    let good = || description("软件开发");
    let unfit: [(Description, &str); 8] = [
        (Description { legal_name: " ".into(), ..good() }, "application_text_unfit"),
        (Description { registration_number: Some("9".repeat(65)), ..good() }, "application_text_unfit"),
        (Description { country: "cn".into(), ..good() }, "application_field_unfit"),
        (Description { country: "CHN".into(), ..good() }, "application_field_unfit"),
        (Description { scope: "软".repeat(4_001), ..good() }, "application_text_unfit"),
        (Description { founded_on: day("2026-03-03"), ..good() }, "application_date_unfit"),
        (Description { in_business_since: day("2020-04-30"), ..good() }, "application_date_unfit"),
        (Description { in_business_since: day("2026-03-03"), ..good() }, "application_date_unfit"),
    ];
    for (description, code) in unfit {
        story.refuses_with(&amy(), Command::DescribeBusiness(description), code, None);
    }
    story.does(&amy(), Command::DescribeBusiness(Description { scope: "软".repeat(4_000), ..good() }));
}

#[test]
fn a_credential_must_be_what_its_line_asks() {
    let mut story = drafted();
    let unfit: [(Handout, &str, Option<&str>); 9] = [
        (document(9, "moon"), "requirement_unknown", None),
        (statement(9, "business_scope"), "requirement_needs_document", Some("M3.2")),
        (document(9, "servers"), "requirement_needs_expiry", Some("M3.2")),
        (Handout { file: Some(file_id(77)), ..document(9, "business_scope") }, "credential_file_unknown", None),
        (Handout { statement: None, ..statement(9, "experience") }, "credential_statement_unfit", Some("M3.2")),
        (
            Handout { statement: Some("x".repeat(2_001)), ..document(9, "experience") },
            "credential_statement_unfit",
            Some("M3.2"),
        ),
        (
            Handout { issued_on: Some(day("2026-03-03")), ..document(9, "business_scope") },
            "credential_date_unfit",
            None,
        ),
        (
            Handout { issued_on: Some(day("2026-03-01")), ..expiring(9, "servers", "2026-02-28") },
            "credential_date_unfit",
            None,
        ),
        (document(1, "business_scope"), "credential_already_submitted", None),
    ];
    for (handout, code, rule) in unfit {
        story.refuses_with(&amy(), Command::SubmitCredential(handout), code, rule);
    }
    for n in 10..(MAX_CREDENTIALS as u128 + 7) {
        story.does(&amy(), Command::SubmitCredential(document(n, "business_scope")));
    }
    let one_more = Command::SubmitCredential(document(99, "business_scope"));
    story.refuses_with(&amy(), one_more, "too_many_credentials", None);
    let unknown = Command::RemoveCredential { credential: credential_id(99) };
    story.refuses_with(&amy(), unknown, "credential_unknown", None);
}

#[test]
fn the_declaration_names_all_shareholders_and_truth_is_declared() {
    let mut story = drafted();
    let declare = |shareholders| Command::DeclareShareholders { applicant: StaffTie::None, shareholders };
    let named = |name: String| Shareholder { name, tie: StaffTie::None };
    story.refuses_with(&amy(), declare(vec![]), "application_field_unfit", None);
    story.refuses_with(&amy(), declare(vec![named("x".into()); 51]), "application_field_unfit", None);
    story.refuses_with(&amy(), declare(vec![named("x".repeat(201))]), "application_text_unfit", None);
    story.refuses_with(&amy(), Command::Submit { declares_true: false }, "truth_not_declared", Some("M4.2.f.1"));
}

#[test]
fn contents_rest_while_the_reviewers_have_them() {
    let mut story = submitted();
    story.refuses_with(&amy(), declared(StaffTie::None), "application_not_editable", None);
    story.refuses_with(&amy(), submit(), "application_not_editable", None);
    story.refuses_with(&amy(), answer(), "no_information_asked", Some("M3.2"));
}

#[test]
fn the_applicant_withdraws_and_the_system_does_when_it_leaves() {
    let mut story = submitted();
    let withdraw = |reason: &str| Command::Withdraw { reason: reason.into() };
    story.refuses_with(&amy(), withdraw(&"x".repeat(1_001)), "application_text_unfit", None);
    story.does(&amy(), withdraw(""));
    assert_eq!(story.status(), "withdrawn");
    assert_eq!(Applications::claims(&story.state), []);
    story.refuses_with(&amy(), withdraw(""), "application_closed", None);
    assert_eq!(story.does(&service(), withdraw("left")), []);
    let mut story = drafted();
    assert_eq!(story.does(&service(), withdraw("left")).len(), 1);
    assert_eq!(story.status(), "withdrawn");
}

#[test]
fn the_qualification_has_an_id_of_its_own_and_the_answer_vouches_for_nothing() {
    let story = approved();
    let Some((_, _, Event::Approved { qualification, decision, notice, credentials })) = story.journal.last() else {
        panic!("not approved: {:?}", story.journal.last())
    };
    assert_eq!(*qualification, QualificationId(Uuid::from_u128(story.id.as_u128() ^ 1)));
    assert_eq!(decision.rules, [rule("M3.1.1"), rule("M3.2"), rule("M3.3")]);
    assert!(notice.contains("layperson") && notice.contains("M3.3"));
    assert_eq!(credentials.len(), 3);
    assert_eq!(story.state.dossier().unwrap().provider, ProviderId(PROVIDER.0));
}
