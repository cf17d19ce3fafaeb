//! The screening, rule by rule: what is found, where, and what is left alone.
use crate::world::*;
use kernel::{Category, FileId};
use listings_domain::screening::{How, Severity};
use listings_domain::{Case, Content, Finding, Module, Screener, Subject, Verdict};
use proptest::prelude::*;

fn read(field: &str, text: &str) -> Vec<Finding> {
    let subject = Subject {
        category: Category::Operation,
        agent_operation: true,
        texts: vec![(field.to_owned(), text)],
        price: None,
        price_unit: None,
    };
    Screener::of(&EDITION.listings).read(&subject)
}

fn shown(findings: &[Finding]) -> Vec<(&str, Severity, &str)> {
    findings.iter().map(|finding| (finding.rule.as_str(), finding.severity, finding.text.as_str())).collect()
}

#[track_caller]
fn finds(text: &str, rule: &str, severity: Severity, words: &str) {
    let findings = read("description", text);
    let found = findings
        .iter()
        .any(|finding| finding.rule.as_str() == rule && finding.severity == severity && finding.text == words);
    assert!(found, "{text:?} should have {words:?} by {rule}, found {:?}", shown(&findings));
    for finding in &findings {
        let span: String = text.chars().skip(finding.start).take(finding.end - finding.start).collect();
        assert_eq!(span, finding.text, "the span is of the original text");
    }
}

#[track_caller]
fn passes(text: &str) {
    let findings = read("description", text);
    assert!(findings.is_empty(), "{text:?} is innocent, found {:?}", shown(&findings));
}

#[test]
fn platform_brands() {
    let brand = |text, words| finds(text, "M4.2.c.2", Severity::Reject, words);
    brand("Works with Taobao and others", "Taobao");
    brand("Official ALIBABA tool", "ALIBABA");
    brand("ＡｌｉＥｘｐｒｅｓｓ plug-in", "ＡｌｉＥｘｐｒｅｓｓ");
    brand("Ali-Express plug-in", "Ali-Express");
    brand("支持淘宝店铺", "淘宝");
    brand("支付寶付款", "支付寶");
    brand("taobao店铺", "taobao");
    finds("Ali recommends it", "M4.2.c.2", Severity::Review, "Ali");
    passes("Alignment of tables, taoism, malicious code, an italian alibi, tall pictures.");
    passes("We visit 阿里山 every spring. Muhammad Ali, a boxer. The Tao Te Ching.");
}

#[test]
fn a_statement_of_purpose_is_allowed_but_not_in_the_title() {
    passes("A stock keeper for AliExpress stores.");
    passes("适用于速卖通店铺的库存工具");
    assert_eq!(shown(&read("title", "Stock for AliExpress stores")), [("M4.2.c.2", Severity::Reject, "AliExpress")]);
    finds("For AliExpress stores, from AliExpress.", "M4.2.c.2", Severity::Reject, "AliExpress");
}

#[test]
fn other_chat_tools() {
    let named = |text, words| finds(text, "M4.2.f.5", Severity::Review, words);
    named("A plug-in that shows WhatsApp messages", "WhatsApp");
    named("支持微信通知", "微信");
    let contact = |text, words| finds(text, "M4.2.f.5", Severity::Reject, words);
    contact("Contact us on WhatsApp", "Contact us on WhatsApp");
    contact("请加微信详谈", "加微信");
    contact("QQ: 12345678", "QQ: 12345678");
    contact("微信号 138 0013 8000", "微信号 138 0013 8000");
    contact("Write to seller@example.com today", "seller@example.com");
    passes("Talk to us in the platform's chat or on DingTalk, also by 钉钉.");
    passes("The date is written as DD/MM/YY on one line. A telegraphic style.");
}

