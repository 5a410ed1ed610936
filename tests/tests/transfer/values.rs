//! A schema with every type, and rows with every kind of value.

use auth_core::adapter::{Record, Value};
use auth_schema::{Field, FieldId, FieldType, IdStrategy, Model, Schema, account, session, user};
use serde_json::json;
use time::OffsetDateTime;
use time::macros::{date, datetime, time};

/// The core models; users with a field of every type; notes of users, which point to each other.
pub fn schema(ids: IdStrategy) -> Schema {
    let mut builder = Schema::builder();
    for (name, field_type) in FieldType::NAMES {
        builder = builder.field("user", Field::new(format!("a_{name}"), field_type).optional());
    }
    let note = vec![
        Field::new("user_id", FieldType::String).references("user", "id"),
        Field::new("parent_id", FieldType::String).references("note", "id").optional(),
        Field::new("inside", FieldType::String).not_returned(),
    ];
    builder.model(Model::new("note", "notes", note)).ids(ids).build().unwrap()
}

/// The id of a number, in the form of a strategy.
pub fn id(ids: &IdStrategy, number: u32) -> Value {
    Value::Text(match ids {
        IdStrategy::Serial => (number + 1).to_string(),
        IdStrategy::UuidV7 | IdStrategy::UuidV4 => format!("0190d1a0-0000-7000-8000-{number:012x}"),
        _ => format!("{}User{number}", if number.is_multiple_of(2) { "a" } else { "A" }),
    })
}

pub fn person(id: Value, number: u32) -> Record {
    Record::default()
        .with(user::ID, id)
        .with(user::NAME, format!("Ada \"{number}\" \\ Ł\u{1F98A}\n\t"))
        .with(user::EMAIL, format!("ada{number}@example.com"))
        .with(user::EMAIL_VERIFIED, number.is_multiple_of(2))
        .with(user::CREATED_AT, AT)
        .with(user::UPDATED_AT, AT + time::Duration::milliseconds(i64::from(number)))
}

pub fn session_of(user: Value, number: u32) -> Record {
    Record::default()
        .with(session::ID, user.clone())
        .with(session::EXPIRES_AT, AT + time::Duration::days(7))
        .with(session::TOKEN, format!("session-token-{number}"))
        .with(session::CREATED_AT, AT)
        .with(session::UPDATED_AT, AT)
        .with(session::USER_ID, user)
}

pub fn account_of(user: Value, number: u32) -> Record {
    Record::default()
        .with(account::ID, user.clone())
        .with(account::ACCOUNT_ID, format!("account-{number}"))
        .with(account::PROVIDER_ID, "github")
        .with(account::USER_ID, user)
        .with(account::ACCESS_TOKEN, format!("access-token-{number}"))
        .with(account::REFRESH_TOKEN, format!("refresh-token-{number}"))
        .with(account::ID_TOKEN, format!("id-token-{number}"))
        .with(account::PASSWORD, format!("password-hash-{number}"))
        .with(account::CREATED_AT, AT)
        .with(account::UPDATED_AT, AT)
}

/// Users whose additional fields hold everything that is easily lost.
pub fn people(ids: &IdStrategy) -> Vec<Record> {
    let mut rows: Vec<Record> = (0..4).map(|number| person(id(ids, number), number)).collect();
    fill(&mut rows[0], usual());
    fill(&mut rows[1], extreme());
    fill(&mut rows[2], empty());
    rows
}

fn fill(row: &mut Record, values: [Value; 14]) {
    for (position, value) in values.into_iter().enumerate() {
        row.set(FieldId::new(user::UPDATED_AT.position() + 1 + position), value);
    }
}

/// In the order of the types.
fn usual() -> [Value; 14] {
    [
        Value::from("text"),
        Value::Int(-7),
        Value::Int(9_007_199_254_740_993),
        Value::Float(0.1),
        Value::Bool(true),
        Value::Timestamp(datetime!(2026-11-24 12:00:00.345 UTC)),
        Value::Decimal("12.30".parse().unwrap()),
        Value::Bytes(vec![0, 255, 10, 34]),
        Value::Uuid("0190d1a0-0000-7000-8000-00000000abcd".parse().unwrap()),
        Value::Date(date!(2024 - 02 - 29)),
        Value::Time(time!(23:59:59.123456)),
        Value::Json(
            json!({ "z": 2.5, "a": [1, 2.0, null, { "y": 1, "x": "ÿ" }], "n": 9_007_199_254_740_993_i64 }),
        ),
        Value::List(vec![Value::from("a"), Value::from(""), Value::from("\"")]),
        Value::List(vec![Value::Int(1), Value::Float(2.5), Value::Int(-3)]),
    ]
}

fn extreme() -> [Value; 14] {
    [
        Value::from("\u{10FFFF} \r\n\\ \u{7f}"),
        Value::Int(i64::from(i32::MIN)),
        Value::Int(i64::MAX),
        Value::Float(-1.797_693_134_862_315_7e308),
        Value::Bool(false),
        Value::Timestamp(datetime!(9999-12-31 23:59:59.999 UTC)),
        Value::Decimal("-12345678901234567.890123456789".parse().unwrap()),
        Value::Bytes((0..=255).collect()),
        Value::Uuid(uuid::Uuid::max()),
        Value::Date(date!(9999 - 12 - 31)),
        Value::Time(time!(0:00)),
        Value::Json(json!(null)),
        Value::List(vec![Value::from("\u{1F98A}")]),
        Value::List(vec![Value::Int(9_007_199_254_740_991)]),
    ]
}

fn empty() -> [Value; 14] {
    [
        Value::from(""),
        Value::Int(0),
        Value::Int(i64::MIN),
        Value::Float(-0.0),
        Value::Bool(false),
        Value::Timestamp(OffsetDateTime::UNIX_EPOCH - time::Duration::milliseconds(1)),
        Value::Decimal("0.000000000001".parse().unwrap()),
        Value::Bytes(Vec::new()),
        Value::Uuid(uuid::Uuid::nil()),
        Value::Date(date!(1000 - 01 - 01)),
        Value::Time(time!(12:00)),
        Value::Json(json!({})),
        Value::List(Vec::new()),
        Value::List(Vec::new()),
    ]
}

pub const AT: OffsetDateTime = datetime!(2026-11-24 12:00:00.001 UTC);
