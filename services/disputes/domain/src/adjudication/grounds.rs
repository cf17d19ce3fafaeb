//! Why: which articles the outcome rests on, which were considered, what is still open.
use super::finding::{Findings, Terms};
use super::measure::{Measure, Missing};
use super::precedence;
use super::proof::Proof;
use super::recommendation::{Applied, Because, Burden, Considered, Contribution, OpenQuestion, Prevailed, Question};
use super::weighing::{Outcome, Weighing, fits, touched};
use kernel::{Money, RuleId};
use rulebook::standards::{Article, Bearer, Fact, FactSet, Figure, Grant, Limb, Remedy, Standard, Standards};

/// The articles the outcome rests on, the governing one first.
pub(super) fn articles(
    standards: &Standards,
    weighing: &Weighing,
    outcome: &Outcome,
    proof: &Proof,
    terms: &Terms,
    findings: &Findings,
    burdens: &[Burden],
) -> Vec<Applied> {
    let mut applied = Vec::with_capacity(4);
    let money = |minor: u64| Some(Money::new(i64::try_from(minor).unwrap_or(i64::MAX), terms.paid.currency));
    if let Some(article) = outcome.governing {
        let standard = standards.of(article);
        let contribution = if outcome.measure.agreed && standard.unless_agreed {
            Contribution::Contract
        } else {
            outcome.remedy.map_or(Contribution::NoRefund, contribution)
        };
        applied.push(on_limb(standard, weighing, proof, contribution, money(outcome.measure.to_merchant)));
        fill(&mut applied, article, &outcome.measure, money);
    }
    for standard in weighing.standing(standards).filter(|standard| outcome.governing != Some(standard.article)) {
        if let Some((remedy, measure)) = weighing.measure(standard, terms, proof, findings) {
            applied.push(on_limb(standard, weighing, proof, contribution(remedy), money(measure.to_merchant)));
        }
    }
    for standard in weighing.standing(standards) {
        for grant in &standard.grants {
            let (contribution, amount) = match grant {
                Grant::DataDownload => (Contribution::DataDownload, None),
                Grant::Liability => (Contribution::Liability, findings.figures.losses.and_then(money)),
            };
            applied.push(Applied { article: standard.article.rule(), contribution, amount, on: FactSet::EMPTY });
        }
    }
    for article in weighing.unread.iter() {
        applied.push(on_limb(standards.of(article), weighing, proof, Contribution::ContractUnread, None));
    }
    by_burden(&mut applied, outcome, burdens);
    applied
}

/// What D2.8, D2.9 and D2.10 take off the refund of the governing article.
fn fill(applied: &mut Vec<Applied>, governing: Article, measure: &Measure, money: impl Fn(u64) -> Option<Money>) {
    let own = matches!(governing, Article::D2_8 | Article::D2_9 | Article::D2_10).then_some(governing);
    if measure.priced {
        applied.push(Applied {
            article: own.unwrap_or(Article::D2_9).rule(),
            contribution: Contribution::PriceOfKept,
            amount: money(measure.kept),
            on: FactSet::EMPTY,
        });
    }
    if measure.cost > 0 {
        let article = if measure.kept > 0 { Article::D2_10 } else { Article::D2_8 };
        applied.push(Applied {
            article: own.unwrap_or(article).rule(),
            contribution: Contribution::ServiceCost,
            amount: money(measure.cost),
            on: FactSet::EMPTY,
        });
    }
}

/// D1.4: what the burden of proof contributes. Where no article applies, it alone decides.
fn by_burden(applied: &mut Vec<Applied>, outcome: &Outcome, burdens: &[Burden]) {
    let rests_on = applied.iter().fold(FactSet::EMPTY, |all, entry| all.or(entry.on));
    let alone = outcome.governing.is_none();
    for burden in burdens {
        let contribution = match (burden.against, burden.bearer) {
            (Some(_), Bearer::Provider) if rests_on.has(burden.fact) => Contribution::BurdenNotMet,
            (Some(_), Bearer::Merchant) if alone => Contribution::BurdenNotMet,
            _ if alone => Contribution::ClaimFails,
            _ => continue,
        };
        let on = FactSet::of(&[burden.fact]);
        let entry = Applied { article: burden.rule.clone(), contribution, amount: None, on };
        if !applied.contains(&entry) {
            applied.push(entry);
        }
    }
    if applied.is_empty() {
        let contribution = Contribution::BurdenNotMet;
        applied.push(Applied { article: RuleId::of("D1.4.5"), contribution, amount: None, on: FactSet::EMPTY });
    }
}

fn on_limb(
    standard: &Standard,
    weighing: &Weighing,
    proof: &Proof,
    contribution: Contribution,
    amount: Option<Money>,
) -> Applied {
    let on = weighing.limb(standard).map_or(FactSet::EMPTY, |limb| holding(limb, proof));
    Applied { article: standard.article.rule(), contribution, amount, on }
}

/// The facts, established or unproven, by which a limb holds.
fn holding(limb: &Limb, proof: &Proof) -> FactSet {
    limb.when.iter().fold(FactSet::EMPTY, |all, clause| {
        all.or(clause.established.and(proof.established)).or(clause.unproven.and(proof.unproven))
    })
}

fn contribution(remedy: Remedy) -> Contribution {
    match remedy {
        Remedy::RefundAll => Contribution::RefundOfAll,
        Remedy::RefundLessKept => Contribution::RefundLessKept,
        Remedy::RefundUnused | Remedy::RefundLost => Contribution::RefundByTime,
        Remedy::LessCost | Remedy::LessValue | Remedy::LessValueAndCost => Contribution::RefundOfRest,
        Remedy::NoRefund => Contribution::NoRefund,
        Remedy::Completed => Contribution::Completed,
        Remedy::Extension => Contribution::Extension,
        Remedy::Contract => Contribution::Contract,
        Remedy::Settlement => Contribution::Settlement,
        Remedy::Withdrawal => Contribution::Withdrawal,
    }
}

