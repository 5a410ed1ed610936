//! What goes wrong is told by a typed error that names model, field and constraint, and changes nothing.

use std::error::Error;
use std::sync::Arc;

use auth_core::adapter::{AdapterError, Filter, Operator, Query, Record};
use auth_core::{AuthError, SeaOrmAdapter};
use auth_schema::{FieldId, ModelId, SchemaError, Value, account, session, user};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::Fixture;
use auth_tests::runner::{Case, main as run};
use sea_orm::ConnectionTrait;
use time::macros::datetime;

fn main() {
    let cases = [
        Case::new("an_unknown_model_or_field_is_named", unknown),
        Case::new("a_value_of_another_type_is_named_wherever_it_stands", wrong_type),
        Case::new("a_taken_value_names_fields_and_constraint", taken),
        Case::new("a_missing_counterpart_names_field_and_constraint", missing),
        Case::new("a_value_that_the_column_refuses_is_refused_by_the_model", refused),
        Case::new("a_closed_pool_says_that_it_is_closed", closed),
        Case::new("a_failed_operation_outside_a_transaction_changes_nothing", unchanged),
        Case::new("a_row_that_another_program_has_damaged_is_named", damaged),
    ];
    run(&cases, |_| true);
}

async fn fixture(database: &TestDatabase) -> Fixture {
    Fixture::new(database).await
}

async fn unknown(database: Arc<TestDatabase>) {
    let fixture = fixture(&database).await;
    let store = fixture.auth.store();
    let error = store.model("organisation").unwrap_err();
    assert_eq!(
        error.to_string(),
        "model \"organisation\" is not in the schema: declare it, or correct the name"
    );
    let users = store.model("user").unwrap();
    let error = users.field("nickname").unwrap_err();
    assert!(matches!(&error, AdapterError::Schema(SchemaError::UnknownField { model, field })
        if model == "user" && field == "nickname"));
    // Handles of another schema.
    let adapter = fixture.auth.adapter();
    let foreign = ModelId::of_another_schema();
    let field = FieldId::new(40);
    let by_field = || Filter::equal(field, "x");
    let change = || Record::default().with(field, "x");
    for error in [
        adapter.count(foreign, Filter::everything()).await.unwrap_err(),
        adapter.create(foreign, Record::default()).await.unwrap_err(),
        adapter.find_many(Query::new(foreign)).await.unwrap_err(),
        adapter.count(user::MODEL, by_field()).await.unwrap_err(),
        adapter.update_many(user::MODEL, Filter::everything(), change()).await.unwrap_err(),
        adapter.update(user::MODEL, Filter::equal(user::NAME, "x"), change()).await.unwrap_err(),
        adapter.delete_many(user::MODEL, by_field()).await.unwrap_err(),
        adapter.find_one(Query::new(user::MODEL).select(vec![field])).await.unwrap_err(),
        adapter
            .find_many(Query::new(user::MODEL).sort(field, auth_core::adapter::Direction::Ascending))
            .await
            .unwrap_err(),
    ] {
        assert!(matches!(error, AdapterError::Schema(_)), "{error:?}");
    }
}

async fn wrong_type(database: Arc<TestDatabase>) {
    let fixture = fixture(&database).await;
    fixture.user("ada@example.com").await;
    let adapter = fixture.auth.adapter();
    let wrong = || Filter::equal(user::EMAIL_VERIFIED, "true");
    let change = || Record::default().with(user::CREATED_AT, "yesterday");
    let everyone = Filter::everything;
    for (error, field) in [
        (adapter.count(user::MODEL, wrong()).await.unwrap_err(), "email_verified"),
        (adapter.find_one(Query::new(user::MODEL).filter(wrong())).await.unwrap_err(), "email_verified"),
        (adapter.delete_many(user::MODEL, wrong()).await.unwrap_err(), "email_verified"),
        (adapter.update_many(user::MODEL, everyone(), change()).await.unwrap_err(), "created_at"),
        (
            adapter.update(user::MODEL, Filter::equal(user::NAME, "Ada"), change()).await.unwrap_err(),
            "created_at",
        ),
        (
            adapter
                .count(user::MODEL, everyone().and(user::CREATED_AT, Operator::Contains, "2026"))
                .await
                .unwrap_err(),
            "created_at",
        ),
        (
            adapter
                .count(
                    user::MODEL,
                    everyone().and(user::NAME, Operator::In, Value::List(vec![Value::Int(1)])),
                )
                .await
                .unwrap_err(),
            "name",
        ),
    ] {
        let AdapterError::InvalidValue { model, field: found, .. } = &error else { panic!("{error:?}") };
        assert_eq!((model.as_str(), found.as_str()), ("user", field), "{error}");
        assert!(error.to_string().starts_with(&format!("user.{field} ")), "{error}");
    }
    assert_eq!(fixture.auth.store().users().count().await.unwrap(), 1);
}

