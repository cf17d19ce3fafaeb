//! How a service is praised: M4.1.e, M4.1.f, M5.20, P3, D3.2.2, M5.62, X14.
use crate::case::{Case, Kind::*, NO_ROW, of};
use kernel::PriceUnit::OneOff;
use moderation::Severity::{Advice, Reject, Review};
use moderation::Why::{AllowPhrase, Disclosed, Negated};

pub fn cases() -> Vec<Case> {
    [advertising(), goods_on_sale(), praise(), free(), endorsements(), promises(), promises_to_brands()].concat()
}

fn advertising() -> Vec<Case> {
    vec![
        of("M4.1.e", English).description("Banners for shops. We are hiring editors.").finds(
            "M4.1.e",
            "M5.16",
            Review,
            "description",
            "We are hiring",
        ),
        of("M4.1.e", Chinese).description("店铺装修。诚聘编辑。").finds(
            "M4.1.e",
            "M5.16",
            Review,
            "description",
            "诚聘",
        ),
        of("M4.1.e", Disguised).description("ｐａｓｓｉｖｅ ｉｎｃｏｍｅ for everybody.").finds(
            "M4.1.e",
            "M5.16",
            Review,
            "description",
            "ｐａｓｓｉｖｅ ｉｎｃｏｍｅ",
        ),
        of("M4.1.e", Disguised).description("招\u{200b}聘编辑。").finds(
            "M4.1.e",
            "M5.16",
            Review,
            "description",
            "招\u{200b}聘",
        ),
        of("M4.1.e", Innocent).description("A lucky draw banner for your shop.").lets_pass(
            "M4.1.e",
            AllowPhrase,
            "lucky draw",
        ),
        of("M4.1.e", Innocent).description("招聘海报设计。").lets_pass("M4.1.e", AllowPhrase, "招聘"),
    ]
}

/// Who sells goods or investments, and who draws the pictures of a sale.
fn goods_on_sale() -> Vec<Case> {
    let told = |kind, text: &'static str, words| {
        of("M4.1.e", kind).description(text).finds("M4.1.e", "M5.16", Review, "description", words)
    };
    let innocent = |text: &'static str| of("M4.1.e", Innocent).description(text);
    let drawn = |text: &'static str, words| innocent(text).lets_pass("M4.1.e", Negated, words);
    vec![
        told(English, "Big sale of shoes today, 50% off, buy now", "sale of shoes"),
        told(Chinese, "本店女鞋清仓大甩卖", "女鞋清仓"),
        told(Chinese, "本店女鞋清倉大甩賣", "女鞋清倉"),
        told(English, "Распродажа обуви, скидка 70%", "Распродажа обув"),
        told(English, "Gran liquidación de zapatos", "liquidación de zapatos"),
        told(English, "Svendita scarpe al 50%", "Svendita scarpe"),
        told(English, "Invest in bitcoin with us", "Invest in bitcoin"),
        told(Chinese, "跟我们一起投资比特币", "投资比特币"),
        told(English, "Инвестируйте в биткоин с нами", "Инвестируйте в биткоин"),
        told(English, "Invierta en bitcoin con nosotros", "Invierta en bitcoin"),
        told(English, "Investi in bitcoin con noi", "Investi in bitcoin"),
        innocent("A banner for your summer sale."),
        innocent("清仓海报"),
        drawn("A poster for the clearance sale of shoes.", "sale of shoes"),
        drawn("女鞋清仓海报设计", "女鞋清仓"),
        drawn("Banner per la svendita di scarpe.", "svendita di scarpe"),
        drawn("Cartel de rebajas de zapatos.", "rebajas de zapatos"),
    ]
}

