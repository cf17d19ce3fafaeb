//! The appeal (W17): once, by either side, on new evidence or a named error, to another arbitrator. The decision stands
//! meanwhile and the money waits; court or police suspend the appeal (X10). New evidence is answered by the other side
//! first (W14). An appeal that is taken back leaves the other side what was left of the window.
use crate::adjudication::Fact;
use crate::bench::Bench;
use crate::casefile::{Clerk, EntryKind};
use crate::consequence::{Reversal, reverse};
use crate::decision::awarded;
use crate::event::{self, Event};
use crate::evidence::{Exhibit, drafting};
use crate::refusal::Refusal;
use crate::standing::spokesperson;
use crate::state::{Opened, Outcome, Phase, Ruling, Side};
use crate::suspension::Course;
use crate::{Ctx, clocks, wording};
use kernel::{Due, FileId, FileRef, RuleId};
use serde::{Deserialize, Serialize};
use strum::{Display, IntoStaticStr, VariantArray};

/// A decision under appeal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Appealed {
    /// The decision, which stands until the appeal is decided.
    pub ruling: Ruling,
    /// Which side appealed.
    pub by: Side,
    /// Whether the appeal is handled.
    pub course: Course,
    /// The second bench.
    pub bench: Bench,
}

/// What an appeal rests on; in a command, with the files by id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ground<F = FileRef> {
    /// Evidence that was not in the file; the items enter it with the appeal.
    NewEvidence {
        /// The items; one at least.
        exhibits: Vec<Exhibit<F>>,
        /// Why they could not be given in time (D1.4.2).
        #[serde(default)]
        why_not_before: String,
    },
    /// An error in the decision, named: articles wrongly applied or passed over, facts wrongly found.
    Error {
        /// Articles.
        articles: Vec<RuleId>,
        /// Facts.
        facts: Vec<Fact>,
    },
}

/// What became of the first decision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum AppealResult {
    /// It stays as it was.
    Upheld,
    /// Other amounts, or other things granted.
    Changed,
    /// The merchant gets something where it got nothing, or nothing where it got something.
    Reversed,
}

impl AppealResult {
    /// What the second outcome makes of the first.
    pub fn of(first: &Outcome, second: &Outcome) -> Self {
        let granted = |outcome: &Outcome| (outcome.extension_seconds, outcome.data_download);
        let gets = |outcome: &Outcome| outcome.to_merchant.is_positive() || outcome.compensation.is_positive();
        let is_same = (first.to_merchant, first.compensation) == (second.to_merchant, second.compensation)
            && granted(first) == granted(second);
        if is_same {
            Self::Upheld
        } else if gets(first) == gets(second) {
            Self::Changed
        } else {
            Self::Reversed
        }
    }

    /// What becomes of what the first outcome caused: where the same comes out, nothing moves.
    pub(crate) fn reversals(self, case: &Opened) -> Vec<Reversal> {
        match self {
            Self::Upheld => vec![],
            Self::Changed | Self::Reversed => reverse(&case.caused),
        }
    }
}

const W17: RuleId = RuleId::of("W17");

#[derive(Serialize)]
struct Paper<'a> {
    what: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    ground: Option<&'a Ground>,
    text: &'a str,
}

/// Either side, while the decision waits for it.
pub(crate) fn guard(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let by = spokesperson(case, ctx)?;
    match &case.phase {
        Phase::Decided(ruling) if ruling.appealed_by == Some(by.side) => Err(Refusal::AppealTakenBack),
        Phase::Decided(_) => Ok(()),
        Phase::Pending(_) => Err(Refusal::NotDecided),
        Phase::Appealed(_) => Err(Refusal::AlreadyAppealed),
        Phase::Closed(_) => Err(Refusal::Closed),
    }
}

/// Appeals.
pub(crate) fn appeal(case: &Opened, ground: &Ground<FileId>, text: &str, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let by = spokesperson(case, ctx)?;
    wording::required(text, "text", wording::STATEMENT)?;
    let ground = checked(case, ground, ctx)?;
    let mut clerk = Clerk::new(&case.file, ctx.now, ctx.party);
    let mut filed = vec![clerk.file(EntryKind::Appeal, None, &Paper { what: "appeal", ground: Some(&ground), text })];
    if let Ground::NewEvidence { exhibits, .. } = &ground {
        filed.extend(exhibits.iter().map(|exhibit| clerk.file(EntryKind::Item, Some(exhibit.id), exhibit)));
    }
    // Equal arms: what is new in the file is answered before it is decided on.
    let answer_by = match &ground {
        Ground::NewEvidence { .. } => Some(clocks::for_party(ctx, ctx.now, |rules| rules.evidence)),
        Ground::Error { .. } => None,
    };
    Ok(vec![Event::Appealed(Box::new(event::Appeal {
        by,
        text: text.to_owned(),
        decide_by: answer_by.is_none().then(|| clocks::for_staff(ctx, |rules| rules.appeal_decision)),
        answer_by,
        remind_at: answer_by.and_then(|due| clocks::reminder(ctx, due)),
        rules: if answer_by.is_some() { vec![W17, RuleId::of("W14")] } else { vec![W17] },
        ground,
        at: ctx.now,
        filed,
    }))])
}

