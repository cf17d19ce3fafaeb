//! The shipped edition and lists, a row of the violation table at a time.
use moderation::{Engine, lines};
use rulebook::{Edition, Lists};
use serde_json::{Value, json};

/// What is judged, the rule that it breaks, and the row that the breach is listed under.
fn cases() -> Vec<(Value, &'static str, &'static str)> {
    vec![
        (json!({"modules": [{"heading": "Our work", "text": "See https://banners.shop/x"}]}), "M4.1.g", "M5.36"),
        (json!({"description": "See https://banners.shop/x"}), "M4.1.g", "M5.25"),
        (json!({"description": "We guarantee your factory sales of 10,000 USD."}), "M5.62", "M5.62"),
        (json!({"description": "A coupon for every five-star review."}), "M5.45", "M5.45"),
        (json!({"description": "Text me at anna@banners.shop"}), "M4.2.f.5", "M5.30"),
    ]
}

#[test]
fn each_breach_is_listed_under_its_row() {
    let engine = Engine::compile(&Edition::shipped(), &Lists::shipped().unwrap());
    for (nth, (input, rule, row)) in cases().into_iter().enumerate() {
        let answer: Value = serde_json::from_str(&lines::answer(&engine, nth + 1, &input.to_string())).unwrap();
        let findings = answer["findings"].as_array().unwrap_or_else(|| panic!("{answer}"));
        let is_found = findings.iter().any(|finding| finding["rule"] == rule && finding["row"] == row);
        assert!(is_found, "{input} is no {rule} in row {row}: {answer}");
    }
}
