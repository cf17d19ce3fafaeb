//! What holds of every adjudication, whatever was found: one outcome, exact to the minor unit, with its articles, and
//! every open question that could change it.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use disputes_domain::adjudication::{
    Article, ClaimKind, Contribution, Fact, FactSet, Figures, Findings, Question, Recommendation, Share, Stage,
    Standards, Terms, Truth, adjudicate, figures,
};
use kernel::{Category, Currency, Money};
use proptest::prelude::*;
use rulebook::standards::{Limb, Standard};
use serde_json::json;
use std::sync::LazyLock;
use strum::VariantArray;

fn standards() -> &'static Standards {
    static EDITION: LazyLock<rulebook::Edition> = LazyLock::new(rulebook::Edition::shipped);
    &EDITION.disputes.standards
}

/// What holds of every recommendation.
fn check(standards: &Standards, terms: &Terms, claims: &[ClaimKind], findings: &Findings) -> Result<(), String> {
    let answer = adjudicate(standards, terms, claims, findings);
    let context = || format!("{terms:?} {claims:?} {findings:?}\n{answer:?}");
    let holds = |what: &str, holds: bool| if holds { Ok(()) } else { Err(format!("{what}: {}", context())) };
    let amounts = [answer.to_merchant, answer.to_provider, answer.kept_value, answer.service_cost.by_merchant];
    holds("amounts are exact", answer.to_merchant.plus(answer.to_provider) == Ok(terms.paid))?;
    holds(
        "no amount is negative or above what was paid",
        amounts.iter().all(|part| (0..=terms.paid.minor).contains(&part.minor)),
    )?;
    let taken = answer.kept_value.minor + answer.service_cost.by_merchant.minor;
    holds("what is taken off is the provider's", taken <= answer.to_provider.minor)?;
    holds("it names its articles", !answer.articles.is_empty())?;
    let refund = match answer.to_merchant.minor {
        0 => "none",
        all if all == terms.paid.minor => "full",
        _ => "partial",
    };
    holds("the word fits the amount", answer.refund.to_string() == refund)?;
    holds("completed means paid", !answer.completed || answer.to_merchant.is_zero())?;
    holds("a burden for each claim", answer.burdens.len() == claims.len())?;
    let first = &answer.articles[0];
    let by_burden = matches!(first.contribution, Contribution::BurdenNotMet | Contribution::ClaimFails);
    let gave_way = answer.considered.iter().any(|entry| entry.article == first.article);
    holds("what governs gave way to nothing", by_burden || !gave_way)?;
    let open = answer.open_questions.iter().all(|question| {
        let name = json!(question.about);
        let name = name.as_str().unwrap();
        name.parse::<Fact>().is_ok_and(|fact| findings.truth(fact) == Truth::Open) || name.parse::<Fact>().is_err()
    });
    holds("only what is open is asked", open)?;
    holds("the same again", answer == adjudicate(standards, terms, claims, findings))
}

/// A decision is stored with its input.
fn stored_and_replayed(terms: &Terms, claims: &[ClaimKind], findings: &Findings) -> (Recommendation, Recommendation) {
    let answer = adjudicate(standards(), terms, claims, findings);
    let stored = serde_json::to_string(&(terms, claims, findings, &answer)).unwrap();
    let (terms, claims, findings, kept): (Terms, Vec<ClaimKind>, Findings, Recommendation) =
        serde_json::from_str(&stored).unwrap();
    (kept, adjudicate(standards(), &terms, &claims, &findings))
}

fn truths() -> impl Strategy<Value = Vec<Truth>> {
    let truth = prop_oneof![
        1 => Just(Truth::Established),
        1 => Just(Truth::NotEstablished),
        4 => Just(Truth::Open),
    ];
    proptest::collection::vec(truth, Fact::VARIANTS.len())
}

fn share() -> impl Strategy<Value = Option<Share>> {
    proptest::option::of((0u16..=10_000).prop_map(|points| Share::of(points).unwrap()))
}

prop_compose! {
    fn figures()(
        kept_value_share in share(), used_value_share in share(), performed_share in share(),
        money in proptest::array::uniform5(proptest::option::of(0u64..200_000)),
        failed_rounds in proptest::option::of(0u32..6),
        time in proptest::array::uniform2(proptest::option::of(0u64..100)),
        period in proptest::option::of(1u64..100),
    ) -> Figures {
        let [service_cost, avoidable_cost, losses, agreed_to_merchant, settlement_to_merchant] = money;
        let [lost_time, unused_time] = time;
        let period = period.and_then(std::num::NonZeroU64::new);
        Figures {
            kept_value_share, used_value_share, performed_share, service_cost, avoidable_cost, losses,
            agreed_to_merchant, settlement_to_merchant, failed_rounds, lost_time, unused_time, period,
        }
    }
}

