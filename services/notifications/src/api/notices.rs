//! The inbox: a list, one notice with its delivery states, and the receipt.
use crate::host::NoticeHost;
use crate::queries::{self, NoticeLine, Which};
use actix_web::web::Json;
use actix_web::{get, post};
use chrono::{DateTime, Utc};
use engine::{Reply, Seen};
use kernel::{CaseId, NoticeId, OrderId, Problem, Role, RuleId};
use notifications_domain::notice::{Attempt, Command, Made, Mail, Notices, Recipient, Refusal, Standing};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use web::body::{ActionBody, DeadlineBody, actions, deadlines};
use web::{Answer, Call, Caller, Filter, Id, Look, Nothing, Page, PageQuery, Refused, Scope, Sees, Strict};

/// Which notices a list shows.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoticeFilter {
    /// To this organisation, or to `platform`: the inbox of the platform's own staff. For arbitrators and operators;
    /// everybody else sees its own.
    #[param(value_type = Option<String>, example = "platform")]
    recipient: Option<Recipient>,
    /// About this order.
    order: Option<OrderId>,
    /// About this case.
    case: Option<CaseId>,
    /// Of this kind: `order_delivered`, `dispute_opened`, …
    kind: Option<String>,
    /// Unread ones, or read ones.
    unread: Option<bool>,
}

/// A notice in a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct NoticeListed {
    /// Its id.
    id: NoticeId,
    /// Who is told.
    #[schema(value_type = String, example = "mer_01h455vb4pex5vsknk084sn02q")]
    recipient: String,
    /// What it says.
    kind: String,
    /// The order it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<OrderId>,
    /// The case it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<CaseId>,
    /// The language it is written in.
    language: String,
    /// In one line.
    subject: String,
    /// `sent`, `delivered` or `read`.
    status: String,
    /// When it was put into the inbox.
    made_at: DateTime<Utc>,
    /// When it was served (D1.1.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    served_at: Option<DateTime<Utc>>,
    /// When it was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    read_at: Option<DateTime<Utc>>,
    /// Its e-mail: `queued`, `sent` or `failed`; missing where the recipient has no address.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<String>,
}

/// A notice.
#[derive(Serialize, ToSchema)]
pub(crate) struct NoticeBody {
    /// Its id.
    id: NoticeId,
    /// Who is told.
    #[schema(value_type = String, example = "mer_01h455vb4pex5vsknk084sn02q")]
    recipient: Recipient,
    /// What it says: `order_delivered`, `dispute_opened`, …
    kind: String,
    /// The fact it tells of.
    #[schema(example = "orders.order.delivered")]
    fact: String,
    /// When that was.
    fact_at: DateTime<Utc>,
    /// The order it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    order: Option<OrderId>,
    /// The case it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    case: Option<CaseId>,
    /// What it rests on, the governing rule first.
    rules: Vec<RuleId>,
    /// The language it is written in.
    language: &'static str,
    /// In one line.
    subject: String,
    /// In full.
    text: String,
    /// SHA-256 over subject, an empty line, and text.
    content_hash: String,
    /// `sent` while it stands in the inbox without counting as delivered yet, `delivered`, `read`.
    status: &'static str,
    /// Once it counts as delivered (D1.1.3).
    #[serde(skip_serializing_if = "Option::is_none")]
    served: Option<NoticeServedBody>,
    /// Each way it took, and how it stands there.
    channels: Vec<NoticeChannelBody>,
    /// What runs.
    deadlines: Vec<DeadlineBody>,
    /// What the caller may do.
    actions: Vec<ActionBody>,
}

/// That and how a notice was delivered.
#[derive(Serialize, ToSchema)]
struct NoticeServedBody {
    /// `inbox`, `read`, `email`, or `fallback`: it stood in the inbox for as long as the rulebook asks.
    by: &'static str,
    /// When.
    at: DateTime<Utc>,
    /// What it rests on.
    rules: Vec<RuleId>,
}

/// A way that a notice took.
#[derive(Serialize, ToSchema)]
struct NoticeChannelBody {
    /// `inbox` or `email`.
    channel: &'static str,
    /// `queued`, `sent`, `delivered`, `read` or `failed`.
    state: &'static str,
    /// Since when.
    at: DateTime<Utc>,
    /// The address, for e-mail.
    #[serde(skip_serializing_if = "Option::is_none")]
    address: Option<String>,
    /// What was tried, in order; for e-mail.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    attempts: Vec<MailAttemptBody>,
    /// When the next attempt is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_try_at: Option<DateTime<Utc>>,
}

/// An attempt to hand an e-mail over.
#[derive(Serialize, ToSchema)]
struct MailAttemptBody {
    /// Which, from 1.
    number: u32,
    /// `accepted`, `deferred` or `refused`.
    outcome: &'static str,
    /// What the mail server said.
    said: String,
    /// When.
    at: DateTime<Utc>,
}

