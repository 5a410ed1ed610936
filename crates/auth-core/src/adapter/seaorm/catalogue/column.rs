//! Holds one field against its live column.

use auth_schema::ddl::Engine as Dialect;
use auth_schema::live::{Held, LiveColumn};
use auth_schema::{
    Field, FieldId, FieldType, IdStrategy, IdType, Model, Schema, account, session, verification,
};

use sea_orm::DbBackend;

use super::super::engine::Engine;
use super::super::storage::Storage;
use super::super::table::Column;
use super::problem::CatalogueProblem;

/// A field in its place.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) schema: &'a Schema,
    pub(super) model: &'a Model,
    pub(super) id: FieldId,
    pub(super) field: &'a Field,
}

impl Place<'_> {
    fn names(self) -> (String, String) {
        (self.model.table().to_owned(), self.field.column.clone())
    }

    /// The column as the adapter uses it.
    pub(super) fn column(
        self,
        engine: Engine,
        live: Option<&LiveColumn>,
    ) -> Result<Column, CatalogueProblem> {
        let (table, column) = self.names();
        let Some(live) = live else {
            return Err(CatalogueProblem::MissingColumn { table, column });
        };
        let kind = live.kind();
        let storage = match self.schema.id_type(self.model, self.id) {
            Some(_) => Storage::choose_id(engine.backend, &kind),
            None => Storage::choose(self.field.field_type, engine.backend, &kind, &live.holds),
        };
        let Some(storage) = storage.filter(|_| !live.generated) else {
            let found = if live.generated { format!("{kind}, generated") } else { kind };
            let needed = format!("{:?}", self.field.field_type).to_lowercase();
            return Err(CatalogueProblem::WrongType { table, column, found, needed });
        };
        // SQLite does not keep to the length that a column declares.
        if let (Some(found), needed) = (length(live), self.needed_length())
            && engine.backend != DbBackend::Sqlite
            && storage == Storage::Text
            && found < needed
        {
            return Err(CatalogueProblem::TooShort { table, column, found, needed });
        }
        Ok(Column {
            field: self.field.name.clone(),
            name: column,
            storage,
            case_insensitive: live.case_insensitive,
            nullable: !self.field.required,
            unique: self.field.unique,
            reference: self.field.references.is_some(),
            has_default: live.has_default,
        })
    }

    /// Characters that are written to the column whatever people do.
    fn needed_length(self) -> u32 {
        if self.schema.id_type(self.model, self.id).is_some() {
            let target = self.field.references.as_ref().map(|reference| reference.model.as_str());
            let model = target.and_then(|name| self.schema.model(self.schema.find(name).ok()?).ok());
            return id_length(model.unwrap_or(self.model).ids());
        }
        let of = |name: &str, field| self.model.name() == name && self.id == field;
        if of("session", session::TOKEN) {
            TOKEN
        } else if of("account", account::PASSWORD) {
            PASSWORD
        } else if of("verification", verification::IDENTIFIER) {
            IDENTIFIER
        } else {
            0
        }
    }

    /// What is wrong with a column that can be worked with all the same.
    pub(super) fn flaws(self, dialect: Dialect, live: &LiveColumn) -> Vec<CatalogueProblem> {
        let (table, column) = self.names();
        let mut flaws = Vec::new();
        if live.case_insensitive && self.is_key() {
            let collation = live.collation.clone().unwrap_or_else(|| live.kind());
            flaws.push(CatalogueProblem::CaseInsensitive {
                table: table.clone(),
                column: column.clone(),
                collation,
            });
        }
        if live.holds.len() > 1 || live.holds.contains(&Held::Others) {
            flaws.push(CatalogueProblem::MixedInstants { table: table.clone(), column: column.clone() });
        }
        if self.field.field_type == FieldType::Timestamp && loses_milliseconds(dialect, live) {
            let found = live.declared.clone();
            flaws.push(CatalogueProblem::LowPrecision {
                table: table.clone(),
                column: column.clone(),
                found,
            });
        }
        if dialect == Dialect::Mysql
            && self.field.field_type == FieldType::Timestamp
            && live.kind() == "timestamp"
        {
            flaws.push(CatalogueProblem::EndsIn2038 { table: table.clone(), column: column.clone() });
        }
        if !self.field.required && live.required && !live.has_default && !live.generated {
            flaws.push(CatalogueProblem::MustNotBeNull { table: table.clone(), column: column.clone() });
        }
        if self.field.required && !live.required {
            flaws.push(CatalogueProblem::Nullable { table, column });
        }
        flaws
    }

    /// Whether rows are found by the field.
    fn is_key(self) -> bool {
        let groups = self.model.unique_together().iter().chain(self.model.index_together());
        let grouped = groups.into_iter().any(|group| group.contains(&self.id));
        let text = self.field.field_type == FieldType::String;
        text && (grouped || self.field.unique || self.field.index || self.field.references.is_some())
    }
}

/// The characters of an id.
fn id_length(ids: &IdStrategy) -> u32 {
    match ids {
        IdStrategy::UuidV4 | IdStrategy::UuidV7 | IdStrategy::Database(IdType::Uuid) => 36,
        IdStrategy::Prefixed(prefix) => 24 + u32::try_from(prefix.chars().count()).unwrap_or(u32::MAX / 2),
        IdStrategy::NanoId => 21,
        IdStrategy::Cuid2 => 24,
        IdStrategy::Serial => 0,
        _ => TOKEN,
    }
}

/// The characters that a bounded text holds.
fn length(live: &LiveColumn) -> Option<u32> {
    let declared = live.declared.to_lowercase();
    let bounded = declared.starts_with("varchar") || declared.starts_with("char");
    let (_, rest) = declared.split_once('(').filter(|_| bounded)?;
    rest.split(')').next()?.trim().parse().ok()
}

fn loses_milliseconds(dialect: Dialect, live: &LiveColumn) -> bool {
    let (_, precision) = live.declared.split_once('(').unwrap_or_default();
    let precision: Option<u32> = precision.split(')').next().and_then(|digits| digits.parse().ok());
    match dialect {
        Dialect::Mysql => precision.unwrap_or(0) < 3,
        Dialect::Postgres => precision.is_some_and(|digits| digits < 3),
        _ => false,
    }
}

/// 32 letters and digits.
const TOKEN: u32 = 32;
/// A scrypt hash: 32 digits of salt, a colon, 128 digits.
const PASSWORD: u32 = 161;
/// The longest identifier: a purpose, a colon and 32 characters.
const IDENTIFIER: u32 = 48;
