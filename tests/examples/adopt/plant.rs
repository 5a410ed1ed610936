//! People by the hundred thousand, made by the engine itself.

use std::time::{Duration, Instant};

use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::flavour::Flavour;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};

/// Addresses that two users have; half of the second ones in capital letters.
pub const EMAILS: u64 = 300;
/// Provider's accounts that stand twice; half of them within one user.
pub const ACCOUNTS: u64 = 200;
/// Addresses in capital letters that one user has.
pub const ALONE: u64 = 50;
/// Rows that a rule changes.
pub const CHANGED: u64 = EMAILS + ACCOUNTS + ALONE;

/// A database full of people.
pub struct Planted {
    pub connection: DatabaseConnection,
    backend: Backend,
    users: u64,
    sessions: u64,
    pub took: Duration,
}

impl Planted {
    pub async fn new(database: &TestDatabase, users: u64, sessions: u64) -> Self {
        assert!(users >= 4 * CHANGED, "so few users have no room for the duplicates");
        let start = Instant::now();
        let (connection, backend) = (database.connect_for_long().await, database.backend());
        let mut planted = Self { connection, backend, users, sessions, took: Duration::ZERO };
        for statement in Flavour::Kysely.statements(backend) {
            let is_user = statement.contains("emailVerified");
            planted.run(&if is_user { statement.replacen(" unique", "", 1) } else { statement }).await;
        }
        planted.run("CREATE TABLE digits (d integer)").await;
        planted.run("INSERT INTO digits (d) VALUES (0), (1), (2), (3), (4), (5), (6), (7), (8), (9)").await;
        planted.people().await;
        planted.run("DROP TABLE digits").await;
        planted.took = start.elapsed();
        planted
    }

    async fn people(&self) {
        let (users, first) = (self.users, self.users - EMAILS);
        // The last users have the addresses of the first ones.
        let email = format!(
            "CASE WHEN n >= {first} + {half} THEN 'user' || (n - {first}) || '@example.com' \
             WHEN n >= {first} THEN 'User' || (n - {first}) || '@Example.com' \
             WHEN n >= {EMAILS} AND n < {EMAILS} + {ALONE} THEN 'Solo' || n || '@Example.com' \
             ELSE 'user' || n || '@example.com' END",
            half = EMAILS / 2
        );
        let columns = r#""id", "name", "email", "emailVerified", "createdAt", "updatedAt""#;
        let values = format!("'u' || n, 'Name ' || n, {email}, (n % 2 = 0), {at}, {at}", at = self.at("n"));
        self.insert("user", columns, &values, users).await;

        let columns = r#""id", "accountId", "providerId", "userId", "password", "createdAt", "updatedAt""#;
        let (at, later) = (self.at("n"), self.at("n + 1000000"));
        let password = format!("'c' || n, 'u' || n, 'credential', 'u' || n, 'salt:hash' || n, {at}, {at}");
        self.insert("account", columns, &password, users).await;
        let github = format!("'g' || n, 'gh' || n, 'github', 'u' || n, NULL, {at}, {at}");
        self.insert("account", columns, &github, users / 2).await;
        let half = ACCOUNTS / 2;
        let other = format!("'x' || n, 'gh' || n, 'github', 'u' || (n + {half}), NULL, {later}, {later}");
        self.insert("account", columns, &other, half).await;
        let own = format!("'y' || n, 'u' || n, 'credential', 'u' || n, 'salt:other' || n, {later}, {later}");
        self.insert("account", columns, &own, half).await;

        let columns =
            r#""id", "expiresAt", "token", "createdAt", "updatedAt", "ipAddress", "userAgent", "userId""#;
        let session = format!(
            "'s' || n, {later}, 'token-' || n, {at}, {at}, '', 'Mozilla/5.0 of some length, as browsers send it', 'u' || (n % {users})"
        );
        self.insert("session", columns, &session, self.sessions).await;
    }

    /// Inserts a row for each number below a count.
    async fn insert(&self, table: &str, columns: &str, values: &str, count: u64) {
        let places = count.max(2).ilog10() + 1;
        let place = |place: u32| format!("d{place}.d * {}", 10_u64.pow(place));
        let number: Vec<String> = (0..places).map(place).collect();
        let digits: Vec<String> = (0..places).map(|place| format!("digits d{place}")).collect();
        let numbers = format!("SELECT {} AS n FROM {}", number.join(" + "), digits.join(" CROSS JOIN "));
        self.run(&format!(
            r#"INSERT INTO "{table}" ({columns}) SELECT {values} FROM ({numbers}) AS numbers WHERE n < {count}"#
        ))
        .await;
    }

    pub async fn run(&self, sql: &str) {
        self.connection.execute_unprepared(&self.quoted(sql)).await.expect(sql);
    }

    /// The number that a question answers with.
    pub async fn count(&self, sql: &str) -> u64 {
        let statement = Statement::from_string(self.connection.get_database_backend(), self.quoted(sql));
        let row = self.connection.query_one_raw(statement).await.expect(sql).expect(sql);
        u64::try_from(row.try_get_by_index::<i64>(0).expect(sql)).expect(sql)
    }

    /// So many seconds after an instant.
    fn at(&self, seconds: &str) -> String {
        match self.backend {
            Backend::Sqlite => {
                format!("strftime('%Y-%m-%dT%H:%M:%S.000Z', 1700000000 + {seconds}, 'unixepoch')")
            }
            Backend::Postgres => format!("to_timestamp(1700000000 + {seconds})"),
            _ => format!("FROM_UNIXTIME(1700000000 + {seconds})"),
        }
    }

    fn quoted(&self, sql: &str) -> String {
        if self.backend == Backend::Mysql { sql.replace('"', "`") } else { sql.to_owned() }
    }
}
