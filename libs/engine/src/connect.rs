//! Connections: writers of their own, readers in a pool.
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::r2d2::{ConnectionManager, CustomizeConnection, Pool};
use std::time::Duration;

/// A pool of reader connections.
pub type Readers = Pool<ConnectionManager<PgConnection>>;

/// Plans are cached while tables are still empty, so the planner must not be tempted by sequential scans; JIT costs
/// more than it brings for statements of a millisecond.
const PLANS: &str = "SET jit = off; SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off; \
    SET TimeZone = 'UTC'; SET statement_timeout = '5s'";
const WRITER: &str = "SET lock_timeout = '2s'; SET idle_in_transaction_session_timeout = '30s'";

/// The URL of a context's schema in the database of `database_url`: `search_path` comes with the URL.
pub fn context_url(database_url: &str, context: &str, application: &str) -> String {
    let joint = if database_url.contains('?') { '&' } else { '?' };
    format!("{database_url}{joint}options=-csearch_path%3D{context}&application_name={application}&connect_timeout=3")
}

/// Opens a writer's connection.
pub fn writer(url: &str) -> ConnectionResult<PgConnection> {
    let mut conn = PgConnection::establish(url)?;
    for settings in [PLANS, WRITER] {
        conn.batch_execute(settings).map_err(ConnectionError::CouldntSetupConfiguration)?;
    }
    Ok(conn)
}

/// At most `most` reader connections, opened on demand.
pub fn readers(url: &str, most: u32) -> Readers {
    Pool::builder()
        .max_size(most)
        .min_idle(Some(0))
        .test_on_check_out(false)
        .connection_timeout(Duration::from_secs(3))
        .connection_customizer(Box::new(Customize))
        .build_unchecked(ConnectionManager::new(url))
}

#[derive(Debug)]
struct Customize;

impl CustomizeConnection<PgConnection, diesel::r2d2::Error> for Customize {
    fn on_acquire(&self, conn: &mut PgConnection) -> Result<(), diesel::r2d2::Error> {
        conn.batch_execute(PLANS).map_err(diesel::r2d2::Error::QueryError)
    }
}
