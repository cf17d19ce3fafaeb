//! A notice from the inbox to served, read, mailed or not (D1.1.3, A9, A10).
use crate::world::*;
use kernel::machine::IntoName;
use kernel::{Machine, Party, ServedBy, Span, TimeDelta};
use notifications_domain::Notices;
use notifications_domain::notice::*;
use proptest::prelude::*;

fn names(events: &[Event]) -> Vec<&'static str> {
    events.iter().map(IntoName::name).collect()
}

fn made(story: &check::Story<Notices>) -> &Made {
    story.state.made().unwrap()
}

fn served(story: &check::Story<Notices>) -> Option<ServedBy> {
    made(story).served.as_ref().map(|served| served.by)
}

#[test]
fn d1_1_3_what_stands_in_the_inbox_is_served_where_the_rulebook_asks_for_no_time_there() {
    let mut story = story();
    assert_eq!(names(&story.does(&orders(), make())), ["made", "served"]);
    assert_eq!((story.status(), served(&story)), ("delivered", Some(ServedBy::Inbox)));
    assert_eq!(made(&story).served.as_ref().unwrap().rules, ["D1.1.3"].map(kernel::RuleId::of));
    assert_eq!(story.does(&orders(), make()), [], "told twice is told once");
    assert_eq!(names(&story.does(&merchant(), Command::Read)), ["read"]);
    assert_eq!(story.does(&merchant(), Command::Read), [], "read is read");
    assert_eq!((story.status(), served(&story)), ("read", Some(ServedBy::Inbox)));
    assert!(Notices::deadlines(&story.state).is_empty());
}

#[test]
fn a_stricter_edition_waits_for_the_reader_the_mail_server_or_the_end_of_the_window() {
    let day = TimeDelta::days(1);
    let begin = || {
        let mut story = mailed(story_with(Span::Days(1)));
        assert_eq!(names(&story.does(&orders(), make())), ["made"]);
        assert_eq!((story.status(), story.due(Timer::Inbox)), ("sent", Some(story.now + day)));
        story.advance(TimeDelta::hours(1));
        story
    };
    let mut read = begin();
    assert_eq!(names(&read.does(&merchant(), Command::Read)), ["read", "served"]);
    assert_eq!(served(&read), Some(ServedBy::Read));
    let mut mailed = begin();
    assert_eq!(names(&mailed.does(&mailer(), attempt(1, Posted::Accepted))), ["mailed", "served"]);
    assert_eq!((mailed.status(), served(&mailed)), ("delivered", Some(ServedBy::Email)));
    let mut left = begin();
    assert_eq!(names(&left.advance(day)), ["served"]);
    assert_eq!(served(&left), Some(ServedBy::Fallback));
    for mut story in [read, mailed, left] {
        assert_eq!(story.advance(day), [], "served once");
    }
}

#[test]
fn a10_a_notice_is_written_in_the_language_of_the_account() {
    let mut chinese = mailed(story());
    chinese.does(&orders(), make());
    assert_eq!(made(&chinese).subject, "已交付");
    let mut english = story();
    english.does(&orders(), make());
    assert_eq!(made(&english).subject, "Delivered");
    assert_ne!(made(&chinese).content_hash, made(&english).content_hash);
    assert_eq!(made(&english).mail, None, "no address, no e-mail");
}

#[test]
fn an_email_is_tried_again_ever_more_slowly_and_given_up_at_last() {
    let mut story = mailed(story());
    story.does(&orders(), make());
    for number in 1..MOST_ATTEMPTS {
        let events = story.does(&mailer(), attempt(number, Posted::Deferred));
        let [Event::MailDeferred { next_try_at, .. }] = &events[..] else { panic!("{events:?}") };
        assert_eq!(*next_try_at, story.now + wait(number));
        assert_eq!(story.does(&mailer(), attempt(number, Posted::Accepted)), [], "recorded once");
        story.advance(*next_try_at - story.now);
    }
    assert_eq!(names(&story.does(&mailer(), attempt(MOST_ATTEMPTS, Posted::Deferred))), ["mail_failed"]);
    assert_eq!(story.does(&mailer(), attempt(MOST_ATTEMPTS + 1, Posted::Accepted)), [], "given up is given up");
    assert_eq!((story.status(), served(&story)), ("delivered", Some(ServedBy::Inbox)), "the inbox has it");
    let waits: Vec<_> = (1..=MOST_ATTEMPTS).map(wait).collect();
    assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]) && waits.last() == Some(&TimeDelta::hours(8)));
}

