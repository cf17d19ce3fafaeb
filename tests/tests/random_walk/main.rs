//! Random walks over HTTP, through every machine: whatever anybody does, in whatever order, with time passing in
//! between, `actions[]` says allowed exactly when the call then succeeds; and at the end everything is sound: journals
//! fold to the stored states, nothing lapsed early or twice, views made again equal the stored ones, money is conserved.
//!
//! Start at [`Walk::step`]. Who walks over what is `people`'s; the calls that carry actions out are `moves`' and the
//! contexts' modules'; what must hold at the end is `soundness`'. An action that is offered and that no module knows
//! fails the walk by name. The seed is printed; set `WALK_SEED` to walk the same way again, `WALK_LOG` to see each step.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "tests fail by panicking")]

mod disputes;
mod listings;
mod moves;
mod onboarding;
mod orders;
mod people;
mod settlement;
mod soundness;

use kernel::TimeDelta;
use moves::Asked;
use people::{Cast, Kind, Part, Person, Resource};
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};

/// How often a walk comes to each kind of machine; to these more often. Cases take many steps to get anywhere.
const ROUNDS: usize = 20;
const MORE: [Kind; 7] =
    [Kind::Application, Kind::Listing, Kind::Order, Kind::Dispute, Kind::Dispute, Kind::Dispute, Kind::Dispute];

/// What a walk begins with.
const BEGUN: [Kind; 6] = [Kind::Application, Kind::Application, Kind::Listing, Kind::Order, Kind::Order, Kind::Dispute];

/// How often somebody looks for something to do before they try what they may not.
const LOOKS: usize = 4;

/// Refusals for the sake of what another aggregate holds: guards see one aggregate, and cannot know.
const TAKEN: &[&str] = &["same_service_again"];

struct Walk {
    cast: Cast,
    rng: StdRng,
    /// The actions that anybody was offered so far.
    met: BTreeMap<Kind, BTreeSet<String>>,
    /// How often each action was carried out.
    carried_out: BTreeMap<(Kind, String), u32>,
}

/// A resource as somebody sees it.
struct View {
    seen: Value,
    /// Its `actions[]`.
    offered: Vec<Value>,
}

impl Walk {
    /// One step at one kind of machine: something new, a stranger's attempt, or an action of somebody with business.
    async fn step(&mut self, kind: Kind) {
        let is_new = match kind {
            Kind::Application | Kind::Listing => 0.08,
            Kind::Order => 0.2,
            Kind::Dispute => 0.1,
            Kind::Qualification | Kind::Provider | Kind::Conversation | Kind::Escrow | Kind::Purse => 0.0,
        };
        if self.rng.random_bool(is_new) {
            self.found(kind).await;
        } else if self.rng.random_bool(0.06) {
            self.intrude(kind).await;
        } else {
            self.visit(kind).await;
        }
        self.cast.suite.rest().await;
    }

    /// Somebody with business at one of a kind acts there: whoever may do something, if it is found soon. Where nothing
    /// can be done, something new mostly begins.
    async fn visit(&mut self, kind: Kind) {
        let mut last = None;
        for _ in 0..LOOKS {
            let Some(resource) = self.cast.one_of(kind, &mut self.rng) else { break };
            let who = self.cast.somebody(&resource, &mut self.rng);
            let view = self.look(&resource, &who).await;
            if view.offered.iter().any(|offer| offer["allowed"] == true) {
                return self.act(&resource, &who, &view, None).await;
            }
            last = Some((resource, who, view));
        }
        match last {
            Some((resource, who, view)) if self.rng.random_bool(0.3) => self.act(&resource, &who, &view, None).await,
            Some(_) | None => self.found(kind).await,
        }
    }

