//! The catalogue of indexes against a database: what stands, what would be created, creating and dropping it.
//!
//! [`Catalogue`] reads the database once; entries of the catalogue are found in it by their models and fields, so that tables and
//! columns may have any names.

mod change;
mod document;
mod error;
mod list;
mod locate;
mod rebuild;
mod redundant;

pub use change::{Asked, Plan, create, remove};
pub use document::document;
pub use error::{IndexError, Refusal};
pub use list::{Entry, State};
pub use migration::index::Profile;
pub use rebuild::rebuild;
pub use redundant::{Redundant, redundant};

use auth_core::adapter::AdapterError;
use auth_core::{DatabaseConnection, SeaOrmAdapter};
use auth_schema::Schema;
use auth_schema::live::LiveSchema;
use migration::index::Engine;

/// The catalogue in a database, as it was when it was read.
#[derive(Debug)]
pub struct Catalogue<'a> {
    engine: Engine,
    schema: &'a Schema,
    live: LiveSchema,
}

impl<'a> Catalogue<'a> {
    /// Reads the database. Nothing is changed.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Unavailable`] when it does not answer.
    pub async fn read(connection: &DatabaseConnection, schema: &'a Schema) -> Result<Self, AdapterError> {
        let server = auth_core::server(connection).await?;
        let live = SeaOrmAdapter::inspect(connection, schema).await?.live;
        Ok(Self { engine: Engine::named(server.engine).unwrap_or(Engine::Sqlite), schema, live })
    }

    /// The engine's name.
    pub fn engine(&self) -> &'static str {
        self.engine.name()
    }

    /// The indexes of the schema's tables that others make needless.
    pub fn redundant(&self) -> Vec<Redundant> {
        let tables = self.schema.models().filter_map(|(_, model)| self.live.table(model.table()));
        tables.flat_map(redundant).collect()
    }
}
