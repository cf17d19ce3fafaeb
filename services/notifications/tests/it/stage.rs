//! A suite with the notifications service, two parties, and a mailer that does as it is told.
use contracts::orders::Order;
use contracts::{Message, Record, Recorded, disputes};
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use kernel::{
    CaseId, Category, Currency, ListingId, MerchantId, Money, OrderId, ProviderId, RevisionId, RuleId, TimeDelta,
};
use notifications::MailedBy;
use notifications::mailer::{Answer, Letter, Mailer, Posted};
use rulebook::Edition;
use serde_json::{Value, json};
use std::ops::Deref;
use std::sync::{Arc, Mutex};
use testkit::{Client, Suite};
use uuid::Uuid;

mockall::mock! {
    /// The mail server.
    pub Server {}
    impl Mailer for Server {
        fn post(&self, letter: Letter) -> BoxFuture<'static, Answer>;
    }
}

/// Every letter that was handed over.
pub type Letters = Arc<Mutex<Vec<Letter>>>;

pub struct Stage {
    suite: Suite,
    pub letters: Letters,
    pub merchant: Client,
    pub provider: Client,
    pub merchant_id: MerchantId,
    pub provider_id: ProviderId,
}

impl Deref for Stage {
    type Target = Suite;
    fn deref(&self) -> &Suite {
        &self.suite
    }
}

impl Stage {
    /// The mail server takes everything.
    pub async fn new() -> Self {
        Self::mailed(vec![]).await
    }

    /// The mail server answers like this, one after the other; then it takes everything.
    pub async fn mailed(answers: Vec<Posted>) -> Self {
        let letters = Letters::default();
        let (mut answers, kept) = (answers.into_iter(), letters.clone());
        let mut server = MockServer::new();
        server.expect_post().returning(move |letter| {
            kept.lock().unwrap().push(letter);
            let posted = answers.next().unwrap_or(Posted::Accepted);
            async move { Answer::new(posted, format!("{posted:?}")) }.boxed()
        });
        let suite = Suite::start(vec![Box::new(MailedBy(Arc::new(server)))]).await;
        let (provider_id, merchant_id) = (ProviderId(Uuid::now_v7()), MerchantId(Uuid::now_v7()));
        let (provider, merchant) = (suite.provider(provider_id), suite.merchant(merchant_id));
        Self { suite, letters, merchant, provider, merchant_id, provider_id }
    }

    /// What orders tells of an order of the two.
    pub fn order(&self) -> Order {
        Order {
            order: OrderId(Uuid::now_v7()),
            listing: ListingId(Uuid::now_v7()),
            revision: RevisionId(Uuid::now_v7()),
            provider: self.provider_id,
            merchant: self.merchant_id,
            category: Category::Software,
            agent_operation: false,
            edition: Edition::shipped().id.clone(),
            amount: Money::new(120_000, Currency::CNY),
            status: "placed".into(),
            open: true,
            pay_by: Some(chrono::Utc::now()),
            application: None,
            ended_by_case: None,
            rules: vec![RuleId::of("W5"), RuleId::of("D1.1.3")],
        }
    }

    /// Tells a fact of an order, as orders does, and waits until it has come to rest.
    pub async fn tell(&self, order: &Order, fact: &str) -> Message {
        let kind = format!("order.{fact}");
        let told = self.inject("orders", &kind, &order.order.to_string(), 1, json!(order)).await;
        self.rest().await;
        told
    }

    /// Tells of an event of an order that nobody decides on, as orders does.
    pub async fn record(&self, order: &Order, event: &str, rules: &[&str]) -> Message {
        let rules: Vec<RuleId> = serde_json::from_value(json!(rules)).unwrap();
        let data = json!(Recorded { after: order.clone(), record: Record::of(event, 9, &rules) });
        let told = self.inject("orders", "order.recorded", &order.order.to_string(), 2, data).await;
        self.rest().await;
        told
    }

    /// Tells that a case was opened, as disputes does.
    pub async fn dispute(&self, order: &Order) -> CaseId {
        let case = CaseId(Uuid::now_v7());
        self.tell_case(case, order, "opened", 1).await;
        case
    }

    /// Tells a fact of a case without an outcome, as disputes does.
    pub async fn tell_case(&self, case: CaseId, order: &Order, fact: &str, sequence: i64) {
        let told = self.case(case, order);
        self.inject("disputes", &format!("case.{fact}"), &case.to_string(), sequence, json!(told)).await;
        self.rest().await;
    }

    /// Tells of an event of a case that nobody decides on, as disputes does.
    pub async fn record_case(&self, case: CaseId, order: &Order, sequence: i64, record: Record) {
        let told = Recorded { after: self.case(case, order), record };
        self.inject("disputes", "case.recorded", &case.to_string(), sequence, json!(told)).await;
        self.rest().await;
    }

    fn case(&self, case: CaseId, order: &Order) -> disputes::Case {
        disputes::Case {
            case,
            order: order.order,
            provider: self.provider_id,
            merchant: self.merchant_id,
            stage: "negotiation".into(),
            status: "waiting_for_provider".into(),
            open: true,
            outcome: None,
        }
    }

    /// The merchant wants this language, and e-mail.
    pub async fn subscribe(&self, language: &str) {
        choose(&self.merchant, json!({ "language": language, "email": "shop@example.com" })).await.ok();
    }

    /// The newest notice to the merchant.
    pub async fn newest(&self) -> Value {
        let page = self.merchant.get("/v1/notices?limit=1").await.ok();
        let id = page["items"][0]["id"].as_str().unwrap_or_else(|| panic!("no notice")).to_owned();
        self.merchant.get(&format!("/v1/notices/{id}")).await.ok()
    }

    /// The facts of this context that were told since the last call, with their payloads.
    pub async fn told(&self) -> Vec<(String, Value)> {
        self.rest().await;
        let own = |message: &Message| message.source == "notifications";
        let published = self.published().await;
        published.into_iter().filter(own).map(|message| (message.fact().to_owned(), message.data)).collect()
    }

    /// Lets this many minutes pass.
    pub async fn minutes(&self, minutes: i64) {
        self.advance(TimeDelta::minutes(minutes)).await;
    }
}

/// PUTs preferences under a key of their own.
pub async fn choose(who: &Client, body: Value) -> testkit::Response {
    let key = Uuid::now_v7().to_string();
    let headers = [("Idempotency-Key", key.as_str())];
    who.request(reqwest::Method::PUT, "/v1/notification-preferences", &headers, Some(body)).await
}

/// How a notice stands in one channel.
pub fn channel<'a>(notice: &'a Value, name: &str) -> &'a Value {
    let mut channels = notice["channels"].as_array().unwrap().iter();
    channels.find(|channel| channel["channel"] == name).unwrap_or(&Value::Null)
}

/// The path of a notice.
pub fn path(notice: &Value) -> String {
    format!("/v1/notices/{}", notice["id"].as_str().unwrap())
}
