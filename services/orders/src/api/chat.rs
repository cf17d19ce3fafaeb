//! The chat on an order: messages as valid vouchers, chained by their hashes. Files are uploaded to the order.
use super::knows_person;
use super::reading::{counted, whole};
use crate::host::{ConversationHost, OrderHost, twin};
use crate::queries::{self, MessageLine};
use actix_web::web::Json;
use actix_web::{get, post};
use chrono::{DateTime, Utc};
use engine::look::stored;
use engine::{Fault, Reply, Seen};
use kernel::{FileId, FileRef, OrderId, Party, Problem};
use orders_domain::conversation::{Command, Conversations, Event, Message, Refusal};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use web::{Answer, Call, Filter, Id, Look, Nothing, Page, PageQuery, Refused, Strict};

/// What is said.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrderMessageDraft {
    /// May be empty where there are files; at most 4,000 characters.
    #[serde(default)]
    text: String,
    /// At most 10 files, uploaded to the order.
    #[serde(default)]
    files: Vec<FileId>,
}

/// A message: a valid voucher (D1.2).
#[derive(Serialize, ToSchema)]
#[schema(as = OrderMessage)]
pub(crate) struct MessageBody {
    /// Its id.
    id: Uuid,
    /// Its place in the chat, from 1.
    number: i64,
    /// Which party wrote it.
    by: String,
    /// Who wrote it; for the same side and for staff only.
    #[serde(skip_serializing_if = "Option::is_none")]
    person: Option<String>,
    /// When.
    sent_at: DateTime<Utc>,
    /// What was said.
    text: String,
    /// What was sent along.
    files: Vec<FileRef>,
    /// Contact details of other chat tools that stand in it.
    contacts: Vec<ContactBody>,
    /// The rules that these offend (M4.2.f.5).
    rules: Vec<String>,
    /// The hash of the message before; of nothing for the first.
    previous: String,
    /// The hash of this one.
    hash: String,
}

/// A contact detail in a message.
#[derive(Serialize, Deserialize, ToSchema)]
#[schema(as = OrderMessageContact)]
struct ContactBody {
    /// `tool`, `email`, `phone`, `link`, or `matter`: dealing off the market, a reward, prohibited goods.
    kind: String,
    /// The rule it offends.
    rule: String,
    /// The tool's name, for a chat tool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    tool: Option<String>,
    /// Where it begins, in characters.
    from: usize,
    /// Where it ends, in characters, not included.
    to: usize,
    /// The characters as written.
    found: String,
    /// What they were read as.
    seen_as: String,
    /// How they were seen: `exact`, `folded`, `separated`, `look_alike`, `account` and others.
    how: String,
    /// How sure it is, 0–1.
    confidence: f64,
}

/// The merchant or the provider says something.
///
/// The chat is opened by the message that the order was placed; whoever writes before it has come may try again.
#[utoipa::path(
    request_body = OrderMessageDraft,
    responses((status = 201, description = "The message; Location says where.", body = MessageBody))
)]
#[post("/v1/orders/{order}/messages")]
pub(crate) async fn send_message(
    call: Call<ConversationHost>,
    look: Look<OrderHost>,
    Id(id): Id<OrderId>,
    Strict(body): Strict<OrderMessageDraft>,
) -> Result<Answer, Refused> {
    let command = Command::SendMessage { id: call.new_id(), text: body.text, files: body.files };
    let answer = call.to(twin(id.0)).send(command, sent).await;
    if answer.0 == Err(Fault::Unknown) {
        look.door().relation(id.0, look.actor()).await?;
        return Err(Refused::new(503, "unavailable", "the chat of this order is being opened"));
    }
    Ok(answer)
}

/// The messages of an order's chat, oldest first.
#[utoipa::path(
    params(PageQuery),
    responses((status = 200, description = "A page of messages.", body = Page<MessageBody>))
)]
#[get("/v1/orders/{order}/messages")]
pub(crate) async fn messages(
    look: Look<OrderHost>,
    Id(id): Id<OrderId>,
    _: Filter<Nothing>,
    page: PageQuery,
) -> Result<Json<Page<MessageBody>>, Refused> {
    let viewer = look.door().relation(id.0, look.actor()).await?;
    let rows = queries::messages(look.door().readers(), id.0, counted(&page)?, page.rows()).await?;
    Ok(Json(whole(page.cut(rows, |row| (row.number, row.id), |row| body(row, viewer)))?))
}

/// One message.
#[utoipa::path(responses((status = 200, description = "The message.", body = MessageBody)))]
#[get("/v1/orders/{order}/messages/{number}")]
pub(crate) async fn message(
    look: Look<OrderHost>,
    Id((id, number)): Id<(OrderId, i64)>,
) -> Result<Json<MessageBody>, Refused> {
    let viewer = look.door().relation(id.0, look.actor()).await?;
    let row = queries::message(look.door().readers(), id.0, number).await?;
    Ok(Json(body(row, viewer)?))
}

fn sent(seen: &Seen<'_, Conversations>) -> Reply {
    let sent = seen.events.iter().rev().find_map(|event| match event {
        Event::MessageSent(it) => Some(it),
        Event::Opened(_) => None,
    });
    let Some(said) = sent else { return Reply::problem(&Problem::of(&Refusal::NotFound)) };
    let location = format!("/v1/orders/{}/messages/{}", OrderId(twin(seen.id)), said.number);
    Reply::json(201, seen.version, &MessageBody::from(said.as_ref())).at(location)
}

/// To whoever wrote it.
impl From<&Message> for MessageBody {
    fn from(said: &Message) -> Self {
        let contact = |it: &orders_domain::conversation::contacts::Contact| ContactBody {
            kind: <&str>::from(it.kind).to_owned(),
            tool: it.tool.clone(),
            from: it.from,
            to: it.to,
            found: it.found.clone(),
            rule: it.rule.to_string(),
            seen_as: it.seen_as.clone(),
            how: it.how.to_string(),
            confidence: it.confidence,
        };
        Self {
            id: said.id,
            number: i64::try_from(said.number).unwrap_or(i64::MAX),
            by: said.by.to_string(),
            person: Some(said.sender.clone()),
            sent_at: said.at,
            text: said.text.clone(),
            files: said.files.clone(),
            contacts: said.contacts.iter().map(contact).collect(),
            rules: said.rules.iter().map(ToString::to_string).collect(),
            previous: said.previous.clone(),
            hash: said.hash.clone(),
        }
    }
}

fn body(row: MessageLine, viewer: Party) -> Result<MessageBody, Fault> {
    Ok(MessageBody {
        id: row.id,
        number: row.number,
        person: Some(row.person).filter(|_| knows_person(viewer, &row.party)),
        by: row.party,
        sent_at: row.at,
        text: row.text,
        files: stored(&row.files)?,
        contacts: stored(&row.contacts)?,
        rules: row.rules,
        previous: row.previous,
        hash: row.hash,
    })
}
