//! The people, the terms and the short sentences that the stories are told in.
use check::Story;
use kernel::{
    Actor, CaseId, Category, ClaimKind, Currency, FileId, FileRef, ListingId, MerchantId, Money, Party, PriceUnit,
    ProviderId, RevisionId, Role, RuleId, ServedBy, Terms, Time, TimeDelta,
};
use orders_domain::Orders;
use orders_domain::order::*;
use rulebook::Edition;
use strum::VariantArray;
use uuid::Uuid;

pub fn id(n: u128) -> Uuid {
    Uuid::from_u128(0x0195_0000_0000_7000_8000_0000_0000_0000 + n)
}

pub fn merchant() -> Actor {
    Actor::merchant("mei", MerchantId(id(1)))
}
pub fn provider() -> Actor {
    Actor::provider("pan", ProviderId(id(2)))
}
pub fn other_merchant() -> Actor {
    Actor::merchant("mo", MerchantId(id(3)))
}
pub fn other_provider() -> Actor {
    Actor::provider("pi", ProviderId(id(4)))
}
pub fn settlement() -> Actor {
    Actor::service("settlement")
}
pub fn notifications() -> Actor {
    Actor::service("notifications")
}
pub fn disputes() -> Actor {
    Actor::service("disputes")
}
pub fn arbitrator() -> Actor {
    Actor::staff("ada", Role::Arbitrator)
}

pub fn listing() -> ListingId {
    ListingId(id(10))
}
pub fn revision() -> RevisionId {
    RevisionId(id(11))
}
pub fn case() -> CaseId {
    CaseId(id(12))
}
pub fn file(n: u128) -> FileId {
    FileId(id(100 + n))
}
pub fn problem(n: u128) -> Uuid {
    id(200 + n)
}
pub fn days(n: i64) -> TimeDelta {
    TimeDelta::days(n)
}
pub fn hours(n: i64) -> TimeDelta {
    TimeDelta::hours(n)
}
pub fn second() -> TimeDelta {
    TimeDelta::seconds(1)
}
pub fn cny(text: &str) -> Money {
    Money::parse(text, Currency::CNY).unwrap()
}

/// A logo for 1,200.00: no agreed times, no agreed number of modifications.
pub fn logo() -> Terms {
    Terms {
        revision: revision(),
        number: 1,
        title: "Logo for your store / 店铺标志设计".into(),
        category: Category::Design,
        agent_operation: false,
        price: cny("1200.00"),
        price_unit: PriceUnit::OneOff,
        delivery_days: None,
        modification_days: None,
        modifications: None,
        acceptance_standard: "Three drafts as vector files, one of them worked out".into(),
        cooperation: vec!["The store's name and colours".into()],
        content_hash: "0".repeat(64),
    }
}

/// An ERP at 100.00 a month.
pub fn erp() -> Terms {
    Terms { category: Category::Software, price: cny("100.00"), price_unit: PriceUnit::Month, ..logo() }
}

pub fn story() -> Story<Orders> {
    story_of(logo())
}

pub fn story_of(terms: Terms) -> Story<Orders> {
    let edition = Edition::shipped();
    let mut story = Story::new(edition.id, edition.orders, edition.calendar);
    story.facts = facts(terms);
    story
}

pub fn facts(terms: Terms) -> Facts {
    let offer = Offer { listing: listing(), provider: ProviderId(id(2)), terms: Some(terms), bar: None };
    let file = |n| FileRef { id: file(n), name: format!("file-{n}.svg"), sha256: format!("{n:064x}"), size: 1_000 };
    Facts {
        offer: Some(offer),
        owes_for: None,
        files: (0..8).map(file).collect(),
        notice: Some(Notice { message: id(300), by: Party::Provider }),
    }
}

pub fn checkout() -> Place {
    Place {
        listing: listing(),
        revision: revision(),
        quantity: 1,
        extra_costs: vec![ExtraCost { kind: ExtraCostKind::BankFees, note: "about 1 %".into(), amount: None }],
        extra_costs_acknowledged: true,
    }
}

