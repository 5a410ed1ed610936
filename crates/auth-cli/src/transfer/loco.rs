//! Reads the users of a Loco application as rows of ours: a user, and the account that holds its password.

use std::io::Write;

use auth_core::adapter::{Adapter, Record, Value};
use auth_core::{DatabaseConnection, SeaOrmAdapter};
use auth_schema::ddl::Engine;
use auth_schema::live::{LiveColumn, LiveTable};
use auth_schema::{Field, FieldId, FieldType, Fill, IdStrategy, Model, Schema, account, user};
use clap::ValueEnum;
use time::OffsetDateTime;

use super::checksum::{Checksum, Totals};
use super::error::TransferError;
use super::export::{line, unwritable, write_row};
use super::form::{Header, ModelShape, Trailer, VERSION};
use super::layout::Layout;
use super::page::Pages;
use super::report::Exported;
use crate::adopt::{Progress, Shown};
use crate::discover;

/// Which of a Loco user's two ids becomes the id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum LocoIds {
    /// `pid`, a UUID: for ids of text and of UUIDs.
    #[default]
    Pid,
    /// `id`, a number: for ids that the database counts. Tables of the application that point to users go on to hold.
    Id,
}

/// The users of a Loco application.
#[derive(Debug)]
pub struct LocoUsers<'a> {
    adapter: SeaOrmAdapter,
    /// The schema that the rows are to have.
    pub schema: &'a Schema,
    /// What becomes of their ids.
    pub ids: LocoIds,
    /// What the server calls itself.
    pub engine: String,
    /// Now.
    pub created_at: OffsetDateTime,
    /// How progress is shown.
    pub shown: Shown,
}

impl<'a> LocoUsers<'a> {
    /// Opens the table `users` that Loco's starter makes. Nothing is changed.
    ///
    /// # Errors
    ///
    /// [`TransferError::Adapter`] names the columns that are missing there.
    pub async fn open(
        connection: DatabaseConnection,
        schema: &'a Schema,
        created_at: OffsetDateTime,
    ) -> Result<Self, TransferError> {
        let known = Schema::new(vec![table(Vec::new())?])?;
        let live = SeaOrmAdapter::inspect(&connection, &known).await?.live;
        let others = live.table(TABLE).map_or_else(Vec::new, |found| others(&known, found, live.engine));
        let adapter = SeaOrmAdapter::with_schema(connection, Schema::new(vec![table(others)?])?).await?;
        let (ids, engine, shown) = (LocoIds::default(), String::new(), Shown::default());
        Ok(Self { adapter, schema, ids, engine, created_at, shown })
    }

    /// Writes users and accounts as an export. Everything comes from one snapshot, which is read twice.
    ///
    /// # Errors
    ///
    /// When the table cannot be read, or the file cannot be written.
    pub async fn write(&self, out: &mut (dyn Write + Send)) -> Result<Exported, TransferError> {
        let snapshot = self.adapter.snapshot().await?;
        let models = [self.schema.model(user::MODEL)?, self.schema.model(account::MODEL)?];
        Self::refuse_required(models)?;
        let header = Header {
            auth_export: VERSION,
            created_at: self.created_at,
            engine: self.engine.clone(),
            redacted: false,
            models: models.map(ModelShape::of).to_vec(),
        };
        line(out, &header)?;
        let mut totals = Totals::new();
        for (model, row) in models.into_iter().zip([Self::user as Row, Self::account as Row]) {
            let layout = Layout::of(self.schema, model)?;
            let checksum = self.write_model(snapshot.adapter(), &layout, row, out).await?;
            totals.insert(layout.name.clone(), checksum.total());
        }
        line(out, &Trailer { totals: totals.clone() })?;
        out.flush().map_err(unwritable)?;
        snapshot.rollback().await?;
        Ok(Exported { redacted: false, totals })
    }

    async fn write_model(
        &self,
        adapter: &dyn Adapter,
        layout: &Layout,
        row: Row,
        out: &mut (dyn Write + Send),
    ) -> Result<Checksum, TransferError> {
        let (loco, model) = (self.adapter.schema().find(MODEL)?, self.schema.model(layout.model)?);
        let progress = Progress::new("exporting", None, self.shown);
        let mut pages = Pages::new(adapter, loco);
        let mut checksum = Checksum::default();
        while let Some(rows) = pages.next().await? {
            for record in &rows {
                let mut ours = row(record, self.id(record));
                fill(model, &mut ours);
                let mut bytes = Vec::new();
                let unwritable = |source| TransferError::Unwritable { model: layout.name.clone(), source };
                layout.write(&ours, &mut bytes).map_err(unwritable)?;
                checksum.add(&bytes);
                write_row(out, &layout.name, &bytes)?;
            }
            progress.advance(u64::try_from(rows.len()).unwrap_or(u64::MAX));
        }
        progress.finish();
        Ok(checksum)
    }

