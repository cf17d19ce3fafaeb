//! What is written in the transaction of a decision: the lists (`escrows`, `purses`), the timelines, the ledger, and the
//! effects outside. One statement per table and batch, its rows as one JSON array.
//!
//! All but `effects` are views: derived from the journal alone. An effect is written once and never deleted, so that
//! making the views again sends nothing again.
use crate::timeline::{Details, Said, of_escrow, of_purse};
use diesel::prelude::*;
use engine::{Change, Entry, write_rows};
use kernel::machine::IntoName;
use kernel::{Currency, Machine, Party, RuleId, Time};
use serde::Serialize;
use settlement_domain::{Account, Effect, Escrows, Posting, Purses, Request, escrow, purse};
use uuid::Uuid;

/// The tables that [`project_escrows`] writes.
pub(crate) const OF_ESCROWS: &[&str] = &["escrows", "escrow_timeline", "escrow_postings"];
/// The tables that [`project_purses`] writes.
pub(crate) const OF_PURSES: &[&str] = &["purses", "purse_timeline", "purse_postings"];

/// Brings the views up to the changes of escrows.
pub(crate) fn project_escrows(tx: &mut PgConnection, changes: &[Change<Escrows>]) -> QueryResult<()> {
    let mut rows = Rows::of("escrow");
    let mut escrows = vec![];
    for change in changes {
        escrows.extend(escrow_row(change));
        for entry in &change.entries {
            let event = &entry.event;
            rows.add(change, entry, of_escrow(event), event.posting(), event.effects(), escrow_ended(event));
        }
    }
    write_rows(tx, ESCROWS, &escrows)?;
    rows.write(tx)
}

/// Brings the views up to the changes of purses.
pub(crate) fn project_purses(tx: &mut PgConnection, changes: &[Change<Purses>]) -> QueryResult<()> {
    let mut rows = Rows::of("purse");
    let mut purses = vec![];
    for change in changes {
        purses.extend(purse_row(change));
        for entry in &change.entries {
            let event = &entry.event;
            rows.add(change, entry, of_purse(event), event.posting(), event.effects(), purse_ended(event));
        }
    }
    write_rows(tx, PURSES, &purses)?;
    rows.write(tx)
}

const ESCROWS: &str = "INSERT INTO escrows \
    (id, version, merchant_id, provider_id, currency, amount_minor, to_merchant_minor, released_minor, \
     refunded_minor, status, pay_by, opened_at, updated_at) \
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t \
    (id uuid, version bigint, merchant_id uuid, provider_id uuid, currency text, amount_minor bigint, \
     to_merchant_minor bigint, released_minor bigint, refunded_minor bigint, status text, pay_by timestamptz, \
     opened_at timestamptz, updated_at timestamptz) \
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, to_merchant_minor = excluded.to_merchant_minor, \
    released_minor = excluded.released_minor, refunded_minor = excluded.refunded_minor, status = excluded.status, \
    updated_at = excluded.updated_at";

const PURSES: &str = "INSERT INTO purses \
    (id, version, currency, deposit_minor, required_minor, liability_minor, open_cases, payouts_frozen, status, \
     opened_at, updated_at) \
    SELECT * FROM jsonb_to_recordset($1::jsonb) AS t \
    (id uuid, version bigint, currency text, deposit_minor bigint, required_minor bigint, liability_minor bigint, \
     open_cases bigint, payouts_frozen boolean, status text, opened_at timestamptz, updated_at timestamptz) \
    ON CONFLICT (id) DO UPDATE SET version = excluded.version, deposit_minor = excluded.deposit_minor, \
    required_minor = excluded.required_minor, liability_minor = excluded.liability_minor, \
    open_cases = excluded.open_cases, payouts_frozen = excluded.payouts_frozen, status = excluded.status, \
    updated_at = excluded.updated_at";

const EFFECTS: &str = "INSERT INTO effects \
    (key, aggregate, owner, kind, amount_minor, currency, request, status, attempts, next_try_at, created_at) \
    SELECT key, aggregate, owner, kind, amount_minor, currency, request, 'pending', 0, at, at \
    FROM jsonb_to_recordset($1::jsonb) AS t (key uuid, aggregate uuid, owner text, kind text, amount_minor bigint, \
    currency text, request jsonb, at timestamptz) ON CONFLICT (key) DO NOTHING";

