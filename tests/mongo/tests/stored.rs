//! How rows stand in the database: as Better Auth's own adapter writes and reads them.

use std::sync::Arc;
use std::time::Duration;

use auth_core::adapter::{
    Adapter, AdapterError, Filter, Join, JoinKind, Joined, Operator, Query, Record, Value,
};
use auth_core::schema::{IdStrategy, IdType};
use auth_mongo::{IdForm, MongoAdapter};
use auth_mongo_tests::{INSTANT, documents, new_name, open, person, remove, server_url, told};
use auth_schema::{Schema, account, rate_limit, session, user};
use auth_server::Settings;
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, PASSWORD, context};
use auth_tests::runner::Case;
use mongodb::bson::oid::ObjectId;
use mongodb::bson::{Bson, DateTime, doc};

fn main() {
    auth_mongo_tests::run(&[
        Case::new("ids_and_references_are_object_ids_and_come_back_as_text", object_ids),
        Case::new("ids_may_be_text", text_ids),
        Case::new("uuids_are_uuids", uuids),
        Case::new("numbers_are_refused_at_the_start", numbers),
        Case::new("absent_and_null_are_both_null_and_instants_are_dates", nulls),
        Case::new("a_database_that_better_auth_has_filled_is_read_and_written_in_its_form", better_auth),
        Case::new("an_error_repeats_no_value", silent),
        Case::new("the_server_opens_it_by_its_address", served),
    ]);
}

async fn object_ids(_: Arc<TestDatabase>) {
    let database = new_name();
    let schema = Schema::builder().ids(IdStrategy::Database(IdType::Text)).build().unwrap();
    let fixture = Fixture::on(open(database.clone(), schema).await, |builder| builder);
    let signed_up = fixture.sign_up("ada@example.com").await.unwrap();
    let id = signed_up.user.id.as_str();
    let stored = documents(&database, "auth_users").await.find_one(doc! {}).await.unwrap().unwrap();
    assert_eq!(stored.get_object_id("_id").unwrap().to_hex(), id);
    assert!(!stored.contains_key("id"));
    for collection in ["auth_sessions", "auth_accounts"] {
        let pointing = documents(&database, collection).await.find_one(doc! {}).await.unwrap().unwrap();
        assert_eq!(pointing.get_object_id("user_id").unwrap().to_hex(), id, "{collection}");
    }
    assert_eq!(fixture.auth.list_sessions(&signed_up.user.id).await.unwrap().len(), 1);
    remove(database).await;
}

async fn text_ids(_: Arc<TestDatabase>) {
    let database = new_name();
    let builder = MongoAdapter::builder(&server_url()).database(&database).ids(IdForm::Text);
    let adapter = builder.build().await.unwrap();
    let hex = "65f1c0ffee65f1c0ffee65f1";
    adapter.create(user::MODEL, person(hex, "ada")).await.unwrap();
    let stored = documents(&database, "auth_users").await.find_one(doc! {}).await.unwrap().unwrap();
    assert_eq!(stored.get_str("_id").unwrap(), hex);
    let found = adapter.count(user::MODEL, Filter::equal(user::ID, hex)).await.unwrap();
    assert_eq!(found, 1);
    remove(database).await;
}

async fn uuids(_: Arc<TestDatabase>) {
    let database = new_name();
    let schema = Schema::builder().ids(IdStrategy::UuidV4).build().unwrap();
    let fixture = Fixture::on(open(database.clone(), schema).await, |builder| builder);
    let id = fixture.user("ada@example.com").await.id;
    let stored = documents(&database, "auth_users").await.find_one(doc! {}).await.unwrap().unwrap();
    let Some(Bson::Binary(binary)) = stored.get("_id") else { panic!("{stored}") };
    assert_eq!(binary.to_uuid().unwrap().to_string(), id.as_str());
    // A text that is no UUID is not found, and no error.
    assert_eq!(fixture.auth.adapter().count(user::MODEL, Filter::equal(user::ID, "x")).await.unwrap(), 0);
    remove(database).await;
}

async fn numbers(_: Arc<TestDatabase>) {
    for ids in [IdStrategy::Serial, IdStrategy::Database(IdType::Integer)] {
        let schema = Schema::builder().ids(ids).build().unwrap();
        let error = MongoAdapter::builder(&server_url())
            .database(new_name())
            .schema(schema)
            .build()
            .await
            .unwrap_err();
        let AdapterError::Configuration { problem } = &error else { panic!("{error:?}") };
        assert!(problem.contains("numbers") && problem.contains("IdStrategy"), "{problem}");
    }
}

async fn nulls(_: Arc<TestDatabase>) {
    let database = new_name();
    let adapter = open(database.clone(), Schema::core()).await;
    adapter.create(user::MODEL, person("absent", "a")).await.unwrap();
    adapter.create(user::MODEL, person("null", "b").with(user::IMAGE, Value::Null)).await.unwrap();
    let users = documents(&database, "auth_users").await;
    let absent = users.find_one(doc! { "_id": "absent" }).await.unwrap().unwrap();
    assert!(!absent.contains_key("image"), "as Better Auth leaves it out");
    let null = users.find_one(doc! { "_id": "null" }).await.unwrap().unwrap();
    assert_eq!(null.get("image"), Some(&Bson::Null));
    let date = absent.get_datetime("created_at").unwrap();
    assert_eq!(date.timestamp_millis(), 1_795_521_600_123);
    let none = Filter::equal(user::IMAGE, Value::Null);
    assert_eq!(adapter.count(user::MODEL, none).await.unwrap(), 2);
    let some = Filter::everything().and(user::IMAGE, Operator::NotEqual, Value::Null);
    assert_eq!(adapter.count(user::MODEL, some).await.unwrap(), 0);
    remove(database).await;
}

