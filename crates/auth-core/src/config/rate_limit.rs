//! How many requests a client may send.

use std::time::Duration;

/// How many requests a client may send. Counters are kept in the memory of the process.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RateLimitConfig {
    /// Whether requests are counted. Default false.
    pub enabled: bool,
    /// What holds where no rule says otherwise. Default 100 requests in 10 s for each address and path. Better Auth's special
    /// rules stand before it: 3 in 10 s for signing in and up and for changes of password and address, 3 in 60 s for what
    /// sends mail.
    pub default: RateLimit,
    /// Rules of your own; the first whose path fits replaces the above. Default: none.
    pub rules: Vec<RateLimitRule>,
    /// How many sign-ins with one e-mail address may fail, from whatever addresses they come. Default `None`: any number.
    /// Somebody who knows an address can keep its owner from signing in for a window.
    pub per_account: Option<RateLimit>,
}

/// So many requests in so long a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// The time. It begins anew with each request that is let through.
    pub window: Duration,
    /// How many requests are let through.
    pub max: u32,
}

/// A limit for some paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLimitRule {
    /// A path below `/api/auth`; `*` stands for any text, `?` for one character: `/sign-in/*`.
    pub path: String,
    /// The limit; `None`: no limit.
    pub limit: Option<RateLimit>,
}

impl RateLimitRule {
    /// Whether it speaks of a path.
    pub fn applies_to(&self, path: &str) -> bool {
        super::shape::fits(&self.path, path)
    }
}

impl RateLimit {
    /// So many requests in so many seconds.
    pub const fn new(max: u32, seconds: u64) -> Self {
        Self { window: Duration::from_secs(seconds), max }
    }
}

impl Default for RateLimitConfig {
    fn default() -> Self {
        Self { enabled: false, default: RateLimit::new(100, 10), rules: Vec::new(), per_account: None }
    }
}
