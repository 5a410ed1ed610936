//! `auth index plan`, `apply` and `drop`.

use std::error::Error;
use std::fmt;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::super::context::Context;
use crate::index::{self, Asked, Catalogue, Plan, Profile};

#[derive(Debug, Args)]
pub(super) struct Create {
    /// Names of the catalogue; all of them are created or none.
    #[arg(required_unless_present = "profile", conflicts_with = "profile", value_name = "NAME")]
    names: Vec<String>,
    /// What is possible of a whole profile.
    #[arg(long)]
    profile: Option<ProfileName>,
    /// The field, or MODEL.FIELD, of an index that is for a column which you name.
    #[arg(long, value_name = "FIELD")]
    column: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct Drop {
    /// Names of the catalogue; all of them are dropped or none.
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
    /// The field, or MODEL.FIELD, of an index that is for a column which you name.
    #[arg(long, value_name = "FIELD")]
    column: Option<String>,
    /// Change nothing; tell what would be done.
    #[arg(long)]
    dry_run: bool,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ProfileName {
    Core,
    Extended,
}

#[derive(Debug, Serialize)]
struct Answer {
    dry_run: bool,
    steps: Vec<Line>,
    left: Vec<String>,
}

#[derive(Debug, Serialize)]
struct Line {
    what: String,
    statements: Vec<String>,
}

impl Answer {
    fn new(dry_run: bool, plan: Plan) -> Self {
        let steps = plan.steps.into_iter().map(|step| Line { what: step.what, statements: step.up });
        Self { dry_run, steps: steps.collect(), left: plan.left }
    }
}

impl fmt::Display for Answer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let step = if self.dry_run { "would " } else { "done: " };
        for Line { what, statements } in &self.steps {
            writeln!(formatter, "{step}{what}")?;
            for statement in statements.iter().filter(|_| self.dry_run) {
                writeln!(formatter, "    {statement};")?;
            }
        }
        for left in &self.left {
            writeln!(formatter, "left: {left}")?;
        }
        if self.steps.is_empty() {
            writeln!(formatter, "nothing to do")?;
        }
        Ok(())
    }
}

impl Create {
    fn asked(self) -> (Asked, Option<String>) {
        let asked = match self.profile {
            Some(ProfileName::Core) => Asked::Profile(Profile::Core),
            Some(ProfileName::Extended) => Asked::Profile(Profile::Extended),
            None => Asked::Names(self.names),
        };
        (asked, self.column)
    }

    pub(super) async fn plan(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let (asked, column) = self.asked();
        let schema = context.schema()?;
        let connection = context.connect().await?;
        let catalogue = Catalogue::read(&connection, &schema).await?;
        context.answer(&Answer::new(true, catalogue.plan(&asked, column.as_deref())?))?;
        Ok(ExitCode::SUCCESS)
    }

    pub(super) async fn apply(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let (asked, column) = self.asked();
        let schema = context.schema()?;
        let connection = context.connect_to_change().await?;
        let told = |step: &auth_schema::difference::Step| context.tell(&step.what);
        let plan = index::create(&connection, &schema, &asked, column.as_deref(), told).await?;
        context.answer(&Answer::new(false, plan))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Drop {
    pub(super) async fn run(self, context: &Context) -> Result<ExitCode, Box<dyn Error>> {
        let Self { names, column, dry_run } = self;
        let schema = context.schema()?;
        let column = column.as_deref();
        if dry_run {
            let connection = context.connect().await?;
            let catalogue = Catalogue::read(&connection, &schema).await?;
            context.answer(&Answer::new(true, catalogue.plan_drop(&names, column)?))?;
            return Ok(ExitCode::SUCCESS);
        }
        let connection = context.connect_to_change().await?;
        let told = |step: &auth_schema::difference::Step| context.tell(&step.what);
        let plan = index::remove(&connection, &schema, &names, column, told).await?;
        context.answer(&Answer::new(false, plan))?;
        Ok(ExitCode::SUCCESS)
    }
}
