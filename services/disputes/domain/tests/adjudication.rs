//! Chapters II and III, article by article: the cases in `cases/` say in words a lawyer reads what must follow.
//!
//! Each case goes the whole way of a command-line line: read, adjudicated, written. Then what holds of every case.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use disputes_domain::adjudication::{Article, Fact, Precedence, Recommendation, Standards, lines, render, schema};
use serde::Deserialize;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::LazyLock;
use strum::VariantArray;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    article: String,
    #[serde(rename = "about")]
    _about: String,
    case: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    kind: Kind,
    expect: Expect,
    #[serde(flatten)]
    input: Map<String, Value>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Kind {
    Positive,
    Negative,
    Boundary,
}

/// What a case expects; what is absent is not asked. `articles` and `open` are complete, the other lists are not.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expect {
    refund: String,
    to_merchant: String,
    articles: Vec<String>,
    open: Option<BTreeSet<String>>,
    #[serde(default)]
    prevailed: Vec<String>,
    #[serde(default)]
    considered: Vec<String>,
    #[serde(default)]
    against: Vec<String>,
    kept_value: Option<String>,
    cost_by_merchant: Option<String>,
    cost_by_provider: Option<String>,
    compensation: Option<String>,
    liability: Option<bool>,
    extension_seconds: Option<u64>,
    data_download: Option<bool>,
    contract_governs: Option<bool>,
    completed: Option<bool>,
    handling: Option<String>,
}

fn standards() -> &'static Standards {
    static EDITION: LazyLock<rulebook::Edition> = LazyLock::new(rulebook::Edition::shipped);
    &EDITION.disputes.standards
}

fn files() -> Vec<File> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/cases");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: &PathBuf| {
        let file: File =
            toml::from_str(&std::fs::read_to_string(path).unwrap()).unwrap_or_else(|error| panic!("{path:?}: {error}"));
        assert_eq!(path.file_stem().unwrap().to_str().unwrap(), file.article);
        file
    };
    paths.iter().map(read).collect()
}

fn precedences(answer: &Recommendation) -> Vec<String> {
    let written = answer.prevailed.iter().map(|entry| match &entry.over {
        Some(over) => format!("{}: {} over {over}", entry.rule, entry.article),
        None => format!("{}: {}", entry.rule, entry.article),
    });
    written.collect()
}

/// What differs from the expectation, in words.
fn differences(expect: &Expect, answer: &Recommendation) -> Vec<String> {
    let mut found = vec![];
    let mut same = |what: &str, expected: &dyn std::fmt::Debug, actual: &dyn std::fmt::Debug| {
        let (expected, actual) = (format!("{expected:?}"), format!("{actual:?}"));
        if expected != actual {
            found.push(format!("{what}: expected {expected}, found {actual}"));
        }
    };
    let rules: Vec<_> = answer.rules().iter().map(ToString::to_string).collect();
    let open: BTreeSet<_> =
        answer.open_questions.iter().map(|question| json!(question.about).as_str().unwrap().to_owned()).collect();
    let against =
        answer.burdens.iter().filter_map(|burden| burden.against.map(|side| format!("{}: {side}", burden.claim)));
    let considered = answer.considered.iter().map(|entry| entry.article.to_string());
    let among = |expected: &[String], actual: Vec<String>| {
        let missing: Vec<_> = expected.iter().filter(|entry| !actual.contains(entry)).cloned().collect();
        if missing.is_empty() { String::new() } else { format!("{missing:?} not in {actual:?}") }
    };
    same("refund", &expect.refund, &answer.refund.to_string());
    same("to_merchant", &expect.to_merchant, &answer.to_merchant.amount());
    same("articles", &expect.articles, &rules);
    same("prevailed", &"", &among(&expect.prevailed, precedences(answer)));
    same("considered", &"", &among(&expect.considered, considered.collect()));
    same("against", &"", &among(&expect.against, against.collect()));
    if let Some(expected) = &expect.open {
        same("open", expected, &open);
    }
    let amounts = [
        ("kept_value", &expect.kept_value, answer.kept_value),
        ("cost_by_merchant", &expect.cost_by_merchant, answer.service_cost.by_merchant),
        ("cost_by_provider", &expect.cost_by_provider, answer.service_cost.by_provider),
        ("compensation", &expect.compensation, answer.compensation),
    ];
    for (what, expected, actual) in amounts {
        if let Some(expected) = expected {
            same(what, expected, &actual.amount());
        }
    }
    let flags = [
        ("liability", expect.liability, answer.liability),
        ("data_download", expect.data_download, answer.data_download),
        ("contract_governs", expect.contract_governs, answer.contract_governs),
        ("completed", expect.completed, answer.completed),
    ];
    for (what, expected, actual) in flags {
        same(what, &expected.unwrap_or(actual), &actual);
    }
    if let Some(handling) = &expect.handling {
        same("handling", handling, &answer.handling.to_string());
    }
    if expect.extension_seconds.is_some() {
        same("extension_seconds", &expect.extension_seconds, &answer.extension_seconds);
    }
    found
}

