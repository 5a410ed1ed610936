//! How the rows of one model are written and read: the canonical form.
//!
//! It does not depend on the engine: fields in the order of their names, null left out, decimals without zeros at the end, keys of JSON
//! in order, whole numbers of JSON and of lists without a fraction.

use auth_core::adapter::{Record, Value};
use auth_schema::{Field, FieldId, FieldType, Model, ModelId, Schema};
use serde_json::{Map, Value as Json};

use super::error::TransferError;
use super::redact::Redaction;

/// The rows of one model.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    pub(super) model: ModelId,
    pub(super) name: String,
    /// In the order of their names.
    fields: Vec<Place>,
    /// Fields that point to rows which may come later: they are set when all rows are there.
    pub(super) links: Vec<FieldId>,
}

/// A field of the file and its place in the record.
#[derive(Debug, Clone)]
struct Place {
    name: String,
    field: FieldId,
    field_type: FieldType,
    redaction: Redaction,
}

impl Layout {
    /// The layout of a model as the schema has it.
    pub(super) fn of(schema: &Schema, model: &Model) -> Result<Self, auth_schema::SchemaError> {
        let fields = model.fields().iter().enumerate();
        let fields = fields.map(|(position, field)| (field.name.clone(), FieldId::new(position), field));
        Ok(Self::new(schema.find(model.name())?, model, fields.collect()))
    }

    /// The layout of a model whose fields have the names of the file.
    pub(super) fn new(id: ModelId, model: &Model, fields: Vec<(String, FieldId, &Field)>) -> Self {
        let place = |(name, id, field): (String, FieldId, &Field)| Place {
            name,
            field: id,
            field_type: field.field_type,
            redaction: Redaction::None,
        };
        let mut fields: Vec<Place> = fields.into_iter().map(place).collect();
        fields.sort_by(|left, right| left.name.cmp(&right.name));
        Self { model: id, name: model.name().to_owned(), fields, links: Vec::new() }
    }

    /// The same without secrets.
    pub(super) fn redacted(mut self, schema: &Schema) -> Result<Self, TransferError> {
        let model = schema.model(self.model)?;
        for place in &mut self.fields {
            let field = model.field(place.field);
            place.redaction =
                field.map_or(Redaction::None, |field| Redaction::of(schema, model, place.field, field));
            if place.redaction == Redaction::Impossible {
                let (model, field) = (self.name.clone(), place.name.clone());
                return Err(TransferError::Unredactable {
                    model,
                    field,
                    field_type: place.field_type.name(),
                });
            }
        }
        Ok(self)
    }

    /// Writes a row in its canonical form.
    pub(super) fn write(&self, row: &Record, into: &mut Vec<u8>) -> Result<(), serde_json::Error> {
        let mut separator = b'{';
        for place in &self.fields {
            let Some(value) = row.get(place.field).filter(|value| !value.is_null()) else {
                continue;
            };
            let redacted = place.redaction.apply(row, place.field_type);
            let value = match &redacted {
                None => value,
                Some(Value::Null) => continue,
                Some(redacted) => redacted,
            };
            into.push(separator);
            separator = b',';
            serde_json::to_writer(&mut *into, &place.name)?;
            into.push(b':');
            match value {
                Value::Text(text) => serde_json::to_writer(&mut *into, text)?,
                other => serde_json::to_writer(&mut *into, &canonical(other))?,
            }
        }
        if separator == b'{' {
            into.push(b'{');
        }
        into.push(b'}');
        Ok(())
    }

    /// Reads a row; an error tells the field and what is expected there.
    pub(super) fn read(&self, mut row: Map<String, Json>) -> Result<Record, String> {
        let mut record = Record::default();
        for place in &self.fields {
            let value = match row.remove(&place.name) {
                None => Value::Null,
                Some(json) => {
                    read(place.field_type, json).map_err(|expected| format!("{} {expected}", place.name))?
                }
            };
            record.set(place.field, value);
        }
        match row.keys().next() {
            None => Ok(record),
            Some(name) => Err(format!("the first line does not name a field {name:?} of {}", self.name)),
        }
    }

    /// The row without what may point to a row that comes later; `None` when nothing does.
    pub(super) fn without_links(&self, row: &Record) -> Option<Record> {
        let linked = |field: &&FieldId| row.get(**field).is_some_and(|value| !value.is_null());
        let links: Vec<&FieldId> = self.links.iter().filter(linked).collect();
        let mut without = (!links.is_empty()).then(|| row.clone())?;
        for field in links {
            without.set(*field, Value::Null);
        }
        Some(without)
    }
}

/// The fields of a row that differ, by their names.
pub(super) fn differing_fields(left: &[u8], right: &[u8]) -> Vec<String> {
    let read = |bytes: &[u8]| serde_json::from_slice::<Map<String, Json>>(bytes).unwrap_or_default();
    let (left, right) = (read(left), read(right));
    let names = left.keys().chain(right.keys().filter(|name| !left.contains_key(*name)));
    names.filter(|name| left.get(*name) != right.get(*name)).cloned().collect()
}

