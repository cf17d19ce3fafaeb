//! E-mail: handed over once, tried again, refused; each attempt on record.
use crate::stage::{Stage, channel};
use kernel::TimeDelta;
use notifications::Notifications;
use notifications::mailer::Posted;
use serde_json::json;
use testkit::Suite;

#[tokio::test]
async fn an_email_that_is_taken_adds_evidence() {
    let stage = Stage::new().await;
    stage.subscribe("zh").await;
    stage.tell(&stage.order(), "delivered").await;
    let notice = stage.newest().await;
    let email = channel(&notice, "email");
    assert_eq!((&email["state"], &email["address"]), (&json!("sent"), &json!("shop@example.com")));
    assert_eq!((&email["attempts"][0]["outcome"], &email["attempts"][0]["number"]), (&json!("accepted"), &json!(1)));
    let letters = stage.letters.lock().unwrap().clone();
    assert_eq!(letters.len(), 1);
    assert_eq!((&json!(letters[0].subject), &json!(letters[0].text)), (&notice["subject"], &notice["text"]));
    assert!(letters[0].subject.contains("已交付"), "{}", letters[0].subject);
    let told = stage.told().await;
    assert_eq!(told.iter().map(|(fact, _)| fact.as_str()).collect::<Vec<_>>(), ["served", "mailed"]);
    assert!(told[1].1["mailed_at"].is_string());
}

#[tokio::test]
async fn what_is_not_taken_now_is_tried_again_when_its_time_has_come() {
    let stage = Stage::mailed(vec![Posted::Deferred, Posted::Deferred]).await;
    stage.subscribe("en").await;
    stage.tell(&stage.order(), "delivered").await;
    let notice = stage.newest().await;
    assert_eq!((&notice["status"], &channel(&notice, "email")["state"]), (&json!("delivered"), &json!("queued")));
    let next: kernel::Time = channel(&notice, "email")["next_try_at"].as_str().unwrap().parse().unwrap();
    assert!(next > stage.now().await);
    stage.minutes(2).await;
    assert_eq!(stage.letters.lock().unwrap().len(), 2);
    stage.minutes(3).await;
    let notice = stage.newest().await;
    let email = channel(&notice, "email");
    let outcomes: Vec<_> = email["attempts"].as_array().unwrap().iter().map(|it| it["outcome"].clone()).collect();
    assert_eq!((&email["state"], &json!(outcomes)), (&json!("sent"), &json!(["deferred", "deferred", "accepted"])));
    let letters = stage.letters.lock().unwrap().clone();
    assert!(letters.windows(2).all(|pair| pair[0] == pair[1]), "the same letter under the same id");
    stage.minutes(60).await;
    assert_eq!(stage.letters.lock().unwrap().len(), 3, "taken is taken");
}

#[tokio::test]
async fn a_mail_server_that_refuses_takes_nothing_from_the_inbox() {
    let stage = Stage::mailed(vec![Posted::Refused]).await;
    stage.subscribe("en").await;
    stage.tell(&stage.order(), "delivered").await;
    stage.advance(TimeDelta::days(3)).await;
    let notice = stage.newest().await;
    assert_eq!((&notice["status"], &channel(&notice, "email")["state"]), (&json!("delivered"), &json!("failed")));
    assert_eq!(stage.letters.lock().unwrap().len(), 1, "for good is for good");
    let told = stage.told().await;
    assert_eq!(told.iter().map(|(fact, _)| fact.as_str()).collect::<Vec<_>>(), ["served", "mail_failed"]);
}

#[tokio::test]
async fn by_default_letters_become_files_in_a_folder() {
    let suite = Suite::start(vec![Box::new(Notifications)]).await;
    let stage = Stage::new().await;
    let merchant = suite.merchant(stage.merchant_id);
    crate::stage::choose(&merchant, json!({ "language": "en", "email": "shop@example.com" })).await.ok();
    let order = stage.order();
    suite.inject("orders", "order.delivered", &order.order.to_string(), 1, json!(order)).await;
    suite.rest().await;
    let page = merchant.get("/v1/notices").await.ok();
    let file = format!("{}/{}.eml", suite.settings.mail.folder, page["items"][0]["id"].as_str().unwrap());
    let letter = std::fs::read_to_string(file).unwrap();
    assert!(letter.contains("To: shop@example.com") && letter.contains(&order.order.to_string()), "{letter}");
    assert_eq!(page["items"][0]["email"], "sent");
}
