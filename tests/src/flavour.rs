//! Who has made the tables of a database.

use std::path::Path;

use auth_core::SeaOrmAdapter;
use auth_core::adapter::seaorm::{AuthEntity, SeaOrmAdapterBuilder};
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

/// How an adapter knows tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// From the dictionary.
    Dictionary,
    /// From entities that were generated from the tables.
    Entities,
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
        for statement in self.statements(backend) {
            connection.execute_unprepared(&statement).await.expect(&statement);
        }
    }

    /// The statements that make its tables.
    pub fn statements(self, backend: Backend) -> Vec<String> {
        let engine = match backend {
            Backend::Memory | Backend::Other(_) => panic!("it has no tables of others"),
            Backend::Sqlite => "sqlite",
            Backend::Postgres => "postgres",
            Backend::Mysql | Backend::MysqlWithoutReturning => "mysql",
        };
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("databases").join(self.name());
        let script =
            std::fs::read_to_string(folder.join(format!("{engine}.sql"))).expect("the script is there");
        script.lines().filter(|line| !line.starts_with("--")).map(str::to_owned).collect()
    }

    /// An adapter in the making on its tables.
    pub fn adapter(self, connection: DatabaseConnection) -> SeaOrmAdapterBuilder {
        SeaOrmAdapter::builder(connection).schema(self.schema())
    }

    /// The same, served by the entities that were generated from its tables.
    pub fn adapter_with_entities(
        self,
        backend: Backend,
        connection: DatabaseConnection,
    ) -> SeaOrmAdapterBuilder {
        use recognised_entities as made;
        let builder = self.adapter(connection);
        match self.entities(backend) {
            "drizzle_mysql" => {
                use made::drizzle_mysql::{account, session, user, verification};
                with::<user::Entity, session::Entity, account::Entity, verification::Entity>(builder)
            }
            "drizzle_postgres" => {
                use made::drizzle_postgres::{account, session, user, verification};
                with::<user::Entity, session::Entity, account::Entity, verification::Entity>(builder)
            }
            "drizzle_sqlite" => {
                use made::drizzle_sqlite::{account, session, user, verification};
                with::<user::Entity, session::Entity, account::Entity, verification::Entity>(builder)
            }
            "kysely_serial" => {
                use made::kysely_serial::{account, session, user, verification};
                with::<user::Entity, session::Entity, account::Entity, verification::Entity>(builder)
            }
            "kysely_serial_sqlite" => {
                use made::kysely_serial_sqlite::{account, session, user, verification};
                with::<user::Entity, session::Entity, account::Entity, verification::Entity>(builder)
            }
            "kysely_snake" => {
                use made::kysely_snake::{auth_accounts, auth_sessions, auth_users, auth_verifications};
                with::<
                    auth_users::Entity,
                    auth_sessions::Entity,
                    auth_accounts::Entity,
                    auth_verifications::Entity,
                >(builder)
            }
            "kysely_uuid_postgres" => {
                use made::kysely_uuid_postgres::{account, session, user, verification};
                with::<user::Entity, session::Entity, account::Entity, verification::Entity>(builder)
            }
            "prisma_postgres" => {
                use made::prisma_postgres::{account, session, user, verification};
                with::<user::Entity, session::Entity, account::Entity, verification::Entity>(builder)
            }
            _ => {
                use made::kysely::{account, session, user, verification};
                with::<user::Entity, session::Entity, account::Entity, verification::Entity>(builder)
            }
        }
    }

    /// The module of `recognised-entities` that holds the entities of its tables on an engine.
    pub fn entities(self, backend: Backend) -> &'static str {
        match (self, backend) {
            (Self::Drizzle, Backend::Sqlite) => "drizzle_sqlite",
            (Self::Drizzle, Backend::Postgres) => "drizzle_postgres",
            (Self::Drizzle, _) => "drizzle_mysql",
            (Self::KyselySerial, Backend::Sqlite) => "kysely_serial_sqlite",
            (Self::KyselySerial, _) => "kysely_serial",
            (Self::KyselySnake, _) => "kysely_snake",
            (Self::KyselyUuid, Backend::Postgres) => "kysely_uuid_postgres",
            (Self::Prisma, Backend::Postgres) => "prisma_postgres",
            _ => "kysely",
        }
    }
}

fn with<U: AuthEntity, S: AuthEntity, A: AuthEntity, V: AuthEntity>(
    builder: SeaOrmAdapterBuilder,
) -> SeaOrmAdapterBuilder {
    builder.user::<U>().session::<S>().account::<A>().verification::<V>()
}
