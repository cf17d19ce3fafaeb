//! The views of cases: lists (`cases`), what happened (`timeline`), the negotiating table (`proposals`); with
//! [`papers`] the case file and the evidence, with [`rulings`] the decisions. Derived from the journal alone; one
//! statement per table and batch, its rows as one JSON array.
mod papers;
pub(crate) mod rulings;

use crate::timeline::{Details, said};
use diesel::prelude::*;
use disputes_domain::{Cases, Event, NoticeOf, NoticeServed, Opened, Phase, Side, Timer};
use engine::{Change, Entry, write_rows};
use kernel::{Category, ClaimKind, Currency, Deadline, Due, EditionId, Machine, Party, RuleId, Time, Timer as _};
use serde::Serialize;
use uuid::Uuid;

/// The tables that [`project`] writes.
pub(crate) const TABLES: &[&str] =
    &["cases", "timeline", "proposals", "decisions", "decision_drafts", "case_file", "exhibits", "evidence_requests"];

/// Brings the views up to the changes.
pub(crate) fn project(tx: &mut PgConnection, changes: &[Change<Cases>]) -> QueryResult<()> {
    let mut rows = Rows::default();
    for change in changes {
        if let Some(case) = change.after.opened() {
            rows.add(change, case);
        }
    }
    write_rows(tx, CASES, &rows.cases)?;
    write_rows(tx, TIMELINE, &rows.timeline)?;
    // One proposal stands at a time: what is off the table goes before what is put on it.
    write_rows(tx, ANSWERS, &rows.answers)?;
    write_rows(tx, DROPPED, &rows.dropped)?;
    write_rows(tx, PROPOSALS, &rows.proposals)?;
    write_rows(tx, WINDOWS, &rows.windows)?;
    papers::project(tx, changes)?;
    rulings::project(tx, changes)
}

const CASES: &str = "INSERT INTO cases \
    (id, version, order_id, provider_id, merchant_id, category, claim, currency, amount_minor, asked_minor, edition, \
     stage, status, opened_at, updated_at, closed_at, arbitrator, due_at) \
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t \
    (id uuid, version bigint, order_id uuid, provider_id uuid, merchant_id uuid, category text, claim text, \
     currency text, amount_minor bigint, asked_minor bigint, edition text, stage text, status text, \
     opened_at timestamptz, updated_at timestamptz, closed_at timestamptz, arbitrator text, due_at timestamptz) \
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, stage = excluded.stage, status = excluded.status, \
    updated_at = excluded.updated_at, closed_at = excluded.closed_at, arbitrator = excluded.arbitrator, due_at = excluded.due_at";

const TIMELINE: &str = "INSERT INTO timeline \
    (case_id, version, at, party, person, event, rules, text, staff_note, details) \
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t \
    (case_id uuid, version bigint, at timestamptz, party text, person text, event text, rules text[], text text, \
     staff_note text, details jsonb)";

const PROPOSALS: &str = "INSERT INTO proposals \
    (id, case_id, side, to_merchant_minor, currency, text, made_at, reply_by, status, answered_at, answer) \
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t \
    (id uuid, case_id uuid, side text, to_merchant_minor bigint, currency text, text text, made_at timestamptz, \
     reply_by timestamptz, status text, answered_at timestamptz, answer text)";

const ANSWERS: &str = "UPDATE proposals p SET status = t.status, answered_at = t.answered_at, answer = t.answer \
    FROM jsonb_to_recordset($1::jsonb) AS t (id uuid, status text, answered_at timestamptz, answer text) \
    WHERE p.id = t.id";

const DROPPED: &str = "UPDATE proposals p SET status = 'dropped', answered_at = t.at \
    FROM jsonb_to_recordset($1::jsonb) AS t (id uuid, at timestamptz) WHERE p.id = t.id AND p.status = 'standing'";

/// The window of the proposal on the table, which its notice started later (D1.1.3).
const WINDOWS: &str = "UPDATE proposals p SET reply_by = t.at \
    FROM jsonb_to_recordset($1::jsonb) AS t (id uuid, at timestamptz) \
    WHERE p.case_id = t.id AND p.status = 'standing' AND p.reply_by < t.at";

/// What a batch writes.
#[derive(Default)]
struct Rows<'a> {
    cases: Vec<CaseRow<'a>>,
    timeline: Vec<TimelineRow<'a>>,
    proposals: Vec<ProposalRow<'a>>,
    answers: Vec<AnswerRow<'a>>,
    dropped: Vec<Moment>,
    windows: Vec<Moment>,
}