    /// Something new begins: an application, a draft, an order, a dispute.
    async fn found(&mut self, kind: Kind) {
        let crew = self.cast.any_crew(&mut self.rng);
        let part = if matches!(kind, Kind::Order | Kind::Escrow) { Part::Merchant } else { Part::Provider };
        let who = self.cast.playing(part, crew, &mut self.rng);
        let category = ["design", "software", "training", "video"].choose(&mut self.rng).expect("categories");
        let (path, body) = match kind {
            Kind::Application => {
                let applicant = if self.rng.random_bool(0.2) { "individual" } else { "company" };
                ("/v1/applications", json!({"category": category, "applicant": applicant}))
            }
            Kind::Listing => ("/v1/listings", json!({"category": self.cast.category(crew)})),
            Kind::Order | Kind::Escrow => {
                let provider = self.cast.provider_of(crew);
                let sold = who.client.get(&format!("/v1/listings/catalogue?provider={provider}")).await.ok();
                let Some(sale) = sold["items"].as_array().and_then(|items| items.choose(&mut self.rng)) else { return };
                let body = json!({
                    "listing": sale["id"], "revision": sale["terms"]["revision"], "quantity": 1,
                    "extra_costs": [], "extra_costs_acknowledged": true,
                });
                ("/v1/orders", body)
            }
            Kind::Dispute => {
                let Some(order) = self.cast.one_of(Kind::Order, &mut self.rng) else { return };
                let merchant = self.cast.playing(Part::Merchant, order.crew, &mut self.rng);
                let view = self.look(&order, &merchant).await;
                return self.act(&order, &merchant, &view, Some("apply_for_refund")).await;
            }
            Kind::Qualification | Kind::Provider | Kind::Conversation | Kind::Purse => return,
        };
        let answer = who.client.post(path, body).await;
        log(&format!("{kind:?} begun: {} {}", answer.status, answer.text));
        match answer.status {
            201 => {
                let id = answer.json["id"].as_str().expect("an id").to_owned();
                // An escrow begins with its order.
                let kind = if kind == Kind::Escrow { Kind::Order } else { kind };
                self.cast.meet(Resource { kind, id, crew });
            }
            409 | 422 => {}
            _ => panic!("{path}: {}", answer.text),
        }
    }

    /// What somebody with business sees, and what they are offered.
    async fn look(&mut self, resource: &Resource, who: &Person) -> View {
        let seen = who.client.get(&resource.at("")).await.ok();
        self.cast.learn(resource.crew, &seen);
        let offered = match resource.kind {
            // Whoever is party to an order may always write.
            Kind::Conversation => vec![json!({"action": "send_message", "allowed": true})],
            _ => seen["actions"].as_array().expect("actions").clone(),
        };
        let names = offered.iter().filter_map(|offer| offer["action"].as_str()).map(ToOwned::to_owned);
        self.met.entry(resource.kind).or_default().extend(names);
        View { seen, offered }
    }

    /// Somebody acts, as they were told they may or may not. `wanted` names the action, if it is offered.
    async fn act(&mut self, resource: &Resource, who: &Person, view: &View, wanted: Option<&str>) {
        let View { seen, offered } = view;
        let is_offered = |name: &str| offered.iter().any(|offer| offer["action"] == name);
        let met = self.met.get(&resource.kind).into_iter().flatten();
        let for_others: Vec<_> = met.filter(|name| !is_offered(name)).cloned().collect();
        if let (None, true, Some(name)) = (wanted, self.rng.random_bool(0.05), for_others.choose(&mut self.rng)) {
            return self.is_kept_out(resource, who, name, seen).await;
        }
        let chosen = match wanted {
            Some(name) => offered.iter().find(|offer| offer["action"] == name).cloned(),
            None => self.choose(resource.kind, offered),
        };
        let Some(offer) = chosen else { return };
        let name = offer["action"].as_str().expect("a name").to_owned();
        let asked = Asked { suite: &self.cast.suite, rng: &mut self.rng, who, resource, seen };
        let Some(step) = moves::fitting(&name, asked).await else {
            panic!("{:?} offers {name}, which no walk knows", resource.kind);
        };
        let answer = who.client.post(&step.path, step.body.clone()).await;
        let code = answer.json["code"].as_str().unwrap_or_default();
        let told = format!(
            "{:?} {name} by {:?} in {}: {offer}\n{} {}\n{} {}",
            resource.kind, who.part, seen["status"], step.path, step.body, answer.status, answer.text
        );
        log(&told);
        let is_done = (200..300).contains(&answer.status);
        if offer["allowed"] == true {
            assert!(is_done || answer.status == 422 || TAKEN.contains(&code), "it was allowed: {told}");
        } else {
            let is_as_said = answer.status >= 400 && offer["code"] == *code;
            assert!(is_as_said || answer.status == 422, "it was not allowed, or for another reason: {told}");
        }
        if is_done {
            *self.carried_out.entry((resource.kind, name)).or_default() += 1;
            self.cast.learn(resource.crew, &answer.json);
        }
    }

