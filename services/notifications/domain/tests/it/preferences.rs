//! How an organisation wants to be addressed (A10).
use crate::world::*;
use check::Story;
use kernel::Org;
use notifications_domain::preferences::*;
use notifications_domain::{Language, Preferences};
use rulebook::Edition;

fn story() -> Story<Preferences> {
    let edition = Edition::shipped();
    Story::new(edition.id, edition.notifications, edition.calendar)
}

fn choose(language: Language, email: Option<&str>) -> Command {
    Command::Choose { language, email: email.map(ToOwned::to_owned) }
}

#[test]
fn an_organisation_chooses_for_itself() {
    let mut story = story();
    story.does(&merchant(), choose(Language::Zh, Some("shop@example.com")));
    assert_eq!(story.does(&merchant(), choose(Language::Zh, Some("shop@example.com"))), [], "already so");
    story.unknown_to(&other_merchant(), choose(Language::En, None));
    story.unknown_to(&operator(), choose(Language::En, None));
    story.does(&merchant(), choose(Language::En, None));
    let Preference::Chosen(chosen) = &story.state else { panic!() };
    assert_eq!((chosen.org, chosen.language, &chosen.email), (Org::Merchant(merchant_id()), Language::En, &None));
}

#[test]
fn what_cannot_be_an_address_is_refused() {
    let mut story = story();
    let long = format!("{}@example.com", "a".repeat(250));
    for wrong in ["", "shop", "@example.com", "shop@", "a@b@c", "shop @example.com", "a@b\r\nBcc: c@d", "<a@b>", &long]
    {
        story.refuses_with(&merchant(), choose(Language::En, Some(wrong)), "email_address_invalid", None);
    }
    story.does(&merchant(), choose(Language::En, Some("商店@例子.中国")));
}

#[test]
fn no_two_organisations_share_an_id() {
    let id = uuid::Uuid::from_u128(5);
    let [one, two] = [Org::Merchant(kernel::MerchantId(id)), Org::Provider(kernel::ProviderId(id))].map(id_of);
    assert_ne!(one, two);
}
