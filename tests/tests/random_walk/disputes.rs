//! Moves of dispute cases: negotiation, escalation, the arbitrators' work.
use crate::moves::Asked;
use serde_json::{Value, json};

pub const GRAVE: &[&str] = &["withdraw", "accept_proposal", "declare_conflict"];

const OF_THEIR_OWN: &str = "evidence and arbitration have walks of their own";

/// What is offered and not walked here, and why.
pub const NOT_WALKED: &[(&str, &str)] = &[
    ("confirm_decision", OF_THEIR_OWN),
    ("return_decision", OF_THEIR_OWN),
    ("file_records", OF_THEIR_OWN),
    ("add_claim", OF_THEIR_OWN),
    ("request_evidence", OF_THEIR_OWN),
    ("draft_evidence", OF_THEIR_OWN),
    ("discard_evidence", OF_THEIR_OWN),
    ("seal_evidence", OF_THEIR_OWN),
    ("contest_evidence", OF_THEIR_OWN),
    ("rule_on_evidence", OF_THEIR_OWN),
    ("enter_findings", OF_THEIR_OWN),
    ("ask_suspension", OF_THEIR_OWN),
    ("notify_proceedings", OF_THEIR_OWN),
    ("report_proceedings", OF_THEIR_OWN),
    ("resume", OF_THEIR_OWN),
    ("appeal", OF_THEIR_OWN),
    ("withdraw_appeal", OF_THEIR_OWN),
    ("record_consequences", OF_THEIR_OWN),
    ("follow_forum", OF_THEIR_OWN),
];

/// A move of a case: what follows its path, and the body.
pub fn dispute(action: &str, asked: &mut Asked<'_>) -> Option<(String, Value)> {
    let amount = asked.seen["amount"].clone();
    let standing = asked.seen["proposal"].clone();
    let proposal = asked.uuid_in(&standing["id"]);
    Some(match action {
        "propose" => ("/proposals".into(), json!({"to_merchant": asked.part_of(&amount), "text": "A part."})),
        "accept_proposal" => {
            let agreed = &standing["to_merchant"];
            let agreed = if agreed.is_null() { asked.part_of(&amount) } else { agreed.clone() };
            (format!("/proposals/{proposal}/accept"), json!({"to_merchant": agreed}))
        }
        "decline_proposal" => (format!("/proposals/{proposal}/decline"), json!({"text": "Too little."})),
        "refuse_refund" => ("/refuse".into(), json!({"reasons": "It was delivered as agreed."})),
        "extend_negotiation" => ("/extend-negotiation".into(), json!({})),
        "withdraw" => ("/withdraw".into(), json!({"text": "We agree after all."})),
        "escalate" => {
            let body = json!({
                "kind_of_product": "Logo design", "summary": "We asked twice.", "reasons": "It is not what was agreed.",
            });
            ("/escalate".into(), body)
        }
        "claim" => ("/claim".into(), json!({})),
        "release" => ("/release".into(), json!({})),
        "hand_over" => {
            ("/hand-over".into(), json!({"to": asked.word(&["arbitrator-1", "arbitrator-2", "arbitrator-3"])}))
        }
        "declare_conflict" => ("/conflicts".into(), json!({"reason": "A cousin works there."})),
        "decide" => ("/decision".into(), decision(asked, &amount)),
        _ => return None,
    })
}

fn decision(asked: &mut Asked<'_>, amount: &Value) -> Value {
    let mut body = json!({
        "to_merchant": asked.part_of(amount), "rules": ["D2.3", "D3.1.4"], "facts": ["The files do not open."],
        "evidence": ["delivery manifest"], "reasons": "The delivery does not conform (D2.3).",
    });
    if asked.chance(0.5) {
        body["compensation"] = json!({"amount": "512.34", "currency": "CNY"});
    }
    body
}
