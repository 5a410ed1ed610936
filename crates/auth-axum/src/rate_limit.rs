//! How many requests a client may send: Better Auth's windows and special rules, counted in memory.

use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use auth_core::Auth;
use auth_core::config::{RateLimit, RateLimitConfig};
use time::OffsetDateTime;

/// The counters of one server. Keys are hashes: what a client writes into a path takes no room.
#[derive(Debug, Default)]
pub(crate) struct RateLimiter {
    requests: Mutex<Counters>,
    /// Apart from the others: who floods those does not make these forget.
    accounts: Mutex<Counters>,
    hasher: RandomState,
}

type Counters = HashMap<u64, Counter>;

#[derive(Debug, Clone, Copy)]
struct Counter {
    count: u32,
    last: OffsetDateTime,
    /// When it is of no use any more.
    ends: OffsetDateTime,
}

/// One request too many: it may be tried again after so many seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct TooMany {
    pub(crate) retry_after: u64,
}

impl RateLimiter {
    /// Counts a request of an address to a path below `/api/auth`.
    pub(crate) fn count(&self, auth: &Auth, address: Option<&str>, path: &str) -> Result<(), TooMany> {
        let config = &auth.http_config().rate_limit;
        let path = path.trim_end_matches('/');
        let Some(limit) = limit_of(config, path).filter(|_| config.enabled) else {
            return Ok(());
        };
        if auth.http_config().client_address.disabled {
            return Ok(());
        }
        let key = self.hasher.hash_one((address.unwrap_or("no-trusted-ip"), path));
        admit(&self.requests, key, limit, auth.now())
    }

    /// Counts an attempt to sign in with an e-mail address, before it is known whether it fails.
    pub(crate) fn count_account(&self, auth: &Auth, email: &str) -> Result<(), TooMany> {
        match auth.http_config().rate_limit.per_account {
            None => Ok(()),
            Some(limit) => {
                admit(&self.accounts, self.hasher.hash_one(email.to_lowercase()), limit, auth.now())
            }
        }
    }

    /// Forgets the attempts with an e-mail address: one has succeeded.
    pub(crate) fn forgive_account(&self, email: &str) {
        let key = self.hasher.hash_one(email.to_lowercase());
        self.accounts.lock().unwrap_or_else(PoisonError::into_inner).remove(&key);
    }
}

/// The window begins anew with each request that is let through; one that is not writes nothing.
fn admit(counters: &Mutex<Counters>, key: u64, limit: RateLimit, now: OffsetDateTime) -> Result<(), TooMany> {
    let mut counters = counters.lock().unwrap_or_else(PoisonError::into_inner);
    if counters.len() >= MOST_COUNTERS && !counters.contains_key(&key) {
        make_room(&mut counters, now);
    }
    let counter = counters.entry(key).or_insert(Counter { count: 0, last: now, ends: now });
    if now - counter.last >= limit.window {
        counter.count = 0;
    }
    if counter.count >= limit.max {
        return Err(TooMany { retry_after: seconds_until(counter.last + limit.window, now) });
    }
    *counter = Counter { count: counter.count + 1, last: now, ends: now + limit.window };
    Ok(())
}

/// Forgets what is over; if that is nothing, the tenth that would be over first.
fn make_room(counters: &mut Counters, now: OffsetDateTime) {
    counters.retain(|_, counter| counter.ends > now);
    if counters.len() >= MOST_COUNTERS {
        let mut ends: Vec<OffsetDateTime> = counters.values().map(|counter| counter.ends).collect();
        let (_, last, _) = ends.select_nth_unstable(MOST_COUNTERS / 10);
        let last = *last;
        let mut room = MOST_COUNTERS / 10;
        counters.retain(|_, counter| {
            let goes = counter.ends <= last && room > 0;
            room -= usize::from(goes);
            !goes
        });
    }
}

fn seconds_until(then: OffsetDateTime, now: OffsetDateTime) -> u64 {
    let wait = Duration::try_from(then - now).unwrap_or_default();
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

/// The limit of a path: a rule of the application's, a special rule, the default.
fn limit_of(config: &RateLimitConfig, path: &str) -> Option<RateLimit> {
    if let Some(rule) = config.rules.iter().find(|rule| rule.applies_to(path)) {
        return rule.limit;
    }
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| path.starts_with(prefix));
    if begins(&[
        "/sign-in",
        "/sign-up",
        "/change-password",
        "/change-email",
        "/verify-password",
        "/delete-user",
    ]) {
        return Some(RateLimit::new(3, 10));
    }
    let mails = ["/request-password-reset", "/send-verification-email"].contains(&path);
    if mails || begins(&["/forget-password"]) {
        return Some(RateLimit::new(3, 60));
    }
    Some(config.default)
}

const MOST_COUNTERS: usize = 100_000;

#[cfg(test)]
mod tests {
    use super::*;
    use auth_core::config::RateLimitRule;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-25 12:00:00.5 UTC);

    #[test]
    fn the_window_begins_anew_with_each_request_that_is_let_through() {
        let limiter = RateLimiter::default();
        let limit = RateLimit::new(2, 10);
        let at = |seconds| admit(&limiter.requests, 1, limit, NOW + time::Duration::seconds(seconds));
        assert_eq!(at(0), Ok(()));
        assert_eq!(at(9), Ok(()));
        assert_eq!(at(18), Err(TooMany { retry_after: 1 }));
        assert_eq!(
            admit(&limiter.requests, 1, limit, NOW + time::Duration::milliseconds(18_900)),
            Err(TooMany { retry_after: 1 })
        );
        assert_eq!(at(19), Ok(()));
        assert_eq!(admit(&limiter.requests, 2, limit, NOW), Ok(()));
    }

    #[test]
    fn special_rules_stand_before_the_default_and_own_rules_before_them() {
        let mut config = RateLimitConfig::default();
        let none = RateLimitRule { path: "/sign-in/magic*".to_owned(), limit: None };
        let own = RateLimitRule { path: "/*/email".to_owned(), limit: Some(RateLimit::new(7, 1)) };
        config.rules = vec![none, own];
        assert_eq!(limit_of(&config, "/get-session"), Some(config.default));
        assert_eq!(limit_of(&config, "/sign-in/social"), Some(RateLimit::new(3, 10)));
        assert_eq!(limit_of(&config, "/request-password-reset"), Some(RateLimit::new(3, 60)));
        assert_eq!(limit_of(&config, "/request-password-resets"), Some(config.default));
        assert_eq!(limit_of(&config, "/sign-in/magic-link"), None);
        assert_eq!(limit_of(&config, "/sign-up/email"), Some(RateLimit::new(7, 1)));
    }

    #[test]
    fn the_memory_is_bounded() {
        let limiter = RateLimiter::default();
        for client in 0..=2 * MOST_COUNTERS as u64 {
            admit(&limiter.requests, client, RateLimit::new(1, 1), NOW).unwrap();
        }
        assert!(limiter.requests.lock().unwrap().len() <= MOST_COUNTERS);
    }
}
