//! Reviewed snapshots: what is open to whom in which state, the deadlines, the diagram, the burden of proof.
use crate::world::*;
use check::{Story, render};
use disputes_domain::{Cases, Command, Draft, Opening, Side, burden};
use kernel::{ClaimKind, Party};
use std::fmt::Write;
use strum::VariantArray;

/// Stories that between them go through every transition.
fn stories() -> Vec<(&'static str, Story<Cases>)> {
    let mut proposed = opened();
    proposed.does(&provider(), propose(1, "100.00"));
    let mut countered = opened();
    countered.does(&provider(), propose(1, "100.00"));
    countered.does(&merchant(), propose(2, "500.00"));
    let mut refused = opened_by(kept());
    refused.does(&provider(), refuse());
    let mut passed = opened();
    passed.does(&provider(), propose(1, "100.00"));
    passed.does(&merchant(), decline(1));
    passed.advance(days(5));
    let mut settled = countered_and_prolonged();
    settled.does(&provider(), accept(2, "500.00"));
    let mut withdrawn = opened();
    withdrawn.does(&merchant(), withdraw());
    let mut evidence = claimed();
    evidence.does(&arbitrator(), ask(Side::Merchant));
    evidence.does(&merchant(), add(exhibit(1)));
    let mut rebuttal = claimed();
    rebuttal.does(&provider(), add(delivery(1)));
    rebuttal.does(&provider(), seal());
    rebuttal.does(&merchant(), seal());
    let mut waiting = opened_by(Opening { amount: cny("60000.00"), ..opening() });
    waiting.does(&merchant(), escalate());
    waiting.does(&arbitrator(), Command::Claim);
    waiting.does(&arbitrator(), decide(draft()));
    let mut sued = claimed();
    sued.does(&merchant(), proceedings());
    let mut heard = appealed();
    heard.does(&another_arbitrator(), Command::Claim);
    let mut resolved = decided();
    resolved.advance(days(5));
    vec![
        ("opened", opened()),
        ("kept (N1)", opened_by(kept())),
        ("proposed", proposed),
        ("countered", countered),
        ("refused", refused),
        ("window passed", passed),
        ("escalated", escalated()),
        ("claimed", claimed()),
        ("evidence", evidence),
        ("rebuttal", rebuttal),
        ("draft waits", waiting),
        ("suspended", suspended()),
        ("sued", sued),
        ("decided", decided()),
        ("appealed", appealed()),
        ("appeal claimed", heard),
        ("settled", settled),
        ("withdrawn", withdrawn),
        ("resolved", resolved),
    ]
}

fn countered_and_prolonged() -> Story<Cases> {
    let mut story = opened();
    story.does(&provider(), propose(1, "100.00"));
    story.does(&provider(), Command::ExtendNegotiation);
    story.does(&merchant(), Command::ExtendNegotiation);
    story.does(&merchant(), propose(2, "500.00"));
    story
}

/// Stories that are there for their transitions only.
fn detours() -> Vec<Story<Cases>> {
    let mut unanswered = opened();
    unanswered.advance(days(5));
    unanswered.does(&provider(), propose(1, "100.00"));
    unanswered.advance(days(3));
    unanswered.does(&arbitrator(), Command::Claim);
    unanswered.does(&arbitrator(), hand_over(&another_arbitrator()));
    unanswered.does(&another_arbitrator(), declare());
    unanswered.does(&arbitrator(), Command::Claim);
    unanswered.does(&arbitrator(), Command::Release);
    unanswered.does(&arbitrator(), Command::Claim);
    unanswered.advance(days(15));
    unanswered.does(&merchant(), propose(2, "700.00"));
    unanswered.does(&provider(), decline(2));
    unanswered.does(&merchant(), withdraw());
    let mut fallen = opened();
    fallen.does(&merchant(), propose(1, "700.00"));
    fallen.does(&provider(), refuse());
    fallen.advance(days(15));
    let mut late = opened();
    late.does(&provider(), propose(1, "100.00"));
    late.advance(days(3));
    late.does(&provider(), escalate());
    late.does(&merchant(), propose(2, "700.00"));
    late.does(&provider(), accept(2, "700.00"));
    let mut reversed = appealed();
    reversed.does(&another_arbitrator(), Command::Claim);
    reversed.does(&merchant(), proceedings());
    reversed.advance(days(5));
    reversed.does(&another_arbitrator(), Command::Claim);
    reversed.does(&another_arbitrator(), decide(Draft { to_merchant: cny("0"), ..draft() }));
    let mut reconciled = suspended();
    reconciled.advance(days(15));
    let mut silent = claimed();
    silent.does(&arbitrator(), ask(Side::Provider));
    silent.advance(days(5));
    vec![unanswered, fallen, late, reversed, reconciled, silent]
}

