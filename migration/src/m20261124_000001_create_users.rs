//! Creates the table `auth_users`: a person.

use async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

use crate::column::{Columns, optional};
use crate::index::{USERS_CREATED_AT_ID, USERS_EMAIL};
use crate::table::{NewTable, drop_table};

pub(crate) struct CreateUsers;

impl MigrationName for CreateUsers {
    fn name(&self) -> &'static str {
        "auth_m20261124_000001_create_users"
    }
}

#[async_trait]
impl MigrationTrait for CreateUsers {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns::of(manager);
        let users = NewTable {
            name: "auth_users",
            columns: vec![
                columns.id(),
                columns.short_text("name"),
                columns.key("email"),
                columns.flag("email_verified"),
                optional(columns.text("image")),
                columns.timestamp("created_at"),
                columns.timestamp("updated_at"),
            ],
            foreign_keys: &[],
            indexes: &[USERS_EMAIL, USERS_CREATED_AT_ID],
        };
        users.create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "auth_users").await
    }
}
