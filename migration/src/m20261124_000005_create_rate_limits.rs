//! Creates the table `auth_rate_limits`: a counter of requests.

use async_trait::async_trait;
use sea_orm_migration::{DbErr, MigrationName, MigrationTrait, SchemaManager};

use crate::column::Columns;
use crate::index::{RATE_LIMITS_KEY, RATE_LIMITS_LAST_REQUEST};
use crate::table::{NewTable, drop_table};

pub(crate) struct CreateRateLimits;

impl MigrationName for CreateRateLimits {
    fn name(&self) -> &'static str {
        "auth_m20261124_000005_create_rate_limits"
    }
}

#[async_trait]
impl MigrationTrait for CreateRateLimits {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let columns = Columns::of(manager);
        let rate_limits = NewTable {
            name: "auth_rate_limits",
            columns: vec![
                columns.id(),
                columns.key("key"),
                columns.count("count"),
                columns.milliseconds("last_request"),
            ],
            foreign_keys: &[],
            indexes: &[RATE_LIMITS_KEY, RATE_LIMITS_LAST_REQUEST],
        };
        rate_limits.create(manager).await
    }

    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        drop_table(manager, "auth_rate_limits").await
    }
}
