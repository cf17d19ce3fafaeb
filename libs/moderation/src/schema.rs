//! The JSON Schemas of the lines that are read and answered, each field explained.
use crate::finding::{Severity, Verdict, View, Why};
use kernel::{Category, Currency};
use serde_json::{Value, json};
use strum::VariantArray;

/// Both schemas, by `input` and `output`.
pub fn schema() -> Value {
    json!({ "input": input(), "output": output() })
}

fn text(description: &str) -> Value {
    json!({ "type": ["string", "null"], "description": description })
}

fn names<T: ToString>(all: &[T]) -> Vec<String> {
    all.iter().map(T::to_string).collect()
}

/// Of a line that is read.
pub fn input() -> Value {
    let mut categories = names(Category::VARIANTS);
    categories.push("agent_operation".to_owned());
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "A listing, or a part of one",
        "description": "Any subset of the fields; what is not given gives no finding. Fields that are not known are passed over.",
        "type": "object",
        "properties": {
            "id": { "description": "Echoed in the answer." },
            "lang": text("The language of the texts, as en, zh, es, it, ru. Every language is read in every text; this is only a note."),
            "profile": { "enum": ["listing", "message", "review", null], "description": "Which rules apply: all of them (listing, where nothing is said), those on messages, those on reviews." },
            "category": { "enum": categories, "description": "The category of the service (M2.4-M2.8); agent_operation is operation with the flag below. Without it, no finding on price floors and category." },
            "agent_operation": { "type": ["boolean", "null"], "description": "Whole-store hosting: promises are forbidden there (D3.2.2)." },
            "title": text("The title. Statements of purpose with a platform brand are not allowed here (X24)."),
            "description": text("The description."),
            "text": text("A message or review."),
            "modules": { "type": ["array", "null"], "items": { "type": "object", "properties": { "heading": { "type": "string" }, "text": { "type": "string" } } }, "description": "Introduction modules; a link in one is M5.36." },
            "elements": { "type": ["object", "null"], "additionalProperties": { "type": "string" }, "description": "The category's elements by key (function, known_defects, ...). If given, with a category, missing ones are findings (M4.1.a, D2.2)." },
            "cooperation": { "type": ["array", "null"], "items": { "type": "string" }, "description": "Cooperation needed from the merchant (D2.6)." },
            "price": { "type": ["number", "string", "object", "null"], "description": "For one unit: a number or decimal text in `currency`, or {\"amount\": \"1200.00\", \"currency\": \"CNY\"}." },
            "currency": { "enum": names(Currency::VARIANTS), "description": "Of a bare price; CNY where nothing is said." },
            "price_unit": { "enum": ["one_off", "month", "year", null], "description": "What one unit is; floors are compared per month (M4.2.e.2)." },
            "delivery_days": { "type": ["integer", "null"], "minimum": 0, "description": "Days until delivery; a text that says otherwise is a finding (M4.1.c)." },
            "pictures": { "type": ["array", "null"], "items": { "type": "object", "required": ["width", "height"], "properties": { "width": { "type": "integer" }, "height": { "type": "integer" }, "hash": { "type": ["integer", "null"] } } }, "description": "Pictures in pixels, each with its perceptual hash if there is one (C6)." },
            "cases": { "type": ["array", "null"], "items": { "type": "object", "properties": { "text": { "type": "string" }, "evidence": { "type": "array" } } }, "description": "Cited success cases with what proves them (M4.1.b)." }
        }
    })
}

/// Of a line that is answered.
pub fn output() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The answer to one line",
        "oneOf": [
            {
                "type": "object",
                "required": ["verdict", "findings"],
                "properties": {
                    "id": { "description": "As given." },
                    "verdict": { "enum": names(Verdict::VARIANTS), "description": "reject: a hard finding; review: a moderator looks; pass: nothing, or advice only." },
                    "findings": { "type": "array", "items": finding(), "description": "In the order of fields and spans." },
                    "suppressed": { "type": "array", "items": suppressed(), "description": "What was seen but is innocent, and why." }
                }
            },
            {
                "type": "object",
                "required": ["line", "error"],
                "properties": {
                    "line": { "type": "integer", "description": "The number of a line that could not be read, from 1." },
                    "error": { "type": "string", "description": "What is wrong with it." }
                }
            }
        ]
    })
}

fn finding() -> Value {
    json!({
        "type": "object",
        "required": ["rule", "edition", "severity", "field", "start", "end", "text", "seen_as", "how", "confidence", "hint"],
        "properties": {
            "rule": { "type": "string", "description": "The rule that is broken, as M4.2.c.2." },
            "row": { "type": "string", "description": "The row of the violation table; absent for a finding without points." },
            "edition": { "type": "string", "description": "The edition of the rulebook." },
            "list": { "type": "object", "properties": { "name": { "type": "string" }, "hash": { "type": "string" } }, "description": "The list that has the term, by name and SHA-256." },
            "severity": { "enum": names(Severity::VARIANTS), "description": "What it leads to." },
            "field": { "type": "string", "description": "The field, as title, elements.function, modules[0].text." },
            "start": { "type": "integer", "description": "The first character of the original text, from 0." },
            "end": { "type": "integer", "description": "Behind the last character; 0 with start 0 where there is no text." },
            "text": { "type": "string", "description": "The words as written, at most 200 characters." },
            "seen_as": { "type": "string", "description": "What they were read as: term, host, number, figure." },
            "how": {
                "type": "object",
                "required": ["view"],
                "properties": {
                    "view": { "enum": names(View::VARIANTS), "description": "Which view of the text, or which comparison, showed it." },
                    "term": { "type": "string", "description": "The term, or the combination, of the list." },
                    "distance": { "type": "integer", "description": "How many letters are wrong." },
                    "twin": { "type": "string", "description": "What it resembles or contradicts." },
                    "similarity": { "type": "number", "description": "How near the twin is, 0-1." }
                },
                "description": "How it was seen."
            },
            "confidence": { "type": "number", "minimum": 0, "maximum": 1, "description": "How sure it is." },
            "hint": { "type": "string", "description": "How to mend it." },
            "also": { "type": "object", "properties": { "field": { "type": "string" }, "start": { "type": "integer" }, "end": { "type": "integer" } }, "description": "Where it goes on, when it is split over two fields." }
        }
    })
}

fn suppressed() -> Value {
    json!({
        "type": "object",
        "properties": {
            "rule": { "type": "string", "description": "The rule that it would have broken." },
            "list": { "type": "string", "description": "The list that has the term." },
            "field": { "type": "string", "description": "The field." },
            "start": { "type": "integer", "description": "The first character." },
            "end": { "type": "integer", "description": "Behind the last character." },
            "text": { "type": "string", "description": "The words as written." },
            "why": { "enum": names(Why::VARIANTS), "description": "Why it is innocent." },
            "by": { "type": "string", "description": "The phrase or word that makes it so." }
        }
    })
}