#[derive(Serialize)]
struct CaseRow<'a> {
    id: Uuid,
    version: i64,
    order_id: Uuid,
    provider_id: Uuid,
    merchant_id: Uuid,
    category: Category,
    claim: ClaimKind,
    currency: Currency,
    amount_minor: i64,
    asked_minor: i64,
    edition: &'a EditionId,
    stage: &'static str,
    status: &'static str,
    opened_at: Time,
    updated_at: Time,
    closed_at: Option<Time>,
    arbitrator: Option<&'a str>,
    due_at: Option<Time>,
}

#[derive(Serialize)]
struct TimelineRow<'a> {
    case_id: Uuid,
    version: i64,
    at: Time,
    party: Party,
    person: Option<&'a str>,
    event: &'static str,
    rules: Vec<RuleId>,
    text: String,
    staff_note: String,
    details: Details,
}

#[derive(Serialize)]
struct ProposalRow<'a> {
    case_id: Uuid,
    side: Side,
    to_merchant_minor: i64,
    currency: Currency,
    text: &'a str,
    made_at: Time,
    reply_by: Time,
    #[serde(flatten)]
    standing: AnswerRow<'a>,
}

/// How a proposal stands.
#[derive(Serialize)]
struct AnswerRow<'a> {
    id: Uuid,
    status: &'static str,
    answered_at: Option<Time>,
    answer: &'a str,
}

#[derive(Serialize)]
struct Moment {
    id: Uuid,
    at: Time,
}

impl<'a> Rows<'a> {
    fn add(&mut self, change: &'a Change<Cases>, case: &'a Opened) {
        self.cases.push(case_row(change, case));
        for entry in &change.entries {
            self.timeline.push(timeline_row(change, entry));
            match &entry.event {
                Event::Proposed { proposal, by, to_merchant, text, replaces, reply_by, .. } => {
                    if let Some(replaced) = replaces {
                        self.answer(*replaced, "replaced", entry.at, "");
                    }
                    self.proposals.push(ProposalRow {
                        case_id: entry.id,
                        side: by.side,
                        to_merchant_minor: to_merchant.minor,
                        currency: to_merchant.currency,
                        text,
                        made_at: entry.at,
                        reply_by: *reply_by,
                        standing: AnswerRow { id: *proposal, status: "standing", answered_at: None, answer: "" },
                    });
                }
                Event::ProposalDeclined { proposal, by, text, .. } => {
                    let status = if by.is_some() { "declined" } else { "unanswered" };
                    self.answer(*proposal, status, entry.at, text);
                }
                Event::NoticeServed(NoticeServed { of: NoticeOf::Proposal, due: Due::At(at), .. }) => {
                    self.windows.push(Moment { id: entry.id, at: *at });
                }
                Event::Settled { proposal, .. } => self.answer(*proposal, "accepted", entry.at, ""),
                Event::Opened { .. }
                | Event::RefundRefused { .. }
                | Event::LongerNegotiationWanted { .. }
                | Event::NegotiationExtended { .. }
                | Event::NegotiationEnded { .. }
                | Event::Escalated { .. }
                | Event::Withdrawn { .. }
                | Event::Claimed { .. }
                | Event::Released { .. }
                | Event::LeaseLapsed { .. }
                | Event::HandedOver { .. }
                | Event::ConflictDeclared { .. }
                | Event::Reminded { .. }
                | Event::NoticeServed(_)
                | Event::ClaimAdded { .. }
                | Event::RecordsFiled { .. }
                | Event::EvidenceRequested { .. }
                | Event::EvidenceDrafted { .. }
                | Event::EvidenceDiscarded { .. }
                | Event::EvidenceSealed { .. }
                | Event::EvidenceLapsed { .. }
                | Event::EvidenceExchanged { .. }
                | Event::EvidenceLate { .. }
                | Event::EvidenceContested { .. }
                | Event::EvidenceRuled { .. }
                | Event::SuspensionWanted { .. }
                | Event::SuspensionRenewed { .. }
                | Event::ProceedingsReported { .. }
                | Event::FindingsEntered { .. }
                | Event::DecisionDrafted { .. }
                | Event::DecisionReturned { .. }
                | Event::AppealWithdrawn { .. }
                | Event::ConsequencesRecorded { .. }
                | Event::Suspended { .. }
                | Event::SuspensionReviewDue { .. }
                | Event::Resumed { .. }
                | Event::Appealed { .. }
                | Event::Decided { .. }
                | Event::AppealDecided { .. }
                | Event::Awarded { .. }
                | Event::ForumFollowed { .. }
                | Event::DecisionOverdue { .. } => {}
            }
        }
        self.drop_fallen(change, case);
    }

