//! `auth generate …`.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, Subcommand};

use super::context::Context;
use crate::generate::{self, StaleFile, Staleness};

#[derive(Debug, Args)]
pub(super) struct Generate {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Write SeaORM entities, one file for each table; no database is needed.
    Entity(Entity),
}

#[derive(Debug, Args)]
struct Entity {
    /// Directory that the files go to; it is made when missing.
    #[arg(long, value_name = "DIRECTORY", default_value = "entity/src")]
    output: PathBuf,
    /// Write nothing; name the stale files and exit with 1 when there are any.
    #[arg(long)]
    check: bool,
}

impl Generate {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        match self.what {
            What::Entity(entity) => entity.run(context),
        }
    }
}

impl Entity {
    fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let files = generate::entity(&context.schema()?)?;
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

    fn judge(&self, stale: &[StaleFile]) -> ExitCode {
        for file in stale {
            eprintln!("{file}");
        }
        if stale.is_empty() {
            println!("the entities in {} are fresh", self.output.display());
            return ExitCode::SUCCESS;
        }
        eprintln!("run: cargo run -p auth-cli -- generate entity --output {}", self.output.display());
        ExitCode::FAILURE
    }
}
