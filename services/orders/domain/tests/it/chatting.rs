//! The chat on an order: valid vouchers in a hash chain, contact details flagged (D1.2, M4.2.f.5, X15).
use crate::world::{arbitrator, file, id, merchant, other_merchant, provider};
use check::Story;
use kernel::{Actor, FileRef, MerchantId, ProviderId};
use moderation::Engine;
use orders_domain::Conversations;
use orders_domain::conversation::contacts::{Contact, ContactKind, read};
use orders_domain::conversation::{Command, Conversation, Event, Facts, Message, is_chained};
use rulebook::{Edition, Lists};
use std::sync::LazyLock;

/// Made ready once.
static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::compile(&Edition::shipped(), &Lists::shipped().unwrap()));

fn find(text: &str) -> Vec<Contact> {
    read(&ENGINE, text).contacts
}

fn thread() -> Story<Conversations> {
    let edition = Edition::shipped();
    let mut story = Story::new(edition.id, edition.orders, edition.calendar);
    let file = |n| FileRef { id: file(n), name: "draft.png".into(), sha256: format!("{n:064x}"), size: 9 };
    story.facts = Facts { files: (0..12).map(file).collect(), flags: Some(read(&ENGINE, "")) };
    story.does(&Actor::service("orders"), open());
    story
}

fn open() -> Command {
    Command::Open { merchant: MerchantId(id(1)), provider: ProviderId(id(2)) }
}

fn say(text: &str) -> Command {
    Command::SendMessage { id: id(700), text: text.into(), files: vec![] }
}

fn messages(story: &Story<Conversations>) -> Vec<Message> {
    let message = |event: &Event| match event {
        Event::Opened(_) => None,
        Event::MessageSent(message) => Some((**message).clone()),
    };
    story.journal.iter().filter_map(|(_, _, event)| message(event)).collect()
}

#[test]
fn it_opens_with_the_order_and_the_parties_write() {
    let mut story = thread();
    assert_eq!(story.does(&Actor::service("orders"), open()), [], "told twice is told once");
    story.does(&merchant(), say("When may we expect the drafts?"));
    story.does(&provider(), say("明天下午。"));
    assert_eq!(story.open_to(&merchant()), ["send_message"]);
    let Conversation::Open(thread) = &story.state else { panic!() };
    assert_eq!(thread.messages, 2);
    assert_eq!(thread.head, messages(&story)[1].hash);
}

#[test]
fn others_do_not_write_and_strangers_do_not_read() {
    let mut story = thread();
    story.unknown_to(&other_merchant(), say("Hello"));
    story.refuses_with(&arbitrator(), say("Hello"), "conversation_not_yours", Some("M4.2.f.5"));
    story.refuses_with(&merchant(), open(), "conversation_not_yours", Some("M4.2.f.5"));
    let edition = Edition::shipped();
    let mut unopened = Story::<Conversations>::new(edition.id, edition.orders, edition.calendar);
    unopened.unknown_to(&merchant(), say("Hello"));
    unopened.refuses_with(&Actor::service("orders"), say("Hello"), "conversation_not_found", None);
}

#[test]
fn a_message_is_text_or_files_within_bounds() {
    let mut story = thread();
    for text in ["", "  \n", "a\0b", &"长".repeat(4_001)] {
        story.refuses_with(&merchant(), say(text), "message_text_invalid", None);
    }
    story.does(&merchant(), say(&"长".repeat(4_000)));
    let with = |text: &str, files| Command::SendMessage { id: id(701), text: text.into(), files };
    story.refuses_with(&merchant(), with("", vec![file(99)]), "message_files_invalid", None);
    story.refuses_with(&merchant(), with("", vec![file(1), file(1)]), "message_files_invalid", None);
    story.refuses_with(&merchant(), with("", (0..11).map(file).collect()), "message_files_invalid", None);
    story.does(&merchant(), with("", (0..10).map(file).collect()));
}

