//! Random walks over HTTP: whatever the parties of an order do, in whatever order, with time passing in between,
//! `actions[]` says allowed exactly when the call then succeeds, journals fold to the stored states, views made again
//! from the journal equal the stored ones, and money is conserved.
//!
//! The seed is printed; set `WALK_SEED` to walk the same way again.

use diesel::prelude::*;
use diesel::sql_types::Text;
use journeys::{Market, ledger};
use kernel::TimeDelta;
use rand::rngs::StdRng;
use rand::seq::IndexedRandom;
use rand::{Rng, SeedableRng};
use serde_json::{Value, json};
use testkit::Client;
use uuid::Uuid;

/// How far one walk goes.
const STEPS: usize = 60;

struct Walk {
    market: Market,
    rng: StdRng,
    order: String,
    calls: usize,
}

/// Where an order's action is, and a body that fits it.
struct Move {
    path: String,
    body: Value,
}

impl Walk {
    async fn file(&self, client: &Client) -> Value {
        let path = format!("/v1/orders/{}/files", self.order);
        client.upload(&path, "walk.txt", "text/plain", Uuid::now_v7().as_bytes()).await.ok()["id"].clone()
    }

    /// The move for an action of the order as it is seen; `None` for what needs nothing of ours.
    async fn step_for(&mut self, action: &str, seen: &Value, client: &Client) -> Option<Move> {
        let at = |tail: &str| format!("/v1/orders/{}{tail}", self.order);
        let problem = seen["problems"][0]["id"].clone();
        let proposal = seen["proposal"]["id"].as_str().unwrap_or("00000000-0000-7000-8000-000000000000").to_owned();
        let (path, body) = match action {
            "upload_agreement" => {
                let file = self.file(client).await;
                (at("/agreement"), json!({"file": file, "promise": {"effect": "As described."}, "cooperation": []}))
            }
            "confirm_agreement" => {
                let file = seen["agreement"]["file"]["id"].clone();
                let file = if file.is_null() { json!("fil_00000000000000000000000000") } else { file };
                (at("/agreement/confirm"), json!({"file": file}))
            }
            "start" => (at("/start"), json!({})),
            "cancel" => (at("/cancel"), json!({"reason": "We changed our plans."})),
            "deliver" => {
                let file = self.file(client).await;
                (at("/deliveries"), json!({"files": [file]}))
            }
            "accept" => (at("/accept"), json!({})),
            "request_modification" if problem.is_null() || self.rng.random_bool(0.3) => (
                at("/modification-requests"),
                json!({"items": [{"kind": "nonconformity", "change": "The green is not #3A7D44."}]}),
            ),
            "request_modification" => {
                (at("/modification-requests"), json!({"items": [{"problem": problem, "change": "Still not #3A7D44."}]}))
            }
            "redeliver" => {
                let file = self.file(client).await;
                let problems = if problem.is_null() { json!([]) } else { json!([problem]) };
                (at("/redeliveries"), json!({"files": [file], "problems": problems}))
            }
            "refuse_modification" => (
                at("/modification-requests/refuse"),
                json!({"items": [{"problem": if problem.is_null() { json!(Uuid::nil()) } else { problem }, "reason": "Not objective."}]}),
            ),
            "answer_reminder" => (at("/reminders/answer"), json!({"statement": "Tomorrow."})),
            "refuse_to_perform" => (at("/refuse-to-perform"), json!({"reason": "We cannot."})),
            "request_cooperation" => {
                (at("/cooperation-requests"), json!({"what": "The questionnaire", "basis": {"listing": 0}}))
            }
            "provide_cooperation" => (at("/cooperation/provide"), json!({"note": "Here it is.", "files": []})),
            "decline_cooperation" => (at("/cooperation/decline"), json!({"reason": "Not now."})),
            "propose_change" => {
                (at("/changes"), json!({"change": {"modification_days": 5}, "reason": "A holiday is near."}))
            }
            "accept_change" => (at(&format!("/changes/{proposal}/accept")), json!({})),
            "decline_change" => (at(&format!("/changes/{proposal}/decline")), json!({})),
            "terminate" if self.rng.random_bool(0.2) => (at("/terminate"), json!({"reason": "We close down."})),
            "apply_for_refund" => (
                at("/refund-applications"),
                json!({"claim": "quality", "amount": {"amount": "600.01", "currency": "CNY"}, "statement": "Not good."}),
            ),
            _ => return None,
        };
        Some(Move { path, body })
    }

