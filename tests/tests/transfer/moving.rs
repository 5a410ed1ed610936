//! Rows move from each engine to each, as they are.

use std::sync::Arc;

use auth_core::adapter::{Adapter, Filter, Query, Record, Value};
use auth_schema::{FieldId, IdStrategy, Schema, user};
use auth_tests::backend::TestDatabase;

use crate::side::{Side, TempFile};
use crate::values::{account_of, id, people, person, schema, session_of};

/// A database with all kinds of rows.
async fn filled(database: &TestDatabase, ids: &IdStrategy) -> Side {
    let source = Side::on(database, &schema(ids.clone())).await;
    source.create("user", people(ids)).await;
    let numbers = 0..4;
    source
        .create("session", numbers.clone().map(|number| session_of(id(ids, number), number)).collect())
        .await;
    source.create("account", numbers.map(|number| account_of(id(ids, number), number)).collect()).await;
    source
}

/// The lines of a file without the first, in order: the order of ids is the engine's.
fn rows(file: &TempFile) -> Vec<String> {
    let text = file.text();
    let mut rows: Vec<String> = text.lines().skip(1).map(str::to_owned).collect();
    rows.sort_unstable();
    rows
}

pub async fn every_value_moves(database: Arc<TestDatabase>) {
    let ids = IdStrategy::default();
    let source = filled(&database, &ids).await;
    let (file, back) = (TempFile::new(), TempFile::new());
    let exported = source.export(&file, false).await;
    assert_eq!(exported.totals["user"].rows, 4);
    for target in Side::everywhere(&schema(ids)).await {
        let imported = target.import(&file).await.unwrap();
        let sums = imported.models.iter().map(|model| (model.model.as_str(), model.sha256.as_str()));
        assert!(sums.clone().all(|(model, sum)| exported.totals[model].sha256 == sum), "{imported:?}");
        assert_eq!(sums.count(), exported.totals.len());
        assert_eq!(target.export(&back, false).await, exported);
        assert_eq!(rows(&back), rows(&file));
        target.remove().await;
    }
}

pub async fn ids_are_kept(database: Arc<TestDatabase>) {
    for ids in [IdStrategy::Serial, IdStrategy::UuidV7] {
        let source = Side::new(database.backend(), &schema(ids.clone())).await;
        source.create("user", people(&ids)).await;
        let file = TempFile::new();
        let exported = source.export(&file, false).await;
        for target in Side::everywhere(&schema(ids.clone())).await {
            target.import(&file).await.unwrap();
            assert_eq!(target.export(&TempFile::new(), false).await, exported);
            if ids == IdStrategy::Serial {
                let mut row = person(Value::Null, 99);
                row.take(FieldId::ID);
                let created = target.adapter.create(user::MODEL, row).await.unwrap();
                assert_eq!(created.get(FieldId::ID), Some(&Value::from("5")), "the database counts on");
            }
            target.remove().await;
        }
        source.remove().await;
    }
}

pub async fn circles_move(database: Arc<TestDatabase>) {
    let ids = IdStrategy::default();
    let source = filled(&database, &ids).await;
    let note = source.model("note");
    let row = |number: u32| {
        let owner = id(&ids, 0);
        Record::default()
            .with(FieldId::ID, format!("note{number}"))
            .with(FieldId::new(1), owner)
            .with(FieldId::new(3), "inside")
    };
    source.create("note", (0..3).map(row).collect()).await;
    // The first points to the last, the last to the second, the second to itself.
    for (from, to) in [(0, 2), (2, 1), (1, 1)] {
        let change = Record::default().with(FieldId::new(2), format!("note{to}"));
        let only = Filter::equal(FieldId::ID, format!("note{from}"));
        source.adapter.update_many(note, only, change).await.unwrap();
    }
    let file = TempFile::new();
    let exported = source.export(&file, false).await;
    for target in Side::everywhere(&schema(ids.clone())).await {
        target.import(&file).await.unwrap();
        assert_eq!(target.export(&TempFile::new(), false).await, exported);
        // One that was cut before the links were set.
        let change = Record::default().with(FieldId::new(2), Value::Null);
        let only = Filter::equal(FieldId::ID, "note0");
        target.adapter.update_many(note, only, change).await.unwrap();
        target.import(&file).await.unwrap();
        assert_eq!(target.export(&TempFile::new(), false).await, exported);
        target.remove().await;
    }
}

