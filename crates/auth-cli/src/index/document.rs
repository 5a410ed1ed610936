//! The table of the catalogue in the documentation.

use std::fmt::Write as _;

use migration::index::{Engine, Form, IndexDefinition, core, extended};

/// The catalogue as Markdown: a table for each profile.
#[must_use]
pub fn document() -> String {
    let mut text = String::from("### Profile `core`\n\n| index | columns | serves |\n|---|---|---|\n");
    for index in core() {
        let unique = if index.unique { "unique " } else { "" };
        let _ = writeln!(
            text,
            "| `{}` | {unique}({}) | {} |",
            index.name,
            index.columns.join(", "),
            index.serves
        );
    }
    text.push_str("\n### Profile `extended`\n\n| index | columns | serves |");
    for engine in Engine::ALL {
        let _ = write!(text, " {} |", engine.name());
    }
    text.push_str("\n|---|---|---|---|---|---|---|\n");
    for index in extended() {
        let _ = write!(text, "| `{}` | {} | {} |", index.name, columns(index), index.serves);
        for engine in Engine::ALL {
            let _ = write!(text, " {} |", form(index, engine));
        }
        text.push('\n');
    }
    text
}

fn columns(index: &IndexDefinition) -> String {
    let all: Vec<&str> = index.all_columns().collect();
    if all.is_empty() { "`--column`".to_owned() } else { format!("({})", all.join(", ")) }
}

fn form(index: &IndexDefinition, engine: Engine) -> String {
    match index.form(engine) {
        Form::Legal(text) => text.to_owned(),
        Form::None(no) => format!("none: {}; nearest: {}", no.reason, no.nearest),
    }
}
