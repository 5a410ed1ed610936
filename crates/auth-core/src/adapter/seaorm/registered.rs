//! An entity that the application has registered for a model, and how their columns and fields meet.

use std::any::TypeId;

use auth_schema::{Field, FieldId, FieldType, Model, Schema};
use sea_orm::DbErr;
use sea_orm::sea_query::{ArrayType, Value as SqlValue};

use super::entity::{Entity, EntityColumn, EntityRow};
use super::entity_value::{from_entity, holds, to_entity};
use super::error::classify;
use super::executor::Executor;
use super::table::Table;
use crate::adapter::{AdapterError, Filter, Operator, Record, Value};

/// An entity and the field of each of its columns, in the entity's order.
#[derive(Debug)]
pub(super) struct Registered {
    entity: Box<dyn Entity>,
    columns: Vec<Mapped>,
}

#[derive(Debug)]
struct Mapped {
    field: FieldId,
    field_type: FieldType,
    value_type: ArrayType,
    is_id: bool,
}

impl Mapped {
    fn new(column: &EntityColumn, schema: &Schema, model: &Model) -> Result<Self, AdapterError> {
        let wrong = |problem: String| AdapterError::Configuration {
            problem: format!("the entity's column {}.{} {problem}", model.table(), column.name),
        };
        let position = model.fields().iter().position(|field| field.column == column.name);
        let field = FieldId::new(position.ok_or_else(|| wrong("is lost".to_owned()))?);
        let Some(description) = model.field(field) else {
            return Err(wrong("is lost".to_owned()));
        };
        let is_id = schema.id_type(model, field).is_some();
        if !holds(&column.value_type, description.field_type, is_id) {
            let (kind, name) = (description.field_type, &description.name);
            let found = &column.value_type;
            return Err(wrong(format!(
                "has the type {found:?}, which does not hold the field {name:?} ({kind:?}): give it another type"
            )));
        }
        let (field_type, value_type) = (description.field_type, column.value_type.clone());
        Ok(Self { field, field_type, value_type, is_id })
    }
}

impl Registered {
    /// Finds the field of every column.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Configuration`] names a column or a field that has no counterpart, or one of another type.
    pub(super) fn new(entity: Box<dyn Entity>, schema: &Schema, model: &Model) -> Result<Self, AdapterError> {
        let mut columns = Vec::new();
        for column in entity.columns() {
            columns.push(Mapped::new(&column, schema, model)?);
        }
        let covered = |position| columns.iter().any(|column| column.field.position() == position);
        if let Some(missing) = (0..model.fields().len()).find(|position| !covered(*position)) {
            let field = model.fields().get(missing).map_or("", |field| field.name.as_str());
            return Err(AdapterError::Configuration {
                problem: format!(
                    "the entity of table {} has no column for the field {field:?} of {}: add it, or map the column \
                     that holds it with `column`",
                    model.table(),
                    model.name()
                ),
            });
        }
        Ok(Self { entity, columns })
    }

    /// Whether this is the entity of a type.
    pub(super) fn is(&self, entity: TypeId) -> bool {
        self.entity.of_type() == entity
    }

    /// Runs the entity's `before_save` on the fields of a row that are given.
    pub(super) async fn before_insert(
        &self,
        executor: &Executor<'_>,
        table: &Table,
        record: Record,
    ) -> Result<Record, AdapterError> {
        let row = self.row(table, record)?;
        let saved = self.entity.before_save(executor.connection(), row, None).await;
        self.record(table, saved.map_err(|error| classify(error, "before_save", Some(table)))?)
    }

    /// Runs the entity's `before_save` on a change. The active model has its id when the filter names one.
    pub(super) async fn before_update(
        &self,
        executor: &Executor<'_>,
        table: &Table,
        filter: &Filter,
        change: Record,
    ) -> Result<Record, AdapterError> {
        let named = |field, operator| field == FieldId::ID && operator == Operator::Equal;
        let id = filter.all.iter().find(|condition| named(condition.field, condition.operator));
        let id = Record::default().with(FieldId::ID, id.map_or(Value::Null, |id| id.value.clone()));
        let id = self.row(table, id)?.pop();
        let new_id = change.get(FieldId::ID).cloned();
        let row = self.row(table, change)?;
        let saved = self.entity.before_save(executor.connection(), row, id).await;
        let saved = saved.map_err(|error| classify(error, "before_save", Some(table)))?;
        let mut change = self.record(table, saved)?;
        if let Some(id) = new_id {
            change.set(FieldId::ID, id);
        }
        Ok(change)
    }

    /// Runs the entity's `after_save` on a whole row.
    pub(super) async fn after_save(
        &self,
        executor: &Executor<'_>,
        table: &Table,
        record: &Record,
        insert: bool,
    ) -> Result<(), AdapterError> {
        let row = self.row(table, record.clone())?;
        let saved = self.entity.after_save(executor.connection(), row, insert).await;
        saved.map_err(|error| classify(error, "after_save", Some(table)))
    }

    /// The values of a record in the types of the entity's columns.
    pub(super) fn row(&self, table: &Table, mut record: Record) -> Result<EntityRow, AdapterError> {
        let mut row = EntityRow::with_capacity(self.columns.len());
        for (position, column) in self.columns.iter().enumerate() {
            let Some(value) = record.take(column.field) else {
                continue;
            };
            let found = value.kind();
            let value = to_entity(value, &column.value_type).ok_or_else(|| {
                let column = table.column(column.field);
                column.map_or_else(|error| error, |column| table.invalid(column, found, OTHER_TYPE))
            })?;
            row.push((position, value));
        }
        Ok(row)
    }

    fn record(&self, table: &Table, row: EntityRow) -> Result<Record, AdapterError> {
        let mut record = Record::with_capacity(self.columns.len());
        for (position, value) in row {
            let column = &self.columns[position];
            record.set(column.field, self.value(table, column, value)?);
        }
        record.normalise_instants();
        Ok(record)
    }

    fn value(&self, table: &Table, column: &Mapped, value: SqlValue) -> Result<Value, AdapterError> {
        from_entity(value, column.field_type, column.is_id).ok_or_else(|| {
            let problem = DbErr::Type(format!("{:?} set a value that cannot be stored", self.entity));
            classify(problem, "before_save", Some(table))
        })
    }
}

/// A field for a column that no field claims: it takes what the database or the entity's behaviour fills it with. Clients
/// neither set nor see it, because nobody has said that they may.
pub(super) fn additional_field(column: &EntityColumn) -> Result<Field, AdapterError> {
    let field_type = column.field_type.ok_or_else(|| AdapterError::Configuration {
        problem: format!(
            "the entity's column {:?} has the type {:?}, which is none of this library's: leave it out of the entity \
             with #[sea_orm(ignore)], or give it another type",
            column.name, column.value_type
        ),
    })?;
    let field = Field::new(column.name, field_type).no_input().not_returned();
    Ok(if column.nullable { field.optional() } else { field })
}

const OTHER_TYPE: &str = "of another type than the entity's column";
