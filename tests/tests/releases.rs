//! A database of every release opens in this one: people sign in, sessions hold, nothing is lost.

use std::path::Path;
use std::sync::Arc;

use auth_core::SeaOrmAdapter;
use auth_core::adapter::seaorm::Grade;
use auth_core::domain::{Secret, SessionToken};
use auth_schema::Schema;
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{Fixture, PASSWORD};
use auth_tests::runner::{Case, main as run};
use sea_orm::{ConnectOptions, ConnectionTrait, Database};

fn main() {
    let cases = [Case::new("a_database_of_every_release_opens", open)];
    run(&cases, Backend::is_an_engine);
}

/// A release, and the token of Ada's session on SQLite, PostgreSQL and MySQL.
const RELEASES: &[(&str, [&str; 3])] = &[(
    "0.1.0-alpha.1",
    [
        "bVAnBSzqoPXHRpnmw0jEBivtU4Dstn0H",
        "4BIT5R7L5PlrH2NjfPIBq8JixHWt8gAe",
        "nqDQxpCiFeNkaDkGn7nwu3fR5hk1nYhz",
    ],
)];

async fn open(database: Arc<TestDatabase>) {
    for (release, tokens) in RELEASES {
        let (engine, token) = match database.backend() {
            Backend::Sqlite => ("sqlite", tokens[0]),
            Backend::Postgres => ("postgres", tokens[1]),
            _ => ("mysql", tokens[2]),
        };
        let other = database.backend().create().await;
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("releases/{release}/{engine}.sql"));
        load(&other, &std::fs::read_to_string(file).unwrap()).await;
        holds(&other, token).await;
        other.remove().await;
    }
}

/// Runs a dump on one connection, because it makes settings of its own.
async fn load(database: &TestDatabase, dump: &str) {
    let mut options = ConnectOptions::new(database.url.clone());
    if database.backend() == Backend::Sqlite {
        options = ConnectOptions::new(format!("{}?mode=rwc", database.url));
    }
    options.max_connections(1).sqlx_logging(false);
    let connection = Database::connect(options).await.unwrap();
    let noise = ["--", "\\", "/*"];
    let lines = dump.lines().filter(|line| !noise.iter().any(|start| line.starts_with(start)));
    let dump = lines.collect::<Vec<_>>().join("\n");
    if database.backend() == Backend::Mysql {
        // Tables stand in the order of their names, not of their foreign keys.
        connection.execute_unprepared("SET foreign_key_checks = 0").await.unwrap();
    }
    for statement in dump.split(";\n").filter(|statement| !statement.trim().is_empty()) {
        connection.execute_unprepared(statement).await.expect(statement);
    }
    connection.close().await.unwrap();
}

async fn holds(database: &TestDatabase, token: &str) {
    let connection = database.connect().await;
    migration::run(&connection).await.unwrap();
    let findings = SeaOrmAdapter::inspect(&connection, &Schema::core()).await.unwrap().findings;
    assert!(findings.iter().all(|finding| finding.grade == Grade::Advisory), "{findings:?}");
    let adapter = Arc::new(SeaOrmAdapter::new(connection).await.unwrap());
    let fixture = Fixture::on(adapter, |builder| builder);
    let session =
        fixture.session_of(&SessionToken::parse(token).unwrap()).await.unwrap().expect("the session holds");
    assert_eq!(session.user.email.as_str(), "ada@example.com");
    for email in ["ada@example.com", "grace@example.com"] {
        fixture.sign_in(email, PASSWORD).await.expect("the password is known");
    }
    let store = fixture.auth.store();
    let account = store.accounts().find_by_provider("github", "42").await.unwrap().unwrap();
    assert_eq!(account.user_id, session.user.id);
    assert_eq!(account.access_token.as_ref().map(Secret::expose), Some("an access token"));
    assert_eq!(account.access_token_expires_at, Some(time::macros::datetime!(2126-01-01 0:00 UTC)));
    let value = store.verifications().consume("kept").await.unwrap().expect("it has not expired");
    assert_eq!(value.value.expose(), "a value");
}
