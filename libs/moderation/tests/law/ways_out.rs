//! Ways out of the market, and what is given for reviews: M4.1.g, M5.25, M4.2.b, M4.2.f.5, X15, M5.31, M5.45.
use crate::case::{Case, Kind::*, NO_ROW, of};
use moderation::Severity::{Advice, Reject, Review};
use moderation::Why::{
    AllowPhrase, AllowedChannel, AllowedDomain, Alone, Date, Measure, Negated, Reference, Technology,
};

pub fn cases() -> Vec<Case> {
    [
        links(),
        other_sites(),
        acting_elsewhere(),
        codes(),
        off_market(),
        contact(),
        accounts(),
        signals(),
        channels(),
        denials(),
        made_for(),
        counts(),
        cashback(),
        reviews(),
    ]
    .concat()
}

fn links() -> Vec<Case> {
    vec![
        of("M4.1.g", Innocent).description("See https://www.aliexpress.com/item/1").lets_pass(
            "M4.1.g",
            AllowedDomain,
            "https://www.aliexpress.com/item/1",
        ),
        of("M4.1.g", Innocent).description("See www.aliexpress.com").lets_pass(
            "M4.1.g",
            AllowedDomain,
            "www.aliexpress.com",
        ),
        of("M4.1.g", English)
            .description("See www.aliexpress.com.banners.shop")
            .finds("M4.1.g", "M5.25", Reject, "description", "www.aliexpress.com.banners.shop")
            .finds("M4.2.c.2", "M5.5", Reject, "description", "aliexpress"),
        of("M4.1.g", English).description("See https://banners.shop/x for more.").finds(
            "M4.1.g",
            "M5.25",
            Reject,
            "description",
            "https://banners.shop/x",
        ),
        of("M4.1.g", Chinese).description("作品见 https://banners.shop/x 。").finds(
            "M4.1.g",
            "M5.25",
            Reject,
            "description",
            "https://banners.shop/x",
        ),
        of("M4.1.g", English).module("Our work", "See https://banners.shop/x for more.").finds(
            "M4.1.g",
            "M5.36",
            Reject,
            "modules[0].text",
            "https://banners.shop/x",
        ),
        of("M4.1.g", Chinese).module("作品", "见 https://banners.shop/x 。").finds(
            "M4.1.g",
            "M5.36",
            Reject,
            "modules[0].text",
            "https://banners.shop/x",
        ),
        of("M4.1.g", Disguised).description("See banners (dot) shop for more.").finds(
            "M4.1.g",
            "M5.25",
            Reject,
            "description",
            "banners (dot) shop",
        ),
        of("M4.1.g", Disguised).description("作品见 banners点shop").finds(
            "M4.1.g",
            "M5.25",
            Reject,
            "description",
            "banners点shop",
        ),
        of("M4.1.g", Disguised).module("Our work", "See b a n n e r s . s h o p").finds(
            "M4.1.g",
            "M5.36",
            Reject,
            "modules[0].text",
            "b a n n e r s . s h o p",
        ),
        of("M4.1.g", Disguised).description("See bit.ly/3xyz for more.").finds(
            "M4.1.g",
            "M5.25",
            Reject,
            "description",
            "bit.ly/3xyz",
        ),
        of("M4.1.g", Innocent).description("See https://sell.aliexpress.com/x for more.").lets_pass(
            "M4.1.g",
            AllowedDomain,
            "https://sell.aliexpress.com/x",
        ),
        of("M4.1.g", Innocent).description("店铺见 aliexpress.com/store/1 。").lets_pass(
            "M4.1.g",
            AllowedDomain,
            "aliexpress.com/store/1",
        ),
        of("M4.1.g", Innocent).description("Built with node.js and socket.io.").lets_pass(
            "M4.1.g",
            Technology,
            "socket.io",
        ),
        of("M4.1.g", Innocent).module("Our work", "Six banners for shops."),
    ]
}

