//! Databases on a server that a tool makes and drops: to see whether a backup can be restored.

use sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend};

use super::error::classify;
use crate::adapter::AdapterError;

/// Makes an empty database on the server of a connection.
///
/// # Errors
///
/// [`AdapterError::Configuration`] for a name with other signs than small letters, digits and `_`;
/// [`AdapterError::Database`] when the user may not, or there is one of that name.
pub async fn create_database(connection: &DatabaseConnection, name: &str) -> Result<(), AdapterError> {
    // What an administrator has put into `template1` is in the backup already.
    let like =
        if connection.get_database_backend() == DbBackend::Postgres { " TEMPLATE template0" } else { "" };
    run(connection, "CREATE DATABASE ", name, like).await
}

/// Drops a database on the server of a connection, with all that is in it; one that is not there is no error.
///
/// # Errors
///
/// Those of [`create_database`].
pub async fn drop_database(connection: &DatabaseConnection, name: &str) -> Result<(), AdapterError> {
    run(connection, "DROP DATABASE IF EXISTS ", name, "").await
}

async fn run(
    connection: &DatabaseConnection,
    what: &'static str,
    name: &str,
    more: &str,
) -> Result<(), AdapterError> {
    if connection.get_database_backend() == DbBackend::Sqlite {
        return Err(AdapterError::Unsupported {
            what: "make a database",
            advice: "with SQLite it is a file",
        });
    }
    let plain = |sign: u8| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == b'_';
    if name.is_empty() || !name.bytes().all(plain) {
        let problem = format!("{name:?} is no name for a database here: take small letters, digits and _");
        return Err(AdapterError::Configuration { problem });
    }
    let outcome = connection.execute_unprepared(&format!("{what}{name}{more}")).await;
    outcome.map(|_| ()).map_err(|error| classify(error, what.trim_end(), None))
}
