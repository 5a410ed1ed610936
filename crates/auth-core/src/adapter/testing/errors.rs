//! What is wrong is told by a typed error, and a failed operation changes nothing.

use auth_schema::{account, session, user};

use super::Case;
use super::fixture::{EPOCH, names, session, user};
use crate::adapter::{Adapter, AdapterError, FieldId, Filter, Operator, Query, Record, Value};

pub(super) const CASES: &[Case] = &[
    Case {
        name: "a_taken_value_is_a_conflict_that_names_model_and_constraint",
        run: |a| Box::pin(async move { conflict(&*a).await }),
    },
    Case {
        name: "a_provider_account_is_unique",
        run: |a| Box::pin(async move { provider_account(&*a).await }),
    },
    Case {
        name: "a_missing_counterpart_is_a_foreign_key_error",
        run: |a| Box::pin(async move { foreign_key(&*a).await }),
    },
    Case {
        name: "a_value_of_another_kind_is_refused",
        run: |a| Box::pin(async move { wrong_kind(&*a).await }),
    },
    Case { name: "a_required_value_is_required", run: |a| Box::pin(async move { required(&*a).await }) },
    Case { name: "an_unknown_field_is_named", run: |a| Box::pin(async move { unknown_field(&*a).await }) },
    Case { name: "a_failed_bulk_write_changes_no_row", run: |a| Box::pin(async move { whole(&*a).await }) },
];

async fn conflict(adapter: &dyn Adapter) {
    adapter.create(user::MODEL, user("a")).await.unwrap();
    let mut second = user("a");
    second.set(user::ID, Value::from("id-2"));
    let error = adapter.create(user::MODEL, second).await.unwrap_err();
    let AdapterError::Conflict { model, model_name, table, fields, constraint, .. } = error else {
        panic!("a conflict expected, found {error:?}");
    };
    assert_eq!((model, model_name.as_str(), table.as_str()), (user::MODEL, "user", "auth_users"));
    assert_eq!(fields, ["email"]);
    assert!(constraint.contains("email"), "{constraint}");
    assert_eq!(names(adapter, Filter::everything()).await, ["a"]);
}

async fn provider_account(adapter: &dyn Adapter) {
    adapter.create(user::MODEL, user("a")).await.unwrap();
    let link = |id: &str, provider: &str| {
        Record::default()
            .with(account::ID, id)
            .with(account::ACCOUNT_ID, "42")
            .with(account::PROVIDER_ID, provider)
            .with(account::USER_ID, "id-a")
            .with(account::CREATED_AT, EPOCH)
            .with(account::UPDATED_AT, EPOCH)
    };
    adapter.create(account::MODEL, link("1", "github")).await.unwrap();
    adapter.create(account::MODEL, link("2", "google")).await.unwrap();
    let error = adapter.create(account::MODEL, link("3", "github")).await.unwrap_err();
    let AdapterError::Conflict { model: account::MODEL, fields, .. } = error else { panic!("{error:?}") };
    assert_eq!(fields, ["provider_id", "account_id"]);
}

async fn foreign_key(adapter: &dyn Adapter) {
    let error = adapter.create(session::MODEL, session("1", "nobody")).await.unwrap_err();
    let AdapterError::ForeignKey { model: session::MODEL, model_name, fields, .. } = error else {
        panic!("{error:?}");
    };
    assert_eq!((model_name.as_str(), fields.as_slice()), ("session", ["user_id".to_owned()].as_slice()));
    assert_eq!(adapter.count(session::MODEL, Filter::everything()).await.unwrap(), 0);
}

async fn wrong_kind(adapter: &dyn Adapter) {
    for (field, value) in [
        (user::EMAIL_VERIFIED, Value::from("true")),
        (user::NAME, Value::Int(1)),
        (user::NAME, Value::from("a\0b")),
    ] {
        let mut record = user("a");
        record.set(field, value);
        let error = adapter.create(user::MODEL, record).await.unwrap_err();
        assert!(matches!(error, AdapterError::InvalidValue { .. }), "{error:?}");
        assert!(error.to_string().starts_with("user."), "{error}");
    }
    assert!(names(adapter, Filter::everything()).await.is_empty());
}

async fn required(adapter: &dyn Adapter) {
    let mut record = user("a");
    record.set(user::NAME, Value::Null);
    let error = adapter.create(user::MODEL, record).await.unwrap_err();
    let AdapterError::InvalidValue { model, field, .. } = &error else { panic!("{error:?}") };
    assert_eq!((model.as_str(), field.as_str()), ("user", "name"));
}

async fn unknown_field(adapter: &dyn Adapter) {
    let query = Query::new(user::MODEL).filter(Filter::equal(FieldId::new(99), "x"));
    let error = adapter.find_one(query).await.unwrap_err();
    assert!(matches!(error, AdapterError::Schema(_)), "{error:?}");
    // Also where no row would meet the change.
    let change = || Record::default().with(FieldId::new(99), "x");
    let nobody = || Filter::equal(user::NAME, "nobody");
    let error = adapter.update_many(user::MODEL, nobody(), change()).await.unwrap_err();
    assert!(matches!(error, AdapterError::Schema(_)), "{error:?}");
    let error = adapter.update(user::MODEL, nobody(), change()).await.unwrap_err();
    assert!(matches!(error, AdapterError::Schema(_)), "{error:?}");
}

async fn whole(adapter: &dyn Adapter) {
    for name in ["a", "b", "c"] {
        adapter.create(user::MODEL, user(name)).await.unwrap();
    }
    let same = Record::default().with(user::NAME, "changed").with(user::EMAIL, "same@example.com");
    let others = Filter::everything().and(user::NAME, Operator::NotEqual, "a");
    let error = adapter.update_many(user::MODEL, others, same).await.unwrap_err();
    assert!(error.is_conflict_of(user::MODEL), "{error:?}");
    assert_eq!(names(adapter, Filter::everything()).await, ["a", "b", "c"]);
}
