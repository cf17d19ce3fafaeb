//! What must hold of the ledger whatever happened.
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use testkit::Suite;

/// Every posting sums to zero, and so does the whole; nothing stands between escrow and purse at rest.
pub fn is_balanced(suite: &Suite) {
    let count = |what: &str| -> i64 {
        diesel::select(diesel::dsl::sql::<BigInt>(&format!("(SELECT count(*) FROM {what})")))
            .get_result(&mut suite.conn("settlement"))
            .expect("the ledger can be read")
    };
    let grouped = |by: &str, which: &str| {
        format!("(SELECT 1 FROM ledger_entries {which} GROUP BY {by}, currency HAVING sum(minor) <> 0) unbalanced")
    };
    assert_eq!(count(&grouped("aggregate, version", "")), 0, "a posting does not sum to zero");
    assert_eq!(count(&grouped("currency", "")), 0, "the ledger does not sum to zero");
    assert_eq!(
        count(&grouped("account", "WHERE account LIKE 'transfer:%'")),
        0,
        "money stands between escrow and purse"
    );
}
