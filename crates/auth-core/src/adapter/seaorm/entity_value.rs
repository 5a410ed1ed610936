//! Values in the type that an entity's column has.

use auth_schema::FieldType;
use rust_decimal::prelude::ToPrimitive;
use sea_orm::sea_query::{ArrayType, ColumnType, Value as SqlValue};
use time::PrimitiveDateTime;

use super::storage::{from_unix_millis, unix_millis};
use crate::adapter::Value;

/// What a field holds whose column has this type in the entity.
pub(super) fn field_type(value_type: &ArrayType, column_type: &ColumnType) -> Option<FieldType> {
    Some(match value_type {
        ArrayType::Bool => FieldType::Boolean,
        ArrayType::TinyInt | ArrayType::SmallInt | ArrayType::Int => FieldType::Integer,
        ArrayType::BigInt | ArrayType::Unsigned | ArrayType::BigUnsigned => FieldType::BigInteger,
        ArrayType::Float | ArrayType::Double => FieldType::Float,
        ArrayType::String if matches!(column_type, ColumnType::Json | ColumnType::JsonBinary) => {
            FieldType::Json
        }
        ArrayType::String => FieldType::String,
        ArrayType::Bytes => FieldType::Bytes,
        ArrayType::Json => FieldType::Json,
        ArrayType::Decimal => FieldType::Decimal,
        ArrayType::Uuid => FieldType::Uuid,
        ArrayType::TimeDate => FieldType::Date,
        ArrayType::TimeTime => FieldType::Time,
        ArrayType::TimeDateTime | ArrayType::TimeDateTimeWithTimeZone => FieldType::Timestamp,
        _ => return None,
    })
}

/// Whether an entity's column of a type can hold the values of a field.
pub(super) fn holds(value_type: &ArrayType, field_type: FieldType, id: bool) -> bool {
    use ArrayType as A;
    let whole = matches!(value_type, A::Int | A::BigInt | A::Unsigned | A::BigUnsigned);
    if id {
        return whole || matches!(value_type, A::String | A::Uuid);
    }
    match field_type {
        FieldType::Integer | FieldType::BigInteger => whole || matches!(value_type, A::TinyInt | A::SmallInt),
        FieldType::Boolean => matches!(value_type, A::Bool | A::TinyInt),
        FieldType::Float => matches!(value_type, A::Float | A::Double),
        // A number counts milliseconds, as Drizzle stores instants on SQLite.
        FieldType::Timestamp => {
            matches!(value_type, A::TimeDateTime | A::TimeDateTimeWithTimeZone | A::BigInt)
        }
        FieldType::Json => matches!(value_type, A::Json | A::String),
        FieldType::StringList | FieldType::NumberList => *value_type == A::Json,
        FieldType::String => *value_type == A::String,
        FieldType::Decimal => *value_type == A::Decimal,
        FieldType::Bytes => *value_type == A::Bytes,
        FieldType::Uuid => *value_type == A::Uuid,
        FieldType::Date => *value_type == A::TimeDate,
        FieldType::Time => *value_type == A::TimeTime,
        _ => false,
    }
}

/// The value as the entity's column has it; `None` when it does not fit.
pub(super) fn to_entity(value: Value, value_type: &ArrayType) -> Option<SqlValue> {
    Some(match (value_type, value) {
        (_, Value::Null) => null(value_type)?,
        (ArrayType::Bool, Value::Bool(truth)) => SqlValue::Bool(Some(truth)),
        (ArrayType::TinyInt, Value::Int(number)) => SqlValue::TinyInt(Some(number.try_into().ok()?)),
        (ArrayType::TinyInt, Value::Bool(truth)) => SqlValue::TinyInt(Some(truth.into())),
        (ArrayType::SmallInt, Value::Int(number)) => SqlValue::SmallInt(Some(number.try_into().ok()?)),
        (ArrayType::Int, Value::Int(number)) => SqlValue::Int(Some(number.try_into().ok()?)),
        (ArrayType::Int, Value::Text(id)) => SqlValue::Int(Some(id.parse().ok()?)),
        (ArrayType::BigInt, Value::Timestamp(instant)) => SqlValue::BigInt(Some(unix_millis(instant))),
        (ArrayType::BigInt, Value::Int(number)) => SqlValue::BigInt(Some(number)),
        (ArrayType::BigInt, Value::Text(id)) => SqlValue::BigInt(Some(id.parse().ok()?)),
        (ArrayType::Unsigned, Value::Int(number)) => SqlValue::Unsigned(Some(number.try_into().ok()?)),
        (ArrayType::Unsigned, Value::Text(id)) => SqlValue::Unsigned(Some(id.parse().ok()?)),
        (ArrayType::BigUnsigned, Value::Int(number)) => SqlValue::BigUnsigned(Some(number.try_into().ok()?)),
        (ArrayType::BigUnsigned, Value::Text(id)) => SqlValue::BigUnsigned(Some(id.parse().ok()?)),
        (ArrayType::Float, Value::Float(number)) => SqlValue::Float(number.to_f32()),
        (ArrayType::Double, Value::Float(number)) => SqlValue::Double(Some(number)),
        (ArrayType::Double, Value::Int(number)) => SqlValue::Double(number.to_f64()),
        (ArrayType::String, Value::Text(text)) => SqlValue::String(Some(text)),
        (ArrayType::String, json @ (Value::Json(_) | Value::List(_))) => {
            SqlValue::String(Some(json.to_json().to_string()))
        }
        (ArrayType::Bytes, Value::Bytes(bytes)) => SqlValue::Bytes(Some(bytes)),
        (ArrayType::Json, json @ (Value::Json(_) | Value::List(_))) => {
            SqlValue::Json(Some(Box::new(json.to_json())))
        }
        (ArrayType::Decimal, Value::Decimal(number)) => SqlValue::Decimal(Some(number)),
        (ArrayType::Uuid, Value::Uuid(uuid)) => SqlValue::Uuid(Some(uuid)),
        (ArrayType::Uuid, Value::Text(id)) => SqlValue::Uuid(Some(id.parse().ok()?)),
        (ArrayType::TimeDate, Value::Date(day)) => SqlValue::TimeDate(Some(day)),
        (ArrayType::TimeTime, Value::Time(time)) => SqlValue::TimeTime(Some(time)),
        (ArrayType::TimeDateTime, Value::Timestamp(instant)) => {
            SqlValue::TimeDateTime(Some(PrimitiveDateTime::new(instant.date(), instant.time())))
        }
        (ArrayType::TimeDateTimeWithTimeZone, Value::Timestamp(instant)) => {
            SqlValue::TimeDateTimeWithTimeZone(Some(instant))
        }
        _ => return None,
    })
}

