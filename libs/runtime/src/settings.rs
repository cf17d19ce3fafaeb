//! Settings: one documented file of defaults, the environment over it, everything checked at start.
use config::{Config, Environment, File, FileFormat};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The settings file: every key, its default, its meaning.
pub const DEFAULTS: &str = include_str!("default.toml");

/// All settings; `default.toml` says what each means.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "documented in default.toml, which the user reads")]
pub struct Settings {
    pub production: bool,
    pub server: Server,
    pub database: Database,
    pub redis: Prefixed,
    pub amqp: Prefixed,
    pub auth: Auth,
    pub files: Files,
    pub gateway: Gateway,
    pub mail: Mail,
    pub log: Log,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "documented in default.toml, which the user reads")]
pub struct Server {
    pub bind: String,
    pub public_url: String,
    pub workers: usize,
    pub shutdown_seconds: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "documented in default.toml, which the user reads")]
pub struct Database {
    pub url: String,
    pub contexts: BTreeMap<String, String>,
}

impl Database {
    /// The database that holds the context's schema.
    pub fn of(&self, context: &str) -> &str {
        self.contexts.get(context).unwrap_or(&self.url)
    }
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "documented in default.toml, which the user reads")]
pub struct Prefixed {
    pub url: String,
    pub prefix: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "documented in default.toml, which the user reads")]
pub struct Auth {
    pub development_secret: String,
    pub issuer: String,
    pub audience: String,
    pub jwks_file: String,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "documented in default.toml, which the user reads")]
pub struct Files {
    pub folder: String,
    pub max_bytes: u64,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "documented in default.toml, which the user reads")]
pub struct Gateway {
    pub kind: GatewayKind,
    pub secret: String,
}

/// Which payment gateway.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GatewayKind {
    /// Behaves like a real one, moves no money.
    Sandbox,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "documented in default.toml, which the user reads")]
pub struct Mail {
    pub kind: MailKind,
    pub from: String,
    pub folder: String,
    pub host: String,
    pub port: u16,
}

/// Who takes e-mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MailKind {
    /// A folder: each letter becomes a file, nothing is mailed.
    Folder,
    /// A relay that talks SMTP.
    Smtp,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[allow(missing_docs, reason = "documented in default.toml, which the user reads")]
pub struct Log {
    pub format: LogFormat,
    pub filter: String,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LogFormat {
    /// One JSON object per line.
    Json,
    /// For people.
    Pretty,
}

/// Why the settings cannot be used; each line names a key.
#[derive(Debug, thiserror::Error)]
pub enum SettingsError {
    /// A key is unknown, missing or of the wrong type.
    #[error("settings: {0}")]
    Malformed(#[from] config::ConfigError),
    /// Well formed, but not usable.
    #[error("settings: {}", .0.join("\nsettings: "))]
    Unsound(Vec<String>),
}

impl Settings {
    /// Defaults, and the environment over them.
    pub fn load() -> Result<Self, SettingsError> {
        Self::from(&std::env::vars().collect())
    }

    /// Defaults, and these variables over them.
    pub fn from(variables: &BTreeMap<String, String>) -> Result<Self, SettingsError> {
        let environment = Environment::with_prefix("GUILDHALL")
            .prefix_separator("__")
            .separator("__")
            .try_parsing(true)
            .source(Some(variables.clone().into_iter().collect()));
        let mut builder =
            Config::builder().add_source(File::from_str(DEFAULTS, FileFormat::Toml)).add_source(environment);
        for (variable, key) in [("DATABASE_URL", "database.url"), ("REDIS_URL", "redis.url"), ("AMQP_URL", "amqp.url")]
        {
            builder =
                builder.set_override_option(key, variables.get(variable).filter(|value| !value.is_empty()).cloned())?;
        }
        let settings: Self = builder.build()?.try_deserialize()?;
        let findings = settings.check();
        if findings.is_empty() { Ok(settings) } else { Err(SettingsError::Unsound(findings)) }
    }

