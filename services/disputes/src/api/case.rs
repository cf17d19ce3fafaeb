//! How a case is answered: to a party without the names of persons, to staff with them.
use super::money;
use super::standing::{self, AppealBody, FileBody, HearingBody, SuspensionBody};
use crate::timeline::ConsequenceBody;
use chrono::{DateTime, Utc};
use disputes_domain::state::{Arbitration, Extension, Negotiation, Proposal, ProposalCounts, Stage};
use disputes_domain::{Application, Cases, Event, Opened, Outcome, Phase, Refusal, Side, burden};
use engine::{Reply, Seen};
use kernel::{
    CaseId, Category, ClaimKind, Due, EditionId, MerchantId, Money, OrderId, Party, Problem, ProviderId, RuleId,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::Refused;
use web::body::{ActionBody, DeadlineBody, actions, deadlines};

/// A dispute case.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeCase)]
pub(crate) struct CaseBody {
    /// Its id.
    #[schema(value_type = String, example = "cas_01h455vb4pex5vsknk084sn02q")]
    id: CaseId,
    /// The order in dispute.
    #[schema(value_type = String, example = "ord_01h455vb4pex5vsknk084sn02q")]
    order: OrderId,
    /// Who sells.
    #[schema(value_type = String, example = "prv_01h455vb4pex5vsknk084sn02q")]
    provider: ProviderId,
    /// Who ordered, and asks for money back.
    #[schema(value_type = String, example = "mer_01h455vb4pex5vsknk084sn02q")]
    merchant: MerchantId,
    /// The order's category.
    #[schema(value_type = String, example = "software")]
    category: Category,
    /// What was paid for the order.
    #[schema(schema_with = money)]
    amount: Money,
    /// The edition of the rulebook that the case is judged by.
    #[schema(value_type = String, example = "2026-11")]
    edition: EditionId,
    /// The refund application that opened it.
    application: ApplicationBody,
    /// Who must prove the facts of the claim.
    burden_of_proof: BurdenBody,
    /// When it was opened.
    opened_at: DateTime<Utc>,
    /// All that is claimed to be wrong: the application's claim first, then what was added.
    #[schema(value_type = Vec<String>)]
    claims: Vec<ClaimKind>,
    /// `negotiation`, `arbitration`, `appeal` or `closed`.
    stage: &'static str,
    /// `waiting_for_provider`, `waiting_for_merchant`, `evidence`, `under_review`, `suspended`, `decided`, `settled`,
    /// `withdrawn` or `resolved`.
    status: &'static str,
    /// The case file: how long it is, and the hash of its last entry.
    file: FileBody,
    /// How many proposals each side has made.
    proposals_made: ProposalsMade,
    /// The proposal on the table.
    #[serde(skip_serializing_if = "Option::is_none")]
    proposal: Option<StandingProposal>,
    /// While the parties negotiate.
    #[serde(skip_serializing_if = "Option::is_none")]
    negotiation: Option<NegotiationBody>,
    /// While the platform works on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    arbitration: Option<ArbitrationBody>,
    /// The taking of evidence, while the platform works on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    evidence: Option<HearingBody>,
    /// While its handling stands still; every clock keeps what it had left (D1.5).
    #[serde(skip_serializing_if = "Option::is_none")]
    suspension: Option<SuspensionBody>,
    /// The side that wants it to wait, or to wait longer, while the other has not agreed (D1.5.1).
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "provider")]
    suspension_wanted_by: Option<Side>,
    /// While an appeal is open; the decision stands and the money waits (W17).
    #[serde(skip_serializing_if = "Option::is_none")]
    appeal: Option<AppealBody>,
    /// What it brings about, once that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    outcome: Option<OutcomeBody>,
    /// What its word has brought about so far, and is not undone.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    consequences: Vec<ConsequenceBody>,
    /// What runs.
    deadlines: Vec<DeadlineBody>,
    /// What the caller may do.
    actions: Vec<ActionBody>,
}

/// A refund application.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeApplication)]
struct ApplicationBody {
    /// What is claimed to be wrong.
    #[schema(value_type = String, example = "not_as_described")]
    claim: ClaimKind,
    /// How much the merchant asks back.
    #[schema(schema_with = money)]
    amount: Money,
    /// In the merchant's words.
    statement: String,
    /// The merchant keeps the service while asking for money back (N1).
    keeps_service: bool,
    /// The order had been delivered.
    delivered: bool,
    /// What the order itself establishes in the merchant's favour.
    #[schema(value_type = Vec<String>)]
    supported_by: Vec<RuleId>,
    /// When it was made.
    applied_at: DateTime<Utc>,
}

