//! Findings of fact (D1.4.1): what the arbitrator found, on which entries of the file, with reasons for every figure.
use crate::adjudication::{self, Fact, Figures, Recommendation, Stage, Standards, Terms, Truth};
use crate::casefile::{Clerk, EntryKind};
use crate::decision::hold_anew;
use crate::event::Event;
use crate::refusal::Refusal;
use crate::standing::seat;
use crate::state::{Ending, Opened, Phase};
use crate::{Ctx, wording};
use kernel::RuleId;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One finding, as the arbitrator enters it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The fact.
    pub fact: Fact,
    /// How far it is proved.
    pub truth: Truth,
    /// The numbers of the entries that it rests on; an established fact needs one at least.
    pub rests_on: Vec<u32>,
    /// Why; may be empty.
    pub note: String,
}

/// What was found of one fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// How far it is proved.
    pub truth: Truth,
    /// The entries that it rests on.
    pub rests_on: Vec<u32>,
}

/// All that was found in a case so far.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundFacts {
    /// Fact by fact.
    pub facts: BTreeMap<Fact, Found>,
    /// The figures.
    pub figures: Figures,
}

impl FoundFacts {
    /// As an adjudication takes them.
    pub fn findings(&self) -> adjudication::Findings {
        let mut findings = adjudication::Findings::default();
        findings.figures = self.figures;
        for (fact, found) in &self.facts {
            findings.enter(*fact, found.truth);
        }
        findings
    }

    /// Replaces what is named.
    pub(crate) fn enter(&mut self, findings: &[Finding], figures: Option<&Figures>) {
        for Finding { fact, truth, rests_on, .. } in findings {
            self.facts.insert(*fact, Found { truth: *truth, rests_on: rests_on.clone() });
        }
        if let Some(figures) = figures {
            self.figures = *figures;
        }
    }
}

impl Opened {
    /// The order's terms, as an adjudication takes them.
    pub fn terms(&self) -> Terms {
        let opening = &self.opening;
        Terms {
            category: opening.category,
            agent_operation: opening.terms.agent_operation,
            by_period: opening.terms.by_period,
            cycle_agreed: opening.terms.cycle_agreed,
            paid: opening.amount,
            stage: match &self.phase {
                Phase::Pending(_) => Stage::Open,
                Phase::Decided(_) | Phase::Closed(_) => Stage::Decided,
                Phase::Appealed(_) => Stage::Appealed,
            },
        }
    }

    /// Whether the parties see what was found: once a decision rests on it, and none is being made.
    pub fn tells_findings(&self) -> bool {
        match &self.phase {
            Phase::Pending(_) | Phase::Appealed(_) => false,
            Phase::Decided(_) => true,
            Phase::Closed(closed) => closed.ending == Ending::Resolved,
        }
    }

    /// What follows from the findings so far under these standards: shown beside the draft of a decision.
    pub fn recommendation(&self, standards: &Standards) -> Recommendation {
        adjudication::adjudicate(standards, &self.terms(), &self.claims, &self.found.findings())
    }
}

/// What is filed.
#[derive(Serialize)]
struct Paper<'a> {
    findings: &'a [Finding],
    #[serde(skip_serializing_if = "Option::is_none")]
    figures: Option<&'a Figures>,
    figure_reasons: &'a str,
}

/// Enters findings and, if given, all figures anew; a draft that waits for a second person falls.
pub(crate) fn enter(
    case: &Opened,
    findings: &[Finding],
    figures: Option<&Figures>,
    figure_reasons: &str,
    ctx: &Ctx<'_>,
) -> Result<Vec<Event>, Refusal> {
    seat(case, ctx)?;
    if findings.is_empty() && figures.is_none() {
        return Err(Refusal::FactsMissing);
    }
    if findings.len() > wording::LIST {
        return Err(Refusal::ListTooLong { field: "findings" });
    }
    findings.iter().try_for_each(|finding| check(case, finding))?;
    wording::optional(figure_reasons, "figure_reasons", wording::STATEMENT)?;
    if let Some(figures) = figures {
        wording::required(figure_reasons, "figure_reasons", wording::STATEMENT)?;
        let paid = u64::try_from(case.opening.amount.minor).unwrap_or(0);
        if figures.service_cost.is_some_and(|cost| cost > paid) {
            return Err(Refusal::CostAbovePaid);
        }
    }
    let mut clerk = Clerk::new(&case.file, ctx.now, ctx.party);
    let mut events = hold_anew(case, ctx);
    events.push(Event::FindingsEntered {
        by: ctx.actor.sub.clone(),
        findings: findings.to_vec(),
        figures: figures.copied(),
        figure_reasons: figure_reasons.to_owned(),
        filed: clerk.file(EntryKind::Findings, None, &Paper { findings, figures, figure_reasons }),
        rules: vec![RuleId::of("D1.4.1"), RuleId::of("D1.2")],
    });
    Ok(events)
}

fn check(case: &Opened, finding: &Finding) -> Result<(), Refusal> {
    wording::optional(&finding.note, "note", wording::SENTENCE)?;
    if finding.rests_on.len() > wording::FACTS * 3 {
        return Err(Refusal::ListTooLong { field: "rests_on" });
    }
    let file = &case.file;
    for number in &finding.rests_on {
        match file.items.get(number) {
            None if file.is_record(*number) => {}
            None => return Err(Refusal::EntryNoEvidence { entry: *number }),
            Some(item) if !item.counts() => return Err(Refusal::EntryNotAdmitted { entry: *number }),
            Some(_) => {}
        }
    }
    if finding.truth != Truth::Established {
        return Ok(());
    }
    if finding.rests_on.is_empty() {
        return Err(Refusal::FindingWithoutEvidence { fact: finding.fact });
    }
    // D1.2: what the other side disputes is not established by reference vouchers alone.
    let carries = |number: &u32| file.items.get(number).is_none_or(crate::evidence::Item::carries);
    if finding.rests_on.iter().any(carries) { Ok(()) } else { Err(Refusal::ReferenceAlone { fact: finding.fact }) }
}