prop_compose! {
    fn terms()(
        category in proptest::sample::select(Category::VARIANTS),
        flags: [bool; 3],
        paid in 0i64..150_000,
        stage in proptest::sample::select(Stage::VARIANTS),
    ) -> Terms {
        let [agent, by_period, cycle_agreed] = flags;
        let agent_operation = agent && category == Category::Operation;
        let paid = Money::new(paid, Currency::CNY);
        let failed_modifications_agreed = None;
        Terms { category, agent_operation, by_period, cycle_agreed, failed_modifications_agreed, paid, stage }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_findings_give_one_exact_outcome(
        terms in terms(),
        claims in proptest::sample::subsequence(ClaimKind::VARIANTS, 0..=8),
        truths in truths(),
        figures in figures(),
    ) {
        let mut findings = Findings::default();
        findings.figures = figures;
        for (fact, truth) in Fact::VARIANTS.iter().zip(truths) {
            findings.enter(*fact, truth);
        }
        prop_assert_eq!(check(standards(), &terms, &claims, &findings), Ok(()));
        let (kept, replayed) = stored_and_replayed(&terms, &claims, &findings);
        prop_assert_eq!(kept, replayed);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn figures_read_back_as_they_are_written(found in figures(), time in 1u64..100_000_000) {
        let found = Figures { lost_time: Some(time), ..found };
        let written = figures::write(&found, Currency::JPY);
        let written = written.into_iter().map(|(figure, text)| (figure, text.into())).collect();
        prop_assert_eq!(figures::read(&written, Currency::JPY), Ok(found));
    }
}

/// The facts among these that are open, would change the outcome, and are not asked for.
fn unasked(standards: &Standards, terms: &Terms, findings: &Findings, facts: &[Fact]) -> Vec<Fact> {
    let answer = adjudicate(standards, terms, &[], findings);
    let changes = |fact: Fact| {
        [Truth::Established, Truth::NotEstablished].into_iter().any(|truth| {
            let mut found = *findings;
            found.enter(fact, truth);
            let other = adjudicate(standards, terms, &[], &found);
            (other.to_merchant, other.completed, other.data_download, other.liability)
                != (answer.to_merchant, answer.completed, answer.data_download, answer.liability)
        })
    };
    let asked = |fact: Fact| answer.open_questions.iter().any(|question| question.about == Question::Fact(fact));
    let open = facts.iter().copied().filter(|fact| findings.truth(*fact) == Truth::Open);
    let conceded = |fact: Fact| matches!(fact, Fact::Delivered | Fact::Accepted);
    open.filter(|fact| !conceded(*fact) && !asked(*fact) && changes(*fact)).collect()
}

/// Everything that may be found of these facts.
fn combinations(facts: &[Fact]) -> impl Iterator<Item = Findings> {
    let of = |place: usize| 3usize.pow(u32::try_from(place).unwrap());
    (0..of(facts.len())).map(move |nth| {
        let mut findings = Findings::default();
        for (place, fact) in facts.iter().enumerate() {
            match nth / of(place) % 3 {
                0 => {}
                1 => findings.enter(*fact, Truth::Established),
                _ => findings.enter(*fact, Truth::NotEstablished),
            }
        }
        findings
    })
}

/// The facts that a limb of an article turns on.
fn facts_of(limb: &Limb) -> FactSet {
    let unless: FactSet = limb.unless.iter().copied().collect();
    limb.when.iter().fold(unless, |all, clause| all.or(clause.established).or(clause.unproven))
}

/// Terms of an order that the article is for.
fn terms_of(standard: &Standard) -> Terms {
    let category = standard.categories.first().copied().unwrap_or(Category::Design);
    Terms {
        category,
        agent_operation: category == Category::Operation,
        by_period: false,
        cycle_agreed: false,
        failed_modifications_agreed: None,
        paid: Money::new(99_999, Currency::CNY),
        stage: Stage::Open,
    }
}

/// Under no claim and under each.
#[test]
fn every_combination_of_an_articles_facts_gives_one_exact_outcome() {
    let standards = standards();
    let claims: Vec<Vec<ClaimKind>> =
        std::iter::once(vec![]).chain(ClaimKind::VARIANTS.iter().map(|claim| vec![*claim])).collect();
    for article in Article::VARIANTS {
        let standard = standards.of(*article);
        let facts: Vec<_> =
            standard.limbs.iter().fold(FactSet::EMPTY, |all, limb| all.or(facts_of(limb))).iter().collect();
        // D2.4 has twice as many as any other.
        let claims = if facts.len() > 6 { &claims[..2] } else { &claims[..] };
        for findings in combinations(&facts) {
            for claims in claims {
                assert_eq!(check(standards, &terms_of(standard), claims, &findings), Ok(()), "{article}");
            }
        }
    }
}

/// Once something of a ground is established, all of it that is open and could change the outcome is asked for, and of
/// a ground that holds what speaks against it; not delivery and acceptance, which are conceded until a claim puts them
/// in issue (X11).
#[test]
fn what_could_still_change_the_outcome_is_asked() {
    let standards = standards();
    for article in Article::VARIANTS {
        let standard = standards.of(*article);
        for limb in &standard.limbs {
            let facts: Vec<_> = facts_of(limb).iter().collect();
            let ground = limb.when.iter().fold(FactSet::EMPTY, |all, clause| all.or(clause.established));
            let begun = |findings: &Findings| !findings.established().and(ground).is_empty();
            for findings in combinations(&facts).filter(begun) {
                let terms = terms_of(standard);
                let against: FactSet = limb.unless.iter().copied().collect();
                let holds = adjudicate(standards, &terms, &[], &findings).rules()[0].as_str() == article.to_string();
                let asked: Vec<_> = facts.iter().copied().filter(|fact| holds || !against.has(*fact)).collect();
                assert_eq!(unasked(standards, &terms, &findings, &asked), [], "{article}: {findings:?}");
            }
        }
    }
}
