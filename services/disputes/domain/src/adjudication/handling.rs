//! What is to be done with an outcome now: court and police (X10), negotiation first (N1, X12).
use super::finding::{Findings, Stage, Terms, Truth};
use super::proof::Proof;
use super::recommendation::Handling;
use super::weighing::Weighing;
use rulebook::standards::{Article, Fact};

pub(super) fn of(weighing: &Weighing, terms: &Terms, proof: &Proof, findings: &Findings) -> Handling {
    if proof.established.has(Fact::InCourt) {
        return match terms.stage {
            Stage::Open => Handling::Suspend,
            Stage::Decided => Handling::CarryOut,
            Stage::Appealed => Handling::SuspendAppeal,
        };
    }
    let keeps = proof.established.has(Fact::KeepsService);
    if keeps && findings.truth(Fact::Negotiated) == Truth::NotEstablished && !goes_at_once(weighing, proof) {
        return Handling::NegotiateFirst;
    }
    Handling::Decide
}

/// X12: what N1 does not hold back.
pub(super) fn goes_at_once(weighing: &Weighing, proof: &Proof) -> bool {
    proof.undelivered() || weighing.live.has(Article::D2_1) || weighing.live.has(Article::P5)
}
