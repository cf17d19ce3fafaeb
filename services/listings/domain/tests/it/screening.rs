//! What the engine is asked about a listing, and how much of its answer is kept.
use crate::world::*;
use kernel::Category;
use listings_domain::screening::{KEPT, fact, subject};
use listings_domain::{Case, Content, Event, Finding, Module, Pictured, Screening, Severity, Verdict, Written};
use moderation::near::Signature;
use moderation::{Engine, KnownPicture, Subject};
use rulebook::{Edition, Lists};

fn screened(category: Category, content: &Written) -> Screening {
    Screening::of(&ENGINE, &subject(category, false, content))
}

fn rules(findings: &[Finding]) -> Vec<(&str, &str)> {
    findings.iter().map(|finding| (finding.rule.as_str(), finding.field.as_str())).collect()
}

#[test]
fn a_complete_offer_has_no_findings() {
    let screening = screened(Category::Software, &software());
    assert_eq!((screening.verdict, rules(&screening.findings)), (Verdict::Pass, vec![]));
    assert_eq!((&screening.edition, screening.lists.len(), screening.left_out), (&EDITION.id, 64, 0));
    let hosting = Screening::of(&ENGINE, &subject(Category::Operation, true, &agent_operation()));
    assert_eq!((hosting.verdict, rules(&hosting.findings)), (Verdict::Pass, vec![]));
}

