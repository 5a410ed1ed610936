//! The frame of every page.

use axum::response::Html;
use maud::{DOCTYPE, Markup, html};
use url::form_urlencoded;

/// Where a page stands among the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tab {
    Users,
    Health,
    Indexes,
    Statements,
}

impl Tab {
    const ALL: [Self; 4] = [Self::Users, Self::Health, Self::Indexes, Self::Statements];

    /// Its name for people.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Users => "Users",
            Self::Health => "Health",
            Self::Indexes => "Indexes",
            Self::Statements => "Statements",
        }
    }

    /// Its path, beside every other.
    pub(super) fn path(self) -> &'static str {
        match self {
            Self::Users => "users",
            Self::Health => "health",
            Self::Indexes => "indexes",
            Self::Statements => "statements",
        }
    }
}

/// A page with the ways to the others.
pub(super) fn page(title: &str, tab: Option<Tab>, content: &Markup) -> Html<String> {
    let here = |own| if tab == Some(own) { Some("page") } else { None };
    bare(
        title,
        &html! {
            nav aria-label="Pages" {
                ul { @for tab in Tab::ALL { li { a href=(tab.path()) aria-current=[here(tab)] { (tab.name()) } } } }
            }
            main { (content) }
        },
    )
}

/// A page for whoever may not be let in. All paths are beside each other, so that every link is a name.
pub(super) fn bare(title: &str, body: &Markup) -> Html<String> {
    let page = html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                title { (title) " · auth console" }
                link rel="icon" href="data:,";
                link rel="stylesheet" href="style.css";
            }
            body { (body) }
        }
    };
    Html(page.into_string())
}

/// A link's target: a page, and what it is asked.
pub(super) fn link(page: &str, question: &[(&str, &str)]) -> String {
    format!("{page}?{}", form_urlencoded::Serializer::new(String::new()).extend_pairs(question).finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_link_asks_stays_one_value() {
        assert_eq!(link("user", &[("id", "a&b=\"ü")]), "user?id=a%26b%3D%22%C3%BC");
    }
}
