//! What a database does not keep by itself, the adapter keeps: uniqueness, references, what goes with a row.

use std::sync::Arc;

use auth_core::adapter::{Adapter, AdapterError, Filter, Query, Record};
use auth_core::domain::{Email, NewAccount, NewSession, NewUser, UserChange};
use auth_core::{DatabaseConnection, SeaOrmAdapter};
use auth_schema::{Field, FieldId, FieldType, Model, OnDelete, Schema, account, session, user};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{Fixture, context};
use auth_tests::flavour::Flavour;
use auth_tests::runner::Case;
use sea_orm::ConnectionTrait;
use time::macros::datetime;

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("of_eight_links_of_one_account_one_is_made_without_an_index", eight_links),
        Case::new("of_eight_sign_ups_with_one_address_one_is_made_without_an_index", eight_sign_ups),
        Case::new("a_change_to_a_taken_address_is_refused_without_an_index", taken_address),
        Case::new("what_belongs_to_a_user_goes_with_them_without_foreign_keys", deleted),
        Case::new("a_session_of_nobody_is_refused_without_foreign_keys", of_nobody),
        Case::new("rows_that_point_to_each_other_in_a_circle_go_together", circle),
        Case::new("two_rows_cannot_become_alike_in_one_change", alike),
        Case::new("instants_of_several_forms_in_one_column_are_read", mixed)
            .on(|backend| backend == Backend::Sqlite),
        Case::new("references_that_set_null_or_restrict_do_so_without_foreign_keys", other_actions),
    ]
}

/// Better Auth's tables as MySQL 8 makes them: nothing unique, no foreign key.
async fn bare(database: &TestDatabase) -> (DatabaseConnection, Arc<SeaOrmAdapter>) {
    let connection = database.connect().await;
    let schema = Flavour::Kysely.schema();
    let (text, flag, instant) = match database.backend() {
        Backend::Mysql => {
            ("varchar(255) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin", "boolean", "datetime(3)")
        }
        Backend::Postgres => ("text", "boolean", "timestamptz"),
        _ => ("text", "integer", "date"),
    };
    let quote = if database.backend() == Backend::Mysql { '`' } else { '"' };
    for (_, model) in schema.models() {
        let column = |field: &Field| {
            let kind = match field.field_type {
                FieldType::Boolean => flag,
                FieldType::Timestamp => instant,
                FieldType::Integer => "integer",
                FieldType::BigInteger => "bigint",
                _ if field.long => "text",
                _ => text,
            };
            let null = if field.required { " NOT NULL" } else { " NULL" };
            format!("{quote}{}{quote} {kind}{null}", field.column)
        };
        let columns: Vec<String> = model.fields().iter().map(column).collect();
        let table = format!("CREATE TABLE {quote}{}{quote} ({})", model.table(), columns.join(", "));
        connection.execute_unprepared(&table).await.unwrap();
    }
    let adapter = SeaOrmAdapter::with_schema(connection.clone(), schema).await.unwrap();
    (connection, Arc::new(adapter))
}

async fn fixture(database: &TestDatabase) -> (Arc<SeaOrmAdapter>, Fixture) {
    let (_, adapter) = bare(database).await;
    (Arc::clone(&adapter), Fixture::on(adapter, |builder| builder))
}

fn someone(name: &str) -> NewUser {
    NewUser::new(name, Email::parse(&format!("{name}@example.com")).unwrap())
}

async fn eight_links(database: Arc<TestDatabase>) {
    let (adapter, fixture) = fixture(&database).await;
    let user = fixture.user("ada@example.com").await;
    let link = || {
        let (auth, id) = (fixture.auth.clone(), user.id.clone());
        tokio::spawn(async move {
            auth.store().accounts().create(NewAccount::at_provider("github", "42", id)).await
        })
    };
    let links: Vec<_> = (0..8).map(|_| link()).collect();
    let mut made = 0;
    for link in links {
        match link.await.unwrap() {
            Ok(_) => made += 1,
            Err(error) => assert!(error.is_conflict_of(account::MODEL), "{error:?}"),
        }
    }
    let filter = Filter::equal(account::ACCOUNT_ID, "42");
    assert_eq!((made, adapter.count(account::MODEL, filter).await.unwrap()), (1, 1));
}

