//! What may not be sold, or cannot be had: M4.1.d, M4.2.c.1, M4.2.c.4, M4.1.h.
use crate::case::{Case, Kind::*, of};
use moderation::Severity::{Reject, Review};
use moderation::Why::{AllowPhrase, Negated};

pub fn cases() -> Vec<Case> {
    [prohibited(), sold(), infringing(), harmful_functions(), forbidden_words(), functions(), invalid()].concat()
}

fn prohibited() -> Vec<Case> {
    vec![
        of("M4.1.d", English).description("Pictures of fake passports.").finds(
            "M4.1.d",
            "M5.2",
            Reject,
            "description",
            "fake passports",
        ),
        of("M4.1.d", Chinese).description("假文凭主图。").finds("M4.1.d", "M5.2", Reject, "description", "假文凭"),
        of("M4.1.d", Disguised).description("Pictures of f\u{430}ke p4ssports.").finds(
            "M4.1.d",
            "M5.2",
            Reject,
            "description",
            "f\u{430}ke p4ssports",
        ),
        of("M4.1.d", Disguised).description("假\u{200b}文凭主图。").finds(
            "M4.1.d",
            "M5.2",
            Reject,
            "description",
            "假\u{200b}文凭",
        ),
        of("M4.1.d", English).message("I have fake passports, too.").finds(
            "M4.1.d",
            "M5.2",
            Reject,
            "text",
            "fake passports",
        ),
        // A link to them, wherever it leads.
        of("M4.1.d", English)
            .description("See https://banners.shop/replica-handbags")
            .finds("M4.1.g", "M5.25", Reject, "description", "https://banners.shop/replica-handbags")
            .finds("M4.1.d", "M5.3", Reject, "description", "replica-handbags"),
        of("M4.1.d", English).description("See https://www.aliexpress.com/fake-passports").finds(
            "M4.1.d",
            "M5.3",
            Reject,
            "description",
            "fake-passports",
        ),
        of("M4.1.d", Innocent).description("Protection against ransomware.").lets_pass(
            "M4.1.d",
            AllowPhrase,
            "ransomware",
        ),
        of("M4.1.d", Innocent).description("We never sell fake passports.").lets_pass(
            "M4.1.d",
            Negated,
            "fake passports",
        ),
    ]
}

/// Weapons and drugs, in every language.
fn sold() -> Vec<Case> {
    let told = |kind, text: &'static str, words| {
        of("M4.1.d", kind).description(text).finds("M4.1.d", "M5.2", Reject, "description", words)
    };
    let innocent = |text: &'static str| of("M4.1.d", Innocent).description(text);
    vec![
        told(English, "We sell handguns.", "We sell handguns"),
        told(Chinese, "出售手枪", "出售手枪"),
        told(English, "Venta de armas", "Venta de armas"),
        told(English, "vendemos drogas", "vendemos drogas"),
        told(English, "venta de marihuana", "venta de marihuana"),
        told(English, "vendita di armi da fuoco", "vendita di armi"),
        told(English, "vendiamo droga", "vendiamo droga"),
        told(English, "продам пистолет", "продам пистолет"),
        told(English, "оружие на продажу", "оружие на продажу"),
        innocent("Glue guns for sale.").lets_pass("M4.1.d", AllowPhrase, "guns for sale"),
        innocent("售卖玩具手枪的主图").lets_pass("M4.1.d", Negated, "卖玩具手枪"),
        innocent("Pistola per colla in vendita").lets_pass("M4.1.d", Negated, "Pistola per colla in vendita"),
        innocent("Pistola de agua en venta").lets_pass("M4.1.d", Negated, "Pistola de agua en venta"),
        innocent("Продажа игрушечных пистолетов").lets_pass("M4.1.d", Negated, "Продажа игрушечных пистолет"),
    ]
}

