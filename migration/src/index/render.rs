//! The statements that create and drop an index, in the words of each engine.
//!
//! They are written out here, because the builder of statements leaves out in silence what an engine has not (`INCLUDE`, `WHERE`,
//! the method), and then another index comes out than was asked for.

use sea_orm_migration::sea_orm::DbBackend;

use super::full_text::{self, SearchedTable};
use super::{Engine, Form, IndexDefinition, Kind, NoForm};

/// Where an index stands in a database: the names there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placed {
    /// The index.
    pub index: String,
    /// The table.
    pub table: String,
    /// The columns, in the order of [`IndexDefinition::all_columns`]; after them the one that the operator names.
    pub columns: Vec<PlacedColumn>,
}

/// A column as it is in a database.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlacedColumn {
    /// Its name.
    pub name: String,
    /// Whether it is a text without bounds, of which MySQL and MariaDB index the beginning only.
    pub unbounded: bool,
}

impl IndexDefinition {
    /// The statements that create it where it is not. On PostgreSQL they stand outside of a transaction.
    ///
    /// # Errors
    ///
    /// When the engine has no form of it.
    pub fn create(&self, engine: Engine, at: &Placed) -> Result<Vec<String>, NoForm> {
        if let Form::None(no) = self.form(engine) {
            return Err(no);
        }
        if let (Kind::FullText { .. }, Some(searched)) = (self.kind, searched(at)) {
            return Ok(full_text::create(backend(engine), &searched));
        }
        let mut statements = Vec::new();
        if self.is_generated(engine) {
            statements.push(add_generated(engine, at));
        }
        statements.push(self.create_index(engine, at));
        Ok(statements)
    }

    /// The statements that drop it where it is.
    pub fn drop(&self, engine: Engine, at: &Placed) -> Vec<String> {
        if let (Kind::FullText { .. }, Some(searched)) = (self.kind, searched(at)) {
            return full_text::drop(backend(engine), &searched);
        }
        let (index, table) = (engine.quoted(&at.index), engine.quoted(&at.table));
        let mut statements = vec![match engine {
            Engine::Postgres => format!("DROP INDEX CONCURRENTLY IF EXISTS {index}"),
            Engine::Mysql => format!("DROP INDEX {index} ON {table}"),
            Engine::Mariadb => format!("DROP INDEX IF EXISTS {index} ON {table}"),
            Engine::Sqlite => format!("DROP INDEX IF EXISTS {index}"),
        }];
        if self.is_generated(engine) {
            let column = engine.quoted(&generated(at));
            statements.push(format!("ALTER TABLE {table} DROP COLUMN IF EXISTS {column}"));
        }
        statements
    }

    /// The name of the table that it is where the engine has no such index: the words of SQLite's full-text search.
    pub fn stands_as_table(&self, engine: Engine, at: &Placed) -> Option<String> {
        let words = matches!(self.kind, Kind::FullText { .. }) && engine == Engine::Sqlite;
        words.then(|| format!("{}_search", at.table))
    }

    /// The column that comes and goes with it where the engine has no index on an expression.
    pub fn column_of_its_own(&self, engine: Engine, at: &Placed) -> Option<String> {
        let words = matches!(self.kind, Kind::FullText { .. }) && engine.is_mysql_family();
        if words { Some("search_text".to_owned()) } else { self.is_generated(engine).then(|| generated(at)) }
    }

    /// Whether it stands on a column that an expression fills.
    fn is_generated(&self, engine: Engine) -> bool {
        engine == Engine::Mariadb && self.kind == Kind::Lower
    }

    fn create_index(&self, engine: Engine, at: &Placed) -> String {
        let (index, table) = (engine.quoted(&at.index), engine.quoted(&at.table));
        let unique = if self.unique { "UNIQUE " } else { "" };
        let concurrently = if engine == Engine::Postgres { "CONCURRENTLY " } else { "" };
        let using = match self.kind {
            Kind::Hash => "USING hash ",
            Kind::Brin => "USING brin ",
            Kind::Json if engine == Engine::Postgres => "USING gin ",
            _ => "",
        };
        let key = self.key(engine, at);
        let rest = self.rest(engine, at);
        format!("CREATE {unique}INDEX {concurrently}{index} ON {table} {using}({key}){rest}")
    }

    fn key(&self, engine: Engine, at: &Placed) -> String {
        let name = |column: &PlacedColumn| engine.quoted(&column.name);
        let first = at.columns.first().map(name).unwrap_or_default();
        match self.kind {
            Kind::Lower | Kind::LowerWhere { .. } => match engine {
                Engine::Mariadb => engine.quoted(&generated(at)),
                Engine::Mysql => format!("(lower({first}))"),
                _ => format!("lower({first})"),
            },
            Kind::Json if engine == Engine::Mysql => format!("(CAST({first} AS CHAR(255) ARRAY))"),
            Kind::Prefix { length } => format!("{first}({length})"),
            Kind::Covering { .. } if engine != Engine::Postgres => listed(engine, &at.columns),
            _ => listed(engine, &at.columns[..self.columns.len().max(1).min(at.columns.len())]),
        }
    }

