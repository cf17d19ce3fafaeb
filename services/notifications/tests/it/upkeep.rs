//! What can be made again from the journal is the same again, and mails nothing again.
use crate::stage::{Stage, path};
use diesel::prelude::*;
use diesel::sql_types::Text;
use notifications::Notifications;
use notifications::mailer::Posted;
use runtime::Service;
use serde_json::json;

#[tokio::test]
async fn views_rebuilt_from_the_journal_equal_the_stored_ones() {
    let stage = Stage::mailed(vec![Posted::Deferred, Posted::Accepted, Posted::Refused]).await;
    stage.subscribe("zh").await;
    let order = stage.order();
    stage.tell(&order, "placed").await;
    stage.tell(&order, "delivered").await;
    let notice = path(&stage.newest().await);
    stage.merchant.post(&format!("{notice}/read"), json!({})).await.ok();
    stage.tell(&order, "completed").await;

    let mut conn = stage.conn("notifications");
    let mails = rows(&mut conn, "mails");
    for (host, count) in Notifications.hosts().iter().zip([4, 1]) {
        let views = host.views();
        let stored: Vec<_> = views.iter().map(|view| rows(&mut conn, view)).collect();
        assert!(stored.iter().all(|rows| !rows.is_empty()), "{}", host.kind());
        assert_eq!(host.rebuild(&mut conn).unwrap(), count);
        for (view, stored) in views.iter().zip(stored) {
            assert_eq!(rows(&mut conn, view), stored, "{view}");
        }
    }
    assert_eq!(rows(&mut conn, "mails"), mails);
    assert!(stage.unsound().is_empty());
}

fn rows(conn: &mut PgConnection, view: &str) -> Vec<String> {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        row: String,
    }
    let sql = format!("SELECT to_jsonb(v)::text AS row FROM {view} v ORDER BY 1");
    diesel::sql_query(sql).load::<Row>(conn).unwrap().into_iter().map(|row| row.row).collect()
}
