//! `auth generate sql`.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::super::context::Context;
use super::super::engine::{EngineName, engine};
use super::output::Output;
use crate::generate;

#[derive(Debug, Args)]
pub(super) struct Sql {
    /// The engine; without it, that of --url.
    #[arg(long, value_enum)]
    engine: Option<EngineName>,
    #[command(flatten)]
    output: Output,
}

/// Statements in the order of execution.
#[derive(Serialize)]
pub(super) struct Statements {
    pub(super) statements: Vec<String>,
}

impl fmt::Display for Statements {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&generate::script(&self.statements))
    }
}

impl Sql {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let engine = engine(self.engine, context)?;
        let statements = generate::sql(&context.schema()?, engine)?;
        self.output.give(context, &Statements { statements })?;
        Ok(ExitCode::SUCCESS)
    }
}