async fn taken(database: Arc<TestDatabase>) {
    let fixture = fixture(&database).await;
    let user = fixture.user("ada@example.com").await;
    let change = Record::default().with(user::EMAIL, "ada@example.com");
    let eve = fixture.user("eve@example.com").await;
    let adapter = fixture.auth.adapter();
    let error =
        adapter.update(user::MODEL, Filter::equal(user::ID, eve.id.as_str()), change).await.unwrap_err();
    let AdapterError::Conflict { model, model_name, table, fields, constraint, .. } = &error else {
        panic!("{error:?}");
    };
    assert_eq!((*model, model_name.as_str(), table.as_str()), (user::MODEL, "user", "auth_users"));
    assert_eq!(fields.as_slice(), ["email"]);
    assert!(constraint.contains("email"), "{constraint}");
    let text = error.to_string();
    assert!(
        text.starts_with("user: the value of email is taken already (table auth_users, constraint"),
        "{text}"
    );
    assert!(!text.contains("ada@"), "the value stands in the error");

    let change = Record::default().with(account::ACCOUNT_ID, user.id.as_str());
    let of_eve = Filter::equal(account::USER_ID, eve.id.as_str());
    let error = adapter.update_many(account::MODEL, of_eve, change).await.unwrap_err();
    let AdapterError::Conflict { model_name, fields, .. } = &error else { panic!("{error:?}") };
    assert_eq!(
        (model_name.as_str(), fields.as_slice()),
        ("account", ["provider_id", "account_id"].map(String::from).as_slice())
    );
}

async fn missing(database: Arc<TestDatabase>) {
    let fixture = fixture(&database).await;
    fixture.user("ada@example.com").await;
    let change = Record::default().with(session::USER_ID, "nobody");
    let error =
        fixture.auth.adapter().update_many(session::MODEL, Filter::everything(), change).await.unwrap_err();
    let AdapterError::ForeignKey { model, model_name, table, fields, constraint, .. } = &error else {
        panic!("{error:?}");
    };
    assert_eq!((*model, model_name.as_str(), table.as_str()), (session::MODEL, "session", "auth_sessions"));
    assert_eq!(fields.as_slice(), ["user_id"]);
    if database.backend() != Backend::Sqlite {
        // SQLite does not tell which.
        assert!(constraint.contains("user_id"), "{constraint}");
    }
}

async fn refused(database: Arc<TestDatabase>) {
    let fixture = fixture(&database).await;
    fixture.user("ada@example.com").await;
    let adapter = fixture.auth.adapter();
    let null = Record::default().with(user::NAME, Value::Null);
    let error = adapter.update_many(user::MODEL, Filter::everything(), null).await.unwrap_err();
    let named = matches!(&error, AdapterError::InvalidValue { model, field, .. }
        if model == "user" && field == "name");
    assert!(named, "{error:?}");
    if matches!(database.backend(), Backend::Mysql | Backend::MysqlWithoutReturning) {
        let long = Record::default().with(user::NAME, "x".repeat(300));
        let error = adapter.update_many(user::MODEL, Filter::everything(), long).await.unwrap_err();
        let AdapterError::Refused { model_name, table, .. } = &error else { panic!("{error:?}") };
        assert_eq!((model_name.as_str(), table.as_str()), ("user", "auth_users"));
        assert!(error.source().is_some());
    }
    assert_eq!(fixture.auth.store().users().list(None, 1).await.unwrap()[0].name, "Ada");
}

async fn closed(database: Arc<TestDatabase>) {
    if database.backend() == Backend::Memory {
        return;
    }
    let connection = database.connect().await;
    migration::run(&connection).await.unwrap();
    let adapter = Arc::new(SeaOrmAdapter::new(connection.clone()).await.unwrap());
    let fixture = Fixture::on(adapter, |builder| builder);
    connection.close().await.unwrap();
    let error = fixture.auth.store().users().count().await.unwrap_err();
    assert!(matches!(error, AdapterError::Closed), "{error:?}");
    let error = fixture.sign_up("ada@example.com").await.unwrap_err();
    assert!(matches!(error, AuthError::Adapter(AdapterError::Closed)), "{error:?}");
}

async fn unchanged(database: Arc<TestDatabase>) {
    let fixture = fixture(&database).await;
    let (ada, _) = (fixture.user("ada@example.com").await, fixture.user("eve@example.com").await);
    let before = fixture.auth.store().users().list(None, 10).await.unwrap();
    let adapter = fixture.auth.adapter();
    // The first row could be changed, the second could not.
    let same = || Record::default().with(user::NAME, "same").with(user::EMAIL, "same@example.com");
    adapter.update_many(user::MODEL, Filter::everything(), same()).await.unwrap_err();
    let both = Filter::equal(user::NAME, "Ada");
    adapter.update(user::MODEL, both, same()).await.unwrap_err();
    let mut row = Record::default().with(user::ID, ada.id.as_str());
    row.set(user::NAME, "Mallory".into());
    row.set(user::EMAIL, "mallory@example.com".into());
    row.set(user::EMAIL_VERIFIED, true.into());
    for field in [user::CREATED_AT, user::UPDATED_AT] {
        row.set(field, datetime!(2026-11-24 12:00 UTC).into());
    }
    let error = adapter.create(user::MODEL, row).await.unwrap_err();
    assert!(matches!(&error, AdapterError::Conflict { fields, .. } if fields == &["id"]), "{error:?}");
    assert_eq!(fixture.auth.store().users().list(None, 10).await.unwrap(), before);
}

async fn damaged(database: Arc<TestDatabase>) {
    if database.backend() != Backend::Sqlite {
        // The others keep their types.
        return;
    }
    let fixture = fixture(&database).await;
    let user = fixture.user("ada@example.com").await;
    let connection = database.connect().await;
    connection.execute_unprepared("UPDATE auth_users SET created_at = 'yesterday'").await.unwrap();
    let error = fixture.auth.store().users().find(&user.id).await.unwrap_err();
    let AdapterError::Inconsistent { model, field, .. } = &error else { panic!("{error:?}") };
    assert_eq!((model.as_str(), field.as_str()), ("user", "created_at"));
    assert!(error.to_string().contains("user.created_at"), "{error}");
}
