//! Fills the tables, by statements that make all rows of a table at once.

use auth_core::SeaOrmAdapter;
use auth_schema::Schema;
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
/// Events of the audit trail.
const EVENTS: u32 = 1_000_000;
/// Counters of requests.
const RATE_LIMITS: u32 = 100_000;
/// Sessions and verifications that have expired.
const EXPIRED: u32 = 1_000;
const TABLES: [&str; 5] = ["users", "sessions", "accounts", "verifications", "rate_limits"];

/// Makes the tables, fills them and has the engine look at what they hold.
pub async fn fill(database: &TestDatabase) {
    let connection = database.connect_for_long().await;
    migration::run(&connection).await.unwrap();
    connection.close().await.unwrap();
    let dialect = Dialect(database.backend());
    execute(database, &[dialect.haste(), dialect.rows(), dialect.look(&TABLES)].concat()).await;
}

/// The same for what a schema may have besides: events, and users who are softly deleted.
pub async fn fill_optional(database: &TestDatabase, schema: &Schema) {
    let connection = database.connect_for_long().await;
    SeaOrmAdapter::create_tables(&connection, schema).await.unwrap();
    connection.close().await.unwrap();
    let dialect = Dialect(database.backend());
    let rows = [dialect.users("deleted_at"), dialect.events()].to_vec();
    execute(database, &[dialect.haste(), rows, dialect.look(&["users", "events"])].concat()).await;
}

/// Executes statements, one after the other.
async fn execute(database: &TestDatabase, statements: &[String]) {
    let mut options = ConnectOptions::new(&database.url);
    // One connection, so that what is said of it holds for all statements.
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options).await.unwrap();
    for statement in statements {
        connection.execute_unprepared(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
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
        let (born, soon) = (self.born(), self.instant(NOW, &format!("(n - {EXPIRED}) * 60")));
        // A user's sessions do not lie side by side.
        let owner = self.text("u", &format!("(n - 1) % {USERS} + 1"));
        let fill =
            |table: &str, columns: &str, values: &str, count: u32| self.fill(table, columns, values, count);
        let stored = "created_at, updated_at";
        vec![
            self.users(""),
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

    /// Users; of a hundred one has the optional instant.
    fn users(&self, optional: &str) -> String {
        let born = self.born();
        let one =
            if self.0 == Backend::Postgres { "n % 2 = 0" } else { "CASE n % 2 WHEN 0 THEN 1 ELSE 0 END" };
        let (column, value) = match optional {
            "" => (String::new(), String::new()),
            name => (format!(", {name}"), format!(", CASE n % 100 WHEN 0 THEN {} END", self.born())),
        };
        let email = self.joined(&[&self.text("u", "n"), "'@example.com'"]);
        self.fill(
            "auth_users",
            &format!("id, name, email, email_verified, created_at, updated_at{column}"),
            &format!(
                "{}, {}, {email}, {one}, {born}, {born}{value}",
                self.text("u", "n"),
                self.text("Name ", "n")
            ),
            USERS,
        )
    }

    /// Events, ten of each user, one in ten by somebody else.
    fn events(&self) -> String {
        let (id, born) = (self.text("e", "n"), self.born());
        let owner = self.text("u", &format!("(n - 1) % {USERS} + 1"));
        let actor =
            format!("CASE n % 10 WHEN 0 THEN {} END", self.text("u", &format!("(n - 1) % {USERS} + 2")));
        self.fill(
            "auth_events",
            "id, created_at, kind, outcome, user_id, actor, actor_id",
            &format!("{id}, {born}, 'signed_in', 'done', {owner}, 'user', {actor}"),
            EVENTS,
        )
    }

    fn born(&self) -> String {
        self.instant("2026-01-01 00:00:00.000", "n")
    }

    fn fill(&self, table: &str, columns: &str, values: &str, count: u32) -> String {
        let series = self.series(count);
        let (before, from) = series.split_once('|').unwrap();
        format!("INSERT INTO {table} ({columns}) {before} SELECT {values} FROM {from}")
    }

    /// Lets the engine see what it has.
    fn look(&self, tables: &[&str]) -> Vec<String> {
        match self.0 {
            Backend::Postgres => vec!["VACUUM ANALYZE".to_owned()],
            Backend::Sqlite => vec!["ANALYZE".to_owned()],
            _ => tables.iter().map(|table| format!("ANALYZE TABLE auth_{table}")).collect(),
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
            // MariaDB has tables of numbers, MySQL has not.
            _ => format!(
                "|(SELECT CAST(item AS SIGNED) AS n FROM JSON_TABLE(CONCAT('[1', REPEAT(',1', {count} - 1), ']'), '$[*]' \
                 COLUMNS (item FOR ORDINALITY)) AS items) AS counted"
            ),
        }
    }
}

/// The fixture's clock, in UTC.
const NOW: &str = "2026-11-24 12:00:00.345";
/// What tokens begin with; they have 32 letters.
pub const TOKEN: &str = "tokentokentokentokentoke";
