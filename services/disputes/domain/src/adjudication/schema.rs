//! The JSON Schemas (draft 2020-12) of the lines, every field explained.
use super::figures;
use super::finding::{Stage, Truth};
use super::recommendation::{Because, Contribution, Handling, Refund};
use kernel::{Category, ClaimKind, Currency};
use rulebook::standards::{Bearer, Fact, Figure};
use serde_json::{Map, Value, json};
use strum::VariantArray;

const DRAFT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Both schemas: `{"input": …, "output": …}`.
pub fn schema() -> Value {
    json!({ "input": input(), "output": output() })
}

fn names<T: VariantArray + Copy + Into<&'static str>>() -> Vec<&'static str> {
    T::VARIANTS.iter().map(|entry| (*entry).into()).collect()
}

fn rule() -> Value {
    json!({ "type": "string", "description": "A rule id.", "examples": ["D2.5c", "X6"] })
}

fn facts(description: &str) -> Value {
    json!({ "type": "array", "description": description, "items": { "enum": names::<Fact>() } })
}

fn money(description: &str) -> Value {
    json!({
        "type": "object",
        "description": description,
        "properties": {
            "amount": { "type": "string", "description": "Decimal text with the currency's decimals.", "examples": ["1200.00"] },
            "currency": { "enum": names::<Currency>(), "description": "ISO 4217 code." }
        },
        "required": ["amount", "currency"],
        "additionalProperties": false
    })
}

/// An amount as input: decimal text, or a plain number.
fn amount(description: &str) -> Value {
    json!({
        "type": ["string", "number", "null"],
        "description": format!("{description} Decimal text (or a number) with at most the currency's decimals."),
        "examples": ["1200.00"]
    })
}

fn input() -> Value {
    json!({
        "$schema": DRAFT,
        "title": "A case to adjudicate",
        "description": "One JSON object a line. What is absent is open, false or empty; unknown names are refused.",
        "type": "object",
        "properties": {
            "id": { "description": "Anything; echoed in the answer." },
            "category": { "enum": names::<Category>(), "description": "The category of the service." },
            "agent_operation": { "type": ["boolean", "null"], "default": false, "description": "Hosting of a whole store; in operation only (M2.4)." },
            "by_period": { "type": ["boolean", "null"], "default": false, "description": "Paid for a period of use, not for a piece of work: refunds of D3.x.2 and D3.x.3 go by time." },
            "cycle_agreed": { "type": ["boolean", "null"], "default": false, "description": "A cycle and time of redelivery was agreed, so that the 3 days of D2.5c do not apply." },
            "failed_modifications_agreed": { "type": ["integer", "null"], "minimum": 1, "description": "After how many failed modifications of the same problem the provider is responsible, where the parties agreed on a number; else as D2.5d says." },
            "stage": { "enum": names::<Stage>(), "default": "open", "description": "Where the case stands; matters where a party went to court or police (X10)." },
            "amount": amount("All that was paid for the order."),
            "amounts": amounts(),
            "currency": { "enum": names::<Currency>(), "description": "ISO 4217 code of all amounts of the line; CNY where nothing is said." },
            "claims": {
                "type": ["array", "null"],
                "default": [],
                "description": "What the merchant claims. A claim is no finding: it decides who bears the burden of proof (D1.4.3, D1.4.4).",
                "items": { "enum": names::<ClaimKind>() }
            },
            "findings": findings()
        },
        "required": ["category"],
        "anyOf": [{ "required": ["amount"] }, { "required": ["amounts"] }],
        "additionalProperties": false
    })
}

fn amounts() -> Value {
    let mut properties = Map::new();
    properties.insert("paid".into(), amount("All that was paid for the order; the same as `amount`."));
    for figure in Figure::VARIANTS {
        if figures::is_money(*figure) {
            properties.insert(figure.to_string(), amount(figure.asks()));
        }
    }
    json!({
        "type": ["object", "null"],
        "description": "Amounts in one place: what was paid, and the findings that are amounts.",
        "properties": properties,
        "additionalProperties": false
    })
}

fn findings() -> Value {
    let mut properties = Map::new();
    let truths: Vec<Value> = names::<Truth>().into_iter().map(Value::from).collect();
    let truths = [truths, vec![true.into(), false.into(), Value::Null]].concat();
    for fact in Fact::VARIANTS {
        let (bearer, rule) = fact.bearer();
        let description = format!("{} Burden of proof: {bearer} ({rule}).", fact.asks());
        properties.insert(fact.to_string(), json!({ "enum": truths, "default": "open", "description": description }));
    }
    for figure in Figure::VARIANTS {
        properties.insert(figure.to_string(), figure_input(*figure));
    }
    json!({
        "type": ["object", "null"],
        "default": {},
        "description": "What was found: a truth for each fact (true is established, false not_established, null open), and figures. Absent is open.",
        "properties": properties,
        "additionalProperties": false
    })
}

fn figure_input(figure: Figure) -> Value {
    let asks = figure.asks();
    match figure {
        Figure::ServiceCost
        | Figure::AvoidableCost
        | Figure::Losses
        | Figure::AgreedToMerchant
        | Figure::SettlementToMerchant => amount(asks),
        Figure::KeptValueShare | Figure::UsedValueShare | Figure::PerformedShare => json!({
            "type": ["string", "number", "null"],
            "description": format!("{asks} A share from 0 to 1 with at most four decimals, or a text in per cent."),
            "examples": ["0.25", "25%"]
        }),
        Figure::FailedRounds => json!({ "type": ["integer", "string", "null"], "minimum": 0, "description": asks }),
        Figure::LostTime | Figure::UnusedTime | Figure::Period => json!({
            "type": ["string", "null"],
            "description": format!("{asks} A whole number and seconds, minutes, hours, days or weeks."),
            "examples": ["36 hours"]
        }),
    }
}

