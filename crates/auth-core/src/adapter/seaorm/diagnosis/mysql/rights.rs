//! Rights in MySQL and MariaDB beyond reading and writing rows.

use auth_schema::ddl::Engine;
use sea_orm::sea_query::Value as SqlValue;

use super::super::super::pool::Pool;
use super::super::ask::{rows, text};
use super::super::facts::{Facts, WideRight};
use super::super::no_role;
use crate::adapter::AdapterError;

pub(super) async fn gather(
    pool: &Pool,
    tables: &[String],
    role: Option<&str>,
    facts: &mut Facts,
) -> Result<(), AdapterError> {
    let Some(role) = role else {
        facts.leave_untold("rights", "no role is named whose rights are to be looked at: --role NAME");
        return Ok(());
    };
    let (user, host) = role.rsplit_once('@').unwrap_or((role, "%"));
    // As the engine writes it in its lists, without any escape.
    let grantee = format!("'{user}'@'{host}'");
    let found = rows(pool, RIGHTS, vec![SqlValue::from(grantee); 3]).await?;
    if found.is_empty() {
        return Err(no_role(role));
    }
    let quoted = |name: &str| Engine::Mysql.quoted(name);
    let account = format!("{}@{}", quoted(user), quoted(host));
    for row in &found {
        let (right, database, table) = (text(row, 0)?, text(row, 1)?, text(row, 2)?);
        let needed = matches!(right.as_str(), "SELECT" | "INSERT" | "UPDATE" | "DELETE");
        let on = match (database.as_str(), table.as_str()) {
            ("", _) if right == "USAGE" => continue,
            ("", _) => "*.*".to_owned(),
            _ if needed => continue,
            (database, "") => format!("{}.*", quoted(database)),
            (_, table) if !tables.iter().any(|ours| ours == table) => continue,
            (database, table) => format!("{}.{}", quoted(database), quoted(table)),
        };
        let revoke = Some(format!("REVOKE {right} ON {on} FROM {account}"));
        facts.rights.push(WideRight { grantee: role.to_owned(), right, on, revoke });
    }
    Ok(())
}

/// Right, database, table; none of both: on everything. An account without rights has `USAGE`.
const RIGHTS: &str = "SELECT CAST(PRIVILEGE_TYPE AS CHAR), NULL, NULL FROM information_schema.USER_PRIVILEGES \
     WHERE GRANTEE = ? UNION ALL SELECT CAST(PRIVILEGE_TYPE AS CHAR), CAST(TABLE_SCHEMA AS CHAR), NULL \
     FROM information_schema.SCHEMA_PRIVILEGES WHERE GRANTEE = ? AND DATABASE() LIKE TABLE_SCHEMA \
     UNION ALL SELECT CAST(PRIVILEGE_TYPE AS CHAR), CAST(TABLE_SCHEMA AS CHAR), CAST(TABLE_NAME AS CHAR) \
     FROM information_schema.TABLE_PRIVILEGES WHERE GRANTEE = ? AND TABLE_SCHEMA = DATABASE() ORDER BY 2, 3, 1";
