//! JSON lines in, JSON lines out: adjudication from the command line, and for whoever writes cases by hand.
//!
//! What is absent is open, false or empty; what is unknown is refused by name, with the nearest known one. A line that
//! cannot be read yields a line with its number and the error, and the next one is read.
use super::figures::{self, money};
use super::finding::{Findings, Stage, Terms, Truth};
use super::recommendation::Recommendation;
use super::{ClaimKind, adjudicate};
use kernel::{Category, Currency, Money};
use rulebook::Standards;
use rulebook::standards::{Fact, Figure, named, unknown};
use serde::Serialize;
use serde_json::{Map, Value};
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
const FIELDS: [&str; 12] = [
    "id",
    "category",
    "agent_operation",
    "by_period",
    "cycle_agreed",
    "failed_modifications_agreed",
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
            let amounts = || Figure::VARIANTS.iter().copied().filter(|figure| figures::is_money(*figure));
            let known = amounts().map(Into::into).chain(["paid"]);
            let figure = amounts().find(|figure| name == <&str>::from(*figure));
            let figure = figure.ok_or_else(|| unknown(name, "amount", known))?;
            figures::enter(&mut findings.figures, figure, value, currency)?;
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
        failed_modifications_agreed: count(case, "failed_modifications_agreed")?,
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

/// A number of times, one at least.
fn count(case: &Map<String, Value>, field: &str) -> Result<Option<u32>, String> {
    let wrong = || format!("{field}: a whole number from 1 is expected");
    match case.get(field) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let count = value.as_u64().and_then(|count| u32::try_from(count).ok()).filter(|count| *count > 0);
            count.map(Some).ok_or_else(wrong)
        }
    }
}

/// One entry of `findings`: a fact with its truth, or a figure.
fn enter(findings: &mut Findings, name: &str, value: &Value, currency: Currency) -> Result<(), String> {
    if let Ok(figure) = name.parse::<Figure>() {
        return figures::enter(&mut findings.figures, figure, value, currency);
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
