//! The state after an event. Decides nothing: every instant and every amount comes in the event.
//!
//! Here stands which event does what; how, in `negotiating`, `judging` and `resting`.
mod judging;
mod negotiating;
mod resting;

use crate::consequence::remember;
use crate::event::Event;
use crate::evidence::Standing;
use crate::notice::{Awaited, NoticeOf};
use crate::state::{
    Awaiting, Bench, Case, Closed, Course, Ending, Extension, File, FoundFacts, Negotiation, Opened, Opening, Pending,
    Phase, Proposal, ProposalCounts, Ruling, Side, Spent, Stage,
};
use kernel::{Due, Unfit};
use std::slice;
use strum::VariantArray;

/// Applies one event.
pub(crate) fn evolve(case: Case, event: &Event) -> Result<Case, Unfit> {
    let unfit = Unfit { event: event.into(), status: case.status() };
    let next = match case {
        Case::Absent => begin(event),
        Case::Opened(mut opened) => apply(&mut opened, event).map(|()| {
            opened.expect_no_more();
            opened
        }),
    };
    next.map(Case::Opened).ok_or(unfit)
}

fn begin(event: &Event) -> Option<Box<Opened>> {
    let Event::Opened { opening, answer_by, negotiate_until, remind_at, at, filed, .. } = event else {
        return None;
    };
    let negotiation = Negotiation {
        turn: Side::Provider,
        answer_by: Some(Due::At(*answer_by)),
        remind_at: remind_at.map(Due::At),
        until: Some(Due::At(*negotiate_until)),
        escalate_by: None,
        refused: false,
        extension: Extension::None,
    };
    Some(Box::new(Opened {
        opening: Opening::clone(opening),
        opened_at: *at,
        proposals: ProposalCounts::default(),
        persons: [].into(),
        conflicts: [].into(),
        claims: vec![opening.application.claim],
        file: File::begun(filed)?,
        found: FoundFacts::default(),
        spent: Spent::default(),
        caused: vec![],
        awaited: vec![Awaited { of: NoticeOf::Application, side: Side::Provider, since: *at }],
        phase: Phase::Pending(Pending {
            proposal: None,
            stage: Stage::Negotiation(negotiation),
            course: Course::Running { wanted: None },
        }),
    }))
}

