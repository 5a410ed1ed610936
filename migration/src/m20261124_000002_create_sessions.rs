//! Creates the table `auth_sessions`: a signed-in device.

use async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

use crate::column::{Columns, optional};
use crate::index::{SESSIONS_EXPIRES_AT, SESSIONS_TOKEN, SESSIONS_USER_ID_EXPIRES_AT};
use crate::table::{CascadingKey, NewTable, drop_table};

pub(crate) struct CreateSessions;

impl MigrationName for CreateSessions {
    fn name(&self) -> &'static str {
        "auth_m20261124_000002_create_sessions"
    }
}

#[async_trait]
impl MigrationTrait for CreateSessions {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns::of(manager);
        let sessions = NewTable {
            name: "auth_sessions",
            columns: vec![
                columns.id(),
                columns.timestamp("expires_at"),
                columns.key("token"),
                columns.timestamp("created_at"),
                columns.timestamp("updated_at"),
                optional(columns.text("ip_address")),
                optional(columns.text("user_agent")),
                columns.reference("user_id"),
            ],
            foreign_keys: &[OWNER],
            indexes: &[SESSIONS_TOKEN, SESSIONS_USER_ID_EXPIRES_AT, SESSIONS_EXPIRES_AT],
        };
        sessions.create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "auth_sessions").await
    }
}

const OWNER: CascadingKey =
    CascadingKey { name: "auth_sessions_user_id_fkey", column: "user_id", parent: "auth_users" };