async fn eight_sign_ups(database: Arc<TestDatabase>) {
    let (adapter, fixture) = fixture(&database).await;
    let create = |_| {
        let auth = fixture.auth.clone();
        tokio::spawn(async move { auth.store().users().create(someone("ada")).await })
    };
    let creations: Vec<_> = (0..8).map(create).collect();
    let mut made = 0;
    for creation in creations {
        match creation.await.unwrap() {
            Ok(_) => made += 1,
            Err(error) => assert!(error.is_conflict_of(user::MODEL), "{error:?}"),
        }
    }
    let count = adapter.count(user::MODEL, Filter::everything()).await.unwrap();
    assert_eq!((made, count), (1, 1));
}

async fn taken_address(database: Arc<TestDatabase>) {
    let (_, fixture) = fixture(&database).await;
    let store = fixture.auth.store();
    let ada = store.users().create(someone("ada")).await.unwrap();
    store.users().create(someone("eve")).await.unwrap();
    let change =
        |email: &str| UserChange { email: Some(Email::parse(email).unwrap()), ..UserChange::default() };
    let error = store.users().update(&ada.id, change("eve@example.com")).await.unwrap_err();
    assert!(error.is_conflict_of(user::MODEL), "{error:?}");
    // Its own address is no other's.
    let same = store.users().update(&ada.id, change("ada@example.com")).await.unwrap().unwrap();
    assert_eq!(same.id, ada.id);
    let other = store.users().update(&ada.id, change("ada2@example.com")).await.unwrap().unwrap();
    assert_eq!(other.email.as_str(), "ada2@example.com");
}

async fn deleted(database: Arc<TestDatabase>) {
    let (adapter, fixture) = fixture(&database).await;
    let ada = fixture.sign_up("ada@example.com").await.unwrap();
    fixture.user("eve@example.com").await;
    assert!(fixture.auth.store().users().delete(&ada.user.id).await.unwrap());
    for (model, of) in [(session::MODEL, session::USER_ID), (account::MODEL, account::USER_ID)] {
        let left = adapter.count(model, Filter::equal(of, ada.user.id.as_str())).await.unwrap();
        let others = adapter.count(model, Filter::everything()).await.unwrap();
        assert_eq!((left, others), (0, 1));
    }
    let token = ada.session.unwrap().token;
    let valid = fixture.auth.validate_session(&token, auth_core::service::Refresh::WhenDue, &context()).await;
    assert!(valid.unwrap().is_none());
}

async fn of_nobody(database: Arc<TestDatabase>) {
    let (adapter, fixture) = fixture(&database).await;
    let nobody = auth_core::domain::UserId::new("nobody");
    let new = NewSession::new(nobody, datetime!(2027-01-01 0:00 UTC));
    let error = fixture.auth.store().sessions().create(new).await.unwrap_err();
    assert!(format!("{error:?}").contains("ForeignKey"), "{error:?}");
    assert_eq!(adapter.count(session::MODEL, Filter::everything()).await.unwrap(), 0);
}

async fn other_actions(database: Arc<TestDatabase>) {
    let connection = database.connect().await;
    let thing = |name: &str, on_delete| {
        let owner = Field::new("owner", FieldType::String).optional().references("parent", "id");
        Model::new(name, name, vec![owner.on_delete(on_delete)]).unwrap()
    };
    let parent = Model::new("parent", "parent", vec![Field::new("name", FieldType::String)]).unwrap();
    let models = vec![parent, thing("loose", OnDelete::SetNull), thing("strict", OnDelete::Restrict)];
    let schema = Schema::new(models).unwrap();
    for table in [
        "parent (id varchar(64), name varchar(64))",
        "loose (id varchar(64), owner varchar(64))",
        "strict (id varchar(64), owner varchar(64))",
    ] {
        connection.execute_unprepared(&format!("CREATE TABLE {table}")).await.unwrap();
    }
    let adapter = SeaOrmAdapter::with_schema(connection, schema.clone()).await.unwrap();
    let [parent, loose, strict] = ["parent", "loose", "strict"].map(|name| schema.find(name).unwrap());
    let field = FieldId::new(1);
    for id in ["1", "2"] {
        adapter.create(parent, Record::default().with(FieldId::ID, id).with(field, "p")).await.unwrap();
        adapter.create(loose, Record::default().with(FieldId::ID, id).with(field, id)).await.unwrap();
    }
    adapter.create(strict, Record::default().with(FieldId::ID, "1").with(field, "1")).await.unwrap();
    let error = adapter.delete_many(parent, Filter::everything()).await.unwrap_err();
    assert!(matches!(error, AdapterError::ForeignKey { .. }), "{error:?}");
    assert_eq!(adapter.count(loose, Filter::equal(field, "2")).await.unwrap(), 1, "nothing happened");
    assert_eq!(adapter.delete_many(parent, Filter::equal(FieldId::ID, "2")).await.unwrap(), 1);
    let row =
        adapter.find_one(Query::new(loose).filter(Filter::equal(FieldId::ID, "2"))).await.unwrap().unwrap();
    assert!(row.record.get(field).is_none_or(auth_schema::Value::is_null));
}

