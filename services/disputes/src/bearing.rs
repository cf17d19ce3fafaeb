//! Which of the platform's own records of an order speak to which fact that is to be proven (D1.2, D1.4.4).
//!
//! Owns the table, by the names of the orders' events. A message of the chat may speak to anything, so none is listed;
//! neither is what only a party, a contract or another forum can show. A record that speaks to a fact proves it no
//! more than its words do: whoever finds reads it.
use rulebook::standards::Fact;

/// The events whose records speak to the fact.
pub(crate) fn events(fact: Fact) -> &'static [&'static str] {
    match fact {
        Fact::Delivered | Fact::NotPerformed | Fact::WorkNotDone => {
            &["started", "delivered", "redelivered", "overdue", "accepted"]
        }
        Fact::Accepted => &["delivered", "redelivered", "accepted", "completed"],
        Fact::DeliveredLate | Fact::DelayedByProvider => {
            &["placed", "agreement_confirmed", "change_proposed", "change_accepted", "overdue", "delivered"]
        }
        Fact::UnlawfulService
        | Fact::ServiceNotPermitted
        | Fact::DescriptionUntrue
        | Fact::DefectConcealed
        | Fact::ConflictingDescriptions
        | Fact::ContractDecides
        | Fact::ContractContradictory
        | Fact::AgreedOtherwise
        | Fact::MisleadingGuidance
        | Fact::OverPromised
        | Fact::Fraud
        | Fact::EffectPromised
        | Fact::Personalised
        | Fact::SignedContract => &["placed", "agreement_uploaded", "agreement_confirmed", "change_accepted"],
        Fact::Nonconforming | Fact::EffectMissed | Fact::NotWorking | Fact::MerchantDissatisfied => {
            &["placed", "agreement_confirmed", "change_accepted", "delivered", "redelivered", "modification_requested"]
        }
        Fact::Repaired | Fact::ModificationLate | Fact::LateRoundWaived | Fact::SameProblemUnfixed => &[
            "modification_requested",
            "overdue",
            "redelivered",
            "late_claim_lapsed",
            "provider_responsible",
            "accepted",
        ],
        Fact::ModificationRefused | Fact::RequestNotObjective | Fact::AdjustmentsRejected => {
            &["modification_requested", "modification_refused", "redelivered"]
        }
        Fact::DoesNotMeanToPerform => {
            &["overdue", "reminder_answered", "unwillingness_recommended", "performance_refused"]
        }
        Fact::CooperationNotified | Fact::NotifiedOffPlatform => {
            &["placed", "agreement_uploaded", "agreement_confirmed", "cooperation_requested"]
        }
        Fact::CooperationRequested | Fact::CooperationNeglected => &[
            "cooperation_requested",
            "cooperation_provided",
            "cooperation_declined",
            "cooperation_withheld",
            "stopped",
        ],
        Fact::PartlyRealised | Fact::CannotBeRealised => &["delivered", "redelivered", "stopped", "ended_early"],
        Fact::EndedByProvider | Fact::EndAgreed => {
            &["change_proposed", "change_accepted", "change_refused", "performance_refused", "stopped", "ended_early"]
        }
        Fact::ServiceDown | Fact::ForceMajeure | Fact::ProviderUnreachable | Fact::ServiceRefused => {
            &["downtime_reported", "downtime_recorded", "downtime_denied", "downtime_unanswered"]
        }
        Fact::PlatformEndedForBreach
        | Fact::PlatformEndedForProvider
        | Fact::PlatformEndedForMerchant
        | Fact::EndedForMerchantReasons => &["cancelled", "stopped", "ended_early", "period_ended"],
        Fact::PerformedByConsent => &["started", "delivered", "accepted", "period_ended"],
        Fact::Outsourced
        | Fact::SubcontractorFailed
        | Fact::Settled
        | Fact::WithdrewInWindow
        | Fact::ProtectedByEuLaw
        | Fact::InCourt
        | Fact::KeepsService
        | Fact::Negotiated => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use strum::VariantArray;

    #[test]
    fn a_fact_names_each_event_once() {
        for fact in Fact::VARIANTS {
            let mut names = events(*fact).to_vec();
            names.sort_unstable();
            names.dedup();
            assert_eq!(names.len(), events(*fact).len(), "{fact}");
        }
    }
}
