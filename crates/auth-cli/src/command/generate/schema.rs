//! `auth generate schema`.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use auth_schema::ddl::Engine;
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::super::context::Context;
use super::output::Output;
use crate::generate;

#[derive(Debug, Args)]
pub(super) struct SchemaFile {
    /// Who reads the file.
    #[arg(long, value_enum)]
    format: Format,
    /// The engine, as Drizzle (pg) and Prisma (postgresql) call it.
    #[arg(long, value_enum)]
    provider: Provider,
    /// Export models with an s, as Better Auth's usePlural expects.
    #[arg(long)]
    plural: bool,
    #[command(flatten)]
    output: Output,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Format {
    Drizzle,
    Prisma,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum Provider {
    #[value(alias = "postgresql", alias = "postgres")]
    Pg,
    #[value(alias = "mariadb")]
    Mysql,
    Sqlite,
}

#[derive(Serialize)]
struct Answer {
    schema: String,
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.schema)
    }
}

impl SchemaFile {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let engine = match self.provider {
            Provider::Pg => Engine::Postgres,
            Provider::Mysql => Engine::Mysql,
            Provider::Sqlite => Engine::Sqlite,
        };
        let schema = context.schema()?;
        let schema = match self.format {
            Format::Drizzle => generate::drizzle(&schema, engine, self.plural)?,
            Format::Prisma => generate::prisma(&schema, engine, self.plural)?,
        };
        self.output.give(context, &Answer { schema })?;
        Ok(ExitCode::SUCCESS)
    }
}
