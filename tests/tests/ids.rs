//! Every way of making ids, in every type of column.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use auth_core::adapter::{AdapterError, Filter, Operator, Record};
use auth_core::domain::{Email, NewSession, NewUser, UserChange, UserId};
use auth_core::repository::RepositoryError;
use auth_core::service::Refresh;
use auth_schema::{FieldId, Generator, IdStrategy, IdType, Model, Schema, session, user};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{Fixture, PASSWORD, context};
use auth_tests::runner::{Case, main as run};
use auth_tests::statements::record;
use sea_orm::{ConnectionTrait, Statement};
use time::macros::datetime;

fn main() {
    let cases = [
        Case::new("a_person_signs_up_and_in_with_ids_of_every_strategy", every_strategy),
        Case::new("strategies_are_mixed", mixed),
        Case::new("a_given_id_is_kept_if_it_has_the_form_of_the_models_ids", given),
        Case::new("an_id_of_the_wrong_form_is_not_found", wrong_form),
        Case::new("a_reference_of_the_wrong_form_is_told", wrong_reference),
        Case::new("numbers_are_not_used_twice", not_twice),
        Case::new("an_id_of_any_type_is_found_by_its_index", by_index),
    ];
    run(&cases, |_| true);
}

async fn strategies(database: &TestDatabase) -> Vec<IdStrategy> {
    static COUNTER: AtomicU64 = AtomicU64::new(0);
    let custom = Generator::new(|| format!("custom-{}", COUNTER.fetch_add(1, Ordering::SeqCst)));
    let mut strategies = vec![
        IdStrategy::Random,
        IdStrategy::UuidV4,
        IdStrategy::UuidV7,
        IdStrategy::Serial,
        IdStrategy::NanoId,
        IdStrategy::Cuid2,
        IdStrategy::Prefixed("id_".into()),
        IdStrategy::Custom(custom),
        IdStrategy::Database(IdType::Integer),
    ];
    // MySQL itself gives back numbers only.
    if database.adapter().await.capabilities().insert_returning {
        strategies.extend([IdStrategy::Database(IdType::Text), IdStrategy::Database(IdType::Uuid)]);
    }
    strategies
}

async fn fixture(database: &TestDatabase, schema: Schema) -> Fixture {
    Fixture::on(database.adapter_of(schema).await, |builder| builder)
}

async fn every_strategy(database: Arc<TestDatabase>) {
    for strategy in strategies(&database).await {
        let database = database.backend().create().await;
        let schema = Schema::builder().ids(strategy.clone()).build().unwrap();
        let fixture = fixture(&database, schema).await;
        let signed_up = fixture.sign_up("ada@example.com").await;
        let signed_up = signed_up.unwrap_or_else(|error| panic!("{strategy:?}: {error}"));
        let session = signed_up.session.unwrap();
        assert!(!signed_up.user.id.as_str().is_empty(), "{strategy:?}");
        assert_eq!(session.user_id, signed_up.user.id, "{strategy:?}");
        let valid = fixture.auth.validate_session(&session.token, Refresh::WhenDue, &context()).await;
        let valid = valid.unwrap().unwrap();
        assert_eq!((valid.session, valid.user), (session.clone(), signed_up.user.clone()), "{strategy:?}");
        fixture.sign_in("ada@example.com", PASSWORD).await.unwrap();
        let store = fixture.auth.store();
        assert_eq!(store.users().find(&signed_up.user.id).await.unwrap(), Some(signed_up.user.clone()));
        assert_eq!(store.accounts().list(&signed_up.user.id).await.unwrap().len(), 1);
        let change = UserChange { name: Some("Countess".into()), ..UserChange::default() };
        assert!(store.users().update(&signed_up.user.id, change).await.unwrap().is_some());
        assert_eq!(fixture.auth.revoke_sessions(&signed_up.user.id, &context()).await.unwrap(), 2);
        assert!(store.users().delete(&signed_up.user.id).await.unwrap());
        assert!(store.accounts().list(&signed_up.user.id).await.unwrap().is_empty());
        drop(fixture);
        database.remove().await;
    }
}

