//! The indexes: unique ones over what is not null, those of others, the one by which the server deletes.

use std::sync::Arc;
use std::time::Duration;

use auth_core::adapter::{AdapterError, Filter, Record, Value};
use auth_core::domain::Clock;
use auth_core::service::Refresh;
use auth_mongo::MongoAdapter;
use auth_mongo_tests::{documents, new_name, open, person, remove, server_url};
use auth_schema::{Field, FieldType, Schema, user};
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, context};
use auth_tests::runner::Case;
use mongodb::bson::doc;
use mongodb::options::IndexOptions;

fn main() {
    auth_mongo_tests::run(&[
        Case::new("nulls_do_not_collide_in_a_unique_field", unique_nulls),
        Case::new("what_stands_more_than_once_is_told_at_the_start", duplicates),
        Case::new("an_index_of_others_is_used_and_one_that_differs_is_named", others_indexes),
        Case::new("the_server_deletes_what_has_expired_but_never_decides_it", expiry),
    ]);
}

async fn unique_nulls(_: Arc<TestDatabase>) {
    let database = new_name();
    let phone = Field::new("phone", FieldType::String).unique().optional();
    let schema = Schema::builder().field("user", phone).build().unwrap();
    let phone = schema.model(user::MODEL).unwrap().find("phone").unwrap();
    let adapter = open(database.clone(), schema).await;
    for (id, number) in
        [("1", Value::Null), ("2", Value::Null), ("3", Value::from("")), ("4", Value::from("42"))]
    {
        adapter.create(user::MODEL, person(id, id).with(phone, number)).await.unwrap();
    }
    adapter.create(user::MODEL, person("5", "5")).await.unwrap();
    for taken in ["", "42"] {
        let error = adapter.create(user::MODEL, person("6", "6").with(phone, taken)).await.unwrap_err();
        let AdapterError::Conflict { fields, .. } = &error else { panic!("{error:?}") };
        assert_eq!(fields, &["phone"]);
        let change = Record::default().with(phone, taken);
        let error = adapter.update(user::MODEL, Filter::equal(user::ID, "5"), change).await.unwrap_err();
        let AdapterError::Conflict { fields, .. } = &error else { panic!("{error:?}") };
        assert_eq!(fields, &["phone"]);
    }
    remove(database).await;
}

async fn duplicates(_: Arc<TestDatabase>) {
    let database = new_name();
    let users = documents(&database, "auth_users").await;
    users
        .insert_many([doc! { "email": "ada@example.com" }, doc! { "email": "ada@example.com" }])
        .await
        .unwrap();
    let error = MongoAdapter::builder(&server_url()).database(&database).build().await.unwrap_err();
    let AdapterError::Duplicates { step, .. } = &error else { panic!("{error:?}") };
    assert!(step.contains("auth_users"), "{step}");
    assert!(!format!("{error:?}").contains("ada@"), "{error:?}");
    remove(database).await;
}

async fn others_indexes(_: Arc<TestDatabase>) {
    let database = new_name();
    let users = documents(&database, "auth_users").await;
    let index = |name: &str, unique| {
        let options = IndexOptions::builder().name(name.to_owned()).unique(unique).build();
        mongodb::IndexModel::builder().keys(doc! { "email": 1 }).options(options).build()
    };
    users.create_index(index("mine", true)).await.unwrap();
    let adapter = open(database.clone(), Schema::core()).await;
    adapter.create(user::MODEL, person("1", "ada")).await.unwrap();
    let mut second = person("2", "ada");
    second.set(user::NAME, Value::from("other"));
    let error = adapter.create(user::MODEL, second).await.unwrap_err();
    let AdapterError::Conflict { fields, .. } = &error else { panic!("{error:?}") };
    assert_eq!(fields, &["email"]);
    let names = users.list_index_names().await.unwrap();
    assert!(names.contains(&"mine".to_owned()) && !names.contains(&"email_1".to_owned()), "{names:?}");
    remove(database.clone()).await;

    users.create_index(index("email_1", false)).await.unwrap();
    let error = MongoAdapter::builder(&server_url()).database(&database).build().await.unwrap_err();
    let AdapterError::Configuration { problem } = &error else { panic!("{error:?}") };
    assert!(problem.contains("auth_users") && problem.contains("drop it"), "{problem}");
    remove(database).await;
}

async fn expiry(_: Arc<TestDatabase>) {
    let database = new_name();
    // One that was made without is changed.
    open(database.clone(), Schema::core()).await;
    let builder = MongoAdapter::builder(&server_url()).database(&database);
    // In the tests' time a session ends in December 2026: sixty years later is certainly not yet.
    let adapter = builder.expire_after(SIXTY_YEARS).build().await.unwrap();
    let fixture = Fixture::on(Arc::new(adapter), |builder| builder);
    let token = fixture.sign_up("ada@example.com").await.unwrap().session.unwrap().token;
    let sessions = documents(&database, "auth_sessions").await;
    let mut expiring = sessions.list_indexes().await.unwrap();
    let mut found = Vec::new();
    while expiring.advance().await.unwrap() {
        let index = expiring.deserialize_current().unwrap();
        let options = index.options.unwrap();
        found.extend(options.expire_after.map(|after| (options.name.unwrap(), after.as_secs())));
    }
    assert_eq!(found, [("expires_at_1".to_owned(), SIXTY_YEARS.as_secs())]);
    fixture.clock.advance(time::Duration::days(7));
    assert_eq!(sessions.count_documents(doc! {}).await.unwrap(), 1, "the server has not deleted it");
    let valid = fixture.auth.validate_session(&token, Refresh::Never, &context()).await.unwrap();
    assert!(valid.is_none(), "{:?}", fixture.clock.now());
    remove(database).await;
}

const SIXTY_YEARS: Duration = Duration::from_hours(24 * 365 * 60);