/// Who bears the burden of proof, and by which rule.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeBurdenOfProof)]
struct BurdenBody {
    /// Who must prove.
    #[schema(value_type = String, example = "provider")]
    party: Party,
    /// The rule that says so.
    #[schema(value_type = String, example = "D2.5c")]
    rule: RuleId,
}

/// How many proposals each side has made.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeProposalsMade)]
struct ProposalsMade {
    /// By the provider.
    provider: u16,
    /// By the merchant.
    merchant: u16,
}

/// The proposal on the table.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeStandingProposal)]
struct StandingProposal {
    /// Its id.
    id: Uuid,
    /// Who made it.
    #[schema(value_type = String, example = "provider")]
    by: Side,
    /// What the merchant would get of the order's amount.
    #[schema(schema_with = money)]
    to_merchant: Money,
    /// Until when the other side may accept it; missing while that stands still.
    #[serde(skip_serializing_if = "Option::is_none")]
    reply_by_at: Option<DateTime<Utc>>,
}

/// The negotiation.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeNegotiation)]
struct NegotiationBody {
    /// Whose move it is.
    #[schema(value_type = String, example = "provider")]
    turn: Side,
    /// The provider refused a refund (A7).
    refused: bool,
    /// Whether the window is the long one: `none`, `wanted` or `agreed` (W12).
    extension: &'static str,
    /// Which side wants it, while the other has not agreed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "provider")]
    extension_wanted_by: Option<Side>,
}

/// The platform's work on a case.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeArbitration)]
struct ArbitrationBody {
    /// What brought it here: `provider`, `merchant` or `unanswered`.
    escalated_by: &'static str,
    /// Since when.
    escalated_at: DateTime<Utc>,
    /// Whether an arbitrator works on it.
    assigned: bool,
    /// Who; for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    arbitrator: Option<String>,
    /// A decision waits for a second person; for staff only.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    awaits_second_person: bool,
}

/// What a case brings about.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeOutcome)]
pub(crate) struct OutcomeBody {
    /// Of the order's amount, to the merchant; the rest is the provider's.
    #[schema(schema_with = money)]
    to_merchant: Money,
    /// Beyond the order's amount, owed by the provider to the merchant (D3.1.4).
    #[schema(schema_with = money)]
    compensation: Money,
    /// The use of the service goes on so many seconds longer (D3.1.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    extension_seconds: Option<u64>,
    /// The merchant may download its data (D3.1.4, D3.2.4).
    data_download: bool,
    /// What it rests on, the governing rule first.
    #[schema(value_type = Vec<String>)]
    rules: Vec<RuleId>,
    /// The edition it was made under.
    #[schema(value_type = String, example = "2026-11")]
    edition: EditionId,
    /// When it became so.
    reached_at: DateTime<Utc>,
}

/// The case, as the caller may see it.
pub(crate) fn case(seen: &Seen<'_, Cases>) -> Reply {
    answer(200, seen)
}

/// The case with a new proposal, and where that is.
pub(crate) fn proposed(seen: &Seen<'_, Cases>) -> Reply {
    let made = seen
        .events
        .iter()
        .rev()
        .find_map(|event| if let Event::Proposed { proposal, .. } = event { Some(*proposal) } else { None });
    match made {
        Some(proposal) => answer(201, seen).at(format!("/v1/disputes/{}/proposals/{proposal}", CaseId(seen.id))),
        None => case(seen),
    }
}

/// The case with its decision, and where that is; with the draft where a second person must confirm it.
pub(crate) fn decided(seen: &Seen<'_, Cases>) -> Reply {
    let waits = seen.state.opened().and_then(Opened::bench_seen).is_some_and(|bench| bench.awaiting.is_some());
    if waits {
        return answer(202, seen).at(format!("/v1/disputes/{}/decision/draft", CaseId(seen.id)));
    }
    answer(201, seen).at(format!("/v1/disputes/{}/decision", CaseId(seen.id)))
}

/// Whether the caller sees the names of persons of both sides and of staff.
pub(crate) fn is_staff(party: Party) -> bool {
    Side::of(party).is_none()
}

/// What hangs on the case and is rendered from its state; or why the caller does not see it.
pub(super) fn shown<T: Serialize>(seen: &Seen<'_, Cases>, body: impl FnOnce(&Opened) -> Result<T, Refused>) -> Reply {
    let unknown = || Refused::from(Problem::of(&Refusal::CaseNotFound));
    match seen.state.opened().ok_or_else(unknown).and_then(body) {
        Ok(body) => Reply::json(200, seen.version, &body),
        Err(refused) => Reply::problem(refused.problem()),
    }
}