/// `None`: the event does not fit.
fn apply(case: &mut Opened, event: &Event) -> Option<()> {
    match event {
        Event::Opened { .. } => None,
        Event::Proposed { proposal, by, to_merchant, reply_by, filed, .. } => {
            let reply_by = Due::At(*reply_by);
            case.put(Proposal { id: *proposal, by: by.side, to_merchant: *to_merchant, reply_by }, by)?;
            case.expect(NoticeOf::Proposal, by.side.other(), filed.first()?.entry.at);
            case.file.append(filed)
        }
        Event::ProposalDeclined { by, escalate_by, filed, .. } => {
            case.clear_table(by.as_ref(), *escalate_by)?;
            case.file.append(filed)
        }
        Event::RefundRefused { by, escalate_by, filed, .. } => {
            case.refuse(by, *escalate_by)?;
            case.file.append(filed)
        }
        Event::LongerNegotiationWanted { by } => case.want_longer(by),
        Event::NegotiationExtended { by, until, answer_by } => case.prolong(by, *until, *answer_by),
        Event::NegotiationEnded { escalate_by, .. } => case.end_negotiation(*escalate_by),
        Event::Escalated { cause, by, decide_by, at, filed, .. } => {
            case.escalate(*cause, by.as_ref(), *decide_by, *at)?;
            case.file.append(filed)
        }
        Event::Withdrawn { by, outcome, .. } => case.close(Ending::Withdrawn, outcome, by.as_ref()),
        Event::Settled { by, outcome, filed, .. } => {
            case.close(Ending::Settled, outcome, Some(by))?;
            case.file.append(filed)
        }
        Event::Claimed { arbitrator, until } => case.take_seat(arbitrator, *until),
        Event::HandedOver { to, until, .. } => case.take_seat(to, *until),
        Event::Released { .. } | Event::LeaseLapsed { .. } => case.bench_mut().map(Bench::vacate),
        Event::ConflictDeclared { arbitrator, .. } => case.exclude(arbitrator),
        Event::DecisionOverdue { arbitrator, decide_by, .. } => case.pass_over(arbitrator.as_ref(), *decide_by),
        Event::Reminded { side, of, .. } => case.reminded(*side, *of),
        Event::NoticeServed(it) => case.served(it),
        Event::ClaimAdded { by, claim, answer_by, remind_at, filed, .. } => {
            case.claims.push(*claim);
            case.owe_answer(*answer_by, *remind_at);
            if answer_by.is_some() {
                case.expect(NoticeOf::Evidence, Side::Provider, filed.entry.at);
            }
            case.acted(by, filed)
        }
        Event::RecordsFiled { filed } => case.file_records(filed),
        Event::EvidenceRequested { of, due, remind_at, filed, .. } => {
            case.bench_mut()?.ask(*of, *due, *remind_at);
            case.expect(NoticeOf::Evidence, *of, filed.entry.at);
            case.file.requests += 1;
            case.file.append(slice::from_ref(filed))
        }
        Event::EvidenceDrafted { by, exhibit, content } => case.hold(by, exhibit, *content),
        Event::EvidenceDiscarded { by, item } => {
            case.file.drafts.retain(|draft| draft.id != *item);
            case.heard(by);
            Some(())
        }
        Event::EvidenceSealed { by, other_due, remind_at, at, .. } => {
            if other_due.is_some() {
                case.expect(NoticeOf::Evidence, by.side.other(), *at);
            }
            case.sealed(by, *other_due, *remind_at)
        }
        Event::EvidenceLapsed { side, filed, .. } => {
            case.bench_mut()?.hearing.lapse(*side);
            case.file.append(filed)
        }
        Event::EvidenceExchanged { filed, rebut_by, remind_at, decide_by, at, .. } => {
            case.file.take_in(filed, Standing::Submitted)?;
            Side::VARIANTS.iter().for_each(|side| case.expect(NoticeOf::Evidence, *side, *at));
            case.bench_mut()?.exchange(*rebut_by, *remind_at, *decide_by);
            Some(())
        }
        Event::EvidenceLate { by, filed, .. } => {
            case.heard(by);
            case.bench_mut()?.hearing.done_late(by.side);
            case.file.take_in(filed, Standing::Late)
        }
        Event::EvidenceContested { by, item, filed, .. } => {
            case.file.items.get_mut(item)?.contested = true;
            case.acted(by, filed)
        }
        Event::EvidenceRuled { item, ruling, filed, .. } => {
            case.file.items.get_mut(item)?.rule(*ruling);
            case.file.append(slice::from_ref(filed))
        }
        Event::SuspensionWanted { by, .. } => {
            case.heard(by);
            case.course_mut()?.want(by.side)
        }
        Event::Suspended { by, cause, at, filed, .. } => case.suspend(by.as_ref(), cause, *at, filed),
        Event::SuspensionRenewed { by, until, .. } => {
            case.heard(by);
            case.course_mut()?.renew(*until)
        }
        Event::ProceedingsReported(it) => {
            case.course_mut()?.report(it.report_by, it.remind_at)?;
            case.acted(&it.by, &it.filed)
        }
        Event::SuspensionReviewDue { review_at, .. } => case.course_mut()?.review(*review_at),
        Event::Resumed { at, escalate_by, filed, .. } => case.resume(*at, *escalate_by, filed),
        Event::FindingsEntered(it) => {
            case.bench_mut()?.awaiting = None;
            case.found.enter(&it.findings, it.figures.as_ref());
            case.file.append(slice::from_ref(&it.filed))
        }
        Event::DecisionDrafted { by, hash, .. } => {
            case.bench_mut()?.awaiting = Some(Awaiting { by: by.clone(), draft: *hash });
            Some(())
        }
        Event::DecisionReturned { until, .. } => case.take_draft_back(*until),
        Event::Decided { record, outcome, appeal_by, filed, .. } => {
            Side::VARIANTS.iter().for_each(|side| case.expect(NoticeOf::Decision, *side, filed.entry.at));
            case.rule(record, outcome, *appeal_by, filed)
        }
        Event::Appealed(appeal) => {
            if appeal.answer_by.is_some() {
                case.expect(NoticeOf::Evidence, appeal.by.side.other(), appeal.at);
            }
            case.appeal(appeal)
        }
        Event::AppealWithdrawn { by, filed, .. } => {
            let Phase::Appealed(appealed) = &case.phase else { return None };
            // A proposal whose clock stood still with the appeal leaves the table with it.
            let proposal = appealed.ruling.proposal.clone().filter(|one| matches!(one.reply_by, Due::At(_)));
            case.phase = Phase::Decided(Ruling { appealed_by: Some(by.side), proposal, ..appealed.ruling.clone() });
            case.acted(by, filed)
        }
        Event::AppealDecided { record, outcome, reversals, filed, .. } => {
            case.forget(reversals);
            case.rule(record, outcome, record.at, filed)
        }
        Event::ConsequencesRecorded { consequences, .. } => {
            consequences.iter().for_each(|one| remember(&mut case.caused, one));
            Some(())
        }
        Event::ForumFollowed(it) => case.follow(it),
        Event::Awarded { outcome } => {
            let Phase::Decided(_) = case.phase else { return None };
            case.phase = Phase::Closed(Closed { ending: Ending::Resolved, outcome: outcome.clone() });
            Some(())
        }
    }
}
