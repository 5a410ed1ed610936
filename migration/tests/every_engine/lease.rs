//! The lease between runs.

use std::time::Duration;

use migration::{LeaseOptions, MigrationError, Runner};

use crate::support::command::{start, succeeded};
use crate::support::obstacle::Obstacle;
use crate::support::{Engine, TestDatabase, on, on_every_engine};

const NO_WAIT: LeaseOptions =
    LeaseOptions { time_to_live: Duration::from_secs(5), wait: Duration::from_secs(0) };

/// Long enough for anything that ends at all.
const PATIENCE: Duration = Duration::from_mins(1);

/// The holder, empty when there is none, and the end of the lease in milliseconds since 1970.
async fn lease(database: &TestDatabase) -> (String, i64) {
    let row = database.rows("SELECT holder, expires_at FROM auth_migration_lease").await.remove(0);
    (row.try_get_by_index(0).unwrap(), row.try_get_by_index(1).unwrap())
}

async fn make_lease(database: &TestDatabase, holder: &str, until: i64) {
    migration::reset(&database.db).await.unwrap();
    let update = format!("UPDATE auth_migration_lease SET holder = '{holder}', expires_at = {until}");
    database.execute(&update).await;
}

/// Waits until a run that was started holds the lease.
async fn holder(database: &TestDatabase) -> String {
    for _ in 0..600 {
        let (holder, _) = lease(database).await;
        if !holder.is_empty() {
            return holder;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    panic!("{database}: nobody took the lease")
}

/// The first five ends that the holder's lease gets.
async fn ends_of(database: &TestDatabase, holder: &str) -> Vec<i64> {
    let mut ends = Vec::new();
    while ends.len() < 5 {
        let (now, end) = lease(database).await;
        assert_eq!(now, holder, "{database}");
        if ends.last() != Some(&end) {
            ends.push(end);
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    ends
}

async fn is_complete(database: &TestDatabase) -> bool {
    migration::status(&database.db).await.unwrap().iter().all(|migration| migration.applied)
}

#[tokio::test]
async fn a_lease_in_force_stops_a_run_with_its_holder_and_end() {
    on_every_engine(|database| async move {
        make_lease(&database, "process 7 on web-1", 4_102_444_800_000).await;
        let error = Runner::new(&database.db).lease(NO_WAIT).up(None).await.unwrap_err();
        assert!(matches!(error, MigrationError::LeaseHeld { .. }), "{database}: {error:?}");
        let message = error.to_string();
        assert!(message.contains("process 7 on web-1 holds the lease until 2100-01-01 0:00"), "{message}");
        assert_eq!(
            lease(&database).await,
            ("process 7 on web-1".to_owned(), 4_102_444_800_000),
            "{database}"
        );
        assert!(!is_complete(&database).await, "{database}");
    })
    .await;
}

#[tokio::test]
async fn a_lease_that_has_ended_is_taken_over_and_given_back() {
    on_every_engine(|database| async move {
        make_lease(&database, "process 7 on web-1", 1_000).await;
        Runner::new(&database.db).lease(NO_WAIT).up(None).await.unwrap();
        assert!(is_complete(&database).await, "{database}");
        assert_eq!(lease(&database).await, (String::new(), 0), "{database}");
    })
    .await;
}

#[tokio::test]
async fn the_lease_is_given_back_when_a_migration_fails() {
    on_every_engine(|database| async move {
        database.execute("CREATE TABLE auth_users (wrong integer)").await;
        let error = Runner::new(&database.db).up(None).await.unwrap_err();
        let MigrationError::Step { name, source, .. } = error else { panic!("{database}: {error:?}") };
        assert_eq!(name, "auth_m20261124_000001_create_users", "{database}");
        assert!(
            source.to_string().contains("without the column id is already there"),
            "{database}: {source}"
        );
        assert_eq!(lease(&database).await, (String::new(), 0), "{database}");
    })
    .await;
}

#[tokio::test]
async fn the_lease_of_a_killed_process_ends_and_the_next_run_completes_its_work() {
    on_every_engine(|database| async move {
        make_lease(&database, "", 0).await;
        let obstacle = Obstacle::put(&database).await;
        let killed = start(&database.url, &["--lease-seconds", "5"]);
        let holder = holder(&database).await;
        assert!(holder.starts_with(&format!("process {} on ", killed.id())), "{database}: {holder}");
        killed.kill();
        assert_eq!(lease(&database).await.0, holder, "{database}: nobody gave it back");
        obstacle.remove().await;

        Runner::new(&database.db).up(None).await.unwrap();
        assert!(is_complete(&database).await, "{database}");
        assert_eq!(lease(&database).await, (String::new(), 0), "{database}");
    })
    .await;
}

#[tokio::test]
async fn a_long_run_renews_its_lease() {
    on(&Engine::SERVERS, |database| async move {
        make_lease(&database, "", 0).await;
        let obstacle = Obstacle::put(&database).await;
        let running = start(&database.url, &["--lease-seconds", "1"]);
        let holder = holder(&database).await;
        let ends = tokio::time::timeout(PATIENCE, ends_of(&database, &holder)).await.unwrap();
        assert!(ends.is_sorted(), "{database}: {ends:?}");
        obstacle.remove().await;
        let lines = tokio::task::spawn_blocking(|| succeeded(&running.output())).await.unwrap();
        assert_eq!(lines.len(), 5, "{database}: {lines:?}");
    })
    .await;
}

#[tokio::test]
async fn a_run_that_lost_its_lease_stops() {
    on(&Engine::SERVERS, |database| async move {
        make_lease(&database, "", 0).await;
        let obstacle = Obstacle::put(&database).await;
        let db = database.db.clone();
        let short = LeaseOptions { time_to_live: Duration::from_secs(1), ..LeaseOptions::default() };
        let running = tokio::spawn(async move { Runner::new(&db).lease(short).up(None).await });
        holder(&database).await;
        let other = "UPDATE auth_migration_lease SET holder = 'another', expires_at = 4102444800000";
        database.execute(other).await;

        let result = tokio::time::timeout(PATIENCE, running).await.unwrap().unwrap();
        assert!(matches!(result, Err(MigrationError::LeaseLost)), "{database}: {result:?}");
        assert_eq!(lease(&database).await, ("another".to_owned(), 4_102_444_800_000), "{database}");
        obstacle.remove().await;
    })
    .await;
}
