//! What is open to whom, the deadlines and the diagram, as reviewed snapshots.
use crate::world::*;
use check::{Story, render};
use kernel::Actor;
use listings_domain::{Command, Listings};
use std::collections::BTreeSet;
use uuid::Uuid;

fn situations() -> Vec<(&'static str, World)> {
    let block = Command::Block { measure: Uuid::from_u128(1), until: None, grounds: grounds("M5.4") };
    let remove =
        Command::Remove { measure: Uuid::from_u128(1), until: None, correction: true, grounds: grounds("M5.13") };
    let after = |mut world: World, actor: Actor, command: Command| {
        world.does(&actor, command);
        world
    };
    let mut lapsed = World::changes_requested();
    lapsed.story.advance(days(15));
    let mut disqualified = World::published();
    disqualified.story.facts.qualified = lost();
    disqualified.does(&system(), Command::RecheckProvider);
    vec![
        ("absent", World::new()),
        ("draft", World::drafted(software())),
        ("queued", World::queued()),
        ("claimed", World::claimed()),
        ("changes_requested", World::changes_requested()),
        ("lapsed", lapsed),
        ("rejected", World::rejected()),
        ("published", World::published()),
        ("withdrawn", after(World::published(), provider(), Command::Withdraw)),
        ("blocked", after(World::published(), operator(), block)),
        ("removed", after(World::published(), operator(), remove)),
        ("disqualified", disqualified),
    ]
}

#[test]
fn what_is_open_to_whom() {
    let situations = situations();
    for (name, actor) in
        [("provider", provider()), ("moderator", moderator()), ("operator", operator()), ("system", system())]
    {
        let columns: Vec<(&str, &Story<Listings>, &Actor)> =
            situations.iter().map(|(name, world)| (*name, &world.story, &actor)).collect();
        insta::assert_snapshot!(format!("actions_of_{name}"), render::matrix(&columns));
    }
}

#[test]
fn the_deadlines() {
    insta::assert_snapshot!(render::deadlines::<Listings>());
}

#[test]
fn the_states_and_what_leads_from_one_to_another() {
    let mut edges = BTreeSet::new();
    for (_, mut world) in situations() {
        for (actor, command) in [
            (moderator(), Command::Approve { note: None }),
            (system(), Command::Unblock { measure: Uuid::from_u128(1), reasons: "Appeal.".into() }),
            (provider(), Command::Recall),
            (provider(), Command::Republish),
        ] {
            world.tries(&actor, &command);
        }
        world.story.facts.qualified = qualified();
        world.tries(&system(), &Command::RecheckProvider);
        let next = world.revision_of(software());
        world.tries(&provider(), &next);
        edges.extend(world.story.edges);
    }
    insta::assert_snapshot!(render::diagram(&edges));
}
