//! A suite with the disputes service, two parties, and orders in dispute.
use contracts::notifications::Notice;
use contracts::orders::{Order, RefundApplication};
use contracts::{Message, Record, Recorded, disputes as told};
use disputes::Disputes;
use kernel::{
    CaseId, Category, ClaimKind, Currency, ListingId, MerchantId, Money, NoticeId, OrderId, Org, Party, ProviderId,
    RevisionId, Role, RuleId, ServedBy, TimeDelta,
};
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
}

impl Deref for Stage {
    type Target = Suite;
    fn deref(&self) -> &Suite {
        &self.suite
    }
}

impl Stage {
    pub async fn new() -> Self {
        let suite = Suite::start(vec![Box::new(Disputes)]).await;
        let (provider_id, merchant_id) = (ProviderId(Uuid::now_v7()), MerchantId(Uuid::now_v7()));
        let (provider, merchant) = (suite.provider(provider_id), suite.merchant(merchant_id));
        Self { suite, provider, merchant, provider_id, merchant_id }
    }

    /// An order over 1,200.00 CNY in dispute: everything is asked back, for it is not as described.
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
            status: "disputed".into(),
            open: true,
            pay_by: None,
            application: Some(RefundApplication {
                case: CaseId(Uuid::now_v7()),
                claim: ClaimKind::NotAsDescribed,
                amount: Money::new(120_000, Currency::CNY),
                statement: "The shop shows no prices.".into(),
                applied_at: chrono::Utc::now(),
                keeps_service: false,
                supported_by: vec![],
                delivered: true,
                by_period: false,
                cycle_agreed: false,
                failed_modifications_agreed: None,
                open_claims: None,
            }),
            rules: vec![],
            ended_by_case: Default::default(),
        }
    }

    /// An order that a second person must confirm the decision of.
    pub fn large(&self) -> Order {
        let amount = Money::new(6_000_000, Currency::CNY);
        let mut order = Order { amount, ..self.order() };
        order.application.as_mut().unwrap().amount = amount;
        order
    }

    /// Tells that the order is in dispute, as orders does.
    pub async fn dispute(&self, order: &Order) -> Message {
        let data = serde_json::to_value(order).unwrap();
        self.inject("orders", "order.disputed", &order.order.to_string(), 5, data).await
    }

    /// An open case: the path of its resource.
    pub async fn open(&self) -> String {
        self.open_from(&self.order()).await
    }

    /// The same, of this order.
    pub async fn open_from(&self, order: &Order) -> String {
        self.dispute(order).await;
        self.rest().await;
        path(order)
    }

    /// A case before the platform.
    pub async fn escalated(&self) -> String {
        let case = self.open().await;
        self.merchant.post(&format!("{case}/escalate"), escalation()).await.ok();
        case
    }

    /// A case that an arbitrator has taken, on an order of which the platform told its placing and its delivery: they
    /// are entries 2 and 3 of its file, after the claim.
    pub async fn taken(&self, arbitrator: &Client) -> String {
        self.taken_of(self.order(), arbitrator).await
    }

    /// The same, of this order.
    pub async fn taken_of(&self, order: Order, arbitrator: &Client) -> String {
        let mut before = order.clone();
        before.application = None;
        for (sequence, (fact, kind)) in (1..).zip([("placed", "listing_revision"), ("delivered", "delivery")]) {
            let mut data = serde_json::to_value(&before).unwrap();
            let title = format!("The order was {fact}");
            data["paper"] = json!({ "order": order.order, "kind": kind, "title": title, "content": { "event": fact } });
            self.inject("orders", &format!("order.{fact}"), &order.order.to_string(), sequence, data).await;
        }
        self.rest().await;
        let case = self.open_from(&order).await;
        self.merchant.post(&format!("{case}/escalate"), escalation()).await.ok();
        arbitrator.post(&format!("{case}/claim"), json!({})).await.ok();
        case
    }

    /// A draft of a side: the path of the item.
    pub async fn drafted(&self, side: &Client, case: &str, title: &str) -> String {
        let made = side.post(&format!("{case}/evidence"), exhibit(title)).await;
        assert_eq!(made.status, 201, "{}", made.text);
        made.headers["location"].to_str().unwrap().to_owned()
    }

    /// An arbitrator.
    pub fn arbitrator(&self, sub: &str) -> Client {
        self.client(sub, None, &[Role::Arbitrator])
    }

    /// The facts of this context that others decide on, told since the last call, with their payloads.
    pub async fn told(&self) -> Vec<(String, Value)> {
        self.rest().await;
        let own = |message: &Message| message.source == "disputes" && message.fact() != "recorded";
        let published = self.published().await;
        published.into_iter().filter(own).map(|message| (message.fact().to_owned(), message.data)).collect()
    }

    /// The events that nobody decides on, told since the last call: the payloads without the case.
    pub async fn recorded(&self) -> Vec<Record> {
        self.rest().await;
        let own = |message: &Message| message.routing_key() == "disputes.case.recorded";
        let record = |message: Message| message.read::<Recorded<told::Case>>().unwrap().record;
        self.published().await.into_iter().filter(own).map(record).collect()
    }

    /// Advances until a minute after the deadline of this kind.
    pub async fn pass(&self, case: &str, kind: &str) {
        self.pass_once(case, kind).await;
        // Nobody serves notices here: a window that starts with one is counted anew once, as if it was served late.
        if ["answer", "proposal_reply", "evidence", "appeal"].contains(&kind)
            && deadline(&self.merchant.get(case).await.ok(), kind).is_object()
        {
            self.pass_once(case, kind).await;
        }
    }

    /// The same, although nothing was heard of the notice that starts the window.
    pub async fn pass_once(&self, case: &str, kind: &str) {
        let due = self.due(case, kind).await;
        self.advance(due - self.now().await + TimeDelta::minutes(1)).await;
    }

    /// Tells that the notice of the newest event of this name was served so long after it, as notifications does.
    pub async fn serve(&self, case: &str, event: &str, kind: &str, party: Party, after: TimeDelta) {
        let seen = self.merchant.get(&format!("{case}/timeline?limit=100")).await.ok();
        let entry = seen["items"].as_array().unwrap().iter().rfind(|entry| entry["event"] == event).unwrap().clone();
        let act_at: kernel::Time = entry["at"].as_str().unwrap().parse().unwrap();
        let notice = NoticeId(Uuid::now_v7());
        let told = Notice {
            notice,
            kind: kind.into(),
            fact: "disputes.case.recorded".into(),
            fact_at: act_at,
            cause: Uuid::now_v7(),
            recipient: Org::Merchant(self.merchant_id),
            party,
            order: None,
            case: Some(case.rsplit('/').next().unwrap().parse().unwrap()),
            rules: vec![RuleId::of("D1.1.3")],
            content_hash: "0".repeat(64),
            made_at: act_at,
            served_at: Some(act_at + after),
            served_by: Some(ServedBy::Read),
            mailed_at: None,
            read_at: None,
        };
        self.inject("notifications", "notice.served", &notice.to_string(), 1, json!(told)).await;
        self.rest().await;
    }

    /// When the deadline of this kind is due.
    pub async fn due(&self, case: &str, kind: &str) -> kernel::Time {
        let seen = self.merchant.get(case).await.ok();
        let due = deadline(&seen, kind)["due_at"].as_str().unwrap_or_else(|| panic!("no {kind} in {seen}")).parse();
        due.unwrap()
    }
}

