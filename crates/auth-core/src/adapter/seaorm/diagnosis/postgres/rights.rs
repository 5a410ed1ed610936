//! Rights in PostgreSQL beyond reading and writing rows.

use auth_schema::ddl::Engine;
use sea_orm::sea_query::Value as SqlValue;

use super::super::super::pool::Pool;
use super::super::ask::{rows, text, truth};
use super::super::facts::{Facts, WideRight};
use super::super::no_role;
use crate::adapter::AdapterError;

pub(super) async fn gather(
    pool: &Pool,
    tables: &[String],
    role: Option<&str>,
    facts: &mut Facts,
) -> Result<(), AdapterError> {
    let quoted = |name: &str| Engine::Postgres.quoted(name);
    for row in rows(pool, OF_EVERYBODY, Vec::new()).await? {
        let (right, schema, table) = (text(&row, 0)?, text(&row, 1)?, text(&row, 2)?);
        if table.is_empty() || tables.contains(&table) {
            let on = if table.is_empty() {
                format!("SCHEMA {}", quoted(&schema))
            } else {
                format!("TABLE {}.{}", quoted(&schema), quoted(&table))
            };
            facts.rights.push(wide("PUBLIC", right, &on, "PUBLIC"));
        }
    }
    let Some(role) = role else {
        facts.leave_untold("rights", "no role is named whose rights are to be looked at: --role NAME");
        return Ok(());
    };
    let bound = || vec![SqlValue::from(role)];
    let found = rows(pool, ROLE, bound()).await?;
    let row = found.first().ok_or_else(|| no_role(role))?;
    if truth(row, 0)? {
        // Every other right follows from it.
        facts.rights.push(WideRight { revoke: None, ..wide(role, "SUPERUSER".to_owned(), "the server", "") });
        return Ok(());
    }
    for (position, word) in ["CREATEDB", "CREATEROLE", "REPLICATION", "BYPASSRLS"].into_iter().enumerate() {
        if truth(row, position + 1)? {
            let revoke = Some(format!("ALTER ROLE {} NO{word}", quoted(role)));
            facts.rights.push(WideRight { revoke, ..wide(role, word.to_owned(), "the server", "") });
        }
    }
    for row in rows(pool, OF_ROLE, bound()).await? {
        let (right, schema, table) = (text(&row, 0)?, text(&row, 1)?, text(&row, 2)?);
        if table.is_empty() {
            facts.rights.push(wide(role, right, &format!("SCHEMA {}", quoted(&schema)), &quoted(role)));
        } else if tables.contains(&table) {
            let on = format!("TABLE {}.{}", quoted(&schema), quoted(&table));
            let found = wide(role, right, &on, &quoted(role));
            let revoke = found.revoke.clone().filter(|_| found.right != OWNER);
            facts.rights.push(WideRight { revoke, ..found });
        }
    }
    Ok(())
}

fn wide(grantee: &str, right: String, on: &str, from: &str) -> WideRight {
    let revoke = Some(format!("REVOKE {right} ON {on} FROM {from}"));
    WideRight { grantee: grantee.to_owned(), right, on: on.to_owned(), revoke }
}

const OWNER: &str = "OWNER";

const ROLE: &str = "SELECT rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls FROM pg_roles \
     WHERE rolname = $1";

/// What everybody may: right, schema, table; none: the schema itself.
const OF_EVERYBODY: &str = "SELECT a.privilege_type, n.nspname::text, c.relname::text FROM pg_class AS c \
     JOIN pg_namespace AS n ON n.oid = c.relnamespace CROSS JOIN LATERAL aclexplode(c.relacl) AS a \
     WHERE a.grantee = 0 AND c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid) \
     AND n.nspname NOT IN ('pg_catalog', 'information_schema') \
     UNION ALL SELECT a.privilege_type, n.nspname::text, NULL FROM pg_namespace AS n \
     CROSS JOIN LATERAL aclexplode(n.nspacl) AS a WHERE a.grantee = 0 AND a.privilege_type = 'CREATE' \
     AND n.nspname = current_schema() ORDER BY 2, 3, 1";

/// What a role may beyond the rows, by itself or by another role: right, schema, table. Who owns a table has all other rights on it.
const OF_ROLE: &str = "SELECT CASE WHEN o.owns THEN 'OWNER' ELSE p.word END, n.nspname::text, c.relname::text \
     FROM pg_class AS c JOIN pg_namespace AS n ON n.oid = c.relnamespace \
     CROSS JOIN LATERAL (SELECT pg_has_role($1::name, c.relowner, 'MEMBER') AS owns) AS o \
     CROSS JOIN (VALUES ('TRUNCATE'), ('REFERENCES'), ('TRIGGER')) AS p (word) \
     WHERE c.relkind IN ('r', 'p') AND pg_table_is_visible(c.oid) \
     AND n.nspname NOT IN ('pg_catalog', 'information_schema') AND has_table_privilege($1::name, c.oid, p.word) \
     GROUP BY 1, 2, 3 \
     UNION ALL SELECT 'CREATE', n.nspname::text, NULL FROM pg_namespace AS n WHERE n.nspname = current_schema() \
     AND has_schema_privilege($1::name, n.oid, 'CREATE') ORDER BY 2, 3, 1";
