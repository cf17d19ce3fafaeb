//! Actors, sample orders and applications, and stories that have come to a given point.
use check::Story;
use disputes_domain::adjudication::{Fact, Truth};
use disputes_domain::casefile::Digest;
use disputes_domain::notice::Awaited;
use disputes_domain::{
    Application, Case, Cases, Command, Draft, Exhibit, Finding, Forum, Ground, ItemRuling, NoticeReport, Opened,
    Opening, Origin, Record, RecordKind, ServiceTerms, Side,
};
use kernel::{
    Actor, Category, ClaimKind, Currency, FileId, FileRef, MerchantId, Money, OrderId, Org, ProviderId, Role, RuleId,
    ServedBy, Time, TimeDelta,
};
use rulebook::Edition;
use std::sync::OnceLock;
use uuid::Uuid;

pub const PROVIDER: ProviderId = ProviderId(Uuid::from_u128(1));
pub const MERCHANT: MerchantId = MerchantId(Uuid::from_u128(2));

pub fn provider() -> Actor {
    Actor::provider("paul", PROVIDER)
}

pub fn merchant() -> Actor {
    Actor::merchant("mei", MERCHANT)
}

pub fn arbitrator() -> Actor {
    Actor::staff("ada", Role::Arbitrator)
}

pub fn another_arbitrator() -> Actor {
    Actor::staff("bo", Role::Arbitrator)
}

pub fn operator() -> Actor {
    Actor::staff("olga", Role::Operator)
}

pub fn orders() -> Actor {
    Actor::service("orders")
}

/// People who have nothing to do with the case.
pub fn strangers() -> [Actor; 5] {
    [
        Actor::provider("pia", ProviderId(Uuid::from_u128(3))),
        Actor::merchant("max", MerchantId(Uuid::from_u128(4))),
        Actor::person("nobody", Some(Org::Provider(PROVIDER)), []),
        Actor::person("cross", Some(Org::Provider(PROVIDER)), [Role::Merchant]),
        Actor::staff("rita", Role::Reviewer),
    ]
}

pub fn cny(text: &str) -> Money {
    Money::parse(text, Currency::CNY).unwrap()
}

pub fn days(n: i64) -> TimeDelta {
    TimeDelta::days(n)
}

/// As little as the clock knows.
pub fn tick() -> TimeDelta {
    TimeDelta::microseconds(1)
}

pub fn proposal(n: u128) -> Uuid {
    Uuid::from_u128(0x100 + n)
}

/// The edition that the stories run under, read once.
pub fn edition() -> &'static Edition {
    static EDITION: OnceLock<Edition> = OnceLock::new();
    EDITION.get_or_init(Edition::shipped)
}

/// A video order over 1,200.00, delivered; the merchant finds its quality wanting and gives it back.
pub fn opening() -> Opening {
    Opening {
        order: OrderId(Uuid::from_u128(9)),
        provider: PROVIDER,
        merchant: MERCHANT,
        category: Category::Video,
        amount: cny("1200.00"),
        edition: edition().id.clone(),
        terms: ServiceTerms::default(),
        application: Application {
            claim: ClaimKind::Quality,
            amount: cny("800.00"),
            statement: "The cut is out of focus in seven of ten scenes.".into(),
            keeps_service: false,
            supported_by: vec![],
            delivered: true,
            open_claims: None,
            applied_at: "2026-03-02T08:59:00Z".parse().unwrap(),
        },
    }
}

/// N1: received, kept, money back.
pub fn kept() -> Opening {
    let mut opening = opening();
    opening.application.keeps_service = true;
    opening
}

/// Notifications serves every notice at once.
fn notices_are_served(case: &Case) -> Vec<(Actor, Command)> {
    let report = |one: &Awaited| NoticeReport {
        of: one.of,
        side: one.side,
        act_at: one.since,
        served_at: one.since,
        by: ServedBy::Inbox,
    };
    let awaited = case.opened().into_iter().flat_map(|case| &case.awaited);
    awaited.map(|one| (Actor::service("notifications"), Command::ConfirmNotice(report(one)))).collect()
}

/// A case that nobody has opened yet.
pub fn absent() -> Story<Cases> {
    let edition = edition();
    let mut story: Story<Cases> = Story::new(edition.id.clone(), edition.disputes.clone(), edition.calendar.clone());
    story.others = notices_are_served;
    story.facts.files =
        (0..0x80).flat_map(|n| [exhibit(n), recut(n), delivery(n)]).flat_map(|exhibit| exhibit.files).collect();
    story
}

