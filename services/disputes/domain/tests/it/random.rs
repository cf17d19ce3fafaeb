//! Random sequences of commands with random steps of time. [`check::Story`] checks at each step what must always hold
//! of any machine; here stands what must always hold of a case.
use crate::world::*;
use check::Story;
use disputes_domain::adjudication::{Fact, Truth};
use disputes_domain::casefile::check as check_file;
use disputes_domain::{Case, Cases, Command, Draft, Event, Forum, ForumOutcome, ItemRuling, Opened, Phase, Side};
use kernel::{Actor, CaseId, ClaimKind, Machine, Money, RuleId, TimeDelta};
use proptest::prelude::*;

fn actors() -> impl Strategy<Value = Actor> {
    prop_oneof![
        6 => Just(provider()),
        6 => Just(merchant()),
        4 => Just(arbitrator()),
        2 => Just(another_arbitrator()),
        1 => Just(operator()),
        1 => Just(orders()),
        1 => Just(Actor::provider("ada", PROVIDER)),
        1 => proptest::sample::select(strangers().to_vec()),
    ]
}

fn commands() -> impl Strategy<Value = Command> {
    let minor = || prop_oneof![8 => 0i64..=120_000, 1 => Just(-1), 1 => Just(120_001)];
    let amount = move || minor().prop_map(|minor| Money::new(minor, kernel::Currency::CNY));
    let id = || (0u128..4).prop_map(proposal);
    let text = || prop_oneof![4 => Just("because"), 1 => Just("")].prop_map(str::to_owned);
    let rules = prop_oneof![
        4 => proptest::sample::subsequence(vec!["D2.3", "D2.9", "D3.5.1"], 1..=3),
        1 => proptest::sample::subsequence(vec!["D2.3", "D3.1.1"], 0..=2),
    ];
    prop_oneof![
        1 => any::<bool>().prop_map(|keeps| Command::Open(Box::new(if keeps { kept() } else { opening() }))),
        4 => (id(), amount(), text()).prop_map(|(proposal, to_merchant, text)| {
            Command::Propose { proposal, to_merchant, text }
        }),
        1 => (id(), amount()).prop_map(|(proposal, to_merchant)| Command::AcceptProposal { proposal, to_merchant }),
        2 => (id(), text()).prop_map(|(proposal, text)| Command::DeclineProposal { proposal, text }),
        3 => text().prop_map(|reasons| Command::RefuseRefund { reasons }),
        2 => Just(Command::ExtendNegotiation),
        1 => text().prop_map(|text| Command::Withdraw { text }),
        2 => (text(), text()).prop_map(|(one, two)| escalate_with(&one, "summary", &two)),
        4 => Just(Command::Claim),
        3 => Just(Command::Release),
        3 => prop_oneof![Just("ada"), Just("bo"), Just("paul"), Just("")].prop_map(|to| Command::HandOver { to: to.into() }),
        1 => text().prop_map(|reason| Command::DeclareConflict { reason }),
        4 => (amount(), rules, text()).prop_map(|(to_merchant, rules, reasons)| {
            let rules = rules.into_iter().map(RuleId::of).collect();
            decide(Draft { to_merchant, rules, reasons, ..draft() })
        }),
        12 => commands_of_proof(),
        8 => commands_that_interrupt(),
    ]
}

/// Evidence and findings.
fn commands_of_proof() -> impl Strategy<Value = Command> {
    let item = || 1u32..12;
    let side = || prop_oneof![Just(Side::Provider), Just(Side::Merchant)];
    let truth = prop_oneof![Just(Truth::Established), Just(Truth::NotEstablished), Just(Truth::Open)];
    let ruling = prop_oneof![
        Just(ItemRuling::Admit),
        Just(ItemRuling::Exclude),
        Just(ItemRuling::Valid),
        Just(ItemRuling::Reference),
    ];
    prop_oneof![
        2 => Just(()).prop_map(|()| records()),
        2 => side().prop_map(ask),
        4 => (0u128..6).prop_map(|n| add(exhibit(n))),
        1 => (0u128..6).prop_map(|n| Command::DiscardEvidence { item: fact(n) }),
        4 => Just(()).prop_map(|()| seal_late()),
        2 => item().prop_map(contest),
        2 => (item(), ruling).prop_map(|(item, ruling)| rule_on(item, ruling)),
        3 => (truth, proptest::collection::vec(item(), 0..3)).prop_map(|(truth, on)| find(Fact::Nonconforming, truth, &on)),
        1 => Just(()).prop_map(|()| Command::AddClaim { claim: ClaimKind::NotDelivered, statement: "Nothing.".into() }),
        1 => Just(()).prop_map(|()| Command::ConfirmDecision(Box::new(draft()))),
    ]
}

/// Suspensions, appeals, another forum.
fn commands_that_interrupt() -> impl Strategy<Value = Command> {
    let forum = |to_merchant| {
        Command::FollowForum(Box::new(ForumOutcome {
            forum: Forum::Court,
            reference: "1".into(),
            text: "Final.".into(),
            to_merchant,
            compensation: cny("0"),
            extension_seconds: None,
            data_download: false,
        }))
    };
    prop_oneof![
        4 => Just(()).prop_map(|()| wait_for_us()),
        2 => Just(()).prop_map(|()| proceedings()),
        2 => any::<bool>().prop_map(report),
        2 => Just(()).prop_map(|()| resume()),
        4 => Just(()).prop_map(|()| appeal_on_error()),
        1 => Just(()).prop_map(|()| Command::WithdrawAppeal { text: String::new() }),
        1 => (0i64..=120_000).prop_map(move |minor| forum(Money::new(minor, kernel::Currency::CNY))),
    ]
}

