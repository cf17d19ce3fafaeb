//! No malicious low price (M4.2.e.2 → M5.21): a floor per month, longer terms counted per month. No false free service
//! (M5.20): nothing is called free that has a price.
//!
//! Owns the arithmetic; the floors are figures of the edition, the words for "free" a list.
use crate::contradictions;
use crate::field::{Breach, Context, Field};
use crate::finding::{Finding, How, View, Why};
use crate::letters::{self, Kind};
use crate::reading::fold_term;
use crate::terms;
use kernel::{Money, PriceUnit, RuleId};
use rulebook::listings::{PriceFloor, Severity};
use rulebook::lists::Class;

/// The floors with their words folded as texts are.
#[derive(Debug)]
pub(crate) struct Floors {
    floors: Vec<(PriceFloor, Vec<Vec<char>>)>,
}

impl Floors {
    pub(crate) fn of(floors: &[PriceFloor]) -> Self {
        let folded = |floor: &PriceFloor| {
            (floor.clone(), floor.words.iter().map(|word| fold_term(word).chars().collect()).collect())
        };
        Self { floors: floors.iter().map(folded).collect() }
    }

    pub(crate) fn check(&self, context: &Context<'_>, fields: &[Field<'_>]) -> Vec<Finding> {
        let subject = context.subject;
        let (Some(price), Some(unit)) = (subject.price, subject.price_unit) else {
            return vec![];
        };
        let applies = |(_, words): &(PriceFloor, Vec<Vec<char>>)| {
            let named = || words.iter().any(|word| fields.iter().any(|field| has_word(field, word)));
            words.is_empty() || named()
        };
        let floors = self.floors.iter().filter(|(floor, _)| Some(floor.category) == subject.category);
        let discounted = || {
            let told = fields.iter().filter_map(|field| contradictions::discounted(context, &field.scan, price));
            told.min_by_key(|price| price.minor).unwrap_or(price)
        };
        let below = floors.filter_map(|floor| Some((floor, below(context, price, discounted, unit, &floor.0)?)));
        below.filter(|(floor, _)| applies(floor)).map(|(_, finding)| finding).collect()
    }
}

/// Whether a field has the word, in whatever letters; single letters may be kept apart: `E.R.P`.
fn has_word(field: &Field<'_>, word: &[char]) -> bool {
    let reading = field.scan.reading;
    let stands = |place: usize, letter: char| {
        let c = reading.at(place);
        c == letter || !c.is_ascii_alphabetic() && c.is_alphanumeric() && letters::class(c) == letters::class(letter)
    };
    let ends = |from: usize, apart: bool| -> Option<usize> {
        let mut place = from;
        for (nth, letter) in word.iter().enumerate() {
            if nth > 0 && apart {
                matches!(reading.kind(place), Kind::Space | Kind::Sign).then_some(())?;
                place += 1;
            }
            stands(place, *letter).then_some(())?;
            place += 1;
        }
        Some(place)
    };
    let found = |from: usize| [false, true].into_iter().filter_map(|apart| ends(from, apart)).collect::<Vec<usize>>();
    (0..reading.units.len()).any(|from| {
        let edge = |place: usize| reading.kind(place) == Kind::Letter && reading.kind_before(place) == Kind::Letter;
        word.first().is_some_and(|first| stands(from, *first))
            && !edge(from)
            && found(from).into_iter().any(|to| !edge(to))
    })
}

/// What is left after discounts that only words tell of is for a moderator.
fn below(
    context: &Context<'_>,
    price: Money,
    discounted: impl Fn() -> Money,
    unit: PriceUnit,
    floor: &PriceFloor,
) -> Option<Finding> {
    let Some(per_month) = floor.per_month.iter().find(|money| money.currency == price.currency) else {
        let hint = "The floor is set in another currency: a moderator compares it.".to_owned();
        return Some(finding(context, Severity::Review, price, unit, 0.5, hint));
    };
    // A one-off price has no term: it is surely too low only below the price of a single month.
    let months = match unit {
        PriceUnit::OneOff | PriceUnit::Month => 1,
        PriceUnit::Year => 12,
    };
    let is_below = |price: Money| i128::from(price.minor) < i128::from(per_month.minor) * months;
    let hint = format!("The price must be {per_month} a month at least, after every discount.");
    if is_below(price) {
        return Some(finding(context, Severity::Reject, price, unit, 1.0, hint));
    }
    let left = discounted();
    is_below(left).then(|| finding(context, Severity::Review, left, unit, 0.7, hint))
}

fn finding(
    context: &Context<'_>,
    severity: Severity,
    price: Money,
    unit: PriceUnit,
    confidence: f64,
    hint: String,
) -> Finding {
    let breach = Breach {
        rule: RuleId::of("M4.2.e.2"),
        row: Some(RuleId::of("M5.21")),
        list: None,
        severity,
        seen_as: format!("{price} {unit}"),
        how: How::by(View::Figure),
        confidence,
        hint,
    };
    Finding { text: price.to_string(), ..context.whole("price", breach) }
}

/// What is called free (`value = "claim"`) although it has a price.
pub(crate) fn check_free(context: &Context<'_>, field: &mut Field<'_>) {
    let Some(price) = context.subject.price.filter(|price| price.minor > 0) else { return };
    for hit in field.scan.of_class(Class::Free).to_vec() {
        let Some(term) = context.term(hit.term).filter(|term| term.value.as_deref() == Some("claim")) else { continue };
        let list = context.list(term.list);
        if let Some(phrase) = terms::allowed(context, field, (hit.from, hit.to), term.list, Some(term.group)) {
            let list = list.map(|list| list.name);
            field.let_pass(term.rule.clone(), list, hit.from, hit.to, Why::AllowPhrase, Some(phrase));
            continue;
        }
        let breach = Breach {
            rule: term.rule.clone(),
            row: term.row.clone(),
            list,
            severity: term.severity,
            seen_as: term.folded.clone(),
            how: How::by(View::Contradiction).term(&term.text).twin(format!("price {price}")),
            confidence: 0.8,
            hint: term.hint.clone(),
        };
        field.find(context, hit.from, hit.to, breach);
    }
}
