//! A suite with the orders service, two parties, a listing on sale, and orders at every stage.
use contracts::disputes::{Case, Outcome};
use contracts::notifications::Notice;
use contracts::orders::Recorded;
use contracts::settlement::{Escrow, Purse};
use contracts::{Message, listings};
use kernel::{
    CaseId, Category, Currency, ListingId, MerchantId, Money, NoticeId, OrderId, Org, Party, PriceUnit, ProviderId,
    RevisionId, RuleId, ServedBy, Terms, TimeDelta,
};
use orders::Orders;
use rulebook::Edition;
use serde_json::{Value, json};
use std::ops::Deref;
use testkit::{Client, Suite};
use uuid::Uuid;

pub struct Stage {
    suite: Suite,
    pub provider: Client,
    pub merchant: Client,
    pub provider_id: ProviderId,
    pub merchant_id: MerchantId,
    pub listing: ListingId,
}

impl Deref for Stage {
    type Target = Suite;
    fn deref(&self) -> &Suite {
        &self.suite
    }
}

impl Stage {
    /// The suite.
    pub fn suite(&self) -> &Suite {
        &self.suite
    }

    /// The merchant at another instance on the same servers.
    pub fn merchant_at(&mut self, other: &runtime::Running) -> Client {
        let own = std::mem::replace(&mut self.suite.base, format!("http://{}", other.address));
        let merchant = self.suite.merchant(self.merchant_id);
        self.suite.base = own;
        merchant
    }

    /// The listing is on sale on [`terms`].
    pub async fn new() -> Self {
        Self::selling(terms()).await
    }

    /// The listing is on sale on these terms.
    pub async fn selling(terms: Terms) -> Self {
        let suite = Suite::start(vec![Box::new(Orders)]).await;
        let (provider_id, merchant_id) = (ProviderId(Uuid::now_v7()), MerchantId(Uuid::now_v7()));
        let (provider, merchant) = (suite.provider(provider_id), suite.merchant(merchant_id));
        let stage = Self { suite, provider, merchant, provider_id, merchant_id, listing: ListingId(Uuid::now_v7()) };
        stage.publish(1, Some(terms)).await;
        stage.rest().await;
        stage
    }

    /// Tells what is on sale, as listings does.
    pub async fn publish(&self, sequence: i64, terms: Option<Terms>) -> Message {
        let fact = if terms.is_some() { "listing.published" } else { "listing.unpublished" };
        let listing = listings::Listing { listing: self.listing, provider: self.provider_id, published: terms };
        self.inject("listings", fact, &self.listing.to_string(), sequence, json!(listing)).await
    }

    /// Tells how the provider's purse stands, as settlement does.
    pub async fn purse(&self, sequence: i64, blocked: bool, liability: i64) {
        let purse = Purse {
            provider: self.provider_id,
            required: cny(1_000_000),
            deposit: cny(0),
            liability: cny(liability),
            blocked,
        };
        self.inject("settlement", "purse.changed", &format!("pur_{}", self.provider_id.0), sequence, json!(purse))
            .await;
    }

    /// What a merchant orders: one unit of this revision.
    pub fn placement(&self, revision: RevisionId) -> Value {
        json!({
            "listing": self.listing,
            "revision": revision,
            "quantity": 1,
            "extra_costs": [{ "kind": "bank_fees", "note": "what the bank takes" }],
            "extra_costs_acknowledged": true,
        })
    }

    /// A placed order: the path of its resource.
    pub async fn placed(&self) -> String {
        self.placed_of(1).await
    }

    /// The same, of so many units.
    pub async fn placed_of(&self, quantity: u32) -> String {
        let mut body = self.placement(revision());
        body["quantity"] = quantity.into();
        let order = self.merchant.post("/v1/orders", body).await.ok();
        self.rest().await;
        format!("/v1/orders/{}", order["id"].as_str().unwrap())
    }

    /// Tells that the money is held, as settlement does.
    pub async fn pay(&self, order: &str) -> Message {
        self.escrow(id(order), "held", 2, false).await
    }

    /// Tells whether the merchant owes money back for an order and is late with it, as settlement does.
    pub async fn debt(&self, order: OrderId, sequence: i64, is_overdue: bool) {
        let fact = if is_overdue { "debt_overdue" } else { "corrected" };
        self.escrow(order, fact, sequence, is_overdue).await;
    }

    async fn escrow(&self, order: OrderId, fact: &str, sequence: i64, debt_overdue: bool) -> Message {
        let escrow = Escrow {
            order,
            merchant: self.merchant_id,
            provider: self.provider_id,
            amount: cny(120_000),
            status: "held".into(),
            refunded: cny(0),
            released: cny(0),
            debt: cny(if debt_overdue { 50_000 } else { 0 }),
            debt_pay_by: None,
            debt_overdue,
        };
        let subject = format!("esc_{}", order.0);
        self.inject("settlement", &format!("escrow.{fact}"), &subject, sequence, json!(escrow)).await
    }

