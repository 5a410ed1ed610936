//! The database that is taken over: its tables as they are, and an adapter that takes them as they are.

use std::sync::Arc;

use auth_core::adapter::seaorm::Inspection;
use auth_core::domain::Clock;
use auth_core::{DatabaseConnection, SeaOrmAdapter};
use auth_schema::live::LiveSchema;
use auth_schema::{ModelId, Schema};

use super::error::AdoptError;
use super::{backup, left_over};

/// A database and the schema that it is to have.
#[derive(Debug)]
pub struct Database {
    pub(super) connection: DatabaseConnection,
    /// The schema that it is to have.
    pub(super) schema: Schema,
    /// What was found at the beginning.
    pub(super) found: Inspection,
    /// Serves the tables as they are: nothing in them is unique.
    pub(super) adapter: SeaOrmAdapter,
    /// Where backups go; `None`: nothing is to be written.
    pub(super) backups: Option<ModelId>,
    /// Tables with columns that cannot be read, so that no row of theirs can be backed up whole.
    pub(super) unreadable: Vec<(String, String)>,
    pub(super) clock: Arc<dyn Clock>,
}

impl Database {
    /// Opens a database to look at it. Nothing is changed.
    ///
    /// # Errors
    ///
    /// [`AdoptError::Adapter`] when users, sessions or accounts lack a table or a column.
    pub async fn open(
        connection: DatabaseConnection,
        schema: Schema,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, AdoptError> {
        let found = SeaOrmAdapter::inspect(&connection, &schema).await?;
        let (working, unreadable) = working_schema(&schema, &found.live, false)?;
        let adapter = SeaOrmAdapter::with_schema(connection.clone(), working).await?;
        Ok(Self { connection, schema, found, adapter, backups: None, unreadable, clock })
    }

    /// Opens a database to change it. Makes the table of the backups if it is not there.
    ///
    /// # Errors
    ///
    /// Those of [`Database::open`].
    pub async fn open_to_apply(
        connection: DatabaseConnection,
        schema: Schema,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, AdoptError> {
        let found = SeaOrmAdapter::inspect(&connection, &schema).await?;
        if found.live.table(backup::TABLE).is_none() {
            let backups = Schema::new(vec![backup::model()?])?;
            if let Err(error) = SeaOrmAdapter::create_tables(&connection, &backups).await {
                // Another run may have been faster.
                let live = SeaOrmAdapter::inspect(&connection, &backups).await?.live;
                live.table(backup::TABLE).ok_or(error)?;
            }
        }
        let (working, unreadable) = working_schema(&schema, &found.live, true)?;
        let backups = Some(working.find("adoption_backup")?);
        let adapter = SeaOrmAdapter::with_schema(connection.clone(), working).await?;
        Ok(Self { connection, schema, found, adapter, backups, unreadable, clock })
    }
}

/// The core models first, in their order; then what points to them, as far as it has tables.
fn working_schema(
    schema: &Schema,
    live: &LiveSchema,
    with_backups: bool,
) -> Result<(Schema, Vec<(String, String)>), AdoptError> {
    let mut models = Vec::new();
    let mut unreadable = Vec::new();
    let mut ids = Vec::new();
    for (position, (_, model)) in schema.models().enumerate() {
        let table = live.table(model.table());
        let found = match table {
            Some(table) => {
                let (whole, columns) = left_over::whole(model, table, live.engine)?;
                unreadable.extend(columns.into_iter().map(|column| (model.table().to_owned(), column)));
                whole
            }
            // The adapter tells that it is missing.
            None if position < CORE => model.clone(),
            None => continue,
        };
        if position >= CORE && !points_to_people(schema, model.name()) {
            continue;
        }
        if let Some(id) = model.field(auth_schema::FieldId::ID) {
            ids.push((model.name().to_owned(), id.column.clone()));
        }
        models.push(found);
    }
    if with_backups {
        models.push(backup::model()?);
    }
    let mut builder = Schema::new(models)?.into_builder();
    for (model, column) in ids {
        builder = builder.column(&model, "id", column);
    }
    Ok((builder.build()?, unreadable))
}

/// Whether rows of a model go, or may go, with a user or an account.
fn points_to_people(schema: &Schema, name: &str) -> bool {
    let mut reached = vec!["user".to_owned(), "session".to_owned(), "account".to_owned()];
    loop {
        let points = |model: &auth_schema::Model| {
            let targets = model.fields().iter().filter_map(|field| field.references.as_ref());
            targets.into_iter().any(|target| reached.contains(&target.model))
        };
        let next = schema
            .models()
            .find(|(_, model)| !reached.iter().any(|name| name == model.name()) && points(model));
        match next {
            Some((_, model)) => reached.push(model.name().to_owned()),
            None => return reached.iter().any(|reached| reached == name),
        }
    }
}

/// `user`, `session` and `account` are the first models of every schema.
const CORE: usize = 3;
