//! What a listing tells, and that it agrees with itself: M4.1.a–c, D2.2, D2.6, C6.
use crate::case::{Case, Kind::*, NO_ROW, of};
use kernel::Category;
use kernel::PriceUnit::{Month, OneOff};
use moderation::Severity::{Advice, Reject, Review};
use moderation::Why::Negated;

pub fn cases() -> Vec<Case> {
    [agreement(), cited_cases(), elements(), defects_and_cooperation(), pictures()].concat()
}

/// A delivery of ten days by its field, and another one in the text.
fn said_in(text: &'static str, days: &'static str) -> Case {
    of("M4.1.a", English).description(text).delivery_days(10).finds("M4.1.a", "M5.13", Review, "description", days)
}

fn agreement() -> Vec<Case> {
    vec![
        of("M4.1.a", English).description("Six banners. The price is 500 CNY.").price("600.00", OneOff).finds(
            "M4.1.a",
            "M5.13",
            Review,
            "description",
            "500",
        ),
        of("M4.1.a", Chinese).description("六张海报，价格500元。").price("600.00", OneOff).finds(
            "M4.1.a",
            "M5.13",
            Review,
            "description",
            "500",
        ),
        of("M4.1.a", Innocent).description("Six banners. The price is 600 CNY.").price("600.00", OneOff),
        of("M4.1.a", Innocent).description("六张海报，价格600元。").price("600.00", OneOff),
        // Half a year of it.
        of("M4.1.a", Innocent).description("The price is 3,600 CNY for half a year.").price("600.00", Month),
        of("M4.1.a", English).description("Delivery in 2 weeks after the order.").delivery_days(7).finds(
            "M4.1.a",
            "M5.13",
            Review,
            "description",
            "2 weeks",
        ),
        of("M4.1.a", Chinese).description("交付时间10天。").delivery_days(7).finds(
            "M4.1.a",
            "M5.13",
            Review,
            "description",
            "10天",
        ),
        said_in("六张海报，3天内交付。", "3天内"),
        said_in("六张海报，3个工作日内交付。", "3个工作日内"),
        said_in("Шесть баннеров, готово за 3 дня.", "3 дня"),
        said_in("Seis banners, listo en 3 días.", "3 días"),
        said_in("Sei banner, pronto in 3 giorni.", "3 giorni"),
        of("M4.1.a", Innocent).description("3天内交付初稿，定稿十天。").delivery_days(10),
        of("M4.1.a", English).description("Цена 500 юаней.").price("600.00", OneOff).finds(
            "M4.1.a",
            "M5.13",
            Review,
            "description",
            "500",
        ),
        of("M4.1.a", Innocent).description("Delivery in 2 weeks after the order.").delivery_days(14),
        of("M4.1.a", Innocent).description("交付时间7天。").delivery_days(7),
        of("M4.1.a", English)
            .title("Six banners")
            .description("...")
            .must_have(&["title", "description", "price", "price_unit"])
            .finds("M4.1.a", "M5.13", Reject, "description", "")
            .finds("M4.1.a", "M5.13", Reject, "price", "")
            .finds("M4.1.a", "M5.13", Reject, "price_unit", ""),
        of("M4.1.a", Innocent).title("Six banners").description("For a shop.").price("600.00", OneOff).must_have(&[
            "title",
            "description",
            "price",
            "price_unit",
        ]),
        of("M4.1.a", English)
            .category(Category::Design)
            .element("content", "six banners")
            .element("way_of_use", "in the shop")
            .element("known_defects", "none is known")
            .finds("M4.1.a", "M5.13", Reject, "elements.after_sales", "")
            .finds("M4.1.a", "M5.13", Reject, "elements.delivery_standard", ""),
    ]
}

