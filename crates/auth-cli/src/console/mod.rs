//! A page for operators on this machine: users with their accounts and sessions, and how the database is.
//!
//! It listens on 127.0.0.1 alone, and ends with the process. [`Bound::entry`] is an address that works once: it gives the browser a
//! cookie of this process. Every program of this machine can reach the port, and every page in a browser can send to it; what keeps
//! them out stands in `guard` and `keys`.

mod guard;
mod headers;
mod health;
mod keys;
mod layout;
mod listen;
mod problem;
mod revoke;
mod router;
mod shown;
mod user;
mod users;

use std::time::Duration;

use auth_core::Auth;
use auth_core::domain::{Random, RequestContext};
use tokio::sync::watch;

pub use self::health::Examiner;
pub use self::listen::Bound;

use self::keys::Keys;

/// The page, before it listens.
#[derive(Debug)]
pub struct Console {
    auth: Auth,
    operator: RequestContext,
    keys: Keys,
    examiner: Option<Examiner>,
    idle: Option<Duration>,
}

/// What every request shares.
#[derive(Debug)]
struct Shared {
    auth: Auth,
    operator: RequestContext,
    keys: Keys,
    examiner: Option<Examiner>,
    /// The names under which a browser on this machine reaches it: `127.0.0.1:4000`, `localhost:4000`.
    hosts: [String; 2],
    /// Hears of every request that is let in.
    activity: watch::Sender<()>,
}

impl Console {
    /// A page on the services. `operator` is who ends sessions, for hooks and logs; `random` makes the secrets of this process.
    pub fn new(auth: Auth, operator: RequestContext, random: &dyn Random) -> Self {
        Self { auth, operator, keys: Keys::new(random), examiner: None, idle: None }
    }

    /// Shows how the database is. Default: those pages say that there is nothing to examine.
    #[must_use]
    pub fn examiner(self, examiner: Examiner) -> Self {
        Self { examiner: Some(examiner), ..self }
    }

    /// Ends by itself once nobody has asked for so long. Default: never.
    #[must_use]
    pub fn idle(self, idle: Duration) -> Self {
        Self { idle: Some(idle), ..self }
    }
}
