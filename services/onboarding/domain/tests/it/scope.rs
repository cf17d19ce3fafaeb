//! Reading business scopes.
use kernel::Category;
use onboarding_domain::scope::{ScopeReading, read};
use rulebook::Edition;

fn reading(category: Category, text: &str) -> ScopeReading {
    let rules = Edition::shipped().onboarding;
    read(text, &rules.categories[&category], &rules.exclusions)
}

#[test]
fn words_of_both_languages_are_found_in_any_width_and_case() {
    let covered = [
        (Category::Software, "SOFTWARE   Development; sale of office supplies"),
        (Category::Software, "技术服务；软件开发；办公用品销售"),
        (Category::Software, "Ｓｏｆｔｗａｒｅ　Ｄｅｖｅｌｏｐｍｅｎｔ"),
        (Category::Training, "Educational consulting"),
        (Category::Training, "业务培训（不含教育培训、职业技能培训等需取得许可的培训）"),
        (Category::Design, "网络技术、图文设计"),
        (Category::Video, "Wedding photography\nSale of cameras"),
    ];
    for (category, text) in covered {
        assert!(!reading(category, text).covered.is_empty(), "{category}: {text}");
    }
}

#[test]
fn other_trades_do_not_cover_a_category() {
    let others = [
        (Category::Software, "Sale of software licences; hardware development"),
        (Category::Training, "Constraining devices, straining of foods"),
        (Category::Design, "服装设计"),
        (Category::Video, "Telephotography-free printing"),
        (Category::Software, ""),
    ];
    for (category, text) in others {
        assert_eq!(reading(category, text), ScopeReading::default(), "{category}: {text}");
    }
}

#[test]
fn what_is_excluded_is_not_covered() {
    let excluded = [
        (Category::Training, "教育咨询服务".replace("教育", "信息") + "（不含教育培训）"),
        (Category::Training, "Consulting services (excluding education and training)".into()),
        (Category::Software, "信息咨询，软件开发除外".into()),
        (Category::Software, "General trade, except software development".into()),
    ];
    for (category, text) in excluded {
        let found = reading(category, &text);
        assert!(found.covered.is_empty() && !found.excluded.is_empty(), "{category}: {text}: {found:?}");
    }
}

#[test]
fn an_exclusion_ends_with_its_clause() {
    let found = reading(Category::Software, "Trade, excluding weapons; software development");
    assert_eq!(found.covered, ["software development"]);
    let found = reading(Category::Software, "软件开发，不含互联网金融");
    assert_eq!(found.covered, ["软件开发"]);
}
