//! The order of values, as engines sort them: null first.

use std::cmp::Ordering;

use super::Value;

/// Compares two values of one field; null and absent come first. Values that have no order are equal.
pub(crate) fn compare_optional(left: Option<&Value>, right: Option<&Value>) -> Ordering {
    let present = |value: Option<&Value>| value.is_some_and(|value| !value.is_null());
    match (left, right) {
        (Some(left), Some(right)) if !left.is_null() && !right.is_null() => {
            compare(left, right).unwrap_or(Ordering::Equal)
        }
        _ => present(left).cmp(&present(right)),
    }
}

/// Compares two values of one kind; `None` when they have no order.
pub(crate) fn compare(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        (Value::Float(left), Value::Float(right)) => left.partial_cmp(right),
        (Value::Decimal(left), Value::Decimal(right)) => Some(left.cmp(right)),
        (Value::Text(left), Value::Text(right)) => Some(left.cmp(right)),
        (Value::Bytes(left), Value::Bytes(right)) => Some(left.cmp(right)),
        (Value::Uuid(left), Value::Uuid(right)) => Some(left.cmp(right)),
        (Value::Date(left), Value::Date(right)) => Some(left.cmp(right)),
        (Value::Time(left), Value::Time(right)) => Some(left.cmp(right)),
        (Value::Timestamp(left), Value::Timestamp(right)) => Some(left.cmp(right)),
        _ => None,
    }
}
