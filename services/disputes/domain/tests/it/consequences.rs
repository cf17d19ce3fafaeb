//! What a decision caused, and what a reversal makes of it.
use crate::world::*;
use check::Story;
use disputes_domain::consequence::{Consequence, ConsequenceKind as Kind, Fate, reverse};
use disputes_domain::{Cases, Command, Event, Forum, ForumOutcome};
use kernel::RuleId;
use proptest::prelude::*;
use strum::VariantArray;

fn one(kind: Kind) -> Consequence {
    Consequence { kind, amount: None }
}

#[test]
fn each_is_undone_or_says_why_not_dependents_first() {
    let graph = [
        one(Kind::Refunded),
        one(Kind::Credited),
        one(Kind::PaidOut),
        one(Kind::LiabilityRecorded),
        one(Kind::TradeStopped),
        one(Kind::OrderEnded),
        one(Kind::UseExtended),
        one(Kind::DownloadGranted),
        one(Kind::Downloaded),
    ];
    let reversed = reverse(&graph);
    let place = |kind| reversed.iter().position(|reversal| reversal.kind == kind).unwrap();
    let fate = |kind| &reversed[place(kind)].fate;
    assert!(place(Kind::PaidOut) < place(Kind::Refunded) && place(Kind::TradeStopped) < place(Kind::LiabilityRecorded));
    let undone: Vec<_> = graph.iter().map(|one| one.kind).filter(|kind| fate(*kind).is_undone()).collect();
    assert_eq!(undone, [Kind::Credited, Kind::LiabilityRecorded, Kind::TradeStopped, Kind::UseExtended]);
    let Fate::Stays { why, .. } = fate(Kind::Refunded) else { panic!("money that was paid out came back") };
    assert_eq!(why, "what grew from it cannot be undone: paid_out");
    let Fate::Stays { instead, .. } = fate(Kind::PaidOut) else { panic!("money that was paid out came back") };
    assert!(instead.contains("D1.6.2"));
    let Fate::Stays { why, instead } = fate(Kind::DownloadGranted) else { panic!("a download was undone") };
    assert_eq!((why.as_str(), instead.as_str()), ("what grew from it cannot be undone: downloaded", "nothing"));
}

#[test]
fn they_are_remembered_once_and_reported_by_the_platform_alone() {
    let mut story = decided();
    let record = || Command::RecordConsequences(vec![one(Kind::OrderEnded)]);
    story.refuses_with(&operator(), record(), "case_action_not_yours", None);
    story.does(&orders(), record());
    assert_eq!(story.does(&orders(), record()), vec![], "already so");
    assert_eq!(case(&story).caused, [one(Kind::OrderEnded)]);
}

/// A case that was decided and whose award is carried out.
fn resolved() -> Story<Cases> {
    let mut story = decided();
    story.advance(days(5));
    story
}

fn told(kind: Kind, amount: Option<&str>) -> Consequence {
    Consequence { kind, amount: amount.map(cny) }
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
fn a_court_that_confirms_the_outcome_moves_nothing() {
    let mut story = resolved();
    story.does(&orders(), Command::RecordConsequences(vec![told(Kind::Credited, Some("360.00"))]));
    let before = graph(&story);
    let events = story.does(&operator(), follow("840.00"));
    let [Event::ForumFollowed(it)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((&it.reversals[..], graph(&story)), (&[][..], before));
    // It is still there for an outcome that differs.
    let events = story.does(&operator(), follow("1200.00"));
    assert!(matches!(&events[..], [Event::ForumFollowed(it)] if it.reversals.len() == 1), "{events:?}");
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

    /// Whatever was reported, in any order: one fate each; what holds a thing that stays is never undone.
    #[test]
    fn every_consequence_has_exactly_one_fate(
        kinds in proptest::sample::subsequence(Kind::VARIANTS, 0..=Kind::VARIANTS.len()).prop_shuffle(),
    ) {
        let graph: Vec<_> = kinds.iter().copied().map(one).collect();
        let reversed = reverse(&graph);
        let mut fates: Vec<_> = reversed.iter().map(|reversal| reversal.kind.to_string()).collect();
        let mut known: Vec<_> = kinds.iter().map(ToString::to_string).collect();
        fates.sort();
        known.sort();
        prop_assert_eq!(fates, known);
        for (place, reversal) in reversed.iter().enumerate() {
            for parent in reversal.kind.grows_from() {
                let found = reversed.iter().position(|other| other.kind == *parent);
                prop_assert!(found.is_none_or(|parent| place < parent), "dependents first");
                let is_undone = found.is_some_and(|parent| reversed[parent].fate.is_undone());
                prop_assert!(reversal.fate.is_undone() || !is_undone, "{} stays, {} does not", reversal.kind, parent);
            }
        }
    }
}
