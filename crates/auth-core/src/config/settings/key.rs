//! Every key: its place in the file, its variable, and what it sets.

use std::str::FromStr;
use std::time::Duration;

use super::Draft;
use crate::config::{
    CookieCacheStrategy, LocalCacheConfig, PasswordFormat, PoolerMode, RateLimitStorage, TlsMode,
    TokenStorage, WhenUnavailable,
};
use crate::domain::Secret;

/// A key of the configuration; all of them are listed in `docs/configuration.md`.
#[derive(Clone, Copy)]
#[non_exhaustive]
pub struct Key {
    /// In the file: `database.pool_max`.
    pub file: &'static str,
    /// In the environment: `DB_POOL_MAX`.
    pub variable: &'static str,
    /// Gets the name under which the value was said, and the value.
    pub(super) set: fn(&mut Draft, &str, &str) -> Result<(), String>,
}

impl std::fmt::Debug for Key {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "{} ({})", self.file, self.variable)
    }
}

const fn key(
    file: &'static str,
    variable: &'static str,
    set: fn(&mut Draft, &str, &str) -> Result<(), String>,
) -> Key {
    Key { file, variable, set }
}

/// All keys, in the order of the documentation.
pub const KEYS: &[Key] = &[
    key("preset", "AUTH_PRESET", |_, _, _| Ok(())),
    key("database.url", "DATABASE_URL", |draft, name, value| {
        draft.address.url = Some((name.to_owned(), Secret::new(value)));
        Ok(())
    }),
    key("database.engine", "DB_ENGINE", |draft, _, value| {
        draft.address.engine = Some(choice(value, &[("postgres", "postgres"), ("mysql", "mysql")])?);
        Ok(())
    }),
    key("database.host", "DB_HOST", |draft, name, value| {
        draft.address.host = Some((name.to_owned(), value.to_owned()));
        Ok(())
    }),
    key("database.port", "DB_PORT", |draft, _, value| {
        draft.address.port = Some(number(value)?);
        Ok(())
    }),
    key("database.user", "DB_USER", |draft, _, value| {
        draft.address.user = Some(value.to_owned());
        Ok(())
    }),
    key("database.password", "DB_PASSWORD", |draft, name, value| {
        draft.address.password = Some((name.to_owned(), Secret::new(value)));
        Ok(())
    }),
    key("database.name", "DB_NAME", |draft, _, value| {
        draft.address.database = Some(value.to_owned());
        Ok(())
    }),
    key("database.schema", "DB_SCHEMA", |draft, _, value| {
        draft.settings.database.schema = Some(value.to_owned());
        Ok(())
    }),
    key("database.pool_min", "DB_POOL_MIN", |draft, _, value| {
        draft.settings.database.min_connections = number(value)?;
        Ok(())
    }),
    key("database.pool_max", "DB_POOL_MAX", |draft, _, value| {
        draft.settings.database.max_connections = number(value)?;
        Ok(())
    }),
    key("database.acquire_timeout_seconds", "DB_ACQUIRE_TIMEOUT_SECONDS", |draft, _, value| {
        draft.settings.database.acquire_timeout = Duration::from_secs(number(value)?);
        Ok(())
    }),
    key("database.statement_timeout_seconds", "DB_STATEMENT_TIMEOUT_SECONDS", |draft, _, value| {
        let seconds: u64 = number(value)?;
        draft.settings.database.statement_timeout = (seconds > 0).then(|| Duration::from_secs(seconds));
        Ok(())
    }),
    key("database.ssl_mode", "DB_SSL_MODE", |draft, _, value| {
        draft.settings.database.tls = Some(choice(value, TLS)?);
        Ok(())
    }),
    key("database.ssl_ca_file", "DB_SSL_CA_FILE", |draft, _, value| {
        draft.settings.database.tls_ca_file = Some(value.into());
        Ok(())
    }),
    key("database.pooler", "DB_POOLER", |draft, _, value| {
        draft.settings.database.pooler =
            choice(value, &[("none", PoolerMode::None), ("transaction", PoolerMode::Transaction)])?;
        Ok(())
    }),
    key("database.replica_url", "DATABASE_REPLICA_URL", |draft, _, value| {
        draft.replica = Some(value.to_owned());
        Ok(())
    }),
    key("session.expires_in_seconds", "AUTH_SESSION_EXPIRES_IN_SECONDS", |draft, _, value| {
        draft.settings.session.expires_in = seconds(value)?;
        Ok(())
    }),
    key("session.update_age_seconds", "AUTH_SESSION_UPDATE_AGE_SECONDS", |draft, _, value| {
        draft.settings.session.update_age = seconds(value)?;
        Ok(())
    }),
    key("session.fresh_age_seconds", "AUTH_SESSION_FRESH_AGE_SECONDS", |draft, _, value| {
        draft.settings.session.fresh_age = seconds(value)?;
        Ok(())
    }),
    key("session.absolute_lifetime_seconds", "AUTH_SESSION_ABSOLUTE_LIFETIME_SECONDS", |draft, _, value| {
        draft.settings.session.absolute_lifetime = Some(seconds(value)?);
        Ok(())
    }),
    key("session.max_per_user", "AUTH_SESSION_MAX_PER_USER", |draft, _, value| {
        draft.settings.session.max_per_user = Some(number(value)?);
        Ok(())
    }),
    key("session.local_cache_seconds", "AUTH_SESSION_LOCAL_CACHE_SECONDS", |draft, _, value| {
        let seconds: u64 = number(value)?;
        let cache = LocalCacheConfig { ttl: Duration::from_secs(seconds), ..LocalCacheConfig::default() };
        draft.settings.session.local_cache = (seconds > 0).then_some(cache);
        Ok(())
    }),
    key("session.tokens", "AUTH_SESSION_TOKENS", |draft, _, value| {
        draft.settings.session.token_storage =
            choice(value, &[("plain", TokenStorage::Plain), ("hashed", TokenStorage::Hashed)])?;
        Ok(())
    }),
    key("session.place", "AUTH_SESSIONS", |draft, name, value| {
        let (store, preserve) = choice(
            value,
            &[("storage", (false, false)), ("both", (true, false)), ("preserve", (true, true))],
        )?;
        draft.settings.session.store_in_database = store;
        draft.settings.session.preserve_in_database = preserve;
        draft.redis.idle = Some(name.to_owned());
        Ok(())
    }),
    key("session.cookie_cache", "AUTH_COOKIE_CACHE", |draft, _, value| {
        let strategy = choice(value, STRATEGIES)?;
        draft.settings.session.cookie_cache.enabled = strategy.is_some();
        draft.settings.session.cookie_cache.strategy = strategy.unwrap_or_default();
        Ok(())
    }),
    key("verification.in_database", "AUTH_VERIFICATIONS_IN_DATABASE", |draft, name, value| {
        draft.settings.verification.store_in_database = switch(value)?;
        draft.redis.idle = Some(name.to_owned());
        Ok(())
    }),
    key("redis.url", "AUTH_REDIS_URL", |draft, name, value| {
        draft.redis.addresses(name, value);
        Ok(())
    }),
    key("redis.cluster", "AUTH_REDIS_CLUSTER", |draft, name, value| {
        draft.redis.cluster = Some((name.to_owned(), switch(value)?));
        Ok(())
    }),
    key("redis.sentinel", "AUTH_REDIS_SENTINEL", |draft, name, value| {
        draft.redis.sentinel = Some((name.to_owned(), value.to_owned()));
        Ok(())
    }),
    key("redis.prefix", "AUTH_REDIS_PREFIX", |draft, name, value| {
        draft.redis.prefix = Some((name.to_owned(), value.to_owned()));
        Ok(())
    }),
    key("email_and_password.enabled", "AUTH_EMAIL_AND_PASSWORD", |draft, _, value| {
        draft.settings.email_and_password.enabled = switch(value)?;
        Ok(())
    }),
    key("email_and_password.disable_sign_up", "AUTH_DISABLE_SIGN_UP", |draft, _, value| {
        draft.settings.email_and_password.disable_sign_up = switch(value)?;
        Ok(())
    }),
    key("password.format", "AUTH_PASSWORD_FORMAT", |draft, _, value| {
        draft.settings.password.format =
            choice(value, &[("argon2id", PasswordFormat::Argon2id), ("scrypt", PasswordFormat::Scrypt)])?;
        Ok(())
    }),
    key("rate_limit.enabled", "AUTH_RATE_LIMIT", |draft, _, value| {
        draft.settings.http.rate_limit.enabled = switch(value)?;
        Ok(())
    }),
    key("rate_limit.storage", "AUTH_RATE_LIMIT_STORAGE", |draft, _, value| {
        let (memory, database) = (RateLimitStorage::Memory, RateLimitStorage::Database);
        let choices =
            [("memory", memory), ("database", database), ("storage", RateLimitStorage::SecondaryStorage)];
        draft.settings.http.rate_limit.storage = Some(choice(value, &choices)?);
        Ok(())
    }),
    key("rate_limit.when_unavailable", "AUTH_RATE_LIMIT_WHEN_UNAVAILABLE", |draft, _, value| {
        draft.settings.http.rate_limit.when_unavailable =
            choice(value, &[("open", WhenUnavailable::Open), ("closed", WhenUnavailable::Closed)])?;
        Ok(())
    }),
    key("cookies.secure", "AUTH_COOKIES_SECURE", |draft, _, value| {
        draft.settings.http.cookies.secure = Some(switch(value)?);
        Ok(())
    }),
    key("maintenance.sweep_seconds", "AUTH_SWEEP_SECONDS", |draft, _, value| {
        let seconds: u32 = number(value)?;
        draft.settings.maintenance.sweep = seconds > 0;
        if seconds > 0 {
            draft.settings.maintenance.sweep_interval = Duration::from_secs(seconds.into());
        }
        Ok(())
    }),
    key("maintenance.retain_events_seconds", "AUTH_RETAIN_EVENTS_SECONDS", |draft, _, value| {
        draft.settings.maintenance.retain_events_for = unless_zero(value)?;
        Ok(())
    }),
    key("maintenance.retain_addresses_seconds", "AUTH_RETAIN_ADDRESSES_SECONDS", |draft, _, value| {
        draft.settings.maintenance.retain_addresses_for = unless_zero(value)?;
        Ok(())
    }),
    key("maintenance.purge_deleted_after_seconds", "AUTH_PURGE_DELETED_AFTER_SECONDS", |draft, _, value| {
        draft.settings.maintenance.purge_deleted_after = unless_zero(value)?;
        Ok(())
    }),
    key("telemetry.slow_operation_milliseconds", "AUTH_SLOW_OPERATION_MILLISECONDS", |draft, _, value| {
        let milliseconds: u32 = number(value)?;
        draft.settings.telemetry.slow_operation =
            (milliseconds > 0).then(|| Duration::from_millis(milliseconds.into()));
        Ok(())
    }),
];

