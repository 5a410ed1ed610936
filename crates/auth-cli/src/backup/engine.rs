//! Which engine makes and restores a backup.

use std::fmt;

use auth_core::adapter::seaorm::Server;
use serde::{Deserialize, Serialize};

/// An engine, as far as its tools differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Engine {
    #[serde(rename = "SQLite")]
    Sqlite,
    #[serde(rename = "PostgreSQL")]
    Postgres,
    #[serde(rename = "MySQL")]
    Mysql,
    #[serde(rename = "MariaDB")]
    Mariadb,
}

impl Engine {
    pub(super) fn of(server: &Server) -> Self {
        match server.engine {
            "PostgreSQL" => Self::Postgres,
            "MySQL" => Self::Mysql,
            "MariaDB" => Self::Mariadb,
            _ => Self::Sqlite,
        }
    }
}

impl fmt::Display for Engine {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::Mysql => "MySQL",
            Self::Mariadb => "MariaDB",
        })
    }
}
