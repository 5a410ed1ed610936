//! Names in languages other than Rust.

use auth_schema::{Field, Model, camel_case};

use super::error::GenerateError;

/// The name that Better Auth has for a model, with an `s` behind it where `usePlural` is set.
pub(super) fn model_name(model: &Model, plural: bool) -> String {
    camel_case(model.name()) + if plural { "s" } else { "" }
}

/// The name that Better Auth has for a field.
pub(super) fn field_name(field: &Field) -> String {
    camel_case(&field.name)
}

/// A name with a capital letter in front.
pub(super) fn capital(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

/// Whether a name is made of letters, digits and underscores, a letter first.
pub(super) fn is_word(name: &str) -> bool {
    let word = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    name.starts_with(|first: char| first.is_ascii_alphabetic()) && name.chars().all(word)
}

/// Refuses names that a language has for itself, and those that are no words.
pub(super) fn check(language: &'static str, name: &str, reserved: &[&str]) -> Result<(), GenerateError> {
    if is_word(name) && !reserved.contains(&name) {
        return Ok(());
    }
    Err(GenerateError::ForeignName { language, name: name.to_owned() })
}

/// A text between quotation marks, as JavaScript and Prisma read it.
pub(super) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
