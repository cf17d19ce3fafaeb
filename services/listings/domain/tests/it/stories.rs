//! From a draft to the shelf and off it again.
use crate::world::*;
use kernel::machine::IntoName;
use kernel::{Category, Currency, Decision, Money};
use listings_domain::event::Ending;
use listings_domain::{Command, Content, Event, Lack, RevisionStatus, Screening, Verdict};

fn names(events: &[Event]) -> Vec<&'static str> {
    events.iter().map(IntoName::name).collect()
}

fn decision_of(events: &[Event]) -> &Decision {
    let decision = events.iter().find_map(|event| {
        if let Event::RevisionRejected { decision, .. } | Event::ProviderDisentitled { decision, .. } = event {
            return Some(decision);
        }
        None
    });
    decision.expect("an adverse act")
}

fn rules_of(decision: &Decision) -> Vec<&str> {
    decision.rules.iter().map(kernel::RuleId::as_str).collect()
}

#[test]
fn a_listing_without_findings_is_published_at_once() {
    let mut world = World::drafted(software());
    assert_eq!(world.story.status(), "draft");
    let events = world.does(&provider(), Command::Submit);
    assert_eq!(names(&events), ["screened", "published"]);
    let Event::Published { automated, qualification, terms, .. } = &events[1] else { panic!("{events:?}") };
    assert!(*automated && *qualification == 3);
    assert_eq!((terms.number, terms.price), (1, cny("120.00")));
    assert_eq!(terms.acceptance_standard, "The account is open and the first import has run.");
    assert_eq!(terms.cooperation, ["An export of the present stock as a table."]);
    assert_eq!(world.story.status(), "published");
    assert!(world.is_on_sale());
}

#[test]
fn a_hard_finding_rejects_with_the_rule_and_the_words_and_the_mended_revision_is_published() {
    let mut world = World::drafted(Content { title: "Taobao stock keeping".into(), ..software() });
    let events = world.does(&provider(), Command::Submit);
    assert_eq!(names(&events), ["screened", "revision_rejected"]);
    let Event::Screened { screening, .. } = &events[0] else { panic!("{events:?}") };
    let Screening { verdict, findings, .. } = &**screening;
    assert_eq!(*verdict, Verdict::Reject);
    assert_eq!((findings[0].start, findings[0].end, findings[0].text.as_str()), (0, 6, "Taobao"));
    let decision = decision_of(&events);
    assert_eq!(rules_of(decision), ["M4.2.c.2", "M5.5"]);
    assert_eq!(decision.facts, ["M4.2.c.2: title has \u{201c}Taobao\u{201d}"]);
    assert!(decision.automated && !decision.reasons.is_empty());
    assert_eq!(decision.redress.as_ref().unwrap().action, "revise");
    assert_eq!(world.story.status(), "rejected");
    world.refuses(&provider(), Command::Submit, "revision_was_rejected", None);
    world.revises(software());
    world.does(&provider(), Command::Submit);
    assert_eq!(world.story.status(), "published");
    assert_eq!(world.record().approved.as_ref().unwrap().revision.number, 2);
}

#[test]
fn an_incomplete_listing_is_rejected_with_what_is_missing() {
    let mut content = Content { cooperation: None, price: None, ..software() };
    content.elements.remove("known_defects");
    content.elements.insert("function".into(), " - ".into());
    let mut world = World::drafted(content);
    let events = world.does(&provider(), Command::Submit);
    let decision = decision_of(&events);
    assert_eq!(rules_of(decision), ["M4.1.c", "M5.13", "D2.2", "D2.6", "M4.1.a"]);
    assert!(decision.facts.contains(&"M4.1.c: elements.function is missing".to_owned()));
}

#[test]
fn a_soft_finding_goes_to_the_queue_and_a_moderator_lets_it_pass() {
    let mut world = World::queued();
    assert_eq!(world.story.status(), "pending_review");
    assert!(!world.is_on_sale());
    world.does(&moderator(), Command::Claim);
    assert_eq!(world.does(&moderator(), Command::Claim), [], "claimed already");
    let events = world.does(&moderator(), Command::Approve { note: Some("Two pictures are enough here.".into()) });
    let Event::Published { by, automated, note, .. } = &events[0] else { panic!("{events:?}") };
    assert_eq!((by.as_str(), *automated, note.is_some()), ("mo", false, true));
    assert_eq!(world.story.status(), "published");
}

