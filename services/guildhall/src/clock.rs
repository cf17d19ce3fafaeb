//! `guildhall clock`: moves the test clock of a running suite, over its API.
use crate::token;
use anyhow::bail;
use kernel::Span;
use runtime::Settings;
use serde_json::{Value, json};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Print the virtual present
    Now,
    /// Move on, stopping at each deadline: `advance 3 days`
    Advance {
        /// How many
        number: u32,
        /// minutes, hours or days
        unit: String,
    },
}

pub async fn run(settings: &Settings, args: Args) -> anyhow::Result<()> {
    let token = token::operator(settings)?;
    let url = format!("http://{}/v1/test-clock", settings.server.bind);
    let http = reqwest::Client::new();
    let request = match args.command {
        Command::Now => http.get(url),
        Command::Advance { number, unit } => {
            let seconds = match Span::try_from(format!("{number} {unit}")).map_err(anyhow::Error::msg)? {
                Span::Minutes(n) => i64::from(n) * 60,
                Span::Hours(n) => i64::from(n) * 3600,
                Span::Days(n) => i64::from(n) * 86400,
                Span::WorkingDays(_) | Span::Months(_) => bail!("minutes, hours or days"),
            };
            http.post(format!("{url}/advance")).json(&json!({ "seconds": seconds }))
        }
    };
    let response = request.bearer_auth(token).send().await?;
    let (status, body): (_, Value) = (response.status(), response.json().await?);
    if !status.is_success() {
        bail!("{}", body["detail"].as_str().unwrap_or("the suite refuses"));
    }
    println!("{}", body["now"].as_str().unwrap_or_default());
    Ok(())
}
