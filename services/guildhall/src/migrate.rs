//! `guildhall migrate`: brings the schemas up to date.
use guildhall::services;
use runtime::Settings;

#[derive(clap::Args)]
pub struct Args {
    /// Which contexts; all when none is named
    contexts: Vec<String>,
}

pub fn run(settings: &Settings, args: &Args) -> anyhow::Result<()> {
    let services = if args.contexts.is_empty() { services::all() } else { services::named(&args.contexts)? };
    for service in services {
        let mut conn = services::connect(settings, service.context())?;
        let done = service.migrations().up(&mut conn)?;
        match done.len() {
            0 => println!("{}: up to date", service.context()),
            n => println!("{}: {n} migrations run", service.context()),
        }
    }
    Ok(())
}
