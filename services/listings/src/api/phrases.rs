//! False positives: a moderator proposes the phrase in which the words are innocent, another one decides; any of them
//! takes it back.
use crate::host::{AllowPhraseHost, ListingHost};
use crate::phrases::{self, PhraseLine};
use crate::queries::After;
use actix_web::web::{Data, Json};
use actix_web::{get, post};
use chrono::{DateTime, Utc};
use engine::look::{query, stored};
use engine::{Door, Reply, Seen};
use kernel::{AllowPhraseId, Decision, ListingId, Machine, RevisionId, Role, RuleId};
use listings_domain::allow_phrase::{AllowPhrases, Command, Proposal, Ruling};
use rulebook::listings::Language;
use serde::{Deserialize, Serialize};
use strum::IntoStaticStr;
use utoipa::{IntoParams, ToSchema};
use web::body::{ActionBody, actions};
use web::{Answer, Call, Caller, Filter, Id, Look, Page, PageQuery, Refused, Strict};

/// A phrase in which the words found are innocent.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = FalsePositive)]
pub(crate) struct FalsePositiveBody {
    /// Stands in the field that the finding points at, and says more than the words found; at most 100 characters.
    phrase: String,
    /// The language of the phrase: `any`, `en`, `zh`, `es`, `it` or `ru`.
    #[schema(value_type = String, example = "en")]
    language: Language,
    /// For the second moderator to read; 1–2,000 characters.
    reasons: String,
}

/// Why an allow-phrase is decided so.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = AllowPhraseReasons)]
pub(crate) struct ReasonsBody {
    /// 1–2,000 characters.
    reasons: String,
}

/// An allow-phrase.
#[derive(Serialize, ToSchema)]
#[schema(as = AllowPhrase)]
pub(crate) struct PhraseBody {
    /// Its id.
    #[schema(value_type = String, example = "alw_01h455vb4pex5vsknk084sn02q")]
    id: AllowPhraseId,
    /// `proposed`, `approved`, `declined` or `taken_back`.
    status: String,
    /// The list whose terms are innocent in it.
    list: String,
    /// Its language.
    language: String,
    /// The phrase.
    phrase: String,
    /// The listing in which the finding was called false.
    #[schema(value_type = String, example = "lst_01h455vb4pex5vsknk084sn02q")]
    listing: ListingId,
    /// The revision.
    #[schema(value_type = String, example = "rev_01h455vb4pex5vsknk084sn02q")]
    revision: RevisionId,
    /// The finding's place in the screening, from 0.
    finding: u32,
    /// The rule that the finding rests on.
    #[schema(example = "M4.2.c.2")]
    rule: String,
    /// The words that were found.
    words: String,
    /// Why it was proposed.
    reasons: String,
    /// By whom.
    proposed_by: String,
    /// When.
    proposed_at: DateTime<Utc>,
    /// How it was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision: Option<PhraseDecision>,
    /// How it was taken back, once approved.
    #[serde(skip_serializing_if = "Option::is_none")]
    taken_back: Option<PhraseDecision>,
    /// What the caller may do; not in lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    actions: Option<Vec<ActionBody>>,
}

/// How an allow-phrase was decided, or taken back.
#[derive(Serialize, ToSchema)]
#[schema(as = AllowPhraseDecision)]
struct PhraseDecision {
    /// By whom.
    by: String,
    /// When.
    at: DateTime<Utc>,
    /// The rules it rests on.
    #[schema(value_type = Vec<String>)]
    rules: Vec<RuleId>,
    /// Why.
    reasons: String,
}

impl PhraseDecision {
    fn of((Decision { by, rules, reasons, .. }, at): (Decision, DateTime<Utc>)) -> Self {
        Self { by, at, rules, reasons }
    }

    fn of_state(ruling: &Ruling) -> Self {
        Self::of((ruling.decision.clone(), ruling.at))
    }
}

impl PhraseBody {
    fn listed(line: PhraseLine) -> Result<Self, Refused> {
        let decision = line.decision.as_deref().map(stored::<Decision>).transpose()?;
        let taken_back = line.taken_back.as_deref().map(stored::<Decision>).transpose()?;
        Ok(Self {
            id: AllowPhraseId(line.id),
            status: line.status,
            list: line.list,
            language: line.language,
            phrase: line.phrase,
            listing: ListingId(line.listing),
            revision: RevisionId(line.revision),
            finding: line.finding.unsigned_abs(),
            rule: line.rule,
            words: line.words,
            reasons: line.reasons,
            proposed_by: line.proposed_by,
            proposed_at: line.proposed_at,
            decision: decision.zip(line.decided_at).map(PhraseDecision::of),
            taken_back: taken_back.zip(line.taken_back_at).map(PhraseDecision::of),
            actions: None,
        })
    }
}

fn shown(seen: &Seen<'_, AllowPhrases>) -> Reply {
    with_status(200, seen)
}

fn proposed(seen: &Seen<'_, AllowPhrases>) -> Reply {
    with_status(201, seen).at(format!("/v1/allow-phrases/{}", AllowPhraseId(seen.id)))
}

