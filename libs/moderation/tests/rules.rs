//! Each rule of section 2 by examples: what breaks it and where, what is innocent and why.
//!
//! Terms are those of small lists written here, so that a change of the shipped lists moves no span; what the shipped
//! lists find is measured in `quality`.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on ends here")]

use kernel::{Category, Currency, Money, PriceUnit};
use moderation::near::Signature;
use moderation::{Case, Engine, Finding, Known, Picture, Report, Severity, Subject, Verdict, View, Why};
use rulebook::listings::Language;
use rulebook::lists::Allow;
use rulebook::{Edition, Lists};
use std::collections::BTreeMap;
use std::sync::OnceLock;

fn engine() -> &'static Engine {
    static ENGINE: OnceLock<Engine> = OnceLock::new();
    ENGINE.get_or_init(|| Engine::compile(&Edition::shipped(), &Lists::read(LISTS).unwrap()))
}

const LISTS: &[&str] = &[
    "name = \"brands\"\nclass = \"brand\"\nrule = \"M4.2.c.2\"\nrow = \"M5.5\"\nseverity = \"reject\"\nreading = \"fuzzy\"\n\
     [[terms]]\nlang = \"any\"\ntexts = [\"aliexpress\", \"alibaba\", \"taobao\", \"tmall\"]\n\
     [[terms]]\nlang = \"zh\"\ntexts = [\"淘宝\"]\n\
     [[allow]]\nlang = \"en\"\ntexts = [\"for aliexpress stores\"]\nexcept_title = true\n",
    "name = \"messengers\"\nclass = \"messenger\"\nrule = \"M4.2.f.5\"\nrow = \"M5.30\"\nreading = \"fuzzy\"\n\
     [[terms]]\nlang = \"any\"\ntexts = [\"telegram\", \"whatsapp\"]\n\
     [[terms]]\nlang = \"any\"\ntexts = [\"wechat\"]\nwhole = true\n\
     [[terms]]\nlang = \"any\"\ntexts = [\"qq\", \"vx\"]\nreading = \"folded\"\nwith = \"account\"\n\
     [[terms]]\nlang = \"zh\"\ntexts = [\"微信\"]\n[[allow]]\nlang = \"zh\"\ntexts = [\"微信息\"]\n",
    "name = \"absolute\"\nclass = \"absolute\"\nrule = \"M4.1.f\"\nrow = \"M5.8\"\nseverity = \"reject\"\n\
     [[terms]]\nlang = \"en\"\ntexts = [\"best\"]\nallow = [\"best practices\"]\n[[terms]]\nlang = \"zh\"\ntexts = [\"全国第一\"]\n",
    "name = \"cashback\"\nclass = \"cashback\"\nrule = \"M5.31\"\nrow = \"M5.31\"\nseverity = \"reject\"\n\
     [[together]]\nname = \"paid_reviews\"\nrule = \"M5.45\"\nrow = \"M5.45\"\nunless = [\"@negations\", \"prohibited\"]\n\
     groups = [[\"coupon\", \"cashback\"], [\"good review*\"]]\n",
    "name = \"promises\"\nclass = \"promise\"\nrule = \"D3.2.2\"\nrow = \"M5.4\"\nseverity = \"reject\"\n\
     [[together]]\nname = \"amount\"\nagent_operation = true\nnumber = true\nunless = [\"@negations\"]\n\
     groups = [[\"guarantee*\"], [\"sales\"]]\n",
    "name = \"negations\"\nclass = \"negation\"\n[[terms]]\nlang = \"en\"\ntexts = [\"no\", \"never\", \"not\"]\n",
    "name = \"contact\"\nclass = \"contact_word\"\n[[terms]]\nlang = \"en\"\ntexts = [\"contact\", \"add me\", \"write to\"]\n",
    "name = \"phone\"\nclass = \"phone_word\"\n[[terms]]\nlang = \"en\"\ntexts = [\"call\", \"phone\"]\n",
    "name = \"reference\"\nclass = \"reference_word\"\n[[terms]]\nlang = \"en\"\ntexts = [\"order no\", \"article\"]\n",
    "name = \"units\"\nclass = \"unit_word\"\n[[terms]]\nlang = \"en\"\ntexts = [\"orders\", \"px\"]\n",
    "name = \"at\"\nclass = \"at_word\"\n[[terms]]\nlang = \"en\"\ntexts = [\"at\"]\n[[terms]]\nlang = \"ru\"\ntexts = [\"собака\"]\n",
    "name = \"dot\"\nclass = \"dot_word\"\n[[terms]]\nlang = \"en\"\ntexts = [\"dot\"]\n[[terms]]\nlang = \"ru\"\ntexts = [\"точка\"]\n",
    "name = \"tlds\"\nclass = \"tld_word\"\n[[terms]]\nlang = \"ru\"\ntexts = [\"ру\"]\nvalue = \"ru\"\n",
    "name = \"technologies\"\nclass = \"technology\"\n[[terms]]\nlang = \"any\"\ntexts = [\"node.js\", \"socket.io\"]\n",
    "name = \"shorteners\"\nclass = \"shortener\"\nrule = \"M4.1.g\"\nrow = \"M5.25\"\nseverity = \"reject\"\n[[terms]]\nlang = \"any\"\ntexts = [\"bit.ly\"]\n",
    "name = \"numbers\"\nclass = \"number_word\"\n\
     [[terms]]\nlang = \"en\"\ntexts = [\"four\"]\nvalue = \"4\"\n[[terms]]\nlang = \"en\"\ntexts = [\"one\"]\nvalue = \"1\"\n\
     [[terms]]\nlang = \"en\"\ntexts = [\"five\"]\nvalue = \"5\"\n[[terms]]\nlang = \"en\"\ntexts = [\"double\"]\nvalue = \"double\"\n\
     [[terms]]\nlang = \"zh\"\ntexts = [\"三\"]\nvalue = \"3\"\n[[terms]]\nlang = \"zh\"\ntexts = [\"八\"]\nvalue = \"8\"\n\
     [[terms]]\nlang = \"zh\"\ntexts = [\"零\"]\nvalue = \"0\"\n[[terms]]\nlang = \"zh\"\ntexts = [\"一\"]\nvalue = \"1\"\n",
    "name = \"free\"\nclass = \"free\"\nrule = \"M5.20\"\nrow = \"M5.20\"\n[[terms]]\nlang = \"en\"\ntexts = [\"completely free\"]\nvalue = \"claim\"\n",
    "name = \"endorsements\"\nclass = \"endorsement\"\nrule = \"P3\"\n[[terms]]\nlang = \"en\"\ntexts = [\"recommended by influencers\"]\n\
     [[terms]]\nlang = \"en\"\ntexts = [\"sponsored\"]\nvalue = \"marked\"\n",
    "name = \"categories\"\nclass = \"category_word\"\n[[terms]]\nlang = \"en\"\ntexts = [\"training course\", \"lessons\", \"instructor\"]\nvalue = \"training\"\n\
     [[terms]]\nlang = \"en\"\ntexts = [\"logo design\"]\nvalue = \"design\"\n",
    "name = \"prices\"\nclass = \"price_word\"\n[[terms]]\nlang = \"en\"\ntexts = [\"price\"]\n",
    "name = \"currencies\"\nclass = \"currency_word\"\n[[terms]]\nlang = \"any\"\ntexts = [\"cny\"]\nvalue = \"CNY\"\n",
    "name = \"deliveries\"\nclass = \"delivery_word\"\n[[terms]]\nlang = \"en\"\ntexts = [\"delivery\"]\n",
    "name = \"durations\"\nclass = \"duration_word\"\n[[terms]]\nlang = \"en\"\ntexts = [\"days\"]\nvalue = \"1\"\n[[terms]]\nlang = \"en\"\ntexts = [\"weeks\"]\nvalue = \"7\"\n",
];

