//! Opens the database: an existing schema as it is, an empty one after migrating it.

use std::sync::Arc;

use auth_core::adapter::{Adapter, AdapterError, CatalogueProblem};
use auth_core::schema::Schema;
use auth_core::{DatabaseConfig, DatabaseConnection, SeaOrmAdapter};

use crate::error::ServerError;
use crate::settings::{Naming, Settings};

/// Opens the database.
///
/// # Errors
///
/// [`ServerError::Database`] lists everything that an existing schema lacks.
pub(crate) async fn open(settings: &Settings) -> Result<Arc<dyn Adapter>, ServerError> {
    let config = DatabaseConfig::new(settings.database_url.as_str());
    let connection = auth_core::connect(&config).await.map_err(ServerError::Database)?;
    let schema = match settings.naming {
        Naming::Snake => Schema::core(),
        Naming::Stock => {
            let schema = Schema::builder().better_auth_names().build();
            schema.map_err(|error| ServerError::Database(error.into()))?
        }
    };
    if settings.naming == Naming::Snake && is_ours(&connection).await? {
        migration::run(&connection).await?;
    }
    match adapter(&connection, &schema).await {
        Err(error) if is_empty(&error) => {
            tracing::info!("the database is empty: its tables are made");
            create(&connection, settings.naming, &schema).await?;
            adapter(&connection, &schema).await.map_err(ServerError::Database)
        }
        outcome => outcome.map_err(ServerError::Database),
    }
}

/// Whether these migrations have made the tables: what they lack is then made, too.
async fn is_ours(connection: &DatabaseConnection) -> Result<bool, ServerError> {
    Ok(migration::status(connection).await?.iter().any(|state| state.applied))
}

async fn adapter(connection: &DatabaseConnection, schema: &Schema) -> Result<Arc<dyn Adapter>, AdapterError> {
    Ok(Arc::new(SeaOrmAdapter::with_schema(connection.clone(), schema.clone()).await?))
}

/// Whether none of the tables is there.
fn is_empty(error: &AdapterError) -> bool {
    let AdapterError::Catalogue(error) = error else {
        return false;
    };
    error.problems.len() >= NEEDED_TABLES
        && error.problems.iter().all(|problem| matches!(problem, CatalogueProblem::MissingTable { .. }))
}

async fn create(connection: &DatabaseConnection, naming: Naming, schema: &Schema) -> Result<(), ServerError> {
    if naming == Naming::Snake {
        migration::run(connection).await?;
        return Ok(());
    }
    let Err(error) = SeaOrmAdapter::create_tables(connection, schema).await else {
        return Ok(());
    };
    // Another server may have started on the same database; what counts is whether the tables are there now.
    adapter(connection, schema).await.map(|_| ()).map_err(|_| ServerError::Database(error))
}

/// Users, sessions, accounts and verifications.
const NEEDED_TABLES: usize = 4;
