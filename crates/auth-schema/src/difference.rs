//! What a live database lacks of a schema, and the statements that add it.
//!
//! A difference adds tables, columns, indexes and foreign keys, and drops nothing by itself. One change narrows: a text of MySQL
//! that must be indexed gets a length ([`Change::BoundText`]), and the statement fails where a value is longer. It follows the form of what is
//! there: a new column of instants has the type of the table's other columns of instants, a reference the type of the id that it
//! points to.

mod column;
mod literal;
mod render;
mod step;
mod told;

#[cfg(test)]
mod tests;

use crate::ddl::{Engine, index};
use crate::error::SchemaError;
use crate::field::{Field, FieldType, OnDelete};
use crate::live::{LiveSchema, LiveTable};
use crate::model::{FieldId, Model, ModelId, Schema};

pub use step::{Needed, Step};

/// What a database lacks, in an order in which it can be added.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference<'a> {
    schema: &'a Schema,
    live: &'a LiveSchema,
    /// The additions.
    pub changes: Vec<Change>,
    /// What cannot be added, with the reason.
    pub impossible: Vec<String>,
}

/// One addition.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Change {
    /// A table with its foreign keys.
    CreateTable {
        /// Of this model.
        model: ModelId,
    },
    /// A column.
    AddColumn {
        /// Of this model.
        model: ModelId,
        /// For this field.
        field: FieldId,
    },
    /// A text becomes one of 255 characters, or as many as it holds now if those are more, that tells `a` from `A`, because MySQL indexes no unbounded one, and a unique index
    /// would take both for the same.
    BoundText {
        /// Of this model.
        model: ModelId,
        /// The field.
        field: FieldId,
    },
    /// An index.
    CreateIndex {
        /// Of this model.
        model: ModelId,
        /// Over these fields.
        fields: Vec<FieldId>,
        /// Whether it keeps their values apart.
        unique: bool,
        /// An unfinished index of them that goes first.
        unfinished: Option<String>,
    },
    /// A foreign key.
    AddForeignKey {
        /// Of this model.
        model: ModelId,
        /// From this field.
        field: FieldId,
    },
    /// A column that belongs to no field may be null from now on. Only when told.
    AllowNull {
        /// Its table.
        table: String,
        /// Its name.
        column: String,
    },
    /// A column that belongs to no field goes, with what stands in it. Only when told.
    DropColumn {
        /// Its table.
        table: String,
        /// Its name.
        column: String,
    },
}

/// Why a difference cannot be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DifferenceError {
    /// The schema contradicts itself.
    #[error(transparent)]
    Schema(#[from] SchemaError),
    /// Rows that are there would have no value.
    #[error(
        "{model}.{field} is required and has no default that is a plain value: rows that are there would have none. Give it a \
         default, or make it optional, fill it, and make it required then"
    )]
    RequiredWithoutDefault {
        /// The model.
        model: String,
        /// The field.
        field: String,
    },
    /// A column that was to be dropped or changed is not there, not in a table of the schema, or belongs to a field.
    #[error("{table}.{column} is no column that belongs to no field of the configuration: see auth validate")]
    NotLeftOver {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// SQLite changes no column.
    #[error("SQLite cannot let {table}.{column} be null: drop it, name it in auth.toml, or copy the table")]
    Unchangeable {
        /// The table.
        table: String,
        /// The column.
        column: String,
    },
    /// A default that would stand in every row that is there.
    #[error(
        "{model}.{field} is required and unique: rows that are there would share its default. Make it optional, and fill it first"
    )]
    UniqueDefault {
        /// The model.
        model: String,
        /// The field.
        field: String,
    },
}

