//! Adjudication: the standards of the edition, applied to findings of fact and to the order's terms and amounts.
//!
//! Owns: how standards combine (who is responsible, which article goes first, how much), the recommendation with its
//! grounds, JSON lines for the command line, the readable table of standards. Does not own: the standards themselves
//! (rulebook data), who enters findings and who decides (the case), any clock.
//!
//! Invariants: [`adjudicate`] is total and deterministic; every recommendation names at least one article; the
//! merchant's part (rounded down) and the provider's sum to what was paid; what is open counts against its bearer and
//! is named. Start at [`adjudicate`]; then `weighing` (which article), `measure` (how much), `grounds` (why).
pub mod figures;
mod finding;
mod grounds;
mod handling;
pub mod lines;
mod measure;
mod precedence;
mod proof;
mod recommendation;
mod schema;
mod table;
mod weighing;

pub use finding::{Figures, Findings, Share, Stage, Terms, Truth};
pub use kernel::ClaimKind;
pub use recommendation::{
    Applied, Because, Burden, Considered, Contribution, Handling, OpenQuestion, Prevailed, Question, Recommendation,
    Refund, ServiceCost,
};
pub use rulebook::standards::{Article, Bearer, Fact, FactSet, Figure, Precedence, Standards};
pub use schema::schema;
pub use table::render;

use kernel::Money;
use measure::Measure;
use proof::Proof;
use rulebook::standards::Grant;
use weighing::Weighing;

/// The outcome that follows from these findings under these standards.
///
/// Total: whatever is missing counts against its bearer and stands in `open_questions`. The same input gives the same
/// output. `claims` may repeat; their order decides nothing but the order of `burdens`.
pub fn adjudicate(standards: &Standards, terms: &Terms, claims: &[ClaimKind], findings: &Findings) -> Recommendation {
    let proof = Proof::of(standards, terms, claims, findings);
    let weighing = Weighing::of(standards, terms, &proof, findings);
    let outcome = weighing.outcome(standards, terms, &proof, findings);
    let currency = terms.paid.currency;
    let money = |minor: u64| Money::new(i64::try_from(minor).unwrap_or(i64::MAX), currency);
    let paid = measure::paid(terms);
    let Measure { to_merchant, kept, cost, .. } = outcome.measure;
    let granted = |grant| weighing.standing(standards).any(|standard| standard.grants.contains(&grant));
    let liability = granted(Grant::Liability);
    let losses = if liability { findings.figures.losses.unwrap_or(0) } else { 0 };
    let found_cost = findings.figures.service_cost.unwrap_or(0).min(paid);
    let prevailed = grounds::prevailed(standards, &weighing, &outcome, &proof, terms, findings);
    let burdens = proof.burdens(claims, findings);
    Recommendation {
        refund: refund(to_merchant, paid),
        to_merchant: money(to_merchant),
        to_provider: money(paid - to_merchant),
        kept_value: money(kept),
        service_cost: ServiceCost { by_merchant: money(cost), by_provider: money(found_cost.saturating_sub(cost)) },
        compensation: money(losses),
        liability,
        extension_seconds: outcome.measure.extension,
        data_download: granted(Grant::DataDownload),
        contract_governs: outcome.contract_governs,
        completed: outcome.completed,
        handling: handling::of(&weighing, terms, &proof, findings),
        articles: grounds::articles(standards, &weighing, &outcome, &proof, terms, findings, &burdens),
        considered: grounds::considered(standards, &weighing, terms, &proof, &prevailed),
        open_questions: grounds::open_questions(standards, &weighing, &outcome, terms, &proof, findings),
        prevailed,
        burdens,
    }
}

fn refund(to_merchant: u64, paid: u64) -> Refund {
    if to_merchant == 0 {
        Refund::None
    } else if to_merchant == paid {
        Refund::Full
    } else {
        Refund::Partial
    }
}
