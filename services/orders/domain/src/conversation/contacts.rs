//! What a message says that does not belong in the chat (M4.2.f.5, X15): contact details of other ways to talk, links,
//! dealing off the market, rewards for reviews, prohibited goods.
//!
//! Read by the moderation engine, as a message: channels on the operator's list are lawful. Everything found is a flag,
//! whatever its severity in a listing: nothing is withheld. Start at [`read`].
use kernel::{EditionId, RuleId};
use moderation::{Engine, Finding, Subject, View};
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;

/// So many findings are kept of one message.
const MOST: usize = 20;

/// What was found in a message, and by which edition.
#[derive(Clone, Debug, PartialEq)]
pub struct Flags {
    /// The edition.
    pub edition: EditionId,
    /// By where they begin; at most 20.
    pub contacts: Vec<Contact>,
}

/// A contact detail in a message, or another matter that does not belong there.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// What kind.
    pub kind: ContactKind,
    /// The rule it offends.
    pub rule: RuleId,
    /// The tool's name, for a chat tool or another site.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tool: Option<String>,
    /// Where it begins, in characters.
    pub from: usize,
    /// Where it ends, in characters, not included.
    pub to: usize,
    /// The characters as written; at most 200.
    pub found: String,
    /// What they were read as.
    pub seen_as: String,
    /// How they were seen.
    pub how: View,
    /// How sure it is, 0–1.
    pub confidence: f64,
}

/// Kinds of contact details.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
pub enum ContactKind {
    /// A chat tool or another site that is not on the operator's list, or an account there.
    Tool,
    /// An e-mail address.
    Email,
    /// A telephone number.
    Phone,
    /// A link to a domain that is not on the operator's list.
    Link,
    /// No contact: dealing off the market, a reward for a review, prohibited goods.
    Matter,
}

/// Reads a message.
pub fn read(engine: &Engine, text: &str) -> Flags {
    let mut contacts: Vec<Contact> =
        engine.read(&Subject::message(text)).findings.into_iter().map(Contact::from).collect();
    contacts.sort_by_key(|contact| (contact.from, contact.to));
    contacts.truncate(MOST);
    Flags { edition: engine.edition().clone(), contacts }
}

impl From<Finding> for Contact {
    fn from(finding: Finding) -> Self {
        let kind = kind(&finding);
        Self {
            kind,
            rule: finding.rule,
            tool: finding.how.term.filter(|_| kind == ContactKind::Tool),
            from: finding.start,
            to: finding.end,
            found: finding.text,
            seen_as: finding.seen_as,
            how: finding.how.view,
            confidence: finding.confidence,
        }
    }
}

fn kind(finding: &Finding) -> ContactKind {
    match finding.how.view {
        View::Mail => ContactKind::Email,
        View::Number | View::NumberInWords => ContactKind::Phone,
        // In words, an address rests on the rule of contacts and a domain on that of links.
        View::Spelled if finding.rule == RuleId::of("M4.2.f.5") => ContactKind::Email,
        View::Link | View::Spelled => ContactKind::Link,
        View::Account => ContactKind::Tool,
        View::Exact
        | View::Folded
        | View::Hidden
        | View::Decorated
        | View::LookAlike
        | View::Leet
        | View::Separated
        | View::Repeated
        | View::Edited
        | View::Vowelless
        | View::Together
        | View::Figure
        | View::Missing
        | View::Contradiction
        | View::Stacked
        | View::Twin
        | View::Changed
        | View::Picture
        | View::Misplaced => {
            let is_tool =
                finding.list.as_ref().is_some_and(|list| matches!(list.name.as_str(), "messengers" | "third_parties"));
            if is_tool { ContactKind::Tool } else { ContactKind::Matter }
        }
    }
}