    /// A paid order.
    pub async fn funded(&self) -> String {
        let order = self.placed().await;
        self.pay(&order).await;
        self.rest().await;
        order
    }

    /// Uploads a text and answers the file's id.
    pub async fn file(&self, who: &Client, order: &str, contents: &str) -> String {
        let stored = who.upload(&format!("{order}/files"), "a.txt", "text/plain", contents.as_bytes()).await.ok();
        stored["id"].as_str().unwrap().to_owned()
    }

    /// The agreement uploaded and confirmed, the work started.
    pub async fn begin(&self, order: &str) {
        let file = self.file(&self.provider, order, "We agree.").await;
        self.provider.post(&format!("{order}/agreement"), agreement(&file)).await.ok();
        self.merchant.post(&format!("{order}/agreement/confirm"), json!({ "file": file })).await.ok();
        self.provider.post(&format!("{order}/start"), json!({})).await.ok();
    }

    /// An order in progress.
    pub async fn started(&self) -> String {
        let order = self.funded().await;
        self.begin(&order).await;
        order
    }

    /// A delivered order.
    pub async fn delivered(&self) -> String {
        let order = self.started().await;
        self.deliver(&order).await;
        order
    }

    pub async fn deliver(&self, order: &str) {
        let file = self.file(&self.provider, order, "The work.").await;
        let body = json!({ "files": [file], "note": "All of it." });
        self.provider.post(&format!("{order}/deliveries"), body).await.ok();
        self.serve(order).await;
    }

    /// Tells that the notice of the newest act that a window runs from was served, as notifications does.
    pub async fn serve(&self, order: &str) -> Message {
        self.rest().await;
        let events = self.events(order).await;
        let name_of = |event: &String| NOTICED.iter().find(|(act, ..)| act == event);
        let (_, fact, kind) = events.iter().rev().find_map(name_of).unwrap();
        let sent = self.notice_of(order, fact, kind).await;
        self.rest().await;
        sent
    }

    /// Tells that a notice at the instant of that act was served on the other side.
    pub async fn notice_of(&self, order: &str, fact: &str, kind: &str) -> Message {
        let timeline = self.timeline(order).await;
        let is_noticed = |entry: &&Value| NOTICED.iter().any(|(act, ..)| entry["event"] == *act);
        let act = timeline.iter().rev().find(is_noticed).unwrap();
        let (recipient, party) = if act["party"] == "provider" {
            (Org::Merchant(self.merchant_id), Party::Merchant)
        } else {
            (Org::Provider(self.provider_id), Party::Provider)
        };
        let now = self.now().await;
        let notice = NoticeId(Uuid::now_v7());
        let told = Notice {
            notice,
            kind: kind.into(),
            fact: fact.into(),
            fact_at: act["at"].as_str().unwrap().parse().unwrap(),
            cause: Uuid::now_v7(),
            recipient,
            party,
            order: Some(id(order)),
            case: None,
            rules: vec![],
            content_hash: "0".repeat(64),
            made_at: now,
            served_at: Some(now),
            served_by: Some(ServedBy::Inbox),
            mailed_at: None,
            read_at: None,
        };
        self.inject("notifications", "notice.served", &notice.to_string(), 1, json!(told)).await
    }

    pub async fn redeliver(&self, order: &str, problems: &[Value]) {
        let file = self.file(&self.provider, order, "The work, mended.").await;
        let body = json!({ "files": [file], "problems": problems });
        self.provider.post(&format!("{order}/redeliveries"), body).await.ok();
        self.serve(order).await;
    }

    /// Applies for all of it back: the case.
    pub async fn disputed(&self, order: &str, claim: &str) -> CaseId {
        let seen = self.merchant.post(&format!("{order}/refund-applications"), application(claim)).await.ok();
        seen["phase"]["refund_application"]["case"].as_str().unwrap().parse().unwrap()
    }

    /// Tells how the case ended, as disputes does.
    pub async fn end_case(&self, order: &str, case: CaseId, fact: &str, to_merchant: i64) -> Message {
        self.case_tells(order, case, (fact, 2), (to_merchant, None, false)).await
    }

    /// Tells a word of the case, in the message of a sequence: the part that goes back, seconds of use, data.
    pub async fn case_tells(
        &self,
        order: &str,
        case: CaseId,
        (fact, sequence): (&str, i64),
        (to_merchant, extension_seconds, data_download): (i64, Option<u64>, bool),
    ) -> Message {
        let told = Case {
            case,
            order: id(order),
            provider: self.provider_id,
            merchant: self.merchant_id,
            stage: "closed".into(),
            status: fact.into(),
            open: false,
            outcome: Some(Outcome {
                to_merchant: cny(to_merchant),
                compensation: cny(0),
                rules: vec![RuleId::of("D2.2")],
                edition: Edition::shipped().id.clone(),
                at: chrono::Utc::now(),
                extension_seconds,
                data_download,
                statement: None,
            }),
        };
        self.inject("disputes", &format!("case.{fact}"), &case.to_string(), sequence, json!(told)).await
    }

