//! The indexes of a schema: unique ones, over the values that are not null; those that a model asks for; those of references; and, when it
//! is asked for, one by which the server deletes what has expired long ago.

use std::time::Duration;

use auth_core::adapter::{AdapterError, FieldId};
use auth_schema::{FieldType, Model, Schema};
use mongodb::bson::{Bson, DateTime, Document, doc};
use mongodb::options::IndexOptions;
use mongodb::{Database, IndexModel};

use crate::collection::{Collection, Column};
use crate::error::{INDEX_CONFLICTS, NAMESPACE_EXISTS, classify, code, is_duplicate, without_values};

/// Makes the collections and indexes that are not there, and notes the names of all. What others made is left as it is, but an index by
/// which the server is to delete.
pub(crate) async fn make(
    database: &Database,
    schema: &Schema,
    collections: &mut [Collection],
    expire_after: Option<Duration>,
) -> Result<(), AdapterError> {
    let there = database.list_collection_names().await.map_err(|error| classify(&error, "list", None))?;
    for ((_, model), of) in schema.models().zip(collections) {
        if !there.contains(&of.name) {
            create_collection(database, of).await?;
        }
        let mut indexes = existing(database, of).await?;
        let mut missing = wanted(model, of, expire_after);
        for index in &missing {
            if indexes.iter().any(|other| serves(other, index) && !expires_as(other, index)) {
                expire(database, of, index).await?;
            }
        }
        missing.retain(|index| !indexes.iter().any(|other| serves(other, index)));
        if !missing.is_empty() {
            let created = database.collection::<Document>(&of.name).create_indexes(missing.clone()).await;
            created.map_err(|error| refused(&error, of))?;
        }
        indexes.extend(missing);
        of.indexes = indexes.iter().filter_map(named).collect();
    }
    Ok(())
}

/// Another process may make it at the same moment.
async fn create_collection(database: &Database, of: &Collection) -> Result<(), AdapterError> {
    match database.create_collection(&of.name).await {
        Err(error) if code(&error) != Some(NAMESPACE_EXISTS) => {
            Err(classify(&error, "create the collection", Some(of)))
        }
        _ => Ok(()),
    }
}

async fn existing(database: &Database, of: &Collection) -> Result<Vec<IndexModel>, AdapterError> {
    let told = |error| classify(&error, "list the indexes", Some(of));
    let mut cursor = database.collection::<Document>(&of.name).list_indexes().await.map_err(told)?;
    let mut indexes = Vec::new();
    while cursor.advance().await.map_err(told)? {
        indexes.push(cursor.deserialize_current().map_err(told)?);
    }
    Ok(indexes)
}

/// Lets an index expire that does not yet, or at another time.
async fn expire(database: &Database, of: &Collection, index: &IndexModel) -> Result<(), AdapterError> {
    let seconds = expiry(index).map(|after| i64::try_from(after.as_secs()).unwrap_or(i64::MAX));
    let change = doc! { "keyPattern": index.keys.clone(), "expireAfterSeconds": seconds };
    let changed = database.run_command(doc! { "collMod": &of.name, "index": change }).await;
    changed.map(|_| ()).map_err(|error| refused(&error, of))
}

/// Whether an index does what is wanted of another. One that others made may have another name.
fn serves(existing: &IndexModel, wanted: &IndexModel) -> bool {
    let keys = |index: &IndexModel| -> Vec<(String, i64)> {
        index.keys.iter().map(|(name, direction)| (name.clone(), direction_of(direction))).collect()
    };
    let is_unique =
        |index: &IndexModel| index.options.as_ref().and_then(|options| options.unique) == Some(true);
    keys(existing) == keys(wanted) && is_unique(existing) == is_unique(wanted)
}

/// Whether the server deletes by an index when it is wanted; that it does when it is not is left to whoever wanted it.
fn expires_as(existing: &IndexModel, wanted: &IndexModel) -> bool {
    expiry(wanted).is_none() || expiry(existing) == expiry(wanted)
}

