//! The operations on rows.

use auth_core::adapter::{
    Case, Condition, Direction, Filter, Join, JoinKind, Joined, Operator, Query, Record, Row,
};
use auth_core::repository::{Rows, Store};
use auth_schema::{FieldId, Model, Value};
use serde_json::{Map, Value as Json, json};

use super::error::ServeError;
use super::request::{Clause, Find, JoinClause, Operation};
use super::wire;

/// Does one operation and gives its result.
pub(super) async fn run(store: Store<'_>, operation: Operation) -> Result<Json, ServeError> {
    match operation {
        Operation::Create { model, data, select } => {
            let rows = store.model(&model)?;
            let mut record = rows.create(record(rows.model()?, &data)?).await?;
            if let Some(fields) = select {
                record = project(rows.model()?, record, &fields)?;
            }
            Ok(Json::Object(row_json(rows.model()?, &record)))
        }
        Operation::FindOne(find) => {
            let rows = store.model(&find.model)?;
            let found = rows.find_one(query(store, rows, &find)?).await?;
            found.map_or(Ok(Json::Null), |row| joined_json(store, rows, &find, row))
        }
        Operation::FindMany(find) => {
            let rows = store.model(&find.model)?;
            let found = rows.find_many(query(store, rows, &find)?).await?;
            found.into_iter().map(|row| joined_json(store, rows, &find, row)).collect()
        }
        Operation::Count { model, r#where } => {
            let rows = store.model(&model)?;
            Ok(json!(rows.count(filter(rows.model()?, &r#where)?).await?))
        }
        Operation::Update { model, r#where, data } => {
            let rows = store.model(&model)?;
            let change = record(rows.model()?, &data)?;
            optional(rows, rows.update(filter(rows.model()?, &r#where)?, change).await?)
        }
        Operation::UpdateMany { model, r#where, data } => {
            let rows = store.model(&model)?;
            let change = record(rows.model()?, &data)?;
            Ok(json!(rows.update_many(filter(rows.model()?, &r#where)?, change).await?))
        }
        Operation::Delete { model, r#where } => {
            let rows = store.model(&model)?;
            rows.delete_many(filter(rows.model()?, &r#where)?).await?;
            Ok(Json::Null)
        }
        Operation::DeleteMany { model, r#where } => {
            let rows = store.model(&model)?;
            Ok(json!(rows.delete_many(filter(rows.model()?, &r#where)?).await?))
        }
        Operation::ConsumeOne { model, r#where } => {
            let rows = store.model(&model)?;
            let filter = filter(rows.model()?, &r#where)?;
            optional(rows, rows.consume_one(filter, None).await?)
        }
        Operation::IncrementOne { model, r#where, increment, set } => {
            let rows = store.model(&model)?;
            let filter = filter(rows.model()?, &r#where)?;
            let set = set.map(|set| record(rows.model()?, &set)).transpose()?;
            let add = deltas(rows.model()?, &increment)?;
            optional(rows, rows.increment_one(filter, add, set).await?)
        }
        other => Err(ServeError::Unknown { what: "operation on rows", found: format!("{other:?}") }),
    }
}

fn query(store: Store<'_>, rows: Rows<'_>, find: &Find) -> Result<Query, ServeError> {
    let model = rows.model()?;
    let mut query = rows.query().filter(filter(model, &find.r#where)?).offset(find.offset.unwrap_or(0));
    query.limit = find.limit;
    if let Some(sort) = &find.sort_by {
        let direction = match sort.direction.as_str() {
            "asc" => Direction::Ascending,
            "desc" => Direction::Descending,
            other => return Err(unknown("direction", other)),
        };
        query = query.sort(model.find(&sort.field)?, direction);
    }
    if let Some(fields) = &find.select {
        let fields: Result<Vec<FieldId>, _> = fields.iter().map(|field| model.find(field)).collect();
        query = query.select(fields?);
    }
    for join in &find.join {
        query = query.join(join_of(store, model, join)?);
    }
    Ok(query)
}

fn join_of(store: Store<'_>, model: &Model, join: &JoinClause) -> Result<Join, ServeError> {
    let schema = store.adapter().schema();
    let other = schema.find(&join.model)?;
    Ok(Join {
        model: other,
        from: model.find(&join.from)?,
        to: schema.model(other)?.find(&join.to)?,
        filter: Filter::everything(),
        kind: match join.relation.as_str() {
            "one-to-one" => JoinKind::One,
            "one-to-many" => JoinKind::Many { limit: join.limit },
            other => return Err(unknown("relation", other)),
        },
    })
}

fn filter(model: &Model, clauses: &[Clause]) -> Result<Filter, ServeError> {
    let mut filter = Filter::everything();
    for clause in clauses {
        let mut condition = condition(model, clause)?;
        if clause.mode == "insensitive" {
            condition.case = Case::Insensitive;
        }
        match clause.connector.as_str() {
            "AND" => filter.all.push(condition),
            "OR" => filter.any.push(condition),
            other => return Err(unknown("connector", other)),
        }
    }
    Ok(filter)
}

fn condition(model: &Model, clause: &Clause) -> Result<Condition, ServeError> {
    let operator = match clause.operator.as_str() {
        "eq" => Operator::Equal,
        "ne" => Operator::NotEqual,
        "lt" => Operator::Less,
        "lte" => Operator::LessOrEqual,
        "gt" => Operator::Greater,
        "gte" => Operator::GreaterOrEqual,
        "in" => Operator::In,
        "not_in" => Operator::NotIn,
        "contains" => Operator::Contains,
        "starts_with" => Operator::StartsWith,
        "ends_with" => Operator::EndsWith,
        other => return Err(unknown("operator", other)),
    };
    let field = model.find(&clause.field)?;
    let read = |json: &Json| read_with(model, field, json, wire::read_compared);
    let value = match (&clause.value, operator) {
        (Json::Array(items), Operator::In | Operator::NotIn) => {
            Value::List(items.iter().map(read).collect::<Result<_, _>>()?)
        }
        (value, _) => read(value)?,
    };
    Ok(Condition::new(field, operator, value))
}

fn deltas(model: &Model, increment: &Map<String, Json>) -> Result<Vec<(FieldId, i64)>, ServeError> {
    let mut add = Vec::with_capacity(increment.len());
    for (name, delta) in increment {
        let field = model.find(name)?;
        match read_with(model, field, delta, wire::read)? {
            Value::Int(delta) => add.push((field, delta)),
            _ => return Err(wrong(model, field, "must be a whole number")),
        }
    }
    Ok(add)
}

fn record(model: &Model, data: &Map<String, Json>) -> Result<Record, ServeError> {
    let mut record = Record::with_capacity(model.fields().len());
    for (name, json) in data {
        let field = model.find(name)?;
        record.set(field, read_with(model, field, json, wire::read)?);
    }
    Ok(record)
}

fn read_with(
    model: &Model,
    id: FieldId,
    json: &Json,
    read: impl Fn(&auth_schema::Field, &Json) -> Result<Value, &'static str>,
) -> Result<Value, ServeError> {
    let field = model.field(id).ok_or_else(|| wrong(model, id, "is not there"))?;
    read(field, json).map_err(|problem| wrong(model, id, problem))
}

fn project(model: &Model, mut record: Record, fields: &[String]) -> Result<Record, ServeError> {
    let mut projected = Record::default();
    for name in fields {
        let field = model.find(name)?;
        if let Some(value) = record.take(field) {
            projected.set(field, value);
        }
    }
    Ok(projected)
}

fn optional(rows: Rows<'_>, record: Option<Record>) -> Result<Json, ServeError> {
    let model = rows.model()?;
    Ok(record.map_or(Json::Null, |record| Json::Object(row_json(model, &record))))
}

fn joined_json(store: Store<'_>, rows: Rows<'_>, find: &Find, row: Row) -> Result<Json, ServeError> {
    let mut json = row_json(rows.model()?, &row.record);
    for (join, joined) in find.join.iter().zip(row.joined) {
        let model = store.model(&join.model)?.model()?;
        let of = |record: &Record| Json::Object(row_json(model, record));
        let value = match joined {
            Joined::One(record) => record.as_ref().map_or(Json::Null, of),
            Joined::Many(records) => records.iter().map(of).collect(),
        };
        json.insert(join.model.clone(), value);
    }
    Ok(Json::Object(json))
}

fn row_json(model: &Model, record: &Record) -> Map<String, Json> {
    let named = |(id, value): (FieldId, &Value)| Some((model.field(id)?.name.clone(), wire::write(value)));
    record.iter().filter_map(named).collect()
}

fn wrong(model: &Model, field: FieldId, problem: &str) -> ServeError {
    let field = model.field(field).map_or_else(String::new, |field| field.name.clone());
    ServeError::Value { model: model.name().to_owned(), field, problem: problem.to_owned() }
}

fn unknown(what: &'static str, found: &str) -> ServeError {
    ServeError::Unknown { what, found: found.to_owned() }
}
