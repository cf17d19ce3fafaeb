//! What a decision caused, and what a reversal makes of it.
use crate::world::*;
use disputes_domain::Command;
use disputes_domain::consequence::{Consequence, ConsequenceKind as Kind, Fate, MOST, reverse};
use proptest::prelude::*;
use strum::VariantArray;

fn one(n: u128, kind: Kind, on: &[u128]) -> Consequence {
    Consequence { id: fact(n), kind, depends_on: on.iter().map(|n| fact(*n)).collect() }
}

#[test]
fn each_is_undone_or_says_why_not_dependents_first() {
    let graph = [
        one(1, Kind::Refunded, &[]),
        one(2, Kind::Credited, &[]),
        one(3, Kind::PaidOut, &[2]),
        one(4, Kind::LiabilityRecorded, &[]),
        one(5, Kind::TradeStopped, &[4]),
        one(6, Kind::NoticeServed, &[1]),
    ];
    let reversed = reverse(&graph);
    let place = |n| reversed.iter().position(|reversal| reversal.id == fact(n)).unwrap();
    let undone = |n| reversed[place(n)].fate.is_undone();
    assert!(place(3) < place(2) && place(5) < place(4) && place(6) < place(1));
    assert_eq!([1, 2, 3, 4, 5, 6].map(undone), [true, false, false, true, true, false]);
    let Fate::Stays { why, instead } = &reversed[place(2)].fate else { panic!("money that was paid out came back") };
    assert_eq!(why, "what grew from it cannot be undone: paid_out");
    assert!(instead.contains("D1.6.2"));
}

#[test]
fn they_are_remembered_once_and_within_bounds() {
    let mut story = decided();
    let record = |n: u128| Command::RecordConsequences(vec![one(n, Kind::Refunded, &[n + 1])]);
    story.refuses_with(&operator(), record(1), "case_action_not_yours", None);
    story.does(&orders(), record(1));
    assert_eq!(story.does(&orders(), record(1)), vec![], "already so");
    for n in 2..=MOST as u128 {
        story.does(&orders(), record(n));
    }
    story.refuses_with(&orders(), record(99), "case_consequences_exhausted", None);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    /// Any graph, circles and unknown parents too: one fate each; what holds a thing that stays is never undone.
    #[test]
    fn every_consequence_has_exactly_one_fate(
        nodes in proptest::collection::vec((0..Kind::VARIANTS.len(), proptest::collection::vec(0u128..10, 0..3)), 0..9),
    ) {
        let graph: Vec<_> =
            (0u128..).zip(&nodes).map(|(n, (kind, on))| one(n, Kind::VARIANTS[*kind], on)).collect();
        let reversed = reverse(&graph);
        let mut ids: Vec<_> = reversed.iter().map(|reversal| reversal.id).collect();
        ids.sort();
        prop_assert_eq!(ids, graph.iter().map(|one| one.id).collect::<Vec<_>>());
        for paid in graph.iter().filter(|one| one.kind == Kind::PaidOut) {
            for parent in reversed.iter().filter(|reversal| paid.depends_on.contains(&reversal.id)) {
                prop_assert!(!parent.fate.is_undone());
            }
        }
    }
}
