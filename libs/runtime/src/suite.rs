//! Starts services in one process on one port, and stops them so that what is under way finishes.
use crate::health::{self, Probes};
use crate::service::{Built, Loop, Parts, Routes, Service};
use crate::settings::Settings;
use crate::test_clock::{Simulated, TestClock};
use crate::{clock_api, telemetry};
use actix_web::dev::ServerHandle;
use actix_web::middleware::from_fn;
use actix_web::web::Data;
use actix_web::{App, HttpServer};
use broker::Neighbour;
use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use engine::{Engine, EngineBuilder, connect, editions, sweep};
use files::{Files, Limits, LocalFolder};
use rulebook::Rulebook;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;
use uuid::Uuid;
use web::auth::{Issuer, KeySource, Secret, Verifier};
use web::openapi::Document;

/// Reader connections of a context at most; as many again for its files.
const READERS: u32 = 3;
/// Connections of a context's loops: sweeper, relay, alarm clock, dead letters.
const LOOPS: u32 = 4;

/// How often unreferenced uploads are looked for, and how old they must be.
const PURGE: Duration = Duration::from_secs(3600);
const UNREFERENCED: TimeDelta = TimeDelta::days(1);

/// Why a suite does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database cannot be reached or asked.
    #[error("database of {context}: {reason}")]
    Database {
        /// The context.
        context: String,
        /// Why.
        reason: String,
    },
    /// Migrations are missing.
    #[error("the schema of {context} is not up to date: run `guildhall migrate`")]
    NotMigrated {
        /// The context.
        context: String,
    },
    /// The server allows fewer connections than are needed.
    #[error("the database server allows {allowed} connections, {needed} are needed: raise max_connections")]
    Connections {
        /// What it allows.
        allowed: i64,
        /// What is needed.
        needed: i64,
    },
    /// The rulebook cannot be used.
    #[error("rulebook of {context}: {reason}")]
    Rulebook {
        /// The context.
        context: String,
        /// Why.
        reason: String,
    },
    /// The address cannot be listened on, a folder not be made, a thread not be started.
    #[error("{what}: {reason}")]
    System {
        /// What was tried.
        what: String,
        /// Why not.
        reason: std::io::Error,
    },
    /// A setting or a service does not fit.
    #[error("{0}")]
    Unsound(String),
}

/// A running suite.
pub struct Running {
    /// Where it listens.
    pub address: SocketAddr,
    /// The test clock of what runs here; none in production.
    pub clock: Option<Arc<TestClock>>,
    /// The engines, one per context.
    pub engines: Vec<Engine>,
    server: ServerHandle,
    serving: JoinHandle<std::io::Result<()>>,
    loops: Vec<JoinHandle<()>>,
    stop: watch::Sender<bool>,
}

impl Running {
    /// Waits until the server ends by itself.
    pub async fn ended(&mut self) {
        let _ = (&mut self.serving).await;
    }

    /// Takes no more requests, lets those in flight finish, then the loops, then the writers.
    pub async fn stop(self) {
        self.server.stop(true).await;
        let _ = self.stop.send(true);
        for running in self.loops {
            let _ = running.await;
        }
        let engines = self.engines;
        let _ = tokio::task::spawn_blocking(move || engines.iter().for_each(Engine::stop)).await;
    }

    /// Ends at once, as a crash would: nothing is finished, nothing is said.
    pub fn abandon(self) {
        for running in &self.loops {
            running.abort();
        }
        self.serving.abort();
        drop(self.server.stop(false));
    }
}

/// One context, ready to run.
struct Ready {
    engine: Engine,
    due: mpsc::UnboundedReceiver<(Uuid, DateTime<Utc>)>,
    inbox: Arc<dyn broker::Inbox>,
    routes: Routes,
    loops: Vec<Loop>,
    simulated: Simulated,
    readers: connect::Readers,
    files: Files,
}