#[test]
fn what_is_open_to_whom() {
    let stories = stories();
    let mut text = String::new();
    for actor in [provider(), merchant(), arbitrator(), another_arbitrator(), operator()] {
        let role = actor.roles.first().expect("each has a role");
        writeln!(text, "## {} ({role})\n", actor.sub).unwrap();
        let situations: Vec<_> = stories.iter().map(|(name, story)| (*name, story, &actor)).collect();
        writeln!(text, "{}", render::matrix(&situations)).unwrap();
    }
    insta::assert_snapshot!("MATRIX", text);
}

#[test]
fn deadlines() {
    insta::assert_snapshot!("DEADLINES", render::deadlines::<Cases>());
}

#[test]
fn diagram() {
    let mut edges = std::collections::BTreeSet::new();
    edges.extend(stories().into_iter().flat_map(|(_, story)| story.edges));
    edges.extend(detours().into_iter().flat_map(|story| story.edges));
    insta::assert_snapshot!("DIAGRAM", render::diagram(&edges));
}

#[test]
fn burden_of_proof() {
    let mut text = String::from("| claim | burden of proof | rule |\n|---|---|---|\n");
    for claim in ClaimKind::VARIANTS {
        let (party, rule) = burden(*claim);
        assert!(matches!(party, Party::Provider | Party::Merchant), "one of the two parties bears it");
        writeln!(text, "| {claim} | {party} | {rule} |").unwrap();
    }
    insta::assert_snapshot!("BURDEN", text);
}

#[test]
fn a_timeline_reads_as_a_story() {
    let mut story = decided();
    story.advance(days(5));
    insta::assert_snapshot!("TIMELINE", without_hashes(&story.timeline()));
}

/// Hashes change with every edition and every shape of an event; what they are of is tested elsewhere.
fn without_hashes(text: &str) -> String {
    let is_hash = |part: &str| part.len() == 64 && part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let parts: Vec<_> = text.split('"').map(|part| if is_hash(part) { "#" } else { part }).collect();
    parts.join("\"")
}

/// A case as full as it may be stays small: 8 KiB is normal, whatever is filed.
#[test]
fn a_full_case_stays_small() {
    use disputes_domain::adjudication::{Fact, Truth};
    let mut story = claimed();
    for _ in 0..20 {
        story.does(&orders(), records());
    }
    for side in [Side::Provider, Side::Merchant] {
        for n in 0..12 {
            story.does(&other(side), add(exhibit(0x40 + n + 0x20 * u128::from(side == Side::Provider))));
        }
    }
    story.does(&arbitrator(), ask(Side::Provider));
    story.does(&arbitrator(), ask(Side::Merchant));
    story.does(&provider(), seal());
    story.does(&merchant(), seal());
    story.does(&provider(), seal());
    story.does(&merchant(), seal());
    for fact in Fact::VARIANTS {
        story.does(&arbitrator(), find(*fact, Truth::NotEstablished, &[3, 4, 5, 6]));
    }
    let size = serde_json::to_vec(&story.state).unwrap().len();
    assert!(size < 8 * 1024, "{size} bytes");
}
