//! The parameter for a value.

use rust_decimal::prelude::ToPrimitive;
use sea_orm::sea_query::{ArrayType, Value as SqlValue};
use time::PrimitiveDateTime;
use uuid::Uuid;

use super::Storage;
use super::instant::{iso_text, offset_text, unix_millis};
use crate::adapter::Value;
use crate::domain::whole_milliseconds;

impl Storage {
    /// The parameter for a value, or what is wrong with the value.
    pub(in super::super) fn bind(self, value: Value) -> Result<SqlValue, &'static str> {
        Ok(match (self, value) {
            (_, Value::Null) => self.null(),
            (Self::Text, Value::Text(text)) if text.contains('\0') => {
                return Err("text with a NUL character");
            }
            (Self::Text, Value::Text(text)) => SqlValue::String(Some(text)),
            (Self::IdUuid, Value::Text(id)) => SqlValue::Uuid(Some(uuid_of(&id).ok_or(NOT_A_UUID)?)),
            (Self::IdInteger, Value::Text(id)) => {
                let number = number_of(&id).filter(|number| i32::try_from(*number).is_ok());
                SqlValue::BigInt(Some(number.ok_or(NOT_A_NUMBER)?))
            }
            (Self::IdBigInteger, Value::Text(id)) => {
                SqlValue::BigInt(Some(number_of(&id).ok_or(NOT_A_NUMBER)?))
            }
            (Self::IdUnsigned, Value::Text(id)) => {
                let number = number_of(&id).and_then(|number| u64::try_from(number).ok());
                SqlValue::BigUnsigned(Some(number.ok_or(NOT_A_NUMBER)?))
            }
            (Self::Unsigned, Value::Int(number)) => {
                SqlValue::BigUnsigned(Some(number.try_into().map_err(|_| "below zero")?))
            }
            (Self::Integer, Value::Int(number)) => {
                SqlValue::Int(Some(i32::try_from(number).map_err(|_| "beyond 32 bits")?))
            }
            (Self::BigInteger, Value::Int(number)) => SqlValue::BigInt(Some(number)),
            (Self::Float, Value::Float(number)) => SqlValue::Double(Some(number)),
            (Self::Boolean, Value::Bool(truth)) => SqlValue::Bool(Some(truth)),
            (Self::Timestamp, Value::Timestamp(instant)) => {
                SqlValue::TimeDateTimeWithTimeZone(Some(whole_milliseconds(instant)))
            }
            (Self::TimestampUntil2038, Value::Timestamp(instant)) => {
                if !(1..=LAST_SECOND).contains(&instant.unix_timestamp()) {
                    return Err(
                        "outside the years 1970 to 2038 that a timestamp of MySQL holds: datetime(3) holds it",
                    );
                }
                SqlValue::TimeDateTimeWithTimeZone(Some(whole_milliseconds(instant)))
            }
            (Self::TimestampWithoutZone, Value::Timestamp(instant)) => {
                let instant = whole_milliseconds(instant);
                SqlValue::TimeDateTime(Some(PrimitiveDateTime::new(instant.date(), instant.time())))
            }
            (Self::TimestampText, Value::Timestamp(instant)) => {
                SqlValue::String(Some(iso_text(instant).ok_or(OUTSIDE)?))
            }
            (Self::TimestampOffsetText, Value::Timestamp(instant)) => {
                SqlValue::String(Some(offset_text(instant).ok_or(OUTSIDE)?))
            }
            (Self::TimestampMillis, Value::Timestamp(instant)) => {
                SqlValue::BigInt(Some(unix_millis(instant)))
            }
            (Self::JsonText | Self::ListText, Value::Json(json)) => SqlValue::String(Some(json.to_string())),
            (Self::Json | Self::List, Value::Json(json)) => SqlValue::Json(Some(Box::new(json))),
            (Self::List, list @ Value::List(_)) => SqlValue::Json(Some(Box::new(list.to_json()))),
            (Self::ListText, list @ Value::List(_)) => SqlValue::String(Some(list.to_json().to_string())),
            (Self::TextArray, Value::List(list)) => array(ArrayType::String, list, |item| match item {
                Value::Text(text) => Some(SqlValue::String(Some(text))),
                _ => None,
            })?,
            (Self::IntegerArray, Value::List(list)) => array(ArrayType::Int, list, |item| match item {
                Value::Int(number) => Some(SqlValue::Int(Some(number.try_into().ok()?))),
                _ => None,
            })?,
            (Self::BigIntegerArray, Value::List(list)) => {
                array(ArrayType::BigInt, list, |item| match item {
                    Value::Int(number) => Some(SqlValue::BigInt(Some(number))),
                    _ => None,
                })?
            }
            (Self::Float, Value::Int(number)) => SqlValue::Double(Some(exact(number)?)),
            (Self::Decimal, Value::Decimal(number)) => SqlValue::Decimal(Some(number)),
            // One text for each number, so that equal numbers are equal texts.
            (Self::DecimalText, Value::Decimal(number)) => {
                SqlValue::String(Some(number.normalize().to_string()))
            }
            (Self::DecimalFloat, Value::Decimal(number)) => {
                SqlValue::Double(Some(number.to_f64().ok_or("beyond the range of a double")?))
            }
            (Self::Bytes, Value::Bytes(bytes)) => SqlValue::Bytes(Some(bytes)),
            (Self::Uuid, Value::Uuid(uuid)) => SqlValue::Uuid(Some(uuid)),
            (Self::UuidText, Value::Uuid(uuid)) => SqlValue::String(Some(uuid.to_string())),
            (Self::Date, Value::Date(day)) => SqlValue::TimeDate(Some(day)),
            (Self::Time, Value::Time(time)) => SqlValue::TimeTime(Some(time)),
            _ => return Err("of another kind than the column"),
        })
    }

    /// Whether an id of this text can stand in the column at all. One that cannot is not found.
    pub(in super::super) fn admits(self, id: &str) -> bool {
        match self {
            Self::IdUuid => uuid_of(id).is_some(),
            Self::IdInteger => number_of(id).is_some_and(|number| i32::try_from(number).is_ok()),
            Self::IdBigInteger | Self::IdUnsigned => number_of(id).is_some(),
            _ => !id.contains('\0'),
        }
    }

    fn null(self) -> SqlValue {
        match self {
            Self::Text
            | Self::TimestampText
            | Self::TimestampOffsetText
            | Self::JsonText
            | Self::ListText
            | Self::DecimalText
            | Self::UuidText => SqlValue::String(None),
            Self::Integer => SqlValue::Int(None),
            Self::BigInteger | Self::TimestampMillis | Self::IdInteger | Self::IdBigInteger => {
                SqlValue::BigInt(None)
            }
            Self::Unsigned | Self::IdUnsigned => SqlValue::BigUnsigned(None),
            Self::Float | Self::DecimalFloat => SqlValue::Double(None),
            Self::IdUuid | Self::Uuid => SqlValue::Uuid(None),
            Self::Decimal => SqlValue::Decimal(None),
            Self::Bytes => SqlValue::Bytes(None),
            Self::Date => SqlValue::TimeDate(None),
            Self::Time => SqlValue::TimeTime(None),
            Self::Boolean => SqlValue::Bool(None),
            Self::Timestamp | Self::TimestampUntil2038 => SqlValue::TimeDateTimeWithTimeZone(None),
            Self::TimestampWithoutZone => SqlValue::TimeDateTime(None),
            Self::Json | Self::List => SqlValue::Json(None),
            Self::TextArray => SqlValue::Array(ArrayType::String, None),
            Self::IntegerArray => SqlValue::Array(ArrayType::Int, None),
            Self::BigIntegerArray => SqlValue::Array(ArrayType::BigInt, None),
        }
    }
}

