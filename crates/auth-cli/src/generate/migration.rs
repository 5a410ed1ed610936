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
        Needed::ForeignKey(_, name) => format!("add_{name}"),
        _ => "auth_schema".to_owned(),
    };
    auth_schema::snake_case(&name.replace(|letter: char| !letter.is_alphanumeric(), "_"))
}

fn file(name: &str, steps: &[[Step; 3]], alone: bool) -> GeneratedFile {
    let what: Vec<&str> = steps.iter().map(|step| step[0].what.as_str()).collect();
    let mut text = BANNER.to_owned();
    for what in &what {
        let _ = writeln!(text, "//! * `{}`", what.replace(char::is_control, " "));
    }
    text += HEAD;
    if alone {
        text += ALONE;
    }
    text += "    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {\n";
    if !alone {
        text += LIMITED;
    }
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
    for (call, helper) in [(" unfinished(", UNFINISHED), ("has_foreign_key(", HAS_FOREIGN_KEY)] {
        if text.contains(call) {
            text += helper;
            text =
                text.replacen("{ConnectionTrait, DbBackend}", "{ConnectionTrait, DbBackend, Statement}", 1);
        }
    }
    GeneratedFile { name: format!("{name}.rs"), content: text }
}

/// One step: the question whether it is to be done, and its statements.
fn block(text: &mut String, step: &[Step; 3], up: bool) {
    let [mut sqlite, mut postgres, mut mysql] =
        [0, 1, 2].map(|engine| if up { step[engine].up.clone() } else { step[engine].down.clone() });
    // A foreign key that only PostgreSQL and MySQL have is asked for by their name.
    let needed = if step[0].needed == Needed::Always { &step[1].needed } else { &step[0].needed };
    let mut afterwards = None;
    match needed {
        Needed::Index(table, index) if up && step[1].concurrent => {
            // What a build that failed has left behind is of no use, but only then.
            postgres.drain(..postgres.len().saturating_sub(1));
            sqlite.drain(..sqlite.len().saturating_sub(1));
            mysql.drain(..mysql.len().saturating_sub(1));
            let other = step[1].unfinished.as_ref().filter(|name| *name != index);
            for name in other.into_iter().chain([index]) {
                let drop = format!("DROP INDEX CONCURRENTLY IF EXISTS {}", Engine::Postgres.quoted(name));
                asked(text, &format!("unfinished(manager, {table:?}, {name:?}).await?"), |text, indent| {
                    assign(text, indent, "postgres", &drop);
                    let _ = writeln!(text, "{indent}run(manager, [\"\", postgres, \"\"]).await?;");
                });
            }
        }
        // A run that was cut short may have left it unchecked; checking it twice does no harm.
        Needed::ForeignKey(..) if up && postgres.len() > 1 => afterwards = postgres.pop(),
        _ => {}
    }
    let rows = sqlite.len().max(postgres.len()).max(mysql.len());
    if rows == 0 {
        return;
    }
    let not = if up { "!" } else { "" };
    let question = match needed {
        Needed::Table(table) => format!("{not}manager.has_table({table:?}).await?"),
        Needed::Column(table, column) => format!("{not}manager.has_column({table:?}, {column:?}).await?"),
        Needed::Gone(table, column) => {
            format!("{}manager.has_column({table:?}, {column:?}).await?", if up { "" } else { "!" })
        }
        Needed::Index(table, index) => format!("{not}manager.has_index({table:?}, {index:?}).await?"),
        Needed::ForeignKey(table, name) => {
            format!("{not}has_foreign_key(manager, {table:?}, {name:?}).await?")
        }
        _ => String::new(),
    };
    asked(text, &question, |text, indent| {
        for row in 0..rows {
            for (engine, statements) in [("sqlite", &sqlite), ("postgres", &postgres), ("mysql", &mysql)] {
                let statement = statements.get(row).map_or("", String::as_str);
                assign(text, indent, engine, statement);
            }
            let _ = writeln!(text, "{indent}run(manager, [sqlite, postgres, mysql]).await?;");
        }
    });
    if let Some(check) = afterwards {
        assign(text, "        ", "postgres", &check);
        *text += "        run(manager, [\"\", postgres, \"\"]).await?;\n";
    }
}

