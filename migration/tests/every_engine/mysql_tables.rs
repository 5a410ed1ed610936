//! What only MySQL and MariaDB ask for: engine, character set, collations, named keys.

use crate::support::{Engine, on};

#[tokio::test]
async fn tables_are_innodb_in_utf8mb4_whatever_the_default_of_the_database() {
    on(&[Engine::MySql], |database| async move {
        let name = database.texts("SELECT database()").await.remove(0);
        database
            .execute(&format!("ALTER DATABASE {name} CHARACTER SET latin1 COLLATE latin1_swedish_ci"))
            .await;
        migration::run(&database.db).await.unwrap();
        let sql = "SELECT CAST(concat(table_name, ' ', engine, ' ', table_collation) AS CHAR) \
                   FROM information_schema.tables \
                   WHERE table_schema = database() AND table_name <> 'auth_migrations' ORDER BY table_name";
        let expected = [
            "auth_accounts InnoDB utf8mb4_unicode_ci",
            "auth_migration_lease InnoDB utf8mb4_unicode_ci",
            "auth_rate_limits InnoDB utf8mb4_unicode_ci",
            "auth_sessions InnoDB utf8mb4_unicode_ci",
            "auth_users InnoDB utf8mb4_unicode_ci",
            "auth_verifications InnoDB utf8mb4_unicode_ci",
        ];
        assert_eq!(database.texts(sql).await, expected);
    })
    .await;
}

#[tokio::test]
async fn columns_that_rows_are_looked_up_by_are_compared_bytewise() {
    on(&[Engine::MySql], |database| async move {
        migration::run(&database.db).await.unwrap();
        let sql = "SELECT CAST(concat(table_name, '.', column_name) AS CHAR) FROM information_schema.columns \
                   WHERE table_schema = database() AND table_name <> 'auth_migration_lease' \
                   AND collation_name = 'utf8mb4_bin' ORDER BY 1";
        let expected = [
            "auth_accounts.account_id",
            "auth_accounts.id",
            "auth_accounts.provider_id",
            "auth_accounts.user_id",
            "auth_rate_limits.id",
            "auth_rate_limits.key",
            "auth_sessions.id",
            "auth_sessions.token",
            "auth_sessions.user_id",
            "auth_users.email",
            "auth_users.id",
            "auth_verifications.id",
            "auth_verifications.identifier",
        ];
        assert_eq!(database.texts(sql).await, expected);
    })
    .await;
}

#[tokio::test]
async fn foreign_keys_are_constraints_with_names() {
    on(&[Engine::MySql, Engine::Postgres], |database| async move {
        migration::run(&database.db).await.unwrap();
        let schema = if database.engine == Engine::MySql { "database()" } else { "current_schema()" };
        let text = if database.engine == Engine::MySql { "CHAR" } else { "text" };
        let sql = format!(
            "SELECT CAST(constraint_name AS {text}) FROM information_schema.table_constraints \
             WHERE table_schema = {schema} AND constraint_type = 'FOREIGN KEY' ORDER BY 1"
        );
        assert_eq!(database.texts(&sql).await, ["auth_accounts_user_id_fkey", "auth_sessions_user_id_fkey"]);
    })
    .await;
}
