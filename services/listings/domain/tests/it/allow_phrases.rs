//! False positives become allow-phrases by four eyes.
use crate::world::*;
use check::{Story, render};
use kernel::{Actor, ListingId, Machine, RuleId};
use listings_domain::allow_phrase::{AllowPhrases, Command, Event, Facts, Found};
use rulebook::listings::Language;
use uuid::Uuid;

fn story() -> Story<AllowPhrases> {
    let mut story = Story::new(EDITION.id.clone(), EDITION.listings.clone(), EDITION.calendar.clone());
    story.facts = Facts {
        found: Some(Found {
            rule: RuleId::of("M4.2.f.5"),
            list: Some("messengers".into()),
            words: "WeChat".into(),
            field: "title".into(),
            text: "Reads the exports of WeChat  Pay into a table.".into(),
        }),
    };
    story
}

fn propose(phrase: &str) -> Command {
    Command::Propose {
        listing: ListingId(Uuid::from_u128(7)),
        revision: revision(1),
        finding: 0,
        language: Language::En,
        phrase: phrase.into(),
        reasons: "A way of payment.".into(),
    }
}

fn approve() -> Command {
    Command::Approve { reasons: "Agreed.".into() }
}

fn decline() -> Command {
    Command::Decline { reasons: "It names the tool.".into() }
}

fn take_back() -> Command {
    Command::TakeBack { reasons: "Sellers hide behind it.".into() }
}

#[test]
fn one_proposes_and_another_approves() {
    let mut story = story();
    story.does(&moderator(), propose("wechat pay"));
    assert_eq!(story.status(), "proposed");
    for own in [approve(), decline()] {
        story.refuses_with(&moderator(), own, "allow_phrase_own_proposal", None);
    }
    let events = story.does(&other_moderator(), approve());
    let [Event::Approved { ruling }] = events.as_slice() else { panic!("{events:?}") };
    let decision = &ruling.decision;
    assert_eq!(story.state.decided(), Some(ruling));
    assert_eq!((decision.by.as_str(), decision.rules[0].as_str()), ("mei", "M4.2.f.5"));
    assert_eq!(story.status(), "approved");
    story.refuses_with(&other_moderator(), decline(), "allow_phrase_decided", None);
    story.refuses_with(&moderator(), propose("wechat pay"), "allow_phrase_exists", None);
}

#[test]
fn a_declined_phrase_stays_declined() {
    let mut story = story();
    story.does(&moderator(), propose("wechat pay"));
    story.does(&other_moderator(), decline());
    assert_eq!(story.status(), "declined");
    story.refuses_with(&other_moderator(), approve(), "allow_phrase_decided", None);
}

#[test]
fn what_was_approved_is_taken_back_by_one_person_and_may_be_proposed_again() {
    let mut story = story();
    story.refuses_with(&moderator(), take_back(), "allow_phrase_not_found", None);
    story.does(&moderator(), propose("wechat pay"));
    let claim = AllowPhrases::claims(&story.state);
    story.refuses_with(&other_moderator(), take_back(), "allow_phrase_not_in_force", None);
    story.does(&other_moderator(), approve());
    assert_eq!(AllowPhrases::claims(&story.state), claim);
    story.refuses_with(&operator(), take_back(), "allow_phrase_not_yours", None);
    let silent = Command::TakeBack { reasons: String::new() };
    story.refuses_with(&moderator(), silent, "allow_phrase_reasons_needed", Some("M5"));
    let events = story.does(&moderator(), take_back());
    let [Event::TakenBack { ruling }] = events.as_slice() else { panic!("{events:?}") };
    let decision = &ruling.decision;
    assert_eq!((story.state.taken_back(), ruling.at), (Some(ruling), story.now));
    assert_eq!(story.state.decided().unwrap().decision.by, "mei");
    assert_eq!((decision.by.as_str(), decision.reasons.as_str()), ("mo", "Sellers hide behind it."));
    assert_eq!(decision.rules[0].as_str(), "M4.2.f.5");
    assert_eq!((story.status(), AllowPhrases::claims(&story.state)), ("taken_back", vec![]));
    story.refuses_with(&moderator(), take_back(), "allow_phrase_not_in_force", None);
    story.refuses_with(&other_moderator(), approve(), "allow_phrase_decided", None);
}

