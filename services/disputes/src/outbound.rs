//! What is told of a case: `contracts::disputes::Case`, after each fact that others decide on; what the parties must hear
//! besides is told in `recorded`.
use crate::{statement, timeline};
use contracts::{Record, Recorded, disputes};
use disputes_domain::{Case, Cases, Event, Opened, Outcome, Reminder, Side, Timer};
use engine::{Entry, Outbound};
use kernel::{CaseId, Due, Machine, Time};
use uuid::Uuid;

/// Who is told of an event.
enum Telling<'a> {
    /// Other contexts, by the fact of this name.
    Fact(&'static str, Option<&'a Outcome>),
    /// The parties. With the side that acted, or that was asked or reminded.
    Recorded(Option<Side>),
    /// Nobody: it happens in the arbitrators' queue, or in a side's drafts.
    Nobody,
}

/// The message of an entry.
pub(crate) fn told(entry: &Entry<Cases>, after: &Case) -> Option<Outbound> {
    let (fact, outcome) = match telling(&entry.event) {
        Telling::Fact(fact, outcome) => (fact, outcome),
        Telling::Recorded(side) => return recorded(entry, after, side),
        Telling::Nobody => return None,
    };
    let mut payload = payload(entry.id, after.opened()?, outcome);
    if let (Some(outcome), Event::Decided { decision, record, .. } | Event::AppealDecided { decision, record, .. }) =
        (&mut payload.outcome, &entry.event)
    {
        outcome.statement = Some(statement::told(record, decision));
    }
    Outbound::of(fact, &payload)
}

fn telling(event: &Event) -> Telling<'_> {
    use Telling::{Fact, Nobody, Recorded};
    match event {
        Event::Opened { .. } => Fact("opened", None),
        Event::Escalated { .. } => Fact("escalated", None),
        Event::DecisionOverdue { .. } => Fact("decision_overdue", None),
        Event::Settled { outcome, .. } => Fact("settled", Some(outcome)),
        Event::Withdrawn { outcome, .. } => Fact("withdrawn", Some(outcome)),
        Event::Decided { outcome, .. } => Fact("decided", Some(outcome)),
        Event::Awarded { outcome } => Fact("awarded", Some(outcome)),
        Event::Suspended { .. } => Fact("suspended", None),
        Event::SuspensionReviewDue { .. } => Fact("suspension_review_due", None),
        Event::Resumed { .. } => Fact("resumed", None),
        Event::Appealed { .. } => Fact("appealed", None),
        Event::AppealDecided { outcome, .. } => Fact("appeal_decided", Some(outcome)),
        Event::ForumFollowed(it) => Fact("forum_followed", Some(&it.outcome)),
        Event::EvidenceRequested { of, .. } => Recorded(Some(*of)),
        Event::Reminded { side, .. } | Event::EvidenceLapsed { side, .. } => Recorded(Some(*side)),
        Event::ProposalDeclined { by, .. } => Recorded(by.as_ref().map(|by| by.side)),
        Event::ProceedingsReported(report) => Recorded(Some(report.by.side)),
        Event::Proposed { by, settles: false, .. }
        | Event::AppealWithdrawn { by, .. }
        | Event::RefundRefused { by, .. }
        | Event::LongerNegotiationWanted { by }
        | Event::NegotiationExtended { by, .. }
        | Event::ClaimAdded { by, .. }
        | Event::EvidenceSealed { by, other_due: Some(_), .. }
        | Event::EvidenceLate { by, .. }
        | Event::EvidenceContested { by, .. }
        | Event::SuspensionWanted { by, .. }
        | Event::SuspensionRenewed { by, .. } => Recorded(Some(by.side)),
        Event::NegotiationEnded { .. } | Event::EvidenceExchanged { .. } | Event::EvidenceRuled { .. } => {
            Recorded(None)
        }
        // It answers a notice.
        Event::NoticeServed(_)
        | Event::Claimed { .. }
        | Event::Released { .. }
        | Event::LeaseLapsed { .. }
        | Event::HandedOver { .. }
        | Event::ConflictDeclared { .. }
        | Event::RecordsFiled { .. }
        | Event::EvidenceDrafted { .. }
        | Event::EvidenceDiscarded { .. }
        | Event::EvidenceSealed { other_due: None, .. }
        | Event::FindingsEntered { .. }
        | Event::DecisionDrafted { .. }
        | Event::DecisionReturned { .. }
        // What is agreed at once needs no answer: the settlement tells it.
        | Event::Proposed { settles: true, .. }
        | Event::ConsequencesRecorded { .. } => Nobody,
    }
}

/// An entry that nobody decides on, as both sides see it on the timeline.
fn recorded(entry: &Entry<Cases>, after: &Case, side: Option<Side>) -> Option<Outbound> {
    let name: &'static str = (&entry.event).into();
    let said = timeline::said(&entry.event);
    let mut record = Record::of(name, entry.version, &said.rules).saying(&said.text);
    (record.due, record.amount) = (said.details.due_at, said.details.amount);
    record.side = side.map(Side::party);
    if let Event::Reminded { side, of, .. } = &entry.event {
        record.of = Some(of.to_string());
        record.due = passes(after, *side, *of);
    }
    if let (Event::AppealWithdrawn { .. }, Some(ruling)) = (&entry.event, after.opened().and_then(Opened::ruling)) {
        // Where nothing is left of the appeal window, the award comes with it.
        record.due = instant(ruling.appeal_by).filter(|until| *until > entry.at);
    }
    if let Event::EvidenceExchanged { rebut_by, decide_by, .. } = &entry.event {
        let round = if rebut_by.is_some() { "rebuttal" } else { "closed" };
        (record.of, record.due) = (Some(round.into()), rebut_by.or(*decide_by));
    }
    Outbound::of("recorded", &Recorded { after: payload(entry.id, after.opened()?, None), record })
}

/// When the clock passes that a side was reminded of.
fn passes(after: &Case, side: Side, of: Reminder) -> Option<Time> {
    let timers: &[Timer] = match of {
        Reminder::Answer => &[Timer::Answer],
        Reminder::Evidence => &[Timer::Evidence],
        Reminder::Proceedings => &[Timer::ProofOfFiling, Timer::ProceedingsReport],
    };
    let mut clocks = Cases::deadlines(after).into_iter();
    let clock = clocks.find(|clock| clock.party == side.party() && timers.contains(&clock.timer))?;
    instant(clock.due)
}

fn instant(due: Due) -> Option<Time> {
    if let Due::At(at) = due { Some(at) } else { None }
}

fn payload(id: Uuid, case: &Opened, outcome: Option<&Outcome>) -> disputes::Case {
    disputes::Case {
        case: CaseId(id),
        order: case.opening.order,
        provider: case.opening.provider,
        merchant: case.opening.merchant,
        stage: case.stage().into(),
        status: case.status().into(),
        open: case.is_open(),
        outcome: outcome.map(|outcome| disputes::Outcome {
            to_merchant: outcome.to_merchant,
            compensation: outcome.compensation,
            extension_seconds: outcome.extension_seconds,
            data_download: outcome.data_download,
            rules: outcome.rules.clone(),
            edition: outcome.edition.clone(),
            at: outcome.at,
            statement: None,
        }),
    }
}
