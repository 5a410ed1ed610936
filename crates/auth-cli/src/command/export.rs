//! `auth export`.

use std::error::Error;
use std::fmt;
use std::io::{self, IsTerminal};
use std::path::PathBuf;
use std::process::ExitCode;

use auth_core::domain::{Clock, SystemClock};
use auth_core::{DatabaseConnection, SeaOrmAdapter, server};
use auth_schema::Schema;
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::context::{Context, block_on};
use super::usage::Usage;
use crate::adopt::Shown;
use crate::transfer::{Export, Exported, LocoIds, LocoUsers, PartFile};

#[derive(Debug, Args)]
pub(super) struct ExportRows {
    /// Where the rows are written; without it, standard output.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Write over a file that is there.
    #[arg(long, requires = "output")]
    force: bool,
    /// Leave secrets out: password hashes, tokens of sessions and providers, values of verifications, what the schema keeps inside.
    /// People, addresses and IP addresses stay.
    #[arg(long)]
    redact: bool,
    /// Whose tables are read.
    #[arg(long, value_enum, default_value_t)]
    from: From,
    /// With --from loco: which of a user's ids is kept.
    #[arg(long, value_enum, default_value_t)]
    loco_ids: LocoIds,
    /// How progress is shown on standard error.
    #[arg(long, value_enum, default_value_t)]
    progress: Shown,
}

/// Whose tables are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
enum From {
    /// Those that the configuration describes.
    #[default]
    Auth,
    /// The table `users` of a Loco application.
    Loco,
}

#[derive(Debug, Serialize)]
struct Answer {
    output: PathBuf,
    #[serde(flatten)]
    exported: Exported,
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (model, total) in &self.exported.totals {
            writeln!(formatter, "{model:<16} {:>10} rows  {}", total.rows, total.sha256)?;
        }
        let without = if self.exported.redacted { ", without secrets" } else { "" };
        write!(formatter, "wrote {}{without}", self.output.display())
    }
}

impl ExportRows {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        if self.output.is_none() && io::stdout().is_terminal() {
            return Err(
                Usage("an export holds secrets: give --output FILE, or direct standard output").into()
            );
        }
        if self.redact && self.from == From::Loco {
            return Err(Usage("an export from Loco is made to be imported: leave --redact out").into());
        }
        block_on(self.export(context))
    }

    async fn export(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let (schema, connection) = (context.schema()?, context.connect_for_long().await?);
        let Some(path) = &self.output else {
            self.write(connection, &schema, &mut io::stdout()).await?;
            return Ok(ExitCode::SUCCESS);
        };
        let mut file = PartFile::create(path, self.force)?;
        let exported = self.write(connection, &schema, &mut file).await?;
        file.finish()?;
        context.answer(&Answer { output: path.clone(), exported })?;
        Ok(ExitCode::SUCCESS)
    }

    async fn write(
        &self,
        connection: DatabaseConnection,
        schema: &Schema,
        out: &mut (dyn io::Write + Send),
    ) -> Result<Exported, Box<dyn Error>> {
        let server = server(&connection).await?;
        let engine = format!("{} {}", server.engine, server.version);
        let created_at = SystemClock.now();
        if self.from == From::Loco {
            let mut users = LocoUsers::open(connection, schema, created_at).await?;
            (users.ids, users.engine, users.shown) = (self.loco_ids, engine, self.progress);
            return Ok(users.write(out).await?);
        }
        let adapter = SeaOrmAdapter::with_schema(connection, schema.clone()).await?;
        let export =
            Export { adapter: &adapter, engine, redact: self.redact, created_at, shown: self.progress };
        Ok(export.write(out).await?)
    }
}
