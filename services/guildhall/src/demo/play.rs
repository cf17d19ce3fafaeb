//! Plays a story and prints it as a timeline: when, who, what, under which rule, what runs, where the money is.
use crate::demo::drawing::contents;
use crate::demo::path::{part, plain};
use crate::demo::story::{Step, Story};
use anyhow::{Context as _, bail};
use chrono::{DateTime, Utc};
use kernel::{MerchantId, Org, ProviderId, Role, Span};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Mints a token: role, organisation, `sub`.
pub type Mint<'a> = dyn Fn(Role, Option<Org>, &str) -> anyhow::Result<String> + 'a;

/// How far apart two numbers of seconds may be that should be the same: the real clock runs on between two steps.
const NEAR: u64 = 60;

struct Stage<'a> {
    http: &'a reqwest::Client,
    base: &'a str,
    tokens: BTreeMap<String, String>,
    operator: String,
    names: BTreeMap<String, Value>,
    timeline: String,
}

/// A story that was played to its end.
pub struct Played {
    /// What it told, line by line.
    pub timeline: String,
    /// What was saved under a name: ids above all.
    pub names: BTreeMap<String, Value>,
    /// The tokens of the cast.
    pub tokens: BTreeMap<String, String>,
}

/// Plays the story; an answer that is not as expected ends it.
pub async fn play(http: &reqwest::Client, base: &str, story: &Story, mint: &Mint<'_>) -> anyhow::Result<Played> {
    let operator = mint(Role::Operator, None, "demo")?;
    let timeline = format!("\n━━ {} ━━\n", story.title);
    let mut stage = Stage { http, base, tokens: BTreeMap::new(), operator, names: BTreeMap::new(), timeline };
    // A word that no other telling of the story has: names that must be unique.
    stage.names.insert("unique".into(), json!(unique_word()));
    for (name, value) in &story.given {
        stage.names.insert(name.clone(), serde_json::to_value(value)?);
    }
    for (name, character) in &story.cast {
        let org = match character.role {
            Role::Provider => Some(Org::Provider(ProviderId(Uuid::now_v7()))),
            Role::Merchant => Some(Org::Merchant(MerchantId(Uuid::now_v7()))),
            Role::Reviewer | Role::Moderator | Role::Arbitrator | Role::ComplianceOfficer | Role::Operator => None,
        };
        if let Some(org) = org {
            stage.names.insert(format!("{name}.org"), json!(org.to_string()));
            // A provider and its purse share their UUID.
            if let Some(uuid) = org.to_string().strip_prefix("prv_") {
                stage.names.insert("purse".into(), json!(format!("pur_{uuid}")));
            }
        }
        let sub = format!("{name}-{}", Uuid::now_v7().simple());
        stage.tokens.insert(name.clone(), mint(character.role, org, &sub)?);
    }
    for (nth, step) in story.steps.iter().enumerate() {
        let told = step.says.clone().unwrap_or_default();
        let done = stage.step(step).await;
        done.with_context(|| format!("{}step {} ({told})", stage.timeline, nth + 1))?;
    }
    Ok(Played { timeline: stage.timeline, names: stage.names, tokens: stage.tokens })
}

/// A word that is nobody's number, name or code, whoever reads it.
fn unique_word() -> String {
    const SYLLABLES: [&str; 16] =
        ["ba", "bo", "da", "do", "ga", "go", "ka", "ko", "la", "lo", "ma", "mo", "na", "no", "ra", "ro"];
    let [.., a, b, c, d] = Uuid::now_v7().into_bytes();
    [a, b, c, d].iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|nth| SYLLABLES[usize::from(nth)]).collect()
}

