//! An application with entities of its own: other names, other ids, more columns, a behaviour that stamps.

mod entities;

use std::sync::Arc;

use auth_core::adapter::seaorm::ToModel;
use auth_core::adapter::{Adapter, AdapterError};
use auth_core::domain::{Additional, Email, NewUser, UserChange};
use auth_core::password::Password;
use auth_core::service::{Refresh, SignUpEmail};
use auth_core::{DatabaseConnection, SeaOrmAdapter};
use auth_schema::{Field, FieldType, IdStrategy, Schema, Value};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{Fixture, PASSWORD, context};
use auth_tests::runner::{Case, main as run};
use auth_tests::statements::record;
use entities::{accounts, logins, people, verifications};
use sea_orm::{EntityTrait, TransactionTrait};
use serde_json::json;

fn main() {
    let cases = [
        Case::new("a_person_signs_up_into_the_applications_tables", sign_up),
        Case::new("the_applications_own_model_comes_back", typed),
        Case::new("the_entitys_behaviour_runs_for_inserts_and_updates", behaviour),
        Case::new("a_sign_up_inside_the_applications_transaction_rolls_back_with_it", rolled_back),
        Case::new("an_entity_costs_no_statement_more", budget),
        Case::new("an_entity_that_does_not_fit_is_told_at_the_start", misfit),
        Case::new("the_generated_entities_are_served_as_they_are", generated),
    ];
    run(&cases, |backend| !matches!(backend, Backend::Memory | Backend::MysqlWithoutReturning));
}

struct App {
    db: DatabaseConnection,
    adapter: Arc<SeaOrmAdapter>,
    fixture: Fixture,
}

impl App {
    async fn new(database: &TestDatabase) -> Self {
        let db = database.connect().await;
        entities::create(&db).await;
        // `preferences` is declared, so that clients may set it; the other columns are found in the entity.
        let schema = Schema::builder()
            .field("user", Field::new("preferences", FieldType::Json).optional())
            .ids_of("user", IdStrategy::Serial)
            .ids_of("session", IdStrategy::UuidV7)
            .build()
            .unwrap();
        let adapter = SeaOrmAdapter::builder(db.clone())
            .schema(schema)
            .user::<people::Entity>()
            .column("user", "name", people::Column::FullName)
            .session::<logins::Entity>()
            .account::<accounts::Entity>()
            .verification::<verifications::Entity>()
            .build()
            .await
            .unwrap();
        let adapter = Arc::new(adapter);
        let fixture = Fixture::on(adapter.clone(), |builder| builder);
        Self { db, adapter, fixture }
    }
}

fn request(email: &str) -> SignUpEmail {
    let mut request = SignUpEmail::new("Ada", Email::parse(email).unwrap(), Password::new(PASSWORD));
    let additional = json!({ "preferences": { "theme": "dark" }, "role": "admin", "balance": "1000" });
    if let serde_json::Value::Object(fields) = additional {
        request.additional = fields;
    }
    request
}

async fn sign_up(database: Arc<TestDatabase>) {
    let app = App::new(&database).await;
    // What the entity alone declares cannot be set by a client.
    let error = app.fixture.auth.sign_up_email(request("ada@example.com"), &context()).await.unwrap_err();
    assert_eq!(error.to_string(), "balance is not allowed to be set");
    let mut request = request("ada@example.com");
    request.additional.remove("balance");
    request.additional.remove("role");
    let signed_up = app.fixture.auth.sign_up_email(request, &context()).await.unwrap();
    assert_eq!(signed_up.user.id.as_str(), "1");
    let session = signed_up.session.unwrap();
    assert_eq!(session.id.as_str().len(), 36);
    // The application reads its rows with its own entities.
    let person = people::Entity::find_by_id(1).one(&app.db).await.unwrap().unwrap();
    assert_eq!((person.full_name.as_str(), person.mail.as_str()), ("Ada", "ada@example.com"));
    assert_eq!(person.created_at, signed_up.user.created_at);
    assert_eq!(person.preferences, Some(json!({ "theme": "dark" })));
    assert_eq!((person.role.as_str(), person.avatar), ("member", None));
    assert_eq!(person.balance, "0".parse().unwrap());
    let login = logins::Entity::find().one(&app.db).await.unwrap().unwrap();
    assert_eq!((login.id.to_string(), login.user_id), (session.id.as_str().to_owned(), 1));

    let valid = app.fixture.auth.validate_session(&session.token, Refresh::WhenDue, &context()).await;
    let valid = valid.unwrap().unwrap();
    assert_eq!(valid.session, session);
    // Declared and returned; found in the entity and kept inside.
    assert_eq!(valid.user.additional.get("preferences"), Some(&Value::Json(json!({ "theme": "dark" }))));
    assert_eq!(valid.user.additional.get("balance"), None);
    app.fixture.sign_in("ada@example.com", PASSWORD).await.unwrap();
    assert_eq!(app.fixture.auth.list_sessions(&valid.user.id).await.unwrap().len(), 2);
    assert!(app.fixture.auth.store().users().delete(&valid.user.id).await.unwrap());
    assert_eq!(logins::Entity::find().all(&app.db).await.unwrap(), []);
}

