//! JSON lines in, JSON lines out: adjudication from the command line, and for whoever writes cases by hand.
//!
//! What is absent is open, false or empty; what is unknown is refused by name, with the nearest known one. A line that
//! cannot be read yields a line with its number and the error, and the next one is read.
use super::finding::{Findings, Share, Stage, Terms, Truth};
use super::recommendation::Recommendation;
use super::{ClaimKind, adjudicate};
use kernel::{Category, Currency, Money};
use rulebook::Standards;
use rulebook::standards::{Fact, Figure, named, unknown};
use serde::Serialize;
use serde_json::{Map, Value};
use std::num::NonZeroU64;
use strum::VariantArray;

/// One case as it was read from a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Echoed in the answer.
    pub id: Option<Value>,
    /// The order's terms and amount.
    pub terms: Terms,
    /// What the parties claim.
    pub claims: Vec<ClaimKind>,
    /// What was found.
    pub findings: Findings,
}

#[derive(Serialize)]
struct Answer<'a> {
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Value>,
    #[serde(flatten)]
    recommendation: &'a Recommendation,
}

#[derive(Serialize)]
struct Failure {
    line: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<Value>,
    error: String,
}

/// The answer to line `number` (from 1): the recommendation, or the error; `None` for a blank line.
pub fn answer(standards: &Standards, number: u64, text: &str) -> Option<String> {
    if text.trim().is_empty() {
        return None;
    }
    let case = serde_json::from_str::<Map<String, Value>>(text).map_err(|error| (None, error.to_string()));
    let case = case.and_then(|case| {
        let id = case.get("id").cloned();
        read(&case).map_err(|error| (id, error))
    });
    let written = match case {
        Ok(case) => {
            let recommendation = adjudicate(standards, &case.terms, &case.claims, &case.findings);
            serde_json::to_string(&Answer { line: number, id: case.id, recommendation: &recommendation })
        }
        Err((id, error)) => serde_json::to_string(&Failure { line: number, id, error }),
    };
    Some(written.unwrap_or_else(|error| format!("{{\"line\":{number},\"error\":\"cannot be written: {error}\"}}")))
}

/// The fields of an input line.
const FIELDS: [&str; 11] = [
    "id",
    "category",
    "agent_operation",
    "by_period",
    "cycle_agreed",
    "stage",
    "amount",
    "amounts",
    "currency",
    "claims",
    "findings",
];

/// Reads one case.
pub fn read(case: &Map<String, Value>) -> Result<Line, String> {
    if let Some(field) = case.keys().find(|field| !FIELDS.contains(&field.as_str())) {
        return Err(unknown(field, "field", FIELDS.into_iter()));
    }
    let currency: Currency = word(case, "currency", "currency")?.unwrap_or(Currency::CNY);
    let category: Category = word(case, "category", "category")?.ok_or("category is missing")?;
    let mut findings = Findings::default();
    let mut paid = case.get("amount").map(|value| money(value, "amount", currency)).transpose()?;
    for (name, value) in object(case, "amounts")? {
        if name == "paid" {
            let amount = money(value, "amounts.paid", currency)?;
            if paid.is_some_and(|paid| paid != amount) {
                return Err("amount and amounts.paid differ".into());
            }
            paid = Some(amount);
        } else {
            let known = MONEY.iter().map(|figure| (*figure).into()).chain(["paid"]);
            let figure = MONEY.into_iter().find(|figure| name == <&str>::from(*figure));
            enter_figure(&mut findings, figure.ok_or_else(|| unknown(name, "amount", known))?, value, currency)?;
        }
    }
    for (name, value) in object(case, "findings")? {
        enter(&mut findings, name, value, currency)?;
    }
    let terms = Terms {
        category,
        agent_operation: flag(case, "agent_operation")?,
        by_period: flag(case, "by_period")?,
        cycle_agreed: flag(case, "cycle_agreed")?,
        paid: Money::new(minor(paid.ok_or("amount is missing")?)?, currency),
        stage: word(case, "stage", "stage")?.unwrap_or(Stage::Open),
    };
    if terms.agent_operation && category != Category::Operation {
        return Err(format!("agent_operation: {category} is not operation"));
    }
    Ok(Line { id: case.get("id").cloned(), terms, claims: claims(case)?, findings })
}

fn minor(amount: u64) -> Result<i64, String> {
    i64::try_from(amount).map_err(|_| "amount: out of range".into())
}