#[test]
fn a_refusal_of_the_mail_server_is_final() {
    let mut story = mailed(story());
    story.does(&orders(), make());
    story.does(&mailer(), attempt(1, Posted::Deferred));
    assert_eq!(names(&story.does(&mailer(), attempt(2, Posted::Refused))), ["mail_failed"]);
    let mail = made(&story).mail.as_ref().unwrap();
    assert_eq!((mail.standing.status(), mail.attempts.len()), ("failed", 2));
    assert_eq!((mail.attempts[0].outcome, mail.attempts[1].outcome), (Outcome::Deferred, Outcome::Refused));
}

#[test]
fn only_the_recipient_reads_and_strangers_know_nothing_of_it() {
    let mut story = story();
    story.unknown_to(&merchant(), make());
    story.refuses_with(&orders(), Command::Read, "notice_not_found", None);
    story.does(&orders(), make());
    for stranger in [other_merchant(), provider()] {
        story.unknown_to(&stranger, Command::Read);
    }
    story.refuses_with(&operator(), Command::Read, "notice_not_yours", None);
    story.refuses_with(&merchant(), make(), "notice_not_yours", None);
    story.refuses_with(&merchant(), attempt(1, Posted::Accepted), "notice_not_yours", None);
    assert_eq!(story.open_to(&merchant()), ["read"]);
    assert_eq!(story.open_to(&operator()), Vec::<&str>::new());
}

#[test]
fn a_notice_to_the_platform_is_read_by_its_staff_and_unknown_to_the_parties() {
    let mut story = story();
    let Command::Make(mut draft) = make() else { panic!() };
    draft.recipient = Recipient::Platform;
    story.does(&orders(), Command::Make(draft));
    for stranger in [merchant(), provider()] {
        story.unknown_to(&stranger, Command::Read);
    }
    assert_eq!((made(&story).party(), made(&story).recipient.to_string()), (Party::Operator, "platform".into()));
    assert_eq!("platform".parse(), Ok(Recipient::Platform));
    assert!("nobody".parse::<Recipient>().is_err());
    assert_eq!(names(&story.does(&operator(), Command::Read)), ["read"]);
}

proptest! {
    /// Whatever comes in whatever order: served once at most, by the end of the window in any case, and what it says
    /// never changes. The story itself checks that the journal folds to the state.
    #[test]
    fn a_notice_is_served_once(hours in 0..30u32, steps in proptest::collection::vec((0..5u8, 0..10i64), 0..25)) {
        let mut story = mailed(story_with(Span::Hours(hours)));
        story.does(&orders(), make());
        let (text, serve_by) = (made(&story).text.clone(), made(&story).serve_by);
        for (step, by) in steps {
            let number = made(&story).mail.as_ref().map_or(1, |mail| mail.attempts.len() + 1);
            let number = u32::try_from(number).unwrap() + u32::from(by == 9);
            match step {
                0 => drop(story.advance(TimeDelta::hours(by))),
                1 => drop(story.does(&merchant(), Command::Read)),
                2 => drop(story.does(&mailer(), attempt(number, Posted::Deferred))),
                3 => drop(story.does(&mailer(), attempt(number, Posted::Accepted))),
                _ => drop(story.does(&mailer(), attempt(number, Posted::Refused))),
            }
        }
        story.advance(TimeDelta::hours(31));
        let times = story.event_names().iter().filter(|name| **name == "served").count();
        prop_assert_eq!(times, 1);
        prop_assert!(made(&story).served.as_ref().unwrap().at <= serve_by);
        prop_assert_eq!(&made(&story).text, &text);
    }
}
