//! `guildhall serve`: runs services until SIGTERM or Ctrl-C, then lets what is under way finish.
use guildhall::services;
use runtime::Settings;
use runtime::service::neighbours;
use tokio::signal::unix::{SignalKind, signal};

#[derive(clap::Args)]
pub struct Args {
    /// Which services: `all`, or names
    #[arg(required = true)]
    services: Vec<String>,
    /// Where to listen, as 127.0.0.1:8480
    #[arg(long)]
    bind: Option<String>,
}

pub async fn run(mut settings: Settings, args: Args) -> anyhow::Result<()> {
    if let Some(bind) = args.bind {
        settings.server.bind = bind;
    }
    runtime::telemetry::logs(&settings.log);
    let services = services::named(&args.services)?;
    let names: Vec<_> = services.iter().map(|service| service.context()).collect();
    let develops = !settings.production;
    let mut running = runtime::start(settings, &services, neighbours(&services::all())).await?;
    let url = format!("http://{}", running.address);
    println!("Guildhall serves {} at {url}", names.join(", "));
    println!("  documentation   {url}/docs");
    println!("  OpenAPI 3.1     {url}/openapi.json");
    println!("  health          {url}/healthz  {url}/readyz  {url}/metrics");
    if develops {
        println!("  tokens          guildhall token --role merchant --org new");
        println!("                  guildhall token --role provider --org prv_…   guildhall token --role arbitrator");
    }
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    tokio::select! {
        () = running.ended() => anyhow::bail!("the server ended by itself"),
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    eprintln!("guildhall: finishing what is under way");
    running.stop().await;
    Ok(())
}
