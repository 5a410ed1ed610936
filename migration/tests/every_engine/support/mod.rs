//! A database of its own for each test and engine, and ways to look at it.

pub(crate) mod catalogue;
pub(crate) mod command;
pub(crate) mod obstacle;

use std::env;
use std::fmt;
use std::future::Future;
use std::panic::resume_unwind;
use std::path::PathBuf;

use migration::connect;
use migration::sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseConnection, QueryResult, Statement};
use uuid::Uuid;

/// An engine that the migrations run on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
    MySql,
}

impl Engine {
    pub(crate) const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::MySql];
    pub(crate) const SERVERS: [Self; 2] = [Self::Postgres, Self::MySql];

    fn server_url(self) -> Option<String> {
        let (variable, default) = match self {
            Self::Sqlite => return None,
            Self::Postgres => ("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres"),
            Self::MySql => ("TEST_MYSQL_URL", "mysql://root@127.0.0.1:3306/mysql"),
        };
        Some(env::var(variable).unwrap_or_else(|_| default.to_owned()))
    }
}

/// An empty database with a connection to it.
#[derive(Debug, Clone)]
pub(crate) struct TestDatabase {
    pub(crate) engine: Engine,
    pub(crate) url: String,
    pub(crate) db: DatabaseConnection,
    name: String,
}

impl fmt::Display for TestDatabase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:?}", self.engine)
    }
}

impl TestDatabase {
    /// `None`, said loudly, when the engine's server does not answer and `TEST_REQUIRE_ALL` is not 1.
    async fn create(engine: Engine) -> Option<Self> {
        let name = format!("migration_test_{}", Uuid::now_v7().simple());
        let url = match engine.server_url() {
            None => sqlite_file(&name),
            Some(server) => create_on_server(engine, &server, &name).await?,
        };
        let db = connect(&url).await.unwrap();
        Some(Self { engine, url, db, name })
    }

    async fn drop(self) {
        self.db.close_by_ref().await.unwrap();
        let Some(server) = self.engine.server_url() else {
            std::fs::remove_dir_all(directory(&self.name)).unwrap();
            return;
        };
        let force = if self.engine == Engine::Postgres { " WITH (FORCE)" } else { "" };
        let server = connect(&server).await.unwrap();
        server.execute_unprepared(&format!("DROP DATABASE {}{force}", self.name)).await.unwrap();
        server.close().await.unwrap();
    }

    pub(crate) async fn execute(&self, sql: &str) {
        self.db.execute_unprepared(sql).await.unwrap_or_else(|error| panic!("{self}: {sql}: {error}"));
    }

    pub(crate) async fn rows(&self, sql: &str) -> Vec<QueryResult> {
        let statement = Statement::from_string(self.db.get_database_backend(), sql);
        self.db.query_all_raw(statement).await.unwrap_or_else(|error| panic!("{self}: {sql}: {error}"))
    }

    /// The first column of each row, as text.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        self.rows(sql).await.iter().map(|row| row.try_get_by_index(0).unwrap()).collect()
    }
}

/// Runs a case on a new database of every engine; the database is dropped also when the case fails.
pub(crate) async fn on_every_engine<F, C>(case: F)
where
    F: Fn(TestDatabase) -> C,
    C: Future<Output = ()> + Send + 'static,
{
    on(&Engine::ALL, case).await;
}

/// The same on some engines.
pub(crate) async fn on<F, C>(engines: &[Engine], case: F)
where
    F: Fn(TestDatabase) -> C,
    C: Future<Output = ()> + Send + 'static,
{
    for engine in engines {
        let Some(database) = TestDatabase::create(*engine).await else { continue };
        let result = tokio::spawn(case(database.clone())).await;
        database.drop().await;
        if let Err(failure) = result {
            eprintln!("the case failed on {engine:?}");
            resume_unwind(failure.into_panic());
        }
    }
}

/// A folder for files that a test makes; its name is the test's own.
pub(crate) fn directory(name: &str) -> PathBuf {
    env::temp_dir().join(name)
}

fn sqlite_file(name: &str) -> String {
    std::fs::create_dir_all(directory(name)).unwrap();
    format!("sqlite://{}", directory(name).join("auth.db").display())
}

async fn create_on_server(engine: Engine, url: &str, name: &str) -> Option<String> {
    let server = match connect(url).await {
        Ok(server) => server,
        Err(error) if env::var("TEST_REQUIRE_ALL").is_ok_and(|all| all == "1") => {
            panic!("{engine:?}: {error}")
        }
        Err(error) => {
            eprintln!("NOT RUN on {engine:?}: {error}");
            return None;
        }
    };
    server.execute_unprepared(&format!("CREATE DATABASE {name}")).await.unwrap();
    server.close().await.unwrap();
    let (place, rest) = url.rsplit_once('/').unwrap();
    let parameters = rest.split_once('?').map_or(String::new(), |(_, query)| format!("?{query}"));
    Some(format!("{place}/{name}{parameters}"))
}
