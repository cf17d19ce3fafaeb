//! `guildhall rules`: the rulebook from the command line.
use anyhow::Context as _;
use rulebook::Edition;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Check an edition file: every entry is there, known, and within its bounds
    Check {
        /// The file
        file: PathBuf,
    },
}

pub fn run(args: &Args) -> anyhow::Result<()> {
    let Command::Check { file } = &args.command;
    let text = std::fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let edition = Edition::read(&text).with_context(|| format!("{} is not a sound edition", file.display()))?;
    println!(
        "{} is sound: edition {}, in force from {}, hash {}",
        file.display(),
        edition.id,
        edition.effective_from,
        edition.hash
    );
    Ok(())
}
