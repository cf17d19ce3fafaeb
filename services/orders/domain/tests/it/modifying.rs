//! Rounds of modification by problem (D2.3, D2.5a–d, W6, W7, W10, X2, X3, X26).
use crate::world::*;
use check::Story;
use kernel::{ClaimKind, RuleId, Terms};
use orders_domain::Orders;
use orders_domain::order::*;

fn supported(story: &Story<Orders>) -> Vec<RuleId> {
    order(story).application().unwrap().supported_by.clone()
}

fn rounds_of_the_same_problem(story: &mut Story<Orders>, redeliveries: u32) {
    story.does(&merchant(), flaw());
    for round in 1..=redeliveries {
        story.does(&provider(), redeliver());
        if round < redeliveries {
            story.does(&merchant(), modify(vec![again(1)]));
        }
    }
}

#[test]
fn a_modification_names_what_to_change() {
    let mut story = story().delivered();
    story.refuses_with(&merchant(), modify(vec![]), "order_list_invalid", None);
    let twice = modify(vec![item(1, ProblemKind::Wish), item(1, ProblemKind::Wish)]);
    story.refuses_with(&merchant(), twice, "order_list_invalid", None);
    let blank = Item { change: "  ".into(), ..item(1, ProblemKind::Wish) };
    story.refuses_with(&merchant(), modify(vec![blank]), "order_text_invalid", None);
    story.refuses_with(&merchant(), modify(vec![again(1)]), "problem_unknown", Some("D2.5d"));
    let events = story.does(&merchant(), modify(vec![item(1, ProblemKind::Wish), item(2, ProblemKind::Nonconformity)]));
    assert_eq!(rules_of(&events), ["D2.5a", "D2.5c", "W6"]);
    assert_eq!(story.status(), "modification_requested");
    assert_eq!(story.due(Timer::Modification), Some(story.now + days(3)));
    assert_eq!(story.due(Timer::Acceptance), None);
    story.refuses_with(&merchant(), flaw(), "order_status_forbids", None);
    story.does(&provider(), redeliver());
    story.refuses_with(&merchant(), flaw(), "problem_named_before", Some("D2.5d"));
}

#[test]
fn d2_3_a_round_of_mere_repair_runs_by_w10_and_agreed_days_go_before() {
    let mut story = story().delivered();
    assert_eq!(rules_of(&story.does(&merchant(), flaw())), ["D2.3", "D2.5a", "W10"]);
    assert_eq!(story.due(Timer::Repair), Some(story.now + days(3)));
    assert_eq!(story.due(Timer::Modification), None);
    let mut agreed = story_of(Terms { modification_days: Some(10), ..logo() }).delivered();
    agreed.does(&merchant(), flaw());
    assert_eq!(agreed.due(Timer::Repair), Some(agreed.now + days(10)));
}

#[test]
fn d2_3_a_late_repair_supports_d2_3_and_not_d2_5c() {
    let mut story = story().repair_requested();
    let due = story.due(Timer::Repair);
    let from = Eligibility::NotYet { from: due, rule: RuleId::of("D2.3") };
    assert_eq!(window_of(&story, ClaimKind::LateModification), from);
    let events = lapse(&mut story, Timer::Repair);
    assert_eq!(rules_of(&events), ["D2.3", "W10", "W4"]);
    let Event::Overdue(late) = &events[0] else { panic!("{events:?}") };
    assert_eq!((late.what, late.due), (Some(Performance::Repair), due));
    let until = Some(story.now + days(5));
    assert_eq!(window_of(&story, ClaimKind::LateModification), Eligibility::Open { until, rule: RuleId::of("D2.3") });

    // It can be claimed after the redelivery too, and the claim lapses under the same rule.
    story.advance(days(1));
    let events = story.does(&provider(), redeliver());
    let [Event::Redelivered(redelivered)] = &events[..] else { panic!("{events:?}") };
    assert_eq!((redelivered.delivery.is_late, redelivered.delivery.deliver_by), (true, due));
    story.does(&merchant(), apply(ClaimKind::LateModification));
    assert_eq!(supported(&story), ["D2.3", "W10"].map(RuleId::of));
    story.does(&disputes(), Command::Resume { case: case() });
    served(&mut story);
    let events = lapse(&mut story, Timer::LateModificationClaim);
    assert_eq!(rules_of(&events[..1]), ["X3", "W10"]);
}

