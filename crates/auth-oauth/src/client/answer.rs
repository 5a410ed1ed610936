//! Brings the answer of a token endpoint into the standard's form: not every provider keeps to it.

use std::fmt;

use auth_core::provider::ProviderError;
use oauth2::ExtraTokenFields;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::failure::Failures;
use crate::http::{Answer, check_status};

/// What OpenID Connect and custom add to the answer of OAuth 2.
#[derive(Serialize, Deserialize)]
pub(super) struct MoreTokens {
    pub(super) id_token: Option<String>,
    pub(super) refresh_token_expires_in: Option<i64>,
}

impl ExtraTokenFields for MoreTokens {}

impl fmt::Debug for MoreTokens {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("MoreTokens(…)")
    }
}

/// The tokens as RFC 6749 writes them. An answer with `error` is a refusal, whatever its status.
pub(super) fn standard(failures: &Failures, answer: &Answer) -> Result<Map<String, Value>, ProviderError> {
    let given = document(answer);
    if let Some(code) = given.get("error").filter(|_| !given.contains_key("access_token")) {
        return Err(failures.refused(code.as_str().unwrap_or_default()));
    }
    check_status(failures, answer.status)?;
    let access_token =
        text(&given, "access_token").ok_or_else(|| failures.invalid_answer("no access token"))?;
    let mut standard = Map::from_iter([
        ("access_token".to_owned(), access_token.into()),
        ("token_type".to_owned(), text(&given, "token_type").unwrap_or("bearer").into()),
    ]);
    for name in ["refresh_token", "id_token"] {
        standard.extend(text(&given, name).map(|token| (name.to_owned(), token.into())));
    }
    for name in ["expires_in", "refresh_token_expires_in"] {
        standard.extend(seconds(given.get(name)).map(|seconds| (name.to_owned(), seconds.into())));
    }
    standard.extend(scopes(given.get("scope")).map(|scopes| ("scope".to_owned(), scopes.into())));
    Ok(standard)
}

/// JSON, or a form as GitHub sends it to those who do not ask for JSON. Empty when it is neither.
fn document(answer: &Answer) -> Map<String, Value> {
    if answer.is_form {
        return url::form_urlencoded::parse(&answer.body)
            .map(|(name, value)| (name.into_owned(), value.into_owned().into()))
            .collect();
    }
    serde_json::from_slice(&answer.body).unwrap_or_default()
}

fn text<'a>(document: &'a Map<String, Value>, name: &str) -> Option<&'a str> {
    document.get(name)?.as_str().filter(|text| !text.is_empty())
}

/// A number, also one with a fraction or written as text. Nothing and less mean that the provider does not tell.
fn seconds(value: Option<&Value>) -> Option<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "a fraction of a second is nothing to an expiry")]
    let seconds = match value? {
        Value::Number(number) => number.as_i64().or_else(|| number.as_f64().map(|seconds| seconds as i64))?,
        Value::String(text) => text.trim().parse().ok()?,
        _ => return None,
    };
    (seconds > 0).then_some(seconds.min(LONGEST_LIFE_SECONDS))
}

/// A list, or text with spaces or commas, as one text with spaces.
fn scopes(value: Option<&Value>) -> Option<String> {
    let words: Vec<&str> = match value? {
        Value::String(text) => split(text).collect(),
        Value::Array(items) => items.iter().filter_map(Value::as_str).flat_map(split).collect(),
        _ => Vec::new(),
    };
    (!words.is_empty()).then(|| words.join(" "))
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', ',', '\t', '\n', '\r']).filter(|word| !word.is_empty())
}

/// A hundred years: an instant that far away can still be computed.
const LONGEST_LIFE_SECONDS: i64 = 100 * 365 * 24 * 60 * 60;

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(status: u16, is_form: bool, body: &str) -> Result<Value, ProviderError> {
        let answer = Answer { status, is_form, body: body.as_bytes().to_vec() };
        standard(&Failures::of("test"), &answer).map(Value::Object)
    }

    #[test]
    fn an_answer_of_any_habit_becomes_the_standards() {
        let cases = [
            (
                false,
                r#"{"access_token":"a","token_type":"Bearer","expires_in":3600,"scope":"x y"}"#,
                json!({"access_token":"a","token_type":"Bearer","expires_in":3600,"scope":"x y"}),
            ),
            (
                false,
                r#"{"access_token":"a","expires_in":"3600","scope":"x,y","refresh_token":"","id_token":null}"#,
                json!({"access_token":"a","token_type":"bearer","expires_in":3600,"scope":"x y"}),
            ),
            (
                false,
                r#"{"access_token":"a","expires_in":0,"scope":["x","y"],"refresh_token":"r","refresh_token_expires_in":1e300}"#,
                json!({"access_token":"a","token_type":"bearer","refresh_token":"r",
                    "refresh_token_expires_in":LONGEST_LIFE_SECONDS,"scope":"x y"}),
            ),
            (
                true,
                "access_token=a&scope=repo%2Cuser&token_type=bearer",
                json!({"access_token":"a","token_type":"bearer","scope":"repo user"}),
            ),
        ];
        for (is_form, body, wanted) in cases {
            assert_eq!(read(200, is_form, body).unwrap(), wanted, "{body}");
        }
    }

    #[test]
    fn a_refusal_is_one_whatever_its_status() {
        for (status, is_form, body) in [
            (400, false, r#"{"error":"invalid_grant","error_description":"secret"}"#),
            (200, false, r#"{"error":"invalid_grant"}"#),
            (200, true, "error=invalid_grant&error_description=secret"),
        ] {
            let error = read(status, is_form, body).unwrap_err();
            assert!(
                matches!(&error, ProviderError::Refused { reason, .. } if reason == "invalid_grant"),
                "{error}"
            );
        }
    }

    #[test]
    fn what_is_no_answer_is_not_repeated() {
        for (status, body) in
            [(200, "<html>token</html>"), (200, "[]"), (200, "{}"), (302, ""), (503, "token")]
        {
            let error = read(status, false, body).unwrap_err();
            assert!(matches!(error, ProviderError::InvalidAnswer { .. }), "{error}");
            assert!(!error.to_string().contains("html"));
        }
        let error = read(401, false, r#"{"error":"https://evil.example/?token=x"}"#).unwrap_err();
        assert!(!error.to_string().contains("evil"), "{error}");
    }
}
