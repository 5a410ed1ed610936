//! Opens the database: an existing schema as it is, an empty one after migrating it.

use std::sync::Arc;
use std::time::Duration;

use auth_core::adapter::seaorm::CatalogueProblem;
use auth_core::adapter::{Adapter, AdapterError};
use auth_core::config::PoolerMode;
use auth_core::schema::Schema;
use auth_core::{DatabaseConnection, SeaOrmAdapter};

use crate::error::ServerError;
use crate::mongo;
use crate::settings::Settings;

/// Opens the database.
///
/// # Errors
///
/// [`ServerError::Database`] lists everything that an existing schema lacks.
pub(crate) async fn open(settings: &Settings) -> Result<Arc<dyn Adapter>, ServerError> {
    if mongo::is_meant(settings) {
        return mongo::open(settings).await;
    }
    let (config, schema) = (&settings.core.database, &settings.schema);
    let replica = match &settings.core.replica {
        Some(replica) => Some(auth_core::connect(replica).await.map_err(ServerError::Database)?),
        None => None,
    };
    let adapter = async |connection: &DatabaseConnection| {
        let builder = SeaOrmAdapter::builder(connection.clone()).schema(schema.clone()).pooler(config);
        let builder = replica.iter().fold(builder, |builder, replica| builder.replica(replica.clone()));
        builder.build().await.map(|adapter| Arc::new(adapter) as Arc<dyn Adapter>)
    };
    let connection = auth_core::connect(config).await.map_err(ServerError::Database)?;
    if config.pooler != PoolerMode::None {
        // Tables are made directly, by `auth migrate` with MIGRATION_DATABASE_URL.
        return adapter(&connection).await.map_err(ServerError::Database);
    }
    // The migrations make the core tables under their own names; any other schema is the file's.
    let migrated = *schema == Schema::core();
    if migrated && is_ours(&connection).await? {
        migration::run(&connection).await?;
    }
    let live = SeaOrmAdapter::inspect(&connection, schema).await.map_err(ServerError::Database)?.live;
    if live.has_others_instead_of(schema) {
        return Err(ServerError::Names);
    }
    // All but that of the rate limits.
    let needed = schema.models().count() - 1;
    let mut tries = 0;
    loop {
        tries += 1;
        match adapter(&connection).await {
            Ok(adapter) => return Ok(adapter),
            Err(error) if tries > MOST_TRIES => return Err(ServerError::Database(error)),
            Err(error) => match missing_tables(&error) {
                // Another server may be making them this very moment.
                Some(missing) if missing < needed => tokio::time::sleep(PAUSE).await,
                Some(_) => create(&connection, migrated, schema).await?,
                None => return Err(ServerError::Database(error)),
            },
        }
    }
}

/// Whether these migrations have made the tables: what they lack is then made, too.
async fn is_ours(connection: &DatabaseConnection) -> Result<bool, ServerError> {
    Ok(migration::status(connection).await?.iter().any(|state| state.applied))
}

/// How many tables are missing, if that is all that is wrong.
fn missing_tables(error: &AdapterError) -> Option<usize> {
    let AdapterError::Catalogue(error) = error else {
        return None;
    };
    let is_missing = |problem: &_| matches!(problem, CatalogueProblem::MissingTable { .. });
    error.problems.iter().all(is_missing).then_some(error.problems.len())
}

async fn create(connection: &DatabaseConnection, migrated: bool, schema: &Schema) -> Result<(), ServerError> {
    tracing::info!("the database is empty: its tables are made");
    if migrated {
        migration::run(connection).await?;
    } else if let Err(error) = SeaOrmAdapter::create_tables(connection, schema).await {
        // Another server may have been faster; whether the tables are there is looked at again.
        tracing::info!(%error, "the tables could not be made");
    }
    Ok(())
}

const MOST_TRIES: u32 = 25;
const PAUSE: Duration = Duration::from_millis(200);
