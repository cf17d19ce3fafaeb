//! Moves of orders and of the conversation on each.
use crate::moves::Asked;
use serde_json::{Value, json};
use uuid::Uuid;

pub const GRAVE: &[&str] = &["cancel", "accept", "terminate", "refuse_to_perform", "apply_for_refund"];

/// A move of an order: what follows its path, and the body.
pub async fn order(action: &str, asked: &mut Asked<'_>) -> Option<(String, Value)> {
    let problem = asked.one(&asked.seen["problems"])["id"].clone();
    let proposal = asked.uuid_in(&asked.seen["proposal"]["id"]);
    Some(match action {
        "upload_agreement" => {
            let file = asked.file("agreement.pdf", "application/pdf").await;
            let effect = "Three drafts within seven days; the chosen one is worked out in SVG, PDF and PNG.";
            let body = json!({"file": file, "promise": {"effect": effect}, "cooperation": ["The table of stock"]});
            ("/agreement".into(), body)
        }
        "confirm_agreement" => {
            let file = asked.seen["agreement"]["file"]["id"].as_str().unwrap_or("fil_01h455vb4pex5vsknk084sn02q");
            ("/agreement/confirm".into(), json!({"file": file}))
        }
        "start" => ("/start".into(), json!({})),
        "cancel" => ("/cancel".into(), json!({"reason": "We changed our plans."})),
        "deliver" => {
            ("/deliveries".into(), json!({"files": [asked.file("work.txt", "text/plain").await], "note": "Done."}))
        }
        "accept" => ("/accept".into(), json!({})),
        "request_modification" => {
            let item = if problem.is_null() || asked.chance(0.3) {
                json!({"kind": asked.word(&["wish", "nonconformity"]), "change": "The green is not #3A7D44."})
            } else {
                json!({"problem": problem, "change": "Still not #3A7D44."})
            };
            ("/modification-requests".into(), json!({"items": [item]}))
        }
        "redeliver" => {
            let problems = if problem.is_null() { json!([]) } else { json!([problem]) };
            let files = [asked.file("work.txt", "text/plain").await];
            ("/redeliveries".into(), json!({"files": files, "problems": problems}))
        }
        "refuse_modification" => {
            let items = json!([{"problem": asked.uuid_in(&problem), "reason": "No colour is named."}]);
            ("/modification-requests/refuse".into(), json!({"items": items}))
        }
        "answer_reminder" => ("/reminders/answer".into(), json!({"statement": "Tomorrow."})),
        "refuse_to_perform" => ("/refuse-to-perform".into(), json!({"reason": "We cannot."})),
        "request_cooperation" => {
            let basis = [json!({"listing": 0}), json!({"agreement": 0}), Value::Null];
            let mut body = json!({"what": "The questionnaire"});
            let basis = asked.one(&json!(basis));
            if !basis.is_null() {
                body["basis"] = basis;
            }
            ("/cooperation-requests".into(), body)
        }
        "provide_cooperation" => ("/cooperation/provide".into(), json!({"note": "Here it is.", "files": []})),
        "decline_cooperation" => ("/cooperation/decline".into(), json!({"reason": "Not now."})),
        "propose_change" => {
            let change = [json!({"modification_days": 5}), json!({"modifications": 9}), json!({"delivery_days": 9})];
            ("/changes".into(), json!({"change": asked.one(&json!(change)), "reason": "A holiday is near."}))
        }
        "accept_change" => (format!("/changes/{proposal}/accept"), json!({})),
        "decline_change" => (format!("/changes/{proposal}/decline"), json!({})),
        "terminate" => ("/terminate".into(), json!({"reason": "We close down."})),
        "record_downtime" => ("/downtimes".into(), downtime(asked).await),
        "report_downtime" => ("/downtimes/report".into(), downtime(asked).await),
        "confirm_downtime" => {
            let report = asked.one(&asked.seen["phase"]["period"]["reports"])["id"].clone();
            (format!("/downtimes/{}/confirm", asked.uuid_in(&report)), json!({}))
        }
        "deny_downtime" => {
            let report = asked.one(&asked.seen["phase"]["period"]["reports"])["id"].clone();
            (format!("/downtimes/{}/deny", asked.uuid_in(&report)), json!({"reason": "Our probes show no outage."}))
        }
        "provide_data" => {
            ("/data".into(), json!({"files": [asked.file("data.csv", "text/csv").await], "note": "All orders."}))
        }
        "confirm_download" => ("/data/confirm".into(), json!({})),
        "apply_for_refund" => ("/refund-applications".into(), refund(asked).await),
        _ => return None,
    })
}

async fn downtime(asked: &mut Asked<'_>) -> Value {
    let interval = json!({"from": asked.instant(-3).await, "to": asked.instant(-2).await});
    json!({"interval": interval, "cause": "The host was down."})
}

async fn refund(asked: &mut Asked<'_>) -> Value {
    let eligible = asked.look("/refund-eligibility").await;
    let open: Vec<_> = eligible["claims"].as_array().cloned().unwrap_or_default();
    let open: Vec<_> = open.into_iter().filter(|claim| claim["status"] == "open").collect();
    let claim = asked.one(&json!(open))["claim"].as_str().unwrap_or("quality").to_owned();
    let mut body = json!({
        "claim": claim, "amount": asked.part_of(&asked.seen["amount"].clone()), "statement": "Not what was agreed.",
    });
    if asked.seen["status"] == "accepted" {
        body["happened_at"] = json!(asked.instant(-1).await);
    }
    body
}

/// A move of a conversation: it knows one.
pub async fn conversation(action: &str, asked: &mut Asked<'_>) -> Option<(String, Value)> {
    let mut body = json!({"text": asked.word(&["Is it done?", "My WeChat is linjitea.", ""])});
    if action == "send_message" && asked.chance(0.3) {
        body["files"] = json!([asked.file("note.txt", "text/plain").await]);
    }
    if asked.chance(0.05) {
        body["files"] = json!([format!("fil_{}", &Uuid::now_v7().simple().to_string()[..26])]);
    }
    (action == "send_message").then(|| ("/messages".into(), body))
}
