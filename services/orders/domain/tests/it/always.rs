//! What must hold whatever anybody does: random parties do random things, mostly open ones, with random steps of
//! time. The story checks at each step that `actions[]` says what then happens, that the journal folds to the state,
//! and that the state is small and reads back.
use crate::world::*;
use check::Story;
use kernel::{Actor, CaseId, ClaimKind, Context, Machine, Money, Party, ServedBy, Terms, Time, TimeDelta, run};
use orders_domain::Orders;
use orders_domain::order::*;
use proptest::prelude::*;
use rulebook::Edition;
use std::sync::LazyLock;
use strum::VariantArray;

/// One step, in numbers that each story reads its own way.
#[derive(Clone, Debug)]
enum Step {
    /// Somebody does something that is open to them.
    Open { who: usize, which: usize, how: u32 },
    /// Somebody asks for something, open or not, theirs or not.
    Any { who: usize, which: usize, how: u32 },
    /// Time passes, deadline by deadline.
    Wait(TimeDelta),
    /// Time passes, and nobody looks.
    Sleep(TimeDelta),
}

fn step() -> impl Strategy<Value = Step> {
    let asked = || (0..60usize, 0..60usize, any::<u32>());
    prop_oneof![
        10 => asked().prop_map(|(who, which, how)| Step::Open { who, which, how }),
        2 => asked().prop_map(|(who, which, how)| Step::Any { who, which, how }),
        2 => (0..100i64).prop_map(|n| Step::Wait(hours(n))),
        1 => (0..300i64).prop_map(|n| Step::Sleep(hours(n))),
    ]
}

fn people() -> [Actor; 5] {
    [merchant(), provider(), disputes(), other_merchant(), arbitrator()]
}

fn names_of(how: u32) -> Vec<u128> {
    let mut names: Vec<_> = (0..=how % 2).map(|n| u128::from((how >> 8) + n) % 4).collect();
    names.dedup();
    names
}

fn items(story: &Story<Orders>, how: u32) -> Vec<Item> {
    let kind = if how & 16 == 0 { ProblemKind::Wish } else { ProblemKind::Nonconformity };
    let known = |n: u128| story.state.placed().is_ok_and(|order| order.problem(problem(n)).is_some());
    names_of(how).into_iter().map(|n| if known(n) { again(n) } else { item(n, kind) }).collect()
}

fn basis(how: u32) -> Option<Basis> {
    [None, Some(Basis::Listing(how % 3 / 2)), Some(Basis::Agreement(0)), Some(Basis::Message(id(300)))]
        [how as usize % 4]
}

fn change(story: &Story<Orders>, how: u32) -> Change {
    let number = |bit: u32| (how & bit != 0).then_some(how % 7);
    let deliver_by = (how & 8 != 0).then(|| story.now + days(i64::from(how % 9)));
    Change {
        delivery_days: None,
        deliver_by,
        modification_days: number(1),
        modifications: number(2),
        failed_modifications: number(4),
    }
}

fn downtime(story: &Story<Orders>, how: u32) -> Downtime {
    let from = story.now - hours(i64::from(how % 90));
    let interval = Interval { from, to: from + hours(i64::from(how % 13)) };
    Downtime { id: id(600 + u128::from(how % 5)), interval, cause: "Failure".into() }
}

fn application(story: &Story<Orders>, how: u32) -> ApplyForRefund {
    let open: Vec<_> = eligibility(&story.state).into_iter().filter(|(_, window)| window.is_open()).collect();
    let kind = match open.get(how as usize % open.len().max(1)) {
        Some((kind, _)) if !how.is_multiple_of(8) => *kind,
        _ => ClaimKind::VARIANTS[how as usize % ClaimKind::VARIANTS.len()],
    };
    let amount = Money::new(1 + i64::from(how % 10_100), kernel::Currency::CNY);
    let ago = hours(i64::from(how % 500));
    let happened_at = (story.status() == "accepted").then(|| story.now - ago);
    let unsolved = names_of(how).into_iter().map(problem).filter(|_| how & 32 != 0).collect();
    ApplyForRefund { amount, happened_at, unsolved, ..claim(kind) }
}

