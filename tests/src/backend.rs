//! The backends, and a database of its own for each test.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use auth_core::adapter::Adapter;
use auth_core::{DatabaseConfig, MemoryAdapter, SeaOrmAdapter};
use auth_schema::Schema;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection};

use crate::flavour::{Access, Flavour};

/// A kind of database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// In the process.
    Memory,
    /// A file.
    Sqlite,
    /// A server.
    Postgres,
    /// A server of MySQL's family.
    Mysql,
    /// The same, by the statements for an engine without `RETURNING`.
    MysqlWithoutReturning,
    /// Of a package that these tests do not depend on.
    Other(&'static Other),
}

/// A backend of another package: what the tests need of it.
#[derive(Debug)]
pub struct Other {
    /// Its name in the names of tests.
    pub name: &'static str,
    /// An adapter for a schema on a database of a name, which is empty at first.
    pub adapter: fn(String, Schema) -> Working<Arc<dyn Adapter>>,
    /// Drops the database of a name.
    pub remove: fn(String) -> Working<()>,
}

/// What a function of [`Other`] works on.
pub type Working<T> = Pin<Box<dyn Future<Output = T> + Send>>;

impl PartialEq for Other {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Other {}

/// A database for one test; [`TestDatabase::remove`] drops it.
#[derive(Debug)]
pub struct TestDatabase {
    /// How to reach it; empty for memory.
    pub url: String,
    backend: Backend,
    flavour: Flavour,
    access: Access,
    name: String,
}

impl Backend {
    /// Every backend whose server answers. With `TEST_REQUIRE_ALL=1` a missing server is a failure.
    pub async fn available() -> Vec<Self> {
        let mut available = vec![Self::Memory, Self::Sqlite];
        if reachable("TEST_POSTGRES_URL", &postgres_url()).await {
            available.push(Self::Postgres);
        }
        if reachable("TEST_MYSQL_URL", &mysql_url()).await {
            available.extend([Self::Mysql, Self::MysqlWithoutReturning]);
        }
        available
    }

    /// Whether it is an engine in its own way of working.
    pub fn is_an_engine(self) -> bool {
        matches!(self, Self::Sqlite | Self::Postgres | Self::Mysql)
    }

    /// Whether there is a database with tables behind it.
    pub fn has_tables(self) -> bool {
        !matches!(self, Self::Memory | Self::Other(_))
    }

    /// Whether it counts ids: 1, 2, 3 …
    pub fn counts_ids(self) -> bool {
        !matches!(self, Self::Other(_))
    }

    /// Its name in the names of tests.
    pub fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
            Self::Mysql => "mysql",
            Self::MysqlWithoutReturning => "mysql_without_returning",
            Self::Other(other) => other.name,
        }
    }

    /// An empty database of this kind.
    pub async fn create(self) -> TestDatabase {
        self.create_as(Flavour::Ours, Access::Dictionary).await
    }

    /// An empty database of this kind; its adapter works on tables of a flavour.
    pub async fn create_as(self, flavour: Flavour, access: Access) -> TestDatabase {
        static COUNTER: AtomicU32 = AtomicU32::new(0);
        let number = COUNTER.fetch_add(1, Ordering::Relaxed);
        let name = format!("auth_test_{}_{number}", std::process::id());
        let url = match self {
            Self::Memory | Self::Other(_) => String::new(),
            Self::Sqlite => format!("sqlite:{}", std::env::temp_dir().join(format!("{name}.db")).display()),
            Self::Postgres => replace_name(&postgres_url(), &name),
            Self::Mysql | Self::MysqlWithoutReturning => replace_name(&mysql_url(), &name),
        };
        let database = TestDatabase { url, backend: self, flavour, access, name };
        database.administer("CREATE DATABASE").await;
        database
    }
}

impl TestDatabase {
    /// A connection to it, as an application would make it.
    pub async fn connect(&self) -> DatabaseConnection {
        auth_core::connect(&DatabaseConfig::new(&self.url)).await.expect("the test database answers")
    }

    /// A connection to it for statements that take long.
    pub async fn connect_for_long(&self) -> DatabaseConnection {
        let mut config = DatabaseConfig::new(&self.url);
        config.statement_timeout = None;
        auth_core::connect(&config).await.expect("the test database answers")
    }

    /// An adapter on it, its tables created.
    pub async fn adapter(&self) -> Arc<dyn Adapter> {
        match self.backend {
            Backend::Memory => return Arc::new(MemoryAdapter::new()),
            Backend::Other(other) => return (other.adapter)(self.name.clone(), Schema::core()).await,
            _ => {}
        }
        let connection = self.connect().await;
        let adapter = if self.flavour == Flavour::Ours {
            migration::run(&connection).await.expect("the migrations run");
            SeaOrmAdapter::new(connection).await.expect("the tables fit")
        } else {
            self.flavour.create(self.backend, &connection).await;
            let builder = match self.access {
                Access::Dictionary => self.flavour.adapter(connection),
                Access::Entities => self.flavour.adapter_with_entities(self.backend, connection),
            };
            builder.build().await.expect("the tables fit")
        };
        match self.backend {
            Backend::MysqlWithoutReturning => Arc::new(adapter.without_returning()),
            _ => Arc::new(adapter),
        }
    }

