//! Reads the values of a column.

use rust_decimal::Decimal;
use sea_orm::{DbErr, QueryResult};
#[cfg(any(feature = "sqlite", feature = "postgres"))]
use sea_orm::{
    RuntimeErr,
    sqlx::{self, Row},
};
use serde_json::Value as Json;
use time::{Date, OffsetDateTime, PrimitiveDateTime, Time};
use uuid::Uuid;

use super::Storage;
use super::instant::{from_unix_millis, parse_instant};
use crate::adapter::Value;
use crate::domain::whole_milliseconds;

impl Storage {
    /// Reads the value at a position of a row.
    pub(in super::super) fn read(self, row: &QueryResult, position: usize) -> Result<Value, DbErr> {
        Ok(match self {
            Self::Text => Value::from(text(row, position)?),
            Self::Integer => {
                row.try_get_by_index::<Option<i32>>(position)?.map_or(Value::Null, |n| Value::Int(n.into()))
            }
            Self::BigInteger => Value::from(row.try_get_by_index::<Option<i64>>(position)?),
            Self::Float => row.try_get_by_index::<Option<f64>>(position)?.map_or(Value::Null, Value::Float),
            Self::Boolean => Value::from(row.try_get_by_index::<Option<bool>>(position)?),
            Self::Timestamp | Self::TimestampUntil2038 => row
                .try_get_by_index::<Option<OffsetDateTime>>(position)?
                .map_or(Value::Null, |instant| Value::Timestamp(whole_milliseconds(instant))),
            Self::TimestampWithoutZone => row
                .try_get_by_index::<Option<PrimitiveDateTime>>(position)?
                .map_or(Value::Null, |local| Value::Timestamp(whole_milliseconds(local.assume_utc()))),
            // SQLite stores each value in a form of its own, whatever the column's is.
            Self::TimestampText | Self::TimestampOffsetText => {
                instant_text(row, position).or_else(|error| millis(row, position).map_err(|_| error))?
            }
            Self::TimestampMillis => {
                millis(row, position).or_else(|error| instant_text(row, position).map_err(|_| error))?
            }
            Self::Json => row.try_get_by_index::<Option<Json>>(position)?.map_or(Value::Null, Value::Json),
            Self::IdUuid => row
                .try_get_by_index::<Option<Uuid>>(position)?
                .map_or(Value::Null, |uuid| Value::Text(uuid.to_string())),
            Self::IdInteger => row
                .try_get_by_index::<Option<i32>>(position)?
                .map_or(Value::Null, |number| Value::Text(number.to_string())),
            Self::IdBigInteger => row
                .try_get_by_index::<Option<i64>>(position)?
                .map_or(Value::Null, |number| Value::Text(number.to_string())),
            Self::IdUnsigned => row
                .try_get_by_index::<Option<u64>>(position)?
                .map_or(Value::Null, |number| Value::Text(number.to_string())),
            Self::Unsigned => match row.try_get_by_index::<Option<u64>>(position)? {
                None => Value::Null,
                Some(number) => Value::Int(number.try_into().map_err(|_| of_another_form("beyond 63 bits"))?),
            },
            Self::List => row.try_get_by_index::<Option<Json>>(position)?.map_or(Ok(Value::Null), list)?,
            Self::ListText => match row.try_get_by_index::<Option<String>>(position)? {
                None => Value::Null,
                Some(text) => list(parse_json(&text)?)?,
            },
            Self::TextArray => items(row.try_get_by_index::<Option<Vec<String>>>(position)?, Value::Text),
            Self::IntegerArray => {
                items(row.try_get_by_index::<Option<Vec<i32>>>(position)?, |number| Value::Int(number.into()))
            }
            Self::BigIntegerArray => items(row.try_get_by_index::<Option<Vec<i64>>>(position)?, Value::Int),
            Self::Decimal => {
                row.try_get_by_index::<Option<Decimal>>(position)?.map_or(Value::Null, Value::Decimal)
            }
            Self::DecimalText => match row.try_get_by_index::<Option<String>>(position)? {
                None => Value::Null,
                Some(text) => {
                    Value::Decimal(text.parse().map_err(|_| of_another_form("text is not a decimal number"))?)
                }
            },
            Self::DecimalFloat => match row.try_get_by_index::<Option<f64>>(position)? {
                None => Value::Null,
                Some(number) => Value::Decimal(
                    Decimal::try_from(number).map_err(|_| of_another_form("beyond a decimal number"))?,
                ),
            },
            Self::Bytes => {
                row.try_get_by_index::<Option<Vec<u8>>>(position)?.map_or(Value::Null, Value::Bytes)
            }
            Self::Uuid => row.try_get_by_index::<Option<Uuid>>(position)?.map_or(Value::Null, Value::Uuid),
            Self::UuidText => match row.try_get_by_index::<Option<String>>(position)? {
                None => Value::Null,
                Some(text) => Value::Uuid(text.parse().map_err(|_| of_another_form("text is not a UUID"))?),
            },
            Self::Date => row.try_get_by_index::<Option<Date>>(position)?.map_or(Value::Null, Value::Date),
            Self::Time => row.try_get_by_index::<Option<Time>>(position)?.map_or(Value::Null, Value::Time),
            Self::JsonText => match row.try_get_by_index::<Option<String>>(position)? {
                None => Value::Null,
                Some(text) => Value::Json(parse_json(&text)?),
            },
        })
    }
}

