//! `auth console`.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;
use std::time::Duration;

use auth_core::config::PasswordFormat;
use auth_core::domain::SystemRandom;
use clap::Args;
use serde::Serialize;

use super::context::{Context, block_on};
use super::doctor::Scope;
use super::services::{operator, services};
use crate::console::{self, Examiner};

#[derive(Debug, Args)]
pub(super) struct Console {
    /// The port of 127.0.0.1; 0: one that is free.
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
    /// End when nobody has asked for so many minutes; 0: never.
    #[arg(long, value_name = "MINUTES", default_value_t = 60)]
    idle: u16,
    #[command(flatten)]
    scope: Scope,
}

#[derive(Serialize)]
struct Answer<'a> {
    url: &'a str,
}

impl fmt::Display for Answer<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}\nopen it in a browser on this machine, it works once; Ctrl-C ends", self.url)
    }
}

/// The port cannot be had.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on port {port} of 127.0.0.1: give another --port, or none")]
struct NoPort {
    port: u16,
    source: std::io::Error,
}

impl Console {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        block_on(async {
            let auth = services(context, PasswordFormat::default()).await?;
            let (connection, examination) = self.scope.open(context).await?;
            let examiner = Examiner::new(connection, context.schema()?, examination);
            let mut console = console::Console::new(auth, operator(), &SystemRandom).examiner(examiner);
            if self.idle > 0 {
                console = console.idle(Duration::from_mins(self.idle.into()));
            }
            let port = self.port;
            let bound = console.bind(port).await.map_err(|source| NoPort { port, source })?;
            context.answer(&Answer { url: bound.entry() })?;
            bound.serve(interrupted()).await?;
            Ok(ExitCode::SUCCESS)
        })
    }
}

/// Ready at Ctrl-C; where the system cannot tell of it, it ends the process itself.
async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}
