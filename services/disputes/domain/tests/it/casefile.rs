//! The case file: append-only, chained, and checked without a server (D1.4).
use crate::world::*;
use check::Story;
use disputes_domain::casefile::{
    Broken, Bundle, BundledEntry, BundledFile, Digest, Entry, EntryKind, canonical, check, genesis, verify,
};
use disputes_domain::{Cases, Command, Event, Side};
use kernel::CaseId;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A case with every kind of act that is filed before a decision, and the decision.
fn story() -> Story<Cases> {
    let mut story = found();
    story.does(&arbitrator(), ask(Side::Merchant));
    story.does(&merchant(), add(exhibit(1)));
    story.does(&merchant(), seal());
    story.does(&provider(), seal());
    story.does(&merchant(), seal());
    let item = *case(&story).file.items.keys().next().unwrap();
    story.does(&provider(), contest(item));
    story.does(&arbitrator(), rule_on(item, disputes_domain::ItemRuling::Exclude));
    let draft = as_recommended(&story);
    story.does(&arbitrator(), decide(draft));
    story
}

/// What a shell does: entries from the events, an item's content from the event that drafted it.
fn bundle(story: &Story<Cases>) -> Bundle {
    let mut drafted = BTreeMap::new();
    let mut entries = vec![];
    for (_, _, event) in &story.journal {
        if let Event::EvidenceDrafted { exhibit, content, .. } = event {
            drafted.insert(*content, serde_json::to_value(exhibit).unwrap());
        }
        for filed in event.filed() {
            let content = filed.content.unwrap_or_else(|| drafted[&filed.entry.content].clone());
            entries.push(BundledEntry { entry: filed.entry, content });
        }
    }
    Bundle::new(CaseId(story.id), entries, vec![BundledFile::with(b"a frame")])
}

#[test]
fn a_whole_case_verifies_without_a_server() {
    let story = story();
    let bundle = bundle(&story);
    let verified = verify(&bundle.text()).unwrap();
    assert_eq!((verified.entries, verified.files), (case(&story).file.entries, 1));
    assert_eq!((verified.head, verified.case), (case(&story).file.head, CaseId(story.id)));
    assert!(verified.files_elsewhere.is_empty());
    let mut without = bundle.clone();
    without.files.clear();
    assert_eq!(verify(&without.text()).unwrap().files_elsewhere, [Digest::of(b"a frame").to_string()]);
    let mut line_feed = bundle.text();
    line_feed.push(b'\n');
    assert!(verify(&line_feed).is_ok());
}

#[test]
fn one_flipped_byte_is_found_and_named_wherever_it_is() {
    let bundle = bundle(&story());
    let text = bundle.text();
    let entries: Vec<_> = bundle.entries.iter().map(|entry| place_of(&text, entry)).collect();
    let file = place_of(&text, &bundle.files[0]);
    for place in 0..text.len() {
        // One bit of each byte, another one from byte to byte; each byte is a case of its own.
        let mut flipped = text.clone();
        flipped[place] ^= 1 << (place % 8);
        let broken = verify(&flipped).expect_err("one byte is flipped");
        let said = broken.to_string();
        // What cannot be read any more is named by its place in the text, everything else by what it is.
        let is_text = matches!(&broken, Broken::Unreadable(_) | Broken::Text { .. });
        let entry = entries.iter().position(|range| range.contains(&place)).map(|nth| nth + 1);
        match entry {
            _ if is_text => {}
            // The hash of an entry is looked at again by the next one, and by the head.
            Some(entry) => assert!(
                said.starts_with(&format!("entry {entry}, "))
                    || said.starts_with(&format!("entry {}, previous", entry + 1)),
                "byte {place} of entry {entry}: {said}"
            ),
            None if file.contains(&place) => assert!(said.starts_with("file "), "byte {place} of the file: {said}"),
            None => assert!(said.starts_with("head") || said.starts_with("entry 1, "), "byte {place}: {said}"),
        }
    }
}

/// Where a part stands in the bundle's text.
fn place_of(text: &[u8], part: &impl serde::Serialize) -> std::ops::Range<usize> {
    let part = canonical(&serde_json::to_value(part).unwrap());
    let start = text.windows(part.len()).position(|window| window == part).expect("the part stands in the text");
    start..start + part.len()
}

#[test]
fn findings_may_be_withheld_and_nothing_else() {
    let mut bundle = bundle(&story());
    bundle.entries[4].content = Value::Null;
    assert_eq!(verify(&bundle.text()).unwrap().withheld, [5]);
    bundle.entries[3].content = Value::Null;
    assert!(matches!(verify(&bundle.text()), Err(Broken::Entry { entry: 4, field: "content", .. })));
}

type Change = fn(&mut Bundle);