/// Text is most of every row: asked of the driver, a null is not first made an error and then none. MySQL's driver takes text of a
/// binary collation for bytes, which SeaORM reads as text.
fn text(row: &QueryResult, position: usize) -> Result<Option<String>, DbErr> {
    #[cfg(feature = "postgres")]
    if let Some(row) = row.try_as_pg_row() {
        return row.try_get(position).map_err(unreadable);
    }
    #[cfg(feature = "sqlite")]
    if let Some(row) = row.try_as_sqlite_row() {
        return row.try_get(position).map_err(unreadable);
    }
    row.try_get_by_index(position)
}

#[cfg(any(feature = "sqlite", feature = "postgres"))]
fn unreadable(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(error.into()))
}

fn items<T>(list: Option<Vec<T>>, item: impl Fn(T) -> Value) -> Value {
    list.map_or(Value::Null, |list| Value::List(list.into_iter().map(item).collect()))
}

fn instant_text(row: &QueryResult, position: usize) -> Result<Value, DbErr> {
    let text = row.try_get_by_index::<Option<String>>(position)?;
    text.map_or(Ok(Value::Null), |text| parse_instant(&text).map(Value::Timestamp))
}

fn millis(row: &QueryResult, position: usize) -> Result<Value, DbErr> {
    let millis = row.try_get_by_index::<Option<i64>>(position)?;
    millis.map_or(Ok(Value::Null), |millis| from_unix_millis(millis).map(Value::Timestamp))
}

fn parse_json(text: &str) -> Result<Json, DbErr> {
    serde_json::from_str(text).map_err(|_| of_another_form("text is not JSON"))
}

fn list(json: Json) -> Result<Value, DbErr> {
    let item = |item: Json| match item {
        Json::String(text) => Some(Value::Text(text)),
        Json::Number(number) => number.as_i64().map(Value::Int).or_else(|| number.as_f64().map(Value::Float)),
        _ => None,
    };
    let Json::Array(items) = json else {
        return Err(of_another_form("JSON is not a list"));
    };
    let items: Option<Vec<Value>> = items.into_iter().map(item).collect();
    items
        .map(Value::List)
        .ok_or_else(|| of_another_form("a list holds something else than texts and numbers"))
}

fn of_another_form(what: &str) -> DbErr {
    DbErr::Type(what.to_owned())
}
