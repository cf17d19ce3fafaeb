//! The shipped templates, filled from payloads as their contexts write them.
use super::*;
use contracts::{Record, Recorded, disputes, listings, onboarding, orders, settlement};
use kernel::{
    ApplicationId, Category, Currency, EditionId, ListingId, MerchantId, PriceUnit, ProviderId, QualificationId,
};
use kernel::{RevisionId, Terms, Time};
use serde_json::json;
use uuid::Uuid;

fn at() -> Time {
    "2026-11-22T10:00:00.123456Z".parse().unwrap()
}

fn cny(minor: i64) -> Money {
    Money::new(minor, Currency::CNY)
}

fn order() -> Value {
    json!(orders::Order {
        order: OrderId(Uuid::from_u128(1)),
        listing: ListingId(Uuid::from_u128(2)),
        revision: RevisionId(Uuid::from_u128(3)),
        provider: ProviderId(Uuid::from_u128(4)),
        merchant: MerchantId(Uuid::from_u128(5)),
        category: Category::Design,
        agent_operation: false,
        edition: EditionId("2026-11".into()),
        amount: cny(120_000),
        status: "placed".into(),
        open: true,
        pay_by: Some(at()),
        application: None,
        ended_by_case: None,
        rules: vec![RuleId::of("W5"), RuleId::of("D1.1.3")],
    })
}

/// An aggregate after an event that nobody decides on; some of them name no rules.
fn recorded(after: Value, event: &str) -> Value {
    let record = Record {
        side: Some(Party::Merchant),
        of: Some("evidence".into()),
        due: Some(at()),
        amount: Some(cny(30_000)),
        ..Record::of(event, 7, &[]).saying("Screenshots of the price list.")
    };
    json!(Recorded { after, record })
}

/// The same, as its templates ask for it.
fn as_asked(template: &Template) -> Value {
    let mut data = sample(&template.fact);
    for (path, value) in &template.when {
        *data.pointer_mut(&format!("/{}", path.replace('.', "/"))).unwrap() = value.clone();
    }
    data
}

/// A case after `fact`; only some facts have an outcome.
fn case(fact: &str) -> Value {
    let has_outcome =
        ["settled", "decided", "appeal_decided", "forum_followed", "awarded", "withdrawn"].contains(&fact);
    let statement = ["decided", "appeal_decided"].contains(&fact).then(|| disputes::Statement {
        en: "Of 1200.00 CNY paid, 800.00 CNY goes back to the merchant.".into(),
        zh: "已付 1200.00 CNY，其中 800.00 CNY 退还商家。".into(),
        sha256: "0".repeat(64),
    });
    json!(disputes::Case {
        case: CaseId(Uuid::from_u128(6)),
        order: OrderId(Uuid::from_u128(1)),
        provider: ProviderId(Uuid::from_u128(4)),
        merchant: MerchantId(Uuid::from_u128(5)),
        stage: "arbitration".into(),
        status: "decided".into(),
        open: true,
        outcome: has_outcome.then(|| disputes::Outcome {
            to_merchant: cny(80_000),
            compensation: cny(0),
            rules: vec![RuleId::of("D2.2")],
            edition: EditionId("2026-11".into()),
            at: at(),
            extension_seconds: None,
            data_download: false,
            statement,
        }),
    })
}

fn listing() -> Value {
    let terms = Terms {
        revision: RevisionId(Uuid::from_u128(3)),
        number: 2,
        title: "A logo\r\nBcc: all@example.com".into(),
        category: Category::Design,
        agent_operation: false,
        price: cny(120_000),
        price_unit: PriceUnit::OneOff,
        delivery_days: None,
        modification_days: None,
        modifications: None,
        acceptance_standard: "As in the sketch.".into(),
        cooperation: vec![],
        content_hash: "0".repeat(64),
    };
    let (listing, provider) = (ListingId(Uuid::from_u128(2)), ProviderId(Uuid::from_u128(4)));
    json!(listings::Judged {
        listing: listings::Listing { listing, provider, published: Some(terms) },
        revision: RevisionId(Uuid::from_u128(3)),
        reasons: "The price is missing.".into(),
        mend_by: Some(at()),
        rules: vec![RuleId::of("M4.1.a")],
    })
}

fn money() -> Value {
    json!(settlement::Escrow {
        order: OrderId(Uuid::from_u128(1)),
        merchant: MerchantId(Uuid::from_u128(5)),
        provider: ProviderId(Uuid::from_u128(4)),
        amount: cny(120_000),
        status: "split".into(),
        refunded: cny(80_000),
        released: cny(40_000),
        debt: cny(50_000),
        debt_pay_by: Some(at()),
        debt_overdue: false,
    })
}

