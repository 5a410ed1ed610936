//! Ids that cannot stand in their column: they are not found, instead of failing the statement.

use auth_schema::FieldId;

use super::table::{Column, Table};
use crate::adapter::{AdapterError, Case, Condition, Filter, Operator, Value};

/// Puts what holds for no row, or for every row, in the place of comparisons with ids of the wrong form. Runs before
/// the shape of a question is taken, because it changes the text.
pub(super) fn admit(table: &Table, filter: &mut Filter) -> Result<(), AdapterError> {
    for condition in filter.all.iter_mut().chain(&mut filter.any) {
        let column = table.column(condition.field)?;
        if condition.field == FieldId::ID || column.reference {
            admit_condition(column, condition);
        }
    }
    Ok(())
}

fn admit_condition(column: &Column, condition: &mut Condition) {
    let fits = |value: &Value| match value {
        Value::Text(id) => column.storage.admits(id),
        _ => true,
    };
    match condition.operator {
        // Patterns compare the id's text, which can be anything.
        Operator::Contains | Operator::StartsWith | Operator::EndsWith => return,
        Operator::In | Operator::NotIn => {
            if let Value::List(list) = &mut condition.value {
                let asked = !list.is_empty();
                list.retain(fits);
                if asked && list.is_empty() && condition.operator == Operator::NotIn {
                    // Every id is another one; null is none.
                    condition.operator = Operator::NotEqual;
                    condition.value = Value::Null;
                }
            } else if !fits(&condition.value) {
                condition.value = Value::List(Vec::new());
            }
        }
        Operator::NotEqual if !fits(&condition.value) => condition.value = Value::Null,
        _ if !fits(&condition.value) => {
            condition.operator = Operator::In;
            condition.value = Value::List(Vec::new());
        }
        _ => {}
    }
    if column.storage.is_typed_id() {
        // Numbers and UUIDs have no case.
        condition.case = Case::Sensitive;
    }
}
