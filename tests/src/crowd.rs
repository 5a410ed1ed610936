//! Large tables, filled by a few statements.

use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

use crate::backend::Backend;

/// Fills the core tables up to so many sessions, five for each user; those that are there already count. Tokens and ids
/// are spread over their range as random ones are.
pub async fn fill(connection: &DatabaseConnection, backend: Backend, from: usize, to: usize) {
    let users = statement(backend, USERS);
    let sessions = statement(backend, SESSIONS);
    let accounts = statement(backend, ACCOUNTS);
    for (text, from, to) in [(users, from / 5, to / 5), (accounts, from / 5, to / 5), (sessions, from, to)] {
        run(connection, &text, from, to).await;
    }
    analyze(connection, backend).await;
}

/// Fills the core tables with so many users, each with an account and a session.
pub async fn fill_one_each(connection: &DatabaseConnection, backend: Backend, users: usize) {
    let session = SESSIONS.replace("{owner}", "{user}");
    for text in [USERS, ACCOUNTS, &session] {
        run(connection, &statement(backend, text), 0, users).await;
    }
    analyze(connection, backend).await;
}

/// Tokens of some sessions, spread over the table.
pub async fn tokens(connection: &DatabaseConnection, count: usize) -> Vec<String> {
    let text = format!("SELECT token FROM auth_sessions ORDER BY id LIMIT {count}");
    let statement = Statement::from_string(connection.get_database_backend(), text);
    let rows = connection.query_all_raw(statement).await.unwrap();
    rows.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
}

/// Adds sessions of the first user whose tokens are a prefix and a number from zero on.
pub async fn add_numbered(connection: &DatabaseConnection, backend: Backend, prefix: &str, count: usize) {
    let text = NUMBERED.replace("{numbered}", &concat(backend, prefix, "(n - 1)"));
    run(connection, &statement(backend, &text), 0, count).await;
}

/// Adds sessions that expired long ago, in an order that is not the one of their rows.
pub async fn add_expired(connection: &DatabaseConnection, backend: Backend, from: usize, to: usize) {
    let spread = format!("(n * 911 % {})", to - from);
    let text = SESSIONS.replace("{expires}", "{spread}").replace("{owner}", "{first}");
    let text = text.replace("{spread}", &instant(backend).replace('#', &spread));
    run(connection, &statement(backend, &text), from, to).await;
    analyze(connection, backend).await;
}

async fn analyze(connection: &DatabaseConnection, backend: Backend) {
    let analyze: &[&str] = match backend {
        Backend::Mysql => &["ANALYZE TABLE auth_users", "ANALYZE TABLE auth_sessions"],
        Backend::Postgres => &["VACUUM (ANALYZE) auth_users", "VACUUM (ANALYZE) auth_sessions", "CHECKPOINT"],
        _ => &["ANALYZE", "PRAGMA wal_checkpoint(TRUNCATE)"],
    };
    for text in analyze {
        connection.execute_unprepared(text).await.unwrap();
    }
}

fn instant(backend: Backend) -> &'static str {
    match backend {
        Backend::Postgres => "timestamptz '2026-01-01 00:00:00+00' + # * interval '1 second'",
        Backend::Mysql => "timestamp'2026-01-01 00:00:00' + INTERVAL # SECOND",
        _ => "strftime('%Y-%m-%dT%H:%M:%fZ', '2026-01-01 00:00:00', '+' || (#) || ' seconds')",
    }
}

async fn run(connection: &DatabaseConnection, text: &str, from: usize, to: usize) {
    let text = text.replace("{from}", &(from + 1).to_string()).replace("{to}", &to.to_string());
    connection.execute_unprepared(&text).await.unwrap();
}

fn concat(backend: Backend, prefix: &str, number: &str) -> String {
    if backend == Backend::Mysql {
        format!("CONCAT('{prefix}', {number})")
    } else {
        format!("('{prefix}' || {number})")
    }
}

/// The statement in the dialect of an engine.
fn statement(backend: Backend, template: &str) -> String {
    let instant = instant(backend);
    let (numbers, hash, truth) = match backend {
        Backend::Postgres => ("generate_series({from}, {to}) AS numbers(n)", "md5($)", "true"),
        // MariaDB has tables of numbers, MySQL has not, and both have an end to recursion.
        Backend::Mysql => (
            "(SELECT {from} - 1 + counted AS n FROM JSON_TABLE(CONCAT('[1', REPEAT(',1', {to} - {from}), ']'), '$[*]' \
             COLUMNS (counted FOR ORDINALITY)) AS items) AS numbers",
            "LEFT(SHA2($, 256), 32)",
            "1",
        ),
        _ => (
            "(WITH RECURSIVE counted(n) AS (SELECT {from} UNION ALL SELECT n + 1 FROM counted WHERE n < {to}) \
             SELECT n FROM counted) AS numbers",
            // A permutation of 31 bits in front, so that the order is not the one of the numbers.
            "(printf('%08x', ((substr($, 2) + 1) * 1103515245 + 12345) & 2147483647) || hex($) || substr('0123456789abcdef01234567', length(hex($)) + 1))",
            "1",
        ),
    };
    let hashed = |prefix: &str, number: &str| hash.replace('$', &concat(backend, prefix, number));
    let fifth = if backend == Backend::Mysql { "((n - 1) DIV 5 + 1)" } else { "((n - 1) / 5 + 1)" };
    let email = concat(backend, "user", "n");
    let email = if backend == Backend::Mysql {
        format!("CONCAT({email}, '@example.com')")
    } else {
        format!("{email} || '@example.com'")
    };
    template
        .replace("{numbers}", numbers)
        .replace("{user}", &hashed("u", "n"))
        .replace("{owner}", &hashed("u", fifth))
        .replace("{first}", &hashed("u", "1"))
        .replace("{session}", &hashed("s", "n"))
        .replace("{token}", &hashed("t", "n"))
        .replace("{name}", &concat(backend, "User ", "n"))
        .replace("{email}", &email)
        .replace("{created}", &instant.replace('#', "n"))
        .replace("{expires}", &instant.replace('#', "(n + 1000000000)"))
        .replace("{true}", truth)
}

const USERS: &str = "INSERT INTO auth_users (id, name, email, email_verified, image, created_at, updated_at) \
     SELECT {user}, {name}, {email}, {true}, NULL, {created}, {created} FROM {numbers}";
const SESSIONS: &str = "INSERT INTO auth_sessions \
     (id, expires_at, token, created_at, updated_at, ip_address, user_agent, user_id) \
     SELECT {session}, {expires}, {token}, {created}, {created}, '203.0.113.9', \
     'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36', {owner} FROM {numbers}";
const ACCOUNTS: &str = "INSERT INTO auth_accounts \
     (id, account_id, provider_id, user_id, password, created_at, updated_at) \
     SELECT {user}, {user}, 'credential', {user}, 'no hash', {created}, {created} FROM {numbers}";
const NUMBERED: &str = "INSERT INTO auth_sessions \
     (id, expires_at, token, created_at, updated_at, ip_address, user_agent, user_id) \
     SELECT {numbered}, {expires}, {numbered}, {created}, {created}, NULL, NULL, {first} FROM {numbers}";
