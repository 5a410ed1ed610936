//! `auth validate`.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use auth_core::SeaOrmAdapter;
use auth_core::adapter::seaorm::{Finding, Grade};
use clap::{Args, ValueEnum};
use serde::Serialize;

use super::context::{Context, block_on};

#[derive(Debug, Args)]
pub(super) struct Validate {
    /// The least grade that makes the command exit with 1.
    #[arg(long, value_name = "GRADE", default_value = "fatal")]
    fail_on: FailOn,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum FailOn {
    Fatal,
    Degraded,
    Advisory,
}

/// What a database lacks.
#[derive(Debug, Serialize)]
struct Answer {
    fits: bool,
    fatal: usize,
    degraded: usize,
    advisory: usize,
    findings: Vec<Line>,
}

#[derive(Debug, Serialize)]
struct Line {
    grade: String,
    code: &'static str,
    problem: String,
    remedy: String,
}

impl From<Finding> for Line {
    fn from(finding: Finding) -> Self {
        Self {
            grade: finding.grade.to_string(),
            code: finding.problem.code(),
            problem: finding.problem.to_string(),
            remedy: finding.remedy,
        }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Line { grade, problem, remedy, .. } in &self.findings {
            writeln!(formatter, "{grade:8}  {problem}")?;
            writeln!(formatter, "          mend: {remedy}")?;
        }
        let Self { fatal, degraded, advisory, .. } = self;
        if self.findings.is_empty() {
            return formatter.write_str("the database fits");
        }
        let verdict = if self.fits { "the database can be worked with" } else { "the database does not fit" };
        write!(formatter, "{verdict}: {fatal} fatal, {degraded} degraded, {advisory} advisory")
    }
}

impl Validate {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        block_on(async {
            let schema = context.schema()?;
            let inspection = SeaOrmAdapter::inspect(&context.connect().await?, &schema).await?;
            let count = |grade| inspection.findings.iter().filter(|finding| finding.grade == grade).count();
            let (fatal, degraded, advisory) =
                (count(Grade::Fatal), count(Grade::Degraded), count(Grade::Advisory));
            let limit = match self.fail_on {
                FailOn::Fatal => Grade::Fatal,
                FailOn::Degraded => Grade::Degraded,
                FailOn::Advisory => Grade::Advisory,
            };
            let failed = inspection.findings.iter().any(|finding| finding.grade >= limit);
            let findings = inspection.findings.into_iter().map(Line::from).collect();
            context.answer(&Answer { fits: fatal == 0, fatal, degraded, advisory, findings })?;
            Ok(if failed { ExitCode::FAILURE } else { ExitCode::SUCCESS })
        })
    }
}