/// What is done if the answer is yes, or always without a question; broken as `rustfmt` breaks it.
fn asked(text: &mut String, question: &str, statements: impl FnOnce(&mut String, &str)) {
    if question.is_empty() {
        return statements(text, "        ");
    }
    let (not, call) = question.split_at(usize::from(question.starts_with('!')));
    if let (Some(method), true) = (call.strip_prefix("manager."), call.chars().count() > 60) {
        let method = method.trim_end_matches(".await?");
        let _ =
            writeln!(text, "        if {not}manager\n            .{method}\n            .await?\n        {{");
    } else {
        let _ = writeln!(text, "        if {question} {{");
    }
    statements(text, "            ");
    *text += "        }\n";
}

/// `let sqlite = "…";`, broken as `rustfmt` breaks it.
fn assign(text: &mut String, indent: &str, engine: &str, statement: &str) {
    let literal = literal(statement);
    let line = format!("{indent}let {engine} = {literal};");
    let alone = format!("{indent}    {literal};");
    let fits = |line: &str| line.chars().count() <= 100;
    if fits(&line) || !fits(&alone) {
        let _ = writeln!(text, "{line}");
    } else {
        let _ = writeln!(text, "{indent}let {engine} =\n{alone}");
    }
}

/// A statement as a literal of Rust, raw where that reads better.
fn literal(statement: &str) -> String {
    if statement.contains(char::is_control) {
        return format!("{statement:?}");
    }
    if !statement.contains(['"', '\\']) {
        return format!("\"{statement}\"");
    }
    let mut hashes = "#".to_owned();
    while statement.contains(&format!("\"{hashes}")) {
        hashes.push('#');
    }
    format!("r{hashes}\"{statement}\"{hashes}")
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

const LIMITED: &str = "        // Whoever waits for a busy table makes everybody else wait: not for long.
        run(manager, [\"\", \"SET LOCAL lock_timeout = '10s'\", \"\"]).await?;
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

const UNFINISHED: &str = "
/// Whether a build that failed has left this index of the table behind: only PostgreSQL leaves any.
async fn unfinished(manager: &SchemaManager<'_>, table: &str, index: &str) -> Result<bool, DbErr> {
    let connection = manager.get_connection();
    if connection.get_database_backend() != DbBackend::Postgres {
        return Ok(false);
    }
    let question = \"SELECT 1 FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid WHERE NOT indisvalid AND indrelid = to_regclass(quote_ident($1)) AND relname = $2\";
    let values = [table.into(), index.into()];
    let question = Statement::from_sql_and_values(DbBackend::Postgres, question, values);
    Ok(connection.query_one_raw(question).await?.is_some())
}
";

const HAS_FOREIGN_KEY: &str = "
/// Whether the table has this foreign key. SQLite names none.
async fn has_foreign_key(
    manager: &SchemaManager<'_>,
    table: &str,
    name: &str,
) -> Result<bool, DbErr> {
    let connection = manager.get_connection();
    let question = match connection.get_database_backend() {
        DbBackend::Postgres => {
            \"SELECT 1 FROM information_schema.table_constraints WHERE table_schema = current_schema() AND table_name = $1 AND constraint_name = $2\"
        }
        DbBackend::MySql => {
            \"SELECT 1 FROM information_schema.table_constraints WHERE table_schema = database() AND table_name = ? AND constraint_name = ?\"
        }
        _ => return Ok(false),
    };
    let values = [table.into(), name.into()];
    let backend = connection.get_database_backend();
    let question = Statement::from_sql_and_values(backend, question, values);
    Ok(connection.query_one_raw(question).await?.is_some())
}
";

#[cfg(test)]
mod tests {
    use super::literal;

    #[test]
    fn a_statement_is_one_literal_whatever_it_holds() {
        for (statement, expected) in [
            ("a 'b'", "\"a 'b'\""),
            ("a \"b\"", "r#\"a \"b\"\"#"),
            ("a '\"#' \"b\"", "r##\"a '\"#' \"b\"\"##"),
            ("a\n\"b\"", "\"a\\n\\\"b\\\"\""),
        ] {
            assert_eq!(literal(statement), expected);
        }
    }
}
