//! Something that stops a run after it took the lease: it can read the history, not write it.

use migration::sea_orm_migration::MigratorTrait;
use migration::sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseConnection};
use migration::{Migrator, connect};

use super::{Engine, TestDatabase};

/// Stands in the way until it is removed.
#[derive(Debug)]
pub(crate) struct Obstacle {
    engine: Engine,
    connection: DatabaseConnection,
}

impl Obstacle {
    pub(crate) async fn put(database: &TestDatabase) -> Self {
        Migrator::install(&database.db).await.unwrap();
        let engine = database.engine;
        let connection = match engine {
            Engine::Sqlite => connect(&database.url).await.unwrap(),
            // One connection only: the lock belongs to it.
            Engine::Postgres | Engine::MySql => single_connection(&database.url).await,
        };
        let statements: &[&str] = match engine {
            Engine::Sqlite => &[ENDLESS_TRIGGER],
            Engine::Postgres => &["BEGIN", "LOCK TABLE auth_migrations IN SHARE MODE"],
            Engine::MySql => &["LOCK TABLES auth_migrations READ"],
        };
        for statement in statements {
            connection.execute_unprepared(statement).await.unwrap();
        }
        Self { engine, connection }
    }

    pub(crate) async fn remove(self) {
        let statement = match self.engine {
            Engine::Sqlite => "DROP TRIGGER endless",
            Engine::Postgres => "COMMIT",
            Engine::MySql => "UNLOCK TABLES",
        };
        self.connection.execute_unprepared(statement).await.unwrap();
        self.connection.close().await.unwrap();
    }
}

async fn single_connection(url: &str) -> DatabaseConnection {
    use migration::sea_orm_migration::sea_orm::{ConnectOptions, Database};

    let mut options = ConnectOptions::new(url.to_owned());
    options.max_connections(1).min_connections(1);
    Database::connect(options).await.unwrap()
}

/// Counts for hours before a row is written.
const ENDLESS_TRIGGER: &str = "
    CREATE TRIGGER endless BEFORE INSERT ON auth_migrations BEGIN
        SELECT (WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000000000) SELECT count(*) FROM n);
    END";
