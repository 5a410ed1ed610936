//! What a role needs that works with the tables and never changes them.

use super::Engine;
use crate::id::IdStrategy;
use crate::model::Schema;

/// A role, and where the tables are that it works with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Grantee {
    /// A role of PostgreSQL.
    Postgres {
        /// Its name.
        role: String,
        /// The PostgreSQL schema that holds the tables.
        schema: String,
    },
    /// An account of MySQL or MariaDB.
    Mysql {
        /// The name of the user.
        user: String,
        /// Where it comes from: a host, or `%` for everywhere.
        host: String,
        /// The database that holds the tables.
        database: String,
    },
}

/// Why no rights can be given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GrantError {
    /// The name is none that the engine would take as it is.
    #[error("{what} {name:?} {problem}")]
    Name {
        /// `role`, `user`, `host`, `schema` or `database`.
        what: &'static str,
        /// The name.
        name: String,
        /// What is wrong with it, as the end of a sentence.
        problem: &'static str,
    },
}

/// Renders the statements that let a role read and write the rows of a schema, and nothing else.
///
/// PostgreSQL takes the right to create tables in the schema away from the role, and from everybody: before
/// version 15 everybody has it in `public`. The role must be there. `history` is a table that the role may read, such as
/// that of migrations; MySQL refuses its statement, the last one, when there is no such table.
///
/// # Errors
///
/// [`GrantError::Name`].
pub fn grants(schema: &Schema, history: Option<&str>, grantee: &Grantee) -> Result<Vec<String>, GrantError> {
    match grantee {
        Grantee::Postgres { role, schema: place } => {
            check("schema", place, POSTGRES_BYTES)?;
            check("role", role, POSTGRES_BYTES)?;
            // Also in quotation marks these are no roles: everybody, and nobody.
            if matches!(role.as_str(), "public" | "none") {
                return Err(wrong("role", role, "is a word of PostgreSQL's, not the name of a role"));
            }
            Ok(postgres(schema, history, role, place))
        }
        Grantee::Mysql { user, host, database } => {
            for (what, name) in [("user", user), ("host", host), ("database", database)] {
                check(what, name, MYSQL_BYTES)?;
            }
            let quoted = |name: &str| Engine::Mysql.quoted(name);
            let account = format!("{}@{}", quoted(user), quoted(host));
            let grant = |rights: &str, table: &str| {
                let table = format!("{}.{}", quoted(database), quoted(table));
                format!("GRANT {rights} ON TABLE {table} TO {account}")
            };
            let models = schema.creation_order().into_iter().map(|model| grant(RIGHTS, model.table()));
            Ok(models.chain(history.map(|table| grant(READING, table))).collect())
        }
    }
}

fn postgres(schema: &Schema, history: Option<&str>, role: &str, place: &str) -> Vec<String> {
    let quoted = |name: &str| Engine::Postgres.quoted(name);
    let (grantee, place) = (quoted(role), quoted(place));
    let mut statements = vec![
        format!("REVOKE CREATE ON SCHEMA {place} FROM PUBLIC, {grantee}"),
        format!("GRANT USAGE ON SCHEMA {place} TO {grantee}"),
    ];
    for model in schema.creation_order() {
        let table = format!("{place}.{}", quoted(model.table()));
        statements.push(format!("GRANT {RIGHTS} ON TABLE {table} TO {grantee}"));
        if matches!(model.ids(), IdStrategy::Serial) {
            let id = model.fields().first().map_or("id", |id| id.column.as_str());
            statements.push(sequence(&table, id, role));
        }
    }
    let history = history.map(|table| format!("{place}.{}", quoted(table)));
    statements.extend(history.map(|table| reading(&table, &grantee)));
    statements
}

/// The table is not there when the others were made by hand.
fn reading(table: &str, grantee: &str) -> String {
    let (found, grant) = (literal(table), literal(&format!("GRANT {READING} ON TABLE {table} TO {grantee}")));
    let body = format!("BEGIN IF to_regclass({found}) IS NOT NULL THEN EXECUTE {grant}; END IF; END");
    format!("DO {}", literal(&body))
}

/// The sequence has the name that the engine or another tool gave it.
fn sequence(table: &str, id: &str, role: &str) -> String {
    let (table, id, role) = (literal(table), literal(id), literal(role));
    let body = format!(
        "DECLARE numbers text := pg_get_serial_sequence({table}, {id}); BEGIN IF numbers IS NOT NULL THEN \
         EXECUTE format('GRANT USAGE ON SEQUENCE %s TO %I', numbers, {role}); END IF; END"
    );
    format!("DO {}", literal(&body))
}

