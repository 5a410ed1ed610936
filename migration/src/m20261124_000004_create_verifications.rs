//! Creates the table `auth_verifications`: a value to be presented once before it expires.

use async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

use crate::column::Columns;
use crate::index::{VERIFICATIONS_EXPIRES_AT, VERIFICATIONS_IDENTIFIER_CREATED_AT};
use crate::table::{NewTable, drop_table};

pub(crate) struct CreateVerifications;

impl MigrationName for CreateVerifications {
    fn name(&self) -> &'static str {
        "auth_m20261124_000004_create_verifications"
    }
}

#[async_trait]
impl MigrationTrait for CreateVerifications {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns::of(manager);
        let verifications = NewTable {
            name: "auth_verifications",
            columns: vec![
                columns.id(),
                columns.key("identifier"),
                columns.long_text("value"),
                columns.timestamp("expires_at"),
                columns.timestamp("created_at"),
                columns.timestamp("updated_at"),
            ],
            foreign_keys: &[],
            indexes: &[VERIFICATIONS_IDENTIFIER_CREATED_AT, VERIFICATIONS_EXPIRES_AT],
        };
        verifications.create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "auth_verifications").await
    }
}
