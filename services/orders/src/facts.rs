//! What must be known of others: read `FOR SHARE` in the transaction of a command, written when messages bring it.
//!
//! Rows are locked in the order in which nothing else locks them together: listings, providers, debts. A message changes
//! one row of one table, so it waits for a checkout under way, or the checkout for it; neither sees half of it.
use crate::host::twin;
use crate::reading::Reader;
use contracts::listings::{AllowPhrase, Listing};
use contracts::onboarding::Provider;
use contracts::settlement::{Escrow, Purse};
use diesel::prelude::*;
use diesel::result::Error;
use diesel::sql_types::{Array, BigInt, Bool, Nullable, Text, Uuid as SqlUuid};
use engine::{Ask, Fact, Place, Told};
use kernel::{FileRef, ListingId, MerchantId, OrderId, ProviderId, Terms};
use orders_domain::conversation::{self, Conversations, contacts};
use orders_domain::order::{Bar, Basis, Command, Facts, Notice, Offer, Orders};
use std::collections::HashMap;
use uuid::Uuid;

const LISTINGS: &str =
    "SELECT listing, provider, terms::text AS terms FROM listings WHERE listing = ANY($1) ORDER BY listing FOR SHARE";
const PROVIDERS: &str =
    "SELECT provider, leaving, blocked_by FROM providers WHERE provider = ANY($1) ORDER BY provider FOR SHARE";
const DEBTS: &str = "SELECT order_id, merchant FROM debts WHERE merchant = ANY($1) AND is_overdue \
    ORDER BY merchant, order_id FOR SHARE";
// Messages never change.
const NOTICES: &str = "SELECT id, order_id, party FROM messages WHERE id = ANY($1)";

#[derive(QueryableByName)]
struct ListingRow {
    #[diesel(sql_type = SqlUuid)]
    listing: Uuid,
    #[diesel(sql_type = SqlUuid)]
    provider: Uuid,
    #[diesel(sql_type = Nullable<Text>)]
    terms: Option<String>,
}

#[derive(QueryableByName)]
struct ProviderRow {
    #[diesel(sql_type = SqlUuid)]
    provider: Uuid,
    #[diesel(sql_type = Bool)]
    leaving: bool,
    #[diesel(sql_type = Nullable<Text>)]
    blocked_by: Option<String>,
}

#[derive(QueryableByName)]
struct DebtRow {
    #[diesel(sql_type = SqlUuid)]
    order_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    merchant: Uuid,
}

#[derive(QueryableByName)]
struct NoticeRow {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    order_id: Uuid,
    #[diesel(sql_type = Text)]
    party: String,
}

/// The facts for a batch of orders, one statement per kind.
pub(crate) fn of_orders(tx: &mut PgConnection, asked: &[Ask<'_, Orders>]) -> QueryResult<Vec<Facts>> {
    let offers = offers(tx, asked)?;
    let debts = debts(tx, asked)?;
    let notices = notices(tx, asked)?;
    let mut files = files_of(tx, asked.iter().filter(|ask| ask.command.is_some_and(names_files)).map(|ask| ask.id))?;
    let facts = |ask: &Ask<'_, Orders>| Facts {
        offer: ask.command.and_then(ordered).and_then(|listing| offers.get(&listing).cloned()),
        owes_for: placing(ask).and_then(|merchant| debts.get(&merchant).copied()),
        files: files.remove(&ask.id).unwrap_or_default(),
        notice: ask.command.and_then(told_in).and_then(|message| notices.get(&(ask.id, message)).copied()),
    };
    Ok(asked.iter().map(facts).collect())
}