fn with_status(status: u16, seen: &Seen<'_, AllowPhrases>) -> Reply {
    let Some(proposal) = seen.state.proposal().cloned() else {
        return Reply::problem(Refused::not_found().problem());
    };
    let Proposal { list, language, phrase, origin, reasons, by, at } = proposal;
    let body = PhraseBody {
        id: AllowPhraseId(seen.id),
        status: AllowPhrases::status(seen.state).to_owned(),
        list,
        language: language.to_string(),
        phrase,
        listing: origin.listing,
        revision: origin.revision,
        finding: origin.finding,
        rule: origin.rule.to_string(),
        words: origin.words,
        reasons,
        proposed_by: by,
        proposed_at: at,
        decision: seen.state.decided().map(PhraseDecision::of_state),
        taken_back: seen.state.taken_back().map(PhraseDecision::of_state),
        actions: Some(actions(seen)),
    };
    Reply::json(status, seen.version, &body)
}

/// Calls a finding false: proposes the phrase in which its words are innocent.
///
/// The finding stands until a second moderator approves the phrase; then every screening reads it so.
#[utoipa::path(
    request_body = FalsePositiveBody,
    responses((status = 201, description = "The proposed phrase; Location is where it is.", body = PhraseBody))
)]
#[post("/v1/listings/{id}/revisions/{revision}/findings/{n}/false-positive")]
pub(crate) async fn false_positive(
    call: Call<AllowPhraseHost>,
    look: Look<ListingHost>,
    Id((listing, revision, finding)): Id<(ListingId, RevisionId, u32)>,
    Strict(body): Strict<FalsePositiveBody>,
) -> Result<Answer, Refused> {
    look.door().relation(listing.0, look.actor()).await?;
    if !look.actor().has(Role::Moderator) {
        return Err(Refused::new(403, "role_required", "this is for moderator only"));
    }
    let id = call.new_id();
    let FalsePositiveBody { phrase, language, reasons } = body;
    let command = Command::Propose { listing, revision, finding, language, phrase, reasons };
    Ok(call.to(id).send(command, proposed).await)
}

/// What a list of allow-phrases filters by.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct PhraseFilter {
    /// `proposed`, `approved`, `declined` or `taken_back`.
    #[param(value_type = Option<String>)]
    status: Option<PhraseStatus>,
}

#[derive(Clone, Copy, Deserialize, IntoStaticStr)]
#[serde(rename_all = "snake_case")]
#[strum(serialize_all = "snake_case")]
enum PhraseStatus {
    Proposed,
    Approved,
    Declined,
    TakenBack,
}

/// Allow-phrases, newest first.
#[utoipa::path(
    params(PageQuery, PhraseFilter),
    responses((status = 200, description = "A page of allow-phrases.", body = Page<PhraseBody>))
)]
#[get("/v1/allow-phrases")]
pub(crate) async fn allow_phrases(
    caller: Caller,
    page: PageQuery,
    Filter(filter): Filter<PhraseFilter>,
    door: Data<Door<AllowPhraseHost>>,
) -> Result<Json<Page<PhraseBody>>, Refused> {
    caller.must_be(&[Role::Moderator, Role::Operator])?;
    let (after, rows): (After, i64) = (page.after()?, page.rows());
    let status = filter.status.map(<&'static str>::from);
    let lines = query(door.readers(), move |conn| phrases::newest(conn, status, after, rows)).await?;
    let page = page.cut(lines, |line| (line.proposed_at, line.id), PhraseBody::listed);
    let items = page.items.into_iter().collect::<Result<_, _>>()?;
    Ok(Json(Page { items, next_cursor: page.next_cursor }))
}

/// One allow-phrase.
#[utoipa::path(responses((status = 200, description = "The allow-phrase.", body = PhraseBody)))]
#[get("/v1/allow-phrases/{id}")]
pub(crate) async fn allow_phrase(look: Look<AllowPhraseHost>, Id(id): Id<AllowPhraseId>) -> Answer {
    look.at(id.0, shown).await
}

/// Lets the phrase join the list; never by whoever proposed it.
#[utoipa::path(
    request_body = ReasonsBody,
    responses((status = 200, description = "The allow-phrase.", body = PhraseBody))
)]
#[post("/v1/allow-phrases/{id}/approve")]
pub(crate) async fn approve_phrase(
    call: Call<AllowPhraseHost>,
    Id(id): Id<AllowPhraseId>,
    Strict(body): Strict<ReasonsBody>,
) -> Answer {
    call.to(id.0).send(Command::Approve { reasons: body.reasons }, shown).await
}

/// Refuses the phrase; never by whoever proposed it.
#[utoipa::path(
    request_body = ReasonsBody,
    responses((status = 200, description = "The allow-phrase.", body = PhraseBody))
)]
#[post("/v1/allow-phrases/{id}/decline")]
pub(crate) async fn decline_phrase(
    call: Call<AllowPhraseHost>,
    Id(id): Id<AllowPhraseId>,
    Strict(body): Strict<ReasonsBody>,
) -> Answer {
    call.to(id.0).send(Command::Decline { reasons: body.reasons }, shown).await
}

/// Takes an approved phrase back: it excuses nothing from the next screening on.
///
/// No second moderator is needed to be stricter. What was let pass meanwhile stays as it is.
#[utoipa::path(
    request_body = ReasonsBody,
    responses((status = 200, description = "The allow-phrase.", body = PhraseBody))
)]
#[post("/v1/allow-phrases/{id}/take-back")]
pub(crate) async fn take_back_phrase(
    call: Call<AllowPhraseHost>,
    Id(id): Id<AllowPhraseId>,
    Strict(body): Strict<ReasonsBody>,
) -> Answer {
    call.to(id.0).send(Command::TakeBack { reasons: body.reasons }, shown).await
}
