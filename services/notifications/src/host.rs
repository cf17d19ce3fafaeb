//! The homes of the two machines: their rules, their facts, their views, their messages.
use crate::{facts, outbound, views};
use diesel::prelude::*;
use engine::{Ask, Change, Entry, Host, Outbound};
use notifications_domain::notice::{Facts, Notice};
use notifications_domain::preferences::Preference;
use notifications_domain::{Notices, Preferences};
use rulebook::{Edition, NotificationRules};

/// The host of [`Notices`].
pub(crate) struct NoticeHost;

/// The host of [`Preferences`].
pub(crate) struct PreferenceHost;

impl Host for NoticeHost {
    type Machine = Notices;

    fn rules(edition: &Edition) -> &NotificationRules {
        &edition.notifications
    }

    fn facts(&self, tx: &mut PgConnection, asked: &[Ask<'_, Notices>]) -> QueryResult<Vec<Facts>> {
        facts::of_recipients(tx, asked)
    }

    fn project(&self, tx: &mut PgConnection, changes: &[Change<Notices>]) -> QueryResult<()> {
        views::project_notices(tx, changes)
    }

    fn views(&self) -> &'static [&'static str] {
        views::OF_NOTICES
    }

    fn outbound(&self, entry: &Entry<Notices>, after: &Notice) -> Option<Outbound> {
        outbound::told(entry, after)
    }
}

impl Host for PreferenceHost {
    type Machine = Preferences;

    fn rules(edition: &Edition) -> &NotificationRules {
        &edition.notifications
    }

    /// Preferences need none.
    fn facts(&self, _: &mut PgConnection, asked: &[Ask<'_, Preferences>]) -> QueryResult<Vec<()>> {
        Ok(vec![(); asked.len()])
    }

    fn project(&self, tx: &mut PgConnection, changes: &[Change<Preferences>]) -> QueryResult<()> {
        views::project_preferences(tx, changes)
    }

    fn views(&self) -> &'static [&'static str] {
        views::OF_PREFERENCES
    }

    /// How an organisation wants to be addressed is nobody else's business.
    fn outbound(&self, _: &Entry<Preferences>, _: &Preference) -> Option<Outbound> {
        None
    }
}
