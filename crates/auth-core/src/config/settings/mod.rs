//! All of the configuration in one place: a preset, then a file, then the environment; each outweighs the one before.

mod address;
mod key;
mod preset;
mod redis;

use std::collections::BTreeMap;

pub use key::{KEYS, Key};
pub use preset::Preset;
pub use redis::RedisSettings;

use self::address::Address;
use super::{
    DatabaseConfig, EmailAndPasswordConfig, HttpConfig, MaintenanceConfig, PasswordConfig, SessionConfig,
    TelemetryConfig, VerificationConfig,
};

/// Every section. Made by [`Settings::preset`] or [`Settings::read`], and changed field by field.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settings {
    /// Where it started.
    pub preset: Preset,
    /// How to reach the database.
    pub database: DatabaseConfig,
    /// A database that follows the first, for lists and searches ([`crate::adapter::seaorm::SeaOrmAdapterBuilder::replica`]).
    pub replica: Option<DatabaseConfig>,
    /// Lifetime and refresh of sessions.
    pub session: SessionConfig,
    /// How verifications are stored.
    pub verification: VerificationConfig,
    /// A Redis beside the database.
    pub redis: Option<RedisSettings>,
    /// What is allowed with e-mail and password.
    pub email_and_password: EmailAndPasswordConfig,
    /// How passwords are hashed.
    pub password: PasswordConfig,
    /// The HTTP interface.
    pub http: HttpConfig,
    /// How what has expired is deleted.
    pub maintenance: MaintenanceConfig,
    /// What is told of operations.
    pub telemetry: TelemetryConfig,
}

/// A setting that cannot be used. It never holds the value of a secret.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} {problem}")]
pub struct SettingsError {
    /// The variable, or the key of the file, as it was given.
    pub name: String,
    /// What is wrong, and what to do.
    pub problem: String,
}

/// Settings in the making.
struct Draft {
    settings: Settings,
    address: Address,
    replica: Option<String>,
    redis: redis::Said,
}

impl Settings {
    /// The settings of a preset alone; those of [`Preset::Production`] lack a database, which has to be named.
    pub fn preset(preset: Preset) -> Self {
        let mut settings = Self {
            preset,
            database: DatabaseConfig::new(preset.database_url().unwrap_or_default()),
            replica: None,
            session: SessionConfig::default(),
            verification: VerificationConfig::default(),
            redis: None,
            email_and_password: EmailAndPasswordConfig::default(),
            password: PasswordConfig::default(),
            http: HttpConfig::default(),
            maintenance: MaintenanceConfig::default(),
            telemetry: TelemetryConfig::default(),
        };
        preset.apply(&mut settings);
        settings
    }

    /// Reads what a file and the environment say; every key is one of [`KEYS`]. `file` has the file's sections as `section.key`;
    /// `variable` gives the value of a variable, unless it is missing or empty.
    ///
    /// # Errors
    ///
    /// [`SettingsError`] names the key or variable that is unknown, wrong or missing.
    pub fn read(
        file: &BTreeMap<String, String>,
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, SettingsError> {
        if let Some(unknown) = file.keys().find(|name| !KEYS.iter().any(|key| key.file == **name)) {
            let known: Vec<&str> = KEYS.iter().map(|key| key.file).collect();
            return Err(wrong(unknown, format!("is not known; known are {}", known.join(", "))));
        }
        let given = |key: &Key| {
            let from_variable = variable(key.variable).map(|value| (key.variable, value));
            from_variable.or_else(|| Some((key.file, file.get(key.file)?.clone())))
        };
        let preset = match KEYS.iter().find(|key| key.file == "preset").and_then(given) {
            Some((name, value)) => Preset::parse(&value).map_err(|problem| wrong(name, problem))?,
            None => Preset::default(),
        };
        let mut draft = Draft {
            settings: Self::preset(preset),
            address: Address::default(),
            replica: None,
            redis: redis::Said::default(),
        };
        for key in KEYS {
            if let Some((name, value)) = given(key) {
                (key.set)(&mut draft, name, &value).map_err(|problem| wrong(name, problem))?;
            }
        }
        draft.finish()
    }
}

impl Draft {
    fn finish(self) -> Result<Settings, SettingsError> {
        let Self { mut settings, address, replica, redis } = self;
        settings.redis = redis.finish()?;
        if let Some(url) = address.url()? {
            settings.database.url = url;
        }
        if settings.database.url.expose().is_empty() {
            let problem = "is not set, and neither is DB_HOST: this preset needs a database of its own";
            return Err(wrong("DATABASE_URL", problem.to_owned()));
        }
        settings.preset.secure(&mut settings.database);
        settings.replica = replica.map(|url| {
            let mut replica = settings.database.clone();
            replica.url = crate::domain::Secret::new(url);
            replica
        });
        Ok(settings)
    }
}

fn wrong(name: &str, problem: String) -> SettingsError {
    SettingsError { name: name.to_owned(), problem }
}

#[cfg(test)]
mod tests;