/// The articles that were considered: whose facts were named or put in issue, and that did not decide.
pub(super) fn considered(
    standards: &Standards,
    weighing: &Weighing,
    terms: &Terms,
    proof: &Proof,
    prevailed: &[Prevailed],
) -> Vec<Considered> {
    let mut considered = Vec::with_capacity(8);
    for article in &weighing.articles {
        let standard = standards.of(*article);
        if weighing.holding.has(*article) {
            if !weighing.left.has(*article) {
                let rule = article.rule();
                let behind = prevailed.iter().find(|entry| entry.over.as_ref() == Some(&rule));
                considered.push(Considered {
                    article: rule,
                    because: Because::GaveWay,
                    not_established: FactSet::EMPTY,
                    excluded_by: FactSet::EMPTY,
                    behind: behind.map(|entry| entry.article.clone()),
                });
            }
        } else if !weighing.unread.has(*article) && touched(standard, proof) {
            considered.push(wanting(standard, terms, proof));
        }
    }
    considered
}

/// Why an article does not apply, by the limb that comes nearest.
fn wanting(standard: &Standard, terms: &Terms, proof: &Proof) -> Considered {
    let nearest = standard.limbs.iter().map(|limb| lack(limb, proof)).min_by_key(|lack| lack.clauses);
    let Lack { absent, excluding, .. } = nearest.unwrap_or_default();
    let because = if !fits(standard, terms) {
        Because::Terms
    } else if excluding.is_empty() {
        Because::NotEstablished
    } else {
        Because::Excluded
    };
    Considered {
        article: standard.article.rule(),
        because,
        not_established: absent,
        excluded_by: excluding,
        behind: None,
    }
}

/// What a limb lacks.
#[derive(Clone, Copy, Default)]
struct Lack {
    clauses: usize,
    absent: FactSet,
    excluding: FactSet,
    /// Every clause that fails could still hold: one of its facts is open.
    within_reach: bool,
    /// Some clause holds already by something that was found.
    begun: bool,
}

fn lack(limb: &Limb, proof: &Proof) -> Lack {
    let unless: FactSet = limb.unless.iter().copied().collect();
    let excluding = unless.and(proof.established);
    let mut lack = Lack { excluding, within_reach: excluding.is_empty(), ..Lack::default() };
    for clause in &limb.when {
        if clause.holds(proof.established, proof.unproven) {
            let disproved = clause.unproven.and(proof.unproven).without(proof.open);
            lack.begun |= clause.established.meets(proof.established) || !disproved.is_empty();
            continue;
        }
        lack.clauses += 1;
        lack.absent = lack.absent.or(clause.established);
        lack.excluding = lack.excluding.or(clause.unproven.and(proof.established));
        lack.within_reach &= clause.established.meets(proof.open);
    }
    lack
}

/// What is not found yet and could change the outcome, with who bears the burden.
pub(super) fn open_questions(
    standards: &Standards,
    weighing: &Weighing,
    outcome: &Outcome,
    terms: &Terms,
    proof: &Proof,
    findings: &Findings,
) -> Vec<OpenQuestion> {
    let mut facts = proof.at_issue.or(findings.listed_open());
    let mut figures = outcome.measure.missing;
    for article in &weighing.articles {
        let standard = standards.of(*article);
        if weighing.left.has(*article) {
            // What the other side may still prove against it.
            if let Some(limb) = weighing.limb(standard) {
                let unproven =
                    limb.when.iter().fold(facts, |facts, clause| facts.or(clause.unproven.and(proof.unproven)));
                facts = limb.unless.iter().fold(unproven, |facts, fact| facts.with(*fact));
            }
        } else if !weighing.holding.has(*article) && fits(standard, terms) {
            let begun =
                standard.limbs.iter().map(|limb| lack(limb, proof)).filter(|lack| lack.begun && lack.within_reach);
            facts = begun.fold(facts, |facts, lack| facts.or(lack.absent));
        }
        if weighing.left.has(*article)
            && standard.grants.contains(&Grant::Liability)
            && findings.figures.losses.is_none()
        {
            figures = figures.with(Figure::Losses);
        }
    }
    for article in weighing.unread.iter() {
        let settled = article == Article::D1_6_1;
        figures = figures.with(if settled { Figure::SettlementToMerchant } else { Figure::AgreedToMerchant });
    }
    questions(facts.and(proof.open), figures)
}

fn questions(facts: FactSet, figures: Missing) -> Vec<OpenQuestion> {
    let fact = |fact: Fact| {
        let (bearer, rule) = fact.bearer();
        OpenQuestion { about: Question::Fact(fact), asks: fact.asks().into(), bearer, rule }
    };
    let figure = |figure: Figure| {
        let (bearer, rule) = figure.bearer();
        OpenQuestion { about: Question::Figure(figure), asks: figure.asks().into(), bearer, rule }
    };
    facts.iter().map(fact).chain(figures.iter().map(figure)).collect()
}

/// Which article went before which.
pub(super) fn prevailed(
    standards: &Standards,
    weighing: &Weighing,
    outcome: &Outcome,
    proof: &Proof,
    terms: &Terms,
    findings: &Findings,
) -> Vec<Prevailed> {
    let mut notes = precedence::Notes::default();
    precedence::between_articles(&mut notes, standards, weighing, proof);
    precedence::on_facts(&mut notes, weighing, terms, proof, findings);
    precedence::on_amounts(&mut notes, standards, weighing, outcome, findings);
    notes.into_list()
}