#[test]
fn what_is_broken_is_named() {
    let sound = bundle(&story());
    let broken = |change: Change| {
        let mut bundle = sound.clone();
        change(&mut bundle);
        verify(&bundle.text()).unwrap_err().to_string()
    };
    let cases: [(Change, &str); 10] = [
        (|bundle| bundle.entries[1].content["title"] = json!("Another listing"), "entry 2, content"),
        (|bundle| bundle.entries[2].entry.number = 7, "entry 3, number"),
        (|bundle| drop(bundle.entries.remove(1)), "entry 2, number"),
        (|bundle| bundle.entries[3].entry.previous = Digest::of(b"x"), "entry 4, previous"),
        (|bundle| bundle.entries[4].entry.hash = Digest::of(b"x"), "entry 5, hash"),
        (|bundle| bundle.entries[2].entry.at += tick(), "entry 3, at, by, kind, subject or content"),
        (|bundle| bundle.head = Digest::of(b"x"), "head"),
        (|bundle| drop(bundle.entries.pop()), "head"),
        (|bundle| bundle.files[0].data = Some("eA==".into()), "file "),
        (|bundle| bundle.format = "guildhall-case-file-9".into(), "not a bundle"),
    ];
    for (change, expected) in cases {
        let found = broken(change);
        assert!(found.starts_with(expected), "{expected}: {found}");
    }
    let of_another_case = Bundle { case: CaseId(fact(77)), ..sound.clone() };
    assert!(matches!(verify(&of_another_case.text()), Err(Broken::Entry { entry: 1, field: "previous", .. })));
    let loose: Value = serde_json::from_slice(&sound.text()).unwrap();
    let pretty = serde_json::to_string_pretty(&loose).unwrap();
    assert!(matches!(verify(pretty.as_bytes()), Err(Broken::Text { offset: 1 })));
}

#[test]
fn entries_follow_each_other_from_the_claim_on() {
    let story = story();
    let bundle = bundle(&story);
    let kinds: Vec<_> = bundle.entries.iter().map(|line| line.entry.kind).collect();
    assert_eq!(
        kinds,
        [
            EntryKind::Claim,
            EntryKind::Escalation,
            EntryKind::Record,
            EntryKind::Record,
            EntryKind::Findings,
            EntryKind::Request,
            EntryKind::Item,
            EntryKind::Contest,
            EntryKind::Ruling,
            EntryKind::Decision,
        ]
    );
    assert_eq!(bundle.entries[0].entry.previous, genesis(CaseId(story.id)));
    let entries: Vec<Entry> = bundle.entries.into_iter().map(|line| line.entry).collect();
    assert_eq!(check(CaseId(story.id), &entries), Ok(case(&story).file.head));
    assert_eq!(check(CaseId(story.id), &[]), Ok(genesis(CaseId(story.id))));
}

#[test]
fn what_the_parties_say_to_each_other_and_leave_unsaid_is_in_the_file() {
    let mut story = opened();
    story.does(&provider(), propose(1, "100.00"));
    story.does(&merchant(), decline(1));
    story.does(&provider(), propose(2, "200.00"));
    story.advance(days(3));
    story.does(&provider(), refuse());
    story.does(&merchant(), escalate());
    story.does(&arbitrator(), Command::Claim);
    story.does(&arbitrator(), ask(Side::Merchant));
    story.advance(days(5));
    story.does(&merchant(), propose(3, "700.00"));
    story.does(&provider(), accept(3, "700.00"));
    let said: Vec<_> = bundle(&story)
        .entries
        .iter()
        .map(|line| {
            let words = ["what", "cause"].iter().find_map(|key| line.content.get(*key)?.as_str());
            (line.entry.kind, line.entry.by, words.unwrap_or_default().to_owned())
        })
        .collect();
    use EntryKind::{Claim, Escalation, Lapse, Negotiation, Request};
    use kernel::Party::{Arbitrator, Merchant, Provider, System};
    let expected = [
        (Claim, Merchant, ""),
        (Negotiation, Provider, "proposed"),
        (Negotiation, Merchant, "declined"),
        (Negotiation, Provider, "proposed"),
        (Negotiation, System, "unanswered"),
        (Negotiation, Provider, "refund refused"),
        (Escalation, Merchant, "merchant"),
        (Request, Arbitrator, ""),
        (Lapse, System, "evidence"),
        (Negotiation, Merchant, "proposed"),
        (Negotiation, Provider, "settled"),
    ];
    assert_eq!(said, expected.map(|(kind, by, what)| (kind, by, what.to_owned())));
    let escalation = &bundle(&story).entries[6].content;
    for key in ["order", "kind_of_product", "summary", "reasons"] {
        assert!(!escalation[key].as_str().unwrap().is_empty(), "A8 names {key}");
    }
    let mut silent = opened();
    silent.advance(days(5));
    let missed = &bundle(&silent).entries[1];
    assert_eq!((missed.entry.kind, &missed.content["cause"]), (Escalation, &json!("unanswered")), "W11");
}

#[test]
fn the_hash_does_not_depend_on_how_json_was_written() {
    let one: Value = serde_json::from_str(r#"{"b": 1, "a": {"d": [1, 2], "c": "é\u0041"}}"#).unwrap();
    assert_eq!(String::from_utf8(canonical(&one)).unwrap(), r#"{"a":{"c":"éA","d":[1,2]},"b":1}"#);
    assert!("AB".repeat(32).parse::<Digest>().is_err(), "lower case only");
    assert!("ab".repeat(31).parse::<Digest>().is_err());
    assert_eq!("ab".repeat(32).parse::<Digest>().unwrap().to_string(), "ab".repeat(32));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_read_is_refused_or_sound(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        prop_assert!(verify(&bytes).is_err());
    }
}
