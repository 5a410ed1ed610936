//! Asks the engine for its plan of each statement before it is run, for tests.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use sea_orm::sea_query::{Value as SqlValue, Values};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, QueryResult, Statement};

use super::adapter::SqlAdapter;
use super::executor::Executor;

/// A statement and what the engine makes of it, with the very parameters that it was sent with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// The statement.
    pub sql: String,
    /// The plan in the engine's own words: JSON, on SQLite a line for each step. `Err`: it was not to be had.
    pub plan: Result<String, String>,
}

/// The plans of the statements that are sent to one kind of engine while this lives. In a process, one for each kind at a time.
#[derive(Debug)]
pub struct Plans {
    backend: DbBackend,
    noted: Arc<Mutex<Vec<Plan>>>,
}

impl SqlAdapter<'static> {
    /// Explains every `SELECT`, `UPDATE` and `DELETE` from now on, on the connection or in the transaction that it is sent to.
    pub fn record_plans(&self) -> Plans {
        let backend = self.shared.engine.backend;
        let noted = Arc::default();
        let mut sinks = SINKS.lock().unwrap_or_else(PoisonError::into_inner);
        sinks.retain(|(other, _)| *other != backend);
        sinks.push((backend, Arc::clone(&noted)));
        LISTENS.store(true, Ordering::Release);
        Plans { backend, noted }
    }
}

impl Plans {
    /// The plans since the last call.
    pub fn take(&self) -> Vec<Plan> {
        std::mem::take(&mut *self.noted.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl Drop for Plans {
    fn drop(&mut self) {
        let mut sinks = SINKS.lock().unwrap_or_else(PoisonError::into_inner);
        sinks.retain(|(backend, _)| *backend != self.backend);
    }
}

/// Notes the plan of a statement, if somebody listens.
pub(super) async fn note(executor: &Executor<'_>, sql: &str, values: &[SqlValue]) {
    if !LISTENS.load(Ordering::Acquire) {
        return;
    }
    let Some(noted) = sink(executor.backend()) else {
        return;
    };
    if !["SELECT", "UPDATE", "DELETE", "WITH"].iter().any(|verb| sql.starts_with(verb)) {
        return;
    }
    let plan = Box::pin(explain(executor, sql, values)).await.map_err(|error| error.to_string());
    noted.lock().unwrap_or_else(PoisonError::into_inner).push(Plan { sql: sql.to_owned(), plan });
}

fn sink(backend: DbBackend) -> Option<Arc<Mutex<Vec<Plan>>>> {
    let sinks = SINKS.lock().unwrap_or_else(PoisonError::into_inner);
    sinks.iter().find(|(listens, _)| *listens == backend).map(|(_, noted)| Arc::clone(noted))
}

async fn explain(executor: &Executor<'_>, sql: &str, values: &[SqlValue]) -> Result<String, DbErr> {
    let db_backend = executor.backend();
    let (explain, position) = match db_backend {
        DbBackend::Postgres => ("EXPLAIN (FORMAT JSON)", 0),
        DbBackend::MySql => ("EXPLAIN FORMAT=JSON", 0),
        _ => ("EXPLAIN QUERY PLAN", 3),
    };
    let values = Some(Values(values.to_vec()));
    let statement = Statement { sql: format!("{explain} {sql}"), values, db_backend };
    let rows = executor.connection().query_all_raw(statement).await?;
    let line = |row: &QueryResult| match db_backend {
        DbBackend::Postgres => {
            row.try_get_by_index::<serde_json::Value>(position).map(|json| json.to_string())
        }
        _ => row.try_get_by_index::<String>(position),
    };
    Ok(rows.iter().map(line).collect::<Result<Vec<_>, _>>()?.join("\n"))
}

type Sink = (DbBackend, Arc<Mutex<Vec<Plan>>>);

/// Whether anybody ever listened: a benchmark is no test.
static LISTENS: AtomicBool = AtomicBool::new(false);
static SINKS: Mutex<Vec<Sink>> = Mutex::new(Vec::new());
