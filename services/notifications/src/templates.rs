//! What is told of which fact, to whom and in which words: `templates.toml`, read once.
//!
//! Owns the reading of templates and how entries of a payload are put into words. Does not own: when a notice counts as
//! served (the domain), in which language the recipient wants it (its preferences). Start at [`Templates::drafts`].
use contracts::Message;
use kernel::{CaseId, Money, OrderId, Org, RuleId};
use notifications_domain::notice::{About, Draft, Text};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;

/// The templates that ship.
const SHIPPED: &str = include_str!("templates.toml");

/// All templates.
pub(crate) struct Templates(Vec<Template>);

/// One fact, one recipient.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    kind: String,
    fact: String,
    to: To,
    rules: Vec<RuleId>,
    #[serde(default)]
    when: BTreeMap<String, bool>,
    en: Words,
    zh: Words,
}

/// Which organisation of the payload is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum To {
    Provider,
    Merchant,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    subject: String,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    notice: Vec<Template>,
}

/// The payload has no such entry, or it cannot be put into words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Missing(pub String);

impl Templates {
    /// What ships.
    pub(crate) fn shipped() -> Result<Self, toml::de::Error> {
        toml::from_str(SHIPPED).map(|file: File| Self(file.notice))
    }

    /// The notices that a message brings about; none, if its fact concerns nobody here.
    pub(crate) fn drafts(&self, message: &Message) -> Result<Vec<Draft>, Missing> {
        let told = self.0.iter().filter(|template| template.fact == message.routing_key());
        told.filter(|template| template.applies(&message.data)).map(|template| template.draft(message)).collect()
    }
}

impl Template {
    fn applies(&self, data: &Value) -> bool {
        self.when.iter().all(|(path, is_so)| entry(data, path).and_then(Value::as_bool) == Some(*is_so))
    }

    fn draft(&self, message: &Message) -> Result<Draft, Missing> {
        let data = &message.data;
        let recipient = match self.to {
            To::Provider => Org::Provider(named(data, "provider")?),
            To::Merchant => Org::Merchant(named(data, "merchant")?),
        };
        let about = About {
            kind: self.kind.clone(),
            fact: self.fact.clone(),
            at: message.time,
            cause: message.id,
            order: optional::<OrderId>(data, "order"),
            case: optional::<CaseId>(data, "case"),
        };
        let words =
            |words: &Words| Ok(Text { subject: filled(&words.subject, message)?, text: filled(&words.text, message)? });
        Ok(Draft { recipient, about, rules: self.rules.clone(), en: words(&self.en)?, zh: words(&self.zh)? })
    }
}

/// The entry at a dotted path; null is none.
fn entry<'a>(data: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('.').try_fold(data, |value, name| value.get(name)).filter(|value| !value.is_null())
}

fn optional<T: DeserializeOwned>(data: &Value, path: &str) -> Option<T> {
    T::deserialize(entry(data, path)?).ok()
}

fn named<T: DeserializeOwned>(data: &Value, path: &str) -> Result<T, Missing> {
    optional(data, path).ok_or_else(|| Missing(path.to_owned()))
}

/// The words with every `{path}` replaced.
fn filled(words: &str, message: &Message) -> Result<String, Missing> {
    let mut filled = String::new();
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('{') {
        let (path, after) = after.split_once('}').ok_or_else(|| Missing(after.to_owned()))?;
        filled.push_str(before);
        filled.push_str(&match path {
            "at" => message.time.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            path => entry(&message.data, path).and_then(in_words).ok_or_else(|| Missing(path.to_owned()))?,
        });
        rest = after;
    }
    filled.push_str(rest);
    Ok(filled)
}

