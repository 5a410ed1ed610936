//! What PostgreSQL is doing: statements that it has noted, and its clients.

use auth_schema::ddl::Engine;

use super::super::super::pool::Pool;
use super::super::ask::{allowed, float, number, rows, text};
use super::super::facts::{ConnectionFacts, Facts, StatementFacts};
use super::super::statements::on_tables;
use crate::adapter::AdapterError;

pub(super) async fn statements(
    pool: &Pool,
    tables: &[String],
    facts: &mut Facts,
) -> Result<(), AdapterError> {
    let extension = rows(pool, EXTENSION, Vec::new()).await?;
    let Some(schema) = extension.first().map(|row| text(row, 0)).transpose()? else {
        facts.leave_untold(
            "statements",
            format!("the extension pg_stat_statements is not in this database; {HOW}"),
        );
        return Ok(());
    };
    let question = STATEMENTS.replace("{schema}", &Engine::Postgres.quoted(&schema));
    let Some(rows) = allowed(pool, &question, facts, ("statements", HOW)).await? else {
        return Ok(());
    };
    let mut noted = Vec::with_capacity(rows.len());
    for row in &rows {
        noted.push(StatementFacts {
            text: text(row, 0)?,
            calls: number(row, 1)?.unwrap_or_default(),
            total_milliseconds: float(row, 2)?,
            mean_milliseconds: float(row, 3)?,
            rows: number(row, 4)?.unwrap_or_default(),
        });
    }
    facts.statements = Some(on_tables(noted, tables));
    Ok(())
}

pub(super) async fn connections(pool: &Pool, facts: &mut Facts) -> Result<(), AdapterError> {
    let mut connections = Vec::new();
    for row in rows(pool, CONNECTIONS, Vec::new()).await? {
        let (count, longest) = (number(&row, 1)?, number(&row, 2)?);
        connections.push(ConnectionFacts {
            state: text(&row, 0)?,
            count: count.unwrap_or_default(),
            longest_seconds: longest.unwrap_or_default(),
        });
    }
    if connections.iter().any(|connection| connection.state == HIDDEN) {
        facts.leave_untold(
            "connections of others",
            "their states are hidden; GRANT pg_monitor TO the user who asks",
        );
    }
    facts.connections = Some(connections);
    Ok(())
}

const HIDDEN: &str = "hidden";

const HOW: &str = "to switch it on: shared_preload_libraries = 'pg_stat_statements', a restart, then \
     CREATE EXTENSION pg_stat_statements";

const EXTENSION: &str = "SELECT n.nspname::text FROM pg_extension AS e JOIN pg_namespace AS n \
     ON n.oid = e.extnamespace WHERE e.extname = 'pg_stat_statements'";

/// More than are kept: most may be on other tables.
const STATEMENTS: &str = "SELECT left(query, 4000), calls, total_exec_time, mean_exec_time, rows \
     FROM {schema}.pg_stat_statements WHERE calls > 0 \
     AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) \
     ORDER BY total_exec_time DESC LIMIT 500";

/// A client whose state this user may not see has none.
const CONNECTIONS: &str = "SELECT COALESCE(state, 'hidden'), COUNT(*), \
     MAX(EXTRACT(EPOCH FROM clock_timestamp() - state_change))::bigint FROM pg_stat_activity \
     WHERE pid <> pg_backend_pid() AND COALESCE(backend_type, 'client backend') = 'client backend' \
     AND datid IS NOT NULL GROUP BY 1 ORDER BY 2 DESC, 1";
