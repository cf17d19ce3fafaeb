//! Who acts: roles, organisations, and what a caller is to one aggregate.
use crate::ids::{IdError, MerchantId, ProviderId};
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use strum::{Display, EnumString, IntoStaticStr, VariantArray};

/// What a token says its bearer may be.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Role {
    /// Acts for an organisation that sells.
    Provider,
    /// Acts for an organisation that orders.
    Merchant,
    /// Staff: decides applications.
    Reviewer,
    /// Staff: decides listings.
    Moderator,
    /// Staff: decides disputes.
    Arbitrator,
    /// Staff: decides violations.
    ComplianceOfficer,
    /// Staff: everything else.
    Operator,
}

/// What the actor is to one aggregate; also whose a deadline is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    Hash,
    PartialOrd,
    Ord,
    Serialize,
    Deserialize,
    Display,
    EnumString,
    IntoStaticStr,
    VariantArray,
)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub enum Party {
    /// The provider of this very aggregate.
    Provider,
    /// The merchant of this very aggregate.
    Merchant,
    /// A reviewer.
    Reviewer,
    /// A moderator.
    Moderator,
    /// An arbitrator.
    Arbitrator,
    /// A compliance officer.
    ComplianceOfficer,
    /// An operator.
    Operator,
    /// Another service, by message, or the clock.
    System,
}

/// An organisation: a provider or a merchant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Org {
    /// Sells services.
    Provider(ProviderId),
    /// Orders services.
    Merchant(MerchantId),
}

impl fmt::Display for Org {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Provider(id) => id.fmt(f),
            Self::Merchant(id) => id.fmt(f),
        }
    }
}

impl FromStr for Org {
    type Err = IdError;
    fn from_str(text: &str) -> Result<Self, IdError> {
        match text.split_once('_') {
            Some((MerchantId::PREFIX, _)) => text.parse().map(Self::Merchant),
            _ => text.parse().map(Self::Provider),
        }
    }
}

impl Serialize for Org {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Org {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Who sent a command: a person with a token, another service by message, or the clock.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Actor {
    /// The token's `sub`; `service:<context>` or `clock` for the system.
    pub sub: String,
    /// The organisation the person acts for; staff have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org: Option<Org>,
    /// What the token grants; empty for the system.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<Role>,
    /// True only for services and the clock; a token can never say so.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub system: bool,
}

impl Actor {
    /// A person.
    pub fn person(sub: impl Into<String>, org: Option<Org>, roles: impl IntoIterator<Item = Role>) -> Self {
        Self { sub: sub.into(), org, roles: roles.into_iter().collect(), system: false }
    }

    /// A person who acts for a provider.
    pub fn provider(sub: impl Into<String>, id: ProviderId) -> Self {
        Self::person(sub, Some(Org::Provider(id)), [Role::Provider])
    }

    /// A person who acts for a merchant.
    pub fn merchant(sub: impl Into<String>, id: MerchantId) -> Self {
        Self::person(sub, Some(Org::Merchant(id)), [Role::Merchant])
    }

    /// A member of the platform's staff.
    pub fn staff(sub: impl Into<String>, role: Role) -> Self {
        Self::person(sub, None, [role])
    }

    /// Another service, whose message is carried out.
    pub fn service(context: &str) -> Self {
        Self { sub: format!("service:{context}"), org: None, roles: BTreeSet::new(), system: true }
    }

    /// The clock: lapses of deadlines.
    pub fn clock() -> Self {
        Self { sub: "clock".into(), org: None, roles: BTreeSet::new(), system: true }
    }

    /// Whether the token grants `role`.
    pub fn has(&self, role: Role) -> bool {
        self.roles.contains(&role)
    }

    /// The provider this person acts for, if the role is granted as well.
    pub fn as_provider(&self) -> Option<ProviderId> {
        match self.org {
            Some(Org::Provider(id)) if self.has(Role::Provider) => Some(id),
            Some(Org::Provider(_) | Org::Merchant(_)) | None => None,
        }
    }

    /// The merchant this person acts for, if the role is granted as well.
    pub fn as_merchant(&self) -> Option<MerchantId> {
        match self.org {
            Some(Org::Merchant(id)) if self.has(Role::Merchant) => Some(id),
            Some(Org::Provider(_) | Org::Merchant(_)) | None => None,
        }
    }

    /// The party that staff of this kind are to any aggregate: the first of `roles` that the token grants.
    pub fn as_staff(&self, roles: &[(Role, Party)]) -> Option<Party> {
        roles.iter().find(|(role, _)| self.has(*role)).map(|(_, party)| *party)
    }
}
