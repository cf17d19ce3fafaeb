//! Statements as text, prepared once per connection.
//!
//! `diesel::sql_query` is parsed and planned anew each time it runs, which costs the server more than most of our
//! statements themselves. These are known by their text: write few texts, and bind what varies.
use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, Query, QueryFragment, QueryId};
use diesel::result::Error;
use diesel::serialize::ToSql;
use diesel::sql_types::{HasSqlType, Text, Untyped};
use serde::Serialize;
use std::borrow::Cow;
use std::marker::PhantomData;

/// A statement with `$1`, `$2` … for what is bound to it, in that order; rows are read by name.
pub fn sql(text: impl Into<Cow<'static, str>>) -> Sql {
    Sql { text: text.into(), bound: () }
}

/// Carries out one statement on all `rows`, which it reads with `jsonb_to_recordset($1::jsonb)`; none, no statement.
pub fn write_rows(
    tx: &mut PgConnection,
    text: impl Into<Cow<'static, str>>,
    rows: &[impl Serialize],
) -> QueryResult<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let json = serde_json::to_string(rows).map_err(|error| Error::SerializationError(Box::new(error)))?;
    sql(text).bind::<Text, _>(json).execute(tx).map(drop)
}

/// See [`sql`].
#[derive(Clone, Debug)]
#[must_use = "a statement does nothing until it is executed or loaded"]
pub struct Sql<Bound = ()> {
    text: Cow<'static, str>,
    bound: Bound,
}

impl<Bound> Sql<Bound> {
    /// Binds the next value; the server, not the compiler, checks that it fits.
    pub fn bind<ST, Value>(self, value: Value) -> Sql<And<Bound, Value, ST>> {
        Sql { text: self.text, bound: And { before: self.bound, value, sql_type: PhantomData } }
    }
}

/// Bound values, and one more.
#[derive(Clone, Debug)]
pub struct And<Before, Value, ST> {
    before: Before,
    value: Value,
    sql_type: PhantomData<ST>,
}

impl<Bound: QueryFragment<Pg>> QueryFragment<Pg> for Sql<Bound> {
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        out.push_sql(&self.text);
        self.bound.walk_ast(out)
    }
}

impl<Before, Value, ST> QueryFragment<Pg> for And<Before, Value, ST>
where
    Before: QueryFragment<Pg>,
    Value: ToSql<ST, Pg>,
    Pg: HasSqlType<ST>,
{
    fn walk_ast<'b>(&'b self, mut out: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        self.before.walk_ast(out.reborrow())?;
        out.push_bind_param_value_only::<ST, _>(&self.value)
    }
}

impl<Bound> QueryId for Sql<Bound> {
    type QueryId = ();
    const HAS_STATIC_QUERY_ID: bool = false;
}

impl<Bound> Query for Sql<Bound> {
    type SqlType = Untyped;
}

impl<Bound> RunQueryDsl<PgConnection> for Sql<Bound> {}
