//! Limit how many requests a client sends.

mod limiter;
mod memory;

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use crate::adapter::{BoxError, Counted};
use crate::auth::Services;
use crate::config::{RateLimit, WhenUnavailable};
use crate::crypto::{Purpose, fingerprint};
use crate::domain::Email;
use crate::secondary_storage::{SecondaryStorage, keys};

pub(crate) use limiter::RateLimiter;
use limiter::{Kind, Storage};

/// Why a request is not let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RateLimited {
    /// It is one too many.
    #[error("too many requests: try again in {retry_after_seconds} s")]
    TooMany {
        /// It may be tried again after so long.
        retry_after_seconds: u64,
    },
    /// It could not be counted, and [`WhenUnavailable::Closed`] is set.
    #[error("requests cannot be counted at the moment, and one that is not counted is not let through")]
    Unavailable,
}

impl Services<'_> {
    /// Counts a request of an address to a path, and lets it through or not. Of any number at once exactly as many are let through as
    /// the limit says, wherever they arrive, if the storage is shared. One statement or one operation of the storage; none for a
    /// limit of 0 and in memory. `None`: the address is not known, which is one client.
    ///
    /// The path must be one of a bounded number: whoever could choose it could fill the storage.
    ///
    /// # Errors
    ///
    /// [`RateLimited`].
    pub async fn count_request(
        &self,
        address: Option<&str>,
        path: &str,
        limit: RateLimit,
    ) -> Result<(), RateLimited> {
        let key = keys::rate_limit(address.unwrap_or(UNKNOWN_ADDRESS), path);
        self.count(Kind::Request, key, limit).await
    }

    /// Counts an attempt to sign in with an e-mail address, before it is known whether it fails, if
    /// [`crate::config::RateLimitConfig::per_account`] is set. The storage does not see the address.
    ///
    /// # Errors
    ///
    /// [`RateLimited`].
    pub async fn count_sign_in(&self, email: &Email) -> Result<(), RateLimited> {
        match self.rate_limit_config().per_account {
            None => Ok(()),
            Some(limit) => self.count(Kind::SignIn, self.sign_in_key(email), limit).await,
        }
    }

    /// Forgets the attempts with an e-mail address: one has succeeded. What goes wrong is logged; the person is signed in.
    pub async fn forget_sign_ins(&self, email: &Email) {
        if self.rate_limit_config().per_account.is_none() {
            return;
        }
        let key = self.sign_in_key(email);
        let forgotten: Result<(), BoxError> = match &self.limiter().storage {
            Storage::Memory => {
                self.limiter().memory(Kind::SignIn).forget(&key);
                Ok(())
            }
            Storage::Database => {
                self.store().rate_limits().forget(&key).await.map(|_| ()).map_err(Into::into)
            }
            Storage::Secondary(storage) => storage.delete(&key).await.map_err(Into::into),
        };
        if let Err(error) = forgotten {
            tracing::warn!(name: "auth.rate_limit.forget", error = &*error, "failed sign-ins still count");
        }
    }

    async fn count(&self, kind: Kind, key: String, limit: RateLimit) -> Result<(), RateLimited> {
        let outcome = self.counted(kind, key, limit).await;
        if let Err(limited) = outcome {
            self.instruments().limited(kind == Kind::SignIn, limited);
        }
        outcome
    }

    async fn counted(&self, kind: Kind, key: String, limit: RateLimit) -> Result<(), RateLimited> {
        if limit.max == 0 {
            return Err(too_many(limit.window));
        }
        let key = bounded(key);
        let counted = match &self.limiter().storage {
            Storage::Memory => return self.limiter().memory(kind).count(&key, limit, self.now()),
            Storage::Database => self.count_in_database(&key, limit).await,
            Storage::Secondary(storage) => count_in_storage(&**storage, &key, limit).await,
        };
        counted.unwrap_or_else(|error| self.uncounted(&*error))
    }

    async fn count_in_database(
        &self,
        key: &str,
        limit: RateLimit,
    ) -> Result<Result<(), RateLimited>, BoxError> {
        let counted = self.store().rate_limits().hit(key, limit).await?;
        if counted.count == 1 {
            self.delete_unused_now_and_then();
        }
        Ok(if counted.count <= u64::from(limit.max) {
            Ok(())
        } else {
            Err(RateLimited::TooMany { retry_after_seconds: self.rest_of(limit.window, counted) })
        })
    }

    /// Until the window since the last request that was let through is over.
    fn rest_of(&self, window: Duration, counted: Counted) -> u64 {
        let whole = seconds(window);
        let Some(last) = counted.last_request else { return whole };
        let passed = (self.now().unix_timestamp_nanos() / 1_000_000).saturating_sub(last.into());
        let passed = Duration::from_millis(u64::try_from(passed).unwrap_or_default());
        seconds(window.saturating_sub(passed)).clamp(1, whole.max(1))
    }

    fn uncounted(&self, error: &(dyn std::error::Error + Send + Sync + 'static)) -> Result<(), RateLimited> {
        match self.rate_limit_config().when_unavailable {
            WhenUnavailable::Open => {
                tracing::warn!(name: "auth.rate_limit.open", error, "a request is let through without being counted");
                Ok(())
            }
            WhenUnavailable::Closed => {
                tracing::error!(name: "auth.rate_limit.closed", error, "a request is refused because it cannot be counted");
                Err(RateLimited::Unavailable)
            }
        }
    }

    /// After a counter has begun anew, as Better Auth does, but not each time. With the sweep, it is the sweep's.
    fn delete_unused_now_and_then(&self) {
        if self.maintenance_config().sweep || !self.limiter().is_deletion_due(self.now()) {
            return;
        }
        let Some(auth) = self.on_pool() else { return };
        self.post().spawn(async move {
            if let Err(error) = auth.delete_unused_counters().await {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(name: "auth.rate_limit.delete", error, "unused counters stay for now");
            }
        });
    }

    /// Nobody who reads the storage can try whose it is.
    fn sign_in_key(&self, email: &Email) -> String {
        let account = fingerprint(self.secrets(), Purpose::SignInCounter, &email.as_str().to_lowercase());
        keys::rate_limit(&account, SIGN_IN)
    }
}

