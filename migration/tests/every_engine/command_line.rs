//! The command: what it prints, how it exits, which URLs it takes.

use std::path::Path;
use std::process::Command;

use uuid::Uuid;

use crate::support::command::{failed, lines, migration, start, succeeded};
use crate::support::{directory, on_every_engine};

fn prefixed(word: &str) -> Vec<String> {
    migration::migrations().iter().map(|migration| format!("{word} {}", migration.name())).collect()
}

fn reversed(mut lines: Vec<String>) -> Vec<String> {
    lines.reverse();
    lines
}

/// Runs a case in a new folder.
fn in_new_folder(case: impl Fn(&Path)) {
    let folder = directory(&format!("migration_test_{}", Uuid::now_v7().simple()));
    std::fs::create_dir_all(&folder).unwrap();
    case(&folder);
    std::fs::remove_dir_all(folder).unwrap();
}

#[tokio::test]
async fn it_prints_one_line_for_each_migration() {
    on_every_engine(|database| async move {
        let url = database.url.as_str();
        let (applied, rolled_back) = (prefixed("applied"), reversed(prefixed("rolled back")));
        assert_eq!(lines(url, &["status"]), prefixed("pending"), "{database}");
        assert_eq!(lines(url, &[]), applied, "{database}");
        assert_eq!(lines(url, &[]), ["nothing to do"], "{database}");
        assert_eq!(lines(url, &["status"]), prefixed("applied"), "{database}");
        assert_eq!(lines(url, &["down"]), rolled_back[..1], "{database}");
        assert_eq!(lines(url, &["down", "2"]), rolled_back[1..3], "{database}");
        assert_eq!(lines(url, &["up", "1"]), applied[2..3], "{database}");
        assert_eq!(lines(url, &["up"]), applied[3..], "{database}");
        assert_eq!(lines(url, &["refresh"]), [rolled_back.clone(), applied].concat(), "{database}");
        assert_eq!(lines(url, &["reset"]), rolled_back, "{database}");
        assert_eq!(lines(url, &["reset"]), ["nothing to do"], "{database}");
    })
    .await;
}

#[test]
fn without_a_url_it_makes_auth_db_in_the_current_folder() {
    in_new_folder(|folder| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_migration"));
        let output = command.env_remove("DATABASE_URL").current_dir(folder).output().unwrap();
        assert_eq!(succeeded(&output), prefixed("applied"));
        assert!(folder.join("auth.db").is_file());
        assert_eq!(lines(&format!("sqlite:{}", folder.join("auth.db").display()), &[]), ["nothing to do"]);
    });
}

#[test]
fn the_url_may_stand_in_the_environment() {
    in_new_folder(|folder| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_migration"));
        let output = command.env("DATABASE_URL", "sqlite:other.db").current_dir(folder).output().unwrap();
        succeeded(&output);
        assert!(folder.join("other.db").is_file());
    });
}

#[test]
fn every_form_of_a_sqlite_url_works() {
    in_new_folder(|folder| {
        for (number, url) in
            ["sqlite:N.db", "sqlite://N.db", "sqlite:N.db?mode=rwc", "sqlite://./N.db?cache=private"]
                .iter()
                .enumerate()
        {
            let url = url.replace('N', &number.to_string());
            let output = migration(&url).current_dir(folder).output().unwrap();
            assert_eq!(succeeded(&output), prefixed("applied"), "{url}");
            assert!(folder.join(format!("{number}.db")).is_file(), "{url}");
        }
        let output = migration("sqlite::memory:").current_dir(folder).arg("refresh").output().unwrap();
        assert_eq!(succeeded(&output), prefixed("applied"));
    });
}

#[test]
fn a_database_that_does_not_answer_is_named_without_its_password() {
    let started = ["postgres", "mysql", "mariadb"]
        .map(|scheme| (scheme, start(&format!("{scheme}://me:secret@127.0.0.1:1/app"), &["up"])));
    for (scheme, process) in started {
        let message = failed(&process.output());
        assert!(message.contains(&format!("no connection to {scheme}://127.0.0.1:1/app")), "{message}");
        assert!(!message.contains("secret"), "{message}");
    }
    let message = failed(&migration("sqlite:/no/such/folder/auth.db").output().unwrap());
    assert!(message.contains("no connection to sqlite:/no/such/folder/auth.db"), "{message}");
    assert!(message.contains("unable to open database file"), "{message}");
}

#[test]
fn a_url_of_another_engine_is_refused() {
    for url in ["mongodb://me:secret@host/app", "auth.db", ""] {
        let message = failed(&migration(url).output().unwrap());
        assert!(message.contains("is not the URL of a database we can migrate"), "{message}");
        assert!(!message.contains("secret"), "{message}");
    }
}
