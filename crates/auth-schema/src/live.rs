//! What stands in a database: its tables as the engine's catalogue tells them.
//!
//! Whoever reads a catalogue fills these values in; comparing them with a [`crate::Schema`] needs no engine.

use crate::ddl::{self, Engine, index};
use crate::field::{Field, OnDelete};
use crate::model::{FieldId, Model, Schema, same_name};

/// The tables of a database, or of the PostgreSQL schemas that a connection looks in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LiveSchema {
    /// The engine that has told it.
    pub engine: Engine,
    /// The tables, by name.
    pub tables: Vec<LiveTable>,
    /// Whether foreign keys are enforced; SQLite leaves it to each connection.
    pub enforces_foreign_keys: bool,
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LiveTable {
    /// Its name.
    pub name: String,
    /// Its columns, in their order.
    pub columns: Vec<LiveColumn>,
    /// The columns of its primary key, in the key's order; none: it has no primary key.
    pub primary_key: Vec<String>,
    /// Its indexes, those of the primary key and of unique constraints among them.
    pub indexes: Vec<LiveIndex>,
    /// What it points to.
    pub foreign_keys: Vec<LiveForeignKey>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LiveColumn {
    /// Its name.
    pub name: String,
    /// Its type as the engine writes it: `varchar(255)`, `timestamp(3) with time zone`, `date`.
    pub declared: String,
    /// Whether null is refused.
    pub required: bool,
    /// Whether the database fills it by itself: by a default, by counting or by an expression.
    pub has_default: bool,
    /// Whether nothing may be written to it, because an expression makes its values.
    pub generated: bool,
    /// Its collation, where the engine tells one.
    pub collation: Option<String>,
    /// Whether comparisons in it take `a` for `A`.
    pub case_insensitive: bool,
    /// The different forms of the instants in it, where only its values tell (SQLite); nothing in an empty column.
    pub holds: Vec<Held>,
}

/// The form of instants in a column whose type does not tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Held {
    /// Whole numbers: milliseconds.
    Integers,
    /// `2026-11-24T12:00:00.345Z`.
    InstantsWithZ,
    /// `2026-11-24T12:00:00.345+00:00`.
    InstantsWithOffset,
    /// Anything else.
    Others,
}

/// An index.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LiveIndex {
    /// Its name.
    pub name: String,
    /// Its columns, the leading one first.
    pub columns: Vec<String>,
    /// Whether two rows with the same columns are refused.
    pub unique: bool,
    /// Whether it covers some rows only, or expressions and beginnings of columns.
    pub partial: bool,
    /// Whether it can be used: false after a concurrent build that failed (PostgreSQL).
    pub valid: bool,
    /// Whether it is that of the primary key.
    pub primary: bool,
    /// Whether it orders or compares otherwise than its columns do by themselves, or carries further ones (PostgreSQL).
    pub special: bool,
    /// Whether a constraint holds it, so that it cannot be dropped alone (PostgreSQL, SQLite).
    pub held: bool,
}

/// A foreign key.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LiveForeignKey {
    /// Its name; empty on SQLite, which keeps none.
    pub name: String,
    /// Its columns.
    pub columns: Vec<String>,
    /// The table that it points to.
    pub table: String,
    /// The columns there.
    pub target: Vec<String>,
    /// What becomes of the row when the other goes.
    pub on_delete: OnDelete,
    /// Whether the rows that are there were looked at: false after an addition that was cut short (PostgreSQL).
    pub valid: bool,
}

impl LiveSchema {
    /// The table of a name.
    pub fn table(&self, name: &str) -> Option<&LiveTable> {
        self.tables.iter().find(|table| table.name == name)
    }

    /// Whether a foreign key begins or ends in a column.
    pub fn is_tied(&self, table: &str, column: &str) -> bool {
        let has = |columns: &[String]| columns.iter().any(|name| name == column);
        let ties = |from: &LiveTable, key: &LiveForeignKey| {
            from.name == table && has(&key.columns) || key.table == table && has(&key.target)
        };
        self.tables.iter().any(|from| from.foreign_keys.iter().any(|key| ties(from, key)))
    }
}

impl LiveSchema {
    /// Whether tables stand here that look like Better Auth's while none of a schema's does: then the schema has other names.
    pub fn has_others_instead_of(&self, schema: &Schema) -> bool {
        let like = |name: &str, columns: &[&str]| {
            let named = |table: &&LiveTable| {
                let table = table.name.trim_start_matches("auth_");
                same_name(table, name) || same_name(table, &format!("{name}s"))
            };
            let has = |table: &LiveTable, name: &str| {
                table.columns.iter().any(|column| same_name(&column.name, name))
            };
            self.tables.iter().filter(named).any(|table| columns.iter().all(|column| has(table, column)))
        };
        let own = schema.models().any(|(_, model)| self.table(model.table()).is_some());
        !own && like("user", &["email", "email_verified"])
            && like("session", &["token", "expires_at", "user_id"])
            && like("account", &["provider_id", "account_id"])
    }

    /// The same after the tables of a schema were made that are missing.
    #[must_use]
    pub fn with_tables_of(mut self, schema: &Schema) -> Self {
        for (_, model) in schema.models() {
            if self.table(model.table()).is_none() {
                let table = LiveTable::of(schema, model, self.engine);
                self.tables.push(table);
            }
        }
        self
    }
}

