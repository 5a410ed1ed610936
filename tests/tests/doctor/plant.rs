//! Plants problems, one at a time, each in a database of its own.

use std::time::Duration;

use auth_cli::doctor::{CODES, Examination, Finding, Memory, Report, Then, examine};
use auth_cli::maintain::{self, Part, Wanted};
use auth_core::{Auth, DatabaseConfig, DatabaseConnection, SeaOrmAdapter};
use auth_schema::Schema;
use auth_tests::backend::Backend;
use auth_tests::crowd;
use auth_tests::fixture::SECRET;
use auth_tests::private_server::{PrivateServer, connect};
use sea_orm::ConnectionTrait;

/// A problem.
pub(crate) struct Plant {
    /// The finding that must appear, and no other.
    pub(crate) code: &'static str,
    /// How it is planted; a statement behind `!` must fail.
    pub(crate) by: &'static [&'static str],
    /// Whether the server must be started again for it.
    pub(crate) restart: bool,
    /// How many sessions there are.
    pub(crate) sessions: usize,
    /// What is asked beside the usual.
    pub(crate) ask: Ask,
    /// What mends it.
    pub(crate) mend: Mend,
}

/// What is asked beside the usual.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ask {
    Usual,
    /// Indexes that rest, however short.
    Resting,
    /// About the role `app`.
    Role,
    /// Twenty processes.
    Processes,
}

/// What mends it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mend {
    /// The finding's statements.
    Statements,
    /// The finding's command.
    Command,
    /// A person.
    Person,
}

/// Where the databases are.
pub(crate) enum Place {
    Server(PrivateServer),
    Files,
}

