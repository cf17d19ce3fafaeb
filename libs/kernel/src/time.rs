//! Instants, spans and the calendar. Nothing here reads a clock.
use chrono::{Datelike, Days, NaiveDate, NaiveDateTime, TimeZone, Utc, Weekday};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// An instant in UTC, to the microsecond.
pub type Time = chrono::DateTime<Utc>;
pub use chrono::TimeDelta;

/// A length of time as the rulebook writes it: `"24 hours"`, `"3 days"`, `"10 working_days"`, `"5 minutes"`, `"1 months"`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Span {
    /// Minutes of 60 seconds.
    Minutes(u32),
    /// Hours of 60 minutes.
    Hours(u32),
    /// Calendar days of 24 hours from the triggering instant.
    Days(u32),
    /// Days on which the calendar works; ends at the same local time of day.
    WorkingDays(u32),
    /// Ends on the same day of a later month, or on its last.
    Months(u32),
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Minutes(n) => write!(f, "{n} minutes"),
            Self::Hours(n) => write!(f, "{n} hours"),
            Self::Days(n) => write!(f, "{n} days"),
            Self::WorkingDays(n) => write!(f, "{n} working_days"),
            Self::Months(n) => write!(f, "{n} months"),
        }
    }
}

impl From<Span> for String {
    fn from(span: Span) -> Self {
        span.to_string()
    }
}

impl TryFrom<String> for Span {
    type Error = String;
    fn try_from(text: String) -> Result<Self, String> {
        let wrong = || format!("{text:?} is not a span: a number and minutes, hours, days, working_days or months");
        let (number, unit) = text.split_once(' ').ok_or_else(wrong)?;
        let number: u32 = number.parse().map_err(|_| wrong())?;
        match unit {
            "minute" | "minutes" => Ok(Self::Minutes(number)),
            "hour" | "hours" => Ok(Self::Hours(number)),
            "day" | "days" => Ok(Self::Days(number)),
            "working_day" | "working_days" => Ok(Self::WorkingDays(number)),
            "month" | "months" => Ok(Self::Months(number)),
            _ => Err(wrong()),
        }
    }
}

/// Which days work, and in which zone a day begins (rulebook data).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Calendar {
    /// IANA zone in which days begin.
    pub zone: chrono_tz::Tz,
    /// Days of the week that do not work.
    pub weekend: Vec<Weekday>,
    /// Days that do not work although the week says so.
    pub holidays: BTreeSet<NaiveDate>,
    /// Days that work although the week or a holiday says otherwise.
    pub make_up_workdays: BTreeSet<NaiveDate>,
}

impl Calendar {
    /// The instant `span` after `from`.
    ///
    /// Saturates at the far end of time rather than panic: a span comes from a checked rulebook.
    pub fn after(&self, from: Time, span: Span) -> Time {
        let plus =
            |delta: Option<TimeDelta>| delta.and_then(|delta| from.checked_add_signed(delta)).unwrap_or(Time::MAX_UTC);
        match span {
            Span::Minutes(n) => plus(TimeDelta::try_minutes(n.into())),
            Span::Hours(n) => plus(TimeDelta::try_hours(n.into())),
            Span::Days(n) => plus(TimeDelta::try_days(n.into())),
            Span::WorkingDays(n) => self.after_working_days(from, n),
            Span::Months(n) => {
                self.instant(self.local(from).checked_add_months(chrono::Months::new(n)).unwrap_or(NaiveDateTime::MAX))
            }
        }
    }

    /// The instant `span` before `until`, for reminders; working days and months are counted back likewise.
    pub fn before(&self, until: Time, span: Span) -> Time {
        let minus =
            |delta: Option<TimeDelta>| delta.and_then(|delta| until.checked_sub_signed(delta)).unwrap_or(Time::MIN_UTC);
        match span {
            Span::Minutes(n) => minus(TimeDelta::try_minutes(n.into())),
            Span::Hours(n) => minus(TimeDelta::try_hours(n.into())),
            Span::Days(n) => minus(TimeDelta::try_days(n.into())),
            Span::WorkingDays(n) => {
                let mut local = self.local(until);
                let mut left = n;
                while left > 0 {
                    let Some(earlier) = local.checked_sub_days(Days::new(1)) else { return Time::MIN_UTC };
                    local = earlier;
                    if self.works_on(local.date()) {
                        left -= 1;
                    }
                }
                self.instant(local)
            }
            Span::Months(n) => {
                self.instant(self.local(until).checked_sub_months(chrono::Months::new(n)).unwrap_or(NaiveDateTime::MIN))
            }
        }
    }

    /// Whether work is done on this local day.
    pub fn works_on(&self, day: NaiveDate) -> bool {
        self.make_up_workdays.contains(&day) || !(self.holidays.contains(&day) || self.weekend.contains(&day.weekday()))
    }

