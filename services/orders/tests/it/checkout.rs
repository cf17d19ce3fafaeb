//! Checkout, payment, the agreement on conduct, cancellation.
use crate::stage::{Stage, action, agreement, cny, deadline, facts, id, revision, terms};
use contracts::onboarding::Provider;
use kernel::{FileId, ListingId, MerchantId, OrderId, RevisionId, TimeDelta};
use serde_json::{Value, json};
use uuid::Uuid;

#[tokio::test]
async fn an_order_goes_from_checkout_to_completion_and_tells_each_step() {
    let stage = Stage::new().await;
    let placed = stage.merchant.post("/v1/orders", stage.placement(revision())).await;
    let order = placed.headers["location"].to_str().unwrap().to_owned();
    assert_eq!((placed.status, placed.etag()), (201, Some("\"1\"")));
    let seen = placed.ok();
    assert_eq!(order, format!("/v1/orders/{}", seen["id"].as_str().unwrap()));
    assert_eq!((&seen["status"], &seen["amount"]), (&json!("pending_payment"), &json!(cny(120_000))));
    assert_eq!(seen["terms"], json!(terms()));
    assert_eq!(
        (&deadline(&seen, "payment")["rule"], &deadline(&seen, "payment")["party"]),
        (&json!("W1"), &json!("merchant"))
    );
    stage.pay(&order).await;
    stage.rest().await;
    stage.begin(&order).await;
    stage.deliver(&order).await;
    let seen = stage.seen(&order).await;
    assert_eq!((&seen["status"], &seen["delivery"]["round"]), (&json!("delivered"), &json!(1)));
    let seen = stage.merchant.post(&format!("{order}/accept"), json!({})).await.ok();
    assert_eq!((&seen["status"], &seen["phase"]["ended"]["rules"][0]), (&json!("completed"), &json!("D1.3.2")));
    assert_eq!(seen["deadlines"], json!([]));

    let told = stage.told().await;
    assert_eq!(facts(&told), ["placed", "funded", "started", "delivered", "completed"]);
    let (first, last) = (&told[0].1, &told[4].1);
    assert!(first["pay_by"].is_string() && last["pay_by"].is_null());
    assert_eq!((&first["open"], &last["open"]), (&json!(true), &json!(false)));
    assert_eq!((&first["status"], &last["status"]), (&json!("pending_payment"), &json!("completed")));
    assert_eq!((&last["rules"], &last["ended_by_case"]), (&json!(["D1.3.2", "X9"]), &Value::Null));
    assert_eq!(last["amount"], json!(cny(120_000)));
    assert!(stage.unsound().is_empty());
}

#[tokio::test]
async fn an_order_freezes_the_terms_that_it_was_placed_on() {
    let stage = Stage::new().await;
    let order = stage.placed().await;
    let newer = kernel::Terms { revision: RevisionId(Uuid::now_v7()), price: cny(1), number: 2, ..terms() };
    stage.publish(2, Some(newer)).await;
    stage.rest().await;
    assert_eq!(stage.seen(&order).await["terms"], json!(terms()));
    let outdated = stage.merchant.post("/v1/orders", stage.placement(revision())).await;
    assert_eq!(outdated.refused(422, "revision_outdated", None)["field"], "revision");
}

#[tokio::test]
async fn only_what_is_on_sale_can_be_ordered_whatever_the_order_of_messages() {
    let stage = Stage::new().await;
    let gone = stage.publish(5, None).await;
    // Older news, and the same again.
    stage.publish(3, Some(terms())).await;
    stage.send(&gone).await;
    stage.rest().await;
    let order = || stage.merchant.post("/v1/orders", stage.placement(revision()));
    order().await.refused(422, "listing_not_on_sale", None);
    stage.publish(6, Some(terms())).await;
    stage.rest().await;
    order().await.ok();
    let mut unknown = stage.placement(revision());
    unknown["listing"] = json!(ListingId(Uuid::now_v7()));
    let refused = stage.merchant.post("/v1/orders", unknown).await;
    assert_eq!(refused.refused(422, "listing_not_on_sale", None)["field"], "listing");
}

