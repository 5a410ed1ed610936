//! The indexes that a model's fields ask for.

use sea_query::{Index, IndexCreateStatement};

use super::name;
use crate::model::{FieldId, Model};

/// Declares the indexes of a model's table: unique ones first, in the order of the fields.
pub(super) fn create(model: &Model) -> Vec<IndexCreateStatement> {
    let fields = || model.fields().iter().skip(1);
    let unique = fields().filter(|field| field.unique).map(|field| vec![field.column.as_str()]);
    let columns = |group: &Vec<FieldId>| -> Vec<&str> {
        group.iter().filter_map(|id| model.field(*id)).map(|field| field.column.as_str()).collect()
    };
    let plain =
        fields().filter(|field| field.index && !field.unique).map(|field| vec![field.column.as_str()]);
    let plain = plain.chain(model.index_together().iter().map(columns));
    unique
        .chain(model.unique_together().iter().map(columns))
        .map(|columns| unique_index(model, &columns))
        .chain(plain.map(|columns| plain_index(model, &columns)))
        .collect()
}

fn unique_index(model: &Model, columns: &[&str]) -> IndexCreateStatement {
    index(model, columns, "key").unique().take()
}

fn plain_index(model: &Model, columns: &[&str]) -> IndexCreateStatement {
    index(model, columns, "idx")
}

fn index(model: &Model, columns: &[&str], kind: &str) -> IndexCreateStatement {
    let mut index = Index::create();
    index.name(name::constraint(model.table(), columns, kind)).table(model.table().to_owned());
    for column in columns {
        index.col((*column).to_owned());
    }
    index
}
