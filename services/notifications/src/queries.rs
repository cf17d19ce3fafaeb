//! What is read from the views: the inbox by keyset, an organisation's preferences.
use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use engine::Fault;
use engine::connect::Readers;
use engine::look::query;
use uuid::Uuid;

/// A key of a list: when the notice was made, and its id.
pub(crate) type After = Option<(DateTime<Utc>, Uuid)>;

/// Which notices a list shows. What is `None` does not filter.
#[derive(Clone, Debug, Default)]
pub(crate) struct Which {
    /// To this organisation, as its id is written, or to `platform`.
    pub recipient: Option<String>,
    /// About this order.
    pub order: Option<Uuid>,
    /// About this case.
    pub case: Option<Uuid>,
    /// Of this kind.
    pub kind: Option<String>,
    /// Unread ones, or read ones.
    pub unread: Option<bool>,
}

/// A line of a list.
#[derive(QueryableByName)]
pub(crate) struct NoticeLine {
    #[diesel(sql_type = SqlUuid)]
    pub id: Uuid,
    #[diesel(sql_type = Text)]
    pub recipient: String,
    #[diesel(sql_type = Text)]
    pub kind: String,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub order_id: Option<Uuid>,
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub case_id: Option<Uuid>,
    #[diesel(sql_type = Text)]
    pub language: String,
    #[diesel(sql_type = Text)]
    pub subject: String,
    #[diesel(sql_type = Text)]
    pub status: String,
    #[diesel(sql_type = Timestamptz)]
    pub made_at: DateTime<Utc>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub served_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub read_at: Option<DateTime<Utc>>,
    #[diesel(sql_type = Nullable<Text>)]
    pub email: Option<String>,
}

/// What an organisation chose.
#[derive(QueryableByName)]
pub(crate) struct PreferenceLine {
    #[diesel(sql_type = Text)]
    pub language: String,
    #[diesel(sql_type = Nullable<Text>)]
    pub email: Option<String>,
    #[diesel(sql_type = Timestamptz)]
    pub chosen_at: DateTime<Utc>,
}

/// One page of notices, newest first, and a row more if there is one.
pub(crate) async fn notices(
    readers: &Readers,
    which: Which,
    after: After,
    rows: i64,
) -> Result<Vec<NoticeLine>, Fault> {
    let (at, id) = after.unzip();
    query(readers, move |conn| {
        engine::sql(
            "SELECT id, recipient, kind, order_id, case_id, language, subject, status, made_at, served_at, read_at, \
             email FROM notices WHERE ($1 IS NULL OR recipient = $1) AND ($2 IS NULL OR order_id = $2) \
             AND ($3 IS NULL OR case_id = $3) AND ($4 IS NULL OR kind = $4) \
             AND ($5 IS NULL OR (read_at IS NULL) = $5) AND ($6 IS NULL OR (made_at, id) < ($6, $7)) \
             ORDER BY made_at DESC, id DESC LIMIT $8",
        )
        .bind::<Nullable<Text>, _>(which.recipient)
        .bind::<Nullable<SqlUuid>, _>(which.order)
        .bind::<Nullable<SqlUuid>, _>(which.case)
        .bind::<Nullable<Text>, _>(which.kind)
        .bind::<Nullable<Bool>, _>(which.unread)
        .bind::<Nullable<Timestamptz>, _>(at)
        .bind::<Nullable<SqlUuid>, _>(id)
        .bind::<BigInt, _>(rows)
        .load(conn)
    })
    .await
}

/// What was chosen under this id, if anything was.
pub(crate) async fn preferences(readers: &Readers, id: Uuid) -> Result<Option<PreferenceLine>, Fault> {
    query(readers, move |conn| {
        engine::sql("SELECT language, email, chosen_at FROM preferences WHERE id = $1")
            .bind::<SqlUuid, _>(id)
            .get_result(conn)
            .optional()
    })
    .await
}
