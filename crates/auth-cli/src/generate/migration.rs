//! A migration as Rust: the difference between a live database and the configuration, frozen as SQL of all three engines.

use std::fmt::Write;

use auth_schema::ddl::Engine;
use auth_schema::difference::{Difference, DifferenceError, Needed, Step};

use super::file::GeneratedFile;

/// Writes a difference as SeaORM migrations: none when there is nothing to do; a second one, outside of transactions, for
/// indexes that are built while others write. `stamp` is `20261126_031500`.
///
/// # Errors
///
/// [`DifferenceError`] as [`Difference::steps`].
pub fn migration(
    difference: &Difference<'_>,
    stamp: &str,
    name: &str,
) -> Result<Vec<GeneratedFile>, DifferenceError> {
    let all = [Engine::Sqlite, Engine::Postgres, Engine::Mysql].map(|engine| difference.steps(engine));
    let [sqlite, postgres, mysql] = all;
    let (sqlite, postgres, mysql) = (sqlite?, postgres?, mysql?);
    let mut steps: Vec<[Step; 3]> = Vec::new();
    for ((sqlite, postgres), mysql) in sqlite.into_iter().zip(postgres).zip(mysql) {
        steps.push([sqlite, postgres, mysql]);
    }
    let (alone, together): (Vec<_>, Vec<_>) = steps.into_iter().partition(|step| step[1].concurrent);
    let mut files = Vec::new();
    if !together.is_empty() {
        files.push(file(&format!("m{stamp}_{name}"), &together, false));
    }
    if !alone.is_empty() {
        let suffix = if files.is_empty() { "" } else { "_indexes" };
        files.push(file(&format!("m{stamp}_{name}{suffix}"), &alone, true));
    }
    Ok(files)
}

/// Names a difference by what it does: `add_user_nickname`, or `auth_schema` when it does several things.
pub fn name(steps: &[Step]) -> String {
    let [step] = steps else {
        return "auth_schema".to_owned();
    };
    let name = match &step.needed {
        Needed::Table(table) => format!("create_{table}"),
        Needed::Column(table, column) => format!("add_{table}_{column}"),
        Needed::Gone(table, column) => format!("drop_{table}_{column}"),
        Needed::Index(_, index) => format!("create_{index}"),
        _ => "auth_schema".to_owned(),
    };
    auth_schema::snake_case(&name.replace(|letter: char| !letter.is_alphanumeric(), "_"))
}

fn file(name: &str, steps: &[[Step; 3]], alone: bool) -> GeneratedFile {
    let what: Vec<&str> = steps.iter().map(|step| step[0].what.as_str()).collect();
    let mut text = BANNER.to_owned();
    for what in &what {
        let _ = writeln!(text, "//! * `{what}`");
    }
    text += HEAD;
    if alone {
        text += ALONE;
    }
    text += "    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {\n";
    for step in steps {
        block(&mut text, step, true);
    }
    text +=
        "        Ok(())\n    }\n\n    async fn down(&self, manager: &SchemaManager) -> Result<(), DbErr> {\n";
    for step in steps.iter().rev() {
        block(&mut text, step, false);
    }
    text += "        Ok(())\n    }\n}\n";
    text += RUN;
    if alone && text.contains("is_postgres(") {
        text += IS_POSTGRES;
    }
    GeneratedFile { name: format!("{name}.rs"), content: text }
}

/// One step: the question whether it is to be done, and its statements.
fn block(text: &mut String, step: &[Step; 3], up: bool) {
    let statements = |step: &Step| {
        let mut statements = if up { step.up.clone() } else { step.down.clone() };
        // A build that failed has left its index behind, and it is of no use.
        if up && step.concurrent && matches!(step.needed, Needed::Index(..)) {
            statements.splice(0..0, step.down.clone());
        }
        statements
    };
    let [sqlite, postgres, mysql] = [0, 1, 2].map(|engine| statements(&step[engine]));
    let rows = sqlite.len().max(postgres.len()).max(mysql.len());
    if rows == 0 {
        return;
    }
    let not = if up { "!" } else { "" };
    let question = match &step[0].needed {
        Needed::Table(table) => format!("{not}manager.has_table({table:?}).await?"),
        Needed::Column(table, column) => format!("{not}manager.has_column({table:?}, {column:?}).await?"),
        Needed::Gone(table, column) => {
            format!("{}manager.has_column({table:?}, {column:?}).await?", if up { "" } else { "!" })
        }
        Needed::Index(table, index) if !step[1].concurrent => {
            format!("{not}manager.has_index({table:?}, {index:?}).await?")
        }
        Needed::Index(table, index) => {
            format!("is_postgres(manager) || {not}manager.has_index({table:?}, {index:?}).await?")
        }
        _ => String::new(),
    };
    let (open, indent, close) = if question.is_empty() {
        (String::new(), "        ", "")
    } else {
        let line = format!("        if {question} {{\n");
        let open = match question.split_once(" || ") {
            Some((first, second)) if line.chars().count() > 101 => {
                format!("        if {first}\n            || {second}\n        {{\n")
            }
            _ => line,
        };
        (open, "            ", "        }\n")
    };
    *text += &open;
    for row in 0..rows {
        for (engine, statements) in [("sqlite", &sqlite), ("postgres", &postgres), ("mysql", &mysql)] {
            let statement = statements.get(row).map_or("", String::as_str);
            assign(text, indent, engine, statement);
        }
        let _ = writeln!(text, "{indent}run(manager, [sqlite, postgres, mysql]).await?;");
    }
    *text += close;
}

/// `let sqlite = "…";`, broken as `rustfmt` breaks it.
fn assign(text: &mut String, indent: &str, engine: &str, statement: &str) {
    let literal = if statement.contains('"') || statement.contains('\\') {
        format!("r#\"{statement}\"#")
    } else {
        format!("\"{statement}\"")
    };
    let line = format!("{indent}let {engine} = {literal};");
    let alone = format!("{indent}    {literal};");
    let fits = |line: &str| line.chars().count() <= 100;
    if fits(&line) || !fits(&alone) {
        let _ = writeln!(text, "{line}");
    } else {
        let _ = writeln!(text, "{indent}let {engine} =\n{alone}");
    }
}

const BANNER: &str = "//! Generated by `auth generate migration`; yours from now on. Once it has run somewhere, it is history: \
     add another.\n//!\n";

const HEAD: &str = "
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend};

/// The migration.
#[derive(Debug, DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
";

const ALONE: &str = "    /// What is done while others write stands outside of any transaction.
    fn use_transaction(&self) -> Option<bool> {
        Some(false)
    }

";

const RUN: &str = "
/// Runs the statement of the engine at hand, if it has one.
async fn run(
    manager: &SchemaManager<'_>,
    [sqlite, postgres, mysql]: [&str; 3],
) -> Result<(), DbErr> {
    let connection = manager.get_connection();
    let statement = match connection.get_database_backend() {
        DbBackend::Postgres => postgres,
        DbBackend::MySql => mysql,
        _ => sqlite,
    };
    if !statement.is_empty() {
        connection.execute_unprepared(statement).await?;
    }
    Ok(())
}
";

const IS_POSTGRES: &str = "
/// PostgreSQL drops what a failed build has left and builds anew; nobody else needs to.
fn is_postgres(manager: &SchemaManager<'_>) -> bool {
    manager.get_connection().get_database_backend() == DbBackend::Postgres
}
";