fn other_sites() -> Vec<Case> {
    vec![
        of("M4.1.g", English).title("Banners for Amazon").finds("M4.1.g", "M5.25", Review, "title", "Amazon"),
        of("M4.1.g", Chinese).title("亚马逊主图设计").finds("M4.1.g", "M5.25", Review, "title", "亚马逊"),
        of("M4.1.g", Disguised).title("Banners for 4m4z0n").finds("M4.1.g", "M5.25", Review, "title", "4m4z0n"),
        of("M4.1.g", English).description("Banners for Amazon as well.").finds(
            "M4.1.g",
            "M5.25",
            Advice,
            "description",
            "Amazon",
        ),
        of("M4.1.g", English).description("Find us on Facebook.").finds(
            "M4.1.g",
            "M5.25",
            Review,
            "description",
            "Facebook",
        ),
        of("M4.1.g", Innocent)
            .description("Pictures in the sizes that Facebook takes.")
            .lets_pass("M4.1.g", Alone, "Facebook"),
        of("M4.1.g", Innocent).title("Photos of the Amazon rainforest").lets_pass("M4.1.g", AllowPhrase, "Amazon"),
        of("M4.1.g", Innocent).title("北京东路拍摄").lets_pass("M4.1.g", AllowPhrase, "京东"),
    ]
}

fn acting_elsewhere() -> Vec<Case> {
    vec![
        of("M5.25", English).description("Create an account on our website.").finds(
            "M5.25",
            "M5.25",
            Review,
            "description",
            "Create an account on our website",
        ),
        of("M5.25", Chinese).description("前往我们的官网。").finds(
            "M5.25",
            "M5.25",
            Review,
            "description",
            "前往我们的官网",
        ),
        of("M5.25", Disguised).description("Ｓｉｇｎ ｕｐ on our website.").finds(
            "M5.25",
            "M5.25",
            Review,
            "description",
            "Ｓｉｇｎ ｕｐ on our website",
        ),
        of("M5.25", English).description("Scan the QR code in the picture.").finds(
            "M5.25",
            "M5.25",
            Review,
            "description",
            "QR code in the picture",
        ),
        of("M5.25", Innocent).description("No need to sign up on our website.").lets_pass(
            "M5.25",
            Negated,
            "sign up on our website",
        ),
        of("M5.25", Innocent).description("无需注册我们的官网。").lets_pass("M5.25", Negated, "注册我们的官网"),
        of("M5.25", Innocent).description("Users log in with the account of their shop."),
        of("M5.25", Innocent).description("商家用店铺账号登录。"),
    ]
}

/// A code that is scanned to make contact.
fn codes() -> Vec<Case> {
    let told = |kind, text: &'static str, words| {
        of("M5.25", kind).description(text).finds("M5.25", "M5.25", Review, "description", words)
    };
    vec![
        told(English, "Escanea el código QR para contactarnos", "Escanea el código QR"),
        told(English, "Scansiona il codice QR per contattarci", "Scansiona il codice QR"),
        told(Chinese, "扫码联系", "扫码联系"),
        told(Chinese, "掃碼聯繫", "掃碼聯繫"),
        of("M5.25", Innocent).description("QR code design for your packaging"),
        of("M5.25", Innocent).description("设计二维码海报"),
    ]
}

fn off_market() -> Vec<Case> {
    let told = |kind, text: &'static str, words| {
        of("M4.2.b", kind).description(text).finds("M4.2.b", "M5.30", Reject, "description", words)
    };
    let disguised = |words| told(Disguised, words, words);
    vec![
        told(English, "10% off if you pay me directly", "pay me directly"),
        told(English, "Pay to my card directly, it is cheaper", "Pay to my card"),
        told(Chinese, "钱转给我便宜", "钱转给我"),
        told(English, "Оплатите напрямую на карту", "Оплатите напрямую"),
        told(English, "Pago directo a mi cuenta con descuento", "Pago directo a mi cuenta"),
        told(English, "Mi paghi direttamente e costa meno", "Mi paghi direttamente"),
        of("M4.2.b", Innocent).description("Pay by card at the checkout."),
        of("M4.2.b", Innocent).description("设计稿直接转给我们审核"),
        disguised("pay \u{43e}utside the platform"),
        disguised("p4y 0uts1de the platform"),
        disguised("p@y outs!de the platform"),
        disguised("payyyy outsiiide the platform"),
        disguised("p a y   o u t s i d e the platform"),
        disguised("线 下 交 易"),
        of("M4.2.b", English).description("You may pay outside the platform.").finds(
            "M4.2.b",
            "M5.30",
            Reject,
            "description",
            "pay outside the platform",
        ),
        of("M4.2.b", Chinese).description("可以线下交易。").finds("M4.2.b", "M5.30", Reject, "description", "线下交易"),
        of("M4.2.b", English).message("You may pay outside the platform.").finds(
            "M4.2.b",
            "M5.30",
            Reject,
            "text",
            "pay outside the platform",
        ),
        of("M4.2.b", Chinese).message("可以线下交易。").finds("M4.2.b", "M5.30", Reject, "text", "线下交易"),
        of("M4.2.b", Disguised).description("You may pay o.u.t.s.i.d.e the p.l.a.t.f.o.r.m.").finds(
            "M4.2.b",
            "M5.30",
            Reject,
            "description",
            "pay o.u.t.s.i.d.e the p.l.a.t.f.o.r.m",
        ),
        of("M4.2.b", Disguised).description("可以線\u{200b}下交易。").finds(
            "M4.2.b",
            "M5.30",
            Reject,
            "description",
            "線\u{200b}下交易",
        ),
        of("M4.2.b", English).description("The first payment by PayPal, please.").finds(
            "M4.2.b",
            "M5.30",
            Review,
            "description",
            "payment by PayPal",
        ),
        of("M4.2.b", Innocent).description("No payment outside the platform is taken.").lets_pass(
            "M4.2.b",
            AllowPhrase,
            "payment outside the platform",
        ),
        of("M4.2.b", Innocent).description("请勿线下交易。").lets_pass("M4.2.b", AllowPhrase, "线下交易"),
        of("M4.2.b", Innocent).description("A PayPal gateway plugin."),
    ]
}