#[test]
fn a_phrase_stands_in_the_text_and_says_more_than_the_words() {
    let unfit =
        ["wechat", " We-Chat ", "wechat shop", "Reads the exports", "", "WeChat\u{7} Pay", &"wechat pay ".repeat(10)];
    for phrase in unfit {
        story().refuses_with(&moderator(), propose(phrase), "allow_phrase_unfit", None);
    }
    let mut without = story();
    without.facts.found.as_mut().unwrap().list = None;
    without.refuses_with(&moderator(), propose("wechat pay"), "finding_without_list", None);
    without.facts.found = None;
    without.refuses_with(&moderator(), propose("wechat pay"), "no_such_finding", None);
    let mut silent = story();
    let Command::Propose { listing, revision, finding, language, phrase, .. } = propose("wechat pay") else { panic!() };
    let wordless = Command::Propose { listing, revision, finding, language, phrase, reasons: " ".into() };
    silent.refuses_with(&moderator(), wordless, "allow_phrase_reasons_needed", Some("M5"));
}

#[test]
fn no_phrase_excuses_a_platform_brand_in_a_title() {
    let of_brand = |field: &str| {
        let mut story = story();
        let found = story.facts.found.as_mut().unwrap();
        (found.rule, found.list) = (RuleId::of("M4.2.c.2"), Some("platform_brands".into()));
        (found.words, found.field) = ("Taobao".into(), field.into());
        found.text = "Songs of a girl named Taobao.".into();
        story
    };
    let phrase = "a girl named Taobao";
    for title in ["title", "modules[3].heading"] {
        of_brand(title).refuses_with(&moderator(), propose(phrase), "brand_in_title", Some("X24"));
    }
    for text in ["description", "modules[3].text"] {
        of_brand(text).does(&moderator(), propose(phrase));
    }
}

#[test]
fn no_phrase_is_the_term_itself_in_other_clothes() {
    for phrase in ["WeChat*", "WeChat,", "on, WeChat*", "WeChat\u{200e}", "WeChat\u{fe0f}", "W\u{336}eChat"] {
        let mut story = story();
        let found = story.facts.found.as_mut().unwrap();
        found.text = format!("Ask me on, WeChat, {phrase}");
        story.refuses_with(&moderator(), propose(phrase), "allow_phrase_unfit", None);
    }
}

#[test]
fn it_is_the_moderators_business() {
    let mut story = story();
    for stranger in [provider(), merchant(), officer()] {
        story.unknown_to(&stranger, propose("wechat pay"));
    }
    story.refuses_with(&operator(), propose("wechat pay"), "allow_phrase_not_yours", None);
    story.refuses_with(&moderator(), approve(), "allow_phrase_not_found", None);
}

#[test]
fn what_is_open_to_whom() {
    let mut proposed = story();
    proposed.does(&moderator(), propose("wechat pay"));
    let mut approved = story();
    approved.does(&moderator(), propose("wechat pay"));
    approved.does(&other_moderator(), approve());
    let absent = story();
    let columns: Vec<(&str, &Story<AllowPhrases>, &Actor)> = vec![];
    let (own, other) = (moderator(), other_moderator());
    let mut columns = columns;
    columns.extend([("absent", &absent, &own), ("own", &proposed, &own), ("another's", &proposed, &other)]);
    let mut taken_back = story();
    taken_back.does(&moderator(), propose("wechat pay"));
    taken_back.does(&other_moderator(), approve());
    taken_back.does(&moderator(), take_back());
    columns.extend([("approved", &approved, &other), ("taken back", &taken_back, &other)]);
    insta::assert_snapshot!(render::matrix(&columns));
}