    /// The facts of this context that were told since the last call, with their payloads.
    pub async fn told(&self) -> Vec<(String, Value)> {
        self.rest().await;
        let own =
            |message: &Message| message.routing_key().starts_with("orders.order.") && message.fact() != "recorded";
        let published = self.published().await;
        published.into_iter().filter(own).map(|message| (message.fact().to_owned(), message.data)).collect()
    }

    /// The events that nobody decides on, told since the last call.
    pub async fn recorded(&self) -> Vec<Recorded> {
        self.rest().await;
        let own = |message: &Message| message.routing_key() == "orders.order.recorded";
        self.published().await.into_iter().filter(own).map(|message| message.read().unwrap()).collect()
    }

    /// The order as its merchant sees it.
    pub async fn seen(&self, order: &str) -> Value {
        self.merchant.get(order).await.ok()
    }

    /// Advances until a minute after the deadline of this kind.
    pub async fn pass(&self, order: &str, kind: &str) {
        let seen = self.seen(order).await;
        let due = deadline(&seen, kind)["due_at"].as_str().unwrap_or_else(|| panic!("no {kind} in {seen}"));
        let due: kernel::Time = due.parse().unwrap();
        self.advance(due - self.now().await + TimeDelta::minutes(1)).await;
    }

    /// The names of what happened to the order, oldest first.
    pub async fn events(&self, order: &str) -> Vec<String> {
        let timeline = self.timeline(order).await;
        timeline.iter().map(|entry| entry["event"].as_str().unwrap().to_owned()).collect()
    }

    /// What happened to the order, oldest first.
    pub async fn timeline(&self, order: &str) -> Vec<Value> {
        let page = self.merchant.get(&format!("{order}/timeline?limit=100")).await.ok();
        page["items"].as_array().unwrap().clone()
    }
}

/// The events that windows run from, with the facts and the kinds of their notices.
const NOTICED: [(&str, &str, &str); 6] = [
    ("delivered", "orders.order.delivered", "order_delivered"),
    ("redelivered", "orders.order.delivered", "order_delivered"),
    ("modification_requested", "orders.order.recorded", "modification_requested"),
    ("modification_refused", "orders.order.recorded", "modification_refused"),
    ("cooperation_requested", "orders.order.recorded", "cooperation_requested"),
    ("change_proposed", "orders.order.recorded", "change_proposed"),
];

/// The listing's first revision, in every test.
pub fn revision() -> RevisionId {
    RevisionId(Uuid::from_u128(0x0193_a0c0_0000_7000_8000_0000_0000_0001))
}

/// Design for 1,200.00 CNY: 7 days, 3 days for a modification, one wish.
pub fn terms() -> Terms {
    Terms {
        revision: revision(),
        number: 1,
        title: "Shop design 店铺设计".into(),
        category: Category::Design,
        agent_operation: false,
        price: cny(120_000),
        price_unit: PriceUnit::OneOff,
        delivery_days: Some(7),
        modification_days: None,
        modifications: Some(1),
        acceptance_standard: "As in the sketch.".into(),
        cooperation: vec!["The shop's logo.".into()],
        content_hash: "0".repeat(64),
    }
}

/// Software by the month.
pub fn by_month() -> Terms {
    Terms { category: Category::Software, price_unit: PriceUnit::Month, ..terms() }
}

pub fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

pub fn agreement(file: &str) -> Value {
    json!({
        "file": file,
        "promise": { "effect": "A shop front in the brand's colours, with a banner and ten pictures." },
        "cooperation": ["The product photographs."],
    })
}

pub fn application(claim: &str) -> Value {
    json!({ "claim": claim, "amount": cny(120_000), "statement": "It is not what was described." })
}

pub fn id(order: &str) -> OrderId {
    order.rsplit('/').next().unwrap().parse().unwrap()
}

pub fn deadline<'a>(seen: &'a Value, kind: &str) -> &'a Value {
    let mut deadlines = seen["deadlines"].as_array().unwrap().iter();
    deadlines.find(|deadline| deadline["kind"] == kind).unwrap_or(&Value::Null)
}

pub fn action<'a>(seen: &'a Value, action: &str) -> &'a Value {
    let mut actions = seen["actions"].as_array().unwrap().iter();
    actions.find(|offered| offered["action"] == action).unwrap_or(&Value::Null)
}

pub fn facts(told: &[(String, Value)]) -> Vec<&str> {
    told.iter().map(|(fact, _)| fact.as_str()).collect()
}