fn canonical(value: &Value) -> Json {
    match value {
        Value::Float(number) => float(*number),
        Value::Decimal(number) => Json::String(number.normalize().to_string()),
        Value::Json(json) => ordered(json),
        Value::List(list) => ordered(&Json::Array(list.iter().map(Value::to_json).collect())),
        other => other.to_json(),
    }
}

/// JSON has no word for numbers that are none; zero has one sign.
fn float(number: f64) -> Json {
    if number.is_nan() {
        return NAN.into();
    }
    if number.is_infinite() {
        return if number > 0.0 { INFINITY.into() } else { MINUS_INFINITY.into() };
    }
    Json::from(number + 0.0)
}

fn ordered(json: &Json) -> Json {
    match json {
        Json::Array(items) => Json::Array(items.iter().map(ordered).collect()),
        Json::Object(map) => {
            let mut entries: Vec<(&String, &Json)> = map.iter().collect();
            entries.sort_by_key(|(name, _)| *name);
            Json::Object(entries.into_iter().map(|(name, json)| (name.clone(), ordered(json))).collect())
        }
        Json::Number(number) => whole(number).map_or_else(|| json.clone(), Json::from),
        other => other.clone(),
    }
}

/// Engines write `2.0` and `2` for one number.
#[expect(clippy::cast_possible_truncation, reason = "the number is whole and within the range that is exact")]
fn whole(number: &serde_json::Number) -> Option<i64> {
    let exact = |number: &f64| number.fract() == 0.0 && number.abs() <= EXACT;
    number.as_f64().filter(|_| number.is_f64()).filter(exact).map(|number| number as i64)
}

fn read(field_type: FieldType, json: Json) -> Result<Value, &'static str> {
    match (field_type, json) {
        // Null is left out: one that is written is JSON's own.
        (FieldType::Json, json) => Ok(Value::Json(json)),
        (FieldType::String, Json::String(text)) => Ok(Value::Text(text)),
        (FieldType::Float, Json::String(word)) => match word.as_str() {
            NAN => Ok(Value::Float(f64::NAN)),
            INFINITY => Ok(Value::Float(f64::INFINITY)),
            MINUS_INFINITY => Ok(Value::Float(f64::NEG_INFINITY)),
            _ => Err("must be a number"),
        },
        (field_type, json) => field_type.read_json(&json),
    }
}

/// 2⁵³ − 1.
const EXACT: f64 = 9_007_199_254_740_991.0;
const NAN: &str = "NaN";
const INFINITY: &str = "Infinity";
const MINUS_INFINITY: &str = "-Infinity";

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn layout(field_type: FieldType) -> Layout {
        let model = Model::new("thing", "things", vec![Field::new("it", field_type).optional()]).unwrap();
        let schema = Schema::new(vec![model]).unwrap();
        Layout::of(&schema, schema.models().next().unwrap().1).unwrap()
    }

    fn written(field_type: FieldType, value: Value) -> String {
        let mut bytes = Vec::new();
        layout(field_type).write(&Record::default().with(FieldId::new(1), value), &mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn one_value_has_one_form() {
        let json = |json: Json| written(FieldType::Json, Value::Json(json));
        assert_eq!(
            json(json!({ "b": 2.0, "a": [1e2, null] })),
            json(serde_json::from_str(r#"{"a":[100,null],"b":2}"#).unwrap())
        );
        let decimal = |text: &str| written(FieldType::Decimal, Value::Decimal(text.parse().unwrap()));
        assert_eq!(decimal("12.300"), r#"{"it":"12.3"}"#);
        assert_eq!(decimal("12.300"), decimal("12.3"));
        assert_eq!(written(FieldType::Float, Value::Float(-0.0)), r#"{"it":0.0}"#);
        assert_eq!(written(FieldType::String, Value::Null), "{}");
    }

    #[test]
    fn null_of_json_is_not_null() {
        assert_eq!(written(FieldType::Json, Value::Json(Json::Null)), r#"{"it":null}"#);
        assert_eq!(written(FieldType::Json, Value::Null), "{}");
        let read = |json: Json| {
            let record = layout(FieldType::Json).read(json.as_object().cloned().unwrap()).unwrap();
            record.get(FieldId::new(1)).cloned()
        };
        assert_eq!(read(json!({ "it": null })), Some(Value::Json(Json::Null)));
        assert_eq!(read(json!({})), Some(Value::Null));
    }

    #[test]
    fn numbers_that_are_none_are_kept() {
        for number in [f64::INFINITY, f64::NEG_INFINITY, 1e300, 0.1] {
            let text = written(FieldType::Float, Value::Float(number));
            let row = layout(FieldType::Float).read(serde_json::from_str(&text).unwrap()).unwrap();
            assert_eq!(row.get(FieldId::new(1)), Some(&Value::Float(number)));
        }
        assert_eq!(written(FieldType::Float, Value::Float(f64::NAN)), r#"{"it":"NaN"}"#);
    }

    #[test]
    fn what_does_not_fit_names_the_field_and_not_the_value() {
        let read =
            |json: Json| layout(FieldType::Integer).read(json.as_object().cloned().unwrap()).unwrap_err();
        assert_eq!(read(json!({ "it": "hush" })), "it must be a whole number of 32 bits");
        assert_eq!(read(json!({ "that": 1 })), "the first line does not name a field \"that\" of thing");
    }
}