fn command(story: &Story<Orders>, action: Action, how: u32) -> Command {
    let text = || if how % 16 == 15 { String::new() } else { "because".to_owned() };
    let case = if how.is_multiple_of(16) { CaseId(id(77)) } else { case() };
    let files = vec![file(u128::from(how % 9))];
    match action {
        Action::Place => Command::Place(Place { quantity: how % 4, ..checkout() }),
        Action::ConfirmFunding => Command::ConfirmFunding,
        Action::UploadAgreement => Command::UploadAgreement(agreement()),
        Action::ConfirmAgreement => Command::ConfirmAgreement { file: file(0) },
        Action::Start => Command::Start,
        Action::Cancel => Command::Cancel { reason: how.is_multiple_of(2).then(text) },
        Action::Deliver => Command::Deliver { files, note: None },
        Action::ConfirmNotice => {
            let windows = Window::VARIANTS.iter().cycle().skip(how as usize % 5).take(5);
            let (act_at, to, by) = (story.now, Party::Merchant, ServedBy::Email);
            let other = ConfirmNotice { window: Window::Acceptance, act_at, to, served_at: story.now, by };
            let mut waited_for = windows.filter_map(|window| notice(story, *window));
            let waited_for = waited_for.next().filter(|_| !how.is_multiple_of(4));
            waited_for.unwrap_or(Command::ConfirmNotice(other))
        }
        Action::Accept => Command::Accept,
        Action::RequestModification => modify(items(story, how)),
        Action::Redeliver => Command::Redeliver { files, problems: vec![], note: None },
        Action::RefuseModification => refuse(&names_of(how)),
        Action::AnswerReminder => Command::AnswerReminder { statement: text() },
        Action::RefuseToPerform => Command::RefuseToPerform { reason: text() },
        Action::RequestCooperation => cooperate(basis(how)),
        Action::ProvideCooperation => Command::ProvideCooperation { note: text(), files },
        Action::DeclineCooperation => Command::DeclineCooperation { reason: text() },
        Action::ProposeChange => propose(change(story, how)),
        Action::AcceptChange => Command::AcceptChange { id: id(500) },
        Action::DeclineChange => Command::DeclineChange { id: id(500) },
        Action::Terminate => Command::Terminate { reason: text() },
        Action::RecordDowntime => Command::RecordDowntime(downtime(story, how)),
        Action::ReportDowntime => Command::ReportDowntime(downtime(story, how)),
        Action::ConfirmDowntime => Command::ConfirmDowntime { id: id(600 + u128::from(how % 5)) },
        Action::DenyDowntime => Command::DenyDowntime { id: id(600 + u128::from(how % 5)), reason: text() },
        Action::ApplyForRefund => Command::ApplyForRefund(application(story, how)),
        Action::Resume => Command::Resume { case },
        Action::Settle => Command::Settle { case, outcome: case_outcome(how) },
        Action::Correct => Command::Correct { case, outcome: case_outcome(how / 3) },
        Action::ProvideData => Command::ProvideData { files, note: text() },
        Action::ConfirmDownload => Command::ConfirmDownload,
    }
}

fn case_outcome(how: u32) -> CaseOutcome {
    CaseOutcome {
        to_merchant: Money::new(i64::from(how % 10_100), kernel::Currency::CNY),
        extension_seconds: (how & 16 != 0).then(|| u64::from(how) * 97),
        data_download: how & 8 != 0,
        rules: vec![],
    }
}

/// What ends an order for good is asked for less often, so that stories grow long.
fn is_final(action: Action, how: u32) -> bool {
    let ends = matches!(action, Action::Cancel | Action::Settle | Action::Terminate | Action::Accept);
    ends && !how.is_multiple_of(4)
}

fn take(story: &mut Story<Orders>, step: &Step) {
    match step {
        Step::Open { who, which, how } => {
            let actor = &people()[[0, 1, 0, 1, 2, 0, 1][who % 7]];
            let open = story.open_to(actor);
            let named = |action: &&Action| open.contains(&(**action).into()) && !is_final(**action, *how);
            let choice: Vec<_> = Action::VARIANTS.iter().filter(named).collect();
            if let Some(action) = choice.get(which % choice.len().max(1)) {
                let command = command(story, **action, *how);
                story.ask(actor, &command);
            }
        }
        Step::Any { who, which, how } => {
            let command = command(story, Action::VARIANTS[which % Action::VARIANTS.len()], *how);
            story.ask(&people()[who % 5], &command);
        }
        Step::Wait(by) => drop(story.advance(*by)),
        Step::Sleep(by) => story.sleep_through(*by),
    }
}