#[test]
fn a_redelivery_opens_a_new_acceptance_window() {
    let mut story = story().modification_requested();
    let claims_more = Command::Redeliver { files: vec![file(3)], problems: vec![problem(7)], note: None };
    story.refuses_with(&provider(), claims_more, "problem_not_asked", Some("D2.5a"));
    let nothing = Command::Redeliver { files: vec![], problems: vec![], note: None };
    story.refuses_with(&provider(), nothing, "nothing_delivered", Some("D1.2"));
    let solved = Command::Redeliver { files: vec![file(3)], problems: vec![problem(1)], note: None };
    let events = story.does(&provider(), solved);
    let Event::Redelivered(redelivered) = &events[0] else { panic!("{events:?}") };
    assert_eq!((redelivered.delivery.round, redelivered.delivery.is_late), (2, false));
    assert_eq!(story.due(Timer::Acceptance), None, "not before it was told");
    served(&mut story);
    assert_eq!(story.due(Timer::Acceptance), Some(story.now + days(5)));
    story.does(&merchant(), Command::Accept);
    assert_eq!(story.status(), "completed");
}

#[test]
fn the_merchant_may_settle_for_what_is_there() {
    let mut story = story().modification_requested();
    story.does(&merchant(), Command::Accept);
    assert_eq!(story.status(), "completed");
}

#[test]
fn d2_5d_the_third_failed_modification_of_one_problem_is_the_providers_responsibility() {
    let mut story = story().delivered();
    rounds_of_the_same_problem(&mut story, 3);
    assert_eq!(order(&story).problems[0].failed, 2, "the third redelivery is not judged yet");
    assert!(!order(&story).responsible);
    let events = story.does(&merchant(), modify(vec![again(1)]));
    assert_eq!(names(&events), ["modification_requested", "provider_responsible"]);
    let Event::ProviderResponsible(found) = &events[1] else { panic!("{events:?}") };
    assert_eq!(found.failure.failed, 3);
    assert_eq!(found.decision.rules, ["D2.5d"].map(RuleId::of));
    assert_eq!(found.decision.by, "service:orders");
    story.does(&merchant(), apply(ClaimKind::Quality));
    assert_eq!(supported(&story), ["D2.5d"].map(RuleId::of));
}

#[test]
fn d2_5d_a_refund_application_names_the_problem_again_too() {
    let mut story = story().delivered();
    rounds_of_the_same_problem(&mut story, 3);
    let unknown = ApplyForRefund { unsolved: vec![problem(7)], ..claim(ClaimKind::Quality) };
    story.refuses_with(&merchant(), Command::ApplyForRefund(unknown), "problem_unknown", Some("D2.5d"));
    let application = ApplyForRefund { unsolved: vec![problem(1)], ..claim(ClaimKind::Quality) };
    let events = story.does(&merchant(), Command::ApplyForRefund(application));
    assert_eq!(names(&events), ["provider_responsible", "disputed"]);
    assert_eq!(supported(&story), ["D2.5d"].map(RuleId::of));
    story.does(&disputes(), Command::Resume { case: case() });
    story.does(&merchant(), modify(vec![again(1)]));
    assert_eq!(order(&story).problems[0].failed, 3, "one redelivery fails once");
}

#[test]
fn d2_5d_other_problems_and_untouched_ones_do_not_add_up() {
    let mut story = story().delivered();
    for n in 1..=5 {
        story.does(&merchant(), modify(vec![item(n, ProblemKind::Nonconformity)]));
        story.does(&provider(), redeliver());
    }
    assert!(order(&story).problems.iter().all(|problem| problem.failed == 0));
    story.does(&merchant(), modify(vec![again(1), again(2)]));
    let failed: Vec<_> = order(&story).problems.iter().map(|problem| problem.failed).collect();
    assert_eq!(failed, [1, 1, 0, 0, 0]);
}

#[test]
fn d2_5d_holds_unless_the_parties_agreed_otherwise() {
    let mut story = story().delivered();
    let change = Change { failed_modifications: Some(5), ..Change::default() };
    story.does(&merchant(), propose(change));
    story.does(&provider(), Command::AcceptChange { id: id(500) });
    rounds_of_the_same_problem(&mut story, 4);
    assert!(!order(&story).responsible);
    story.does(&merchant(), modify(vec![again(1)]));
    story.does(&provider(), redeliver());
    let events = story.does(&merchant(), modify(vec![again(1)]));
    assert_eq!(names(&events), ["modification_requested", "provider_responsible"]);
}

