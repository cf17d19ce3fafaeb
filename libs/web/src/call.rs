//! What a handler holds in its hands: a [`Call`] for a command, a [`Look`] for a GET.
//!
//! A command's request must carry `Idempotency-Key` and may carry `If-Match` and `traceparent`; all of it is read here,
//! so that a handler only names the aggregate, the command and how the answer is rendered.
use crate::payload::{body, fingerprint};
use crate::trace::Trace;
use crate::{Answer, Refused, caller};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpRequest, web};
use engine::engine::Sent;
use engine::{Door, Host, Key, MachineOf, Render};
use futures_util::future::{FutureExt, LocalBoxFuture};
use kernel::{Actor, Machine};
use std::future::{Ready, ready};
use uuid::Uuid;

/// The name of the header.
pub const IDEMPOTENCY_KEY: &str = "Idempotency-Key";
/// The longest idempotency key.
const LONGEST_KEY: usize = 200;

/// A command on its way to the machines of `H`. The app must hold `web::Data<Door<H>>`.
///
/// 401; 400 `idempotency_key_missing`, `idempotency_key_malformed`, `if_match_malformed`; 413.
pub struct Call<H: Host> {
    door: Door<H>,
    actor: Actor,
    key: Key,
    expect: Option<i64>,
    trace: Trace,
}

impl<H: Host> Call<H> {
    /// Who calls.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// An id for what this command creates. A repeated request gets another one, and the answer of the first.
    pub fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }

    /// Addresses an aggregate.
    pub fn to(self, id: Uuid) -> Addressed<H> {
        Addressed { call: self, id }
    }
}

/// A call to one aggregate.
pub struct Addressed<H: Host> {
    call: Call<H>,
    id: Uuid,
}

impl<H: Host> Addressed<H> {
    /// Sends the command; the answer is committed when it comes.
    pub async fn send(self, command: <MachineOf<H> as Machine>::Command, render: Render<MachineOf<H>>) -> Answer {
        let Call { door, actor, key, expect, trace } = self.call;
        let correlation = Some(trace.parent().to_owned());
        Answer(door.send(Sent { id: self.id, actor, command, expect, key, correlation, render }).await)
    }
}

impl<H: Host> FromRequest for Call<H> {
    type Error = Refused;
    type Future = LocalBoxFuture<'static, Result<Self, Refused>>;

    fn from_request(req: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let body = body(req, payload);
        let req = req.clone();
        async move {
            let actor = caller::actor(&req)?;
            let door = door::<H>(&req)?;
            let key = idempotency_key(&req)?;
            let expect = if_match(&req)?;
            let fingerprint = fingerprint(&req, &body.await?);
            let key = Key { caller: account(&actor), key, fingerprint };
            Ok(Self { door, actor, key, expect, trace: Trace::of(&req) })
        }
        .boxed_local()
    }
}

/// A look at an aggregate of `H`. The app must hold `web::Data<Door<H>>`.
pub struct Look<H: Host> {
    door: Door<H>,
    actor: Actor,
}

impl<H: Host> Look<H> {
    /// Who looks.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// The door, for what hangs on an aggregate.
    pub fn door(&self) -> &Door<H> {
        &self.door
    }

    /// Renders the aggregate for the caller; 404 for strangers, 304 when `If-None-Match` names its version.
    pub async fn at(self, id: Uuid, render: Render<MachineOf<H>>) -> Answer {
        Answer(self.door.look(id, &self.actor, render).await)
    }
}

impl<H: Host> FromRequest for Look<H> {
    type Error = Refused;
    type Future = Ready<Result<Self, Refused>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(caller::actor(req).and_then(|actor| Ok(Self { door: door::<H>(req)?, actor })))
    }
}

fn door<H: Host>(req: &HttpRequest) -> Result<Door<H>, Refused> {
    req.app_data::<web::Data<Door<H>>>().map(|door| door.get_ref().clone()).ok_or_else(|| {
        tracing::error!(kind = MachineOf::<H>::KIND, "the app has no door to these machines");
        Refused::internal()
    })
}

/// Whose keys: `org/sub`, or `staff/sub`. No organisation's id is `staff`.
fn account(actor: &Actor) -> String {
    match actor.org {
        Some(org) => format!("{org}/{}", actor.sub),
        None => format!("staff/{}", actor.sub),
    }
}

fn idempotency_key(req: &HttpRequest) -> Result<String, Refused> {
    let mut sent = req.headers().get_all(IDEMPOTENCY_KEY);
    let malformed = || {
        let detail = format!("Idempotency-Key must be one value of 1 to {LONGEST_KEY} visible ASCII characters");
        Refused::new(400, "idempotency_key_malformed", detail).at(IDEMPOTENCY_KEY)
    };
    match (sent.next(), sent.next()) {
        (None, _) => {
            let detail = "a command needs an Idempotency-Key, so that a retry is not carried out twice";
            Err(Refused::new(400, "idempotency_key_missing", detail).at(IDEMPOTENCY_KEY))
        }
        (Some(key), None) => match std::str::from_utf8(key.as_bytes()) {
            Ok(key) if (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic()) => {
                Ok(key.to_owned())
            }
            _ => Err(malformed()),
        },
        (Some(_), Some(_)) => Err(malformed()),
    }
}

/// The version that a strong `If-Match` names.
fn if_match(req: &HttpRequest) -> Result<Option<i64>, Refused> {
    let Some(sent) = req.headers().get(header::IF_MATCH) else { return Ok(None) };
    let version = sent.to_str().ok().and_then(version_of);
    version.map(Some).ok_or_else(|| {
        Refused::new(400, "if_match_malformed", "If-Match must be one strong ETag, such as \"7\"").at("If-Match")
    })
}

/// Reads `"7"`.
pub(crate) fn version_of(tag: &str) -> Option<i64> {
    let digits = tag.trim().strip_prefix('"')?.strip_suffix('"')?;
    digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok()).flatten()
}