impl Plant {
    pub(crate) const fn new(code: &'static str, by: &'static [&'static str]) -> Self {
        Self { code, by, restart: false, sessions: 200, ask: Ask::Usual, mend: Mend::Statements }
    }
}

/// Runs all of them.
pub(crate) async fn run(mut place: Place, plants: &[Plant]) {
    let mut failures = Vec::new();
    for (number, plant) in plants.iter().enumerate() {
        let started = grow(&mut place, number, plant).await;
        if let Err(failure) = started {
            failures.push(format!("{}: {failure}", plant.code));
        }
    }
    assert!(failures.is_empty(), "{} of {} plants:\n{}", failures.len(), plants.len(), failures.join("\n"));
}

async fn grow(place: &mut Place, number: usize, plant: &Plant) -> Result<(), String> {
    let name = format!("plant_{number}");
    let url = place.create(&name).await;
    let mut connection = connect(&url).await.unwrap();
    let backend = fill(&connection, &url, plant.sessions).await;
    let schema = Schema::core();
    let examination = usual();
    let healthy = until(&connection, &examination, |report| report.findings.is_empty()).await;
    if !healthy.findings.is_empty() {
        return Err(format!("found before anything was planted: {:#?}", healthy.findings));
    }
    if backend != Backend::Sqlite {
        assert!(healthy.database.statements.is_some(), "{:?}", healthy.database.untold);
    }
    for statement in plant.by {
        match statement.strip_prefix('!') {
            Some(fails) => drop(connection.execute_unprepared(fails).await.unwrap_err()),
            None => drop(
                connection
                    .execute_unprepared(statement)
                    .await
                    .unwrap_or_else(|error| panic!("{statement}: {error}")),
            ),
        }
    }
    if plant.restart {
        connection = place.restart(connection, &url).await;
    }
    let examination = asked(plant.ask);
    let found = until(&connection, &examination, |report| has(report, plant.code)).await;
    let codes: Vec<&str> = found.findings.iter().map(|finding| finding.code).collect();
    if codes != [plant.code] {
        return Err(format!("found {codes:?}: {:#?}", found.findings));
    }
    let finding = found.findings[0].clone();
    assert!(!finding.reason.is_empty() && !finding.advice.is_empty(), "{finding:?}");
    let of_catalogue = plant.code.starts_with("missing_");
    assert!(of_catalogue || CODES.iter().any(|code| code.name == plant.code), "{}", plant.code);
    match plant.mend {
        Mend::Person => assert!(finding.statements.is_empty(), "{finding:?}"),
        Mend::Statements => connection = mend(place, connection, &url, &finding).await,
        Mend::Command => obey(&connection, &schema, &finding).await,
    }
    if plant.mend != Mend::Person {
        let after = until(&connection, &examination, |report| !has(report, plant.code)).await;
        if has(&after, plant.code) {
            return Err(format!("its statement does not mend it: {finding:#?}"));
        }
    }
    connection.close().await.unwrap();
    place.remove(&url);
    Ok(())
}

fn has(report: &Report, code: &str) -> bool {
    report.findings.iter().any(|finding| finding.code == code)
}

/// Rows on every table, and everything that a good owner does.
async fn fill(connection: &DatabaseConnection, url: &str, sessions: usize) -> Backend {
    let backend = match url.split(':').next() {
        Some("postgres") => Backend::Postgres,
        Some("mysql") => Backend::Mysql,
        _ => Backend::Sqlite,
    };
    migration::run(connection).await.unwrap();
    crowd::fill(connection, backend, 0, sessions).await;
    if backend == Backend::Postgres {
        connection.execute_unprepared("CREATE EXTENSION pg_stat_statements").await.unwrap();
        // What was counted is told now, so that the analysis comes after it.
        connection.execute_unprepared("SELECT pg_stat_force_next_flush()").await.unwrap();
        connection.execute_unprepared("SELECT 1").await.unwrap();
    }
    let adapter = SeaOrmAdapter::with_schema(connection.clone(), Schema::core()).await.unwrap();
    let auth = Auth::builder(std::sync::Arc::new(adapter), SECRET).build().unwrap();
    let wanted = Wanted { parts: vec![Part::Statistics], vacuum: false };
    let pace = auth.maintenance_config().clone();
    maintain::run(connection, &Schema::core(), &auth, (&wanted, &pace), &mut |_| {}).await.unwrap();
    backend
}

fn usual() -> Examination {
    let mut examination = Examination::default();
    examination.memory = Some(Memory::given(8 << 30));
    examination
}

fn asked(ask: Ask) -> Examination {
    let mut examination = usual();
    match ask {
        Ask::Usual => {}
        Ask::Resting => examination.unused_after = Duration::ZERO,
        Ask::Role => examination.role = Some("app".to_owned()),
        Ask::Processes => examination.processes = 20,
    }
    examination
}

/// Servers tell some things late: asks until the answer is the awaited one, or for ten seconds.
async fn until(
    connection: &DatabaseConnection,
    examination: &Examination,
    awaited: impl Fn(&Report) -> bool,
) -> Report {
    let mut report = examine(connection, &Schema::core(), examination).await.unwrap();
    for _ in 0..100 {
        if awaited(&report) {
            break;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        report = examine(connection, &Schema::core(), examination).await.unwrap();
    }
    report
}

async fn mend(
    place: &mut Place,
    connection: DatabaseConnection,
    url: &str,
    finding: &Finding,
) -> DatabaseConnection {
    assert!(!finding.statements.is_empty(), "{finding:?}");
    for statement in &finding.statements {
        connection.execute_unprepared(statement).await.unwrap_or_else(|error| panic!("{statement}: {error}"));
    }
    if finding.then == Some(Then::Restart) {
        return place.restart(connection, url).await;
    }
    connection
}

async fn obey(connection: &DatabaseConnection, schema: &Schema, finding: &Finding) {
    assert_eq!(finding.command, Some("auth maintain --apply"));
    let adapter = SeaOrmAdapter::with_schema(connection.clone(), schema.clone()).await.unwrap();
    let auth = Auth::builder(std::sync::Arc::new(adapter), SECRET).build().unwrap();
    let wanted = Wanted { parts: Part::ALL.to_vec(), vacuum: false };
    let mut pace = auth.maintenance_config().clone();
    pace.pause = Duration::ZERO;
    maintain::run(connection, schema, &auth, (&wanted, &pace), &mut |_| {}).await.unwrap();
}

impl Place {
    async fn create(&self, name: &str) -> String {
        match self {
            Self::Server(server) => server.create(name).await,
            Self::Files => {
                let file = std::env::temp_dir().join(format!("auth_test_{name}_{}.db", std::process::id()));
                let url = format!("sqlite:{}", file.display());
                auth_core::connect(&DatabaseConfig::new(&url)).await.unwrap().close().await.unwrap();
                url
            }
        }
    }

    async fn restart(&mut self, connection: DatabaseConnection, url: &str) -> DatabaseConnection {
        connection.close().await.unwrap();
        if let Self::Server(server) = self {
            server.restart().await;
        }
        connect(url).await.unwrap()
    }

    fn remove(&self, url: &str) {
        if let Self::Files = self {
            let file = url.trim_start_matches("sqlite:");
            for suffix in ["", "-wal", "-shm"] {
                let _ = std::fs::remove_file(format!("{file}{suffix}"));
            }
        }
    }
}
