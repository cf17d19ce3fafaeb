//! What a listing must have (M4.1.a, M4.1.c, D2.2, D2.6 → M5.13), and cases with proof (M4.1.b → M5.4).
//!
//! Owns what is missed: only fields that the subject says must be there, and elements where elements were given.
use crate::field::{Breach, Context};
use crate::finding::{Finding, How, View};
use kernel::RuleId;
use rulebook::listings::Severity;

pub(crate) fn check(context: &Context<'_>) -> Vec<Finding> {
    let subject = context.subject;
    let text = |field: &str| subject.texts.iter().find(|(name, _)| name == field).map_or("", |(_, text)| text);
    let mut findings = vec![];
    for field in ["title", "description"] {
        let missed = subject.required.contains(field) && is_blank(text(field));
        findings.extend(missed.then(|| missing(context, RuleId::of("M4.1.a"), field.to_owned())));
    }
    if let (Some(elements), Some(category)) = (&subject.elements, subject.category) {
        for (key, rule) in context.rules.elements.required(category) {
            let given = elements.get(key).is_some_and(|text| !is_blank(text));
            findings.extend((!given).then(|| missing(context, rule, format!("elements.{key}"))));
        }
    }
    let absent = [
        ("cooperation", "D2.6", !subject.cooperation_stated),
        ("price", "M4.1.a", subject.price.is_none()),
        ("price_unit", "M4.1.a", subject.price_unit.is_none()),
    ];
    for (field, rule, absent) in absent {
        let missed = absent && subject.required.contains(field);
        findings.extend(missed.then(|| missing(context, RuleId::of(rule), field.to_owned())));
    }
    findings.extend(unproved(context));
    findings
}

/// A text says something only with a letter or a figure.
fn is_blank(text: &str) -> bool {
    !text.chars().any(char::is_alphanumeric)
}

fn missing(context: &Context<'_>, rule: RuleId, field: String) -> Finding {
    let hint = match rule.as_str() {
        "D2.2" => "Tell the known defects, weaknesses and bugs, or that none is known.".to_owned(),
        "D2.6" => "Say what cooperation the merchant must give, or that none is needed.".to_owned(),
        _ => format!("Give {}: the description must be complete.", field.replace("elements.", "").replace('_', " ")),
    };
    let breach = Breach {
        rule,
        row: Some(RuleId::of("M5.13")),
        list: None,
        severity: Severity::Reject,
        seen_as: field.clone(),
        how: How::by(View::Missing),
        confidence: 1.0,
        hint,
    };
    context.whole(&field, breach)
}

/// M4.1.b: a cited case without proof is for a person to judge.
fn unproved(context: &Context<'_>) -> Vec<Finding> {
    let without = context.subject.cases.iter().enumerate().filter(|(_, case)| case.evidence == 0);
    without
        .map(|(place, case)| {
            let breach = Breach {
                rule: RuleId::of("M4.1.b"),
                row: Some(RuleId::of("M5.4")),
                list: None,
                severity: Severity::Review,
                seen_as: format!("cases[{place}].evidence"),
                how: How::by(View::Missing),
                confidence: 0.7,
                hint: "Add what proves the case, or leave it out.".into(),
            };
            let end = case.text.chars().count();
            let text = case.text.chars().take(200).collect();
            Finding { end, text, ..context.whole(&format!("cases[{place}].text"), breach) }
        })
        .collect()
}
