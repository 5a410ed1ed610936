//! `auth maintain`: a dry run changes nothing; a real one deletes what has expired, looks at the tables and mends indexes.

use std::fmt::Write;
use std::sync::Arc;
use std::time::Duration;

use auth_cli::doctor::{Examination, examine};
use auth_cli::maintain::{self, Outcome, Part, Wanted};
use auth_core::adapter::Filter;
use auth_core::{Auth, DatabaseConfig, DatabaseConnection, SeaOrmAdapter};
use auth_schema::Schema;
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::crowd;
use auth_tests::fixture::SECRET;
use auth_tests::runner::{Case, main as run};
use sea_orm::ConnectionTrait;

fn main() {
    let cases = [
        Case::new("a_dry_run_changes_nothing_and_a_real_one_does_what_it_told", whole),
        Case::new("room_is_given_back_on_request", vacuum),
        Case::new("an_unfinished_index_is_built_anew", unfinished).on(|backend| backend == Backend::Postgres),
    ];
    run(&cases, Backend::is_an_engine);
}

async fn place(database: &TestDatabase, expired: usize) -> (DatabaseConnection, Auth) {
    let connection = database.connect_for_long().await;
    migration::run(&connection).await.unwrap();
    crowd::fill(&connection, database.backend(), 0, 50).await;
    crowd::add_expired(&connection, database.backend(), 50, 50 + expired).await;
    let adapter = SeaOrmAdapter::new(connection.clone()).await.unwrap();
    (connection, Auth::builder(Arc::new(adapter), SECRET).build().unwrap())
}

fn all(vacuum: bool) -> Wanted {
    Wanted { parts: Part::ALL.to_vec(), vacuum }
}

async fn apply(connection: &DatabaseConnection, auth: &Auth, wanted: &Wanted) -> (Outcome, Vec<String>) {
    let mut pace = auth.maintenance_config().clone();
    (pace.batch_size, pace.pause) = (25, Duration::ZERO);
    let mut told = Vec::new();
    let mut tell = |what: &str| told.push(what.to_owned());
    let outcome = maintain::run(connection, &Schema::core(), auth, (wanted, &pace), &mut tell).await.unwrap();
    (outcome, told)
}

async fn sessions(auth: &Auth) -> u64 {
    auth.store().model("session").unwrap().count(Filter::everything()).await.unwrap()
}

