//! Further claims: D1.3.2, A6, W21, X11, X12.
use crate::world::*;
use disputes_domain::adjudication::Fact;
use disputes_domain::evidence::{Standing, Window};
use disputes_domain::{Command, Event, Side, Timer};
use kernel::ClaimKind;

fn claim(claim: ClaimKind) -> Command {
    Command::AddClaim { claim, statement: "It shows another product.".into() }
}

#[test]
fn only_what_was_open_when_the_refund_was_applied_for_is_added() {
    let mut opening = opening();
    opening.application.open_claims = Some(vec![ClaimKind::Quality, ClaimKind::NotAsDescribed]);
    let mut story = opened_by(opening);
    story.refuses_with(&merchant(), claim(ClaimKind::LateModification), "claim_window_closed", Some("W21"));
    story.does(&merchant(), claim(ClaimKind::NotAsDescribed));
    assert_eq!(case(&story).claims, [ClaimKind::Quality, ClaimKind::NotAsDescribed]);
    assert_eq!(story.does(&merchant(), claim(ClaimKind::NotAsDescribed)), vec![], "already so");
    // An application of which nothing was said bars nothing.
    opened().does(&merchant(), claim(ClaimKind::LateModification));
}

#[test]
fn a_claim_after_the_providers_window_gives_it_another() {
    let mut story = claimed();
    story.does(&arbitrator(), ask(Side::Provider));
    story.does(&provider(), seal());
    assert_eq!(story.status(), "under_review");
    let events = story.does(&merchant(), claim(ClaimKind::NotAsDescribed));
    let [Event::ClaimAdded { answer_by, remind_at: Some(_), .. }] = &events[..] else { panic!("{events:?}") };
    assert_eq!(*answer_by, Some(story.now + days(5)));
    assert_eq!(
        (story.status(), story.due(Timer::Evidence), story.due(Timer::Decision)),
        ("evidence", *answer_by, None)
    );
    story.refuses_with(&arbitrator(), decide(draft()), "evidence_still_open", Some("W14"));
    story.does(&provider(), add(exhibit(1)));
    story.does(&provider(), seal());
    let items: Vec<_> = case(&story).file.items.values().map(|item| item.standing).collect();
    assert_eq!(items, [Standing::Submitted], "in time");
}

#[test]
fn a_provider_with_a_sealed_set_answers_it_after_the_exchange() {
    let mut story = claimed();
    story.does(&arbitrator(), ask(Side::Provider));
    story.does(&arbitrator(), ask(Side::Merchant));
    story.does(&provider(), seal());
    let events = story.does(&merchant(), claim(ClaimKind::NotAsDescribed));
    assert!(matches!(&events[..], [Event::ClaimAdded { answer_by: None, .. }]), "{events:?}");
    let exchanged = story.does(&merchant(), seal());
    assert!(
        matches!(&exchanged[..], [_, Event::EvidenceExchanged { rebut_by: Some(_), .. }]),
        "though there is nothing to rebut: {exchanged:?}"
    );
    assert!(matches!(case(&story).hearing().unwrap().window(Side::Provider), Window::Asked { .. }));
    story.does(&provider(), seal());
    let closed = story.does(&merchant(), seal());
    assert!(matches!(&closed[..], [_, Event::EvidenceExchanged { rebut_by: None, .. }]), "once: {closed:?}");
}

#[test]
fn before_its_window_closes_a_claim_sets_no_date() {
    for mut story in [opened(), claimed()] {
        let events = story.does(&merchant(), claim(ClaimKind::NotAsDescribed));
        assert!(matches!(&events[..], [Event::ClaimAdded { answer_by: None, .. }]), "{events:?}");
    }
}

#[test]
fn an_unlawful_service_is_claimed_proved_and_escalated_at_once() {
    let mut opening = kept();
    opening.application.claim = ClaimKind::Unlawful;
    let mut story = opened_by(opening);
    let Event::Opened { burden, burden_rule, .. } = &story.journal[0].2 else { panic!("{:?}", story.journal) };
    assert_eq!((*burden, burden_rule.as_str()), (Side::Merchant, "D1.4.5"));
    story.does(&merchant(), escalate());
    story.does(&arbitrator(), Command::Claim);
    story.does(&orders(), records());
    let of_claim = |story: &check::Story<disputes_domain::Cases>| {
        let recommended = case(story).recommendation(&edition().disputes.standards);
        (recommended.burdens[0].fact, recommended.burdens[0].against.is_some())
    };
    assert_eq!(of_claim(&story), (Fact::UnlawfulService, true));
    let not_permitted = find(Fact::ServiceNotPermitted, disputes_domain::adjudication::Truth::Established, &[3]);
    story.does(&arbitrator(), not_permitted);
    assert_eq!(of_claim(&story), (Fact::ServiceNotPermitted, false), "what is not allowed here is proof enough");
    assert_eq!(as_recommended(&story).rules[0].as_str(), "D2.1");
    // Added later, it lifts the gate too (X12).
    let mut later = opened_by(kept());
    later.refuses_with(&merchant(), escalate(), "negotiation_comes_first", Some("N1"));
    later.does(&merchant(), claim(ClaimKind::Unlawful));
    later.does(&provider(), escalate());
}
