//! A database per test, copied from a template that has every migration.
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::Bool;
use engine::connect::context_url;
use runtime::Service;
use scratch::{connect, variable, with_database};
use std::time::UNIX_EPOCH;

/// A database of the test's own with every migration; dropped with it.
pub struct Database(scratch::Database);

impl Database {
    /// A fresh copy of the template with the schemas of these services.
    pub fn new(services: &[Box<dyn Service>]) -> Self {
        let admin = variable("DATABASE_URL");
        let template = template(&admin, services);
        Self(scratch::Database::copy_of(&admin, &template))
    }

    /// Where it is; contexts are schemas in it.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// A connection to a context's schema.
    pub fn conn(&self, context: &str) -> PgConnection {
        connect(&context_url(self.url(), context, "test"))
    }
}

/// The template of this test binary, made once under a lock; those of older builds of it are dropped.
fn template(admin: &str, services: &[Box<dyn Service>]) -> String {
    let binary = std::env::current_exe().expect("a test binary has a path");
    let built = binary.metadata().and_then(|found| found.modified()).expect("a test binary has a date");
    let built = built.duration_since(UNIX_EPOCH).map_or(0, |age| age.as_millis());
    let stem = binary.file_name().map(|name| name.to_string_lossy().replace('-', "_")).unwrap_or_default();
    let contexts: Vec<_> = services.iter().map(|service| service.context()).collect();
    let family = format!("tpl_{}_{}", &stem[..stem.len().min(24)], contexts.join("_"));
    let family = &family[..family.len().min(44)];
    let name = format!("{family}_{built}");
    let mut conn = connect(admin);
    conn.batch_execute(&format!("SELECT pg_advisory_lock(hashtext('{family}'))")).expect("the lock is free some time");
    let exists: bool =
        diesel::select(diesel::dsl::sql::<Bool>(&format!("EXISTS (SELECT FROM pg_database WHERE datname = '{name}')")))
            .get_result(&mut conn)
            .expect("databases are listed");
    if !exists {
        make(&mut conn, admin, family, &name, services);
    }
    conn.batch_execute(&format!("SELECT pg_advisory_unlock(hashtext('{family}'))")).expect("the lock was held");
    name
}

fn make(conn: &mut PgConnection, admin: &str, family: &str, name: &str, services: &[Box<dyn Service>]) {
    #[derive(QueryableByName)]
    struct Old {
        #[diesel(sql_type = diesel::sql_types::Text)]
        datname: String,
    }
    let old: Vec<Old> =
        diesel::sql_query(format!("SELECT datname::text FROM pg_database WHERE datname LIKE '{family}%'"))
            .load(conn)
            .expect("databases are listed");
    for old in old {
        conn.batch_execute(&format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", old.datname))
            .expect("it can be dropped");
    }
    let draft = format!("{name}_draft");
    conn.batch_execute(&format!("CREATE DATABASE {draft} STRATEGY file_copy")).expect("a database can be created");
    for service in services {
        let url = context_url(&with_database(admin, &draft), service.context(), "test");
        service.migrations().up(&mut connect(&url)).expect("the migrations run");
    }
    // Only what is whole carries the name.
    conn.batch_execute(&format!("ALTER DATABASE {draft} RENAME TO {name}")).expect("it can be renamed");
}