    fn id(&self, row: &Record) -> Value {
        match (self.ids, row.get(PID)) {
            (LocoIds::Pid, Some(Value::Uuid(pid))) => Value::Text(pid.to_string()),
            _ => row.get(FieldId::ID).cloned().unwrap_or(Value::Null),
        }
    }

    fn user(row: &Record, id: Value) -> Record {
        let email = match row.get(EMAIL) {
            // Sign-in looks for lower case.
            Some(Value::Text(email)) => Value::Text(email.to_lowercase()),
            _ => Value::Null,
        };
        let verified = row.get(EMAIL_VERIFIED_AT).is_some_and(|at| !at.is_null());
        Record::default()
            .with(user::ID, id)
            .with(user::NAME, given(row, NAME))
            .with(user::EMAIL, email)
            .with(user::EMAIL_VERIFIED, verified)
            .with(user::CREATED_AT, given(row, CREATED_AT))
            .with(user::UPDATED_AT, given(row, UPDATED_AT))
    }

    fn account(row: &Record, id: Value) -> Record {
        Record::default()
            .with(account::ID, id.clone())
            .with(account::ACCOUNT_ID, id.clone())
            .with(account::PROVIDER_ID, "credential")
            .with(account::USER_ID, id)
            .with(account::PASSWORD, given(row, PASSWORD))
            .with(account::CREATED_AT, given(row, CREATED_AT))
            .with(account::UPDATED_AT, given(row, UPDATED_AT))
    }

    /// A field that must have a value, and that Loco knows nothing of.
    fn refuse_required(models: [&Model; 2]) -> Result<(), TransferError> {
        let nothing = Record::default();
        let ours = [Self::user(&nothing, Value::Null), Self::account(&nothing, Value::Null)];
        for (model, mut ours) in models.into_iter().zip(ours) {
            fill(model, &mut ours);
            let lacks = |(position, field): &(usize, &Field)| {
                field.required && ours.get(FieldId::new(*position)).is_none()
            };
            if let Some((_, field)) = model.fields().iter().enumerate().find(lacks) {
                let problem = format!(
                    "{}.{} is required, and Loco has nothing for it: give it a default, or required = false, for the move",
                    model.name(),
                    field.name
                );
                return Err(TransferError::Misfit { problem });
            }
        }
        Ok(())
    }
}

/// A row of ours from one of Loco's and the id.
type Row = fn(&Record, Value) -> Record;

/// Gives additional fields the values that the schema has for them.
fn fill(model: &Model, row: &mut Record) {
    for (position, field) in model.fields().iter().enumerate() {
        if let (Some(Fill::Value(value)), None) = (&field.default, row.get(FieldId::new(position))) {
            row.set(FieldId::new(position), value.clone());
        }
    }
}

fn given(row: &Record, field: FieldId) -> Value {
    row.get(field).cloned().unwrap_or(Value::Null)
}

/// Columns that must have a value, such as the key of Loco's interface: an adapter does not open a table without them.
fn others(known: &Schema, table: &LiveTable, engine: Engine) -> Vec<Field> {
    let fields: Vec<&Field> = known.models().flat_map(|(_, model)| model.fields()).collect();
    let needed = |column: &&LiveColumn| {
        column.required && !column.has_default && !fields.iter().any(|field| field.column == column.name)
    };
    let field = |column: &LiveColumn| {
        discover::field_type(engine, column).map(|kind| Field::new(column.name.clone(), kind))
    };
    table.columns.iter().filter(needed).filter_map(field).collect()
}

/// The table as Loco's starter makes it.
fn table(others: Vec<Field>) -> Result<Model, auth_schema::SchemaError> {
    let mut fields = vec![
        Field::new("pid", FieldType::Uuid),
        Field::new("email", FieldType::String),
        Field::new("password", FieldType::String),
        Field::new("name", FieldType::String),
        Field::new("email_verified_at", FieldType::Timestamp).optional(),
        Field::new("created_at", FieldType::Timestamp),
        Field::new("updated_at", FieldType::Timestamp),
    ];
    fields.extend(others);
    Ok(Model::new(MODEL, TABLE, fields)?.with_ids(IdStrategy::Serial))
}

const MODEL: &str = "loco_user";
const TABLE: &str = "users";
const PID: FieldId = FieldId::new(1);
const EMAIL: FieldId = FieldId::new(2);
const PASSWORD: FieldId = FieldId::new(3);
const NAME: FieldId = FieldId::new(4);
const EMAIL_VERIFIED_AT: FieldId = FieldId::new(5);
const CREATED_AT: FieldId = FieldId::new(6);
const UPDATED_AT: FieldId = FieldId::new(7);
