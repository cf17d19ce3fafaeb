//! A move: which call carries out an action, with a body that fits what was seen. What fits is each context's module's.
use crate::people::{Kind, Person, Resource};
use crate::{disputes, listings, onboarding, orders, settlement};
use kernel::TimeDelta;
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::{Value, json};
use testkit::Suite;
use uuid::Uuid;

/// A call.
pub struct Move {
    pub path: String,
    pub body: Value,
}

/// What a move is made for.
pub struct Asked<'a> {
    pub suite: &'a Suite,
    pub rng: &'a mut StdRng,
    pub who: &'a Person,
    pub resource: &'a Resource,
    /// The resource as `who` saw it; `Null` for a stranger.
    pub seen: &'a Value,
}

/// The move for an action; `None` when no module knows it.
pub async fn fitting(action: &str, mut asked: Asked<'_>) -> Option<Move> {
    let asked = &mut asked;
    let (tail, body) = match asked.resource.kind {
        Kind::Application => onboarding::application(action, asked).await?,
        Kind::Qualification => onboarding::qualification(action, asked).await?,
        Kind::Provider => onboarding::provider(action, asked)?,
        Kind::Listing => listings::listing(action, asked).await?,
        Kind::Order => orders::order(action, asked).await?,
        Kind::Conversation => orders::conversation(action, asked).await?,
        Kind::Escrow => settlement::escrow(action, asked)?,
        Kind::Purse => settlement::purse(action, asked)?,
        Kind::Dispute => disputes::dispute(action, asked).await?,
    };
    Some(Move { path: asked.resource.at(&tail), body })
}

/// Actions that end or block so much that they are taken only now and then.
pub fn is_grave(kind: Kind, action: &str) -> bool {
    match kind {
        Kind::Application => onboarding::GRAVE_FOR_APPLICATIONS.contains(&action),
        Kind::Qualification => onboarding::GRAVE_FOR_QUALIFICATIONS.contains(&action),
        Kind::Provider => onboarding::GRAVE_FOR_PROVIDERS.contains(&action),
        Kind::Listing => listings::GRAVE.contains(&action),
        Kind::Order => orders::GRAVE.contains(&action),
        Kind::Purse => settlement::GRAVE_FOR_PURSES.contains(&action),
        Kind::Dispute => disputes::GRAVE.contains(&action),
        Kind::Conversation | Kind::Escrow => false,
    }
}

impl Asked<'_> {
    /// Happens with this probability.
    pub fn chance(&mut self, of: f64) -> bool {
        self.rng.random_bool(of)
    }

    /// One of some words.
    pub fn word(&mut self, of: &[&'static str]) -> &'static str {
        of.choose(self.rng).copied().expect("there are words")
    }

    /// One of a list in an answer; `Null` when it is empty or missing.
    pub fn one(&mut self, of: &Value) -> Value {
        of.as_array().and_then(|items| items.choose(self.rng)).cloned().unwrap_or_default()
    }

    /// A file uploaded to the resource; a made-up one where the upload is refused.
    pub async fn file(&self, name: &str, media_type: &str) -> Value {
        self.upload(name, media_type, Uuid::now_v7().as_bytes()).await
    }

    /// A picture that nobody else has; otherwise as [`Asked::file`].
    pub async fn picture(&self, name: &str) -> Value {
        let drawn = guildhall::demo::picture(&Uuid::now_v7().to_string()).expect("a picture is drawn");
        self.upload(name, "image/png", &drawn).await
    }

    async fn upload(&self, name: &str, media_type: &str, contents: &[u8]) -> Value {
        let uploaded = self.who.client.upload(&self.resource.at("/files"), name, media_type, contents).await;
        match uploaded.json["id"].as_str() {
            Some(id) if uploaded.status == 201 => json!(id),
            Some(_) | None => json!("fil_01h455vb4pex5vsknk084sn02q"),
        }
    }

    /// Something that hangs on the resource; `Null` when it may not be seen.
    pub async fn look(&self, tail: &str) -> Value {
        let answer = self.who.client.get(&self.resource.at(tail)).await;
        if answer.status == 200 { answer.json } else { Value::Null }
    }

    /// The day so many days from now, by the test clock.
    pub async fn day(&self, days: i64) -> String {
        (self.suite.now().await + TimeDelta::days(days)).date_naive().to_string()
    }

    /// The instant so many hours from now, by the test clock.
    pub async fn instant(&self, hours: i64) -> String {
        (self.suite.now().await + TimeDelta::hours(hours)).to_rfc3339()
    }

    /// A part of some money, to the minor unit; now and then none or all of it.
    pub fn part_of(&mut self, money: &Value) -> Value {
        let all: i64 = money["amount"].as_str().unwrap_or("1200.00").replace('.', "").parse().expect("a decimal");
        let minor = match self.rng.random_range(0..6) {
            0 => 0,
            1 | 2 => all,
            _ => self.rng.random_range(0..=all),
        };
        let currency = money["currency"].as_str().unwrap_or("CNY");
        json!({ "amount": format!("{}.{:02}", minor / 100, minor % 100), "currency": currency })
    }

    /// The id in a value, or one that nothing has.
    pub fn uuid_in(&self, value: &Value) -> String {
        value.as_str().map_or_else(|| Uuid::now_v7().to_string(), ToOwned::to_owned)
    }
}
