//! Values: how a field's value stands in a document. Instants are BSON dates, whole numbers 32 or 64 bits, lists arrays; JSON, days and
//! times of day, for which Better Auth's adapter or BSON has no form, are text.

use auth_core::adapter::{AdapterError, Value};
use auth_schema::FieldType;
use mongodb::bson::spec::BinarySubtype;
use mongodb::bson::{Binary, Bson, DateTime, Decimal128};
use rust_decimal::Decimal;
use serde_json::Value as Json;
use time::{OffsetDateTime, UtcOffset};

use crate::collection::{Collection, Column};
use crate::id;

/// The stored form of a value that is written. Null is null; a required field refuses it.
pub(crate) fn store(of: &Collection, column: &Column, value: &Value) -> Result<Bson, AdapterError> {
    match value {
        Value::Null if column.required => Err(invalid(of, column, value, "a value is required")),
        Value::Null => Ok(Bson::Null),
        Value::Text(text) if text.contains('\0') => {
            Err(invalid(of, column, value, "text with a NUL character"))
        }
        value => compare(of, column, value),
    }
}

/// The stored form of a value that is compared with; never an operator, whatever the value holds.
pub(crate) fn compare(of: &Collection, column: &Column, value: &Value) -> Result<Bson, AdapterError> {
    if let (Some(id), Value::Text(text)) = (column.id, value) {
        return Ok(id.store(text));
    }
    plain(column.field_type, value).ok_or_else(|| invalid(of, column, value, OTHER_KIND))
}

/// The value that stands in a document; what is not there is null.
pub(crate) fn read(of: &Collection, column: &Column, stored: Option<&Bson>) -> Result<Value, AdapterError> {
    let stored = match stored {
        None | Some(Bson::Null | Bson::Undefined) => return Ok(Value::Null),
        Some(stored) => stored,
    };
    let value = if column.id.is_some() {
        id::text(stored).map(Value::Text)
    } else {
        read_plain(column.field_type, stored)
    };
    value.ok_or_else(|| AdapterError::Inconsistent {
        model: of.model_name.clone(),
        field: column.field.clone(),
        expected: column.field_type.name(),
        found: kind(stored),
    })
}

pub(crate) fn invalid(
    of: &Collection,
    column: &Column,
    value: &Value,
    problem: &'static str,
) -> AdapterError {
    let (model, field) = (of.model_name.clone(), column.field.clone());
    AdapterError::InvalidValue { model, field, found: value.kind(), problem }
}

fn plain(field_type: FieldType, value: &Value) -> Option<Bson> {
    Some(match (field_type, value) {
        (FieldType::String, Value::Text(text)) => Bson::String(text.clone()),
        (FieldType::Integer, Value::Int(number)) => Bson::Int32(i32::try_from(*number).ok()?),
        (FieldType::BigInteger, Value::Int(number)) => Bson::Int64(*number),
        (FieldType::Float, Value::Float(number)) => Bson::Double(*number),
        #[expect(clippy::cast_precision_loss, reason = "the field holds numbers with a fraction")]
        (FieldType::Float, Value::Int(number)) => Bson::Double(*number as f64),
        (FieldType::Boolean, Value::Bool(truth)) => Bson::Boolean(*truth),
        (FieldType::Timestamp, Value::Timestamp(instant)) => Bson::DateTime(date(*instant)),
        (FieldType::Decimal, Value::Decimal(number)) => {
            Bson::Decimal128(number.to_string().parse::<Decimal128>().ok()?)
        }
        (FieldType::Bytes, Value::Bytes(bytes)) => {
            Bson::Binary(Binary { subtype: BinarySubtype::Generic, bytes: bytes.clone() })
        }
        (FieldType::Uuid, Value::Uuid(uuid)) => id::uuid(*uuid),
        (FieldType::Date, Value::Date(_)) | (FieldType::Time, Value::Time(_)) => {
            Bson::String(value.to_json().as_str()?.to_owned())
        }
        (FieldType::Json, Value::Json(json)) => Bson::String(json.to_string()),
        (FieldType::StringList | FieldType::NumberList, Value::List(list)) => {
            Bson::Array(list.iter().map(item).collect::<Option<_>>()?)
        }
        (FieldType::StringList | FieldType::NumberList, Value::Json(json)) => {
            return plain(field_type, &field_type.read_json(json).ok()?);
        }
        _ => return None,
    })
}

