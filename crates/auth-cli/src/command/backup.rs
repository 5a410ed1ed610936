//! `auth backup`.

use std::error::Error;
use std::fmt;
use std::path::PathBuf;
use std::process::ExitCode;

use auth_core::domain::{Clock, SystemClock};
use clap::Args;
use serde::Serialize;

use super::context::{Context, block_on};
use crate::adopt::Shown;
use crate::backup::{Backup, Check, Made, Manifest};

#[derive(Debug, Args)]
pub(super) struct BackUp {
    /// The backup. What it is stands beside it, in FILE.json.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Look whether a backup that is there can be restored, instead of making one.
    #[arg(long, conflicts_with_all = ["force", "no_verify"])]
    check: bool,
    /// Hold the database, into which the backup was restored, against the backup's manifest, before anybody writes to it.
    #[arg(long, conflicts_with_all = ["check", "force", "no_verify"])]
    restored: bool,
    /// Write over a backup that is there.
    #[arg(long)]
    force: bool,
    /// Do not restore the backup to compare it. Nobody knows then whether it can be.
    #[arg(long)]
    no_verify: bool,
    /// How progress is shown on standard error.
    #[arg(long, value_enum, default_value_t)]
    progress: Shown,
}

#[derive(Debug, Serialize)]
struct Answer {
    file: PathBuf,
    /// Whether it was restored and compared.
    verified: bool,
    /// Whether it was restored only: it was made with --no-verify, and nobody has counted then.
    #[serde(skip)]
    restored_only: bool,
    #[serde(flatten)]
    made: Made,
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Made { manifest, written_meanwhile } = &self.made;
        for (model, total) in manifest.totals.iter().flatten() {
            writeln!(formatter, "{model:<16} {:>10} rows  {}", total.rows, total.sha256)?;
        }
        for model in written_meanwhile {
            writeln!(
                formatter,
                "{model}: written to meanwhile; its rows are there and could not be compared"
            )?;
        }
        write!(formatter, "{}: {} bytes, ", self.file.display(), manifest.bytes)?;
        formatter.write_str(match (self.verified, self.restored_only) {
            (true, _) => "restored and compared",
            (false, true) => "restored; made with --no-verify, it tells no counts to compare with",
            (false, false) => "NOT verified",
        })
    }
}

impl BackUp {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        block_on(async {
            let looks = self.check || self.restored;
            let (made, verified) = if looks {
                let counted = Manifest::read(&self.file)?.totals.is_some();
                (self.look(context).await?, counted)
            } else {
                (self.make(context).await?, !self.no_verify)
            };
            let restored_only = looks && !verified;
            context.answer(&Answer { file: self.file, verified, restored_only, made })?;
            Ok(ExitCode::SUCCESS)
        })
    }

    async fn make(&self, context: &Context) -> Result<Made, Box<dyn Error>> {
        let (schema, connection) = (context.schema()?, context.connect_to_change().await?);
        let backup = Backup {
            connection,
            url: context.url_to_change()?,
            schema: &schema,
            file: &self.file,
            force: self.force,
            verify: !self.no_verify,
            created_at: SystemClock.now(),
            shown: self.progress,
        };
        Ok(backup.make().await?)
    }

    async fn look(&self, context: &Context) -> Result<Made, Box<dyn Error>> {
        let schema = context.schema()?;
        let check = Check { file: &self.file, schema: &schema, shown: self.progress };
        let manifest = if self.restored {
            check.restored(context.connect_for_long().await?).await?
        } else if check.bytes()? {
            let connection = context.connect_to_change().await?;
            check.restore(Some((&connection, context.url_to_change()?))).await?
        } else {
            check.restore(None).await?
        };
        Ok(Made { manifest, written_meanwhile: Vec::new() })
    }
}
