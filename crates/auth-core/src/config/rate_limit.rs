//! How many requests a client may send.

use std::time::Duration;

/// How many requests a client may send, and where they are counted.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RateLimitConfig {
    /// Whether requests are counted. Default false.
    pub enabled: bool,
    /// What holds where no rule says otherwise. Default 100 requests in 10 s for each address and path. Better Auth's special
    /// rules stand before it: 3 in 10 s for `/sign-in`, `/sign-up`, `/change-password`, `/change-email`, `/verify-password` and
    /// `/delete-user`, 3 in 60 s for asking for a password's reset or for a verification.
    pub default: RateLimit,
    /// Rules of your own; the first whose path fits replaces the above. Default: none.
    pub rules: Vec<RateLimitRule>,
    /// How many sign-ins with one e-mail address may fail, from whatever addresses they come. Default `None`: any number.
    /// Somebody who knows an address can keep its owner from signing in for a window.
    pub per_account: Option<RateLimit>,
    /// Where the counters are. Default `None`, as in Better Auth: in the secondary storage if there is one, else in memory.
    pub storage: Option<RateLimitStorage>,
    /// What happens to a request while its counter cannot be reached. Default [`WhenUnavailable::Open`].
    pub when_unavailable: WhenUnavailable,
}

/// Where counters are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RateLimitStorage {
    /// In the memory of the process: each process counts for itself, a restart begins anew, and nothing is asked.
    Memory,
    /// In the table of the model `rate_limit`: all processes on a database count together, and so does a Better Auth that has
    /// `rateLimit.storage: "database"`. One statement for each request.
    Database,
    /// In the store of [`crate::AuthBuilder::secondary_storage`]: all that share it count together. One operation for each request. The
    /// window begins with the first request and does not move.
    SecondaryStorage,
}

/// What happens to a request while its counter cannot be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum WhenUnavailable {
    /// It is let through, with a warning in the log. A limit slows attackers down and keeps load away; it is not what keeps
    /// strangers out. A store that is down for a moment would otherwise take all sign-ins down with it, and whoever can bring it
    /// down could lock everybody out.
    #[default]
    Open,
    /// It is answered with 503: nobody guesses a password without being counted, and nobody signs in while the store is down.
    Closed,
}

/// So many requests in so long a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// The time. It begins anew with each request that is let through.
    pub window: Duration,
    /// How many requests are let through; 0: none.
    pub max: u32,
}

/// A limit for some paths.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RateLimitRule {
    /// A path below `/api/auth`; `*` stands for any text, `?` for one character: `/sign-in/*`. Paths that are none of the
    /// interface's are `/*`, all together, and what a link holds is its name: `/reset-password/:token`.
    pub path: String,
    /// The limit; `None`: no limit.
    pub limit: Option<RateLimit>,
}

impl RateLimitConfig {
    /// The longest time that a counter is of use.
    pub(crate) fn longest_window(&self) -> Duration {
        let rules = self.rules.iter().filter_map(|rule| rule.limit);
        let limits = rules.chain(self.per_account).chain([self.default]);
        limits.map(|limit| limit.window).fold(LONGEST_SPECIAL, Duration::max)
    }

    /// Whether anything is counted.
    pub(crate) fn is_used(&self) -> bool {
        self.enabled || self.per_account.is_some()
    }
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
        Self {
            enabled: false,
            default: RateLimit::new(100, 10),
            rules: Vec::new(),
            per_account: None,
            storage: None,
            when_unavailable: WhenUnavailable::Open,
        }
    }
}

/// The window of the special rules for what sends mail.
const LONGEST_SPECIAL: Duration = Duration::from_mins(1);
