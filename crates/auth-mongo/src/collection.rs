//! What a model is in the database: a collection, and for each field its name there and how its values are stored.

use auth_core::adapter::{AdapterError, FieldId, ModelId, Schema};
use auth_schema::{Field, FieldType, Model, OnDelete, SchemaError};

use crate::id::{IdColumn, IdForm};

/// One model's collection.
#[derive(Debug)]
pub(crate) struct Collection {
    /// The model.
    pub(crate) model: ModelId,
    /// Its logical name.
    pub(crate) model_name: String,
    /// Its name in the database.
    pub(crate) name: String,
    /// In the order of the model's fields.
    pub(crate) columns: Vec<Column>,
    /// The fields whose values are unique, alone or together; without the id.
    pub(crate) uniques: Vec<Vec<FieldId>>,
    /// The fields of other collections that point here.
    pub(crate) dependants: Vec<Dependant>,
    /// The names of the indexes that are there, each with its fields.
    pub(crate) indexes: Vec<(String, Vec<String>)>,
}

/// One field of the documents.
#[derive(Debug)]
pub(crate) struct Column {
    /// Its name in a document.
    pub(crate) name: String,
    /// Its logical name.
    pub(crate) field: String,
    pub(crate) field_type: FieldType,
    pub(crate) required: bool,
    pub(crate) unique: bool,
    /// How ids are stored, where the field is an id or points to one.
    pub(crate) id: Option<IdColumn>,
    /// What it points to.
    pub(crate) target: Option<(ModelId, FieldId)>,
}

/// A field of another collection that points to this one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dependant {
    pub(crate) model: ModelId,
    pub(crate) from: FieldId,
    pub(crate) to: FieldId,
    pub(crate) on_delete: OnDelete,
}

impl Collection {
    /// The column of a handle.
    pub(crate) fn column(&self, field: FieldId) -> Result<&Column, AdapterError> {
        let unknown = || SchemaError::UnknownField {
            model: self.model_name.clone(),
            field: format!("#{}", field.position()),
        };
        self.columns.get(field.position()).ok_or_else(|| unknown().into())
    }
}

/// The collections of a schema, in its order.
pub(crate) fn describe(schema: &Schema, form: IdForm) -> Result<Vec<Collection>, AdapterError> {
    schema.models().map(|(id, model)| collection(schema, form, id, model)).collect()
}

fn collection(schema: &Schema, form: IdForm, id: ModelId, model: &Model) -> Result<Collection, AdapterError> {
    let mut columns = Vec::with_capacity(model.fields().len());
    for (position, field) in model.fields().iter().enumerate() {
        columns.push(column(schema, form, model, (FieldId::new(position), field))?);
    }
    let alone = columns.iter().enumerate().skip(1).filter(|(_, column)| column.unique);
    let mut uniques: Vec<Vec<FieldId>> = alone.map(|(position, _)| vec![FieldId::new(position)]).collect();
    uniques.extend_from_slice(model.unique_together());
    Ok(Collection {
        model: id,
        model_name: model.name().to_owned(),
        name: model.table().to_owned(),
        columns,
        uniques,
        dependants: dependants(schema, model)?,
        indexes: Vec::new(),
    })
}

fn column(
    schema: &Schema,
    form: IdForm,
    model: &Model,
    (id, field): (FieldId, &Field),
) -> Result<Column, AdapterError> {
    let name = if id == FieldId::ID { "_id" } else { field.column.as_str() };
    let is_taken = id != FieldId::ID && (name == "_id" || name == LOCK);
    if is_taken || name.is_empty() || name.starts_with('$') || name.contains(['.', '\0']) {
        let of = format!("{}.{}", model.name(), field.name);
        let problem = format!("{of} cannot be stored in a field of the name {name:?}: choose another");
        return Err(AdapterError::Configuration { problem });
    }
    let stored_id = schema.id_type(model, id).map(|id_type| {
        let numbers = || AdapterError::Configuration { problem: numbers_are_refused(model) };
        IdColumn::new(id_type, form).ok_or_else(numbers)
    });
    let target = match &field.references {
        None => None,
        Some(reference) => {
            let target = schema.find(&reference.model)?;
            Some((target, schema.model(target)?.find(&reference.field)?))
        }
    };
    Ok(Column {
        name: name.to_owned(),
        field: field.name.clone(),
        field_type: field.field_type,
        required: field.required,
        unique: field.unique,
        id: stored_id.transpose()?,
        target,
    })
}

fn numbers_are_refused(model: &Model) -> String {
    format!(
        "the ids of {} are numbers, which MongoDB does not count: choose another way of making ids (`IdStrategy`)",
        model.name()
    )
}

fn dependants(schema: &Schema, model: &Model) -> Result<Vec<Dependant>, AdapterError> {
    let mut dependants = Vec::new();
    for (other, description) in schema.models() {
        for (position, field) in description.fields().iter().enumerate() {
            let reference = field.references.as_ref().filter(|reference| reference.model == model.name());
            if let Some(reference) = reference {
                let (from, to) = (FieldId::new(position), model.find(&reference.field)?);
                dependants.push(Dependant { model: other, from, to, on_delete: reference.on_delete });
            }
        }
    }
    Ok(dependants)
}

/// The field by which a transaction holds a document against others: two that write it conflict. MongoDB has no other lock.
pub(crate) const LOCK: &str = "_lock";

#[cfg(test)]
mod tests {
    use auth_schema::IdStrategy;

    use super::*;

    #[test]
    fn the_id_stands_in_its_own_field_and_references_are_stored_as_it_is() {
        let collections = describe(&Schema::core(), IdForm::ObjectId).unwrap();
        let session = &collections[auth_schema::session::MODEL.position()];
        assert_eq!(session.columns[0].name, "_id");
        let user_id = session.column(auth_schema::session::USER_ID).unwrap();
        assert_eq!((user_id.name.as_str(), user_id.id), ("user_id", Some(IdColumn::ObjectId)));
        let user = &collections[auth_schema::user::MODEL.position()];
        assert_eq!(user.dependants.len(), 2, "sessions and accounts");
    }

    #[test]
    fn numbers_are_refused_with_what_to_do() {
        let schema = Schema::builder().ids(IdStrategy::Serial).build().unwrap();
        let error = describe(&schema, IdForm::ObjectId).unwrap_err();
        let AdapterError::Configuration { problem } = error else { panic!("{error:?}") };
        assert!(problem.starts_with("the ids of user are numbers"), "{problem}");
    }
}
