//! The ledger: what the database refuses, who reads which lines.
use crate::stage::{Stage, cny, path};
use diesel::prelude::*;
use diesel::result::{DatabaseErrorKind, Error};
use kernel::Role;
use serde_json::{Value, json};

#[tokio::test]
async fn the_database_refuses_what_does_not_sum_to_zero() {
    let stage = Stage::new().await;
    stage.paid(10_000).await;
    let mut conn = stage.conn("settlement");
    let insert = |table: &str, lines: &[(i64, &str)]| {
        let values: Vec<_> = lines
            .iter()
            .enumerate()
            .map(|(nth, (minor, currency))| {
                format!(
                    "('00000000-0000-7000-8000-000000000001', 1, {nth}, 'gateway', {minor}, '{currency}', engine_now())"
                )
            })
            .collect();
        format!("INSERT INTO {table} VALUES {}", values.join(", "))
    };
    for table in ["escrow_postings", "purse_postings"] {
        for lines in [vec![(100, "CNY")], vec![(100, "CNY"), (-99, "CNY")], vec![(100, "CNY"), (-100, "EUR")]] {
            assert!(is_refused(diesel::sql_query(insert(table, &lines)).execute(&mut conn)), "{table} {lines:?}");
        }
    }
    let sound = insert("purse_postings", &[(100, "CNY"), (-60, "CNY"), (-40, "CNY"), (5, "EUR"), (-5, "EUR")]);
    assert_eq!(diesel::sql_query(sound).execute(&mut conn), Ok(5));
    for change in [
        "UPDATE escrow_postings SET minor = minor + 1",
        "UPDATE purse_postings SET account = 'gateway'",
        "DELETE FROM escrow_postings WHERE line = 0",
        "DELETE FROM purse_postings WHERE minor > 0",
        "INSERT INTO ledger_entries VALUES ('escrow', '00000000-0000-7000-8000-000000000001', 9, 0, 'gateway', 1, 'CNY', engine_now())",
    ] {
        assert!(diesel::sql_query(change).execute(&mut conn).is_err(), "{change}");
    }
    assert_eq!(stage.number("SELECT count(*) AS n FROM ledger_entries"), 7);
}

fn is_refused(result: QueryResult<usize>) -> bool {
    matches!(result, Err(Error::DatabaseError(DatabaseErrorKind::CheckViolation, _)))
}

#[tokio::test]
async fn operators_read_all_lines_and_parties_their_own() {
    let stage = Stage::new().await;
    let order = stage.completed(10_000).await;
    let all = stage.operator.get("/v1/ledger/entries").await.ok();
    let lines = |page: &Value| -> Vec<(String, String)> {
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let items = page["items"].as_array().unwrap().iter();
        items.map(|line| (text(&line["account"]), text(&line["amount"]["amount"]))).collect()
    };
    let (provider, id) = (stage.provider_id, order.order);
    let expected = [
        (format!("payable:{provider}"), "-100.00"),
        (format!("transfer:{id}"), "100.00"),
        (format!("transfer:{id}"), "-100.00"),
        (format!("escrow:{id}"), "100.00"),
        (format!("escrow:{id}"), "-100.00"),
        ("gateway".into(), "100.00"),
    ];
    assert_eq!(lines(&all), expected.map(|(account, amount)| (account, amount.to_owned())));
    assert_eq!(all["items"][0]["owner"], stage.purse.rsplit('/').next().unwrap());
    assert_eq!(all["items"][2]["owner"], path(&order).rsplit('/').next().unwrap());

    let (mut paged, mut cursor) = (vec![], String::new());
    for _ in 0..3 {
        let page = stage.operator.get(&format!("/v1/ledger/entries?limit=2{cursor}")).await.ok();
        paged.extend(lines(&page));
        cursor = page["next_cursor"].as_str().map(|cursor| format!("&cursor={cursor}")).unwrap_or_default();
    }
    assert_eq!((paged, cursor.as_str()), (lines(&all), ""));
    let of = async |query: String| lines(&stage.operator.get(&format!("/v1/ledger/entries?{query}")).await.ok());
    assert_eq!(of("account=gateway".into()).await.len(), 1);
    assert_eq!(of(format!("transfer={id}")).await.len(), 2);
    assert_eq!(of(format!("transfer={id}&account=gateway")).await.len(), 0);
}

#[tokio::test]
async fn balances_are_the_operators_and_lines_of_others_stay_hidden() {
    let stage = Stage::new().await;
    let order = stage.completed(10_000).await;
    let own = stage.provider.get("/v1/ledger/entries").await.ok();
    assert_eq!(own["items"].as_array().unwrap().len(), 1);
    assert_eq!(own["items"][0]["account"], format!("payable:{}", stage.provider_id));
    for foreign in ["account=gateway".to_owned(), format!("account=escrow:{}", order.order)] {
        assert_eq!(stage.provider.get(&format!("/v1/ledger/entries?{foreign}")).await.ok()["items"], json!([]));
    }
    assert_eq!(stage.merchant.get("/v1/ledger/entries").await.ok()["items"], json!([]));
    stage.operator.get("/v1/ledger/entries?account=nowhere").await.refused(400, "query_invalid", None);
    for path in ["/v1/ledger/entries", "/v1/ledger/balances"] {
        stage.nobody().get(path).await.refused(401, "token_missing", None);
        stage.staff(Role::ComplianceOfficer).get(path).await.refused(403, "role_required", None);
    }
    stage.provider.get("/v1/ledger/balances").await.refused(403, "role_required", None);
    let first = stage.operator.get("/v1/ledger/balances?limit=3").await.ok();
    let cursor = first["next_cursor"].as_str().unwrap();
    let rest = stage.operator.get(&format!("/v1/ledger/balances?limit=3&cursor={cursor}")).await.ok();
    let items = [first["items"].as_array().unwrap().clone(), rest["items"].as_array().unwrap().clone()].concat();
    let balances: Vec<_> = items.iter().map(|item| (item["account"].as_str().unwrap(), &item["balance"])).collect();
    let (escrow, payable) = (format!("escrow:{}", order.order), format!("payable:{}", stage.provider_id));
    let transfer = format!("transfer:{}", order.order);
    let expected =
        [(&*escrow, cny("0.00")), ("gateway", cny("100.00")), (&*payable, cny("-100.00")), (&*transfer, cny("0.00"))];
    assert_eq!(balances, expected.iter().map(|(account, balance)| (*account, balance)).collect::<Vec<_>>());
    let one = stage.operator.get("/v1/ledger/balances?account=gateway").await.ok();
    assert_eq!(one["items"], json!([{ "account": "gateway", "balance": cny("100.00") }]));
}