/// The proposal on the table, accepted as it stands: random amounts never meet.
fn accept_what_stands(story: &Story<Cases>) -> Option<Command> {
    let Phase::Pending(pending) = &story.state.opened()?.phase else { return None };
    let standing = pending.proposal.as_ref()?;
    Some(Command::AcceptProposal { proposal: standing.id, to_merchant: standing.to_merchant })
}

#[derive(Clone, Debug)]
enum Step {
    Ask(Actor, Command),
    AcceptWhatStands(Actor),
    Wait(TimeDelta),
    Outage(TimeDelta),
}

fn steps() -> impl Strategy<Value = Step> {
    let span = || (0i64..10 * 24).prop_map(TimeDelta::hours);
    prop_oneof![
        12 => (actors(), commands()).prop_map(|(actor, command)| Step::Ask(actor, command)),
        1 => actors().prop_map(Step::AcceptWhatStands),
        3 => span().prop_map(Step::Wait),
        1 => span().prop_map(Step::Outage),
    ]
}

/// Where the sequences start from, so that the late phases are reached as often as the early ones.
fn beginnings() -> impl Strategy<Value = fn() -> Story<Cases>> {
    prop_oneof![
        2 => Just(opened as fn() -> Story<Cases>),
        2 => Just((|| opened_by(kept())) as fn() -> Story<Cases>),
        1 => Just(escalated as fn() -> Story<Cases>),
        1 => Just(claimed as fn() -> Story<Cases>),
        1 => Just(decided as fn() -> Story<Cases>),
        1 => Just(suspended as fn() -> Story<Cases>),
        1 => Just(appealed as fn() -> Story<Cases>),
    ]
}

fn play(story: &mut Story<Cases>, step: &Step) {
    match step {
        Step::Ask(actor, command) => {
            story.ask(actor, command);
        }
        Step::AcceptWhatStands(actor) => {
            if let Some(command) = accept_what_stands(story) {
                story.ask(actor, &command);
            }
        }
        Step::Wait(span) => {
            story.advance(*span);
        }
        Step::Outage(span) => story.sleep_through(*span),
    }
}

fn sound(story: &Story<Cases>) -> Result<(), TestCaseError> {
    let Some(case) = story.state.opened() else {
        prop_assert!(story.journal.is_empty());
        return Ok(());
    };
    let closings = story.journal.iter().filter(|(_, _, event)| is_closing(event)).count();
    prop_assert_eq!(closings, usize::from(!case.is_open()), "exactly one outcome closes a case");
    prop_assert_eq!(Cases::claims(&story.state).len(), usize::from(case.is_open()));
    let sleeps = !Cases::deadlines(&story.state).iter().any(|deadline| deadline.running_until().is_some());
    prop_assert_eq!(sleeps, !case.is_open(), "an open case never sleeps for ever");
    if let Some(outcome) = case.outcome() {
        let paid = case.opening.amount;
        prop_assert!(outcome.to_merchant.minor >= 0 && outcome.to_merchant.minor <= paid.minor);
        prop_assert!(outcome.compensation.is_zero(), "no article of these grants any");
        prop_assert!(!outcome.rules.is_empty());
    }
    chained(story, case)?;
    impartial(story)
}

/// The case file folds to its head, whatever was filed.
fn chained(story: &Story<Cases>, case: &Opened) -> Result<(), TestCaseError> {
    let entries: Vec<_> =
        story.journal.iter().flat_map(|(_, _, event)| event.filed()).map(|filed| filed.entry).collect();
    prop_assert_eq!(check_file(CaseId(story.id), &entries), Ok(case.file.head));
    prop_assert_eq!(entries.len(), case.file.entries as usize);
    Ok(())
}

fn is_closing(event: &Event) -> bool {
    matches!(event, Event::Settled { .. } | Event::Withdrawn { .. } | Event::Awarded { .. })
}

/// Who decided had not acted for a side, nor declared a conflict.
fn impartial(story: &Story<Cases>) -> Result<(), TestCaseError> {
    let events: Vec<_> = story.journal.iter().map(|(_, _, event)| event.clone()).collect();
    for (place, (_, actor, event)) in story.journal.iter().enumerate() {
        if matches!(event, Event::Decided { .. } | Event::AppealDecided { .. }) {
            let then = kernel::run::evolve_all::<Cases>(Case::Absent, &events[..place]).unwrap();
            let then = then.opened().unwrap();
            prop_assert!(!then.persons.contains(&actor.sub) && !then.conflicts.contains(&actor.sub), "{}", actor.sub);
            if let Phase::Appealed(appealed) = &then.phase {
                prop_assert!(appealed.ruling.by != actor.sub, "to another arbitrator");
            }
        }
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_is_asked_and_however_long_one_waits(
        begin in beginnings(),
        steps in proptest::collection::vec(steps(), 1..40),
    ) {
        let mut story = begin();
        for step in &steps {
            play(&mut story, step);
            sound(&story)?;
        }
        story.nudge();
        sound(&story)?;
    }

    #[test]
    fn before_it_is_opened_nothing_is_done(steps in proptest::collection::vec((actors(), commands()), 1..10)) {
        let mut story = absent();
        for (actor, command) in steps {
            if !matches!(command, Command::Open(_)) {
                story.ask(&actor, &command);
            }
        }
        sound(&story)?;
        prop_assert!(story.state.opened().is_none());
    }
}
