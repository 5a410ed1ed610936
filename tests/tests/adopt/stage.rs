//! A database as Better Auth with Kysely makes it, whose addresses are not kept unique any more, and people in it.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use auth_cli::adopt::{self, CaseLines, Database, Orders, Plan, Report, Rule, Shown};
use auth_core::domain::ManualClock;
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::flavour::Flavour;
use sea_orm::{ConnectionTrait, DatabaseConnection, Statement};
use time::macros::datetime;

/// The stage of one test.
pub struct Stage {
    pub connection: DatabaseConnection,
    backend: Backend,
    pub file: PathBuf,
}

impl Stage {
    /// The tables, and no people.
    pub async fn empty(database: &TestDatabase) -> Self {
        // The address comes first of all that is unique in the table of users.
        let loose = |statement: String| {
            let is_user = statement.contains("emailVerified");
            if is_user { statement.replacen(" unique", "", 1) } else { statement }
        };
        let statements = Flavour::Kysely.statements(database.backend()).into_iter().map(loose);
        Self::of(database, statements.collect()).await
    }

    /// The tables as Better Auth makes them, whose addresses are unique as long as their letters are.
    pub async fn unique(database: &TestDatabase) -> Self {
        Self::of(database, Flavour::Kysely.statements(database.backend())).await
    }

    async fn of(database: &TestDatabase, statements: Vec<String>) -> Self {
        let (connection, backend) = (database.connect().await, database.backend());
        for statement in statements {
            connection.execute_unprepared(&statement).await.expect(&statement);
        }
        let name = format!("{}.jsonl", database.url.rsplit('/').next().unwrap_or_default());
        let file = std::env::temp_dir().join(name);
        let _ = std::fs::remove_file(&file);
        Self { connection, backend, file }
    }

    /// Two Adas, one of them in capital letters, each with a password and sessions; Bob alone, in capital letters; a provider's
    /// account that two users have, and a password that stands twice.
    pub async fn new(database: &TestDatabase) -> Self {
        let stage = Self::empty(database).await;
        stage.user("ada1", "Ada@Example.com", "01", true).await;
        stage.user("ada2", "ada@example.com", "02", false).await;
        stage.user("bob1", "Bob@Example.com", "03", true).await;
        stage.user("eve1", "eve@example.com", "04", true).await;
        for (id, provider, account, user, day) in [
            ("pw1", "credential", "ada1", "ada1", "01"),
            ("pw2", "credential", "ada2", "ada2", "02"),
            ("gh1", "github", "4711", "ada1", "03"),
            ("gh2", "github", "4711", "eve1", "04"),
            ("pw3", "credential", "bob1", "bob1", "03"),
            ("pw4", "credential", "bob1", "bob1", "05"),
        ] {
            stage.account(id, (provider, account), user, day).await;
        }
        for (id, user, day) in
            [("s1", "ada1", "05"), ("s2", "ada2", "06"), ("s3", "ada2", "07"), ("s4", "bob1", "08")]
        {
            stage.session(id, user, day).await;
        }
        stage
    }

    pub async fn user(&self, id: &str, email: &str, day: &str, verified: bool) {
        let (at, verified) = (self.at(day), self.truth(verified));
        let columns = r#""id", "name", "email", "emailVerified", "createdAt", "updatedAt""#;
        self.run(&format!(
            r#"INSERT INTO "user" ({columns}) VALUES ('{id}', 'Name', '{email}', {verified}, '{at}', '{at}')"#
        ))
        .await;
    }

    pub async fn account(&self, id: &str, (provider, account): (&str, &str), user: &str, day: &str) {
        let at = self.at(day);
        let columns = r#""id", "accountId", "providerId", "userId", "password", "createdAt", "updatedAt""#;
        let password = if provider == "credential" { "'salt:hash'" } else { "NULL" };
        self.run(&format!(
            r#"INSERT INTO "account" ({columns}) VALUES ('{id}', '{account}', '{provider}', '{user}', {password}, '{at}', '{at}')"#
        ))
        .await;
    }

    pub async fn session(&self, id: &str, user: &str, day: &str) {
        let at = self.at(day);
        let columns = r#""id", "expiresAt", "token", "createdAt", "updatedAt", "userId""#;
        self.run(&format!(
            r#"INSERT INTO "session" ({columns}) VALUES ('{id}', '{at}', 'token-{id}', '{at}', '{at}', '{user}')"#
        ))
        .await;
    }

