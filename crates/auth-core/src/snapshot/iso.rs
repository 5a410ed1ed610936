//! Instants as JavaScript writes them.

use std::fmt;

use serde::Serializer;
use time::{OffsetDateTime, UtcOffset};

/// Serialises an instant as `2026-11-24T12:00:00.345Z`: UTC, always three digits of a second. For serde's `serialize_with`.
///
/// # Errors
///
/// The year does not have four digits.
pub fn serialize<S: Serializer>(instant: &OffsetDateTime, serializer: S) -> Result<S::Ok, S::Error> {
    match Iso::of(instant) {
        Some(iso) => serializer.collect_str(&iso),
        None => Err(serde::ser::Error::custom("the instant has no year of four digits")),
    }
}

/// The same as text; `None` for what no year of four digits holds.
pub fn text(instant: &OffsetDateTime) -> Option<String> {
    Iso::of(instant).map(|iso| iso.to_string())
}

/// An instant in UTC whose year has four digits.
struct Iso(OffsetDateTime);

impl Iso {
    fn of(instant: &OffsetDateTime) -> Option<Self> {
        let utc = instant.to_offset(UtcOffset::UTC);
        (0..=9999).contains(&utc.year()).then_some(Self(utc))
    }
}

impl fmt::Display for Iso {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(utc) = self;
        write!(formatter, "{:04}-{:02}-{:02}T", utc.year(), u8::from(utc.month()), utc.day())?;
        let (hour, minute, second) = utc.to_hms();
        write!(formatter, "{hour:02}:{minute:02}:{second:02}.{:03}Z", utc.millisecond())
    }
}
