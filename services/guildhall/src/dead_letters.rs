//! `guildhall dead-letters`: messages that could not be applied, and another try for them.
use anyhow::bail;
use broker::dead;
use guildhall::services;
use runtime::Settings;
use uuid::Uuid;

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(clap::Subcommand)]
enum Command {
    /// Print the newest dead letters of all contexts
    List {
        /// At most so many of each context
        #[arg(long, default_value_t = 100)]
        most: i64,
    },
    /// Send one to its context's queue again
    Replay {
        /// The context
        context: String,
        /// The message's id
        id: Uuid,
    },
}

pub async fn run(settings: &Settings, args: Args) -> anyhow::Result<()> {
    match args.command {
        Command::List { most } => list(settings, most),
        Command::Replay { context, id } => replay(settings, &context, id).await,
    }
}

fn list(settings: &Settings, most: i64) -> anyhow::Result<()> {
    for service in services::all() {
        let context = service.context();
        for letter in dead::list(&mut services::connect(settings, context)?, most)? {
            let (id, kind, attempts, at, reason) =
                (letter.id, letter.r#type, letter.attempts, letter.at, letter.reason);
            println!("{context} {id} {kind} after {attempts} attempts at {at}: {reason}");
        }
    }
    Ok(())
}

async fn replay(settings: &Settings, context: &str, id: Uuid) -> anyhow::Result<()> {
    services::named(&[context.to_owned()])?;
    let url = engine::connect::context_url(settings.database.of(context), context, "guildhall");
    let broker = broker::Settings { url: settings.amqp.url.clone(), prefix: settings.amqp.prefix.clone() };
    if dead::replay(context, &url, &broker, id).await? {
        println!("sent to {context} again");
        Ok(())
    } else {
        bail!("{context} has no dead letter {id}")
    }
}
