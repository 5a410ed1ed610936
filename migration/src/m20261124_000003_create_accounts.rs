//! Creates the table `auth_accounts`: a way to sign in: a password, or a provider's account.

use async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

use crate::column::{Columns, optional};
use crate::index::{ACCOUNTS_PROVIDER_ID_ACCOUNT_ID, ACCOUNTS_USER_ID_PROVIDER_ID};
use crate::table::{CascadingKey, NewTable, drop_table};

pub(crate) struct CreateAccounts;

impl MigrationName for CreateAccounts {
    fn name(&self) -> &'static str {
        "auth_m20261124_000003_create_accounts"
    }
}

#[async_trait]
impl MigrationTrait for CreateAccounts {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns::of(manager);
        let accounts = NewTable {
            name: "auth_accounts",
            columns: vec![
                columns.id(),
                columns.key("account_id"),
                columns.key("provider_id"),
                columns.reference("user_id"),
                optional(columns.long_text("access_token")),
                optional(columns.long_text("refresh_token")),
                optional(columns.long_text("id_token")),
                optional(columns.timestamp("access_token_expires_at")),
                optional(columns.timestamp("refresh_token_expires_at")),
                optional(columns.text("scope")),
                optional(columns.text("password")),
                columns.timestamp("created_at"),
                columns.timestamp("updated_at"),
            ],
            foreign_keys: &[OWNER],
            indexes: &[ACCOUNTS_PROVIDER_ID_ACCOUNT_ID, ACCOUNTS_USER_ID_PROVIDER_ID],
        };
        accounts.create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "auth_accounts").await
    }
}

const OWNER: CascadingKey =
    CascadingKey { name: "auth_accounts_user_id_fkey", column: "user_id", parent: "auth_users" };
