//! Where settings start.

use time::Duration;

use super::Settings;
use crate::config::{Argon2Config, DatabaseConfig, TlsMode};

/// What the settings are for. What they do not name is as without a preset: Better Auth's own values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Preset {
    /// Better Auth's values, and the SQLite file `auth.db`.
    #[default]
    Stock,
    /// As [`Preset::Stock`], said on purpose: a file on this machine, cookies as the base URL says.
    Development,
    /// SQLite in memory; sessions of a minute that are extended every ten seconds; no rate limits; cheap password hashes.
    Test,
    /// A database must be named, and is verified where the URL does not say otherwise; secure cookies; rate limits; what has expired
    /// is deleted in the background.
    Production,
}

impl Preset {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        match text.trim() {
            "stock" => Ok(Self::Stock),
            "development" => Ok(Self::Development),
            "test" => Ok(Self::Test),
            "production" => Ok(Self::Production),
            other => Err(format!("is stock, development, test or production, not {other:?}")),
        }
    }

    pub(super) fn database_url(self) -> Option<&'static str> {
        match self {
            Self::Stock | Self::Development => Some("sqlite:auth.db"),
            Self::Test => Some("sqlite::memory:"),
            Self::Production => None,
        }
    }

    pub(super) fn apply(self, settings: &mut Settings) {
        match self {
            Self::Stock | Self::Development => {}
            Self::Test => {
                settings.session.expires_in = Duration::minutes(1);
                settings.session.update_age = Duration::seconds(10);
                settings.http.rate_limit.enabled = false;
                settings.password.argon2 =
                    Argon2Config { memory_kib: 64, iterations: 1, ..Argon2Config::default() };
            }
            Self::Production => {
                settings.http.cookies.secure = Some(true);
                settings.http.rate_limit.enabled = true;
                settings.maintenance.sweep = true;
            }
        }
    }

    /// Has a server verified, unless the settings or the URL say how it is to be reached.
    pub(super) fn secure(self, database: &mut DatabaseConfig) {
        let says = ["sslmode=", "ssl-mode="].iter().any(|key| database.url.expose().contains(key));
        if self == Self::Production && database.tls.is_none() && !says {
            database.tls = Some(TlsMode::VerifyFull);
        }
    }
}