fn read(text: &str) -> Report {
    engine().read(&Subject::listing(&[("description", text)]))
}

fn told(report: &Report) -> Vec<(&str, &str, View)> {
    report.findings.iter().map(|finding| (finding.rule.as_str(), finding.text.as_str(), finding.how.view)).collect()
}

/// Text, rule, the span as written, the view.
const BREACHES: &[(&str, &str, &str, View)] = &[
    ("Sold on alibaba too.", "M4.2.c.2", "alibaba", View::Exact),
    ("Sold on ALIBABA too.", "M4.2.c.2", "ALIBABA", View::Folded),
    ("Sold on ａｌｉｂａｂａ too.", "M4.2.c.2", "ａｌｉｂａｂａ", View::Decorated),
    ("Sold on ⓐⓛⓘⓑⓐⓑⓐ too.", "M4.2.c.2", "ⓐⓛⓘⓑⓐⓑⓐ", View::Decorated),
    ("Sold on ali\u{200b}baba too.", "M4.2.c.2", "ali\u{200b}baba", View::Hidden),
    ("Sold on ali\u{e0041}baba too.", "M4.2.c.2", "ali\u{e0041}baba", View::Hidden),
    ("Sold on a\u{336}l\u{336}ibaba too.", "M4.2.c.2", "a\u{336}l\u{336}ibaba", View::Hidden),
    ("Sold on аlibаbа too.", "M4.2.c.2", "аlibаbа", View::LookAlike),
    ("Sold on aIibaba too.", "M4.2.c.2", "aIibaba", View::LookAlike),
    ("Sold on 4l1b4b4 too.", "M4.2.c.2", "4l1b4b4", View::Leet),
    ("Sold on a l i b a b a too.", "M4.2.c.2", "a l i b a b a", View::Separated),
    ("Sold on a.l.i.b.a.b.a too.", "M4.2.c.2", "a.l.i.b.a.b.a", View::Separated),
    ("Sold on a🔥l🔥i🔥b🔥a🔥b🔥a too.", "M4.2.c.2", "a🔥l🔥i🔥b🔥a🔥b🔥a", View::Separated),
    ("Sold on ali\nbaba too.", "M4.2.c.2", "ali\nbaba", View::Separated),
    ("Sold on alibabaaaa too.", "M4.2.c.2", "alibabaaaa", View::Repeated),
    ("Sold on aliexpres too.", "M4.2.c.2", "aliexpres", View::Edited),
    ("Sold on aliexrpess too.", "M4.2.c.2", "aliexrpess", View::Edited),
    ("Sold on al*express too.", "M4.2.c.2", "al*express", View::Edited),
    ("Sold on lxprss too.", "M4.2.c.2", "lxprss", View::Vowelless),
    ("与淘寶同款", "M4.2.c.2", "淘寶", View::Folded),
    ("与淘-宝同款", "M4.2.c.2", "淘-宝", View::Separated),
    ("The best service.", "M4.1.f", "best", View::Exact),
    ("全國第一的服务", "M4.1.f", "全國第一", View::Folded),
    ("A coupon for every good review.", "M5.45", "coupon for every good review", View::Together),
    ("See https://shop.example.net/a.", "M4.1.g", "https://shop.example.net/a", View::Link),
    ("See mystore.com today.", "M4.1.g", "mystore.com", View::Link),
    ("See mystore[.]com today.", "M4.1.g", "mystore[.]com", View::Spelled),
    ("See mystore dot com today.", "M4.1.g", "mystore dot com", View::Spelled),
    ("See bit.ly/3x today.", "M4.1.g", "bit.ly/3x", View::Link),
    ("See aliexpress.com@evil.com today.", "M4.2.f.5", "aliexpress.com@evil.com", View::Mail),
    ("Mail anna@mystore.com today.", "M4.2.f.5", "anna@mystore.com", View::Mail),
    ("Mail anna at mystore dot com today.", "M4.2.f.5", "anna at mystore dot com", View::Spelled),
    ("Почта anna собака mystore точка ру", "M4.2.f.5", "anna собака mystore точка ру", View::Spelled),
    ("Ring 138-0013-8000 now.", "M4.2.f.5", "138-0013-8000", View::Number),
    ("Ring 1 3 8 0 0 1 3 8 0 0 0 now.", "M4.2.f.5", "1 3 8 0 0 1 3 8 0 0 0", View::Number),
    ("Ring ①③⑧⓪⓪①③⑧⓪⓪⓪ now.", "M4.2.f.5", "①③⑧⓪⓪①③⑧⓪⓪⓪", View::Number),
    ("打一三八零零一三八零零零", "M4.2.f.5", "一三八零零一三八零零零", View::NumberInWords),
    (
        "Dial four one five double five one four five.",
        "M4.2.f.5",
        "four one five double five one four five",
        View::NumberInWords,
    ),
    ("My vx is anna_88.", "M4.2.f.5", "vx", View::Exact),
    ("联系微 信abc888", "M4.2.f.5", "微 信", View::Separated),
    ("Recommended by influencers.", "P3", "Recommended by influencers", View::Folded),
];