async fn mixed(database: Arc<TestDatabase>) {
    let connection = database.connect().await;
    Flavour::Drizzle.create(database.backend(), &connection).await;
    let adapter = SeaOrmAdapter::with_schema(connection.clone(), Flavour::Drizzle.schema()).await.unwrap();
    let expected = datetime!(2026-11-24 12:00:00.345 UTC);
    for (id, instant) in [
        ("1", "1795521600345"),
        ("2", "'2026-11-24T12:00:00.345Z'"),
        ("3", "'2026-11-24T12:00:00.345+00:00'"),
        ("4", "'2026-11-24 12:00:00.345'"),
    ] {
        let row =
            format!("INSERT INTO verification VALUES ('{id}', 'i', 'v', {instant}, {instant}, {instant})");
        connection.execute_unprepared(&row).await.unwrap();
    }
    let findings = SeaOrmAdapter::inspect(&connection, &Flavour::Drizzle.schema()).await.unwrap().findings;
    let rows = adapter.find_many(Query::new(auth_schema::verification::MODEL)).await.unwrap();
    assert_eq!(rows.len(), 4);
    for row in rows {
        let found = row.record.get(auth_schema::verification::EXPIRES_AT);
        assert_eq!(found, Some(&auth_schema::Value::Timestamp(expected)));
    }
    // What is said to mend it gives all of them the form of the column.
    let mixed = findings.into_iter().filter(|finding| finding.problem.code() == "mixed_instants");
    let remedies: Vec<String> = mixed.map(|finding| finding.remedy).collect();
    assert_eq!(remedies.len(), 3);
    for remedy in remedies {
        connection.execute_unprepared(&remedy).await.unwrap();
    }
    let late = Filter::equal(auth_schema::verification::EXPIRES_AT, expected);
    let adapter = SeaOrmAdapter::with_schema(connection, Flavour::Drizzle.schema()).await.unwrap();
    assert_eq!(adapter.count(auth_schema::verification::MODEL, late).await.unwrap(), 4);
}

async fn circle(database: Arc<TestDatabase>) {
    let connection = database.connect().await;
    connection.execute_unprepared("CREATE TABLE node (id varchar(64), next varchar(64))").await.unwrap();
    let next = Field::new("next", FieldType::String).optional().references("node", "id");
    let schema = Schema::new(vec![Model::new("node", "node", vec![next]).unwrap()]).unwrap();
    let node = schema.find("node").unwrap();
    let next = FieldId::new(1);
    // A long chain that ends in a circle, and one that stands alone.
    let chain = (1..=300).map(|number| format!("('{number}', '{}')", number - 1));
    let rows: Vec<String> = chain.chain([String::from("('0', NULL)")]).collect();
    connection.execute_unprepared(&format!("INSERT INTO node VALUES {}", rows.join(", "))).await.unwrap();
    let adapter = SeaOrmAdapter::with_schema(connection, schema).await.unwrap();
    adapter.create(node, Record::default().with(FieldId::ID, "alone")).await.unwrap();
    let close = Record::default().with(next, "5");
    adapter.update_many(node, Filter::equal(FieldId::ID, "0"), close).await.unwrap();
    assert_eq!(adapter.delete_many(node, Filter::equal(FieldId::ID, "0")).await.unwrap(), 1);
    assert_eq!(adapter.count(node, Filter::everything()).await.unwrap(), 1);
}

async fn alike(database: Arc<TestDatabase>) {
    let (adapter, fixture) = fixture(&database).await;
    let ada = fixture.user("ada@example.com").await;
    for provider in ["a", "b"] {
        let account = NewAccount::at_provider(provider, "1", ada.id.clone());
        fixture.auth.store().accounts().create(account).await.unwrap();
    }
    let both = Filter::equal(account::ACCOUNT_ID, "1");
    let change = Record::default().with(account::PROVIDER_ID, "c");
    let error = adapter.update_many(account::MODEL, both.clone(), change).await.unwrap_err();
    assert!(error.is_conflict_of(account::MODEL), "{error:?}");
    let one = both.and(account::PROVIDER_ID, auth_core::adapter::Operator::Equal, "a");
    let change = Record::default().with(account::PROVIDER_ID, "c");
    assert_eq!(adapter.update_many(account::MODEL, one, change).await.unwrap(), 1);
}
