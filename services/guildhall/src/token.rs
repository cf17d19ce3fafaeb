//! `guildhall token`: a bearer token for development.
use anyhow::bail;
use kernel::{MerchantId, Org, ProviderId, Role, TimeDelta};
use runtime::Settings;
use uuid::Uuid;
use web::auth::{Grant, Secret, mint};

#[derive(clap::Args)]
pub struct Args {
    /// provider, merchant, reviewer, moderator, arbitrator, compliance_officer or operator; may be repeated
    #[arg(long = "role", required = true)]
    roles: Vec<Role>,
    /// The organisation: prv_… or mer_…, or `new` for a fresh one (its id is printed on standard error)
    #[arg(long)]
    org: Option<String>,
    /// Who it is
    #[arg(long, default_value = "developer")]
    sub: String,
    /// For how many hours
    #[arg(long, default_value_t = 24)]
    hours: u32,
}

pub fn run(settings: &Settings, args: Args) -> anyhow::Result<()> {
    if settings.auth.development_secret.is_empty() {
        bail!("tokens are minted with auth.development_secret, which is not set");
    }
    let org = match args.org.as_deref() {
        None => None,
        Some("new") => Some(fresh(&args.roles)?),
        Some(id) => Some(id.parse()?),
    };
    let needs_org = args.roles.iter().any(|role| matches!(role, Role::Provider | Role::Merchant));
    if needs_org && org.is_none() {
        bail!("providers and merchants act for an organisation: --org prv_…, --org mer_… or --org new");
    }
    let grant = Grant {
        iss: settings.auth.issuer.clone(),
        aud: settings.auth.audience.clone(),
        sub: args.sub,
        org,
        roles: args.roles,
        valid_for: TimeDelta::hours(i64::from(args.hours)),
    };
    println!("{}", mint(&Secret(settings.auth.development_secret.clone()), &grant)?);
    Ok(())
}

fn fresh(roles: &[Role]) -> anyhow::Result<Org> {
    let org = match roles {
        [Role::Provider] => Org::Provider(ProviderId(Uuid::now_v7())),
        [Role::Merchant] => Org::Merchant(MerchantId(Uuid::now_v7())),
        _ => bail!("--org new goes with exactly one of --role provider and --role merchant"),
    };
    eprintln!("{org}");
    Ok(org)
}

/// An operator's token, for subcommands that speak to the suite.
pub fn operator(settings: &Settings) -> anyhow::Result<String> {
    of(settings, Role::Operator, None, "guildhall-command")
}

/// A token of one role, valid for an hour.
pub fn of(settings: &Settings, role: Role, org: Option<Org>, sub: &str) -> anyhow::Result<String> {
    let grant = Grant {
        iss: settings.auth.issuer.clone(),
        aud: settings.auth.audience.clone(),
        sub: sub.into(),
        org,
        roles: vec![role],
        valid_for: TimeDelta::hours(1),
    };
    Ok(mint(&Secret(settings.auth.development_secret.clone()), &grant)?)
}