/// The value of a field that the entity has set; `id`: the field is an id or points to one, and is text above.
pub(super) fn from_entity(value: SqlValue, field_type: FieldType, id: bool) -> Option<Value> {
    if id {
        return id_text(value);
    }
    Some(match (field_type, value) {
        (FieldType::Json, SqlValue::String(Some(text))) => Value::Json(serde_json::from_str(&text).ok()?),
        (FieldType::StringList | FieldType::NumberList, SqlValue::Json(Some(json))) => {
            field_type.read_json(&json).ok()?
        }
        (FieldType::Boolean, SqlValue::TinyInt(Some(number))) => Value::Bool(number != 0),
        (FieldType::Timestamp, SqlValue::BigInt(Some(millis))) => {
            Value::Timestamp(from_unix_millis(millis).ok()?)
        }
        (_, value) => plain(value)?,
    })
}

fn plain(value: SqlValue) -> Option<Value> {
    Some(match value {
        SqlValue::Bool(Some(truth)) => Value::Bool(truth),
        SqlValue::TinyInt(Some(number)) => Value::Int(number.into()),
        SqlValue::SmallInt(Some(number)) => Value::Int(number.into()),
        SqlValue::Int(Some(number)) => Value::Int(number.into()),
        SqlValue::BigInt(Some(number)) => Value::Int(number),
        SqlValue::Unsigned(Some(number)) => Value::Int(number.into()),
        SqlValue::BigUnsigned(Some(number)) => Value::Int(number.try_into().ok()?),
        SqlValue::Float(Some(number)) => Value::Float(number.into()),
        SqlValue::Double(Some(number)) => Value::Float(number),
        SqlValue::String(Some(text)) => Value::Text(text),
        SqlValue::Bytes(Some(bytes)) => Value::Bytes(bytes),
        SqlValue::Json(Some(json)) => Value::Json(*json),
        SqlValue::Decimal(Some(number)) => Value::Decimal(number),
        SqlValue::Uuid(Some(uuid)) => Value::Uuid(uuid),
        SqlValue::TimeDate(Some(day)) => Value::Date(day),
        SqlValue::TimeTime(Some(time)) => Value::Time(time),
        SqlValue::TimeDateTime(Some(local)) => Value::Timestamp(local.assume_utc()),
        SqlValue::TimeDateTimeWithTimeZone(Some(instant)) => Value::Timestamp(instant),
        other if other == other.as_null() => Value::Null,
        _ => return None,
    })
}

fn id_text(value: SqlValue) -> Option<Value> {
    Some(match plain(value)? {
        Value::Int(number) => Value::Text(number.to_string()),
        Value::Uuid(uuid) => Value::Text(uuid.to_string()),
        other => other,
    })
}

fn null(value_type: &ArrayType) -> Option<SqlValue> {
    Some(match value_type {
        ArrayType::Bool => SqlValue::Bool(None),
        ArrayType::TinyInt => SqlValue::TinyInt(None),
        ArrayType::SmallInt => SqlValue::SmallInt(None),
        ArrayType::Int => SqlValue::Int(None),
        ArrayType::BigInt => SqlValue::BigInt(None),
        ArrayType::Unsigned => SqlValue::Unsigned(None),
        ArrayType::BigUnsigned => SqlValue::BigUnsigned(None),
        ArrayType::Float => SqlValue::Float(None),
        ArrayType::Double => SqlValue::Double(None),
        ArrayType::String => SqlValue::String(None),
        ArrayType::Bytes => SqlValue::Bytes(None),
        ArrayType::Json => SqlValue::Json(None),
        ArrayType::Decimal => SqlValue::Decimal(None),
        ArrayType::Uuid => SqlValue::Uuid(None),
        ArrayType::TimeDate => SqlValue::TimeDate(None),
        ArrayType::TimeTime => SqlValue::TimeTime(None),
        ArrayType::TimeDateTime => SqlValue::TimeDateTime(None),
        ArrayType::TimeDateTimeWithTimeZone => SqlValue::TimeDateTimeWithTimeZone(None),
        _ => return None,
    })
}
