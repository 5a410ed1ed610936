//! Asks a live database how it is: its settings, sizes, uses and rights, without changing anything and without judging.

mod ask;
mod facts;
mod mysql;
mod postgres;
mod sqlite;
mod statements;

use std::time::Instant;

use auth_schema::Schema;
use sea_orm::{DatabaseConnection, DbBackend};

pub use facts::{
    ConnectionFacts, Facts, IndexFacts, Setting, Spilled, StatementFacts, TableFacts, Untold, Usage,
    WideRight,
};

use super::adapter::SqlAdapter;
use super::engine::server;
use super::pool::Pool;
use crate::adapter::AdapterError;

impl SqlAdapter<'static> {
    /// Reads what the engine tells of itself and of the schema's tables; nothing is changed. About ten round trips; on SQLite the
    /// rows are counted and the sizes read, which goes through the whole file. `role` is whose rights are looked at: on MySQL
    /// `USER` or `USER@HOST`; `None`: only those of everybody.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Unavailable`] when the database does not answer; [`AdapterError::Configuration`] when there is no such role.
    /// What it does not tell is no error: [`Facts::untold`].
    pub async fn diagnose(
        connection: &DatabaseConnection,
        schema: &Schema,
        role: Option<&str>,
    ) -> Result<Facts, AdapterError> {
        let pool = Pool::plain(connection.clone());
        let tables: Vec<String> = schema.models().map(|(_, model)| model.table().to_owned()).collect();
        let mut facts = Facts { round_trip_microseconds: u64::MAX, ..Facts::default() };
        for _ in 0..ROUND_TRIPS {
            let start = Instant::now();
            let server = server(connection).await?;
            let microseconds = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
            facts.round_trip_microseconds = facts.round_trip_microseconds.min(microseconds);
            (facts.engine, facts.version) = (server.engine, server.version);
        }
        match pool.backend() {
            DbBackend::Postgres => postgres::gather(&pool, &tables, role, &mut facts).await?,
            DbBackend::MySql => mysql::gather(&pool, &tables, role, &mut facts).await?,
            _ => sqlite::gather(&pool, &tables, &mut facts).await?,
        }
        Ok(facts)
    }
}

fn no_role(role: &str) -> AdapterError {
    AdapterError::Configuration {
        problem: format!("there is no role {role:?}: name one that the server has"),
    }
}

const ROUND_TRIPS: usize = 5;

/// Lets PostgreSQL read its configuration anew, as `ALTER SYSTEM` needs it.
pub const RELOAD: &str = "SELECT pg_reload_conf()";
