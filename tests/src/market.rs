//! A market in which things have happened: a story was played, and its people and ids are at hand.
use crate::everything;
use guildhall::demo::{Played, Story, play};
use kernel::{Org, Role};
use serde_json::Value;
use testkit::{Client, Suite};
use uuid::Uuid;

/// The suite after a story.
pub struct Market {
    /// The suite.
    pub suite: Suite,
    /// The story.
    pub played: Played,
}

impl Market {
    /// Plays a story on a fresh suite.
    pub async fn after(story: &str) -> Self {
        let suite = Suite::start(everything()).await;
        let played = play_on(&suite, story).await;
        Self { suite, played }
    }

    /// A market in which an order is in dispute.
    pub async fn with_a_dispute() -> Self {
        Self::after(include_str!("../stories/in-dispute.toml")).await
    }

    /// A market with a funded order, its agreement confirmed.
    pub async fn with_an_order() -> Self {
        Self::after(include_str!("../stories/funded.toml")).await
    }

    /// Someone of the cast.
    pub fn cast(&self, name: &str) -> Client {
        self.suite.with_token(self.played.tokens[name].clone())
    }

    /// What the story saved under a name.
    pub fn name(&self, name: &str) -> &str {
        self.played.names[name].as_str().unwrap_or_else(|| panic!("{name} is no text"))
    }

    /// The id of a resource in a collection of the API, or a made-up one where the story has none.
    pub fn id_in(&self, collection: &str) -> String {
        let name = match collection {
            "applications" => "application",
            "qualifications" => "qualification",
            "providers" => "provider.org",
            "listings" => "listing",
            "orders" => "order",
            "escrows" => "escrow",
            "purses" => "purse",
            "disputes" => "dispute",
            _ => "",
        };
        match self.played.names.get(name) {
            Some(Value::String(id)) => id.clone(),
            _ => Uuid::now_v7().to_string(),
        }
    }
}

/// Plays a story on a suite; it must go as it is written.
pub async fn play_on(suite: &Suite, story: &str) -> Played {
    let http = reqwest::Client::new();
    let mint = |role: Role, org: Option<Org>, sub: &str| Ok(suite.token(sub, org, &[role]));
    let story = Story::shipped(story).unwrap_or_else(|error| panic!("{error:#}"));
    play(&http, &suite.base, &story, &mint).await.unwrap_or_else(|error| panic!("{error:#}"))
}
