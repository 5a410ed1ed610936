//! Who has made the tables of a database.

use std::path::Path;

use auth_core::SeaOrmAdapter;
use auth_core::adapter::seaorm::SeaOrmAdapterBuilder;
use auth_schema::Schema;
use sea_orm::{ConnectionTrait, DatabaseConnection};

use crate::backend::Backend;

/// Who has made the tables of a database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flavour {
    /// The migrations of this workspace.
    Ours,
    /// Better Auth with Kysely, its own names.
    Kysely,
    /// The same with numbered ids.
    KyselySerial,
    /// The same with UUIDs as ids.
    KyselyUuid,
    /// Better Auth with Kysely, the names of this workspace.
    KyselySnake,
    /// Better Auth with Drizzle.
    Drizzle,
    /// Better Auth with Prisma.
    Prisma,
}

impl Flavour {
    /// The flavours of Better Auth.
    pub const BETTER_AUTH: [Self; 6] =
        [Self::Kysely, Self::KyselySerial, Self::KyselyUuid, Self::KyselySnake, Self::Drizzle, Self::Prisma];

    /// Its name, and that of its folder in `tests/databases`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ours => "ours",
            Self::Kysely => "kysely",
            Self::KyselySerial => "kysely-serial",
            Self::KyselyUuid => "kysely-uuid",
            Self::KyselySnake => "kysely-snake",
            Self::Drizzle => "drizzle",
            Self::Prisma => "prisma",
        }
    }

    /// The `auth.toml` that opens it.
    pub fn config(self) -> &'static str {
        match self {
            Self::Ours | Self::KyselySnake => "",
            Self::Kysely | Self::Prisma => "naming = 'better-auth'",
            Self::KyselySerial => "naming = 'better-auth'\nids = 'serial'",
            Self::KyselyUuid => "naming = 'better-auth'\nids = 'uuid'",
            Self::Drizzle => "naming = 'drizzle'",
        }
    }

    /// The schema that opens it.
    pub fn schema(self) -> Schema {
        Schema::from_toml(self.config()).expect("the configuration is right")
    }

    /// Makes its tables.
    pub async fn create(self, backend: Backend, connection: &DatabaseConnection) {
        let engine = match backend {
            Backend::Memory => panic!("memory has no tables of others"),
            Backend::Sqlite => "sqlite",
            Backend::Postgres => "postgres",
            Backend::Mysql | Backend::MysqlWithoutReturning => "mysql",
        };
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("databases").join(self.name());
        let script =
            std::fs::read_to_string(folder.join(format!("{engine}.sql"))).expect("the script is there");
        for statement in script.lines().filter(|line| !line.starts_with("--")) {
            connection.execute_unprepared(statement).await.expect(statement);
        }
    }

    /// An adapter in the making on its tables.
    pub fn adapter(self, connection: DatabaseConnection) -> SeaOrmAdapterBuilder {
        SeaOrmAdapter::builder(connection).schema(self.schema())
    }
}