fn purse(blocked: bool) -> Value {
    let provider = ProviderId(Uuid::from_u128(4));
    json!(settlement::Purse { provider, required: cny(1_000), deposit: cny(1), liability: cny(0), blocked })
}

/// A payload as the context of a fact writes it.
fn sample(fact: &str) -> Value {
    if let Some((fact, event)) = fact.split_once('/') {
        return recorded(sample(fact), event);
    }
    let words: Vec<_> = fact.split('.').collect();
    match (words[0], words[1]) {
        ("orders", "order") => order(),
        ("disputes", "case") => case(words[2]),
        ("listings", "listing") => listing(),
        ("settlement", "escrow") => money(),
        ("settlement", "purse") => purse(true),
        ("onboarding", "application") => json!(onboarding::Application {
            application: ApplicationId(Uuid::from_u128(8)),
            provider: ProviderId(Uuid::from_u128(4)),
            category: Category::Design,
            reasons: "The licence names no web design.".into(),
            answer_by: Some(at()),
            rules: vec![RuleId::of("M3.1.4")],
        }),
        ("onboarding", "qualification") => json!(onboarding::Qualification {
            qualification: QualificationId(Uuid::from_u128(7)),
            provider: ProviderId(Uuid::from_u128(4)),
            category: Category::Design,
            status: onboarding::QualificationStatus::Active,
            valid_until: None,
        }),
        ("onboarding", "provider") => {
            let provider = ProviderId(Uuid::from_u128(4));
            json!(onboarding::Provider { provider, eu_trained: true, leaving: true, exited_at: Some(at()) })
        }
        _ => panic!("no context tells {fact}"),
    }
}

fn message(fact: &str, data: Value) -> Message {
    let (fact, _) = fact.split_once('/').unwrap_or((fact, ""));
    Message {
        specversion: "1.0".into(),
        id: Uuid::from_u128(9),
        source: fact.split('.').next().unwrap().into(),
        r#type: format!("guildhall.{fact}"),
        subject: String::new(),
        sequence: 1,
        time: at(),
        traceparent: None,
        datacontenttype: "application/json".into(),
        data,
    }
}

fn drafts(fact: &str, data: Value) -> Result<Vec<Draft>, Missing> {
    Templates::shipped().unwrap().drafts(&message(fact, data))
}

#[test]
fn every_template_can_be_filled_from_the_payload_of_its_fact() {
    let Templates { notices: all, .. } = Templates::shipped().unwrap();
    for template in &all {
        let drafts = drafts(&template.fact, as_asked(template)).unwrap();
        assert!(drafts.iter().any(|draft| draft.about.kind == template.kind), "{}", template.kind);
        for text in drafts.iter().flat_map(|draft| [&draft.en, &draft.zh]) {
            assert!(!format!("{}{}", text.subject, text.text).contains(['{', '}', '[', ']', '\r', '\n']), "{text:?}");
            assert!(text.subject.chars().count() <= 200 && text.text.chars().count() <= 1_000, "{text:?}");
        }
        for draft in &drafts {
            assert!(draft.en.text.is_ascii() || !draft.en.text.contains('。'), "{draft:?}");
            assert!(draft.zh.text.contains('。'), "{draft:?}");
            assert!(!draft.rules.is_empty(), "{draft:?}");
        }
    }
}

#[test]
fn one_template_for_each_fact_and_recipient_and_each_fact_is_bound() {
    let Templates { notices: all, .. } = Templates::shipped().unwrap();
    for (place, one) in all.iter().enumerate() {
        let are_apart = |other: To| {
            let apart = [(To::Provider, To::Merchant), (To::Side, To::Other)];
            let is_platforms = [one.to, other].contains(&To::Platform) && one.to != other;
            is_platforms || apart.contains(&(one.to, other)) || apart.contains(&(other, one.to))
        };
        let is_twin = |other: &Template| other.fact == one.fact && other.when == one.when && !are_apart(other.to);
        let twin = all[..place].iter().any(is_twin);
        assert!(!twin, "{} twice", one.fact);
        let key = one.fact.split('/').next().unwrap();
        let is_bound = crate::inbound::BINDINGS.iter().any(|binding| match binding.strip_suffix('#') {
            Some(prefix) => key.starts_with(prefix),
            None => key == *binding,
        });
        assert!(is_bound, "{} is not bound", one.fact);
    }
}

