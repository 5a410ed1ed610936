//! Savepoints, which the database does not have; statements that fail; rows that point to others.

use std::sync::Arc;

use auth_core::adapter::{Adapter, AdapterError, Filter, ModelId, Query, Record, Value};
use auth_core::service::Refresh;
use auth_mongo_tests::{new_name, open, person, remove};
use auth_schema::{Field, FieldType, Schema, user};
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, PASSWORD, context};
use auth_tests::runner::Case;
use auth_tests::statements::record;

fn main() {
    auth_mongo_tests::run(&[
        Case::new("a_savepoint_brings_changed_and_deleted_rows_back", savepoint),
        Case::new("a_dropped_savepoint_is_undone_before_anything_else", dropped_savepoint),
        Case::new("a_failed_statement_ends_the_whole_transaction", failed),
        Case::new("rows_go_or_forget_or_hold_back_as_their_references_say", references),
        Case::new("operations_cost_so_many_statements", budgets),
    ]);
}

async fn savepoint(database: Arc<TestDatabase>) {
    let adapter = database.adapter().await;
    for name in ["a", "b"] {
        adapter.create(user::MODEL, person(name, name)).await.unwrap();
    }
    let outer = adapter.begin().await.unwrap();
    let renamed = |name: &str| Record::default().with(user::NAME, name);
    outer.adapter().update_many(user::MODEL, Filter::equal(user::ID, "a"), renamed("kept")).await.unwrap();
    let inner = outer.adapter().begin().await.unwrap();
    inner.adapter().update_many(user::MODEL, Filter::everything(), renamed("undone")).await.unwrap();
    let innermost = inner.adapter().begin().await.unwrap();
    innermost.adapter().delete(user::MODEL, Filter::equal(user::ID, "b")).await.unwrap();
    innermost.adapter().create(user::MODEL, person("c", "c")).await.unwrap();
    innermost.commit().await.unwrap();
    assert_eq!(names(inner.adapter()).await, ["c", "undone"]);
    inner.rollback().await.unwrap();
    outer.commit().await.unwrap();
    assert_eq!(names(&*adapter).await, ["b", "kept"]);
}

async fn dropped_savepoint(database: Arc<TestDatabase>) {
    let adapter = database.adapter().await;
    for is_looked_at in [true, false] {
        adapter.delete_many(user::MODEL, Filter::everything()).await.unwrap();
        let outer = adapter.begin().await.unwrap();
        outer.adapter().create(user::MODEL, person("a", "a")).await.unwrap();
        let inner = outer.adapter().begin().await.unwrap();
        inner.adapter().create(user::MODEL, person("b", "b")).await.unwrap();
        drop(inner);
        if is_looked_at {
            assert_eq!(names(outer.adapter()).await, ["a"]);
        }
        outer.commit().await.unwrap();
        assert_eq!(names(&*adapter).await, ["a"]);
    }
}

async fn failed(database: Arc<TestDatabase>) {
    let adapter = database.adapter().await;
    adapter.create(user::MODEL, person("a", "a")).await.unwrap();
    let outer = adapter.begin().await.unwrap();
    outer.adapter().create(user::MODEL, person("b", "b")).await.unwrap();
    let inner = outer.adapter().begin().await.unwrap();
    let error = inner.adapter().create(user::MODEL, person("c", "a")).await.unwrap_err();
    assert!(error.is_conflict_of(user::MODEL), "{error:?}");
    let error = inner.rollback().await.unwrap_err();
    assert!(matches!(error, AdapterError::Aborted), "{error:?}");
    let error = outer.adapter().count(user::MODEL, Filter::everything()).await.unwrap_err();
    assert!(matches!(error, AdapterError::Aborted), "{error:?}");
    let error = outer.commit().await.unwrap_err();
    assert!(matches!(error, AdapterError::Aborted), "{error:?}");
    assert_eq!(names(&*adapter).await, ["a"]);
}

async fn references(_: Arc<TestDatabase>) {
    use auth_schema::OnDelete::{Cascade, Restrict, SetNull};
    let database = new_name();
    let owner = |name: &str, on_delete| {
        Field::new(name, FieldType::String).optional().references("user", "id").on_delete(on_delete)
    };
    let fields = vec![owner("going", Cascade), owner("forgetting", SetNull), owner("holding", Restrict)];
    let thing = auth_schema::Model::new("thing", "things", fields);
    let schema = Schema::builder().model(thing).build().unwrap();
    let thing = schema.find("thing").unwrap();
    let field = |name: &str| schema.model(thing).unwrap().find(name).unwrap();
    let (going, forgetting, holding) = (field("going"), field("forgetting"), field("holding"));
    let adapter = open(database.clone(), schema.clone()).await;
    for name in ["a", "b"] {
        adapter.create(user::MODEL, person(name, name)).await.unwrap();
    }
    for (id, field, owner) in
        [("1", going, "a"), ("2", forgetting, "a"), ("3", holding, "b"), ("4", going, "b")]
    {
        adapter.create(thing, Record::default().with(user::ID, id).with(field, owner)).await.unwrap();
    }
    adapter.delete(user::MODEL, Filter::equal(user::ID, "a")).await.unwrap();
    let left = adapter.find_many(Query::new(thing).filter(Filter::equal(user::ID, "2"))).await.unwrap();
    assert_eq!(left[0].record.get(forgetting), Some(&Value::Null));
    assert_eq!(count(&*adapter, thing).await, 3);
    let error = adapter.delete(user::MODEL, Filter::equal(user::ID, "b")).await.unwrap_err();
    assert!(matches!(error, AdapterError::ForeignKey { .. }), "{error:?}");
    assert_eq!(
        (count(&*adapter, user::MODEL).await, count(&*adapter, thing).await),
        (1, 3),
        "nothing has changed"
    );
    let change = Record::default().with(going, "nobody");
    let error = adapter.update(thing, Filter::equal(user::ID, "2"), change).await.unwrap_err();
    assert!(matches!(error, AdapterError::ForeignKey { .. }), "{error:?}");
    remove(database).await;
}

/// Commits are not among them.
async fn budgets(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let (signed_up, statements) = record(fixture.sign_up("ada@example.com")).await;
    assert_eq!(statements, ["insert auth_users", "insert auth_accounts", "insert auth_sessions"]);
    let token = signed_up.unwrap().session.unwrap().token;
    let (_, statements) = record(fixture.auth.validate_session(&token, Refresh::Never, &context())).await;
    assert_eq!(statements, ["aggregate auth_sessions"]);
    let (_, statements) = record(fixture.sign_in("ada@example.com", PASSWORD)).await;
    assert_eq!(statements, ["aggregate auth_users", "update auth_users", "insert auth_sessions"]);
    let (_, statements) = record(fixture.auth.sign_out(&token, &context())).await;
    assert_eq!(statements, ["delete auth_sessions"]);
}

async fn names(adapter: &dyn Adapter) -> Vec<String> {
    let rows = adapter.find_many(Query::new(user::MODEL)).await.unwrap();
    let text = |value: Option<&Value>| match value {
        Some(Value::Text(text)) => text.clone(),
        other => panic!("{other:?}"),
    };
    let mut names: Vec<String> = rows.iter().map(|row| text(row.record.get(user::NAME))).collect();
    names.sort();
    names
}

async fn count(adapter: &dyn Adapter, model: ModelId) -> u64 {
    adapter.count(model, Filter::everything()).await.unwrap()
}