fn output() -> Value {
    json!({
        "$schema": DRAFT,
        "title": "An adjudicated case, or the error of its line",
        "oneOf": [recommendation(), failure()]
    })
}

fn failure() -> Value {
    json!({
        "type": "object",
        "properties": {
            "line": { "type": "integer", "description": "The number of the line, from 1." },
            "id": { "description": "As given." },
            "error": { "type": "string", "description": "Why the line could not be read; names the entry and the nearest known one." }
        },
        "required": ["line", "error"],
        "additionalProperties": false
    })
}

fn recommendation() -> Value {
    json!({
        "type": "object",
        "properties": {
            "line": { "type": "integer", "description": "The number of the line, from 1." },
            "id": { "description": "As given." },
            "refund": { "enum": names::<Refund>(), "description": "Full, partial or none." },
            "to_merchant": money("What goes back to the merchant, rounded down to the minor unit."),
            "to_provider": money("What the provider keeps; with to_merchant exactly what was paid."),
            "kept_value": money("Of it, the price of what the merchant keeps, has used or had done, in value or in time."),
            "service_cost": {
                "type": "object",
                "description": "The service cost found, and who bears it (X5).",
                "properties": {
                    "by_merchant": money("Taken off the merchant's refund."),
                    "by_provider": money("Left with the provider.")
                },
                "required": ["by_merchant", "by_provider"],
                "additionalProperties": false
            },
            "compensation": money("The losses found that the provider owes beyond the order's amount (D3.1.4)."),
            "liability": { "type": "boolean", "description": "The provider answers in full for the merchant's losses (D3.1.4)." },
            "extension_seconds": { "type": "integer", "description": "The use of the service goes on so many seconds longer (D3.1.3)." },
            "data_download": { "type": "boolean", "description": "The merchant downloads its data (D3.1.4, D3.2.4)." },
            "contract_governs": { "type": "boolean", "description": "The signed contract, or an agreement the rules allow, governs (D3.4.5, D3.5.5)." },
            "completed": { "type": "boolean", "description": "The transaction counts as completed and is paid (D2.5b, D1.3.2)." },
            "handling": { "enum": names::<Handling>(), "description": "What is to be done with the outcome now (X10, X12)." },
            "articles": { "type": "array", "minItems": 1, "description": "The articles the outcome rests on, the governing one first.", "items": applied() },
            "considered": { "type": "array", "description": "The articles that were considered and did not decide.", "items": considered() },
            "prevailed": { "type": "array", "description": "Which article went before which, and by which rule of precedence.", "items": prevailed() },
            "burdens": { "type": "array", "description": "One for each claim: who bears the burden of proof, and against whom it goes.", "items": burden() },
            "open_questions": { "type": "array", "description": "What is not found yet and could change the outcome, which is given as if all of it stays unproven.", "items": question() }
        },
        "required": ["line", "refund", "to_merchant", "to_provider", "kept_value", "service_cost", "compensation", "liability", "data_download", "contract_governs", "completed", "handling", "articles", "considered", "prevailed", "burdens", "open_questions"],
        "additionalProperties": false
    })
}

fn applied() -> Value {
    json!({
        "type": "object",
        "properties": {
            "article": rule(),
            "contribution": { "enum": names::<Contribution>(), "description": "What the article contributed." },
            "amount": money("The amount of the contribution, where it has one."),
            "on": facts("The facts, established or unproven, on which it applied.")
        },
        "required": ["article", "contribution"],
        "additionalProperties": false
    })
}

fn considered() -> Value {
    json!({
        "type": "object",
        "properties": {
            "article": rule(),
            "because": { "enum": names::<Because>(), "description": "Why it does not decide." },
            "not_established": facts("Facts that are not established and of which it needs one or all."),
            "excluded_by": facts("Established facts that exclude it."),
            "behind": { "type": "string", "description": "The article that went before it." }
        },
        "required": ["article", "because"],
        "additionalProperties": false
    })
}

fn prevailed() -> Value {
    json!({
        "type": "object",
        "properties": {
            "rule": { "type": "string", "description": "The rule of precedence, X1 to X17." },
            "article": { "type": "string", "description": "What prevailed, or what the rule settles." },
            "over": { "type": "string", "description": "What gave way, if anything did." },
            "why": { "type": "string", "description": "The rule in short." }
        },
        "required": ["rule", "article", "why"],
        "additionalProperties": false
    })
}

fn burden() -> Value {
    json!({
        "type": "object",
        "properties": {
            "claim": { "enum": names::<ClaimKind>(), "description": "The claim." },
            "fact": { "enum": names::<Fact>(), "description": "The fact that it puts in issue." },
            "bearer": { "enum": names::<Bearer>(), "description": "Who must prove it, or its opposite." },
            "rule": rule(),
            "against": { "enum": names::<Bearer>(), "description": "Against whom it goes as unproven; absent where it is proved or refuted." }
        },
        "required": ["claim", "fact", "bearer", "rule"],
        "additionalProperties": false
    })
}

fn question() -> Value {
    let known = [names::<Fact>(), names::<Figure>()].concat();
    json!({
        "type": "object",
        "properties": {
            "about": { "enum": known, "description": "The fact or figure." },
            "asks": { "type": "string", "description": "The question in a sentence." },
            "bearer": { "enum": names::<Bearer>(), "description": "Who must prove it; unproven, it goes against this one." },
            "rule": rule()
        },
        "required": ["about", "asks", "bearer", "rule"],
        "additionalProperties": false
    })
}
