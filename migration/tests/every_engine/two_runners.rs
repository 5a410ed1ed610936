//! Two processes that migrate one database at the same moment.

use crate::support::catalogue::snapshot;
use crate::support::command::{Running, start, succeeded};
use crate::support::{TestDatabase, on_every_engine};

const ROUNDS: usize = 4;

/// Ends both processes and gives what each did, "nothing to do" left out.
async fn finish(pair: [Running; 2]) -> Vec<Vec<String>> {
    let waiting = tokio::task::spawn_blocking(|| pair.map(|process| succeeded(&process.output())));
    let lines = waiting.await.unwrap();
    lines
        .into_iter()
        .map(|lines| lines.into_iter().filter(|line| line != "nothing to do").collect())
        .collect()
}

async fn both(database: &TestDatabase, arguments: &[&str]) -> Vec<Vec<String>> {
    finish([start(&database.url, arguments), start(&database.url, arguments)]).await
}

fn sorted(lines: &[Vec<String>]) -> Vec<String> {
    let mut lines = lines.concat();
    lines.sort();
    lines
}

#[tokio::test]
async fn of_two_that_start_together_on_an_empty_database_each_migration_is_applied_by_one() {
    let all: Vec<String> =
        migration::migrations().iter().map(|migration| format!("applied {}", migration.name())).collect();
    for _ in 0..ROUNDS {
        let all = all.clone();
        on_every_engine(move |database| {
            let all = all.clone();
            async move {
                assert_eq!(sorted(&both(&database, &[]).await), all, "{database}");
                let schema = snapshot(&database, &[]).await;
                migration::refresh(&database.db).await.unwrap();
                assert_eq!(snapshot(&database, &[]).await, schema, "{database}");
            }
        })
        .await;
    }
}

#[tokio::test]
async fn two_that_apply_and_roll_back_by_turns_leave_the_right_schema() {
    on_every_engine(|database| async move {
        migration::run(&database.db).await.unwrap();
        let schema = snapshot(&database, &[]).await;
        for _ in 0..ROUNDS {
            both(&database, &["refresh"]).await;
            assert_eq!(snapshot(&database, &[]).await, schema, "{database}");
            let undone = sorted(&both(&database, &["reset"]).await);
            assert_eq!(undone.len(), migration::migrations().len(), "{database}: {undone:?}");
            finish([start(&database.url, &["up"]), start(&database.url, &["refresh"])]).await;
            assert_eq!(snapshot(&database, &[]).await, schema, "{database}");
        }
    })
    .await;
}