/// The facts for a batch of conversations: files are uploaded to the order; what is said is read.
pub(crate) fn of_conversations(
    tx: &mut PgConnection,
    asked: &[Ask<'_, Conversations>],
    reader: Option<&Reader>,
) -> QueryResult<Vec<conversation::Facts>> {
    let sends_files = |ask: &&Ask<'_, Conversations>| match ask.command {
        Some(conversation::Command::SendMessage { files, .. }) => !files.is_empty(),
        Some(conversation::Command::Open { .. }) | None => false,
    };
    let files = files_of(tx, asked.iter().filter(sends_files).map(|ask| twin(ask.id)))?;
    let said = |ask: &Ask<'_, Conversations>| match ask.command {
        // Longer texts are refused whatever they say.
        Some(conversation::Command::SendMessage { text, .. }) => Some(text.clone()).filter(|text| is_readable(text)),
        Some(conversation::Command::Open { .. }) | None => None,
    };
    let texts: Vec<Option<String>> = asked.iter().map(said).collect();
    let engine = match reader.filter(|_| texts.iter().any(Option::is_some)) {
        Some(reader) => reader.engine(tx)?,
        None => None,
    };
    let facts = |(ask, text): (&Ask<'_, Conversations>, Option<String>)| conversation::Facts {
        files: files.get(&twin(ask.id)).cloned().unwrap_or_default(),
        flags: engine.as_deref().zip(text).map(|(engine, text)| contacts::read(engine, &text)),
    };
    Ok(asked.iter().zip(texts).map(facts).collect())
}

fn is_readable(text: &str) -> bool {
    text.chars().nth(conversation::TEXT).is_none()
}

fn ordered(command: &Command) -> Option<ListingId> {
    if let Command::Place(place) = command { Some(place.listing) } else { None }
}

/// Who places an order.
fn placing(ask: &Ask<'_, Orders>) -> Option<MerchantId> {
    ordered(ask.command?).and_then(|_| ask.actor.as_merchant())
}

fn told_in(command: &Command) -> Option<Uuid> {
    let Command::RequestCooperation(request) = command else { return None };
    if let Some(Basis::Message(message)) = request.basis { Some(message) } else { None }
}

fn names_files(command: &Command) -> bool {
    match command {
        Command::UploadAgreement(_)
        | Command::Deliver { .. }
        | Command::Redeliver { .. }
        | Command::ProvideCooperation { .. }
        | Command::ProvideData { .. } => true,
        Command::Place(_)
        | Command::ConfirmFunding
        | Command::ConfirmAgreement { .. }
        | Command::Start
        | Command::Cancel { .. }
        | Command::ConfirmNotice(_)
        | Command::Accept
        | Command::RequestModification { .. }
        | Command::RefuseModification { .. }
        | Command::AnswerReminder { .. }
        | Command::RefuseToPerform { .. }
        | Command::RequestCooperation(_)
        | Command::DeclineCooperation { .. }
        | Command::ProposeChange { .. }
        | Command::AcceptChange { .. }
        | Command::DeclineChange { .. }
        | Command::Terminate { .. }
        | Command::RecordDowntime(_)
        | Command::ReportDowntime(_)
        | Command::ConfirmDowntime { .. }
        | Command::DenyDowntime { .. }
        | Command::ApplyForRefund(_)
        | Command::Resume { .. }
        | Command::Settle { .. }
        | Command::Correct { .. }
        | Command::ConfirmDownload => false,
    }
}