fn mixed_schema() -> Schema {
    Schema::builder()
        .ids_of("user", IdStrategy::Serial)
        .ids_of("session", IdStrategy::UuidV7)
        .ids_of("account", IdStrategy::Prefixed("acc_".into()))
        .build()
        .unwrap()
}

async fn mixed(database: Arc<TestDatabase>) {
    let fixture = fixture(&database, mixed_schema()).await;
    let signed_up = fixture.sign_up("ada@example.com").await.unwrap();
    let session = signed_up.session.unwrap();
    assert_eq!(signed_up.user.id.as_str(), "1");
    assert_eq!(session.id.as_str().len(), 36);
    let accounts = fixture.auth.store().accounts().list(&signed_up.user.id).await.unwrap();
    assert!(accounts[0].id.as_str().starts_with("acc_"));
    // The account of a password is known by the user's id, as text.
    assert_eq!(accounts[0].account_id, "1");
    let valid = fixture.auth.validate_session(&session.token, Refresh::Never, &context()).await.unwrap();
    assert_eq!(valid.unwrap().user.id, signed_up.user.id);
}

fn new_user(id: &str, name: &str) -> NewUser {
    let email = Email::parse(&format!("{name}@example.com")).unwrap();
    NewUser { id: Some(UserId::new(id)), ..NewUser::new(name, email) }
}

async fn given(database: Arc<TestDatabase>) {
    let uuid = "0190d1a0-0000-4000-8000-000000000000";
    for (strategy, given, kept) in [
        (IdStrategy::Random, "mine", true),
        (IdStrategy::UuidV4, uuid, true),
        (IdStrategy::UuidV4, "mine", false),
        (IdStrategy::Serial, "4711", true),
        (IdStrategy::Serial, "mine", false),
    ] {
        let database = database.backend().create().await;
        let schema = Schema::builder().ids(strategy.clone()).build().unwrap();
        let fixture = fixture(&database, schema).await;
        let user = fixture.auth.store().users().create(new_user(given, "ada")).await.unwrap();
        assert_eq!(user.id.as_str() == given, kept, "{strategy:?} {given}: {}", user.id);
        assert_eq!(fixture.auth.store().users().find(&user.id).await.unwrap(), Some(user));
        drop(fixture);
        database.remove().await;
    }
}

async fn wrong_form(database: Arc<TestDatabase>) {
    for strategy in [IdStrategy::Serial, IdStrategy::UuidV4] {
        let database = database.backend().create().await;
        let fixture = fixture(&database, Schema::builder().ids(strategy.clone()).build().unwrap()).await;
        let user = fixture.user("ada@example.com").await;
        let store = fixture.auth.store();
        for wrong in ["", "abc", "-1", "01", "1.5", "1e3", "99999999999999999999", "1 OR 1=1", "a\u{0}b"] {
            let id = UserId::new(wrong);
            assert_eq!(store.users().find(&id).await.unwrap(), None, "{strategy:?} {wrong:?}");
            let change = UserChange { name: Some("Eve".into()), ..UserChange::default() };
            assert!(store.users().update(&id, change).await.unwrap().is_none());
            assert!(!store.users().delete(&id).await.unwrap());
            assert!(store.accounts().list(&id).await.unwrap().is_empty());
            assert_eq!(fixture.auth.revoke_sessions(&id, &context()).await.unwrap(), 0);

            let rows = store.model("user").unwrap();
            let count = async |operator, value: auth_schema::Value| {
                rows.count(Filter::everything().and(user::ID, operator, value)).await.unwrap()
            };
            let both = || auth_schema::Value::List(vec![wrong.into(), user.id.as_str().into()]);
            assert_eq!(count(Operator::NotEqual, wrong.into()).await, 1, "{strategy:?} {wrong:?}");
            assert_eq!(count(Operator::In, both()).await, 1);
            assert_eq!(count(Operator::NotIn, both()).await, 0);
            assert_eq!(count(Operator::In, auth_schema::Value::List(vec![wrong.into()])).await, 0);
            assert_eq!(count(Operator::NotIn, auth_schema::Value::List(vec![wrong.into()])).await, 1);
        }
        assert_eq!(store.users().count().await.unwrap(), 1);
        drop(fixture);
        database.remove().await;
    }
}

