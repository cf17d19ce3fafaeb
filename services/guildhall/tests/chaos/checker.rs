//! The checker: what must hold after every crash run.
use crate::load::Lived;
use crate::replicas::Replicas;
use diesel::prelude::*;
use diesel::sql_types::{Array, BigInt, Text};
use guildhall::services;
use std::time::{Duration, Instant};

pub async fn check(replicas: &Replicas, lived: &[Lived]) {
    let conn = |context: &str| {
        PgConnection::establish(&engine::connect::context_url(replicas.variable("DATABASE_URL"), context, "checker"))
            .unwrap()
    };
    let count = |conn: &mut PgConnection, what: &str| -> i64 {
        diesel::select(diesel::dsl::sql::<BigInt>(&format!("(SELECT count(*) FROM {what})"))).get_result(conn).unwrap()
    };
    // At rest, the outboxes are empty.
    let mut pause = tokio::time::interval(Duration::from_millis(50));
    let started = Instant::now();
    for service in services::all() {
        let mut conn = conn(service.context());
        while count(&mut conn, "outbox") > 0 {
            assert!(started.elapsed() < Duration::from_secs(60), "messages wait in {}", service.context());
            pause.tick().await;
        }
    }
    // Journals are gap-free, as long as the version, and fold to the states.
    for service in services::all() {
        let mut conn = conn(service.context());
        for host in service.hosts() {
            assert_eq!(host.verify(&mut conn).unwrap(), Vec::<String>::new());
        }
        assert_eq!(count(&mut conn, "dead_letters"), 0, "dead letters in {}", service.context());
    }
    // Each acknowledged command is in the journal, of one aggregate, once.
    let keys: Vec<_> = lived.iter().flat_map(|one| one.keys.clone()).collect();
    let mut found = 0;
    for context in ["orders", "settlement"] {
        let of_context: i64 = diesel::sql_query(
            "SELECT count(*) AS count FROM (SELECT causation FROM journal WHERE causation = ANY($1) \
             GROUP BY causation HAVING count(DISTINCT aggregate) = 1 AND count(DISTINCT at) = 1) once",
        )
        .bind::<Array<Text>, _>(&keys)
        .get_result::<Count>(&mut conn(context))
        .unwrap()
        .count;
        found += of_context;
    }
    assert_eq!(found, i64::try_from(keys.len()).unwrap(), "acknowledged commands in the journals");
    // Every order was completed once, its money released once; the ledger sums to zero.
    let mut orders = conn("orders");
    let mut settlement = conn("settlement");
    for one in lived {
        let id: uuid::Uuid = one.order.parse::<kernel::OrderId>().unwrap().0;
        assert_eq!(count(&mut orders, &format!("journal WHERE aggregate = '{id}' AND event = 'completed'")), 1);
        assert_eq!(count(&mut settlement, &format!("journal WHERE aggregate = '{id}' AND event = 'held'")), 1);
        assert_eq!(count(&mut settlement, &format!("journal WHERE aggregate = '{id}' AND event = 'released'")), 1);
    }
    let unbalanced =
        "(SELECT aggregate FROM ledger_entries GROUP BY aggregate, version, currency HAVING sum(minor) <> 0) u";
    assert_eq!(count(&mut settlement, unbalanced), 0);
    let in_transfer = "(SELECT account FROM ledger_entries WHERE account LIKE 'transfer:%' GROUP BY account, currency \
                       HAVING sum(minor) <> 0) t";
    assert_eq!(count(&mut settlement, in_transfer), 0, "money between escrow and purse at rest");
}

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    count: i64,
}
