//! The platform's brands: M4.2.c.2, and the statement of a purpose that X24 allows; stores on other markets: M5.25.
use crate::case::{Case, Kind::*, of};
use kernel::Category;
use moderation::Severity::{Advice, Reject, Review};
use moderation::Why::AllowPhrase;

pub fn cases() -> Vec<Case> {
    [names(), purpose(), own_stores_elsewhere()].concat()
}

fn names() -> Vec<Case> {
    let hard = |kind, text: &'static str, words| {
        of("M4.2.c.2", kind).description(text).finds("M4.2.c.2", "M5.5", Reject, "description", words)
    };
    vec![
        hard(English, "Banners by the Alibaba team.", "Alibaba"),
        hard(English, "Banners like those of AliExpress.", "AliExpress"),
        hard(English, "Banners like those of Taobao.", "Taobao"),
        hard(English, "Banners like those of Tmall.", "Tmall"),
        hard(English, "Banners like those of eTao.", "eTao"),
        hard(English, "Banners like those of Yitao.", "Yitao"),
        hard(English, "Banners like those of Juhuasuan.", "Juhuasuan"),
        hard(English, "Banners like those of Alipay.", "Alipay"),
        hard(Chinese, "阿里巴巴风格海报。", "阿里巴巴"),
        hard(Chinese, "速卖通风格海报。", "速卖通"),
        hard(Chinese, "淘宝风格海报。", "淘宝"),
        hard(Chinese, "天猫风格海报。", "天猫"),
        hard(Chinese, "聚划算风格海报。", "聚划算"),
        hard(Chinese, "支付宝风格海报。", "支付宝"),
        of("M4.2.c.2", Innocent).description("支付宝贝定金").lets_pass("M4.2.c.2", AllowPhrase, "支付宝"),
        of("M4.2.c.2", Innocent).description("买家拍下后支付宝贝尾款").lets_pass("M4.2.c.2", AllowPhrase, "支付宝"),
        hard(Disguised, "Banners like those of A l i E x p r e s s.", "A l i E x p r e s s"),
        hard(Disguised, "Banners like those of Аliехprеss.", "Аliехprеss"),
        hard(Disguised, "Banners like those of 4l13xpr3ss.", "4l13xpr3ss"),
        hard(Disguised, "Banners like those of ａｌｉｂａｂａ.", "ａｌｉｂａｂａ"),
        hard(Disguised, "Banners like those of tao\u{200b}bao.", "tao\u{200b}bao"),
        hard(Disguised, "淘-宝风格海报。", "淘-宝"),
        hard(Disguised, "淘寶風格海報。", "淘寶"),
        of("M4.2.c.2", Disguised).description("Banners like those of lxprss.").finds(
            "M4.2.c.2",
            "M5.5",
            Review,
            "description",
            "lxprss",
        ),
        of("M4.2.c.2", English).description("Banners for Ali sellers.").finds(
            "M4.2.c.2",
            "M5.5",
            Review,
            "description",
            "Ali",
        ),
        of("M4.2.c.2", Chinese).description("一淘风格海报。").finds("M4.2.c.2", "M5.5", Review, "description", "一淘"),
        // Ordinary words, and short for a brand: told, and no more.
        of("M4.2.c.2", English).description("Tao banners.").finds("M4.2.c.2", "M5.5", Advice, "description", "Tao"),
        of("M4.2.c.2", English).description("Tall banners.").finds("M4.2.c.2", "M5.5", Advice, "description", "Tall"),
        of("M4.2.c.2", Innocent).description("Text alignment, realism and taoism."),
        of("M4.2.c.2", Innocent).description("阿里山风景海报。").lets_pass("M4.2.c.2", AllowPhrase, "阿里"),
    ]
}

fn purpose() -> Vec<Case> {
    vec![
        of("X24", Innocent).description("Banners for AliExpress stores.").lets_pass(
            "M4.2.c.2",
            AllowPhrase,
            "AliExpress",
        ),
        of("X24", Innocent).description("适用于速卖通店铺的海报。").lets_pass("M4.2.c.2", AllowPhrase, "速卖通"),
        of("X24", Innocent)
            .category(Category::Design)
            .element("content", "banners for AliExpress stores")
            .element("way_of_use", "in the shop")
            .common_elements()
            .lets_pass("M4.2.c.2", AllowPhrase, "AliExpress"),
        of("X24", English).title("Banners for AliExpress stores").finds(
            "M4.2.c.2",
            "M5.5",
            Reject,
            "title",
            "AliExpress",
        ),
        of("X24", Chinese).title("适用于速卖通店铺的海报").finds("M4.2.c.2", "M5.5", Reject, "title", "速卖通"),
        of("X24", English).module("For AliExpress stores", "Six banners.").finds(
            "M4.2.c.2",
            "M5.5",
            Reject,
            "modules[0].heading",
            "AliExpress",
        ),
        // A form that nobody authorised.
        of("X24", English).description("Banners as AliExpress likes them.").finds(
            "M4.2.c.2",
            "M5.5",
            Reject,
            "description",
            "AliExpress",
        ),
        // A name in disguise is no plain statement.
        of("X24", Disguised).description("Banners for A l i E x p r e s s stores.").finds(
            "M4.2.c.2",
            "M5.5",
            Reject,
            "description",
            "A l i E x p r e s s",
        ),
    ]
}

/// A store of one's own on another market.
fn own_stores_elsewhere() -> Vec<Case> {
    let named = |case: Case, market| case.finds("M4.1.g", "M5.25", Advice, "description", market);
    let told = |kind, text: &'static str, words, market| {
        named(of("M5.25", kind).description(text).finds("M5.25", "M5.25", Review, "description", words), market)
    };
    let innocent = |text: &'static str, market| named(of("M5.25", Innocent).description(text), market);
    vec![
        told(English, "We also sell on Amazon, order there", "We also sell on Amazon", "Amazon"),
        told(English, "Order in our Amazon store", "our Amazon store", "Amazon"),
        told(English, "Our eBay shop has it too", "Our eBay shop", "eBay"),
        told(Chinese, "我们的京东店铺也能下单", "我们的京东店", "京东"),
        told(English, "Наш магазин на Amazon", "Наш магазин на Amazon", "Amazon"),
        told(English, "Nuestra tienda de Amazon", "Nuestra tienda de Amazon", "Amazon"),
        told(English, "Il nostro negozio su Amazon", "nostro negozio su Amazon", "Amazon"),
        innocent("banners for Amazon stores", "Amazon"),
        innocent("京东店铺装修", "京东"),
        innocent("We need banners for our Amazon store", "Amazon"),
        innocent("我们的京东店铺需要海报", "京东"),
        innocent("Diseñamos tiendas de Amazon", "Amazon"),
        innocent("Grafica per negozi su Amazon", "Amazon"),
        innocent("Баннеры для магазинов на Amazon", "Amazon"),
    ]
}
