//! `/healthz` (the process lives), `/readyz` (it can commit), `/metrics`.
use crate::telemetry;
use actix_web::web::{Data, ServiceConfig, get};
use actix_web::{HttpResponse, Responder};
use engine::connect::Readers;
use serde::Serialize;

/// What is asked before the answer is "ready".
pub(crate) struct Probes {
    /// One pool per served context.
    pub contexts: Vec<(&'static str, Readers)>,
}

pub(crate) fn routes(config: &mut ServiceConfig) {
    config.route("/healthz", get().to(healthz)).route("/readyz", get().to(readyz)).route("/metrics", get().to(metrics));
}

#[derive(Serialize)]
struct Readiness {
    ready: bool,
    contexts: Vec<Context>,
}

#[derive(Serialize)]
struct Context {
    context: &'static str,
    database: bool,
}

async fn healthz() -> impl Responder {
    HttpResponse::Ok().content_type("text/plain").body("ok\n")
}

/// RabbitMQ and Redis may be away: commands commit all the same, so only the databases count.
async fn readyz(probes: Data<Probes>) -> impl Responder {
    let asked = probes.contexts.clone();
    let contexts = tokio::task::spawn_blocking(move || {
        asked.into_iter().map(|(context, pool)| Context { context, database: answers(&pool) }).collect::<Vec<_>>()
    })
    .await
    .unwrap_or_default();
    let ready = !contexts.is_empty() && contexts.iter().all(|context| context.database);
    let mut response = if ready { HttpResponse::Ok() } else { HttpResponse::ServiceUnavailable() };
    response.json(Readiness { ready, contexts })
}

fn answers(pool: &Readers) -> bool {
    pool.get().is_ok_and(|mut conn| engine::clock::now(&mut conn).is_ok())
}

async fn metrics(probes: Data<Probes>) -> impl Responder {
    for (context, pool) in &probes.contexts {
        let state = pool.state();
        metrics::gauge!("guildhall_pool_connections", "context" => *context).set(f64::from(state.connections));
        metrics::gauge!("guildhall_pool_idle", "context" => *context).set(f64::from(state.idle_connections));
    }
    match telemetry::metrics() {
        Some(handle) => HttpResponse::Ok().content_type("text/plain; version=0.0.4").body(handle.render()),
        None => HttpResponse::ServiceUnavailable().finish(),
    }
}
