//! A suite with the listings service, a provider that may sell software, and what it offers.
use crate::painting::{encoded, painted};
use contracts::Message;
use diesel::RunQueryDsl;
use diesel::sql_types::BigInt;
use image::{DynamicImage, ImageFormat};
use kernel::{Category, MerchantId, ProviderId, QualificationId, Role, TimeDelta};
use listings::Listings;
use serde_json::{Value, json};
use std::ops::Deref;
use testkit::{Client, Suite};
use uuid::Uuid;

pub struct Stage {
    suite: Suite,
    pub provider: Client,
    pub moderator: Client,
    pub merchant: Client,
    pub operator: Client,
    pub id: ProviderId,
    pub qualification: QualificationId,
}

impl Deref for Stage {
    type Target = Suite;
    fn deref(&self) -> &Suite {
        &self.suite
    }
}

impl Stage {
    /// The provider holds a qualification for software, heard of in message 1.
    pub async fn new() -> Self {
        let stage = Self::unqualified().await;
        stage.qualifies(1, "active").await;
        stage.rest().await;
        stage
    }

    /// Moves the callers to another instance, started now on the same servers; keep what is answered.
    pub async fn moves(&mut self) -> runtime::Running {
        let other = self.suite.another().await;
        self.suite.base = format!("http://{}", other.address);
        self.provider = self.suite.provider(self.id);
        self.moderator = self.suite.staff(Role::Moderator);
        other
    }

    /// Back to the first instance.
    pub fn comes_back(&mut self) {
        self.suite.base = format!("http://{}", self.suite.running().address);
        self.provider = self.suite.provider(self.id);
        self.moderator = self.suite.staff(Role::Moderator);
    }

    /// The suite itself, where a name of its own stands in the way.
    pub fn suite(&self) -> &Suite {
        &self.suite
    }

    pub async fn unqualified() -> Self {
        let suite = Suite::start(vec![Box::new(Listings)]).await;
        // A message that is sent before the consumer has bound its queue is nobody's: bound here, it waits.
        let amqp = &suite.settings.amqp;
        let amqp = broker::Settings { url: amqp.url.clone(), prefix: amqp.prefix.clone() };
        broker::manual::declare(&amqp, "listings", &["onboarding.#", "settlement.purse.#"]).await.unwrap();
        let id = ProviderId(Uuid::now_v7());
        Self {
            provider: suite.provider(id),
            moderator: suite.staff(Role::Moderator),
            merchant: suite.merchant(MerchantId(Uuid::now_v7())),
            operator: suite.staff(Role::Operator),
            qualification: QualificationId(Uuid::now_v7()),
            id,
            suite,
        }
    }

    /// What onboarding says of the provider's qualification.
    pub async fn qualifies(&self, sequence: i64, status: &str) -> Message {
        self.qualifies_by(self.qualification, Category::Software, sequence, status).await
    }

    pub async fn qualifies_by(&self, id: QualificationId, category: Category, sequence: i64, status: &str) -> Message {
        let data = json!({
            "qualification": id, "provider": self.id, "category": category, "status": status, "valid_until": null,
        });
        self.inject("onboarding", "qualification.granted", &id.to_string(), sequence, data).await
    }

    /// What onboarding says of the provider.
    pub async fn stands(&self, sequence: i64, eu_trained: bool, leaving: bool) -> Message {
        let data = json!({ "provider": self.id, "eu_trained": eu_trained, "leaving": leaving, "exited_at": null });
        self.inject("onboarding", "provider.registered", &self.id.to_string(), sequence, data).await
    }

    /// What settlement says of the provider's purse.
    pub async fn owes(&self, sequence: i64, blocked: bool) -> Message {
        let data = json!({
            "provider": self.id, "required": cny("1000.00"), "deposit": cny("0.00"), "liability": cny("0.00"),
            "blocked": blocked,
        });
        self.inject("settlement", "purse.changed", &self.id.to_string(), sequence, data).await
    }

    /// An empty listing of software: the path of its resource.
    pub async fn opened(&self) -> String {
        let response = self.provider.post("/v1/listings", json!({ "category": "software" })).await;
        assert_eq!(response.status, 201, "{}", response.text);
        let path = response.headers["location"].to_str().unwrap().to_owned();
        assert_eq!(path, format!("/v1/listings/{}", response.json["id"].as_str().unwrap()));
        path
    }

    /// Uploads a picture that no other listing has; answers its id.
    pub async fn picture(&self, listing: &str, name: &str) -> Value {
        self.pictured(listing, name, &painted(&format!("{listing} {name}"), 500, 500)).await
    }