#[test]
fn a_notice_says_what_happened_in_both_languages() {
    let [told] = &drafts("orders.order.delivered", order()).unwrap()[..] else { panic!() };
    assert_eq!(told.recipient.org(), Some(Org::Merchant(MerchantId(Uuid::from_u128(5)))));
    assert_eq!(told.about.order, Some(OrderId(Uuid::from_u128(1))));
    assert_eq!((told.about.at, told.about.cause), (at(), Uuid::from_u128(9)));
    assert!(told.en.text.contains("at 2026-11-22T10:00:00Z"), "{}", told.en.text);
    assert!(told.zh.subject.contains("已交付"));
    let told = drafts("disputes.case.decided", case("decided")).unwrap();
    assert_eq!(told.len(), 2);
    assert!(told[0].en.subject.ends_with("800.00 CNY to the merchant"), "{}", told[0].en.subject);
    assert!(told[1].en.subject.ends_with("800.00 CNY to you"), "{}", told[1].en.subject);
    assert!(told[1].zh.text.contains("其中 800.00 CNY 退还商家"), "{}", told[1].zh.text);
    let told = drafts("disputes.case.suspended", case("suspended")).unwrap();
    let to: Vec<_> = told.iter().map(|draft| draft.recipient.to_string()[..4].to_owned()).collect();
    assert_eq!(to, ["prv_", "mer_"]);
}

#[test]
fn the_rules_are_those_that_the_payload_names_or_else_the_templates() {
    let mut late = recorded(order(), "overdue");
    let rules = |payload: &Value| drafts("orders.order.recorded/overdue", payload.clone()).unwrap()[0].rules.clone();
    assert_eq!(rules(&late), [RuleId::of("D2.4"), RuleId::of("W4")]);
    late["record"]["rules"] = json!(["D2.5c", "W6"]);
    assert_eq!(rules(&late), [RuleId::of("D2.5c"), RuleId::of("W6")]);
    let [merchant, provider] = &drafts("orders.order.recorded/overdue", late).unwrap()[..] else { panic!() };
    assert!(merchant.en.text.contains("apply for a refund at once") && provider.zh.text.contains("D2.5c, W6"));
}

#[test]
fn whoever_acted_is_not_told_and_the_other_side_is() {
    let told = |event: &str, side: Option<Party>| {
        let mut data = recorded(case(event), event);
        data["record"]["side"] = json!(side);
        drafts(&format!("disputes.case.recorded/{event}"), data).map(|drafts| {
            drafts.into_iter().map(|draft| (draft.about.kind, draft.recipient.to_string()[..3].to_owned())).collect()
        })
    };
    let to = |kind: &str, recipient: &str| (kind.to_owned(), recipient.to_owned());
    assert_eq!(told("proposed", Some(Party::Provider)), Ok(vec![to("settlement_proposed", "mer")]));
    assert_eq!(told("proposed", Some(Party::Merchant)), Ok(vec![to("settlement_proposed", "prv")]));
    // Silence declined it: nobody acted.
    assert_eq!(
        told("proposal_declined", None),
        Ok(vec![to("proposal_declined", "prv"), to("proposal_declined", "mer")])
    );
    assert_eq!(
        told("evidence_requested", Some(Party::Merchant)),
        Ok(vec![to("evidence_requested", "mer"), to("evidence_asked_of_other", "prv")])
    );
    assert_eq!(told("reminded", Some(Party::Merchant)), Ok(vec![to("evidence_reminded", "mer")]));
    assert_eq!(told("reminded", None), Err(Missing("record.side".into())));
}

#[test]
fn words_in_brackets_go_with_what_is_missing_in_them() {
    let text =
        |data: &Value| drafts("disputes.case.recorded/negotiation_ended", data.clone()).unwrap()[0].en.text.clone();
    let mut ended = recorded(case("recorded"), "negotiation_ended");
    assert!(text(&ended).contains("before the platform until 2026-11-22T10:00:00Z; after that"), "{}", text(&ended));
    ended["record"]["due"] = Value::Null;
    assert!(text(&ended).contains("without agreement. You may still settle"), "{}", text(&ended));
}

#[test]
fn what_concerns_nobody_makes_no_notice_and_what_is_not_whole_is_named() {
    assert_eq!(drafts("orders.order.settled", order()), Ok(vec![]));
    let templates = Templates::shipped().unwrap();
    let decision = |fact: &str| templates.decision(&message(fact, sample("orders.order.settled"))).is_some();
    assert!(decision("orders.order.settled") && decision("orders.order.placed") && !decision("orders.order.sold"));
    assert_eq!(drafts("settlement.purse.changed", purse(false)), Ok(vec![]));
    assert_eq!(drafts("settlement.purse.changed", purse(true)).unwrap().len(), 1);
    let mut without = order();
    without["merchant"] = Value::Null;
    assert_eq!(drafts("orders.order.placed", without), Err(Missing("merchant".into())));
    let mut without = order();
    without["pay_by"] = Value::Null;
    assert_eq!(drafts("orders.order.placed", without), Err(Missing("pay_by".into())));
}
