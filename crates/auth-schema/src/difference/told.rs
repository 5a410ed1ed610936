//! Changes that take something away: made only when somebody has said so.

use super::step::{Needed, Step};
use crate::ddl::Engine;
use crate::live::LiveSchema;

pub(super) fn allow_null(live: &LiveSchema, table: &str, column: &str, engine: Engine) -> Step {
    let (place, name) = (engine.quoted(table), engine.quoted(column));
    let declared = declared(live, table, column, engine);
    let (up, down) = match engine {
        Engine::Postgres => (
            vec![format!("ALTER TABLE {place} ALTER COLUMN {name} DROP NOT NULL")],
            vec![format!("ALTER TABLE {place} ALTER COLUMN {name} SET NOT NULL")],
        ),
        Engine::Mysql => (
            vec![format!("ALTER TABLE {place} MODIFY COLUMN {name} {declared} NULL")],
            vec![format!("ALTER TABLE {place} MODIFY COLUMN {name} {declared} NOT NULL")],
        ),
        Engine::Sqlite => (Vec::new(), Vec::new()),
    };
    Step {
        what: format!("let {table}.{column} be null"),
        needed: Needed::Always,
        up,
        down,
        unfinished: None,
        concurrent: false,
    }
}

pub(super) fn drop_column(live: &LiveSchema, table: &str, column: &str, engine: Engine) -> Step {
    let (place, name) = (engine.quoted(table), engine.quoted(column));
    let declared = declared(live, table, column, engine);
    Step {
        what: format!("drop column {table}.{column}"),
        needed: Needed::Gone(table.to_owned(), column.to_owned()),
        up: vec![format!("ALTER TABLE {place} DROP COLUMN {name}")],
        down: vec![format!("ALTER TABLE {place} ADD COLUMN {name} {declared} NULL")],
        unfinished: None,
        concurrent: false,
    }
}

/// The type that the column has; on another engine than the one that has told it, text.
fn declared(live: &LiveSchema, table: &str, column: &str, engine: Engine) -> String {
    let found = live.table(table).and_then(|table| table.column(column)).filter(|_| engine == live.engine);
    found.map_or_else(|| "text".to_owned(), |column| column.declared.clone())
}
