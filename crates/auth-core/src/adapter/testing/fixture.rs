//! Rows to try the contract on.

use auth_schema::{session, user, verification};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

use crate::adapter::{Adapter, FieldId, Filter, Query, Record, Row, Value};

/// The instant that all rows are counted from.
pub(super) const EPOCH: OffsetDateTime = datetime!(2026-11-24 12:00:00 UTC);

/// A user whose id, name and address derive from a text.
pub(super) fn user(text: &str) -> Record {
    Record::default()
        .with(user::ID, format!("id-{text}"))
        .with(user::NAME, text)
        .with(user::EMAIL, format!("{text}@example.com"))
        .with(user::EMAIL_VERIFIED, false)
        .with(user::IMAGE, Value::Null)
        .with(user::CREATED_AT, EPOCH)
        .with(user::UPDATED_AT, EPOCH)
}

/// A session of a user whose id and token derive from a text.
pub(super) fn session(text: &str, user: &str) -> Record {
    Record::default()
        .with(session::ID, format!("id-{text}"))
        .with(session::EXPIRES_AT, EPOCH + Duration::days(7))
        .with(session::TOKEN, format!("token-{text}"))
        .with(session::CREATED_AT, EPOCH)
        .with(session::UPDATED_AT, EPOCH)
        .with(session::IP_ADDRESS, "127.0.0.1")
        .with(session::USER_AGENT, "")
        .with(session::USER_ID, format!("id-{user}"))
}

/// A verification created so many milliseconds after [`EPOCH`].
pub(super) fn verification(text: &str, identifier: &str, millis: i64) -> Record {
    Record::default()
        .with(verification::ID, format!("id-{text}"))
        .with(verification::IDENTIFIER, identifier)
        .with(verification::VALUE, text)
        .with(verification::EXPIRES_AT, EPOCH + Duration::hours(1))
        .with(verification::CREATED_AT, EPOCH + Duration::milliseconds(millis))
        .with(verification::UPDATED_AT, EPOCH)
}

/// Creates users of these names.
pub(super) async fn create_users(adapter: &dyn Adapter, names: &[&str]) {
    for (position, name) in names.iter().enumerate() {
        let mut record = user(name);
        record.set(user::EMAIL, Value::Text(format!("user-{position}@example.com")));
        record.set(user::ID, Value::Text(format!("id-{position}")));
        adapter.create(user::MODEL, record).await.unwrap();
    }
}

/// The names of the users that pass a filter, sorted.
pub(super) async fn names(adapter: &dyn Adapter, filter: Filter) -> Vec<String> {
    let rows = adapter.find_many(Query::new(user::MODEL).filter(filter)).await.unwrap();
    let mut names = texts(&rows, user::NAME);
    names.sort();
    names
}

/// The texts of a field in the order of rows.
pub(super) fn texts(rows: &[Row], field: FieldId) -> Vec<String> {
    rows.iter().map(|row| text(&row.record, field)).collect()
}

/// The text of a field.
pub(super) fn text(record: &Record, field: FieldId) -> String {
    match record.get(field) {
        Some(Value::Text(text)) => text.clone(),
        other => panic!("text expected, found {other:?}"),
    }
}
