//! The one binary: a file per subcommand.
//!
//! Owns the command line and nothing else: what is served is in the services, how it is run in `runtime`.

mod bundle;
mod clock;
mod dead_letters;
mod migrate;
mod rules;
mod serve;
mod token;
mod upkeep;

use clap::{Parser, Subcommand};
use guildhall::demo;
use runtime::Settings;
use std::process::ExitCode;

/// Messages and views are many small allocations on many threads; the system's allocator spent a fifth of the processor.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The rules of a service marketplace.
///
/// Settings come from the environment: DATABASE_URL, REDIS_URL, AMQP_URL and GUILDHALL__SECTION__KEY.
/// `guildhall settings` prints all of them with their meaning.
#[derive(Parser)]
#[command(name = "guildhall", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve contexts: `all`, or any of onboarding, listings, orders, settlement, disputes, notifications
    Serve(serve::Args),
    /// Create or update the schemas of all contexts
    Migrate(migrate::Args),
    /// Print a bearer token for development
    Token(token::Args),
    /// Play complete stories against the running suite, on the test clock
    Demo(demo::Args),
    /// The rulebook: check an edition, adjudicate and moderate line by line
    Rules(rules::Args),
    /// Move the test clock of a running suite
    Clock(clock::Args),
    /// Messages that could not be applied: list, replay
    DeadLetters(dead_letters::Args),
    /// Make the views of a context again from its journal (stop serving it first)
    Rebuild(upkeep::RebuildArgs),
    /// Publish the messages of a span of time again
    Republish(upkeep::RepublishArgs),
    /// Check the file of a dispute, without a server; without a file, prove that journals fold to the stored states
    Verify(upkeep::VerifyArgs),
    /// Print all settings with their defaults and what they mean
    Settings,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("guildhall: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(run(cli.command)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("guildhall: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The demo, with development tokens.
async fn play(settings: &Settings, args: demo::Args) -> anyhow::Result<()> {
    if settings.production {
        anyhow::bail!("the demo plays on the test clock, which production does not have");
    }
    let base = format!("http://{}", settings.server.bind);
    demo::run(&base, args, &|role, org, sub| token::of(settings, role, org, sub)).await
}

async fn run(command: Command) -> anyhow::Result<()> {
    match command {
        Command::Rules(args) => rules::run(&args),
        Command::Settings => {
            print!("{}", runtime::settings::DEFAULTS);
            Ok(())
        }
        Command::Serve(args) => serve::run(Settings::load()?, args).await,
        Command::Migrate(args) => migrate::run(&Settings::load()?, &args),
        Command::Token(args) => token::run(&Settings::load()?, args),
        Command::Demo(args) => play(&Settings::load()?, args).await,
        Command::Clock(args) => clock::run(&Settings::load()?, args).await,
        Command::DeadLetters(args) => dead_letters::run(&Settings::load()?, args).await,
        Command::Rebuild(args) => upkeep::rebuild(&Settings::load()?, &args),
        Command::Republish(args) => upkeep::republish(&Settings::load()?, &args),
        Command::Verify(args) => match &args.file {
            Some(file) => bundle::verify(file, args.files.as_deref()),
            None => upkeep::verify(&Settings::load()?, &args),
        },
    }
}