fn expiry(index: &IndexModel) -> Option<Duration> {
    index.options.as_ref()?.expire_after
}

fn named(index: &IndexModel) -> Option<(String, Vec<String>)> {
    Some((index.options.as_ref()?.name.clone()?, index.keys.keys().cloned().collect()))
}

fn direction_of(direction: &Bson) -> i64 {
    match direction {
        Bson::Int32(direction) => i64::from(*direction),
        Bson::Int64(direction) => *direction,
        Bson::Double(direction) if *direction < 0.0 => -1,
        Bson::Double(_) => 1,
        // A text or geographic index.
        _ => 0,
    }
}

/// The indexes of a model, each once.
fn wanted(model: &Model, of: &Collection, expire_after: Option<Duration>) -> Vec<IndexModel> {
    // What an application calls `expires_at` in a model of its own is not ours to delete by.
    let expire_after = expire_after.filter(|_| ["session", "verification"].contains(&model.name()));
    let mut groups: Vec<Vec<FieldId>> = model.index_together().to_vec();
    for (position, field) in model.fields().iter().enumerate().skip(1) {
        let id = FieldId::new(position);
        let leads = |group: &Vec<FieldId>| group.first() == Some(&id);
        let is_led = groups.iter().chain(&of.uniques).any(leads);
        if field.index || (field.references.is_some() && !is_led) {
            groups.push(vec![id]);
        }
    }
    groups.retain(|group| !of.uniques.contains(group));
    let mut indexes: Vec<IndexModel> = of.uniques.iter().filter_map(|group| unique(of, group)).collect();
    indexes.extend(groups.iter().filter_map(|group| plain(of, group, expire_after)));
    indexes
}

fn unique(of: &Collection, group: &[FieldId]) -> Option<IndexModel> {
    let columns = columns(of, group)?;
    let mut options = IndexOptions::default();
    options.unique = Some(true);
    let nullable = columns.iter().filter(|column| !column.required);
    let partial: Document = nullable.map(|column| (column.name.clone(), is_a_value(column))).collect();
    options.partial_filter_expression = Some(partial).filter(|partial| !partial.is_empty());
    Some(index(&columns, options))
}

fn plain(of: &Collection, group: &[FieldId], expire_after: Option<Duration>) -> Option<IndexModel> {
    let columns = columns(of, group)?;
    let mut options = IndexOptions::default();
    if let [column] = columns.as_slice()
        && column.field == "expires_at"
        && column.field_type == FieldType::Timestamp
    {
        options.expire_after = expire_after;
    }
    Some(index(&columns, options))
}

fn columns<'a>(of: &'a Collection, group: &[FieldId]) -> Option<Vec<&'a Column>> {
    group.iter().map(|field| of.columns.get(field.position())).collect()
}

fn index(columns: &[&Column], mut options: IndexOptions) -> IndexModel {
    let keys: Document = columns.iter().map(|column| (column.name.clone(), Bson::Int32(1))).collect();
    // As MongoDB itself names them.
    options.name =
        Some(columns.iter().map(|column| format!("{}_1", column.name)).collect::<Vec<_>>().join("_"));
    IndexModel::builder().keys(keys).options(options).build()
}

/// Holds for every value that the field can have and not for null. A comparison, where one does: the planner knows that a question
/// for a value is within it.
fn is_a_value(column: &Column) -> Bson {
    let least = match column.field_type {
        _ if column.id.is_some() => return types(&["objectId", "string", "binData"]),
        FieldType::String | FieldType::Date | FieldType::Time | FieldType::Json => {
            Bson::String(String::new())
        }
        FieldType::Integer | FieldType::BigInteger | FieldType::Float => Bson::Double(f64::NEG_INFINITY),
        FieldType::Boolean => Bson::Boolean(false),
        FieldType::Timestamp => Bson::DateTime(DateTime::MIN),
        FieldType::Decimal => return types(&["decimal"]),
        FieldType::Bytes | FieldType::Uuid => return types(&["binData"]),
        _ => return types(&["array"]),
    };
    doc! { "$gte": least }.into()
}