#[test]
fn a_moderator_gives_back_what_another_takes() {
    let mut world = World::claimed();
    world.refuses(&other_moderator(), Command::Claim, "revision_claimed_by_another", None);
    world.does(&moderator(), Command::Release);
    world.does(&other_moderator(), Command::Claim);
    world.does(&other_moderator(), Command::Reject { grounds: grounds("M5.14") });
    let (_, by, event) = world.story.journal.last().unwrap();
    assert_eq!((by.sub.as_str(), event.name()), ("mei", "revision_rejected"));
}

#[test]
fn requested_changes_are_mended_in_another_revision() {
    let mut world = World::changes_requested();
    assert_eq!(world.story.status(), "changes_requested");
    world.refuses(&provider(), Command::Submit, "requested_changes_not_made", Some("W32"));
    let again = world.revision_of(with_two_pictures());
    world.refuses(&provider(), again, "nothing_mended", Some("W32"));
    world.revises(software());
    world.does(&provider(), Command::Submit);
    assert_eq!(world.story.status(), "published");
}

#[test]
fn the_published_revision_stays_until_the_next_one_passes() {
    let mut world = World::published();
    world.revises(Content { title: "Stock keeping, second edition".into(), ..with_two_pictures() });
    assert_eq!(world.title_on_sale().as_deref(), Some("Stock keeping for small shops"));
    world.does(&provider(), Command::Submit);
    assert_eq!(world.story.status(), "published");
    assert_eq!(world.title_on_sale().as_deref(), Some("Stock keeping for small shops"));
    world.does(&moderator(), Command::Claim);
    world.does(&moderator(), Command::Reject { grounds: grounds("M4.1.a") });
    assert_eq!(world.title_on_sale().as_deref(), Some("Stock keeping for small shops"));
    world.revises(Content { title: "Stock keeping, third edition".into(), ..software() });
    world.does(&provider(), Command::Submit);
    assert_eq!(world.title_on_sale().as_deref(), Some("Stock keeping, third edition"));
}

#[test]
fn a_changed_core_function_is_looked_at_by_a_person() {
    let mut world = World::published();
    let mut content = software();
    content.elements.insert("function".into(), "Prints labels.".into());
    world.revises(content);
    let events = world.does(&provider(), Command::Submit);
    let Event::Screened { screening, .. } = &events[0] else { panic!("{events:?}") };
    let Screening { verdict, findings, .. } = &**screening;
    assert_eq!(*verdict, Verdict::Review);
    assert_eq!((findings[0].rule.as_str(), findings[0].field.as_str()), ("M5.24", "elements.function"));
    // The same function in other capitals is no change.
    let mut world = World::published();
    let mut content = Content { price: Some(cny("99.00")), ..software() };
    content.elements.insert("function".into(), "COUNTS stock,  warns, exports tables.".into());
    world.revises(content);
    world.does(&provider(), Command::Submit);
    assert_eq!(world.record().approved.as_ref().unwrap().terms.price, cny("99.00"));
}

#[test]
fn a_draft_that_says_the_same_is_the_same_draft() {
    let mut world = World::drafted(software());
    assert_eq!(world.revises(software()), []);
    assert_eq!(world.record().revisions, 1);
}

#[test]
fn the_provider_recalls_what_it_wants_to_mend_first() {
    let mut world = World::claimed();
    let again = world.revision_of(software());
    world.refuses(&provider(), again, "revision_in_moderation", None);
    world.does(&provider(), Command::Recall);
    assert_eq!(world.story.status(), "draft");
    world.refuses(&moderator(), Command::Approve { note: None }, "revision_not_in_moderation", None);
    world.revises(software());
    world.does(&provider(), Command::Submit);
    assert!(world.is_on_sale());
}

#[test]
fn a_withdrawn_listing_is_off_sale_until_its_provider_puts_it_back() {
    let mut world = World::published();
    world.does(&provider(), Command::Withdraw);
    assert_eq!(world.story.status(), "withdrawn");
    assert!(!world.is_on_sale());
    world.refuses(&provider(), Command::Withdraw, "listing_already_withdrawn", None);
    world.does(&provider(), Command::Republish);
    assert!(world.is_on_sale());
    world.refuses(&provider(), Command::Republish, "listing_not_withdrawn", None);
}