fn cited_cases() -> Vec<Case> {
    vec![
        of("M4.1.b", English).cited("A shop for lamps had twice as many visitors.", 0).finds(
            "M4.1.b",
            "M5.4",
            Review,
            "cases[0].text",
            "A shop for lamps had twice as many visitors.",
        ),
        of("M4.1.b", Chinese).cited("一家灯具店的访客翻了一番。", 0).finds(
            "M4.1.b",
            "M5.4",
            Review,
            "cases[0].text",
            "一家灯具店的访客翻了一番。",
        ),
        of("M4.1.b", Innocent).cited("A shop for lamps had twice as many visitors.", 1),
        of("M4.1.b", Innocent).cited("一家灯具店的访客翻了一番。", 1),
        of("M4.1.b", English).description("One client grew from 10 to 200 orders a month.").finds(
            "M4.1.b",
            "M5.4",
            Review,
            "description",
            "client grew from",
        ),
        of("M4.1.b", Chinese).description("客户店铺从10单做到200单。").finds(
            "M4.1.b",
            "M5.4",
            Review,
            "description",
            "店铺从",
        ),
        of("M4.1.b", Disguised).description("One ｃｌｉｅｎｔ ｇｒｅｗ ｆｒｏｍ 10 to 200 orders a month.").finds(
            "M4.1.b",
            "M5.4",
            Review,
            "description",
            "ｃｌｉｅｎｔ ｇｒｅｗ ｆｒｏｍ",
        ),
        of("M4.1.b", English).description("Our success stories follow.").finds(
            "M4.1.b",
            "M5.4",
            Advice,
            "description",
            "success stories",
        ),
        of("M4.1.b", Chinese).description("我们的成功案例如下。").finds(
            "M4.1.b",
            "M5.4",
            Advice,
            "description",
            "成功案例",
        ),
        of("M4.1.b", Disguised).description("Our suc\u{200b}cess stories follow.").finds(
            "M4.1.b",
            "M5.4",
            Advice,
            "description",
            "suc\u{200b}cess stories",
        ),
        of("M4.1.b", Innocent).description("No client grew from 10 to 200 orders with it.").lets_pass(
            "M4.1.b",
            Negated,
            "client grew from",
        ),
        of("M4.1.b", Innocent).description("A case for 100 lamps, in upper case letters."),
        of("M4.1.b", Innocent).description("从客户那里收到照片后开始。"),
    ]
}

/// Chapter III of the dispute rules: what each category must tell.
fn elements() -> Vec<Case> {
    let missing = |category: Category, fields: &[&'static str]| {
        let case = of("M4.1.c", English).category(category).common_elements();
        fields.iter().fold(case, |case, field| case.finds("M4.1.c", "M5.13", Reject, field, ""))
    };
    vec![
        missing(Category::Software, &["elements.function", "elements.how_it_is_used"]),
        missing(Category::Operation, &["elements.acceptance_standard", "elements.content", "elements.cycle"]),
        missing(Category::Training, &["elements.content", "elements.instructor", "elements.place", "elements.time"]),
        missing(Category::Design, &["elements.content", "elements.way_of_use"]),
        missing(Category::Video, &["elements.content", "elements.delivery_time"]),
        of("M4.1.c", Chinese)
            .category(Category::Training)
            .element("content", "十二节课")
            .element("instructor", "……")
            .element("place", "线上教室")
            .element("time", "每周一晚")
            .common_elements()
            .finds("M4.1.c", "M5.13", Reject, "elements.instructor", ""),
        of("M4.1.c", Innocent)
            .category(Category::Training)
            .element("content", "twelve lessons")
            .element("instructor", "Li Na")
            .element("place", "an online room")
            .element("time", "Mondays at noon")
            .common_elements(),
        of("M4.1.c", Innocent)
            .category(Category::Software)
            .element("function", "批量修图")
            .element("how_it_is_used", "在浏览器中使用")
            .common_elements(),
    ]
}

fn defects_and_cooperation() -> Vec<Case> {
    let design = |law, kind| {
        let case = of(law, kind).category(Category::Design);
        case.element("content", "six banners").element("way_of_use", "in the shop")
    };
    let after = |case: Case| case.element("after_sales", "two revisions").element("delivery_standard", "PNG files");
    vec![
        after(design("D2.2", English)).finds("D2.2", "M5.13", Reject, "elements.known_defects", ""),
        after(design("D2.2", Chinese)).element("known_defects", "——").finds(
            "D2.2",
            "M5.13",
            Reject,
            "elements.known_defects",
            "",
        ),
        after(design("D2.2", Innocent)).element("known_defects", "Small type blurs on old screens."),
        after(design("D2.2", Innocent)).element("known_defects", "无"),
        of("D2.6", English).description("Six banners.").must_have(&["cooperation"]).finds(
            "D2.6",
            "M5.13",
            Reject,
            "cooperation",
            "",
        ),
        of("D2.6", Chinese).description("六张海报。").must_have(&["cooperation"]).finds(
            "D2.6",
            "M5.13",
            Reject,
            "cooperation",
            "",
        ),
        of("D2.6", Innocent).cooperation("Photos of the goods within 3 days.").must_have(&["cooperation"]),
        of("D2.6", Innocent).cooperation("三天内提供商品照片。").must_have(&["cooperation"]),
    ]
}

fn pictures() -> Vec<Case> {
    const LARGE: (u32, u32) = (800, 800);
    vec![
        of("C6", Boundary).pictures(&[LARGE; 2]).finds("C6", NO_ROW, Review, "pictures", ""),
        of("C6", Innocent).pictures(&[LARGE; 3]),
        of("C6", Boundary).pictures(&[(499, 800), (500, 800), (800, 500)]).finds(
            "C6",
            NO_ROW,
            Advice,
            "pictures[0]",
            "",
        ),
        of("C6", Boundary).alike_pictures(6).finds("C6", NO_ROW, Advice, "pictures[1]", ""),
        of("C6", Innocent).alike_pictures(7),
    ]
}