async fn count_in_storage(
    storage: &dyn SecondaryStorage,
    key: &str,
    limit: RateLimit,
) -> Result<Result<(), RateLimited>, BoxError> {
    let count = storage.increment(key, Duration::from_secs(seconds(limit.window).max(1))).await?;
    Ok(if count <= u64::from(limit.max) { Ok(()) } else { Err(too_many(limit.window)) })
}

fn too_many(window: Duration) -> RateLimited {
    RateLimited::TooMany { retry_after_seconds: seconds(window) }
}

/// Whole seconds, rounded up.
fn seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}

/// A key that fits into its column.
fn bounded(key: String) -> String {
    if key.len() <= LONGEST_KEY {
        return key;
    }
    format!("long|{}", URL_SAFE_NO_PAD.encode(Sha256::digest(key)))
}

/// One client to Better Auth, too.
const UNKNOWN_ADDRESS: &str = "no-trusted-ip";
/// No path, since it has no slash.
const SIGN_IN: &str = "sign-in";
/// A text with an index takes so many characters in a table of Prisma's on MySQL.
const LONGEST_KEY: usize = 191;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_fits_into_its_column_and_stays_apart_from_others() {
        let long = |last: char| bounded(format!("192.0.2.1|/callback/{}{last}", "x".repeat(200)));
        assert_eq!(bounded("192.0.2.1|/ok".to_owned()), "192.0.2.1|/ok");
        assert!(long('a').len() <= LONGEST_KEY);
        assert_ne!(long('a'), long('b'));
    }

    #[test]
    fn a_part_of_a_second_is_a_second_to_wait() {
        assert_eq!([0, 1, 999, 1000, 1001].map(|ms| seconds(Duration::from_millis(ms))), [0, 1, 1, 1, 2]);
    }
}