pub async fn a_second_import(database: Arc<TestDatabase>) {
    let ids = IdStrategy::Serial;
    let source = filled(&database, &ids).await;
    let target = Side::new(database.backend(), &schema(ids)).await;
    let file = TempFile::new();
    source.export(&file, false).await;
    let mut planned = target.importing(&file);
    planned.dry_run = true;
    let planned = planned.run().await.unwrap();
    assert_eq!((planned.models[0].inserted, target.count("user").await), (4, 0), "a dry run writes nothing");
    let first = target.import(&file).await.unwrap();
    assert_eq!((first.models[0].inserted, first.models[0].present, first.is_nothing_new()), (4, 0, false));
    let before = target.export(&TempFile::new(), false).await;
    let second = target.import(&file).await.unwrap();
    assert_eq!((second.models[0].inserted, second.models[0].present, second.is_nothing_new()), (0, 4, true));
    assert_eq!(target.export(&TempFile::new(), false).await, before);
    target.remove().await;
}

pub async fn an_import_goes_on(database: Arc<TestDatabase>) {
    let people: Vec<Record> =
        (0..1_500).map(|number| person(id(&IdStrategy::default(), number), number)).collect();
    let source = Side::on(&database, &Schema::core()).await;
    source.create("user", people.clone()).await;
    let target = Side::new(database.backend(), &Schema::core()).await;
    // Every batch of the file has some of them.
    let written: Vec<Record> = people.into_iter().step_by(3).collect();
    target.create("user", written).await;
    let file = TempFile::new();
    let exported = source.export(&file, false).await;
    let imported = target.import(&file).await.unwrap();
    assert_eq!((imported.models[0].inserted, imported.models[0].present), (1_000, 500));
    assert_eq!(target.export(&TempFile::new(), false).await, exported);
    target.remove().await;
}

pub async fn others_are_left_alone(database: Arc<TestDatabase>) {
    let ids = IdStrategy::default();
    let source = filled(&database, &ids).await;
    let target = Side::new(database.backend(), &schema(ids.clone())).await;
    let other = person(Value::from("other"), 77);
    target.create("user", vec![other.clone()]).await;
    let file = TempFile::new();
    source.export(&file, false).await;
    for inserted in [4, 0] {
        let imported = target.import(&file).await.unwrap();
        assert_eq!((imported.models[0].inserted, imported.models[0].others), (inserted, 1));
    }
    let query = Query::new(user::MODEL).filter(Filter::equal(FieldId::ID, "other"));
    let row = target.adapter.find_one(query).await.unwrap().unwrap().record;
    assert_eq!(row.get(user::EMAIL), other.get(user::EMAIL));
    target.remove().await;
}

pub async fn a_snapshot_is_of_one_moment(database: Arc<TestDatabase>) {
    let ids = IdStrategy::default();
    let source = filled(&database, &ids).await;
    let snapshot = source.adapter.snapshot().await.unwrap();
    let count = async |model| snapshot.adapter().count(model, Filter::everything()).await.unwrap();
    assert_eq!(count(source.model("user")).await, 4);
    source.create("user", vec![person(id(&ids, 9), 9)]).await;
    source.create("session", vec![session_of(id(&ids, 9), 9)]).await;
    assert_eq!((count(source.model("user")).await, count(source.model("session")).await), (4, 4));
    let refused = snapshot.adapter().create(user::MODEL, person(id(&ids, 10), 10)).await;
    let writes_nothing = refused.is_err() || database.backend() == auth_tests::backend::Backend::Sqlite;
    assert!(writes_nothing, "{refused:?}");
    let _ = snapshot.rollback().await;
    assert_eq!((source.count("user").await, source.count("session").await), (5, 5));
}
