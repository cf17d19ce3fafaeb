//! Moves of dispute cases: negotiation, escalation, evidence, suspension, the arbitrators' work, the appeal, another forum.
use crate::moves::Asked;
use serde_json::{Value, json};

pub const GRAVE: &[&str] = &[
    "withdraw",
    "accept_proposal",
    "declare_conflict",
    "follow_forum",
    "ask_suspension",
    "notify_proceedings",
    "hand_over",
    "release",
    "withdraw_appeal",
];

/// A move of a case: what follows its path, and the body.
pub async fn dispute(action: &str, asked: &mut Asked<'_>) -> Option<(String, Value)> {
    if let Some(found) = negotiating(action, asked).or_else(|| waiting(action, asked)) {
        return Some(found);
    }
    if let Some(found) = judging(action, asked).await {
        return Some(found);
    }
    Some(match action {
        "add_claim" => {
            let claim = asked.word(&["quality", "not_as_described", "effect_not_as_agreed", "not_accepted"]);
            ("/claims".into(), json!({"claim": claim, "statement": "It is also slow."}))
        }
        "draft_evidence" => ("/evidence".into(), exhibit(asked).await),
        "discard_evidence" => {
            let drafts = items(asked, "draft").await;
            let draft = asked.one(&drafts)["id"].clone();
            (format!("/evidence/{}/discard", asked.uuid_in(&draft)), json!({}))
        }
        "seal_evidence" => ("/evidence/seal".into(), json!({"reason": "It was found today."})),
        "contest_evidence" => (format!("/evidence/{}/contest", item(asked).await), json!({"reason": "It is forged."})),
        "report_proceedings" => {
            let files = [asked.file("filing.pdf", "application/pdf").await];
            let body = json!({"reference": "(2026) 1", "text": "It was heard.", "files": files, "concluded": asked.chance(0.4)});
            ("/proceedings/reports".into(), body)
        }
        "appeal" => {
            let ground = if asked.chance(0.5) {
                json!({"error": {"articles": ["D2.3"], "facts": ["nonconforming"]}})
            } else {
                json!({"new_evidence": {"exhibits": [exhibit(asked).await], "why_not_before": "It was found today."}})
            };
            ("/appeal".into(), json!({"ground": ground, "text": "The files do open."}))
        }
        _ => return None,
    })
}

fn negotiating(action: &str, asked: &mut Asked<'_>) -> Option<(String, Value)> {
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
        _ => return None,
    })
}

/// What makes a case wait, and go on.
fn waiting(action: &str, asked: &mut Asked<'_>) -> Option<(String, Value)> {
    Some(match action {
        "ask_suspension" => ("/suspension".into(), json!({"reason": "We talk."})),
        "notify_proceedings" => {
            let forum = asked.word(&["court", "police"]);
            ("/proceedings".into(), json!({"forum": forum, "reason": "The same order."}))
        }
        "resume" => ("/resume".into(), json!({"reason": "It led nowhere."})),
        "withdraw_appeal" => ("/appeal/withdraw".into(), json!({"text": "We leave it."})),
        _ => return None,
    })
}

async fn judging(action: &str, asked: &mut Asked<'_>) -> Option<(String, Value)> {
    let amount = asked.seen["amount"].clone();
    Some(match action {
        "claim" => ("/claim".into(), json!({})),
        "release" => ("/release".into(), json!({})),
        "hand_over" => {
            ("/hand-over".into(), json!({"to": asked.word(&["arbitrator-1", "arbitrator-2", "arbitrator-3"])}))
        }
        "declare_conflict" => ("/conflicts".into(), json!({"reason": "A cousin works there."})),
        "request_evidence" => {
            let side = asked.word(&["provider", "merchant"]);
            (
                "/evidence-requests".into(),
                json!({"of": side, "asks": "The files at full size.", "facts": ["nonconforming"]}),
            )
        }
        "rule_on_evidence" => {
            let ruling = asked.word(&["admit", "exclude", "valid", "reference"]);
            (format!("/evidence/{}/ruling", item(asked).await), json!({"ruling": ruling, "reason": "As it looks."}))
        }
        "enter_findings" => ("/findings".into(), findings(asked).await),
        "decide" => ("/decision".into(), decision(asked, &amount)),
        "confirm_decision" => {
            let hash = asked.look("/decision/draft").await["hash"].clone();
            let hash = if hash.is_null() { json!("0".repeat(64)) } else { hash };
            ("/decision/confirm".into(), json!({"hash": hash}))
        }
        "return_decision" => ("/decision/return".into(), json!({"reasons": "Why so much?"})),
        "follow_forum" => {
            let mut body = json!({
                "forum": asked.word(&["court", "police"]), "reference": "(2026) 2", "text": "Final.",
                "to_merchant": asked.part_of(&amount), "data_download": asked.chance(0.3),
            });
            if asked.chance(0.3) {
                body["compensation"] = json!({"amount": "812.34", "currency": "CNY"});
            }
            ("/forum-outcome".into(), body)
        }
        _ => return None,
    })
}

fn decision(asked: &mut Asked<'_>, amount: &Value) -> Value {
    let mut body = json!({
        "to_merchant": asked.part_of(amount), "rules": ["D2.3", "D3.1.4"], "facts": ["The files do not open."],
        "reasons": "The delivery does not conform (D2.3).",
        "data_download": asked.chance(0.4),
    });
    if asked.chance(0.3) {
        body["evidence"] = json!([2]);
    }
    if asked.chance(0.5) {
        body["compensation"] = json!({"amount": "512.34", "currency": "CNY"});
    }
    if asked.chance(0.4) {
        body["extension_seconds"] = json!(86_400);
    }
    if asked.chance(0.9) {
        body["departure"] = json!("What follows by rule forgets that both sides agree.");
    }
    body
}

async fn exhibit(asked: &mut Asked<'_>) -> Value {
    let mut body = json!({
        "title": "A frame", "origin": asked.word(&["screenshot", "delivery", "other_chat"]), "proves": ["nonconforming"],
        "text": "It is out of focus.",
    });
    if asked.chance(0.5) {
        body["files"] = json!([asked.file("frame.txt", "text/plain").await]);
    }
    body
}

/// The items of evidence in a status that this person sees.
async fn items(asked: &Asked<'_>, status: &str) -> Value {
    let evidence = asked.look("/evidence").await;
    let all = evidence["items"].as_array().cloned().unwrap_or_default();
    all.into_iter().filter(|item| item["status"] == status).collect()
}

/// The number of an item in the file, or one that nothing has.
async fn item(asked: &mut Asked<'_>) -> u64 {
    let filed = items(asked, "filed").await;
    asked.one(&filed)["entry"].as_u64().unwrap_or(9_999)
}

async fn findings(asked: &mut Asked<'_>) -> Value {
    let file = asked.look("/file").await;
    let entry = asked.one(&file["items"])["entry"]["number"].as_u64().unwrap_or(1);
    let fact = asked.word(&["nonconforming", "description_untrue", "delivered", "merchant_dissatisfied"]);
    let truth = asked.word(&["established", "established", "not_established", "open"]);
    let mut body = json!({"findings": [{"fact": fact, "truth": truth, "rests_on": [entry]}]});
    if asked.chance(0.3) {
        body["figures"] = json!({"kept_value_share": "0.25"});
        body["figures_rest_on"] = json!([entry]);
        body["figure_reasons"] = json!("A quarter can be used.");
    }
    body
}
