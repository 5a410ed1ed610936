//! `auth generate …`.

mod config;
mod grants;
mod migration;
mod output;
mod schema;
mod sql;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use auth_core::SeaOrmAdapter;
use auth_schema::Schema;
use clap::{Args, Subcommand};

use super::context::{Context, block_on};
use crate::discover;
use crate::generate::{self, GeneratedFile, StaleFile, Staleness};

#[derive(Debug, Args)]
pub(super) struct Generate {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Write SeaORM entities, one file for each table; no database is needed, unless they are those of one.
    Entity(Entity),
    /// Write the auth.toml of the database that is there: its tables are recognised by their names and columns.
    Config(config::Config),
    /// Write a SeaORM migration that adds what the database lacks of the configuration.
    Migration(migration::Migration),
    /// Write the DDL that creates the schema in an empty database.
    Sql(sql::Sql),
    /// Write the schema for the TypeScript half of a team: Drizzle or Prisma.
    Schema(schema::SchemaFile),
    /// Write what gives a role the rows of the tables and nothing else.
    Grants(grants::Grants),
}

#[derive(Debug, Args)]
struct Entity {
    /// Directory that the files go to; it is made when missing.
    #[arg(long, value_name = "DIRECTORY", default_value = "entity/src")]
    output: PathBuf,
    /// The entities of the tables that are there, with the types of their columns. Without a configuration the tables are
    /// recognised by their names and columns.
    #[arg(long)]
    from_database: bool,
    /// Write nothing; name the stale files and exit with 1 when there are any.
    #[arg(long)]
    check: bool,
}

impl Generate {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        match self.what {
            What::Entity(entity) => entity.run(context),
            What::Config(config) => config.run(context),
            What::Migration(migration) => migration.run(context),
            What::Sql(sql) => sql.run(context),
            What::Schema(schema) => schema.run(context),
            What::Grants(grants) => grants.run(context),
        }
    }
}

impl Entity {
    fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let files = self.files(context)?;
        if self.check {
            let stale = generate::stale(&files, &self.output)?;
            return Ok(self.judge(&stale));
        }
        let written = generate::write(&files, &self.output)?;
        for file in &written {
            let verb = if file.staleness == Staleness::LeftOver { "removed" } else { "wrote" };
            println!("{verb} {}", file.path.display());
        }
        println!("{} entity files in {}, {} changed", files.len(), self.output.display(), written.len());
        Ok(ExitCode::SUCCESS)
    }

    fn files(&self, context: &Context) -> Result<Vec<GeneratedFile>, Box<dyn Error>> {
        if !self.from_database {
            return Ok(generate::entity(&context.schema()?)?);
        }
        block_on(async {
            let connection = context.connect().await?;
            let core = Schema::core();
            let live = SeaOrmAdapter::inspect(&connection, &core).await?.live;
            let schema = match context.configured_schema()? {
                Some(schema) => schema,
                None => discover::schema(&live)?,
            };
            let live = SeaOrmAdapter::inspect(&connection, &schema).await?.live;
            if !schema.models().any(|(_, model)| live.table(model.table()).is_some()) {
                return Err(NOTHING.into());
            }
            Ok(generate::entity_of(&schema, &live)?)
        })
    }

    fn judge(&self, stale: &[StaleFile]) -> ExitCode {
        for file in stale {
            eprintln!("{file}");
        }
        if stale.is_empty() {
            println!("the entities in {} are fresh", self.output.display());
            return ExitCode::SUCCESS;
        }
        let from = if self.from_database { " --from-database" } else { "" };
        eprintln!("run: cargo run -p auth-cli -- generate entity{from} --output {}", self.output.display());
        ExitCode::FAILURE
    }
}

/// What is said of a database without a table that could be meant.
const NOTHING: &str =
    "no table of the database is recognised: is it the right one, and does auth.toml name its tables?";
