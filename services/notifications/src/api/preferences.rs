//! How the caller's organisation wants to be addressed.
use crate::host::PreferenceHost;
use crate::queries;
use actix_web::web::Json;
use actix_web::{get, put};
use chrono::{DateTime, Utc};
use engine::{Reply, Seen};
use kernel::{Actor, Org, Problem};
use notifications_domain::Language;
use notifications_domain::preferences::{Chosen, Command, Preference, Preferences, Refusal, id_of};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use web::{Answer, Call, Look, Refused, Strict};

/// How an organisation wants to be addressed.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NotificationPreferencesDraft {
    /// The language of its notices: `en` or `zh`.
    #[schema(value_type = String, example = "zh")]
    language: Language,
    /// Where its notices are mailed to; missing or null: nowhere, they stand in the inbox only.
    #[serde(default)]
    #[schema(example = "shop@example.com", max_length = 254)]
    email: Option<String>,
}

/// How an organisation is addressed.
#[derive(Serialize, ToSchema)]
pub(crate) struct NotificationPreferencesBody {
    /// Whose.
    #[schema(value_type = String, example = "mer_01h455vb4pex5vsknk084sn02q")]
    org: Org,
    /// The language of its notices.
    #[schema(value_type = String, example = "en")]
    language: String,
    /// Where its notices are mailed to.
    email: Option<String>,
    /// Since when; missing while nothing was chosen.
    #[serde(skip_serializing_if = "Option::is_none")]
    chosen_at: Option<DateTime<Utc>>,
}

/// How the caller's organisation is addressed; the defaults, where nothing was chosen.
#[utoipa::path(
    responses((status = 200, description = "The preferences.", body = NotificationPreferencesBody))
)]
#[get("/v1/notification-preferences")]
pub(crate) async fn show(look: Look<PreferenceHost>) -> Result<Json<NotificationPreferencesBody>, Refused> {
    let org = org(look.actor())?;
    let chosen = queries::preferences(look.door().readers(), id_of(org)).await?;
    Ok(Json(match chosen {
        Some(line) => NotificationPreferencesBody {
            org,
            language: line.language,
            email: line.email,
            chosen_at: Some(line.chosen_at),
        },
        None => {
            NotificationPreferencesBody { org, language: Language::default().to_string(), email: None, chosen_at: None }
        }
    }))
}

/// Chooses how the caller's organisation is addressed, all of it at once. It holds for the notices to come.
#[utoipa::path(
    params(("Idempotency-Key" = String, Header, description = "As for commands by POST.")),
    request_body = NotificationPreferencesDraft,
    responses((status = 200, description = "The preferences.", body = NotificationPreferencesBody))
)]
#[put("/v1/notification-preferences")]
pub(crate) async fn choose(call: Call<PreferenceHost>, Strict(body): Strict<NotificationPreferencesDraft>) -> Answer {
    let id = match org(call.actor()) {
        Ok(org) => id_of(org),
        Err(refused) => return Answer(Ok(Reply::problem(refused.problem()))),
    };
    call.to(id).send(Command::Choose { language: body.language, email: body.email }, preferences).await
}

fn org(actor: &Actor) -> Result<Org, Refused> {
    actor.org.ok_or_else(|| Problem::of(&Refusal::NotYours).into())
}

fn preferences(seen: &Seen<'_, Preferences>) -> Reply {
    match seen.state {
        Preference::Absent => Reply::problem(&Problem::of(&Refusal::NotYours)),
        Preference::Chosen(Chosen { org, language, email, at }) => {
            let (language, email) = (language.to_string(), email.clone());
            let body = NotificationPreferencesBody { org: *org, language, email, chosen_at: Some(*at) };
            Reply::json(200, seen.version, &body)
        }
    }
}
