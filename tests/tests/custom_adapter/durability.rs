//! What was written is there, what failed was not, and nobody sees half a file.

use std::fs;

use auth_core::adapter::{
    Adapter, AdapterError, Direction, Filter, Increment, Operator, Query, Record, Transaction, Value,
};
use auth_core::schema::{Field, FieldType, IdStrategy, Schema, rate_limit, session, user};
use libtest_mimic::Trial;
use serde_json::json;
use time::macros::datetime;
use tokio::runtime::Runtime;

use super::database_file::Problem;
use super::folder::Folder;

pub fn trials() -> Vec<Trial> {
    vec![
        trial("what_was_written_is_there_after_reopening", written),
        trial("every_kind_of_value_is_there_after_reopening", kinds),
        trial("ids_that_the_file_makes_are_never_used_twice", ids),
        trial("a_failed_operation_leaves_the_file_byte_for_byte", failed),
        trial("a_transaction_touches_the_file_at_its_commit_only", transaction),
        trial("a_write_that_cannot_be_saved_did_not_happen", unsaved),
        trial("what_could_not_be_read_again_is_refused_at_once", unreadable),
        trial("the_old_file_is_replaced_and_not_written_over", replaced),
        trial("a_file_is_open_once", once),
    ]
}

fn trial<F: Future<Output = ()> + 'static>(name: &str, run: fn(Folder) -> F) -> Trial {
    Trial::test(name, move || {
        Runtime::new()?.block_on(run(Folder::new()));
        Ok(())
    })
}

fn user(name: &str) -> Record {
    Record::default()
        .with(user::ID, format!("id-{name}"))
        .with(user::NAME, name)
        .with(user::EMAIL, format!("{name}@example.com"))
        .with(user::EMAIL_VERIFIED, false)
        .with(user::IMAGE, Value::Null)
        .with(user::CREATED_AT, datetime!(2026-11-24 12:00:00.345 UTC))
        .with(user::UPDATED_AT, datetime!(2026-11-24 12:00:00.345 UTC))
}

async fn users(adapter: &dyn Adapter) -> Vec<Record> {
    let rows = adapter.find_many(Query::new(user::MODEL)).await.unwrap();
    rows.into_iter().map(|row| row.record).collect()
}

async fn written(folder: Folder) {
    let adapter = folder.open();
    for name in ["a", "b", "c"] {
        adapter.create(user::MODEL, user(name)).await.unwrap();
    }
    let change = Record::default().with(user::NAME, "changed");
    adapter.update(user::MODEL, Filter::equal(user::NAME, "b"), change).await.unwrap();
    adapter.delete(user::MODEL, Filter::equal(user::NAME, "c")).await.unwrap();
    let transaction = adapter.begin().await.unwrap();
    transaction.adapter().create(user::MODEL, user("d")).await.unwrap();
    transaction.commit().await.unwrap();
    drop(adapter);
    let changed = user("b").with(user::NAME, "changed");
    let adapter = folder.open();
    assert_eq!(users(&*adapter).await, [user("a"), changed.clone(), user("d")]);
    let by_email = Query::new(user::MODEL).sort(user::EMAIL, Direction::Ascending).offset(1);
    assert_eq!(adapter.find_one(by_email).await.unwrap().unwrap().record, changed);
}

