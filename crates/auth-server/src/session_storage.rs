//! What the environment says of sessions beside the database: Redis, and the cookie.

use std::sync::Arc;

use auth_core::AuthBuilder;
use auth_core::config::{CookieCacheStrategy, SessionConfig, VerificationConfig};
use auth_core::secondary_storage::{RedisConfig, RedisStorage};

use crate::error::ServerError;

/// Where sessions and verifications stand besides the database, or in its place.
#[derive(Debug, Clone, Default)]
#[non_exhaustive]
pub struct SessionStorageSettings {
    /// `AUTH_REDIS_URL`, with `AUTH_REDIS_CLUSTER` or `AUTH_REDIS_SENTINEL`, and `AUTH_REDIS_PREFIX`; nothing is connected yet.
    pub redis: Option<Arc<RedisStorage>>,
    /// `AUTH_SESSIONS`: what the database has of sessions while there is Redis.
    pub sessions: SessionPlace,
    /// `AUTH_VERIFICATIONS_IN_DATABASE`: whether the database has verifications while there is Redis.
    pub verifications_in_database: bool,
    /// `AUTH_COOKIE_CACHE`; `None`: browsers keep no session.
    pub cookie_cache: Option<CookieCacheStrategy>,
}

/// What the database has of sessions while there is Redis.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum SessionPlace {
    /// Nothing, as with Better Auth.
    #[default]
    Storage,
    /// The same as Redis.
    Both,
    /// The same, and those that have ended.
    Preserve,
}

impl SessionStorageSettings {
    /// Reads the variables; connects to nothing.
    pub(crate) fn read(variable: &dyn Fn(&str) -> Option<String>) -> Result<Self, ServerError> {
        let redis = redis(variable)?;
        let settings = Self {
            redis,
            sessions: choice(variable, "AUTH_SESSIONS", SESSIONS)?.unwrap_or_default(),
            verifications_in_database: choice(variable, "AUTH_VERIFICATIONS_IN_DATABASE", SWITCH)?
                .unwrap_or_default(),
            cookie_cache: choice(variable, "AUTH_COOKIE_CACHE", STRATEGIES)?,
        };
        let idle = NEEDS_REDIS.iter().find(|name| settings.redis.is_none() && variable(name).is_some());
        match idle {
            Some(name) => Err(wrong(name, "is set, and AUTH_REDIS_URL is not")),
            None => Ok(settings),
        }
    }

    /// Hands them over. `session` is what else is known of sessions.
    pub(crate) fn apply(&self, builder: AuthBuilder, mut session: SessionConfig) -> AuthBuilder {
        session.store_in_database = self.sessions != SessionPlace::Storage;
        session.preserve_in_database = self.sessions == SessionPlace::Preserve;
        if let Some(strategy) = self.cookie_cache {
            session.cookie_cache.enabled = true;
            session.cookie_cache.strategy = strategy;
        }
        let mut verification = VerificationConfig::default();
        verification.store_in_database = self.verifications_in_database;
        let builder = builder.session(session).verification(verification);
        match &self.redis {
            Some(redis) => builder.secondary_storage(Arc::clone(redis) as _),
            None => builder,
        }
    }
}

fn redis(variable: &dyn Fn(&str) -> Option<String>) -> Result<Option<Arc<RedisStorage>>, ServerError> {
    let Some(text) = variable("AUTH_REDIS_URL") else {
        return Ok(None);
    };
    let urls: Vec<&str> = text.split(',').map(str::trim).filter(|url| !url.is_empty()).collect();
    let cluster = choice(variable, "AUTH_REDIS_CLUSTER", SWITCH)?.unwrap_or_default();
    let mut config = match (variable("AUTH_REDIS_SENTINEL"), cluster, &urls[..]) {
        (Some(_), true, _) => {
            return Err(wrong("AUTH_REDIS_SENTINEL", "and AUTH_REDIS_CLUSTER are both set: keep one"));
        }
        (Some(master), false, _) => RedisConfig::sentinel(urls, master),
        (None, true, _) => RedisConfig::cluster(urls),
        (None, false, [url]) => RedisConfig::single(*url),
        (None, false, _) => {
            let problem = "names several servers: set AUTH_REDIS_CLUSTER=1, or AUTH_REDIS_SENTINEL to the name of the master";
            return Err(wrong("AUTH_REDIS_URL", problem));
        }
    };
    if let Some(prefix) = variable("AUTH_REDIS_PREFIX") {
        config.key_prefix = prefix;
    }
    // The address may hold a password, and the cause the address.
    let form = |_| {
        wrong(
            "AUTH_REDIS_URL",
            "is not of the form redis://user:password@host:6379/0, or rediss://… with TLS",
        )
    };
    RedisStorage::new(&config).map(Arc::new).map(Some).map_err(form)
}

fn choice<T: Copy>(
    variable: &dyn Fn(&str) -> Option<String>,
    name: &'static str,
    choices: &[(&str, T)],
) -> Result<Option<T>, ServerError> {
    let Some(text) = variable(name) else {
        return Ok(None);
    };
    let names = || choices.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    match choices.iter().find(|(name, _)| *name == text.trim()) {
        Some((_, value)) => Ok(Some(*value)),
        None => Err(wrong(name, &format!("is one of {}, not {text:?}", names()))),
    }
}

