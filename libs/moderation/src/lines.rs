//! Listings as JSON lines: read, judged, answered; and two engines compared line by line.
//!
//! Owns the shapes of the lines ([`Input`], [`Answer`], [`Flip`]); their schemas are in [`crate::schema`]. A line that
//! cannot be read is answered by an error line with its number; the next one is read all the same. Fields that are not
//! given give no finding; fields that are not known are passed over.
use crate::engine::Engine;
use crate::finding::{Finding, Report, Suppressed, Verdict};
use crate::subject::{Case, Picture, Profile, Subject};
use kernel::{Category, Currency, Money, PriceUnit};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;

/// One listing, or a part of one.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Input {
    id: Value,
    profile: Option<Profile>,
    category: Option<String>,
    agent_operation: Option<bool>,
    title: Option<String>,
    description: Option<String>,
    text: Option<String>,
    modules: Option<Vec<Module>>,
    elements: Option<BTreeMap<String, String>>,
    cooperation: Option<Vec<String>>,
    price: Option<Price>,
    currency: Option<Currency>,
    price_unit: Option<PriceUnit>,
    delivery_days: Option<u32>,
    pictures: Option<Vec<Picture>>,
    cases: Option<Vec<CaseInput>>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct Module {
    heading: String,
    text: String,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
struct CaseInput {
    text: String,
    evidence: Vec<Value>,
}

/// A price as a number, as a text, or with its currency.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
enum Price {
    Money(Money),
    Number(serde_json::Number),
    Text(String),
}

/// What is answered to a line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Answer {
    /// As given.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub id: Value,
    /// What the findings come to.
    pub verdict: Verdict,
    /// What breaks a rule.
    pub findings: Vec<Finding>,
    /// What was seen but is innocent, and why.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub suppressed: Vec<Suppressed>,
}

/// A line that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, thiserror::Error)]
#[error("line {line}: {error}")]
pub struct BadLine {
    /// Its number, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub error: String,
}

/// A verdict that flips between two engines.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Flip {
    /// As given.
    #[serde(skip_serializing_if = "Value::is_null")]
    pub id: Value,
    /// The number of its line, from 1.
    pub line: usize,
    /// By the first engine.
    pub from: Verdict,
    /// By the second.
    pub to: Verdict,
    /// Findings of the first alone.
    pub gone: Vec<Finding>,
    /// Findings of the second alone.
    pub new: Vec<Finding>,
}

impl Input {
    /// Reads a line.
    pub fn read(number: usize, line: &str) -> Result<Self, BadLine> {
        let bad = |error: String| BadLine { line: number, error };
        // A list would be taken for the fields in their order.
        if !line.trim_start().starts_with('{') {
            return Err(bad("invalid line: an object is expected".to_owned()));
        }
        let input: Self = serde_json::from_str(line).map_err(|error| bad(error.to_string()))?;
        input.category().map_err(bad)?;
        input.money().map_err(bad)?;
        Ok(input)
    }

    /// What it asks about.
    pub fn subject(&self) -> Subject<'_> {
        let (category, agent_operation) = self.category().unwrap_or_default();
        Subject {
            profile: self.profile.unwrap_or_default(),
            category,
            agent_operation,
            texts: self.texts(),
            elements: self.elements.clone(),
            cooperation_stated: self.cooperation.is_some(),
            price: self.money().unwrap_or_default(),
            price_unit: self.price_unit,
            delivery_days: self.delivery_days,
            pictures: self.pictures.clone(),
            cases: self
                .cases
                .iter()
                .flatten()
                .map(|case| Case { text: &case.text, evidence: case.evidence.len() })
                .collect(),
            ..Subject::default()
        }
    }

    fn texts(&self) -> Vec<(String, &str)> {
        let named = [("title", &self.title), ("description", &self.description), ("text", &self.text)];
        let named = named.into_iter().filter_map(|(name, text)| Some((name.to_owned(), text.as_deref()?)));
        let mut texts: Vec<(String, &str)> = named.collect();
        for (place, module) in self.modules.iter().flatten().enumerate() {
            texts.push((format!("modules[{place}].heading"), &module.heading));
            texts.push((format!("modules[{place}].text"), &module.text));
        }
        let elements = self.elements.iter().flatten();
        texts.extend(elements.map(|(key, text)| (format!("elements.{key}"), text.as_str())));
        let cooperation = self.cooperation.iter().flatten().enumerate();
        texts.extend(cooperation.map(|(place, item)| (format!("cooperation[{place}]"), item.as_str())));
        let cases = self.cases.iter().flatten().enumerate();
        texts.extend(cases.map(|(place, case)| (format!("cases[{place}].text"), case.text.as_str())));
        texts
    }

    /// The category; the sub-kind agent operation may be named as one.
    fn category(&self) -> Result<(Option<Category>, bool), String> {
        let flag = self.agent_operation.unwrap_or(false);
        match self.category.as_deref() {
            None => Ok((flag.then_some(Category::Operation), flag)),
            Some("agent_operation") => Ok((Some(Category::Operation), true)),
            Some(name) => match name.parse() {
                Ok(category) => Ok((Some(category), flag)),
                Err(_) => Err(format!(
                    "category: {name:?} is none of software, operation, agent_operation, training, design, video"
                )),
            },
        }
    }

    /// The price; a bare number is of `currency`, CNY where none is given.
    fn money(&self) -> Result<Option<Money>, String> {
        let currency = self.currency.unwrap_or(Currency::CNY);
        let text = match &self.price {
            None => return Ok(None),
            Some(Price::Money(money)) => return Ok(Some(*money)),
            Some(Price::Number(number)) => number.to_string(),
            Some(Price::Text(text)) => text.clone(),
        };
        Money::parse(text.trim(), currency).map(Some).map_err(|error| format!("price: {error}"))
    }
}

/// Judges one line.
pub fn judge(engine: &Engine, number: usize, line: &str) -> Result<Answer, BadLine> {
    let input = Input::read(number, line)?;
    let Report { verdict, findings, suppressed } = engine.read(&input.subject());
    Ok(Answer { id: input.id, verdict, findings, suppressed })
}

/// Judges one line; answers one line, without the line's end.
pub fn answer(engine: &Engine, number: usize, line: &str) -> String {
    match judge(engine, number, line) {
        Ok(answer) => written(&answer),
        Err(bad) => written(&bad),
    }
}

/// Judges one line by two engines; `None` if they come to the same verdict.
pub fn diff(one: &Engine, other: &Engine, number: usize, line: &str) -> Result<Option<Flip>, BadLine> {
    let input = Input::read(number, line)?;
    let subject = input.subject();
    let (before, after) = (one.read(&subject), other.read(&subject));
    if before.verdict == after.verdict {
        return Ok(None);
    }
    // The same breach by another edition or list is the same finding.
    let same = |one: &Finding, other: &Finding| {
        (&one.rule, one.severity, &one.field, one.start, one.end)
            == (&other.rule, other.severity, &other.field, other.start, other.end)
    };
    let only = |these: &[Finding], those: &[Finding]| {
        these.iter().filter(|this| !those.iter().any(|that| same(this, that))).cloned().collect::<Vec<Finding>>()
    };
    let (gone, new) = (only(&before.findings, &after.findings), only(&after.findings, &before.findings));
    Ok(Some(Flip { id: input.id, line: number, from: before.verdict, to: after.verdict, gone, new }))
}

fn written<T: Serialize>(line: &T) -> String {
    serde_json::to_string(line).unwrap_or_else(|error| format!("{{\"error\":\"{error}\"}}"))
}
