//! How an order is answered: its frozen terms, its money, where it stands, its deadlines, what the caller may do.
use super::phase::PhaseBody;
use chrono::{DateTime, Utc};
use engine::{Reply, Seen};
use kernel::{EditionId, FileRef, ListingId, MerchantId, Money, OrderId, Party, Problem, ProviderId, Terms};
use orders_domain::order::{
    Agreed, Agreement, Change, Event, LastDelivery, Orders, Placed, Problem as Named, Proposal, Refusal,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::body::{ActionBody, DeadlineBody, actions, deadlines};

/// An order.
#[derive(Serialize, ToSchema)]
#[schema(as = Order)]
pub(crate) struct OrderBody {
    /// Its id.
    #[schema(example = "ord_01h455vb4pex5vsknk084sn02q")]
    id: OrderId,
    /// `pending_payment`, `payment_expired`, `funded`, `in_progress`, `delivered`, `modification_requested`,
    /// `disputed`, `accepted`, `completed`, `cancelled`, `refunded` or `partially_refunded`.
    status: &'static str,
    /// Who ordered.
    merchant: MerchantId,
    /// Who sells.
    provider: ProviderId,
    /// What was ordered.
    listing: ListingId,
    /// The terms as published when it was ordered.
    terms: Terms,
    /// How many units: pieces, months or years.
    quantity: u32,
    /// Price times quantity.
    amount: Money,
    /// The edition of the rulebook that the order is judged by.
    edition: EditionId,
    /// When it was placed.
    placed_at: DateTime<Utc>,
    /// What holds now: the terms, as changed by both parties' consent (D2.4).
    agreed: AgreedBody,
    /// The agreement on conduct (M4.2.a.5), once uploaded; what it promises is read at `agreement`.
    #[serde(skip_serializing_if = "Option::is_none")]
    agreement: Option<AgreementSummary>,
    /// The newest delivery; its files are read at `deliveries`.
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery: Option<DeliverySummary>,
    /// Everything a modification was ever asked for, with its count of failures (D2.5d).
    problems: Vec<ProblemBody>,
    /// Rounds of modification that used up the agreed number (X26).
    wishes_used: u32,
    /// D2.5d: a problem has failed so often that the provider is responsible.
    provider_responsible: bool,
    /// A change of terms that waits for the other party.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<ProposalBody>,
    /// What belongs to the phase that it is in.
    phase: PhaseBody,
    /// What runs, and what stands still.
    deadlines: Vec<DeadlineBody>,
    /// What the caller may do.
    actions: Vec<ActionBody>,
}

/// What the parties agreed.
#[derive(Serialize, ToSchema)]
#[schema(as = OrderAgreed)]
struct AgreedBody {
    /// Days until delivery; null: W3.
    delivery_days: Option<u32>,
    /// Days for one modification; null: W6.
    modification_days: Option<u32>,
    /// How many rounds may ask for wishes; null: any number.
    modifications: Option<u32>,
    /// How many failed modifications make the provider responsible; null: D2.5d's number.
    failed_modifications: Option<u32>,
}

/// The agreement on conduct, in short.
#[derive(Serialize, ToSchema)]
#[schema(as = OrderAgreementSummary)]
struct AgreementSummary {
    /// The signed document.
    file: FileRef,
    /// How many items of cooperation it names (D2.6).
    cooperation: u32,
    /// When the merchant confirmed it.
    #[serde(skip_serializing_if = "Option::is_none")]
    confirmed_at: Option<DateTime<Utc>>,
}

/// The newest delivery, in short.
#[derive(Serialize, ToSchema)]
#[schema(as = OrderDeliverySummary)]
struct DeliverySummary {
    /// 1 is the first delivery, every later one a redelivery.
    round: u32,
    /// SHA-256 of the manifest.
    manifest_sha256: String,
    /// When it was made.
    delivered_at: DateTime<Utc>,
}

/// One thing that is to be changed, followed across rounds.
#[derive(Serialize, ToSchema)]
#[schema(as = OrderProblem)]
struct ProblemBody {
    /// Its id.
    id: Uuid,
    /// `wish` or `nonconformity` (X26).
    kind: &'static str,
    /// Failed modifications so far (D2.5d).
    failed: u32,
    /// `asked`, `redelivered`, `refused` or `failed`.
    standing: &'static str,
}

/// A change of terms that waits for consent (W9).
#[derive(Serialize, ToSchema)]
#[schema(as = OrderProposal)]
struct ProposalBody {
    /// Its id.
    id: Uuid,
    /// Who proposed it; the other party answers.
    by: Party,
    /// What would change.
    change: ChangeBody,
    /// Refused by silence after this.
    answer_by_at: DateTime<Utc>,
    /// The notice of it is under way: when that counts as served at the latest (D1.1.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    notice_by_at: Option<DateTime<Utc>>,
}

/// What a change of terms changes; what is missing stays. At least one.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[schema(as = OrderChange)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangeBody {
    /// Days from start to delivery; before the start only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    delivery_days: Option<u32>,
    /// The new date of the delivery or redelivery that is owed now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    deliver_by: Option<DateTime<Utc>>,
    /// Days for each later modification.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    modification_days: Option<u32>,
    /// How many rounds may ask for wishes (X26).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    modifications: Option<u32>,
    /// How many failed modifications make the provider responsible (D2.5d).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failed_modifications: Option<u32>,
}