const ENDED: &str = "UPDATE effects e SET status = CASE WHEN t.code IS NULL THEN 'done' ELSE 'failed' END, \
    code = t.code, ended_at = t.at, leased_until = NULL \
    FROM jsonb_to_recordset($1::jsonb) AS t (key uuid, code text, at timestamptz) \
    WHERE e.key = t.key AND e.status IN ('pending', 'sent')";

/// What a batch writes, beside the lists.
struct Rows<'a> {
    owner: &'static str,
    timeline: Vec<TimelineRow<'a>>,
    postings: Vec<LineRow>,
    effects: Vec<EffectRow>,
    ended: Vec<EndedRow<'a>>,
}

#[derive(Serialize)]
struct EscrowRow {
    id: Uuid,
    version: i64,
    merchant_id: Uuid,
    provider_id: Uuid,
    currency: Currency,
    amount_minor: i64,
    to_merchant_minor: i64,
    released_minor: i64,
    refunded_minor: i64,
    status: &'static str,
    pay_by: Option<Time>,
    opened_at: Time,
    updated_at: Time,
}

#[derive(Serialize)]
struct PurseRow {
    id: Uuid,
    version: i64,
    currency: Currency,
    deposit_minor: i64,
    required_minor: i64,
    liability_minor: i64,
    open_cases: i64,
    payouts_frozen: bool,
    status: &'static str,
    opened_at: Time,
    updated_at: Time,
}

#[derive(Serialize)]
struct TimelineRow<'a> {
    aggregate: Uuid,
    version: i64,
    at: Time,
    party: Party,
    person: Option<&'a str>,
    event: &'static str,
    rules: Vec<RuleId>,
    text: String,
    details: Details,
}

#[derive(Serialize)]
struct LineRow {
    aggregate: Uuid,
    version: i64,
    line: usize,
    account: Account,
    minor: i64,
    currency: Currency,
    at: Time,
}

#[derive(Serialize)]
struct EffectRow {
    key: Uuid,
    aggregate: Uuid,
    owner: &'static str,
    kind: &'static str,
    amount_minor: i64,
    currency: Currency,
    request: Request,
    at: Time,
}

#[derive(Serialize)]
struct EndedRow<'a> {
    key: Uuid,
    code: Option<&'a str>,
    at: Time,
}

/// What an event says of an effect's end: its key, and why it failed, if it did.
type Ended<'a> = Option<(Uuid, Option<&'a str>)>;

impl<'a> Rows<'a> {
    fn of(owner: &'static str) -> Self {
        Self { owner, timeline: vec![], postings: vec![], effects: vec![], ended: vec![] }
    }

    fn add<M: Machine>(
        &mut self,
        change: &Change<M>,
        entry: &'a Entry<M>,
        said: Said,
        posting: Option<&Posting>,
        effects: Vec<Effect>,
        ended: Ended<'a>,
    ) {
        let (aggregate, version, at) = (entry.id, entry.version, entry.at);
        let party = M::relation(&change.after, &entry.actor).unwrap_or(Party::System);
        self.timeline.push(TimelineRow {
            aggregate,
            version,
            at,
            party,
            person: (party != Party::System).then_some(&entry.actor.sub),
            event: entry.event.name(),
            rules: said.rules,
            text: said.text,
            details: said.details,
        });
        let lines = posting.map(Posting::lines).unwrap_or_default().iter().enumerate();
        self.postings.extend(lines.map(|(line, side)| {
            let (minor, currency) = (side.amount.minor, side.amount.currency);
            LineRow { aggregate, version, line, account: side.account, minor, currency, at }
        }));
        self.effects.extend(effects.into_iter().map(|Effect { key, amount, request }| EffectRow {
            key,
            aggregate,
            owner: self.owner,
            kind: request.kind(),
            amount_minor: amount.minor,
            currency: amount.currency,
            request,
            at,
        }));
        self.ended.extend(ended.map(|(key, code)| EndedRow { key, code, at }));
    }

    fn write(&self, tx: &mut PgConnection) -> QueryResult<()> {
        let owner = self.owner;
        write_rows(
            tx,
            format!(
                "INSERT INTO {owner}_timeline (aggregate, version, at, party, person, event, rules, text, details) \
                 SELECT * FROM jsonb_to_recordset($1::jsonb) AS t (aggregate uuid, version bigint, at timestamptz, \
                 party text, person text, event text, rules text[], text text, details jsonb)"
            ),
            &self.timeline,
        )?;
        write_rows(
            tx,
            format!(
                "INSERT INTO {owner}_postings (aggregate, version, line, account, minor, currency, at) \
                 SELECT * FROM jsonb_to_recordset($1::jsonb) AS t (aggregate uuid, version bigint, line integer, \
                 account text, minor bigint, currency text, at timestamptz)"
            ),
            &self.postings,
        )?;
        write_rows(tx, EFFECTS, &self.effects)?;
        write_rows(tx, ENDED, &self.ended)
    }
}

