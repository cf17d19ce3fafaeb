//! Who walks, and over what: two crews (a provider and its merchant), the staff of both, and everything that is
//! looked at.
use journeys::Market;
use journeys::market::play_on;
use kernel::{EscrowId, OrderId, Role};
use rand::Rng;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use serde_json::Value;
use testkit::{Client, Suite};

/// A kind of machine, as the API knows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Application,
    Qualification,
    Provider,
    Listing,
    Order,
    Conversation,
    Escrow,
    Purse,
    Dispute,
}

/// What somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    Provider,
    Merchant,
    Reviewer,
    Moderator,
    Arbitrator,
    ComplianceOfficer,
    Operator,
}

impl Kind {
    /// All machines.
    pub const ALL: [Self; 9] = [
        Self::Application,
        Self::Qualification,
        Self::Provider,
        Self::Listing,
        Self::Order,
        Self::Conversation,
        Self::Escrow,
        Self::Purse,
        Self::Dispute,
    ];

    /// The first word of its paths. A conversation hangs on its order.
    pub fn collection(self) -> &'static str {
        match self {
            Self::Application => "applications",
            Self::Qualification => "qualifications",
            Self::Provider => "providers",
            Self::Listing => "listings",
            Self::Order | Self::Conversation => "orders",
            Self::Escrow => "escrows",
            Self::Purse => "purses",
            Self::Dispute => "disputes",
        }
    }

    /// Who has something to do there.
    fn parts(self) -> &'static [Part] {
        match self {
            Self::Application => &[Part::Provider, Part::Reviewer, Part::Reviewer, Part::Operator],
            Self::Qualification => &[Part::Provider, Part::Reviewer, Part::Reviewer, Part::Operator],
            Self::Provider => &[Part::Provider, Part::Operator],
            Self::Listing => &[Part::Provider, Part::Provider, Part::Moderator, Part::Moderator, Part::Operator],
            Self::Order | Self::Conversation => &[Part::Provider, Part::Merchant],
            Self::Escrow => &[Part::Merchant, Part::Merchant, Part::Provider, Part::Operator],
            Self::Purse => &[Part::Provider, Part::Provider, Part::Operator, Part::ComplianceOfficer],
            Self::Dispute => &[Part::Provider, Part::Merchant, Part::Arbitrator, Part::Operator],
        }
    }
}

/// Something that is looked at and acted on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    pub kind: Kind,
    pub id: String,
    /// Whose: an index into the crews.
    pub crew: usize,
}

impl Resource {
    /// Its path, and what follows it.
    pub fn at(&self, tail: &str) -> String {
        format!("/v1/{}/{}{tail}", self.kind.collection(), self.id)
    }
}

/// A person with a token.
#[derive(Clone)]
pub struct Person {
    pub part: Part,
    pub client: Client,
}

/// A provider and its merchant.
struct Crew {
    provider: Person,
    merchant: Person,
    /// The provider's id.
    org: String,
    /// What it sells.
    category: String,
}

/// Everybody and everything.
pub struct Cast {
    pub suite: Suite,
    crews: Vec<Crew>,
    staff: Vec<Person>,
    resources: Vec<Resource>,
}

impl Cast {
    /// A studio with a paid order, and a software house whose order is delivered, on one suite.
    pub async fn assemble() -> Self {
        let Market { suite, played: studio } = Market::with_an_order().await;
        let software = play_on(&suite, include_str!("../../stories/software.toml")).await;
        let mut staff = vec![];
        for (part, role, names) in [
            (Part::Reviewer, Role::Reviewer, ["reviewer-1", "reviewer-2"].as_slice()),
            (Part::Moderator, Role::Moderator, &["moderator-1", "moderator-2"]),
            (Part::Arbitrator, Role::Arbitrator, &["arbitrator-1", "arbitrator-2", "arbitrator-3"]),
            (Part::ComplianceOfficer, Role::ComplianceOfficer, &["officer"]),
            (Part::Operator, Role::Operator, &["operator"]),
        ] {
            staff.extend(names.iter().map(|sub| {
                let client = suite.client(sub, None, &[role]);
                Person { part, client }
            }));
        }
        let mut cast = Self { suite, crews: vec![], staff, resources: vec![] };
        for (played, category) in [(studio, "design"), (software, "software")] {
            let crew = cast.crews.len();
            let person = |part, name: &str| Person { part, client: cast.suite.with_token(played.tokens[name].clone()) };
            let (provider, merchant) = (person(Part::Provider, "provider"), person(Part::Merchant, "merchant"));
            let org = played.names["provider.org"].as_str().expect("an id").to_owned();
            cast.crews.push(Crew { provider, merchant, org, category: category.to_owned() });
            for (kind, name) in [
                (Kind::Application, "application"),
                (Kind::Qualification, "qualification"),
                (Kind::Provider, "provider.org"),
                (Kind::Listing, "listing"),
                (Kind::Purse, "purse"),
                (Kind::Order, "order"),
            ] {
                let id = played.names[name].as_str().expect("an id").to_owned();
                cast.meet(Resource { kind, id, crew });
            }
        }
        cast
    }