/// The order, as the caller may see it.
pub(crate) fn order(seen: &Seen<'_, Orders>) -> Reply {
    answer(200, seen)
}

/// The new order, and where it is.
pub(crate) fn placed(seen: &Seen<'_, Orders>) -> Reply {
    answer(201, seen).at(format!("/v1/orders/{}", OrderId(seen.id)))
}

/// The order with a new delivery, and where that is.
pub(crate) fn delivered(seen: &Seen<'_, Orders>) -> Reply {
    created(seen, "deliveries")
}

/// The order with a new request for modification, and where that is: it is known by the delivery it is about.
pub(crate) fn requested(seen: &Seen<'_, Orders>) -> Reply {
    created(seen, "modification-requests")
}

/// The order with its refund application, and where the case is that it opens.
pub(crate) fn disputed(seen: &Seen<'_, Orders>) -> Reply {
    let opened = seen
        .events
        .iter()
        .find_map(|event| if let Event::Disputed(it) = event { Some(it.application.case) } else { None });
    opened.map_or_else(|| order(seen), |case| answer(201, seen).at(format!("/v1/disputes/{case}")))
}

fn created(seen: &Seen<'_, Orders>, what: &str) -> Reply {
    let round = seen.state.placed().ok().and_then(|order| order.delivery.as_ref()).map(|delivery| delivery.round);
    round.map_or_else(
        || order(seen),
        |round| answer(201, seen).at(format!("/v1/orders/{}/{what}/{round}", OrderId(seen.id))),
    )
}

fn answer(status: u16, seen: &Seen<'_, Orders>) -> Reply {
    match seen.state.placed() {
        Ok(order) => Reply::json(status, seen.version, &OrderBody::of(seen, order)),
        Err(_) => Reply::problem(&Problem::of(&Refusal::NotFound)),
    }
}

impl OrderBody {
    fn of(seen: &Seen<'_, Orders>, order: &Placed) -> Self {
        Self {
            id: OrderId(seen.id),
            status: order.status(),
            merchant: order.merchant,
            provider: order.provider,
            listing: order.listing,
            terms: order.terms.clone(),
            quantity: order.quantity,
            amount: order.amount,
            edition: order.edition.clone(),
            placed_at: order.placed_at,
            agreed: (&order.agreed).into(),
            agreement: order.agreement.as_ref().map(Into::into),
            delivery: order.delivery.as_ref().map(Into::into),
            problems: order.problems.iter().map(Into::into).collect(),
            wishes_used: order.wishes_used,
            provider_responsible: order.responsible,
            proposal: order.proposal.as_ref().map(Into::into),
            phase: (&order.phase).into(),
            deadlines: deadlines::<Orders>(seen.state),
            actions: actions(seen),
        }
    }
}

impl From<&Agreed> for AgreedBody {
    fn from(agreed: &Agreed) -> Self {
        let Agreed { delivery_days, modification_days, modifications, failed_modifications } = agreed.clone();
        Self { delivery_days, modification_days, modifications, failed_modifications }
    }
}

impl From<&Agreement> for AgreementSummary {
    fn from(agreement: &Agreement) -> Self {
        let Agreement { file, cooperation, confirmed_at } = agreement.clone();
        Self { file, cooperation, confirmed_at }
    }
}

impl From<&LastDelivery> for DeliverySummary {
    fn from(delivery: &LastDelivery) -> Self {
        Self { round: delivery.round, manifest_sha256: delivery.manifest.clone(), delivered_at: delivery.at }
    }
}

impl From<&Named> for ProblemBody {
    fn from(problem: &Named) -> Self {
        let Named { id, kind, failed, standing } = *problem;
        Self { id, kind: kind.into(), failed, standing: standing.into() }
    }
}

impl From<&Proposal> for ProposalBody {
    fn from(proposal: &Proposal) -> Self {
        let Proposal { id, by, change, answer_by, act } = proposal.clone();
        Self { id, by, change: change.into(), answer_by_at: answer_by, notice_by_at: act.notice_by }
    }
}

impl From<Change> for ChangeBody {
    fn from(change: Change) -> Self {
        let Change { delivery_days, deliver_by, modification_days, modifications, failed_modifications } = change;
        Self { delivery_days, deliver_by, modification_days, modifications, failed_modifications }
    }
}

impl From<ChangeBody> for Change {
    fn from(body: ChangeBody) -> Self {
        let ChangeBody { delivery_days, deliver_by, modification_days, modifications, failed_modifications } = body;
        Self { delivery_days, deliver_by, modification_days, modifications, failed_modifications }
    }
}
