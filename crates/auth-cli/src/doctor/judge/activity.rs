//! What happens: statements, clients, the pool, the way to the server.

use auth_core::adapter::seaorm::diagnosis::{Facts, Setting};

use super::super::code;
use super::super::finding::{Finding, Then};
use super::Evidence;

pub(super) fn findings(evidence: &Evidence<'_>) -> Vec<Finding> {
    let mut findings = slow_statements(evidence.facts);
    findings.extend(round_trip(evidence.facts));
    findings.extend(idle_in_transaction(evidence.facts));
    findings.extend(near_limit(evidence.facts));
    findings.extend(limit(evidence));
    findings.extend(pool(evidence));
    findings
}

fn slow_statements(facts: &Facts) -> Vec<Finding> {
    let statements = facts.statements.iter().flatten();
    let slow = statements.filter(|statement| statement.calls >= 10 && statement.mean_milliseconds >= 100.0);
    let finding = |statement: &auth_core::adapter::seaorm::diagnosis::StatementFacts| {
        let why = format!(
            "it took {:.0} ms on average, {} times: {}",
            statement.mean_milliseconds, statement.calls, statement.text
        );
        Finding::new(code::SLOW_STATEMENT, "a statement", why).advice(
            "look at its plan (EXPLAIN), and whether an index of the catalogue serves it (auth index list)",
        )
    };
    slow.map(finding).collect()
}

fn round_trip(facts: &Facts) -> Option<Finding> {
    let microseconds = facts.round_trip_microseconds;
    (microseconds > 20_000).then(|| {
        let why = format!("the best of five round trips took {} ms; a sign-up has five", microseconds / 1000);
        Finding::new(code::SLOW_ROUND_TRIP, "the way to the server", why).advice(
            "let the application and its database stand in the same place, or look for what stands between",
        )
    })
}

fn idle_in_transaction(facts: &Facts) -> Option<Finding> {
    let mut connections = facts.connections.iter().flatten();
    let idle =
        connections.find(|found| found.state == "idle in transaction" && found.longest_seconds >= 300)?;
    let why = format!(
        "{} clients do nothing inside a transaction, one for {} minutes: their locks stay, and no dead row can be cleared away",
        idle.count,
        idle.longest_seconds / 60
    );
    let advice = "find who begins and does not end; on PostgreSQL set idle_in_transaction_session_timeout";
    Some(Finding::new(code::IDLE_IN_TRANSACTION, "connections", why).advice(advice))
}

fn near_limit(facts: &Facts) -> Option<Finding> {
    let most = most_connections(facts)?;
    let open: u64 = facts.connections.as_ref()?.iter().map(|found| found.count).sum();
    (most > 0 && open * 10 >= most * 9).then(|| {
        let why = format!("{open} of {most} connections are open: the next pool that grows is refused");
        Finding::new(code::CONNECTIONS_NEAR_LIMIT, "connections", why)
            .advice("make pools smaller, put a pooler in front (docs/poolers.md), or raise max_connections")
    })
}

fn limit(evidence: &Evidence<'_>) -> Option<Finding> {
    let most = most_connections(evidence.facts)?;
    let needed = evidence.load.connections;
    if needed <= most {
        return None;
    }
    let reserved = reserved(evidence.facts);
    let better = (needed + reserved + 10).next_multiple_of(10);
    let why = format!("the pools may open {needed} connections together, the server lets in {most}");
    let finding = Finding::new(code::MAX_CONNECTIONS_LOW, "max_connections", why)
        .advice("make pools smaller (DB_POOL_MAX), put a pooler in front (docs/poolers.md), or raise it");
    Some(if evidence.facts.engine == "PostgreSQL" {
        finding.statement(format!("ALTER SYSTEM SET max_connections = '{better}'")).then(Then::Restart)
    } else {
        finding.statement(format!("SET GLOBAL max_connections = {better}")).then(Then::Configuration)
    })
}

fn pool(evidence: &Evidence<'_>) -> Option<Finding> {
    let pool = evidence.pool.filter(|pool| pool.timed_out > 0)?;
    let why = format!(
        "no connection was free in time {} times; {} wait now, {} of {} are in use",
        pool.timed_out, pool.waiting, pool.in_use, pool.size
    );
    Some(
        Finding::new(code::POOL_TIMEOUTS, "the pool", why)
            .advice("a larger pool (DB_POOL_MAX) where the database has room, else look for slow statements and open transactions"),
    )
}

/// Those that are not kept for administrators.
fn most_connections(facts: &Facts) -> Option<u64> {
    whole(facts, "max_connections").map(|most| most.saturating_sub(reserved(facts)))
}

fn reserved(facts: &Facts) -> u64 {
    let of = |name| whole(facts, name).unwrap_or_default();
    of("superuser_reserved_connections") + of("reserved_connections")
}

fn whole(facts: &Facts, name: &str) -> Option<u64> {
    facts.setting(name).map(|setting: &Setting| &setting.value)?.parse().ok()
}
