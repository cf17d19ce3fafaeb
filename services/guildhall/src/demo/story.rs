//! A story as it stands in its file.
use anyhow::{Context as _, bail};
use kernel::Role;
use serde::Deserialize;
use std::collections::BTreeMap;
use toml::Value;

/// A story: who is in it, and what happens.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Story {
    /// Its heading.
    pub title: String,
    /// Names of prologues that are played first.
    #[serde(default)]
    pub begins_with: Vec<String>,
    /// What prologues may be told: `{{name}}` in their texts.
    #[serde(default)]
    pub given: BTreeMap<String, Value>,
    /// Who acts.
    pub cast: BTreeMap<String, Character>,
    /// What happens.
    #[serde(default, rename = "step")]
    pub steps: Vec<Step>,
}

/// Someone in a story.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Character {
    /// What their token grants. Providers and merchants get an organisation of their own, `{{<name>.org}}`.
    pub role: Role,
}

/// One step.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What a reader is told; a step without it is not printed.
    pub says: Option<String>,
    /// Who acts.
    pub who: Option<String>,
    /// A command: the path.
    pub post: Option<String>,
    /// A choice: the path.
    pub put: Option<String>,
    /// A look: the path.
    pub get: Option<String>,
    /// An upload: the path, with `name`, `media_type` and `text`.
    pub upload: Option<String>,
    /// The body of a command or a choice.
    pub body: Option<Value>,
    /// The name of an uploaded file.
    pub name: Option<String>,
    /// Its media type.
    pub media_type: Option<String>,
    /// Its contents.
    pub text: Option<String>,
    /// Names for parts of the answer, `order = "id"`, or for what is known already, `since = "{{now}}"`. How parts are named stands in [`super::path`]. `{{now}}` is the
    /// instant at which the step begins.
    #[serde(default)]
    pub save: BTreeMap<String, String>,
    /// What the answer must hold: `"status" = "delivered"`; of a problem: `code`, `rule`.
    #[serde(default)]
    pub expect: BTreeMap<String, Value>,
    /// Numbers of seconds that the answer must hold, up to what real time passes between two steps.
    #[serde(default)]
    pub near: BTreeMap<String, Value>,
    /// The HTTP status that is expected; 2xx when missing.
    pub refused: Option<u16>,
    /// Time passes: `5 days`.
    pub passes: Option<String>,
    /// A prologue is played here instead.
    pub plays: Option<String>,
    /// What is shown afterwards: parts of the answer, `label = "path"`.
    #[serde(default)]
    pub show: BTreeMap<String, String>,
    /// Where money and clocks are looked at afterwards: `order`, `escrow`, `purse`, `dispute`.
    #[serde(default)]
    pub look: Vec<String>,
}

/// What stories may begin with, or play in their middle: a qualified provider, a listing on sale, an order, a decision.
const PROLOGUES: [&str; 7] = [
    include_str!("../../stories/prologues/software.toml"),
    include_str!("../../stories/prologues/operation.toml"),
    include_str!("../../stories/prologues/training.toml"),
    include_str!("../../stories/prologues/design.toml"),
    include_str!("../../stories/prologues/video.toml"),
    include_str!("../../stories/prologues/order.toml"),
    include_str!("../../stories/prologues/dispute.toml"),
];

impl Story {
    /// Reads a story; its prologues are those that ship.
    pub fn shipped(text: &str) -> anyhow::Result<Self> {
        Self::read(text, &prologues()?)
    }

    /// Reads a story and puts its prologues in front.
    fn read(text: &str, prologues: &BTreeMap<String, Vec<Step>>) -> anyhow::Result<Self> {
        let mut story: Self = toml::from_str(text)?;
        let prologue = |name: &String| prologues.get(name).with_context(|| format!("there is no prologue {name}"));
        let mut steps = vec![];
        for name in &story.begins_with {
            steps.extend(prologue(name)?.iter().cloned());
        }
        for step in story.steps {
            match &step.plays {
                Some(name) => steps.extend(prologue(name)?.iter().cloned()),
                None => steps.push(step),
            }
        }
        story.steps = steps;
        for (nth, step) in story.steps.iter().enumerate() {
            step.check(&story.cast).with_context(|| format!("step {}", nth + 1))?;
        }
        Ok(story)
    }
}

impl Step {
    fn check(&self, cast: &BTreeMap<String, Character>) -> anyhow::Result<()> {
        let acts = [&self.post, &self.put, &self.get, &self.upload, &self.passes];
        if acts.iter().filter(|act| act.is_some()).count() != 1 {
            bail!("a step is exactly one of post, put, get, upload and passes");
        }
        match &self.who {
            Some(who) if !cast.contains_key(who) => bail!("{who} is not in the cast"),
            None if self.passes.is_none() => bail!("nobody acts"),
            Some(_) | None => Ok(()),
        }
    }
}

/// Reads the prologues: tables of lists of steps.
fn prologues() -> anyhow::Result<BTreeMap<String, Vec<Step>>> {
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Prologue {
        step: Vec<Step>,
    }
    let mut all = BTreeMap::new();
    for text in PROLOGUES {
        let file: BTreeMap<String, Prologue> = toml::from_str(text).context("prologues")?;
        for (name, prologue) in file {
            if all.insert(name.clone(), prologue.step).is_some() {
                bail!("the prologue {name} is written twice");
            }
        }
    }
    Ok(all)
}
