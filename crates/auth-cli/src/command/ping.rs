//! `auth ping`.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;
use std::time::Instant;

use clap::Args;
use serde::Serialize;

use super::context::{Context, block_on};

#[derive(Debug, Args)]
pub(super) struct Ping {}

#[derive(Debug, Serialize)]
struct Answer {
    engine: &'static str,
    version: String,
    milliseconds: u128,
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} {} answers in {} ms", self.engine, self.version, self.milliseconds)
    }
}

impl Ping {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let Self {} = self;
        block_on(async {
            let connection = context.connect().await?;
            let start = Instant::now();
            let server = auth_core::server(&connection).await?;
            let milliseconds = start.elapsed().as_millis();
            context.answer(&Answer { engine: server.engine, version: server.version, milliseconds })?;
            Ok(ExitCode::SUCCESS)
        })
    }
}