#[test]
fn every_breach_is_found_where_it_stands() {
    for (text, rule, span, view) in BREACHES {
        let report = read(text);
        assert!(told(&report).contains(&(*rule, *span, *view)), "{text}: {:?}", told(&report));
        for finding in &report.findings {
            let reread: String = text.chars().skip(finding.start).take(finding.end - finding.start).collect();
            assert_eq!(reread, finding.text, "{text}");
            assert!(!finding.hint.is_empty() || finding.list.is_some(), "{text}");
        }
    }
}

const INNOCENT: &[&str] = &[
    "Text alignment and realibabas.",
    "We follow best practices.",
    "Can we chat about it?",
    "发微信息功能",
    "We give no coupon for a good review.",
    "A coupon for a good review is prohibited.",
    "Built with node.js and socket.io.",
    "The dot com boom.",
    "It is finished.Now the next step.",
    "A size of 10.in or 5.cm.",
    "From 9:00-18:00, Monday 2026-11-22.",
    "1,000,000 orders, 1920x1080 px, version 10.15.7.1",
    "Order no 13800138000 was shipped.",
    "ISBN 978-3-16-148410-0.",
    "Server 192.168.100.1, at 55.7558, 37.6173.",
    "1 2 3 4 5 6 7 8 9 and 36 37 38 39 40 41",
    "Sponsored: recommended by influencers.",
    "In the years 2019-2020 and 2021.",
    "ISO9660 and LZ77/LZ78 and B2200 / B2400",
    "See aliexpress.com/item/1 for it.",
    "Добро пожаловать в наш магазин, тао и сору.",
    "Only QQ plots and vx vectors.",
];

