//! From days on documents to instants: where a day begins in the calendar's zone.
use chrono::{NaiveDate, NaiveTime, TimeZone};
use kernel::{Calendar, Time, TimeDelta};

/// The instant at which `day` begins; far in the future for days that no calendar knows.
pub fn start_of(day: NaiveDate, calendar: &Calendar) -> Time {
    let midnight = day.and_time(NaiveTime::MIN);
    calendar
        .zone
        .from_local_datetime(&midnight)
        .earliest()
        .or_else(|| calendar.zone.from_local_datetime(&(midnight + TimeDelta::hours(1))).earliest())
        .map_or(Time::MAX_UTC, |at| at.to_utc())
}

/// The instant after the last one of `day`: a document that expires on `day` is good until then.
pub fn end_of(day: NaiveDate, calendar: &Calendar) -> Time {
    day.succ_opt().map_or(Time::MAX_UTC, |next| start_of(next, calendar))
}