fn praise() -> Vec<Case> {
    let told = |kind, row, words: &'static str| {
        of("M4.1.f", kind).description(words).finds("M4.1.f", row, Reject, "description", words)
    };
    let praised = |kind, text: &'static str, words| {
        of("M4.1.f", kind).description(text).finds("M4.1.f", "M5.8", Review, "description", words)
    };
    vec![
        told(English, "M5.4", "100% success guaranteed"),
        told(English, "M5.4", "100% guaranteed results"),
        told(Chinese, "M5.4", "百分百有效"),
        told(Disguised, "M5.8", "w\u{43e}rld's best"),
        told(Disguised, "M5.8", "W0rld's b3st"),
        told(Disguised, "M5.8", "全 国 第 一"),
        praised(English, "El precio más bajo del mercado", "precio más bajo del mercado"),
        praised(English, "Il prezzo più basso del mercato", "prezzo più basso del mercato"),
        praised(English, "Somos el número uno", "Somos el número uno"),
        praised(English, "Il numero uno in Italia", "numero uno in Italia"),
        praised(English, "Мы номер один", "Мы номер один"),
        praised(Disguised, "蕞好的店铺设计", "蕞好"),
        of("M4.1.f", Innocent).description("In the list, number one is the logo.").lets_pass(
            "M4.1.f",
            AllowPhrase,
            "number one",
        ),
        of("M4.1.f", Innocent).description("Encuentra el precio más bajo."),
        of("M4.1.f", Innocent).description("店铺装修 海报设计 安全 国内 第三方"),
        of("M4.1.f", English).title("The world's best banners").finds(
            "M4.1.f",
            "M5.8",
            Reject,
            "title",
            "world's best",
        ),
        of("M4.1.f", Chinese).title("全国第一的店铺装修").finds("M4.1.f", "M5.8", Reject, "title", "全国第一"),
        of("M4.1.f", Chinese).title("全國第一的店鋪裝修").finds("M4.1.f", "M5.8", Reject, "title", "全國第一"),
        of("M4.1.f", Disguised).title("The ｗｏｒｌｄ＇ｓ ｂｅｓｔ banners").finds(
            "M4.1.f",
            "M5.8",
            Reject,
            "title",
            "ｗｏｒｌｄ＇ｓ ｂｅｓｔ",
        ),
        of("M4.1.f", Disguised).title("The world's be\u{200b}st banners").finds(
            "M4.1.f",
            "M5.8",
            Reject,
            "title",
            "world's be\u{200b}st",
        ),
        of("M4.1.f", English)
            .description("An excellent service by a unique team.")
            .finds("M4.1.f", "M5.8", Review, "description", "excellent service")
            .finds("M4.1.f", "M5.8", Review, "description", "unique team"),
        of("M4.1.f", Chinese).description("最好的店铺装修。").finds("M4.1.f", "M5.8", Review, "description", "最好"),
        of("M4.1.f", English).description("A unique layout.").finds("M4.1.f", "M5.8", Advice, "description", "unique"),
        of("M4.1.f", English).description("The best layout.").finds(
            "M4.1.f",
            "M5.8",
            Advice,
            "description",
            "The best",
        ),
        of("M4.1.f", Innocent).description("We follow the world's best practices.").lets_pass(
            "M4.1.f",
            AllowPhrase,
            "world's best",
        ),
        of("M4.1.f", Innocent).description("Each banner has a unique identifier.").lets_pass(
            "M4.1.f",
            AllowPhrase,
            "unique",
        ),
        of("M4.1.f", Innocent).description("Best practices for texts."),
        of("M4.1.f", Innocent).description("公司位于国家级开发区。").lets_pass("M4.1.f", AllowPhrase, "国家级"),
        // A message between the parties is no publicity.
        of("M4.1.f", Innocent).message("The world's best banners!"),
    ]
}

fn free() -> Vec<Case> {
    let priced = |kind, text: &'static str| of("M5.20", kind).description(text).price("100.00", OneOff);
    let claimed = |case: Case, words| case.finds("M5.20", "M5.20", Review, "description", words);
    vec![
        claimed(priced(English, "It is completely free."), "completely free"),
        claimed(priced(Chinese, "本服务完全免费。"), "完全免费"),
        claimed(priced(English, "Free store design."), "Free store design"),
        claimed(priced(Chinese, "零元设计"), "零元设计"),
        claimed(priced(Chinese, "免费店铺设计"), "免费店铺设计"),
        claimed(priced(English, "Бесплатный дизайн магазина"), "Бесплатный дизайн магазина"),
        claimed(priced(English, "Diseño gratis de tu tienda"), "Diseño gratis de tu tienda"),
        claimed(priced(English, "Design gratuito del negozio"), "Design gratuito del negozio"),
        priced(Innocent, "Free store design consultation."),
        of("M5.20", Boundary).description("It is completely free.").price("0.00", OneOff),
        priced(Innocent, "Files completely free of viruses, free revisions, free consultation, free shipping.")
            .lets_pass("M5.20", AllowPhrase, "completely free"),
        priced(Innocent, "免费修改两次，免费咨询。"),
        of("M5.20", English)
            .description("The draft is free, you only pay a deposit of 10.")
            .price("100.00", OneOff)
            .finds("M5.20", "M5.20", Review, "description", "free, you only pay"),
        of("M5.20", Chinese).description("免费设计，后期收费。").finds(
            "M5.20",
            "M5.20",
            Review,
            "description",
            "免费设计，后期收费",
        ),
        of("M5.20", Chinese).description("零元服务，欢迎下单。").finds(
            "M5.20",
            "M5.20",
            Review,
            "description",
            "零元服务",
        ),
        of("M5.20", Disguised).description("ｆｒｅｅ ｆｏｒｅｖｅｒ").finds(
            "M5.20",
            "M5.20",
            Review,
            "description",
            "ｆｒｅｅ ｆｏｒｅｖｅｒ",
        ),
        of("M5.20", Innocent).description("Free trial of seven days, then pay.").lets_pass(
            "M5.20",
            Negated,
            "Free trial of seven days, then pay",
        ),
        of("M5.20", Innocent).description("免费试用三天，之后需付费。").lets_pass(
            "M5.20",
            Negated,
            "免费试用三天，之后需付",
        ),
        of("M5.20", Innocent).description("Feel free to ask."),
    ]
}

