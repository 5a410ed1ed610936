//! `auth index list`.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use clap::Args;
use migration::index::Form;
use serde::Serialize;

use super::super::context::Context;
use crate::index::{Catalogue, Entry, Redundant, State};

#[derive(Debug, Args)]
pub(super) struct List {}

#[derive(Debug, Serialize)]
struct Answer {
    engine: &'static str,
    indexes: Vec<Line>,
    redundant: Vec<Needless>,
}

#[derive(Debug, Serialize)]
struct Line {
    name: &'static str,
    profile: &'static str,
    state: &'static str,
    /// The name in the database.
    index: Option<String>,
    table: Option<String>,
    columns: Vec<String>,
    form: Option<&'static str>,
    reason: Option<String>,
    nearest: Option<&'static str>,
    serves: &'static str,
}

#[derive(Debug, Serialize)]
struct Needless {
    table: String,
    index: String,
    by: String,
    duplicate: bool,
}

impl From<Entry> for Line {
    fn from(entry: Entry) -> Self {
        let (form, nearest) = match entry.form {
            Form::Legal(form) => (Some(form), None),
            Form::None(no) => (None, Some(no.nearest)),
        };
        let reason = match &entry.state {
            State::NoForm(no) => Some(no.reason.to_owned()),
            State::Impossible(refusal) => Some(refusal.to_string()),
            _ => None,
        };
        Self {
            name: entry.definition.name,
            profile: entry.definition.profile.name(),
            state: entry.state.name(),
            index: entry.index,
            table: entry.table,
            columns: entry.columns,
            form,
            reason,
            nearest,
            serves: entry.definition.serves,
        }
    }
}

impl From<Redundant> for Needless {
    fn from(found: Redundant) -> Self {
        let Redundant { table, index, by, duplicate, .. } = found;
        Self { table, index, by, duplicate }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for profile in ["core", "extended"] {
            writeln!(formatter, "profile {profile} on {}", self.engine)?;
            for line in self.indexes.iter().filter(|line| line.profile == profile) {
                let Line { state, name, serves, .. } = line;
                let renamed = line.index.as_deref().filter(|index| index != name);
                let renamed = renamed.map(|index| format!(" as {index}")).unwrap_or_default();
                writeln!(formatter, "  {state:10} {name}{renamed}: {serves}")?;
                if let Some(reason) = &line.reason {
                    writeln!(formatter, "             {reason}")?;
                }
                if let Some(nearest) = line.nearest {
                    writeln!(formatter, "             nearest: {nearest}")?;
                }
            }
        }
        for Needless { table, index, by, duplicate } in &self.redundant {
            let why = if *duplicate { "has the same columns" } else { "begins with its columns" };
            writeln!(formatter, "redundant: {index} of {table}, {by} {why}")?;
        }
        Ok(())
    }
}

impl List {
    pub(super) async fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let Self {} = self;
        let schema = context.schema()?;
        let connection = context.connect().await?;
        let catalogue = Catalogue::read(&connection, &schema).await?;
        context.answer(&Answer {
            engine: catalogue.engine(),
            indexes: catalogue.list().into_iter().map(Line::from).collect(),
            redundant: catalogue.redundant().into_iter().map(Needless::from).collect(),
        })?;
        Ok(ExitCode::SUCCESS)
    }
}
