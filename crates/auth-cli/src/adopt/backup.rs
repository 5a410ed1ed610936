//! The table that holds every row as it was before it was changed or deleted.

use auth_core::adapter::{Adapter, AdapterError, Record};
use auth_schema::{Field, FieldId, FieldType, IdStrategy, Model, ModelId, SchemaError};
use serde_json::{Map, Value as Json};
use time::OffsetDateTime;

use super::case::{Case, Kind};

/// The name of the table.
pub const TABLE: &str = "auth_adoption_backups";

const CASE_KIND: FieldId = FieldId::new(1);
const CASE_VALUE: FieldId = FieldId::new(2);
const TABLE_NAME: FieldId = FieldId::new(3);
const ROW_ID: FieldId = FieldId::new(4);
const ROW_JSON: FieldId = FieldId::new(5);
const BACKED_UP_AT: FieldId = FieldId::new(6);

/// The model of the table. The database counts its rows: they are restored in the reverse order.
pub(super) fn model() -> Result<Model, SchemaError> {
    let text = |name: &str| Field::new(name, FieldType::String);
    let fields = vec![
        text("case_kind"),
        text("case_value"),
        text("table_name"),
        text("row_id"),
        Field::new("row_json", FieldType::Json),
        Field::new("backed_up_at", FieldType::Timestamp),
    ];
    Ok(Model::new("adoption_backup", TABLE, fields)?.with_ids(IdStrategy::Serial))
}

/// Writes a row whole: its columns by name. In the transaction that changes it, so that there is one backup for each change.
pub(super) async fn back_up(
    transaction: &dyn Adapter,
    backups: ModelId,
    case: &Case,
    (model, record): (ModelId, &Record),
    at: OffsetDateTime,
) -> Result<(), AdapterError> {
    let model = transaction.schema().model(model)?;
    let mut row = Map::new();
    for (field, value) in record.iter() {
        if let Some(field) = model.field(field) {
            row.insert(field.column.clone(), value.to_json());
        }
    }
    let kind = match case.kind {
        Kind::Email => "email",
        Kind::UpperCase => "upper_case",
        Kind::Account => "account",
    };
    let backup = Record::default()
        .with(CASE_KIND, kind)
        .with(CASE_VALUE, case.value.as_str())
        .with(TABLE_NAME, model.table())
        .with(ROW_ID, super::reach::text(record, FieldId::ID))
        .with(ROW_JSON, auth_schema::Value::Json(Json::Object(row)))
        .with(BACKED_UP_AT, at);
    transaction.create(backups, backup).await.map(|_| ())
}
