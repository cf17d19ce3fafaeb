//! What is told: `contracts::onboarding` to the world, and notes to the own context for what follows from one
//! aggregate for another.
use contracts::onboarding::{self, QualificationStatus};
use engine::{Entry, Outbound};
use kernel::{ApplicationId, Category, ProviderId, QualificationId};
use onboarding_domain::application::{self, Application, Applications};
use onboarding_domain::entry::Credential;
use onboarding_domain::provider::{self, Provider, Providers};
use onboarding_domain::qualification::{self, Qualification, Qualifications, Standing};
use serde::{Deserialize, Serialize};

/// The note of an application that was opened: its provider is to be known.
pub(crate) const OPENED: &str = "opened";
/// The note of an application that was approved: its qualification is to be granted.
pub(crate) const APPROVED: &str = "approved";
/// The note of a qualification that was granted: was its provider gone by then?
pub(crate) const GRANTED: &str = "granted";
/// The note of a provider that is gone; and to each of its qualifications and applications that it is.
pub(crate) const EXITED: &str = "exited";
/// The note of a provider that was barred; and to each of its applications that it is.
pub(crate) const BARRED: &str = "barred";

/// Whose application or qualification it is.
#[derive(Serialize, Deserialize)]
pub(crate) struct Owner {
    pub provider: ProviderId,
}

/// What was approved.
#[derive(Serialize, Deserialize)]
pub(crate) struct Approval {
    pub qualification: QualificationId,
    pub provider: ProviderId,
    pub category: Category,
    pub agent_operation: bool,
    pub application: ApplicationId,
    pub credentials: Vec<Credential>,
}

/// What follows from an application for others.
pub(crate) fn of_application(entry: &Entry<Applications>, after: &Application) -> Option<Outbound> {
    let dossier = after.dossier().ok()?;
    let application = ApplicationId(entry.id);
    match &entry.event {
        application::Event::Opened { provider, .. } => message(OPENED, &Owner { provider: *provider }),
        application::Event::Approved { qualification, credentials, .. } => message(
            APPROVED,
            &Approval {
                qualification: *qualification,
                provider: dossier.provider,
                category: dossier.entry.category,
                agent_operation: dossier.entry.agent_operation,
                application,
                credentials: credentials.clone(),
            },
        ),
        application::Event::BusinessDescribed { .. }
        | application::Event::CredentialSubmitted { .. }
        | application::Event::CredentialRemoved { .. }
        | application::Event::ShareholdersDeclared { .. }
        | application::Event::Screened { .. }
        | application::Event::Submitted { .. }
        | application::Event::Claimed { .. }
        | application::Event::Released { .. }
        | application::Event::LeaseExpired { .. }
        | application::Event::ReviewOverdue { .. }
        | application::Event::RequirementVerified { .. }
        | application::Event::RequirementRejected { .. }
        | application::Event::InformationRequested { .. }
        | application::Event::InformationProvided { .. }
        | application::Event::ApprovalRecorded { .. }
        | application::Event::Rejected { .. }
        | application::Event::SuspectedViolation(_)
        | application::Event::Lapsed { .. }
        | application::Event::Withdrawn { .. } => None,
    }
}

/// What the applicant must hear; an approval is told by the qualification that it grants.
pub(crate) fn application_told(entry: &Entry<Applications>, after: &Application) -> Option<Outbound> {
    let (fact, reasons, answer_by, rules) = match &entry.event {
        application::Event::InformationRequested { what, due, rules, .. } => {
            ("information_requested", what, Some(*due), rules)
        }
        application::Event::Rejected { decision, .. } => ("rejected", &decision.reasons, None, &decision.rules),
        application::Event::Lapsed { decision } => ("lapsed", &decision.reasons, None, &decision.rules),
        application::Event::Opened { .. }
        | application::Event::BusinessDescribed { .. }
        | application::Event::CredentialSubmitted { .. }
        | application::Event::CredentialRemoved { .. }
        | application::Event::ShareholdersDeclared { .. }
        | application::Event::Screened { .. }
        | application::Event::Submitted { .. }
        | application::Event::Claimed { .. }
        | application::Event::Released { .. }
        | application::Event::LeaseExpired { .. }
        | application::Event::ReviewOverdue { .. }
        | application::Event::RequirementVerified { .. }
        | application::Event::RequirementRejected { .. }
        | application::Event::InformationProvided { .. }
        | application::Event::ApprovalRecorded { .. }
        | application::Event::Approved { .. }
        | application::Event::SuspectedViolation(_)
        | application::Event::Withdrawn { .. } => return None,
    };
    let dossier = after.dossier().ok()?;
    let told = onboarding::Application {
        application: ApplicationId(entry.id),
        provider: dossier.provider,
        category: dossier.entry.category,
        reasons: reasons.clone(),
        answer_by,
        rules: rules.clone(),
    };
    message(fact, &told)
}