pub fn opened_by(opening: Opening) -> Story<Cases> {
    let mut story = absent();
    story.does(&orders(), Command::Open(Box::new(opening)));
    story
}

pub fn opened() -> Story<Cases> {
    opened_by(opening())
}

/// The merchant has escalated; the case waits in the queue.
pub fn escalated() -> Story<Cases> {
    let mut story = opened();
    story.does(&merchant(), escalate());
    story
}

/// An arbitrator holds the case.
pub fn claimed() -> Story<Cases> {
    let mut story = escalated();
    story.does(&arbitrator(), Command::Claim);
    story
}

/// The case is decided; the money waits.
pub fn decided() -> Story<Cases> {
    let mut story = claimed();
    story.does(&arbitrator(), decide(draft()));
    story
}

pub fn propose(n: u128, amount: &str) -> Command {
    Command::Propose { proposal: proposal(n), to_merchant: cny(amount), text: "So that we can both go on.".into() }
}

pub fn accept(n: u128, amount: &str) -> Command {
    Command::AcceptProposal { proposal: proposal(n), to_merchant: cny(amount) }
}

pub fn decline(n: u128) -> Command {
    Command::DeclineProposal { proposal: proposal(n), text: String::new() }
}

pub fn refuse() -> Command {
    Command::RefuseRefund { reasons: "All ten scenes are sharp at the agreed size.".into() }
}

pub fn withdraw() -> Command {
    Command::Withdraw { text: String::new() }
}

pub fn escalate() -> Command {
    escalate_with("product video", "No agreement on the amount.", "Seven scenes cannot be used.")
}

pub fn escalate_with(kind_of_product: &str, summary: &str, reasons: &str) -> Command {
    Command::Escalate { kind_of_product: kind_of_product.into(), summary: summary.into(), reasons: reasons.into() }
}

pub fn hand_over(to: &Actor) -> Command {
    Command::HandOver { to: to.sub.clone() }
}

pub fn declare() -> Command {
    Command::DeclareConflict { reason: "The provider's founder is my cousin.".into() }
}

pub fn draft() -> Draft {
    Draft {
        to_merchant: cny("840.00"),
        compensation: cny("0"),
        extension_seconds: None,
        data_download: false,
        rules: vec![RuleId::of("D2.3"), RuleId::of("D2.9")],
        facts: vec!["Seven of ten scenes are out of focus.".into()],
        evidence: vec![],
        reasons: "Three of ten scenes can be used; their share is the provider's.".into(),
        departure: "The parties agreed on what can be used.".into(),
    }
}

pub fn decide(draft: Draft) -> Command {
    Command::Decide(Box::new(draft))
}

pub fn case(story: &Story<Cases>) -> &Opened {
    story.state.opened().expect("the case is opened")
}

pub fn until(story: &Story<Cases>, at: Option<Time>) -> TimeDelta {
    at.expect("the deadline runs") - story.now
}

/// The rules of the outcome, the governing one first.
pub fn outcome_rules(story: &Story<Cases>) -> Vec<String> {
    case(story).outcome().expect("there is an outcome").rules.iter().map(ToString::to_string).collect()
}

pub fn other(side: Side) -> Actor {
    match side {
        Side::Provider => merchant(),
        Side::Merchant => provider(),
    }
}

pub fn fact(n: u128) -> Uuid {
    Uuid::from_u128(0x500 + n)
}

/// A photo: a reference voucher for the quality claim.
pub fn exhibit(n: u128) -> Exhibit {
    Exhibit {
        id: fact(n),
        title: format!("Frame {n}"),
        origin: Origin::Photo,
        proves: vec![Fact::Nonconforming],
        text: "The scene is out of focus.".into(),
        files: vec![FileRef {
            id: FileId(fact(n)),
            name: "frame.png".into(),
            sha256: Digest::of(b"a frame").to_string(),
            size: 7,
        }],
    }
}

/// Another file, uploaded later.
pub fn recut(n: u128) -> Exhibit {
    let file = FileRef {
        id: FileId(fact(0x1000 + n)),
        name: "recut.mp4".into(),
        sha256: Digest::of(format!("cut {n}").as_bytes()).to_string(),
        size: 9,
    };
    Exhibit { title: format!("Cut {n}"), files: vec![file], ..exhibit(0x1000 + n) }
}

