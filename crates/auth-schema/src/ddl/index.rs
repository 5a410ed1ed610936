//! The indexes that a model's fields ask for.

use sea_query::{Index, IndexCreateStatement};

use super::name;
use crate::field::Field;
use crate::model::{FieldId, Model};

/// Declares the indexes of a model's table: unique ones first, in the order of the fields.
pub(super) fn create(model: &Model) -> Vec<IndexCreateStatement> {
    let columns = |group: Vec<FieldId>| -> Vec<&str> {
        group.iter().filter_map(|id| model.field(*id)).map(|field| field.column.as_str()).collect()
    };
    groups(model).into_iter().map(|(group, unique)| index(model, &columns(group), unique)).collect()
}

/// The fields of each index that a model asks for, and whether it is unique; unique ones first.
pub(crate) fn groups(model: &Model) -> Vec<(Vec<FieldId>, bool)> {
    let alone = |wanted: fn(&Field) -> bool| {
        let fields = model.fields().iter().enumerate().skip(1);
        let wanted = fields.filter(move |(_, field)| wanted(field));
        wanted.map(|(position, _)| vec![FieldId::new(position)])
    };
    let unique = alone(|field| field.unique).chain(model.unique_together().iter().cloned());
    let plain = alone(|field| field.index && !field.unique).chain(model.index_together().iter().cloned());
    unique.map(|group| (group, true)).chain(plain.map(|group| (group, false))).collect()
}

/// Declares one index.
pub(crate) fn index(model: &Model, columns: &[&str], unique: bool) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(index_name(model, columns, unique)).table(model.table().to_owned());
    for column in columns {
        index.col((*column).to_owned());
    }
    if unique {
        index.unique();
    }
    index
}

/// Names one index: `auth_sessions_user_id_expires_at_idx`, `…_key` if it is unique.
pub(crate) fn index_name(model: &Model, columns: &[&str], unique: bool) -> String {
    name::constraint(model.table(), columns, if unique { "key" } else { "idx" })
}
