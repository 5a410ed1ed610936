//! Every text that a database or a Redis holds, found by the catalogue and not by any schema.

use auth_core::adapter::{Adapter, Query};
use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, Statement};

use crate::backend::{Backend, TestDatabase};

/// A text, and where it stands: `auth_users.name`.
pub type Trace = (String, String);

/// Every value of every column of every table, as text.
pub async fn of_database(database: &TestDatabase, adapter: &dyn Adapter) -> Vec<Trace> {
    if database.backend() == Backend::Memory {
        return of_adapter(adapter).await;
    }
    let connection = database.connect().await;
    let backend = connection.get_database_backend();
    let mut traces = Vec::new();
    for (table, column) in columns(&connection).await {
        let quote = if backend == DbBackend::MySql { '`' } else { '"' };
        let value = format!("{quote}{column}{quote}");
        let as_text = match backend {
            DbBackend::Sqlite => format!("CAST({value} AS TEXT)"),
            DbBackend::MySql => format!("CAST({value} AS CHAR)"),
            _ => format!("({value})::text"),
        };
        let sql = format!("SELECT {as_text} FROM {quote}{table}{quote} WHERE {value} IS NOT NULL");
        let rows = connection.query_all_raw(Statement::from_string(backend, sql)).await;
        // What a virtual table does not keep it does not show.
        for row in rows.unwrap_or_else(|error| panic!("{table}.{column}: {error}")) {
            let text: Vec<u8> = match row.try_get_by_index::<String>(0) {
                Ok(text) => text.into_bytes(),
                Err(_) => row.try_get_by_index(0).unwrap_or_default(),
            };
            traces.push((format!("{table}.{column}"), String::from_utf8_lossy(&text).into_owned()));
        }
    }
    traces
}

/// Every key and every value of a Redis.
pub async fn of_redis(connection: &mut redis::aio::MultiplexedConnection) -> Vec<Trace> {
    let keys: Vec<String> = redis::cmd("KEYS").arg("*").query_async(connection).await.expect("it answers");
    let mut traces = Vec::new();
    for key in keys {
        let value: String = redis::cmd("GET").arg(&key).query_async(connection).await.unwrap_or_default();
        traces.push((format!("key {key}"), key.clone()));
        traces.push((format!("value of {key}"), value));
    }
    traces
}

/// The places of the traces that hold one of the texts, whatever their case.
pub fn holding<'a>(traces: &'a [Trace], needles: &[String]) -> Vec<&'a Trace> {
    let lower: Vec<String> = needles.iter().map(|needle| needle.to_lowercase()).collect();
    let holds = |text: &str| lower.iter().any(|needle| text.to_lowercase().contains(needle));
    traces.iter().filter(|(_, text)| holds(text)).collect()
}

async fn columns(connection: &DatabaseConnection) -> Vec<(String, String)> {
    let backend = connection.get_database_backend();
    let sql = match backend {
        DbBackend::Sqlite => {
            "SELECT t.name, c.name FROM sqlite_master t, pragma_table_info(t.name) c WHERE t.type = 'table' \
             AND t.sql NOT LIKE 'CREATE VIRTUAL%'"
        }
        DbBackend::MySql => {
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = DATABASE()"
        }
        _ => {
            "SELECT table_name::text, column_name::text FROM information_schema.columns \
             WHERE table_schema = 'public'"
        }
    };
    let rows = connection.query_all_raw(Statement::from_string(backend, sql)).await.expect(sql);
    let text =
        |row: &sea_orm::QueryResult, position| row.try_get_by_index::<String>(position).expect("a name");
    rows.iter().map(|row| (text(row, 0), text(row, 1))).collect()
}

async fn of_adapter(adapter: &dyn Adapter) -> Vec<Trace> {
    let mut traces = Vec::new();
    for (id, model) in adapter.schema().models() {
        for row in adapter.find_many(Query::new(id)).await.expect("the model is there") {
            for (field, value) in row.record.iter() {
                let name = &model.field(field).expect("a field of the model").name;
                traces.push((format!("{}.{name}", model.table()), value.to_json().to_string()));
            }
        }
    }
    traces
}