#[test]
fn every_article_decides_its_cases() {
    let standards = standards();
    let mut wrong = vec![];
    for file in files() {
        for case in &file.case {
            let text = serde_json::to_string(&case.input).unwrap();
            let written = lines::answer(standards, 1, &text).unwrap();
            match serde_json::from_str::<Recommendation>(&written) {
                Ok(answer) => wrong.extend(
                    differences(&case.expect, &answer)
                        .iter()
                        .map(|what| format!("{} · {}: {what}", file.article, case.name)),
                ),
                Err(_) => wrong.push(format!("{} · {}: {written}", file.article, case.name)),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_article_has_cases_of_each_kind() {
    let files = files();
    for article in Article::VARIANTS {
        let file = files.iter().find(|file| file.article == article.to_string()).unwrap_or_else(|| panic!("{article}"));
        let kinds: BTreeSet<_> = file.case.iter().map(|case| case.kind).collect();
        assert_eq!(kinds.len(), 3, "{article}: positive, negative and boundary cases");
        let decides = |case: &Case| case.kind == Kind::Positive && case.expect.articles.contains(&file.article);
        assert!(file.case.iter().any(decides), "{article} decides none of its positive cases");
    }
}

#[test]
fn every_rule_of_precedence_is_expected_somewhere() {
    let files = files();
    let expected: BTreeSet<_> = files
        .iter()
        .flat_map(|file| &file.case)
        .flat_map(|case| &case.expect.prevailed)
        .map(|entry| entry.split(':').next().unwrap().to_owned())
        .collect();
    for rule in Precedence::VARIANTS {
        assert!(expected.contains(&rule.to_string()), "{rule} is in no case");
    }
}

#[test]
fn the_rendered_standards_are_reviewed() {
    let edition = rulebook::Edition::shipped();
    let rendered = render(standards(), &edition.id.0);
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../STANDARDS.md");
    if std::env::var_os("UPDATE_STANDARDS").is_some() {
        std::fs::write(&path, &rendered).unwrap();
    }
    let reviewed = std::fs::read_to_string(&path).unwrap();
    assert!(
        reviewed == rendered,
        "STANDARDS.md is not what the rulebook says; UPDATE_STANDARDS=1 writes it for review"
    );
}

fn error(line: &Value) -> String {
    let written = lines::answer(standards(), 7, &line.to_string()).unwrap();
    let written: Value = serde_json::from_str(&written).unwrap();
    assert_eq!(written["line"], 7, "{written}");
    written["error"].as_str().unwrap_or_else(|| panic!("{written}")).to_owned()
}

#[test]
fn what_is_unknown_is_refused_with_the_nearest_name() {
    let case = |change: Value| {
        let mut line = json!({"category": "training", "amount": "1.00", "currency": "CNY"});
        line.as_object_mut().unwrap().extend(change.as_object().unwrap().clone());
        error(&line)
    };
    assert_eq!(
        case(json!({"findings": {"over_promise": true}})),
        "unknown finding \"over_promise\"; the nearest is \"over_promised\""
    );
    assert_eq!(case(json!({"claims": ["qualty"]})), "unknown claim \"qualty\"; the nearest is \"quality\"");
    assert_eq!(case(json!({"category": "trainings"})), "unknown category \"trainings\"; the nearest is \"training\"");
    for wrong in [json!(0), json!("3"), json!(-1)] {
        let refused = case(json!({"failed_modifications_agreed": wrong}));
        assert_eq!(refused, "failed_modifications_agreed: a whole number from 1 is expected");
    }
    assert_eq!(case(json!({"finding": {}})), "unknown field \"finding\"; the nearest is \"findings\"");
    assert_eq!(
        case(json!({"amounts": {"service_costs": 1}})),
        "unknown amount \"service_costs\"; the nearest is \"service_cost\""
    );
    assert_eq!(case(json!({"currency": "XXX"})), "unknown currency \"XXX\"");
    for (findings, named) in [
        (json!({"kept_value_share": "1.01"}), "kept_value_share"),
        (json!({"kept_value_share": "0.00001"}), "kept_value_share"),
        (json!({"service_cost": "-1"}), "service_cost: must not be negative"),
        (json!({"service_cost": "0.001"}), "service_cost"),
        (json!({"failed_rounds": 1.5}), "failed_rounds: a whole number"),
        (json!({"lost_time": 3}), "lost_time"),
        (json!({"period": "0 days"}), "period"),
        (json!({"fraud": "proven"}), "fraud: unknown truth"),
        (json!({"fraud": 1}), "fraud: established, not_established or open"),
    ] {
        let found = case(json!({"findings": findings}));
        assert!(found.starts_with(named), "{named}: {found}");
    }
    assert_eq!(case(json!({"amount": "-1.00"})), "amount: must not be negative");
    assert_eq!(case(json!({"agent_operation": true})), "agent_operation: training is not operation");
    assert_eq!(error(&json!({"category": "training", "currency": "CNY"})), "amount is missing");
    assert!(lines::answer(standards(), 3, "{oops").unwrap().starts_with("{\"line\":3,\"error\":"));
    assert_eq!(lines::answer(standards(), 3, "  "), None);
}

#[test]
fn amounts_may_stand_together_and_numbers_may_be_plain() {
    let plain = json!({"id": "a", "category": "design", "amounts": {"paid": 1200, "service_cost": "100.00"}, "currency": "CNY",
        "findings": {"partly_realised": true, "cannot_be_realised": true, "kept_value_share": 0.5}});
    let written_of = |line: &Value| -> Value {
        serde_json::from_str(&lines::answer(standards(), 1, &line.to_string()).unwrap()).unwrap()
    };
    let written = written_of(&plain);
    assert_eq!(written["to_merchant"], json!({"amount": "500.00", "currency": "CNY"}), "{written}");
    assert_eq!(written["id"], "a");
    let mut without = plain.clone();
    without.as_object_mut().unwrap().remove("currency");
    assert_eq!(written_of(&without), written, "an amount without a currency is CNY");
    let twice = json!({"category": "design", "amount": "1.00", "amounts": {"service_cost": "1.00"}, "currency": "CNY",
        "findings": {"service_cost": "2.00"}});
    assert_eq!(error(&twice), "service_cost: given twice, and differently");
}

/// Whether a value fits a schema, as far as these schemas go; the message says where it does not.
fn fits(schema: &Value, value: &Value, place: &str) -> Result<(), String> {
    if let Some(options) = schema.get("oneOf").and_then(Value::as_array) {
        let fitting = options.iter().filter(|option| fits(option, value, place).is_ok()).count();
        return if fitting == 1 { Ok(()) } else { Err(format!("{place}: fits {fitting} of the schemas: {value}")) };
    }
    if let Some(known) = schema.get("enum").and_then(Value::as_array) {
        return if known.contains(value) { Ok(()) } else { Err(format!("{place}: {value} is not listed")) };
    }
    if let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) {
        return values.iter().try_for_each(|value| fits(items, value, &format!("{place}[]")));
    }
    if let (Some(properties), Some(entries)) = (schema.get("properties"), value.as_object()) {
        for required in schema.get("required").and_then(Value::as_array).into_iter().flatten() {
            if !entries.contains_key(required.as_str().unwrap()) {
                return Err(format!("{place}: {required} is missing"));
            }
        }
        return entries.iter().try_for_each(|(name, value)| {
            let schema = properties.get(name).ok_or_else(|| format!("{place}.{name} is not described"))?;
            fits(schema, value, &format!("{place}.{name}"))
        });
    }
    Ok(())
}

#[test]
fn the_schemas_describe_every_case_and_every_answer() {
    let schema = schema();
    let standards = standards();
    for case in files().iter().flat_map(|file| &file.case) {
        assert_eq!(fits(&schema["input"], &Value::Object(case.input.clone()), "input"), Ok(()), "{}", case.name);
        let text = serde_json::to_string(&case.input).unwrap();
        let answer: Value = serde_json::from_str(&lines::answer(standards, 1, &text).unwrap()).unwrap();
        let recommendation = &schema["output"]["oneOf"][0];
        assert_eq!(fits(recommendation, &answer, "output"), Ok(()), "{}", case.name);
        assert_eq!(fits(&schema["output"], &answer, "output"), Ok(()), "{}", case.name);
    }
    let failure: Value = serde_json::from_str(&lines::answer(standards, 1, "{}").unwrap()).unwrap();
    assert_eq!(fits(&schema["output"], &failure, "output"), Ok(()));
}

#[test]
fn every_field_of_the_schemas_is_explained() {
    fn unexplained(schema: &Value, place: &str, found: &mut Vec<String>) {
        for (name, field) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let place = format!("{place}.{name}");
            if field.get("description").and_then(Value::as_str).is_none_or(str::is_empty) {
                found.push(place.clone());
            }
            unexplained(field, &place, found);
        }
        for inner in schema.get("oneOf").and_then(Value::as_array).into_iter().flatten().chain(schema.get("items")) {
            unexplained(inner, place, found);
        }
    }
    let mut found = vec![];
    let schema = schema();
    for side in ["input", "output"] {
        assert_eq!(schema[side]["$schema"], "https://json-schema.org/draft/2020-12/schema");
        unexplained(&schema[side], side, &mut found);
    }
    assert_eq!(found, Vec::<String>::new());
    assert!(Fact::VARIANTS.iter().all(|fact| !fact.asks().is_empty()));
}
