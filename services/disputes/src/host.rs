//! The home of the case machine: its rules, its views, its messages.
use crate::facts::{self, FILE_RECORDS};
use crate::{outbound, views};
use diesel::prelude::*;
use disputes_domain::{Case, Cases, Event, Facts};
use engine::{Ask, Change, Entry, Host, Outbound};
use rulebook::{DisputeRules, Edition};
use serde_json::Value;

/// The host of [`Cases`].
pub(crate) struct CaseHost;

impl Host for CaseHost {
    type Machine = Cases;

    fn rules(edition: &Edition) -> &DisputeRules {
        &edition.disputes
    }

    fn facts(&self, tx: &mut PgConnection, asked: &[Ask<'_, Cases>]) -> QueryResult<Vec<Facts>> {
        facts::of_cases(tx, asked)
    }

    fn project(&self, tx: &mut PgConnection, changes: &[Change<Cases>]) -> QueryResult<()> {
        views::project(tx, changes)
    }

    fn views(&self) -> &'static [&'static str] {
        views::TABLES
    }

    fn outbound(&self, entry: &Entry<Cases>, after: &Case) -> Option<Outbound> {
        outbound::told(entry, after)
    }

    /// What was told of the order before it had a case enters the file now.
    fn notes(&self, entry: &Entry<Cases>, _: &Case) -> Vec<Outbound> {
        if !matches!(entry.event, Event::Opened { .. }) {
            return vec![];
        }
        vec![Outbound { fact: FILE_RECORDS, data: Value::Null }]
    }
}