impl<'a> Difference<'a> {
    /// Compares.
    ///
    /// # Errors
    ///
    /// [`DifferenceError`] names a field that cannot be added as it is.
    pub fn between(schema: &'a Schema, live: &'a LiveSchema) -> Result<Self, DifferenceError> {
        let mut difference = Self { schema, live, changes: Vec::new(), impossible: Vec::new() };
        for model in schema.creation_order() {
            let id = schema.find(model.name())?;
            match live.table(model.table()) {
                None => difference.create(id, model),
                Some(table) => difference.complete(id, model, table)?,
            }
        }
        let is_new =
            |model: ModelId| schema.model(model).is_ok_and(|model| live.table(model.table()).is_none());
        let rank = |change: &Change| match change {
            Change::CreateTable { .. } => 0,
            // Right behind its table: the next one may point to the field.
            Change::CreateIndex { model, unique: true, .. } if is_new(*model) => 0,
            Change::AddColumn { .. } => 1,
            Change::BoundText { .. } => 2,
            Change::CreateIndex { .. } => 3,
            Change::AddForeignKey { .. } => 4,
            Change::AllowNull { .. } | Change::DropColumn { .. } => 5,
        };
        difference.changes.sort_by_key(rank);
        Ok(difference)
    }

    /// Lets a column be null that belongs to no field, so that rows can be written without it.
    ///
    /// # Errors
    ///
    /// [`DifferenceError::NotLeftOver`]; [`DifferenceError::Unchangeable`] on SQLite.
    pub fn allow_null(&mut self, table: &str, column: &str) -> Result<(), DifferenceError> {
        let (table, column) = self.left_over(table, column)?;
        if self.live.engine == Engine::Sqlite {
            return Err(DifferenceError::Unchangeable { table, column });
        }
        self.changes.push(Change::AllowNull { table, column });
        Ok(())
    }

    /// Drops a column that belongs to no field, with what stands in it.
    ///
    /// # Errors
    ///
    /// [`DifferenceError::NotLeftOver`].
    pub fn drop_column(&mut self, table: &str, column: &str) -> Result<(), DifferenceError> {
        let (table, column) = self.left_over(table, column)?;
        self.changes.push(Change::DropColumn { table, column });
        Ok(())
    }

    fn left_over(&self, table: &str, column: &str) -> Result<(String, String), DifferenceError> {
        let model = self.schema.models().find(|(_, model)| model.table() == table);
        let claimed =
            |(_, model): (ModelId, &Model)| model.fields().iter().any(|field| field.column == column);
        let stands = self.live.table(table).is_some_and(|table| table.column(column).is_some());
        let place = (table.to_owned(), column.to_owned());
        if stands && model.is_some_and(|model| !claimed(model)) {
            return Ok(place);
        }
        Err(DifferenceError::NotLeftOver { table: place.0, column: place.1 })
    }

    fn create(&mut self, id: ModelId, model: &Model) {
        self.changes.push(Change::CreateTable { model: id });
        for (fields, unique) in index::groups(model) {
            self.changes.push(Change::CreateIndex { model: id, fields, unique, unfinished: None });
        }
    }

    fn complete(&mut self, id: ModelId, model: &Model, table: &LiveTable) -> Result<(), DifferenceError> {
        for (position, field) in model.fields().iter().enumerate() {
            if table.column(&field.column).is_none() {
                check(model, field)?;
                self.changes.push(Change::AddColumn { model: id, field: FieldId::new(position) });
            }
        }
        for (fields, unique) in index::groups(model) {
            let columns: Vec<&str> = columns(model, &fields);
            if if unique { table.is_unique(&columns) } else { table.is_indexed(&columns) } {
                continue;
            }
            if !self.bound(id, model, table, (&fields, unique)) {
                continue;
            }
            let unfinished = table.indexes.iter().find(|index| !index.valid && index.columns == columns);
            let unfinished = unfinished.map(|index| index.name.clone());
            self.changes.push(Change::CreateIndex { model: id, fields, unique, unfinished });
        }
        for (position, field) in model.fields().iter().enumerate() {
            if table.column(&field.column).is_some() {
                self.tie(id, FieldId::new(position), model, field, table);
            }
        }
        Ok(())
    }

