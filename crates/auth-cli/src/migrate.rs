//! Brings a database to its configuration: the frozen history first where the tables bear this library's names, then whatever
//! the configuration asks for beyond. It drops nothing.

use auth_core::adapter::AdapterError;
use auth_core::{DatabaseConnection, SeaOrmAdapter};
use auth_schema::difference::{Difference, DifferenceError, Step};
use auth_schema::{Schema, same_name};
use migration::{MigrationError, Runner};

/// What was done, or would be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Names of migrations of this library.
    pub migrations: Vec<String>,
    /// What the configuration asks for beyond them.
    pub steps: Vec<Step>,
    /// What could not be added, with the reason.
    pub impossible: Vec<String>,
}

/// Why a database was not migrated.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum MigrateError {
    /// The history of this library could not be applied.
    #[error(transparent)]
    Migration(#[from] MigrationError),
    /// The database refused a step.
    #[error("a step failed; what was done before it stays, and the command can be run again")]
    Adapter(#[from] AdapterError),
    /// The tables have other names than the configuration says.
    #[error(
        "the database holds tables that look like Better Auth's under other names than the configuration says: \
         auth generate config --output auth.toml writes the one that fits"
    )]
    Names,
    /// The configuration asks for what cannot be added.
    #[error(transparent)]
    Difference(#[from] DifferenceError),
    /// Values stand more than once.
    #[error(
        "{what}: the database refuses it. Values that stand more than once are for `auth adopt`, which changes nothing by itself"
    )]
    Duplicates {
        /// The step.
        what: String,
        /// The database's answer.
        source: AdapterError,
    },
}

/// Tells what there is to do.
pub async fn plan(connection: &DatabaseConnection, schema: &Schema) -> Result<Outcome, MigrateError> {
    check_names(connection, schema).await?;
    let mut migrations = Vec::new();
    if follows_history(schema) {
        let states = migration::status(connection).await?;
        migrations.extend(states.into_iter().filter(|state| !state.applied).map(|state| state.name));
    }
    let mut live = SeaOrmAdapter::inspect(connection, schema).await?.live;
    if !migrations.is_empty() {
        live = live.with_tables_of(&Schema::core());
    }
    let difference = Difference::between(schema, &live)?;
    let steps = difference.steps(live.engine)?;
    Ok(Outcome { migrations, steps, impossible: difference.impossible.clone() })
}

/// Does it, under the lease of the migrations; `told` hears of each step before it begins.
pub async fn run(
    connection: &DatabaseConnection,
    schema: &Schema,
    mut told: impl FnMut(&Step) + Send,
) -> Result<Outcome, MigrateError> {
    check_names(connection, schema).await?;
    let (mut migrations, mut before) = (Vec::new(), Vec::new());
    if follows_history(schema) {
        if is_made_by_others(connection, schema).await? {
            before = Runner::new(connection).alone(add(connection, schema, &mut told)).await?.0;
        }
        migrations = migration::run(connection).await?.applied;
    }
    let live = SeaOrmAdapter::inspect(connection, schema).await?.live;
    let difference = Difference::between(schema, &live)?;
    if difference.changes.is_empty() {
        let impossible = difference.impossible.clone();
        return Ok(Outcome { migrations, steps: before, impossible });
    }
    let work = add(connection, schema, told);
    let (steps, impossible) = Runner::new(connection).alone(work).await?;
    before.extend(steps);
    Ok(Outcome { migrations, steps: before, impossible })
}

/// A second set of tables beside those that are used would be the beginning of trouble.
async fn check_names(connection: &DatabaseConnection, schema: &Schema) -> Result<(), MigrateError> {
    let live = SeaOrmAdapter::inspect(connection, schema).await?.live;
    if live.has_others_instead_of(schema) { Err(MigrateError::Names) } else { Ok(()) }
}

async fn add(
    connection: &DatabaseConnection,
    schema: &Schema,
    told: impl FnMut(&Step) + Send,
) -> Result<(Vec<Step>, Vec<String>), MigrateError> {
    // Another run may have been faster.
    let live = SeaOrmAdapter::inspect(connection, schema).await?.live;
    let difference = Difference::between(schema, &live)?;
    let steps = difference.steps(live.engine)?;
    match SeaOrmAdapter::apply(connection, &steps, told).await {
        Ok(()) => Ok((steps, difference.impossible.clone())),
        Err(source) => Err(match &source {
            AdapterError::Duplicates { step, .. } => MigrateError::Duplicates { what: step.clone(), source },
            _ => source.into(),
        }),
    }
}

/// The table that an application looks into at its start, to migrate only if something is pending.
pub(crate) fn history_table(schema: &Schema) -> Option<&'static str> {
    follows_history(schema).then_some(migration::HISTORY_TABLE)
}

/// Whether others have made tables under the names of this library. The history finds them, but takes for granted that they have
/// its types: on MySQL, an index over a text without bounds fails.
async fn is_made_by_others(connection: &DatabaseConnection, schema: &Schema) -> Result<bool, MigrateError> {
    let states = migration::status(connection).await?;
    if states.iter().any(|state| state.applied) {
        return Ok(false);
    }
    let live = SeaOrmAdapter::inspect(connection, schema).await?.live;
    Ok(schema.models().any(|(_, model)| live.table(model.table()).is_some()))
}

/// Whether the core tables are those that the migrations of this library make.
fn follows_history(schema: &Schema) -> bool {
    let core = Schema::core();
    core.models().all(|(id, model)| {
        let Ok(own) = schema.model(id) else {
            return false;
        };
        let pairs = model.fields().iter().zip(own.fields());
        let same_columns = pairs.into_iter().all(|(field, own)| field.column == own.column);
        same_name(own.name(), model.name())
            && own.table() == model.table()
            && own.ids() == model.ids()
            && same_columns
    })
}
