//! Which rows a filter names.

use auth_schema::{FieldId, session, user};
use time::OffsetDateTime;

use crate::adapter::{Case, Condition, Filter, JoinKind, Operator, Query, Value};

/// The values that a field has in every row that passes, if the filter says; at least as many as there are rows.
pub(super) fn values(filter: &Filter, field: FieldId) -> Option<Vec<&str>> {
    filter.all.iter().filter(|part| part.field == field && part.case == Case::Sensitive).find_map(texts)
}

/// The one value of a field, if the filter says nothing else.
pub(super) fn only(filter: &Filter, field: FieldId) -> Option<&str> {
    match (filter.all.as_slice(), filter.any.as_slice()) {
        ([part], []) if part.field == field && part.operator == Operator::Equal => text(&part.value),
        _ => None,
    }
}

/// Whether a field lies before an instant in every row that passes.
pub(super) fn is_before(filter: &Filter, field: FieldId, instant: OffsetDateTime) -> bool {
    let before = |part: &Condition| match (part.operator, &part.value) {
        (Operator::Less | Operator::LessOrEqual, Value::Timestamp(end)) => *end <= instant,
        _ => false,
    };
    filter.all.iter().any(|part| part.field == field && before(part))
}

/// The token of the question that every request asks: the session of a token with its user.
pub(super) fn token_of_request(query: &Query) -> Option<&str> {
    let [join] = query.joins.as_slice() else {
        return None;
    };
    let owner = join.model == user::MODEL
        && (join.from, join.to) == (session::USER_ID, user::ID)
        && join.filter.is_empty()
        && join.kind == JoinKind::One;
    let plain = query.model == session::MODEL && query.select.is_none() && !query.lock && query.offset == 0;
    if owner && plain { only(&query.filter, session::TOKEN) } else { None }
}

fn texts(part: &Condition) -> Option<Vec<&str>> {
    match (part.operator, &part.value) {
        (Operator::Equal, value) => text(value).map(|text| vec![text]),
        (Operator::In, Value::List(list)) => list.iter().map(text).collect(),
        _ => None,
    }
}

fn text(value: &Value) -> Option<&str> {
    match value {
        Value::Text(text) => Some(text),
        _ => None,
    }
}
