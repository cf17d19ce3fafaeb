//! Who acts, what is offered, and what is known of the provider.
use check::Story;
use kernel::{
    Actor, Category, Currency, FileId, FileRef, Money, PriceUnit, ProviderId, RevisionId, Role, RuleId, TimeDelta,
};
use listings_domain::screening::subject;
use listings_domain::{
    Command, Content, Drafted, Event, Facts, Grounds, Listings, ProviderStanding, Qualified, Record, Screening,
    Uploaded, Written, published_terms,
};
use moderation::{Engine, Picture};
use moderation::{KnownPicture, Subject};
use rulebook::{Edition, Lists};
use std::collections::BTreeMap;
use std::sync::LazyLock;
use uuid::Uuid;

/// Read once: every story runs under the shipped edition.
pub static EDITION: LazyLock<Edition> = LazyLock::new(Edition::shipped);

/// Made ready once.
pub static ENGINE: LazyLock<Engine> = LazyLock::new(|| Engine::compile(&EDITION, &Lists::shipped().unwrap()));

pub fn provider_id() -> ProviderId {
    ProviderId(Uuid::from_u128(0xa1))
}

pub fn provider() -> Actor {
    Actor::provider("wang", provider_id())
}

pub fn competitor() -> Actor {
    Actor::provider("lopez", ProviderId(Uuid::from_u128(0xa2)))
}

pub fn moderator() -> Actor {
    Actor::staff("mo", Role::Moderator)
}

pub fn other_moderator() -> Actor {
    Actor::staff("mei", Role::Moderator)
}

pub fn operator() -> Actor {
    Actor::staff("otto", Role::Operator)
}

pub fn officer() -> Actor {
    Actor::staff("carla", Role::ComplianceOfficer)
}

pub fn merchant() -> Actor {
    Actor::merchant("maria", kernel::MerchantId(Uuid::from_u128(0xb1)))
}

pub fn system() -> Actor {
    Actor::service("listings")
}

pub fn revision(n: u128) -> RevisionId {
    RevisionId(Uuid::from_u128(0x0195_0000_0000_7000_8000_0000_0000_0100 + n))
}

pub fn file(n: u128) -> FileRef {
    FileRef {
        id: FileId(Uuid::from_u128(0xf0 + n)),
        name: format!("picture-{n}.png"),
        sha256: format!("{n:064x}"),
        size: 1_000,
    }
}