#[test]
fn d2_5c_a_late_modification_supports_a_refund_for_five_days() {
    let mut story = story().modification_requested();
    let due = story.due(Timer::Modification).unwrap();
    let from = Eligibility::NotYet { from: Some(due), rule: RuleId::of("D2.5c") };
    assert_eq!(window_of(&story, ClaimKind::LateModification), from);
    story.refuses_with(&merchant(), apply(ClaimKind::LateModification), "refund_claim_not_open", Some("D2.5c"));
    assert_eq!(rules_of(&lapse(&mut story, Timer::Modification)), ["D2.5c", "W6", "W4"]);
    let until = Some(story.now + days(5));
    assert_eq!(window_of(&story, ClaimKind::LateModification), Eligibility::Open { until, rule: RuleId::of("D2.5c") });
    story.advance(days(5) - second());
    story.does(&merchant(), apply(ClaimKind::LateModification));
    assert_eq!(supported(&story), ["D2.5c"].map(RuleId::of));
}

#[test]
fn d2_5c_unclaimed_the_right_lapses_yet_the_order_stays_open() {
    let mut story = story().modification_requested();
    lapse(&mut story, Timer::Modification);
    let events = lapse(&mut story, Timer::LateModificationClaim);
    assert_eq!(names(&events), ["overdue_reminded", "late_claim_lapsed"], "both are due at that instant");
    assert_eq!(rules_of(&events[1..]), ["X3", "W6"]);
    story.refuses_with(&merchant(), apply(ClaimKind::LateModification), "refund_claim_not_open", Some("D2.5c"));
    lapse(&mut story, Timer::Unwillingness);
    story.does(&merchant(), apply(ClaimKind::Quality));
    assert_eq!(supported(&story), ["D2.4", "W4"].map(RuleId::of));
}

#[test]
fn x3_a_late_redelivery_can_be_claimed_or_taken_and_still_counts_as_failed() {
    let mut story = story().modification_requested();
    lapse(&mut story, Timer::Modification);
    let until = story.due(Timer::LateModificationClaim);
    story.advance(days(1));
    let events = story.does(&provider(), redeliver());
    let Event::Redelivered(redelivered) = &events[0] else { panic!("{events:?}") };
    assert!(redelivered.delivery.is_late);
    assert_eq!(story.due(Timer::LateModificationClaim), until, "the late round can still be claimed");
    story.does(&merchant(), apply(ClaimKind::LateModification));
    assert_eq!(supported(&story), ["D2.5c"].map(RuleId::of));
    story.does(&disputes(), Command::Resume { case: case() });
    story.does(&merchant(), modify(vec![again(1)]));
    assert_eq!(story.due(Timer::LateModificationClaim), None, "taken up, the claim is waived");
    assert_eq!(order(&story).problems[0].failed, 1, "late or not, it failed");
}

#[test]
fn x3_the_claim_lapses_while_the_late_redelivery_waits() {
    let mut story = story().modification_requested();
    lapse(&mut story, Timer::Modification);
    story.advance(days(4));
    story.does(&provider(), redeliver());
    served(&mut story);
    let events = lapse(&mut story, Timer::LateModificationClaim);
    assert_eq!(names(&events), ["late_claim_lapsed"]);
    assert_eq!(story.status(), "delivered");
}

#[test]
fn d2_5b_refused_as_not_objective_and_not_disputed_the_order_completes() {
    let mut story = story().modification_requested();
    story.refuses_with(&provider(), refuse(&[7]), "problem_not_asked", Some("D2.5a"));
    let silent = Command::RefuseModification { items: vec![RefusedItem { problem: problem(1), reason: "".into() }] };
    story.refuses_with(&provider(), silent, "order_text_invalid", None);
    assert_eq!(rules_of(&story.does(&provider(), refuse(&[1]))), ["D2.5b", "W7"]);
    assert_eq!(story.status(), "modification_requested");
    story.refuses_with(&provider(), redeliver(), "order_status_forbids", None);
    served(&mut story);
    let events = lapse(&mut story, Timer::RefusalContest);
    assert_eq!(rules_of(&events), ["D2.5b", "W7"]);
    let Event::Completed(completed) = &events[0] else { panic!("{events:?}") };
    assert_eq!(completed.how, Completion::RefusalUndisputed);
}

