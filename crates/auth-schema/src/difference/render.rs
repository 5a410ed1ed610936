//! The statements of each change.

use super::step::{Needed, Step};
use super::{Change, Difference, DifferenceError, column, told};
use crate::ddl::{self, Engine, index, name, table};
use crate::error::SchemaError;
use crate::field::{Field, OnDelete};
use crate::model::{FieldId, Model, ModelId};

pub(super) fn step(
    difference: &Difference<'_>,
    change: &Change,
    engine: Engine,
) -> Result<Step, DifferenceError> {
    let place = |model: ModelId, field: FieldId| -> Result<_, SchemaError> {
        let model = difference.schema.model(model)?;
        let field_of = model.field(field);
        let unknown = || SchemaError::UnknownField { model: model.name().to_owned(), field: String::new() };
        Ok((model, field_of.ok_or_else(unknown)?))
    };
    Ok(match change {
        Change::CreateTable { model } => create_table(difference, difference.schema.model(*model)?, engine)?,
        Change::AddColumn { model, field } => {
            let (model, of) = place(*model, *field)?;
            add_column(difference, model, *field, of, engine)?
        }
        Change::BoundText { model, field } => {
            let (model, of) = place(*model, *field)?;
            bound_text(difference, model, *field, of, engine)
        }
        Change::CreateIndex { model, fields, unique, unfinished } => create_index(
            difference,
            difference.schema.model(*model)?,
            fields,
            *unique,
            unfinished.as_deref(),
            engine,
        ),
        Change::AddForeignKey { model, field } => {
            let (model, of) = place(*model, *field)?;
            add_foreign_key(difference, model, of, engine)?
        }
        Change::AllowNull { table, column } => told::allow_null(difference.live, table, column, engine),
        Change::DropColumn { table, column } => told::drop_column(difference.live, table, column, engine),
    })
}

fn create_table(difference: &Difference<'_>, model: &Model, engine: Engine) -> Result<Step, DifferenceError> {
    let form = |id, field: &Field| column::form(difference, model, id, field, engine);
    let statement = table::create(difference.schema, model, Some(engine), &form)?;
    Ok(Step {
        what: format!("create table {}", model.table()),
        needed: Needed::Table(model.table().to_owned()),
        up: vec![ddl::render(&statement, engine)],
        down: vec![format!("DROP TABLE {}", engine.quoted(model.table()))],
        unfinished: None,
        concurrent: false,
    })
}

fn add_column(
    difference: &Difference<'_>,
    model: &Model,
    id: FieldId,
    field: &Field,
    engine: Engine,
) -> Result<Step, DifferenceError> {
    let (table, name) = (engine.quoted(model.table()), engine.quoted(&field.column));
    let definition = column::definition(difference, model, id, field, engine);
    let add = format!("ALTER TABLE {table} ADD COLUMN {definition}");
    let drop = format!("ALTER TABLE {table} DROP COLUMN {name}");
    let (up, down) = match foreign_key(difference, model, field, engine)? {
        None => (add, drop),
        Some(ForeignKey { name: key, text, inline }) => {
            let key = engine.quoted(&key);
            match engine {
                Engine::Mysql => (
                    format!("{add}, ADD CONSTRAINT {key} {text}"),
                    format!("ALTER TABLE {table} DROP FOREIGN KEY {key}, DROP COLUMN {name}"),
                ),
                Engine::Postgres => (format!("{add} CONSTRAINT {key} {inline}"), drop),
                Engine::Sqlite => (format!("{add} {inline}"), drop),
            }
        }
    };
    Ok(Step {
        what: format!("add column {}.{}", model.table(), field.column),
        needed: Needed::Column(model.table().to_owned(), field.column.clone()),
        up: vec![up],
        down: vec![down],
        unfinished: None,
        concurrent: false,
    })
}

