//! Rows as text for a terminal.

use serde_json::Value as Json;

use crate::view::View;

/// One row, a line for each field that has a value.
pub(super) fn lines(view: &View) -> String {
    let widest = view.keys().map(String::len).max().unwrap_or_default();
    let shown = view.iter().filter(|(_, value)| !value.is_null() && value.as_str() != Some(""));
    let lines: Vec<String> =
        shown.map(|(name, value)| format!("{name:widest$}  {}\n", cell(value))).collect();
    lines.concat()
}

/// Several rows, a line for each, some of their fields in columns.
pub(super) fn table(views: &[View], fields: &[&str]) -> String {
    let header = fields.iter().map(ToString::to_string).collect();
    let row =
        |view: &View| fields.iter().map(|field| view.get(*field).map_or_else(String::new, cell)).collect();
    let rows: Vec<Vec<String>> = std::iter::once(header).chain(views.iter().map(row)).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default();
    let widths: Vec<usize> = (0..fields.len()).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
        format!("{}\n", cells.collect::<Vec<_>>().join("  ").trim_end())
    };
    rows.iter().map(line).collect::<Vec<_>>().concat()
}

/// A value on one line. What people write about themselves must not steer the terminal.
fn cell(value: &Json) -> String {
    let text = match value {
        Json::Null => String::new(),
        Json::Bool(truth) => (if *truth { "yes" } else { "no" }).to_owned(),
        Json::String(text) => text.clone(),
        other => other.to_string(),
    };
    plain(&text)
}

/// A text without characters that steer a terminal or turn the direction of what follows.
pub(super) fn plain(text: &str) -> String {
    let steers = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    text.replace(steers, "\u{fffd}")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn view(json: &Json) -> View {
        json.as_object().cloned().unwrap()
    }

    #[test]
    fn columns_stand_below_each_other() {
        let rows = [view(&json!({ "id": "1", "name": "Ada" })), view(&json!({ "id": "1024", "name": null }))];
        assert_eq!(table(&rows, &["id", "name"]), "id    name\n1     Ada\n1024\n");
    }

    #[test]
    fn a_name_does_not_steer_the_terminal() {
        let text =
            lines(&view(&json!({ "name": "\u{1b}[2JAda\n\u{202e}", "image": null, "verified": true })));
        assert_eq!(text, "name      \u{fffd}[2JAda\u{fffd}\u{fffd}\nverified  yes\n");
    }
}