    /// MySQL indexes no unbounded text, and a unique index takes `a` for `A` where the column does: both kinds of column get the
    /// type that this library gives them. One that a foreign key ties cannot be changed, and one with a default is left alone,
    /// because only its owner knows how the default is written. Whether the index can be made.
    fn bound(
        &mut self,
        model: ModelId,
        of: &Model,
        table: &LiveTable,
        (fields, unique): (&[FieldId], bool),
    ) -> bool {
        if self.live.engine != Engine::Mysql {
            return true;
        }
        let mut possible = true;
        for id in fields {
            let Some(field) = of.field(*id).filter(|field| field.field_type == FieldType::String) else {
                continue;
            };
            let Some(column) = table.column(&field.column) else {
                continue;
            };
            let inexact = unique && column.case_insensitive && !self.live.is_tied(&table.name, &field.column);
            let change = Change::BoundText { model, field: *id };
            if !(column.kind().ends_with("text") || inexact) {
                continue;
            }
            if column.has_default || column.generated {
                possible = false;
                self.impossible.push(format!(
                    "the index of {}.{}: the column has a default, which a change of its type would lose; make it a varchar of \
                     utf8mb4_bin first",
                    table.name, field.column
                ));
            } else if !self.changes.contains(&change) {
                self.changes.push(change);
            }
        }
        possible
    }

    fn tie(&mut self, model: ModelId, id: FieldId, of: &Model, field: &Field, table: &LiveTable) {
        let Some(reference) = &field.references else {
            return;
        };
        let place = format!("the foreign key of {}.{}", of.table(), field.column);
        let target = self.schema.find(&reference.model).and_then(|target| self.schema.model(target));
        let Ok(target) = target else {
            return;
        };
        let to = target.find(&reference.field).ok().and_then(|to| target.field(to));
        let key = to.and_then(|to| table.foreign_key(&field.column, target.table(), &to.column));
        match key {
            Some(key) if !key.does(reference.on_delete, self.live.engine) => self.impossible.push(format!(
                "{place} does {} instead of {} when the row there goes: drop {} first",
                named(key.on_delete),
                named(reference.on_delete),
                if key.name.is_empty() { "it" } else { &key.name },
            )),
            Some(key) if !key.valid => self.impossible.push(format!(
                "{place} is not validated, because rows point to nothing: mend them, then ALTER TABLE {} VALIDATE CONSTRAINT {}",
                self.live.engine.quoted(of.table()),
                self.live.engine.quoted(&key.name),
            )),
            Some(_) => {}
            None if self.live.engine == Engine::Sqlite => self.impossible.push(format!(
                "{place}: SQLite adds none to a table that is there; the adapter keeps the reference"
            )),
            None => self.changes.push(Change::AddForeignKey { model, field: id }),
        }
    }

    /// The statements of each change, for an engine. What is there is known for the live engine only: for another one, the
    /// statements are those for tables that this library has made.
    ///
    /// # Errors
    ///
    /// [`DifferenceError`] as [`Difference::between`].
    pub fn steps(&self, engine: Engine) -> Result<Vec<Step>, DifferenceError> {
        self.changes.iter().map(|change| render::step(self, change, engine)).collect()
    }
}

fn columns<'a>(model: &'a Model, fields: &[FieldId]) -> Vec<&'a str> {
    fields.iter().filter_map(|field| model.field(*field)).map(|field| field.column.as_str()).collect()
}

/// Whether a column can be added to a table that may hold rows.
fn check(model: &Model, field: &Field) -> Result<(), DifferenceError> {
    if !field.required {
        return Ok(());
    }
    let (model, name) = (model.name().to_owned(), field.name.clone());
    if field.unique {
        return Err(DifferenceError::UniqueDefault { model, field: name });
    }
    let plain = literal::has_literal(field);
    if plain { Ok(()) } else { Err(DifferenceError::RequiredWithoutDefault { model, field: name }) }
}

fn named(on_delete: OnDelete) -> &'static str {
    match on_delete {
        OnDelete::Cascade => "cascade",
        OnDelete::Restrict => "restrict",
        OnDelete::SetNull => "set null",
        OnDelete::NoAction => "nothing",
    }
}
