//! Rules that need more data, time or bad luck than a test has, over values.

use auth_core::adapter::seaorm::diagnosis::{Facts, Setting};

use super::super::bytes::MEGABYTE;
use super::super::report::Pool;
use super::*;

fn facts(engine: &'static str, json: &serde_json::Value) -> Facts {
    let mut facts = Facts::default();
    facts.engine = engine;
    for (name, value) in json.as_object().unwrap() {
        let text = value.as_str().map_or_else(|| value.to_string(), str::to_owned);
        let setting = Setting::new(name.as_str(), text);
        facts.settings.push(match value.as_u64() {
            Some(number) => setting.of_bytes(number),
            None => setting,
        });
    }
    facts
}

fn codes(facts: &Facts, change: impl FnOnce(&mut Evidence<'_>)) -> Vec<&'static str> {
    let schema = Schema::core();
    let engine = match facts.engine {
        "PostgreSQL" => auth_schema::ddl::Engine::Postgres,
        "SQLite" => auth_schema::ddl::Engine::Sqlite,
        _ => auth_schema::ddl::Engine::Mysql,
    };
    let live = LiveSchema { engine, tables: Vec::new(), enforces_foreign_keys: true };
    let pending = Pending::default();
    let mut evidence = Evidence {
        facts,
        schema: &schema,
        live: &live,
        graded: &[],
        pending: &pending,
        repeated: Repeats::default(),
        expired: None,
        pool: None,
        memory: None,
        load: Load { connections: 10, unused_after: Duration::ZERO },
        now: OffsetDateTime::UNIX_EPOCH,
    };
    change(&mut evidence);
    judge(&evidence).into_iter().map(|finding| finding.code).collect()
}

fn size(megabytes: u64) -> u64 {
    megabytes * MEGABYTE
}

fn with_data(mut facts: Facts, megabytes: u64) -> Facts {
    let mut table = auth_core::adapter::seaorm::diagnosis::TableFacts::default();
    (table.name, table.bytes) = ("auth_sessions".to_owned(), Some(size(megabytes)));
    facts.tables.push(table);
    facts
}

#[test]
fn buffers_are_small_only_beside_more_data_than_they_hold() {
    let has = || {
        facts(
            "PostgreSQL",
            &serde_json::json!({ "shared_buffers": size(128), "effective_cache_size": size(4096) }),
        )
    };
    assert!(codes(&has(), |_| {}).is_empty());
    let much = with_data(has(), 500);
    assert_eq!(codes(&much, |_| {}), ["shared_buffers_small"]);
    // A quarter of the memory is all that there is to give.
    assert!(codes(&much, |evidence| evidence.memory = Some(Memory::given(size(512)))).is_empty());
}

#[test]
fn the_default_cost_of_a_page_is_told_once_tables_are_large() {
    let has = || facts("PostgreSQL", &serde_json::json!({ "random_page_cost": "4", "seq_page_cost": "1" }));
    assert!(codes(&with_data(has(), 10), |_| {}).is_empty());
    assert_eq!(codes(&with_data(has(), 100), |_| {}), ["random_page_cost_high"]);
    let named = facts("PostgreSQL", &serde_json::json!({ "random_page_cost": "1.1" }));
    assert!(codes(&with_data(named, 100), |_| {}).is_empty());
}

#[test]
fn a_statement_is_slow_when_it_was_so_several_times() {
    let mut facts = facts("PostgreSQL", &serde_json::json!({}));
    let mut statement = auth_core::adapter::seaorm::diagnosis::StatementFacts::default();
    (statement.mean_milliseconds, statement.calls) = (150.0, 9);
    facts.statements = Some(vec![statement.clone()]);
    assert!(codes(&facts, |_| {}).is_empty());
    statement.calls = 10;
    facts.statements = Some(vec![statement]);
    assert_eq!(codes(&facts, |_| {}), ["slow_statement"]);
}

#[test]
fn clients_are_told_that_rest_in_a_transaction_or_fill_the_server() {
    let mut facts = facts("MariaDB", &serde_json::json!({ "max_connections": "100" }));
    let mut found = auth_core::adapter::seaorm::diagnosis::ConnectionFacts::default();
    (found.state, found.count, found.longest_seconds) = ("idle in transaction".to_owned(), 1, 299);
    facts.connections = Some(vec![found.clone()]);
    assert!(codes(&facts, |_| {}).is_empty());
    (found.count, found.longest_seconds) = (90, 300);
    facts.connections = Some(vec![found]);
    assert_eq!(codes(&facts, |_| {}), ["idle_in_transaction", "connections_near_limit"]);
}

#[test]
fn a_pool_that_had_none_free_is_told() {
    let facts = facts("PostgreSQL", &serde_json::json!({}));
    let mut pool = Pool::from(auth_core::adapter::seaorm::PoolStatistics::default());
    assert!(codes(&facts, |evidence| evidence.pool = Some(pool)).is_empty());
    pool.timed_out = 1;
    assert_eq!(codes(&facts, |evidence| evidence.pool = Some(pool)), ["pool_timeouts"]);
}

#[test]
fn a_large_file_of_sqlite_wants_more_than_two_megabytes_of_cache() {
    let has = |file| {
        let mut facts = facts("SQLite", &serde_json::json!({ "journal_mode": "wal" }));
        facts.settings.push(Setting::new("cache_size", "-2000").of_bytes(2000 * 1024));
        facts.settings.push(Setting::new("page_count", "1").of_bytes(size(file)));
        facts
    };
    assert!(codes(&has(100), |_| {}).is_empty());
    assert_eq!(codes(&has(300), |_| {}), ["page_cache_small"]);
}

#[test]
fn a_redo_log_is_one_capacity_or_one_file() {
    for (settings, found) in [
        (serde_json::json!({ "innodb_redo_log_capacity": size(8), "innodb_log_file_size": size(48) }), true),
        (serde_json::json!({ "innodb_log_file_size": size(48) }), false),
        (serde_json::json!({ "innodb_log_file_size": size(5) }), true),
    ] {
        let facts = facts("MySQL", &settings);
        let codes = codes(&facts, |_| {});
        assert_eq!(codes.contains(&"redo_log_small"), found, "{settings}: {codes:?}");
    }
}

#[test]
fn a_redis_that_may_forget_is_told() {
    use auth_core::secondary_storage::RedisHealth;
    let mut health = RedisHealth::default();
    health.persistence_works = true;
    let codes = |health: &RedisHealth| -> Vec<&str> {
        redis_health(health).into_iter().map(|finding| finding.code).collect()
    };
    // Its default: no limit of its own, so that nothing goes.
    health.eviction_policy = "noeviction".to_owned();
    assert!(codes(&health).is_empty());
    (health.most_bytes, health.used_bytes) = (size(100), size(95));
    assert_eq!(codes(&health), ["redis_memory_full"]);
    health.eviction_policy = "allkeys-lru".to_owned();
    health.persistence_works = false;
    assert_eq!(codes(&health), ["redis_evicts", "redis_memory_full", "redis_persistence_fails"]);
}