/// Starts these services. `neighbours` are all contexts that their messages may go to, served here or elsewhere.
pub async fn start(
    settings: Settings,
    services: &[Box<dyn Service>],
    neighbours: Vec<Neighbour>,
) -> Result<Running, StartError> {
    let listener = TcpListener::bind(&settings.server.bind)
        .map_err(|reason| StartError::System { what: format!("listen on {}", settings.server.bind), reason })?;
    let address =
        listener.local_addr().map_err(|reason| StartError::System { what: "the bound address".into(), reason })?;
    let public_url = match settings.server.public_url.trim_end_matches('/') {
        "" => format!("http://{address}"),
        url => url.to_owned(),
    };
    let settings = Arc::new(settings);
    let neighbours: Arc<[Neighbour]> = neighbours.into();
    let verifier = verifier(&settings)?;
    check_connections(&settings, services)?;
    let mut ready = vec![];
    for service in services {
        ready.push(prepare(&settings, &public_url, service.as_ref())?);
    }
    let (stop, stopped) = watch::channel(false);
    let idle = broker::Idle::default();
    let mut loops = vec![];
    let (mut engines, mut simulated, mut all_routes, mut probes) = (vec![], vec![], vec![], vec![]);
    for one in ready {
        probes.push((one.engine.context(), one.readers));
        engines.push(one.engine.clone());
        simulated.push(one.simulated);
        all_routes.push(one.routes);
        let own = (one.inbox, one.loops);
        loops.push(tokio::spawn(purge(one.files, stopped.clone())));
        loops.extend(run_loops(&settings, one.engine, one.due, own, &neighbours, &idle, &stopped));
    }
    let serves_all =
        contracts::CONTEXTS.iter().all(|context| engines.iter().any(|engine| engine.context() == *context));
    let clock = (!settings.production).then(|| TestClock::new(simulated, Some(idle)));
    // Over HTTP only where one process sees everything.
    let served_clock = clock.clone().filter(|_| serves_all);
    let mut documents: Vec<_> = services.iter().map(|service| service.openapi()).collect();
    documents.extend(served_clock.as_ref().map(|_| clock_api::openapi()));
    let document = Document::of(documents).map_err(|clash| StartError::Unsound(clash.to_string()))?;
    telemetry::metrics();
    let probes = Data::new(Probes { contexts: probes });
    let http = Http { verifier, document, clock: served_clock, routes: all_routes, probes };
    let (server, serving) = serve(&settings, listener, http)?;
    Ok(Running { address, clock, engines, server, serving, loops, stop })
}

fn verifier(settings: &Settings) -> Result<Data<Verifier>, StartError> {
    let auth = &settings.auth;
    let issuer = |key| Issuer {
        iss: auth.issuer.clone(),
        aud: auth.audience.clone(),
        key,
        roles: strum::VariantArray::VARIANTS.to_vec() as Vec<kernel::Role>,
        orgs: None,
    };
    let key = if auth.jwks_file.is_empty() {
        KeySource::Secret(Secret(auth.development_secret.clone()))
    } else {
        KeySource::JwksFile(auth.jwks_file.clone().into())
    };
    Verifier::new(&[issuer(key)], settings.production)
        .map(Data::new)
        .map_err(|error| StartError::Unsound(error.to_string()))
}

/// The sum of what all contexts on one server may open must fit what it allows.
fn check_connections(settings: &Settings, services: &[Box<dyn Service>]) -> Result<(), StartError> {
    let mut needed: std::collections::BTreeMap<&str, i64> = std::collections::BTreeMap::new();
    for service in services {
        let of_context = service.writers() as i64 + i64::from(2 * READERS + LOOPS);
        *needed.entry(settings.database.of(service.context())).or_default() += of_context;
    }
    for (url, needed) in needed {
        let database = |reason: String| StartError::Database { context: "all contexts".into(), reason };
        let mut conn =
            PgConnection::establish(&format!("{url}{}connect_timeout=5", if url.contains('?') { '&' } else { '?' }))
                .map_err(|error| database(error.to_string()))?;
        let allowed: i64 = diesel::select(diesel::dsl::sql::<diesel::sql_types::BigInt>(
            "current_setting('max_connections')::bigint - current_setting('superuser_reserved_connections')::bigint",
        ))
        .get_result(&mut conn)
        .map_err(|error| database(error.to_string()))?;
        if needed > allowed {
            return Err(StartError::Connections { allowed, needed });
        }
    }
    Ok(())
}

fn prepare(settings: &Arc<Settings>, public_url: &str, service: &dyn Service) -> Result<Ready, StartError> {
    let context = service.context();
    let database = |reason: String| StartError::Database { context: context.into(), reason };
    let base = settings.database.of(context);
    let url = connect::context_url(base, context, &format!("guildhall-{context}-start"));
    let mut conn = connect::writer(&url).map_err(|error| database(error.to_string()))?;
    let is_current = service.migrations().is_current(&mut conn).map_err(|error| database(error.to_string()))?;
    if !is_current {
        return Err(StartError::NotMigrated { context: context.into() });
    }
    let rulebook = Arc::new(rulebook(context, &mut conn)?);
    let engine_settings =
        engine::Settings { database_url: base.to_owned(), writers: service.writers(), readers: READERS };
    let engine = EngineBuilder::new(context, rulebook.clone(), engine_settings);
    let readers =
        connect::readers(&connect::context_url(base, context, &format!("guildhall-{context}-files")), READERS);
    let folder = LocalFolder::open(&settings.files.folder, context)
        .map_err(|reason| StartError::System { what: format!("folder {}", settings.files.folder), reason })?;
    let limits = Limits { size: settings.files.max_bytes, ..Limits::default() };
    let files = Files::new(Arc::new(folder), readers.clone(), limits);
    let parts =
        Parts { settings: settings.clone(), rulebook, engine, files: files.clone(), public_url: public_url.to_owned() };
    let Built { engine, inbox, routes, loops, is_idle } =
        service.build(parts).map_err(|error| StartError::Unsound(format!("{context}: {error}")))?;
    let (engine, due) =
        engine.start().map_err(|reason| StartError::System { what: format!("writers of {context}"), reason })?;
    // Before anything can lapse: an outage of our own is noticed first.
    sweep::beat(&engine, &mut conn).map_err(|error| database(error.to_string()))?;
    let simulated = Simulated::new(engine.clone(), url, is_idle);
    Ok(Ready { engine, due, inbox, routes, loops, simulated, readers, files })
}

