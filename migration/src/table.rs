//! Creating and dropping one of our tables, the same way on every engine.

use sea_orm_migration::sea_orm::sea_query::{
    ColumnDef, ForeignKey, ForeignKeyAction, ForeignKeyCreateStatement, Index, Table, TableCreateStatement,
};
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, Statement};
use sea_orm_migration::{DbErr, SchemaManager};

use crate::index::IndexDefinition;

/// A table with the primary key `id`, its foreign keys and its indexes.
#[derive(Debug)]
pub(crate) struct NewTable {
    pub(crate) name: &'static str,
    pub(crate) columns: Vec<ColumnDef>,
    pub(crate) foreign_keys: &'static [CascadingKey],
    pub(crate) indexes: &'static [IndexDefinition],
}

/// A foreign key to another table's `id`; rows go when the row they belong to goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct CascadingKey {
    pub(crate) name: &'static str,
    pub(crate) column: &'static str,
    pub(crate) parent: &'static str,
}

impl NewTable {
    /// Creates what is missing of the table and its indexes; run again, it changes nothing.
    ///
    /// # Errors
    /// A table of that name has other columns: it is somebody else's, and nothing is changed.
    pub(crate) async fn create(self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        if manager.has_table(self.name).await? {
            self.refuse_when_foreign(manager).await?;
        } else {
            manager.create_table(self.statement(manager.get_database_backend())).await?;
        }
        for index in self.indexes {
            if !manager.has_index(index.table, index.name).await? {
                manager.create_index(index.create_statement()).await?;
            }
        }
        Ok(())
    }

    /// SQLite would otherwise index a column that is not there as a constant text.
    async fn refuse_when_foreign(&self, manager: &SchemaManager<'_>) -> Result<(), DbErr> {
        for column in &self.columns {
            let column = column.get_column_name();
            if !manager.has_column(self.name, &column).await? {
                return Err(DbErr::Migration(format!(
                    "a table {} without the column {column} is already there: it is not ours and was left as it is; \
                     rename it, or migrate another database",
                    self.name
                )));
            }
        }
        Ok(())
    }

    /// On MySQL and MariaDB the indexes stand in the statement itself: a crash between two statements could otherwise
    /// leave the table without them, and InnoDB would first make one of its own for each foreign key.
    fn statement(&self, backend: DbBackend) -> TableCreateStatement {
        let mut table = Table::create();
        table.table(self.name).if_not_exists();
        for column in &self.columns {
            table.col(column.clone());
        }
        table.primary_key(Index::create().name(format!("{}_pkey", self.name)).col("id"));
        for key in self.foreign_keys {
            table.foreign_key(&mut key.statement(self.name));
        }
        if backend == DbBackend::MySql {
            for index in self.indexes {
                table.index(&mut index.create_statement());
            }
            table.engine("InnoDB").character_set("utf8mb4").collate("utf8mb4_unicode_ci");
        }
        table
    }
}

impl CascadingKey {
    fn statement(&self, table: &'static str) -> ForeignKeyCreateStatement {
        ForeignKey::create()
            .name(self.name)
            .from(table, self.column)
            .to(self.parent, "id")
            .on_delete(ForeignKeyAction::Cascade)
            .take()
    }
}

/// Drops one of our tables, and with it its indexes; nothing happens when it is not there.
///
/// # Errors
/// A table that is not ours still refers to it. Nothing is changed then: no engine may cascade into foreign tables.
pub(crate) async fn drop_table(manager: &SchemaManager<'_>, name: &'static str) -> Result<(), DbErr> {
    if manager.get_database_backend() == DbBackend::Sqlite {
        refuse_when_referenced(manager, name).await?;
    }
    manager.drop_table(Table::drop().table(name).if_exists().take()).await
}

/// PostgreSQL and MySQL refuse to drop a referenced table; SQLite deletes the rows that refer to it.
async fn refuse_when_referenced(manager: &SchemaManager<'_>, name: &str) -> Result<(), DbErr> {
    let referring = Statement::from_sql_and_values(
        DbBackend::Sqlite,
        "SELECT DISTINCT m.name AS name FROM sqlite_master m JOIN pragma_foreign_key_list(m.name) k \
         WHERE m.type = 'table' AND lower(k.\"table\") = lower(?) AND lower(m.name) <> lower(?) ORDER BY m.name",
        [name.into(), name.into()],
    );
    let rows = manager.get_connection().query_all_raw(referring).await?;
    let names = rows.iter().map(|row| row.try_get("", "name")).collect::<Result<Vec<String>, _>>()?;
    if names.is_empty() {
        return Ok(());
    }
    Err(DbErr::Migration(format!(
        "table {name} is not dropped: foreign keys of {} refer to it; drop those tables or keys first",
        names.join(", ")
    )))
}