fn wrong(name: &'static str, problem: &str) -> ServerError {
    ServerError::Variable { name, problem: problem.to_owned() }
}

const SWITCH: &[(&str, bool)] = &[("1", true), ("0", false)];
const SESSIONS: &[(&str, SessionPlace)] =
    &[("storage", SessionPlace::Storage), ("both", SessionPlace::Both), ("preserve", SessionPlace::Preserve)];
const STRATEGIES: &[(&str, CookieCacheStrategy)] = &[
    ("compact", CookieCacheStrategy::Compact),
    ("jwt", CookieCacheStrategy::Jwt),
    ("jwe", CookieCacheStrategy::Jwe),
];
/// Those that would say nothing without it.
const NEEDS_REDIS: [&str; 5] = [
    "AUTH_REDIS_CLUSTER",
    "AUTH_REDIS_SENTINEL",
    "AUTH_REDIS_PREFIX",
    "AUTH_SESSIONS",
    "AUTH_VERIFICATIONS_IN_DATABASE",
];

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Result<SessionStorageSettings, ServerError> {
        let find = |name: &str| variables.iter().find(|(other, _)| *other == name);
        SessionStorageSettings::read(&|name| find(name).map(|(_, value)| (*value).to_owned()))
    }

    const URL: (&str, &str) = ("AUTH_REDIS_URL", "redis://me:hush@redis.example.org:6379/1");

    #[test]
    fn nothing_stands_beside_the_database_unless_it_is_said() {
        let settings = read(&[]).unwrap();
        assert!(settings.redis.is_none() && settings.cookie_cache.is_none());
    }

    #[test]
    fn with_redis_sessions_stand_there_alone_unless_it_is_said() {
        let alone = read(&[URL]).unwrap();
        assert!(alone.redis.is_some());
        assert_eq!((alone.sessions, alone.verifications_in_database), (SessionPlace::Storage, false));
        for (text, place) in SESSIONS {
            assert_eq!(read(&[URL, ("AUTH_SESSIONS", text)]).unwrap().sessions, *place);
        }
        assert!(read(&[URL, ("AUTH_VERIFICATIONS_IN_DATABASE", "1")]).unwrap().verifications_in_database);
    }

    #[test]
    fn the_cookie_needs_no_redis() {
        for (text, strategy) in STRATEGIES {
            assert_eq!(read(&[("AUTH_COOKIE_CACHE", text)]).unwrap().cookie_cache, Some(*strategy));
        }
    }

    #[test]
    fn several_servers_stand_together_somehow() {
        let several = ("AUTH_REDIS_URL", "redis://one:6379, redis://two:6379");
        for more in [("AUTH_REDIS_CLUSTER", "1"), ("AUTH_REDIS_SENTINEL", "mymaster")] {
            assert!(read(&[several, more]).unwrap().redis.is_some(), "{more:?}");
        }
    }

    #[test]
    fn what_is_wrong_is_named_without_a_secret() {
        let several = ("AUTH_REDIS_URL", "redis://me:hush@one,redis://me:hush@two");
        for (variables, name) in [
            (vec![("AUTH_REDIS_URL", "http://me:hush@host")], "AUTH_REDIS_URL"),
            (vec![("AUTH_REDIS_URL", "redis://me:hush@host:port")], "AUTH_REDIS_URL"),
            (vec![("AUTH_REDIS_URL", ",")], "AUTH_REDIS_URL"),
            (vec![several], "AUTH_REDIS_URL"),
            (vec![("AUTH_REDIS_URL", ","), ("AUTH_REDIS_CLUSTER", "1")], "AUTH_REDIS_URL"),
            (vec![("AUTH_REDIS_URL", ","), ("AUTH_REDIS_SENTINEL", "mymaster")], "AUTH_REDIS_URL"),
            (vec![URL, ("AUTH_REDIS_CLUSTER", "yes")], "AUTH_REDIS_CLUSTER"),
            (
                vec![several, ("AUTH_REDIS_CLUSTER", "1"), ("AUTH_REDIS_SENTINEL", "mymaster")],
                "AUTH_REDIS_SENTINEL",
            ),
            (vec![URL, ("AUTH_SESSIONS", "database")], "AUTH_SESSIONS"),
            (vec![URL, ("AUTH_VERIFICATIONS_IN_DATABASE", "yes")], "AUTH_VERIFICATIONS_IN_DATABASE"),
            (vec![("AUTH_SESSIONS", "both")], "AUTH_SESSIONS"),
            (vec![("AUTH_REDIS_PREFIX", "mine:")], "AUTH_REDIS_PREFIX"),
            (vec![("AUTH_COOKIE_CACHE", "1")], "AUTH_COOKIE_CACHE"),
        ] {
            let error = read(&variables).unwrap_err().to_string();
            assert!(error.starts_with(name) && !error.contains("hush"), "{error}");
        }
    }
}