impl Stage<'_> {
    async fn step(&mut self, step: &Step) -> anyhow::Result<()> {
        let now = self.fetch("/v1/test-clock").await?["now"].take();
        self.names.insert("now".into(), now);
        let (status, answer) = if let Some(span) = &step.passes {
            self.pass(span).await?;
            (200, Value::Null)
        } else {
            self.act(step).await?
        };
        let expected = step.refused.map_or(200..300, |status| status..status + 1);
        if !expected.contains(&status) {
            bail!("answered {status}: {answer}");
        }
        self.check(step, &answer)?;
        for (name, path) in &step.save {
            let value = match known(path) {
                Some(name) => self.named(name)?.clone(),
                None => part(&answer, &self.filled_text(path)?),
            };
            if value.is_null() {
                bail!("the answer has no {path}: {answer}");
            }
            // An order and its escrow share their UUID.
            if let (true, Some(uuid)) = (name == "order", value.as_str().and_then(|id| id.strip_prefix("ord_"))) {
                self.names.insert("escrow".into(), json!(format!("esc_{uuid}")));
            }
            self.names.insert(name.clone(), value);
        }
        // Messages arrive before the next step looks.
        self.pass("0 minutes").await?;
        self.print(step, &answer).await
    }

    /// The answer holds what the step expects of it.
    fn check(&self, step: &Step, answer: &Value) -> anyhow::Result<()> {
        for (path, value) in &step.expect {
            let (found, wanted) = (part(answer, &self.filled_text(path)?), self.filled(&serde_json::to_value(value)?)?);
            if found != wanted {
                bail!("{path} is {found}, not {wanted}: {answer}");
            }
        }
        for (path, value) in &step.near {
            let (found, wanted) = (part(answer, &self.filled_text(path)?), self.filled(&serde_json::to_value(value)?)?);
            let apart = found.as_i64().zip(wanted.as_i64()).map(|(found, wanted)| found.abs_diff(wanted));
            if apart.is_none_or(|apart| apart > NEAR) {
                bail!("{path} is {found}, not about {wanted}: {answer}");
            }
        }
        Ok(())
    }

    async fn act(&self, step: &Step) -> anyhow::Result<(u16, Value)> {
        let who = step.who.as_deref().unwrap_or_default();
        let token = self.tokens.get(who).with_context(|| format!("{who} has no token"))?;
        let key = Uuid::now_v7().to_string();
        let body = match &step.body {
            Some(body) => self.filled(&serde_json::to_value(body)?)?,
            None => json!({}),
        };
        let request = if let Some(path) = &step.get {
            self.http.get(self.url(path)?)
        } else if let Some(path) = &step.put {
            self.http.put(self.url(path)?).json(&body)
        } else if let Some(path) = &step.upload {
            let name = self.filled_text(step.name.as_deref().unwrap_or("file.txt"))?;
            let media_type = step.media_type.as_deref().unwrap_or("text/plain");
            self.http
                .post(self.url(path)?)
                .query(&[("name", &name)])
                .header("Content-Type", media_type)
                .body(contents(media_type, self.filled_text(step.text.as_deref().unwrap_or(&name))?)?)
        } else {
            let path = step.post.as_deref().unwrap_or_default();
            self.http.post(self.url(path)?).json(&body)
        };
        let response = request.header("Idempotency-Key", key).bearer_auth(token).send().await?;
        let status = response.status().as_u16();
        let text = response.text().await?;
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::String(text))))
    }

    /// Moves the test clock; it answers when everything has come to rest.
    async fn pass(&self, span: &str) -> anyhow::Result<()> {
        let seconds = match Span::try_from(span.to_owned()).map_err(anyhow::Error::msg)? {
            Span::Minutes(n) => i64::from(n) * 60,
            Span::Hours(n) => i64::from(n) * 3600,
            Span::Days(n) => i64::from(n) * 86400,
            Span::WorkingDays(_) | Span::Months(_) => bail!("time passes in minutes, hours or days"),
        };
        let url = format!("{}/v1/test-clock/advance", self.base);
        let request = self.http.post(url).bearer_auth(&self.operator).json(&json!({ "seconds": seconds }));
        let response = request.send().await?;
        if !response.status().is_success() {
            bail!("the clock does not move: {}", response.text().await?);
        }
        Ok(())
    }

    async fn print(&mut self, step: &Step, answer: &Value) -> anyhow::Result<()> {
        let Some(says) = &step.says else { return Ok(()) };
        let now: DateTime<Utc> = serde_json::from_value(self.fetch("/v1/test-clock").await?["now"].take())?;
        let who = step.who.as_deref().unwrap_or("⏱");
        let line = format!("{}  {who:<10} {}", now.format("%d %b %H:%M"), self.filled_text(says)?);
        self.tell(&line);
        for detail in ["code", "rule", "detail"] {
            if let (Some(_), Some(text)) = (step.refused, answer[detail].as_str()) {
                self.tell(&format!("{:>26}{detail}: {text}", ""));
            }
        }
        for (label, path) in &step.show {
            let shown = plain(&part(answer, &self.filled_text(path)?));
            self.tell(&format!("{:>26}{label}: {shown}", ""));
        }
        for name in &step.look {
            let line = self.looked(name).await?;
            self.tell(&line);
        }
        Ok(())
    }

    fn tell(&mut self, line: &str) {
        self.timeline.push_str(line);
        self.timeline.push('\n');
    }

    /// What stands where: an order's clocks, an escrow's and a purse's money.
    async fn looked(&self, name: &str) -> anyhow::Result<String> {
        let (collection, who) = match name {
            "order" => ("orders", "merchant"),
            "escrow" => ("escrows", "merchant"),
            "purse" => ("purses", "provider"),
            "dispute" => ("disputes", "merchant"),
            other => bail!("there is nothing to look at called {other}"),
        };
        let token = self.tokens.get(who).with_context(|| format!("there is no {who} to look at the {name}"))?;
        let id = self.names.get(name).and_then(Value::as_str).with_context(|| format!("no {name} has been saved"))?;
        let url = format!("{}/v1/{collection}/{id}", self.base);
        let seen: Value = self.http.get(url).bearer_auth(token).send().await?.json().await?;
        Ok(format!("{:>26}{name}: {}", "", summary(&seen)))
    }

    async fn fetch(&self, path: &str) -> anyhow::Result<Value> {
        Ok(self.http.get(format!("{}{path}", self.base)).bearer_auth(&self.operator).send().await?.json().await?)
    }

    fn url(&self, path: &str) -> anyhow::Result<String> {
        Ok(format!("{}{}", self.base, self.filled_text(path)?))
    }

    /// Puts what is known by name in place of `{{name}}`. A text that is nothing but a name becomes its value.
    fn filled(&self, value: &Value) -> anyhow::Result<Value> {
        Ok(match value {
            Value::String(text) => match known(text) {
                Some(name) => self.named(name)?.clone(),
                None => Value::String(self.filled_text(text)?),
            },
            Value::Array(items) => Value::Array(items.iter().map(|item| self.filled(item)).collect::<Result<_, _>>()?),
            Value::Object(fields) => Value::Object(
                fields
                    .iter()
                    .map(|(key, value)| Ok((key.clone(), self.filled(value)?)))
                    .collect::<anyhow::Result<Map<_, _>>>()?,
            ),
            Value::Null | Value::Bool(_) | Value::Number(_) => value.clone(),
        })
    }

    fn filled_text(&self, text: &str) -> anyhow::Result<String> {
        let mut filled = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("{{") {
            let (name, after) = after.split_once("}}").context("a {{ without its }}")?;
            filled.push_str(before);
            filled.push_str(&plain(self.named(name)?));
            rest = after;
        }
        filled.push_str(rest);
        Ok(filled)
    }

    fn named(&self, name: &str) -> anyhow::Result<&Value> {
        self.names.get(name.trim()).with_context(|| format!("nothing is known as {name}"))
    }
}

