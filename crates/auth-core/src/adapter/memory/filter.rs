//! Whether a row passes a filter, by the rules that SQL has.

use std::cmp::Ordering;

use crate::adapter::order::compare;
use crate::adapter::{Case, Condition, Filter, Operator, Record, Value};

/// Whether a row passes: all of `all`, and one of `any` if there are any.
pub(super) fn passes(record: &Record, filter: &Filter) -> bool {
    filter.all.iter().all(|part| holds(record, part))
        && (filter.any.is_empty() || filter.any.iter().any(|part| holds(record, part)))
}

fn holds(record: &Record, part: &Condition) -> bool {
    let stored = record.get(part.field).unwrap_or(&Value::Null);
    match (part.operator, &part.value) {
        (Operator::Equal, Value::Null) => stored.is_null(),
        (Operator::NotEqual, Value::Null) => !stored.is_null(),
        // An empty list is decided before anything is compared, as the SQL form is.
        (Operator::NotIn, Value::List(list)) if list.is_empty() => true,
        (_, Value::Null) => false,
        _ if stored.is_null() => false,
        (Operator::In, Value::List(list)) => list.iter().any(|value| equal(stored, value, part.case)),
        (Operator::NotIn, Value::List(list)) => !list.iter().any(|value| equal(stored, value, part.case)),
        (Operator::In | Operator::Equal, value) => equal(stored, value, part.case),
        (Operator::NotIn | Operator::NotEqual, value) => !equal(stored, value, part.case),
        (Operator::Less, value) => compare(stored, value) == Some(Ordering::Less),
        (Operator::Greater, value) => compare(stored, value) == Some(Ordering::Greater),
        (Operator::LessOrEqual, value) => {
            matches!(compare(stored, value), Some(Ordering::Less | Ordering::Equal))
        }
        (Operator::GreaterOrEqual, value) => {
            matches!(compare(stored, value), Some(Ordering::Greater | Ordering::Equal))
        }
        (operator, Value::Text(text)) => contains(operator, stored, text, part.case),
        _ => false,
    }
}

fn equal(left: &Value, right: &Value, case: Case) -> bool {
    match (left, right, case) {
        (Value::Text(left), Value::Text(right), Case::Insensitive) => left.eq_ignore_ascii_case(right),
        _ => left == right,
    }
}

fn contains(operator: Operator, stored: &Value, text: &str, case: Case) -> bool {
    let Value::Text(stored) = stored else {
        return false;
    };
    let (stored, text) = match case {
        Case::Sensitive => (stored.clone(), text.to_owned()),
        Case::Insensitive => (stored.to_ascii_lowercase(), text.to_ascii_lowercase()),
    };
    match operator {
        Operator::StartsWith => stored.starts_with(&text),
        Operator::EndsWith => stored.ends_with(&text),
        _ => stored.contains(&text),
    }
}
