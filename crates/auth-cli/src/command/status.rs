//! `auth status`.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use auth_core::SeaOrmAdapter;
use auth_core::adapter::seaorm::Grade;
use clap::Args;
use serde::Serialize;

use super::context::{Context, block_on};
use crate::migrate;

#[derive(Debug, Args)]
pub(super) struct Status {}

#[derive(Debug, Serialize)]
struct Answer {
    engine: &'static str,
    version: String,
    tables: Vec<Table>,
    pending: Vec<String>,
    fatal: usize,
    degraded: usize,
    advisory: usize,
}

#[derive(Debug, Serialize)]
struct Table {
    model: String,
    #[serde(rename = "table")]
    name: String,
    exists: bool,
    columns: usize,
    indexes: usize,
    foreign_keys: usize,
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(formatter, "{} {}", self.engine, self.version)?;
        for Table { model, name, exists, columns, indexes, foreign_keys } in &self.tables {
            if *exists {
                writeln!(
                    formatter,
                    "{model:13} {name}: {columns} columns, {indexes} indexes, {foreign_keys} foreign keys"
                )?;
            } else {
                writeln!(formatter, "{model:13} {name}: missing")?;
            }
        }
        for what in &self.pending {
            writeln!(formatter, "pending: {what}")?;
        }
        let Self { fatal, degraded, advisory, .. } = self;
        writeln!(formatter, "{fatal} fatal, {degraded} degraded, {advisory} advisory (auth validate)")
    }
}

impl Status {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let Self {} = self;
        block_on(async {
            let schema = context.schema()?;
            let connection = context.connect().await?;
            let server = auth_core::server(&connection).await?;
            let inspection = SeaOrmAdapter::inspect(&connection, &schema).await?;
            let table = |model: &auth_schema::Model| {
                let live = inspection.live.table(model.table());
                Table {
                    model: model.name().to_owned(),
                    name: model.table().to_owned(),
                    exists: live.is_some(),
                    columns: live.map_or(0, |table| table.columns.len()),
                    indexes: live.map_or(0, |table| table.indexes.len()),
                    foreign_keys: live.map_or(0, |table| table.foreign_keys.len()),
                }
            };
            let plan = migrate::plan(&connection, &schema).await?;
            let steps = plan.steps.into_iter().map(|step| step.what);
            let count = |grade| inspection.findings.iter().filter(|finding| finding.grade == grade).count();
            context.answer(&Answer {
                engine: server.engine,
                version: server.version,
                tables: schema.models().map(|(_, model)| table(model)).collect(),
                pending: plan.migrations.into_iter().chain(steps).collect(),
                fatal: count(Grade::Fatal),
                degraded: count(Grade::Degraded),
                advisory: count(Grade::Advisory),
            })?;
            Ok(ExitCode::SUCCESS)
        })
    }
}
