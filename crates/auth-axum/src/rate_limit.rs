//! How many requests a client may send: Better Auth's windows and special rules, counted in memory.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use auth_core::Auth;
use auth_core::config::{RateLimit, RateLimitConfig};
use time::OffsetDateTime;

/// The counters of one server.
#[derive(Debug, Default)]
pub(crate) struct RateLimiter {
    counters: Mutex<HashMap<String, Counter>>,
}

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
        self.admit(&format!("{}|{path}", address.unwrap_or("no-trusted-ip")), limit, auth.now())
    }

    /// Counts an attempt to sign in with an e-mail address, before it is known whether it fails.
    pub(crate) fn count_account(&self, auth: &Auth, email: &str) -> Result<(), TooMany> {
        match auth.http_config().rate_limit.per_account {
            None => Ok(()),
            Some(limit) => self.admit(&account_key(email), limit, auth.now()),
        }
    }

    /// Forgets the attempts with an e-mail address: one has succeeded.
    pub(crate) fn forgive_account(&self, email: &str) {
        self.counters.lock().unwrap_or_else(PoisonError::into_inner).remove(&account_key(email));
    }

    /// The window begins anew with each request that is let through; one that is not writes nothing.
    fn admit(&self, key: &str, limit: RateLimit, now: OffsetDateTime) -> Result<(), TooMany> {
        let mut counters = self.counters.lock().unwrap_or_else(PoisonError::into_inner);
        if counters.len() >= MOST_COUNTERS && !counters.contains_key(key) {
            counters.retain(|_, counter| counter.ends > now);
            // As many clients as this at once: the oldest knowledge is given up, not the memory.
            if counters.len() >= MOST_COUNTERS {
                counters.clear();
            }
        }
        let fresh = Counter { count: 0, last: now, ends: now };
        let counter = counters.entry(key.to_owned()).or_insert(fresh);
        if now - counter.last >= limit.window {
            counter.count = 0;
        }
        if counter.count >= limit.max {
            return Err(TooMany { retry_after: seconds_until(counter.last + limit.window, now) });
        }
        *counter = Counter { count: counter.count + 1, last: now, ends: now + limit.window };
        Ok(())
    }
}

fn seconds_until(then: OffsetDateTime, now: OffsetDateTime) -> u64 {
    let wait = Duration::try_from(then - now).unwrap_or_default();
    wait.as_secs() + u64::from(wait.subsec_nanos() > 0)
}

fn account_key(email: &str) -> String {
    format!("account|{}", email.to_lowercase())
}

/// The limit of a path: a rule of the application's, a special rule, the default.
fn limit_of(config: &RateLimitConfig, path: &str) -> Option<RateLimit> {
    if let Some(rule) = config.rules.iter().find(|rule| fits(&rule.path, path)) {
        return rule.limit;
    }
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| path.starts_with(prefix));
    if begins(&["/sign-in", "/sign-up", "/change-password", "/change-email"]) {
        return Some(RateLimit::new(3, 10));
    }
    let mails = ["/request-password-reset", "/send-verification-email"].contains(&path);
    if mails || begins(&["/forget-password"]) {
        return Some(RateLimit::new(3, 60));
    }
    Some(config.default)
}

/// Whether a path has the shape of a rule: `*` stands for any text.
fn fits(shape: &str, path: &str) -> bool {
    let Some((begin, rest)) = shape.split_once('*') else {
        return shape == path;
    };
    let Some(mut path) = path.strip_prefix(begin) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        match path.find(part) {
            Some(at) => path = &path[at + part.len()..],
            None => return false,
        }
    }
    path.ends_with(end)
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
        let at = |seconds| limiter.admit("a", limit, NOW + time::Duration::seconds(seconds));
        assert_eq!(at(0), Ok(()));
        assert_eq!(at(9), Ok(()));
        assert_eq!(at(18), Err(TooMany { retry_after: 1 }));
        assert_eq!(
            limiter.admit("a", limit, NOW + time::Duration::milliseconds(18_900)),
            Err(TooMany { retry_after: 1 })
        );
        assert_eq!(at(19), Ok(()));
        assert_eq!(limiter.admit("b", limit, NOW), Ok(()));
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
        for client in 0..=MOST_COUNTERS {
            limiter.admit(&client.to_string(), RateLimit::new(1, 1), NOW).unwrap();
        }
        assert!(limiter.counters.lock().unwrap().len() <= MOST_COUNTERS);
    }
}