    /// The local day on which an instant falls.
    pub fn day(&self, at: Time) -> NaiveDate {
        self.local(at).date()
    }

    fn after_working_days(&self, from: Time, n: u32) -> Time {
        let mut local = self.local(from);
        let mut left = n;
        while left > 0 {
            let Some(later) = local.checked_add_days(Days::new(1)) else { return Time::MAX_UTC };
            local = later;
            if self.works_on(local.date()) {
                left -= 1;
            }
        }
        self.instant(local)
    }

    fn local(&self, at: Time) -> NaiveDateTime {
        at.with_timezone(&self.zone).naive_local()
    }

    /// A local time that a change of the clocks skips is read an hour later; one that comes twice, as the first.
    fn instant(&self, local: NaiveDateTime) -> Time {
        self.zone
            .from_local_datetime(&local)
            .earliest()
            .or_else(|| self.zone.from_local_datetime(&(local + TimeDelta::hours(1))).earliest())
            .map_or(Time::MAX_UTC, |at| at.with_timezone(&Utc))
    }
}

/// Serialises a [`TimeDelta`] as integer microseconds: what is left of a paused clock, exactly.
pub mod micros {
    use super::TimeDelta;
    use serde::{Deserialize, Deserializer, Serializer};

    /// As microseconds; saturates beyond 292,000 years.
    pub fn serialize<S: Serializer>(delta: &TimeDelta, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(delta.num_microseconds().unwrap_or(i64::MAX))
    }

    /// From microseconds.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<TimeDelta, D::Error> {
        i64::deserialize(deserializer).map(TimeDelta::microseconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shanghai() -> Calendar {
        Calendar {
            zone: chrono_tz::Asia::Shanghai,
            weekend: vec![Weekday::Sat, Weekday::Sun],
            holidays: [NaiveDate::from_ymd_opt(2026, 10, 1).unwrap()].into(),
            make_up_workdays: [NaiveDate::from_ymd_opt(2026, 10, 10).unwrap()].into(),
        }
    }

    fn at(text: &str) -> Time {
        text.parse().unwrap()
    }

    #[test]
    fn days_are_24_hours_and_months_end_on_the_last_day() {
        let calendar = shanghai();
        assert_eq!(calendar.after(at("2026-01-31T10:00:00Z"), Span::Days(3)), at("2026-02-03T10:00:00Z"));
        assert_eq!(calendar.after(at("2026-01-31T10:00:00Z"), Span::Months(1)), at("2026-02-28T10:00:00Z"));
        assert_eq!(calendar.before(at("2026-02-03T10:00:00Z"), Span::Days(3)), at("2026-01-31T10:00:00Z"));
    }

    #[test]
    fn working_days_skip_weekends_and_holidays_and_keep_make_up_days() {
        let calendar = shanghai();
        // Wednesday; Thursday is a holiday, so the first working day is Friday.
        assert_eq!(calendar.after(at("2026-09-30T02:00:00Z"), Span::WorkingDays(1)), at("2026-10-02T02:00:00Z"));
        // Friday; Saturday the 10th is worked.
        assert_eq!(calendar.after(at("2026-10-09T02:00:00Z"), Span::WorkingDays(1)), at("2026-10-10T02:00:00Z"));
        // 23:00 UTC on Friday is already Saturday in Shanghai.
        assert_eq!(calendar.after(at("2026-10-02T23:00:00Z"), Span::WorkingDays(1)), at("2026-10-04T23:00:00Z"));
        assert_eq!(calendar.before(at("2026-10-02T02:00:00Z"), Span::WorkingDays(1)), at("2026-09-30T02:00:00Z"));
    }

    #[test]
    fn a_local_time_that_the_clocks_skip_is_read_an_hour_later() {
        let berlin = Calendar { zone: chrono_tz::Europe::Berlin, ..shanghai() };
        assert_eq!(berlin.after(at("2026-02-28T01:30:00Z"), Span::Months(1)), at("2026-03-28T01:30:00Z"));
        assert_eq!(berlin.after(at("2026-03-01T01:30:00Z"), Span::Months(0)), at("2026-03-01T01:30:00Z"));
        assert_eq!(berlin.after(at("2026-01-29T01:30:00Z"), Span::Months(2)), at("2026-03-29T01:30:00Z"));
    }

    #[test]
    fn spans_read_back_and_name_what_is_wrong() {
        for text in ["5 minutes", "24 hours", "3 days", "10 working_days", "1 months"] {
            assert_eq!(Span::try_from(text.to_owned()).unwrap().to_string(), text);
        }
        for bad in ["", "3", "days", "-1 days", "3 weeks", "3  days"] {
            assert!(Span::try_from(bad.to_owned()).unwrap_err().contains("is not a span"), "{bad}");
        }
    }
}
