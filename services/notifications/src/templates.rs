//! What is told of which fact, to whom and in which words: `templates/*.toml`, a file per context, read once.
//!
//! Together the files are the table of decisions: every public fact of every context stands there, either with its
//! notices or as `silent` with the reason (`contexts` holds this, event by event). A notice has
//!
//! - `kind`: what it is called in the API;
//! - `fact`: the routing key of the message that brings it about; of `recorded` messages with `/` and the event's name
//!   behind;
//! - `to`: `provider`, `merchant` or `both`, as the message names them; `side`: whoever a `recorded` event was done by or
//!   is asked of; `other`: the other side of that, both where it was nobody's; `platform`: its own staff;
//! - `rules`: what it rests on, the governing rule first; `rules_of`: the entry of the payload that says so instead,
//!   where it names any;
//! - `when`: entries of the payload that must be so;
//! - `en`, `zh`: the words. `{a.b}` is an entry of the payload, `{a.b?}` one that may be missing, `{at}` the instant of
//!   the fact. Words between `[` and `]` are left out where an entry in them is missing.
//!
//! Owns the reading of templates and how entries of a payload are put into words. Does not own: when a notice counts as
//! served (the domain), in which language the recipient wants it (its preferences). Start at [`Templates::drafts`].
#[cfg(test)]
mod contexts;
#[cfg(test)]
mod tests;

use contracts::Message;
use kernel::{CaseId, Money, OrderId, Org, Party, RuleId};
use notifications_domain::notice::{About, Draft, Recipient, Text};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// The templates that ship.
const SHIPPED: [&str; 5] = [
    include_str!("templates/onboarding.toml"),
    include_str!("templates/listings.toml"),
    include_str!("templates/orders.toml"),
    include_str!("templates/settlement.toml"),
    include_str!("templates/disputes.toml"),
];

/// All templates, and the facts that make no notice.
pub(crate) struct Templates {
    notices: Vec<Template>,
    silent: Vec<Silence>,
}

/// One fact and who is told of it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Template {
    kind: String,
    fact: String,
    to: To,
    rules: Vec<RuleId>,
    rules_of: Option<String>,
    #[serde(default)]
    when: BTreeMap<String, Value>,
    en: Words,
    zh: Words,
}

/// A fact that makes no notice.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Silence {
    fact: String,
    why: String,
}

/// Who is told: organisations of the payload, or the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum To {
    Provider,
    Merchant,
    Both,
    Side,
    Other,
    Platform,
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
    silent: Vec<Silence>,
    notice: Vec<Template>,
}

/// What was decided about a fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Decision<'a> {
    /// It is told, to whom it concerns.
    Notice,
    /// It is not.
    Silent {
        /// Why not.
        why: &'a str,
    },
}

/// The payload has no such entry, or it cannot be put into words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Missing(pub String);

impl Templates {
    /// What ships.
    pub(crate) fn shipped() -> Result<Self, toml::de::Error> {
        let mut all = Self { notices: vec![], silent: vec![] };
        for text in SHIPPED {
            let File { silent, notice } = toml::from_str(text)?;
            all.silent.extend(silent);
            all.notices.extend(notice);
        }
        Ok(all)
    }

    /// The notices that a message brings about; none, if its fact concerns nobody here.
    pub(crate) fn drafts(&self, message: &Message) -> Result<Vec<Draft>, Missing> {
        let name = name_of(message);
        let mut drafts = vec![];
        for template in self.notices.iter().filter(|template| template.fact == name) {
            if template.applies(&message.data) {
                for recipient in template.to.named_in(&message.data)? {
                    drafts.push(template.draft(recipient, message)?);
                }
            }
        }
        Ok(drafts)
    }

    /// What was decided about a fact, if anything was.
    pub(crate) fn decision(&self, message: &Message) -> Option<Decision<'_>> {
        let name = name_of(message);
        if self.notices.iter().any(|template| template.fact == name) {
            return Some(Decision::Notice);
        }
        self.silent.iter().find(|silence| silence.fact == name).map(|silence| Decision::Silent { why: &silence.why })
    }
}

/// The fact of a message, as templates name it.
fn name_of(message: &Message) -> Cow<'_, str> {
    let key = message.routing_key();
    match entry(&message.data, "record.event").and_then(Value::as_str) {
        Some(event) => Cow::Owned(format!("{key}/{event}")),
        None => Cow::Borrowed(key),
    }
}

impl To {
    fn named_in(self, data: &Value) -> Result<Vec<Recipient>, Missing> {
        let provider = || named(data, "provider").map(Org::Provider).map(Recipient::Org);
        let merchant = || named(data, "merchant").map(Org::Merchant).map(Recipient::Org);
        let is_providers = optional::<Party>(data, "record.side").map(|side| side == Party::Provider);
        Ok(match (self, is_providers) {
            (Self::Provider, _) | (Self::Side, Some(true)) | (Self::Other, Some(false)) => vec![provider()?],
            (Self::Merchant, _) | (Self::Side, Some(false)) | (Self::Other, Some(true)) => vec![merchant()?],
            (Self::Both, _) | (Self::Other, None) => vec![provider()?, merchant()?],
            (Self::Platform, _) => vec![Recipient::Platform],
            (Self::Side, None) => return Err(Missing("record.side".into())),
        })
    }
}

impl Template {
    fn applies(&self, data: &Value) -> bool {
        self.when.iter().all(|(path, value)| entry(data, path) == Some(value))
    }

    fn draft(&self, recipient: Recipient, message: &Message) -> Result<Draft, Missing> {
        let data = &message.data;
        let about = About {
            kind: self.kind.clone(),
            fact: message.routing_key().to_owned(),
            at: message.time,
            cause: message.id,
            order: optional::<OrderId>(data, "order"),
            case: optional::<CaseId>(data, "case"),
        };
        let words =
            |words: &Words| Ok(Text { subject: filled(&words.subject, message)?, text: filled(&words.text, message)? });
        let (en, zh) = (words(&self.en)?, words(&self.zh)?);
        Ok(Draft { recipient, about, rules: self.rules(data), en, zh })
    }

    /// What the payload says that it rests on; else what the template says.
    fn rules(&self, data: &Value) -> Vec<RuleId> {
        let told: Option<Vec<RuleId>> = self.rules_of.as_ref().and_then(|path| optional(data, path));
        told.filter(|rules| !rules.is_empty()).unwrap_or_else(|| self.rules.clone())
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

/// The words with every `{path}` replaced, without the `[…]` in which one is missing.
fn filled(words: &str, message: &Message) -> Result<String, Missing> {
    let mut whole = String::new();
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('[') {
        let (optional, after) = after.split_once(']').ok_or_else(|| Missing(after.to_owned()))?;
        whole.push_str(&replaced(before, message)?);
        whole.push_str(&replaced(optional, message).unwrap_or_default());
        rest = after;
    }
    whole.push_str(&replaced(rest, message)?);
    Ok(whole)
}

fn replaced(words: &str, message: &Message) -> Result<String, Missing> {
    let mut filled = String::new();
    let mut rest = words;
    while let Some((before, after)) = rest.split_once('{') {
        let (path, after) = after.split_once('}').ok_or_else(|| Missing(after.to_owned()))?;
        filled.push_str(before);
        filled.push_str(&match (path, path.strip_suffix('?')) {
            ("at", _) => message.time.format("%Y-%m-%dT%H:%M:%SZ").to_string(),
            (_, Some(path)) => entry(&message.data, path).and_then(in_words).unwrap_or_default(),
            (path, None) => entry(&message.data, path).and_then(in_words).ok_or_else(|| Missing(path.to_owned()))?,
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