fn new_user() -> NewUser {
    let additional = Additional::new()
        .with("balance", Value::Decimal("12345678.1250".parse().unwrap()))
        .with("avatar", Value::Bytes(vec![0, 255, 7]))
        .with("preferences", Value::Json(json!([1, "a", null])));
    NewUser { additional, ..NewUser::new("Ada", Email::parse("ada@example.com").unwrap()) }
}

async fn typed(database: Arc<TestDatabase>) {
    let app = App::new(&database).await;
    let users = app.fixture.auth.store().users();
    let user = users.create(new_user()).await.unwrap();
    let person = user.to_model::<people::Entity>(&app.adapter).unwrap();
    let stored = people::Entity::find_by_id(person.id).one(&app.db).await.unwrap().unwrap();
    assert_eq!(person, stored);
    assert_eq!(person.balance, "12345678.125".parse().unwrap());
    assert_eq!(person.avatar, Some(vec![0, 255, 7]));
    let found = users.find(&user.id).await.unwrap().unwrap();
    assert_eq!(found.to_model::<people::Entity>(&app.adapter).unwrap(), stored);
    // Another entity than the registered one, and a user without the fields that stay inside.
    let error = user.to_model::<logins::Entity>(&app.adapter).unwrap_err();
    assert!(matches!(error, AdapterError::Unsupported { .. }), "{error:?}");
    let request = SignUpEmail::new("Eve", Email::parse("eve@example.com").unwrap(), Password::new(PASSWORD));
    let shown = app.fixture.auth.sign_up_email(request, &context()).await.unwrap();
    assert!(shown.user.to_model::<people::Entity>(&app.adapter).is_err());
    let login = shown.session.unwrap().to_model::<logins::Entity>(&app.adapter).unwrap();
    assert_eq!(login.user_id.to_string(), shown.user.id.as_str());
}

async fn behaviour(database: Arc<TestDatabase>) {
    let app = App::new(&database).await;
    let users = app.fixture.auth.store().users();
    let person = async |id: i64| people::Entity::find_by_id(id).one(&app.db).await.unwrap().unwrap();
    let user = users.create(new_user()).await.unwrap();
    assert_eq!(user.additional.get("stamp"), Some(&Value::from("inserted")));
    assert_eq!(person(1).await.stamp, "inserted");
    // Its own name on each database: the behaviour counts for all of them.
    let countess = format!("Countess {}", database.url);
    let change = UserChange { name: Some(countess.clone()), ..UserChange::default() };
    let changed = users.update(&user.id, change).await.unwrap().unwrap();
    assert_eq!(changed.additional.get("stamp"), Some(&Value::from("updated")));
    assert_eq!(
        (person(1).await.stamp.as_str(), person(1).await.full_name.as_str()),
        ("updated", countess.as_str())
    );
    // A behaviour that refuses: nothing is written.
    let refused = UserChange { name: Some("Mallory".into()), ..UserChange::default() };
    let error = users.update(&user.id, refused).await.unwrap_err();
    assert!(format!("{error:?}").contains("Mallory is not welcome"), "{error:?}");
    assert_eq!(person(1).await.full_name, countess);
    let mut refused = new_user();
    refused.name = "Mallory".into();
    refused.email = Email::parse("mallory@example.com").unwrap();
    users.create(refused).await.unwrap_err();
    assert_eq!(users.count().await.unwrap(), 1);
    assert_eq!(people::after_saves(&countess), 1);
}

