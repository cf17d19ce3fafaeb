//! `guildhall rebuild`, `republish`, `verify`: what the journal can make again, and what it proves.
use anyhow::bail;
use chrono::{DateTime, Utc};
use guildhall::services;
use runtime::Settings;
use std::path::PathBuf;

#[derive(clap::Args)]
pub struct RebuildArgs {
    /// Which context
    context: String,
}

#[derive(clap::Args)]
pub struct RepublishArgs {
    /// Which context
    context: String,
    /// From when, RFC 3339
    #[arg(long)]
    from: DateTime<Utc>,
    /// Until when, RFC 3339
    #[arg(long)]
    to: DateTime<Utc>,
}

#[derive(clap::Args)]
pub struct VerifyArgs {
    /// The file of a dispute, as `GET /v1/disputes/{id}/file/bundle` hands it out
    pub file: Option<PathBuf>,
    /// Where the files lie that are too large for it, under any name: each is known by its contents
    #[arg(long, requires = "file")]
    pub files: Option<PathBuf>,
    /// Whose journals: which contexts; all when none is named
    #[arg(long = "context", conflicts_with = "file")]
    contexts: Vec<String>,
}

pub fn rebuild(settings: &Settings, args: &RebuildArgs) -> anyhow::Result<()> {
    for service in services::named(std::slice::from_ref(&args.context))? {
        let mut conn = services::connect(settings, service.context())?;
        for host in service.hosts() {
            let done = host.rebuild(&mut conn)?;
            println!("{}: views of {done} {}s made again", service.context(), host.kind());
        }
    }
    Ok(())
}

pub fn republish(settings: &Settings, args: &RepublishArgs) -> anyhow::Result<()> {
    for service in services::named(std::slice::from_ref(&args.context))? {
        let mut conn = services::connect(settings, service.context())?;
        for host in service.hosts() {
            let done = host.republish(&mut conn, service.context(), args.from, args.to)?;
            println!("{}: {done} messages of {}s stand in the outbox again", service.context(), host.kind());
        }
    }
    Ok(())
}

pub fn verify(settings: &Settings, args: &VerifyArgs) -> anyhow::Result<()> {
    let services = if args.contexts.is_empty() { services::all() } else { services::named(&args.contexts)? };
    let mut findings = vec![];
    for service in services {
        let mut conn = services::connect(settings, service.context())?;
        for host in service.hosts() {
            let found = host.verify(&mut conn)?;
            println!("{} {}: {}", service.context(), host.kind(), if found.is_empty() { "sound" } else { "UNSOUND" });
            findings.extend(found);
        }
    }
    if findings.is_empty() { Ok(()) } else { bail!("{}", findings.join("\n")) }
}