async fn kinds(folder: Folder) {
    let kinds = [
        ("an_integer", FieldType::Integer, json!(-1)),
        ("a_big_integer", FieldType::BigInteger, json!(9_007_199_254_740_993_i64)),
        ("a_float", FieldType::Float, json!(0.1)),
        ("a_decimal", FieldType::Decimal, json!("12.30")),
        ("bytes", FieldType::Bytes, json!("AAEC")),
        ("a_uuid", FieldType::Uuid, json!("00000000-0000-4000-8000-000000000000")),
        ("a_date", FieldType::Date, json!("2026-11-24")),
        ("a_time", FieldType::Time, json!("12:00:00.000001")),
        ("a_json", FieldType::Json, json!({ "a": [1, null, "ä"] })),
        ("texts", FieldType::StringList, json!(["a", ""])),
        ("numbers", FieldType::NumberList, json!([1, 2.5])),
    ];
    let schema = kinds.iter().fold(Schema::builder(), |builder, (name, kind, _)| {
        builder.field("user", Field::new(*name, *kind).optional())
    });
    let schema = schema.build().unwrap();
    let model = schema.model(user::MODEL).unwrap();
    let mut record = user("a");
    for (name, kind, json) in &kinds {
        record.set(model.find(name).unwrap(), kind.read_json(json).unwrap());
    }
    let adapter = folder.open_with(schema.clone());
    adapter.create(user::MODEL, record.clone()).await.unwrap();
    drop(adapter);
    assert_eq!(users(&*folder.open_with(schema)).await, [record]);
}

async fn ids(folder: Folder) {
    let schema = Schema::builder().ids(IdStrategy::Serial).build().unwrap();
    let without_id = |name| {
        let mut record = user(name);
        record.take(user::ID);
        record
    };
    for (name, expected) in [("a", "1"), ("b", "2"), ("c", "3")] {
        let adapter = folder.open_with(schema.clone());
        let row = adapter.create(user::MODEL, without_id(name)).await.unwrap();
        assert_eq!(row.get(user::ID), Some(&Value::from(expected)));
        adapter.delete(user::MODEL, Filter::equal(user::ID, "2")).await.unwrap();
    }
    // A number that somebody else has chosen is passed over.
    let adapter = folder.open_with(schema);
    adapter.create(user::MODEL, user("d").with(user::ID, "4")).await.unwrap();
    let row = adapter.create(user::MODEL, without_id("e")).await.unwrap();
    assert_eq!(row.get(user::ID), Some(&Value::from("5")));
}

async fn failed(folder: Folder) {
    let adapter = folder.open();
    for name in ["a", "b"] {
        adapter.create(user::MODEL, user(name)).await.unwrap();
    }
    let before = (folder.bytes(), users(&*adapter).await);
    let conflict = adapter.create(user::MODEL, user("a")).await;
    assert!(matches!(conflict, Err(AdapterError::Conflict { .. })), "{conflict:?}");
    let same = Record::default().with(user::EMAIL, "same@example.com").with(user::NAME, "changed");
    let conflict = adapter.update_many(user::MODEL, Filter::everything(), same.clone()).await;
    assert!(matches!(conflict, Err(AdapterError::Conflict { .. })), "{conflict:?}");
    let conflict = adapter.update(user::MODEL, Filter::equal(user::EMAIL_VERIFIED, false), same).await;
    assert!(matches!(conflict, Err(AdapterError::Conflict { .. })), "{conflict:?}");
    let nobodys = Record::default().with(session::ID, "1").with(session::USER_ID, "nobody");
    assert!(adapter.create(session::MODEL, nobodys).await.is_err());
    let filter = Filter::everything().and(user::NAME, Operator::Contains, Value::Int(1));
    assert!(adapter.delete_many(user::MODEL, filter).await.is_err());
    let nothing = Increment {
        model: rate_limit::MODEL,
        filter: Filter::everything(),
        add: vec![],
        set: Record::default(),
    };
    assert!(adapter.increment_one(nothing).await.is_err());
    assert_eq!((folder.bytes(), users(&*adapter).await), before);
}

