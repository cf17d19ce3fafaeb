//! Tables and diagrams drawn from the code.
use crate::world::*;
use check::render;
use settlement_domain::escrow::{self, Escrows};
use settlement_domain::purse::{self, Purses};

#[test]
fn escrow_matrix() {
    let awaiting = escrow();
    let mut running = escrow();
    running.does(&the_merchant(), start(1));
    let mut closed = escrow();
    closed.does(&orders(), escrow::Command::Close(news(2)));
    let (held, frozen) = (held_escrow(), frozen_escrow());
    let mut split = frozen_escrow();
    let events = split.does(&disputes(), escrow::Command::Divide(award("1.00", "0.00")));
    let key = events[2].effects()[0].key;
    split.does(&own(), escrow::Command::RemittanceFailed { remittance: key, code: "closed_account".into() });
    let mut owing = frozen_escrow();
    owing.does(&disputes(), escrow::Command::Divide(award("500.00", "0.00")));
    owing.does(&disputes(), escrow::Command::Divide(other_award(5, "0.00", "0.00")));
    insta::assert_snapshot!(render::matrix(&[
        ("awaiting_payment, merchant", &awaiting, &the_merchant()),
        ("payment running, merchant", &running, &the_merchant()),
        ("closed, merchant", &closed, &the_merchant()),
        ("held, merchant", &held, &the_merchant()),
        ("frozen, merchant", &frozen, &the_merchant()),
        ("held, provider", &held, &the_provider()),
        ("held, operator", &held, &operator()),
        ("split and failed, operator", &split, &operator()),
        ("owing back, merchant", &owing, &the_merchant()),
        ("owing back, operator", &owing, &operator()),
        ("absent, system", &unheard_escrow(order(1)), &own()),
        ("held, system", &held, &own()),
    ]));
}

#[test]
fn purse_matrix() {
    let (short, covered) = (purse(), covered_purse());
    let mut blocked = purse();
    blocked.advance(days(15));
    let mut waiting = covered_purse();
    waiting.does(&own(), credit(1, "100.00"));
    let mut free = covered_purse();
    free.does(&own(), credit(1, "100.00"));
    free.advance(days(8));
    let mut owing = covered_purse();
    owing.does(&own(), charge(1, "6000.00"));
    let mut disputed = covered_purse();
    disputed.does(&own(), credit(1, "100.00"));
    disputed.does(&own(), purse::Command::CaseOpened { order: order(2) });
    insta::assert_snapshot!(render::matrix(&[
        ("short, provider", &short, &the_provider()),
        ("blocked, provider", &blocked, &the_provider()),
        ("covered, provider", &covered, &the_provider()),
        ("not yet payable, provider", &waiting, &the_provider()),
        ("payable, provider", &free, &the_provider()),
        ("owing, provider", &owing, &the_provider()),
        ("case open, provider", &disputed, &the_provider()),
        ("owing, operator", &owing, &operator()),
        ("owing, compliance officer", &owing, &officer()),
        ("absent, system", &unheard_purse(), &own()),
        ("covered, system", &covered, &own()),
    ]));
}

#[test]
fn deadlines() {
    insta::assert_snapshot!(format!("{}\n{}", render::deadlines::<Escrows>(), render::deadlines::<Purses>()));
}

#[test]
fn escrow_diagram() {
    let mut edges = std::collections::BTreeSet::new();
    let ends = [
        (escrow(), escrow::Command::Close(news(5))),
        (held_escrow(), escrow::Command::Release(news(5))),
        (held_escrow(), escrow::Command::Close(news(5))),
        (frozen_escrow(), escrow::Command::Thaw(news(5))),
        (frozen_escrow(), escrow::Command::AwaitAward(news(5))),
        (frozen_escrow(), escrow::Command::Divide(award("0.00", "0.00"))),
        (frozen_escrow(), escrow::Command::Divide(award("1.00", "0.00"))),
        (frozen_escrow(), escrow::Command::Divide(award("1000.01", "0.00"))),
    ];
    for (mut story, end) in ends {
        story.does(&own(), end);
        edges.extend(story.edges);
    }
    insta::assert_snapshot!(render::diagram(&edges));
}

#[test]
fn purse_diagram() {
    let mut story = purse();
    story.advance(days(15));
    top_up(&mut story, 1, "5000.00");
    story.does(&own(), charge(1, "5000.01"));
    story.advance(days(10));
    let pay = purse::Command::PayLiability { payment: payment(2), case: case(1), method: "tok".into() };
    story.does(&the_provider(), pay);
    story.does(&own(), purse::Command::PaymentSucceeded { payment: payment(2) });
    insta::assert_snapshot!(render::diagram(&story.edges));
}
