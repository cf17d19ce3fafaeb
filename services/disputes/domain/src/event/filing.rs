//! Which events add to the case file.
use super::{Entered, Event};
use crate::casefile::{Filed, json};

impl Event {
    /// What it adds to the case file, with contents where the event has them. `None` as content: an item, drafted in an
    /// earlier event under the same hash.
    pub fn filed(&self) -> Vec<Filed> {
        match self {
            Self::Opened { filed, .. }
            | Self::Proposed { filed, .. }
            | Self::ProposalDeclined { filed, .. }
            | Self::RefundRefused { filed, .. }
            | Self::Escalated { filed, .. }
            | Self::Settled { filed, .. }
            | Self::EvidenceLapsed { filed, .. }
            | Self::RecordsFiled { filed }
            | Self::EvidenceExchanged { filed, .. }
            | Self::EvidenceLate { filed, .. } => filed.clone(),
            Self::Appealed(appeal) => appeal.filed.clone(),
            Self::ClaimAdded { filed, .. }
            | Self::EvidenceRequested { filed, .. }
            | Self::EvidenceContested { filed, .. }
            | Self::EvidenceRuled { filed, .. }
            | Self::Suspended { filed, .. }
            | Self::Resumed { filed, .. }
            | Self::FindingsEntered(Entered { filed, .. })
            | Self::AppealWithdrawn { filed, .. } => vec![filed.clone()],
            Self::ProceedingsReported(report) => vec![report.filed.clone()],
            Self::ForumFollowed(followed) => vec![followed.filed.clone()],
            Self::Decided { record, filed, .. } | Self::AppealDecided { record, filed, .. } => {
                vec![Filed { entry: filed.entry.clone(), content: Some(json(&record.as_filed())) }]
            }
            Self::Reminded { .. }
            | Self::NoticeServed(_)
            | Self::LongerNegotiationWanted { .. }
            | Self::NegotiationExtended { .. }
            | Self::NegotiationEnded { .. }
            | Self::Withdrawn { .. }
            | Self::Claimed { .. }
            | Self::Released { .. }
            | Self::LeaseLapsed { .. }
            | Self::HandedOver { .. }
            | Self::ConflictDeclared { .. }
            | Self::DecisionOverdue { .. }
            | Self::EvidenceDrafted { .. }
            | Self::EvidenceDiscarded { .. }
            | Self::EvidenceSealed { .. }
            | Self::SuspensionWanted { .. }
            | Self::SuspensionRenewed { .. }
            | Self::SuspensionReviewDue { .. }
            | Self::DecisionDrafted { .. }
            | Self::DecisionReturned { .. }
            | Self::ConsequencesRecorded { .. }
            | Self::Awarded { .. } => vec![],
        }
    }
}
