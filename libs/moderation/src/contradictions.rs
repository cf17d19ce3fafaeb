//! Fields that contradict each other (M4.1.a, M4.1.c → M5.13): a price or a delivery time in the text that is not the
//! structured one.
//!
//! Owns how an amount and a span of days are read. Only what is plainly announced as the price or the delivery counts,
//! and only if no such statement in the text agrees.
use crate::field::{Breach, Context, Field};
use crate::finding::{How, View};
use crate::letters::Kind;
use crate::scan::Scan;
use kernel::{Currency, Money, RuleId};
use rulebook::listings::Severity;
use rulebook::lists::Class;

/// How far behind its word a figure is announced.
const REACH: usize = 24;

struct Stated<T> {
    from: usize,
    to: usize,
    value: T,
}

pub(crate) fn check(context: &Context<'_>, field: &mut Field<'_>) {
    if let Some(price) = context.subject.price {
        let stated = prices(context, &field.scan, price.currency);
        let agrees = |one: &Stated<i64>| {
            let times: [i64; 4] = [1, 3, 6, 12];
            times.iter().any(|n| {
                price.minor.checked_mul(*n) == Some(one.value) || one.value.checked_mul(*n) == Some(price.minor)
            })
        };
        if !stated.iter().any(agrees) {
            for one in stated {
                let said = Money::new(one.value, price.currency).to_string();
                contradiction(context, field, one.from, one.to, said, format!("price {price}"));
            }
        }
    }
    if let Some(days) = context.subject.delivery_days {
        let stated = deliveries(context, &field.scan);
        if !stated.iter().any(|one| one.value == days) {
            for one in stated {
                contradiction(
                    context,
                    field,
                    one.from,
                    one.to,
                    format!("{} days", one.value),
                    format!("delivery_days {days}"),
                );
            }
        }
    }
}

fn contradiction(context: &Context<'_>, field: &mut Field<'_>, from: usize, to: usize, said: String, twin: String) {
    let breach = Breach {
        rule: RuleId::of("M4.1.a"),
        row: Some(RuleId::of("M5.13")),
        list: None,
        severity: Severity::Review,
        seen_as: said,
        how: How::by(View::Contradiction).twin(twin),
        confidence: 0.75,
        hint: "Let the text say the same as the field, or leave it to the field.".into(),
    };
    field.find(context, from, to, breach);
}

/// Amounts behind a word for the price, with the currency at either side.
fn prices(context: &Context<'_>, scan: &Scan<'_>, currency: Currency) -> Vec<Stated<i64>> {
    let mut stated: Vec<Stated<i64>> = vec![];
    for word in scan.of_class(Class::PriceWord) {
        let Some((from, to, text)) = figure(scan, word.to) else { continue };
        if is_of(context, scan, from, to, currency)
            && let Ok(money) = Money::parse(&text, currency)
            && stated.last().is_none_or(|last| last.from < from)
        {
            stated.push(Stated { from, to, value: money.minor });
        }
    }
    stated
}

fn is_of(context: &Context<'_>, scan: &Scan<'_>, from: usize, to: usize, currency: Currency) -> bool {
    let name = currency.to_string();
    let near = scan.within(Class::CurrencyWord, from.saturating_sub(5), to + 2);
    near.iter().any(|hit| {
        let beside = hit.to <= from && from - hit.to <= 1 || hit.from >= to && hit.from - to <= 1;
        beside && context.term(hit.term).and_then(|term| term.value.as_deref()) == Some(name.as_str())
    })
}

/// The first figure behind a place: without separators of thousands.
fn figure(scan: &Scan<'_>, place: usize) -> Option<(usize, usize, String)> {
    let reading = scan.reading;
    let sentence = reading.sentence(place.saturating_sub(1));
    let from =
        (place..place + REACH).find(|at| reading.kind(*at) == Kind::Digit && reading.sentence(*at) == sentence)?;
    let mut to = from;
    let mut text = String::new();
    loop {
        match reading.at(to) {
            c @ '0'..='9' => text.push(c),
            ',' if reading.kind(to + 1) == Kind::Digit => {}
            '.' if reading.kind(to + 1) == Kind::Digit => text.push('.'),
            _ => break,
        }
        to += 1;
    }
    Some((from, to, text))
}

/// Days behind a word for the delivery.
fn deliveries(context: &Context<'_>, scan: &Scan<'_>) -> Vec<Stated<u32>> {
    let mut stated = vec![];
    for word in scan.of_class(Class::DeliveryWord) {
        let Some((from, to, text)) = figure(scan, word.to) else { continue };
        // "3-5 days": a span is no contradiction of one of its days.
        let span = matches!(scan.reading.at(to), '-' | '~') || scan.reading.kind(to + 1) == Kind::Digit;
        let unit = scan.within(Class::DurationWord, to, to + 3).last();
        let days =
            unit.and_then(|hit| context.term(hit.term)).and_then(|term| term.value.as_deref()?.parse::<u32>().ok());
        if let (Some(days), Some(hit), Ok(count), false) = (days, unit, text.parse::<u32>(), span) {
            stated.push(Stated { from, to: hit.to, value: count.saturating_mul(days) });
        }
    }
    stated
}
