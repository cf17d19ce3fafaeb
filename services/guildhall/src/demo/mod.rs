//! `guildhall demo`: plays complete stories over HTTP against the running suite, on the test clock.
//!
//! The stories are data (`services/guildhall/stories/*.toml`); here is only how they are played and printed.

mod drawing;
mod path;
mod play;
mod story;

pub use drawing::picture;
pub use play::{Mint, Played, play};
pub use story::Story;

use anyhow::{Context as _, bail};
use std::time::{Duration, Instant};

/// The stories that ship, in the order in which they are played.
pub const SHIPPED: &[(&str, &str)] = &[
    ("a-first-sale", include_str!("../../stories/a-first-sale.toml")),
    ("b-silence", include_str!("../../stories/b-silence.toml")),
    ("c-late-modification", include_str!("../../stories/c-late-modification.toml")),
    ("d-third-failure", include_str!("../../stories/d-third-failure.toml")),
    ("e-not-objective", include_str!("../../stories/e-not-objective.toml")),
    ("f-settled", include_str!("../../stories/f-settled.toml")),
    ("g-arbitrated", include_str!("../../stories/g-arbitrated.toml")),
    ("h-refused-and-mended", include_str!("../../stories/h-refused-and-mended.toml")),
    ("i-cooperation-withheld", include_str!("../../stories/i-cooperation-withheld.toml")),
    ("j-silent-past-its-window", include_str!("../../stories/j-silent-past-its-window.toml")),
    ("k-suspended-and-resumed", include_str!("../../stories/k-suspended-and-resumed.toml")),
    ("l-appealed-and-reversed", include_str!("../../stories/l-appealed-and-reversed.toml")),
    ("m-software-down", include_str!("../../stories/m-software-down.toml")),
    ("n-operation-promised", include_str!("../../stories/n-operation-promised.toml")),
    ("o-training-dissatisfied", include_str!("../../stories/o-training-dissatisfied.toml")),
    ("p-design-personalised", include_str!("../../stories/p-design-personalised.toml")),
    ("q-video-ended", include_str!("../../stories/q-video-ended.toml")),
];
/// How long to wait for a suite that is starting.
const PATIENCE: Duration = Duration::from_secs(60);

/// What the demo is told.
#[derive(clap::Args)]
pub struct Args {
    /// Which stories, by the first letters of their names; all when none is named
    stories: Vec<String>,
    /// Where the suite is; default: server.bind of the settings
    #[arg(long)]
    url: Option<String>,
}

/// Plays the chosen stories and prints them.
pub async fn run(base: &str, args: Args, mint: &Mint<'_>) -> anyhow::Result<()> {
    let base = args.url.unwrap_or_else(|| base.to_owned());
    let is_chosen = |name: &str| args.stories.is_empty() || args.stories.iter().any(|start| name.starts_with(start));
    let chosen: Vec<_> = SHIPPED.iter().filter(|(name, _)| is_chosen(name)).collect();
    if chosen.is_empty() {
        let names: Vec<_> = SHIPPED.iter().map(|(name, _)| *name).collect();
        bail!("there is no such story; there are {}", names.join(", "));
    }
    let http = reqwest::Client::new();
    wait_for(&http, &base).await?;
    let started = Instant::now();
    for (name, text) in &chosen {
        let played = play(&http, &base, &Story::shipped(text)?, mint).await.with_context(|| format!("story {name}"))?;
        print!("{}", played.timeline);
    }
    println!("\n{} stories played in {:.1} s", chosen.len(), started.elapsed().as_secs_f64());
    Ok(())
}

async fn wait_for(http: &reqwest::Client, base: &str) -> anyhow::Result<()> {
    let started = Instant::now();
    loop {
        let answer = http.get(format!("{base}/readyz")).send().await;
        match answer {
            Ok(response) if response.status().is_success() => return Ok(()),
            _ if started.elapsed() > PATIENCE => bail!("no suite answers at {base}: start one with `make run`"),
            _ => tokio::time::sleep(Duration::from_millis(200)).await,
        }
    }
}