/// Other people's works and marks.
fn infringing() -> Vec<Case> {
    let text = |law, kind, text: &'static str| of(law, kind).description(text);
    let told = |law, kind, words| text(law, kind, words).finds(law, "M5.2", Reject, "description", words);
    vec![
        told("M4.2.c.1", English, "replica handbags"),
        told("M4.2.c.1", English, "Disney logo without licence"),
        told("M4.2.c.1", Chinese, "盗版课程"),
        told("M4.2.c.1", English, "counterfeit handbags"),
        told("M4.2.c.1", Chinese, "假冒名表"),
        told("M4.2.c.1", Disguised, "假冒名錶"),
        told("M4.2.c.1", English, "bolsos falsos"),
        told("M4.2.c.1", English, "bolsos falsificados"),
        told("M4.2.c.1", English, "borse contraffatte"),
        told("M4.2.c.1", English, "поддельные сумки"),
        told("M4.2.c.1", English, "подделки брендов"),
        told("M4.2.c.1", English, "пиратские шрифты"),
        text("M4.2.c.1", Innocent, "识别假冒名表的方法").lets_pass("M4.2.c.1", Negated, "假冒名表"),
        text("M4.2.c.1", Innocent, "We remove fake shadows under shoes.").lets_pass(
            "M4.2.c.1",
            Negated,
            "fake shadows under shoes",
        ),
        text("M4.2.c.1", Innocent, "Ropa con bolsillos falsos"),
        text("M4.2.c.1", Innocent, "Шрифт в пиратском стиле"),
        told("M4.2.c.1", Disguised, "r e p l i c a   h a n d b a g s"),
        told("M4.2.c.1", Disguised, "replica h\u{430}ndbags"),
        told("M4.2.c.1", Disguised, "高\u{200b}仿"),
        told("M4.2.c.1", Disguised, "盗-版"),
        text("M4.2.c.1", Innocent, "Disney and Nike are names."),
        text("M4.2.c.1", Innocent, "高仿真模型主图。").lets_pass("M4.2.c.1", AllowPhrase, "高仿"),
        text("M4.2.c.1", Innocent, "We never sell replica handbags.").lets_pass(
            "M4.2.c.1",
            Negated,
            "replica handbags",
        ),
        told("M4.2.c.4", English, "stolen photos"),
        told("M4.2.c.4", Chinese, "盗用图片"),
        told("M4.2.c.4", Disguised, "st0len photos"),
        text("M4.2.c.4", Innocent, "防盗图。").lets_pass("M4.2.c.4", AllowPhrase, "盗图"),
    ]
}

/// The list that the operator keeps.
fn forbidden_words() -> Vec<Case> {
    let told = |kind, words: &'static str| {
        of("M5.12", kind).description(words).finds("M5.12", "M5.12", Review, "description", words)
    };
    vec![
        told(English, "recommended by the government"),
        told(Chinese, "国宴专用"),
        told(Disguised, "国 宴 专 用"),
        told(Disguised, "bullsh1t"),
        of("M5.12", English).title("Bullshit free design").finds("M5.12", "M5.12", Review, "title", "Bullshit"),
        of("M5.12", Innocent).description("Not endorsed by the government.").lets_pass(
            "M5.12",
            AllowPhrase,
            "endorsed by the government",
        ),
        of("M5.12", Innocent).description("Forms that the government issues."),
    ]
}