fn escrow_row(change: &Change<Escrows>) -> Option<EscrowRow> {
    let known = change.after.known()?;
    Some(EscrowRow {
        id: change.id,
        version: change.version,
        merchant_id: known.merchant.0,
        provider_id: known.provider.0,
        currency: known.amount.currency,
        amount_minor: known.amount.minor,
        to_merchant_minor: known.to_merchant().minor,
        released_minor: known.released().minor,
        refunded_minor: known.refunded.minor,
        status: known.status(),
        pay_by: known.pay_by,
        opened_at: change.at,
        updated_at: change.at,
    })
}

fn purse_row(change: &Change<Purses>) -> Option<PurseRow> {
    let open = change.after.open()?;
    Some(PurseRow {
        id: change.id,
        version: change.version,
        currency: open.deposit.currency,
        deposit_minor: open.deposit.minor,
        required_minor: open.required().minor,
        liability_minor: open.liability(open.deposit.currency).minor,
        open_cases: open.cases(),
        payouts_frozen: !open.freezes.is_empty(),
        status: change.after.status(),
        opened_at: change.at,
        updated_at: change.at,
    })
}

fn escrow_ended(event: &escrow::Event) -> Ended<'_> {
    use escrow::Event;
    match event {
        Event::Held { payment: key, .. }
        | Event::PaymentReturned { payment: key, .. }
        | Event::DebtRepaid { payment: key, .. }
        | Event::RemittanceConfirmed { remittance: key, .. } => Some((*key, None)),
        Event::PaymentFailed { payment: key, code } | Event::RemittanceFailed { remittance: key, code } => {
            Some((*key, Some(code)))
        }
        Event::Opened { .. }
        | Event::OrderHeard { .. }
        | Event::AwardNoted { .. }
        | Event::PaymentStarted { .. }
        | Event::PaymentAbandoned { .. }
        | Event::Frozen
        | Event::Thawed
        | Event::Released(_)
        | Event::Refunded(_)
        | Event::Split(_)
        | Event::ChargeRaised { .. }
        | Event::Compensated { .. }
        | Event::ReliefAsked { .. }
        | Event::ChargeRelieved { .. }
        | Event::DebtRecorded { .. }
        | Event::DebtOverdue { .. }
        | Event::DebtForgiven { .. }
        | Event::RemittanceRecalled { .. }
        | Event::DebtSettledDirectly { .. }
        | Event::RemittanceRetried { .. } => None,
    }
}

fn purse_ended(event: &purse::Event) -> Ended<'_> {
    use purse::{Event, Source};
    match event {
        Event::PaymentCredited { payment: key, .. }
        | Event::DepositToppedUp { payment: key, .. }
        | Event::LiabilityPaid { source: Source::Payment(key), .. } => Some((*key, None)),
        Event::PaymentFailed { payment: key, code } => Some((*key, Some(code))),
        Event::PayoutSucceeded { payout, .. } => Some((payout.0, None)),
        Event::PayoutFailed { payout, code, .. } => Some((payout.0, Some(code))),
        Event::Opened { .. }
        | Event::RequirementSet { .. }
        | Event::ShortfallBegan { .. }
        | Event::ShortfallOverdue { .. }
        | Event::ShortfallEnded
        | Event::PaymentStarted { .. }
        | Event::PaymentAbandoned { .. }
        | Event::DepositFilled { .. }
        | Event::PayableCredited { .. }
        | Event::Charged { .. }
        | Event::LiabilityRelieved { .. }
        | Event::LiabilityOverdue { .. }
        | Event::LiabilityPaid { source: Source::Payable, .. }
        | Event::LiabilitySettledDirectly { .. }
        | Event::CaseOpened { .. }
        | Event::CaseClosed { .. }
        | Event::PayoutsFrozen { .. }
        | Event::PayoutsThawed { .. }
        | Event::PayoutRequested { .. }
        | Event::Exited(_)
        | Event::DepositKept { .. }
        | Event::DepositReturned { .. } => None,
    }
}
