//! What follows by rule: the recommended outcome beside the draft, and a decision computed again from its record.
use super::case::shown;
use super::file::must_be_staff;
use crate::host::CaseHost;
use crate::queries::rulings;
use actix_web::web::{Data, Json};
use actix_web::{get, post};
use disputes_domain::adjudication::Recommendation;
use disputes_domain::record::Difference;
use disputes_domain::{Cases, Replay, replay};
use engine::{Reply, Seen};
use kernel::{CaseId, EditionId};
use rulebook::Rulebook;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Answer, Id, Look, Nothing, Refused, Strict};

/// What follows by rule from what was found so far.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeRecommendation)]
pub(crate) struct RecommendationBody {
    /// The edition whose standards were applied.
    #[schema(value_type = String, example = "2026-11")]
    edition: EditionId,
    /// The outcome to the minor unit, the articles that applied, were considered, prevailed; what is open. Its schema is
    /// that of `guildhall rules schema adjudicate`.
    #[schema(value_type = Object)]
    recommendation: Recommendation,
}

/// What a replay found.
#[derive(Serialize, ToSchema)]
#[schema(as = DisputeReplay)]
pub(crate) struct ReplayBody {
    /// The decision.
    decision: Uuid,
    /// The same facts under the pinned edition yield the same outcome for the same reasons.
    equal: bool,
    /// The edition that was pinned.
    #[schema(value_type = String, example = "2026-11")]
    edition: EditionId,
    /// The edition has still the hash that the record names.
    edition_unchanged: bool,
    /// Where it differs: the field, what is stored, what was computed.
    #[schema(value_type = Vec<Object>)]
    differences: Vec<Difference>,
}

/// What follows by rule from the findings so far. For staff.
#[utoipa::path(tag = "disputes", responses((status = 200, description = "The recommended outcome.", body = RecommendationBody)))]
#[get("/v1/disputes/{case}/recommendation")]
pub(crate) async fn recommendation(look: Look<CaseHost>, Id(id): Id<CaseId>) -> Answer {
    look.at(id.0, recommended).await
}

fn recommended(seen: &Seen<'_, Cases>) -> Reply {
    shown(seen, |case| {
        must_be_staff(seen.ctx.party)?;
        let edition = case.opening.edition.clone();
        Ok(RecommendationBody { edition, recommendation: case.recommendation(&seen.ctx.rules.standards) })
    })
}

/// Computes a decision again from its record, under the edition it was made under. Changes nothing.
#[utoipa::path(tag = "disputes", responses((status = 200, description = "Equal, or where it differs.", body = ReplayBody)))]
#[post("/v1/decisions/{decision}/replay")]
pub(crate) async fn replay_decision(
    look: Look<CaseHost>,
    Id(id): Id<Uuid>,
    rulebook: Data<Rulebook>,
    _: Strict<Nothing>,
) -> Result<Json<ReplayBody>, Refused> {
    let row = rulings::decision(look.door().readers(), id).await?;
    look.door().relation(row.case_id, look.actor()).await?;
    let record = row.record()?;
    let edition = rulebook.get(&record.edition).ok_or_else(|| {
        tracing::error!(edition = %record.edition, "the edition of a decision is not installed");
        Refused::internal()
    })?;
    let differences = match replay(&record, &edition.disputes.standards) {
        Replay::Same => vec![],
        Replay::Differs { differences } => differences,
    };
    Ok(Json(ReplayBody {
        decision: id,
        equal: differences.is_empty(),
        edition_unchanged: record.edition_hash == edition.hash,
        edition: record.edition,
        differences,
    }))
}
