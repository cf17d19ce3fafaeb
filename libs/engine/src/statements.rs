//! The statements that run per batch: own query fragments with a static id, so that diesel caches their plans
//! (it never caches `sql_query` or many-row inserts).
use crate::rows::Rows;
use chrono::{DateTime, Utc};
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::sql_types::{
    Array, BigInt, Binary, Bool, Integer, Interval, Nullable, SmallInt, Text, Timestamptz, Uuid as SqlUuid,
};
use uuid::Uuid;

macro_rules! statement {
    ($name:ident => $sql_type:ty) => {
        impl QueryId for $name<'_> {
            type QueryId = $name<'static>;
            const HAS_STATIC_QUERY_ID: bool = true;
        }
        impl Query for $name<'_> {
            type SqlType = $sql_type;
        }
        impl RunQueryDsl<PgConnection> for $name<'_> {}
    };
}

/// Locks rows in id order, so that batches never deadlock with each other.
pub(crate) struct Lock<'a> {
    pub ids: &'a [Uuid],
}
statement!(Lock => (SqlUuid, Text, BigInt, BigInt, Text, Timestamptz));

impl QueryFragment<Pg> for Lock<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT id, kind, version, published, state::text, updated_at FROM aggregates WHERE id = ANY(");
        out.push_bind_param::<Array<SqlUuid>, _>(&self.ids)?;
        out.push_sql(") ORDER BY id FOR UPDATE");
        Ok(())
    }
}

/// A row of [`Lock`].
pub(crate) type Locked = (Uuid, String, i64, i64, String, DateTime<Utc>);

/// The clock and the stored answers, read together after the locks.
pub(crate) struct ClockAndAnswers<'a> {
    pub callers: &'a [String],
    pub keys: &'a [String],
}
statement!(ClockAndAnswers => (
    Timestamptz, Nullable<Timestamptz>, Nullable<Timestamptz>,
    Nullable<Text>, Nullable<Text>, Nullable<Binary>, Nullable<SmallInt>, Nullable<BigInt>, Nullable<Text>, Nullable<Text>,
));

impl QueryFragment<Pg> for ClockAndAnswers<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(
            "SELECT t.now, CASE WHEN t.now < c.spared_until THEN c.spared_from END, \
             CASE WHEN t.now < c.spared_until THEN c.spared_to END, \
             r.caller, r.key, r.fingerprint, r.status, r.version, r.location, r.body \
             FROM (SELECT engine_now() AS now) t CROSS JOIN clock c LEFT JOIN (\
             SELECT s.* FROM unnest(",
        );
        out.push_bind_param::<Array<Text>, _>(&self.callers)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.keys)?;
        out.push_sql(") AS w(caller, key) JOIN requests s ON s.caller = w.caller AND s.key = w.key) r ON true");
        Ok(())
    }
}

/// A row of [`ClockAndAnswers`].
pub(crate) type ClockAndAnswer = (
    DateTime<Utc>,
    Option<DateTime<Utc>>,
    Option<DateTime<Utc>>,
    Option<String>,
    Option<String>,
    Option<Vec<u8>>,
    Option<i16>,
    Option<i64>,
    Option<String>,
    Option<String>,
);

/// Who holds these claims.
pub(crate) struct Held<'a> {
    pub scopes: &'a [String],
    pub keys: &'a [String],
}
statement!(Held => (Text, Text, SqlUuid));

impl QueryFragment<Pg> for Held<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("SELECT c.scope, c.key, c.aggregate FROM unnest(");
        out.push_bind_param::<Array<Text>, _>(&self.scopes)?;
        out.push_sql(", ");
        out.push_bind_param::<Array<Text>, _>(&self.keys)?;
        out.push_sql(") AS w(scope, key) JOIN claims c ON c.scope = w.scope AND c.key = w.key");
        Ok(())
    }
}

/// The one write of a batch over the engine's tables.
///
/// A new aggregate that another writer created meanwhile meets the journal's primary key, as does a stale version:
/// both fail the batch.
pub(crate) struct Write<'a> {
    pub rows: &'a Rows,
    pub build: &'static str,
}
statement!(Write => Bool);

impl QueryFragment<Pg> for Write<'_> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql("WITH ");
        self.aggregates(&mut out)?;
        self.journal(&mut out)?;
        self.claims(&mut out)?;
        self.deadlines(&mut out)?;
        self.outbox(&mut out)?;
        self.requests(&mut out)?;
        out.push_sql("SELECT true");
        Ok(())
    }
}

/// Pushes binds separated by commas.
macro_rules! binds {
    ($out:expr, $($sql_type:ty => $value:expr),+ $(,)?) => {{
        let mut first = true;
        $(
            if !std::mem::take(&mut first) {
                $out.push_sql(", ");
            }
            $out.push_bind_param::<Array<$sql_type>, _>($value)?;
        )+
        let _ = first;
    }};
}