#[test]
fn innocent_texts_pass() {
    for text in INNOCENT {
        let report = read(text);
        assert!(report.findings.is_empty(), "{text}: {:?}", told(&report));
    }
}

#[test]
fn what_is_let_pass_is_recorded_with_its_reason() {
    let cases = [
        ("We follow best practices.", Why::AllowPhrase, Some("best practices")),
        ("realibabas", Why::InnerWord, None),
        ("We give no coupon for a good review.", Why::Negated, Some("no")),
        ("Built with socket.io here.", Why::Technology, Some("socket.io")),
        ("Order no 13800138000 was shipped.", Why::Reference, None),
        ("Only vx vectors.", Why::Alone, None),
        ("See aliexpress.com for it.", Why::AllowedDomain, Some("aliexpress.com")),
    ];
    for (text, why, by) in cases {
        let report = read(text);
        let recorded = report.suppressed.iter().any(|one| one.why == why && one.by.as_deref() == by);
        assert!(recorded, "{text}: {:?}", report.suppressed);
    }
}

#[test]
fn a_statement_of_purpose_may_stand_in_the_description_but_not_in_the_title() {
    let purpose = "Banners for AliExpress stores";
    assert_eq!(read(purpose).verdict, Verdict::Pass);
    let report = engine().read(&Subject::listing(&[("title", purpose)]));
    assert_eq!((report.verdict, told(&report)), (Verdict::Reject, vec![("M4.2.c.2", "AliExpress", View::Folded)]));
}

#[test]
fn a_chat_tool_leads_off_the_market_where_contact_is_asked_for() {
    let found = |text: &str| read(text).findings.first().map(|finding| (finding.severity, finding.row.is_some()));
    assert_eq!(found("Exports chats of telegram."), Some((Severity::Review, false)));
    assert_eq!(found("Add me on telegram."), Some((Severity::Reject, true)));
    assert_eq!(found("We do not use telegram."), Some((Severity::Review, false)));
}

#[test]
fn a_misspelling_is_for_a_person_and_tells_its_distance() {
    let report = read("Sold on aliexpres too.");
    let finding = &report.findings[0];
    assert_eq!(
        (finding.severity, finding.how.distance, finding.how.term.as_deref()),
        (Severity::Review, Some(1), Some("aliexpress"))
    );
}

#[test]
fn what_is_split_over_two_fields_is_found_in_both() {
    let subject = Subject::listing(&[("title", "Ring 138-0013"), ("description", "8000 for samples.")]);
    let report = engine().read(&subject);
    let finding = report.findings.iter().find(|finding| finding.rule.as_str() == "M4.2.f.5").unwrap();
    let also = finding.also.as_ref().unwrap();
    assert_eq!((finding.field.as_str(), finding.start, finding.end), ("title", 5, 13));
    assert_eq!((also.field.as_str(), also.start, also.end), ("description", 0, 4));
}

