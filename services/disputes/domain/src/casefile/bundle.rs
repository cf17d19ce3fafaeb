//! The bundle: a case file with its files as one JSON document, checked without a server.
//!
//! The document is canonical JSON, so that any byte that was changed is found: it breaks the form, a hash, or both.
use super::{Digest, Entry, EntryKind, canonical, check, json};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use kernel::CaseId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The only format there is.
pub const FORMAT: &str = "guildhall-case-file-1";

/// A case file as it is handed out.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bundle {
    /// [`FORMAT`].
    pub format: String,
    /// The case.
    pub case: CaseId,
    /// The entries, from the first on.
    pub entries: Vec<BundledEntry>,
    /// The files that items refer to.
    pub files: Vec<BundledFile>,
    /// The hash of the last entry.
    pub head: Digest,
}

/// An entry with what was filed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundledEntry {
    /// The entry.
    pub entry: Entry,
    /// What was filed; `null`: withheld from whom it was handed to, as findings before the decision are.
    pub content: Value,
}

/// A file of an item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BundledFile {
    /// SHA-256 of the contents, as the item names it.
    pub sha256: Digest,
    /// The contents in base64; `None`: handed out separately.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub data: Option<String>,
}

/// What a sound bundle holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// The case.
    pub case: CaseId,
    /// How many entries.
    pub entries: u32,
    /// The hash of the last one: to be compared with what the platform, or a decision, names.
    pub head: Digest,
    /// How many files were checked.
    pub files: u32,
    /// Files that items refer to and whose contents are not in the bundle.
    pub files_elsewhere: Vec<String>,
    /// Entries whose contents are withheld: of them only the place in the chain was checked.
    pub withheld: Vec<u32>,
}

/// The first thing that is wrong with a case file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Broken {
    /// Not a bundle.
    #[error("not a bundle: {0}")]
    Unreadable(String),
    /// An entry.
    #[error("entry {entry}, {field}: {why}")]
    Entry {
        /// Its place, from 1.
        entry: u32,
        /// The field, or the fields among which it is.
        field: &'static str,
        /// What is wrong with it.
        why: String,
    },
    /// A file.
    #[error("file {file} (number {number}): {why}")]
    File {
        /// Its place, from 1.
        number: u32,
        /// Its hash as named.
        file: String,
        /// What is wrong with it.
        why: String,
    },
    /// The head.
    #[error("head: is {named}, but the last entry's hash is {found}")]
    Head {
        /// As named.
        named: Digest,
        /// As found.
        found: Digest,
    },
    /// All hashes agree, but the text is not canonical.
    #[error("byte {offset}: the text is not in canonical form there")]
    Text {
        /// The first byte that differs, from 0.
        offset: usize,
    },
}

impl Bundle {
    /// A bundle of these entries and files.
    pub fn new(case: CaseId, entries: Vec<BundledEntry>, files: Vec<BundledFile>) -> Self {
        let head = entries.last().map_or_else(|| super::genesis(case), |last| last.entry.hash);
        Self { format: FORMAT.into(), case, entries, files, head }
    }

    /// The text, as [`verify`] reads it.
    pub fn text(&self) -> Vec<u8> {
        canonical(&json(self))
    }
}

impl BundledEntry {
    /// Whether what was filed is not handed out; of findings only.
    fn is_withheld(&self) -> bool {
        self.entry.kind == EntryKind::Findings && self.content.is_null()
    }
}

impl BundledFile {
    /// With its contents.
    pub fn with(contents: &[u8]) -> Self {
        Self { sha256: Digest::of(contents), data: Some(BASE64_STANDARD.encode(contents)) }
    }
}

/// Checks a bundle: form, every entry with its content and its place in the chain, every file, the head.
///
/// One line feed at the end is no part of the text.
pub fn verify(text: &[u8]) -> Result<Verified, Broken> {
    let text = text.strip_suffix(b"\n").unwrap_or(text);
    let bundle: Bundle = serde_json::from_slice(text).map_err(|error| Broken::Unreadable(error.to_string()))?;
    if bundle.format != FORMAT {
        return Err(Broken::Unreadable(format!("the format is {:?}, not {FORMAT:?}", bundle.format)));
    }
    check_contents(&bundle)?;
    let found = check(bundle.case, bundle.entries.iter().map(|line| &line.entry))?;
    if bundle.head != found {
        return Err(Broken::Head { named: bundle.head, found });
    }
    let files = check_files(&bundle)?;
    let again = bundle.text();
    if again != text {
        let same = again.iter().zip(text).take_while(|(one, other)| one == other).count();
        return Err(Broken::Text { offset: same });
    }
    let here = |hash: &String| bundle.files.iter().any(|file| file.data.is_some() && file.sha256.to_string() == *hash);
    let mut files_elsewhere: Vec<_> = bundle.entries.iter().flat_map(files_of).filter(|hash| !here(hash)).collect();
    files_elsewhere.sort();
    files_elsewhere.dedup();
    let entries = u32::try_from(bundle.entries.len()).unwrap_or(u32::MAX);
    let withheld = bundle.entries.iter().filter(|line| line.is_withheld()).map(|line| line.entry.number).collect();
    Ok(Verified { case: bundle.case, entries, head: found, files, files_elsewhere, withheld })
}

fn check_contents(bundle: &Bundle) -> Result<(), Broken> {
    for (number, line) in (1..).zip(&bundle.entries) {
        if line.is_withheld() {
            continue;
        }
        let found = Digest::of_json(&line.content);
        if line.entry.content != found && line.entry.hash == line.entry.computed() {
            let why = format!("has the hash {found}, but {} was filed", line.entry.content);
            return Err(Broken::Entry { entry: number, field: "content", why });
        }
    }
    Ok(())
}

fn check_files(bundle: &Bundle) -> Result<u32, Broken> {
    let named: Vec<String> = bundle.entries.iter().flat_map(files_of).collect();
    let mut checked = 0;
    for (number, file) in (1..).zip(&bundle.files) {
        let broken = |why: &str| Broken::File { number, file: file.sha256.to_string(), why: why.into() };
        if !named.contains(&file.sha256.to_string()) {
            return Err(broken("no item refers to it"));
        }
        if let Some(data) = &file.data {
            let contents = BASE64_STANDARD.decode(data).map_err(|_| broken("the contents are not base64"))?;
            if Digest::of(&contents) != file.sha256 {
                return Err(broken("the contents have another hash"));
            }
            checked += 1;
        }
    }
    Ok(checked)
}

/// The hashes of the files that an item refers to.
fn files_of(line: &BundledEntry) -> Vec<String> {
    let files = line.content.get("files").and_then(Value::as_array);
    let hashes = files.into_iter().flatten().filter_map(|file| file.get("sha256")?.as_str());
    match line.entry.kind {
        EntryKind::Item | EntryKind::Suspension => hashes.map(str::to_owned).collect(),
        EntryKind::Claim
        | EntryKind::Negotiation
        | EntryKind::Escalation
        | EntryKind::Lapse
        | EntryKind::Record
        | EntryKind::Request
        | EntryKind::Contest
        | EntryKind::Ruling
        | EntryKind::Findings
        | EntryKind::Decision
        | EntryKind::Appeal
        | EntryKind::Forum => vec![],
    }
}
