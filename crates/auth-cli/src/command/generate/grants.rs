//! `auth generate grants`.

use std::error::Error;
use std::process::ExitCode;

use auth_schema::ddl::{self, Engine, Grantee};
use clap::Args;

use super::super::context::Context;
use super::super::engine::{EngineName, engine};
use super::super::usage::Usage;
use super::output::Output;
use super::sql::Statements;
use crate::migrate;

#[derive(Debug, Args)]
pub(super) struct Grants {
    /// The role, which must be there.
    #[arg(long, value_name = "NAME")]
    role: String,
    /// The engine; without it, that of --url.
    #[arg(long, value_enum)]
    engine: Option<EngineName>,
    /// PostgreSQL: the schema that holds the tables.
    #[arg(long, value_name = "NAME", default_value = "public")]
    schema: String,
    /// MySQL and MariaDB: the host that the role comes from.
    #[arg(long, value_name = "HOST", default_value = "%")]
    host: String,
    /// MySQL and MariaDB: the database that holds the tables; without it, that of --url.
    #[arg(long, value_name = "NAME")]
    database: Option<String>,
    #[command(flatten)]
    output: Output,
}

impl Grants {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let grantee = match engine(self.engine, context)? {
            Engine::Postgres => Grantee::Postgres { role: self.role, schema: self.schema },
            Engine::Mysql => {
                let database =
                    self.database.or_else(|| context.url().and_then(database)).ok_or(NO_DATABASE)?;
                Grantee::Mysql { user: self.role, host: self.host, database }
            }
            _ => {
                return Err(
                    "SQLite has no roles: who may read and write the file is up to the file system".into()
                );
            }
        };
        let schema = context.schema()?;
        let statements = ddl::grants(&schema, migrate::history_table(&schema), &grantee)?;
        self.output.give(context, &Statements { statements })?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The database of a URL, unless its name is encoded.
fn database(url: &str) -> Option<String> {
    let (_, rest) = url.split_once("://")?;
    let (_, name) = rest.split(['?', '#']).next()?.rsplit_once('/')?;
    (!name.is_empty() && !name.contains('%')).then(|| name.to_owned())
}

const NO_DATABASE: Usage = Usage("no database is named: give --database, or a --url that ends with /NAME");
