//! Price, place and sameness of an offer: M4.2.e.1, M4.2.e.2, M5.15, M5.17, W29, M5.18, M5.19, X25, M5.24.
use crate::case::{Case, Kind::*, of};
use kernel::Category::{Design, Operation, Software, Training, Video};
use kernel::Currency;
use kernel::PriceUnit::{Month, OneOff, Year};
use moderation::Severity::{Reject, Review};

pub fn cases() -> Vec<Case> {
    [floors(), keywords(), twins(), categories(), overlaps(), core_function()].concat()
}

fn floors() -> Vec<Case> {
    let erp = |kind, title: &'static str| of("M4.2.e.2", kind).category(Software).title(title);
    let low = |case: Case, price| case.finds("M4.2.e.2", "M5.21", Reject, "price", price);
    let said = |case: Case, left| case.price("100.00", Month).finds("M4.2.e.2", "M5.21", Review, "price", left);
    vec![
        low(erp(English, "Enterprise ERP software").price("12.00", Month), "12.00 CNY"),
        low(erp(Chinese, "企业ERP软件").price("12.00", Month), "12.00 CNY"),
        low(erp(Chinese, "企業資源規劃軟件").price("12.00", Month), "12.00 CNY"),
        low(erp(Disguised, "Enterprise ＥＲＰ software").price("12.00", Month), "12.00 CNY"),
        low(erp(Disguised, "Enterprise E.R.P software").price("12.00", Month), "12.00 CNY"),
        low(erp(Disguised, "Enterprise E R P software").price("12.00", Month), "12.00 CNY"),
        low(erp(Disguised, "Enterprise \u{415}R\u{420} software").price("12.00", Month), "12.00 CNY"),
        low(erp(Boundary, "Enterprise ERP software").price("29.99", Month), "29.99 CNY"),
        erp(Boundary, "Enterprise ERP software").price("30.00", Month),
        low(erp(Boundary, "Enterprise ERP software").price("359.99", Year), "359.99 CNY"),
        erp(Boundary, "Enterprise ERP software").price("360.00", Year),
        low(erp(Boundary, "Enterprise ERP software").price("29.99", OneOff), "29.99 CNY"),
        erp(Boundary, "Enterprise ERP software").price("30.00", OneOff),
        // No floor is set in this currency: a person compares.
        erp(English, "Enterprise ERP software")
            .price_in(Currency::USD, "4.00", Month)
            .finds("M4.2.e.2", "M5.21", Review, "price", "4.00 USD"),
        // After every discount that the text tells of: what is only told is for a moderator.
        said(erp(English, "Enterprise ERP software").description("80% discount for the first year."), "20.00 CNY"),
        said(erp(English, "Enterprise ERP software").description("Coupon: only 10 CNY a month."), "10.00 CNY"),
        said(erp(Chinese, "企业ERP软件").description("限时2折。"), "20.00 CNY"),
        said(erp(Chinese, "企业ERP软件").description("促销价：每月10元。"), "10.00 CNY"),
        said(erp(Boundary, "Enterprise ERP software").description("A discount of 71%."), "29.00 CNY"),
        erp(Boundary, "Enterprise ERP software").description("70% off today.").price("100.00", Month),
        erp(Innocent, "Enterprise ERP software")
            .description("Manages 95 coupons and 折 labels.")
            .price("100.00", Month),
        erp(Innocent, "Picture editor for sherpas").price("1.00", Month),
        erp(Innocent, "图片编辑软件").price("1.00", Month),
        of("M4.2.e.2", Innocent).category(Training).title("Lessons on ERP software").price("1.00", Month),
    ]
}

fn keywords() -> Vec<Case> {
    let title = |kind, text: &'static str| of("M5.15", kind).title(text);
    vec![
        title(English, "Banner design, banner set, banner kit, banner pack").finds(
            "M5.15",
            "M5.15",
            Review,
            "title",
            "Banner design, banner set, banner kit, banner",
        ),
        title(Boundary, "Banner design, banner set, banner kit"),
        title(Chinese, "海报设计海报模板海报素材海报").finds(
            "M5.15",
            "M5.15",
            Review,
            "title",
            "海报设计海报模板海报素材海报",
        ),
        title(Boundary, "海报设计海报模板海报素材"),
        title(Disguised, "b\u{200b}anner design, ｂａｎｎｅｒ set, BANNER kit, banner").finds(
            "M5.15",
            "M5.15",
            Review,
            "title",
            "b\u{200b}anner design, ｂａｎｎｅｒ set, BANNER kit, banner",
        ),
        of("M5.15", English).description("banner banner banner banner").finds(
            "M5.15",
            "M5.15",
            Review,
            "description",
            "banner banner banner banner",
        ),
        of("M5.15", Boundary).description("banner banner banner and more"),
        of("M5.15", English)
            .description("erp software, erp system, erp cloud, erp online, erp tools, erp china")
            .finds(
                "M5.15",
                "M5.15",
                Review,
                "description",
                "erp software, erp system, erp cloud, erp online, erp tools, erp china",
            ),
        of("M5.15", Chinese).description("海报设计、海报模板、海报素材、海报制作、海报定制、海报修改").finds(
            "M5.15",
            "M5.15",
            Review,
            "description",
            "海报设计、海报模板、海报素材、海报制作、海报定制、海报修改",
        ),
        of("M5.15", Boundary).description("海报设计、海报模板、海报素材、海报制作、标志修改、标志定制"),
        of("M5.15", Chinese).description("代运营 代运营 代运营 代运营").finds(
            "M5.15",
            "M5.15",
            Review,
            "description",
            "代运营 代运营 代运营 代运营",
        ),
        of("M5.15", Boundary).description("代运营 代运营 代运营"),
        of("M5.15", Boundary).description("erp software, erp system, erp cloud, erp online, erp tools"),
    ]
}