    /// Runs a statement; names stand between double quotation marks on every engine.
    pub async fn run(&self, sql: &str) {
        self.connection.execute_unprepared(&self.quoted(sql)).await.expect(sql);
    }

    /// The answer's only value, as text.
    pub async fn ask(&self, sql: &str) -> String {
        self.list(sql).await.join(",")
    }

    /// The first column of the answer, as text.
    pub async fn list(&self, sql: &str) -> Vec<String> {
        let statement = Statement::from_string(self.connection.get_database_backend(), self.quoted(sql));
        let rows = self.connection.query_all_raw(statement).await.expect(sql);
        let text = |row: &sea_orm::QueryResult| match row.try_get_by_index::<Option<String>>(0) {
            Ok(text) => text.unwrap_or_else(|| "NULL".to_owned()),
            Err(_) => row.try_get_by_index::<i64>(0).expect(sql).to_string(),
        };
        rows.iter().map(text).collect()
    }

    /// Every session and account with its user.
    pub async fn owners(&self) -> Vec<String> {
        let mut owners = Vec::new();
        for table in ["session", "account"] {
            let ids = self.list(&format!(r#"SELECT "id" FROM "{table}" ORDER BY "id""#)).await;
            let users = self.list(&format!(r#"SELECT "userId" FROM "{table}" ORDER BY "id""#)).await;
            owners.extend(ids.into_iter().zip(users).map(|(id, user)| format!("{table} {id} of {user}")));
        }
        owners
    }

    /// Every user's address.
    pub async fn emails(&self) -> Vec<String> {
        self.list(r#"SELECT "email" FROM "user" ORDER BY "id""#).await
    }

    /// How many backups there are.
    pub async fn backups(&self) -> String {
        self.ask(&format!("SELECT COUNT(*) FROM {}", adopt::BACKUP_TABLE)).await
    }

    pub async fn inspect(&self) -> Plan {
        self.look().await.inspect(&self.file, false, Shown::None).await.expect("it is inspected")
    }

    /// Opens it to look at it.
    pub async fn look(&self) -> Database {
        let opened = Database::open(self.connection.clone(), Flavour::Kysely.schema(), clock());
        opened.await.expect("it opens")
    }

    /// Opens it to change it.
    pub async fn open(&self) -> Database {
        let opened = Database::open_to_apply(self.connection.clone(), Flavour::Kysely.schema(), clock());
        opened.await.expect("it opens")
    }

    /// Applies the file.
    pub async fn apply(&self) -> Report {
        self.order(Some(&self.file), None).await
    }

    /// Applies a rule.
    pub async fn rule(&self, rule: Rule) -> Report {
        self.order(None, Some(rule)).await
    }

    pub async fn order(&self, file: Option<&Path>, rule: Option<Rule>) -> Report {
        let stop = AtomicBool::new(false);
        let orders = Orders { file, rule, shown: Shown::None, stop: &stop };
        self.open().await.adopt(&orders).await.expect("it is applied")
    }

    /// The cases in the file.
    pub fn cases(&self) -> Vec<adopt::Case> {
        CaseLines::open(&self.file).expect("the file is there").map(|case| case.expect("a case")).collect()
    }

    /// Writes decisions into the file, by the row's id.
    pub fn decide(&self, decisions: &[(&str, adopt::Decision)]) {
        let mut lines = String::new();
        for mut case in self.cases() {
            for row in &mut case.rows {
                let decided = decisions.iter().find(|(id, _)| *id == row.id);
                row.decision = decided.map(|(_, decision)| decision.clone());
            }
            lines += &serde_json::to_string(&case).unwrap();
            lines.push('\n');
        }
        std::fs::write(&self.file, lines).expect("the file is written");
    }

    fn at(&self, day: &str) -> String {
        match self.backend {
            Backend::Sqlite => format!("2026-01-{day}T00:00:00.000Z"),
            Backend::Postgres => format!("2026-01-{day} 00:00:00+00"),
            _ => format!("2026-01-{day} 00:00:00.000"),
        }
    }

    fn truth(&self, truth: bool) -> String {
        if self.backend == Backend::Postgres { truth.to_string() } else { u8::from(truth).to_string() }
    }

    fn quoted(&self, sql: &str) -> String {
        let mysql = self.backend == Backend::Mysql;
        if mysql { sql.replace('"', "`") } else { sql.to_owned() }
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.file);
    }
}

fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::new(datetime!(2026-11-26 12:00 UTC)))
}
