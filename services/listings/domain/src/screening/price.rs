//! No malicious low price (M4.2.e.2): a floor per month, longer terms counted per month.
use super::terms::Dictionary;
use super::{Finding, How, Subject};
use kernel::{Money, PriceUnit, RuleId};
use rulebook::ListingRules;
use rulebook::listings::{PriceFloor, Severity};

pub(super) fn check(subject: &Subject<'_>, rules: &ListingRules, dictionary: &Dictionary<'_>) -> Vec<Finding> {
    let (Some(price), Some(unit)) = (subject.price, subject.price_unit) else {
        return vec![];
    };
    let applies = |(place, floor): &(usize, &PriceFloor)| {
        let named = || subject.texts.iter().any(|(_, text)| dictionary.has_floor_word(*place, text));
        floor.category == subject.category && (floor.words.is_empty() || named())
    };
    rules.floors.iter().enumerate().filter(applies).filter_map(|(_, floor)| below(price, unit, floor)).collect()
}

fn below(price: Money, unit: PriceUnit, floor: &PriceFloor) -> Option<Finding> {
    let Some(per_month) = floor.per_month.iter().find(|money| money.currency == price.currency) else {
        let hint = "The floor is set in another currency: a moderator compares it.".to_owned();
        return Some(finding(Severity::Review, price, unit, 0.5, hint));
    };
    // A one-off price has no term: it is surely too low only below the price of a single month.
    let months = match unit {
        PriceUnit::OneOff | PriceUnit::Month => 1,
        PriceUnit::Year => 12,
    };
    let is_below = i128::from(price.minor) < i128::from(per_month.minor) * months;
    let hint = format!("The price must be {per_month} a month at least, after every discount.");
    is_below.then(|| finding(Severity::Reject, price, unit, 1.0, hint))
}

fn finding(severity: Severity, price: Money, unit: PriceUnit, confidence: f64, hint: String) -> Finding {
    Finding {
        rule: RuleId::of("M4.2.e.2"),
        row: Some(RuleId::of("M5.21")),
        severity,
        field: "price".into(),
        start: 0,
        end: 0,
        text: price.to_string(),
        seen_as: format!("{price} {unit}"),
        how: How::Figure,
        confidence,
        hint,
    }
}
