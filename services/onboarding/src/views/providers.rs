//! The views of providers: who there is, who is barred, who left, what happened.
use super::append;
use crate::timeline;
use diesel::prelude::*;
use engine::{Change, write_rows};
use kernel::{Decision, Machine, ProviderId, RuleId, Time};
use onboarding_domain::provider::{Event, Profile, Providers};
use serde::Serialize;
use uuid::Uuid;

/// The tables that [`project`] writes.
pub(crate) const TABLES: &[&str] = &["providers", "provider_timeline"];

/// Brings the views up to the changes.
pub(crate) fn project(tx: &mut PgConnection, changes: &[Change<Providers>]) -> QueryResult<()> {
    let profiles = changes.iter().filter_map(|change| Some((change, change.after.profile().ok()?)));
    let rows: Vec<_> = profiles.map(|(change, profile)| provider(change, profile)).collect();
    let (bars, exits): (Vec<_>, Vec<_>) = changes.iter().map(|change| (bar(change), exit(change))).unzip();
    write_rows(tx, PROVIDERS, &rows)?;
    write_rows(tx, BARS, &bars.into_iter().flatten().collect::<Vec<_>>())?;
    write_rows(tx, EXITS, &exits.into_iter().flatten().collect::<Vec<_>>())?;
    append(tx, "provider_timeline", changes, timeline::of_provider)
}

const PROVIDERS: &str = "INSERT INTO providers \
    (id, version, status, leaving, eu_trained, registered_at, updated_at, exited_at) \
    SELECT id, version, status, leaving, eu_trained, at, at, exited_at FROM jsonb_to_recordset($1::jsonb) AS t \
    (id uuid, version bigint, status text, leaving boolean, eu_trained boolean, at timestamptz, exited_at timestamptz) \
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, status = excluded.status, leaving = excluded.leaving, \
    eu_trained = excluded.eu_trained, updated_at = excluded.updated_at, exited_at = excluded.exited_at";

const BARS: &str = "UPDATE providers p SET barred = t.barred, bar = t.bar, related_to = t.related_to \
    FROM jsonb_to_recordset($1::jsonb) AS t (id uuid, barred text, bar jsonb, related_to uuid) WHERE p.id = t.id";

const EXITS: &str = "UPDATE providers p SET exit_rules = t.rules \
    FROM jsonb_to_recordset($1::jsonb) AS t (id uuid, rules jsonb) WHERE p.id = t.id";

#[derive(Serialize)]
struct ProviderRow {
    id: Uuid,
    version: i64,
    status: &'static str,
    leaving: bool,
    eu_trained: bool,
    at: Time,
    exited_at: Option<Time>,
}

#[derive(Serialize)]
struct BarRow<'a> {
    id: Uuid,
    barred: Option<&'a RuleId>,
    bar: Option<&'a Decision>,
    related_to: Option<Uuid>,
}

#[derive(Serialize)]
struct ExitRow {
    id: Uuid,
    rules: Vec<RuleId>,
}

fn provider(change: &Change<Providers>, profile: &Profile) -> ProviderRow {
    ProviderRow {
        id: change.id,
        version: change.version,
        status: Providers::status(&change.after),
        leaving: profile.is_leaving(),
        eu_trained: profile.training.is_some(),
        at: change.at,
        exited_at: profile.exited_at(),
    }
}

/// The bar, if the change barred the provider or lifted its bar.
fn bar(change: &Change<Providers>) -> Option<BarRow<'_>> {
    change.entries.iter().rev().find_map(|entry| match &entry.event {
        Event::Barred { decision, related_to } => Some(BarRow {
            id: change.id,
            barred: decision.rules.first(),
            bar: Some(decision),
            related_to: related_to.map(|ProviderId(id)| id),
        }),
        Event::BarLifted { .. } => Some(BarRow { id: change.id, barred: None, bar: None, related_to: None }),
        Event::Registered { .. }
        | Event::Trained { .. }
        | Event::ExitRequested { .. }
        | Event::ExitCancelled
        | Event::Exited { .. } => None,
    })
}

/// What the exit rests on, if the change was one. X21 for one of the provider's own wish.
fn exit(change: &Change<Providers>) -> Option<ExitRow> {
    change.entries.iter().find_map(|entry| match &entry.event {
        Event::Exited { decision, .. } => Some(ExitRow {
            id: change.id,
            rules: decision.as_ref().map_or_else(|| vec![RuleId::of("X21")], |decision| decision.rules.clone()),
        }),
        Event::Registered { .. }
        | Event::Trained { .. }
        | Event::ExitRequested { .. }
        | Event::ExitCancelled
        | Event::Barred { .. }
        | Event::BarLifted { .. } => None,
    })
}
