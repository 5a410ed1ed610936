//! `auth import`.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;

use auth_core::SeaOrmAdapter;
use clap::Args;
use serde::Serialize;

use super::context::{Context, block_on};
use crate::adopt::Shown;
use crate::transfer::{Import, Imported};

#[derive(Debug, Args)]
pub(super) struct ImportRows {
    /// A file that `auth export` has written. It is read several times.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Look at the file and the database, write nothing.
    #[arg(long)]
    dry_run: bool,
    /// Import a file without secrets all the same.
    #[arg(long)]
    allow_redacted: bool,
    /// How progress is shown on standard error.
    #[arg(long, value_enum, default_value_t)]
    progress: Shown,
}

#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Answer(Imported);

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let inserted = if self.0.dry_run { "to insert" } else { "inserted" };
        for model in &self.0.models {
            write!(
                formatter,
                "{:<16} {:>10} rows: {} {inserted}, {} there already",
                model.model, model.rows, model.inserted, model.present
            )?;
            if model.others > 0 {
                write!(formatter, "; {} others in the database", model.others)?;
            }
            writeln!(formatter)?;
        }
        formatter.write_str(match (self.0.dry_run, self.0.is_nothing_new()) {
            (_, true) => "nothing to do: every row of the file is there",
            (true, false) => "the file is whole and fits; nothing was written",
            (false, false) => "every row of the file stands in the database as it is in the file",
        })
    }
}

impl ImportRows {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        block_on(async {
            let (schema, connection) = (context.schema()?, context.connect_to_change().await?);
            let adapter = SeaOrmAdapter::with_schema(connection, schema).await?;
            let import = Import {
                adapter: &adapter,
                file: &self.file,
                allow_redacted: self.allow_redacted,
                dry_run: self.dry_run,
                shown: self.progress,
            };
            context.answer(&Answer(import.run().await?))?;
            Ok(ExitCode::SUCCESS)
        })
    }
}
