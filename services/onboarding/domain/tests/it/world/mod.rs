//! Actors, rules and sample materials of the stories.
use check::Story;
use chrono::NaiveDate;
use kernel::{Actor, ApplicationId, Category, CredentialId, FileId, FileRef, ProviderId, Role, RuleId, TimeDelta};
use onboarding_domain::application::{self, Applications, Command, Description};
use onboarding_domain::entry::{Applicant, Credential, Shareholder, StaffTie};
use onboarding_domain::handout::Handout;
use onboarding_domain::provider::Providers;
use onboarding_domain::qualification::{self, Qualifications};
use rulebook::Edition;
use uuid::Uuid;

/// The provider of all stories; the profile's story has its id.
pub const PROVIDER: ProviderId = ProviderId(Uuid::from_u128(0x0195_0000_0000_7000_8000_0000_0000_0001));

pub fn amy() -> Actor {
    Actor::provider("amy", PROVIDER)
}

pub fn stranger() -> Actor {
    Actor::provider("sam", ProviderId(Uuid::from_u128(99)))
}

pub fn rita() -> Actor {
    Actor::staff("rita", Role::Reviewer)
}

pub fn rob() -> Actor {
    Actor::staff("rob", Role::Reviewer)
}

pub fn olga() -> Actor {
    Actor::staff("olga", Role::Operator)
}

pub fn service() -> Actor {
    Actor::service("onboarding")
}

pub fn rule(id: &'static str) -> RuleId {
    RuleId::of(id)
}

/// A day as `2026-03-02`, the first of all stories.
pub fn day(text: &str) -> NaiveDate {
    text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
}

pub fn days(n: i64) -> TimeDelta {
    TimeDelta::days(n)
}

pub const INSTANT: TimeDelta = TimeDelta::microseconds(1);

pub fn credential_id(n: u128) -> CredentialId {
    CredentialId(Uuid::from_u128(n))
}

pub fn file_id(n: u128) -> FileId {
    FileId(Uuid::from_u128(n))
}

/// Nine uploaded files.
pub fn files() -> Vec<FileRef> {
    let file = |n| FileRef { id: file_id(n), name: format!("{n}.pdf"), sha256: format!("{n:064x}"), size: 1_000 };
    (1..=9).map(file).collect()
}

pub fn applications() -> Story<Applications> {
    let edition = Edition::shipped();
    let mut story: Story<Applications> = Story::new(edition.id, edition.onboarding, edition.calendar);
    story.facts.files = files();
    story
}

pub fn qualifications() -> Story<Qualifications> {
    let edition = Edition::shipped();
    let mut story: Story<Qualifications> = Story::new(edition.id, edition.onboarding, edition.calendar);
    story.facts.files = files();
    story
}

pub fn providers() -> Story<Providers> {
    let edition = Edition::shipped();
    Story::new(edition.id, edition.onboarding, edition.calendar)
}

pub fn open(category: Category) -> Command {
    Command::Open { category, agent_operation: false, applicant: Applicant::Company }
}

pub fn description(scope: &str) -> Description {
    Description {
        legal_name: "杭州云帆软件有限公司".into(),
        registration_number: Some("91330100MA2XXXXX0X".into()),
        country: "CN".into(),
        founded_on: day("2020-05-01"),
        in_business_since: day("2021-01-01"),
        scope: scope.into(),
        serves_eu: false,
    }
}

/// A document without end, in file 1.
pub fn document(n: u128, requirement: &str) -> Handout {
    Handout {
        credential: credential_id(n),
        requirement: requirement.into(),
        file: Some(file_id(1)),
        issued_on: None,
        expires_on: None,
        statement: None,
    }
}

pub fn expiring(n: u128, requirement: &str, expires_on: &str) -> Handout {
    Handout { expires_on: Some(day(expires_on)), ..document(n, requirement) }
}

pub fn statement(n: u128, requirement: &str) -> Handout {
    Handout { file: None, statement: Some("Ten years of it, see our works.".into()), ..document(n, requirement) }
}

pub fn declared(tie: StaffTie) -> Command {
    let shareholder = |name: &str, tie| Shareholder { name: name.into(), tie };
    Command::DeclareShareholders {
        applicant: StaffTie::None,
        shareholders: vec![shareholder("Li Lei", StaffTie::None), shareholder("Han Meimei", tie)],
    }
}

/// A draft for software that passes the screening.
pub fn drafted() -> Story<Applications> {
    drafted_with(StaffTie::None)
}

