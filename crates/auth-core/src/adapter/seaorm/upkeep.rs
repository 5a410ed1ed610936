//! What is done for a database from time to time: statistics for the planner, room given back.

use auth_schema::ddl::Engine;
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};

use super::adapter::SqlAdapter;
use super::error::classify;
use crate::adapter::AdapterError;

/// One piece of work. It changes no row.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Upkeep {
    /// New statistics of a table for the planner. Others read and write meanwhile.
    Statistics {
        /// The table.
        table: String,
    },
    /// An index is built anew (PostgreSQL), while others read and write.
    Rebuild {
        /// The index.
        index: String,
    },
    /// What the engine itself thinks is due (SQLite).
    Optimise,
    /// Room that deleted rows have left is given back. On PostgreSQL to the table, while others read and write; on MySQL and MariaDB the table is
    /// built anew; on SQLite the whole file is, while nobody writes.
    Vacuum {
        /// The table; SQLite does the whole file.
        table: String,
    },
}

impl Upkeep {
    /// Its statement on an engine; `None`: the engine has no such work.
    pub fn statement(&self, engine: Engine) -> Option<String> {
        let quoted = |name: &str| engine.quoted(name);
        match (self, engine) {
            (Self::Statistics { table }, Engine::Mysql) => Some(format!("ANALYZE TABLE {}", quoted(table))),
            (Self::Statistics { table }, _) => Some(format!("ANALYZE {}", quoted(table))),
            // What a build like this has left when it failed has the name of the index and an ending.
            (Self::Rebuild { index }, Engine::Postgres) if is_left_over(index) => {
                Some(format!("DROP INDEX CONCURRENTLY {}", quoted(index)))
            }
            (Self::Rebuild { index }, Engine::Postgres) => {
                Some(format!("REINDEX INDEX CONCURRENTLY {}", quoted(index)))
            }
            // All tables, not only those that this connection has asked.
            (Self::Optimise, Engine::Sqlite) => Some("PRAGMA optimize = 0x10002".to_owned()),
            (Self::Vacuum { table }, Engine::Postgres) => Some(format!("VACUUM (ANALYZE) {}", quoted(table))),
            (Self::Vacuum { table }, Engine::Mysql) => Some(format!("OPTIMIZE TABLE {}", quoted(table))),
            (Self::Vacuum { .. }, Engine::Sqlite) => Some("VACUUM".to_owned()),
            _ => None,
        }
    }
}

fn is_left_over(index: &str) -> bool {
    let stem = index.trim_end_matches(|letter: char| letter.is_ascii_digit());
    stem.ends_with("_ccnew") || stem.ends_with("_ccold")
}

impl SqlAdapter<'static> {
    /// Does a piece of work, in a statement of its own outside of any transaction. It may take long: connect without a
    /// [`crate::DatabaseConfig::statement_timeout`].
    ///
    /// # Errors
    ///
    /// [`AdapterError::Configuration`] where the engine has no such work; [`AdapterError::Database`] when it refuses.
    pub async fn keep_up(connection: &DatabaseConnection, work: &Upkeep) -> Result<(), AdapterError> {
        let engine = match connection.get_database_backend() {
            DbBackend::Postgres => Engine::Postgres,
            DbBackend::MySql => Engine::Mysql,
            _ => Engine::Sqlite,
        };
        let Some(statement) = work.statement(engine) else {
            let problem = format!("the engine has no statement for {work:?}: leave it out");
            return Err(AdapterError::Configuration { problem });
        };
        let failed = |error| classify(error, "keep the database up", None);
        if engine == Engine::Mysql {
            // The answer is a table that may say that it failed.
            let rows =
                connection.query_all_raw(sea_orm::Statement::from_string(DbBackend::MySql, statement)).await;
            for row in rows.map_err(failed)? {
                let (kind, text) = (row.try_get_by_index::<String>(2), row.try_get_by_index::<String>(3));
                let (kind, text) = (kind.map_err(failed)?, text.map_err(failed)?);
                if kind.eq_ignore_ascii_case("error") {
                    return Err(AdapterError::Database {
                        operation: "keep the database up",
                        table: String::new(),
                        source: text.into(),
                    });
                }
            }
            return Ok(());
        }
        connection.execute_unprepared(&statement).await.map(drop).map_err(failed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_engine_has_its_statement() {
        let rebuild = |index: &str| Upkeep::Rebuild { index: index.to_owned() };
        for (work, engine, statement) in [
            (rebuild("a\"b"), Engine::Postgres, Some("REINDEX INDEX CONCURRENTLY \"a\"\"b\"")),
            (rebuild("i_ccnew12"), Engine::Postgres, Some("DROP INDEX CONCURRENTLY \"i_ccnew12\"")),
            (rebuild("i"), Engine::Mysql, None),
            (Upkeep::Optimise, Engine::Sqlite, Some("PRAGMA optimize = 0x10002")),
            (Upkeep::Statistics { table: "t`".into() }, Engine::Mysql, Some("ANALYZE TABLE `t```")),
        ] {
            assert_eq!(work.statement(engine).as_deref(), statement);
        }
    }
}
