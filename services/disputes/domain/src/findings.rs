//! Findings of fact (D1.4.1): what the arbitrator found, on which entries of the file, with reasons for every figure.
use crate::adjudication::{self, Fact, Figures, Recommendation, Stage, Standards, Terms, Truth, figures};
use crate::casefile::{Clerk, EntryKind};
use crate::decision::hold_anew;
use crate::event::{Entered, Event};
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
    /// The entries that they rest on.
    #[serde(default)]
    pub figures_rest_on: Vec<u32>,
    /// Why these figures.
    #[serde(default)]
    pub figure_reasons: String,
}

/// Figures as they were found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FoundFigures {
    /// The figures.
    pub figures: Figures,
    /// The entries that they rest on.
    pub rests_on: Vec<u32>,
    /// Why these figures.
    pub reasons: String,
}

/// Figures as the arbitrator enters them, all anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FigureFindings {
    /// As they were written.
    pub figures: figures::Written,
    /// The numbers of the entries that they rest on; at least one.
    pub rests_on: Vec<u32>,
    /// Why these figures.
    pub reasons: String,
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
    pub(crate) fn enter(&mut self, findings: &[Finding], figures: Option<&FoundFigures>) {
        for Finding { fact, truth, rests_on, .. } in findings {
            self.facts.insert(*fact, Found { truth: *truth, rests_on: rests_on.clone() });
        }
        if let Some(FoundFigures { figures, rests_on, reasons }) = figures {
            self.figures = *figures;
            self.figures_rest_on.clone_from(rests_on);
            self.figure_reasons.clone_from(reasons);
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
            failed_modifications_agreed: opening.terms.failed_modifications_agreed,
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
    figures: Option<&'a FoundFigures>,
}

/// Enters findings and, if given, all figures anew; a draft that waits for a second person falls.
pub(crate) fn enter(
    case: &Opened,
    findings: &[Finding],
    figures: Option<&FigureFindings>,
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
    let figures = figures.map(|figures| read_figures(case, figures)).transpose()?;
    let mut clerk = Clerk::new(&case.file, ctx.now, ctx.party);
    let mut events = hold_anew(case, ctx);
    let filed = clerk.file(EntryKind::Findings, None, &Paper { findings, figures: figures.as_ref() });
    events.push(Event::FindingsEntered(Entered {
        by: ctx.actor.sub.clone(),
        findings: findings.to_vec(),
        figures,
        filed,
        rules: vec![RuleId::of("D1.4.1"), RuleId::of("D1.2")],
    }));
    Ok(events)
}

/// Figures in the order's currency, with what carries them.
fn read_figures(case: &Opened, written: &FigureFindings) -> Result<FoundFigures, Refusal> {
    let FigureFindings { figures, rests_on, reasons } = written;
    wording::required(reasons, "figure_reasons", wording::STATEMENT)?;
    let paid = case.opening.amount;
    let figures = figures::read(figures, paid.currency).map_err(|wrong| Refusal::FigureMalformed { wrong })?;
    if figures.service_cost.is_some_and(|cost| cost > u64::try_from(paid.minor).unwrap_or(0)) {
        return Err(Refusal::CostAbovePaid);
    }
    check_entries(case, rests_on, "figures_rest_on")?;
    carried(case, rests_on, "figures")?;
    Ok(FoundFigures { figures, rests_on: rests_on.clone(), reasons: reasons.clone() })
}

fn check(case: &Opened, finding: &Finding) -> Result<(), Refusal> {
    wording::optional(&finding.note, "note", wording::SENTENCE)?;
    check_entries(case, &finding.rests_on, "rests_on")?;
    match finding.truth {
        Truth::Established => carried(case, &finding.rests_on, finding.fact.into()),
        Truth::NotEstablished | Truth::Open => Ok(()),
    }
}

/// Each is an entry of the file that counts: a record of the platform, or evidence that is not kept out.
pub(crate) fn check_entries(case: &Opened, entries: &[u32], field: &'static str) -> Result<(), Refusal> {
    if entries.len() > wording::FACTS * 3 {
        return Err(Refusal::ListTooLong { field });
    }
    let file = &case.file;
    entries.iter().try_for_each(|number| match file.items.get(number) {
        None if file.is_record(*number) => Ok(()),
        None => Err(Refusal::EntryNoEvidence { entry: *number }),
        Some(item) if !item.counts() => Err(Refusal::EntryNotAdmitted { entry: *number }),
        Some(_) => Ok(()),
    })
}

/// What is found rests on something, and what the other side disputes not on reference vouchers alone (D1.2).
fn carried(case: &Opened, entries: &[u32], what: &'static str) -> Result<(), Refusal> {
    if entries.is_empty() {
        return Err(Refusal::FindingWithoutEvidence { what });
    }
    let carries = |number: &u32| case.file.items.get(number).is_none_or(crate::evidence::Item::carries);
    if entries.iter().any(carries) { Ok(()) } else { Err(Refusal::ReferenceAlone { what }) }
}
