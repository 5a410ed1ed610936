//! Filters as query documents. Every value stands behind an operator of ours, so no value is ever taken for one.

use auth_core::adapter::{AdapterError, Case, Condition, FieldId, Filter, Operator, Value};
use auth_schema::FieldType;
use mongodb::bson::{Bson, Document, doc};

use crate::collection::{Collection, Column};
use crate::pattern::{LONGEST, pattern};
use crate::value::{compare, invalid};

/// The query document of a filter; empty for every document.
pub(crate) fn document(of: &Collection, filter: &Filter) -> Result<Document, AdapterError> {
    let mut parts = filter.all.iter().map(|part| condition(of, part)).collect::<Result<Vec<_>, _>>()?;
    let any = filter.any.iter().map(|part| condition(of, part)).collect::<Result<Vec<_>, _>>()?;
    if !any.is_empty() {
        parts.push(doc! { "$or": any });
    }
    Ok(match parts.len() {
        0 => Document::new(),
        1 => parts.swap_remove(0),
        _ => doc! { "$and": parts },
    })
}

/// Whether at most one document can pass: what is done to it is whole by itself.
pub(crate) fn names_one(of: &Collection, filter: &Filter) -> bool {
    let equals = |field: &FieldId| {
        let is = |part: &Condition| {
            let exact = part.operator == Operator::Equal && part.case == Case::Sensitive;
            part.field == *field && exact && !part.value.is_null()
        };
        filter.all.iter().any(is)
    };
    equals(&FieldId::ID) || of.uniques.iter().any(|fields| fields.iter().all(equals))
}

/// The documents of some ids.
pub(crate) fn ids(ids: Vec<Bson>) -> Document {
    doc! { "_id": { "$in": ids } }
}

fn condition(of: &Collection, part: &Condition) -> Result<Document, AdapterError> {
    let column = of.column(part.field)?;
    let name = column.name.as_str();
    Ok(match (part.operator, &part.value) {
        (Operator::Equal, Value::Null) => doc! { name: { "$eq": Bson::Null } },
        (Operator::NotEqual, Value::Null) => doc! { name: { "$ne": Bson::Null } },
        (Operator::In | Operator::NotIn, value) => listed(of, column, part, value)?,
        (_, Value::Null) => nothing(),
        (Operator::Equal | Operator::NotEqual, value) => match folded(column, part, value) {
            Some(text) => {
                let texts = folding(of, column, &[text])?;
                if part.operator == Operator::Equal { any_of(name, texts) } else { none_of(name, texts) }
            }
            None if part.operator == Operator::Equal => doc! { name: { "$eq": compare(of, column, value)? } },
            // Null equals nothing, and is unequal to nothing.
            None => doc! { name: { "$nin": [compare(of, column, value)?, Bson::Null] } },
        },
        (Operator::Less, value) => doc! { name: { "$lt": compare(of, column, value)? } },
        (Operator::LessOrEqual, value) => doc! { name: { "$lte": compare(of, column, value)? } },
        (Operator::Greater, value) => doc! { name: { "$gt": compare(of, column, value)? } },
        (Operator::GreaterOrEqual, value) => doc! { name: { "$gte": compare(of, column, value)? } },
        (Operator::Contains | Operator::StartsWith | Operator::EndsWith, value) => {
            like(of, column, part, value)?
        }
    })
}

fn listed(
    of: &Collection,
    column: &Column,
    part: &Condition,
    value: &Value,
) -> Result<Document, AdapterError> {
    let list = match value {
        Value::List(list) => list.as_slice(),
        single => std::slice::from_ref(single),
    };
    let name = column.name.as_str();
    let is_in = part.operator == Operator::In;
    if list.is_empty() {
        return Ok(if is_in { nothing() } else { Document::new() });
    }
    let values: Vec<&Value> = list.iter().filter(|value| !value.is_null()).collect();
    let texts: Option<Vec<&str>> = values.iter().map(|value| folded(column, part, value)).collect();
    if let Some(texts) = texts {
        let texts = folding(of, column, &texts)?;
        return Ok(if is_in { any_of(name, texts) } else { none_of(name, texts) });
    }
    let mut stored = Vec::with_capacity(values.len() + 1);
    for value in values {
        stored.push(compare(of, column, value)?);
    }
    if is_in {
        return Ok(doc! { name: { "$in": stored } });
    }
    stored.push(Bson::Null);
    Ok(doc! { name: { "$nin": stored } })
}