#[tokio::test]
async fn a_provider_that_is_barred_takes_no_orders_and_is_told_by_which_rule() {
    let stage = Stage::new().await;
    let refused = async |rule| {
        stage.rest().await;
        let placed = stage.merchant.post("/v1/orders", stage.placement(revision())).await;
        placed.refused(422, "provider_takes_no_orders", Some(rule));
    };
    stage.purse(4, true, 0).await;
    // Older than what is known.
    stage.purse(2, false, 0).await;
    refused("W33").await;
    stage.purse(5, true, 50_000).await;
    refused("W18").await;
    let leaving =
        |leaving| json!(Provider { provider: stage.provider_id, eu_trained: false, leaving, exited_at: None });
    let subject = stage.provider_id.to_string();
    stage.inject("onboarding", "provider.exit_requested", &subject, 2, leaving(true)).await;
    refused("X21").await;
    stage.inject("onboarding", "provider.exit_cancelled", &subject, 3, leaving(false)).await;
    stage.purse(6, false, 50_000).await;
    stage.rest().await;
    stage.merchant.post("/v1/orders", stage.placement(revision())).await.ok();
}

#[tokio::test]
async fn a_merchant_that_owes_money_back_and_is_late_places_no_orders() {
    let stage = Stage::new().await;
    let place = async || {
        stage.rest().await;
        stage.merchant.post("/v1/orders", stage.placement(revision())).await
    };
    let owed = OrderId(Uuid::now_v7());
    stage.debt(owed, 7, true).await;
    // Older than what is known.
    stage.debt(owed, 6, false).await;
    let refused = place().await;
    let problem = refused.refused(409, "merchant_owes", Some("W18"));
    assert!(problem["detail"].as_str().unwrap().contains(&owed.to_string()), "{problem}");
    // Somebody else's debt is not this merchant's.
    let other = MerchantId(Uuid::now_v7());
    stage.suite().merchant(other).post("/v1/orders", stage.placement(revision())).await.ok();
    stage.debt(owed, 8, false).await;
    place().await.ok();
}

#[tokio::test]
async fn a_bad_placement_is_refused_by_field_and_leaves_nothing() {
    let stage = Stage::new().await;
    let good = stage.placement(revision());
    let bad = |field: &str, value: Value| {
        let mut body = good.clone();
        body[field] = value;
        body
    };
    for (body, code, rule, field) in [
        (bad("quantity", json!(0)), "order_quantity_invalid", None, "quantity"),
        (bad("quantity", json!(121)), "order_quantity_invalid", None, "quantity"),
        (bad("quantity", json!("one")), "body_invalid", None, "quantity"),
        (
            bad("extra_costs_acknowledged", json!(false)),
            "extra_costs_not_acknowledged",
            Some("C7"),
            "extra_costs_acknowledged",
        ),
        (bad("extra_costs", json!([{ "kind": "other", "note": " " }])), "order_text_invalid", None, "extra_costs.note"),
        (bad("extra_costs", json!([{ "kind": "tips", "note": "a" }])), "body_invalid", None, "extra_costs.0.kind"),
        (bad("listing", json!("ord_01h455vb4pex5vsknk084sn02q")), "body_invalid", None, "listing"),
        (bad("colour", json!("red")), "body_invalid", None, "colour"),
    ] {
        let refused = stage.merchant.post("/v1/orders", body).await.refused(422, code, rule);
        assert_eq!(refused["field"], field);
    }
    stage.provider.post("/v1/orders", good.clone()).await.refused(404, "not_found", None);
    stage.nobody().post("/v1/orders", good).await.refused(401, "token_missing", None);
    assert_eq!(stage.merchant.get("/v1/orders").await.ok()["items"], json!([]));
}

#[tokio::test]
async fn a_repeated_placement_is_one_order_and_a_stale_command_is_refused() {
    let stage = Stage::new().await;
    let headers = [("Idempotency-Key", "checkout-1")];
    let first = stage.merchant.post_with("/v1/orders", stage.placement(revision()), &headers).await;
    let again = stage.merchant.post_with("/v1/orders", stage.placement(revision()), &headers).await;
    assert_eq!((first.status, &first.text), (again.status, &again.text));
    assert_eq!(again.headers["idempotent-replayed"], "true");
    assert_eq!(stage.merchant.get("/v1/orders").await.ok()["items"].as_array().unwrap().len(), 1);
    let mut other = stage.placement(revision());
    other["quantity"] = json!(2);
    stage.merchant.post_with("/v1/orders", other, &headers).await.refused(422, "idempotency_key_reused", None);
    let order = first.headers["location"].to_str().unwrap();
    stage.pay(order).await;
    stage.rest().await;
    let stale = [("Idempotency-Key", "cancel-1"), ("If-Match", "\"1\"")];
    let refused = stage.merchant.post_with(&format!("{order}/cancel"), json!({}), &stale).await;
    assert_eq!(refused.refused(412, "version_mismatch", None)["current"], 2);
    let unchanged = [("If-None-Match", "\"2\"")];
    assert_eq!(stage.merchant.request("GET".parse().unwrap(), order, &unchanged, None).await.status, 304);
}

