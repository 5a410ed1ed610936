//! The DDL of a schema as a script.

use auth_schema::Schema;
use auth_schema::ddl::{self, Engine};

use super::error::GenerateError;

/// Generates the statements that create a schema in an empty database, in the order of execution.
///
/// # Errors
///
/// [`GenerateError::Schema`].
pub fn sql(schema: &Schema, engine: Engine) -> Result<Vec<String>, GenerateError> {
    Ok(ddl::script(schema, engine)?)
}

/// Statements as one text, each on a line of its own.
pub fn script(statements: &[String]) -> String {
    let lines: Vec<String> = statements.iter().map(|statement| format!("{statement};\n")).collect();
    lines.concat()
}
