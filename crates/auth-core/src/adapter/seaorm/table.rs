//! A model's table as it stands in the database.

use std::sync::Arc;

use auth_schema::{FieldId, Model, ModelId};

use super::dependants::Dependant;
use super::registered::Registered;
use super::sql::Sql;
use super::storage::Storage;
use crate::adapter::{AdapterError, Record};

/// A table and its columns, in the order of the model's fields.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) model: ModelId,
    pub(super) model_name: String,
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
    /// Unique and foreign keys: their names, and the fields that they are over.
    pub(super) constraints: Vec<(String, Vec<String>)>,
    /// Groups of fields whose values the database does not keep unique.
    pub(super) unguarded: Vec<Vec<FieldId>>,
    /// Fields that point to another row without the database looking whether it is there.
    pub(super) unchecked: Vec<FieldId>,
    /// What points here without the database seeing to it when a row goes.
    pub(super) dependants: Vec<Dependant>,
    /// Whether the full-text index over it stands.
    pub(super) has_search_index: bool,
    /// The application's entity, whose behaviour runs.
    pub(super) entity: Option<Arc<Registered>>,
}

/// One column.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// The field's name.
    pub(super) field: String,
    pub(super) name: String,
    pub(super) storage: Storage,
    /// Whether the column's collation takes `a` for `A`.
    pub(super) case_insensitive: bool,
    /// Whether the field may be null.
    pub(super) nullable: bool,
    /// Whether the field identifies at most one row.
    pub(super) unique: bool,
    /// Whether the field points to another row.
    pub(super) reference: bool,
    /// Whether the database fills the column by itself.
    pub(super) has_default: bool,
}

impl Table {
    pub(super) fn new(id: ModelId, model: &Model, columns: Vec<Column>) -> Self {
        Self {
            model: id,
            model_name: model.name().to_owned(),
            name: model.table().to_owned(),
            columns,
            constraints: Vec::new(),
            unguarded: Vec::new(),
            unchecked: Vec::new(),
            dependants: Vec::new(),
            has_search_index: false,
            entity: None,
        }
    }

    /// The column of a field.
    pub(super) fn column(&self, field: FieldId) -> Result<&Column, AdapterError> {
        self.columns.get(field.position()).ok_or_else(|| {
            AdapterError::Schema(auth_schema::SchemaError::UnknownField {
                model: self.model_name.clone(),
                field: format!("#{}", field.position()),
            })
        })
    }

    /// The id's column.
    pub(super) fn id(&self) -> Result<&Column, AdapterError> {
        self.column(FieldId::ID)
    }

    /// A value that a column cannot hold.
    pub(super) fn invalid(
        &self,
        column: &Column,
        found: &'static str,
        problem: &'static str,
    ) -> AdapterError {
        let (model, field) = (self.model_name.clone(), column.field.clone());
        AdapterError::InvalidValue { model, field, found, problem }
    }

    /// Refuses a change that could not be written, also when no row would meet it.
    pub(super) fn check(&self, change: &Record) -> Result<(), AdapterError> {
        for (field, value) in change.iter() {
            let column = self.column(field)?;
            let problem = |problem| self.invalid(column, value.kind(), problem);
            column.storage.bind(value.clone()).map_err(problem)?;
        }
        Ok(())
    }

    /// The names of the fields of some columns.
    pub(super) fn fields_of<'a>(&self, columns: impl Iterator<Item = &'a str>) -> Vec<String> {
        let field = |name| self.columns.iter().find(|column| column.name == name);
        columns.filter_map(field).map(|column| column.field.clone()).collect()
    }

    /// Writes all columns in the order of the model's fields.
    pub(super) fn select_list(&self, sql: &mut Sql, alias: &str) {
        for (position, column) in self.columns.iter().enumerate() {
            sql.push(if position == 0 { "" } else { ", " });
            sql.column(alias, &column.name);
        }
    }
}