fn types(names: &[&str]) -> Bson {
    doc! { "$type": names }.into()
}

fn refused(error: &mongodb::error::Error, of: &Collection) -> AdapterError {
    if is_duplicate(error) {
        let step = format!("make the unique indexes of {}", of.name);
        return AdapterError::Duplicates { step, source: without_values(error) };
    }
    if code(error).is_some_and(|code| INDEX_CONFLICTS.contains(&code)) {
        let problem = format!(
            "{} has an index over the fields of one that is needed, but of another kind (unique or not, partial, expiring): \
             compare `db.getCollection({:?}).getIndexes()` with the documentation and drop it",
            of.name, of.name
        );
        return AdapterError::Configuration { problem };
    }
    classify(error, "make the indexes", Some(of))
}

#[cfg(test)]
mod tests {
    use auth_schema::{Field, account, session, user};

    use super::*;
    use crate::collection::describe;
    use crate::id::IdForm;

    fn of(schema: &Schema, name: &str, expire_after: Option<Duration>) -> Vec<(String, IndexOptions)> {
        let collections = describe(schema, IdForm::ObjectId).unwrap();
        let model = schema.find(name).unwrap();
        let indexes = wanted(schema.model(model).unwrap(), &collections[model.position()], expire_after);
        let named = |index: IndexModel| {
            let names: Vec<&str> = index.keys.keys().map(String::as_str).collect();
            (names.join(","), index.options.unwrap())
        };
        indexes.into_iter().map(named).collect()
    }

    fn names(schema: &Schema, name: &str) -> Vec<String> {
        of(schema, name, None).into_iter().map(|(name, _)| name).collect()
    }

    #[test]
    fn each_index_stands_once() {
        let schema = Schema::core();
        assert_eq!((user::MODEL.position(), session::MODEL.position(), account::MODEL.position()), (0, 1, 2));
        assert_eq!(names(&schema, "user"), ["email", "created_at,_id"]);
        assert_eq!(names(&schema, "session"), ["token", "user_id,expires_at", "expires_at"]);
        assert_eq!(names(&schema, "account"), ["provider_id,account_id", "user_id,provider_id"]);
        assert_eq!(names(&schema, "verification"), ["identifier,created_at", "expires_at"]);
        assert_eq!(names(&schema, "rate_limit"), ["key", "last_request"]);
    }

    #[test]
    fn nulls_do_not_collide() {
        let phone = Field::new("phone", FieldType::String).unique().optional();
        let schema = Schema::builder().field("user", phone).build().unwrap();
        let indexes = of(&schema, "user", None);
        let partial = |name: &str| {
            let (_, options) = indexes.iter().find(|(other, _)| other == name).unwrap();
            assert_eq!(options.unique, Some(true));
            options.partial_filter_expression.clone()
        };
        assert_eq!(partial("phone"), Some(doc! { "phone": { "$gte": "" } }));
        assert_eq!(partial("email"), None);
    }

    #[test]
    fn only_what_expires_is_deleted_by_the_server_and_only_when_asked() {
        let day = Duration::from_hours(24);
        let expires_at = Field::new("expires_at", FieldType::Timestamp).index();
        let schema = Schema::builder().model(Model::new("invitation", "invitations", vec![expires_at]));
        let schema = schema.build().unwrap();
        for (model, asked, expected) in [
            ("session", Some(day), vec!["expires_at"]),
            ("verification", Some(day), vec!["expires_at"]),
            ("user", Some(day), vec![]),
            ("account", Some(day), vec![]),
            ("invitation", Some(day), vec![]),
            ("session", None, vec![]),
        ] {
            let indexes = of(&schema, model, asked);
            let expiring = indexes.into_iter().filter(|(_, options)| options.expire_after.is_some());
            let expiring: Vec<String> = expiring.map(|(name, _)| name).collect();
            assert_eq!(expiring, expected, "{model}");
        }
    }
}
