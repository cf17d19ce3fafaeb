//! Figures as people write them: amounts as `480.00`, shares as `0.25` or `25%`, times as `36 hours`.
//!
//! One notation for JSON lines, for findings over HTTP and for the statement of reasons; what is written here reads back
//! as the same figures.
use super::finding::{Figures, Share};
use kernel::{Currency, Money};
use rulebook::standards::Figure;
use serde_json::Value;
use std::collections::BTreeMap;
use std::num::NonZeroU64;
use strum::VariantArray;

/// Figures by their names, as they were written.
pub type Written = BTreeMap<Figure, Value>;

/// Reads figures in this currency; null is open. The error names the figure and says what was expected.
pub fn read(written: &Written, currency: Currency) -> Result<Figures, String> {
    let mut figures = Figures::default();
    for (figure, value) in written {
        enter(&mut figures, *figure, value, currency)?;
    }
    Ok(figures)
}

/// Writes those that were found, each as it may be read.
pub fn write(figures: &Figures, currency: Currency) -> BTreeMap<Figure, String> {
    let text = |figure: &Figure| Some((*figure, text_of(figures, *figure, currency)?));
    Figure::VARIANTS.iter().filter_map(text).collect()
}

/// Whether it is an amount of money.
pub fn is_money(figure: Figure) -> bool {
    match figure {
        Figure::ServiceCost
        | Figure::AvoidableCost
        | Figure::Losses
        | Figure::AgreedToMerchant
        | Figure::SettlementToMerchant => true,
        Figure::KeptValueShare
        | Figure::UsedValueShare
        | Figure::PerformedShare
        | Figure::FailedRounds
        | Figure::LostTime
        | Figure::UnusedTime
        | Figure::Period => false,
    }
}

/// Enters a figure, unless it is null; the same twice is once.
pub(super) fn enter(figures: &mut Figures, figure: Figure, value: &Value, currency: Currency) -> Result<(), String> {
    if value.is_null() {
        return Ok(());
    }
    let name: &str = figure.into();
    match figure {
        Figure::KeptValueShare => once(&mut figures.kept_value_share, share(value, name)?, name),
        Figure::UsedValueShare => once(&mut figures.used_value_share, share(value, name)?, name),
        Figure::PerformedShare => once(&mut figures.performed_share, share(value, name)?, name),
        Figure::ServiceCost => once(&mut figures.service_cost, money(value, name, currency)?, name),
        Figure::AvoidableCost => once(&mut figures.avoidable_cost, money(value, name, currency)?, name),
        Figure::Losses => once(&mut figures.losses, money(value, name, currency)?, name),
        Figure::AgreedToMerchant => once(&mut figures.agreed_to_merchant, money(value, name, currency)?, name),
        Figure::SettlementToMerchant => once(&mut figures.settlement_to_merchant, money(value, name, currency)?, name),
        Figure::FailedRounds => once(&mut figures.failed_rounds, rounds(value, name)?, name),
        Figure::LostTime => once(&mut figures.lost_time, seconds(value, name)?, name),
        Figure::UnusedTime => once(&mut figures.unused_time, seconds(value, name)?, name),
        Figure::Period => {
            let period =
                NonZeroU64::new(seconds(value, name)?).ok_or_else(|| format!("{name}: must be more than nothing"))?;
            once(&mut figures.period, period, name)
        }
    }
}

fn text_of(figures: &Figures, figure: Figure, currency: Currency) -> Option<String> {
    let money = |minor: u64| Money::new(i64::try_from(minor).unwrap_or(i64::MAX), currency).amount();
    match figure {
        Figure::KeptValueShare => figures.kept_value_share.map(Into::into),
        Figure::UsedValueShare => figures.used_value_share.map(Into::into),
        Figure::PerformedShare => figures.performed_share.map(Into::into),
        Figure::ServiceCost => figures.service_cost.map(money),
        Figure::AvoidableCost => figures.avoidable_cost.map(money),
        Figure::Losses => figures.losses.map(money),
        Figure::AgreedToMerchant => figures.agreed_to_merchant.map(money),
        Figure::SettlementToMerchant => figures.settlement_to_merchant.map(money),
        Figure::FailedRounds => figures.failed_rounds.map(|rounds| rounds.to_string()),
        Figure::LostTime => figures.lost_time.map(time),
        Figure::UnusedTime => figures.unused_time.map(time),
        Figure::Period => figures.period.map(|period| time(period.get())),
    }
}

/// An amount may stand among the findings and among the amounts, if both say the same.
fn once<T: PartialEq + Copy>(place: &mut Option<T>, value: T, name: &str) -> Result<(), String> {
    if place.is_some_and(|before| before != value) {
        return Err(format!("{name}: given twice, and differently"));
    }
    *place = Some(value);
    Ok(())
}

/// The text of a string or a number.
fn text(value: &Value, name: &str) -> Result<String, String> {
    match value {
        Value::String(text) => Ok(text.trim().to_owned()),
        Value::Number(number) => Ok(number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => {
            Err(format!("{name}: a number, or a text with one, is expected"))
        }
    }
}

/// An amount in minor units.
pub(super) fn money(value: &Value, name: &str, currency: Currency) -> Result<u64, String> {
    let money = Money::parse(&text(value, name)?, currency).map_err(|error| format!("{name}: {error}"))?;
    u64::try_from(money.minor).map_err(|_| format!("{name}: must not be negative"))
}

fn share(value: &Value, name: &str) -> Result<Share, String> {
    Share::try_from(text(value, name)?).map_err(|error| format!("{name}: {error}"))
}

fn rounds(value: &Value, name: &str) -> Result<u32, String> {
    text(value, name)?.parse().map_err(|_| format!("{name}: a whole number is expected"))
}

/// The units of time, the longest that is written first.
const UNITS: [(&str, u64); 4] = [("day", 86_400), ("hour", 3_600), ("minute", 60), ("second", 1)];

/// A length of time with its unit, as `"36 hours"`.
fn seconds(value: &Value, name: &str) -> Result<u64, String> {
    let text = text(value, name)?;
    let wrong =
        || format!("{name}: {text:?} is not a time: write a whole number and seconds, minutes, hours, days or weeks");
    let (number, unit) = text.split_once(' ').ok_or_else(wrong)?;
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let unit = unit.trim();
    let unit = unit.strip_suffix('s').unwrap_or(unit);
    let length = match UNITS.iter().find(|(name, _)| *name == unit) {
        Some((_, length)) => *length,
        None if unit == "week" => 604_800,
        None => return Err(wrong()),
    };
    number.checked_mul(length).ok_or_else(wrong)
}

/// In the longest unit of which it is a whole number.
fn time(seconds: u64) -> String {
    let fits = |(_, length): &&(&str, u64)| seconds.is_multiple_of(*length);
    let (unit, length) = UNITS.iter().find(fits).unwrap_or(&("second", 1));
    let number = seconds / length;
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}