async fn transaction(folder: Folder) {
    let adapter = folder.open();
    adapter.create(user::MODEL, user("a")).await.unwrap();
    let before = folder.bytes();
    for end in ["rollback", "drop"] {
        let transaction = adapter.begin().await.unwrap();
        transaction.adapter().create(user::MODEL, user("b")).await.unwrap();
        let savepoint = transaction.adapter().begin().await.unwrap();
        savepoint.adapter().create(user::MODEL, user("c")).await.unwrap();
        savepoint.commit().await.unwrap();
        let savepoint = transaction.adapter().begin().await.unwrap();
        savepoint.adapter().create(user::MODEL, user("d")).await.unwrap();
        drop(savepoint);
        assert_eq!(users(transaction.adapter()).await, ["a", "b", "c"].map(user));
        assert_eq!(folder.bytes(), before, "nothing is committed");
        if end == "rollback" {
            transaction.rollback().await.unwrap();
        }
    }
    assert_eq!((folder.bytes(), users(&*adapter).await), (before, vec![user("a")]));
    let empty: Box<dyn Transaction> = adapter.begin().await.unwrap();
    empty.commit().await.unwrap();
    drop(adapter);
    assert_eq!(users(&*folder.open()).await, [user("a")]);
}

async fn unsaved(folder: Folder) {
    let adapter = folder.open();
    adapter.create(user::MODEL, user("a")).await.unwrap();
    let before = folder.bytes();
    // A folder where the new file would be written.
    let obstacle = folder.file().with_added_extension("new");
    fs::create_dir(&obstacle).unwrap();
    let error = adapter.create(user::MODEL, user("b")).await.unwrap_err();
    assert!(matches!(error, AdapterError::Database { .. }), "{error:?}");
    assert!(error.to_string().contains("auth.json"), "{error}");
    let transaction = adapter.begin().await.unwrap();
    transaction.adapter().create(user::MODEL, user("c")).await.unwrap();
    transaction.commit().await.unwrap_err();
    assert_eq!((folder.bytes(), users(&*adapter).await), (before, vec![user("a")]));
    fs::remove_dir(obstacle).unwrap();
    adapter.create(user::MODEL, user("d")).await.unwrap();
    drop(adapter);
    assert_eq!(users(&*folder.open()).await, [user("a"), user("d")]);
}

async fn unreadable(folder: Folder) {
    let schema = Schema::builder().field("user", Field::new("score", FieldType::Float).optional());
    let schema = schema.field("user", Field::new("notes", FieldType::Json).optional()).build().unwrap();
    let model = schema.model(user::MODEL).unwrap();
    let (score, notes) = (model.find("score").unwrap(), model.find("notes").unwrap());
    let adapter = folder.open_with(schema);
    adapter.create(user::MODEL, user("a")).await.unwrap();
    let before = folder.bytes();
    let transaction = adapter.begin().await.unwrap();
    for (field, value) in [
        (score, Value::Float(f64::NAN)),
        (notes, Value::Json(json!(null))),
        (user::CREATED_AT, Value::Timestamp(datetime!(-1 - 01 - 01 0:00 UTC))),
    ] {
        let record = user("b").with(field, value);
        let error = transaction.adapter().create(user::MODEL, record).await.unwrap_err();
        assert!(matches!(error, AdapterError::InvalidValue { .. }), "{error:?}");
    }
    transaction.commit().await.unwrap();
    assert_eq!(folder.bytes(), before);
}

async fn replaced(folder: Folder) {
    let adapter = folder.open();
    adapter.create(user::MODEL, user("a")).await.unwrap();
    let before = folder.bytes();
    // A second name of the old file: who has it open keeps the whole of it.
    let old = folder.file().with_extension("old");
    fs::hard_link(folder.file(), &old).unwrap();
    adapter.create(user::MODEL, user("b")).await.unwrap();
    assert_eq!(fs::read(old).unwrap(), before);
    assert_ne!(folder.bytes(), before);
    #[cfg(unix)]
    for file in ["auth.json", "auth.json.lock"] {
        let metadata = fs::metadata(folder.file().with_file_name(file)).unwrap();
        let mode = std::os::unix::fs::MetadataExt::mode(&metadata);
        assert_eq!(mode & 0o077, 0, "{file} is the owner's alone");
    }
}

async fn once(folder: Folder) {
    let adapter = folder.open();
    let error = super::adapter::FileAdapter::open(folder.file(), Schema::core()).unwrap_err();
    assert!(matches!(error.problem, Problem::InUse), "{error}");
    drop(adapter);
    folder.open();
}