pub fn drafted_with(tie: StaffTie) -> Story<Applications> {
    let mut story = applications();
    story.does(&amy(), open(Category::Software));
    story.does(&amy(), Command::DescribeBusiness(description("软件开发；技术服务")));
    story.does(&amy(), Command::SubmitCredential(document(1, "business_scope")));
    story.does(&amy(), Command::SubmitCredential(statement(2, "experience")));
    story.does(&amy(), Command::SubmitCredential(expiring(3, "servers", "2027-03-01")));
    story.does(&amy(), declared(tie));
    story
}

pub fn submit() -> Command {
    Command::Submit { declares_true: true }
}

pub fn submitted() -> Story<Applications> {
    let mut story = drafted();
    story.does(&amy(), submit());
    story
}

pub fn in_review() -> Story<Applications> {
    let mut story = submitted();
    story.does(&rita(), Command::Claim);
    story
}

pub fn verify(requirement: &str) -> Command {
    Command::VerifyRequirement { requirement: requirement.into(), note: String::new() }
}

pub fn verify_all(story: &mut Story<Applications>, reviewer: &Actor) {
    for requirement in ["business_scope", "experience", "servers"] {
        story.does(reviewer, verify(requirement));
    }
}

pub fn approve() -> Command {
    Command::Approve { reasons: "All documents were seen and fit.".into() }
}

pub fn ask() -> Command {
    Command::RequestInformation { what: "A portfolio, please.".into(), requirements: vec!["works".into()] }
}

pub fn asked() -> Story<Applications> {
    let mut story = in_review();
    story.does(&rita(), ask());
    story
}

pub fn answer() -> Command {
    Command::ProvideInformation { answer: "Attached.".into(), files: vec![file_id(2)] }
}

pub fn reject() -> Command {
    Command::Reject { reasons: "No skill shown.".into(), rules: vec![rule("M3.1.1")], suspected: None }
}

pub fn approved() -> Story<Applications> {
    let mut story = in_review();
    verify_all(&mut story, &rita());
    story.does(&rita(), approve());
    story
}

fn credential(n: u128, requirement: &str, expires_on: Option<&str>) -> Credential {
    Credential {
        id: credential_id(n),
        requirement: requirement.into(),
        file: Some(file_id(n)),
        issued_on: None,
        expires_on: expires_on.map(day),
    }
}

/// Grants software on a servers contract that is good until 2026-06-30.
pub fn grant() -> qualification::Command {
    qualification::Command::Grant {
        provider: PROVIDER,
        category: Category::Software,
        agent_operation: false,
        application: ApplicationId(Uuid::from_u128(7)),
        credentials: vec![
            credential(101, "business_scope", None),
            credential(102, "experience", None),
            credential(103, "servers", Some("2026-06-30")),
        ],
    }
}

pub fn granted() -> Story<Qualifications> {
    let mut story = qualifications();
    story.does(&service(), grant());
    story
}

pub fn suspend() -> qualification::Command {
    qualification::Command::Suspend {
        reasons: "The team is gone.".into(),
        rules: vec![rule("M3.1"), rule("M3.1.1")],
        requirements: vec!["experience".into()],
    }
}

pub fn suspended() -> Story<Qualifications> {
    let mut story = granted();
    story.does(&rita(), suspend());
    story
}

pub fn revoke() -> qualification::Command {
    qualification::Command::Revoke { reasons: "The licence was forged.".into(), rules: vec![rule("M5.65")] }
}

pub fn revoked() -> Story<Qualifications> {
    let mut story = granted();
    story.does(&olga(), revoke());
    story
}

pub fn demand() -> qualification::Command {
    qualification::Command::RequestRequalification {
        requirements: vec!["experience".into()],
        reasons: "Show recent works.".into(),
    }
}

pub fn demanded() -> Story<Qualifications> {
    let mut story = granted();
    story.does(&rita(), demand());
    story
}

pub fn accept(requirement: &str) -> qualification::Command {
    qualification::Command::AcceptDocument { requirement: requirement.into(), note: "seen".into() }
}

pub fn turn_down(requirement: &str) -> qualification::Command {
    qualification::Command::RejectDocument { requirement: requirement.into(), reason: "Not legible.".into() }
}

/// The phase of a story's application.
pub fn phase(story: &Story<Applications>) -> application::Phase {
    story.state.dossier().unwrap_or_else(|refusal| panic!("{refusal}")).phase.clone()
}