    /// What stands after the key.
    fn rest(&self, engine: Engine, at: &Placed) -> String {
        let besides = &at.columns[self.columns.len().min(at.columns.len())..];
        match (self.kind, engine) {
            (Kind::Covering { .. }, Engine::Postgres) => format!(" INCLUDE ({})", listed(engine, besides)),
            (Kind::Where { .. } | Kind::LowerWhere { .. }, Engine::Postgres) => {
                format!(" WHERE {}", listed(engine, besides))
            }
            (Kind::Where { .. } | Kind::LowerWhere { .. }, _) => {
                format!(" WHERE {} = 1", listed(engine, besides))
            }
            // An expression's own column is added with it, which not every server does while others write.
            (Kind::Lower | Kind::Json, Engine::Mysql) => String::new(),
            (_, Engine::Mysql | Engine::Mariadb) => " ALGORITHM=INPLACE LOCK=NONE".to_owned(),
            _ => String::new(),
        }
    }
}

/// The columns by their names, between commas.
fn listed(engine: Engine, columns: &[PlacedColumn]) -> String {
    let name = |column: &PlacedColumn| {
        let bound = if column.unbounded && engine.is_mysql_family() { BEGINNING } else { "" };
        format!("{}{bound}", engine.quoted(&column.name))
    };
    columns.iter().map(name).collect::<Vec<_>>().join(", ")
}

/// The column that holds the first one in lower case.
fn generated(at: &Placed) -> String {
    let column = at.columns.first().map_or("", |column| column.name.as_str());
    format!("{column}_lower")
}

fn add_generated(engine: Engine, at: &Placed) -> String {
    let column = at.columns.first().map(|column| engine.quoted(&column.name)).unwrap_or_default();
    format!(
        "ALTER TABLE {} ADD COLUMN IF NOT EXISTS {} VARCHAR(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin \
         GENERATED ALWAYS AS (LOWER({column})) VIRTUAL INVISIBLE",
        engine.quoted(&at.table),
        engine.quoted(&generated(at)),
    )
}

fn searched(at: &Placed) -> Option<SearchedTable<'_>> {
    let [name, email, id] = at.columns.as_slice() else {
        return None;
    };
    Some(SearchedTable { table: &at.table, id: &id.name, name: &name.name, email: &email.name })
}

fn backend(engine: Engine) -> DbBackend {
    match engine {
        Engine::Postgres => DbBackend::Postgres,
        Engine::Mysql | Engine::Mariadb => DbBackend::MySql,
        Engine::Sqlite => DbBackend::Sqlite,
    }
}

/// How much of a text without bounds is kept.
const BEGINNING: &str = "(191)";

#[cfg(test)]
mod tests {
    use super::super::extended;
    use super::*;

    fn statements(name: &str, engine: Engine, columns: &[&str]) -> Vec<String> {
        let definition = extended().iter().find(|index| index.name == name).unwrap();
        let column = |name: &&str| PlacedColumn { name: (*name).to_owned(), unbounded: *name == "role" };
        let columns = columns.iter().map(column).collect();
        definition
            .create(engine, &Placed { index: "i".to_owned(), table: "t`\"".to_owned(), columns })
            .unwrap()
    }

    #[test]
    fn mysql_has_forms_that_mariadb_has_not() {
        assert_eq!(
            statements("auth_users_lower_email_idx", Engine::Mysql, &["e`mail"]),
            ["CREATE INDEX `i` ON `t``\"` ((lower(`e``mail`)))"]
        );
        assert_eq!(
            statements("auth_users_json_idx", Engine::Mysql, &["tags"]),
            ["CREATE INDEX `i` ON `t``\"` ((CAST(`tags` AS CHAR(255) ARRAY)))"]
        );
        assert_eq!(
            statements("auth_users_role_created_at_idx", Engine::Mysql, &["role", "created_at"]),
            ["CREATE INDEX `i` ON `t``\"` (`role`(191), `created_at`) ALGORITHM=INPLACE LOCK=NONE"]
        );
    }

    #[test]
    fn postgres_builds_while_others_write() {
        assert_eq!(
            statements("auth_sessions_user_id_created_at_covering_idx", Engine::Postgres, &["u\"", "c", "e"]),
            ["CREATE INDEX CONCURRENTLY \"i\" ON \"t`\"\"\" (\"u\"\"\", \"c\") INCLUDE (\"e\")"]
        );
        assert_eq!(
            statements("auth_users_verified_lower_email_idx", Engine::Postgres, &["email", "verified"]),
            ["CREATE INDEX CONCURRENTLY \"i\" ON \"t`\"\"\" (lower(\"email\")) WHERE \"verified\""]
        );
    }
}
