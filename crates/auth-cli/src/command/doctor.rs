//! `auth doctor`.

mod answer;
mod scope;

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;

pub(super) use self::scope::Scope;

use self::answer::Answer;
use super::context::{Context, block_on};
use crate::doctor::{self, Severity, examine};

#[derive(Debug, Args)]
pub(super) struct Doctor {
    /// Write the report as a page, too.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    #[command(flatten)]
    scope: Scope,
}

/// The page could not be written.
#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: is the directory there, and may you write to it?", path.display())]
struct NotWritten {
    path: PathBuf,
    source: std::io::Error,
}

impl Doctor {
    /// Exits with 0 when nothing was found, else by the worst: 3 advice, 4 warning, 5 critical.
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        block_on(async {
            let schema = context.schema()?;
            let (connection, examination) = self.scope.open(context).await?;
            let report = examine(&connection, &schema, &examination).await?;
            if let Some(path) = self.html {
                let written = std::fs::write(&path, doctor::html::page(&report));
                written.map_err(|source| NotWritten { path, source })?;
            }
            let code = report.severity.map_or(0, status);
            context.answer(&Answer(report))?;
            Ok(ExitCode::from(code))
        })
    }
}

fn status(severity: Severity) -> u8 {
    match severity {
        Severity::Advice => 3,
        Severity::Warning => 4,
        Severity::Critical => 5,
    }
}
