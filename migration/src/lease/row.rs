//! The lease's row in the database: made once, then taken, renewed and freed by guarded updates.

use std::time::Duration;

use sea_orm_migration::sea_orm::sea_query::{Expr, ExprTrait, Query, UpdateStatement};
use sea_orm_migration::sea_orm::{ConnectionTrait, DatabaseConnection, DbBackend, SqlErr, Statement};
use sea_orm_migration::{DbErr, SchemaManager};

use crate::column::Columns;
use crate::table::NewTable;

/// The table of the lease. It has one row, which stays when nobody migrates; `reset` keeps it too, because another
/// run may be waiting at it.
pub const LEASE_TABLE: &str = "auth_migration_lease";

/// The one row, on one database.
#[derive(Debug)]
pub(super) struct LeaseRow<'db> {
    db: &'db DatabaseConnection,
}

impl<'db> LeaseRow<'db> {
    pub(super) fn of(db: &'db DatabaseConnection) -> Self {
        Self { db }
    }

    /// Takes the lease if nobody holds it. At most one of any number of callers is told `true`.
    pub(super) async fn take(&self, holder: &str, time_to_live: Duration) -> Result<bool, DbErr> {
        self.ensure_table().await?;
        self.ensure_row().await?;
        let update = self
            .update(holder, time_to_live)
            .and_where(Expr::col("expires_at").lte(now(self.db.get_database_backend())))
            .take();
        self.changed(&update).await
    }

    /// Sets a new end; `false` when the lease is no longer the holder's.
    pub(super) async fn renew(&self, holder: &str, time_to_live: Duration) -> Result<bool, DbErr> {
        let update = self.update(holder, time_to_live).and_where(Expr::col("holder").eq(holder)).take();
        self.changed(&update).await
    }

    /// Ends the holder's lease; somebody else's is left alone.
    pub(super) async fn free(&self, holder: &str) -> Result<(), DbErr> {
        let update = Query::update()
            .table(LEASE_TABLE)
            .value("holder", "")
            .value("expires_at", 0_i64)
            .and_where(Expr::col("id").eq(ROW))
            .and_where(Expr::col("holder").eq(holder))
            .take();
        self.changed(&update).await.map(drop)
    }

    /// The holder and the end in milliseconds since 1970.
    pub(super) async fn read(&self) -> Result<(String, i64), DbErr> {
        let select = Query::select()
            .columns(["holder", "expires_at"])
            .from(LEASE_TABLE)
            .and_where(Expr::col("id").eq(ROW))
            .take();
        let Some(row) = self.db.query_one(&select).await? else {
            return Ok(("nobody".to_owned(), 0));
        };
        Ok((row.try_get("", "holder")?, row.try_get("", "expires_at")?))
    }

    /// Creates the table. Of two runs that do so at once PostgreSQL refuses one in spite of IF NOT EXISTS (by a unique
    /// index of its own catalogue), after the other has committed: then the table is there.
    async fn ensure_table(&self) -> Result<(), DbErr> {
        let manager = SchemaManager::new(self.db);
        if manager.has_table(LEASE_TABLE).await? {
            return Ok(());
        }
        let columns = Columns::of(&manager);
        let lease = NewTable {
            name: LEASE_TABLE,
            columns: vec![columns.id(), columns.short_text("holder"), columns.milliseconds("expires_at")],
            foreign_keys: &[],
            indexes: &[],
        };
        match lease.create(&manager).await {
            Err(error) if !manager.has_table(LEASE_TABLE).await? => Err(error),
            _ => Ok(()),
        }
    }

    async fn ensure_row(&self) -> Result<(), DbErr> {
        let select = Query::select().column("id").from(LEASE_TABLE).and_where(Expr::col("id").eq(ROW)).take();
        if self.db.query_one(&select).await?.is_some() {
            return Ok(());
        }
        let insert = "INSERT INTO auth_migration_lease (id, holder, expires_at) VALUES ('auth', '', 0)";
        let insert = Statement::from_string(self.db.get_database_backend(), insert);
        match self.db.execute_raw(insert).await {
            Err(error) if !matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_))) => {
                Err(error)
            }
            _ => Ok(()),
        }
    }

    fn update(&self, holder: &str, time_to_live: Duration) -> UpdateStatement {
        let milliseconds = i64::try_from(time_to_live.as_millis()).unwrap_or(i64::MAX);
        Query::update()
            .table(LEASE_TABLE)
            .value("holder", holder)
            .value("expires_at", now(self.db.get_database_backend()).add(milliseconds))
            .and_where(Expr::col("id").eq(ROW))
            .take()
    }

    async fn changed(&self, update: &UpdateStatement) -> Result<bool, DbErr> {
        Ok(self.db.execute(update).await?.rows_affected() == 1)
    }
}

/// The database's clock in milliseconds since 1970.
fn now(backend: DbBackend) -> Expr {
    Expr::cust(match backend {
        DbBackend::Postgres => "CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000 AS BIGINT)",
        DbBackend::MySql => "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)",
        _ => "CAST((julianday('now') - 2440587.5) * 86400000 AS INTEGER)",
    })
}

const ROW: &str = "auth";
