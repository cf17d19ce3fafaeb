//! Who calls, and what their lists filter by.
use crate::{Refused, auth::Verifier};
use actix_web::dev::Payload;
use actix_web::http::header;
use actix_web::{FromRequest, HttpMessage, HttpRequest, web};
use kernel::{Actor, MerchantId, Org, ProviderId, Role};
use std::collections::BTreeSet;
use std::future::{Ready, ready};

/// The authenticated caller. 401 without a valid token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caller(pub Actor);

impl Caller {
    /// Refuses whoever has none of these roles (403). For what belongs to no aggregate; aggregates have `relation`.
    pub fn must_be(&self, roles: &[Role]) -> Result<(), Refused> {
        if roles.iter().any(|role| self.0.has(*role)) {
            return Ok(());
        }
        let names: Vec<_> = roles.iter().map(ToString::to_string).collect();
        Err(Refused::new(403, "role_required", format!("this is for {} only", names.join(", "))))
    }
}

impl FromRequest for Caller {
    type Error = Refused;
    type Future = Ready<Result<Self, Refused>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(actor(req).map(Self))
    }
}

/// The caller's token, checked once per request.
pub(crate) fn actor(req: &HttpRequest) -> Result<Actor, Refused> {
    if let Some(Caller(actor)) = req.extensions().get::<Caller>() {
        return Ok(actor.clone());
    }
    let verifier = req.app_data::<web::Data<Verifier>>().ok_or_else(|| {
        tracing::error!("the app has no verifier");
        Refused::internal()
    })?;
    let token = req
        .headers()
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok()?.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token.trim())
        .ok_or_else(|| Refused::new(401, "token_missing", "a bearer token is needed"))?;
    let actor = verifier.verify(token)?;
    req.extensions_mut().insert(Caller(actor.clone()));
    Ok(actor)
}

/// What a query must filter by. Every query takes one, and only the extractor can make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope(Sees);

/// What the caller may see at all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sees {
    /// What belongs to this provider.
    Provider(ProviderId),
    /// What belongs to this merchant.
    Merchant(MerchantId),
    /// What is the business of staff with these roles; never empty.
    Staff(BTreeSet<Role>),
}

impl Scope {
    /// What the caller may see.
    pub fn sees(&self) -> &Sees {
        &self.0
    }
}

impl FromRequest for Scope {
    type Error = Refused;
    type Future = Ready<Result<Self, Refused>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(actor(req).map(|actor| {
            Self(match actor.org {
                Some(Org::Provider(id)) => Sees::Provider(id),
                Some(Org::Merchant(id)) => Sees::Merchant(id),
                None => Sees::Staff(actor.roles),
            })
        }))
    }
}
