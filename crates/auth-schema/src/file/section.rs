//! A section of settings in the file.

use std::collections::BTreeMap;

use serde::Deserialize;

/// Settings, which a schema passes over. Something else in its place is refused without being repeated.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Section {
    Entries(BTreeMap<String, Setting>),
}

impl Default for Section {
    fn default() -> Self {
        Self::Entries(BTreeMap::new())
    }
}

/// A plain value.
#[derive(Deserialize)]
#[serde(untagged)]
pub(super) enum Setting {
    Switch(bool),
    Number(i64),
    Text(String),
}

impl Setting {
    pub(super) fn text(self) -> String {
        match self {
            Self::Switch(on) => on.to_string(),
            Self::Number(number) => number.to_string(),
            Self::Text(text) => text,
        }
    }
}