    /// Remembers a resource; an order brings its escrow and its conversation.
    pub fn meet(&mut self, resource: Resource) {
        if self.resources.contains(&resource) {
            return;
        }
        if resource.kind == Kind::Order {
            let order: OrderId = resource.id.parse().expect("an order's id");
            let crew = resource.crew;
            self.resources.push(Resource { kind: Kind::Escrow, id: EscrowId(order.0).to_string(), crew });
            self.resources.push(Resource { kind: Kind::Conversation, id: resource.id.clone(), crew });
        }
        self.resources.push(resource);
    }

    /// Remembers what an answer about a resource of `crew` tells of others.
    pub fn learn(&mut self, crew: usize, answer: &Value) {
        for (kind, id) in [
            (Kind::Qualification, &answer["qualification"]),
            (Kind::Dispute, &answer["phase"]["refund_application"]["case"]),
        ] {
            if let Some(id) = id.as_str() {
                self.meet(Resource { kind, id: id.to_owned(), crew });
            }
        }
    }

    /// One of a kind: the newest as likely as all others together.
    pub fn one_of(&self, kind: Kind, rng: &mut StdRng) -> Option<Resource> {
        let all: Vec<_> = self.resources.iter().filter(|resource| resource.kind == kind).collect();
        let one = if rng.random_bool(0.5) { all.last() } else { all.choose(rng) };
        one.map(|resource| (*resource).clone())
    }

    /// Somebody with business there.
    pub fn somebody(&self, resource: &Resource, rng: &mut StdRng) -> Person {
        let part = *resource.kind.parts().choose(rng).expect("somebody has");
        self.playing(part, resource.crew, rng)
    }

    /// Somebody who has none: of the other crew, or staff for something else.
    pub fn stranger(&self, resource: &Resource, rng: &mut StdRng) -> Person {
        let other = (resource.crew + 1) % self.crews.len();
        match rng.random_range(0..3) {
            0 => self.playing(Part::Provider, other, rng),
            1 => self.playing(Part::Merchant, other, rng),
            _ if matches!(resource.kind, Kind::Application | Kind::Qualification | Kind::Provider | Kind::Listing) => {
                self.playing(Part::Arbitrator, other, rng)
            }
            _ => self.playing(Part::Moderator, other, rng),
        }
    }

    /// Whoever plays a part; staff serves all crews.
    pub fn playing(&self, part: Part, crew: usize, rng: &mut StdRng) -> Person {
        match part {
            Part::Provider => self.crews[crew].provider.clone(),
            Part::Merchant => self.crews[crew].merchant.clone(),
            Part::Reviewer | Part::Moderator | Part::Arbitrator | Part::ComplianceOfficer | Part::Operator => {
                let all: Vec<_> = self.staff.iter().filter(|person| person.part == part).collect();
                (*all.choose(rng).expect("the part is played")).clone()
            }
        }
    }

    /// The id of a crew's provider.
    pub fn provider_of(&self, crew: usize) -> &str {
        &self.crews[crew].org
    }

    /// What a crew sells.
    pub fn category(&self, crew: usize) -> &str {
        &self.crews[crew].category
    }

    /// Any crew.
    pub fn any_crew(&self, rng: &mut StdRng) -> usize {
        rng.random_range(0..self.crews.len())
    }
}