#[test]
fn every_category_asks_for_its_elements() {
    let missing = |category| {
        let content = Content { elements: Default::default(), ..software() };
        let screening = screened(category, &content);
        let missing: Vec<_> = screening.findings.iter().filter(|one| fact(one).ends_with("is missing")).collect();
        assert!(missing.iter().all(|finding| finding.row.as_ref().unwrap().as_str() == "M5.13"));
        assert_eq!(screening.verdict, Verdict::Reject);
        let fields = missing.into_iter().map(|finding| format!("{} {}", finding.rule, finding.seen_as));
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
    let screening = screened(Category::Software, &content);
    assert_eq!(screening.findings[0].severity, Severity::Reject, "the hardest first");
    let mut found = rules(&screening.findings);
    found.sort_unstable();
    assert_eq!(found, [("C6", "pictures"), ("M4.1.a", "price_unit"), ("M4.1.b", "cases[0].text")]);
    let none_needed = Content { cooperation: Some(vec![]), ..software() };
    assert_eq!(screened(Category::Software, &none_needed).findings, []);
}

#[test]
fn the_same_picture_again_is_told() {
    let content = Content { pictures: vec![file(1).id, file(2).id, file(1).id], ..software() };
    let screening = screened(Category::Software, &content);
    assert_eq!(rules(&screening.findings), [("C6", "pictures[2]")]);
    assert_eq!(screening.verdict, Verdict::Pass, "advice stands in nobody's way");
    let by_contents = content.with_files(&files()).unwrap();
    let screening = Screening::of(&ENGINE, &subject(Category::Software, false, &by_contents));
    assert_eq!(rules(&screening.findings), [("C6", "pictures[2]")]);
}

#[test]
fn a_small_picture_is_told_by_its_measured_size() {
    let mut content = software().with_files(&files()).unwrap();
    content.pictures[1].picture.height = 499;
    let screening = Screening::of(&ENGINE, &subject(Category::Software, false, &content));
    assert_eq!(rules(&screening.findings), [("C6", "pictures[1]")]);
    assert_eq!(screening.findings[0].seen_as, "1200 x 499 pixels");
}

/// What a submission finds among these pictures of other listings: the verdict, and what is seen where.
fn among(pictures: Vec<KnownPicture>) -> (Verdict, Vec<(String, String, Severity)>) {
    let mut world = World::drafted(software());
    world.screens_among(pictures);
    let events = world.submits_as_it_is();
    let Event::Screened { screening, .. } = &events[0] else { panic!("{events:?}") };
    let found = screening.findings.iter();
    let found = found.map(|one| (one.rule.to_string(), format!("{} {}", one.field, one.seen_as), one.severity));
    (screening.verdict, found.collect())
}

#[test]
fn a_picture_of_another_listing_is_told_and_another_providers_is_looked_at() {
    let Pictured { picture, .. } = software().with_files(&files()).unwrap().pictures.remove(1);
    let known = |listing: &str, flipped: u64, same_provider| KnownPicture {
        listing: listing.into(),
        hash: picture.hash.unwrap() ^ flipped,
        same_provider,
    };
    assert_eq!(among(vec![]), (Verdict::Pass, vec![]));
    let (verdict, found) = among(vec![known("far", 0xff, true), known("near", 0b111, true), known("nearest", 1, true)]);
    assert_eq!(verdict, Verdict::Pass, "advice stands in nobody's way");
    assert_eq!(found, [("C6".into(), "pictures[1] nearest".into(), Severity::Advice)]);
    let (verdict, found) = among(vec![known("own", 0, true), known("theirs", 0, false)]);
    assert_eq!(verdict, Verdict::Review);
    let theirs = ("M4.2.e.1".to_owned(), "pictures[1] theirs".to_owned(), Severity::Review);
    assert_eq!(found, [theirs, ("C6".into(), "pictures[1] own".into(), Severity::Advice)], "the hardest first");
}

#[test]
fn an_edition_on_trial_looks_at_the_pictures_of_other_listings_by_its_own_figures() {
    let Pictured { picture, .. } = software().with_files(&files()).unwrap().pictures.remove(1);
    let theirs = KnownPicture { listing: "theirs".into(), hash: picture.hash.unwrap() ^ 0b111, same_provider: false };
    let source = EDITION.source.replacen("same_bits = ", "same_bits = 2 # ", 1);
    let trial = Engine::compile(&Edition::read(&source).unwrap(), &Lists::shipped().unwrap());
    let content = software().with_files(&files()).unwrap();
    let subject = Subject { known_pictures: vec![theirs], ..subject(Category::Software, false, &content) };
    let screening = Screening::of(&ENGINE, &subject).beside(&trial, &subject);
    assert_eq!(
        (screening.verdict, screening.flip().map(|shadow| shadow.verdict)),
        (Verdict::Review, Some(Verdict::Pass))
    );
}

#[test]
fn every_text_of_a_listing_is_read_through_every_disguise() {
    let mut content = Content {
        modules: vec![Module { heading: "Ｔａｏｂａｏ".into(), text: "T a o b a o".into() }],
        cooperation: Some(vec!["w e c h a t id: seller_88".into()]),
        cases: vec![Case { text: "Tаobаo".into(), evidence: vec![file(1).id] }],
        title: "Taobao".into(),
        description: "请加V: seller_88 详谈".into(),
        ..software()
    };
    content.elements.insert("after_sales".into(), "Tao\u{200b}bao".into());
    let screening = screened(Category::Software, &content);
    for field in [
        "title",
        "description",
        "modules[0].heading",
        "modules[0].text",
        "elements.after_sales",
        "cooperation[0]",
        "cases[0].text",
    ] {
        let found = screening.findings.iter().find(|finding| finding.field == field);
        let found = found.unwrap_or_else(|| panic!("{field}: {:?}", rules(&screening.findings)));
        let texts = content.texts();
        let (_, text) = texts.iter().find(|(name, _)| name == field).unwrap();
        let span: String = text.chars().skip(found.start).take(found.end - found.start).collect();
        assert_eq!(span, found.text, "the span is of the original text");
    }
}

#[test]
fn a_flood_of_findings_is_cut_off_and_counted_the_hardest_kept() {
    let content = Content { description: "The best. Taobao! ".repeat(KEPT), ..software() };
    let screening = screened(Category::Software, &content);
    assert_eq!(screening.findings.len(), KEPT);
    assert!(screening.left_out > 0);
    assert!(screening.findings.is_sorted_by_key(|finding| std::cmp::Reverse(finding.severity)));
    let json = serde_json::to_string(&screening).unwrap();
    assert_eq!(json, serde_json::to_string(&screened(Category::Software, &content)).unwrap());
    assert_eq!(serde_json::from_str::<Screening>(&json).unwrap(), screening);
}

#[test]
fn nearly_the_same_is_found_within_a_provider_and_across_providers() {
    let one = software();
    let other = Content { title: format!("{}.", one.title), price: Some(cny("99.00")), ..software() };
    let signature = Signature::of(one.texts().into_iter().map(|(_, text)| text));
    let found = |same_provider, content: &Written| {
        let mut subject = subject(Category::Software, false, content);
        subject.known = vec![moderation::Known { name: "lst_1", signature: &signature, same_provider }];
        Screening::of(&ENGINE, &subject).findings.iter().map(|one| one.rule.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(found(true, &other), ["M5.17"]);
    assert_eq!(found(false, &other), ["M4.2.e.1"]);
    let another = Content { description: "Prints labels for parcels, in any size.".into(), ..software() };
    assert_eq!(found(true, &another), Vec::<String>::new());
}

/// The next edition asks for four pictures.
fn next() -> Edition {
    let source =
        EDITION.source.replace("name = \"2026-11\"", "name = \"next\"").replace("recommended = 3", "recommended = 4");
    Edition::read(&source).unwrap()
}

#[test]
fn an_edition_on_trial_is_told_and_decides_nothing() {
    let trial = Engine::compile(&next(), &Lists::shipped().unwrap());
    let mut world = World::drafted(software());
    world.screens_beside(&trial);
    let events = world.submits_as_it_is();
    let Event::Screened { screening, .. } = &events[0] else { panic!("{events:?}") };
    let flip = screening.flip().expect("the verdict flips");
    assert_eq!(
        (flip.edition.to_string().as_str(), screening.verdict, flip.verdict),
        ("next", Verdict::Pass, Verdict::Review)
    );
    assert_eq!(world.story.status(), "published");
}
