//! Turns the engine's errors into the waist's, by code. Only the name of a violated constraint is read from
//! text where the engine tells it nowhere else.

use sea_orm::sqlx;
use sea_orm::{ConnAcquireErr, DbBackend, DbErr, RuntimeErr};

use super::table::Table;
use crate::adapter::AdapterError;
use crate::adapter::error::BoxError;

/// A statement that did not go well.
#[derive(Debug)]
pub(super) enum Failure {
    /// The engine or the driver says so.
    Engine(DbErr),
    /// The engine or the driver says so of the commit of a statement that stands in a transaction of its own.
    Commit(DbErr),
    /// An earlier statement of the transaction gave way to a concurrent one: the engine has given it up.
    GaveWay,
    /// An earlier statement of the transaction failed, and that was passed over.
    Aborted,
}

impl From<DbErr> for Failure {
    fn from(error: DbErr) -> Self {
        Self::Engine(error)
    }
}

/// For statements of an application's own inside a hook: a failure that is passed on as this is told apart by code, so that a
/// transaction that gave way is run again.
impl From<DbErr> for AdapterError {
    fn from(error: DbErr) -> Self {
        classify(error, "run a statement of the application", None)
    }
}

#[derive(Debug, thiserror::Error)]
#[error("an earlier statement of the transaction gave way")]
struct GaveWay;

/// Whether a transaction was given up for a concurrent one.
pub(super) fn gave_way(error: &DbErr) -> bool {
    matches!(class_of(error), Class::Retryable)
}

/// Whether rows hold a value more than once; the names of PostgreSQL's own catalogue are unique too, but hold no rows.
pub(super) fn is_duplicate(error: &DbErr) -> bool {
    matches!(class_of(error), Class::Unique(constraint) if !constraint.starts_with("pg_"))
}

/// Classifies a failure of an operation on a table.
pub(super) fn classify(
    failure: impl Into<Failure>,
    operation: &'static str,
    table: Option<&Table>,
) -> AdapterError {
    let error = match failure.into() {
        Failure::Engine(error) => error,
        Failure::Commit(error) => return unknown_if_lost(classify(error, operation, table)),
        Failure::GaveWay => return AdapterError::Retryable(Box::new(GaveWay)),
        Failure::Aborted => return AdapterError::Aborted,
    };
    let class = class_of(&error);
    let Some(table) = table else {
        return unspecific(&class, error, operation, String::new());
    };
    let (model, model_name, name) = (table.model, table.model_name.clone(), table.name.clone());
    match class {
        Class::Unique(constraint) => {
            let fields = fields(table, &constraint);
            let source = Some(without_values(error));
            AdapterError::Conflict { model, model_name, table: name, fields, constraint, source }
        }
        Class::ForeignKey(constraint) => {
            let mut fields = fields(table, &constraint);
            if constraint.is_empty() {
                let references = table.columns.iter().filter(|column| column.reference);
                fields = references.map(|column| column.field.clone()).collect();
            }
            let source = Some(without_values(error));
            AdapterError::ForeignKey { model, model_name, table: name, fields, constraint, source }
        }
        Class::Refused => AdapterError::Refused { model_name, table: name, source: without_values(error) },
        class => unspecific(&class, error, operation, name),
    }
}

fn unspecific(class: &Class, error: DbErr, operation: &'static str, table: String) -> AdapterError {
    match class {
        Class::Retryable => AdapterError::Retryable(Box::new(error)),
        Class::Unavailable => AdapterError::Unavailable(Box::new(error)),
        Class::Lost => AdapterError::ConnectionLost(Box::new(error)),
        Class::Closed => AdapterError::Closed,
        Class::Mixed => AdapterError::Configuration { problem: format!("{error}: {MIXED}") },
        _ => AdapterError::Database { operation, table, source: without_values(error) },
    }
}

/// What an engine says: its code, and its words where they repeat no values of rows. PostgreSQL has the values in a part of their own,
/// which the driver shows with `Debug`; here it is not.
#[derive(Debug, thiserror::Error)]
#[error("the database says {code}{}{words}", if words.is_empty() { "" } else { ": " })]
struct Said {
    code: String,
    words: String,
}

fn without_values(error: DbErr) -> BoxError {
    let Some(said) = sqlx_error(&error).and_then(sqlx::Error::as_database_error) else {
        return Box::new(error);
    };
    let code = said.code().unwrap_or_default().into_owned();
    let repeats = match engine_number(said) {
        // A duplicate, a text or number or instant that is none.
        Some((DbBackend::MySql, number)) => matches!(number, 1062 | 1366 | 1292 | 1411),
        Some(_) => false,
        None => code.starts_with("22"),
    };
    let words = if repeats { String::new() } else { said.message().to_owned() };
    Box::new(Said { code, words })
}

fn class_of(error: &DbErr) -> Class {
    match sqlx_error(error) {
        Some(sqlx::Error::Database(database)) => of_database(&**database),
        _ if matches!(error, DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)) => Class::Closed,
        Some(sqlx::Error::PoolClosed) => Class::Closed,
        _ if matches!(error, DbErr::ConnectionAcquire(_) | DbErr::Conn(_)) => Class::Unavailable,
        Some(sqlx::Error::PoolTimedOut) => Class::Unavailable,
        Some(sqlx::Error::Io(_) | sqlx::Error::Tls(_) | sqlx::Error::WorkerCrashed) => Class::Lost,
        _ => Class::Other,
    }
}

