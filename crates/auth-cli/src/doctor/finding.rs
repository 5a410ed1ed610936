//! What is worth doing something about.

use serde::Serialize;

use super::code::Code;

/// How bad it is; the worst is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Severity {
    /// It works; it would work better, or cheaper.
    Advice,
    /// It will hurt: under load, after a crash, or when somebody makes a mistake.
    Warning,
    /// It does not work, or what is written can be lost.
    Critical,
}

/// One thing, with what mends it. Nothing is done by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// A word for programs, which `docs/doctor.md` explains.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// What it is about: a table, an index, a setting.
    pub subject: String,
    /// What was seen, and why that is not good.
    pub reason: String,
    /// What to do, in words.
    pub advice: String,
    /// The statements that mend it, in their order; none where a person has to decide.
    pub statements: Vec<String>,
    /// The command that mends it.
    pub command: Option<&'static str>,
    /// What the statements need afterwards.
    pub then: Option<Then>,
}

/// What statements need afterwards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Then {
    /// A restart of the server.
    Restart,
    /// The same line in the server's configuration: a restart would forget it.
    Configuration,
    /// The same on every connection that the application makes.
    EveryConnection,
}

impl Severity {
    /// Its name: `advice`, `warning`, `critical`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Advice => "advice",
            Self::Warning => "warning",
            Self::Critical => "critical",
        }
    }
}

impl Then {
    /// What it asks for, as the end of a sentence.
    pub fn words(self) -> &'static str {
        match self {
            Self::Restart => "restart the server",
            Self::Configuration => "write the same into the server's configuration, or a restart forgets it",
            Self::EveryConnection => "let every connection of the application do the same",
        }
    }
}

impl Finding {
    pub(super) fn new(code: Code, subject: impl Into<String>, reason: impl Into<String>) -> Self {
        Self {
            code: code.name,
            severity: code.severity,
            subject: subject.into(),
            reason: reason.into(),
            advice: String::new(),
            statements: Vec::new(),
            command: None,
            then: None,
        }
    }

    pub(super) fn advice(self, advice: impl Into<String>) -> Self {
        Self { advice: advice.into(), ..self }
    }

    pub(super) fn statement(mut self, statement: impl Into<String>) -> Self {
        self.statements.push(statement.into());
        self
    }

    pub(super) fn command(self, command: &'static str) -> Self {
        Self { command: Some(command), ..self }
    }

    pub(super) fn then(self, then: Then) -> Self {
        Self { then: Some(then), ..self }
    }
}
