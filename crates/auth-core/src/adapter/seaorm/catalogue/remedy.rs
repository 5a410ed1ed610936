//! What mends a problem: the command, or the statement where only a person can decide.

use auth_schema::ddl::{self, Engine};
use auth_schema::live::LiveSchema;
use auth_schema::{FieldId, Schema};

use super::problem::CatalogueProblem;

pub(super) fn remedy(schema: &Schema, live: &LiveSchema, problem: &CatalogueProblem) -> String {
    let engine = live.engine;
    match problem {
        CatalogueProblem::MissingTable { .. }
        | CatalogueProblem::MissingColumn { .. }
        | CatalogueProblem::MissingIndex { .. } => "auth migrate".to_owned(),
        CatalogueProblem::MissingUnique { .. } => "auth adopt".to_owned(),
        CatalogueProblem::MissingForeignKey { found: None, .. } if engine != Engine::Sqlite => {
            "auth migrate".to_owned()
        }
        CatalogueProblem::MissingForeignKey { found: Some(_), table, column, target }
            if engine != Engine::Sqlite =>
        {
            let keys = live.table(table).into_iter().flat_map(|table| &table.foreign_keys);
            let key = keys.into_iter().find(|key| key.columns == [column.as_str()] && key.table == *target);
            let name = engine.quoted(key.map_or("", |key| &key.name));
            let kind = if engine == Engine::Mysql { "FOREIGN KEY" } else { "CONSTRAINT" };
            format!("ALTER TABLE {} DROP {kind} {name}; then auth migrate", engine.quoted(table))
        }
        CatalogueProblem::MissingForeignKey { .. } => {
            "SQLite adds no foreign key to a table: copy it into one that has it (auth generate sql)"
                .to_owned()
        }
        CatalogueProblem::ForeignKeysOff => {
            "PRAGMA foreign_keys = ON for every connection (auth_core::connect does it)".to_owned()
        }
        CatalogueProblem::CaseInsensitive { table, column, .. } => compare_exactly(live, table, column),
        CatalogueProblem::WrongType { table, column, .. }
        | CatalogueProblem::TooShort { table, column, .. }
        | CatalogueProblem::LowPrecision { table, column, .. }
        | CatalogueProblem::Nullable { table, column } => retype(schema, engine, table, column),
        CatalogueProblem::Unvalidated { table, column, target, name } => {
            let [table, column, target, name] = [table, column, target, name].map(|name| engine.quoted(name));
            format!(
                "look at SELECT * FROM {table} WHERE {column} NOT IN (SELECT id FROM {target}), mend them, then \
                 ALTER TABLE {table} VALIDATE CONSTRAINT {name}"
            )
        }
        CatalogueProblem::MustNotBeNull { table, column }
        | CatalogueProblem::Unfillable { table, column } => relax(live, table, column),
        CatalogueProblem::EndsIn2038 { table, column } => without_an_end(live, table, column),
        CatalogueProblem::MixedInstants { table, column } => one_form(live, table, column),
        CatalogueProblem::LeftOver { table, column } => format!(
            "name it in auth.toml, or let it be; if nothing needs it: {}",
            drop_column(engine, table, column)
        ),
    }
}

/// The statement that gives a column the type of its field.
fn retype(schema: &Schema, engine: Engine, table: &str, column: &str) -> String {
    let place = schema.models().find(|(_, model)| model.table() == table).and_then(|(_, model)| {
        let position = model.fields().iter().position(|field| field.column == column)?;
        Some((model, FieldId::new(position)))
    });
    match place.and_then(|(model, field)| ddl::modify_column(schema, model, field, engine)) {
        Some(statement) => statement,
        None => "SQLite changes no column: copy the table into a new one (auth generate sql)".to_owned(),
    }
}

/// The statements that make a column of MySQL's timestamps one of dates: it converts them in the zone of the session.
fn without_an_end(live: &LiveSchema, table: &str, column: &str) -> String {
    let found = live.table(table).and_then(|table| table.column(column));
    let null = if found.is_some_and(|column| column.required) { "NOT NULL" } else { "NULL" };
    let filled = found.is_some_and(|column| column.has_default);
    let default = if filled { " DEFAULT CURRENT_TIMESTAMP(3)" } else { "" };
    let (table, column) = (live.engine.quoted(table), live.engine.quoted(column));
    format!(
        "SET time_zone = '+00:00'; ALTER TABLE {table} MODIFY COLUMN {column} datetime(3) {null}{default}"
    )
}

