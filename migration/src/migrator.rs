//! The ordered list of migrations, with and without a history of its own.

use async_trait::async_trait;
use sea_orm_migration::sea_orm::{DynIden, sea_query::IntoIden};
use sea_orm_migration::{DbErr, IntoSchemaManagerConnection, MigrationTrait, MigratorTrait};

use crate::history::HISTORY_TABLE;
use crate::m20261124_000001_create_users::CreateUsers;
use crate::m20261124_000002_create_sessions::CreateSessions;
use crate::m20261124_000003_create_accounts::CreateAccounts;
use crate::m20261124_000004_create_verifications::CreateVerifications;
use crate::m20261124_000005_create_rate_limits::CreateRateLimits;

/// Lists our migrations in the order in which they run, for an application's own Migrator.
///
/// They are then recorded in the application's history; their names all begin with `auth_`. Run them from one place
/// only: the application's Migrator, or [`run`](crate::run), which records in a history of its own.
pub fn migrations() -> Vec<Box<dyn MigrationTrait>> {
    vec![
        Box::new(CreateUsers),
        Box::new(CreateSessions),
        Box::new(CreateAccounts),
        Box::new(CreateVerifications),
        Box::new(CreateRateLimits),
    ]
}

/// Our migrations with a history of their own, the table [`HISTORY_TABLE`].
///
/// Its methods take no lease: prefer [`run`](crate::run) and the other functions of this crate.
#[derive(Debug, Clone, Copy, Default)]
pub struct Migrator;

#[async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        migrations()
    }

    fn migration_table_name() -> DynIden {
        HISTORY_TABLE.into_iden()
    }

    /// Refuses: SeaORM's `fresh` drops every table of the database, the application's too.
    async fn fresh<'c, C>(_db: C) -> Result<(), DbErr>
    where
        C: IntoSchemaManagerConnection<'c>,
    {
        Err(DbErr::Migration(
            "refused: `fresh` would drop every table of the database; use `refresh`, which drops only the auth tables"
                .to_owned(),
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::migrations;

    /// A released name is frozen: databases in the field have it in their history.
    #[test]
    fn released_names_never_change() {
        let names: Vec<String> = migrations().iter().map(|migration| migration.name().to_owned()).collect();
        let frozen = [
            "auth_m20261124_000001_create_users",
            "auth_m20261124_000002_create_sessions",
            "auth_m20261124_000003_create_accounts",
            "auth_m20261124_000004_create_verifications",
            "auth_m20261124_000005_create_rate_limits",
        ];
        assert_eq!(names, frozen);
    }
}
