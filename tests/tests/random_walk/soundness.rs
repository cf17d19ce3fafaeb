//! What must hold once everything has come to rest, whatever was done.
use diesel::prelude::*;
use diesel::sql_types::BigInt;
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
    suite.views_made_again();
}

fn count(suite: &Suite, context: &str, what: &str) -> i64 {
    diesel::select(diesel::dsl::sql::<BigInt>(&format!("(SELECT count(*) FROM {what})")))
        .get_result(&mut suite.conn(context))
        .expect("it can be counted")
}
