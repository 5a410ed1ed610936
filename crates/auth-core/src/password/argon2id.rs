//! Argon2id and its PHC string: `$argon2id$v=19$m=19456,t=2,p=1$salt$key`.

use std::fmt;

use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use super::config::Argon2Config;
use super::memory::WorkingMemory;
use super::plain::NormalizedPassword;
use super::stored::UnreadableHash;
use super::{PasswordError, PasswordHash};

/// The parts of a PHC string of Argon2id, version 19.
pub(super) struct Argon2idHash {
    pub(super) cost: Argon2Config,
    pub(super) salt: Vec<u8>,
    pub(super) key: Vec<u8>,
}

impl Argon2idHash {
    /// Reads a PHC string strictly: version 19, the parameters `m`, `t` and `p` in this order, no others.
    /// A cost that could exhaust the machine is refused; the configured cost never is.
    pub(super) fn parse(text: &str, configured: &Argon2Config) -> Result<Self, UnreadableHash> {
        let rest = text.strip_prefix("$argon2id$").ok_or(UnreadableHash::UnknownFormat)?;
        let rest = rest.strip_prefix("v=19$").ok_or(UnreadableHash::InvalidParameters)?;
        let mut parts = rest.split('$');
        let (Some(cost), Some(salt), Some(key), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(UnreadableHash::InvalidEncoding);
        };
        let cost = parse_cost(cost).ok_or(UnreadableHash::InvalidParameters)?;
        if !is_affordable(&cost, configured) {
            return Err(UnreadableHash::TooCostly);
        }
        let salt = decode(salt, 8).ok_or(UnreadableHash::InvalidEncoding)?;
        let key = decode(key, 16).ok_or(UnreadableHash::InvalidEncoding)?;
        Ok(Self { cost, salt, key })
    }

    /// Whether a new hash would be made otherwise: with another cost, a longer salt or key.
    pub(super) fn is_outdated(&self, configured: &Argon2Config) -> bool {
        self.cost != *configured || self.salt.len() < SALT_LEN || self.key.len() < KEY_LEN
    }
}

impl From<Argon2idHash> for PasswordHash {
    fn from(hash: Argon2idHash) -> Self {
        Self::from(hash.to_string())
    }
}

impl fmt::Display for Argon2idHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Argon2Config { memory_kib, iterations, parallelism } = self.cost;
        let (salt, key) = (STANDARD_NO_PAD.encode(&self.salt), STANDARD_NO_PAD.encode(&self.key));
        write!(f, "$argon2id$v=19$m={memory_kib},t={iterations},p={parallelism}${salt}${key}")
    }
}

/// Computes the key of a password: one Argon2id hash of `key_len` bytes.
pub(super) fn derive(
    password: &NormalizedPassword,
    hash: &Input<'_>,
    memory: &mut WorkingMemory,
) -> Result<Vec<u8>, PasswordError> {
    let cost = hash.cost;
    let params = Params::new(cost.memory_kib, cost.iterations, cost.parallelism, Some(hash.key_len))
        .map_err(refused)?;
    let blocks = memory.blocks(params.block_count())?;
    let mut key = vec![0; hash.key_len];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into_with_memory(password.as_bytes(), hash.salt, &mut key, blocks)
        .map_err(refused)?;
    Ok(key)
}

/// What besides the password goes into a key.
pub(super) struct Input<'a> {
    pub(super) cost: Argon2Config,
    pub(super) salt: &'a [u8],
    /// In bytes.
    pub(super) key_len: usize,
}

fn refused(error: argon2::Error) -> PasswordError {
    PasswordError::Refused { algorithm: "argon2id", source: Box::new(error) }
}

fn parse_cost(text: &str) -> Option<Argon2Config> {
    let mut parts = text.split(',');
    let cost = Argon2Config {
        memory_kib: decimal(parts.next()?.strip_prefix("m=")?)?,
        iterations: decimal(parts.next()?.strip_prefix("t=")?)?,
        parallelism: decimal(parts.next()?.strip_prefix("p=")?)?,
    };
    (parts.next().is_none() && cost.validate().is_ok()).then_some(cost)
}

