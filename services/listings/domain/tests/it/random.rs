//! Whatever is sent in whatever order: the story's invariants hold, and what is on sale had the right to be.
use crate::world::*;
use kernel::{Actor, TimeDelta};
use listings_domain::{Command, Content, Qualified, Record, Written};
use proptest::prelude::*;
use uuid::Uuid;

#[derive(Clone, Debug)]
enum Step {
    Command(u8, u8),
    Revise(u8),
    Facts(bool, bool),
    Hours(i64),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        6 => (0u8..14, 0u8..6).prop_map(|(command, actor)| Step::Command(command, actor)),
        3 => (0u8..4).prop_map(Step::Revise),
        1 => (prop::bool::weighted(0.7), prop::bool::weighted(0.2)).prop_map(|(sells, leaves)| Step::Facts(sells, leaves)),
        2 => (0i64..200).prop_map(Step::Hours),
    ];
    prop::collection::vec(step, 1..40)
}

fn actor(n: u8) -> Actor {
    [provider(), moderator(), other_moderator(), operator(), system(), merchant()][usize::from(n)].clone()
}

fn command(n: u8, world: &World) -> Command {
    let measure = Uuid::from_u128(u128::from(n % 2));
    let until = Some(world.story.now + days(4));
    match n {
        0 | 1 => Command::Submit,
        2 => Command::Recall,
        3 => Command::Withdraw,
        4 => Command::Republish,
        5 | 6 => Command::Claim,
        7 => Command::Release,
        8 => Command::Approve { note: None },
        9 => Command::RequestChanges { grounds: grounds("M4.1.c") },
        10 => Command::Reject { grounds: grounds("M5.14") },
        11 => Command::Block { measure, until, grounds: grounds("M5.4") },
        12 => Command::Remove { measure, until, correction: true, grounds: grounds("M5.13") },
        _ => Command::Unblock { measure, reasons: "Appeal.".into() },
    }
}

fn content(n: u8) -> Written {
    match n {
        0 => software(),
        1 => with_two_pictures(),
        2 => Content { title: "Taobao stock".into(), ..software() },
        _ => Content { description: "Counts stock only.".into(), ..with_two_pictures() },
    }
}

/// What must hold of any listing.
fn sound(record: &Record) {
    let hidden = record.withdrawn || !record.measures.is_empty() || !record.lacks.is_empty();
    assert_eq!(record.on_sale().is_some(), record.approved.is_some() && !hidden);
    assert_eq!(record.status() == "published", record.on_sale().is_some());
    let number = record.working.revision().map_or(0, |revision| revision.number);
    assert!(number <= record.revisions);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_machine_stays_sound(steps in steps()) {
        let mut world = World::opened(kernel::Category::Software, false);
        for step in steps {
            match step {
                Step::Command(n, by) => {
                    let command = command(n, &world);
                    world.tries(&actor(by), &command);
                }
                Step::Revise(n) => {
                    let command = world.revision_of(content(n));
                    world.tries(&provider(), &command);
                }
                Step::Facts(may_sell, leaving) => {
                    let sequence = world.story.facts.qualified.map_or(0, |one| one.sequence) + 1;
                    world.story.facts.qualified = Some(Qualified { may_sell, sequence });
                    world.story.facts.provider.as_mut().unwrap().leaving = leaving;
                    prop_assert!(world.tries(&system(), &Command::RecheckProvider));
                    prop_assert_eq!(&world.record().lacks, &world.story.facts.lacks());
                }
                Step::Hours(hours) => {
                    world.story.advance(TimeDelta::hours(hours));
                }
            }
            sound(world.record());
        }
        let published = world.story.event_names().iter().filter(|name| **name == "published").count();
        let screened = world.story.event_names().iter().filter(|name| **name == "screened").count();
        prop_assert!(published <= screened, "nothing is published unscreened");
    }
}
