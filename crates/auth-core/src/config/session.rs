//! How long sessions live.

use time::Duration;

use super::{CookieCacheConfig, LocalCacheConfig};

/// Lifetime and refresh of sessions.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct SessionConfig {
    /// How long a session lives after its last refresh. Default 7 days. Longer: a stolen token lives longer.
    pub expires_in: Duration,
    /// A session in use is extended when this long has passed since its last refresh. Default 1 day; zero:
    /// at every use, which costs one write each.
    pub update_age: Duration,
    /// For so long after sign-in a session counts as fresh, as sensitive actions require. Default 1 day; zero:
    /// every session is fresh.
    pub fresh_age: Duration,
    /// Never extends sessions. Default false.
    pub disable_refresh: bool,
    /// How long a session lives whose owner did not ask to be remembered; it is never extended. Default 1 day.
    pub expires_in_without_remember: Duration,
    /// No session outlives its start by more than this, however often it is extended. Default `None`: no end.
    pub absolute_lifetime: Option<Duration>,
    /// So many sessions a user has at most: a new one ends the oldest. Default `None`: any number; at least 1. One or two
    /// statements more for each sign-in, after it is committed.
    pub max_per_user: Option<u32>,
    /// What the database holds of a token. Default [`TokenStorage::Plain`], as in Better Auth.
    pub token_storage: TokenStorage,
    /// With a secondary storage: sessions stand in the database too, and are read from there while the storage does not have them
    /// or does not answer. Default false, as in Better Auth: they stand in the storage alone. Without a storage: always true.
    pub store_in_database: bool,
    /// With a secondary storage and `store_in_database`: a session that ends keeps its row, with `expires_at` set to that
    /// instant, as a record of who was signed in. The storage alone then tells which sessions hold while it answers. Default false.
    pub preserve_in_database: bool,
    /// Keeps sessions in the memory of the process for a few seconds. Default `None`: not.
    pub local_cache: Option<LocalCacheConfig>,
    /// Lets a browser keep its session with its user in a cookie, so that most requests need no statement. Default: off.
    pub cookie_cache: CookieCacheConfig,
}

/// What the database holds of a session's token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum TokenStorage {
    /// The token, as Better Auth stores it: whoever reads the table, or a backup of it, can sign in as anybody.
    #[default]
    Plain,
    /// Its SHA-256, as base64url without padding: the table signs nobody in. Not with a Better Auth on the same sessions, which would
    /// neither find them nor make them so. Every process on the database must say the same: one that says `Plain` takes what is
    /// stored for a token.
    ///
    /// Lists show the stored form, which names a session and can revoke it, and nothing else. Once it is switched on, sessions from
    /// before are not found: everybody signs in again, and the rows go when they expire. Before it is switched off, delete all
    /// sessions.
    Hashed,
}

impl Default for SessionConfig {
    fn default() -> Self {
        Self {
            expires_in: Duration::days(7),
            update_age: Duration::days(1),
            fresh_age: Duration::days(1),
            disable_refresh: false,
            expires_in_without_remember: Duration::days(1),
            absolute_lifetime: None,
            max_per_user: None,
            token_storage: TokenStorage::Plain,
            store_in_database: false,
            preserve_in_database: false,
            local_cache: None,
            cookie_cache: CookieCacheConfig::default(),
        }
    }
}
