//! The homes of the three machines: their rules, facts, views and messages.
use crate::facts::{self, Openings};
use crate::{outbound, views};
use diesel::prelude::*;
use engine::{Ask, Change, Entry, Host, Outbound};
use onboarding_domain::application::{self, Application, Applications};
use onboarding_domain::provider::{self, Provider, Providers};
use onboarding_domain::qualification::{self, Qualification, Qualifications};
use rulebook::{Edition, OnboardingRules};

/// The host of [`Applications`].
#[derive(Default)]
pub(crate) struct ApplicationHost {
    /// Who opens what just now.
    pub openings: Openings,
}

/// The host of [`Qualifications`].
pub(crate) struct QualificationHost;

/// The host of [`Providers`].
pub(crate) struct ProviderHost;

impl Host for ApplicationHost {
    type Machine = Applications;

    fn rules(edition: &Edition) -> &OnboardingRules {
        &edition.onboarding
    }

    fn facts(&self, tx: &mut PgConnection, asked: &[Ask<'_, Applications>]) -> QueryResult<Vec<application::Facts>> {
        facts::of_applications(tx, asked, &self.openings)
    }

    fn project(&self, tx: &mut PgConnection, changes: &[Change<Applications>]) -> QueryResult<()> {
        views::applications::project(tx, changes)
    }

    fn views(&self) -> &'static [&'static str] {
        views::applications::TABLES
    }

    fn outbound(&self, entry: &Entry<Applications>, after: &Application) -> Option<Outbound> {
        outbound::application_told(entry, after)
    }

    fn notes(&self, entry: &Entry<Applications>, after: &Application) -> Vec<Outbound> {
        outbound::of_application(entry, after).into_iter().collect()
    }
}

impl Host for QualificationHost {
    type Machine = Qualifications;

    fn rules(edition: &Edition) -> &OnboardingRules {
        &edition.onboarding
    }

    fn facts(
        &self,
        tx: &mut PgConnection,
        asked: &[Ask<'_, Qualifications>],
    ) -> QueryResult<Vec<qualification::Facts>> {
        facts::of_qualifications(tx, asked)
    }

    fn project(&self, tx: &mut PgConnection, changes: &[Change<Qualifications>]) -> QueryResult<()> {
        views::qualifications::project(tx, changes)
    }

    fn views(&self) -> &'static [&'static str] {
        views::qualifications::TABLES
    }

    fn outbound(&self, entry: &Entry<Qualifications>, after: &Qualification) -> Option<Outbound> {
        outbound::qualification_told(entry, after)
    }

    fn notes(&self, entry: &Entry<Qualifications>, after: &Qualification) -> Vec<Outbound> {
        outbound::of_qualification(entry, after).into_iter().collect()
    }
}

impl Host for ProviderHost {
    type Machine = Providers;

    fn rules(edition: &Edition) -> &OnboardingRules {
        &edition.onboarding
    }

    fn facts(&self, tx: &mut PgConnection, asked: &[Ask<'_, Providers>]) -> QueryResult<Vec<provider::Facts>> {
        facts::of_providers(tx, asked)
    }

    fn project(&self, tx: &mut PgConnection, changes: &[Change<Providers>]) -> QueryResult<()> {
        views::providers::project(tx, changes)
    }

    fn views(&self) -> &'static [&'static str] {
        views::providers::TABLES
    }

    fn outbound(&self, entry: &Entry<Providers>, after: &Provider) -> Option<Outbound> {
        outbound::provider_told(entry, after)
    }

    fn notes(&self, entry: &Entry<Providers>, _: &Provider) -> Vec<Outbound> {
        outbound::of_provider(entry).into_iter().collect()
    }
}
