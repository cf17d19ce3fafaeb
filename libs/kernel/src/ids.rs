//! TypeIDs: a prefix that names the kind and a UUIDv7, as `ord_01h455vb4pex5vsknk084sn02q`.
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::str::FromStr;
use type_safe_id::{DynamicType, TypeSafeId};
use uuid::Uuid;

/// Why a text is not the id that was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not a TypeID at all.
    #[error("not an id of the form {expected}_…")]
    Malformed {
        /// The prefix that was expected.
        expected: &'static str,
    },
    /// A TypeID of another kind.
    #[error("expected an id that begins with {expected}_, found {found}_")]
    OtherKind {
        /// The prefix that was expected.
        expected: &'static str,
        /// The prefix that was found.
        found: String,
    },
}

/// Writes an id as `prefix_base32`.
pub fn encode(prefix: &'static str, id: Uuid) -> String {
    match DynamicType::new(prefix) {
        Ok(kind) => TypeSafeId::from_type_and_uuid(kind, id).to_string(),
        Err(_) => format!("{prefix}_{id}"),
    }
}

/// Reads an id that must carry `prefix`.
pub fn decode(prefix: &'static str, text: &str) -> Result<Uuid, IdError> {
    let id = TypeSafeId::<DynamicType>::from_str(text).map_err(|_| IdError::Malformed { expected: prefix })?;
    match id.type_prefix() {
        found if found == prefix => Ok(id.uuid()),
        found => Err(IdError::OtherKind { expected: prefix, found: found.to_owned() }),
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "schema", schema(value_type = String))]
        pub struct $name(pub Uuid);

        impl $name {
            /// What the text form begins with.
            pub const PREFIX: &'static str = $prefix;
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&encode($prefix, self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = IdError;
            fn from_str(text: &str) -> Result<Self, IdError> {
                decode($prefix, text).map(Self)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )*};
}

ids! {
    /// An organisation that sells services.
    ProviderId = "prv";
    /// An organisation that orders services.
    MerchantId = "mer";
    /// A provider's application to one category.
    ApplicationId = "app";
    /// The right of a provider to sell in one category.
    QualificationId = "qua";
    /// A document or proof handed in with an application.
    CredentialId = "crd";
    /// A listing.
    ListingId = "lst";
    /// One revision of a listing.
    RevisionId = "rev";
    /// A phrase in which a term of the moderation's lists is innocent.
    AllowPhraseId = "alw";
    /// An order.
    OrderId = "ord";
    /// A dispute case.
    CaseId = "cas";
    /// The escrow of one order; shares the order's UUID.
    EscrowId = "esc";
    /// A provider's purse; shares the provider's UUID.
    PurseId = "pur";
    /// One payout to a provider.
    PayoutId = "out";
    /// A notice to one organisation.
    NoticeId = "ntc";
    /// An uploaded file.
    FileId = "fil";
}

/// A file that stands behind an id and a hash: what states, events and messages carry in place of contents.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(utoipa::ToSchema))]
pub struct FileRef {
    /// The uploaded file.
    pub id: FileId,
    /// The name it was uploaded under.
    pub name: String,
    /// SHA-256 of the contents, lower-case hex.
    pub sha256: String,
    /// Size in bytes.
    pub size: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_reads_back_as_it_was_written_and_refuses_another_kind() {
        let id = OrderId(Uuid::from_u128(0x0190_0000_0000_7000_8000_0000_0000_0001));
        assert_eq!(id.to_string().parse::<OrderId>(), Ok(id));
        assert_eq!(id.to_string().parse::<CaseId>(), Err(IdError::OtherKind { expected: "cas", found: "ord".into() }));
        assert_eq!("nonsense".parse::<OrderId>(), Err(IdError::Malformed { expected: "ord" }));
    }
}