/// A claim that the assessment and the command see otherwise: yes means that the application is taken, no that none is,
/// whenever it may have happened.
fn assessed_otherwise(story: &Story<Orders>) -> Option<String> {
    let is_due = run::next_due::<Orders>(&story.state).is_some_and(|due| due <= story.now);
    if is_due || story.state.placed().is_err() {
        return None;
    }
    static EDITION: LazyLock<Edition> = LazyLock::new(Edition::shipped);
    let (edition, merchant) = (&*EDITION, merchant());
    let ctx: Context<'_, Orders> = Context {
        id: story.id,
        now: story.now,
        actor: &merchant,
        party: Party::Merchant,
        edition: &edition.id,
        rules: &edition.orders,
        procedure: &edition.orders,
        calendar: &edition.calendar,
        facts: &story.facts,
    };
    let is_taken = |claim: ClaimKind, happened_at: Option<Time>| {
        let application = ApplyForRefund { happened_at, amount: order(story).amount, ..crate::world::claim(claim) };
        let command = Command::ApplyForRefund(application);
        let guarded = Orders::guard(&story.state, Action::ApplyForRefund, &ctx);
        guarded.and_then(|()| Orders::decide(&story.state, &command, &ctx)).is_ok()
    };
    let in_period = story.status() == "accepted";
    let whenever: Vec<_> =
        if in_period { (-1..45).map(|n| Some(story.now - hours(25 * n))).collect() } else { vec![None] };
    let otherwise = |it: &Assessment| match (&it.refusal, it.happened) {
        (None, Some(Interval { from, to })) if in_period => {
            let outside = [from - TimeDelta::microseconds(1), to + TimeDelta::microseconds(1)];
            let is_chosen = it.claim != ClaimKind::EndedEarly;
            let is_wider = is_chosen && outside.iter().any(|at| is_taken(it.claim, Some(*at)));
            !is_taken(it.claim, Some(from)) || !is_taken(it.claim, Some(to)) || is_wider
        }
        (None, _) => !is_taken(it.claim, None),
        (Some(_), _) => whenever.iter().any(|at| is_taken(it.claim, *at)),
    };
    assess(&story.state, &ctx).into_iter().find(otherwise).map(|it| format!("{it:?}"))
}

fn ended_of(order: &Placed) -> Option<&Ended> {
    if let Phase::Ended(ended) = &order.phase { Some(ended) } else { None }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 80, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_anybody_does(
        begin in 0..6usize,
        by_period: bool,
        wishes in proptest::option::of(0..3u32),
        steps in proptest::collection::vec(step(), 1..40),
    ) {
        let story = story_of(Terms { modifications: wishes, ..if by_period { erp() } else { logo() } });
        let mut story = match begin {
            0 => story,
            1 => story.funded(),
            2 => story.started(),
            3 => story.delivered(),
            4 => story.repair_requested(),
            _ => story.accepted(),
        };
        for step in &steps {
            prop_assert_eq!(assessed_otherwise(&story), None);
            let ended = story.state.placed().ok().and_then(ended_of).cloned();
            let before = story.state.clone();
            take(&mut story, step);
            if let Some(ended_before) = ended {
                let now = story.state.placed().ok().and_then(ended_of);
                prop_assert_eq!(now.map(|now| now.at), Some(ended_before.at), "an order that has ended never goes on");
                if ended_before.by_case.is_none() {
                    prop_assert_eq!(&story.state, &before, "and moves no more where no case ended it");
                    prop_assert!(Orders::deadlines(&story.state).is_empty());
                }
                let is_owed = now.and_then(Ended::left).is_some_and(Left::is_owed);
                prop_assert_eq!(Orders::deadlines(&story.state).is_empty(), !is_owed);
            }
            if story.status() == "disputed" {
                let runs = Orders::deadlines(&story.state).iter().any(|it| it.running_until().is_some());
                prop_assert!(!runs, "nothing runs in a dispute");
            }
        }
    }
}
