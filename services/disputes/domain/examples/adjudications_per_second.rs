//! Measures adjudications a second on one core: `cargo run --release --example adjudications_per_second`.
use disputes_domain::adjudication::{ClaimKind, Fact, Findings, Share, Stage, Terms, Truth, adjudicate};
use kernel::{Category, Currency, Money};
use std::hint::black_box;
use std::time::Instant;
use strum::VariantArray;

const ROUNDS: u32 = 1_000_000;

fn main() {
    let edition = rulebook::Edition::shipped();
    let standards = &edition.disputes.standards;
    let cases: Vec<_> = Category::VARIANTS.iter().flat_map(|category| cases(*category)).collect();
    let start = Instant::now();
    for (terms, claims, findings) in cases.iter().cycle().take(ROUNDS as usize) {
        black_box(adjudicate(standards, black_box(terms), black_box(claims), black_box(findings)));
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{:.0} adjudications a second ({} kinds of case)", f64::from(ROUNDS) / seconds, cases.len());
}

/// Quality, non-delivery with a refusal, a merchant that neglected cooperation.
fn cases(category: Category) -> [(Terms, Vec<ClaimKind>, Findings); 3] {
    let paid = Money::new(120_000, Currency::CNY);
    let terms = Terms {
        category,
        agent_operation: false,
        by_period: category == Category::Software,
        cycle_agreed: false,
        failed_modifications_agreed: None,
        paid,
        stage: Stage::Open,
    };
    let find = |facts: &[Fact]| {
        let mut findings = Findings::default();
        for fact in facts {
            findings.enter(*fact, Truth::Established);
        }
        findings.figures.kept_value_share = Share::of(2_500);
        findings.figures.service_cost = Some(10_000);
        findings
    };
    [
        (terms, vec![ClaimKind::Quality], find(&[Fact::Nonconforming, Fact::OverPromised, Fact::Delivered])),
        (terms, vec![ClaimKind::NotDelivered, ClaimKind::Quality], find(&[Fact::DoesNotMeanToPerform])),
        (
            terms,
            vec![ClaimKind::EffectNotAsAgreed],
            find(&[
                Fact::DeliveredLate,
                Fact::CooperationNotified,
                Fact::CooperationRequested,
                Fact::CooperationNeglected,
                Fact::MerchantDissatisfied,
            ]),
        ),
    ]
}