/// The ground with its files, if it is one.
fn checked(case: &Opened, ground: &Ground<FileId>, ctx: &Ctx<'_>) -> Result<Ground, Refusal> {
    match ground {
        Ground::NewEvidence { exhibits, why_not_before } => {
            if exhibits.is_empty() {
                return Err(Refusal::AppealWithoutGround { field: "exhibits" });
            }
            // The appeal's own bound: what its side handed in or drafted before does not bar it (W17).
            let limit = ctx.procedure.evidence_items_per_side;
            if exhibits.len() > limit.into() {
                return Err(Refusal::ListTooLong { field: "exhibits" });
            }
            let exhibits: Vec<_> =
                exhibits.iter().map(|exhibit| drafting::complete(exhibit, ctx)).collect::<Result<_, _>>()?;
            wording::optional(why_not_before, "why_not_before", wording::STATEMENT)?;
            if why_not_before.trim().is_empty() {
                return Err(Refusal::NotShownWhyNotBefore);
            }
            are_new(case, &exhibits)?;
            Ok(Ground::NewEvidence { exhibits, why_not_before: why_not_before.clone() })
        }
        Ground::Error { articles, facts } => {
            if articles.is_empty() && facts.is_empty() {
                return Err(Refusal::AppealWithoutGround { field: "articles" });
            }
            if articles.len() > wording::LIST || facts.len() > wording::LIST {
                return Err(Refusal::ListTooLong { field: "articles" });
            }
            let unknown = articles.iter().find(|rule| !ctx.rules.articles.allow(rule, case.opening.category));
            match unknown {
                Some(rule) => Err(Refusal::RuleUnknown { rule: rule.clone() }),
                None => Ok(Ground::Error { articles: articles.clone(), facts: facts.clone() }),
            }
        }
    }
}

/// Each item brings something that is not in the file yet, whoever filed it: a file, or words where it has none.
fn are_new(case: &Opened, exhibits: &[Exhibit]) -> Result<(), Refusal> {
    let mut known = case.file.marks.clone();
    for (item, exhibit) in exhibits.iter().enumerate() {
        let marks = exhibit.marks();
        if marks.iter().all(|mark| known.contains(mark)) {
            return Err(Refusal::EvidenceNotNew { item: item + 1 });
        }
        known.extend(marks);
    }
    Ok(())
}

/// The side that appealed.
pub(crate) fn may_withdraw(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    let by = spokesperson(case, ctx)?;
    match &case.phase {
        Phase::Appealed(appealed) if appealed.by == by.side => Ok(()),
        Phase::Appealed(_) => Err(Refusal::NotYours),
        Phase::Pending(_) => Err(Refusal::NotDecided),
        Phase::Decided(_) => Err(Refusal::NotAppealed),
        Phase::Closed(_) => Err(Refusal::Closed),
    }
}

/// Takes the appeal back: the decision waits for what is left of its appeal window, in which the other side may still
/// appeal; where nothing is left, it is final.
pub(crate) fn withdraw(case: &Opened, text: &str, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let by = spokesperson(case, ctx)?;
    wording::optional(text, "text", wording::STATEMENT)?;
    let Some(ruling) = case.ruling() else { return Err(Refusal::NotDecided) };
    let mut clerk = Clerk::new(&case.file, ctx.now, ctx.party);
    let filed = clerk.file(EntryKind::Appeal, None, &Paper { what: "appeal withdrawn", ground: None, text });
    let withdrawn = Event::AppealWithdrawn { by, text: text.to_owned(), filed, rules: vec![W17] };
    let is_over = match ruling.appeal_by {
        Due::At(until) => until <= ctx.now,
        Due::Paused { .. } => false,
    };
    let mut events = vec![withdrawn];
    events.extend(is_over.then(|| awarded(&ruling.outcome, ctx)));
    Ok(events)
}
