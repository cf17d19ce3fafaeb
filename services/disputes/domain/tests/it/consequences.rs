//! What a decision caused, and what a reversal makes of it.
use crate::world::*;
use check::Story;
use disputes_domain::consequence::{Consequence, ConsequenceKind as Kind, Fate, MOST, reverse};
use disputes_domain::{Cases, Command, Event, Forum, ForumOutcome};
use kernel::{CaseId, RuleId};
use proptest::prelude::*;
use strum::VariantArray;

fn one(n: u128, kind: Kind, on: &[u128]) -> Consequence {
    Consequence { id: fact(n), kind, amount: None, depends_on: on.iter().map(|n| fact(*n)).collect() }
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
        one(7, Kind::UseExtended, &[]),
        one(8, Kind::DownloadGranted, &[]),
        one(9, Kind::Downloaded, &[8]),
    ];
    let reversed = reverse(&graph);
    let place = |n| reversed.iter().position(|reversal| reversal.id == fact(n)).unwrap();
    let undone = |n| reversed[place(n)].fate.is_undone();
    assert!(place(3) < place(2) && place(5) < place(4) && place(6) < place(1));
    let fates = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(undone);
    assert_eq!(fates, [true, false, false, true, true, false, true, false, false]);
    let Fate::Stays { why, .. } = &reversed[place(2)].fate else { panic!("money that was paid out came back") };
    assert_eq!(why, "what grew from it cannot be undone: paid_out");
    let Fate::Stays { instead, .. } = &reversed[place(3)].fate else { panic!("money that was paid out came back") };
    assert!(instead.contains("D1.6.2"));
    let Fate::Stays { why, instead } = &reversed[place(8)].fate else { panic!("a download was undone") };
    assert_eq!((why.as_str(), instead.as_str()), ("what grew from it cannot be undone: downloaded", "nothing"));
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
    story.refuses_with(&orders(), record(99), "case_list_too_long", None);
}

/// A case that was decided and whose award is carried out.
fn resolved() -> Story<Cases> {
    let mut story = decided();
    story.advance(days(5));
    story
}

fn told(kind: Kind, amount: Option<&str>) -> Consequence {
    Consequence::of(CaseId(absent().id), kind, amount.map(cny))
}

fn follow(to_merchant: &str) -> Command {
    Command::FollowForum(Box::new(ForumOutcome {
        forum: Forum::Court,
        reference: "(2026) 0571-1".into(),
        text: "Final judgment.".into(),
        to_merchant: cny(to_merchant),
        compensation: cny("0"),
        extension_seconds: None,
        data_download: false,
    }))
}

fn graph(story: &Story<Cases>) -> Vec<(Kind, Option<String>)> {
    case(story).caused.iter().map(|one| (one.kind, one.amount.map(kernel::Money::amount))).collect()
}

#[test]
fn all_that_a_decision_causes_is_in_the_graph_of_its_case() {
    let mut story = resolved();
    let report = |list: &[(Kind, Option<&str>)]| {
        Command::RecordConsequences(list.iter().map(|(kind, amount)| told(*kind, *amount)).collect())
    };
    story
        .does(&orders(), report(&[(Kind::OrderEnded, None), (Kind::UseExtended, None), (Kind::DownloadGranted, None)]));
    story.does(&orders(), report(&[(Kind::Refunded, Some("840.00")), (Kind::Credited, Some("360.00"))]));
    story.does(&orders(), report(&[(Kind::PaidOut, Some("840.00"))]));
    story.does(&orders(), report(&[(Kind::DepositDrawn, Some("5.00")), (Kind::LiabilityRecorded, Some("7.00"))]));
    // The same kind once more adds to it; what says nothing new is so already.
    story.does(&orders(), report(&[(Kind::PaidOut, Some("5.00"))]));
    assert_eq!(story.does(&orders(), report(&[(Kind::OrderEnded, None)])), []);
    story.does(&orders(), report(&[(Kind::TradeStopped, None), (Kind::Downloaded, None)]));
    let amount = |kind| graph(&story).into_iter().find(|(of, _)| *of == kind).unwrap().1;
    assert_eq!(amount(Kind::PaidOut).as_deref(), Some("845.00"));

    let events = story.does(&operator(), follow("1200.00"));
    let [Event::ForumFollowed(it)] = &events[..] else { panic!("{events:?}") };
    let fate = |kind| it.reversals.iter().find(|one| one.kind == kind).unwrap().fate.is_undone();
    let undone = [Kind::Credited, Kind::UseExtended, Kind::LiabilityRecorded, Kind::TradeStopped];
    assert!(undone.into_iter().all(fate), "{:?}", it.reversals);
    let stays = [Kind::Refunded, Kind::PaidOut, Kind::DepositDrawn, Kind::DownloadGranted, Kind::Downloaded];
    assert!(!stays.into_iter().any(fate), "{:?}", it.reversals);
    assert_eq!(it.reversals.len(), 10, "each has a fate");
    let place = |kind| it.reversals.iter().position(|one| one.kind == kind).unwrap();
    assert!(place(Kind::PaidOut) < place(Kind::Refunded) && place(Kind::Downloaded) < place(Kind::DownloadGranted));
    // What stays is a consequence still, for the next outcome to deal with.
    let left: Vec<_> = graph(&story).into_iter().map(|(kind, _)| kind).collect();
    assert!(left.contains(&Kind::PaidOut) && !left.contains(&Kind::Credited), "{left:?}");
}

#[test]
fn what_is_reported_undone_leaves_the_graph() {
    let mut story = resolved();
    let report = |kind, amount| Command::RecordConsequences(vec![told(kind, amount)]);
    story.does(&orders(), report(Kind::LiabilityRecorded, Some("7.00")));
    story.does(&orders(), report(Kind::DebtRecorded, Some("9.00")));
    story.does(&orders(), report(Kind::UseExtended, None));
    story.does(&orders(), report(Kind::LiabilityCancelled, Some("2.00")));
    let events = story.does(&orders(), report(Kind::DebtCancelled, Some("9.00")));
    assert!(matches!(&events[..], [Event::ConsequencesRecorded { rules, .. }] if *rules == [RuleId::of("D1.6.2")]));
    story.does(&orders(), report(Kind::UseCutShort, None));
    assert_eq!(graph(&story), [(Kind::LiabilityRecorded, Some("5.00".into()))]);
    story.does(&orders(), report(Kind::DownloadWithdrawn, None));
    assert_eq!(graph(&story).len(), 1, "what was never there is not taken away");
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
