//! What users can reach: their accounts and sessions, for many users in a few questions.

use std::collections::HashMap;

use auth_core::adapter::seaorm::SqlAdapter;
use auth_core::adapter::{Adapter, AdapterError, Filter, Operator, Query, Record, Value};
use auth_schema::{FieldId, account, session, user};
use time::OffsetDateTime;

use super::case::LinkedAccount;

/// What belongs to a user.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Reach {
    pub(super) accounts: Vec<LinkedAccount>,
    pub(super) has_password: bool,
    pub(super) sessions: u64,
    pub(super) last_session_at: Option<OffsetDateTime>,
}

/// What some users can reach, by id. Two round trips.
pub(super) async fn reaches(
    adapter: &SqlAdapter<'_>,
    users: Vec<Value>,
) -> Result<HashMap<String, Reach>, AdapterError> {
    let mut reaches: HashMap<String, Reach> = HashMap::new();
    let of_users = Filter::everything().and(account::USER_ID, Operator::In, Value::List(users.clone()));
    let fields = vec![account::ID, account::USER_ID, account::PROVIDER_ID, account::PASSWORD];
    let query = Query::new(account::MODEL).filter(of_users).select(fields);
    for row in adapter.find_many(query).await? {
        let reach = reaches.entry(text(&row.record, account::USER_ID)).or_default();
        reach.has_password |= row.record.get(account::PASSWORD).is_some_and(|value| !value.is_null());
        let (id, provider_id) = (text(&row.record, account::ID), text(&row.record, account::PROVIDER_ID));
        reach.accounts.push(LinkedAccount { id, provider_id });
    }
    for tally in adapter.tally(session::MODEL, session::USER_ID, users, session::UPDATED_AT).await? {
        let Value::Text(user) = tally.value else {
            continue;
        };
        let reach = reaches.entry(user).or_default();
        reach.sessions = tally.rows;
        if let Value::Timestamp(at) = tally.latest {
            reach.last_session_at = Some(at);
        }
    }
    for reach in reaches.values_mut() {
        reach.accounts.sort_by(|left, right| left.id.cmp(&right.id));
    }
    Ok(reaches)
}

/// The addresses of some users, by id, and whether they are proven. One round trip.
pub(super) async fn addresses(
    adapter: &SqlAdapter<'_>,
    users: Vec<Value>,
) -> Result<HashMap<String, (String, bool)>, AdapterError> {
    let fields = vec![user::ID, user::EMAIL, user::EMAIL_VERIFIED];
    let query = Query::new(user::MODEL).filter(Filter::ids(users)).select(fields);
    let rows = adapter.find_many(query).await?.into_iter().map(|row| row.record);
    let address =
        |row: Record| (text(&row, user::ID), (text(&row, user::EMAIL), is_true(&row, user::EMAIL_VERIFIED)));
    Ok(rows.map(address).collect())
}

/// A text; empty for null.
pub(super) fn text(record: &Record, field: FieldId) -> String {
    match record.get(field) {
        Some(Value::Text(text)) => text.clone(),
        _ => String::new(),
    }
}

/// A truth; false for null.
pub(super) fn is_true(record: &Record, field: FieldId) -> bool {
    record.get(field) == Some(&Value::Bool(true))
}

/// An instant, if there is one.
pub(super) fn instant(record: &Record, field: FieldId) -> Option<OffsetDateTime> {
    match record.get(field) {
        Some(Value::Timestamp(at)) => Some(*at),
        _ => None,
    }
}
