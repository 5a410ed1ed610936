//! `auth generate migration`.

use std::error::Error;
use std::fmt;
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

use auth_core::SeaOrmAdapter;
use auth_core::domain::{Clock, SystemClock};
use auth_schema::difference::Difference;
use clap::Args;
use serde::Serialize;
use time::macros::format_description;

use super::super::context::{Context, block_on};
use crate::generate;

#[derive(Debug, Args)]
pub(super) struct Migration {
    /// Directory that the file goes to.
    #[arg(long, value_name = "DIRECTORY", default_value = "migration/src")]
    output: PathBuf,
    /// Drop a column that belongs to no field, with what stands in it. May be given several times.
    #[arg(long, value_name = "TABLE.COLUMN", value_parser = place)]
    drop_column: Vec<Place>,
    /// Let a column be null that belongs to no field. May be given several times.
    #[arg(long, value_name = "TABLE.COLUMN", value_parser = place)]
    allow_null: Vec<Place>,
    /// The name behind the date. Default: what it does, `add_user_nickname`.
    #[arg(long)]
    name: Option<String>,
}

/// A table and a column.
#[derive(Debug, Clone)]
struct Place(String, String);

fn place(text: &str) -> Result<Place, String> {
    let (table, column) = text.rsplit_once('.').ok_or("must be of the form table.column")?;
    Ok(Place(table.to_owned(), column.to_owned()))
}

#[derive(Debug, Serialize)]
struct Answer {
    files: Vec<PathBuf>,
    steps: Vec<String>,
    impossible: Vec<String>,
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for step in &self.steps {
            writeln!(formatter, "{step}")?;
        }
        for problem in &self.impossible {
            writeln!(formatter, "left: {problem}")?;
        }
        if self.files.is_empty() {
            return writeln!(formatter, "nothing to do");
        }
        for file in &self.files {
            writeln!(formatter, "wrote {}", file.display())?;
        }
        writeln!(formatter, "\nAdd to your Migrator, in this order:")?;
        for file in &self.files {
            let module = file.file_stem().unwrap_or_default().to_string_lossy();
            writeln!(formatter, "    mod {module};    and    Box::new({module}::Migration),")?;
        }
        Ok(())
    }
}

impl Migration {
    pub(super) fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        block_on(async {
            let schema = context.schema()?;
            let live = SeaOrmAdapter::inspect(&context.connect().await?, &schema).await?.live;
            let mut difference = Difference::between(&schema, &live)?;
            for Place(table, column) in &self.allow_null {
                difference.allow_null(table, column)?;
            }
            for Place(table, column) in &self.drop_column {
                difference.drop_column(table, column)?;
            }
            let steps = difference.steps(live.engine)?;
            let name = self.name.clone().unwrap_or_else(|| generate::name(&steps));
            let format = format_description!("[year][month][day]_[hour][minute][second]");
            let stamp = SystemClock.now().format(format)?;
            let mut paths = Vec::new();
            for file in generate::migration(&difference, &stamp, &name)? {
                fs::create_dir_all(&self.output)?;
                let path = self.output.join(&file.name);
                fs::write(&path, &file.content)?;
                paths.push(path);
            }
            let steps = steps.into_iter().map(|step| step.what).collect();
            context.answer(&Answer { files: paths, steps, impossible: difference.impossible.clone() })?;
            Ok(ExitCode::SUCCESS)
        })
    }
}