/// A text that means the same whatever `standard_conforming_strings` says.
fn literal(text: &str) -> String {
    let quoted = text.replace('\'', "''");
    if quoted.contains('\\') { format!("E'{}'", quoted.replace('\\', "\\\\")) } else { format!("'{quoted}'") }
}

fn check(what: &'static str, name: &str, most: usize) -> Result<(), GrantError> {
    if name.is_empty() {
        return Err(wrong(what, name, "is empty"));
    }
    if name.chars().any(char::is_control) {
        return Err(wrong(what, name, "holds a control character"));
    }
    // PostgreSQL would cut it, and the rights would go to another.
    if name.len() > most {
        return Err(wrong(what, name, "is too long for the engine"));
    }
    Ok(())
}

fn wrong(what: &'static str, name: &str, problem: &'static str) -> GrantError {
    GrantError::Name { what, name: name.to_owned(), problem }
}

const RIGHTS: &str = "SELECT, INSERT, UPDATE, DELETE";
const READING: &str = "SELECT";
const POSTGRES_BYTES: usize = 63;
const MYSQL_BYTES: usize = 255;

#[cfg(test)]
mod tests {
    use super::*;

    fn role(role: &str) -> Grantee {
        Grantee::Postgres { role: role.to_owned(), schema: "public".to_owned() }
    }

    #[test]
    fn a_role_reads_and_writes_rows() {
        let sql = grants(&Schema::core(), None, &role("app")).unwrap();
        assert_eq!(sql[0], r#"REVOKE CREATE ON SCHEMA "public" FROM PUBLIC, "app""#);
        assert_eq!(sql[1], r#"GRANT USAGE ON SCHEMA "public" TO "app""#);
        assert_eq!(sql[2], r#"GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE "public"."auth_users" TO "app""#);
        assert_eq!(sql.len(), 2 + 5);
        let with_history = grants(&Schema::core(), Some("history"), &role("app")).unwrap();
        assert_eq!(
            with_history[7],
            format!(
                "DO 'BEGIN IF to_regclass(''\"public\".\"history\"'') IS NOT NULL THEN EXECUTE ''GRANT {READING} \
                 ON TABLE \"public\".\"history\" TO \"app\"''; END IF; END'"
            )
        );
        let host = ("app".to_owned(), "%".to_owned(), "shop".to_owned());
        let account = Grantee::Mysql { user: host.0, host: host.1, database: host.2 };
        let sql = grants(&Schema::core(), None, &account).unwrap();
        assert_eq!(sql[0], "GRANT SELECT, INSERT, UPDATE, DELETE ON TABLE `shop`.`auth_users` TO `app`@`%`");
        assert_eq!(sql.len(), 5);
        let with_history = grants(&Schema::core(), Some("history"), &account).unwrap();
        assert_eq!(with_history[5], format!("GRANT {READING} ON TABLE `shop`.`history` TO `app`@`%`"));
    }

    #[test]
    fn numbered_ids_need_their_sequences() {
        let schema = Schema::builder().ids_of("user", IdStrategy::Serial).build().unwrap();
        let sql = grants(&schema, None, &role("o'neil")).unwrap();
        assert_eq!(
            sql[3],
            "DO 'DECLARE numbers text := pg_get_serial_sequence(''\"public\".\"auth_users\"'', ''id''); BEGIN IF \
             numbers IS NOT NULL THEN EXECUTE format(''GRANT USAGE ON SEQUENCE %s TO %I'', numbers, ''o''''neil''); \
             END IF; END'"
        );
    }

    #[test]
    fn a_name_stays_a_name() {
        let sql = grants(&Schema::core(), None, &role("a\"; DROP TABLE x; --")).unwrap();
        assert!(sql[1].ends_with(r#"TO "a""; DROP TABLE x; --""#), "{}", sql[1]);
        for refused in ["", "public", "none", "a\0b", "a\nb", &"x".repeat(64)] {
            assert!(grants(&Schema::core(), None, &role(refused)).is_err(), "{refused:?}");
        }
        let account = Grantee::Mysql { user: "a`b".into(), host: "%".into(), database: "it's".into() };
        let sql = grants(&Schema::core(), None, &account).unwrap();
        assert!(sql[0].contains("`it's`.`auth_users` TO `a``b`@`%`"), "{}", sql[0]);
    }
}
