//! Tables in the process, and the rules that a database would enforce on them.

use std::sync::Arc;

use auth_schema::{Field, FieldId, FieldType, Model, ModelId, OnDelete, Schema, SchemaError};

use super::filter::passes;
use crate::adapter::order::compare_optional;
use crate::adapter::{AdapterError, Condition, Direction, Filter, Operator, Record, Sort, Value};

/// All rows of all models, with unique fields and foreign keys enforced: what the memory adapter holds, and what an
/// adapter for a store of whole files or documents can be built on. A clone copies pointers; an operation that fails
/// may have changed the tables it was called on, so work on a clone and keep it when all went well.
#[derive(Debug, Clone)]
pub struct Tables {
    rows: Vec<Vec<Arc<Record>>>,
    schema: Arc<Schema>,
    /// The last number of each model whose ids are counted.
    counters: Vec<u64>,
}

impl Tables {
    /// No rows yet.
    pub fn new(schema: Arc<Schema>) -> Self {
        let rows: Vec<_> = schema.models().map(|_| Vec::new()).collect();
        Self { counters: vec![0; rows.len()], rows, schema }
    }

    /// The models.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// All rows of a model in the order of creation.
    pub fn all(&self, model: ModelId) -> Result<impl Iterator<Item = &Record>, AdapterError> {
        Ok(self.rows(model)?.iter().map(|row| &**row))
    }

    /// Positions of the rows that pass a filter, in the order of creation.
    pub(super) fn matching(&self, model: ModelId, filter: &Filter) -> Result<Vec<usize>, AdapterError> {
        let description = self.schema.model(model)?;
        for part in filter.all.iter().chain(&filter.any) {
            check_condition(description, part)?;
        }
        let rows = self.rows(model)?;
        Ok((0..rows.len()).filter(|position| passes(&rows[*position], filter)).collect())
    }

    pub(super) fn record(&self, model: ModelId, position: usize) -> Result<Record, AdapterError> {
        Ok(self.rows(model)?.get(position).map(|row| Record::clone(row)).unwrap_or_default())
    }

    pub(super) fn sort(
        &self,
        model: ModelId,
        positions: &mut [usize],
        sorts: &[Sort],
    ) -> Result<(), AdapterError> {
        let rows = self.rows(model)?;
        positions.sort_by(|left, right| {
            sorts.iter().fold(std::cmp::Ordering::Equal, |order, sort| {
                let next = compare_optional(rows[*left].get(sort.field), rows[*right].get(sort.field));
                order.then(if sort.direction == Direction::Descending { next.reverse() } else { next })
            })
        });
        Ok(())
    }

    pub(super) fn insert(&mut self, model: ModelId, mut record: Record) -> Result<Record, AdapterError> {
        let schema = Arc::clone(&self.schema);
        let description = schema.model(model)?;
        let counter = &mut self.counters[model.position()];
        match record.get(FieldId::ID) {
            None => {
                *counter += 1;
                record.set(FieldId::ID, Value::Text(counter.to_string()));
            }
            // A number that was given is not counted a second time.
            Some(Value::Text(id)) => *counter = id.parse().map_or(*counter, |id| (*counter).max(id)),
            Some(_) => {}
        }
        for position in 1..description.fields().len() {
            if record.get(FieldId::new(position)).is_none() {
                record.set(FieldId::new(position), Value::Null);
            }
        }
        record.normalise_instants();
        self.rows_mut(model)?.push(Arc::new(record.clone()));
        self.check(model, self.rows(model)?.len() - 1)?;
        Ok(record)
    }

    /// Adds to and sets fields of rows.
    pub(super) fn change(
        &mut self,
        model: ModelId,
        positions: &[usize],
        add: &[(FieldId, i64)],
        set: &Record,
    ) -> Result<(), AdapterError> {
        let schema = Arc::clone(&self.schema);
        check_change(schema.model(model)?, set)?;
        for position in positions {
            let mut record = self.record(model, *position)?;
            for (field, delta) in add {
                match record.get(*field) {
                    Some(Value::Int(number)) => {
                        let sum = number.saturating_add(*delta);
                        record.set(*field, Value::Int(sum));
                    }
                    None | Some(Value::Null) => {}
                    Some(other) => return Err(invalid(schema.model(model)?, *field, other, "not a counter")),
                }
            }
            for (field, value) in set.iter() {
                record.set(field, value.clone());
            }
            record.normalise_instants();
            self.rows_mut(model)?[*position] = Arc::new(record);
        }
        positions.iter().try_for_each(|position| self.check(model, *position))
    }