#[test]
fn the_chain_breaks_when_anything_is_changed_left_out_or_moved() {
    let mut story = thread();
    for text in ["one", "two", "three"] {
        story.does(&merchant(), say(text));
    }
    let written = messages(&story);
    assert!(is_chained(&written));
    let mut changed = written.clone();
    changed[1].text = "Two".into();
    assert!(!is_chained(&changed));
    changed[1].hash = changed[1].expected_hash();
    assert!(!is_chained(&changed), "the next one still names the old hash");
    assert!(!is_chained([&written[0], &written[2]]));
    assert!(!is_chained([&written[1], &written[0], &written[2]]));
    let mut backdated = written;
    backdated[2].at -= kernel::TimeDelta::seconds(1);
    assert!(!is_chained(&backdated));
}

#[test]
fn a_flag_changes_nothing_of_what_was_said() {
    let mut story = thread();
    let text = "Add me on WeChat: pan_1988, it is faster";
    story.facts.flags = Some(read(&ENGINE, text));
    let events = story.does(&provider(), say(text));
    let Event::MessageSent(message) = &events[0] else { panic!("{events:?}") };
    assert_eq!(message.text, text);
    assert_eq!(message.rules[0].as_str(), "M4.2.f.5");
    assert_eq!(message.contacts[0].tool.as_deref(), Some("wechat"));
    assert_eq!(message.contacts[0].found, "WeChat");
    story.facts.flags = Some(read(&ENGINE, "The drafts are ready"));
    story.does(&provider(), say("The drafts are ready"));
    assert_eq!(messages(&story)[1].rules, []);
}

#[test]
fn contact_details_are_seen_through_disguise() {
    let cases = [
        ("my QQ is 12345678", ContactKind::Tool),
        ("加我微信聊", ContactKind::Tool),
        ("ＷｅＣｈａｔ me", ContactKind::Tool),
        ("we\u{200b}chat me", ContactKind::Tool),
        ("w e c h a t: mei_2020", ContactKind::Tool),
        ("加V：mei_2020", ContactKind::Tool),
        ("VX：mei_2020", ContactKind::Tool),
        ("whatsapp?", ContactKind::Tool),
        ("Telegram @pan", ContactKind::Tool),
        ("skype me", ContactKind::Tool),
        ("write to pan@pandesign.com.", ContactKind::Email),
        ("pan at pandesign dot com", ContactKind::Email),
        ("call +86 138 0013 8000", ContactKind::Phone),
        ("电话13800138000", ContactKind::Phone),
        ("see https://pan.baidu.com/s/1a", ContactKind::Link),
        ("看 pandesign.cn/work", ContactKind::Link),
        ("www.pan.design", ContactKind::Link),
        ("https://aliexpress.com.pan.cn", ContactKind::Link),
        ("Let us settle it: payment outside the platform.", ContactKind::Matter),
    ];
    for (text, kind) in cases {
        let found = find(text);
        assert!(found.iter().any(|contact| contact.kind == kind), "{text}: {found:?}");
        for contact in found {
            let span: String = text.chars().skip(contact.from).take(contact.to - contact.from).collect();
            assert_eq!(span, contact.found, "{text}");
        }
    }
}

#[test]
fn lawful_channels_and_innocent_words_are_not_flagged() {
    let innocent = [
        "Let us talk on DingTalk / 钉钉",
        "https://seller.aliexpress.com/help and aliexpress.com/item/1.html",
        "The deadline is online: yellow line, baseline 12345",
        "Skyped-in text, telegraphic style, unlined paper",
        "logo.svg, logo-final.psd, v1.2.3 and 2026-03-02 09:00",
        "Order ord_01h455vb4pex5vsknk084sn02q for 12800000000 fen",
        "Delivery in yy-mm-dd format; 1200.00 CNY",
        "The mail @ 5 o'clock",
    ];
    for text in innocent {
        assert_eq!(find(text), [], "{text}");
    }
}

#[test]
fn places_count_characters_as_written() {
    let text = "钉钉不行，\u{200b}微信吧";
    let found = find(text);
    assert_eq!((found[0].from, found[0].to), (6, 8));
    let written: Vec<char> = text.chars().collect();
    assert_eq!(written[6..8].iter().collect::<String>(), "微信");
}

#[test]
fn a_flood_is_cut_off() {
    assert_eq!(find(&"微信，".repeat(100)).len(), 20);
}
