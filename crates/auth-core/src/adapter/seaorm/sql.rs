//! Writes SQL text and collects its parameters in one walk.

use sea_orm::DbBackend;
use sea_orm::sea_query::Value as SqlValue;

use super::engine::Engine;

/// A statement in the making. The same walk writes the text and collects the parameters; when the text is
/// known from an earlier walk of the same shape, only the parameters are collected. So text and parameters
/// cannot disagree. A value never enters the text.
#[derive(Debug)]
pub(super) struct Sql {
    engine: Engine,
    text: Option<String>,
    values: Vec<SqlValue>,
}

impl Sql {
    /// Writes text and parameters.
    pub(super) fn writing(engine: Engine) -> Self {
        Self { engine, text: Some(String::with_capacity(512)), values: Vec::new() }
    }

    /// Collects parameters only.
    pub(super) fn collecting(engine: Engine) -> Self {
        Self { engine, text: None, values: Vec::new() }
    }

    pub(super) fn engine(&self) -> Engine {
        self.engine
    }

    /// Adds text that stands in this program, never a value.
    pub(super) fn push(&mut self, text: &str) {
        if let Some(sql) = &mut self.text {
            sql.push_str(text);
        }
    }

    /// Adds a quoted name.
    pub(super) fn name(&mut self, name: &str) {
        let quote = self.engine.quote();
        if let Some(sql) = &mut self.text {
            sql.push(quote);
            for character in name.chars() {
                if character == quote {
                    sql.push(quote);
                }
                sql.push(character);
            }
            sql.push(quote);
        }
    }

    /// Adds a column of a table's alias; `""` stands for no alias.
    pub(super) fn column(&mut self, alias: &str, column: &str) {
        if !alias.is_empty() {
            self.push(alias);
            self.push(".");
        }
        self.name(column);
    }

    /// Adds a parameter.
    pub(super) fn bind(&mut self, value: SqlValue) {
        self.values.push(value);
        let number = self.values.len();
        let postgres = self.engine.backend == DbBackend::Postgres;
        if let Some(sql) = &mut self.text {
            if postgres {
                sql.push('$');
                sql.push_str(&number.to_string());
            } else {
                sql.push('?');
            }
        }
    }

    /// The text, if it was written, and the parameters.
    pub(super) fn finish(self) -> (Option<String>, Vec<SqlValue>) {
        (self.text, self.values)
    }
}