    /// One step of one party: what `actions[]` says is what happens.
    async fn step(&mut self) {
        let who = *["provider", "merchant"].choose(&mut self.rng).expect("two parties");
        let client = self.market.cast(who);
        let path = format!("/v1/orders/{}", self.order);
        let seen = client.get(&path).await.ok();
        let offered = seen["actions"].as_array().expect("actions").clone();
        let Some(action) = offered.choose(&mut self.rng) else { return };
        let name = action["action"].as_str().expect("a name").to_owned();
        let Some(step) = self.step_for(&name, &seen, &client).await else { return };
        self.calls += 1;
        let answer = client.post(&step.path, step.body.clone()).await;
        let code = answer.json["code"].as_str().unwrap_or_default().to_owned();
        if action["allowed"] == true {
            let is_fine = (200..300).contains(&answer.status) || answer.status == 422;
            assert!(is_fine, "{who} {name} was allowed in {}: {}", seen["status"], answer.text);
        } else {
            assert!(answer.status >= 400, "{who} {name} was not allowed in {}, yet: {}", seen["status"], answer.text);
            let is_as_said = action["code"] == json!(code) || answer.status == 422;
            assert!(is_as_said, "{who} {name} in {}: {} became {code}", seen["status"], action["code"]);
        }
        if let Some(case) = answer.json["phase"]["refund_application"]["case"].as_str() {
            self.in_dispute(case.to_owned()).await;
        }
    }

    /// What becomes of a dispute: withdrawn, settled, or left to its clocks.
    async fn in_dispute(&mut self, case: String) {
        self.market.suite.rest().await;
        let path = format!("/v1/disputes/{case}");
        let (merchant, provider) = (self.market.cast("merchant"), self.market.cast("provider"));
        match self.rng.random_range(0..3) {
            0 => drop(merchant.post(&format!("{path}/withdraw"), json!({"text": "We agree after all."})).await.ok()),
            1 => {
                let amount = json!({"amount": "333.33", "currency": "CNY"});
                let offer = json!({"to_merchant": amount, "text": "A part."});
                let offered = provider.post(&format!("{path}/proposals"), offer).await.ok();
                let proposal = offered["proposal"]["id"].as_str().expect("a proposal");
                let accept = json!({"to_merchant": amount});
                merchant.post(&format!("{path}/proposals/{proposal}/accept"), accept).await.ok();
            }
            _ => {}
        }
        self.market.suite.rest().await;
    }
}

/// The contents of all views of all contexts, hashed.
fn views(market: &Market) -> Vec<(String, String)> {
    let mut found = vec![];
    for service in journeys::everything() {
        let mut conn = market.suite.conn(service.context());
        for host in service.hosts() {
            for view in host.views() {
                let hash: String = diesel::select(diesel::dsl::sql::<Text>(&format!(
                    "(SELECT COALESCE(md5(string_agg(v::text, '|' ORDER BY v::text)), '') FROM {view} v)"
                )))
                .get_result(&mut conn)
                .expect("the view can be read");
                found.push((format!("{}.{view}", service.context()), hash));
            }
        }
    }
    found
}

async fn walk(seed: u64) {
    println!("WALK_SEED={seed}");
    let market = Market::with_an_order().await;
    let order = market.name("order").to_owned();
    let mut walk = Walk { market, rng: StdRng::seed_from_u64(seed), order, calls: 0 };
    for _ in 0..STEPS {
        walk.step().await;
        if walk.rng.random_bool(0.25) {
            let hours = walk.rng.random_range(1..80);
            walk.market.suite.advance(TimeDelta::hours(hours)).await;
        }
    }
    assert!(walk.calls > STEPS / 4, "only {} of {STEPS} steps were calls", walk.calls);
    // Whatever is still open comes to its end by its clocks.
    walk.market.suite.advance(TimeDelta::days(120)).await;
    assert_eq!(walk.market.suite.unsound(), Vec::<String>::new());
    ledger::is_balanced(&walk.market.suite);
    let before = views(&walk.market);
    for service in journeys::everything() {
        let mut conn = walk.market.suite.conn(service.context());
        for host in service.hosts() {
            host.rebuild(&mut conn).expect("the views are made again");
        }
    }
    assert_eq!(views(&walk.market), before, "views made again differ");
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_the_parties_do_the_suite_stays_sound() {
    let seed = std::env::var("WALK_SEED").ok().and_then(|text| text.parse().ok());
    match seed {
        Some(seed) => walk(seed).await,
        None => {
            for _ in 0..3 {
                walk(rand::random()).await;
            }
        }
    }
}
