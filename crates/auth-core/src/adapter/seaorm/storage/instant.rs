//! The forms of instants on SQLite.

use sea_orm::DbErr;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use crate::domain::whole_milliseconds;

/// Whole milliseconds since 1970.
pub(in super::super) fn unix_millis(instant: OffsetDateTime) -> i64 {
    i64::try_from(instant.unix_timestamp_nanos().div_euclid(1_000_000)).unwrap_or(i64::MAX)
}

/// The instant so many milliseconds after the beginning of 1970.
pub(in super::super) fn from_unix_millis(millis: i64) -> Result<OffsetDateTime, DbErr> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
        .map_err(|_| DbErr::Type("milliseconds outside the calendar".to_owned()))
}

/// `2026-11-24T12:00:00.345Z`, as JavaScript's `toISOString` writes it.
pub(super) fn iso_text(instant: OffsetDateTime) -> Option<String> {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    let utc = whole_milliseconds(instant);
    if !(0..=9999).contains(&utc.year()) {
        return None;
    }
    utc.format(format).ok()
}

/// `2026-11-24T12:00:00.345+00:00`, as Prisma's drivers write it.
pub(super) fn offset_text(instant: OffsetDateTime) -> Option<String> {
    let mut text = iso_text(instant)?;
    text.pop();
    text.push_str("+00:00");
    Some(text)
}

/// Any form that Better Auth, SeaORM or SQLite's own functions leave behind; without a zone it is UTC.
pub(super) fn parse_instant(text: &str) -> Result<OffsetDateTime, DbErr> {
    if let Ok(instant) = OffsetDateTime::parse(text, &Rfc3339) {
        return Ok(whole_milliseconds(instant));
    }
    let plain = format_description!("[year]-[month]-[day] [hour]:[minute]:[second][optional [.[subsecond]]]");
    PrimitiveDateTime::parse(text, plain)
        .map(|local| whole_milliseconds(local.assume_utc()))
        .map_err(|_| DbErr::Type("text is not an instant".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn instants_become_text_of_fixed_width_in_utc() {
        let instant = datetime!(2026-11-24 14:00:00.340_999 +02:00);
        assert_eq!(iso_text(instant).unwrap(), "2026-11-24T12:00:00.340Z");
        assert_eq!(iso_text(datetime!(2026-01-02 03:04:05 UTC)).unwrap(), "2026-01-02T03:04:05.000Z");
        assert_eq!(offset_text(instant).unwrap(), "2026-11-24T12:00:00.340+00:00");
    }

    #[test]
    fn text_of_other_writers_is_read() {
        let expected = datetime!(2026-11-24 12:00:00.340 UTC);
        for text in ["2026-11-24T12:00:00.340Z", "2026-11-24T14:00:00.34+02:00", "2026-11-24 12:00:00.340"] {
            assert_eq!(parse_instant(text).unwrap(), expected, "{text}");
        }
        assert!(parse_instant("yesterday").is_err());
    }
}