#[test]
fn a_listing_withdrawn_from_the_queue_leaves_the_queue_and_can_be_taken_up_again() {
    let mut world = World::queued();
    assert_eq!(names(&world.does(&provider(), Command::Withdraw)), ["recalled", "withdrawn"]);
    assert_eq!(world.story.status(), "withdrawn");
    world.refuses(&moderator(), Command::Claim, "revision_not_in_moderation", None);
    world.refuses(&provider(), Command::Republish, "no_approved_revision", None);
    world.does(&provider(), Command::Submit);
    assert_eq!(world.story.status(), "pending_review");
}

#[test]
fn only_a_qualified_provider_publishes() {
    let mut world = World::drafted(with_two_pictures());
    world.story.facts.qualified = None;
    world.refuses(&provider(), Command::Submit, "not_qualified_to_list", Some("M3.1"));
    world.story.facts.qualified = lost();
    world.refuses(&provider(), Command::Submit, "not_qualified_to_list", Some("M3.1"));
    world.story.facts.qualified = qualified();
    world.does(&provider(), Command::Submit);
    world.does(&moderator(), Command::Claim);
    world.story.facts.qualified = lost();
    world.refuses(&moderator(), Command::Approve { note: None }, "not_qualified_to_list", Some("M3.1"));
    // Without a row for the provider nothing is permitted either.
    world.story.facts.qualified = qualified();
    world.story.facts.provider = None;
    world.refuses(&moderator(), Command::Approve { note: None }, "not_qualified_to_list", Some("M3.1"));
}

#[test]
fn a_lost_qualification_hides_the_listing_and_a_restored_one_shows_it_again() {
    let mut world = World::published();
    world.story.facts.qualified = lost();
    let events = world.does(&system(), Command::RecheckProvider);
    assert_eq!(names(&events), ["provider_disentitled"]);
    assert_eq!(rules_of(decision_of(&events)), ["M3.1"]);
    assert_eq!(world.story.status(), "blocked");
    assert!(!world.is_on_sale());
    assert_eq!(world.does(&system(), Command::RecheckProvider), [], "told twice");
    world.story.facts.qualified = qualified();
    world.does(&system(), Command::RecheckProvider);
    assert!(world.is_on_sale());
}

#[test]
fn a_message_that_comes_late_finds_what_holds_now() {
    // Lost and restored before the first message was carried out.
    let mut world = World::published();
    assert_eq!(world.does(&system(), Command::RecheckProvider), []);
    assert!(world.is_on_sale());
    // Restored, and published before the message that shows the listing again.
    world.story.facts.qualified = lost();
    world.does(&system(), Command::RecheckProvider);
    world.story.facts.qualified = qualified();
    world.revises(Content { title: "Stock keeping once more".into(), ..software() });
    let events = world.does(&provider(), Command::Submit);
    assert_eq!(names(&events), ["screened", "provider_entitled", "published"]);
    assert_eq!(world.does(&system(), Command::RecheckProvider), []);
}

#[test]
fn the_loss_takes_a_waiting_revision_out_of_the_queue() {
    let mut world = World::claimed();
    world.story.facts.provider.as_mut().unwrap().leaving = true;
    world.story.facts.provider.as_mut().unwrap().blocked = true;
    let events = world.does(&system(), Command::RecheckProvider);
    assert_eq!(names(&events), ["provider_disentitled", "recalled"]);
    assert_eq!(rules_of(decision_of(&events)), ["W33", "X21"]);
    assert_eq!(world.record().lacks, [Lack::Deposit, Lack::Membership].into());
    world.refuses(&provider(), Command::Submit, "deposit_short_to_list", Some("W33"));
    world.story.facts.provider.as_mut().unwrap().blocked = false;
    world.refuses(&provider(), Command::Submit, "leaving_provider_cannot_list", Some("X21"));
}

#[test]
fn a_listing_that_aims_at_the_eu_waits_for_the_course() {
    let mut world = World::drafted(Content { targets_eu: true, ..software() });
    world.refuses(&provider(), Command::Submit, "eu_course_missing", Some("P4"));
    world.story.facts.provider.as_mut().unwrap().eu_trained = true;
    world.does(&provider(), Command::Submit);
    assert!(world.is_on_sale());
}

