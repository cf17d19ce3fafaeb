//! Which services there are.
use anyhow::{Context as _, bail};
use diesel::prelude::*;
use runtime::{Service, Settings};

/// All services, in the order in which they are started.
pub fn all() -> Vec<Box<dyn Service>> {
    vec![
        Box::new(onboarding::Onboarding),
        Box::new(listings::Listings),
        Box::new(orders::Orders),
        Box::new(settlement::Settlement),
        Box::new(disputes::Disputes),
        Box::new(notifications::Notifications),
    ]
}

/// The services of these names; `all` stands for every one.
pub fn named(names: &[String]) -> anyhow::Result<Vec<Box<dyn Service>>> {
    if names.iter().any(|name| name == "all") {
        return Ok(all());
    }
    let known: Vec<_> = all().iter().map(|service| service.context()).collect();
    if let Some(unknown) = names.iter().find(|name| !known.contains(&name.as_str())) {
        bail!("there is no service {unknown}; there are all, {}", known.join(", "));
    }
    Ok(all().into_iter().filter(|service| names.iter().any(|name| name == service.context())).collect())
}

/// A connection to the schema of a context.
pub fn connect(settings: &Settings, context: &str) -> anyhow::Result<PgConnection> {
    let url = engine::connect::context_url(settings.database.of(context), context, "guildhall");
    PgConnection::establish(&url).with_context(|| format!("the database of {context} cannot be reached"))
}