/// The statement that gives all instants of a column of SQLite the form of the column.
fn one_form(live: &LiveSchema, table: &str, column: &str) -> String {
    let found = live.table(table).and_then(|table| table.column(column));
    let counted = found.is_some_and(|column| column.kind().contains("int"));
    let (table, name) = (live.engine.quoted(table), live.engine.quoted(column));
    if counted {
        return format!(
            "UPDATE {table} SET {name} = CAST(ROUND((julianday({name}) - 2440587.5) * 86400000) AS INTEGER) \
             WHERE typeof({name}) = 'text'"
        );
    }
    format!(
        "UPDATE {table} SET {name} = CASE typeof({name}) \
         WHEN 'integer' THEN strftime('%Y-%m-%dT%H:%M:%fZ', {name} / 1000.0, 'unixepoch') \
         ELSE strftime('%Y-%m-%dT%H:%M:%fZ', {name}) END WHERE {name} IS NOT NULL"
    )
}

/// The statement that gives a column a bytewise collation. MySQL changes no column that a foreign key ties.
fn compare_exactly(live: &LiveSchema, table: &str, column: &str) -> String {
    let engine = live.engine;
    let Some(found) = live.table(table).and_then(|table| table.column(column)) else {
        return String::new();
    };
    let (place, name, declared) = (engine.quoted(table), engine.quoted(column), &found.declared);
    match engine {
        Engine::Postgres if found.kind() == "citext" => {
            format!("ALTER TABLE {place} ALTER COLUMN {name} TYPE text")
        }
        Engine::Postgres => {
            format!("ALTER TABLE {place} ALTER COLUMN {name} TYPE {declared} COLLATE \"default\"")
        }
        Engine::Mysql => {
            let null = if found.required { "NOT NULL" } else { "NULL" };
            let exact = "CHARACTER SET utf8mb4 COLLATE utf8mb4_bin";
            let change = format!("ALTER TABLE {place} MODIFY COLUMN {name} {declared} {exact} {null}");
            let ties = ties(live, table, column);
            if ties.is_empty() {
                return change;
            }
            let drop = |(table, key): &(String, String)| {
                format!("ALTER TABLE {} DROP FOREIGN KEY {}; ", engine.quoted(table), engine.quoted(key))
            };
            let drops: String = ties.iter().map(drop).collect();
            format!("{drops}{change}; the columns at the other ends alike; then auth migrate")
        }
        _ => "SQLite changes no column: copy the table into a new one (auth generate sql)".to_owned(),
    }
}

/// The foreign keys that begin or end in a column: their tables and names.
fn ties(live: &LiveSchema, table: &str, column: &str) -> Vec<(String, String)> {
    let keys = live.tables.iter().flat_map(|from| from.foreign_keys.iter().map(move |key| (from, key)));
    let tied = keys.filter(|(from, key)| {
        let begins = from.name == table && key.columns.iter().any(|name| name == column);
        begins || (key.table == table && key.target.iter().any(|name| name == column))
    });
    tied.map(|(from, key)| (from.name.clone(), key.name.clone())).collect()
}

/// The statement that lets a column be null; nothing in it is lost.
fn relax(live: &LiveSchema, table: &str, column: &str) -> String {
    let engine = live.engine;
    let found = live.table(table).and_then(|table| table.column(column));
    let (table, name) = (engine.quoted(table), engine.quoted(column));
    match (engine, found) {
        (Engine::Postgres, _) => format!("ALTER TABLE {table} ALTER COLUMN {name} DROP NOT NULL"),
        (Engine::Mysql, Some(found)) => {
            format!("ALTER TABLE {table} MODIFY COLUMN {name} {} NULL", found.declared)
        }
        _ => format!(
            "name it in auth.toml, copy the table into one where it may be null, or, if nothing needs it: ALTER TABLE {table} DROP COLUMN {name}"
        ),
    }
}

fn drop_column(engine: Engine, table: &str, column: &str) -> String {
    format!("ALTER TABLE {} DROP COLUMN {}", engine.quoted(table), engine.quoted(column))
}