#[test]
fn d2_5b_the_merchant_disputes_the_refusal_inside_its_window() {
    let mut story = story().delivered();
    story.refuses_with(&merchant(), apply(ClaimKind::RefusalContested), "refund_claim_not_open", Some("D2.5b"));
    story.does(&merchant(), flaw());
    story.does(&provider(), refuse(&[1]));
    let until = story.due(Timer::RefusalContest);
    let open = Eligibility::Open { until, rule: RuleId::of("W7") };
    assert_eq!(window_of(&story, ClaimKind::RefusalContested), open);
    story.advance(days(5) - second());
    story.does(&merchant(), apply(ClaimKind::RefusalContested));
    assert_eq!(story.status(), "disputed");
}

#[test]
fn d2_5b_what_is_not_refused_must_still_be_redelivered() {
    let mut story = story().delivered();
    story.does(&merchant(), modify(vec![item(1, ProblemKind::Nonconformity), item(2, ProblemKind::Wish)]));
    let due = story.due(Timer::Modification);
    story.does(&provider(), refuse(&[2]));
    assert_eq!(story.due(Timer::Modification), due);
    story.refuses_with(&provider(), refuse(&[2]), "problem_not_asked", Some("D2.5a"));
    story.does(&provider(), redeliver());
    assert!(window_of(&story, ClaimKind::RefusalContested).is_open(), "a refused item can be disputed with the rest");
    story.does(&merchant(), modify(vec![again(1), again(2)]));
    let failed: Vec<_> = order(&story).problems.iter().map(|problem| problem.failed).collect();
    assert_eq!(failed, [1, 0], "X2: what was refused is no failed modification");
}

#[test]
fn d2_5b_what_is_late_can_no_longer_be_refused() {
    let mut story = story().modification_requested();
    lapse(&mut story, Timer::Modification);
    let since = story.now;
    assert_eq!(story.refuses(&provider(), refuse(&[1])), Refusal::RefusalTooLate { since });
    story.refuses_with(&provider(), refuse(&[1]), "modification_refusal_too_late", Some("W7"));
}

#[test]
fn who_refused_to_perform_cannot_call_the_request_unclear_afterwards() {
    let mut story = story().modification_requested();
    story.does(&provider(), Command::RefuseToPerform { reason: "No more".into() });
    story.refuses_with(&provider(), refuse(&[1]), "performance_already_refused", Some("W4"));
    story.does(&merchant(), apply(ClaimKind::Quality));
    assert_eq!(supported(&story), ["D2.4", "W4"].map(RuleId::of));
}

#[test]
fn x26_the_agreed_number_limits_wishes_and_never_repair() {
    let mut story = story_of(Terms { modifications: Some(1), ..logo() }).delivered();
    story.does(&merchant(), modify(vec![item(1, ProblemKind::Wish)]));
    story.does(&provider(), redeliver());
    let more = modify(vec![item(2, ProblemKind::Wish)]);
    story.refuses_with(&merchant(), more, "modifications_used_up", Some("X26"));
    story.does(&merchant(), modify(vec![again(1), item(3, ProblemKind::Nonconformity)]));
    assert_eq!(order(&story).wishes_used, 1, "a wish that was taken on is repaired without a limit");
}

#[test]
fn x26_a_refused_wish_that_is_put_again_counts() {
    let mut story = story_of(Terms { modifications: Some(1), ..logo() }).delivered();
    story.does(&merchant(), modify(vec![item(1, ProblemKind::Wish), item(2, ProblemKind::Nonconformity)]));
    story.does(&provider(), refuse(&[1]));
    story.does(&provider(), redeliver());
    story.refuses_with(&merchant(), modify(vec![again(1)]), "modifications_used_up", Some("X26"));
}

#[test]
fn an_order_follows_a_bounded_number_of_problems() {
    let mut story = story().delivered();
    for round in 0..2 {
        let items = (0..20).map(|n| item(round * 20 + n, ProblemKind::Nonconformity)).collect();
        story.does(&merchant(), modify(items));
        story.does(&provider(), redeliver());
    }
    story.refuses_with(&merchant(), modify(vec![item(77, ProblemKind::Nonconformity)]), "too_many_problems", None);
}
