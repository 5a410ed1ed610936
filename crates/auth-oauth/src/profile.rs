//! From a provider's document to a person.

use std::fmt;
use std::sync::Arc;

use auth_core::provider::{Profile, ProviderError};
use serde_json::{Map, Value};

use crate::failure::Failures;

/// Which claims of a document mean what. Of several names, the first that holds something counts.
#[derive(Debug, Clone)]
pub(crate) struct Claims {
    pub(crate) account_id: String,
    pub(crate) email: String,
    pub(crate) email_verified: String,
    pub(crate) name: Vec<String>,
    pub(crate) image: Vec<String>,
}

/// What a preset or an application changes in a profile.
#[derive(Clone)]
pub(crate) struct MapProfile(pub(crate) Arc<MapProfileFn>);

type MapProfileFn = dyn Fn(&mut Profile) -> Result<(), ProviderError> + Send + Sync;

/// Reads documents of one provider.
#[derive(Debug)]
pub(crate) struct ProfileReader {
    pub(crate) claims: Claims,
    pub(crate) maps: Vec<MapProfile>,
    pub(crate) failures: Failures,
}

impl Claims {
    pub(crate) fn with_account_id(claim: &str) -> Self {
        Self {
            account_id: claim.to_owned(),
            email: "email".to_owned(),
            email_verified: "email_verified".to_owned(),
            name: vec!["name".to_owned()],
            image: vec!["picture".to_owned(), "image".to_owned()],
        }
    }
}

impl ProfileReader {
    pub(crate) fn read(&self, document: Map<String, Value>) -> Result<Profile, ProviderError> {
        let mut profile = Profile {
            account_id: account_id(document.get(&self.claims.account_id)),
            email: text(&document, &self.claims.email),
            email_verified: is_true(document.get(&self.claims.email_verified)),
            name: first(&document, &self.claims.name).unwrap_or_default(),
            image: first(&document, &self.claims.image),
            additional: Map::new(),
            raw: document,
        };
        for map in &self.maps {
            (map.0)(&mut profile)?;
        }
        if profile.account_id.is_empty() {
            return Err(self.failures.invalid_answer(format!("no {}", self.claims.account_id)));
        }
        Ok(profile)
    }
}

impl fmt::Debug for MapProfile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MapProfile")
    }
}

/// A claim that holds text other than nothing.
pub(crate) fn text(document: &Map<String, Value>, claim: &str) -> Option<String> {
    document.get(claim)?.as_str().map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}

/// Some providers send a flag as text.
pub(crate) fn is_true(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(flag)) => *flag,
        Some(Value::String(text)) => text == "true",
        _ => false,
    }
}

fn first(document: &Map<String, Value>, claims: &[String]) -> Option<String> {
    claims.iter().find_map(|claim| text(document, claim))
}

/// A number becomes its digits; a number with a fraction is nobody's id.
fn account_id(value: Option<&Value>) -> String {
    match value {
        Some(Value::String(text)) => text.trim().to_owned(),
        Some(Value::Number(number)) if !number.is_f64() => number.to_string(),
        _ => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(document: &Value) -> Result<Profile, ProviderError> {
        let reader = ProfileReader {
            claims: Claims::with_account_id("id"),
            maps: Vec::new(),
            failures: Failures::of("test"),
        };
        reader.read(document.as_object().cloned().unwrap())
    }

    #[test]
    fn ids_are_text_or_whole_numbers() {
        for (id, wanted) in
            [(json!("a1"), "a1"), (json!(42), "42"), (json!(9_007_199_254_740_993_u64), "9007199254740993")]
        {
            assert_eq!(read(&json!({"id": id})).unwrap().account_id, wanted);
        }
        for bad in [json!(""), json!(" "), json!(1.5), json!(null), json!(true), json!({})] {
            assert!(read(&json!({"id": bad})).is_err(), "{bad}");
        }
    }

    #[test]
    fn flags_are_true_or_the_word() {
        for (flag, wanted) in
            [(json!(true), true), (json!("true"), true), (json!("yes"), false), (json!(1), false)]
        {
            assert_eq!(read(&json!({"id": 1, "email_verified": flag})).unwrap().email_verified, wanted);
        }
    }

    #[test]
    fn the_first_claim_that_holds_something_counts() {
        let profile =
            read(&json!({"id": 1, "picture": "", "image": "https://a.example/i", "email": ""})).unwrap();
        assert_eq!(profile.image.as_deref(), Some("https://a.example/i"));
        assert_eq!((profile.email, profile.name.as_str()), (None, ""));
    }
}
