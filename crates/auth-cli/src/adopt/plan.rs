//! What was found in a database, and what is to be done about it.

use std::path::PathBuf;

use auth_core::adapter::seaorm::CatalogueProblem;
use auth_core::adapter::{Adapter, Filter};
use auth_schema::{account, session, user};
use serde::Serialize;

use super::case::{Case, Kind};
use super::database::Database;
use super::error::AdoptError;

/// The plan.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Plan {
    /// How many users there are.
    pub users: u64,
    /// How many sessions.
    pub sessions: u64,
    /// How many accounts.
    pub accounts: u64,
    /// Addresses that several users have.
    pub email: Count,
    /// Addresses in capital letters that one user has.
    pub upper_case: Count,
    /// Accounts of a provider that stand several times.
    pub account: Count,
    /// How many of these are of one user alone.
    pub account_of_one_user: u64,
    /// Columns that no field claims, with what can be done about them.
    pub left_over: Vec<LeftOver>,
    /// What the database lacks.
    pub missing: Vec<String>,
    /// What it lacks and cannot be added, with the reason.
    pub impossible: Vec<String>,
    /// Where the cases are written.
    pub file: Option<PathBuf>,
}

/// Cases and their rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct Count {
    /// How many cases.
    pub cases: u64,
    /// How many rows they have.
    pub rows: u64,
}

/// A column that no field claims.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LeftOver {
    /// What is wrong with it.
    pub problem: String,
    /// What mends it.
    pub remedy: String,
}

impl Plan {
    /// Everything but the cases.
    ///
    /// # Errors
    ///
    /// When the database does not answer, or what is missing cannot be told.
    pub async fn of(database: &Database) -> Result<Self, AdoptError> {
        let adapter = &database.adapter;
        let missing = database.missing().await?;
        let left_over = database.found.findings.iter().filter_map(|finding| match finding.problem {
            CatalogueProblem::LeftOver { .. } | CatalogueProblem::Unfillable { .. } => {
                Some(LeftOver { problem: finding.problem.to_string(), remedy: finding.remedy.clone() })
            }
            _ => None,
        });
        let migrations = missing.migrations.into_iter().map(|name| format!("apply {name}"));
        Ok(Self {
            users: adapter.count(user::MODEL, Filter::everything()).await?,
            sessions: adapter.count(session::MODEL, Filter::everything()).await?,
            accounts: adapter.count(account::MODEL, Filter::everything()).await?,
            left_over: left_over.collect(),
            missing: migrations.chain(missing.steps.into_iter().map(|step| step.what)).collect(),
            impossible: missing.impossible,
            ..Self::default()
        })
    }

    /// Adds a case.
    pub fn add(&mut self, case: &Case) {
        let count = match case.kind {
            Kind::Email => &mut self.email,
            Kind::UpperCase => &mut self.upper_case,
            Kind::Account => &mut self.account,
        };
        count.cases += 1;
        count.rows += u64::try_from(case.rows.len()).unwrap_or(u64::MAX);
        self.account_of_one_user += u64::from(case.is_of_one_user());
    }

    /// How many cases there are.
    pub fn cases(&self) -> u64 {
        self.email.cases + self.upper_case.cases + self.account.cases
    }

    /// Whether nothing is to be done.
    pub fn is_done(&self) -> bool {
        self.cases() == 0 && self.missing.is_empty()
    }
}