fn contact() -> Vec<Case> {
    vec![
        of("M4.2.f.5", English)
            .description("Add me on WeChat: anna_88.")
            .finds("M4.2.f.5", "M5.30", Reject, "description", "WeChat")
            .finds("M4.2.f.5", "M5.30", Reject, "description", "anna_88"),
        of("M4.2.f.5", Chinese)
            .description("加QQ 123456789")
            .finds("M4.2.f.5", "M5.30", Reject, "description", "QQ")
            .finds("M4.2.f.5", "M5.30", Reject, "description", "123456789"),
        of("M4.2.f.5", English)
            .description("YY: 12345678")
            .finds("M4.2.f.5", "M5.30", Reject, "description", "YY")
            .finds("M4.2.f.5", "M5.30", Reject, "description", "12345678"),
        of("M4.2.f.5", Disguised)
            .description("W e C h a t anna_88")
            .finds("M4.2.f.5", "M5.30", Reject, "description", "W e C h a t")
            .finds("M4.2.f.5", "M5.30", Reject, "description", "anna_88"),
        of("M4.2.f.5", Chinese).message("打13800138000找我").finds("M4.2.f.5", "M5.30", Reject, "text", "13800138000"),
        of("M4.2.f.5", Disguised).description("打一三八零零一三八零零零").finds(
            "M4.2.f.5",
            "M5.30",
            Reject,
            "description",
            "一三八零零一三八零零零",
        ),
        of("M4.2.f.5", English).description("Write to anna@banners.shop").finds(
            "M4.2.f.5",
            "M5.30",
            Reject,
            "description",
            "anna@banners.shop",
        ),
        of("M4.2.f.5", Disguised).description("anna at banners dot shop").finds(
            "M4.2.f.5",
            "M5.30",
            Reject,
            "description",
            "anna at banners dot shop",
        ),
        // It names a chat tool and leads nowhere: a finding without points.
        of("M4.2.f.5", English).description("Exports the history of WeChat.").finds(
            "M4.2.f.5",
            NO_ROW,
            Review,
            "description",
            "WeChat",
        ),
        of("M4.2.f.5", Innocent).description("QQ plots of two samples.").lets_pass("M4.2.f.5", Alone, "QQ"),
        of("M4.2.f.5", Innocent).description("Order no 13800138000 was shipped.").lets_pass(
            "M4.2.f.5",
            Reference,
            "13800138000",
        ),
        of("M4.2.f.5", Innocent).description("订单号13800138000已发货。").lets_pass(
            "M4.2.f.5",
            Reference,
            "13800138000",
        ),
        of("M4.2.f.5", Innocent).description("发微信息功能。").lets_pass("M4.2.f.5", AllowPhrase, "微信"),
    ]
}