/// The name that the text is nothing but: `{{order}}`.
fn known(text: &str) -> Option<&str> {
    let name = text.strip_prefix("{{")?.strip_suffix("}}")?;
    (!name.contains("{{")).then_some(name)
}

/// Status, money and clocks of a resource in one line.
fn summary(seen: &Value) -> String {
    let mut words = vec![seen["status"].as_str().unwrap_or("–").to_owned()];
    if let Value::Object(fields) = seen {
        let money = fields.iter().filter(|(_, value)| value["amount"].is_string() && value["amount"] != "0.00");
        words.extend(money.map(|(name, value)| format!("{name} {}", plain(value))));
    }
    // Payable, liabilities and the like: what each holds.
    for name in ["payable", "liabilities"] {
        for item in seen[name].as_array().into_iter().flatten().filter_map(Value::as_object) {
            let money = item.iter().filter(|(_, value)| value["amount"].is_string() && value["amount"] != "0.00");
            words.extend(money.map(|(field, value)| format!("{name} ({field}) {}", plain(value))));
        }
    }
    for deadline in seen["deadlines"].as_array().into_iter().flatten().filter(|deadline| deadline["reminder"] != true) {
        let until = match deadline["due_at"].as_str().and_then(|due| due.parse::<DateTime<Utc>>().ok()) {
            Some(due) => format!("until {}", due.format("%d %b %H:%M")),
            None => format!("paused, {} s left", deadline["remaining_seconds"]),
        };
        words.push(format!("⏳ {} ({}) {until}", plain(&deadline["kind"]), plain(&deadline["rule"])));
    }
    words.join(" · ")
}