async fn wrong_reference(database: Arc<TestDatabase>) {
    for strategy in [IdStrategy::Serial, IdStrategy::UuidV4] {
        let database = database.backend().create().await;
        let fixture = fixture(&database, Schema::builder().ids(strategy.clone()).build().unwrap()).await;
        fixture.user("ada@example.com").await;
        let new = NewSession::new(UserId::new("abc"), datetime!(2027-01-01 0:00 UTC));
        let error = fixture.auth.store().sessions().create(new).await.unwrap_err();
        let RepositoryError::Adapter(error) = error else { panic!("{error:?}") };
        // Where the column holds text, the missing counterpart is told.
        let typed = match database.backend() {
            Backend::Memory => false,
            Backend::Postgres => true,
            _ => strategy == IdStrategy::Serial,
        };
        match &error {
            AdapterError::InvalidValue { model, field, .. } if typed => {
                assert_eq!((model.as_str(), field.as_str()), ("session", "user_id"));
            }
            AdapterError::ForeignKey { model: session::MODEL, fields, .. } if !typed => {
                assert_eq!(fields.as_slice(), ["user_id"]);
            }
            other => panic!("{strategy:?}: {other:?}"),
        }
        drop(fixture);
        database.remove().await;
    }
}

async fn not_twice(database: Arc<TestDatabase>) {
    let fixture = fixture(&database, Schema::builder().ids(IdStrategy::Serial).build().unwrap()).await;
    let first = fixture.user("ada@example.com").await;
    assert!(fixture.auth.store().users().delete(&first.id).await.unwrap());
    let second = fixture.user("ada@example.com").await;
    assert_ne!(first.id, second.id);
}

/// The engine's plan for finding a row by id: no scan, whatever the column's type.
async fn by_index(database: Arc<TestDatabase>) {
    let backend = database.backend();
    if backend == Backend::Memory {
        return;
    }
    for strategy in [IdStrategy::Random, IdStrategy::UuidV7, IdStrategy::Serial] {
        let database = backend.create().await;
        let thing = Model::new("thing", "things", Vec::new()).map(|model| model.with_ids(strategy.clone()));
        let adapter = database.adapter_of(Schema::new(vec![thing.unwrap()]).unwrap()).await;
        let fixture = Fixture::on(adapter, |builder| builder);
        let rows = fixture.auth.store().model("thing").unwrap();
        let mut last = String::new();
        for _ in 0..50 {
            let mut made = rows.create(Record::default()).await.unwrap();
            last = made.take_text(rows.model().unwrap(), FieldId::ID).unwrap();
        }
        let by_id = rows.query().filter(Filter::equal(FieldId::ID, last.as_str()));
        let (found, statements) = record(rows.find_one(by_id)).await;
        assert!(found.unwrap().is_some());
        let connection = database.connect().await;
        let typed = match strategy {
            IdStrategy::Serial => last.clone(),
            _ => format!("'{last}'"),
        };
        let sql = statements[0].replace("$1", &typed).replace('?', &typed);
        let explain = match backend {
            Backend::Sqlite => format!("EXPLAIN QUERY PLAN {sql}"),
            Backend::Postgres => format!("EXPLAIN (FORMAT TEXT) {sql}"),
            _ => format!("EXPLAIN FORMAT=JSON {sql}"),
        };
        if backend == Backend::Postgres {
            // Fifty rows fit a page; the question is whether the index can be used at all.
            connection.execute_unprepared("SET enable_seqscan = off").await.unwrap();
        }
        let plan = connection
            .query_all_raw(Statement::from_string(connection.get_database_backend(), explain))
            .await
            .unwrap();
        let column = if backend == Backend::Sqlite { 3 } else { 0 };
        let plan: Vec<String> = plan.iter().map(|row| row.try_get_by_index(column).unwrap()).collect();
        let plan = plan.join("\n");
        let uses_index = match backend {
            Backend::Sqlite => plan.contains("SEARCH"),
            Backend::Postgres => plan.contains("Index"),
            _ => plan.contains("\"access_type\": \"const\""),
        };
        assert!(uses_index, "{strategy:?}: {plan}");
        drop(connection);
        drop(fixture);
        database.remove().await;
    }
}