    /// Removes rows, and what points to them as their foreign keys say.
    pub(super) fn remove(&mut self, model: ModelId, positions: &[usize]) -> Result<(), AdapterError> {
        let mut removed = Vec::with_capacity(positions.len());
        let rows = self.rows_mut(model)?;
        for position in positions.iter().collect::<std::collections::BTreeSet<_>>().into_iter().rev() {
            removed.push(rows.remove(*position));
        }
        for row in removed {
            self.follow(model, &row)?;
        }
        Ok(())
    }

    fn follow(&mut self, model: ModelId, gone: &Record) -> Result<(), AdapterError> {
        let schema = Arc::clone(&self.schema);
        let name = schema.model(model)?.name();
        for (other, description) in schema.models() {
            for (position, field) in description.fields().iter().enumerate() {
                let Some(reference) = field.references.as_ref().filter(|reference| reference.model == name)
                else {
                    continue;
                };
                let target = schema.model(model)?.find(&reference.field)?;
                let Some(key) = gone.get(target).filter(|key| !key.is_null()) else {
                    continue;
                };
                let field_id = FieldId::new(position);
                let pointing = self.matching(other, &Filter::equal(field_id, key.clone()))?;
                match reference.on_delete {
                    _ if pointing.is_empty() => {}
                    OnDelete::Cascade => self.remove(other, &pointing)?,
                    OnDelete::SetNull => {
                        let null = Record::default().with(field_id, Value::Null);
                        self.change(other, &pointing, &[], &null)?;
                    }
                    _ => return Err(foreign_key(model, schema.model(model)?, field)),
                }
            }
        }
        Ok(())
    }

    fn check(&self, model: ModelId, position: usize) -> Result<(), AdapterError> {
        let schema = Arc::clone(&self.schema);
        let description = schema.model(model)?;
        let record = &self.rows(model)?[position];
        for (number, field) in description.fields().iter().enumerate() {
            let id = FieldId::new(number);
            let value = record.get(id).unwrap_or(&Value::Null);
            if value.is_null() {
                if field.required {
                    return Err(invalid(description, id, value, "a value is required"));
                }
                continue;
            }
            if !fits(field, value) {
                return Err(misfit(description, id, value));
            }
            if field.unique {
                self.check_unique(model, description, position, &[id])?;
            }
            self.check_reference(model, field, value)?;
        }
        for fields in description.unique_together() {
            self.check_unique(model, description, position, fields)?;
        }
        Ok(())
    }

    fn check_unique(
        &self,
        model: ModelId,
        description: &Model,
        position: usize,
        fields: &[FieldId],
    ) -> Result<(), AdapterError> {
        let rows = self.rows(model)?;
        let taken = rows.iter().enumerate().any(|(other, row)| {
            // Null is equal to nothing.
            let same = |field: &FieldId| match row.get(*field) {
                None | Some(Value::Null) => false,
                value => value == rows[position].get(*field),
            };
            other != position && fields.iter().all(same)
        });
        if !taken {
            return Ok(());
        }
        let (model_name, table) = (description.name().to_owned(), description.table().to_owned());
        let fields = fields.iter().filter_map(|field| description.field(*field));
        let fields: Vec<String> = fields.map(|field| field.name.clone()).collect();
        let constraint = format!("{table}.{}", fields.join(", "));
        Err(AdapterError::Conflict { model, model_name, table, fields, constraint, source: None })
    }

    fn check_reference(&self, model: ModelId, field: &Field, value: &Value) -> Result<(), AdapterError> {
        let schema = Arc::clone(&self.schema);
        let Some(reference) = &field.references else {
            return Ok(());
        };
        let other = schema.find(&reference.model)?;
        let target = schema.model(other)?.find(&reference.field)?;
        let found = self.rows(other)?.iter().any(|row| row.get(target) == Some(value));
        if found { Ok(()) } else { Err(foreign_key(model, schema.model(model)?, field)) }
    }

