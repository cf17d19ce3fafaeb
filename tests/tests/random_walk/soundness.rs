//! What must hold once everything has come to rest, whatever was done.
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Text};
use journeys::{everything, ledger};
use kernel::TimeDelta;
use testkit::Suite;

/// Lets all clocks run out, and looks at everything.
pub async fn holds(suite: &Suite) {
    suite.advance(TimeDelta::days(120)).await;
    // Journals fold to the stored states; nothing lapsed early, nothing twice.
    assert_eq!(suite.unsound(), Vec::<String>::new());
    // Nothing was left undone: no deadline that has passed still runs, no message was given up.
    for service in everything() {
        for left in
            ["deadlines WHERE status = 'running' AND due_at < engine_now() - interval '1 minute'", "dead_letters"]
        {
            assert_eq!(count(suite, service.context(), left), 0, "{}: {left}", service.context());
        }
    }
    ledger::is_balanced(suite);
    let before = views(suite);
    for service in everything() {
        let mut conn = suite.conn(service.context());
        for host in service.hosts() {
            host.rebuild(&mut conn).expect("the views are made again");
        }
    }
    for (was, is) in before.iter().zip(views(suite)) {
        assert_eq!(*was, is, "the view, made again, differs");
    }
}

/// The contents of all views of all contexts, hashed, with the number of rows.
fn views(suite: &Suite) -> Vec<(String, i64, String)> {
    let mut found = vec![];
    for service in everything() {
        let mut conn = suite.conn(service.context());
        for host in service.hosts() {
            for view in host.views() {
                let hash =
                    format!("(SELECT COALESCE(md5(string_agg(v::text, '|' ORDER BY v::text)), '') FROM {view} v)");
                let hash: String = diesel::select(diesel::dsl::sql::<Text>(&hash))
                    .get_result(&mut conn)
                    .expect("the view can be read");
                let rows = count(suite, service.context(), view);
                found.push((format!("{}.{view}", service.context()), rows, hash));
            }
        }
    }
    found
}

fn count(suite: &Suite, context: &str, what: &str) -> i64 {
    diesel::select(diesel::dsl::sql::<BigInt>(&format!("(SELECT count(*) FROM {what})")))
        .get_result(&mut suite.conn(context))
        .expect("it can be counted")
}
