//! Ids: text whatever type their column has, by default 32 random characters of `a-z A-Z 0-9`.

use std::fmt;

use auth_schema::{IdStrategy, Value};
use uuid::Builder;

use super::{Clock, Random};

/// Id of a user.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct UserId(String);

impl UserId {
    /// Takes a text as an id.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, taken out.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Id of a session; not the token that grants access.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SessionId(String);

impl SessionId {
    /// Takes a text as an id.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, taken out.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for SessionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Id of an event of the audit trail.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EventId(String);

impl EventId {
    /// Takes a text as an id.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, taken out.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Id of an account row; not the provider's own id.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccountId(String);

impl AccountId {
    /// Takes a text as an id.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, taken out.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for AccountId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Id of a verification.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct VerificationId(String);

impl VerificationId {
    /// Takes a text as an id.
    pub fn new(id: impl Into<String>) -> Self {
        Self(id.into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text, taken out.
    pub fn into_string(self) -> String {
        self.0
    }
}

impl fmt::Display for VerificationId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Makes an id; `None` when the database makes it.
pub fn generate_id(strategy: &IdStrategy, clock: &dyn Clock, random: &dyn Random) -> Option<String> {
    Some(match strategy {
        IdStrategy::UuidV4 => Builder::from_random_bytes(bytes(random)).into_uuid().to_string(),
        IdStrategy::UuidV7 => uuid_v7(clock, random),
        IdStrategy::NanoId => random_text_of(random, URL_SAFE, 21),
        IdStrategy::Cuid2 => {
            random_text_of(random, &LOWERCASE[..26], 1) + &random_text_of(random, LOWERCASE, 23)
        }
        IdStrategy::Prefixed(prefix) => format!("{prefix}{}", random_text(random, 24)),
        IdStrategy::Custom(make) => match make.make() {
            Value::Text(id) => id,
            Value::Uuid(id) => id.to_string(),
            Value::Int(id) => id.to_string(),
            _ => return None,
        },
        IdStrategy::Serial | IdStrategy::Database(_) => return None,
        _ => random_text(random, 32),
    })
}

fn uuid_v7(clock: &dyn Clock, random: &dyn Random) -> String {
    let millis = u64::try_from(clock.now().unix_timestamp_nanos() / 1_000_000).unwrap_or_default();
    Builder::from_unix_timestamp_millis(millis, &bytes(random)).into_uuid().to_string()
}

fn bytes<const N: usize>(random: &dyn Random) -> [u8; N] {
    let mut bytes = [0; N];
    random.fill(&mut bytes);
    bytes
}

/// Text of random characters of `a-z A-Z 0-9`, each equally likely: what Better Auth makes ids and tokens of.
/// 32 characters hold 190 bits.
pub fn random_text(random: &dyn Random, length: usize) -> String {
    random_text_of(random, ALPHABET, length)
}

/// Text of random characters of an alphabet of at most 256, each equally likely.
pub(crate) fn random_text_of(random: &dyn Random, alphabet: &[u8], length: usize) -> String {
    let mut text = String::with_capacity(length);
    // Bytes beyond the last whole multiple of the alphabet would favour the first letters.
    let fair = 256 - 256 % alphabet.len();
    while text.len() < length {
        let bytes: [u8; 64] = bytes(random);
        let fair = bytes.iter().map(|byte| usize::from(*byte)).filter(|byte| *byte < fair);
        let letters = fair.map(|byte| char::from(alphabet[byte % alphabet.len()]));
        text.extend(letters.take(length - text.len()));
    }
    text
}

const ALPHABET: &[u8; 62] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";

/// What stands in a URL as it is.
pub(crate) const URL_SAFE: &[u8; 64] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-";
/// What survives a change of case.
pub(crate) const LOWERCASE: &[u8; 36] = b"abcdefghijklmnopqrstuvwxyz0123456789";

#[cfg(test)]
mod tests {
    use auth_schema::{Generator, IdType};

    use super::*;
    use crate::domain::{ManualClock, SystemRandom};

    #[test]
    fn every_strategy_makes_ids_of_its_form() {
        let clock = ManualClock::new(time::macros::datetime!(2026-11-24 12:00 UTC));
        let id = |strategy| generate_id(&strategy, &clock, &SystemRandom);
        let of = |id: &str, length: usize, admits: fn(char) -> bool| {
            assert!(id.len() == length && id.chars().all(admits), "{id}");
        };
        of(&id(IdStrategy::Random).unwrap(), 32, |letter| letter.is_ascii_alphanumeric());
        of(&id(IdStrategy::NanoId).unwrap(), 21, |letter| {
            letter.is_ascii_alphanumeric() || "_-".contains(letter)
        });
        let cuid = id(IdStrategy::Cuid2).unwrap();
        of(&cuid, 24, |letter| letter.is_ascii_lowercase() || letter.is_ascii_digit());
        assert!(cuid.starts_with(|first: char| first.is_ascii_lowercase()));
        let prefixed = id(IdStrategy::Prefixed("usr_".into())).unwrap();
        of(prefixed.strip_prefix("usr_").unwrap(), 24, |letter| letter.is_ascii_alphanumeric());
        let version = |id: String| uuid::Uuid::parse_str(&id).unwrap().get_version_num();
        assert_eq!(version(id(IdStrategy::UuidV4).unwrap()), 4);
        let ordered = id(IdStrategy::UuidV7).unwrap();
        let millis = u64::from_str_radix(&ordered.replace('-', "")[..12], 16).unwrap();
        assert_eq!(i128::from(millis) * 1_000_000, clock.now().unix_timestamp_nanos());
        assert_eq!(version(ordered), 7);
        assert_eq!(id(IdStrategy::Custom(Generator::new(|| "mine"))).as_deref(), Some("mine"));
        assert_eq!(id(IdStrategy::Serial), None);
        assert_eq!(id(IdStrategy::Database(IdType::Text)), None);
    }

    #[test]
    fn every_character_occurs_about_equally_often() {
        let text = random_text(&SystemRandom, 62_000);
        assert_eq!(text.len(), 62_000);
        for letter in ALPHABET {
            let count = text.bytes().filter(|byte| byte == letter).count();
            assert!((800..1200).contains(&count), "{} occurs {count} times of 1000", char::from(*letter));
        }
    }
}
