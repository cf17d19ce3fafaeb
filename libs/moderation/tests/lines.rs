//! JSON lines in and out, the schemas, and the comparison of two engines.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends here")]

use moderation::{Engine, lines, schema};
use rulebook::{Edition, Lists};
use serde_json::{Value, json};

fn engine_with(term: &str) -> Engine {
    let list = format!(
        "name = \"absolute\"\nclass = \"absolute\"\nrule = \"M4.1.f\"\nrow = \"M5.8\"\nseverity = \"reject\"\nhint = \"Say it in facts.\"\n\
         [[terms]]\nlang = \"en\"\ntexts = [\"{term}\"]\n"
    );
    Engine::compile(&Edition::shipped(), &Lists::read(&[&list]).unwrap())
}

fn answer(line: &str) -> Value {
    serde_json::from_str(&lines::answer(&engine_with("unrivalled"), 7, line)).unwrap()
}

#[test]
fn a_line_is_answered_with_every_finding_explained() {
    let answer = answer(r#"{"id": "a", "title": "Unrivalled design", "unknown": 1}"#);
    let finding = &answer["findings"][0];
    assert_eq!((&answer["id"], &answer["verdict"]), (&json!("a"), &json!("reject")));
    for (key, value) in [
        ("rule", json!("M4.1.f")),
        ("row", json!("M5.8")),
        ("edition", json!("2026-11")),
        ("severity", json!("reject")),
        ("field", json!("title")),
        ("start", json!(0)),
        ("end", json!(10)),
        ("text", json!("Unrivalled")),
        ("seen_as", json!("unrivalled")),
        ("how", json!({ "view": "folded", "term": "unrivalled" })),
        ("hint", json!("Say it in facts.")),
    ] {
        assert_eq!(finding[key], value, "{key}");
    }
    assert_eq!(finding["list"]["hash"].as_str().unwrap().len(), 64);
}

#[test]
fn a_line_that_cannot_be_read_is_told_with_its_number() {
    for (line, named) in [
        ("{", "EOF"),
        ("", "object"),
        ("[1]", "invalid"),
        (r#"{"category": "cooking"}"#, "cooking"),
        (r#"{"price": "a lot"}"#, "price"),
        (r#"{"price_unit": "week"}"#, "week"),
    ] {
        let answer = answer(line);
        assert_eq!(answer["line"], 7, "{line}");
        assert!(answer["error"].as_str().unwrap().contains(named), "{line}: {answer}");
    }
}

#[test]
fn any_subset_of_the_fields_is_enough() {
    for line in [
        r"{}",
        r#"{"id": 3}"#,
        r#"{"title": null}"#,
        r#"{"description": ""}"#,
        r#"{"category": "agent_operation"}"#,
        r#"{"price": 10}"#,
    ] {
        assert_eq!(answer(line)["verdict"], "pass", "{line}");
    }
}

#[test]
fn each_text_is_told_by_the_name_of_its_field() {
    let line = json!({
        "title": "Unrivalled", "description": "unrivalled", "text": "unrivalled",
        "modules": [{ "heading": "Ours" }, { "heading": "Unrivalled", "text": "unrivalled" }],
        "elements": { "content": "unrivalled" }, "cooperation": ["unrivalled"],
        "cases": [{ "text": "plain", "evidence": ["a"] }, { "text": "unrivalled", "evidence": ["a"] }],
    });
    let answer = answer(&line.to_string());
    let fields: Vec<&Value> = answer["findings"].as_array().unwrap().iter().map(|finding| &finding["field"]).collect();
    let named = [
        "title",
        "description",
        "text",
        "modules[1].heading",
        "modules[1].text",
        "elements.content",
        "cooperation[0]",
        "cases[1].text",
    ];
    assert_eq!(fields, named);
}

#[test]
fn prices_are_read_in_every_form() {
    for price in ["29.5", "\"29.50\"", r#"{"amount": "29.50", "currency": "CNY"}"#] {
        let line = format!(r#"{{"category": "software", "title": "ERP", "price_unit": "month", "price": {price}}}"#);
        assert_eq!(answer(&line)["findings"][0]["rule"], "M4.2.e.2", "{price}");
    }
}

#[test]
fn a_flip_is_told_with_the_findings_that_cause_it() {
    let (one, other) = (engine_with("unrivalled"), engine_with("peerless"));
    let flip = |text: &str| lines::diff(&one, &other, 1, &json!({ "id": 1, "title": text }).to_string()).unwrap();
    assert_eq!(flip("A plain title"), None);
    assert_eq!(flip("Unrivalled and peerless"), None);
    let gone = flip("Unrivalled").unwrap();
    assert_eq!(
        (gone.from.to_string(), gone.to.to_string(), gone.gone.len(), gone.new.len()),
        ("reject".into(), "pass".into(), 1, 0)
    );
    assert_eq!(flip("Peerless").unwrap().new[0].text, "Peerless");
    assert_eq!(lines::diff(&one, &other, 5, "{").unwrap_err().line, 5);
}

/// Every field of an answer is in the schema with a description, and every field of the schema's input can be given.
#[test]
fn the_schemas_explain_every_field() {
    let schema = schema::schema();
    let answer = answer(r#"{"id": 1, "title": "Unrivalled"}"#);
    let output = &schema["output"]["oneOf"][0]["properties"];
    for key in answer.as_object().unwrap().keys() {
        assert!(output[key]["description"].is_string(), "{key}");
    }
    let finding = &output["findings"]["items"]["properties"];
    for key in answer["findings"][0].as_object().unwrap().keys() {
        assert!(finding[key]["description"].is_string(), "{key}");
    }
    let input = schema["input"]["properties"].as_object().unwrap();
    assert!(input.values().all(|field| field["description"].is_string()));
}