fn endorsements() -> Vec<Case> {
    vec![
        of("P3", Disguised).description("网-红-推-荐").finds("P3", NO_ROW, Review, "description", "网-红-推-荐"),
        of("P3", Disguised).description("influenc\u{435}rs recommend us").finds(
            "P3",
            NO_ROW,
            Review,
            "description",
            "influenc\u{435}rs recommend",
        ),
        of("P3", Innocent).description("Sponsored: recommended by influencers.").lets_pass(
            "P3",
            Disclosed,
            "recommended by influencers",
        ),
        of("P3", Innocent).description("广告：网红推荐的海报").lets_pass("P3", Disclosed, "网红推荐"),
        of("P3", Innocent).description("达人推荐模块设计").lets_pass("P3", AllowPhrase, "达人推荐"),
        of("P3", English).description("Recommended by influencers.").finds(
            "P3",
            NO_ROW,
            Review,
            "description",
            "Recommended by influencers",
        ),
        of("P3", Chinese).description("网红推荐的海报。").finds("P3", NO_ROW, Review, "description", "网红推荐"),
        of("P3", Disguised).description("Recommended by inf\u{200b}luencers.").finds(
            "P3",
            NO_ROW,
            Review,
            "description",
            "Recommended by inf\u{200b}luencers",
        ),
        of("P3", Disguised).description("網紅推薦的海報。").finds("P3", NO_ROW, Review, "description", "網紅推薦"),
        of("P3", Innocent).description("A recommendation module for your shop."),
        of("P3", Innocent).description("We find influencers for your goods."),
        of("P3", Innocent).description("明星代言经纪服务。").lets_pass("P3", AllowPhrase, "明星代言"),
        // Marked as paid.
        of("P3", Innocent).description("Advertisement. Celebrity endorsement.").lets_pass(
            "P3",
            Disclosed,
            "Celebrity endorsement",
        ),
        of("P3", Innocent).description("广告：明星同款海报。").lets_pass("P3", Disclosed, "明星同款"),
    ]
}

fn promises() -> Vec<Case> {
    vec![
        of("D3.2.2", English).agent_operation().description("We guarantee sales of 50000 a month.").finds(
            "D3.2.2",
            "M5.4",
            Reject,
            "description",
            "guarantee sales",
        ),
        of("D3.2.2", Chinese).agent_operation().description("保证月销售额50万元。").finds(
            "D3.2.2",
            "M5.4",
            Reject,
            "description",
            "保证月销",
        ),
        of("D3.2.2", Disguised).agent_operation().description("We guaran\u{200b}tee sales of 50000 a month.").finds(
            "D3.2.2",
            "M5.4",
            Reject,
            "description",
            "guaran\u{200b}tee sales",
        ),
        of("D3.2.2", English).agent_operation().description("We promise more visitors.").finds(
            "D3.2.2",
            "M5.4",
            Review,
            "description",
            "promise more visitors",
        ),
        of("D3.2.2", Chinese).agent_operation().description("七天出单。").finds(
            "D3.2.2",
            "M5.4",
            Review,
            "description",
            "七天出单",
        ),
        of("D3.2.2", Innocent).agent_operation().description("We do not promise any sales of 500.").lets_pass(
            "D3.2.2",
            Negated,
            "promise any sales",
        ),
        of("D3.2.2", Innocent).agent_operation().description("不承诺销售额100万。").lets_pass(
            "D3.2.2",
            Negated,
            "承诺销售额",
        ),
        // It is agent operation that promises nothing.
        of("D3.2.2", Innocent).description("We guarantee sales of 50000 a month."),
        of("X14", Innocent).agent_operation().title("Whole-store hosting").description(
            "Work: forty listings a month. Measures: titles and pictures are revised every week. Report: sales data \
             on the fifth of each month.",
        ),
        of("X14", Innocent)
            .agent_operation()
            .title("整店托管")
            .description("工作内容：每月上架四十件商品。措施：每周优化标题与主图。每月五日提交销售额报表。"),
    ]
}

fn promises_to_brands() -> Vec<Case> {
    vec![
        of("M5.62", English).description("We guarantee your factory sales of 10,000 USD.").finds(
            "M5.62",
            "M5.62",
            Review,
            "description",
            "guarantee your factory sales",
        ),
        of("M5.62", Chinese).description("保证工厂销售额100万元。").finds(
            "M5.62",
            "M5.62",
            Review,
            "description",
            "保证工厂销售额",
        ),
        of("M5.62", Disguised).description("保\u{200b}证工厂销售额100万元。").finds(
            "M5.62",
            "M5.62",
            Review,
            "description",
            "保\u{200b}证工厂销售额",
        ),
        // One finding, one row: the more serious, as hard as the other.
        of("M5.62", English).agent_operation().description("We guarantee your factory sales of 10,000 USD.").finds(
            "M5.62",
            "M5.62",
            Reject,
            "description",
            "guarantee your factory sales",
        ),
        of("M5.62", Innocent).description("We cannot promise a factory any sales.").lets_pass(
            "M5.62",
            Negated,
            "promise a factory any sales",
        ),
        of("M5.62", Innocent).description("为品牌方和工厂提供销售额报表。"),
    ]
}
