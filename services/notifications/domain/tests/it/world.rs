//! Who takes part, and a notice to be made.
use check::Story;
use kernel::{Actor, MerchantId, OrderId, Org, ProviderId, Role, RuleId, Span, Time};
use notifications_domain::notice::{About, Command, Draft, Facts, Posted, Recipient, Text};
use notifications_domain::{Language, Notices};
use rulebook::{Edition, NotificationRules};
use std::sync::Arc;
use uuid::Uuid;

pub fn merchant_id() -> MerchantId {
    MerchantId(Uuid::from_u128(2))
}
pub fn merchant() -> Actor {
    Actor::merchant("mei", merchant_id())
}
pub fn other_merchant() -> Actor {
    Actor::merchant("max", MerchantId(Uuid::from_u128(3)))
}
pub fn provider() -> Actor {
    Actor::provider("pan", ProviderId(Uuid::from_u128(4)))
}
pub fn orders() -> Actor {
    Actor::service("orders")
}
pub fn mailer() -> Actor {
    Actor::service("mailer")
}
pub fn operator() -> Actor {
    Actor::staff("ole", Role::Operator)
}

/// Under the shipped edition: what stands in the inbox is served.
pub fn story() -> Story<Notices> {
    let edition = Edition::shipped();
    Story::new(edition.id, edition.notifications, edition.calendar)
}

/// Under an edition that asks for so long in the inbox.
pub fn story_with(inbox: Span) -> Story<Notices> {
    let edition = Edition::shipped();
    Story::new(edition.id, Arc::new(NotificationRules { inbox }), edition.calendar)
}

/// The recipient wants Chinese, and e-mail.
pub fn mailed(mut story: Story<Notices>) -> Story<Notices> {
    story.facts = Facts { language: Language::Zh, email: Some("shop@example.com".into()) };
    story
}

pub fn at() -> Time {
    "2026-03-02T08:59:59.123456Z".parse().unwrap()
}

pub fn make() -> Command {
    let text = |subject: &str, text: &str| Text { subject: subject.into(), text: text.into() };
    Command::Make(Box::new(Draft {
        recipient: Recipient::Org(Org::Merchant(merchant_id())),
        about: About {
            kind: "order_delivered".into(),
            fact: "orders.order.delivered".into(),
            at: at(),
            cause: Uuid::from_u128(9),
            order: Some(OrderId(Uuid::from_u128(1))),
            case: None,
        },
        rules: vec![RuleId::of("W5"), RuleId::of("D1.1.3")],
        en: text("Delivered", "Your order is delivered."),
        zh: text("已交付", "您的订单已交付。"),
    }))
}

pub fn attempt(number: u32, posted: Posted) -> Command {
    Command::RecordAttempt { number, posted, said: "as the server says".into() }
}
