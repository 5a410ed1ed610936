//! What the database lacks of the schema: told before the cases are decided, and added after them.

use auth_schema::difference::Step;

use super::database::Database;
use super::error::AdoptError;
use crate::migrate::{self, Outcome};

impl Database {
    /// What is missing.
    ///
    /// # Errors
    ///
    /// [`AdoptError::Migrate`] when something cannot be added as the schema has it.
    pub async fn missing(&self) -> Result<Outcome, AdoptError> {
        Ok(migrate::plan(&self.connection, &self.schema).await?)
    }

    /// Adds what is missing, unique indexes among it; `told` hears of each step before it begins.
    ///
    /// # Errors
    ///
    /// [`AdoptError::Migrate`]: what was added before stays, and it can be run again.
    pub async fn complete(&self, told: impl FnMut(&Step) + Send) -> Result<Outcome, AdoptError> {
        Ok(migrate::run(&self.connection, &self.schema, told).await?)
    }
}