    fn rows(&self, model: ModelId) -> Result<&Vec<Arc<Record>>, AdapterError> {
        let foreign = auth_schema::SchemaError::ForeignModel { id: model };
        self.rows.get(model.position()).ok_or_else(|| foreign.into())
    }

    fn rows_mut(&mut self, model: ModelId) -> Result<&mut Vec<Arc<Record>>, AdapterError> {
        let foreign = auth_schema::SchemaError::ForeignModel { id: model };
        self.rows.get_mut(model.position()).ok_or_else(|| foreign.into())
    }
}

/// The field of a handle.
pub(super) fn known(model: &Model, id: FieldId) -> Result<&Field, AdapterError> {
    let unknown =
        || SchemaError::UnknownField { model: model.name().to_owned(), field: format!("#{}", id.position()) };
    model.field(id).ok_or_else(|| unknown().into())
}

/// Refuses what no column of the field's type could be compared with.
fn check_condition(model: &Model, part: &Condition) -> Result<(), AdapterError> {
    let field = known(model, part.field)?;
    let pattern = matches!(part.operator, Operator::Contains | Operator::StartsWith | Operator::EndsWith);
    if pattern && field.field_type != FieldType::String {
        return Err(invalid(model, part.field, &part.value, "text operators compare text only"));
    }
    // An id of a form that cannot be stored is not found.
    let is_id = part.field == FieldId::ID || field.references.is_some();
    let any_text = |value: &Value| is_id && matches!(value, Value::Text(_));
    let fits = |value: &Value| value.is_null() || any_text(value) || fits(field, value);
    let comparable = match &part.value {
        Value::List(list) if matches!(part.operator, Operator::In | Operator::NotIn) => list.iter().all(fits),
        value => fits(value),
    };
    if comparable { Ok(()) } else { Err(invalid(model, part.field, &part.value, OTHER_KIND)) }
}

/// Refuses a change that could not be written, also when no row would meet it.
fn check_change(model: &Model, change: &Record) -> Result<(), AdapterError> {
    for (id, value) in change.iter() {
        let field = known(model, id)?;
        if !value.is_null() && !fits(field, value) {
            return Err(misfit(model, id, value));
        }
    }
    Ok(())
}

fn misfit(model: &Model, field: FieldId, value: &Value) -> AdapterError {
    let nul = matches!(value, Value::Text(text) if text.contains('\0'));
    invalid(model, field, value, if nul { "text with a NUL character" } else { OTHER_KIND })
}

const OTHER_KIND: &str = "of another kind than the column";

fn fits(field: &Field, value: &Value) -> bool {
    match (field.field_type, value) {
        (FieldType::String, Value::Text(text)) => !text.contains('\0'),
        (FieldType::Integer, Value::Int(number)) => i32::try_from(*number).is_ok(),
        (FieldType::BigInteger, Value::Int(_))
        | (FieldType::Float, Value::Float(_) | Value::Int(_))
        | (FieldType::Boolean, Value::Bool(_))
        | (FieldType::Timestamp, Value::Timestamp(_))
        | (FieldType::Decimal, Value::Decimal(_))
        | (FieldType::Bytes, Value::Bytes(_))
        | (FieldType::Uuid, Value::Uuid(_))
        | (FieldType::Date, Value::Date(_))
        | (FieldType::Time, Value::Time(_))
        | (FieldType::Json, Value::Json(_))
        | (FieldType::StringList | FieldType::NumberList, Value::List(_) | Value::Json(_)) => true,
        _ => false,
    }
}

fn invalid(model: &Model, field: FieldId, value: &Value, problem: &'static str) -> AdapterError {
    AdapterError::invalid(model, field, value.kind(), problem)
}

fn foreign_key(model: ModelId, description: &Model, field: &Field) -> AdapterError {
    let (model_name, table) = (description.name().to_owned(), description.table().to_owned());
    let constraint = format!("{table}.{}", field.column);
    AdapterError::ForeignKey {
        model,
        model_name,
        table,
        fields: vec![field.name.clone()],
        constraint,
        source: None,
    }
}
