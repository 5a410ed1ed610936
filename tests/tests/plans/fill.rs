//! Fills the tables, by statements that make all rows of a table at once.

use auth_tests::backend::{Backend, TestDatabase};
use sea_orm::{ConnectOptions, ConnectionTrait, Database};

/// Users.
pub const USERS: u32 = 200_000;
/// Sessions, as many for each user.
pub const SESSIONS: u32 = 1_000_000;
/// Accounts of a provider, beside one with a password for each user.
const LINKED: u32 = 20_000;
/// Verifications.
pub const VERIFICATIONS: u32 = 200_000;
/// Counters of requests.
const RATE_LIMITS: u32 = 100_000;
/// Sessions and verifications that have expired.
const EXPIRED: u32 = 1_000;

/// Makes the tables, fills them and has the engine look at what they hold.
pub async fn fill(database: &TestDatabase) {
    let connection = database.connect_for_long().await;
    migration::run(&connection).await.unwrap();
    connection.close().await.unwrap();
    let mut options = ConnectOptions::new(&database.url);
    // One connection, so that what is said of it holds for all statements.
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options).await.unwrap();
    let dialect = Dialect(database.backend());
    for statement in [dialect.haste(), dialect.rows(), dialect.look()].concat() {
        connection
            .execute_unprepared(&statement)
            .await
            .unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    connection.close().await.unwrap();
}

struct Dialect(Backend);

impl Dialect {
    /// What a connection may leave out whose database goes away anyway.
    fn haste(&self) -> Vec<String> {
        let statements: &[&str] = match self.0 {
            Backend::Postgres => &["SET synchronous_commit = off", "SET session_replication_role = replica"],
            Backend::Sqlite => {
                &["PRAGMA foreign_keys = OFF", "PRAGMA synchronous = OFF", "PRAGMA cache_size = -200000"]
            }
            _ => &["SET SESSION foreign_key_checks = 0, unique_checks = 0"],
        };
        statements.iter().map(ToString::to_string).collect()
    }

    fn rows(&self) -> Vec<String> {
        let (born, soon) = (
            self.instant("2026-01-01 00:00:00.000", "n"),
            self.instant(NOW, &format!("(n - {EXPIRED}) * 60")),
        );
        let one =
            if self.0 == Backend::Postgres { "n % 2 = 0" } else { "CASE n % 2 WHEN 0 THEN 1 ELSE 0 END" };
        // A user's sessions do not lie side by side.
        let owner = self.text("u", &format!("(n - 1) % {USERS} + 1"));
        let fill = |table: &str, columns: &str, values: &str, count: u32| {
            let series = self.series(count);
            let (before, from) = series.split_once('|').unwrap();
            format!("INSERT INTO {table} ({columns}) {before} SELECT {values} FROM {from}")
        };
        let stored = "created_at, updated_at";
        vec![
            fill(
                "auth_users",
                &format!("id, name, email, email_verified, {stored}"),
                &format!(
                    "{}, {}, {}, {one}, {born}, {born}",
                    self.text("u", "n"),
                    self.text("Name ", "n"),
                    self.joined(&[&self.text("u", "n"), "'@example.com'"])
                ),
                USERS,
            ),
            fill(
                "auth_sessions",
                &format!("id, user_id, token, expires_at, {stored}, ip_address, user_agent"),
                &format!(
                    "{}, {owner}, {}, {soon}, {born}, {born}, '', ''",
                    self.text("s", "n"),
                    self.text(TOKEN, "n")
                ),
                SESSIONS,
            ),
            fill(
                "auth_accounts",
                &format!("id, user_id, provider_id, account_id, password, {stored}"),
                &format!("{}, {owner}, 'credential', {owner}, 'hash', {born}, {born}", self.text("a", "n")),
                USERS,
            ),
            fill(
                "auth_accounts",
                &format!("id, user_id, provider_id, account_id, {stored}"),
                &format!(
                    "{}, {owner}, 'github', {}, {born}, {born}",
                    self.text("b", "n"),
                    self.text("g", "n")
                ),
                LINKED,
            ),
            fill(
                "auth_verifications",
                &format!("id, identifier, value, expires_at, {stored}"),
                &format!("{}, {}, 'value', {soon}, {born}, {born}", self.text("v", "n"), self.text("i", "n")),
                VERIFICATIONS,
            ),
            fill(
                "auth_rate_limits",
                &format!(
                    "id, {}, count, last_request",
                    if self.0 == Backend::Mysql { "`key`" } else { "key" }
                ),
                &format!("{}, {}, 1, n * 1000", self.text("r", "n"), self.text("k", "n")),
                RATE_LIMITS,
            ),
        ]
    }

    /// Lets the engine see what it has.
    fn look(&self) -> Vec<String> {
        match self.0 {
            Backend::Postgres => vec!["VACUUM ANALYZE".to_owned()],
            Backend::Sqlite => vec!["ANALYZE".to_owned()],
            _ => ["users", "sessions", "accounts", "verifications", "rate_limits"]
                .iter()
                .map(|table| format!("ANALYZE TABLE auth_{table}"))
                .collect(),
        }
    }

    /// A text that ends with a number of eight digits.
    fn text(&self, prefix: &str, number: &str) -> String {
        match self.0 {
            Backend::Postgres => format!("'{prefix}' || lpad(({number})::text, 8, '0')"),
            Backend::Sqlite => format!("printf('{prefix}%08d', {number})"),
            _ => format!("CONCAT('{prefix}', LPAD({number}, 8, '0'))"),
        }
    }

    fn joined(&self, parts: &[&str]) -> String {
        if self.0 == Backend::Mysql { format!("CONCAT({})", parts.join(", ")) } else { parts.join(" || ") }
    }

    /// So many seconds after an instant.
    fn instant(&self, base: &str, seconds: &str) -> String {
        match self.0 {
            Backend::Postgres => format!("timestamptz '{base}+00' + ({seconds}) * interval '1 second'"),
            Backend::Sqlite => format!("strftime('%Y-%m-%dT%H:%M:%fZ', '{base}', ({seconds}) || ' seconds')"),
            _ => format!("TIMESTAMPADD(SECOND, {seconds}, '{base}')"),
        }
    }

    /// What stands before and behind a `SELECT` whose `n` counts from one.
    fn series(&self, count: u32) -> String {
        match self.0 {
            Backend::Postgres => format!("|generate_series(1, {count}) AS n"),
            Backend::Sqlite => format!(
                "WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < {count})|counted"
            ),
            _ => format!("|(SELECT CAST(seq AS SIGNED) AS n FROM seq_1_to_{count}) AS counted"),
        }
    }
}

/// The fixture's clock, in UTC.
const NOW: &str = "2026-11-24 12:00:00.345";
/// What tokens begin with; they have 32 letters.
pub const TOKEN: &str = "tokentokentokentokentoke";
