//! Evidence (D1.4, W14): what a case keeps of its file, and the types of what is filed.
//!
//! Owns: the vouchers and what they are worth (D1.2), a side's private drafts, the two windows of a hearing. A side
//! drafts in private and seals its set; sets are exchanged when all that were asked are sealed or lapsed; one rebuttal
//! round; what comes later is late, as is what a side whose window passed brings in the rebuttal, and counts only if the
//! arbitrator admits it with a reason. Contents stand in the events; the state keeps hashes, and of each item what can
//! still matter.
//!
//! Start at [`File`] and [`Hearing`]; then `asking`, `sealing`, `weighing`.
pub(crate) mod asking;
pub(crate) mod drafting;
pub(crate) mod sealing;
pub(crate) mod weighing;

use crate::adjudication::Fact;
use crate::casefile::{Digest, Filed};
use crate::state::Side;
use kernel::{Due, FileRef, Time};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use strum::{Display, IntoStaticStr, VariantArray};
use uuid::Uuid;

/// What a voucher is worth (D1.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Voucher {
    /// The service description, the platform's own chat and records, deliveries, the uploaded agreement.
    Valid,
    /// Everything else; alone it establishes nothing that the other side disputes.
    Reference,
}

/// Where an item comes from, as its side says. That alone makes nothing a valid voucher ([`File::worth`]).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Origin {
    /// The service description.
    ServiceDescription,
    /// The platform's own chat.
    PlatformChat,
    /// Records of the order.
    OrderRecord,
    /// A delivery made on the platform.
    Delivery,
    /// The agreement that was uploaded.
    Agreement,
    /// A screenshot.
    Screenshot,
    /// A photo.
    Photo,
    /// A chat elsewhere, as QQ.
    OtherChat,
    /// A text message.
    TextMessage,
    /// Any other paper or file.
    Other,
}

/// An item of evidence, as a side hands it in; its canonical JSON is what the case file hashes. A command names its
/// files by id, `Exhibit<FileId>`; what they are is known of the uploads.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exhibit<F = FileRef> {
    /// A new id.
    pub id: Uuid,
    /// What it is, in a few words.
    pub title: String,
    /// Where it comes from.
    pub origin: Origin,
    /// What it is to prove; one to four facts.
    pub proves: Vec<Fact>,
    /// What it says; may be empty where there is a file.
    pub text: String,
    /// Its files.
    pub files: Vec<F>,
}

impl Exhibit {
    /// What it brings, to tell whether that is in the file already: the hashes of its files; where it has none, of its
    /// words, whatever their case and spacing.
    pub fn marks(&self) -> Vec<Digest> {
        if self.files.is_empty() {
            let words: Vec<_> = self.text.split_whitespace().map(str::to_lowercase).collect();
            return vec![Digest::of(words.join(" ").as_bytes())];
        }
        let mark = |file: &FileRef| file.sha256.parse().unwrap_or_else(|_| Digest::of(file.sha256.as_bytes()));
        self.files.iter().map(mark).collect()
    }
}

/// How an item stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Standing {
    /// Handed in in time.
    Submitted,
    /// Handed in late; counts for nothing until it is admitted.
    Late,
    /// Late, and admitted with a reason.
    Admitted,
    /// Excluded, with a reason.
    Excluded,
}

/// An item in the file, as the state knows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Whose it is.
    pub by: Side,
    /// What it is worth.
    pub voucher: Voucher,
    /// How it stands.
    pub standing: Standing,
    /// The other side disputes it.
    pub contested: bool,
    /// What it is to prove.
    pub proves: Vec<Fact>,
}

impl Item {
    /// Whether findings may rest on it.
    pub fn counts(&self) -> bool {
        match self.standing {
            Standing::Submitted | Standing::Admitted => true,
            Standing::Late | Standing::Excluded => false,
        }
    }

    /// Whether it may establish a fact by itself: valid, or not disputed (D1.2).
    pub fn carries(&self) -> bool {
        self.counts() && (self.voucher == Voucher::Valid || !self.contested)
    }
}

/// A draft of a side: private, and known by its hash.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    /// The item's id.
    pub id: Uuid,
    /// Whose it is.
    pub by: Side,
    /// What it is to prove.
    pub proves: Vec<Fact>,
    /// The hash of its content.
    pub content: Digest,
    /// What it brings ([`Exhibit::marks`]).
    #[serde(default)]
    pub marks: Vec<Digest>,
}