#[tokio::test]
async fn what_is_not_paid_lapses_and_money_that_comes_twice_or_late_changes_nothing() {
    let stage = Stage::new().await;
    let (paid, unpaid) = (stage.placed().await, stage.placed().await);
    let held = stage.pay(&paid).await;
    stage.send(&held).await;
    stage.pay(&paid).await;
    stage.rest().await;
    stage.pass(&unpaid, "payment").await;
    stage.pay(&unpaid).await;
    stage.rest().await;
    assert_eq!(stage.events(&paid).await, ["placed", "funded"]);
    assert_eq!(stage.events(&unpaid).await, ["placed", "payment_expired"]);
    let told = stage.told().await;
    let expired = told.iter().find(|(fact, _)| fact == "payment_expired").unwrap();
    assert_eq!((&expired.1["rules"], &expired.1["order"]), (&json!(["W1"]), &json!(id(&unpaid))));
    let cancel = stage.merchant.post(&format!("{unpaid}/cancel"), json!({})).await;
    assert!(cancel.refused(409, "order_has_ended", None)["since"].is_string());
}

#[tokio::test]
async fn no_work_without_the_agreement_that_the_merchant_read_and_confirmed() {
    let stage = Stage::new().await;
    let order = stage.funded().await;
    let (upload, confirm, start) =
        (format!("{order}/agreement"), format!("{order}/agreement/confirm"), format!("{order}/start"));
    stage.provider.post(&start, json!({})).await.refused(409, "agreement_missing", Some("M4.2.a.5"));
    stage.merchant.get(&upload).await.refused(404, "not_found", None);
    let elsewhere = stage.funded().await;
    for foreign in [FileId(Uuid::now_v7()).to_string(), stage.file(&stage.provider, &elsewhere, "x").await] {
        let refused = stage.provider.post(&upload, agreement(&foreign)).await;
        assert_eq!(refused.refused(422, "order_file_unknown", None)["field"], "file");
    }
    let first = stage.file(&stage.provider, &order, "The first.").await;
    let mut vague = agreement(&first);
    vague["promise"] = json!({ "effect": "All good." });
    stage.provider.post(&upload, vague).await.refused(422, "promise_not_detailed", Some("M4.2.a.5"));
    stage.provider.post(&upload, agreement(&first)).await.ok();
    let second = stage.file(&stage.provider, &order, "The second.").await;
    stage.provider.post(&upload, agreement(&second)).await.ok();
    stage.merchant.post(&upload, agreement(&second)).await.refused(403, "order_action_not_yours", None);
    let old = stage.merchant.post(&confirm, json!({ "file": first })).await;
    old.refused(422, "agreement_replaced", Some("M4.2.a.5"));
    stage.provider.post(&start, json!({})).await.refused(409, "agreement_not_confirmed", Some("M4.2.a.5"));
    stage.merchant.post(&confirm, json!({ "file": second })).await.ok();
    let read = stage.merchant.get(&upload).await.ok();
    assert_eq!((&read["file"]["id"], &read["promise"]), (&json!(second), &agreement(&second)["promise"]));
    assert_eq!(read["cooperation"], json!(["The product photographs."]));
    assert!(read["confirmed_at"].is_string());
    let replaced = stage.provider.post(&upload, agreement(&second)).await;
    replaced.refused(409, "agreement_already_confirmed", Some("M4.2.a.5"));
    let seen = stage.provider.post(&start, json!({})).await.ok();
    assert_eq!((&seen["status"], &seen["phase"]["owed"]["what"]), (&json!("in_progress"), &json!("delivery")));
}

#[tokio::test]
async fn without_an_agreement_in_time_either_party_may_cancel_and_all_goes_back() {
    let stage = Stage::new().await;
    let order = stage.funded().await;
    let cancel = format!("{order}/cancel");
    let refused = stage.provider.post(&cancel, json!({})).await;
    assert_eq!(refused.refused(422, "cancellation_reason_missing", None)["field"], "reason");
    stage.pass(&order, "agreement").await;
    let seen = stage.seen(&order).await;
    assert_eq!(
        (&seen["phase"]["agreement_overdue"], &action(&seen, "cancel")["allowed"]),
        (&json!(true), &json!(true))
    );
    let seen = stage.provider.post(&cancel, json!({})).await.ok();
    assert_eq!((&seen["status"], &seen["phase"]["ended"]["rules"][0]), (&json!("cancelled"), &json!("W2")));
    let told = stage.told().await;
    assert_eq!(facts(&told), ["placed", "funded", "cancelled"]);
    stage.advance(TimeDelta::days(30)).await;
    assert_eq!(stage.events(&order).await, ["placed", "funded", "agreement_overdue", "cancelled"]);
}