/// The delivery itself: a valid voucher, once the platform's records are in the file.
pub fn delivery(n: u128) -> Exhibit {
    let file = FileRef {
        id: FileId(fact(0x2000 + n)),
        name: "cut.mp4".into(),
        sha256: Digest::of(b"the cut as delivered").to_string(),
        size: 20,
    };
    Exhibit { origin: Origin::Delivery, files: vec![file], ..exhibit(n) }
}

pub fn add(exhibit: Exhibit) -> Command {
    Command::DraftEvidence(Box::new(handed_in(exhibit)))
}

/// As a command names it: its files by id.
pub fn handed_in(exhibit: Exhibit) -> Exhibit<FileId> {
    let Exhibit { id, title, origin, proves, text, files } = exhibit;
    Exhibit { id, title, origin, proves, text, files: files.into_iter().map(|file| file.id).collect() }
}

pub fn seal() -> Command {
    Command::SealEvidence { reason: String::new() }
}

pub fn seal_late() -> Command {
    Command::SealEvidence { reason: "The camera was with the police.".into() }
}

pub fn ask(of: Side) -> Command {
    Command::RequestEvidence {
        request: fact(0x100 + u128::from(of == Side::Provider)),
        of,
        asks: "The frames that are out of focus, at full size.".into(),
        facts: vec![Fact::Nonconforming],
    }
}

pub fn contest(item: u32) -> Command {
    Command::ContestEvidence { item, reason: "It shows another cut.".into() }
}

pub fn rule_on(item: u32, ruling: ItemRuling) -> Command {
    Command::RuleOnEvidence { item, ruling, reason: "It could not be had before.".into() }
}

pub fn records() -> Command {
    let record = |n, kind, title: &str| Record {
        id: fact(n),
        kind,
        at: "2026-03-01T08:00:00Z".parse().unwrap(),
        title: title.into(),
        content: serde_json::json!({"number": 1, "title": title, "details": {"files": delivery(0).files}}),
    };
    Command::FileRecords(vec![
        record(0x200, RecordKind::ListingRevision, "The listing as ordered"),
        record(0x201, RecordKind::Delivery, "Delivery 1"),
    ])
}

pub fn find(fact: Fact, truth: Truth, rests_on: &[u32]) -> Command {
    let finding = Finding { fact, truth, rests_on: rests_on.to_vec(), note: String::new() };
    Command::EnterFindings { findings: vec![finding], figures: None }
}

/// The platform's records are in, an arbitrator has found that the work does not conform.
pub fn found() -> Story<Cases> {
    let mut story = claimed();
    story.does(&orders(), records());
    story.does(&arbitrator(), find(Fact::Nonconforming, Truth::Established, &[4]));
    story
}

/// What follows by rule from what was found so far, as a draft.
pub fn as_recommended(story: &Story<Cases>) -> Draft {
    let recommended = case(story).recommendation(&edition().disputes.standards);
    Draft {
        to_merchant: recommended.to_merchant,
        compensation: recommended.compensation,
        extension_seconds: recommended.extension_seconds,
        data_download: recommended.data_download,
        rules: recommended.rules(),
        facts: vec![],
        departure: String::new(),
        ..draft()
    }
}

pub fn proceedings() -> Command {
    Command::NotifyProceedings {
        forum: Forum::Court,
        reference: String::new(),
        reason: "We have sued over the same order.".into(),
    }
}

pub fn report(concluded: bool) -> Command {
    Command::ReportProceedings {
        reference: "(2026) 0571-1".into(),
        text: "Filed and heard.".into(),
        files: handed_in(exhibit(1)).files,
        concluded,
    }
}

pub fn wait_for_us() -> Command {
    Command::AskSuspension { reason: "We settle it between us.".into() }
}

pub fn resume() -> Command {
    Command::Resume { reason: "It led nowhere.".into() }
}

/// Both asked for a suspension, with an arbitrator at work.
pub fn suspended() -> Story<Cases> {
    let mut story = claimed();
    story.does(&provider(), wait_for_us());
    story.does(&merchant(), wait_for_us());
    story
}

pub fn appeal_on_error() -> Command {
    let ground = Ground::Error { articles: vec![RuleId::of("D2.9")], facts: vec![] };
    Command::Appeal { ground, text: "Three scenes are not three tenths of the work.".into() }
}

/// The provider has appealed; the appeal waits in the queue.
pub fn appealed() -> Story<Cases> {
    let mut story = decided();
    story.does(&provider(), appeal_on_error());
    story
}
