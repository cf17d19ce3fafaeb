//! The case file: append-only, every entry chained to the one before it by SHA-256 (D1.4).
//!
//! Owns: what an entry looks like, its canonical bytes, its hash, the check of a list of entries, the bundle that is
//! checked without a server ([`bundle`]). Does not own: what is filed and when (the case), where entries are stored.
//!
//! Invariants: entries are numbered from 1 without gaps; the first follows [`genesis`], which names the case; an
//! entry's hash covers all its other fields, and through `content` what was filed. The state of a case keeps the
//! number and the hash of the last entry only.
//!
//! Start at [`Entry`], then [`check`] and [`verify`].
pub mod bundle;

pub use bundle::{Broken, Bundle, BundledEntry, BundledFile, Verified, verify};

use kernel::{CaseId, Party, Time};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use std::fmt;
use std::str::FromStr;
use strum::{Display, IntoStaticStr, VariantArray};
use uuid::Uuid;

/// A SHA-256; as text 64 lower-case hex digits, and nothing else is read.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Of these bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// Of the canonical bytes of a JSON value.
    pub fn of_json(value: &Value) -> Self {
        Self::of(&canonical(value))
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl FromStr for Digest {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("{text:?} is not a SHA-256 in lower-case hex");
        if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
            return Err(wrong());
        }
        let bytes = hex::decode(text).map_err(|_| wrong())?;
        bytes.try_into().map(Self).map_err(|_| wrong())
    }
}

impl Serialize for Digest {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Digest {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// What an entry is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum EntryKind {
    /// The refund application, or a further claim.
    Claim,
    /// What the parties proposed and answered: proposals, their acceptance or decline, the refusal of a refund (A7, W12).
    Negotiation,
    /// The case went to the platform: with the four things of A8, or unanswered (W11).
    Escalation,
    /// A side's time passed unused (D1.4.2).
    Lapse,
    /// A record of the platform's own: a valid voucher (D1.2).
    Record,
    /// The platform asked a side for evidence (D1.4.1).
    Request,
    /// An item of a side's evidence.
    Item,
    /// The other side disputes an item.
    Contest,
    /// The arbitrator admitted, excluded or reclassified an item.
    Ruling,
    /// Findings of fact and figures.
    Findings,
    /// The case was suspended or resumed, or what court or police do was reported (D1.5).
    Suspension,
    /// A decision, on an appeal too.
    Decision,
    /// An appeal, or that it was withdrawn.
    Appeal,
    /// What another forum decided (D1.1.4).
    Forum,
}

/// One entry of a case file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Counts from 1.
    pub number: u32,
    /// When it was filed.
    pub at: Time,
    /// By whom: a side, the platform's staff, or the system.
    pub by: Party,
    /// What it is about.
    pub kind: EntryKind,
    /// The id of what was filed, where it has one: an item, a request, a record.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<Uuid>,
    /// SHA-256 of the canonical JSON of what was filed.
    pub content: Digest,
    /// The hash of the entry before; of the first one, [`genesis`].
    pub previous: Digest,
    /// SHA-256 of the canonical JSON of all of the above.
    pub hash: Digest,
}

impl Entry {
    /// The hash that the other fields yield.
    pub fn computed(&self) -> Digest {
        let mut value = json(self);
        if let Value::Object(fields) = &mut value {
            fields.remove("hash");
        }
        Digest::of_json(&value)
    }
}

/// An entry as an event carries it, with what was filed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Filed {
    /// The entry.
    pub entry: Entry,
    /// What was filed. `None`: it stands elsewhere under the same hash, an item in the event that drafted it, a
    /// decision's record in the same event ([`crate::Event::filed`]).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content: Option<Value>,
}

/// What the first entry of a case follows.
pub fn genesis(case: CaseId) -> Digest {
    Digest::of(format!("guildhall case file of {case}").as_bytes())
}

/// The canonical bytes of a JSON value: object keys sorted by their bytes, no white space.
pub fn canonical(value: &Value) -> Vec<u8> {
    let mut out = vec![];
    write(value, &mut out);
    out
}

fn write(value: &Value, out: &mut Vec<u8>) {
    match value {
        Value::Object(fields) => {
            let mut fields: Vec<_> = fields.iter().collect();
            fields.sort_by_key(|(key, _)| key.as_bytes());
            out.push(b'{');
            for (place, (key, value)) in fields.into_iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                write(&Value::String(key.clone()), out);
                out.push(b':');
                write(value, out);
            }
            out.push(b'}');
        }
        Value::Array(values) => {
            out.push(b'[');
            for (place, value) in values.iter().enumerate() {
                if place > 0 {
                    out.push(b',');
                }
                write(value, out);
            }
            out.push(b']');
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            out.extend_from_slice(value.to_string().as_bytes());
        }
    }
}

/// As JSON. What is filed has string keys only, so this does not fail.
pub(crate) fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}

/// Checks a list of entries from the first on; answers the hash of the last, or names the first one that is broken.
pub fn check<'a>(case: CaseId, entries: impl IntoIterator<Item = &'a Entry>) -> Result<Digest, Broken> {
    let mut head = genesis(case);
    let mut entries = entries.into_iter().peekable();
    let mut number = 0;
    while let Some(entry) = entries.next() {
        number += 1;
        let broken = |field, why: &str| Err(Broken::Entry { entry: number, field, why: why.into() });
        if entry.number != number {
            return broken("number", &format!("is {} where {number} comes next", entry.number));
        }
        if entry.previous != head {
            return broken("previous", "is not the hash of the entry before");
        }
        let computed = entry.computed();
        if entry.hash != computed {
            // What follows was chained to the true hash: it tells whether the hash or another field was changed.
            let is_hash = entries.peek().is_some_and(|next| next.previous == computed);
            return if is_hash {
                broken("hash", "is not the hash of the other fields")
            } else {
                broken("at, by, kind, subject or content", "the fields do not yield the hash")
            };
        }
        head = entry.hash;
    }
    Ok(head)
}

/// Files entries in a row, in one decision.
pub(crate) struct Clerk {
    at: Time,
    by: Party,
    number: u32,
    head: Digest,
}

impl Clerk {
    /// Goes on where the file ends; `by` files.
    pub(crate) fn new(file: &crate::evidence::File, at: Time, by: Party) -> Self {
        Self { at, by, number: file.entries, head: file.head }
    }

    /// Opens the file of a case with what the merchant claims.
    pub(crate) fn opening(case: CaseId, at: Time) -> Self {
        Self { at, by: Party::Merchant, number: 0, head: genesis(case) }
    }

    /// Files `content`.
    pub(crate) fn file(&mut self, kind: EntryKind, subject: Option<Uuid>, content: &impl Serialize) -> Filed {
        let content = json(content);
        let entry = self.entry(kind, subject, Digest::of_json(&content), self.by);
        Filed { entry, content: Some(content) }
    }

    /// Files an item of `by` whose content is known by its hash.
    pub(crate) fn file_item(&mut self, item: Uuid, content: Digest, by: Party) -> Filed {
        Filed { entry: self.entry(EntryKind::Item, Some(item), content, by), content: None }
    }

    fn entry(&mut self, kind: EntryKind, subject: Option<Uuid>, content: Digest, by: Party) -> Entry {
        self.number += 1;
        let previous = self.head;
        let mut entry =
            Entry { number: self.number, at: self.at, by, kind, subject, content, previous, hash: previous };
        entry.hash = entry.computed();
        self.head = entry.hash;
        entry
    }
}
