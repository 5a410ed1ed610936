//! `auth migrate`.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use clap::Args;
use serde::Serialize;

use super::context::{Context, block_on};
use crate::migrate::{self, Outcome};

#[derive(Debug, Args)]
pub(super) struct Migrate {
    /// Change nothing; tell what would be done.
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Serialize)]
struct Answer {
    dry_run: bool,
    migrations: Vec<String>,
    steps: Vec<Line>,
    impossible: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Line {
    what: String,
    statements: Vec<String>,
}

impl Answer {
    fn new(dry_run: bool, outcome: Outcome) -> Self {
        let line = |step: auth_schema::difference::Step| Line { what: step.what, statements: step.up };
        let steps = outcome.steps.into_iter().map(line).collect();
        Self { dry_run, migrations: outcome.migrations, steps, impossible: outcome.impossible }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (apply, step) = if self.dry_run { ("would apply", "would ") } else { ("applied", "done: ") };
        for name in &self.migrations {
            writeln!(formatter, "{apply} {name}")?;
        }
        for Line { what, statements } in &self.steps {
            writeln!(formatter, "{step}{what}")?;
            for statement in statements.iter().filter(|_| self.dry_run) {
                writeln!(formatter, "    {statement};")?;
            }
        }
        for problem in &self.impossible {
            writeln!(formatter, "left: {problem}")?;
        }
        if self.migrations.is_empty() && self.steps.is_empty() {
            writeln!(formatter, "nothing to do")?;
        }
        Ok(())
    }
}

impl Migrate {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        block_on(async {
            let schema = context.schema()?;
            let connection = context.connect_to_migrate().await?;
            let outcome = if self.dry_run {
                migrate::plan(&connection, &schema).await?
            } else {
                migrate::run(&connection, &schema, |step| context.tell(&step.what)).await?
            };
            context.answer(&Answer::new(self.dry_run, outcome))?;
            Ok(ExitCode::SUCCESS)
        })
    }
}
