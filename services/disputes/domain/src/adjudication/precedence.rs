//! The rules of precedence (X1–X17) as they were used: each use is a note with what prevailed, and over what.
use super::finding::{Findings, Stage, Terms, Truth};
use super::handling::goes_at_once;
use super::proof::Proof;
use super::recommendation::Prevailed;
use super::weighing::{Outcome, Weighing};
use kernel::RuleId;
use rulebook::standards::{Article, Fact, FactSet, Fault, Precedence, Remedy, Standards};

/// The notes of one case, no two alike.
#[derive(Default)]
pub(super) struct Notes(Vec<Prevailed>);

impl Notes {
    fn note(&mut self, rule: Precedence, article: RuleId, over: Option<RuleId>) {
        let note = Prevailed { rule: rule.rule(), article, over, why: rule.says().into() };
        if !self.0.contains(&note) {
            self.0.push(note);
        }
    }

    pub(super) fn into_list(self) -> Vec<Prevailed> {
        self.0
    }
}

/// What the standards themselves say: who takes away whose ground, who steps back, what stands beside.
pub(super) fn between_articles(notes: &mut Notes, standards: &Standards, weighing: &Weighing, proof: &Proof) {
    for article in weighing.holding.iter().filter(|article| !weighing.left.has(*article)) {
        if let Some((rule, before)) = weighing.gave_way(standards, article, proof) {
            notes.note(rule, before.rule(), Some(article.rule()));
        }
    }
    for standard in weighing.standing(standards) {
        for (rule, beside) in &standard.beside {
            notes.note(*rule, standard.article.rule(), Some(beside.clone()));
        }
    }
    if weighing.left.has(Article::P5) {
        notes.note(Precedence::X13, Article::P5.rule(), None);
    }
}

/// What facts decide: refusals, waivers, notices, contracts, courts, negotiation, the order of claims.
pub(super) fn on_facts(notes: &mut Notes, weighing: &Weighing, terms: &Terms, proof: &Proof, findings: &Findings) {
    let is = |fact| proof.established.has(fact);
    if is(Fact::ModificationRefused) && is(Fact::RequestNotObjective) {
        notes.note(Precedence::X2, Article::D2_5b.rule(), Some(Article::D2_5d.rule()));
    }
    if proof.refusal_counts && !proof.undelivered() {
        let counted = if weighing.holding.has(Article::D2_5d) { Article::D2_5d } else { Article::D2_4 };
        notes.note(Precedence::X2, counted.rule(), Some(Article::D2_5b.rule()));
    }
    if is(Fact::LateRoundWaived) && weighing.live.has(Article::D2_5d) {
        notes.note(Precedence::X3, Article::D2_5d.rule(), Some(Article::D2_5c.rule()));
    }
    if weighing.live.has(Article::D2_6) {
        notes.note(Precedence::X4, Article::D2_6.rule(), Some(Article::D2_7.rule()));
    }
    if is(Fact::ConflictingDescriptions) && (is(Fact::ContractDecides) || is(Fact::ContractContradictory)) {
        let agreement = RuleId::of("M4.2.a.5");
        if weighing.holding.has(Article::D2_2) {
            notes.note(Precedence::X8, Article::D2_2.rule(), Some(agreement));
        } else {
            notes.note(Precedence::X8, agreement, Some(Article::D2_2.rule()));
        }
    }
    if is(Fact::NotifiedOffPlatform) {
        notes.note(Precedence::X15, RuleId::of("M4.2.f.5"), Some(Article::D2_7.rule()));
    }
    if is(Fact::InCourt) {
        let (court, decision) = (RuleId::of("D1.5.2"), RuleId::of("D1.1.4"));
        match terms.stage {
            Stage::Open | Stage::Appealed => notes.note(Precedence::X10, court, Some(decision)),
            Stage::Decided => notes.note(Precedence::X10, decision, Some(court)),
        }
    }
    if is(Fact::KeepsService) {
        on_negotiation(notes, weighing, proof, findings);
    }
    let first = FactSet::of(&[Fact::Delivered, Fact::Accepted]);
    let then = FactSet::of(&[Fact::DescriptionUntrue, Fact::Nonconforming, Fact::EffectMissed]);
    if proof.at_issue.meets(first) && proof.at_issue.meets(then) {
        notes.note(Precedence::X11, RuleId::of("D1.4.3"), Some(RuleId::of("D1.4.4")));
    }
}

fn on_negotiation(notes: &mut Notes, weighing: &Weighing, proof: &Proof, findings: &Findings) {
    let negotiation = RuleId::of("N1");
    if goes_at_once(weighing, proof) {
        let urgent = [Article::D2_1, Article::P5].into_iter().find(|article| weighing.live.has(*article));
        notes.note(Precedence::X12, urgent.unwrap_or(Article::D2_4).rule(), Some(negotiation));
    } else if findings.truth(Fact::Negotiated) == Truth::NotEstablished {
        notes.note(Precedence::X12, negotiation, Some(RuleId::of("D1.3.1")));
    }
}

/// How the amount was settled: agreement (X1), cost (X5), what "partial" means (X7).
pub(super) fn on_amounts(
    notes: &mut Notes,
    standards: &Standards,
    weighing: &Weighing,
    outcome: &Outcome,
    findings: &Findings,
) {
    let Some(governing) = outcome.governing else { return };
    let standard = standards.of(governing);
    let measure = &outcome.measure;
    if measure.agreed && standard.unless_agreed {
        notes.note(Precedence::X1, RuleId::of("M4.2.a.1"), Some(governing.rule()));
        return;
    }
    if measure.agreed && outcome.remedy == Some(Remedy::Contract) {
        notes.note(Precedence::X8, governing.rule(), None);
    }
    let is_cost = findings.figures.service_cost.is_some_and(|cost| cost > 0);
    if is_cost && standard.fault == Fault::Provider {
        notes.note(Precedence::X5, governing.rule(), Some(Article::D2_10.rule()));
    }
    if measure.cost > 0 {
        notes.note(Precedence::X5, if measure.kept > 0 { Article::D2_10 } else { Article::D2_8 }.rule(), None);
    }
    if measure.kept > 0 && outcome.remedy == Some(Remedy::RefundAll) && !weighing.both_late_and_failed() {
        notes.note(Precedence::X5, Article::D2_9.rule(), Some(governing.rule()));
    }
    let chapter_three = governing >= Article::D3_1_1;
    if chapter_three && outcome.remedy != Some(Remedy::RefundAll) && (measure.priced || measure.cost > 0) {
        notes.note(Precedence::X7, governing.rule(), None);
    }
}