/// The text that is to be compared without regard to case, if so. Ids are always compared exactly, as Better Auth does.
fn folded<'a>(column: &Column, part: &Condition, value: &'a Value) -> Option<&'a str> {
    match value {
        Value::Text(text) if part.case == Case::Insensitive && column.id.is_none() => Some(text),
        _ => None,
    }
}

fn folding(of: &Collection, column: &Column, texts: &[&str]) -> Result<Vec<String>, AdapterError> {
    texts.iter().map(|text| expression(of, column, Operator::Equal, text, Case::Insensitive)).collect()
}

fn like(of: &Collection, column: &Column, part: &Condition, value: &Value) -> Result<Document, AdapterError> {
    let Value::Text(text) = value else {
        return Err(invalid(of, column, value, "text operators compare text only"));
    };
    if column.field_type != FieldType::String {
        return Err(invalid(of, column, value, "text operators compare text only"));
    }
    // No stored text has one.
    if text.contains('\0') {
        return Ok(nothing());
    }
    let expression = expression(of, column, part.operator, text, part.case)?;
    Ok(doc! { column.name.as_str(): { "$regex": expression } })
}

fn expression(
    of: &Collection,
    column: &Column,
    operator: Operator,
    text: &str,
    case: Case,
) -> Result<String, AdapterError> {
    if text.len() > LONGEST {
        let value = Value::Text(String::new());
        return Err(invalid(of, column, &value, "it is too long to be searched for"));
    }
    Ok(pattern(operator, text, case))
}

fn any_of(name: &str, expressions: Vec<String>) -> Document {
    if expressions.is_empty() {
        return nothing();
    }
    doc! { "$or": each(name, expressions) }
}

fn none_of(name: &str, expressions: Vec<String>) -> Document {
    let is_there = doc! { name: { "$ne": Bson::Null } };
    if expressions.is_empty() {
        return is_there;
    }
    doc! { "$and": [is_there, { "$nor": each(name, expressions) }] }
}

fn each(name: &str, expressions: Vec<String>) -> Vec<Document> {
    expressions.into_iter().map(|expression| doc! { name: { "$regex": expression } }).collect()
}

fn nothing() -> Document {
    ids(Vec::new())
}

#[cfg(test)]
mod tests {
    use auth_core::adapter::Schema;
    use auth_schema::{account, user};

    use super::*;
    use crate::collection::describe;
    use crate::id::IdForm;

    fn of(model: auth_core::adapter::ModelId) -> Collection {
        describe(&Schema::core(), IdForm::ObjectId).unwrap().swap_remove(model.position())
    }

    #[test]
    fn a_value_is_never_an_operator() {
        let users = of(user::MODEL);
        let json = Value::Json(serde_json::json!({ "$ne": null }));
        for operator in [Operator::Equal, Operator::NotEqual, Operator::Greater, Operator::In] {
            let filter = Filter::everything().and(user::EMAIL, operator, json.clone());
            let error = document(&users, &filter).unwrap_err();
            assert!(matches!(error, AdapterError::InvalidValue { .. }), "{error:?}");
        }
        let text = document(&users, &Filter::equal(user::EMAIL, "{\"$ne\":null}")).unwrap();
        assert_eq!(text, doc! { "email": { "$eq": "{\"$ne\":null}" } });
    }

    #[test]
    fn groups_are_joined() {
        let users = of(user::MODEL);
        assert_eq!(document(&users, &Filter::everything()).unwrap(), doc! {});
        let filter = Filter::equal(user::NAME, "a").or(user::IMAGE, Operator::Equal, Value::Null);
        let expected =
            doc! { "$and": [{ "name": { "$eq": "a" } }, { "$or": [{ "image": { "$eq": Bson::Null } }] }] };
        assert_eq!(document(&users, &filter).unwrap(), expected);
    }

    #[test]
    fn what_is_unique_names_one() {
        let (users, accounts) = (of(user::MODEL), of(account::MODEL));
        let provider = Filter::equal(account::PROVIDER_ID, "github");
        for (of, filter, expected) in [
            (&users, Filter::equal(user::ID, "x"), true),
            (&users, Filter::equal(user::EMAIL, "x"), true),
            (&users, Filter::equal(user::NAME, "x"), false),
            (&users, Filter::equal(user::EMAIL, Value::Null), false),
            (&users, Filter::everything().or(user::ID, Operator::Equal, "x"), false),
            (&accounts, provider.clone(), false),
            (&accounts, provider.and(account::ACCOUNT_ID, Operator::Equal, "1"), true),
        ] {
            assert_eq!(names_one(of, &filter), expected, "{filter:?}");
        }
    }
}
