//! The command `migration`: applies, rolls back and lists the migrations of the auth tables.

use std::error::Error;
use std::io::{self, Write};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Parser, Subcommand};
use migration::{LeaseOptions, MigrationError, Outcome, Runner};
use tracing::Level;

/// Migrates the auth tables of a database; without a command it applies everything pending.
#[derive(Debug, Parser)]
#[command(version)]
struct Arguments {
    /// The database: sqlite:FILE, `postgres://USER@HOST/NAME` or `mysql://USER@HOST/NAME`.
    #[arg(
        long,
        env = "DATABASE_URL",
        hide_env_values = true,
        default_value = "sqlite:auth.db",
        global = true
    )]
    database_url: String,
    /// The same database by a user who may change its tables; it outweighs --database-url. The application's own user then
    /// needs no such right.
    #[arg(long, env = "MIGRATION_DATABASE_URL", hide_env_values = true, global = true)]
    migration_url: Option<String>,
    /// How long to wait for another run to finish.
    #[arg(long, value_name = "SECONDS", default_value_t = 60, global = true)]
    wait_seconds: u64,
    /// How long this run's lease outlives it if it is killed.
    #[arg(long, value_name = "SECONDS", default_value_t = 30, global = true)]
    lease_seconds: u64,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Apply the next N migrations, or all that are pending.
    Up {
        /// How many; all when left out.
        n: Option<usize>,
    },
    /// Roll back the last N migrations, with all rows in their tables.
    Down {
        /// How many.
        #[arg(default_value_t = 1)]
        n: usize,
    },
    /// Roll back all migrations, with all rows in their tables.
    Reset,
    /// Roll back all migrations and apply them again.
    Refresh,
    /// List the migrations and whether they are applied.
    Status,
}

#[tokio::main]
async fn main() -> ExitCode {
    tracing_subscriber::fmt().with_max_level(Level::WARN).with_writer(io::stderr).init();
    match carry_out(Arguments::parse()).await {
        Ok(lines) => print(&lines),
        Err(error) => report(&error),
    }
}

/// Does what was asked; the answer is what to print.
async fn carry_out(arguments: Arguments) -> Result<Vec<String>, MigrationError> {
    let url = arguments.migration_url.as_ref().unwrap_or(&arguments.database_url);
    let db = migration::connect(url).await?;
    let runner = Runner::new(&db).lease(LeaseOptions {
        time_to_live: Duration::from_secs(arguments.lease_seconds),
        wait: Duration::from_secs(arguments.wait_seconds),
    });
    let outcome = match arguments.command.unwrap_or(Command::Up { n: None }) {
        Command::Up { n } => runner.up(n).await?,
        Command::Down { n } => runner.down(n).await?,
        Command::Reset => runner.reset().await?,
        Command::Refresh => runner.refresh().await?,
        Command::Status => {
            let states = migration::status(&db).await?;
            let line = |applied| if applied { "applied" } else { "pending" };
            return Ok(states
                .iter()
                .map(|state| format!("{} {}", line(state.applied), state.name))
                .collect());
        }
    };
    Ok(describe(&outcome))
}

fn describe(outcome: &Outcome) -> Vec<String> {
    if outcome.is_empty() {
        return vec!["nothing to do".to_owned()];
    }
    let rolled_back = outcome.rolled_back.iter().map(|name| format!("rolled back {name}"));
    let applied = outcome.applied.iter().map(|name| format!("applied {name}"));
    rolled_back.chain(applied).collect()
}

/// A reader that closed the pipe has seen enough: the work is done.
fn print(lines: &[String]) -> ExitCode {
    let mut out = io::stdout().lock();
    for line in lines {
        if writeln!(out, "{line}").is_err() {
            break;
        }
    }
    ExitCode::SUCCESS
}

/// Prints the error and, indented, each cause that adds something.
fn report(error: &MigrationError) -> ExitCode {
    let mut said = error.to_string();
    eprintln!("error: {said}");
    let mut cause = error.source();
    while let Some(error) = cause {
        let text = error.to_string();
        if !said.contains(&text) {
            eprintln!("  because: {text}");
            said = text;
        }
        cause = error.source();
    }
    ExitCode::FAILURE
}
