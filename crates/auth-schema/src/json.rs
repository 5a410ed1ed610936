//! Values as JSON: how a field's value is written for a client and read from one.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use rust_decimal::Decimal;
use serde_json::Value as Json;
use time::format_description::well_known::Rfc3339;
use time::macros::format_description;
use time::{Date, OffsetDateTime, Time};
use uuid::Uuid;

use crate::field::FieldType;
use crate::value::Value;

impl FieldType {
    /// Reads a JSON value as this type: instants are ISO 8601 text (a bare day is its midnight, UTC), decimals
    /// are text or numbers, bytes are base64.
    ///
    /// # Errors
    ///
    /// What was expected instead, as the end of a sentence.
    pub fn read_json(self, json: &Json) -> Result<Value, &'static str> {
        if json.is_null() {
            return Ok(Value::Null);
        }
        let expected = self.expectation();
        let text = || json.as_str().ok_or(expected);
        Ok(match self {
            Self::String => Value::Text(text()?.to_owned()),
            Self::Integer => {
                Value::Int(whole(json).filter(|number| i32::try_from(*number).is_ok()).ok_or(expected)?)
            }
            Self::BigInteger => Value::Int(whole(json).ok_or(expected)?),
            Self::Float => Value::Float(json.as_f64().ok_or(expected)?),
            Self::Decimal => Value::Decimal(decimal(json).ok_or(expected)?),
            Self::Boolean => Value::Bool(json.as_bool().ok_or(expected)?),
            Self::Timestamp => Value::Timestamp(instant(text()?).ok_or(expected)?),
            Self::Bytes => Value::Bytes(BASE64_STANDARD.decode(text()?).map_err(|_| expected)?),
            Self::Uuid => Value::Uuid(Uuid::try_parse(text()?).map_err(|_| expected)?),
            Self::Date => Value::Date(Date::parse(text()?, DAY).map_err(|_| expected)?),
            Self::Time => Value::Time(Time::parse(text()?, TIME_OF_DAY).map_err(|_| expected)?),
            Self::Json => Value::Json(json.clone()),
            Self::StringList | Self::NumberList => list(self, json).ok_or(expected)?,
        })
    }

    fn expectation(self) -> &'static str {
        match self {
            Self::String => "must be text",
            Self::Integer => "must be a whole number of 32 bits",
            Self::BigInteger => "must be a whole number",
            Self::Float => "must be a number",
            Self::Decimal => "must be a decimal number",
            Self::Boolean => "must be true or false",
            Self::Timestamp => "must be a time in ISO 8601 form",
            Self::Bytes => "must be base64 text",
            Self::Uuid => "must be a UUID",
            Self::Date => "must be a day in the form 2026-11-24",
            Self::Time => "must be a time of day in the form 12:00:00",
            Self::Json => "must be JSON",
            Self::StringList => "must be a list of texts",
            Self::NumberList => "must be a list of numbers",
        }
    }
}

impl Value {
    /// Writes the value as JSON, in the form that [`FieldType::read_json`] reads. Instants are UTC with three
    /// digits of milliseconds.
    pub fn to_json(&self) -> Json {
        match self {
            Self::Null => Json::Null,
            Self::Bool(truth) => Json::Bool(*truth),
            Self::Int(number) => Json::from(*number),
            Self::Float(number) => Json::from(*number),
            Self::Decimal(number) => Json::String(number.to_string()),
            Self::Text(text) => Json::String(text.clone()),
            Self::Bytes(bytes) => Json::String(BASE64_STANDARD.encode(bytes)),
            Self::Uuid(uuid) => Json::String(uuid.to_string()),
            Self::Date(day) => day.format(DAY).map_or(Json::Null, Json::String),
            Self::Time(time) => time.format(TIME_OF_DAY).map_or(Json::Null, Json::String),
            Self::Timestamp(instant) => {
                let utc = instant.to_offset(time::UtcOffset::UTC);
                utc.format(INSTANT).map_or(Json::Null, Json::String)
            }
            Self::Json(json) => json.clone(),
            Self::List(list) => Json::Array(list.iter().map(Self::to_json).collect()),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the number is whole and within the range that is exact")]
fn whole(json: &Json) -> Option<i64> {
    let exact = |number: &f64| number.fract() == 0.0 && number.abs() <= 9_007_199_254_740_991.0;
    json.as_i64().or_else(|| json.as_f64().filter(exact).map(|number| number as i64))
}

fn decimal(json: &Json) -> Option<Decimal> {
    match json {
        Json::String(text) => text.parse().ok(),
        Json::Number(number) => number.to_string().parse().ok(),
        _ => None,
    }
}

fn instant(text: &str) -> Option<OffsetDateTime> {
    let day = || Some(Date::parse(text, DAY).ok()?.midnight().assume_utc());
    OffsetDateTime::parse(text, &Rfc3339).ok().or_else(day)
}

fn list(of: FieldType, json: &Json) -> Option<Value> {
    let item = |json: &Json| match (of, json) {
        (FieldType::StringList, Json::String(text)) => Some(Value::Text(text.clone())),
        (FieldType::NumberList, Json::Number(number)) => {
            whole(json).map(Value::Int).or_else(|| number.as_f64().map(Value::Float))
        }
        _ => None,
    };
    json.as_array()?.iter().map(item).collect::<Option<Vec<_>>>().map(Value::List)
}

type Format<'a> = &'a [time::format_description::BorrowedFormatItem<'a>];
const DAY: Format<'_> = format_description!("[year]-[month]-[day]");
const TIME_OF_DAY: Format<'_> = format_description!("[hour]:[minute]:[second][optional [.[subsecond]]]");
const INSTANT: Format<'_> =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_written_is_read_again() {
        let values = [
            (FieldType::String, json!("a")),
            (FieldType::BigInteger, json!(9_007_199_254_740_993_i64)),
            (FieldType::Float, json!(1.5)),
            (FieldType::Decimal, json!("12.30")),
            (FieldType::Boolean, json!(true)),
            (FieldType::Timestamp, json!("2026-11-24T12:00:00.345Z")),
            (FieldType::Bytes, json!("AAEC")),
            (FieldType::Uuid, json!("00000000-0000-4000-8000-000000000000")),
            (FieldType::Date, json!("2026-11-24")),
            (FieldType::Time, json!("12:00:00.0")),
            (FieldType::Json, json!({ "a": [1, null] })),
            (FieldType::StringList, json!(["a", "b"])),
            (FieldType::NumberList, json!([1, 2.5])),
        ];
        for (field_type, json) in values {
            assert_eq!(field_type.read_json(&json).unwrap().to_json(), json, "{field_type:?}");
            assert_eq!(field_type.read_json(&Json::Null), Ok(Value::Null));
        }
    }

    #[test]
    fn what_does_not_fit_is_told() {
        for (field_type, json) in [
            (FieldType::String, json!(1)),
            (FieldType::Integer, json!(1.5)),
            (FieldType::Integer, json!("1")),
            (FieldType::Boolean, json!("true")),
            (FieldType::Timestamp, json!("yesterday")),
            (FieldType::StringList, json!(["a", 1])),
            (FieldType::NumberList, json!("1")),
        ] {
            let problem = field_type.read_json(&json).unwrap_err();
            assert!(problem.starts_with("must be "), "{problem}");
        }
    }

    #[test]
    fn a_bare_day_is_its_midnight() {
        let day = FieldType::Timestamp.read_json(&json!("2000-01-01")).unwrap();
        assert_eq!(day.to_json(), json!("2000-01-01T00:00:00.000Z"));
    }
}
