//! Where a generated text goes.

use std::error::Error;
use std::fmt;
use std::fs;
use std::path::PathBuf;

use clap::Args;
use serde::Serialize;

use super::super::context::Context;
use crate::generate::GenerateError;

#[derive(Debug, Args)]
pub(super) struct Output {
    /// The file that it is written to, instead of standard output.
    #[arg(long, value_name = "FILE")]
    output: Option<PathBuf>,
}

#[derive(Serialize)]
struct Written {
    output: PathBuf,
}

impl fmt::Display for Written {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "wrote {}", self.output.display())
    }
}

impl Output {
    /// Writes an answer's text to the file, or gives the answer.
    pub(super) fn give<A: Serialize + fmt::Display>(
        self,
        context: &Context,
        answer: &A,
    ) -> Result<(), Box<dyn Error>> {
        let Some(output) = self.output else {
            return context.answer(answer);
        };
        fs::write(&output, answer.to_string())
            .map_err(|source| GenerateError::Write { path: output.clone(), source })?;
        context.answer(&Written { output })
    }
}