/// Lower case with hyphens: an id has one text.
fn uuid_of(id: &str) -> Option<Uuid> {
    let canonical = id.len() == 36 && !id.bytes().any(|byte| byte.is_ascii_uppercase());
    Uuid::try_parse(id).ok().filter(|_| canonical)
}

/// Without sign or leading zeros: an id has one text.
fn number_of(id: &str) -> Option<i64> {
    let canonical = id == "0" || (!id.starts_with('0') && id.bytes().all(|byte| byte.is_ascii_digit()));
    if canonical { id.parse().ok() } else { None }
}

#[expect(clippy::cast_precision_loss, reason = "only numbers that a double holds exactly pass")]
fn exact(number: i64) -> Result<f64, &'static str> {
    if number.unsigned_abs() <= 1 << 53 {
        Ok(number as f64)
    } else {
        Err("beyond what a double holds exactly")
    }
}

fn array(
    kind: ArrayType,
    list: Vec<Value>,
    item: impl Fn(Value) -> Option<SqlValue>,
) -> Result<SqlValue, &'static str> {
    let items: Option<Vec<SqlValue>> = list.into_iter().map(item).collect();
    Ok(SqlValue::Array(kind, Some(Box::new(items.ok_or("an item that the column's lists do not hold")?))))
}

/// 2038-01-19 03:14:07 UTC.
const LAST_SECOND: i64 = 2_147_483_647;
const OUTSIDE: &str = "an instant outside the years 0 to 9999";
const NOT_A_UUID: &str = "the column holds UUIDs";
const NOT_A_NUMBER: &str = "the column holds numbers";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_of_another_kind_is_refused() {
        assert!(Storage::Boolean.bind(Value::from("true")).is_err());
        assert!(Storage::Text.bind(Value::from("a\0b")).is_err());
        assert!(Storage::Integer.bind(Value::Int(1 << 40)).is_err());
    }

    #[test]
    fn an_id_has_one_text() {
        for good in ["0", "17", "9223372036854775807"] {
            assert!(Storage::IdBigInteger.admits(good), "{good}");
        }
        for bad in ["", "017", "+17", "-1", " 17", "1e3", "abc", "9223372036854775808"] {
            assert!(!Storage::IdBigInteger.admits(bad), "{bad}");
        }
        assert!(!Storage::IdInteger.admits("2147483648"));
        assert!(Storage::IdUuid.admits("0190d1a0-0000-7000-8000-000000000000"));
        assert!(!Storage::IdUuid.admits("0190D1A0-0000-7000-8000-000000000000"));
        for bad in ["0190d1a0000070008000000000000000", "{0190d1a0-0000-7000-8000-000000000000}", "x"] {
            assert!(!Storage::IdUuid.admits(bad), "{bad}");
        }
    }
}