#[test]
fn outside_links() {
    let link = |text, words| finds(text, "M4.1.g", Severity::Reject, words);
    link("See https://example.com/a?b=c.", "https://example.com/a?b=c");
    link("See www.example.org now", "www.example.org");
    link("请访问example.cn获取资料", "example.cn");
    link("shop:My-Shop.com!", "My-Shop.com");
    link("ｅｘａｍｐｌｅ．ｃｏｍ", "ｅｘａｍｐｌｅ．ｃｏｍ");
    link("ftp://10.0.0.1/file", "ftp://10.0.0.1/file");
    link("https://aliexpress.com.evil.top/x", "https://aliexpress.com.evil.top/x");
    link("https://aliexpress.com@evil.top/x", "https://aliexpress.com@evil.top/x");
    passes("Built with Node.js, ASP.NET and Socket.io; version 1.2.3, size 10.5 in, 24/7, and/or, e.g. this.");
    passes("The first part is done.In the next one we go on.");
    assert_eq!(read("modules[0].text", "www.example.org")[0].row.as_ref().unwrap().as_str(), "M5.36");
    assert_eq!(read("description", "www.example.org")[0].row.as_ref().unwrap().as_str(), "M5.25");
}

#[test]
fn a_link_to_the_platform_may_stand_and_its_name_in_it() {
    passes("See https://www.aliexpress.com/item/1.html or sell.aliexpress.com for details.");
    finds("See seller@aliexpress.com for details.", "M4.2.f.5", Severity::Reject, "seller@aliexpress.com");
    finds("See www.aliexpress.com, the AliExpress site", "M4.2.c.2", Severity::Reject, "AliExpress");
}

#[test]
fn absolute_terms() {
    finds("The world's best stock keeper", "M4.1.f", Severity::Reject, "world's best");
    finds("全网第一的工具", "M4.1.f", Severity::Reject, "全网第一");
    finds("The best tool", "M4.1.f", Severity::Review, "best");
    finds("Ｂｅｓｔ tool", "M4.1.f", Severity::Review, "Ｂｅｓｔ");
    finds("唯一的选择", "M4.1.f", Severity::Review, "唯一");
    passes(
        "Written to best practices, works best with a wide screen, at best in a day; a unique identifier for each item.",
    );
    passes("第一步导入，最大化窗口，唯一标识，首选项。");
}

#[test]
fn promises_of_agent_operation() {
    finds("We guarantee sales of 10,000 USD.", "D3.2.2", Severity::Reject, "guarantee sales of 10,000");
    finds("承诺月销售额达到 10 万元", "D3.2.2", Severity::Reject, "承诺月销售额达到 10");
    finds("Turnover will rise; it will be at least 5000 orders.", "D3.2.2", Severity::Review, "at least 5000 orders");
}

#[test]
fn rewards_for_reviews() {
    finds("Cashback for every 5-star review", "M5.45", Severity::Reject, "Cashback for every 5-star review");
    finds("好评返现五元", "M5.45", Severity::Reject, "好评返现");
    passes("Collects good reviews of your items in one table. Coupons are printed on paper.");
    passes("There is no cashback for good reviews.");
}

#[test]
fn promises_without_a_figure_are_looked_at_and_other_kinds_of_service_are_left_alone() {
    finds("我们保证店铺的流量", "D3.2.2", Severity::Review, "保证店铺的流量");
    passes("We cannot guarantee sales of any kind in the first 3 months.");
    passes("We send sales reports. We promise an answer within 2 days.");
    let text = "We guarantee sales of 10,000 USD a month.";
    let subject = Subject {
        category: Category::Software,
        agent_operation: false,
        texts: vec![("description".into(), text)],
        price: None,
        price_unit: None,
    };
    assert_eq!(Screener::of(&EDITION.listings).read(&subject), []);
    finds(
        "We guarantee sales to every manufacturer",
        "M5.62",
        Severity::Review,
        "guarantee sales to every manufacturer",
    );
}

fn screened(category: Category, content: &Content<FileId>) -> Vec<Finding> {
    Screener::of(&EDITION.listings).screen(category, false, content)
}