/// What ships is published if it is new; what is published counts.
fn rulebook(context: &str, conn: &mut PgConnection) -> Result<Rulebook, StartError> {
    let failed = |reason: String| StartError::Rulebook { context: context.into(), reason };
    let shipped = Rulebook::shipped().map_err(|error| failed(error.to_string()))?;
    for edition in shipped.editions() {
        editions::publish(conn, edition).map_err(|error| failed(error.to_string()))?;
    }
    editions::load(conn).map_err(|error| failed(error.to_string()))
}

fn run_loops(
    settings: &Settings,
    engine: Engine,
    due: mpsc::UnboundedReceiver<(Uuid, DateTime<Utc>)>,
    (inbox, own): (Arc<dyn broker::Inbox>, Vec<Loop>),
    neighbours: &Arc<[Neighbour]>,
    idle: &broker::Idle,
    stopped: &watch::Receiver<bool>,
) -> Vec<JoinHandle<()>> {
    let amqp = broker::Settings { url: settings.amqp.url.clone(), prefix: settings.amqp.prefix.clone() };
    let context = engine.context();
    let redis = timers::Settings::new(&settings.redis.url, &settings.redis.prefix);
    let mut running = vec![
        tokio::spawn(sweep::run(engine.clone(), stopped.clone())),
        tokio::spawn(relay(engine.clone(), amqp.clone(), neighbours.clone(), stopped.clone())),
        tokio::spawn(broker::consumer::run_watched(context, inbox, amqp.clone(), idle.clone(), stopped.clone())),
        tokio::spawn(broker::dead::run(context, engine.url().to_owned(), amqp, stopped.clone())),
        tokio::spawn(alarms(engine.clone(), due, redis, stopped.clone())),
    ];
    running.extend(own.into_iter().map(|one| tokio::spawn(one(engine.clone(), stopped.clone()))));
    running
}

/// Takes away uploads that no event refers to a day later; looks once an hour.
async fn purge(files: Files, mut stopped: watch::Receiver<bool>) {
    while !*stopped.borrow() {
        tokio::select! {
            () = tokio::time::sleep(PURGE) => {}
            _ = stopped.changed() => return,
        }
        match files.purge(UNREFERENCED).await {
            Ok(purged) => tracing::debug!(?purged, "unreferenced uploads are gone"),
            Err(error) => tracing::warn!(%error, "unreferenced uploads could not be purged"),
        }
    }
}

async fn relay(
    engine: Engine,
    settings: broker::Settings,
    neighbours: Arc<[Neighbour]>,
    stopped: watch::Receiver<bool>,
) {
    broker::relay::run_among(engine, settings, &neighbours, stopped).await;
}

/// Without an alarm clock the sweeper does its work, a second or two later.
async fn alarms(
    engine: Engine,
    due: mpsc::UnboundedReceiver<(Uuid, DateTime<Utc>)>,
    settings: timers::Settings,
    stopped: watch::Receiver<bool>,
) {
    let context = engine.context();
    if let Err(error) = timers::alarm::run(engine, due, settings, stopped).await {
        tracing::error!(context, %error, "the alarm clock cannot be used: check redis.url");
    }
}

/// What every HTTP worker is given.
#[derive(Clone)]
struct Http {
    verifier: Data<Verifier>,
    document: Document,
    clock: Option<Arc<TestClock>>,
    routes: Vec<Routes>,
    probes: Data<Probes>,
}

fn serve(
    settings: &Settings,
    listener: TcpListener,
    http: Http,
) -> Result<(ServerHandle, JoinHandle<std::io::Result<()>>), StartError> {
    let app = move || {
        let http = http.clone();
        App::new()
            .wrap(from_fn(web::layer::around))
            .app_data(http.verifier.clone())
            .app_data(http.probes.clone())
            .configure(health::routes)
            .configure(|config| {
                for routes in &http.routes {
                    routes(config);
                }
                if let Some(clock) = &http.clock {
                    config.app_data(Data::from(clock.clone()));
                    clock_api::routes(config);
                }
                http.document.mount(config);
            })
    };
    let cores = std::thread::available_parallelism().map_or(2, usize::from);
    let workers = if settings.server.workers == 0 { cores.min(4) } else { settings.server.workers };
    let server = HttpServer::new(app)
        .workers(workers)
        .shutdown_timeout(settings.server.shutdown_seconds)
        .disable_signals()
        .keep_alive(Duration::from_secs(75))
        .listen(listener)
        .map_err(|reason| StartError::System { what: "listen".into(), reason })?
        .run();
    Ok((server.handle(), tokio::spawn(server)))
}
