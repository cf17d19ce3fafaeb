//! Where the payment gateway calls back. Public: the signature says who calls.
use crate::signature::{HEADER, Secret, verify};
use crate::worker::{Desk, Unheard};
use actix_web::web::{Bytes, Data};
use actix_web::{HttpRequest, HttpResponse, post};
use chrono::Utc;
use kernel::Money;
use serde::Serialize;
use settlement_domain::Callback;
use utoipa::ToSchema;
use uuid::Uuid;
use web::Refused;

/// How a request of ours ended.
#[derive(Serialize, ToSchema)]
pub(crate) struct GatewayCallback {
    /// The key of the request.
    key: Uuid,
    /// The amount it was about.
    amount: Money,
    /// The gateway's own reference.
    reference: Option<String>,
    /// `accepted`, `succeeded`, `failed` or `unknown`.
    #[schema(example = "succeeded")]
    outcome: String,
    /// Why it failed.
    code: Option<String>,
}

/// Takes a callback of the payment gateway, as often as it comes.
#[utoipa::path(
    request_body = GatewayCallback,
    params(("Gateway-Signature" = String, Header, description =
        "t=<unix seconds>,v1=<hex of HMAC-SHA-256(secret, \"<t>.<body>\")>, at most five minutes old.")),
    responses(
        (status = 204, description = "Taken, now or before."),
        (status = 401, description = "Not signed by the gateway."),
    ),
    security(()),
    extensions(("x-command" = json!(false))),
)]
#[post("/v1/gateway-callbacks")]
pub(crate) async fn receive(
    req: HttpRequest,
    body: Bytes,
    secret: Data<Secret>,
    desk: Data<Desk>,
) -> Result<HttpResponse, Refused> {
    let header = req.headers().get(HEADER).and_then(|value| value.to_str().ok()).unwrap_or_default();
    verify(&secret, header, &body, Utc::now().timestamp()).map_err(|_| {
        Refused::new(401, "callback_not_signed", "the callback is not signed by the gateway, or too old")
    })?;
    let callback: Callback = serde_json::from_slice(&body)
        .map_err(|error| Refused::new(422, "callback_malformed", format!("the callback cannot be read: {error}")))?;
    desk.called_back(callback).await.map_err(refused)?;
    Ok(HttpResponse::NoContent().finish())
}

fn refused(unheard: Unheard) -> Refused {
    match unheard {
        Unheard::UnknownKey => Refused::new(404, "callback_unknown", "nothing was asked of the gateway under this key"),
        Unheard::OtherAmount => {
            Refused::new(422, "callback_amount_mismatch", "another amount was asked for under this key").at("amount")
        }
        Unheard::Fault(fault) => fault.into(),
    }
}