#[test]
fn every_category_asks_for_its_elements() {
    let missing = |category| {
        let content = Content { elements: Default::default(), ..software() };
        let findings = screened(category, &content);
        assert!(findings.iter().all(|finding| finding.row.as_ref().unwrap().as_str() == "M5.13"));
        assert_eq!(Verdict::of(&findings), Verdict::Reject);
        let fields = findings.into_iter().map(|finding| format!("{} {}", finding.rule, finding.seen_as));
        fields.collect::<Vec<_>>().join(", ").replace("elements.", "")
    };
    use strum::VariantArray;
    let table: Vec<_> =
        Category::VARIANTS.iter().map(|category| format!("{category}: {}", missing(*category))).collect();
    insta::assert_snapshot!(table.join("\n"));
}

#[test]
fn price_unit_pictures_and_cases() {
    let content = Content {
        price_unit: None,
        pictures: vec![],
        cases: vec![Case { text: "Sold 5 times more.".into(), evidence: vec![] }],
        ..software()
    };
    let findings = screened(Category::Software, &content);
    let rules: Vec<_> = findings.iter().map(|finding| (finding.rule.as_str(), finding.field.as_str())).collect();
    assert_eq!(rules, [("M4.1.a", "price_unit"), ("M4.1.b", "cases[0].text"), ("C6", "pictures")]);
    let none_needed = Content { cooperation: Some(vec![]), ..software() };
    assert_eq!(screened(Category::Software, &none_needed), []);
}

#[test]
fn every_text_of_a_listing_is_read() {
    let mut content = Content {
        modules: vec![Module { heading: "Taobao".into(), text: "Taobao".into() }],
        cooperation: Some(vec!["Taobao".into()]),
        cases: vec![Case { text: "Taobao".into(), evidence: vec![file(1).id] }],
        title: "Taobao".into(),
        description: "Taobao".into(),
        ..software()
    };
    content.elements.insert("after_sales".into(), "Taobao".into());
    let findings = screened(Category::Software, &content);
    let fields: Vec<_> = findings.iter().map(|finding| finding.field.as_str()).collect();
    let all = [
        "title",
        "description",
        "modules[0].heading",
        "modules[0].text",
        "elements.after_sales",
        "cooperation[0]",
        "cases[0].text",
    ];
    assert_eq!(fields, all);
}

#[test]
fn one_breach_is_one_finding_and_says_how_it_was_seen() {
    // The contact names the tool: the harder finding stands for both.
    let findings = read("description", "Contact us on WhatsApp");
    assert_eq!((findings.len(), findings[0].how), (1, How::Together));
    assert_eq!(findings[0].row.as_ref().unwrap().as_str(), "M5.30");
    let seen = |text| read("description", text)[0].how;
    assert_eq!((seen("taobao"), seen("Taobao"), seen("www.a.com")), (How::Exact, How::Folded, How::Link));
    let json = serde_json::to_string(&findings).unwrap();
    assert_eq!(json, serde_json::to_string(&read("description", "Contact us on WhatsApp")).unwrap());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spans_lie_in_the_text_and_read_as_the_words(
        parts in prop::collection::vec(
            prop_oneof![
                Just("Taobao"), Just("微信"), Just("contact us"), Just("the best"), Just("www.example.com"), Just("a@b.io"),
                Just("\u{200b}"), Just("　"), Just("．"), Just("12345678"), Just("\n"), Just("e\u{301}"), Just("İ"), Just("://"), Just("@"),
            ],
            0..20,
        )
    ) {
        let text = parts.join(" ");
        let length = text.chars().count();
        for finding in read("description", &text) {
            prop_assert!(finding.start < finding.end && finding.end <= length);
            let span: String = text.chars().skip(finding.start).take((finding.end - finding.start).min(200)).collect();
            prop_assert_eq!(span, finding.text);
        }
    }
}