    /// An adapter on it for a schema of the test's own, its tables created from the dictionary.
    pub async fn adapter_of(&self, schema: Schema) -> Arc<dyn Adapter> {
        match self.backend {
            Backend::Memory => return Arc::new(MemoryAdapter::with_schema(schema)),
            Backend::Other(other) => return (other.adapter)(self.name.clone(), schema).await,
            _ => {}
        }
        let connection = self.connect().await;
        SeaOrmAdapter::create_tables(&connection, &schema).await.expect("the tables are made");
        let adapter = SeaOrmAdapter::with_schema(connection, schema).await.expect("the tables fit");
        match self.backend {
            Backend::MysqlWithoutReturning => Arc::new(adapter.without_returning()),
            _ => Arc::new(adapter),
        }
    }

    /// Who makes its tables.
    pub fn flavour(&self) -> Flavour {
        self.flavour
    }

    /// Whether its instants are MySQL's `timestamp`, which Better Auth makes with Kysely and Drizzle.
    pub fn has_mysql_timestamps(&self) -> bool {
        self.backend == Backend::Mysql && !matches!(self.flavour, Flavour::Ours | Flavour::Prisma)
    }

    /// Which backend it is on.
    pub fn backend(&self) -> Backend {
        self.backend
    }

    /// Drops it.
    pub async fn remove(self) {
        match self.backend {
            Backend::Memory => {}
            Backend::Other(other) => (other.remove)(self.name).await,
            Backend::Sqlite => {
                let file = self.url.trim_start_matches("sqlite:");
                for suffix in ["", "-wal", "-shm"] {
                    let _ = std::fs::remove_file(format!("{file}{suffix}"));
                }
            }
            Backend::Postgres => self.administer("DROP DATABASE").await,
            _ => self.administer("DROP DATABASE IF EXISTS").await,
        }
    }

    async fn administer(&self, what: &str) {
        let url = match self.backend {
            Backend::Memory | Backend::Sqlite | Backend::Other(_) => return,
            Backend::Postgres => postgres_url(),
            _ => mysql_url(),
        };
        let force = if what == "DROP DATABASE" { " WITH (FORCE)" } else { "" };
        let server = Database::connect(quiet(&url)).await.expect("the server answers");
        server.execute_unprepared(&format!("{what} {}{force}", self.name)).await.expect(what);
        server.close().await.expect("the connection closes");
    }
}

async fn reachable(variable: &str, url: &str) -> bool {
    match Database::connect(quiet(url)).await {
        Ok(server) => {
            server.close().await.expect("the connection closes");
            true
        }
        Err(error) => {
            assert!(
                !all_are_required(),
                "no server at {variable}={url}: {error}. Run `cargo xtask test`, which starts one"
            );
            eprintln!("NOT RUN: no server at {variable}={url}: {error}");
            false
        }
    }
}

fn quiet(url: &str) -> sea_orm::ConnectOptions {
    let mut options = sea_orm::ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false).connect_timeout(std::time::Duration::from_secs(10));
    options
}

fn replace_name(url: &str, name: &str) -> String {
    let (server, _) = url.rsplit_once('/').expect("a database URL ends with /name");
    format!("{server}/{name}")
}

/// The PostgreSQL server of the tests.
pub fn postgres_url() -> String {
    variable_or("TEST_POSTGRES_URL", "postgres://postgres@127.0.0.1:5432/postgres")
}

/// The MySQL or MariaDB server of the tests.
pub fn mysql_url() -> String {
    variable_or("TEST_MYSQL_URL", "mysql://root@127.0.0.1:3306/mysql")
}

/// The Redis server of the tests, if it answers. With `TEST_REQUIRE_ALL=1` a missing server is a failure.
pub async fn redis() -> Option<redis::aio::MultiplexedConnection> {
    let url = redis_url();
    let client = redis::Client::open(url.as_str()).expect("TEST_REDIS_URL is a Redis URL");
    match client.get_multiplexed_async_connection().await {
        Ok(connection) => Some(connection),
        Err(error) => {
            assert!(
                !all_are_required(),
                "no server at TEST_REDIS_URL={url}: {error}. Run `cargo xtask test`, which starts one"
            );
            eprintln!("NOT RUN: no server at TEST_REDIS_URL={url}: {error}");
            None
        }
    }
}

/// The address of the Redis server of the tests.
pub fn redis_url() -> String {
    variable_or("TEST_REDIS_URL", "redis://127.0.0.1:6379/")
}

/// Whether what is missing is a failure.
pub fn all_are_required() -> bool {
    variable_or("TEST_REQUIRE_ALL", "") == "1"
}

/// A variable of the environment, or what stands for it.
#[expect(clippy::disallowed_methods, reason = "the test command hands the servers' addresses over")]
pub fn variable_or(name: &str, default: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| default.to_owned())
}
