//! The section `[notifications]` of an edition: when a notice counts as served (D1.1.3).
//!
//! Owns that figure. What a notice says is data of the notifications service; what starts when it is served belongs to
//! the context whose clock it is (`orders.notice`). Start at [`NotificationRules`].
use kernel::Span;
use serde::{Deserialize, Serialize};

/// Figures of the notifications context.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotificationRules {
    /// D1.1.3: a notice that has stood in the inbox for so long counts as served, read or not; `0 minutes`: at once.
    pub inbox: Span,
}

impl NotificationRules {
    /// What the type cannot say. Each finding names its entry.
    pub fn check(&self, findings: &mut Vec<String>) {
        if matches!(self.inbox, Span::WorkingDays(_) | Span::Months(_)) || minutes(self.inbox) > 30 * 24 * 60 {
            findings.push("notifications.inbox: in minutes, hours or days, at most 30 days".into());
        }
    }

    /// Whether a notice is served before the context that waits for it stops waiting.
    pub fn inbox_within(&self, waits: Span) -> bool {
        minutes(self.inbox) < minutes(waits)
    }
}

/// The length of a span at the least; working days and months as the calendar's shortest.
fn minutes(span: Span) -> u64 {
    const DAY: u64 = 24 * 60;
    match span {
        Span::Minutes(n) => n.into(),
        Span::Hours(n) => u64::from(n) * 60,
        Span::Days(n) | Span::WorkingDays(n) => u64::from(n) * DAY,
        Span::Months(n) => u64::from(n) * 28 * DAY,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Edition;

    #[test]
    fn the_shipped_figure_serves_at_once() {
        let edition = Edition::shipped();
        assert_eq!(edition.notifications.inbox, Span::Minutes(0));
        assert!(edition.notifications.inbox_within(edition.orders.notice));
    }

    #[test]
    fn a_figure_out_of_bounds_is_named() {
        for (inbox, is_sound) in [
            (Span::Hours(24), true),
            (Span::Days(30), true),
            (Span::Days(31), false),
            (Span::WorkingDays(1), false),
            (Span::Months(1), false),
        ] {
            let mut findings = vec![];
            NotificationRules { inbox }.check(&mut findings);
            assert_eq!(findings.is_empty(), is_sound, "{inbox}: {findings:?}");
        }
    }

    #[test]
    fn orders_wait_longer_than_a_notice_takes() {
        let late = Edition::shipped().source.replace("inbox = \"0 minutes\"", "inbox = \"24 hours\"");
        let error = Edition::read(&late).unwrap_err().to_string();
        assert!(error.contains("orders.notice"), "{error}");
    }
}