impl Write<'_> {
    fn aggregates<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let a = &self.rows.aggregates;
        out.push_sql(
            "a AS (INSERT INTO aggregates \
             (id, kind, version, published, status, state, schema, edition, next_due, updated_at) \
             SELECT id, kind, version, published, status, state::jsonb, schema, edition, next_due, updated_at FROM unnest(",
        );
        binds!(out,
            SqlUuid => &a.id, Text => &a.kind, BigInt => &a.version, BigInt => &a.published, Text => &a.status,
            Text => &a.state, Integer => &a.schema, Nullable<Text> => &a.edition,
            Nullable<Timestamptz> => &a.next_due, Timestamptz => &a.updated_at,
        );
        out.push_sql(
            ") AS t(id, kind, version, published, status, state, schema, edition, next_due, updated_at) \
             ON CONFLICT (id) DO UPDATE SET version = excluded.version, published = excluded.published, \
             status = excluded.status, state = excluded.state, schema = excluded.schema, edition = excluded.edition, \
             next_due = excluded.next_due, updated_at = excluded.updated_at), ",
        );
        Ok(())
    }

    fn journal<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let j = &self.rows.journal;
        out.push_sql(
            "j AS (INSERT INTO journal \
             (aggregate, version, at, actor, event, payload, schema, build, correlation, causation, sequence) \
             SELECT aggregate, version, at, actor::jsonb, event, payload::jsonb, schema, ",
        );
        out.push_bind_param::<Text, _>(&self.build)?;
        out.push_sql(", correlation, causation, sequence FROM unnest(");
        binds!(out,
            SqlUuid => &j.aggregate, BigInt => &j.version, Timestamptz => &j.at, Text => &j.actor, Text => &j.event,
            Text => &j.payload, Integer => &j.schema, Nullable<Text> => &j.correlation,
            Nullable<Text> => &j.causation, Nullable<BigInt> => &j.sequence,
        );
        out.push_sql(
            ") AS t(aggregate, version, at, actor, event, payload, schema, correlation, causation, sequence)), ",
        );
        Ok(())
    }

    fn claims<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let (taken, released) = (&self.rows.claims, &self.rows.released);
        out.push_sql("k AS (INSERT INTO claims (scope, key, aggregate) SELECT * FROM unnest(");
        binds!(out, Text => &taken.scope, Text => &taken.key, SqlUuid => &taken.aggregate);
        out.push_sql(")), l AS (DELETE FROM claims USING unnest(");
        binds!(out, Text => &released.scope, Text => &released.key, SqlUuid => &released.aggregate);
        out.push_sql(
            ") AS t(scope, key, aggregate) \
             WHERE claims.scope = t.scope AND claims.key = t.key AND claims.aggregate = t.aggregate), ",
        );
        Ok(())
    }

    fn deadlines<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let d = &self.rows.deadlines;
        out.push_sql(
            "d AS (INSERT INTO deadlines \
             (aggregate, timer, subject, party, rule, status, due_at, remaining, changed_at) SELECT * FROM unnest(",
        );
        binds!(out,
            SqlUuid => &d.aggregate, Text => &d.timer, SqlUuid => &d.subject, Text => &d.party, Text => &d.rule,
            Text => &d.status, Nullable<Timestamptz> => &d.due_at, Nullable<Interval> => &d.remaining,
            Timestamptz => &d.changed_at,
        );
        out.push_sql(
            ") ON CONFLICT (aggregate, timer, subject) DO UPDATE SET party = excluded.party, rule = excluded.rule, \
             status = excluded.status, due_at = COALESCE(excluded.due_at, deadlines.due_at), \
             remaining = excluded.remaining, changed_at = excluded.changed_at), ",
        );
        Ok(())
    }

    fn outbox<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let o = &self.rows.outbox;
        out.push_sql("o AS (INSERT INTO outbox (aggregate, own, message, at) SELECT * FROM unnest(");
        binds!(out, SqlUuid => &o.aggregate, Bool => &o.own, Text => &o.message, Timestamptz => &o.at);
        out.push_sql(")), ");
        Ok(())
    }

    fn requests<'b>(&'b self, out: &mut AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        let r = &self.rows.requests;
        out.push_sql(
            "r AS (INSERT INTO requests (caller, key, fingerprint, status, version, location, body, at) \
             SELECT * FROM unnest(",
        );
        binds!(out,
            Text => &r.caller, Text => &r.key, Binary => &r.fingerprint, SmallInt => &r.status,
            Nullable<BigInt> => &r.version, Nullable<Text> => &r.location, Text => &r.body, Timestamptz => &r.at,
        );
        out.push_sql(")) ");
        Ok(())
    }
}