fn offers(tx: &mut PgConnection, asked: &[Ask<'_, Orders>]) -> QueryResult<HashMap<ListingId, Offer>> {
    let ids: Vec<Uuid> = asked.iter().filter_map(|ask| Some(ordered(ask.command?)?.0)).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<ListingRow> = engine::sql(LISTINGS).bind::<Array<SqlUuid>, _>(ids).load(tx)?;
    let bars = bars(tx, rows.iter().map(|row| row.provider).collect())?;
    let offer = |row: ListingRow| {
        let (listing, bar) = (ListingId(row.listing), bars.get(&row.provider).copied());
        let terms = row.terms.and_then(|it| read(listing, &it));
        (listing, Offer { listing, provider: ProviderId(row.provider), terms, bar })
    };
    Ok(rows.into_iter().map(offer).collect())
}

/// Terms that this build cannot read are not on sale here.
fn read(listing: ListingId, terms: &str) -> Option<Terms> {
    serde_json::from_str(terms)
        .inspect_err(|error| tracing::error!(%listing, %error, "stored terms cannot be read"))
        .ok()
}

/// Why these providers take no new orders; who is not in the map takes them.
fn bars(tx: &mut PgConnection, providers: Vec<Uuid>) -> QueryResult<HashMap<Uuid, Bar>> {
    let rows: Vec<ProviderRow> = engine::sql(PROVIDERS).bind::<Array<SqlUuid>, _>(providers).load(tx)?;
    let bar = |row: ProviderRow| {
        let bar = match row.blocked_by.as_deref() {
            _ if row.leaving => Some(Bar::Leaving),
            Some("liability") => Some(Bar::Liability),
            Some(_) => Some(Bar::Deposit),
            None => None,
        };
        bar.map(|bar| (row.provider, bar))
    };
    Ok(rows.into_iter().filter_map(bar).collect())
}

/// The orders that these merchants owe money back for, one each, where that is overdue (W18).
fn debts(tx: &mut PgConnection, asked: &[Ask<'_, Orders>]) -> QueryResult<HashMap<MerchantId, OrderId>> {
    let merchants: Vec<Uuid> = asked.iter().filter_map(placing).map(|merchant| merchant.0).collect();
    if merchants.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<DebtRow> = engine::sql(DEBTS).bind::<Array<SqlUuid>, _>(merchants).load(tx)?;
    Ok(rows.into_iter().map(|row| (MerchantId(row.merchant), OrderId(row.order_id))).collect())
}

/// By order and message.
fn notices(tx: &mut PgConnection, asked: &[Ask<'_, Orders>]) -> QueryResult<HashMap<(Uuid, Uuid), Notice>> {
    let ids: Vec<Uuid> = asked.iter().filter_map(|ask| ask.command.and_then(told_in)).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: Vec<NoticeRow> = engine::sql(NOTICES).bind::<Array<SqlUuid>, _>(ids).load(tx)?;
    let notice =
        |row: NoticeRow| Some(((row.order_id, row.id), Notice { message: row.id, by: row.party.parse().ok()? }));
    Ok(rows.into_iter().filter_map(notice).collect())
}

fn files_of(tx: &mut PgConnection, orders: impl Iterator<Item = Uuid>) -> QueryResult<HashMap<Uuid, Vec<FileRef>>> {
    let ids: Vec<Uuid> = orders.collect();
    if ids.is_empty() { Ok(HashMap::new()) } else { files::refs(tx, &ids) }
}

/// What is recorded of a message.
pub(crate) enum Said {
    /// Of a listing: what is on sale.
    Listing(Listing),
    /// Of a provider, by onboarding.
    Provider(Provider),
    /// Of a purse, by settlement.
    Purse(Purse),
    /// Of an order's escrow, by settlement.
    Escrow(Escrow),
    /// Of a phrase in which a term is innocent, by listings.
    AllowPhrase(AllowPhrase),
}

impl Fact for Said {
    fn place(&self) -> Place {
        match self {
            Self::Listing(said) => (0, said.listing.0),
            Self::Provider(said) => (1, said.provider.0),
            Self::Purse(said) => (1, said.provider.0),
            Self::Escrow(said) => (2, said.order.0),
            Self::AllowPhrase(said) => (3, said.allow_phrase),
        }
    }

    fn write(tx: &mut PgConnection, told: &[Told<'_, Self>]) -> QueryResult<()> {
        told.iter().try_for_each(|Told { message, fact }| match fact {
            Self::Listing(said) => listing(tx, message.sequence, said),
            Self::Provider(said) => provider(tx, message.sequence, said),
            Self::Purse(said) => purse(tx, message.sequence, said),
            Self::Escrow(said) => debt(tx, message.sequence, said),
            Self::AllowPhrase(said) => allow_phrase(tx, message.sequence, said),
        })
    }
}

/// What listings says is on sale.
fn listing(tx: &mut PgConnection, sequence: i64, said: &Listing) -> QueryResult<()> {
    let terms = said.published.as_ref().map(serde_json::to_string).transpose();
    let terms = terms.map_err(|error| Error::SerializationError(Box::new(error)))?;
    engine::sql(
        "INSERT INTO listings AS l (listing, provider, terms, sequence) VALUES ($1, $2, $3::jsonb, $4) \
         ON CONFLICT (listing) DO UPDATE SET provider = excluded.provider, terms = excluded.terms, \
         sequence = excluded.sequence WHERE l.sequence < excluded.sequence",
    )
    .bind::<SqlUuid, _>(said.listing.0)
    .bind::<SqlUuid, _>(said.provider.0)
    .bind::<Nullable<Text>, _>(terms)
    .bind::<BigInt, _>(sequence)
    .execute(tx)
    .map(drop)
}

/// What onboarding says of a provider.
fn provider(tx: &mut PgConnection, sequence: i64, said: &Provider) -> QueryResult<()> {
    engine::sql(
        "INSERT INTO providers AS p (provider, leaving, leaving_sequence) VALUES ($1, $2, $3) \
         ON CONFLICT (provider) DO UPDATE SET leaving = excluded.leaving, \
         leaving_sequence = excluded.leaving_sequence WHERE p.leaving_sequence < excluded.leaving_sequence",
    )
    .bind::<SqlUuid, _>(said.provider.0)
    .bind::<Bool, _>(said.leaving)
    .bind::<BigInt, _>(sequence)
    .execute(tx)
    .map(drop)
}

/// What settlement says of a provider's purse.
fn purse(tx: &mut PgConnection, sequence: i64, said: &Purse) -> QueryResult<()> {
    let blocked_by = match said.liability.is_positive() {
        _ if !said.blocked => None,
        true => Some("liability"),
        false => Some("deposit"),
    };
    engine::sql(
        "INSERT INTO providers AS p (provider, blocked_by, purse_sequence) VALUES ($1, $2, $3) \
         ON CONFLICT (provider) DO UPDATE SET blocked_by = excluded.blocked_by, \
         purse_sequence = excluded.purse_sequence WHERE p.purse_sequence < excluded.purse_sequence",
    )
    .bind::<SqlUuid, _>(said.provider.0)
    .bind::<Nullable<Text>, _>(blocked_by)
    .bind::<BigInt, _>(sequence)
    .execute(tx)
    .map(drop)
}

/// What settlement says of a merchant's debt.
fn debt(tx: &mut PgConnection, sequence: i64, said: &Escrow) -> QueryResult<()> {
    engine::sql(
        "INSERT INTO debts AS d (order_id, merchant, is_overdue, sequence) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (order_id) DO UPDATE SET is_overdue = excluded.is_overdue, sequence = excluded.sequence \
         WHERE d.sequence < excluded.sequence",
    )
    .bind::<SqlUuid, _>(said.order.0)
    .bind::<SqlUuid, _>(said.merchant.0)
    .bind::<Bool, _>(said.debt_overdue)
    .bind::<BigInt, _>(sequence)
    .execute(tx)
    .map(drop)
}

/// What listings says of a phrase.
fn allow_phrase(tx: &mut PgConnection, sequence: i64, said: &AllowPhrase) -> QueryResult<()> {
    engine::sql(
        "INSERT INTO allow_phrases AS a (id, list, language, phrase, in_force, sequence) \
         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET in_force = excluded.in_force, \
         sequence = excluded.sequence WHERE a.sequence < excluded.sequence",
    )
    .bind::<SqlUuid, _>(said.allow_phrase)
    .bind::<Text, _>(&said.list)
    .bind::<Text, _>(&said.language)
    .bind::<Text, _>(&said.phrase)
    .bind::<Bool, _>(said.in_force)
    .bind::<BigInt, _>(sequence)
    .execute(tx)
    .map(drop)
}