/// Pictures of the listing's own, each unlike the others; the last one is none.
pub fn files() -> Vec<Uploaded> {
    let hash = |n: u128| (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    let picture = |n| (n < 6).then(|| Picture { width: 1_200, height: 900, hash: Some(hash(n)) });
    (1..=6).map(|n| Uploaded { file: file(n), picture: picture(n) }).collect()
}

pub fn days(n: i64) -> TimeDelta {
    TimeDelta::days(n)
}

pub fn cny(amount: &str) -> Money {
    Money::parse(amount, Currency::CNY).unwrap()
}

/// A complete offer in which nothing is to be found.
pub fn software() -> Written {
    Content {
        title: "Stock keeping for small shops".into(),
        description: "Counts stock in several warehouses and warns before an item runs out. Runs in the browser."
            .into(),
        modules: vec![],
        elements: texts(&[
            ("function", "Counts stock, warns, exports tables."),
            ("how_it_is_used", "In the browser, after a short set-up."),
            ("known_defects", "Exports of more than 50,000 rows take a minute."),
            ("after_sales", "Questions are answered on working days within a day."),
            ("delivery_standard", "The account is open and the first import has run."),
        ]),
        cooperation: Some(vec!["An export of the present stock as a table.".into()]),
        price: Some(cny("120.00")),
        price_unit: Some(PriceUnit::Month),
        quantity: None,
        delivery_days: Some(2),
        modification_days: None,
        modifications: Some(3),
        targets_eu: false,
        pictures: vec![file(1).id, file(2).id, file(3).id],
        cases: vec![],
    }
}

/// The same with one thing for a moderator to look at (C6).
pub fn with_two_pictures() -> Written {
    Content { pictures: vec![file(1).id, file(2).id], ..software() }
}

/// A complete offer of whole-store hosting.
pub fn agent_operation() -> Written {
    Content {
        title: "Hosting of your store by an experienced team".into(),
        description: "We plan goods and events, answer buyers and report every week.".into(),
        elements: texts(&[
            ("content", "Goods, events, buyers' questions, weekly reports."),
            ("cycle", "Three months."),
            ("acceptance_standard", "Twelve weekly reports and the agreed number of listings."),
            ("known_defects", "None known."),
            ("after_sales", "A named contact on working days."),
            ("delivery_standard", "Reports are uploaded every Monday."),
        ]),
        price: Some(cny("9000.00")),
        price_unit: Some(PriceUnit::OneOff),
        ..software()
    }
}

pub fn texts(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
}

pub fn grounds(rule: &'static str) -> Grounds {
    Grounds { rules: vec![RuleId::of(rule)], reasons: "The description does not say what is delivered.".into() }
}

pub fn qualified() -> Option<Qualified> {
    Some(Qualified { may_sell: true, sequence: 3 })
}

pub fn lost() -> Option<Qualified> {
    Some(Qualified { may_sell: false, sequence: 4 })
}

/// A story that stands in for the tables of the service: it keeps the content of every revision.
pub struct World {
    pub story: Story<Listings>,
    contents: BTreeMap<RevisionId, Content>,
    revisions: u128,
}

impl World {
    /// An absent listing of a provider that may sell.
    pub fn new() -> Self {
        let mut story = Story::new(EDITION.id.clone(), EDITION.listings.clone(), EDITION.calendar.clone());
        story.facts =
            Facts { qualified: qualified(), provider: Some(ProviderStanding::default()), files: files(), draft: None };
        Self { story, contents: BTreeMap::new(), revisions: 0 }
    }

    pub fn opened(category: Category, agent_operation: bool) -> Self {
        let mut world = Self::new();
        world.does(&provider(), Command::CreateDraft { category, agent_operation });
        world
    }

    pub fn drafted(content: Written) -> Self {
        let mut world = Self::opened(Category::Software, false);
        world.revises(content);
        world
    }

    pub fn queued() -> Self {
        let mut world = Self::drafted(with_two_pictures());
        world.does(&provider(), Command::Submit);
        world
    }

    pub fn claimed() -> Self {
        let mut world = Self::queued();
        world.does(&moderator(), Command::Claim);
        world
    }

    pub fn changes_requested() -> Self {
        let mut world = Self::claimed();
        world.does(&moderator(), Command::RequestChanges { grounds: grounds("M4.1.c") });
        world
    }

    pub fn rejected() -> Self {
        let mut world = Self::claimed();
        world.does(&moderator(), Command::Reject { grounds: grounds("M5.14") });
        world
    }

    pub fn published() -> Self {
        let mut world = Self::drafted(software());
        world.does(&provider(), Command::Submit);
        world
    }

    /// Writes the next revision; answers the command too, for refusals.
    pub fn revision_of(&mut self, content: Written) -> Command {
        self.revisions += 1;
        Command::Revise { revision: revision(self.revisions), content: Box::new(content) }
    }

    #[track_caller]
    pub fn revises(&mut self, content: Written) -> Vec<Event> {
        let command = self.revision_of(content);
        self.does(&provider(), command)
    }

    #[track_caller]
    pub fn does(&mut self, actor: &Actor, command: Command) -> Vec<Event> {
        self.load();
        let events = self.story.does(actor, command);
        self.store();
        events
    }

    #[track_caller]
    pub fn refuses(&mut self, actor: &Actor, command: Command, code: &str, rule: Option<&str>) {
        self.load();
        self.story.refuses_with(actor, command, code, rule);
    }

    /// Sends a command whatever comes of it; says whether it was carried out.
    pub fn tries(&mut self, actor: &Actor, command: &Command) -> bool {
        self.load();
        let (outcome, _) = self.story.ask(actor, command);
        self.store();
        matches!(outcome, kernel::run::Outcome::Done(_))
    }

    /// What the service does before a command: the content of the working draft, screened.
    fn load(&mut self) {
        let working = self.story.state.record().and_then(|record| record.working.revision());
        match working.and_then(|revision| self.contents.get(&revision.id)).cloned() {
            Some(content) => self.screens(content),
            None => self.story.facts.draft = None,
        }
    }

    /// Loads this content, whatever was drafted.
    pub fn screens(&mut self, content: Content) {
        let record = self.record();
        let screening = Screening::of(&ENGINE, &subject(record.category, record.agent_operation, &content));
        self.story.facts.draft = Some(Drafted { content, screening });
    }

    /// Loads the draft beside pictures of other listings.
    pub fn screens_among(&mut self, pictures: Vec<KnownPicture>) {
        self.load();
        let drafted = self.story.facts.draft.as_mut().expect("there is a draft");
        let subject = subject(Category::Software, false, &drafted.content);
        drafted.screening = Screening::of(&ENGINE, &Subject { known_pictures: pictures, ..subject });
    }

    /// As while another edition is on trial.
    pub fn screens_beside(&mut self, trial: &Engine) {
        self.load();
        let drafted = self.story.facts.draft.as_mut().expect("there is a draft");
        let subject = subject(Category::Software, false, &drafted.content);
        drafted.screening = drafted.screening.clone().beside(trial, &subject);
    }

    /// Submits on the facts as they are.
    pub fn submits_as_it_is(&mut self) -> Vec<Event> {
        self.story.does(&provider(), Command::Submit)
    }

    /// What the service does after it: the revision's row.
    fn store(&mut self) {
        for (_, _, event) in &self.story.journal {
            if let Event::Drafted { revision, content, .. } = event {
                self.contents.insert(*revision, (**content).clone());
            }
        }
    }

    pub fn record(&self) -> &Record {
        self.story.state.record().expect("the listing is there")
    }

    pub fn is_on_sale(&self) -> bool {
        published_terms(&self.story.state).is_some()
    }

    /// The title on sale.
    pub fn title_on_sale(&self) -> Option<String> {
        published_terms(&self.story.state).map(|terms| terms.title)
    }
}
