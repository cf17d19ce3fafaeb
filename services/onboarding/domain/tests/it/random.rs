//! Random sequences of commands with random steps of time: the story checks what must always hold.
use crate::world::*;
use check::Story;
use kernel::{Actor, Category, Machine, TimeDelta};
use onboarding_domain::application::{self, Applications};
use onboarding_domain::entry::StaffTie;
use onboarding_domain::provider::{self, Providers};
use onboarding_domain::qualification::{self, Qualifications};
use proptest::prelude::*;

fn actor(n: u8) -> Actor {
    match n % 7 {
        0 | 1 => amy(),
        2 | 3 => rita(),
        4 => rob(),
        5 => olga(),
        _ => service(),
    }
}

fn lines(n: u8) -> &'static str {
    ["business_scope", "experience", "servers", "works"][usize::from(n) % 4]
}

fn application_command(n: u8, m: u8) -> application::Command {
    use application::Command;
    match n % 17 {
        0 => open(Category::Software),
        1 => Command::DescribeBusiness(description(["软件开发", "销售"][usize::from(m) % 2])),
        2 | 3 => Command::SubmitCredential(expiring(u128::from(m), lines(m), "2026-03-20")),
        4 => Command::RemoveCredential { credential: credential_id(u128::from(m)) },
        5 => declared([StaffTie::None, StaffTie::Staff][usize::from(m) % 2]),
        6 => submit(),
        7 | 8 => application::Command::Claim,
        9 => Command::Assign { reviewer: "rob".into() },
        10 => Command::Release,
        11 => verify(lines(m)),
        12 => Command::RejectRequirement { requirement: lines(m).into(), reason: "no".into() },
        13 => ask(),
        14 => answer(),
        15 => approve(),
        _ if m < 8 => reject(),
        _ if m > 250 => Command::Withdraw { reason: String::new() },
        _ => verify(lines(m)),
    }
}

fn qualification_command(n: u8, m: u8) -> qualification::Command {
    use qualification::Command;
    let end = ["2026-03-20", "2026-05-20", "2027-05-20"][usize::from(m) % 3];
    match n % 14 {
        0 => grant(),
        1..=3 => Command::SubmitDocument(expiring(u128::from(m), lines(m), end)),
        4 | 5 => accept(lines(m)),
        6 => turn_down(lines(m)),
        7 => Command::ReportChange {
            what: "moved".into(),
            changed_on: day("2026-03-01"),
            requirement: (m > 100).then(|| lines(m).to_owned()),
        },
        8 => demand(),
        9 => Command::Confirm { reasons: "fine".into() },
        10 => suspend(),
        11 if m < 10 => revoke(),
        12 if m < 10 => Command::End { rules: vec![rule("X21")] },
        _ => accept(lines(m)),
    }
}

fn provider_command(n: u8, m: u8) -> provider::Command {
    use provider::Command;
    match n % 8 {
        0 => Command::Register,
        1 => Command::CompleteCourse { version: "2026-1".into(), modules: vec![] },
        2 => Command::RequestExit { reason: String::new() },
        3 => Command::CancelExit,
        4 => Command::CheckExit,
        5 if m < 20 => Command::Close { rules: vec![rule("C2")], reasons: "Again.".into() },
        5 | 6 => Command::Bar { rules: vec![rule("C3")], reasons: "Gains.".into(), related_to: None },
        _ => Command::LiftBar { reasons: "Wrong.".into() },
    }
}

/// One step: who, which command, with what, after how many hours; overslept or not.
type Step = (u8, u8, u8, u8);

fn play<M: Machine>(story: &mut Story<M>, steps: &[Step], command: fn(u8, u8) -> M::Command) {
    for (who, n, m, hours) in steps {
        let by = TimeDelta::hours(i64::from(*hours) * i64::from(*hours) / 64);
        if hours % 8 == 7 {
            story.sleep_through(by);
        } else {
            story.advance(by);
        }
        story.ask(&actor(*who), &command(*n, *m));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn applications_hold(steps in prop::collection::vec(any::<Step>(), 0..40), ready in any::<bool>()) {
        let mut story = if ready { submitted() } else { applications() };
        play::<Applications>(&mut story, &steps, application_command);
        let approvals = story.event_names().iter().filter(|name| **name == "approved").count();
        prop_assert!(approvals <= 1);
        prop_assert_eq!(story.status() == "approved", approvals == 1);
    }

    #[test]
    fn qualifications_hold(steps in prop::collection::vec(any::<Step>(), 0..40)) {
        let mut story = granted();
        play::<Qualifications>(&mut story, &steps, qualification_command);
        let holding = story.state.holding().unwrap();
        if let Some(cure) = &holding.cure {
            prop_assert!(!cure.outstanding.is_empty());
        }
        prop_assert_eq!(holding.standing == qualification::Standing::Suspended && holding.cure.is_none(), false);
        prop_assert_eq!(holding.review_due.is_some(), !holding.pending.is_empty());
        let is_told_again = holding.standing == qualification::Standing::Active && holding.is_reminded();
        prop_assert!(!is_told_again, "a reminder that was given would be given again");
    }

    #[test]
    fn providers_hold(steps in prop::collection::vec(any::<Step>(), 0..40), open in 0u32..2) {
        let mut story = providers();
        story.facts.open_orders = open;
        play::<Providers>(&mut story, &steps, provider_command);
        let voluntary = story.journal.iter().any(|(_, _, event)| matches!(event,
            provider::Event::Exited { cause: provider::ExitCause::Voluntary, .. }));
        prop_assert!(!(voluntary && open > 0), "an exit did not wait");
    }
}
