//! `auth adapter-serve`.

use std::error::Error;
use std::process::ExitCode;

use clap::Args;

use crate::adapter_serve::{self, Database};

#[derive(Debug, Args)]
pub(super) struct AdapterServe {
    /// `sqlite:PATH`, `sqlite::memory:`, `postgres://…`, `mysql://…` or `memory:`. Its tables are dropped and created
    /// as the other program says: give it a database of its own.
    #[arg(long, value_name = "URL")]
    db: String,
}

impl AdapterServe {
    /// Serves until standard input ends. Standard output carries answers only, logs go to standard error.
    pub(super) fn run(self) -> Result<ExitCode, Box<dyn Error>> {
        tracing_subscriber::fmt().with_writer(std::io::stderr).init();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
        runtime.block_on(async {
            let database = Database::open(&self.db).await?;
            adapter_serve::serve(database, tokio::io::stdin(), tokio::io::stdout()).await
        })?;
        // A pending read of standard input must not hold the process up.
        runtime.shutdown_background();
        Ok(ExitCode::SUCCESS)
    }
}