/// Of 128 figures 116 are a likeness of 0.906, 115 one of 0.898.
fn twins() -> Vec<Case> {
    let english = |law, kind| of(law, kind).description("Six banners for a shop, drawn by hand in two weeks.");
    let chinese = |law, kind| of(law, kind).description("手绘店铺海报六张，两周内交付。");
    let same = |case: Case, severity| case.finds("M5.17", "M5.17", severity, "description", "");
    let partner = |kind, words: &'static str| {
        of("M4.2.e.1", kind).description(words).finds("M4.2.e.1", "M5.6", Review, "description", words)
    };
    let copied = |case: Case| case.finds("M4.2.e.1", "M5.43", Review, "description", "");
    vec![
        same(english("M5.17", English).own_twin(128), Reject),
        same(chinese("M5.17", Chinese).own_twin(128), Reject),
        same(english("M5.17", Boundary).own_twin(127), Review),
        english("M5.17", Boundary).own_twin(0),
        same(english("W29", Boundary).own_twin(116), Review),
        english("W29", Boundary).own_twin(115),
        copied(english("M4.2.e.1", English).strange_twin(128)),
        copied(chinese("M4.2.e.1", Chinese).strange_twin(128)),
        partner(English, "Official partner of the platform"),
        partner(Chinese, "平台官方合作伙伴"),
        partner(Disguised, "平 台 官 方 合 作 伙 伴"),
        partner(Disguised, "pl\u{430}tform-appointed provider"),
        of("M4.2.e.1", Innocent).description("Files in the sizes recommended by the platform."),
        copied(english("M4.2.e.1", Boundary).strange_twin(116)),
        english("M4.2.e.1", Boundary).strange_twin(115),
    ]
}

fn categories() -> Vec<Case> {
    let course = |law, kind| of(law, kind).title("Training course").description("Twelve lessons.");
    vec![
        course("M5.18", English).category(Design).finds("M5.18", "M5.18", Review, "category", ""),
        of("M5.18", Chinese)
            .title("直播课程培训")
            .description("讲师授课。")
            .category(Design)
            .finds("M5.18", "M5.18", Review, "category", ""),
        course("M5.18", Innocent).category(Training),
        of("M5.18", Innocent).title("直播课程培训").description("讲师授课。").category(Training),
        of("M5.7", English)
            .title("Store management every day")
            .description("A logo and a style guide.")
            .category(Design)
            .finds("M5.7", "M5.7", Review, "title", ""),
        of("M5.7", Chinese)
            .title("整店托管")
            .description("海报设计，标志设计。")
            .category(Design)
            .finds("M5.7", "M5.7", Review, "title", ""),
        of("M5.7", Innocent).title("Logo design").description("A logo and a style guide.").category(Design),
        // What the description has words of, too, is a part of the service; one word of its own is too few to tell.
        of("M5.7", Innocent)
            .title("Store management every day")
            .description("A logo and a style guide for your store operation.")
            .category(Design),
        of("M5.7", Boundary).title("Store management every day").description("A logo.").category(Design),
        // A word of the title counts twice: three together are told, two are not.
        of("M5.18", Boundary).title("Webinar").description("For beginners.").category(Design),
        of("M5.18", Boundary)
            .title("Webinar")
            .description("An instructor helps beginners.")
            .category(Design)
            .finds("M5.18", "M5.18", Review, "category", ""),
        of("M5.19", English)
            .agent_operation()
            .title("Logo design")
            .description("A logo and a style guide.")
            .finds("M5.19", "M5.19", Review, "category", ""),
        of("M5.19", Chinese)
            .agent_operation()
            .title("海报设计")
            .description("标志设计与修图。")
            .finds("M5.19", "M5.19", Review, "category", ""),
        of("M5.19", Innocent)
            .agent_operation()
            .title("Whole-store hosting")
            .description("Store management with a logo and a style guide."),
        of("M5.19", Innocent).agent_operation().title("整店托管").description("店铺运营，含海报设计。"),
    ]
}

/// Either category is right.
fn overlaps() -> Vec<Case> {
    let staff = of("X25", Innocent).title("Course for your staff").description("Lessons with an instructor.");
    let tool = of("X25", Innocent).title("Desktop application").description("A plugin for pictures and films.");
    let photos = of("X25", Innocent).title("Picture retouching").description("Poster design and a logo.");
    vec![
        staff.clone().category(Training),
        staff.category(Operation),
        tool.clone().category(Software),
        tool.clone().category(Design),
        tool.category(Video),
        photos.clone().category(Design),
        photos.category(Video),
        of("X25", Innocent).title("修图").description("抠图与海报设计。").category(Video),
    ]
}

fn core_function() -> Vec<Case> {
    let tool = |kind, before, now| {
        let case = of("M5.24", kind).category(Software).reviewed(before).element("function", now);
        case.element("how_it_is_used", "in the browser").common_elements()
    };
    let other = |case: Case| case.finds("M5.24", "M5.24", Review, "elements.function", "");
    vec![
        other(tool(English, "edits product pictures in bulk", "sends coupons to former buyers")),
        other(tool(Chinese, "批量修图", "向老客户发优惠券")),
        tool(Innocent, "edits product pictures in bulk", "edits product pictures in bulk and crops them"),
        tool(Innocent, "批量修图", "批量修图和裁剪"),
        // Three words of ten are common, then three of eleven: 0.3 is the least.
        tool(Boundary, "edits product pictures in bulk by night", "edits product pictures for sellers abroad"),
        other(tool(
            Boundary,
            "edits product pictures in bulk by night",
            "edits product pictures for sellers abroad daily",
        )),
    ]
}