pub fn place() -> Command {
    Command::Place(checkout())
}

pub fn agreement() -> UploadAgreement {
    UploadAgreement {
        file: file(0),
        promise: Promise::Effect("A logo that reads at 16 pixels, in two colours, with its sources.".into()),
        cooperation: vec!["Feedback on the drafts".into()],
    }
}

pub fn deliver() -> Command {
    Command::Deliver { files: vec![file(1), file(2)], note: Some("As agreed".into()) }
}

pub fn redeliver() -> Command {
    Command::Redeliver { files: vec![file(3)], problems: vec![], note: None }
}

pub fn item(n: u128, kind: ProblemKind) -> Item {
    Item { problem: Named::New { id: problem(n), kind }, change: "The red must be #c00, not #f00".into() }
}

pub fn again(n: u128) -> Item {
    Item { problem: Named::Again { id: problem(n) }, change: "It is still #f00".into() }
}

pub fn modify(items: Vec<Item>) -> Command {
    Command::RequestModification { items }
}

pub fn wish() -> Command {
    modify(vec![item(1, ProblemKind::Wish)])
}

pub fn flaw() -> Command {
    modify(vec![item(1, ProblemKind::Nonconformity)])
}

pub fn refuse(problems: &[u128]) -> Command {
    let item = |n: &u128| RefusedItem { problem: problem(*n), reason: "It says not what to change".into() };
    Command::RefuseModification { items: problems.iter().map(item).collect() }
}

pub fn cooperate(basis: Option<Basis>) -> Command {
    Command::RequestCooperation(RequestCooperation { id: id(400), what: "The store's colours".into(), basis })
}

pub fn provide() -> Command {
    Command::ProvideCooperation { note: "Red and black".into(), files: vec![file(4)] }
}

pub fn propose(change: Change) -> Command {
    Command::ProposeChange { id: id(500), change, reason: "Spring festival".into() }
}

pub fn claim(claim: ClaimKind) -> ApplyForRefund {
    ApplyForRefund {
        case: case(),
        claim,
        amount: cny("100.00"),
        statement: "Money back, please".into(),
        keeps_service: false,
        happened_at: None,
        unsolved: vec![],
    }
}

pub fn apply(kind: ClaimKind) -> Command {
    Command::ApplyForRefund(claim(kind))
}

pub fn settle(to_merchant: &str) -> Command {
    Command::Settle { case: case(), outcome: outcome(to_merchant) }
}

/// A part of the money, and nothing else.
pub fn outcome(to_merchant: &str) -> CaseOutcome {
    CaseOutcome {
        to_merchant: cny(to_merchant),
        extension_seconds: None,
        data_download: false,
        rules: vec![RuleId::of("D1.6.1")],
    }
}

/// All money back, the data to be downloaded, the use extended.
pub fn granting(extension_seconds: Option<u64>) -> CaseOutcome {
    let rules = ["D3.1.4", "D3.1.3"].map(RuleId::of).into();
    CaseOutcome { extension_seconds, data_download: true, rules, ..outcome("100.00") }
}

/// An application on something that happens in the service period just now.
pub fn apply_in_period(story: &Story<Orders>, kind: ClaimKind) -> Command {
    Command::ApplyForRefund(ApplyForRefund { happened_at: Some(story.now), ..claim(kind) })
}

/// The act that a window runs from, and who is told of it.
pub fn act_of(story: &Story<Orders>, window: Window) -> Option<(Time, Party)> {
    let order = story.state.placed().ok()?;
    let phase = if let Phase::Disputed(dispute) = &order.phase { &dispute.held } else { &order.phase };
    let proposal = order.proposal.as_ref();
    match (window, phase) {
        (Window::Acceptance, Phase::Delivered(_)) => Some((order.delivery.as_ref()?.at, Party::Merchant)),
        (Window::Modification, Phase::Modification(round)) => Some((round.act.at, Party::Provider)),
        (Window::RefusalContest, Phase::Contest { act, .. }) => Some((act.at, Party::Merchant)),
        (Window::Cooperation, Phase::InProgress(work)) => Some((work.cooperation.as_ref()?.act.at, Party::Merchant)),
        (Window::Change, _) if proposal?.by == Party::Merchant => Some((proposal?.act.at, Party::Provider)),
        (Window::Change, _) => Some((proposal?.act.at, Party::Merchant)),
        _ => None,
    }
}