/// A record of the platform's own; enters as a valid voucher.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The record's id where it was made: a message, a delivery, a notice.
    pub id: Uuid,
    /// What it is.
    pub kind: RecordKind,
    /// When it happened.
    pub at: Time,
    /// What it says, in short.
    pub title: String,
    /// The record itself. Integers only: fractions as text.
    pub content: Value,
}

/// What the platform records by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum RecordKind {
    /// The listing revision that the order froze.
    ListingRevision,
    /// The agreement of both sides (M4.2.a.5).
    Agreement,
    /// A delivery, with its manifest.
    Delivery,
    /// A message of the order's chat.
    Message,
    /// A deadline that was met.
    DeadlineKept,
    /// A deadline that passed.
    DeadlineMissed,
    /// A notice, with when and how it was served (D1.1.3).
    NoticeServed,
    /// Anything else that happened to the order.
    OrderEvent,
}

/// What a case keeps of its file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct File {
    /// The hash of the last entry.
    pub head: Digest,
    /// How many entries there are.
    pub entries: u32,
    /// The sides' items, by entry.
    pub items: BTreeMap<u32, Item>,
    /// Entries that are records of the platform: from, to.
    pub records: Vec<(u32, u32)>,
    /// The files of those records that are what was offered, agreed and delivered.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub on_record: BTreeSet<Digest>,
    /// The sides' drafts.
    pub drafts: Vec<Held>,
    /// How many requests there were.
    pub requests: u16,
    /// What the sides' items brought, whatever became of them ([`Exhibit::marks`]).
    #[serde(default)]
    pub marks: BTreeSet<Digest>,
}

impl File {
    /// The file of a case that begins with `first`.
    pub(crate) fn begun(first: &[Filed]) -> Option<Self> {
        let head = first.first()?.entry.previous;
        let mut file = Self {
            head,
            entries: 0,
            items: BTreeMap::new(),
            records: vec![],
            on_record: BTreeSet::new(),
            drafts: vec![],
            requests: 0,
            marks: BTreeSet::new(),
        };
        file.append(first)?;
        Some(file)
    }

    /// Appends entries; `None` where they do not follow.
    pub(crate) fn append(&mut self, filed: &[Filed]) -> Option<()> {
        for Filed { entry, .. } in filed {
            if entry.number != self.entries + 1 || entry.previous != self.head {
                return None;
            }
            self.entries = entry.number;
            self.head = entry.hash;
        }
        Some(())
    }

    /// The numbers of a side's items, in the file or drafted.
    pub(crate) fn kept_by(&self, side: Side) -> usize {
        self.items.values().filter(|item| item.by == side).count() + self.drafts_of(side).count()
    }

    /// A side's drafts.
    pub fn drafts_of(&self, side: Side) -> impl Iterator<Item = &Held> {
        self.drafts.iter().filter(move |draft| draft.by == side)
    }

    /// Whether this entry is a record of the platform.
    pub fn is_record(&self, number: u32) -> bool {
        self.records.iter().any(|(from, to)| (*from..=*to).contains(&number))
    }

    /// What an item that brings this is worth until the arbitrator says otherwise (D1.2, D1.4.1): valid where each file
    /// was delivered, agreed on or offered on the platform itself; a party's label alone makes nothing valid.
    pub fn worth(&self, marks: &[Digest]) -> Voucher {
        let is_on_record = !marks.is_empty() && marks.iter().all(|mark| self.on_record.contains(mark));
        if is_on_record { Voucher::Valid } else { Voucher::Reference }
    }

    /// Marks an entry as a record of the platform.
    pub(crate) fn mark_record(&mut self, Filed { entry, content }: &Filed) {
        if let Some(record) = content.as_ref().filter(|record| has_the_things_themselves(record)) {
            files_of(record, &mut self.on_record);
        }
        let number = entry.number;
        match self.records.last_mut() {
            Some((_, to)) if *to + 1 == number => *to = number,
            Some(_) | None => self.records.push((number, number)),
        }
    }

