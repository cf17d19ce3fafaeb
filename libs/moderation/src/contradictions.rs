//! Fields that contradict each other (M4.1.a, M4.1.c → M5.13): a price or a delivery time in the text that is not the
//! structured one.
//!
//! Owns how an amount and a span of days are read, and what is left of a price after the discounts that a text tells of.
//! Only what is plainly announced as the price or the delivery counts, and only if no such statement in the text agrees.
use crate::disguise::Hit;
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
        let stated = prices(context, &field.scan, price.currency, None);
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

/// What a text says that the price comes to: after a discount in percent, `3折` of it, or as a price for some time.
pub(crate) fn discounted(context: &Context<'_>, scan: &Scan<'_>, price: Money) -> Option<Money> {
    let of = |minor: i64| Money::new(minor, price.currency);
    let share =
        |left: i64| (0..=100).contains(&left).then(|| of(price.minor / 100 * left + price.minor % 100 * left / 100));
    let told = scan.of_class(Class::PriceWord).iter().filter_map(|hit| {
        let before = || figure_before(scan, hit.from);
        match context.term(hit.term)?.value.as_deref()? {
            "percent_off" => {
                let percent = |(from, to, text): (usize, usize, String)| {
                    let is = scan.reading.at(to) == '%' || (hit.from..hit.to).contains(&to);
                    (is && from != to).then(|| text.parse::<i64>().ok()).flatten()
                };
                let left = 100 - before().and_then(percent).or_else(|| figure(scan, hit.to).and_then(percent))?;
                share(left)
            }
            "tenths_left" => {
                let (_, to, text) = before()?;
                let tenths = text.parse::<f64>().ok().filter(|tenths| to == hit.from && *tenths < 10.0)?;
                share((tenths * 10.0).round() as i64)
            }
            _ => None,
        }
    });
    let promoted = prices(context, scan, price.currency, Some("promotion")).into_iter().map(|one| of(one.value));
    told.chain(promoted).min_by_key(|money| money.minor)
}

/// Amounts behind a word for the price with this value, with the currency at either side.
fn prices(context: &Context<'_>, scan: &Scan<'_>, currency: Currency, value: Option<&str>) -> Vec<Stated<i64>> {
    let mut stated: Vec<Stated<i64>> = vec![];
    let of = |term: u32| context.term(term).is_some_and(|term| term.value.as_deref() == value);
    for word in scan.of_class(Class::PriceWord).iter().filter(|word| of(word.term)) {
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
    let (to, text) = number(scan, from);
    Some((from, to, text))
}

/// The figure that stands right before a place, but for a space or a sign of percent.
fn figure_before(scan: &Scan<'_>, place: usize) -> Option<(usize, usize, String)> {
    let reading = scan.reading;
    let last = (1..=3).map_while(|back| place.checked_sub(back)).find(|at| reading.kind(*at) == Kind::Digit)?;
    let digit = |at: usize| reading.kind(at) == Kind::Digit;
    let within = |at: usize| digit(at) || matches!(reading.at(at), '.' | ',') && at > 0 && digit(at - 1);
    let mut from = last;
    while from > 0 && within(from - 1) {
        from -= 1;
    }
    let (to, text) = number(scan, from);
    (to > last).then_some((from, to, text))
}

/// The number that begins at a place, and where it ends.
fn number(scan: &Scan<'_>, from: usize) -> (usize, String) {
    let reading = scan.reading;
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
    (to, text)
}

/// Days behind a word for the delivery; before it, where nothing follows it: "3天内交付。".
fn deliveries(context: &Context<'_>, scan: &Scan<'_>) -> Vec<Stated<u32>> {
    let mut stated = vec![];
    for word in scan.of_class(Class::DeliveryWord) {
        let closed = !matches!(scan.reading.kind(word.to), Kind::Letter | Kind::Han | Kind::Digit | Kind::Space);
        let before = || {
            let ends = |hit: &&Hit| hit.to <= word.from && word.from - hit.to <= 1;
            let durations = scan.within(Class::DurationWord, word.from.saturating_sub(REACH), word.from);
            durations.iter().filter(ends).find_map(|hit| figure_before(scan, hit.from))
        };
        let told = if closed { before() } else { None };
        let Some((from, to, text)) = told.or_else(|| figure(scan, word.to)) else { continue };
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
