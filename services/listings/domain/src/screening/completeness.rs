//! What a listing must have (M4.1.a, M4.1.c, D2.2, D2.6 → M5.13), cases with proof (M4.1.b), pictures (C6).
use super::{Finding, How, excerpt};
use crate::content::Content;
use kernel::{Category, RuleId};
use rulebook::ListingRules;
use rulebook::listings::Severity;

pub(super) fn check<F>(category: Category, content: &Content<F>, rules: &ListingRules) -> Vec<Finding> {
    let mut findings = vec![];
    for (field, text) in [("title", &content.title), ("description", &content.description)] {
        findings.extend(is_blank(text).then(|| missing(RuleId::of("M4.1.a"), field.into())));
    }
    for (key, rule) in rules.elements.required(category) {
        let given = content.elements.get(key).is_some_and(|text| !is_blank(text));
        findings.extend((!given).then(|| missing(rule, format!("elements.{key}"))));
    }
    findings.extend(content.cooperation.is_none().then(|| missing(RuleId::of("D2.6"), "cooperation".into())));
    findings.extend(content.price.is_none().then(|| missing(RuleId::of("M4.1.a"), "price".into())));
    findings.extend(content.price_unit.is_none().then(|| missing(RuleId::of("M4.1.a"), "price_unit".into())));
    findings.extend(unproved(content));
    findings.extend(few_pictures(content.pictures.len(), rules.pictures.recommended));
    findings
}

/// A text says something only with a letter or a figure.
fn is_blank(text: &str) -> bool {
    !text.chars().any(char::is_alphanumeric)
}

fn missing(rule: RuleId, field: String) -> Finding {
    let hint = match rule.as_str() {
        "D2.2" => "Tell the known defects, weaknesses and bugs, or that none is known.".to_owned(),
        "D2.6" => "Say what cooperation the merchant must give, or that none is needed.".to_owned(),
        _ => format!("Give {}: the description must be complete.", field.replace("elements.", "").replace('_', " ")),
    };
    Finding {
        rule,
        row: Some(RuleId::of("M5.13")),
        severity: Severity::Reject,
        seen_as: field.clone(),
        field,
        start: 0,
        end: 0,
        text: String::new(),
        how: How::Missing,
        confidence: 1.0,
        hint,
    }
}

/// M4.1.b: a cited case without proof is for a person to judge.
fn unproved<F>(content: &Content<F>) -> Vec<Finding> {
    let without = content.cases.iter().enumerate().filter(|(_, case)| case.evidence.is_empty());
    without
        .map(|(place, case)| {
            let end = case.text.chars().count();
            Finding {
                rule: RuleId::of("M4.1.b"),
                row: Some(RuleId::of("M5.4")),
                severity: Severity::Review,
                field: format!("cases[{place}].text"),
                start: 0,
                end,
                text: excerpt(&case.text, 0, end),
                seen_as: format!("cases[{place}].evidence"),
                how: How::Missing,
                confidence: 0.7,
                hint: "Add what proves the case, or leave it out.".into(),
            }
        })
        .collect()
}

fn few_pictures(given: usize, recommended: usize) -> Option<Finding> {
    (given < recommended).then(|| Finding {
        rule: RuleId::of("C6"),
        row: None,
        severity: Severity::Review,
        field: "pictures".into(),
        start: 0,
        end: 0,
        text: String::new(),
        seen_as: format!("{given} of {recommended} pictures"),
        how: How::Figure,
        confidence: 1.0,
        hint: format!("Show the service from several angles: {recommended} pictures or more."),
    })
}
