//! A suite with the settlement service, a provider, a merchant, and other contexts' messages.
use contracts::Message;
use contracts::disputes::{Case, Outcome};
use contracts::onboarding::{Provider, Qualification, QualificationStatus};
use contracts::orders::Order;
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use kernel::{
    CaseId, Category, Currency, EscrowId, ListingId, MerchantId, Money, OrderId, ProviderId, PurseId, QualificationId,
    RevisionId, Role, RuleId, TimeDelta,
};
use rulebook::Edition;
use runtime::Service;
use serde_json::{Value, json};
use settlement::Settlement;
use std::collections::BTreeMap;
use std::ops::Deref;
use testkit::{Client, Suite};
use uuid::Uuid;

pub struct Stage {
    pub suite: Suite,
    pub provider: Client,
    pub merchant: Client,
    pub operator: Client,
    pub provider_id: ProviderId,
    pub merchant_id: MerchantId,
    /// The path of the provider's purse.
    pub purse: String,
}

impl Deref for Stage {
    type Target = Suite;
    fn deref(&self) -> &Suite {
        &self.suite
    }
}

impl Stage {
    pub async fn new() -> Self {
        Self::with(Box::new(Settlement)).await
    }

    pub async fn with(service: Box<dyn Service>) -> Self {
        let suite = Suite::start(vec![service]).await;
        let (provider_id, merchant_id) = (ProviderId(Uuid::now_v7()), MerchantId(Uuid::now_v7()));
        let (provider, merchant) = (suite.provider(provider_id), suite.merchant(merchant_id));
        let operator = suite.staff(Role::Operator);
        let purse = format!("/v1/purses/{}", PurseId(provider_id.0));
        Self { suite, provider, merchant, operator, provider_id, merchant_id, purse }
    }

    /// An order of this price, as its messages tell of it.
    pub fn order(&self, minor: i64) -> Order {
        Order {
            order: OrderId(Uuid::now_v7()),
            listing: ListingId(Uuid::now_v7()),
            revision: RevisionId(Uuid::now_v7()),
            provider: self.provider_id,
            merchant: self.merchant_id,
            category: Category::Software,
            agent_operation: false,
            edition: Edition::shipped().id.clone(),
            amount: Money::new(minor, Currency::CNY),
            status: "as it is".into(),
            open: true,
            pay_by: None,
            application: None,
            ended_by_case: None,
            rules: vec![],
        }
    }

    /// Tells a fact of an order.
    pub async fn tell(&self, order: &Order, fact: &str, sequence: i64) -> Message {
        let data = serde_json::to_value(order).unwrap();
        self.inject("orders", &format!("order.{fact}"), &order.order.to_string(), sequence, data).await
    }

    /// The same, because of this rule.
    pub async fn tell_by(&self, order: &Order, fact: &str, sequence: i64, rule: &'static str) -> Message {
        let order = Order { rules: vec![RuleId::of(rule)], ..order.clone() };
        let message = self.tell(&order, fact, sequence).await;
        self.rest().await;
        message
    }

    /// A placed order, to be paid within a day.
    pub async fn placed(&self, minor: i64) -> Order {
        let pay_by = Some(self.now().await + TimeDelta::hours(24));
        let order = Order { pay_by, ..self.order(minor) };
        self.tell(&order, "placed", 1).await;
        self.rest().await;
        order
    }

    /// A paid order, by this method.
    pub async fn paid_by(&self, minor: i64, method: &str) -> Order {
        let order = self.placed(minor).await;
        self.merchant.post(&format!("{}/payments", path(&order)), json!({ "method": method })).await.ok();
        self.rest().await;
        order
    }

    pub async fn paid(&self, minor: i64) -> Order {
        self.paid_by(minor, "tok_visa").await
    }

    /// An order whose money is the provider's.
    pub async fn completed(&self, minor: i64) -> Order {
        let order = self.paid(minor).await;
        self.tell_by(&order, "completed", 9, "D1.3.1").await;
        order
    }

    /// What its case says of an order: `settled` or `awarded`.
    pub async fn rule(&self, order: &Order, fact: &str, to_merchant: i64, compensation: i64) -> CaseId {
        let (case, data) = self.ruling(order, to_merchant, compensation);
        self.inject("disputes", &format!("case.{fact}"), &case.to_string(), 2, data).await;
        case
    }

    pub fn ruling(&self, order: &Order, to_merchant: i64, compensation: i64) -> (CaseId, Value) {
        let case = CaseId(Uuid::now_v7());
        let outcome = Outcome {
            to_merchant: Money::new(to_merchant, Currency::CNY),
            compensation: Money::new(compensation, Currency::CNY),
            rules: vec![RuleId::of("D3.1.4"), RuleId::of("D2.9")],
            edition: order.edition.clone(),
            at: chrono::Utc::now(),
            extension_seconds: None,
            data_download: false,
            statement: None,
        };
        let data = Case {
            case,
            order: order.order,
            provider: order.provider,
            merchant: order.merchant,
            stage: "closed".into(),
            status: "resolved".into(),
            open: false,
            outcome: Some(outcome),
        };
        (case, serde_json::to_value(data).unwrap())
    }

    /// The order is disputed and its case awards this; all has come to rest.
    pub async fn judged(&self, order: &Order, to_merchant: i64, compensation: i64) -> CaseId {
        self.tell(order, "disputed", 5).await;
        self.rest().await;
        let case = self.rule(order, "awarded", to_merchant, compensation).await;
        self.tell(&Order { ended_by_case: Some(case), ..order.clone() }, "settled", 6).await;
        self.rest().await;
        case
    }

