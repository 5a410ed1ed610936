//! How the database is: one report, made when somebody asks, shown on three pages.

use std::sync::Arc;

use auth_core::DatabaseConnection;
use auth_schema::Schema;
use axum::extract::{Form, State};
use axum::response::{Html, Redirect};
use maud::{Markup, PreEscaped, html};
use serde::Deserialize;
use time::format_description::well_known::Rfc3339;
use tokio::sync::Mutex;

use super::Shared;
use super::guard::FORM_TOKEN;
use super::layout::{Tab, page};
use super::problem::Problem;
use super::shown::instant;
use crate::doctor::{DoctorError, Examination, Report, bytes, examine, html as drawn};

/// A database, how it is to be examined, and the last report.
#[derive(Debug)]
pub struct Examiner {
    connection: DatabaseConnection,
    schema: Schema,
    examination: Examination,
    /// Held while a report is made: whoever asks meanwhile waits for it.
    last: Mutex<Option<Arc<Report>>>,
}

impl Examiner {
    /// Examines a database when somebody asks, and not before.
    pub fn new(connection: DatabaseConnection, schema: Schema, examination: Examination) -> Self {
        Self { connection, schema, examination, last: Mutex::new(None) }
    }

    async fn examine(&self) -> Result<(), DoctorError> {
        let mut last = self.last.lock().await;
        *last = Some(Arc::new(examine(&self.connection, &self.schema, &self.examination).await?));
        Ok(())
    }

    async fn last(&self) -> Option<Arc<Report>> {
        self.last.lock().await.clone()
    }
}

pub(super) async fn health(State(shared): State<Arc<Shared>>) -> Result<Html<String>, Problem> {
    show(&shared, Tab::Health).await
}

pub(super) async fn indexes(State(shared): State<Arc<Shared>>) -> Result<Html<String>, Problem> {
    show(&shared, Tab::Indexes).await
}

pub(super) async fn statements(State(shared): State<Arc<Shared>>) -> Result<Html<String>, Problem> {
    show(&shared, Tab::Statements).await
}

/// Where the report was asked for.
#[derive(Debug, Deserialize)]
pub(super) struct Asked {
    page: String,
}

pub(super) async fn examine_now(
    State(shared): State<Arc<Shared>>,
    Form(Asked { page }): Form<Asked>,
) -> Result<Redirect, Problem> {
    shared.examiner.as_ref().ok_or(Problem::NoExaminer)?.examine().await?;
    let asked = [Tab::Indexes, Tab::Statements].into_iter().find(|tab| tab.path() == page);
    Ok(Redirect::to(asked.unwrap_or(Tab::Health).path()))
}

async fn show(shared: &Shared, tab: Tab) -> Result<Html<String>, Problem> {
    let report = shared.examiner.as_ref().ok_or(Problem::NoExaminer)?.last().await;
    let content = html! {
        h1 { (tab.name()) }
        form .examine method="post" action="examine" {
            input type="hidden" name=(FORM_TOKEN) value=(shared.keys.form());
            input type="hidden" name="page" value=(tab.path());
            button { "Examine the database" }
            @if let Some(report) = &report {
                p .faint { "Examined at " (instant(&report.examined_at.format(&Rfc3339).unwrap_or_default())) }
            } @else {
                p .faint { "That changes nothing, and reads all addresses and accounts." }
            }
        }
        @if let Some(report) = &report { (part(report, tab)) }
    };
    Ok(page(tab.name(), Some(tab), &content))
}

/// What the doctor's page shows of it.
fn part(report: &Report, tab: Tab) -> Markup {
    match tab {
        Tab::Indexes => html! { (drawing(report, "index usage", drawn::uses(report))) (index_table(report)) },
        Tab::Statements => drawing(report, "statements", drawn::statements(report)),
        _ => PreEscaped(drawn::overview(report)),
    }
}

/// A chart, or why there is none.
fn drawing(report: &Report, what: &str, chart: String) -> Markup {
    let untold = report.database.untold.iter().find(|untold| untold.what == what);
    match untold {
        _ if !chart.is_empty() => PreEscaped(chart),
        Some(untold) => html! { p { "The engine does not tell of this: " (untold.why) "." } },
        None => html! { p { "Nothing has been counted yet." } },
    }
}

fn index_table(report: &Report) -> Markup {
    let number = |number: Option<u64>| number.map_or("—".to_owned(), |number| number.to_string());
    html! {
        section aria-labelledby="all" {
            h2 id="all" { "All indexes" }
            table {
                thead { tr {
                    th scope="col" { "Index" }
                    th .number scope="col" { "Uses" }
                    th .number scope="col" { "Size" }
                } }
                tbody {
                    @for index in &report.database.indexes {
                        tr {
                            td { (index.name) div .faint { (index.table) @if index.unique { ", unique" } @if !index.valid { ", not valid" } @if index.ignored { ", ignored" } } }
                            td .number { (number(index.uses)) }
                            td .number { (index.bytes.map_or("—".to_owned(), bytes)) }
                        }
                    }
                }
            }
        }
    }
}