    /// Turns drafts into items under the entries that filed them.
    pub(crate) fn take_in(&mut self, filed: &[Filed], standing: Standing) -> Option<()> {
        self.append(filed)?;
        for Filed { entry, .. } in filed {
            let place = self.drafts.iter().position(|draft| Some(draft.id) == entry.subject)?;
            let Held { by, proves, marks, .. } = self.drafts.remove(place);
            let voucher = self.worth(&marks);
            self.marks.extend(marks);
            self.items.insert(entry.number, Item { by, voucher, standing, contested: false, proves });
        }
        Some(())
    }
}

/// Whether a record's files are the matter itself: what a party attached to a message is proved to have been sent, no more.
fn has_the_things_themselves(record: &Value) -> bool {
    let own = [RecordKind::ListingRevision, RecordKind::Agreement, RecordKind::Delivery];
    own.iter().any(|kind| record.get("kind").and_then(Value::as_str) == Some((*kind).into()))
}

/// The hashes of the files that a record names: `files`, each with its `sha256` or by that alone.
fn files_of(record: &Value, found: &mut BTreeSet<Digest>) {
    match record {
        Value::Object(fields) => {
            let files = fields.get("files").and_then(Value::as_array).into_iter().flatten();
            let hashes = files.filter_map(|file| file.get("sha256").unwrap_or(file).as_str()?.parse::<Digest>().ok());
            found.extend(hashes);
            fields.values().for_each(|field| files_of(field, found));
        }
        Value::Array(values) => values.iter().for_each(|value| files_of(value, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Where the taking of evidence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Display, IntoStaticStr, VariantArray)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum Round {
    /// Nobody was asked and nobody sealed a set.
    Unasked,
    /// The sets are being made.
    Evidence,
    /// The sets were exchanged; each side may answer once.
    Rebuttal,
    /// Closed: what comes now is late.
    Closed,
}

/// A side's window.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Window {
    /// Not asked; may give evidence all the same.
    Unasked,
    /// Asked, until `due` (W14).
    Asked {
        /// Until when.
        due: Due,
        /// When the side is reminded.
        remind: Option<Due>,
    },
    /// Sealed its set; waits for the exchange.
    Sealed,
    /// Passed: what comes now is late.
    Closed,
}

/// The taking of evidence, at one bench.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hearing {
    /// Where it stands.
    pub round: Round,
    /// The provider's window.
    pub provider: Window,
    /// The merchant's window.
    pub merchant: Window,
    /// The one rebuttal was opened.
    pub rebutted: bool,
    /// The sides that let their window pass: what they hand in after it, in the rebuttal too, is late (D1.4.2).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub lapsed: Vec<Side>,
    /// Something was claimed that the provider, its set sealed, could not answer: the exchange gives it a window.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub owes_answer: bool,
}

impl Default for Hearing {
    fn default() -> Self {
        Self {
            round: Round::Unasked,
            provider: Window::Unasked,
            merchant: Window::Unasked,
            rebutted: false,
            lapsed: vec![],
            owes_answer: false,
        }
    }
}

impl Hearing {
    /// A side's window.
    pub fn window(&self, side: Side) -> &Window {
        match side {
            Side::Provider => &self.provider,
            Side::Merchant => &self.merchant,
        }
    }

    pub(crate) fn window_mut(&mut self, side: Side) -> &mut Window {
        match side {
            Side::Provider => &mut self.provider,
            Side::Merchant => &mut self.merchant,
        }
    }

    /// Whether what a side hands in now is late: its window has passed, or one did before the sets were exchanged.
    pub fn is_late(&self, side: Side) -> bool {
        match self.window(side) {
            Window::Closed => true,
            Window::Asked { .. } => self.lapsed.contains(&side),
            Window::Unasked | Window::Sealed => false,
        }
    }

    /// Whether evidence is being taken: there is no decision meanwhile.
    pub fn is_open(&self) -> bool {
        match self.round {
            Round::Evidence | Round::Rebuttal => true,
            Round::Unasked | Round::Closed => false,
        }
    }

    /// Whether nobody is waited for, once `side` is done.
    pub(crate) fn is_ready_without(&self, side: Side) -> bool {
        match self.window(side.other()) {
            Window::Unasked => self.round != Round::Unasked,
            Window::Asked { .. } => false,
            Window::Sealed | Window::Closed => true,
        }
    }
}