/// Notices, newest first: an organisation's own; to arbitrators and operators all, the platform's own among them.
#[utoipa::path(
    params(PageQuery, NoticeFilter),
    responses((status = 200, description = "A page of notices.", body = Page<NoticeListed>))
)]
#[get("/v1/notices")]
pub(crate) async fn list(
    look: Look<NoticeHost>,
    scope: Scope,
    Filter(filter): Filter<NoticeFilter>,
    page: PageQuery,
) -> Result<Json<Page<NoticeListed>>, Refused> {
    let recipient = match scope.sees() {
        Sees::Provider(id) => Some(id.to_string()),
        Sees::Merchant(id) => Some(id.to_string()),
        Sees::Staff(_) => {
            Caller(look.actor().clone()).must_be(&[Role::Arbitrator, Role::Operator])?;
            filter.recipient.map(|recipient| recipient.to_string())
        }
    };
    let which = Which {
        recipient,
        order: filter.order.map(|order| order.0),
        case: filter.case.map(|case| case.0),
        kind: filter.kind,
        unread: filter.unread,
    };
    let rows = queries::notices(look.door().readers(), which, page.after()?, page.rows()).await?;
    Ok(Json(page.cut(rows, |row| (row.made_at, row.id), listed)))
}

/// One notice.
#[utoipa::path(responses((status = 200, description = "The notice.", body = NoticeBody)))]
#[get("/v1/notices/{notice}")]
pub(crate) async fn show(look: Look<NoticeHost>, Id(id): Id<NoticeId>) -> Answer {
    look.at(id.0, notice).await
}

/// The recipient says that it was read: the receipt (D1.1.3).
#[utoipa::path(responses((status = 200, description = "The notice.", body = NoticeBody)))]
#[post("/v1/notices/{notice}/read")]
pub(crate) async fn read(call: Call<NoticeHost>, Id(id): Id<NoticeId>, _: Strict<Nothing>) -> Answer {
    call.to(id.0).send(Command::Read, notice).await
}

fn notice(seen: &Seen<'_, Notices>) -> Reply {
    match seen.state.made() {
        Some(made) => Reply::json(200, seen.version, &NoticeBody::of(seen, made)),
        None => Reply::problem(&Problem::of(&Refusal::NotFound)),
    }
}

fn listed(row: NoticeLine) -> NoticeListed {
    NoticeListed {
        id: NoticeId(row.id),
        recipient: row.recipient,
        kind: row.kind,
        order: row.order_id.map(OrderId),
        case: row.case_id.map(CaseId),
        language: row.language,
        subject: row.subject,
        status: row.status,
        made_at: row.made_at,
        served_at: row.served_at,
        read_at: row.read_at,
        email: row.email,
    }
}

impl NoticeBody {
    fn of(seen: &Seen<'_, Notices>, made: &Made) -> Self {
        let about = &made.about;
        Self {
            id: NoticeId(seen.id),
            recipient: made.recipient,
            kind: about.kind.clone(),
            fact: about.fact.clone(),
            fact_at: about.at,
            order: about.order,
            case: about.case,
            rules: made.rules.clone(),
            language: made.language.into(),
            subject: made.subject.clone(),
            text: made.text.clone(),
            content_hash: made.content_hash.clone(),
            status: made.status(),
            served: made.served.as_ref().map(|served| NoticeServedBody {
                by: served.by.into(),
                at: served.at,
                rules: served.rules.clone(),
            }),
            channels: [NoticeChannelBody::inbox(made)].into_iter().chain(made.mail.as_ref().map(Into::into)).collect(),
            deadlines: deadlines::<Notices>(seen.state),
            actions: actions(seen),
        }
    }
}

impl NoticeChannelBody {
    fn inbox(made: &Made) -> Self {
        let served_at = made.served.as_ref().map(|served| served.at);
        let at = made.read_at.or(served_at).unwrap_or(made.made_at);
        Self { channel: "inbox", state: made.status(), at, address: None, attempts: vec![], next_try_at: None }
    }
}

impl From<&Mail> for NoticeChannelBody {
    fn from(mail: &Mail) -> Self {
        let last = mail.attempts.last().map(|attempt| attempt.at);
        let (at, next_try_at) = match mail.standing {
            Standing::Queued { next_try_at } => (last.unwrap_or(next_try_at), Some(next_try_at)),
            Standing::Sent { at } | Standing::Failed { at } => (at, None),
        };
        Self {
            channel: "email",
            state: mail.standing.status(),
            at,
            address: Some(mail.address.clone()),
            attempts: mail.attempts.iter().map(Into::into).collect(),
            next_try_at,
        }
    }
}

impl From<&Attempt> for MailAttemptBody {
    fn from(attempt: &Attempt) -> Self {
        Self { number: attempt.number, outcome: attempt.outcome.into(), said: attempt.said.clone(), at: attempt.at }
    }
}
