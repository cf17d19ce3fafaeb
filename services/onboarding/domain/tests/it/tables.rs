//! Reviewed tables and diagrams of the machines.
use crate::world::*;
use check::{Story, render};
use kernel::{Actor, Category};
use onboarding_domain::application::{Applications, Command};
use onboarding_domain::provider::{self, Providers};
use onboarding_domain::qualification::{self, Qualifications};

fn withdrawn() -> Story<Applications> {
    let mut story = drafted();
    story.does(&amy(), Command::Withdraw { reason: String::new() });
    story
}

fn rejected() -> Story<Applications> {
    let mut story = in_review();
    story.does(&rita(), reject());
    story
}

fn lapsed() -> Story<Applications> {
    let mut story = asked();
    story.advance(days(5));
    story
}

fn overdue() -> Story<Applications> {
    let mut story = submitted();
    story.does(&rita(), Command::Claim);
    story.advance(days(1));
    story.does(&rita(), Command::Claim);
    story.does(&rita(), Command::Release);
    story.advance(days(8));
    story.does(&olga(), Command::Assign { reviewer: "rita".into() });
    story.does(&rita(), ask());
    story.does(&amy(), answer());
    story
}

fn edges<M: kernel::Machine>(stories: &[Story<M>]) -> String {
    render::diagram(&stories.iter().flat_map(|story| story.edges.iter().copied()).collect())
}

#[test]
fn the_matrix_of_applications() {
    let (absent, draft, submitted, in_review, asked) = (applications(), drafted(), submitted(), in_review(), asked());
    let (approved, service) = (approved(), service());
    let (amy, rita, rob, olga) = (amy(), rita(), rob(), olga());
    let situations: Vec<(&str, &Story<Applications>, &Actor)> = vec![
        ("absent, provider", &absent, &amy),
        ("draft, provider", &draft, &amy),
        ("submitted, provider", &submitted, &amy),
        ("submitted, reviewer", &submitted, &rita),
        ("submitted, operator", &submitted, &olga),
        ("in_review, provider", &in_review, &amy),
        ("in_review, its reviewer", &in_review, &rita),
        ("in_review, another", &in_review, &rob),
        ("information_requested, provider", &asked, &amy),
        ("information_requested, reviewer", &asked, &rita),
        ("approved, provider", &approved, &amy),
        ("approved, reviewer", &approved, &rita),
        ("approved, system", &approved, &service),
    ];
    insta::assert_snapshot!(render::matrix(&situations));
}

#[test]
fn the_matrix_of_qualifications() {
    let (absent, granted, demanded, suspended, revoked) =
        (qualifications(), granted(), demanded(), suspended(), revoked());
    let (amy, rita, olga, service) = (amy(), rita(), olga(), service());
    let situations: Vec<(&str, &Story<Qualifications>, &Actor)> = vec![
        ("absent, system", &absent, &service),
        ("active, provider", &granted, &amy),
        ("active, reviewer", &granted, &rita),
        ("active, operator", &granted, &olga),
        ("active with a demand, reviewer", &demanded, &rita),
        ("suspended, provider", &suspended, &amy),
        ("suspended, reviewer", &suspended, &rita),
        ("revoked, provider", &revoked, &amy),
        ("revoked, reviewer", &revoked, &rita),
        ("revoked, system", &revoked, &service),
    ];
    insta::assert_snapshot!(render::matrix(&situations));
}

#[test]
fn the_matrix_of_providers() {
    let mut registered = providers();
    registered.does(&amy(), provider::Command::Register);
    let mut leaving = providers();
    leaving.facts.open_orders = 1;
    leaving.does(&amy(), provider::Command::Register);
    leaving.does(&amy(), provider::Command::RequestExit { reason: String::new() });
    let mut exited = providers();
    exited.does(&amy(), provider::Command::Register);
    exited.does(&amy(), provider::Command::RequestExit { reason: String::new() });
    let (absent, amy, olga) = (providers(), amy(), olga());
    let situations: Vec<(&str, &Story<Providers>, &Actor)> = vec![
        ("absent, provider", &absent, &amy),
        ("absent, operator", &absent, &olga),
        ("registered, provider", &registered, &amy),
        ("registered, operator", &registered, &olga),
        ("leaving, provider", &leaving, &amy),
        ("exited, provider", &exited, &amy),
        ("exited, operator", &exited, &olga),
    ];
    insta::assert_snapshot!(render::matrix(&situations));
    leaving.does(&amy, provider::Command::CancelExit);
    leaving.does(&service(), provider::Command::Close { rules: vec![rule("C2")], reasons: "Again.".into() });
    insta::assert_snapshot!("diagram_of_providers", edges(&[registered, leaving, exited]));
}

#[test]
fn the_deadlines() {
    insta::assert_snapshot!([render::deadlines::<Applications>(), render::deadlines::<Qualifications>()].join("\n"));
}

#[test]
fn the_diagram_of_applications() {
    let mut left = applications();
    left.does(&amy(), open(Category::Design));
    left.does(&service(), Command::Withdraw { reason: "left".into() });
    insta::assert_snapshot!(edges(&[approved(), rejected(), lapsed(), withdrawn(), overdue(), left]));
}

#[test]
fn the_diagram_of_qualifications() {
    let mut renewed = granted();
    renewed.advance(days(100));
    renewed.does(&amy(), qualification::Command::SubmitDocument(expiring(1, "servers", "2027-06-30")));
    renewed.does(&rita(), accept("servers"));
    let mut cured = granted();
    cured.advance(days(122));
    cured.does(&amy(), qualification::Command::SubmitDocument(expiring(1, "servers", "2027-06-30")));
    cured.does(&rita(), accept("servers"));
    let mut lost = demanded();
    lost.advance(days(40));
    let mut ended = granted();
    ended.does(&service(), qualification::Command::End { rules: vec![rule("X21")] });
    let mut confirmed = suspended();
    confirmed.does(&rita(), qualification::Command::Confirm { reasons: "Fine.".into() });
    insta::assert_snapshot!(edges(&[renewed, cured, lost, ended, confirmed, revoked()]));
}

#[test]
fn the_timeline_of_an_approval() {
    insta::assert_snapshot!(approved().timeline());
}