/// What follows from a qualification for others.
pub(crate) fn of_qualification(entry: &Entry<Qualifications>, after: &Qualification) -> Option<Outbound> {
    match fact(&entry.event)? {
        GRANTED => message(GRANTED, &Owner { provider: after.holding().ok()?.provider }),
        _ => None,
    }
}

/// What follows from a provider's profile for others.
pub(crate) fn of_provider(entry: &Entry<Providers>) -> Option<Outbound> {
    let owner = Owner { provider: ProviderId(entry.id) };
    match &entry.event {
        provider::Event::Exited { .. } => message(EXITED, &owner),
        provider::Event::Barred { .. } => message(BARRED, &owner),
        provider::Event::Registered { .. }
        | provider::Event::Trained { .. }
        | provider::Event::ExitRequested { .. }
        | provider::Event::ExitCancelled
        | provider::Event::BarLifted { .. } => None,
    }
}

/// The qualification after a fact that others decide on.
pub(crate) fn qualification_told(entry: &Entry<Qualifications>, after: &Qualification) -> Option<Outbound> {
    let fact = fact(&entry.event)?;
    let holding = after.holding().ok()?;
    let told = onboarding::Qualification {
        qualification: QualificationId(entry.id),
        provider: holding.provider,
        category: holding.category,
        status: match holding.standing {
            Standing::Active => QualificationStatus::Active,
            Standing::Expiring => QualificationStatus::Expiring,
            Standing::Suspended => QualificationStatus::Suspended,
            Standing::Revoked => QualificationStatus::Revoked,
        },
        valid_until: holding.valid_until,
    };
    message(fact, &told)
}

fn fact(event: &qualification::Event) -> Option<&'static str> {
    match event {
        qualification::Event::Granted { .. } => Some(GRANTED),
        qualification::Event::Expiring { .. } => Some("expiring"),
        qualification::Event::Renewed { .. } => Some("renewed"),
        qualification::Event::Suspended { .. } => Some("suspended"),
        qualification::Event::Restored { .. } => Some("restored"),
        qualification::Event::Revoked { .. } => Some("revoked"),
        qualification::Event::DocumentSubmitted { .. }
        | qualification::Event::DocumentAccepted { .. }
        | qualification::Event::DocumentRejected { .. }
        | qualification::Event::ReviewOverdue { .. }
        | qualification::Event::ChangeReported { .. }
        | qualification::Event::RequalificationRequested { .. }
        | qualification::Event::Requalified { .. }
        | qualification::Event::SuspectedViolation(_) => None,
    }
}

/// The provider after a fact that others decide on.
pub(crate) fn provider_told(entry: &Entry<Providers>, after: &Provider) -> Option<Outbound> {
    let fact = match &entry.event {
        provider::Event::Registered { .. } => "registered",
        provider::Event::Trained { .. } => "trained",
        provider::Event::ExitRequested { .. } => "exit_requested",
        provider::Event::ExitCancelled => "exit_cancelled",
        provider::Event::Exited { .. } => EXITED,
        provider::Event::Barred { .. } | provider::Event::BarLifted { .. } => return None,
    };
    let profile = after.profile().ok()?;
    let told = onboarding::Provider {
        provider: profile.provider,
        eu_trained: profile.training.is_some(),
        leaving: profile.is_leaving(),
        exited_at: profile.exited_at(),
    };
    message(fact, &told)
}

fn message(fact: &'static str, payload: &impl Serialize) -> Option<Outbound> {
    match serde_json::to_value(payload) {
        Ok(data) => Some(Outbound { fact, data }),
        Err(error) => {
            tracing::error!(fact, %error, "a message cannot be written");
            None
        }
    }
}
