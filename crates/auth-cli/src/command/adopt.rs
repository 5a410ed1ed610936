//! `auth adopt`.

use std::error::Error;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use auth_core::domain::SystemClock;
use clap::Args;

use self::answer::{Applied, Inspected};
use super::context::{Context, block_on};
use crate::adopt::{Database, Orders, Rule, Shown};

mod answer;

#[derive(Debug, Args)]
pub(super) struct Adopt {
    /// Apply decisions: those of a file of cases, or, with --rule, of a rule. Then add what the database lacks. Without it,
    /// nothing is changed: the cases are written to --file.
    #[arg(long, value_name = "FILE", num_args = 0..=1)]
    #[expect(clippy::option_option, reason = "absent, without a file, with one")]
    apply: Option<Option<PathBuf>>,
    /// Which row is kept in a case that the file leaves open; the others are set aside.
    #[arg(long, value_enum, requires = "apply")]
    rule: Option<Rule>,
    /// Where the cases are written.
    #[arg(long, value_name = "FILE", default_value = "auth-adopt.jsonl", conflicts_with = "apply")]
    file: PathBuf,
    /// Write the cases over a file that holds decisions.
    #[arg(long, conflicts_with = "apply")]
    force: bool,
    /// How progress is shown on standard error.
    #[arg(long, value_enum, default_value_t)]
    progress: Shown,
}

impl Adopt {
    /// Exits with 0 when nothing is left to be done.
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let done = block_on(async {
            match &self.apply {
                None => self.inspect(context).await,
                Some(file) => self.apply(context, file.as_deref()).await,
            }
        })?;
        Ok(if done { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }

    async fn inspect(&self, context: &Context) -> Result<bool, Box<dyn Error>> {
        let connection = context.connect_to_migrate().await?;
        let database = Database::open(connection, context.schema()?, Arc::new(SystemClock)).await?;
        let plan = database.inspect(&self.file, self.force, self.progress).await?;
        let done = plan.is_done();
        context.answer(&Inspected(plan))?;
        Ok(done)
    }

    async fn apply(&self, context: &Context, file: Option<&std::path::Path>) -> Result<bool, Box<dyn Error>> {
        let connection = context.connect_to_migrate().await?;
        let schema = context.schema()?;
        let database = Database::open_to_apply(connection, schema, Arc::new(SystemClock)).await?;
        let stop = stop_on_interrupt();
        let orders = Orders { file, rule: self.rule, shown: self.progress, stop: &stop };
        let report = database.adopt(&orders).await?;
        let done = report.is_done();
        context.answer(&Applied(report))?;
        Ok(done)
    }
}

/// The first Ctrl-C ends the work behind the case that is under way, the second one at once.
fn stop_on_interrupt() -> Arc<AtomicBool> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    tokio::spawn(async move {
        while tokio::signal::ctrl_c().await.is_ok() {
            if flag.swap(true, Ordering::Relaxed) {
                std::process::exit(INTERRUPTED);
            }
        }
    });
    stop
}

const INTERRUPTED: i32 = 130;
