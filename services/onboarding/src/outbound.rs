//! What is told: `contracts::onboarding` to the world, and notes to the own context for what follows from one
//! aggregate for another.
use crate::timeline::{self, Said};
use contracts::onboarding::{self, QualificationStatus};
use contracts::{Record, Recorded};
use engine::{Entry, Outbound};
use kernel::{ApplicationId, Category, Due, ProviderId, QualificationId};
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

/// The fact of an event that nobody decides on.
const RECORDED: &str = "recorded";

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
        application::Event::Opened { provider, .. } => Outbound::of(OPENED, &Owner { provider: *provider }),
        application::Event::Approved { qualification, credentials, .. } => Outbound::of(
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
    Outbound::of(fact, &told)
}

/// What follows from a qualification for others.
pub(crate) fn of_qualification(entry: &Entry<Qualifications>, after: &Qualification) -> Option<Outbound> {
    match fact(&entry.event)? {
        GRANTED => Outbound::of(GRANTED, &Owner { provider: after.holding().ok()?.provider }),
        _ => None,
    }
}

/// What follows from a provider's profile for others.
pub(crate) fn of_provider(entry: &Entry<Providers>) -> Option<Outbound> {
    let owner = Owner { provider: ProviderId(entry.id) };
    match &entry.event {
        provider::Event::Exited { .. } => Outbound::of(EXITED, &owner),
        provider::Event::Barred { .. } => Outbound::of(BARRED, &owner),
        provider::Event::Registered { .. }
        | provider::Event::Trained { .. }
        | provider::Event::ExitRequested { .. }
        | provider::Event::ExitCancelled
        | provider::Event::BarLifted { .. } => None,
    }
}

/// The qualification after a fact that others decide on, or that its provider must hear.
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
    if fact == RECORDED {
        let name: &'static str = (&entry.event).into();
        let mut record = record(name, entry.version, timeline::of_qualification(&entry.event));
        if let qualification::Event::DocumentRejected { cure: Some(Due::At(at)), .. } = &entry.event {
            record.due = Some(*at);
        }
        return Outbound::of(fact, &Recorded { after: told, record });
    }
    Outbound::of(fact, &told)
}

fn fact(event: &qualification::Event) -> Option<&'static str> {
    match event {
        qualification::Event::Granted { .. } => Some(GRANTED),
        qualification::Event::Expiring { .. } => Some("expiring"),
        qualification::Event::Renewed { .. } => Some("renewed"),
        qualification::Event::Suspended { .. } => Some("suspended"),
        qualification::Event::Restored { .. } => Some("restored"),
        qualification::Event::Revoked { .. } => Some("revoked"),
        qualification::Event::DocumentRejected { .. }
        | qualification::Event::RequalificationRequested { .. }
        | qualification::Event::Requalified { .. } => Some(RECORDED),
        qualification::Event::DocumentSubmitted { .. }
        | qualification::Event::DocumentAccepted { .. }
        | qualification::Event::ReviewOverdue { .. }
        | qualification::Event::ChangeReported { .. }
        | qualification::Event::SuspectedViolation(_) => None,
    }
}

/// The provider after a fact that others decide on, or that it must hear itself.
pub(crate) fn provider_told(entry: &Entry<Providers>, after: &Provider) -> Option<Outbound> {
    let fact = match &entry.event {
        provider::Event::Registered { .. } => "registered",
        provider::Event::Trained { .. } => "trained",
        provider::Event::ExitRequested { .. } => "exit_requested",
        provider::Event::ExitCancelled => "exit_cancelled",
        provider::Event::Exited { .. } => EXITED,
        provider::Event::Barred { .. } | provider::Event::BarLifted { .. } => RECORDED,
    };
    let profile = after.profile().ok()?;
    let told = onboarding::Provider {
        provider: profile.provider,
        eu_trained: profile.training.is_some(),
        leaving: profile.is_leaving(),
        exited_at: profile.exited_at(),
    };
    if fact == RECORDED {
        let name: &'static str = (&entry.event).into();
        let record = record(name, entry.version, timeline::of_provider(&entry.event));
        return Outbound::of(fact, &Recorded { after: told, record });
    }
    Outbound::of(fact, &told)
}

/// An event that nobody decides on, as the timeline tells it.
fn record(event: &'static str, version: i64, said: Said) -> Record {
    let record = Record::of(event, version, &said.rules).saying(&said.text);
    Record { of: said.requirement, due: said.due_at, ..record }
}