/// What the TypeScript adapter leaves: collections and fields under Better Auth's names, ids as `ObjectId`, numbers as JavaScript writes them.
async fn better_auth(_: Arc<TestDatabase>) {
    let database = new_name();
    let (ada, eve) = (ObjectId::new(), ObjectId::new());
    let date = DateTime::from_millis(1_795_521_600_123);
    let users = documents(&database, "user").await;
    for (id, name) in [(ada, "ada"), (eve, "eve")] {
        let email = format!("{name}@example.com");
        let user = doc! { "_id": id, "name": name, "email": email, "emailVerified": true, "createdAt": date, "updatedAt": date };
        users.insert_one(user).await.unwrap();
    }
    let sessions = documents(&database, "session").await;
    let expires = DateTime::from_millis(1_800_000_000_000);
    let of = |id: ObjectId, token: &str| doc! { "userId": id, "token": token, "expiresAt": expires, "createdAt": date, "updatedAt": date };
    sessions.insert_many([of(ada, "one"), of(ada, "two"), of(eve, "three")]).await.unwrap();
    let counters = documents(&database, "rateLimit").await;
    let counter = doc! { "key": "k", "count": 1, "lastRequest": 1_795_521_600_123.0 };
    counters.insert_one(counter).await.unwrap();

    let schema = Schema::builder().better_auth_names().ids(IdStrategy::Database(IdType::Text));
    let adapter = open(database.clone(), schema.build().unwrap()).await;
    let owner = Join::one(user::MODEL, session::USER_ID, user::ID);
    let query = Query::new(session::MODEL).filter(Filter::equal(session::TOKEN, "three")).join(owner);
    let mut found = adapter.find_one(query).await.unwrap().unwrap();
    assert_eq!(found.take_one(0).unwrap().get(user::NAME), Some(&Value::from("eve")));
    let mut all = Query::new(user::MODEL).filter(Filter::equal(user::ID, ada.to_hex()));
    all = all.join(Join {
        kind: JoinKind::Many { limit: Some(10) },
        ..Join::one(session::MODEL, user::ID, session::USER_ID)
    });
    let found = adapter.find_one(all).await.unwrap().unwrap();
    let Joined::Many(of_ada) = &found.joined[0] else { panic!("{found:?}") };
    assert_eq!(of_ada.len(), 2);
    let counter = adapter.find_one(Query::new(rate_limit::MODEL)).await.unwrap().unwrap().record;
    assert_eq!(counter.get(rate_limit::LAST_REQUEST), Some(&Value::Int(1_795_521_600_123)));

    let new = Record::default()
        .with(account::ACCOUNT_ID, "42")
        .with(account::PROVIDER_ID, "github")
        .with(account::USER_ID, eve.to_hex())
        .with(account::CREATED_AT, INSTANT)
        .with(account::UPDATED_AT, INSTANT);
    adapter.create(account::MODEL, new).await.unwrap();
    let stored = documents(&database, "account").await.find_one(doc! {}).await.unwrap().unwrap();
    let keys: Vec<&str> = stored.keys().map(String::as_str).collect();
    assert_eq!(keys, ["_id", "accountId", "providerId", "userId", "createdAt", "updatedAt"]);
    assert_eq!(stored.get_object_id("userId").unwrap(), eve);
    adapter.delete(user::MODEL, Filter::equal(user::ID, ada.to_hex())).await.unwrap();
    assert_eq!(sessions.count_documents(doc! {}).await.unwrap(), 1);
    remove(database).await;
}

async fn silent(database: Arc<TestDatabase>) {
    let adapter = database.adapter().await;
    adapter.create(user::MODEL, person("a", "secret-name")).await.unwrap();
    let error = adapter.create(user::MODEL, person("b", "secret-name")).await.unwrap_err();
    let told = told(&error);
    assert!(told.contains("11000") && !told.contains("secret-name"), "{told}");
}

async fn served(_: Arc<TestDatabase>) {
    let database = new_name();
    let url = format!("{}{database}", server_url());
    let variable = |name: &str| match name {
        "DATABASE_URL" => Some(url.clone()),
        "AUTH_SECRET" => Some("only-for-tests-0123456789abcdef-0123456789".to_owned()),
        "AUTH_NAMING" => Some("stock".to_owned()),
        _ => None,
    };
    let auth = auth_server::build(&Settings::read(variable).unwrap(), 3000).await.unwrap();
    let email = auth_core::domain::Email::parse("ada@example.com").unwrap();
    let password = auth_core::password::Password::new(PASSWORD);
    let request = auth_core::service::SignUpEmail::new("Ada", email, password);
    let user = auth.sign_up_email(request, &context()).await.unwrap().user;
    let stored = documents(&database, "user").await.find_one(doc! {}).await.unwrap().unwrap();
    assert_eq!(stored.get_object_id("_id").unwrap().to_hex(), user.id.as_str());
    assert!(stored.contains_key("emailVerified"), "{stored}");
    auth.shutdown(Duration::from_secs(1)).await;
    remove(database).await;
}