impl LiveTable {
    /// The table of a model as this library makes it.
    fn of(schema: &Schema, model: &Model, engine: Engine) -> Self {
        let columns = |fields: &[FieldId]| -> Vec<String> {
            fields.iter().filter_map(|field| model.field(*field)).map(|field| field.column.clone()).collect()
        };
        let column = |(position, field): (usize, &Field)| LiveColumn {
            name: field.column.clone(),
            declared: ddl::column_type(schema, model, FieldId::new(position), engine).unwrap_or_default(),
            required: field.required,
            ..LiveColumn::default()
        };
        let index = |(fields, unique): (Vec<FieldId>, bool)| LiveIndex {
            columns: columns(&fields),
            unique,
            valid: true,
            ..LiveIndex::default()
        };
        let key = |field: &Field| {
            let reference = field.references.as_ref()?;
            let target = schema.model(schema.find(&reference.model).ok()?).ok()?;
            let column = target.field(target.find(&reference.field).ok()?)?.column.clone();
            Some(LiveForeignKey {
                columns: vec![field.column.clone()],
                table: target.table().to_owned(),
                target: vec![column],
                on_delete: reference.on_delete,
                valid: true,
                ..LiveForeignKey::default()
            })
        };
        Self {
            name: model.table().to_owned(),
            columns: model.fields().iter().enumerate().map(column).collect(),
            primary_key: columns(&[FieldId::ID]),
            indexes: index::groups(model).into_iter().map(index).collect(),
            foreign_keys: model.fields().iter().filter_map(key).collect(),
        }
    }

    /// The column of a name.
    pub fn column(&self, name: &str) -> Option<&LiveColumn> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// Whether the database itself refuses two rows with the same values in these columns, in whatever order.
    pub fn is_unique(&self, columns: &[&str]) -> bool {
        let same = |other: &[String]| {
            other.len() == columns.len()
                && columns.iter().all(|column| other.iter().any(|name| name == column))
        };
        let of_index =
            |index: &LiveIndex| index.unique && !index.partial && index.valid && same(&index.columns);
        self.indexes.iter().any(of_index)
    }

    /// Whether an index begins with these columns in this order, or the primary key does.
    pub fn is_indexed(&self, columns: &[&str]) -> bool {
        let begins = |other: &[String]| {
            other.len() >= columns.len() && other.iter().zip(columns).all(|(name, column)| name == column)
        };
        let of_index = |index: &LiveIndex| !index.partial && index.valid && begins(&index.columns);
        self.indexes.iter().any(of_index)
    }

    /// The foreign key from exactly this column to exactly that one.
    pub fn foreign_key(&self, column: &str, table: &str, target: &str) -> Option<&LiveForeignKey> {
        let ends =
            |key: &&LiveForeignKey| key.columns == [column] && key.table == table && key.target == [target];
        self.foreign_keys.iter().find(ends)
    }
}

impl LiveForeignKey {
    /// Whether it does this when the other row goes. MySQL has one deed for two words.
    pub fn does(&self, on_delete: OnDelete, engine: Engine) -> bool {
        let refuses = |action| matches!(action, OnDelete::Restrict | OnDelete::NoAction);
        self.on_delete == on_delete
            || (engine == Engine::Mysql && refuses(self.on_delete) && refuses(on_delete))
    }
}

impl LiveColumn {
    /// The type in lower case without length and precision, `unsigned` and `with time zone` kept.
    pub fn kind(&self) -> String {
        let lower = self.declared.to_lowercase();
        let mut kind = String::with_capacity(lower.len());
        let mut depth = 0_u32;
        for letter in lower.chars() {
            match letter {
                '(' => depth += 1,
                ')' => depth = depth.saturating_sub(1),
                _ if depth == 0 => kind.push(letter),
                _ => {}
            }
        }
        kind.split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_has_no_length() {
        for (declared, kind) in [
            ("varchar(255)", "varchar"),
            ("timestamp(3) with time zone", "timestamp with time zone"),
            ("INT(10) UNSIGNED", "int unsigned"),
            ("text[]", "text[]"),
            ("enum('a','b')", "enum"),
        ] {
            let column = LiveColumn { declared: declared.to_owned(), ..LiveColumn::default() };
            assert_eq!(column.kind(), kind);
        }
    }

    #[test]
    fn an_index_counts_when_it_is_whole_and_valid() {
        let names = |names: &[&str]| names.iter().map(ToString::to_string).collect::<Vec<_>>();
        let index =
            LiveIndex { columns: names(&["a", "b"]), unique: true, valid: true, ..LiveIndex::default() };
        let table = |index: LiveIndex| LiveTable { indexes: vec![index], ..LiveTable::default() };
        let whole = table(index.clone());
        assert!(whole.is_unique(&["b", "a"]) && !whole.is_unique(&["a"]));
        assert!(whole.is_indexed(&["a"]) && whole.is_indexed(&["a", "b"]) && !whole.is_indexed(&["b"]));
        for useless in [LiveIndex { partial: true, ..index.clone() }, LiveIndex { valid: false, ..index }] {
            let table = table(useless);
            assert!(!table.is_unique(&["a", "b"]) && !table.is_indexed(&["a"]));
        }
    }
}
