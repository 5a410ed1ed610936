//! Asks the engine and reads its answers; what it refuses to tell is left untold, and what fails otherwise fails.

use sea_orm::QueryResult;
use sea_orm::sea_query::Value as SqlValue;
use time::OffsetDateTime;

use super::super::error::{Failure, classify};
use super::super::pool::Pool;
use super::facts::Facts;
use crate::adapter::AdapterError;

/// The rows of a question.
pub(super) async fn rows(
    pool: &Pool,
    sql: &str,
    values: Vec<SqlValue>,
) -> Result<Vec<QueryResult>, AdapterError> {
    pool.all(sql, values).await.map_err(failed)
}

/// The rows of a question that a user may not be allowed to ask; then it is written down that the answer is missing, and how to
/// get it.
pub(super) async fn allowed(
    pool: &Pool,
    sql: &str,
    facts: &mut Facts,
    (what, how): (&'static str, &str),
) -> Result<Option<Vec<QueryResult>>, AdapterError> {
    match rows(pool, sql, Vec::new()).await {
        Ok(rows) => Ok(Some(rows)),
        Err(AdapterError::Database { source, .. }) => {
            facts.leave_untold(what, format!("{source}; {how}"));
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// A text; empty for null.
pub(super) fn text(row: &QueryResult, position: usize) -> Result<String, AdapterError> {
    row.try_get_by_index::<Option<String>>(position).map(Option::unwrap_or_default).map_err(failed)
}

/// A number; `None` for null, zero for what is less.
pub(super) fn number(row: &QueryResult, position: usize) -> Result<Option<u64>, AdapterError> {
    let number = row.try_get_by_index::<Option<i64>>(position).map_err(failed)?;
    Ok(number.map(|number| u64::try_from(number).unwrap_or_default()))
}

/// A number with a fraction.
pub(super) fn float(row: &QueryResult, position: usize) -> Result<f64, AdapterError> {
    row.try_get_by_index::<Option<f64>>(position).map(Option::unwrap_or_default).map_err(failed)
}

/// A truth: MySQL gives a number.
pub(super) fn truth(row: &QueryResult, position: usize) -> Result<bool, AdapterError> {
    match row.try_get_by_index::<bool>(position) {
        Ok(truth) => Ok(truth),
        Err(_) => Ok(number(row, position)?.unwrap_or_default() != 0),
    }
}

/// An instant that comes as seconds since 1970.
pub(super) fn instant(row: &QueryResult, position: usize) -> Result<Option<OffsetDateTime>, AdapterError> {
    let seconds = row.try_get_by_index::<Option<i64>>(position).map_err(failed)?;
    Ok(seconds.and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok()))
}

fn failed(source: impl Into<Failure>) -> AdapterError {
    classify(source, "examine the database", None)
}