/// A chat tool whose name is another word as well, beside an account.
fn accounts() -> Vec<Case> {
    let told = |kind, text: &'static str, tool| {
        of("M4.2.f.5", kind).description(text).finds("M4.2.f.5", "M5.30", Reject, "description", tool).finds(
            "M4.2.f.5",
            "M5.30",
            Reject,
            "description",
            "banner88",
        )
    };
    let innocent = |text: &'static str| of("M4.2.f.5", Innocent).description(text);
    vec![
        told(Chinese, "请加line banner88", "加line"),
        told(English, "Line: banner88", "Line:"),
        told(Chinese, "我的Line：banner88", "我的Line"),
        told(English, "add me on line banner88", "add me on line"),
        told(Chinese, "加賴 banner88", "加賴"),
        told(Chinese, "我的赖 banner88", "我的赖"),
        told(English, "Add my Weibo banner88", "Weibo"),
        told(Chinese, "脸书 banner88", "脸书"),
        told(Chinese, "领英 banner88", "领英"),
        told(Chinese, "推特 banner88", "推特"),
        told(English, "мой инст banner88", "мой инст"),
        told(English, "Snap: banner88", "Snap:"),
        told(English, "bilibili banner88", "bilibili"),
        innocent("a line of text"),
        innocent("line: 20 px"),
        innocent("product line"),
        innocent("Fine lines: 0.5 pt"),
        innocent("snap to grid"),
        innocent("脸书封面设计").lets_pass("M4.2.f.5", Alone, "脸书"),
    ]
}

/// What ends in 微 before a signal.
fn signals() -> Vec<Case> {
    ["我们的传感器芯片可以放大轻微信号", "显微信号采集", "该算法能识别细微信号的变化"]
        .map(|text| of("M4.2.f.5", Innocent).description(text))
        .to_vec()
}

/// What is not done is no contact; what only sounds like a denial is one.
fn denials() -> Vec<Case> {
    let denied = |text: &'static str, names: &[&'static str]| {
        let case = of("M4.2.f.5", Innocent).description(text);
        names.iter().fold(case, |case, name| case.lets_pass("M4.2.f.5", Negated, name))
    };
    let offered = |text: &'static str, severity, name: &'static str| {
        of("M4.2.f.5", English).description(text).finds("M4.2.f.5", NO_ROW, severity, "description", name)
    };
    vec![
        denied("We do not use WeChat.", &["WeChat"]),
        denied("No WeChat, no Telegram: we answer here.", &["WeChat", "Telegram"]),
        denied("我们不在平台外使用微信。", &["微信"]),
        denied("Телеграм не используем.", &["Телеграм"]),
        offered("Do not hesitate: WeChat.", Review, "WeChat"),
        offered("We do not use the chat, WeChat is quicker.", Review, "WeChat"),
        offered("We do not use w3chat.", Review, "w3chat"),
        of("M4.2.f.5", English)
            .description("We do not use WeChat: anna_88")
            .finds("M4.2.f.5", "M5.30", Reject, "description", "WeChat")
            .finds("M4.2.f.5", "M5.30", Reject, "description", "anna_88"),
    ]
}

/// What is made for a chat tool is a product; somebody's own, or a call to write there, is a way out.
fn made_for() -> Vec<Case> {
    let found = |text: &'static str, severity, name: &'static str| {
        of("M4.2.f.5", English).description(text).finds("M4.2.f.5", NO_ROW, severity, "description", name)
    };
    vec![
        of("M4.2.f.5", Innocent).description("We build Telegram bots.").lets_pass("M4.2.f.5", AllowPhrase, "Telegram"),
        of("M4.2.f.5", Innocent).description("交付微信小程序和公众号接口。").lets_pass("M4.2.f.5", AllowPhrase, "微信"),
        found("See our Telegram bot.", Review, "our Telegram"),
        of("M4.2.f.5", English).description("Contact us by WhatsApp API.").finds(
            "M4.2.f.5",
            "M5.30",
            Reject,
            "description",
            "WhatsApp",
        ),
    ]
}

/// A number that counts something is nobody's, unless somebody asks to call it.
fn counts() -> Vec<Case> {
    let counted = |text: &'static str, number: &'static str, why| {
        of("M4.2.f.5", Innocent).description(text).lets_pass("M4.2.f.5", why, number)
    };
    vec![
        counted("The clip had 13 800 138 000 views.", "13 800 138 000", Measure),
        counted("演示数据共13 800 138 000次浏览。", "13 800 138 000", Measure),
        counted("样本一共186,0013,5728条。", "186,0013,5728", Measure),
        counted("Shifts 0700 1530 2200 are set.", "0700 1530 2200", Date),
        of("M4.2.f.5", English).description("Call 13800138000 views.").finds(
            "M4.2.f.5",
            "M5.30",
            Reject,
            "description",
            "13800138000",
        ),
    ]
}