fn bound_text(
    difference: &Difference<'_>,
    model: &Model,
    id: FieldId,
    field: &Field,
    engine: Engine,
) -> Step {
    let live = difference.live.table(model.table()).and_then(|table| table.column(&field.column));
    let held =
        live.filter(|column| column.kind().ends_with("char")).and_then(|column| length(&column.declared));
    let own = ddl::column_type(difference.schema, model, id, Engine::Mysql);
    // Nothing that stands there is cut.
    let length = own.and_then(|own| length(&own)).max(held).unwrap_or(255);
    let (mut up, mut down) = (Vec::new(), Vec::new());
    if let (Engine::Mysql, Some(live)) = (engine, live) {
        let null = if live.required { "NOT NULL" } else { "NULL" };
        let collation = live.collation.as_ref().map(|name| format!(" COLLATE {name}")).unwrap_or_default();
        let (table, name) = (engine.quoted(model.table()), engine.quoted(&field.column));
        let modify = format!("ALTER TABLE {table} MODIFY COLUMN {name}");
        // One text, so that both are of one connection: without it, a longer value would be cut.
        let strict = "SET SESSION sql_mode = CONCAT(@@sql_mode, ',STRICT_ALL_TABLES')";
        let kind = format!("varchar({length}) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
        up.push(format!("{strict}; {modify} {kind} {null}"));
        down.push(format!("{modify} {}{collation} {null}", live.declared));
    }
    Step {
        what: format!(
            "make {}.{} a text of {length} characters, compared byte by byte",
            model.table(),
            field.column
        ),
        needed: Needed::Always,
        up,
        down,
        unfinished: None,
        concurrent: false,
    }
}

/// The number in `varchar(255)`.
fn length(declared: &str) -> Option<u32> {
    declared.split_once('(')?.1.split(')').next()?.trim().parse().ok()
}

fn create_index(
    difference: &Difference<'_>,
    model: &Model,
    fields: &[FieldId],
    unique: bool,
    unfinished: Option<&str>,
    engine: Engine,
) -> Step {
    let columns = super::columns(model, fields);
    let name = index::index_name(model, &columns, unique);
    let (table, quoted) = (engine.quoted(model.table()), engine.quoted(&name));
    let is_new = difference.live.table(model.table()).is_none();
    let concurrent = engine == Engine::Postgres && !is_new;
    let mut index = index::index(model, &columns, unique);
    if concurrent {
        index.concurrently();
    }
    let drop = |name: &str| match engine {
        Engine::Mysql => format!("DROP INDEX {name} ON {table}"),
        Engine::Postgres if concurrent => format!("DROP INDEX CONCURRENTLY IF EXISTS {name}"),
        _ => format!("DROP INDEX IF EXISTS {name}"),
    };
    let mut up = Vec::new();
    let unfinished = unfinished.filter(|_| engine == difference.live.engine);
    up.extend(unfinished.map(|unfinished| drop(&engine.quoted(unfinished))));
    up.push(ddl::render(&index, engine));
    let kind = if unique { "unique index" } else { "index" };
    Step {
        what: format!("create {kind} {name} on {} ({})", model.table(), columns.join(", ")),
        needed: Needed::Index(model.table().to_owned(), name),
        up,
        // The index of a new table goes with it; a foreign key may need it until then.
        down: if is_new { Vec::new() } else { vec![drop(&quoted)] },
        unfinished: unfinished.map(str::to_owned),
        concurrent,
    }
}

fn add_foreign_key(
    difference: &Difference<'_>,
    model: &Model,
    field: &Field,
    engine: Engine,
) -> Result<Step, DifferenceError> {
    let table = engine.quoted(model.table());
    let (mut up, mut down) = (Vec::new(), Vec::new());
    let mut needed = Needed::Always;
    // SQLite adds none to a table that is there.
    if let Some(key) = foreign_key(difference, model, field, engine)?.filter(|_| engine != Engine::Sqlite) {
        let name = engine.quoted(&key.name);
        let add = format!("ADD CONSTRAINT {name} {}", key.text);
        if engine == Engine::Postgres {
            // Other writers wait for the first text only, which is one transaction, and for ten seconds at most; rows that are
            // there are looked at in the second.
            let anew = format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}, {add} NOT VALID");
            up.push(format!("SET LOCAL lock_timeout = '10s'; {anew}"));
            up.push(format!("ALTER TABLE {table} VALIDATE CONSTRAINT {name}"));
            down.push(format!("ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}"));
        } else {
            up.push(format!("ALTER TABLE {table} {add}"));
            down.push(format!("ALTER TABLE {table} DROP FOREIGN KEY {name}"));
        }
        needed = Needed::ForeignKey(model.table().to_owned(), key.name);
    }
    Ok(Step {
        what: format!("tie {}.{} to what it points to", model.table(), field.column),
        needed,
        up,
        down,
        unfinished: None,
        concurrent: engine == Engine::Postgres,
    })
}

/// A foreign key in the two forms that statements take it.
struct ForeignKey {
    name: String,
    /// `FOREIGN KEY (c) REFERENCES …`.
    text: String,
    /// `REFERENCES …`, behind the column itself.
    inline: String,
}

fn foreign_key(
    difference: &Difference<'_>,
    model: &Model,
    field: &Field,
    engine: Engine,
) -> Result<Option<ForeignKey>, DifferenceError> {
    let Some(reference) = &field.references else {
        return Ok(None);
    };
    let schema = difference.schema;
    let target = schema.model(schema.find(&reference.model)?)?;
    let column = target.field(target.find(&reference.field)?).map_or("id", |field| field.column.as_str());
    let action = match reference.on_delete {
        OnDelete::Cascade => "CASCADE",
        OnDelete::Restrict => "RESTRICT",
        OnDelete::SetNull => "SET NULL",
        OnDelete::NoAction => "NO ACTION",
    };
    let inline = format!(
        "REFERENCES {} ({}) ON DELETE {action}",
        engine.quoted(target.table()),
        engine.quoted(column)
    );
    Ok(Some(ForeignKey {
        name: name::constraint(model.table(), &[&field.column], "fkey"),
        text: format!("FOREIGN KEY ({}) {inline}", engine.quoted(&field.column)),
        inline,
    }))
}
