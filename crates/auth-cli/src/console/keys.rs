//! The secrets of one process: what lets a browser in, what it shows afterwards, what its forms carry.

use std::sync::{Mutex, PoisonError};

use auth_core::domain::{Random, Secret, random_text};
use subtle::ConstantTimeEq;

/// The secrets of one process.
#[derive(Debug)]
pub(super) struct Keys {
    /// The first part of every path. Cookies know no ports: with this path, a browser shows ours to no other program on 127.0.0.1.
    pub(super) place: String,
    /// What the printed address carries; gone when it was used.
    entry: Mutex<Option<Secret>>,
    session: Secret,
    form: Secret,
}

impl Keys {
    pub(super) fn new(random: &dyn Random) -> Self {
        let secret = || Secret::new(random_text(random, LENGTH));
        Self {
            place: random_text(random, LENGTH / 2),
            entry: Mutex::new(Some(secret())),
            session: secret(),
            form: secret(),
        }
    }

    /// The printed address's token; `None` when it was used.
    pub(super) fn entry(&self) -> Option<Secret> {
        self.entry.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets in by the entry's token, once: of concurrent callers one is told so.
    pub(super) fn enter(&self, token: &str) -> bool {
        let mut entry = self.entry.lock().unwrap_or_else(PoisonError::into_inner);
        let is_right = entry.as_ref().is_some_and(|entry| same(entry, token));
        if is_right {
            *entry = None;
        }
        is_right
    }

    /// The line that gives a browser the session: for this process's paths, not for scripts, not for other sites.
    pub(super) fn cookie(&self) -> String {
        format!("{COOKIE}={}; Path=/{}/; HttpOnly; SameSite=Strict", self.session.expose(), self.place)
    }

    /// Whether a line of cookies holds the session. Others may have put one of the same name beside it.
    pub(super) fn is_entered(&self, cookies: &str) -> bool {
        let mut pairs = cookies.split(';').filter_map(|pair| pair.trim().split_once('='));
        pairs.any(|(name, value)| name == COOKIE && same(&self.session, value))
    }

    /// What forms carry.
    pub(super) fn form(&self) -> &str {
        self.form.expose()
    }

    /// Whether a form is one of ours.
    pub(super) fn is_ours(&self, form: &str) -> bool {
        same(&self.form, form)
    }
}

fn same(secret: &Secret, given: &str) -> bool {
    secret.expose().as_bytes().ct_eq(given.as_bytes()).into()
}

const COOKIE: &str = "auth_console";
/// Characters of which each is one of 62: 190 bits.
const LENGTH: usize = 32;

#[cfg(test)]
mod tests {
    use auth_core::domain::SystemRandom;

    use super::*;

    #[test]
    fn the_entry_lets_in_one_of_many() {
        let keys = Keys::new(&SystemRandom);
        let token = keys.entry().unwrap();
        assert!(!keys.enter("") && !keys.enter(&token.expose()[1..]), "a wrong token leaves the right one");
        let entered = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..8).map(|_| scope.spawn(|| keys.enter(token.expose()))).collect();
            tries.into_iter().map(|one| one.join().unwrap()).filter(|entered| *entered).count()
        });
        assert_eq!(entered, 1);
        assert!(keys.entry().is_none());
    }

    #[test]
    fn the_session_is_found_among_cookies_of_others() {
        let keys = Keys::new(&SystemRandom);
        let line = keys.cookie();
        let (own, attributes) = line.split_once(';').unwrap();
        assert_eq!(attributes, format!(" Path=/{}/; HttpOnly; SameSite=Strict", keys.place));
        assert!(keys.is_entered(own) && keys.is_entered(&format!("a=b; auth_console=planted; {own}")));
        for wrong in ["", "auth_console", "auth_console=", &own[..own.len() - 1], &own.to_uppercase()] {
            assert!(!keys.is_entered(wrong), "{wrong}");
        }
        assert!(keys.is_ours(keys.form()) && !keys.is_ours("") && !keys.is_ours(own));
    }

    #[test]
    fn what_is_shown_of_keys_is_no_secret() {
        let keys = Keys::new(&SystemRandom);
        let shown = format!("{keys:?}");
        assert!(!shown.contains(keys.form()) && !shown.contains(keys.entry().unwrap().expose()), "{shown}");
    }
}
