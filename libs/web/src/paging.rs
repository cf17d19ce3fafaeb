//! Lists by keyset: `limit`, an opaque `cursor`, and one row more than asked to know whether there is a next page.
//!
//! The cursor holds the sort key and the id of the last row of a page. It grants nothing: every query filters by its
//! [`Scope`](crate::Scope) whatever the cursor says.
use crate::Refused;
use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpRequest};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::future::{Ready, ready};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

/// How many items a page may hold.
pub const MOST: u32 = 100;
const USUAL: u32 = 20;

/// Which page of a list. 400 `limit_invalid`; [`PageQuery::after`] answers 400 `cursor_invalid`.
#[derive(Clone, Debug, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many items.
    #[param(minimum = 1, maximum = 100, default = 20, required = false)]
    pub limit: u32,
    /// `next_cursor` of the page before.
    pub cursor: Option<String>,
}

/// One page of a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Page<T> {
    /// The items, in the list's order.
    pub items: Vec<T>,
    /// What to ask for the next page with; null on the last.
    pub next_cursor: Option<String>,
}

impl PageQuery {
    /// The sort key and the id after which the page begins; `None` for the first page.
    pub fn after<K: DeserializeOwned>(&self) -> Result<Option<(K, Uuid)>, Refused> {
        let Some(cursor) = &self.cursor else { return Ok(None) };
        let read = URL_SAFE_NO_PAD.decode(cursor).ok().and_then(|json| serde_json::from_slice(&json).ok());
        read.map(Some).ok_or_else(|| {
            Refused::new(400, "cursor_invalid", "the cursor is not one that this list gave out").at("cursor")
        })
    }

    /// How many rows to read: one more than the page holds.
    pub fn rows(&self) -> i64 {
        i64::from(self.limit) + 1
    }

    /// Cuts the rows to the page. `key` is what the query sorts by, with the id last.
    pub fn cut<R, K: Serialize, T>(
        &self,
        mut rows: Vec<R>,
        key: impl Fn(&R) -> (K, Uuid),
        item: impl FnMut(R) -> T,
    ) -> Page<T> {
        let limit = self.limit as usize;
        let has_more = rows.len() > limit;
        rows.truncate(limit);
        let last = if has_more { rows.last().map(key) } else { None };
        let next_cursor = last.and_then(|key| serde_json::to_vec(&key).ok()).map(|json| URL_SAFE_NO_PAD.encode(json));
        Page { items: rows.into_iter().map(item).collect(), next_cursor }
    }
}

impl FromRequest for PageQuery {
    type Error = Refused;
    type Future = Ready<Result<Self, Refused>>;

    fn from_request(req: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(read(req.query_string()))
    }
}

fn read(query: &str) -> Result<PageQuery, Refused> {
    let mut page = PageQuery { limit: USUAL, cursor: None };
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        match name.as_ref() {
            "limit" => {
                page.limit = value.parse().ok().filter(|limit| (1..=MOST).contains(limit)).ok_or_else(|| {
                    Refused::new(400, "limit_invalid", format!("limit must be a number from 1 to {MOST}")).at("limit")
                })?;
            }
            "cursor" => page.cursor = Some(value.into_owned()),
            _ => {}
        }
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_follow_each_other_without_gap_or_repetition() {
        let rows: Vec<(i64, Uuid)> = (0..7).map(|n| (n / 2, Uuid::from_u128(n.try_into().unwrap()))).collect();
        let (mut query, mut seen) = (read("limit=3").unwrap(), vec![]);
        loop {
            let after: Option<(i64, Uuid)> = query.after().unwrap();
            let most = usize::try_from(query.rows()).unwrap();
            let found = rows.iter().copied().filter(|row| after.is_none_or(|after| *row > after)).take(most).collect();
            let page = query.cut(found, |row| *row, |row| row.1);
            seen.extend(page.items);
            match page.next_cursor {
                Some(cursor) => query.cursor = Some(cursor),
                None => break,
            }
        }
        assert_eq!(seen, rows.iter().map(|row| row.1).collect::<Vec<_>>());
    }

    #[test]
    fn a_limit_out_of_bounds_and_a_foreign_cursor_are_refused() {
        assert_eq!(read("").unwrap().limit, 20);
        assert_eq!(read("limit=100").unwrap().limit, 100);
        for query in ["limit=0", "limit=101", "limit=-1", "limit=ten", "limit="] {
            assert_eq!(read(query).unwrap_err().problem().code, "limit_invalid", "{query}");
        }
        let of_another_list = URL_SAFE_NO_PAD.encode(r#"["a text","00000000-0000-0000-0000-000000000000"]"#);
        for cursor in ["", "!", "AAAA", &of_another_list] {
            let query = read(&format!("cursor={cursor}")).unwrap();
            assert_eq!(query.after::<i64>().unwrap_err().problem().code, "cursor_invalid", "{cursor}");
        }
    }
}
