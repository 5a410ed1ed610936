//! The computation itself: exactly one hash for every call.

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use subtle::ConstantTimeEq;

use super::argon2id::{self, Argon2idHash};
use super::config::{Argon2Config, PasswordConfig, PasswordFormat};
use super::memory::WorkingMemory;
use super::plain::NormalizedPassword;
use super::scrypt::{self, ScryptHash};
use super::stored::StoredHash;
use super::{PasswordError, PasswordHash};
use crate::domain::Random;

/// Whether a password is the one that was hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "the verdict says whether the password was right"]
pub enum Verdict {
    /// It is.
    Match {
        /// The stored hash has another format or cost than the configuration asks for.
        needs_rehash: bool,
    },
    /// It is not, or there is no hash, or none that can be read.
    Mismatch,
}

/// Hashes and verifies by the configuration, and counts.
#[derive(Debug)]
pub(super) struct Engine {
    format: PasswordFormat,
    pub(super) argon2: Argon2Config,
    random: Arc<dyn Random>,
    computed: AtomicU64,
}

impl Engine {
    pub(super) fn new(config: &PasswordConfig, random: Arc<dyn Random>) -> Self {
        Self { format: config.format, argon2: config.argon2, random, computed: AtomicU64::new(0) }
    }

    /// Hashes in the configured format with a new salt.
    pub(super) fn hash(
        &self,
        password: &NormalizedPassword,
        memory: &mut WorkingMemory,
    ) -> Result<PasswordHash, PasswordError> {
        match self.format {
            PasswordFormat::Argon2id => {
                let salt = self.salt::<{ argon2id::SALT_LEN }>().to_vec();
                let input = argon2id::Input { cost: self.argon2, salt: &salt, key_len: argon2id::KEY_LEN };
                let key = self.argon2id(password, &input, memory)?;
                Ok(Argon2idHash { cost: self.argon2, salt, key }.into())
            }
            PasswordFormat::Scrypt => {
                let salt = scrypt::encode(&self.salt::<{ scrypt::SALT_LEN }>());
                let key = self.scrypt(password, &salt)?;
                Ok(ScryptHash { salt, key }.into())
            }
        }
    }

    /// Compares with a stored hash; without one it does the work of [`Engine::hash`] and says no.
    pub(super) fn verify(
        &self,
        password: &NormalizedPassword,
        stored: Option<&StoredHash>,
        memory: &mut WorkingMemory,
    ) -> Result<Verdict, PasswordError> {
        match stored {
            Some(StoredHash::Argon2id(stored)) => {
                let key_len = stored.key.len();
                let input = argon2id::Input { cost: stored.cost, salt: &stored.salt, key_len };
                let key = self.argon2id(password, &input, memory)?;
                Ok(verdict(&key, &stored.key, self.is_outdated(stored)))
            }
            Some(StoredHash::Scrypt(stored)) => {
                let key = self.scrypt(password, &stored.salt)?;
                Ok(verdict(&key, &stored.key, self.format != PasswordFormat::Scrypt))
            }
            None => {
                black_box(self.hash(password, memory)?);
                Ok(Verdict::Mismatch)
            }
        }
    }

    /// How many hashes were begun so far.
    pub(super) fn computed(&self) -> u64 {
        self.computed.load(Ordering::Relaxed)
    }

    fn argon2id(
        &self,
        password: &NormalizedPassword,
        input: &argon2id::Input<'_>,
        memory: &mut WorkingMemory,
    ) -> Result<Vec<u8>, PasswordError> {
        self.computed.fetch_add(1, Ordering::Relaxed);
        argon2id::derive(password, input, memory)
    }

    fn scrypt(&self, password: &NormalizedPassword, salt: &str) -> Result<scrypt::Key, PasswordError> {
        self.computed.fetch_add(1, Ordering::Relaxed);
        scrypt::derive(password, salt)
    }

    fn is_outdated(&self, stored: &Argon2idHash) -> bool {
        self.format != PasswordFormat::Argon2id || stored.is_outdated(&self.argon2)
    }

    fn salt<const LEN: usize>(&self) -> [u8; LEN] {
        let mut salt = [0; LEN];
        self.random.fill(&mut salt);
        salt
    }
}

fn verdict(computed: &[u8], stored: &[u8], needs_rehash: bool) -> Verdict {
    if bool::from(computed.ct_eq(stored)) { Verdict::Match { needs_rehash } } else { Verdict::Mismatch }
}