    /// Uploads this picture, as a PNG; answers its id.
    pub async fn pictured(&self, listing: &str, name: &str, image: &DynamicImage) -> Value {
        let bytes = encoded(image, ImageFormat::Png);
        self.provider.upload(&format!("{listing}/files"), name, "image/png", &bytes).await.ok()["id"].clone()
    }

    /// How many files are kept, of whatever listing.
    pub fn count_files(&self) -> i64 {
        let count = diesel::dsl::sql::<BigInt>("(SELECT count(*) FROM files)");
        diesel::select(count).get_result(&mut self.conn("listings")).unwrap()
    }

    /// A listing with a draft of this content and `pictures` pictures.
    pub async fn drafted(&self, mut content: Value, pictures: usize) -> String {
        let listing = self.opened().await;
        let mut ids = vec![];
        for nth in 0..pictures {
            ids.push(self.picture(&listing, &format!("picture-{nth}.png")).await);
        }
        content["pictures"] = json!(ids);
        self.provider.post(&format!("{listing}/revisions"), content).await.ok();
        listing
    }

    /// On sale without a moderator: nothing was found.
    pub async fn published(&self, title: &str) -> String {
        let listing = self.drafted(software(title), 3).await;
        let seen = self.provider.post(&format!("{listing}/submit"), json!({})).await.ok();
        assert_eq!(seen["status"], "published", "{seen}");
        listing
    }

    /// In the queue: it has two pictures only (C6).
    pub async fn queued(&self, title: &str) -> String {
        let listing = self.drafted(software(title), 2).await;
        let seen = self.provider.post(&format!("{listing}/submit"), json!({})).await.ok();
        assert_eq!(seen["status"], "pending_review", "{seen}");
        listing
    }

    /// Held by the moderator.
    pub async fn claimed(&self, title: &str) -> String {
        let listing = self.queued(title).await;
        self.moderator.post(&format!("{listing}/claim"), json!({})).await.ok();
        listing
    }

    /// The status as the provider sees it.
    pub async fn status(&self, listing: &str) -> String {
        self.provider.get(listing).await.ok()["status"].as_str().unwrap().to_owned()
    }

    /// The titles in the catalogue, as a merchant sees them.
    pub async fn on_sale(&self) -> Vec<String> {
        let page = self.merchant.get("/v1/listings/catalogue?limit=100").await.ok();
        let items = page["items"].as_array().unwrap().iter();
        items.map(|item| item["terms"]["title"].as_str().unwrap().to_owned()).collect()
    }

    /// The facts that were told since the last call, with their payloads.
    pub async fn told(&self) -> Vec<(String, Value)> {
        self.rest().await;
        let own = |message: &Message| message.source == "listings";
        let published = self.suite.published().await;
        published.into_iter().filter(own).map(|message| (message.fact().to_owned(), message.data)).collect()
    }

    /// Advances until a minute after the deadline of this kind.
    pub async fn pass(&self, listing: &str, kind: &str) {
        let seen = self.provider.get(listing).await.ok();
        let mut deadlines = seen["deadlines"].as_array().unwrap().iter();
        let deadline =
            deadlines.find(|deadline| deadline["kind"] == kind).unwrap_or_else(|| panic!("no {kind}: {seen}"));
        let due: kernel::Time = deadline["due_at"].as_str().unwrap().parse().unwrap();
        self.advance(due - self.now().await + TimeDelta::minutes(1)).await;
    }
}

/// A complete offer in which nothing is to be found.
pub fn software(title: &str) -> Value {
    json!({
        "title": title,
        "description": format!("{title}: counts stock in several warehouses, warns early, runs in the browser."),
        // The title is told again and again: listings of two titles are not nearly the same (M5.17).
        "elements": {
            "function": "Counts stock, warns, exports tables.",
            "how_it_is_used": format!("In the browser, {title} after a short set-up."),
            "known_defects": format!("Exports of {title} with more than 50,000 rows take a minute."),
            "after_sales": format!("Questions on {title} are answered on working days within a day."),
            "delivery_standard": "The account is open and the first import has run.",
        },
        "cooperation": ["An export of the present stock as a table."],
        "price": cny("120.00"),
        "price_unit": "month",
        "delivery_days": 2,
        "modifications": 3,
    })
}

pub fn cny(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "CNY" })
}

pub fn grounds(rule: &str) -> Value {
    json!({ "rules": [rule], "reasons": "The description does not say what is delivered." })
}

/// The names of a list of objects.
pub fn names<'a>(items: &'a Value, name: &str) -> Vec<&'a str> {
    items.as_array().unwrap().iter().map(|item| item[name].as_str().unwrap_or_default()).collect()
}
