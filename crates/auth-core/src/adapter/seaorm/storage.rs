//! How a column physically stores a field's values.

use auth_schema::FieldType;
use sea_orm::sea_query::Value as SqlValue;
use sea_orm::{DbBackend, DbErr, QueryResult};
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use crate::adapter::Value;
use crate::domain::whole_milliseconds;

/// The physical form of a column's values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Storage {
    /// UTF-8 text.
    Text,
    /// 32-bit integer.
    Integer,
    /// 64-bit integer.
    BigInteger,
    /// Double.
    Float,
    /// Boolean, or 0 and 1.
    Boolean,
    /// PostgreSQL's `timestamptz`, MySQL's `timestamp(3)` in a UTC session.
    Timestamp,
    /// PostgreSQL's `timestamp`, MySQL's `datetime(3)`: without a zone, read and written as UTC.
    TimestampWithoutZone,
    /// SQLite text, always `2026-11-24T12:00:00.345Z`: fixed width, so that text sorts as time does.
    TimestampText,
    /// SQLite integer, milliseconds since 1970.
    TimestampMillis,
    /// The engine's JSON type.
    Json,
    /// JSON as text.
    JsonText,
}

impl Storage {
    /// Chooses the form for a field in a column of a live type (lower case, without length). `None`: the
    /// column cannot hold the field.
    pub(super) fn choose(field_type: FieldType, backend: DbBackend, live: &str) -> Option<Self> {
        match backend {
            DbBackend::Postgres => Self::choose_postgres(field_type, live),
            DbBackend::MySql => Self::choose_mysql(field_type, live),
            _ => Some(Self::choose_sqlite(field_type, live)),
        }
    }

    fn choose_postgres(field_type: FieldType, live: &str) -> Option<Self> {
        Some(match (field_type, live) {
            (FieldType::String, "text" | "character varying" | "character") => Self::Text,
            (FieldType::Integer | FieldType::BigInteger, "integer") => Self::Integer,
            (FieldType::Integer | FieldType::BigInteger, "bigint") => Self::BigInteger,
            (FieldType::Float, "double precision") => Self::Float,
            (FieldType::Boolean, "boolean") => Self::Boolean,
            (FieldType::Timestamp, "timestamp with time zone") => Self::Timestamp,
            (FieldType::Timestamp, "timestamp without time zone") => Self::TimestampWithoutZone,
            (FieldType::Json | FieldType::StringList | FieldType::NumberList, "json" | "jsonb") => Self::Json,
            _ => return None,
        })
    }

    fn choose_mysql(field_type: FieldType, live: &str) -> Option<Self> {
        let text = matches!(live, "varchar" | "char" | "text" | "tinytext" | "mediumtext" | "longtext");
        Some(match (field_type, live) {
            (FieldType::String, _) if text => Self::Text,
            (FieldType::Integer | FieldType::BigInteger, "int") => Self::Integer,
            (FieldType::Integer | FieldType::BigInteger, "bigint") => Self::BigInteger,
            (FieldType::Float, "double") => Self::Float,
            (FieldType::Boolean, "tinyint") => Self::Boolean,
            (FieldType::Timestamp, "timestamp") => Self::Timestamp,
            // Bound as a zoned instant, `datetime` would end where MySQL's `timestamp` does, in 2038.
            (FieldType::Timestamp, "datetime") => Self::TimestampWithoutZone,
            (FieldType::Json | FieldType::StringList | FieldType::NumberList, "json") => Self::Json,
            (FieldType::Json | FieldType::StringList | FieldType::NumberList, _) if text => Self::JsonText,
            _ => return None,
        })
    }

    /// SQLite stores anything anywhere; only instants have two forms, told apart by the declared type.
    fn choose_sqlite(field_type: FieldType, live: &str) -> Self {
        match field_type {
            FieldType::Integer | FieldType::BigInteger => Self::BigInteger,
            FieldType::Float => Self::Float,
            FieldType::Boolean => Self::Boolean,
            FieldType::Timestamp if live.starts_with("int") || live == "bigint" => Self::TimestampMillis,
            FieldType::Timestamp => Self::TimestampText,
            FieldType::Json | FieldType::StringList | FieldType::NumberList => Self::JsonText,
            _ => Self::Text,
        }
    }