/// What a table's last analysis has left, in the engine's own words.
async fn analysed(connection: &DatabaseConnection, backend: Backend) -> String {
    let question = match backend {
        Backend::Postgres => {
            "SELECT COALESCE(analyze_count::text, '') FROM pg_stat_user_tables WHERE relname = 'auth_accounts'"
        }
        Backend::Mysql => {
            "SELECT CAST(last_update AS CHAR) FROM mysql.innodb_table_stats \
             WHERE database_name = DATABASE() AND table_name = 'auth_accounts'"
        }
        _ => "SELECT group_concat(stat) FROM sqlite_stat1 WHERE tbl = 'auth_sessions'",
    };
    let statement = sea_orm::Statement::from_string(connection.get_database_backend(), question);
    let row = connection.query_one_raw(statement).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// Tables with their indexes, when each was looked at and cleared, and the rows of each. Counters, which servers tell late, are not among them.
async fn standing(connection: &DatabaseConnection, auth: &Auth) -> String {
    let schema = Schema::core();
    let live = SeaOrmAdapter::inspect(connection, &schema).await.unwrap().live;
    let report = examine(connection, &schema, &Examination::default()).await.unwrap();
    let mut text = format!("{live:?}");
    for table in report.database.tables {
        write!(text, "{} {:?} {:?}", table.name, table.analyzed_at, table.vacuumed_at).unwrap();
    }
    for (_, model) in schema.models() {
        let rows = auth.store().model(model.name()).unwrap().count(Filter::everything()).await.unwrap();
        write!(text, "{} {rows}", model.name()).unwrap();
    }
    text
}

async fn whole(database: Arc<TestDatabase>) {
    let (connection, auth) = place(&database, 60).await;
    let backend = database.backend();
    let schema = Schema::core();
    let before = analysed(&connection, backend).await;
    let stood = standing(&connection, &auth).await;
    let planned = maintain::plan(&connection, &schema, &auth, &all(true)).await.unwrap();
    assert_eq!(planned.expired.unwrap().sessions, 60);
    assert_eq!((sessions(&auth).await, analysed(&connection, backend).await), (110, before.clone()));
    assert_eq!(standing(&connection, &auth).await, stood, "the dry run left something");

    let planned = maintain::plan(&connection, &schema, &auth, &all(false)).await.unwrap();
    if backend == Backend::Mysql {
        // It writes down when to a second.
        let old =
            "UPDATE mysql.innodb_table_stats SET last_update = '2020-01-01' WHERE database_name = DATABASE()";
        connection.execute_unprepared(old).await.unwrap();
    }
    let before = analysed(&connection, backend).await;
    let (done, told) = apply(&connection, &auth, &all(false)).await;
    assert_eq!(done, planned, "what was told is done");
    assert_eq!(sessions(&auth).await, 50);
    let batches: Vec<&String> = told.iter().filter(|what| what.starts_with("deleted: ")).collect();
    assert_eq!(batches.len(), 3, "each batch is told: {told:?}");
    let works = told.iter().filter(|what| !what.starts_with("deleted: "));
    assert!(works.eq(done.works.iter().map(|work| &work.what)), "{told:?}");
    assert_ne!(analysed(&connection, backend).await, before, "the statistics are new");
    let optimised = done.works.iter().any(|work| work.statements[0].starts_with("PRAGMA optimize"));
    assert_eq!(optimised, backend == Backend::Sqlite);
    let nothing = apply(&connection, &auth, &all(false)).await.0;
    assert_eq!(nothing.expired.unwrap().sessions, 0);
}

async fn vacuum(database: Arc<TestDatabase>) {
    let (connection, auth) = place(&database, 5000).await;
    // On MySQL, another connection shows sizes of yesterday.
    let examined = auth_core::connect_to_examine(&DatabaseConfig::new(&database.url)).await.unwrap();
    let size = async || {
        let report = examine(&examined, &Schema::core(), &Examination::default()).await.unwrap();
        match database.backend() {
            Backend::Sqlite => report.database.setting("page_count").unwrap().bytes.unwrap(),
            Backend::Postgres => report.database.table("auth_sessions").unwrap().dead_rows.unwrap(),
            _ => report.database.table("auth_sessions").unwrap().bytes.unwrap(),
        }
    };
    let wanted = Wanted { parts: vec![Part::Sweep], vacuum: false };
    apply(&connection, &auth, &wanted).await;
    if database.backend() == Backend::Postgres {
        connection.execute_unprepared("ANALYZE auth_sessions").await.unwrap();
    }
    let before = size().await;
    let (done, _) = apply(&connection, &auth, &Wanted { parts: Vec::new(), vacuum: true }).await;
    assert_eq!(done.works.len(), if database.backend() == Backend::Sqlite { 1 } else { 5 });
    let after = size().await;
    assert!(after < before / 2, "{after} of {before}");
    assert_eq!(sessions(&auth).await, 50);
}

async fn unfinished(database: Arc<TestDatabase>) {
    let (connection, auth) = place(&database, 0).await;
    for (statement, fails) in [
        ("UPDATE auth_users SET name = 'Ada', updated_at = '2026-01-01'", false),
        ("CREATE UNIQUE INDEX CONCURRENTLY mine ON auth_users (name)", true),
        ("CREATE UNIQUE INDEX CONCURRENTLY auth_users_updated_at_idx ON auth_users (updated_at)", true),
        // Building one anew that still cannot be leaves another behind.
        ("REINDEX INDEX CONCURRENTLY mine", true),
        ("UPDATE auth_users SET name = id", false),
    ] {
        assert_eq!(connection.execute_unprepared(statement).await.is_err(), fails, "{statement}");
    }
    let invalid = async || {
        let live = SeaOrmAdapter::inspect(&connection, &Schema::core()).await.unwrap().live;
        let users = live.table("auth_users").unwrap().indexes.clone();
        users.into_iter().filter(|index| !index.valid).map(|index| index.name).collect::<Vec<_>>()
    };
    assert_eq!(invalid().await, ["auth_users_updated_at_idx", "mine", "mine_ccnew"]);
    let wanted = Wanted { parts: vec![Part::Indexes], vacuum: false };
    let planned = maintain::plan(&connection, &Schema::core(), &auth, &wanted).await.unwrap();
    assert_eq!((planned.works.len(), invalid().await.len()), (3, 3));
    let (done, _) = apply(&connection, &auth, &wanted).await;
    assert_eq!(done, planned);
    assert_eq!(invalid().await, [""; 0]);
    let live = SeaOrmAdapter::inspect(&connection, &Schema::core()).await.unwrap().live;
    let index = |name: &str| {
        live.table("auth_users").unwrap().indexes.iter().find(|index| index.name == name).unwrap().unique
    };
    assert_eq!((index("mine"), index("auth_users_updated_at_idx")), (true, false));
}
