//! Every reason for which a command is not carried out that no story has told yet.
use crate::world::*;
use kernel::{Category, FileId, RuleId};
use listings_domain::{Case, Command, Content, Grounds, Module, Written};
use uuid::Uuid;

#[test]
fn nobody_but_a_provider_opens_a_listing() {
    let open = || Command::CreateDraft { category: Category::Software, agent_operation: false };
    let mut world = World::new();
    world.story.unknown_to(&merchant(), open());
    world.story.unknown_to(&moderator(), open());
    world.refuses(&system(), open(), "listing_not_yours_to_act_on", None);
    world.refuses(&provider(), Command::Submit, "listing_not_found", None);
    world.refuses(&system(), Command::RecheckProvider, "listing_not_found", None);
    let elsewhere = Command::CreateDraft { category: Category::Training, agent_operation: true };
    world.refuses(&provider(), elsewhere, "agent_operation_elsewhere", Some("M2.4"));
    world.does(&provider(), open());
    world.refuses(&provider(), open(), "listing_exists", None);
}

#[test]
fn a_listing_is_nothing_to_strangers_and_each_party_keeps_to_its_part() {
    let mut world = World::claimed();
    world.story.unknown_to(&competitor(), Command::Withdraw);
    world.story.unknown_to(&merchant(), Command::Withdraw);
    let not_yours = "listing_not_yours_to_act_on";
    world.refuses(&provider(), Command::Approve { note: None }, not_yours, None);
    world.refuses(&provider(), Command::RecheckProvider, not_yours, None);
    world.refuses(&moderator(), Command::Withdraw, not_yours, None);
    world.refuses(&operator(), Command::Claim, not_yours, None);
    let lift = Command::Unblock { measure: Uuid::nil(), reasons: "An error.".into() };
    world.refuses(&officer(), lift, not_yours, None);
}

#[test]
fn a_role_alone_decides_nothing() {
    let mut world = World::queued();
    let approve = || Command::Approve { note: None };
    world.refuses(&moderator(), approve(), "revision_not_claimed", None);
    world.refuses(&moderator(), Command::Release, "revision_not_claimed", None);
    world.does(&moderator(), Command::Claim);
    let reject = Command::Reject { grounds: grounds("M5.14") };
    world.refuses(&other_moderator(), reject, "revision_claimed_by_another", None);
}

#[test]
fn moderators_give_reasons_and_rules_of_the_list() {
    let mut world = World::claimed();
    let reject = |rules: &[&'static str], reasons: &str| Command::Reject {
        grounds: Grounds { rules: rules.iter().map(|rule| RuleId::of(rule)).collect(), reasons: reasons.into() },
    };
    world.refuses(&moderator(), reject(&[], "Unclear."), "moderation_rules_needed", Some("M5"));
    world.refuses(&moderator(), reject(&["M4.1.a"; 11], "Unclear."), "moderation_rules_needed", Some("M5"));
    world.refuses(&moderator(), reject(&["M4.1.a"], "  "), "moderation_reasons_needed", Some("M5"));
    world.refuses(&moderator(), reject(&["W5"], "Unclear."), "rule_not_a_listing_ground", Some("W5"));
    let note = Command::Approve { note: Some("x".repeat(2_001)) };
    world.refuses(&moderator(), note, "moderation_reasons_needed", Some("M5"));
}

#[test]
fn there_must_be_something_to_submit_or_to_recall() {
    let mut world = World::opened(Category::Software, false);
    world.refuses(&provider(), Command::Submit, "no_draft_to_submit", None);
    world.refuses(&provider(), Command::Recall, "revision_not_in_moderation", None);
    let mut world = World::queued();
    world.refuses(&provider(), Command::Submit, "revision_in_moderation", None);
}

fn refused(content: Written, code: &str, rule: Option<&str>) {
    let mut world = World::opened(Category::Software, false);
    let command = world.revision_of(content);
    world.refuses(&provider(), command, code, rule);
}

#[test]
fn texts_and_figures_have_bounds() {
    let long = |n: usize| "\u{957f}".repeat(n);
    let module = |heading: usize, text: usize| Module { heading: long(heading), text: long(text) };
    let too_long = "listing_text_too_long";
    refused(Content { title: long(201), ..software() }, too_long, None);
    refused(Content { description: long(20_001), ..software() }, too_long, None);
    refused(Content { modules: vec![module(201, 1)], ..software() }, too_long, None);
    refused(Content { modules: vec![module(1, 4_001)], ..software() }, too_long, None);
    refused(Content { modules: vec![module(1, 4_000); 10], ..software() }, too_long, None);
    refused(Content { elements: texts(&[("function", &long(4_001))]), ..software() }, too_long, None);
    refused(Content { elements: texts(&[("delivery_standard", &long(1_001))]), ..software() }, too_long, None);
    refused(Content { cooperation: Some(vec![long(201)]), ..software() }, too_long, None);
    let case = |n: usize| Case { text: long(n), evidence: vec![] };
    refused(Content { cases: vec![case(2_001)], ..software() }, too_long, None);
    refused(Content { title: "bell\u{7}".into(), ..software() }, "listing_text_unprintable", None);
    refused(Content { cooperation: Some(vec![String::new(); 11]), ..software() }, "too_many_listing_items", None);
    refused(Content { pictures: vec![file(1).id; 21], ..software() }, "too_many_listing_items", None);
    refused(Content { delivery_days: Some(0), ..software() }, "listing_figure_out_of_bounds", None);
    refused(Content { modifications: Some(101), ..software() }, "listing_figure_out_of_bounds", None);
    refused(Content { price: Some(cny("0.00")), ..software() }, "listing_price_not_positive", Some("M4.1.a"));
    refused(
        Content { elements: texts(&[("instructor", "Me")]), ..software() },
        "unknown_listing_element",
        Some("M4.1.a"),
    );
    let foreign = FileId(Uuid::from_u128(0xdead));
    refused(Content { pictures: vec![foreign], ..software() }, "unknown_listing_file", None);
    refused(Content { pictures: vec![file(6).id], ..software() }, "listing_file_no_picture", None);
    let proof = Case { text: "A case.".into(), evidence: vec![foreign] };
    refused(Content { cases: vec![proof], ..software() }, "unknown_listing_file", None);
}

#[test]
fn the_largest_listing_fits_into_a_state() {
    let four_bytes = |n: usize| "\u{1d538}".repeat(n);
    let mut content = Content {
        title: four_bytes(200),
        cooperation: Some(vec![four_bytes(200); 10]),
        pictures: vec![file(1).id],
        ..software()
    };
    content.elements.insert("delivery_standard".into(), four_bytes(1_000));
    let mut world = World::drafted(content.clone());
    world.does(&provider(), Command::Submit);
    world.does(&moderator(), Command::Claim);
    world.does(&moderator(), Command::Approve { note: None });
    content.description.push_str(" More.");
    world.revises(content);
    world.does(&provider(), Command::Submit);
    assert_eq!(world.story.status(), "published");
    let size = serde_json::to_string(&world.story.state).unwrap().len();
    assert!(size < 32 * 1024, "{size}");
    let usual = serde_json::to_string(&World::published().story.state).unwrap().len();
    assert!(usual < 4 * 1024, "{usual}");
}
