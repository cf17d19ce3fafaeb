//! Moves of listings and their revisions.
use crate::moves::Asked;
use serde_json::{Value, json};
use uuid::Uuid;

pub const GRAVE: &[&str] = &["withdraw", "block", "remove", "reject"];

/// A move of a listing: what follows its path, and the body.
pub async fn listing(action: &str, asked: &mut Asked<'_>) -> Option<(String, Value)> {
    let grounds = json!({"rules": ["M4.1.a"], "reasons": "The description does not say what is delivered."});
    Some(match action {
        "revise" => ("/revisions".into(), content(asked).await),
        "submit" => ("/submit".into(), json!({})),
        "recall" => ("/recall".into(), json!({})),
        "withdraw" => ("/withdraw".into(), json!({})),
        "republish" => ("/republish".into(), json!({})),
        "claim" => ("/claim".into(), json!({})),
        "release" => ("/release".into(), json!({})),
        "approve" => ("/approve".into(), json!({"note": "The word is used in its plain sense."})),
        "request_changes" => ("/request-changes".into(), grounds),
        "reject" => ("/reject".into(), grounds),
        "block" => ("/block".into(), measure(asked, "M5.13").await),
        "remove" => {
            let mut body = measure(asked, "M5.4").await;
            body["correction"] = json!(asked.chance(0.5));
            ("/remove".into(), body)
        }
        "unblock" => {
            let measure = asked.one(&asked.seen["measures"])["id"].clone();
            ("/unblock".into(), json!({"measure": asked.uuid_in(&measure), "reasons": "It has been mended."}))
        }
        _ => return None,
    })
}

async fn measure(asked: &mut Asked<'_>, rule: &str) -> Value {
    let mut body = json!({"rules": [rule], "reasons": "Reported, and found to be so."});
    if asked.chance(0.7) {
        body["until"] = json!(asked.instant(30).await);
    }
    body
}

/// What a revision says: mostly clean, at times with something to look at, something to refuse, or something missing.
async fn content(asked: &mut Asked<'_>) -> Value {
    let said = asked.word(&[
        "We work it out and hand over all files. 交付全部文件。",
        "We work it out and hand over all files. 交付全部文件。",
        "We work it out with the best of care and hand over all files.",
        "We are the world's best.",
    ]);
    let mut elements = json!({
        "delivery_standard": "All files, uploaded here. 文件上传至此。",
        "known_defects": "Fonts must be licensed by the customer. 字体须另行授权。",
        "after_sales": "Questions are answered for a year. 一年内答疑。",
    });
    let of_category: &[&str] = match asked.seen["category"].as_str() {
        Some("software") => &["function", "how_it_is_used"],
        Some("operation") => &["content", "cycle", "acceptance_standard"],
        Some("training") => &["content", "instructor", "time", "place"],
        Some("video") => &["content", "delivery_time"],
        Some(_) | None => &["content", "way_of_use"],
    };
    if !asked.chance(0.15) {
        for name in of_category {
            elements[name] = json!("As agreed in the questionnaire, in two parts. 按问卷约定，分两部分。");
        }
    }
    let mut pictures = vec![];
    for nth in 0..3 {
        pictures.push(asked.picture(&format!("picture-{nth}.png")).await);
    }
    json!({
        "title": format!("Work {} 服务", Uuid::now_v7().simple()), "description": said, "elements": elements,
        "cooperation": ["Answers to the questionnaire 填写问卷"], "price": {"amount": "840.00", "currency": "CNY"},
        "price_unit": asked.word(&["one_off", "month"]), "delivery_days": 3, "pictures": pictures,
        "targets_eu": asked.chance(0.1),
    })
}
