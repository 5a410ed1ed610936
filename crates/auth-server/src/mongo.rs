//! MongoDB instead of a database with tables, where the server is built with it.

use std::sync::Arc;

use auth_core::adapter::Adapter;

use crate::error::ServerError;
use crate::settings::Settings;

/// Whether the address is one of MongoDB.
pub(crate) fn is_meant(settings: &Settings) -> bool {
    let url = settings.core.database.url.expose();
    url.starts_with("mongodb://") || url.starts_with("mongodb+srv://")
}

/// Opens it; what is missing there is made. Ids are made as Better Auth's adapter makes them, unless the schema says another way. Where
/// the sweep is on, the server itself deletes what has expired for a day, so that the sweep, which runs hooks, comes first; but not
/// where sessions are kept as a record: an ended one looks to it like any other that has expired.
#[cfg(feature = "mongodb")]
pub(crate) async fn open(settings: &Settings) -> Result<Arc<dyn Adapter>, ServerError> {
    use auth_core::schema::{IdStrategy, IdType};

    if settings.core.replica.is_some() {
        let problem =
            "is for databases with tables: MongoDB's driver knows the members of a replica set by itself";
        return Err(ServerError::Variable { name: "DATABASE_REPLICA_URL", problem: problem.to_owned() });
    }
    let mut schema = settings.schema.clone();
    if schema.models().all(|(_, model)| *model.ids() == IdStrategy::default()) {
        let ids = schema.into_builder().ids(IdStrategy::Database(IdType::Text));
        schema = ids.build().map_err(|error| ServerError::Database(error.into()))?;
    }
    let builder = auth_mongo::MongoAdapter::builder(settings.core.database.url.expose());
    let mut builder = builder.schema(schema);
    if settings.core.maintenance.sweep && !settings.core.session.preserve_in_database {
        builder = builder.expire_after(A_DAY);
    }
    Ok(Arc::new(builder.build().await.map_err(ServerError::Database)?))
}

/// Says that it is not built in.
#[cfg(not(feature = "mongodb"))]
#[expect(clippy::unused_async, reason = "its other form waits for the server")]
pub(crate) async fn open(_settings: &Settings) -> Result<Arc<dyn Adapter>, ServerError> {
    let problem = "names MongoDB, which this server was built without: build it with `--features mongodb`";
    Err(ServerError::Variable { name: "DATABASE_URL", problem: problem.to_owned() })
}

#[cfg(feature = "mongodb")]
const A_DAY: std::time::Duration = std::time::Duration::from_hours(24);
