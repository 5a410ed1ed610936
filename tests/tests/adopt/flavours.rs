//! Every flavour of Better Auth's databases is taken over, whatever its ids and instants are.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use auth_cli::adopt::{Database, Orders, Rule, Shown};
use auth_core::SeaOrmAdapter;
use auth_core::adapter::{Adapter, Filter, Query, Record, Value};
use auth_core::domain::SystemClock;
use auth_schema::{Field, Model, Schema, account, session, user};
use auth_tests::backend::TestDatabase;
use auth_tests::flavour::Flavour;
use sea_orm::ConnectionTrait;
use time::macros::datetime;

pub async fn every_flavour_is_taken_over(database: Arc<TestDatabase>) {
    for flavour in Flavour::BETTER_AUTH {
        let name = flavour.name();
        let connection = database.connect().await;
        flavour.create(database.backend(), &connection).await;
        let adapter = SeaOrmAdapter::with_schema(connection.clone(), loose(&flavour.schema())).await;
        let adapter = adapter.expect(name);
        let (first, second) = (person(&adapter, 1).await, person(&adapter, 2).await);
        assert_ne!(first, second);
        let sessions = adapter.find_many(Query::new(session::MODEL)).await.expect("sessions");

        let opened = Database::open_to_apply(connection.clone(), flavour.schema(), Arc::new(SystemClock));
        let opened = opened.await.expect(name);
        let stop = AtomicBool::new(false);
        let orders = Orders { file: None, rule: Some(Rule::KeepOldest), shown: Shown::None, stop: &stop };
        let report = opened.adopt(&orders).await.expect(name);
        assert!(report.is_done() && report.applied == 3, "{name}: {report:?}");

        let users = adapter.find_many(Query::new(user::MODEL)).await.expect("users");
        let emails = users.iter().filter_map(|row| row.record.get(user::EMAIL));
        assert!(emails.clone().any(|email| *email == Value::from("user1@example.com")), "{name}");
        assert_eq!(emails.count(), 2);
        assert_eq!(adapter.find_many(Query::new(session::MODEL)).await.expect("sessions"), sessions);
        let kept = Filter::equal(account::PROVIDER_ID, "github");
        let kept =
            adapter.find_one(Query::new(account::MODEL).filter(kept)).await.expect("accounts").expect("one");
        assert_eq!(kept.record.get(account::USER_ID), Some(&first), "{name}");

        connection.execute_unprepared("DROP TABLE auth_adoption_backups").await.expect("it is there");
        SeaOrmAdapter::drop_tables(&connection, &flavour.schema()).await.expect("they are there");
    }
}

/// A user in capital letters with a session and the account that both have.
async fn person(adapter: &SeaOrmAdapter, number: i64) -> Value {
    let at = datetime!(2026-01-01 0:00 UTC) + time::Duration::days(number);
    let id = |kind: i64| {
        let model = adapter.schema().model(user::MODEL).expect("users");
        let uuid = || format!("0190d1a0-0000-4000-8000-{kind:06}{number:06}");
        let made = model.ids().is_made_by_the_database();
        (!made).then(|| Value::from(uuid()))
    };
    let with_id = |kind| id(kind).map_or_else(Record::default, |id| Record::default().with(user::ID, id));
    let person = with_id(1)
        .with(user::NAME, "Name")
        .with(user::EMAIL, format!("User{number}@Example.com"))
        .with(user::EMAIL_VERIFIED, true)
        .with(user::CREATED_AT, at)
        .with(user::UPDATED_AT, at);
    let person = adapter.create(user::MODEL, person).await.expect("a user");
    let person = person.get(user::ID).cloned().expect("an id");
    let session = with_id(2)
        .with(session::TOKEN, format!("token-{number}"))
        .with(session::EXPIRES_AT, at)
        .with(session::CREATED_AT, at)
        .with(session::UPDATED_AT, at)
        .with(session::USER_ID, person.clone());
    adapter.create(session::MODEL, session).await.expect("a session");
    let account = with_id(3)
        .with(account::PROVIDER_ID, "github")
        .with(account::ACCOUNT_ID, "4711")
        .with(account::USER_ID, person.clone())
        .with(account::CREATED_AT, at)
        .with(account::UPDATED_AT, at);
    adapter.create(account::MODEL, account).await.expect("an account");
    person
}

/// The same tables, for a writer that keeps nothing apart.
fn loose(schema: &Schema) -> Schema {
    let loose = |(_, model): (_, &Model)| {
        let fields: Vec<Field> = model.fields().iter().skip(1).cloned().collect();
        Model::new(model.name(), model.table(), fields).map(|loose| loose.with_ids(model.ids().clone()))
    };
    Schema::new(schema.models().map(loose).collect::<Result<_, _>>().expect("models")).expect("a schema")
}
