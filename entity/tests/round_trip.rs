//! Rows come and go through the generated entities, on SQLite in memory.

use std::error::Error;

use auth_schema::Schema;
use auth_schema::ddl::{Engine, script};
use entity::{auth_accounts, auth_rate_limits, auth_sessions, auth_users, auth_verifications};
use sea_orm::entity::prelude::*;
use sea_orm::{
    ActiveValue::Set, ConnectOptions, ConnectionTrait, Database, DatabaseConnection, IntoActiveModel, SqlErr,
};
use time::OffsetDateTime;
use time::macros::datetime;

type TestResult = Result<(), Box<dyn Error>>;

const NOON: OffsetDateTime = datetime!(2026-11-24 12:00:00.345 UTC);

#[tokio::test]
async fn a_row_of_raw_sql_is_read_as_a_model() -> TestResult {
    let db = database().await?;
    insert_raw_user(&db).await?;
    let user = auth_users::Entity::find().one(&db).await?.ok_or("no user")?;
    assert_eq!(user, ada());
    Ok(())
}

#[tokio::test]
async fn an_active_model_is_read_back_as_it_was() -> TestResult {
    let db = database().await?;
    let inserted = ada().into_active_model().insert(&db).await?;
    assert_eq!(inserted, ada());
    let found = auth_users::Entity::find_by_id("u1").one(&db).await?;
    assert_eq!(found, Some(ada()));
    Ok(())
}

#[tokio::test]
async fn every_table_takes_its_model_and_gives_it_back() -> TestResult {
    let db = database().await?;
    insert_raw_user(&db).await?;
    macro_rules! round_trip {
        ($table:ident, $model:expr) => {
            $model.clone().into_active_model().insert(&db).await?;
            assert_eq!($table::Entity::find().all(&db).await?, [$model]);
        };
    }
    round_trip!(auth_sessions, session());
    round_trip!(auth_accounts, account());
    round_trip!(auth_verifications, verification());
    round_trip!(auth_rate_limits, rate_limit());
    Ok(())
}

#[tokio::test]
async fn relations_lead_in_both_directions() -> TestResult {
    let db = database().await?;
    insert_raw_user(&db).await?;
    session().into_active_model().insert(&db).await?;
    account().into_active_model().insert(&db).await?;
    let found = auth_sessions::Entity::find().find_also_related(auth_users::Entity).one(&db).await?;
    assert_eq!(found, Some((session(), Some(ada()))));
    let found = auth_accounts::Entity::find().find_also_related(auth_users::Entity).one(&db).await?;
    assert_eq!(found, Some((account(), Some(ada()))));
    assert_eq!(ada().find_related(auth_sessions::Entity).all(&db).await?, [session()]);
    assert_eq!(ada().find_related(auth_accounts::Entity).all(&db).await?, [account()]);
    Ok(())
}

#[tokio::test]
async fn a_user_takes_sessions_and_accounts_along() -> TestResult {
    let db = database().await?;
    insert_raw_user(&db).await?;
    session().into_active_model().insert(&db).await?;
    account().into_active_model().insert(&db).await?;
    ada().delete(&db).await?;
    assert_eq!(auth_sessions::Entity::find().count(&db).await?, 0);
    assert_eq!(auth_accounts::Entity::find().count(&db).await?, 0);
    Ok(())
}

#[tokio::test]
async fn an_email_is_taken_once() -> TestResult {
    let db = database().await?;
    insert_raw_user(&db).await?;
    let mut second = ada().into_active_model();
    second.id = Set("u2".to_owned());
    let error = second.insert(&db).await.err().ok_or("two users have one e-mail")?;
    assert!(matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))), "{error}");
    Ok(())
}

async fn database() -> Result<DatabaseConnection, Box<dyn Error>> {
    let mut options = ConnectOptions::new("sqlite::memory:");
    options.max_connections(1).sqlx_logging(false);
    let db = Database::connect(options).await?;
    for statement in script(&Schema::core(), Engine::Sqlite)? {
        db.execute_unprepared(&statement).await?;
    }
    Ok(db)
}

async fn insert_raw_user(db: &DatabaseConnection) -> Result<(), DbErr> {
    db.execute_unprepared(
        "INSERT INTO auth_users (id, name, email, email_verified, image, created_at, updated_at) VALUES \
         ('u1', 'Ada', 'ada@example.com', 1, NULL, '2026-11-24T12:00:00.345Z', '2026-11-24T12:00:00.345Z')",
    )
    .await?;
    Ok(())
}

fn ada() -> auth_users::Model {
    auth_users::Model {
        id: "u1".to_owned(),
        name: "Ada".to_owned(),
        email: "ada@example.com".to_owned(),
        email_verified: true,
        image: None,
        created_at: NOON,
        updated_at: NOON,
    }
}

fn session() -> auth_sessions::Model {
    auth_sessions::Model {
        id: "s1".to_owned(),
        expires_at: NOON + time::Duration::days(7),
        token: "token".to_owned(),
        created_at: NOON,
        updated_at: NOON,
        ip_address: Some(String::new()),
        user_agent: None,
        user_id: "u1".to_owned(),
    }
}

fn account() -> auth_accounts::Model {
    auth_accounts::Model {
        id: "a1".to_owned(),
        account_id: "u1".to_owned(),
        provider_id: "credential".to_owned(),
        user_id: "u1".to_owned(),
        access_token: None,
        refresh_token: None,
        id_token: None,
        access_token_expires_at: Some(NOON),
        refresh_token_expires_at: None,
        scope: Some("openid,email".to_owned()),
        password: Some("hash".to_owned()),
        created_at: NOON,
        updated_at: NOON,
    }
}

fn verification() -> auth_verifications::Model {
    auth_verifications::Model {
        id: "v1".to_owned(),
        identifier: "reset-password:u1".to_owned(),
        value: "{}".to_owned(),
        expires_at: NOON,
        created_at: NOON,
        updated_at: NOON,
    }
}

fn rate_limit() -> auth_rate_limits::Model {
    auth_rate_limits::Model {
        id: "r1".to_owned(),
        key: "127.0.0.1|/sign-in/email".to_owned(),
        count: 3,
        last_request: 1_795_521_600_345,
    }
}
