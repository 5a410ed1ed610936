//! Creates and drops the tables of a schema, for tests and for tools: an application migrates.

use auth_schema::Schema;
use auth_schema::ddl::{self, Engine as Dialect};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};

use super::adapter::SqlAdapter;
use super::error::classify;
use crate::adapter::AdapterError;

impl SqlAdapter<'static> {
    /// Creates the tables of a schema, with the indexes that its fields ask for, in a database that has none of
    /// them. An application has migrations instead, which know its past.
    pub async fn create_tables(connection: &DatabaseConnection, schema: &Schema) -> Result<(), AdapterError> {
        let dialect = match connection.get_database_backend() {
            DbBackend::Postgres => Dialect::Postgres,
            DbBackend::MySql => Dialect::Mysql,
            _ => Dialect::Sqlite,
        };
        run(connection, ddl::script(schema, dialect)?).await
    }

    /// Drops the tables of a schema, and all that is in them. A table that is not there is no error.
    pub async fn drop_tables(connection: &DatabaseConnection, schema: &Schema) -> Result<(), AdapterError> {
        let quote = if connection.get_database_backend() == DbBackend::MySql { '`' } else { '"' };
        let tables = schema.creation_order().into_iter().rev();
        let names: Vec<String> = tables
            .map(|model| {
                format!("{quote}{}{quote}", model.table().replace(quote, &format!("{quote}{quote}")))
            })
            .collect();
        run(connection, names.into_iter().map(|name| format!("DROP TABLE IF EXISTS {name}")).collect()).await
    }
}

/// One round trip for all of it where the engine takes several statements at once.
async fn run(connection: &DatabaseConnection, statements: Vec<String>) -> Result<(), AdapterError> {
    if connection.get_database_backend() == DbBackend::Postgres {
        return execute(connection, &statements.join(";\n")).await;
    }
    for statement in statements {
        execute(connection, &statement).await?;
    }
    Ok(())
}

async fn execute(connection: &DatabaseConnection, sql: &str) -> Result<(), AdapterError> {
    let outcome = connection.execute_unprepared(sql).await;
    outcome.map(|_| ()).map_err(|error| classify(error, "change the tables", None))
}