    fn check(&self) -> Vec<String> {
        let mut findings = vec![];
        let mut url = |key: &str, value: &str, schemes: &[&str]| {
            if !schemes.iter().any(|scheme| value.starts_with(&format!("{scheme}://"))) {
                findings.push(format!("{key}: {value:?} must begin with {}://", schemes.join(":// or ")));
            }
        };
        url("database.url", &self.database.url, &["postgres", "postgresql"]);
        for (context, value) in &self.database.contexts {
            url(&format!("database.contexts.{context}"), value, &["postgres", "postgresql"]);
        }
        url("redis.url", &self.redis.url, &["redis"]);
        url("amqp.url", &self.amqp.url, &["amqp"]);
        if !self.server.public_url.is_empty() {
            url("server.public_url", &self.server.public_url, &["http", "https"]);
        }
        for context in self.database.contexts.keys().filter(|context| !contracts::CONTEXTS.contains(&context.as_str()))
        {
            findings.push(format!("database.contexts.{context}: no such context"));
        }
        if self.server.bind.parse::<std::net::SocketAddr>().is_err() {
            findings.push(format!("server.bind: {:?} must be an address and a port", self.server.bind));
        }
        if self.gateway.secret.len() < 16 {
            findings.push("gateway.secret: at least 16 characters".into());
        }
        let develops = !self.auth.development_secret.is_empty();
        if develops && self.auth.development_secret.len() < 32 {
            findings.push("auth.development_secret: at least 32 characters".into());
        }
        if !develops && self.auth.jwks_file.is_empty() {
            findings.push("auth: neither a development_secret nor a jwks_file: nobody could log in".into());
        }
        if self.production {
            self.check_production(&mut findings);
        }
        findings
    }

    fn check_production(&self, findings: &mut Vec<String>) {
        if !self.auth.development_secret.is_empty() {
            findings.push("auth.development_secret: must be empty in production; use auth.jwks_file".into());
        }
        if DEFAULTS.contains(&format!("\"{}\"", self.gateway.secret)) || self.gateway.secret.len() < 32 {
            findings.push("gateway.secret: in production a secret of its own, at least 32 characters".into());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn load(variables: &[(&str, &str)]) -> Result<Settings, String> {
        let variables = variables.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        Settings::from(&variables).map_err(|error| error.to_string())
    }

    #[test]
    fn the_defaults_are_sound_and_the_environment_overrides_them() {
        assert_eq!(load(&[]).unwrap().server.bind, "127.0.0.1:8480");
        let settings = load(&[("GUILDHALL__SERVER__BIND", "127.0.0.1:1"), ("DATABASE_URL", "postgres://x/y")]).unwrap();
        assert_eq!((settings.server.bind.as_str(), settings.database.of("orders")), ("127.0.0.1:1", "postgres://x/y"));
        let own = load(&[("GUILDHALL__DATABASE__CONTEXTS__ORDERS", "postgres://o/o")]).unwrap();
        assert_eq!(own.database.of("orders"), "postgres://o/o");
    }

    #[test]
    fn variables_of_others_are_left_alone() {
        assert!(load(&[("GUILDHALL_STACK_PROFILE", "run"), ("HOME", "/")]).is_ok());
    }

    #[test]
    fn each_fault_names_its_key() {
        for (key, value, said) in [
            ("GUILDHALL__SERVER__BNID", "127.0.0.1:1", "bnid"),
            ("GUILDHALL__SERVER__BIND", "here", "server.bind"),
            ("DATABASE_URL", "mysql://x", "database.url"),
            ("AMQP_URL", "http://x", "amqp.url"),
            ("REDIS_URL", "x", "redis.url"),
            ("GUILDHALL__AUTH__DEVELOPMENT_SECRET", "short", "auth.development_secret"),
            ("GUILDHALL__AUTH__DEVELOPMENT_SECRET", "", "nobody could log in"),
            ("GUILDHALL__GATEWAY__KIND", "bank", "bank"),
            ("GUILDHALL__MAIL__KIND", "pigeon", "pigeon"),
            ("GUILDHALL__MAIL__PORT", "mail", "port"),
            ("GUILDHALL__DATABASE__CONTEXTS__MOON", "postgres://x", "database.contexts.moon"),
            ("GUILDHALL__PRODUCTION", "true", "must be empty in production"),
            ("GUILDHALL__PRODUCTION", "true", "gateway.secret"),
            ("GUILDHALL__LOG__FORMAT", "loud", "loud"),
        ] {
            let error = load(&[(key, value)]).unwrap_err();
            assert!(error.contains(said), "{key}={value}: {error}");
        }
    }
}
