//! The settings of password hashing.

use std::num::NonZeroUsize;
use std::thread::available_parallelism;

use super::PasswordError;

/// How passwords are hashed, and how much of the machine that may take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PasswordConfig {
    /// Format of new hashes. Default: [`PasswordFormat::Argon2id`]. Stored hashes of either format verify,
    /// whatever this says.
    ///
    /// Set [`PasswordFormat::Scrypt`] where a Better Auth TypeScript application reads the same rows: it
    /// knows only that format. An unknown user costs one hash in this format, so choose the format that
    /// most rows have: else the time of an answer tells whether a user exists.
    pub format: PasswordFormat,
    /// Cost of Argon2id. It has no effect on scrypt, whose cost is fixed by Better Auth.
    pub argon2: Argon2Config,
    /// How many hashes may be computed at once; each holds `argon2.memory_kib` of memory (32 MiB for
    /// scrypt) and one core. Default (`None`): the number of cores minus one, at least one.
    ///
    /// Too high: sign-ins take the cores away from all other requests. Too low: sign-ins wait although
    /// cores are idle.
    pub max_concurrent: Option<NonZeroUsize>,
    /// How many callers may wait for their hash beyond those that are computed; one more gets
    /// [`PasswordError::Busy`]. Default: 200. 0: nobody waits.
    ///
    /// Too high: under a flood of sign-ins people wait longer than their browser does. Too low: a short
    /// burst is turned away. A hash takes some 20 milliseconds: 200 waiting ones are four seconds on one
    /// core.
    pub max_queued: usize,
    /// Whether a sign-in with the right password stores the hash anew when its format or cost is not the
    /// configured one. Default: `false`, because a TypeScript application on the same rows cannot read
    /// Argon2id. It costs a second hash and an UPDATE at the first sign-in of each user.
    pub rehash_on_sign_in: bool,
    /// Shortest password accepted at sign-up and change, in UTF-16 code units. Default: 8. Too low: weak
    /// passwords. Raising it locks nobody out.
    pub min_length: usize,
    /// Longest password accepted, in UTF-16 code units. Default: 128. Too low: passphrases are refused.
    /// Too high: large bodies are normalised and hashed for strangers.
    pub max_length: usize,
}

/// The format of a password hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum PasswordFormat {
    /// A PHC string: `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`.
    #[default]
    Argon2id,
    /// Better Auth's `salt:key` in hexadecimal, scrypt with N = 16384, r = 16, p = 1.
    Scrypt,
}

/// The cost of one Argon2id hash. The defaults are the ones that OWASP recommends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Argon2Config {
    /// Working memory in KiB, at least 8 per lane. Default: 19456 (19 MiB). Too high: each concurrent hash
    /// holds that much, for good. Too low: guessing on graphics cards becomes cheap.
    pub memory_kib: u32,
    /// Passes over the memory, at least 1. Default: 2. Time grows in proportion. Too low: guessing is
    /// cheap; below 2 raise the memory.
    pub iterations: u32,
    /// Lanes, at least 1. Default: 1. They are computed one after another on one thread, so more make
    /// nothing faster: raise it only to agree with the hashes of another system.
    pub parallelism: u32,
}

impl Default for PasswordConfig {
    fn default() -> Self {
        Self {
            format: PasswordFormat::default(),
            argon2: Argon2Config::default(),
            max_concurrent: None,
            max_queued: 200,
            rehash_on_sign_in: false,
            min_length: 8,
            max_length: 128,
        }
    }
}

impl Default for Argon2Config {
    fn default() -> Self {
        Self { memory_kib: 19_456, iterations: 2, parallelism: 1 }
    }
}

impl PasswordConfig {
    /// Says what is wrong with the settings, field by field.
    ///
    /// # Errors
    ///
    /// [`PasswordError::Setting`] with the first field that cannot be used.
    pub fn validate(&self) -> Result<(), PasswordError> {
        if self.min_length > self.max_length {
            return Err(setting("min_length", self.min_length, "use at most password.max_length"));
        }
        self.argon2.validate()
    }

    /// How many hashes are computed at once, with the default worked out for this machine.
    pub(super) fn concurrency(&self) -> usize {
        let cores = available_parallelism().map_or(1, NonZeroUsize::get);
        self.max_concurrent.map_or_else(|| cores.saturating_sub(1).max(1), NonZeroUsize::get)
    }
}

impl Argon2Config {
    pub(super) fn validate(&self) -> Result<(), PasswordError> {
        if !(1..=argon2::Params::MAX_P_COST).contains(&self.parallelism) {
            let rule = "use 1, or at most 16777215";
            return Err(setting("argon2.parallelism", self.parallelism as usize, rule));
        }
        if self.iterations < 1 {
            return Err(setting("argon2.iterations", self.iterations as usize, "use at least 1; 2 is usual"));
        }
        if self.memory_kib / 8 < self.parallelism {
            let rule = "use at least 8 KiB for each lane of password.argon2.parallelism; 19456 is usual";
            return Err(setting("argon2.memory_kib", self.memory_kib as usize, rule));
        }
        Ok(())
    }
}

fn setting(field: &'static str, value: usize, rule: &'static str) -> PasswordError {
    PasswordError::Setting { field, value, rule }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused_field(config: &PasswordConfig) -> &'static str {
        match config.validate() {
            Err(PasswordError::Setting { field, .. }) => field,
            other => panic!("{other:?}"),
        }
    }

    fn with_argon2(memory_kib: u32, iterations: u32, parallelism: u32) -> PasswordConfig {
        PasswordConfig {
            argon2: Argon2Config { memory_kib, iterations, parallelism },
            ..PasswordConfig::default()
        }
    }

    #[test]
    fn the_defaults_are_valid() {
        PasswordConfig::default().validate().unwrap();
    }

    #[test]
    fn a_wrong_setting_is_named() {
        assert_eq!(refused_field(&with_argon2(19_456, 2, 0)), "argon2.parallelism");
        assert_eq!(refused_field(&with_argon2(u32::MAX, 2, 1 << 24)), "argon2.parallelism");
        assert_eq!(refused_field(&with_argon2(19_456, 0, 1)), "argon2.iterations");
        assert_eq!(refused_field(&with_argon2(7, 2, 1)), "argon2.memory_kib");
        assert_eq!(refused_field(&with_argon2(31, 2, 4)), "argon2.memory_kib");
        let lengths = PasswordConfig { min_length: 9, max_length: 8, ..PasswordConfig::default() };
        assert_eq!(refused_field(&lengths), "min_length");
        with_argon2(8, 1, 1).validate().unwrap();
        with_argon2(32, 1, 4).validate().unwrap();
    }

    #[test]
    fn the_message_says_what_to_do() {
        let error = with_argon2(7, 2, 1).validate().unwrap_err();
        assert!(
            error.to_string().starts_with("password.argon2.memory_kib is 7: use at least 8 KiB"),
            "{error}"
        );
    }

    #[test]
    fn at_least_one_hash_runs_at_once() {
        assert!(PasswordConfig::default().concurrency() >= 1);
        let three = PasswordConfig { max_concurrent: NonZeroUsize::new(3), ..PasswordConfig::default() };
        assert_eq!(three.concurrency(), 3);
    }
}