/// The path of the case that the order's application opens.
pub fn path(order: &Order) -> String {
    format!("/v1/disputes/{}", order.application.as_ref().unwrap().case)
}

pub fn deadline<'a>(seen: &'a Value, kind: &str) -> &'a Value {
    let mut deadlines = seen["deadlines"].as_array().unwrap().iter();
    deadlines.find(|deadline| deadline["kind"] == kind).unwrap_or(&Value::Null)
}

pub fn action<'a>(seen: &'a Value, action: &str) -> &'a Value {
    let mut actions = seen["actions"].as_array().unwrap().iter();
    actions.find(|offered| offered["action"] == action).unwrap_or(&Value::Null)
}

pub fn cny(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "CNY" })
}

pub fn escalation() -> Value {
    json!({
        "kind_of_product": "a shop application",
        "summary": "Asked for prices twice, got none.",
        "reasons": "The description promises prices.",
    })
}

pub fn exhibit(title: &str) -> Value {
    json!({
        "title": title,
        "origin": "screenshot",
        "proves": ["description_untrue"],
        "text": "The price list is empty.",
    })
}

/// That the description is untrue, on this entry of the file.
pub fn found_on(entry: u64) -> Value {
    json!({ "findings": [{ "fact": "description_untrue", "truth": "established", "rests_on": [entry] }] })
}

/// A decision as the rules recommend it.
pub fn as_recommended(seen: &Value) -> Value {
    let recommended = &seen["recommendation"];
    let rules: Vec<_> = recommended["articles"].as_array().unwrap().iter().map(|one| one["article"].clone()).collect();
    let mut draft = json!({
        "to_merchant": recommended["to_merchant"],
        "rules": [rules[0]],
        "reasons": "The listing names prices; the shop shows none.",
        "data_download": recommended["data_download"],
    });
    if recommended["extension_seconds"].is_u64() {
        draft["extension_seconds"] = recommended["extension_seconds"].clone();
    }
    draft
}

pub fn ruling() -> Value {
    json!({
        "to_merchant": cny("800.00"),
        "rules": ["D2.2", "D2.9"],
        "facts": ["The description names prices.", "The application shows none."],
        "reasons": "A third of the work can be used.",
        "departure": "Nothing was found by entry; both sides agree on the facts.",
    })
}
