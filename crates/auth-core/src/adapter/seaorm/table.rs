//! A model's table as it stands in the database.

use auth_schema::{FieldId, Model, ModelId};

use super::sql::Sql;
use super::storage::Storage;
use crate::adapter::AdapterError;

/// A table and its columns, in the order of the model's fields.
#[derive(Debug, Clone)]
pub(super) struct Table {
    pub(super) model: ModelId,
    pub(super) name: String,
    pub(super) columns: Vec<Column>,
}

/// One column.
#[derive(Debug, Clone)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) storage: Storage,
    /// Whether the column's collation takes `a` for `A`.
    pub(super) case_insensitive: bool,
    /// Whether the field may be null.
    pub(super) nullable: bool,
    /// Whether the field identifies at most one row.
    pub(super) unique: bool,
}

impl Table {
    /// The column of a field.
    pub(super) fn column(&self, field: FieldId) -> Result<&Column, AdapterError> {
        self.columns.get(field.position()).ok_or_else(|| {
            AdapterError::Schema(auth_schema::SchemaError::UnknownField {
                model: self.name.clone(),
                field: format!("#{}", field.position()),
            })
        })
    }

    /// The id's column.
    pub(super) fn id(&self) -> Result<&Column, AdapterError> {
        self.column(FieldId::ID)
    }

    /// Writes all columns in the order of the model's fields.
    pub(super) fn select_list(&self, sql: &mut Sql, alias: &str) {
        for (position, column) in self.columns.iter().enumerate() {
            sql.push(if position == 0 { "" } else { ", " });
            sql.column(alias, &column.name);
        }
    }

    pub(super) fn new(model: ModelId, description: &Model, columns: Vec<Column>) -> Self {
        Self { model, name: description.table().to_owned(), columns }
    }
}