fn answer(status: u16, seen: &Seen<'_, Cases>) -> Reply {
    match seen.state.opened() {
        Some(case) => Reply::json(status, seen.version, &CaseBody::of(seen, case)),
        None => Reply::problem(&Problem::of(&Refusal::CaseNotFound)),
    }
}

impl CaseBody {
    pub(super) fn of(seen: &Seen<'_, Cases>, case: &Opened) -> Self {
        let opening = &case.opening;
        let (negotiation, arbitration) = match &case.phase {
            Phase::Pending(pending) => match &pending.stage {
                Stage::Negotiation(negotiation) => (Some(negotiation), None),
                Stage::Arbitration(arbitration) => (None, Some(arbitration)),
            },
            Phase::Decided(_) | Phase::Appealed(_) | Phase::Closed(_) => (None, None),
        };
        let (party, rule) = burden(opening.application.claim);
        Self {
            id: CaseId(seen.id),
            order: opening.order,
            provider: opening.provider,
            merchant: opening.merchant,
            category: opening.category,
            amount: opening.amount,
            edition: opening.edition.clone(),
            application: (&opening.application).into(),
            burden_of_proof: BurdenBody { party, rule },
            opened_at: case.opened_at,
            claims: case.claims.clone(),
            stage: case.stage(),
            status: case.status(),
            file: FileBody { entries: case.file.entries, head: case.file.head },
            proposals_made: case.proposals.into(),
            proposal: case.table().map(Into::into),
            negotiation: negotiation.map(Into::into),
            arbitration: arbitration.map(|arbitration| ArbitrationBody::of(arbitration, seen.ctx.party)),
            evidence: case.hearing().map(Into::into),
            suspension: case.suspension().map(Into::into),
            suspension_wanted_by: standing::wanted_by(case),
            appeal: AppealBody::of(case, seen.ctx.party),
            outcome: case.outcome().map(Into::into),
            consequences: case.caused.iter().map(Into::into).collect(),
            deadlines: deadlines::<Cases>(seen.state),
            actions: actions(seen),
        }
    }
}

impl From<&Application> for ApplicationBody {
    fn from(application: &Application) -> Self {
        Self {
            claim: application.claim,
            amount: application.amount,
            statement: application.statement.clone(),
            keeps_service: application.keeps_service,
            delivered: application.delivered,
            supported_by: application.supported_by.clone(),
            applied_at: application.applied_at,
        }
    }
}

impl From<ProposalCounts> for ProposalsMade {
    fn from(counts: ProposalCounts) -> Self {
        Self { provider: counts.provider, merchant: counts.merchant }
    }
}

impl From<&Proposal> for StandingProposal {
    fn from(proposal: &Proposal) -> Self {
        let reply_by_at = match proposal.reply_by {
            Due::At(at) => Some(at),
            Due::Paused { .. } => None,
        };
        Self { id: proposal.id, by: proposal.by, to_merchant: proposal.to_merchant, reply_by_at }
    }
}

impl From<&Negotiation> for NegotiationBody {
    fn from(negotiation: &Negotiation) -> Self {
        let (extension, extension_wanted_by) = match negotiation.extension {
            Extension::None => ("none", None),
            Extension::WantedBy(side) => ("wanted", Some(side)),
            Extension::Agreed => ("agreed", None),
        };
        Self { turn: negotiation.turn, refused: negotiation.refused, extension, extension_wanted_by }
    }
}

impl ArbitrationBody {
    fn of(arbitration: &Arbitration, party: Party) -> Self {
        let arbitrator = arbitration.bench.seat.as_ref().map(|seat| seat.arbitrator.clone());
        Self {
            escalated_by: arbitration.escalated.into(),
            escalated_at: arbitration.bench.since,
            assigned: arbitrator.is_some(),
            arbitrator: arbitrator.filter(|_| is_staff(party)),
            awaits_second_person: is_staff(party) && arbitration.bench.awaiting.is_some(),
        }
    }
}

impl From<&Outcome> for OutcomeBody {
    fn from(outcome: &Outcome) -> Self {
        Self {
            to_merchant: outcome.to_merchant,
            compensation: outcome.compensation,
            extension_seconds: outcome.extension_seconds,
            data_download: outcome.data_download,
            rules: outcome.rules.clone(),
            edition: outcome.edition.clone(),
            reached_at: outcome.at,
        }
    }
}