    /// Another forum's outcome is followed: told by the closed case, in its message of this sequence.
    pub async fn followed(&self, order: &Order, case: CaseId, sequence: i64, to_merchant: i64, compensation: i64) {
        let (_, mut data) = self.ruling(order, to_merchant, compensation);
        data["case"] = json!(case);
        data["outcome"]["rules"] = json!(["D1.1.4"]);
        self.inject("disputes", "case.forum_followed", &case.to_string(), sequence, data).await;
        self.rest().await;
    }

    /// A qualification of the provider in this category, granted or revoked.
    pub async fn qualified(&self, category: Category, status: QualificationStatus, sequence: i64, id: QualificationId) {
        let said = Qualification { qualification: id, provider: self.provider_id, category, status, valid_until: None };
        let fact = if status == QualificationStatus::Revoked { "revoked" } else { "granted" };
        let data = serde_json::to_value(said).unwrap();
        self.inject("onboarding", &format!("qualification.{fact}"), &id.to_string(), sequence, data).await;
        self.rest().await;
    }

    /// A provider of software with a whole deposit of 10,000.00.
    pub async fn deposited(&self) {
        let id = QualificationId(Uuid::now_v7());
        self.qualified(Category::Software, QualificationStatus::Active, 1, id).await;
        let body = json!({ "amount": cny("10000.00"), "method": "tok_visa" });
        self.provider.post(&format!("{}/deposits", self.purse), body).await.ok();
        self.rest().await;
    }

    /// The provider left.
    pub async fn exited(&self) {
        let exited_at = Some(self.now().await);
        let said = Provider { provider: self.provider_id, eu_trained: false, leaving: true, exited_at };
        let data = serde_json::to_value(said).unwrap();
        self.inject("onboarding", "provider.exited", &self.provider_id.to_string(), 7, data).await;
        self.rest().await;
    }

    /// The purse as its provider sees it.
    pub async fn purse(&self) -> Value {
        self.provider.get(&self.purse).await.ok()
    }

    /// The escrow of an order, as its merchant sees it.
    pub async fn escrow(&self, order: &Order) -> Value {
        self.merchant.get(&path(order)).await.ok()
    }

    /// The facts of this context that others decide on, told since the last call.
    pub async fn told(&self) -> Vec<(String, Value)> {
        self.all_told().await.into_iter().filter(|(fact, _)| !fact.ends_with(".recorded")).collect()
    }

    /// The events that nobody decides on, told since the last call: whose they are, and the payloads.
    pub async fn recorded(&self) -> Vec<(String, Value)> {
        self.all_told().await.into_iter().filter(|(fact, _)| fact.ends_with(".recorded")).collect()
    }

    async fn all_told(&self) -> Vec<(String, Value)> {
        self.rest().await;
        let own = |message: &Message| message.source == "settlement" && message.sequence > 0;
        let published = self.published().await;
        let fact = |message: Message| (format!("{}.{}", message.kind(), message.fact()), message.data);
        published.into_iter().filter(own).map(fact).collect()
    }

    /// The balances of all accounts that are not zero, in minor units.
    pub fn balances(&self) -> BTreeMap<String, i64> {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = Text)]
            account: String,
            #[diesel(sql_type = BigInt)]
            minor: i64,
        }
        let rows: Vec<Row> = diesel::sql_query("SELECT account, minor FROM balances WHERE minor <> 0")
            .load(&mut self.conn("settlement"))
            .unwrap();
        rows.into_iter().map(|row| (row.account, row.minor)).collect()
    }

    /// A number that a query of one column `n` answers.
    pub fn number(&self, sql: &str) -> i64 {
        #[derive(QueryableByName)]
        struct Row {
            #[diesel(sql_type = BigInt)]
            n: i64,
        }
        diesel::sql_query(sql).get_result::<Row>(&mut self.conn("settlement")).unwrap().n
    }

    /// At rest: the ledger sums to zero, nothing is between escrow and purse, the gateway has what it should, nothing
    /// waits, journals and states agree.
    pub fn check_books(&self) {
        let balances = self.balances();
        assert_eq!(balances.values().sum::<i64>(), 0, "{balances:?}");
        let between: Vec<_> = balances.keys().filter(|account| account.starts_with("transfer:")).collect();
        assert!(between.is_empty(), "{between:?}");
        let at_gateway = self.number(
            "SELECT COALESCE(sum(CASE kind WHEN 'charge' THEN amount_minor ELSE -amount_minor END), 0)::bigint AS n \
             FROM sandbox_requests WHERE code IS NULL AND settles_at <= engine_now()",
        );
        assert_eq!(balances.get("gateway").copied().unwrap_or_default(), at_gateway);
        assert_eq!(self.unsound(), Vec::<String>::new());
        assert_eq!(self.number("SELECT count(*) AS n FROM dead_letters"), 0);
    }
}

/// The path of the escrow of an order.
pub fn path(order: &Order) -> String {
    format!("/v1/escrows/{}", EscrowId(order.order.0))
}

pub fn cny(amount: &str) -> Value {
    json!({ "amount": amount, "currency": "CNY" })
}

pub fn action<'a>(seen: &'a Value, action: &str) -> &'a Value {
    let mut actions = seen["actions"].as_array().unwrap().iter();
    actions.find(|offered| offered["action"] == action).unwrap_or(&Value::Null)
}

/// What happened, as a timeline tells it.
pub fn events(timeline: &Value) -> Vec<&str> {
    timeline["items"].as_array().unwrap().iter().map(|entry| entry["event"].as_str().unwrap()).collect()
}
