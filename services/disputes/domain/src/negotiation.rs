//! The negotiation stage (D1.1.2): refusal of a refund, the long window, the end of the window, withdrawal.
use crate::casefile::{Clerk, EntryKind};
use crate::event::Event;
use crate::proposals::Paper;
use crate::refusal::Refusal;
use crate::standing::{spokesperson, spokesperson_of};
use crate::state::{Extension, Negotiation, Opened, Outcome, Side};
use crate::{Ctx, clocks, wording};
use kernel::{Due, Money, RuleId, Time};

impl Negotiation {
    /// Whether nothing is left but escalation: the provider has answered, and refused or the window has passed. W13
    /// runs then, unless a proposal is on the table.
    pub(crate) fn is_over(&self) -> bool {
        self.answer_by.is_none() && self.until.is_none()
    }
}

/// The provider, once.
pub(crate) fn may_refuse(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    spokesperson_of(Side::Provider, case, ctx)?;
    if case.negotiation()?.refused { Err(Refusal::AlreadyRefused) } else { Ok(()) }
}

/// A7: no refund, with reasons. Answers the application, ends the window, clears the table; both sides may escalate.
pub(crate) fn refuse(case: &Opened, reasons: &str, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let by = spokesperson(case, ctx)?;
    wording::required(reasons, "reasons", wording::STATEMENT)?;
    let paper = Paper { what: "refund refused", to_merchant: None, text: reasons };
    let mut clerk = Clerk::new(&case.file, ctx.now, ctx.party);
    Ok(vec![Event::RefundRefused {
        by,
        reasons: reasons.to_owned(),
        filed: vec![clerk.file(EntryKind::Negotiation, None, &paper)],
        escalate_by: clocks::for_party(ctx, ctx.now, |rules| rules.escalation),
        rules: vec![RuleId::of("A7")],
    }])
}

/// Either side, while the window runs and was not prolonged.
pub(crate) fn may_extend(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    spokesperson(case, ctx)?;
    let negotiation = case.negotiation()?;
    if negotiation.until.is_none() {
        return Err(Refusal::NegotiationOver);
    }
    match negotiation.extension {
        Extension::None | Extension::WantedBy(_) => Ok(()),
        Extension::Agreed => Err(Refusal::AlreadyExtended),
    }
}

/// W12: the second side to want it prolongs the window, counted from the opening.
///
/// Agreeing to talk for longer answers the application for the time being: an answer still due moves along.
pub(crate) fn extend(case: &Opened, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let by = spokesperson(case, ctx)?;
    let negotiation = case.negotiation()?;
    match negotiation.extension {
        Extension::WantedBy(side) if side != by.side => {
            let until = clocks::for_party(ctx, case.opened_at, |rules| rules.negotiation_extended);
            let until = negotiation.until.and_then(instant).map_or(until, |current| current.max(until));
            Ok(vec![Event::NegotiationExtended { by, until, answer_by: negotiation.answer_by.map(|_| until) }])
        }
        Extension::None => Ok(vec![Event::LongerNegotiationWanted { by }]),
        Extension::WantedBy(_) | Extension::Agreed => Ok(vec![]),
    }
}

/// W12: the window has passed. A proposal on the table keeps its own time.
pub(crate) fn ended(case: &Opened, ctx: &Ctx<'_>) -> Option<Event> {
    let pending = case.pending().ok()?;
    let is_last_word = pending.proposal.is_none() && case.negotiation().ok()?.answer_by.is_none();
    Some(Event::NegotiationEnded {
        escalate_by: is_last_word.then(|| clocks::for_party(ctx, ctx.now, |rules| rules.escalation)),
        rules: vec![RuleId::of("W12"), RuleId::of("N1")],
    })
}

/// The merchant, until the case is decided.
pub(crate) fn may_withdraw(case: &Opened, ctx: &Ctx<'_>) -> Result<(), Refusal> {
    spokesperson_of(Side::Merchant, case, ctx)?;
    case.pending().map(|_| ())
}

/// The merchant takes the application back; the order goes on.
pub(crate) fn withdraw(case: &Opened, text: &str, ctx: &Ctx<'_>) -> Result<Vec<Event>, Refusal> {
    let by = spokesperson(case, ctx)?;
    wording::optional(text, "text", wording::STATEMENT)?;
    let outcome = nothing_moves(case, "D1.3.1", ctx.now);
    Ok(vec![Event::Withdrawn { by: Some(by), text: text.to_owned(), outcome }])
}

/// W13: nobody escalated in time.
pub(crate) fn withdrawn_by_silence(case: &Opened, ctx: &Ctx<'_>) -> Event {
    Event::Withdrawn { by: None, text: String::new(), outcome: nothing_moves(case, "W13", ctx.now) }
}

fn nothing_moves(case: &Opened, rule: &'static str, at: Time) -> Outcome {
    let nothing = Money::zero(case.opening.amount.currency);
    Outcome {
        to_merchant: nothing,
        compensation: nothing,
        extension_seconds: None,
        data_download: false,
        rules: vec![RuleId::of(rule)],
        edition: case.opening.edition.clone(),
        at,
    }
}

fn instant(due: Due) -> Option<Time> {
    match due {
        Due::At(at) => Some(at),
        Due::Paused { .. } => None,
    }
}
