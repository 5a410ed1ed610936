//! Holds the tables against copies of what they were.

use std::time::Duration;

use auth_cli::adopt::BACKUP_TABLE;
use auth_core::SeaOrmAdapter;
use auth_core::adapter::seaorm::CatalogueProblem;
use auth_tests::backend::TestDatabase;
use auth_tests::child::Child;
use auth_tests::flavour::Flavour;

use crate::plant::Planted;

/// Copies of the tables.
pub struct Proof<'a>(&'a Planted);

impl<'a> Proof<'a> {
    /// Copies them.
    pub async fn of(planted: &'a Planted) -> Self {
        for table in ["user", "session", "account"] {
            planted.run(&format!(r#"CREATE TABLE "before_{table}" AS SELECT * FROM "{table}""#)).await;
        }
        Self(planted)
    }

    /// Every row is there, with its user and all that nobody was asked to change; each row that is another one has one backup.
    pub async fn nothing_is_lost(&self, changed: u64) {
        for table in ["user", "session", "account"] {
            let rows = |name: &str| format!(r#"SELECT COUNT(*) FROM "{name}""#);
            let before = self.0.count(&rows(&format!("before_{table}"))).await;
            assert_eq!(self.0.count(&rows(table)).await, before, "rows of {table}");
        }
        let session = ["userId", "token", "expiresAt", "createdAt", "updatedAt"];
        assert_eq!(self.different("session", &session).await, 0);
        assert_eq!(self.different("account", &["userId", "accountId", "createdAt"]).await, 0);
        assert_eq!(self.different("user", &["name", "createdAt"]).await, 0);
        let mut rows = 0;
        for (table, columns) in [("user", ["email", "updatedAt"]), ("account", ["providerId", "updatedAt"])] {
            let different = self.different(table, &columns).await;
            let saved =
                format!("SELECT COUNT(DISTINCT row_id) FROM {BACKUP_TABLE} WHERE table_name = '{table}'");
            assert_eq!(self.0.count(&saved).await, different, "backups of {table}");
            rows += different;
        }
        assert_eq!((rows, self.backups().await), (changed, changed));
    }

    /// No index is missing that keeps values apart, and no value stands twice.
    pub async fn nothing_stands_twice(&self, database: &TestDatabase) {
        let schema = Flavour::Kysely.schema();
        let found = SeaOrmAdapter::inspect(&database.connect().await, &schema).await.expect("it answers");
        let missing =
            found.findings.iter().filter(|it| matches!(it.problem, CatalogueProblem::MissingUnique { .. }));
        assert_eq!(missing.count(), 0);
        let twice = r#"SELECT COUNT(*) - COUNT(DISTINCT LOWER("email")) FROM "user""#;
        assert_eq!(self.0.count(twice).await, 0);
    }

    /// How many backups there are.
    pub async fn backups(&self) -> u64 {
        self.0.count(&format!("SELECT COUNT(*) FROM {BACKUP_TABLE}")).await
    }

    /// Waits until there are so many backups; the command must not have ended by then.
    pub async fn wait_for_backups(&self, count: u64, child: &mut Child) -> u64 {
        loop {
            assert!(child.is_running(), "it ended before it was killed");
            if child.has_begun() {
                let schema = SeaOrmAdapter::inspect(&self.0.connection, &Flavour::Kysely.schema()).await;
                let live = schema.expect("it answers").live;
                if live.table(BACKUP_TABLE).is_some() {
                    break;
                }
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        loop {
            let backups = self.backups().await;
            if backups >= count {
                return backups;
            }
            assert!(child.is_running(), "it ended before it was killed");
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }

    /// How many rows of a copy are not there, or differ in one of some columns.
    async fn different(&self, table: &str, columns: &[&str]) -> u64 {
        let same: Vec<String> =
            columns.iter().map(|column| format!(r#"s."{column}" = b."{column}""#)).collect();
        let same = same.join(" AND ");
        let on = format!(r#"s."id" = b."id" AND {same}"#);
        self.0
            .count(&format!(
                r#"SELECT COUNT(*) FROM "before_{table}" b LEFT JOIN "{table}" s ON {on} WHERE s."id" IS NULL"#
            ))
            .await
    }
}
