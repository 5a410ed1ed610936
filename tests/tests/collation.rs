//! A column that takes `a` for `A` (MySQL's default): comparisons are exact all the same, and still use the index.

use std::sync::Arc;

use auth_core::adapter::{Adapter, Condition, Filter, Operator, Query, Record};
use auth_core::{DatabaseConnection, SeaOrmAdapter};
use auth_schema::{Field, FieldId, FieldType, Model, Schema, Value};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::runner::{Case, main as run};
use auth_tests::statements::record;
use sea_orm::{ConnectionTrait, Statement};

fn main() {
    let cases = [Case::new("exact_comparisons_of_a_case_insensitive_column_use_its_index", exact)];
    run(&cases, |backend| backend == Backend::Mysql);
}

const NAME: FieldId = FieldId::new(1);

async fn exact(database: Arc<TestDatabase>) {
    let connection = database.connect().await;
    let table = "CREATE TABLE things (id varchar(64) PRIMARY KEY, name varchar(100) NOT NULL, INDEX (name)) \
                 CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci";
    connection.execute_unprepared(table).await.unwrap();
    let fields = vec![Field::new("name", FieldType::String).index()];
    let schema = Schema::new(vec![Model::new("thing", "things", fields).unwrap()]).unwrap();
    let (thing, _) = schema.models().next().unwrap();
    let adapter = SeaOrmAdapter::with_schema(connection.clone(), schema.clone()).await.unwrap();
    for number in 0..2_000 {
        let record =
            Record::default().with(FieldId::ID, format!("id-{number}")).with(NAME, format!("n-{number}"));
        adapter.create(thing, record).await.unwrap();
    }
    for (id, name) in [("a", "Ada"), ("b", "ada"), ("c", "ADA"), ("d", "\u{e4}da")] {
        adapter.create(thing, Record::default().with(FieldId::ID, id).with(NAME, name)).await.unwrap();
    }
    connection.execute_unprepared("ANALYZE TABLE things").await.unwrap();
    let list = |names: &[&str]| Value::List(names.iter().map(|name| Value::from(*name)).collect());
    for (operator, value, expected) in [
        (Operator::Equal, Value::from("ada"), vec!["b"]),
        (Operator::In, list(&["ada", "ADA", "Eve"]), vec!["b", "c"]),
    ] {
        let filter = Filter { all: vec![Condition::new(NAME, operator, value.clone())], any: Vec::new() };
        let (found, statements) = record(adapter.find_many(Query::new(thing).filter(filter))).await;
        let mut ids: Vec<String> = found
            .unwrap()
            .into_iter()
            .map(|mut row| row.record.take_text(schema.model(thing).unwrap(), FieldId::ID).unwrap())
            .collect();
        ids.sort();
        assert_eq!(ids, expected);
        let plan = plan(&connection, &statements[0], &value).await;
        assert!(plan.contains("\"key\": \"name\""), "{}\n{plan}", statements[0]);
        assert!(!plan.contains("\"access_type\": \"ALL\""), "{plan}");
    }
    let not = Filter::everything().and(NAME, Operator::NotEqual, "ada");
    assert_eq!(adapter.count(thing, not).await.unwrap(), 2_003);
}

/// The plan of a statement whose parameters are one value, or a list, over and over.
async fn plan(connection: &DatabaseConnection, sql: &str, value: &Value) -> String {
    let texts: Vec<String> = match value {
        Value::List(list) => list.iter().map(|item| item.to_json().to_string()).collect(),
        other => vec![other.to_json().to_string()],
    };
    let mut filled = String::new();
    for (position, part) in sql.split('?').enumerate() {
        if position > 0 {
            filled.push_str(&texts[(position - 1) % texts.len()]);
        }
        filled.push_str(part);
    }
    let explain =
        Statement::from_string(connection.get_database_backend(), format!("EXPLAIN FORMAT=JSON {filled}"));
    connection.query_one_raw(explain).await.unwrap().unwrap().try_get_by_index(0).unwrap()
}