#[test]
fn a_service_is_offered_once_by_a_provider() {
    use kernel::{Machine, Refusal as _};
    let claims = |world: &World| listings_domain::Listings::claims(&world.story.state);
    assert_eq!(claims(&World::drafted(software())), []);
    let published = World::published();
    let held = claims(&published);
    assert_eq!((held.len(), held[0].scope), (1, "same_service"));
    // The same words in other capitals and at another price are the same service.
    let twin = Content { title: "STOCK keeping  for small shops".into(), price: Some(cny("1.00")), ..software() };
    let mut other = World::drafted(twin);
    other.does(&provider(), Command::Submit);
    assert_eq!(claims(&other), held);
    let refusal = listings_domain::refusal::Refusal::taken(&held[0]);
    assert_eq!((refusal.code(), refusal.rule().unwrap().as_str()), ("same_service_again", "M5.17"));
    let mut published = published;
    published.does(&provider(), Command::Withdraw);
    assert_eq!(claims(&published), []);
}

#[test]
fn agent_operation_promises_no_amount() {
    let mut world = World::opened(Category::Operation, true);
    let boast = "We guarantee sales of 50,000 USD a month.";
    world.revises(Content { description: boast.into(), ..agent_operation() });
    let events = world.does(&provider(), Command::Submit);
    assert_eq!(rules_of(decision_of(&events)), ["D3.2.2", "M5.4"]);
    world.revises(agent_operation());
    world.does(&provider(), Command::Submit);
    let terms = listings_domain::published_terms(&world.story.state).unwrap();
    assert!(terms.agent_operation);
    assert_eq!(terms.acceptance_standard, "Twelve weekly reports and the agreed number of listings.");
}

#[test]
fn an_erp_below_the_floor_is_rejected() {
    let erp = |amount, unit, currency| Content {
        title: "ERP for small shops".into(),
        price: Some(Money::new(amount, currency)),
        price_unit: Some(unit),
        ..software()
    };
    let rejected = |content| {
        let mut world = World::drafted(content);
        let events = world.does(&provider(), Command::Submit);
        assert_eq!(rules_of(decision_of(&events)), ["M4.2.e.2", "M5.21"]);
    };
    rejected(erp(2_999, kernel::PriceUnit::Month, Currency::CNY));
    rejected(erp(35_999, kernel::PriceUnit::Year, Currency::CNY));
    for (content, status) in [
        (erp(3_000, kernel::PriceUnit::Month, Currency::CNY), "published"),
        (erp(36_000, kernel::PriceUnit::Year, Currency::CNY), "published"),
        (erp(100, kernel::PriceUnit::Month, Currency::USD), "pending_review"),
        (Content { price: Some(cny("1.00")), ..software() }, "published"),
    ] {
        let mut world = World::drafted(content);
        world.does(&provider(), Command::Submit);
        assert_eq!(world.story.status(), status);
    }
}

#[test]
fn the_content_is_hashed_in_one_way_only() {
    let world = World::drafted(software());
    let Event::Drafted { content, content_hash, .. } = &world.story.journal[1].2 else { panic!("drafted") };
    assert_eq!(content.hash(), *content_hash);
    let json = serde_json::to_string(content).unwrap();
    let read: Content = serde_json::from_str(&json).unwrap();
    assert_eq!(read.hash(), *content_hash, "a row reads back to the same hash");
    let of_sorted_json_without_spaces = "ca8e347e20d15db553a0a646f17e46865f3b471e11e2aa9e1be568537d1a0021";
    assert_eq!(content_hash, of_sorted_json_without_spaces);
}

#[test]
#[should_panic(expected = "is not what was drafted")]
fn a_stored_content_that_is_not_the_drafted_one_is_a_fault() {
    let mut world = World::drafted(software());
    let other = Content { title: "Something else".into(), ..software() };
    world.screens(other.with_files(&files()).unwrap());
    world.submits_as_it_is();
}

#[test]
fn rows_of_revisions_follow_from_the_events() {
    let world = World::changes_requested();
    let statuses: Vec<_> = world
        .story
        .journal
        .iter()
        .filter_map(|(_, _, event)| event.revision_status())
        .map(|(_, status)| status)
        .collect();
    assert_eq!(
        statuses,
        [RevisionStatus::Draft, RevisionStatus::Screened, RevisionStatus::Queued, RevisionStatus::ChangesRequested]
    );
    let changing = |world: &World| world.story.journal.iter().filter(|(_, _, event)| event.may_change_sale()).count();
    assert_eq!((changing(&world), changing(&World::published())), (0, 1));
    let ended = Event::MeasureEnded { measure: uuid::Uuid::nil(), ending: Ending::Expired, reasons: None };
    assert!(ended.may_change_sale() && ended.revision_status().is_none());
}