    /// One of what is offered: mostly what is allowed, and of that what was seldom carried out; grave things less often.
    fn choose(&mut self, kind: Kind, offered: &[Value]) -> Option<Value> {
        let (allowed, closed): (Vec<_>, Vec<_>) = offered.iter().partition(|offer| offer["allowed"] == true);
        if allowed.is_empty() || self.rng.random_bool(0.15) {
            return closed.choose(&mut self.rng).map(|offer| (*offer).clone());
        }
        let weight = |offer: &&Value| {
            let name = offer["action"].as_str().unwrap_or_default();
            let times = self.carried_out.get(&(kind, name.to_owned())).copied().unwrap_or_default();
            let weight = if moves::is_grave(kind, name) { 0.5 } else { 1.0 };
            weight / f64::from(1 + times)
        };
        let chosen = allowed.choose_weighted(&mut self.rng, weight).ok()?;
        let is_grave = moves::is_grave(kind, chosen["action"].as_str().unwrap_or_default());
        // Where nothing but grave things is left, they wait as well.
        (!is_grave || self.rng.random_bool(0.2)).then(|| (*chosen).clone())
    }

    /// Somebody without business looks, and tries.
    async fn intrude(&mut self, kind: Kind) {
        let Some(resource) = self.cast.one_of(kind, &mut self.rng) else { return };
        let who = self.cast.stranger(&resource, &mut self.rng);
        let looked = who.client.get(&resource.at("")).await;
        assert!(matches!(looked.status, 403 | 404), "{:?} sees {resource:?}: {}", who.part, looked.text);
        let known: Vec<_> = self.met.get(&kind).into_iter().flatten().cloned().collect();
        if let Some(name) = known.choose(&mut self.rng) {
            self.is_kept_out(&resource, &who, name, &Value::Null).await;
        }
    }

    /// Somebody tries what is not offered to them.
    async fn is_kept_out(&mut self, resource: &Resource, who: &Person, name: &str, seen: &Value) {
        let asked = Asked { suite: &self.cast.suite, rng: &mut self.rng, who, resource, seen };
        let Some(step) = moves::fitting(name, asked).await else { return };
        let answer = who.client.post(&step.path, step.body.clone()).await;
        assert!(
            matches!(answer.status, 403 | 404 | 422),
            "{:?} {name} is not for {:?}: {} {} became {}",
            resource.kind,
            who.part,
            step.path,
            step.body,
            answer.text
        );
    }

    /// Time passes, or none.
    async fn pass(&mut self) {
        let by = match self.rng.random_range(0..1000) {
            0..40 => TimeDelta::minutes(self.rng.random_range(10..240)),
            40..65 => TimeDelta::hours(self.rng.random_range(4..40)),
            65..70 => TimeDelta::days(self.rng.random_range(3..30)),
            _ => return,
        };
        self.cast.suite.advance(by).await;
    }
}

/// Tells a step, if that is wanted.
fn log(told: &str) {
    if std::env::var_os("WALK_LOG").is_some() {
        println!("{}", told.chars().take(600).collect::<String>());
    }
}

async fn walk(seed: u64) {
    println!("WALK_SEED={seed}");
    let cast = Cast::assemble().await;
    let (met, carried_out) = (BTreeMap::new(), BTreeMap::new());
    let mut walk = Walk { cast, rng: StdRng::seed_from_u64(seed), met, carried_out };
    for kind in BEGUN {
        walk.found(kind).await;
        walk.cast.suite.rest().await;
    }
    for _ in 0..ROUNDS {
        for kind in Kind::ALL.into_iter().chain(MORE) {
            walk.step(kind).await;
            walk.pass().await;
        }
    }
    for kind in Kind::ALL {
        let of_kind = walk.carried_out.iter().filter(|((of, _), _)| *of == kind);
        let told: Vec<_> = of_kind.map(|((_, name), times)| format!("{name} {times}")).collect();
        println!("{kind:?}: {}", told.join(", "));
        assert!(!told.is_empty(), "nothing was carried out at any {kind:?}");
    }
    soundness::holds(&walk.cast.suite).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_anybody_does_the_suite_stays_sound() {
    let seed = std::env::var("WALK_SEED").ok().and_then(|text| text.parse().ok());
    walk(seed.unwrap_or_else(rand::random)).await;
}
