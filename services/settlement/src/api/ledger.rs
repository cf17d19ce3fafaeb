//! The ledger: its lines and its balances.
use super::record::whole;
use crate::host::EscrowHost;
use crate::queries::{self, BalanceLine, LedgerKey, LedgerLine};
use actix_web::get;
use actix_web::web::Json;
use chrono::{DateTime, Utc};
use engine::Fault;
use kernel::{EscrowId, Money, OrderId, PurseId, Role};
use serde::{Deserialize, Serialize};
use settlement_domain::Account;
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;
use web::{Caller, Filter, Look, Page, PageQuery, Refused, Scope, Sees};

/// Which lines a list shows.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct LedgerFilter {
    /// Of this account, as `gateway`, `escrow:ord_…`, `payable:prv_…`.
    #[param(value_type = Option<String>)]
    account: Option<Account>,
    /// Of the account `transfer:<order>`: what this order's escrow and its provider's purse passed to each other.
    #[param(value_type = Option<String>)]
    transfer: Option<OrderId>,
}

/// Which balances a list shows.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct BalanceFilter {
    /// Of this account.
    #[param(value_type = Option<String>)]
    account: Option<Account>,
}

/// A line of the ledger. Those of one posting share `owner` and `version`, and sum to zero.
#[derive(Serialize, ToSchema)]
pub(crate) struct LedgerEntry {
    /// The escrow or purse whose event moved the money.
    #[schema(example = "esc_01h455vb4pex5vsknk084sn02q")]
    owner: String,
    /// The event: the owner's version right after it.
    version: i64,
    /// Its place in the posting.
    line: i32,
    /// The account.
    #[schema(example = "escrow:ord_01h455vb4pex5vsknk084sn02q")]
    account: String,
    /// Positive: debit; negative: credit.
    amount: Money,
    /// When.
    at: DateTime<Utc>,
}

/// What an account stands at.
#[derive(Serialize, ToSchema)]
pub(crate) struct LedgerBalance {
    /// The account.
    #[schema(example = "gateway")]
    account: String,
    /// Positive: debit; negative: credit.
    balance: Money,
}

/// Lines of the ledger, newest first: all to operators, those of its own accounts to a party.
#[utoipa::path(
    params(PageQuery, LedgerFilter),
    responses((status = 200, description = "A page of lines.", body = Page<LedgerEntry>))
)]
#[get("/v1/ledger/entries")]
pub(crate) async fn entries(
    look: Look<EscrowHost>,
    scope: Scope,
    Filter(filter): Filter<LedgerFilter>,
    page: PageQuery,
) -> Result<Json<Page<LedgerEntry>>, Refused> {
    let own = own(&look, &scope)?;
    let asked = filter.account.into_iter().chain(filter.transfer.map(Account::Transfer)).collect::<Vec<_>>();
    let accounts = match own {
        None if asked.is_empty() => None,
        // Both filters: a line has one account.
        _ if asked.windows(2).any(|pair| pair[0] != pair[1]) => Some(vec![]),
        None => Some(asked),
        Some(own) if asked.is_empty() => Some(own),
        Some(own) => Some(own.into_iter().filter(|account| asked.contains(account)).collect()),
    };
    let accounts = accounts.map(|accounts| accounts.iter().map(ToString::to_string).collect());
    let rows = queries::ledger(look.door().readers(), accounts, page.after()?, page.rows()).await?;
    let key = |row: &LedgerLine| -> (LedgerKey, Uuid) { ((row.at, row.version, row.line), row.aggregate) };
    Ok(Json(whole(page.cut(rows, key, entry))?))
}

/// The accounts that a party sees; `None` for operators, who see all.
fn own(look: &Look<EscrowHost>, scope: &Scope) -> Result<Option<Vec<Account>>, Refused> {
    match scope.sees() {
        Sees::Provider(id) => {
            Ok(Some(vec![Account::Deposit(*id), Account::Payable(*id), Account::Payout(*id), Account::Receivable(*id)]))
        }
        Sees::Merchant(id) => Ok(Some(vec![Account::Merchant(*id), Account::Claim(*id)])),
        Sees::Staff(_) => Caller(look.actor().clone()).must_be(&[Role::Operator]).map(|()| None),
    }
}

/// Balances by account and currency; for operators. All of them sum to zero in every currency.
#[utoipa::path(
    params(PageQuery, BalanceFilter),
    responses((status = 200, description = "A page of balances.", body = Page<LedgerBalance>))
)]
#[get("/v1/ledger/balances")]
pub(crate) async fn balances(
    look: Look<EscrowHost>,
    Filter(filter): Filter<BalanceFilter>,
    page: PageQuery,
) -> Result<Json<Page<LedgerBalance>>, Refused> {
    Caller(look.actor().clone()).must_be(&[Role::Operator])?;
    let account = filter.account.map(|account| account.to_string());
    let rows = queries::balances(look.door().readers(), account, page.after()?, page.rows()).await?;
    let key = |row: &BalanceLine| ((row.account.clone(), row.currency.clone()), Uuid::nil());
    Ok(Json(whole(page.cut(rows, key, balance))?))
}

fn entry(row: LedgerLine) -> Result<LedgerEntry, Fault> {
    Ok(LedgerEntry {
        amount: queries::money(row.minor, &row.currency)?,
        owner: match row.owner.as_str() {
            "escrow" => EscrowId(row.aggregate).to_string(),
            _ => PurseId(row.aggregate).to_string(),
        },
        version: row.version,
        line: row.line,
        account: row.account,
        at: row.at,
    })
}

fn balance(row: BalanceLine) -> Result<LedgerBalance, Fault> {
    Ok(LedgerBalance { balance: queries::money(row.minor, &row.currency)?, account: row.account })
}