/// Each function has its row.
fn functions() -> Vec<Case> {
    [
        (English, "picture hosting service", "M5.27"),
        (Chinese, "图床", "M5.27"),
        (English, "traffic exchange", "M5.28"),
        (Chinese, "流量交换", "M5.28"),
        (English, "recharge service", "M5.29"),
        (Chinese, "话费充值", "M5.29"),
        (Chinese, "虚构原价", "M5.34"),
        (English, "hijack listings", "M5.22"),
        (Chinese, "恶意点击", "M5.22"),
        (Disguised, "h1jack l1stings", "M5.22"),
        (English, "bypass platform rules", "M5.23"),
        (Chinese, "规避检测", "M5.23"),
        (Disguised, "bypass pl\u{430}tform rules", "M5.23"),
        (English, "skip promotion conditions", "M5.33"),
        (Chinese, "绕过活动门槛", "M5.33"),
        (English, "order discount as a single-item discount", "M5.35"),
        (Chinese, "满减变单品折扣", "M5.35"),
        (English, "jumps without a click", "M5.37"),
        (Chinese, "免点击跳转", "M5.37"),
        (English, "cannot be uninstalled", "M5.38"),
        (Chinese, "无法卸载", "M5.38"),
        (English, "pay orders for others", "M5.46"),
        (Chinese, "代付款", "M5.46"),
        (English, "fake reviews", "M5.44"),
        (Chinese, "删差评", "M5.44"),
        (English, "buy positive reviews", "M5.44"),
        (Chinese, "买好评", "M5.44"),
        (English, "Покупка отзывов", "M5.44"),
        (English, "удаление отрицательных отзывов", "M5.44"),
        (English, "compra de reseñas", "M5.44"),
        (English, "acquisto di recensioni", "M5.44"),
        (English, "fake orders", "M5.52"),
        (Disguised, "刷-单", "M5.52"),
    ]
    .map(|(kind, words, row)| of("M4.1.d", kind).description(words).finds("M4.1.d", row, Reject, "description", words))
    .into()
}

/// Functions that deceive, harass or lead members astray.
fn harmful_functions() -> Vec<Case> {
    vec![
        of("M4.1.d", English).description("A brushing service for new shops.").finds(
            "M4.1.d",
            "M5.52",
            Reject,
            "description",
            "brushing service",
        ),
        of("M4.1.d", Chinese).description("提供刷单服务。").finds("M4.1.d", "M5.52", Reject, "description", "刷单"),
        of("M4.1.d", Disguised).description("提供刷單服務。").finds("M4.1.d", "M5.52", Reject, "description", "刷單"),
        of("M4.1.d", Innocent).description("识别刷单行为的工具。").lets_pass("M4.1.d", AllowPhrase, "刷单"),
        of("M4.1.d", English).description("It forces a redirect.").finds(
            "M4.1.d",
            "M5.26",
            Reject,
            "description",
            "forces a redirect",
        ),
        of("M4.1.d", Chinese).description("骚扰买家的工具。").finds(
            "M4.1.d",
            "M5.26",
            Reject,
            "description",
            "骚扰买家",
        ),
        of("M4.1.d", Innocent).description("防流量劫持。").lets_pass("M4.1.d", AllowPhrase, "流量劫持"),
    ]
}

fn invalid() -> Vec<Case> {
    vec![
        of("M4.1.h", English).title("Test listing").finds("M4.1.h", "M5.76", Review, "title", "Test listing"),
        of("M4.1.h", Chinese).title("测试商品，请勿拍").finds("M4.1.h", "M5.76", Review, "title", "测试商品").finds(
            "M4.1.h",
            "M5.76",
            Review,
            "title",
            "请勿拍",
        ),
        of("M4.1.h", Disguised).description("Ｄｏ ｎｏｔ ｏｒｄｅｒ.").finds(
            "M4.1.h",
            "M5.76",
            Review,
            "description",
            "Ｄｏ ｎｏｔ ｏｒｄｅｒ",
        ),
        of("M4.1.h", Disguised).title("测\u{200b}试商品").finds("M4.1.h", "M5.76", Review, "title", "测\u{200b}试商品"),
        of("M4.1.h", Innocent).description("A lorem ipsum generator for templates.").lets_pass(
            "M4.1.h",
            AllowPhrase,
            "lorem ipsum",
        ),
        of("M4.1.h", Innocent)
            .description("测试服务器上的占位图。")
            .lets_pass("M4.1.h", AllowPhrase, "测试服务")
            .lets_pass("M4.1.h", AllowPhrase, "占位"),
    ]
}
