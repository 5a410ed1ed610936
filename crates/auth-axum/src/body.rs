//! Reads request bodies as Better Auth does, with its messages for what does not fit.

use auth_core::ErrorCode;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value};

use crate::error::HttpError;

/// The fields of a body, and what was found wrong with them so far.
#[derive(Debug)]
pub(crate) struct Fields {
    fields: Map<String, Value>,
    problems: Vec<String>,
}

/// Which media types an endpoint takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Media {
    Json,
    JsonOrForm,
}

impl Fields {
    /// Reads a body.
    ///
    /// # Errors
    ///
    /// 413 when it is larger than 256 KiB, 415 for another media type, 400 for what is no JSON object.
    pub(crate) async fn read(headers: &HeaderMap, body: Body, media: Media) -> Result<Self, HttpError> {
        let too_large = |_| HttpError::new(StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::PayloadTooLarge);
        let bytes = to_bytes(body, LARGEST_BODY).await.map_err(too_large)?;
        let value = if bytes.is_empty() { None } else { Some(parse(headers, &bytes, media)?) };
        match value {
            Some(Value::Object(fields)) => Ok(Self { fields, problems: Vec::new() }),
            other => Err(HttpError::validation(format!(
                "[body] Invalid input: expected object, received {}",
                kind(other.as_ref())
            ))),
        }
    }

    /// What no other reading has taken: additional fields.
    pub(crate) fn rest(&mut self) -> Map<String, Value> {
        std::mem::take(&mut self.fields)
    }

    /// A required text; empty when it is missing, which [`Fields::finish`] reports.
    pub(crate) fn text(&mut self, name: &str) -> String {
        match self.fields.remove(name) {
            Some(Value::String(text)) => text,
            other => {
                self.expected(name, "string", other.as_ref());
                String::new()
            }
        }
    }

    /// A text that may be missing.
    pub(crate) fn optional_text(&mut self, name: &str) -> Option<String> {
        match self.fields.remove(name) {
            None => None,
            Some(Value::String(text)) => Some(text),
            other => {
                self.expected(name, "string", other.as_ref());
                None
            }
        }
    }

    /// A text or null that may be missing.
    #[expect(clippy::option_option, reason = "missing and null are not the same here")]
    pub(crate) fn optional_nullable_text(&mut self, name: &str) -> Option<Option<String>> {
        match self.fields.get(name) {
            Some(Value::Null) => {
                self.fields.remove(name);
                Some(None)
            }
            _ => self.optional_text(name).map(Some),
        }
    }

    /// Whether a field is there and not what JavaScript takes for nothing.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.fields.get(name).is_some_and(|value| {
            !matches!(value, Value::Null | Value::Bool(false)) && value.as_str() != Some("") && *value != 0
        })
    }

    /// A truth value that may be missing.
    pub(crate) fn optional_bool(&mut self, name: &str) -> Option<bool> {
        match self.fields.remove(name) {
            None => None,
            Some(Value::Bool(truth)) => Some(truth),
            other => {
                self.expected(name, "boolean", other.as_ref());
                None
            }
        }
    }

    /// Notes a problem of a field that has the right type.
    pub(crate) fn problem(&mut self, name: &str, problem: &str) {
        // A field of the wrong type was reported already.
        if !self.problems.iter().any(|other| other.starts_with(&format!("[body.{name}]"))) {
            self.problems.push(format!("[body.{name}] {problem}"));
        }
    }

    /// Ends reading.
    ///
    /// # Errors
    ///
    /// 400 `VALIDATION_ERROR` with every problem.
    pub(crate) fn finish(self) -> Result<(), HttpError> {
        if self.problems.is_empty() { Ok(()) } else { Err(HttpError::validation(self.problems.join("; "))) }
    }

    fn expected(&mut self, name: &str, expected: &str, found: Option<&Value>) {
        self.problem(name, &format!("Invalid input: expected {expected}, received {}", kind(found)));
    }
}

fn parse(headers: &HeaderMap, bytes: &Bytes, media: Media) -> Result<Value, HttpError> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = content_type.unwrap_or_default().split(';').next().unwrap_or_default().trim();
    if essence.eq_ignore_ascii_case("application/json") {
        return serde_json::from_slice(bytes)
            .map_err(|_| HttpError::bad_request("Invalid JSON in request body"));
    }
    if media == Media::JsonOrForm && essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        let pairs = url::form_urlencoded::parse(bytes);
        let fields = pairs.map(|(name, value)| (name.into_owned(), Value::String(value.into_owned())));
        return Ok(Value::Object(fields.collect()));
    }
    Err(HttpError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, ErrorCode::UnsupportedMediaType))
}

fn kind(value: Option<&Value>) -> &'static str {
    match value {
        None => "undefined",
        Some(Value::Null) => "null",
        Some(Value::Bool(_)) => "boolean",
        Some(Value::Number(_)) => "number",
        Some(Value::String(_)) => "string",
        Some(Value::Array(_)) => "array",
        Some(Value::Object(_)) => "object",
    }
}

const LARGEST_BODY: usize = 256 * 1024;