async fn rolled_back(database: Arc<TestDatabase>) {
    let app = App::new(&database).await;
    let transaction = app.db.begin().await.unwrap();
    let joined = app.fixture.auth.within(&transaction).unwrap();
    let request = SignUpEmail::new("Ada", Email::parse("ada@example.com").unwrap(), Password::new(PASSWORD));
    let signed_up = joined.sign_up_email(request, &context()).await.unwrap();
    // The application sees the row in its transaction, with its own entity.
    let id: i64 = signed_up.user.id.as_str().parse().unwrap();
    assert!(people::Entity::find_by_id(id).one(&transaction).await.unwrap().is_some());
    drop(joined);
    transaction.rollback().await.unwrap();
    assert_eq!(people::Entity::find().all(&app.db).await.unwrap(), []);
    assert_eq!(logins::Entity::find().all(&app.db).await.unwrap(), []);
    assert_eq!(accounts::Entity::find().all(&app.db).await.unwrap().len(), 0);
}

async fn budget(database: Arc<TestDatabase>) {
    let app = App::new(&database).await;
    let (outcome, statements) = record(app.fixture.sign_up("ada@example.com")).await;
    let session = outcome.unwrap().session.unwrap();
    // A row whose id or defaults the database makes is read back with its insert where the engine can.
    let expected = 5 + usize::from(!app.adapter.capabilities().insert_returning);
    assert_eq!(statements.len(), expected, "{statements:#?}");
    let context = context();
    let (valid, statements) =
        record(app.fixture.auth.validate_session(&session.token, Refresh::WhenDue, &context)).await;
    assert!(valid.unwrap().is_some());
    assert_eq!(statements.len(), 1, "{statements:#?}");
    let (_, statements) = record(app.fixture.sign_in("ada@example.com", PASSWORD)).await;
    assert_eq!(statements.len(), 2, "{statements:#?}");
}

async fn misfit(database: Arc<TestDatabase>) {
    let app = App::new(&database).await;
    // The entity of logins has no field for an e-mail address.
    let builder = SeaOrmAdapter::builder(app.db.clone()).user::<logins::Entity>();
    let error = builder.build().await.unwrap_err().to_string();
    assert!(error.contains("has no column for the field \"name\" of user"), "{error}");
    let builder = SeaOrmAdapter::builder(app.db.clone()).user::<people::Entity>().column(
        "user",
        "nme",
        people::Column::FullName,
    );
    let error = builder.build().await.unwrap_err().to_string();
    assert!(error.contains("\"nme\""), "{error}");
    let missing = SeaOrmAdapter::builder(app.db.clone()).user::<entities::missing::Entity>().column(
        "user",
        "name",
        entities::missing::Column::FullName,
    );
    let error = missing.build().await.unwrap_err().to_string();
    assert!(error.contains("table nowhere is missing"), "{error}");
}

async fn generated(database: Arc<TestDatabase>) {
    let db = database.connect().await;
    migration::run(&db).await.unwrap();
    let adapter = SeaOrmAdapter::builder(db.clone())
        .user::<entity::auth_users::Entity>()
        .session::<entity::auth_sessions::Entity>()
        .account::<entity::auth_accounts::Entity>()
        .verification::<entity::auth_verifications::Entity>()
        .build()
        .await
        .unwrap();
    let adapter = Arc::new(adapter);
    let fixture = Fixture::on(adapter.clone(), |builder| builder);
    let user = fixture.user("ada@example.com").await;
    let stored = entity::auth_users::Entity::find().one(&db).await.unwrap().unwrap();
    assert_eq!(user.to_model::<entity::auth_users::Entity>(&adapter).unwrap(), stored);
    assert_eq!((stored.id.as_str(), stored.created_at), (user.id.as_str(), user.created_at));
}
