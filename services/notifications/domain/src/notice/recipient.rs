//! Who is told: an organisation, or the platform itself.
use kernel::ids::IdError;
use kernel::{Org, Party};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::str::FromStr;

/// To whom a notice is. As text: the organisation's id, or `platform`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(into = "String", try_from = "String")]
pub enum Recipient {
    /// An organisation.
    Org(Org),
    /// The platform: one inbox, which its arbitrators and operators share.
    Platform,
}

const PLATFORM: &str = "platform";

impl Recipient {
    /// The organisation, if it is one.
    pub fn org(self) -> Option<Org> {
        match self {
            Self::Org(org) => Some(org),
            Self::Platform => None,
        }
    }

    /// What the recipient is to the matter that a notice is about.
    pub fn party(self) -> Party {
        match self {
            Self::Org(Org::Provider(_)) => Party::Provider,
            Self::Org(Org::Merchant(_)) => Party::Merchant,
            Self::Platform => Party::Operator,
        }
    }
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Org(org) => org.fmt(f),
            Self::Platform => f.write_str(PLATFORM),
        }
    }
}

impl FromStr for Recipient {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        if text == PLATFORM { Ok(Self::Platform) } else { text.parse().map(Self::Org) }
    }
}

impl From<Recipient> for String {
    fn from(recipient: Recipient) -> Self {
        recipient.to_string()
    }
}

impl TryFrom<String> for Recipient {
    type Error = IdError;
    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}