fn item(value: &Value) -> Option<Bson> {
    Some(match value {
        Value::Text(text) if !text.contains('\0') => Bson::String(text.clone()),
        Value::Int(number) => i32::try_from(*number).map_or(Bson::Int64(*number), Bson::Int32),
        Value::Float(number) => Bson::Double(*number),
        _ => return None,
    })
}

fn read_plain(field_type: FieldType, stored: &Bson) -> Option<Value> {
    Some(match (field_type, stored) {
        (FieldType::String, Bson::String(text)) => Value::Text(text.clone()),
        (FieldType::Integer | FieldType::BigInteger, number) => Value::Int(whole(number)?),
        (FieldType::Float, Bson::Double(number)) => Value::Float(*number),
        (FieldType::Float, Bson::Int32(number)) => Value::Float(f64::from(*number)),
        #[expect(clippy::cast_precision_loss, reason = "the field holds numbers with a fraction")]
        (FieldType::Float, Bson::Int64(number)) => Value::Float(*number as f64),
        (FieldType::Boolean, Bson::Boolean(truth)) => Value::Bool(*truth),
        (FieldType::Timestamp, Bson::DateTime(date)) => Value::Timestamp(instant(*date)?),
        (FieldType::Decimal, Bson::Decimal128(number)) => Value::Decimal(decimal(&number.to_string())?),
        (FieldType::Bytes, Bson::Binary(binary)) => Value::Bytes(binary.bytes.clone()),
        (FieldType::Uuid, stored) => Value::Uuid(id::text(stored)?.parse().ok()?),
        (FieldType::Date | FieldType::Time, Bson::String(text)) => {
            field_type.read_json(&Json::String(text.clone())).ok()?
        }
        // Better Auth's adapter writes text; others may have written a document.
        (FieldType::Json, Bson::String(text)) => Value::Json(serde_json::from_str(text).ok()?),
        (FieldType::Json, stored) => Value::Json(serde_json::to_value(stored).ok()?),
        (FieldType::StringList | FieldType::NumberList, Bson::Array(items)) => {
            Value::List(items.iter().map(read_item).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

fn read_item(stored: &Bson) -> Option<Value> {
    Some(match stored {
        Bson::String(text) => Value::Text(text.clone()),
        Bson::Double(number) if number.fract() != 0.0 => Value::Float(*number),
        number => Value::Int(whole(number)?),
    })
}

/// A whole number in any of the forms that drivers write: JavaScript's writes those beyond 32 bits as doubles.
#[expect(clippy::cast_possible_truncation, reason = "the number is whole and within the range that is exact")]
fn whole(stored: &Bson) -> Option<i64> {
    match stored {
        Bson::Int32(number) => Some(i64::from(*number)),
        Bson::Int64(number) => Some(*number),
        Bson::Double(number) if number.fract() == 0.0 && number.abs() <= LARGEST_EXACT => {
            Some(*number as i64)
        }
        _ => None,
    }
}

fn decimal(text: &str) -> Option<Decimal> {
    text.parse().or_else(|_| Decimal::from_scientific(text)).ok()
}

/// An instant with whole milliseconds: what is finer is cut off.
fn date(instant: OffsetDateTime) -> DateTime {
    let utc = instant.to_offset(UtcOffset::UTC);
    DateTime::from_millis(utc.unix_timestamp() * 1000 + i64::from(utc.millisecond()))
}

fn instant(date: DateTime) -> Option<OffsetDateTime> {
    let millis = date.timestamp_millis();
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(millis) * 1_000_000).ok()
}

/// Names what stands in a document where something else is expected.
fn kind(stored: &Bson) -> &'static str {
    match stored {
        Bson::Boolean(_) => "a truth value",
        Bson::Int32(_) | Bson::Int64(_) | Bson::Double(_) | Bson::Decimal128(_) => "another number",
        Bson::String(_) => "text",
        Bson::Array(_) => "an array",
        Bson::Document(_) => "a document",
        Bson::DateTime(_) => "a date",
        Bson::ObjectId(_) => "an ObjectId",
        Bson::Binary(_) => "binary data",
        _ => "a value of another kind",
    }
}

const OTHER_KIND: &str = "of another kind than the field";
/// Beyond it, a double has gaps.
const LARGEST_EXACT: f64 = 9_007_199_254_740_991.0;

#[cfg(test)]
mod tests {
    use serde_json::json;
    use time::macros::datetime;

    use super::*;

    #[test]
    fn what_is_stored_is_read_again() {
        let values = [
            (FieldType::String, json!("a")),
            (FieldType::Integer, json!(-17)),
            (FieldType::BigInteger, json!(9_007_199_254_740_993_i64)),
            (FieldType::Float, json!(1.5)),
            (FieldType::Decimal, json!("12.30")),
            (FieldType::Boolean, json!(true)),
            (FieldType::Timestamp, json!("2026-11-24T12:00:00.345Z")),
            (FieldType::Timestamp, json!("1969-12-31T23:59:59.999Z")),
            (FieldType::Bytes, json!("AAEC")),
            (FieldType::Uuid, json!("00000000-0000-4000-8000-000000000000")),
            (FieldType::Date, json!("2026-11-24")),
            (FieldType::Time, json!("12:00:00.0")),
            (FieldType::Json, json!({ "$gt": [1, null] })),
            (FieldType::StringList, json!(["a", "$b"])),
            (FieldType::NumberList, json!([1, 2.5, 4_000_000_000_i64])),
        ];
        for (field_type, json) in values {
            let value = field_type.read_json(&json).unwrap();
            let stored = plain(field_type, &value).unwrap();
            assert_eq!(read_plain(field_type, &stored), Some(value), "{field_type:?}");
        }
    }

    #[test]
    fn instants_are_cut_to_milliseconds_in_both_directions_of_time() {
        for (given, kept) in [
            (datetime!(2026-11-24 12:00:00.123_999 UTC), datetime!(2026-11-24 12:00:00.123 UTC)),
            (datetime!(1969-12-31 23:59:59.123_999 UTC), datetime!(1969-12-31 23:59:59.123 UTC)),
            (datetime!(2026-11-24 04:00:00.5 -8), datetime!(2026-11-24 12:00:00.5 UTC)),
        ] {
            assert_eq!(instant(date(given)), Some(kept));
        }
    }

    #[test]
    fn numbers_of_other_drivers_are_read() {
        for (stored, number) in [
            (Bson::Double(1_795_435_509_000.0), Some(1_795_435_509_000)),
            (Bson::Int32(7), Some(7)),
            (Bson::Double(0.5), None),
            (Bson::String("7".to_owned()), None),
        ] {
            assert_eq!(read_plain(FieldType::BigInteger, &stored), number.map(Value::Int));
        }
    }

    #[test]
    fn what_is_of_another_kind_has_no_form() {
        for (field_type, value) in [
            (FieldType::String, Value::Json(json!({ "$ne": null }))),
            (FieldType::String, Value::Int(1)),
            (FieldType::Integer, Value::Int(1 << 40)),
            (FieldType::Boolean, Value::from("true")),
            (FieldType::StringList, Value::List(vec![Value::Json(json!({ "$ne": null }))])),
        ] {
            assert_eq!(plain(field_type, &value), None);
        }
    }
}
