//! What is told of a case: `contracts::disputes::Case`, after each fact that others decide on.
use crate::statement;
use contracts::disputes;
use disputes_domain::{Case, Cases, Event, Opened, Outcome};
use engine::{Entry, Outbound};
use kernel::CaseId;
use uuid::Uuid;

/// The message of an entry; what happens at the negotiating table and in the queue is nobody else's business.
pub(crate) fn told(entry: &Entry<Cases>, after: &Case) -> Option<Outbound> {
    let (fact, outcome) = match &entry.event {
        Event::Opened { .. } => ("opened", None),
        Event::Escalated { .. } => ("escalated", None),
        Event::DecisionOverdue { .. } => ("decision_overdue", None),
        Event::Settled { outcome, .. } => ("settled", Some(outcome)),
        Event::Withdrawn { outcome, .. } => ("withdrawn", Some(outcome)),
        Event::Decided { outcome, .. } => ("decided", Some(outcome)),
        Event::Awarded { outcome } => ("awarded", Some(outcome)),
        Event::Suspended { .. } => ("suspended", None),
        Event::SuspensionReviewDue { .. } => ("suspension_review_due", None),
        Event::Resumed { .. } => ("resumed", None),
        Event::Appealed { .. } => ("appealed", None),
        Event::AppealDecided { outcome, .. } => ("appeal_decided", Some(outcome)),
        Event::ForumFollowed(it) => ("forum_followed", Some(&it.outcome)),
        Event::Proposed { .. }
        | Event::ProposalDeclined { .. }
        | Event::RefundRefused { .. }
        | Event::LongerNegotiationWanted { .. }
        | Event::NegotiationExtended { .. }
        | Event::NegotiationEnded { .. }
        | Event::Claimed { .. }
        | Event::Released { .. }
        | Event::LeaseLapsed { .. }
        | Event::HandedOver { .. }
        | Event::ConflictDeclared { .. }
        | Event::Reminded { .. }
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
        | Event::ConsequencesRecorded { .. } => return None,
    };
    let mut payload = payload(entry.id, after.opened()?, outcome);
    if let (Some(outcome), Event::Decided { decision, record, .. } | Event::AppealDecided { decision, record, .. }) =
        (&mut payload.outcome, &entry.event)
    {
        outcome.statement = Some(statement::told(record, decision));
    }
    match serde_json::to_value(payload) {
        Ok(data) => Some(Outbound { fact, data }),
        Err(error) => {
            tracing::error!(case = %CaseId(entry.id), fact, %error, "a message cannot be written");
            None
        }
    }
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