const STRATEGIES: &[(&str, Option<CookieCacheStrategy>)] = &[
    ("none", None),
    ("compact", Some(CookieCacheStrategy::Compact)),
    ("jwt", Some(CookieCacheStrategy::Jwt)),
    ("jwe", Some(CookieCacheStrategy::Jwe)),
];

const TLS: &[(&str, TlsMode)] = &[
    ("disable", TlsMode::Disable),
    ("prefer", TlsMode::Prefer),
    ("require", TlsMode::Require),
    ("verify-ca", TlsMode::VerifyCa),
    ("verify-full", TlsMode::VerifyFull),
];

fn number<T: FromStr>(text: &str) -> Result<T, String> {
    text.trim().parse().map_err(|_| format!("is a whole number that is not too large, not {text:?}"))
}

fn seconds(text: &str) -> Result<time::Duration, String> {
    Ok(time::Duration::seconds(number::<u32>(text)?.into()))
}

/// A duration; 0: none.
fn unless_zero(text: &str) -> Result<Option<Duration>, String> {
    let seconds: u32 = number(text)?;
    Ok((seconds > 0).then(|| Duration::from_secs(seconds.into())))
}

fn switch(text: &str) -> Result<bool, String> {
    choice(text, &[("1", true), ("0", false), ("true", true), ("false", false)])
}

fn choice<T: Copy>(text: &str, choices: &[(&str, T)]) -> Result<T, String> {
    let found = choices.iter().find(|(name, _)| *name == text.trim());
    let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
    found.map(|(_, value)| *value).ok_or_else(|| format!("is one of {}, not {text:?}", names.join(", ")))
}
