//! Rows as pieces of a page: a name and a value for each field that has one.

use maud::{Markup, html};
use serde_json::Value as Json;

use crate::view::View;

/// The fields of a row that have a value, but for those that stand elsewhere on the page.
pub(super) fn fields(view: &View, but: &[&str]) -> Markup {
    let shown = view.iter().filter(|(name, value)| !but.contains(&name.as_str()) && !is_empty(value));
    html! {
        dl {
            @for (name, value) in shown {
                div { dt { (label(name)) } dd { (cell(name, value)) } }
            }
        }
    }
}

/// A value. What people write about themselves does not turn the direction of what follows.
pub(super) fn cell(name: &str, value: &Json) -> Markup {
    match value {
        Json::Null => html! { "—" },
        Json::Bool(truth) => html! { @if *truth { "yes" } @else { "no" } },
        Json::String(text) if name.ends_with("_at") => instant(text),
        Json::String(text) => html! { bdi { (text) } },
        other => html! { bdi { (other) } },
    }
}

/// The text of a field; empty where it has none.
pub(super) fn text<'v>(view: &'v View, name: &str) -> &'v str {
    view.get(name).and_then(Json::as_str).unwrap_or_default()
}

/// An instant to the second, as the schema's values write it: `2026-11-26T03:27:00.172Z`, always UTC.
pub(super) fn instant(written: &str) -> Markup {
    let spoken = written.split_once('T').map(|(day, time)| {
        let second = time.split(['.', 'Z']).next().unwrap_or_default();
        format!("{day} {second} UTC")
    });
    html! { time datetime=(written) { (spoken.as_deref().unwrap_or(written)) } }
}

fn is_empty(value: &Json) -> bool {
    value.is_null() || value.as_str() == Some("")
}

/// A field's name for people: `created_at` is `Created at`.
fn label(name: &str) -> String {
    let spoken = match name {
        "ip_address" => "IP address",
        name => name,
    };
    let mut letters = spoken.chars();
    let first = letters.next().map(|letter| letter.to_uppercase().to_string()).unwrap_or_default();
    first + &letters.as_str().replace('_', " ")
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_name_is_text_and_an_empty_field_is_left_out() {
        let view = json!({ "id": "1", "name": "<b>&\"Ada", "image": null, "agent": "", "created_at": "2026-11-26T03:27:00.172Z" });
        let shown = fields(view.as_object().unwrap(), &["id"]).into_string();
        let expected = "<dl><div><dt>Name</dt><dd><bdi>&lt;b&gt;&amp;&quot;Ada</bdi></dd></div>\
             <div><dt>Created at</dt><dd><time datetime=\"2026-11-26T03:27:00.172Z\">2026-11-26 03:27:00 UTC</time></dd></div></dl>";
        assert_eq!(shown, expected);
        assert_eq!(label("ip_address"), "IP address");
    }
}
