//! `auth user export`.

use std::error::Error;
use std::fmt;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use auth_core::config::PasswordFormat;
use auth_core::service::UserExport;
use clap::Args;
use serde::Serialize;

use super::super::context::Context;
use super::super::services::{Missing, find_user, operator, services};

#[derive(Debug, Args)]
pub(super) struct Export {
    /// The user's id or e-mail address.
    #[arg(value_name = "ID|EMAIL")]
    user: String,
    /// A new file, which only its owner may read, instead of standard output.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Debug, thiserror::Error)]
#[error("cannot write {}: is there a file of this name already?", path.display())]
struct Unwritable {
    path: PathBuf,
    source: io::Error,
}

/// The document itself, with or without `--json`.
#[derive(Serialize)]
#[serde(transparent)]
struct Document(UserExport);

#[derive(Serialize)]
struct Written {
    output: PathBuf,
}

impl fmt::Display for Document {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = serde_json::to_string_pretty(self).map_err(|_| fmt::Error)?;
        formatter.write_str(&text)
    }
}

impl fmt::Display for Written {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "wrote {}", self.output.display())
    }
}

impl Export {
    pub(super) async fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let auth = services(context, PasswordFormat::default()).await?;
        let user = find_user(&auth, &self.user).await?;
        let export = auth.export_user(&user.id, &operator()).await?;
        let document = Document(export.ok_or_else(|| Missing::User(self.user.clone()))?);
        let Some(output) = self.output else {
            context.answer(&document)?;
            return Ok(ExitCode::SUCCESS);
        };
        let unwritable = |source| Unwritable { path: output.clone(), source };
        write_new(&output, &document.to_string()).map_err(unwritable)?;
        context.answer(&Written { output })?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Writes a file that is not there yet; where the system knows owners, nobody else reads it.
fn write_new(path: &Path, text: &str) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    writeln!(options.open(path)?, "{text}")
}
