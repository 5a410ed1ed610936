//! `auth generate config`.

use std::error::Error;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use auth_core::SeaOrmAdapter;
use auth_schema::Schema;
use clap::Args;

use super::super::context::{Context, block_on};
use crate::{discover, generate};

#[derive(Debug, Args)]
pub(super) struct Config {
    /// The file that it goes to; one that is there is not overwritten. Default: standard output.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Config {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        block_on(async {
            let live = SeaOrmAdapter::inspect(&context.connect().await?, &Schema::core()).await?.live;
            if !discover::recognises(&live) {
                return Err(super::NOTHING.into());
            }
            let text = generate::config(&discover::schema(&live)?, |table| live.table(table).is_some());
            let Some(path) = self.output else {
                print!("{text}");
                return Ok(ExitCode::SUCCESS);
            };
            if path.exists() {
                return Err(format!("{} is there: give another --output, or move it", path.display()).into());
            }
            fs::write(&path, text)?;
            eprintln!("wrote {}", path.display());
            Ok(ExitCode::SUCCESS)
        })
    }
}