#[test]
fn promises_count_in_agent_operation_only() {
    let text = "We guarantee sales of 50000 a month.";
    let agent = Subject { agent_operation: true, ..Subject::listing(&[("description", text)]) };
    assert_eq!(told(&engine().read(&agent)), [("D3.2.2", "guarantee sales", View::Together)]);
    assert_eq!(read(text).verdict, Verdict::Pass);
    let denied =
        Subject { agent_operation: true, ..Subject::listing(&[("description", "We never guarantee sales of 500.")]) };
    assert_eq!(engine().read(&denied).verdict, Verdict::Pass);
}

fn priced(text: &'static str, price: &str, unit: PriceUnit) -> Subject<'static> {
    Subject {
        category: Some(Category::Software),
        price: Some(Money::parse(price, Currency::CNY).unwrap()),
        price_unit: Some(unit),
        ..Subject::listing(&[("description", text)])
    }
}

fn rules(findings: &[Finding]) -> Vec<&str> {
    findings.iter().map(|finding| finding.rule.as_str()).collect()
}

#[test]
fn enterprise_erp_has_a_floor_per_month() {
    let below = [
        ("29.99", PriceUnit::Month, true),
        ("30.00", PriceUnit::Month, false),
        ("359.99", PriceUnit::Year, true),
        ("360.00", PriceUnit::Year, false),
    ];
    for (price, unit, is_below) in below {
        let report = engine().read(&priced("Enterprise ERP software.", price, unit));
        assert_eq!(rules(&report.findings) == ["M4.2.e.2"], is_below, "{price} {unit}");
    }
    assert!(engine().read(&priced("A chart of sherpas.", "1.00", PriceUnit::Month)).findings.is_empty());
}

#[test]
fn fields_that_contradict_each_other_are_found() {
    let found = |text, price| rules(&engine().read(&priced(text, price, PriceUnit::OneOff)).findings).join(" ");
    assert_eq!(found("The price is 500 CNY.", "600.00"), "M4.1.a");
    assert_eq!(found("The price is 600 CNY.", "600.00"), "");
    assert_eq!(found("It is completely free.", "600.00"), "M5.20");
    let delivery = |days| {
        let subject =
            Subject { delivery_days: Some(days), ..Subject::listing(&[("description", "Delivery in 2 weeks.")]) };
        rules(&engine().read(&subject).findings).join(" ")
    };
    assert_eq!((delivery(14).as_str(), delivery(7).as_str()), ("", "M4.1.a"));
}

#[test]
fn keywords_are_not_stacked() {
    let stacked = [
        "seo seo seo seo",
        "erp software, erp system, erp cloud, erp online, erp tools, erp china",
        "代运营代运营代运营代运营代运营代运营代运营代运营代运营代运营代运营代运营",
    ];
    for text in stacked {
        assert_eq!(rules(&read(text).findings), ["M5.15"], "{text}");
    }
    for text in ["md5 sha1 sha224 sha256 sha384 sha512", "40-bit, 56-bit, 104-bit, 128-bit, 192-bit, 256-bit"] {
        assert!(read(text).findings.is_empty(), "{text}");
    }
}

#[test]
fn a_service_is_published_in_its_category_or_in_one_that_overlaps() {
    let of = |category, agent_operation| {
        let texts = [("title", "Training course"), ("description", "Twelve lessons with an instructor.")];
        let report = engine().read(&Subject { category: Some(category), agent_operation, ..Subject::listing(&texts) });
        rules(&report.findings).join(" ")
    };
    assert_eq!(of(Category::Training, false), "");
    assert_eq!(of(Category::Design, false), "M5.18");
    assert_eq!(of(Category::Operation, false), "", "X25");
    assert_eq!(of(Category::Design, true), "M5.19");
}

#[test]
fn missing_elements_are_told_only_where_elements_were_given() {
    let base = Subject { category: Some(Category::Design), ..Subject::listing(&[("description", "A banner.")]) };
    assert_eq!(engine().read(&base).verdict, Verdict::Pass);
    let elements = BTreeMap::from([("content".to_owned(), "six banners".to_owned())]);
    let report = engine().read(&Subject { elements: Some(elements), ..base });
    let fields: Vec<&str> = report.findings.iter().map(|finding| finding.field.as_str()).collect();
    assert!(fields.contains(&"elements.known_defects") && fields.contains(&"elements.way_of_use"), "{fields:?}");
    assert!(!fields.contains(&"elements.content"), "{fields:?}");
}

#[test]
fn another_core_function_is_told() {
    let of = |now: &str| {
        let elements = BTreeMap::from([("function".to_owned(), now.to_owned())]);
        let subject = Subject {
            category: Some(Category::Software),
            elements: Some(elements),
            reviewed_core: Some("edits product pictures in bulk"),
            ..Subject::default()
        };
        rules(&engine().read(&subject).findings).contains(&"M5.24")
    };
    assert!(!of("edits product pictures in bulk and crops them"));
    assert!(of("sends coupons to former buyers"));
}

#[test]
fn cases_without_proof_and_pictures_are_told() {
    let case =
        |evidence| Subject { cases: vec![Case { text: "A shop doubled its orders.", evidence }], ..Subject::default() };
    assert_eq!(rules(&engine().read(&case(0)).findings), ["M4.1.b"]);
    assert!(engine().read(&case(1)).findings.is_empty());
    let picture = |width, hash| Picture { width, height: 800, hash: Some(hash) };
    let pictures = |all: Vec<Picture>| {
        let report = engine().read(&Subject { pictures: Some(all), ..Subject::default() });
        report.findings.iter().map(|finding| finding.field.clone()).collect::<Vec<String>>().join(" ")
    };
    assert_eq!(pictures(vec![picture(800, 1), picture(800, 0xffff), picture(800, 0xffff_0000)]), "");
    assert_eq!(pictures(vec![picture(800, 1), picture(800, 0xffff)]), "pictures");
    assert_eq!(pictures(vec![picture(499, 1), picture(800, 3), picture(800, 0xffff_0000)]), "pictures[0] pictures[1]");
}

#[test]
fn the_same_service_again_is_told_within_and_across_providers() {
    let words: Vec<String> = (0..200).map(|n| format!("word{}", n * n)).collect();
    let text = words.join(" ");
    let mut other = words.clone();
    other[100] = "another".to_owned();
    let nearly = other.join(" ");
    let signature = Signature::of([text.as_str()]);
    let told = |text: &str, same_provider| {
        let known = vec![Known { name: "listing-1", signature: &signature, same_provider }];
        let report = engine().read(&Subject { known, ..Subject::listing(&[("description", text)]) });
        report.findings.iter().map(|finding| (finding.rule.as_str().to_owned(), finding.severity)).collect::<Vec<_>>()
    };
    assert_eq!(told(&text, true), [("M5.17".to_owned(), Severity::Reject)]);
    assert_eq!(told(&nearly, true), [("M5.17".to_owned(), Severity::Review)]);
    assert_eq!(told(&nearly, false), [("M4.2.e.1".to_owned(), Severity::Review)]);
    assert!(told(&words[..60].join(" "), true).is_empty());
    let shared = Signature::of([nearly.as_str()]).bands();
    assert!(signature.bands().iter().any(|band| shared.contains(band)));
}

#[test]
fn a_phrase_that_is_allowed_since_excuses_terms_combinations_and_shorteners() {
    let text = "The best service. A coupon for every good review. See bit.ly/3x today.";
    let found = |lists: &Lists| {
        let report = Engine::compile(&Edition::shipped(), lists).read(&Subject::listing(&[("description", text)]));
        rules(&report.findings).into_iter().map(str::to_owned).collect::<Vec<String>>()
    };
    let lists = Lists::read(LISTS).unwrap();
    assert_eq!(found(&lists), ["M4.1.f", "M5.45", "M4.1.g"]);
    let allow = |phrase: &str| Allow { lang: Language::En, texts: vec![phrase.to_owned()], except_title: false };
    let allowed = [
        ("absolute", "the best service"),
        ("cashback", "a coupon for every good review"),
        ("shorteners", "see bit.ly/3x today"),
    ];
    for (nth, (list, phrase)) in allowed.iter().enumerate() {
        let since = lists.with_allowed([(*list, allow(phrase))]);
        let left: Vec<&str> = ["M4.1.f", "M5.45", "M4.1.g"]
            .into_iter()
            .enumerate()
            .filter(|(n, _)| *n != nth)
            .map(|(_, rule)| rule)
            .collect();
        assert_eq!(found(&since), left, "{phrase}");
    }
}

#[test]
fn messages_are_held_to_the_rules_of_messages() {
    let report = engine().read(&Subject::message("The best! Call 138-0013-8000."));
    assert_eq!(rules(&report.findings), ["M4.2.f.5"]);
}