/// The notice of the act that the window runs from was served now.
pub fn notice(story: &Story<Orders>, window: Window) -> Option<Command> {
    let (act_at, to) = act_of(story, window)?;
    let (served_at, by) = (story.now, ServedBy::Inbox);
    Some(Command::ConfirmNotice(ConfirmNotice { window, act_at, to, served_at, by }))
}

/// The notices that windows run from are served.
pub fn served(story: &mut Story<Orders>) -> Vec<Event> {
    let notices: Vec<_> = Window::VARIANTS.iter().filter_map(|window| notice(story, *window)).collect();
    notices.into_iter().flat_map(|notice| story.does(&notifications(), notice)).collect()
}

/// Stories begin where they are interesting.
pub trait Begin: Sized {
    fn placed(self) -> Self;
    fn funded(self) -> Self;
    fn agreed(self) -> Self;
    fn started(self) -> Self;
    fn delivered(self) -> Self;
    fn modification_requested(self) -> Self;
    fn repair_requested(self) -> Self;
    fn accepted(self) -> Self;
}

impl Begin for Story<Orders> {
    fn placed(mut self) -> Self {
        self.does(&merchant(), place());
        self
    }
    fn funded(self) -> Self {
        let mut story = self.placed();
        story.does(&settlement(), Command::ConfirmFunding);
        story
    }
    fn agreed(self) -> Self {
        let mut story = self.funded();
        story.does(&provider(), Command::UploadAgreement(agreement()));
        story.does(&merchant(), Command::ConfirmAgreement { file: file(0) });
        story
    }
    fn started(self) -> Self {
        let mut story = self.agreed();
        story.does(&provider(), Command::Start);
        story
    }
    fn delivered(self) -> Self {
        let mut story = self.started();
        story.does(&provider(), deliver());
        served(&mut story);
        story
    }
    fn modification_requested(self) -> Self {
        let mut story = self.delivered();
        story.does(&merchant(), wish());
        served(&mut story);
        story
    }
    fn repair_requested(self) -> Self {
        let mut story = self.delivered();
        story.does(&merchant(), flaw());
        served(&mut story);
        story
    }
    fn accepted(self) -> Self {
        let mut story = self.delivered();
        story.does(&merchant(), Command::Accept);
        story
    }
}

pub fn order(story: &Story<Orders>) -> &Placed {
    story.state.placed().unwrap()
}

/// The names of events.
pub fn names(events: &[Event]) -> Vec<&'static str> {
    events.iter().map(Into::into).collect()
}

/// The rules of the only event.
#[track_caller]
pub fn rules_of(events: &[Event]) -> Vec<String> {
    assert_eq!(events.len(), 1, "{:?}", names(events));
    events[0].rules().iter().map(ToString::to_string).collect()
}

/// Lets nothing but time pass until one second before the deadline, then over it.
#[track_caller]
pub fn lapse(story: &mut Story<Orders>, timer: Timer) -> Vec<Event> {
    let due = story.due(timer).unwrap_or_else(|| panic!("{timer:?} should run"));
    story.advance(due - story.now - second());
    assert_eq!(story.due(timer), Some(due), "not a second early");
    story.advance(second())
}

/// The claim is open, not yet, or closed, with the rule that says so.
pub fn window_of(story: &Story<Orders>, claim: ClaimKind) -> Eligibility {
    eligibility(&story.state).into_iter().find(|(kind, _)| *kind == claim).unwrap().1
}
