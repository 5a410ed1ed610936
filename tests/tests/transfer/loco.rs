//! The table `users` of a Loco application, as its starter's migration makes it on each engine.

use std::sync::Arc;

use auth_cli::adopt::Shown;
use auth_cli::transfer::{LocoIds, LocoUsers, PartFile, TransferError};
use auth_core::adapter::Adapter;
use auth_core::domain::Email;
use auth_schema::{Field, FieldType, IdStrategy, Schema, Value};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::Fixture;
use sea_orm::{ConnectionTrait, DatabaseConnection};
use time::macros::datetime;

use crate::side::{Side, TempFile};

pub async fn a_table_moves(database: Arc<TestDatabase>) {
    let connection = database.connect().await;
    plant(&connection, database.backend()).await;
    for (ids, loco_ids, expected) in [
        (IdStrategy::Random, LocoIds::Pid, PID),
        (IdStrategy::UuidV7, LocoIds::Pid, PID),
        (IdStrategy::Serial, LocoIds::Id, "7"),
    ] {
        let role = Field::new("role", FieldType::String).default(Value::from("member"));
        let schema = Schema::builder().field("user", role).ids(ids).build().unwrap();
        let file = TempFile::new();
        let mut users =
            LocoUsers::open(connection.clone(), &schema, datetime!(2026-11-24 0:00 UTC)).await.unwrap();
        (users.ids, users.shown) = (loco_ids, Shown::None);
        let mut out = PartFile::create(&file, true).unwrap();
        let exported = users.write(&mut out).await.unwrap();
        out.finish().unwrap();
        assert_eq!((exported.totals["user"].rows, exported.totals["account"].rows), (2, 2));
        assert!(
            !file.text().contains("lo-key") && !file.text().contains("reset-me"),
            "Loco's own stays there"
        );
        for target in Side::everywhere(&schema).await {
            target.import(&file).await.unwrap();
            let auth = Fixture::on(Arc::clone(&target.adapter) as Arc<dyn Adapter>, |builder| builder);
            let signed_in = auth.sign_in("ada@example.com", "12341234").await.unwrap();
            let user = signed_in.user;
            assert_eq!((user.id.as_str(), user.name.as_str(), user.email_verified), (expected, "Ada", true));
            assert_eq!(user.created_at, datetime!(2025-02-03 04:05:06 UTC));
            assert_eq!(user.additional.get("role"), Some(&Value::from("member")));
            assert!(auth.sign_in("ada@example.com", "12341235").await.is_err());
            let bob =
                auth.auth.store().users().find_by_email(&Email::parse("bob@example.com").unwrap()).await;
            assert!(!bob.unwrap().expect("he is there").email_verified);
            target.remove().await;
        }
    }
    let needed = Schema::builder().field("user", Field::new("age", FieldType::Integer)).build().unwrap();
    let users = LocoUsers::open(connection, &needed, datetime!(2026-11-24 0:00 UTC)).await.unwrap();
    let error = users.write(&mut Vec::new()).await.unwrap_err();
    assert!(matches!(error, TransferError::Misfit { .. }), "{error}");
    assert!(error.to_string().contains("user.age is required, and Loco has nothing for it"), "{error}");
}

async fn plant(connection: &DatabaseConnection, backend: Backend) {
    let (id, pid, instant, now) = match backend {
        Backend::Postgres => ("serial PRIMARY KEY", "uuid", "timestamp with time zone", "CURRENT_TIMESTAMP"),
        Backend::Mysql => {
            ("int NOT NULL AUTO_INCREMENT PRIMARY KEY", "binary(16)", "timestamp", "CURRENT_TIMESTAMP")
        }
        _ => (
            "integer NOT NULL PRIMARY KEY AUTOINCREMENT",
            "uuid_text",
            "timestamp_with_timezone_text",
            "CURRENT_TIMESTAMP",
        ),
    };
    let optional = if backend == Backend::Mysql { "timestamp NULL" } else { instant };
    let table = format!(
        "CREATE TABLE users (created_at {instant} NOT NULL DEFAULT {now}, updated_at {instant} NOT NULL DEFAULT {now}, \
         id {id}, pid {pid} NOT NULL, email varchar(255) NOT NULL UNIQUE, password varchar(255) NOT NULL, \
         api_key varchar(255) NOT NULL UNIQUE, name varchar(255) NOT NULL, reset_token varchar(255), \
         reset_sent_at {optional}, email_verification_token varchar(255), email_verification_sent_at {optional}, \
         email_verified_at {optional}, magic_link_token varchar(255), magic_link_expiration {optional})"
    );
    connection.execute_unprepared(&table).await.unwrap();
    // The driver's form of each engine: SQLite and MySQL hold a UUID as its bytes, SQLite an instant as text.
    let pid = |text: &str| match backend {
        Backend::Postgres => format!("'{text}'"),
        _ => format!("x'{}'", text.replace('-', "")),
    };
    let at = match backend {
        Backend::Postgres => "'2025-02-03 04:05:06+00'",
        Backend::Mysql => "'2025-02-03 04:05:06'",
        _ => "'2025-02-03T04:05:06+00:00'",
    };
    for (number, pid, email, name, verified) in [
        (7, pid(PID), "Ada@Example.com", "Ada", at),
        (8, pid("0190d1a0-0000-4000-8000-00000000000b"), "bob@example.com", "Bob", "NULL"),
    ] {
        let row = format!(
            "INSERT INTO users (id, pid, email, password, api_key, name, reset_token, email_verified_at, created_at, \
             updated_at) VALUES ({number}, {pid}, '{email}', '{HASH}', 'lo-key-{number}', '{name}', 'reset-me', \
             {verified}, {at}, {at})"
        );
        connection.execute_unprepared(&row).await.unwrap();
    }
}

const PID: &str = "0190d1a0-0000-4000-8000-00000000000a";
/// Of `12341234`, by argon2 0.5.3 as `loco_rs::hash::hash_password` of Loco 1.2.0 calls it.
const HASH: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$dCSkKQi5wpQn7yKknBYuwQ$qWQmpUZHM6DhBCOGrdc92WyOQyY1Q1K4pKnSTBH4/mA";