fn claims(case: &Map<String, Value>) -> Result<Vec<ClaimKind>, String> {
    match case.get("claims") {
        None | Some(Value::Null) => Ok(vec![]),
        Some(Value::Array(claims)) => claims
            .iter()
            .map(|claim| {
                claim.as_str().ok_or("claims: each is a name".to_owned()).and_then(|name| named(name, "claim"))
            })
            .collect(),
        Some(_) => Err("claims: a list of names is expected".into()),
    }
}

fn object<'a>(
    case: &'a Map<String, Value>,
    field: &str,
) -> Result<impl Iterator<Item = (&'a String, &'a Value)>, String> {
    match case.get(field) {
        None | Some(Value::Null) => Ok(None.into_iter().flatten()),
        Some(Value::Object(entries)) => Ok(Some(entries).into_iter().flatten()),
        Some(_) => Err(format!("{field}: an object is expected")),
    }
}

fn word<T>(case: &Map<String, Value>, field: &str, kind: &str) -> Result<Option<T>, String>
where
    T: VariantArray + Copy + Into<&'static str> + std::str::FromStr,
{
    match case.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(name)) => named(name, kind).map(Some),
        Some(_) => Err(format!("{field}: a name is expected")),
    }
}

fn flag(case: &Map<String, Value>, field: &str) -> Result<bool, String> {
    match case.get(field) {
        None | Some(Value::Null) => Ok(false),
        Some(Value::Bool(flag)) => Ok(*flag),
        Some(_) => Err(format!("{field}: true or false is expected")),
    }
}

/// One entry of `findings`: a fact with its truth, or a figure.
fn enter(findings: &mut Findings, name: &str, value: &Value, currency: Currency) -> Result<(), String> {
    if let Ok(figure) = name.parse::<Figure>() {
        return enter_figure(findings, figure, value, currency);
    }
    let fact: Fact = name.parse().map_err(|_| {
        let facts = Fact::VARIANTS.iter().map(|fact| (*fact).into());
        unknown(name, "finding", facts.chain(Figure::VARIANTS.iter().map(|figure| (*figure).into())))
    })?;
    let truth = match value {
        Value::Null => Truth::Open,
        Value::Bool(true) => Truth::Established,
        Value::Bool(false) => Truth::NotEstablished,
        Value::String(word) => named(word, "truth").map_err(|error| format!("{name}: {error}"))?,
        Value::Number(_) | Value::Array(_) | Value::Object(_) => {
            return Err(format!("{name}: established, not_established or open is expected"));
        }
    };
    findings.enter(fact, truth);
    Ok(())
}

/// The figures that are amounts of money.
const MONEY: [Figure; 5] = [
    Figure::ServiceCost,
    Figure::AvoidableCost,
    Figure::Losses,
    Figure::AgreedToMerchant,
    Figure::SettlementToMerchant,
];

fn enter_figure(findings: &mut Findings, figure: Figure, value: &Value, currency: Currency) -> Result<(), String> {
    if value.is_null() {
        return Ok(());
    }
    let name: &str = figure.into();
    let figures = &mut findings.figures;
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

fn money(value: &Value, name: &str, currency: Currency) -> Result<u64, String> {
    let money = Money::parse(&text(value, name)?, currency).map_err(|error| format!("{name}: {error}"))?;
    u64::try_from(money.minor).map_err(|_| format!("{name}: must not be negative"))
}

fn share(value: &Value, name: &str) -> Result<Share, String> {
    Share::try_from(text(value, name)?).map_err(|error| format!("{name}: {error}"))
}

fn rounds(value: &Value, name: &str) -> Result<u32, String> {
    text(value, name)?.parse().map_err(|_| format!("{name}: a whole number is expected"))
}

/// A length of time with its unit, as `"36 hours"`.
fn seconds(value: &Value, name: &str) -> Result<u64, String> {
    let text = text(value, name)?;
    let wrong =
        || format!("{name}: {text:?} is not a time: write a whole number and seconds, minutes, hours, days or weeks");
    let (number, unit) = text.split_once(' ').ok_or_else(wrong)?;
    let number: u64 = number.parse().map_err(|_| wrong())?;
    let length = match unit.trim() {
        "second" | "seconds" => 1,
        "minute" | "minutes" => 60,
        "hour" | "hours" => 3_600,
        "day" | "days" => 86_400,
        "week" | "weeks" => 604_800,
        _ => return Err(wrong()),
    };
    number.checked_mul(length).ok_or_else(wrong)
}
