//! Columns, their types, and what the constraints do.

use migration::sea_orm_migration::sea_orm::ConnectionTrait;

use crate::support::catalogue::columns;
use crate::support::{Engine, TestDatabase, on_every_engine};

/// Table, and its columns with the physical types on SQLite, PostgreSQL and MySQL; `?` marks one that may be NULL.
const TABLES: [(&str, &str); 5] = [
    (
        "auth_users",
        "id:id name:short email:key email_verified:flag image:text? created_at:time updated_at:time",
    ),
    (
        "auth_sessions",
        "id:id expires_at:time token:key created_at:time updated_at:time ip_address:text? user_agent:text? user_id:id",
    ),
    (
        "auth_accounts",
        "id:id account_id:key provider_id:key user_id:id access_token:long? refresh_token:long? id_token:long? \
         access_token_expires_at:time? refresh_token_expires_at:time? scope:text? password:text? created_at:time \
         updated_at:time",
    ),
    ("auth_verifications", "id:id identifier:key value:long expires_at:time created_at:time updated_at:time"),
    ("auth_rate_limits", "id:id key:key count:count last_request:big"),
];

fn physical(engine: Engine, form: &str) -> &'static str {
    let [sqlite, postgres, mysql] = match form {
        "id" => ["text", "text", "varchar(64)"],
        "key" | "short" => ["text", "text", "varchar(255)"],
        "text" => ["text", "text", "text"],
        "long" => ["text", "text", "mediumtext"],
        "time" => ["timestamp_with_timezone_text", "timestamp with time zone", "datetime(3)"],
        "flag" => ["boolean", "boolean", "tinyint(1)"],
        "count" => ["integer", "integer", "int"],
        "big" => ["integer", "bigint", "bigint"],
        other => panic!("{other}"),
    };
    match engine {
        Engine::Sqlite => sqlite,
        Engine::Postgres => postgres,
        Engine::MySql => mysql,
    }
}

/// MariaDB and older MySQL show a display width that says nothing: `int(11)`.
fn without_display_width(kind: &str) -> &str {
    let bare = kind.split('(').next().unwrap();
    if bare == "int" || bare == "bigint" { bare } else { kind }
}

#[tokio::test]
async fn every_table_has_the_fields_of_better_auth_in_their_order() {
    on_every_engine(|database| async move {
        migration::run(&database.db).await.unwrap();
        for (table, fields) in TABLES {
            let expected: Vec<(String, String, bool)> = fields
                .split_whitespace()
                .map(|field| {
                    let (name, form) = field.split_once(':').unwrap();
                    let kind = physical(database.engine, form.trim_end_matches('?'));
                    (name.to_owned(), kind.to_owned(), form.ends_with('?'))
                })
                .collect();
            let live = columns(&database, table).await.into_iter();
            let live: Vec<_> = live
                .map(|(name, kind, null)| (name, without_display_width(&kind).to_owned(), null))
                .collect();
            assert_eq!(live, expected, "{database}: {table}");
        }
    })
    .await;
}

async fn insert_user(database: &TestDatabase, id: &str, email: &str) -> bool {
    let insert = format!(
        "INSERT INTO auth_users (id, name, email, email_verified, created_at, updated_at) \
         VALUES ('{id}', 'Ada', '{email}', false, '2026-11-24 10:00:00.123', '2026-11-24 10:00:00.123')"
    );
    database.db.execute_unprepared(&insert).await.is_ok()
}

async fn insert_session(database: &TestDatabase, id: &str, token: &str, user: &str) -> bool {
    let insert = format!(
        "INSERT INTO auth_sessions (id, expires_at, token, created_at, updated_at, user_id) \
         VALUES ('{id}', '2026-11-24 10:00:00', '{token}', '2026-11-24 10:00:00', '2026-11-24 10:00:00', '{user}')"
    );
    database.db.execute_unprepared(&insert).await.is_ok()
}

#[tokio::test]
async fn keys_are_unique_and_their_case_counts() {
    on_every_engine(|database| async move {
        migration::run(&database.db).await.unwrap();
        assert!(insert_user(&database, "u1", "ada@example.com").await, "{database}");
        assert!(insert_user(&database, "U1", "Ada@example.com").await, "{database}");
        assert!(!insert_user(&database, "u2", "ada@example.com").await, "{database}: the same e-mail twice");
        assert!(insert_session(&database, "s1", "aBc", "u1").await, "{database}");
        assert!(insert_session(&database, "s2", "abc", "u1").await, "{database}");
        assert!(!insert_session(&database, "s3", "aBc", "u1").await, "{database}: the same token twice");
        let found = database.texts("SELECT id FROM auth_sessions WHERE token = 'aBc'").await;
        assert_eq!(found, ["s1"], "{database}");
    })
    .await;
}

#[tokio::test]
async fn sessions_need_their_user_and_go_with_it() {
    on_every_engine(|database| async move {
        migration::run(&database.db).await.unwrap();
        assert!(!insert_session(&database, "s1", "t1", "nobody").await, "{database}: a session of nobody");
        assert!(insert_user(&database, "u1", "ada@example.com").await, "{database}");
        assert!(insert_user(&database, "u2", "grace@example.com").await, "{database}");
        assert!(insert_session(&database, "s1", "t1", "u1").await, "{database}");
        assert!(insert_session(&database, "s2", "t2", "u2").await, "{database}");
        database.execute("DELETE FROM auth_users WHERE id = 'u1'").await;
        assert_eq!(database.texts("SELECT id FROM auth_sessions").await, ["s2"], "{database}");
    })
    .await;
}

#[tokio::test]
async fn an_instant_keeps_its_milliseconds() {
    on_every_engine(|database| async move {
        migration::run(&database.db).await.unwrap();
        assert!(insert_user(&database, "u1", "ada@example.com").await, "{database}");
        let exact = "SELECT id FROM auth_users WHERE created_at = '2026-11-24 10:00:00.123'";
        assert_eq!(database.texts(exact).await, ["u1"], "{database}");
    })
    .await;
}
