//! `auth secret`.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use auth_core::domain::{Random, SystemRandom};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use clap::Args;
use serde::Serialize;

use super::context::Context;

#[derive(Debug, Args)]
pub(super) struct NewSecret {
    /// How many random bytes it holds. 24 make the 32 characters that a secret needs at least.
    #[arg(long, value_name = "N", default_value_t = 32, value_parser = clap::value_parser!(u16).range(24..=1024))]
    bytes: u16,
}

#[derive(Serialize)]
struct Answer {
    secret: String,
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.secret)
    }
}

impl NewSecret {
    pub(super) fn run(&self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let mut bytes = vec![0; self.bytes.into()];
        SystemRandom.fill(&mut bytes);
        context.answer(&Answer { secret: BASE64_STANDARD.encode(bytes) })?;
        Ok(ExitCode::SUCCESS)
    }
}
