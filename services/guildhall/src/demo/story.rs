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
    /// Names of prologues that are played first, quietly.
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
    /// A look: the path.
    pub get: Option<String>,
    /// An upload: the path, with `name`, `media_type` and `text`.
    pub upload: Option<String>,
    /// The body of a command.
    pub body: Option<Value>,
    /// The name of an uploaded file.
    pub name: Option<String>,
    /// Its media type.
    pub media_type: Option<String>,
    /// Its contents.
    pub text: Option<String>,
    /// Names for parts of the answer: `order = "id"`.
    #[serde(default)]
    pub save: BTreeMap<String, String>,
    /// What the answer must hold: `"status" = "delivered"`; of a problem: `code`, `rule`.
    #[serde(default)]
    pub expect: BTreeMap<String, Value>,
    /// The HTTP status that is expected; 2xx when missing.
    pub refused: Option<u16>,
    /// Time passes: `5 days`.
    pub passes: Option<String>,
    /// What is shown afterwards: parts of the answer, `label = "path"`.
    #[serde(default)]
    pub show: BTreeMap<String, String>,
    /// Where money and clocks are looked at afterwards: `order`, `escrow`, `purse`.
    #[serde(default)]
    pub look: Vec<String>,
}

/// What every story may begin with: a qualified provider, a published listing, an order.
const PROLOGUES: &str = include_str!("../../stories/prologues.toml");

impl Story {
    /// Reads a story; its prologues are those that ship.
    pub fn shipped(text: &str) -> anyhow::Result<Self> {
        Self::read(text, &prologues(PROLOGUES)?)
    }

    /// Reads a story and puts its prologues in front.
    fn read(text: &str, prologues: &BTreeMap<String, Vec<Step>>) -> anyhow::Result<Self> {
        let mut story: Self = toml::from_str(text)?;
        let mut steps = vec![];
        for name in &story.begins_with {
            let prologue = prologues.get(name).with_context(|| format!("there is no prologue {name}"))?;
            steps.extend(prologue.iter().cloned());
        }
        steps.append(&mut story.steps);
        story.steps = steps;
        for (nth, step) in story.steps.iter().enumerate() {
            step.check(&story.cast).with_context(|| format!("step {}", nth + 1))?;
        }
        Ok(story)
    }
}

impl Step {
    fn check(&self, cast: &BTreeMap<String, Character>) -> anyhow::Result<()> {
        let acts = [&self.post, &self.get, &self.upload, &self.passes].iter().filter(|act| act.is_some()).count();
        if acts != 1 {
            bail!("a step is exactly one of post, get, upload and passes");
        }
        match &self.who {
            Some(who) if !cast.contains_key(who) => bail!("{who} is not in the cast"),
            None if self.passes.is_none() => bail!("nobody acts"),
            Some(_) | None => Ok(()),
        }
    }
}

/// Reads the prologues: a table of lists of steps.
fn prologues(text: &str) -> anyhow::Result<BTreeMap<String, Vec<Step>>> {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct File(BTreeMap<String, Prologue>);
    #[derive(Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Prologue {
        step: Vec<Step>,
    }
    let file: File = toml::from_str(text).context("prologues")?;
    Ok(file.0.into_iter().map(|(name, prologue)| (name, prologue.step)).collect())
}