/// Reads a number as PHC strings write it: digits without a sign or a leading zero.
fn decimal(text: &str) -> Option<u32> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    is_plain.then(|| text.parse().ok()).flatten()
}

fn decode(text: &str, min_len: usize) -> Option<Vec<u8>> {
    if text.len() > MAX_ENCODED_LEN {
        return None;
    }
    STANDARD_NO_PAD.decode(text).ok().filter(|bytes| bytes.len() >= min_len)
}

/// Whether a stored hash may cost that much: a row must not be able to take the machine's memory or a
/// core for minutes.
fn is_affordable(cost: &Argon2Config, configured: &Argon2Config) -> bool {
    let work = |cost: &Argon2Config| u64::from(cost.memory_kib) * u64::from(cost.iterations);
    cost.memory_kib <= MAX_STORED_MEMORY_KIB.max(configured.memory_kib)
        && cost.parallelism <= MAX_STORED_PARALLELISM.max(configured.parallelism)
        && work(cost) <= MAX_STORED_WORK_KIB.max(work(configured))
}

/// Length of a new salt in bytes.
pub(super) const SALT_LEN: usize = 16;
/// Length of a new key in bytes.
pub(super) const KEY_LEN: usize = 32;
/// 64 bytes in base64.
const MAX_ENCODED_LEN: usize = 86;
/// 256 MiB: libsodium's "moderate".
const MAX_STORED_MEMORY_KIB: u32 = 256 * 1024;
const MAX_STORED_PARALLELISM: u32 = 64;
/// Memory times passes: 1 GiB is about a second.
const MAX_STORED_WORK_KIB: u64 = 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::password::Password;

    const CONFIGURED: Argon2Config = Argon2Config { memory_kib: 64, iterations: 1, parallelism: 1 };
    const SALT: &str = "c29tZXNhbHRzb21lc2FsdA";
    const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

    fn parse(text: &str) -> Result<Argon2idHash, UnreadableHash> {
        Argon2idHash::parse(text, &CONFIGURED)
    }

    fn error_of(text: &str) -> UnreadableHash {
        parse(text).err().unwrap_or_else(|| panic!("was read: {text}"))
    }

    /// A case of the reference implementation's own tests: "password", "somesalt", 64 MiB, two passes.
    #[test]
    fn the_vector_of_the_reference_implementation_verifies() {
        let stored =
            parse("$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc")
                .unwrap();
        let input = Input { cost: stored.cost, salt: &stored.salt, key_len: stored.key.len() };
        let key =
            derive(&Password::new("password").normalize(), &input, &mut WorkingMemory::default()).unwrap();
        assert_eq!(key, stored.key);
    }

    #[test]
    fn a_dirty_buffer_changes_no_key() {
        let mut memory = WorkingMemory::default();
        let mut key = |password: &str, memory_kib: u32| {
            let cost = Argon2Config { memory_kib, iterations: 2, parallelism: 2 };
            let input = Input { cost, salt: b"somesaltsomesalt", key_len: 32 };
            derive(&Password::new(password).normalize(), &input, &mut memory).unwrap()
        };
        let clean = key("password", 64);
        key("another", 256);
        assert_eq!(key("password", 64), clean);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let hash = Argon2idHash { cost: Argon2Config::default(), salt: vec![7; 16], key: vec![9; 32] };
        let text = hash.to_string();
        assert!(text.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{text}");
        let read = parse(&text).unwrap();
        assert_eq!((read.cost, read.salt, read.key), (hash.cost, hash.salt, hash.key));
    }

    #[test]
    fn only_the_strict_form_is_read() {
        let valid = format!("$argon2id$v=19$m=64,t=1,p=1${SALT}${KEY}");
        assert!(parse(&valid).is_ok());
        for (from, to, error) in [
            ("argon2id", "argon2i", UnreadableHash::UnknownFormat),
            ("argon2id", "argon2d", UnreadableHash::UnknownFormat),
            ("v=19", "v=16", UnreadableHash::InvalidParameters),
            ("v=19$", "", UnreadableHash::InvalidParameters),
            ("m=64,t=1", "t=1,m=64", UnreadableHash::InvalidParameters),
            ("m=64", "m=064", UnreadableHash::InvalidParameters),
            ("m=64", "m=+64", UnreadableHash::InvalidParameters),
            ("m=64", "m=", UnreadableHash::InvalidParameters),
            ("m=64", "m=4294967296", UnreadableHash::InvalidParameters),
            ("m=64", "m=7", UnreadableHash::InvalidParameters),
            ("t=1", "t=0", UnreadableHash::InvalidParameters),
            ("p=1", "p=0", UnreadableHash::InvalidParameters),
            ("p=1", "p=9", UnreadableHash::InvalidParameters),
            ("p=1", "p=1,data=AA", UnreadableHash::InvalidParameters),
            (SALT, "c29tZQ", UnreadableHash::InvalidEncoding),
            (SALT, "not base64!", UnreadableHash::InvalidEncoding),
            (KEY, "AAAA", UnreadableHash::InvalidEncoding),
            (KEY, "", UnreadableHash::InvalidEncoding),
        ] {
            assert_eq!(error_of(&valid.replace(from, to)), error, "{from} -> {to}");
        }
        assert_eq!(error_of(&format!("{valid}$")), UnreadableHash::InvalidEncoding);
        assert_eq!(error_of(&format!("{valid}=")), UnreadableHash::InvalidEncoding);
        assert_eq!(error_of(&format!("$argon2id$v=19$m=64,t=1,p=1${SALT}")), UnreadableHash::InvalidEncoding);
        let long = "A".repeat(1 << 20);
        assert_eq!(error_of(&valid.replace(KEY, &long)), UnreadableHash::InvalidEncoding);
    }

    #[test]
    fn hostile_costs_are_refused_before_any_memory_is_asked_for() {
        for cost in [
            "m=4194304,t=1,p=1",
            "m=4294967295,t=1,p=1",
            "m=262145,t=1,p=1",
            "m=262144,t=5,p=1",
            "m=64,t=4294967295,p=1",
            "m=8192,t=1,p=65",
        ] {
            assert_eq!(
                error_of(&format!("$argon2id$v=19${cost}${SALT}${KEY}")),
                UnreadableHash::TooCostly,
                "{cost}"
            );
        }
        assert!(parse(&format!("$argon2id$v=19$m=262144,t=4,p=1${SALT}${KEY}")).is_ok());
    }

    #[test]
    fn the_configured_cost_is_always_read() {
        let configured = Argon2Config { memory_kib: 1 << 20, iterations: 3, parallelism: 1 };
        let text = format!("$argon2id$v=19$m=1048576,t=3,p=1${SALT}${KEY}");
        assert!(Argon2idHash::parse(&text, &configured).is_ok());
        assert_eq!(error_of(&text), UnreadableHash::TooCostly);
    }

    #[test]
    fn another_cost_or_a_shorter_salt_or_key_is_outdated() {
        let is_outdated = |text: &str| parse(text).unwrap().is_outdated(&CONFIGURED);
        assert!(!is_outdated(&format!("$argon2id$v=19$m=64,t=1,p=1${SALT}${KEY}")));
        assert!(is_outdated(&format!("$argon2id$v=19$m=65,t=1,p=1${SALT}${KEY}")));
        assert!(is_outdated(&format!("$argon2id$v=19$m=64,t=2,p=1${SALT}${KEY}")));
        assert!(is_outdated(&format!("$argon2id$v=19$m=64,t=1,p=2${SALT}${KEY}")));
        assert!(is_outdated(&format!("$argon2id$v=19$m=64,t=1,p=1$c29tZXNhbHQ${KEY}")));
        assert!(is_outdated(&format!("$argon2id$v=19$m=64,t=1,p=1${SALT}$AAAAAAAAAAAAAAAAAAAAAA")));
    }
}