    /// The parameter for a value, or what is wrong with the value.
    pub(super) fn bind(self, value: Value) -> Result<SqlValue, &'static str> {
        Ok(match (self, value) {
            (_, Value::Null) => self.null(),
            (Self::Text, Value::Text(text)) if text.contains('\0') => {
                return Err("text with a NUL character");
            }
            (Self::Text, Value::Text(text)) => SqlValue::String(Some(text)),
            (Self::Integer, Value::Int(number)) => {
                SqlValue::Int(Some(i32::try_from(number).map_err(|_| "beyond 32 bits")?))
            }
            (Self::BigInteger, Value::Int(number)) => SqlValue::BigInt(Some(number)),
            (Self::Float, Value::Float(number)) => SqlValue::Double(Some(number)),
            (Self::Boolean, Value::Bool(truth)) => SqlValue::Bool(Some(truth)),
            (Self::Timestamp, Value::Timestamp(instant)) => {
                SqlValue::TimeDateTimeWithTimeZone(Some(whole_milliseconds(instant)))
            }
            (Self::TimestampWithoutZone, Value::Timestamp(instant)) => {
                let instant = whole_milliseconds(instant);
                SqlValue::TimeDateTime(Some(PrimitiveDateTime::new(instant.date(), instant.time())))
            }
            (Self::TimestampText, Value::Timestamp(instant)) => {
                SqlValue::String(Some(iso_text(instant).ok_or("an instant outside the years 0 to 9999")?))
            }
            (Self::TimestampMillis, Value::Timestamp(instant)) => {
                SqlValue::BigInt(Some(unix_millis(instant)))
            }
            (Self::Json, Value::Json(json)) => SqlValue::Json(Some(Box::new(json))),
            (Self::JsonText, Value::Json(json)) => SqlValue::String(Some(json.to_string())),
            _ => return Err("of another kind than the column"),
        })
    }

    /// Names the form, for errors.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Integer | Self::BigInteger => "integer",
            Self::Float => "float",
            Self::Boolean => "boolean",
            Self::Timestamp | Self::TimestampWithoutZone => "timestamp",
            Self::TimestampText => "an instant as ISO 8601 text",
            Self::TimestampMillis => "an instant in milliseconds",
            Self::Json | Self::JsonText => "json",
        }
    }

    fn null(self) -> SqlValue {
        match self {
            Self::Text | Self::TimestampText | Self::JsonText => SqlValue::String(None),
            Self::Integer => SqlValue::Int(None),
            Self::BigInteger | Self::TimestampMillis => SqlValue::BigInt(None),
            Self::Float => SqlValue::Double(None),
            Self::Boolean => SqlValue::Bool(None),
            Self::Timestamp => SqlValue::TimeDateTimeWithTimeZone(None),
            Self::TimestampWithoutZone => SqlValue::TimeDateTime(None),
            Self::Json => SqlValue::Json(None),
        }
    }

    /// Reads the value at a position of a row.
    pub(super) fn read(self, row: &QueryResult, position: usize) -> Result<Value, DbErr> {
        Ok(match self {
            Self::Text => Value::from(row.try_get_by_index::<Option<String>>(position)?),
            Self::Integer => {
                row.try_get_by_index::<Option<i32>>(position)?.map_or(Value::Null, |n| Value::Int(n.into()))
            }
            Self::BigInteger => Value::from(row.try_get_by_index::<Option<i64>>(position)?),
            Self::Float => row.try_get_by_index::<Option<f64>>(position)?.map_or(Value::Null, Value::Float),
            Self::Boolean => Value::from(row.try_get_by_index::<Option<bool>>(position)?),
            Self::Timestamp => row
                .try_get_by_index::<Option<OffsetDateTime>>(position)?
                .map_or(Value::Null, |instant| Value::Timestamp(whole_milliseconds(instant))),
            Self::TimestampWithoutZone => row
                .try_get_by_index::<Option<PrimitiveDateTime>>(position)?
                .map_or(Value::Null, |local| Value::Timestamp(whole_milliseconds(local.assume_utc()))),
            Self::TimestampText => match row.try_get_by_index::<Option<String>>(position)? {
                None => Value::Null,
                Some(text) => Value::Timestamp(parse_instant(&text)?),
            },
            Self::TimestampMillis => match row.try_get_by_index::<Option<i64>>(position)? {
                None => Value::Null,
                Some(millis) => Value::Timestamp(from_unix_millis(millis)?),
            },
            Self::Json => {
                row.try_get_by_index::<Option<serde_json::Value>>(position)?.map_or(Value::Null, Value::Json)
            }
            Self::JsonText => match row.try_get_by_index::<Option<String>>(position)? {
                None => Value::Null,
                Some(text) => Value::Json(
                    serde_json::from_str(&text).map_err(|_| DbErr::Type("text is not JSON".to_owned()))?,
                ),
            },
        })
    }
}

fn unix_millis(instant: OffsetDateTime) -> i64 {
    i64::try_from(instant.unix_timestamp_nanos().div_euclid(1_000_000)).unwrap_or(i64::MAX)
}

fn from_unix_millis(millis: i64) -> Result<OffsetDateTime, DbErr> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000)
        .map_err(|_| DbErr::Type("milliseconds outside the calendar".to_owned()))
}

/// `2026-11-24T12:00:00.345Z`, as JavaScript's `toISOString` writes it.
fn iso_text(instant: OffsetDateTime) -> Option<String> {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    let utc = whole_milliseconds(instant);
    if !(0..=9999).contains(&utc.year()) {
        return None;
    }
    utc.format(format).ok()
}

/// Any form that Better Auth, SeaORM or SQLite's own functions leave behind; without a zone it is UTC.
fn parse_instant(text: &str) -> Result<OffsetDateTime, DbErr> {
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
    }

    #[test]
    fn text_of_other_writers_is_read() {
        let expected = datetime!(2026-11-24 12:00:00.340 UTC);
        for text in ["2026-11-24T12:00:00.340Z", "2026-11-24T14:00:00.34+02:00", "2026-11-24 12:00:00.340"] {
            assert_eq!(parse_instant(text).unwrap(), expected, "{text}");
        }
        assert!(parse_instant("yesterday").is_err());
    }

    #[test]
    fn a_value_of_another_kind_is_refused() {
        assert!(Storage::Boolean.bind(Value::from("true")).is_err());
        assert!(Storage::Text.bind(Value::from("a\0b")).is_err());
        assert!(Storage::Integer.bind(Value::Int(1 << 40)).is_err());
    }
}