fn channels() -> Vec<Case> {
    vec![
        of("X15", Innocent).description("Add me on DingTalk: anna_88.").lets_pass(
            "M4.2.f.5",
            AllowedChannel,
            "anna_88",
        ),
        of("X15", Innocent).description("加我钉钉：anna_88").lets_pass("M4.2.f.5", AllowedChannel, "anna_88"),
        of("X15", Innocent).description("Add me on DingTalk: 13800138000").lets_pass(
            "M4.2.f.5",
            AllowedChannel,
            "13800138000",
        ),
        of("X15", English).description("DingTalk or phone: 13800138000").finds(
            "M4.2.f.5",
            "M5.30",
            Reject,
            "description",
            "13800138000",
        ),
        of("X15", Innocent).message("Contact us through the platform's chat or on DingTalk."),
        of("X15", English)
            .description("Add me on Skype: anna_88.")
            .finds("M4.2.f.5", "M5.30", Reject, "description", "Skype")
            .finds("M4.2.f.5", "M5.30", Reject, "description", "anna_88"),
    ]
}

fn cashback() -> Vec<Case> {
    vec![
        of("M5.31", English).description("Full cashback on every order.").finds(
            "M5.31",
            "M5.31",
            Reject,
            "description",
            "cashback on every order",
        ),
        of("M5.31", Chinese).description("免单活动。").finds("M5.31", "M5.31", Reject, "description", "免单"),
        of("M5.31", English).description("Get your order for free.").finds(
            "M5.31",
            "M5.31",
            Reject,
            "description",
            "Get your order for free",
        ),
        of("M5.31", Disguised).description("c a s h b a c k on every order").finds(
            "M5.31",
            "M5.31",
            Reject,
            "description",
            "c a s h b a c k on every order",
        ),
        of("M5.31", Disguised).description("返\u{200b}现活动。").finds(
            "M5.31",
            "M5.31",
            Reject,
            "description",
            "返\u{200b}现",
        ),
        of("M5.31", Innocent).description("A column for the cashback rate."),
        of("M5.31", Innocent).description("本店不返现。").lets_pass("M5.31", AllowPhrase, "返现"),
        of("M5.31", Innocent).description("避免单独付款。").lets_pass("M5.31", AllowPhrase, "免单"),
    ]
}

fn reviews() -> Vec<Case> {
    let told = |kind, words: &'static str| {
        of("M5.45", kind).description(words).finds("M5.45", "M5.45", Reject, "description", words)
    };
    vec![
        told(Chinese, "好评返现"),
        told(English, "5 star review gets $5 back"),
        told(English, "dollars back for a 5 star review"),
        told(English, "free order for a good review"),
        told(English, "5 estrellas: te devolvemos"),
        told(English, "devolvemos 5 euros por una reseña de 5 estrellas"),
        told(English, "5 stelle: ti rimborsiamo"),
        told(English, "restituiamo 5 euro per una recensione a 5 stelle"),
        told(English, "бесплатный заказ за хороший отзыв"),
        of("M5.45", Innocent).description("Get back to us after a 5 star review."),
        of("M5.45", Innocent).description("Banner para hotel de 5 estrellas, 50 euros"),
        told(Disguised, "好-评-返-现"),
        told(Disguised, "c\u{43e}upon for every good review"),
        of("M5.45", English).description("A coupon for every five-star review.").finds(
            "M5.45",
            "M5.45",
            Reject,
            "description",
            "coupon for every five-star review",
        ),
        of("M5.45", Chinese).description("五星好评送红包。").finds(
            "M5.45",
            "M5.45",
            Reject,
            "description",
            "五星好评送",
        ),
        of("M5.45", Disguised).description("A coupon for every ｇｏｏｄ ｒｅｖｉｅｗ.").finds(
            "M5.45",
            "M5.45",
            Reject,
            "description",
            "coupon for every ｇｏｏｄ ｒｅｖｉｅｗ",
        ),
        of("M5.45", English).message("A coupon for every five-star review.").finds(
            "M5.45",
            "M5.45",
            Reject,
            "text",
            "coupon for every five-star review",
        ),
        of("M5.45", Innocent).description("No coupon for a good review.").lets_pass(
            "M5.45",
            Negated,
            "coupon for a good review",
        ),
        of("M5.45", Innocent).description("好评截图保存功能。").lets_pass("M5.45", AllowPhrase, "好评截图"),
    ]
}