    /// A proposal that this batch puts on the table is answered before it is written.
    fn answer(&mut self, id: Uuid, status: &'static str, at: Time, answer: &'a str) {
        let row = AnswerRow { id, status, answered_at: Some(at), answer };
        match self.proposals.iter_mut().find(|proposal| proposal.standing.id == id) {
            Some(proposal) => proposal.standing = row,
            None => self.answers.push(row),
        }
    }

    /// What left the table unanswered: the refund was refused, the case withdrawn, decided or final.
    fn drop_fallen(&mut self, change: &Change<Cases>, case: &Opened) {
        let stands = on_the_table(case);
        let fallen = change.before.opened().and_then(on_the_table).filter(|before| Some(*before) != stands);
        self.dropped.extend(fallen.map(|id| Moment { id, at: change.at }));
        for proposal in self.proposals.iter_mut().filter(|proposal| proposal.case_id == change.id) {
            let standing = &mut proposal.standing;
            if standing.answered_at.is_none() && Some(standing.id) != stands {
                standing.status = "dropped";
                standing.answered_at = Some(change.at);
            }
        }
    }
}

fn case_row<'a>(change: &'a Change<Cases>, case: &'a Opened) -> CaseRow<'a> {
    let opening = &case.opening;
    CaseRow {
        id: change.id,
        version: change.version,
        order_id: opening.order.0,
        provider_id: opening.provider.0,
        merchant_id: opening.merchant.0,
        category: opening.category,
        claim: opening.application.claim,
        currency: opening.amount.currency,
        amount_minor: opening.amount.minor,
        asked_minor: opening.application.amount.minor,
        edition: &opening.edition,
        stage: case.stage(),
        status: case.status(),
        opened_at: case.opened_at,
        updated_at: change.at,
        closed_at: closed_at(case),
        arbitrator: arbitrator(case),
        due_at: due_at(&Cases::deadlines(&change.after)),
    }
}

fn timeline_row<'a>(change: &Change<Cases>, entry: &'a Entry<Cases>) -> TimelineRow<'a> {
    let (party, person) = if let Event::Claimed { arbitrator, .. } = &entry.event {
        // A hold is its arbitrator's, also where it runs anew by what a side did.
        (Party::Arbitrator, arbitrator)
    } else {
        (Cases::relation(&change.after, &entry.actor).unwrap_or(Party::System), &entry.actor.sub)
    };
    let said = said(&entry.event);
    TimelineRow {
        case_id: entry.id,
        version: entry.version,
        at: entry.at,
        party,
        person: (party != Party::System).then_some(person),
        event: (&entry.event).into(),
        rules: said.rules,
        text: said.text,
        staff_note: said.staff_note,
        details: said.details,
    }
}

/// The term of decision while it runs, whatever else does; before and after it, the earliest deadline. Reminders take
/// nothing and are no breach; the operator's review of a suspension is asked for where nothing else runs.
fn due_at(deadlines: &[Deadline<Timer>]) -> Option<Time> {
    let is_term = |deadline: &&Deadline<Timer>| matches!(deadline.timer, Timer::Decision | Timer::AppealDecision);
    let term = deadlines.iter().find(is_term).and_then(Deadline::running_until);
    let of = |is_reminder: bool| {
        let those = deadlines.iter().filter(move |deadline| deadline.timer.is_reminder() == is_reminder);
        those.filter_map(Deadline::running_until).min()
    };
    term.or_else(|| of(false)).or_else(|| of(true))
}

fn closed_at(case: &Opened) -> Option<Time> {
    match &case.phase {
        Phase::Closed(closed) => Some(closed.outcome.at),
        Phase::Pending(_) | Phase::Decided(_) | Phase::Appealed(_) => None,
    }
}

fn arbitrator(case: &Opened) -> Option<&str> {
    case.bench_seen()?.seat.as_ref().map(|seat| seat.arbitrator.as_str())
}

fn on_the_table(case: &Opened) -> Option<Uuid> {
    case.table().map(|proposal| proposal.id)
}
