//! What MySQL and MariaDB are doing: how indexes are used, statements that were noted, and their clients.

use std::collections::HashMap;

use super::super::super::pool::Pool;
use super::super::ask::{allowed, float, number, rows, text};
use super::super::facts::{ConnectionFacts, Facts, IndexFacts, StatementFacts, Usage};
use super::super::statements::on_tables;
use crate::adapter::AdapterError;

/// Uses of indexes: from the performance schema, else, on MariaDB, from what `userstat` counts, which lists no index that rests.
pub(super) async fn usage(pool: &Pool, facts: &mut Facts) -> Result<(), AdapterError> {
    let (question, lists_all) = if is_on(facts, "performance_schema") {
        (USES, true)
    } else if is_on(facts, "userstat") {
        // Since it was switched on, which nobody writes down: a use that is missing proves nothing.
        facts.counted_since = None;
        facts.leave_untold("unused indexes", SINCE_WHEN);
        (USES_OF_USERSTAT, false)
    } else {
        let how = if facts.engine == "MariaDB" { "SET GLOBAL userstat = ON, or " } else { "" };
        facts.leave_untold(
            "index usage",
            format!("nothing counts it; to switch it on: {how}{PERFORMANCE_SCHEMA}"),
        );
        return Ok(());
    };
    let Some(counted) = allowed(pool, question, facts, ("index usage", READ_COUNTERS)).await? else {
        return Ok(());
    };
    let mut uses = HashMap::new();
    for row in &counted {
        uses.insert((text(row, 0)?, text(row, 1)?), number(row, 2)?.unwrap_or_default());
    }
    note(&mut facts.indexes, &uses, lists_all);
    Ok(())
}

/// Notes what was counted. An index that is not listed rests where all are, and else may be older than the counting.
fn note(indexes: &mut [IndexFacts], uses: &HashMap<(String, String), u64>, lists_all: bool) {
    for index in indexes {
        let counted = uses.get(&(index.table.clone(), index.name.clone())).copied();
        index.uses = counted.filter(|uses| lists_all || *uses > 0).or(lists_all.then_some(0));
        index.usage = index.uses.map(Usage::of);
    }
}

pub(super) async fn statements(
    pool: &Pool,
    tables: &[String],
    facts: &mut Facts,
) -> Result<(), AdapterError> {
    if !is_on(facts, "performance_schema") {
        let why = format!("the performance schema is off; to switch it on: {PERFORMANCE_SCHEMA}");
        facts.leave_untold("statements", why);
        return Ok(());
    }
    let Some(rows) = allowed(pool, STATEMENTS, facts, ("statements", READ_COUNTERS)).await? else {
        return Ok(());
    };
    let mut noted = Vec::with_capacity(rows.len());
    for row in &rows {
        noted.push(StatementFacts {
            // Its digest has each name between back ticks, and spaces around everything.
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
        connections.push(connection(text(&row, 0)?.to_lowercase(), number(&row, 1)?, number(&row, 2)?));
    }
    let how = "to be told: GRANT PROCESS ON *.* to the user who asks";
    let resting = allowed(pool, IDLE_IN_TRANSACTION, facts, ("connections of others", how)).await?;
    for row in resting.unwrap_or_default() {
        let (count, longest) = (number(&row, 0)?, number(&row, 1)?);
        if count.unwrap_or_default() > 0 {
            // They are asleep as well.
            if let Some(asleep) = connections.iter_mut().find(|found| found.state == "sleep") {
                asleep.count = asleep.count.saturating_sub(count.unwrap_or_default());
            }
            connections.push(connection("idle in transaction".to_owned(), count, longest));
        }
    }
    connections.retain(|connection| connection.count > 0);
    facts.connections = Some(connections);
    Ok(())
}

fn connection(state: String, count: Option<u64>, longest: Option<u64>) -> ConnectionFacts {
    ConnectionFacts { state, count: count.unwrap_or_default(), longest_seconds: longest.unwrap_or_default() }
}

fn is_on(facts: &Facts, name: &str) -> bool {
    facts.setting(name).is_some_and(|setting| setting.value.eq_ignore_ascii_case("on"))
}

const SINCE_WHEN: &str = "userstat counts since it was switched on, which nobody writes down; to be told of indexes that rest: \
     performance_schema = ON in the server's configuration, and a restart";

const PERFORMANCE_SCHEMA: &str = "performance_schema = ON in the server's configuration, and a restart";

const READ_COUNTERS: &str =
    "to be told: GRANT SELECT ON performance_schema.*, on MariaDB also PROCESS ON *.*, to the user who asks";

const USES: &str = "SELECT CAST(OBJECT_NAME AS CHAR), CAST(INDEX_NAME AS CHAR), CAST(COUNT_FETCH AS SIGNED) \
     FROM performance_schema.table_io_waits_summary_by_index_usage \
     WHERE OBJECT_SCHEMA = DATABASE() AND INDEX_NAME IS NOT NULL";

const USES_OF_USERSTAT: &str = "SELECT CAST(TABLE_NAME AS CHAR), CAST(INDEX_NAME AS CHAR), CAST(ROWS_READ AS SIGNED) \
     FROM information_schema.INDEX_STATISTICS WHERE TABLE_SCHEMA = DATABASE()";

/// The engine counts in picoseconds.
const STATEMENTS: &str = "SELECT CAST(DIGEST_TEXT AS CHAR), CAST(COUNT_STAR AS SIGNED), SUM_TIMER_WAIT / 1E9, \
     AVG_TIMER_WAIT / 1E9, CAST(SUM_ROWS_SENT AS SIGNED) \
     FROM performance_schema.events_statements_summary_by_digest \
     WHERE SCHEMA_NAME = DATABASE() AND DIGEST_TEXT IS NOT NULL AND COUNT_STAR > 0 \
     ORDER BY SUM_TIMER_WAIT DESC LIMIT 500";

const CONNECTIONS: &str = "SELECT CAST(COMMAND AS CHAR), COUNT(*), CAST(MAX(TIME) AS SIGNED) \
     FROM information_schema.PROCESSLIST WHERE ID <> CONNECTION_ID() \
     AND COMMAND NOT IN ('Daemon', 'Slave_IO', 'Slave_SQL', 'Slave_worker') GROUP BY 1 ORDER BY 2 DESC, 1";

const IDLE_IN_TRANSACTION: &str = "SELECT COUNT(*), CAST(MAX(p.TIME) AS SIGNED) FROM information_schema.INNODB_TRX AS t \
     JOIN information_schema.PROCESSLIST AS p ON p.ID = t.trx_mysql_thread_id WHERE p.COMMAND = 'Sleep'";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_index_that_is_not_listed_rests_only_where_all_are() {
        let index = |name: &str| IndexFacts { table: "t".into(), name: name.into(), ..IndexFacts::default() };
        let uses = HashMap::from([(("t".to_owned(), "used".to_owned()), 20)]);
        for (lists_all, resting) in [(true, Some(Usage::Unused)), (false, None)] {
            let mut indexes = [index("used"), index("rests")];
            note(&mut indexes, &uses, lists_all);
            assert_eq!(indexes.map(|index| index.usage), [Some(Usage::Moderate), resting]);
        }
    }
}