/// Texts in one line and numbers as they are, instants to the second, money as `1200.00 CNY`, lists with commas.
fn in_words(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(match text.parse::<kernel::Time>() {
            Ok(at) => at.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            Err(_) => text.replace(char::is_control, " "),
        }),
        Value::Number(number) => Some(number.to_string()),
        Value::Array(values) => values.iter().map(in_words).collect::<Option<Vec<_>>>().map(|all| all.join(", ")),
        Value::Object(_) => Money::deserialize(value).ok().map(|money| money.to_string()),
        Value::Bool(_) | Value::Null => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::{disputes, listings, onboarding, orders, settlement};
    use kernel::{Category, Currency, EditionId, ListingId, MerchantId, PriceUnit, ProviderId, QualificationId};
    use kernel::{RevisionId, Terms, Time};
    use serde_json::json;
    use uuid::Uuid;

    fn at() -> Time {
        "2026-11-22T10:00:00.123456Z".parse().unwrap()
    }

    fn cny(minor: i64) -> Money {
        Money::new(minor, Currency::CNY)
    }

    fn order() -> Value {
        json!(orders::Order {
            order: OrderId(Uuid::from_u128(1)),
            listing: ListingId(Uuid::from_u128(2)),
            revision: RevisionId(Uuid::from_u128(3)),
            provider: ProviderId(Uuid::from_u128(4)),
            merchant: MerchantId(Uuid::from_u128(5)),
            category: Category::Design,
            agent_operation: false,
            edition: EditionId("2026-11".into()),
            amount: cny(120_000),
            status: "placed".into(),
            open: true,
            pay_by: Some(at()),
            application: None,
            ended_by_case: None,
            rules: vec![RuleId::of("W5"), RuleId::of("D1.1.3")],
        })
    }

    fn case() -> Value {
        json!(disputes::Case {
            case: CaseId(Uuid::from_u128(6)),
            order: OrderId(Uuid::from_u128(1)),
            provider: ProviderId(Uuid::from_u128(4)),
            merchant: MerchantId(Uuid::from_u128(5)),
            stage: "arbitration".into(),
            status: "decided".into(),
            open: true,
            outcome: Some(disputes::Outcome {
                to_merchant: cny(80_000),
                compensation: cny(0),
                rules: vec![RuleId::of("D2.2")],
                edition: EditionId("2026-11".into()),
                at: at(),
                extension_seconds: None,
                data_download: false,
                statement: None,
            }),
        })
    }

    fn listing() -> Value {
        let terms = Terms {
            revision: RevisionId(Uuid::from_u128(3)),
            number: 2,
            title: "A logo\r\nBcc: all@example.com".into(),
            category: Category::Design,
            agent_operation: false,
            price: cny(120_000),
            price_unit: PriceUnit::OneOff,
            delivery_days: None,
            modification_days: None,
            modifications: None,
            acceptance_standard: "As in the sketch.".into(),
            cooperation: vec![],
            content_hash: "0".repeat(64),
        };
        let (listing, provider) = (ListingId(Uuid::from_u128(2)), ProviderId(Uuid::from_u128(4)));
        json!(listings::Listing { listing, provider, published: Some(terms) })
    }

    fn money() -> Value {
        json!(settlement::Escrow {
            order: OrderId(Uuid::from_u128(1)),
            merchant: MerchantId(Uuid::from_u128(5)),
            provider: ProviderId(Uuid::from_u128(4)),
            amount: cny(120_000),
            status: "split".into(),
            refunded: cny(80_000),
            released: cny(40_000),
        })
    }

    fn purse(blocked: bool) -> Value {
        let provider = ProviderId(Uuid::from_u128(4));
        json!(settlement::Purse { provider, required: cny(1_000), deposit: cny(1), liability: cny(0), blocked })
    }

    /// A payload as the context of a fact writes it.
    fn sample(fact: &str) -> Value {
        let words: Vec<_> = fact.split('.').collect();
        match (words[0], words[1]) {
            ("orders", "order") => order(),
            ("disputes", "case") => case(),
            ("listings", "listing") => listing(),
            ("settlement", "escrow") => money(),
            ("settlement", "purse") => purse(true),
            ("onboarding", "qualification") => json!(onboarding::Qualification {
                qualification: QualificationId(Uuid::from_u128(7)),
                provider: ProviderId(Uuid::from_u128(4)),
                category: Category::Design,
                status: onboarding::QualificationStatus::Active,
                valid_until: None,
            }),
            ("onboarding", "provider") => {
                let provider = ProviderId(Uuid::from_u128(4));
                json!(onboarding::Provider { provider, eu_trained: true, leaving: true, exited_at: Some(at()) })
            }
            _ => panic!("no context tells {fact}"),
        }
    }

    fn message(fact: &str, data: Value) -> Message {
        Message {
            specversion: "1.0".into(),
            id: Uuid::from_u128(9),
            source: fact.split('.').next().unwrap().into(),
            r#type: format!("guildhall.{fact}"),
            subject: String::new(),
            sequence: 1,
            time: at(),
            traceparent: None,
            datacontenttype: "application/json".into(),
            data,
        }
    }

    fn drafts(fact: &str, data: Value) -> Result<Vec<Draft>, Missing> {
        Templates::shipped().unwrap().drafts(&message(fact, data))
    }

    #[test]
    fn every_template_can_be_filled_from_the_payload_of_its_fact() {
        let Templates(all) = Templates::shipped().unwrap();
        for template in &all {
            let drafts = drafts(&template.fact, sample(&template.fact)).unwrap();
            assert!(drafts.iter().any(|draft| draft.about.kind == template.kind), "{}", template.kind);
            for text in drafts.iter().flat_map(|draft| [&draft.en, &draft.zh]) {
                assert!(!format!("{}{}", text.subject, text.text).contains(['{', '}', '\r', '\n']), "{text:?}");
                assert!(text.subject.chars().count() <= 200 && text.text.chars().count() <= 1_000, "{text:?}");
            }
            for draft in &drafts {
                assert!(draft.en.text.is_ascii() || !draft.en.text.contains('。'), "{draft:?}");
                assert!(draft.zh.text.contains('。'), "{draft:?}");
                assert!(!draft.rules.is_empty(), "{draft:?}");
            }
        }
    }

    #[test]
    fn one_template_for_each_fact_and_recipient_and_each_fact_is_bound() {
        let Templates(all) = Templates::shipped().unwrap();
        for (place, one) in all.iter().enumerate() {
            let twin = all[..place].iter().any(|other| (&other.fact, other.to) == (&one.fact, one.to));
            assert!(!twin, "{} twice", one.fact);
            let is_bound = crate::inbound::BINDINGS.iter().any(|binding| match binding.strip_suffix('#') {
                Some(prefix) => one.fact.starts_with(prefix),
                None => one.fact == *binding,
            });
            assert!(is_bound, "{} is not bound", one.fact);
        }
    }

    #[test]
    fn a_notice_says_what_happened_in_both_languages() {
        let [told] = &drafts("orders.order.delivered", order()).unwrap()[..] else { panic!() };
        assert_eq!(told.recipient, Org::Merchant(MerchantId(Uuid::from_u128(5))));
        assert_eq!(told.about.order, Some(OrderId(Uuid::from_u128(1))));
        assert_eq!((told.about.at, told.about.cause), (at(), Uuid::from_u128(9)));
        assert!(told.en.text.contains("at 2026-11-22T10:00:00Z"), "{}", told.en.text);
        assert!(told.zh.subject.contains("已交付"));
        let told = drafts("disputes.case.decided", case()).unwrap();
        assert_eq!(told.len(), 2);
        assert!(told[0].en.text.contains("800.00 CNY to the merchant"), "{}", told[0].en.text);
        assert!(told[1].en.text.contains("800.00 CNY to you"), "{}", told[1].en.text);
    }

    #[test]
    fn what_concerns_nobody_makes_no_notice_and_what_is_not_whole_is_named() {
        assert_eq!(drafts("orders.order.settled", order()), Ok(vec![]));
        assert_eq!(drafts("settlement.purse.changed", purse(false)), Ok(vec![]));
        assert_eq!(drafts("settlement.purse.changed", purse(true)).unwrap().len(), 1);
        let mut without = order();
        without["merchant"] = Value::Null;
        assert_eq!(drafts("orders.order.placed", without), Err(Missing("merchant".into())));
        let mut without = order();
        without["pay_by"] = Value::Null;
        assert_eq!(drafts("orders.order.placed", without), Err(Missing("pay_by".into())));
    }
}
