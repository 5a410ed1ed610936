//! Deletes a row with all that goes with it, every row of it backed up first.

use std::collections::HashSet;
use std::pin::Pin;

use auth_core::adapter::{Adapter, AdapterError, Filter, Query, Record, Value};
use auth_schema::{FieldId, ModelId, OnDelete};

use super::backup::back_up;
use super::case::Case;
use super::database::Database;
use super::error::AdoptError;
use super::reach::text;

/// A deletion under way.
pub(super) struct Deletion<'a> {
    database: &'a Database,
    transaction: &'a dyn Adapter,
    case: &'a Case,
    backups: ModelId,
    /// Rows that point to each other in a circle are met once.
    met: HashSet<(ModelId, String)>,
}

/// A field that points to a model.
struct Pointer {
    model: ModelId,
    field: FieldId,
    to: FieldId,
    on_delete: OnDelete,
}

impl<'a> Deletion<'a> {
    pub(super) fn new(
        database: &'a Database,
        transaction: &'a dyn Adapter,
        case: &'a Case,
        backups: ModelId,
    ) -> Self {
        Self { database, transaction, case, backups, met: HashSet::new() }
    }

    /// Deletes a row and what cascades from it; gives the number of rows that were deleted or changed.
    pub(super) fn delete(
        &mut self,
        model: ModelId,
        record: Record,
    ) -> Pin<Box<dyn Future<Output = Result<u64, AdoptError>> + Send + '_>> {
        Box::pin(async move {
            if !self.met.insert((model, text(&record, FieldId::ID))) {
                return Ok(0);
            }
            self.check(model)?;
            let mut rows = 1;
            for pointer in self.pointers(model)? {
                if let Some(value) = record.get(pointer.to).filter(|value| !value.is_null()) {
                    rows += self.release(&pointer, value).await?;
                }
            }
            self.back_up(model, &record).await?;
            let only = Filter::equal(FieldId::ID, record.get(FieldId::ID).cloned());
            self.transaction.delete_many(model, only).await?;
            Ok(rows)
        })
    }

    /// Sees to the rows that point to one that goes. Where that is refused, the deletion itself fails.
    async fn release(&mut self, pointer: &Pointer, value: &Value) -> Result<u64, AdoptError> {
        let mut count = 0;
        if !matches!(pointer.on_delete, OnDelete::Cascade | OnDelete::SetNull) {
            return Ok(count);
        }
        loop {
            let query = Query::new(pointer.model).filter(Filter::equal(pointer.field, value.clone()));
            let rows = self.transaction.find_many(query.limit(AT_ONCE).lock()).await?;
            let before = count;
            for row in rows {
                count += match pointer.on_delete {
                    OnDelete::Cascade => self.delete(pointer.model, row.record).await?,
                    _ => self.unset(pointer, &row.record).await?,
                };
            }
            // Nothing left, or only what is being deleted already.
            if count == before {
                return Ok(count);
            }
        }
    }

    async fn unset(&self, pointer: &Pointer, record: &Record) -> Result<u64, AdoptError> {
        self.back_up(pointer.model, record).await?;
        let only = Filter::equal(FieldId::ID, record.get(FieldId::ID).cloned());
        let change = Record::default().with(pointer.field, Value::Null);
        Ok(self.transaction.update_many(pointer.model, only, change).await?)
    }

    async fn back_up(&self, model: ModelId, record: &Record) -> Result<(), AdapterError> {
        let at = self.database.clock.now();
        back_up(self.transaction, self.backups, self.case, (model, record), at).await
    }

    /// Refuses a deletion of which something would not be backed up.
    fn check(&self, model: ModelId) -> Result<(), AdoptError> {
        let schema = self.transaction.schema();
        let table = schema.model(model)?.table();
        if let Some((_, column)) = self.database.unreadable.iter().find(|(name, _)| name == table) {
            let problem = format!("{table}.{column} cannot be read");
            return Err(AdoptError::Unsaved { problem });
        }
        let is_known = |name: &str| schema.models().any(|(_, model)| model.table() == name);
        let points = |other: &&auth_schema::live::LiveTable| {
            !is_known(&other.name) && other.foreign_keys.iter().any(|key| key.table == table)
        };
        match self.database.found.live.tables.iter().find(points) {
            None => Ok(()),
            Some(other) => {
                let problem = format!("table {} points to {table} and stands in no auth.toml", other.name);
                Err(AdoptError::Unsaved { problem })
            }
        }
    }

    fn pointers(&self, target: ModelId) -> Result<Vec<Pointer>, AdapterError> {
        let schema = self.transaction.schema();
        let to_model = schema.model(target)?;
        let mut pointers = Vec::new();
        for (model, other) in schema.models() {
            for (position, field) in other.fields().iter().enumerate() {
                let reference = field.references.as_ref().filter(|to| to.model == to_model.name());
                if let Some(reference) = reference {
                    let (field, to) = (FieldId::new(position), to_model.find(&reference.field)?);
                    pointers.push(Pointer { model, field, to, on_delete: reference.on_delete });
                }
            }
        }
        Ok(pointers)
    }
}

const AT_ONCE: u64 = 500;
