//! What the gateway was asked for: payments, remittances, payouts, as one shape.
use super::record::whole;
use crate::queries::{self, EffectLine};
use chrono::{DateTime, Utc};
use engine::Fault;
use engine::connect::Readers;
use kernel::{Money, PayoutId};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Page, PageQuery, Refused};

/// Money through the payment gateway.
#[derive(Serialize, ToSchema)]
#[schema(as = GatewayTransaction)]
pub(crate) struct TransactionBody {
    /// Its id.
    id: String,
    /// `charge`, `refund` or `payout`.
    kind: String,
    /// How much.
    amount: Money,
    /// `under_way`, `succeeded` or `failed`.
    status: &'static str,
    /// Why it failed, as the gateway says; for whose money it is, and for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<String>,
    /// The gateway's own reference; for whose money it is, and for staff.
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<String>,
    /// When it was asked for.
    started_at: DateTime<Utc>,
    /// When its outcome was known.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended_at: Option<DateTime<Utc>>,
}

/// Which transactions of an escrow or purse.
#[derive(Clone, Copy)]
pub(crate) enum Kinds {
    /// What was paid in.
    Payments,
    /// What was sent to the merchant.
    Remittances,
    /// What was sent to the provider.
    Payouts,
}

impl Kinds {
    fn names(self) -> &'static [&'static str] {
        match self {
            Self::Payments => &["charge"],
            Self::Remittances => &["refund", "payout"],
            Self::Payouts => &["payout"],
        }
    }

    fn id(self, key: Uuid) -> String {
        match self {
            Self::Payments | Self::Remittances => key.to_string(),
            Self::Payouts => PayoutId(key).to_string(),
        }
    }
}

/// A page of them, newest first.
pub(crate) async fn list(
    readers: &Readers,
    aggregate: Uuid,
    kinds: Kinds,
    knows: bool,
    page: &PageQuery,
) -> Result<Page<TransactionBody>, Refused> {
    let rows = queries::effects(readers, aggregate, kinds.names(), page.after()?, page.rows()).await?;
    Ok(whole(page.cut(rows, |row| (row.created_at, row.key), |row| body(row, kinds, knows)))?)
}

/// One of them.
pub(crate) async fn one(
    readers: &Readers,
    aggregate: Uuid,
    kinds: Kinds,
    key: Uuid,
    knows: bool,
) -> Result<TransactionBody, Refused> {
    Ok(body(queries::effect(readers, aggregate, kinds.names(), key).await?, kinds, knows)?)
}

fn body(row: EffectLine, kinds: Kinds, knows: bool) -> Result<TransactionBody, Fault> {
    Ok(TransactionBody {
        id: kinds.id(row.key),
        kind: row.kind,
        amount: queries::money(row.amount_minor, &row.currency)?,
        status: match row.status.as_str() {
            "done" => "succeeded",
            "failed" => "failed",
            _ => "under_way",
        },
        code: row.code.filter(|_| knows),
        reference: row.reference.filter(|_| knows),
        started_at: row.created_at,
        ended_at: row.ended_at,
    })
}