/// The fields of a violated constraint: by its name, or, on SQLite, by the columns that its message lists.
fn fields(table: &Table, constraint: &str) -> Vec<String> {
    if let Some((_, fields)) = table.constraints.iter().find(|(name, _)| name == constraint) {
        return fields.clone();
    }
    let listed = constraint.split(", ").map(|part| part.rsplit_once('.').map_or(part, |(_, column)| column));
    table.fields_of(listed)
}

/// Classifies a failure of `COMMIT`: when the connection was lost, nobody knows what happened.
pub(super) fn classify_commit(error: Failure) -> AdapterError {
    unknown_if_lost(classify(error, "commit", None))
}

fn unknown_if_lost(error: AdapterError) -> AdapterError {
    match error {
        AdapterError::Unavailable(source) | AdapterError::ConnectionLost(source) => {
            AdapterError::UnknownOutcome(source)
        }
        other => other,
    }
}

enum Class {
    Unique(String),
    ForeignKey(String),
    Refused,
    Retryable,
    Unavailable,
    Lost,
    Closed,
    /// Prepared statements of several clients on one server connection.
    Mixed,
    Other,
}

fn sqlx_error(error: &DbErr) -> Option<&sqlx::Error> {
    match error {
        DbErr::Exec(RuntimeErr::SqlxError(error))
        | DbErr::Query(RuntimeErr::SqlxError(error))
        | DbErr::Conn(RuntimeErr::SqlxError(error)) => Some(error),
        _ => None,
    }
}

fn of_database(error: &dyn sqlx::error::DatabaseError) -> Class {
    use sqlx::error::ErrorKind;
    match error.kind() {
        ErrorKind::UniqueViolation => return Class::Unique(constraint(error)),
        ErrorKind::ForeignKeyViolation => return Class::ForeignKey(constraint(error)),
        ErrorKind::NotNullViolation | ErrorKind::CheckViolation => return Class::Refused,
        _ => {}
    }
    let code = error.code().unwrap_or_default();
    match engine_number(error) {
        Some((DbBackend::MySql, number)) => match number {
            1213 | 1205 | 1020 | 3101 => Class::Retryable,
            1040 | 1047 | 1053 | 1180 | 1290 | 1836 | 2002 | 2006 | 2013 => Class::Unavailable,
            1406 | 1264 | 1366 | 1292 => Class::Refused,
            _ => Class::Other,
        },
        Some((DbBackend::Sqlite, number)) => match number & 0xff {
            5 | 6 => Class::Retryable,
            _ => Class::Other,
        },
        _ => match &*code {
            "40001" | "40P01" => Class::Retryable,
            // The server itself does not know how the statement ended; a pooler says that it has lost the server.
            "40003" | PROTOCOL => Class::Lost,
            "42P05" | "26000" => Class::Mixed,
            "08000" | "08001" | "08003" | "08006" | "57P01" | "57P02" | "57P03" | "53300" | "25006" => {
                Class::Unavailable
            }
            "22001" | "22003" | "22021" | "22P02" | "22P05" => Class::Refused,
            _ => Class::Other,
        },
    }
}

/// Whether the other side does not take what the driver says; a pooler refuses parameters of a connection so.
pub(super) fn is_refused_protocol(error: &DbErr) -> bool {
    let database = sqlx_error(error).and_then(sqlx::Error::as_database_error);
    database.is_some_and(|database| database.code().as_deref() == Some(PROTOCOL))
}

const PROTOCOL: &str = "08P01";
const MIXED: &str = "a pooler seems to give each transaction another server connection: set DatabaseConfig::pooler and \
    SeaOrmAdapterBuilder::pooler";

/// MySQL's error number and SQLite's result code; PostgreSQL has only the five-character code.
#[cfg_attr(not(any(feature = "mysql", feature = "sqlite")), expect(unused_variables, reason = "no driver"))]
fn engine_number(error: &dyn sqlx::error::DatabaseError) -> Option<(DbBackend, u32)> {
    #[cfg(feature = "mysql")]
    if let Some(mysql) = error.try_downcast_ref::<sqlx::mysql::MySqlDatabaseError>() {
        return Some((DbBackend::MySql, u32::from(mysql.number())));
    }
    #[cfg(feature = "sqlite")]
    if error.try_downcast_ref::<sqlx::sqlite::SqliteError>().is_some() {
        return Some((DbBackend::Sqlite, error.code()?.parse().ok()?));
    }
    None
}

/// PostgreSQL names the constraint in a field of its own; MySQL ends its message with `for key 'name'` (with the
/// table in front, in MySQL itself), or says ``CONSTRAINT `name` ``; SQLite's reads `UNIQUE constraint failed:
/// table.column`. A value that stands in the message is never taken for the name: it comes before it.
fn constraint(error: &dyn sqlx::error::DatabaseError) -> String {
    if let Some(name) = error.constraint() {
        return name.to_owned();
    }
    let message = error.message();
    if let Some((_, key)) = message.rsplit_once(" for key '") {
        let key = key.trim_end_matches('\'');
        return key.rsplit_once('.').map_or(key, |(_, name)| name).to_owned();
    }
    if let Some((_, rest)) = message.split_once(" CONSTRAINT `") {
        return rest.split('`').next().unwrap_or_default().to_owned();
    }
    message.rsplit_once("constraint failed: ").map_or_else(String::new, |(_, columns)| columns.to_owned())
}
