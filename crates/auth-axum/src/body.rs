//! Reads request bodies as Better Auth does, with its messages for what does not fit.

use std::collections::HashSet;

use auth_core::{Auth, ErrorCode};
use axum::body::{Bytes, to_bytes};
use axum::extract::Request;
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode, header};
use serde_json::{Map, Value};

use crate::error::HttpError;

/// The fields of a body, and what was found wrong with them so far.
#[derive(Debug)]
pub(crate) struct Fields {
    values: Map<String, Value>,
    problems: Vec<String>,
    /// Names of fields that were reported already.
    reported: HashSet<String>,
    /// Where they stand: `body`, `body.idToken`.
    place: String,
}

/// Which media types an endpoint takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Media {
    Json,
    JsonOrForm,
}

impl Fields {
    /// Reads a request whose body is an object.
    ///
    /// # Errors
    ///
    /// 413 when the body is larger than the configuration allows, 415 for another media type, 400 for what is no JSON object.
    pub(crate) async fn read(
        auth: &Auth,
        request: Request,
        media: Media,
    ) -> Result<(Parts, Self), HttpError> {
        match Self::read_optional(auth, request, media).await? {
            (parts, Some(fields)) => Ok((parts, fields)),
            (_, None) => Err(not_an_object(None)),
        }
    }

    /// The same where the body may be missing.
    pub(crate) async fn read_optional(
        auth: &Auth,
        request: Request,
        media: Media,
    ) -> Result<(Parts, Option<Self>), HttpError> {
        let (parts, body) = request.into_parts();
        let too_large = |_| HttpError::new(StatusCode::PAYLOAD_TOO_LARGE, ErrorCode::PayloadTooLarge);
        let bytes = to_bytes(body, auth.http_config().max_body_size).await.map_err(too_large)?;
        if bytes.is_empty() {
            return Ok((parts, None));
        }
        match parse(&parts.headers, &bytes, media)? {
            Value::Object(values) => Ok((parts, Some(Self::new(values, "body".to_owned())))),
            other => Err(not_an_object(Some(&other))),
        }
    }

    fn new(values: Map<String, Value>, place: String) -> Self {
        Self { values, problems: Vec::new(), reported: HashSet::new(), place }
    }

    /// What no other reading has taken: additional fields.
    pub(crate) fn rest(&mut self) -> Map<String, Value> {
        std::mem::take(&mut self.values)
    }

    /// A required text; empty when it is missing, which [`Fields::finish`] reports.
    pub(crate) fn text(&mut self, name: &str) -> String {
        match self.values.remove(name) {
            Some(Value::String(text)) => self.without_nul(name, text),
            other => {
                self.expected(name, "string", other.as_ref());
                String::new()
            }
        }
    }

    /// A text that may be missing.
    pub(crate) fn optional_text(&mut self, name: &str) -> Option<String> {
        match self.values.remove(name) {
            None => None,
            Some(Value::String(text)) => Some(self.without_nul(name, text)),
            other => {
                self.expected(name, "string", other.as_ref());
                None
            }
        }
    }

    /// No engine stores such a character as text.
    fn without_nul(&mut self, name: &str, text: String) -> String {
        if text.contains('\0') {
            self.problem(name, "Invalid input: must not contain a NUL character");
        }
        text
    }

    /// An address that may be missing; an empty one is none.
    pub(crate) fn optional_url(&mut self, name: &str) -> Option<String> {
        self.optional_text(name).filter(|url| !url.is_empty())
    }

    /// A text or null that may be missing.
    #[expect(clippy::option_option, reason = "missing and null are not the same here")]
    pub(crate) fn optional_nullable_text(&mut self, name: &str) -> Option<Option<String>> {
        match self.values.get(name) {
            Some(Value::Null) => {
                self.values.remove(name);
                Some(None)
            }
            _ => self.optional_text(name).map(Some),
        }
    }

    /// Whether a field is there and not what JavaScript takes for nothing.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.values.get(name).is_some_and(|value| {
            !matches!(value, Value::Null | Value::Bool(false)) && value.as_str() != Some("") && *value != 0
        })
    }

    /// A truth value that may be missing.
    pub(crate) fn optional_bool(&mut self, name: &str) -> Option<bool> {
        match self.values.remove(name) {
            None => None,
            Some(Value::Bool(truth)) => Some(truth),
            other => {
                self.expected(name, "boolean", other.as_ref());
                None
            }
        }
    }

    /// A number that may be missing.
    pub(crate) fn optional_number(&mut self, name: &str) -> Option<f64> {
        match self.values.remove(name) {
            None => None,
            Some(Value::Number(number)) => number.as_f64(),
            other => {
                self.expected(name, "number", other.as_ref());
                None
            }
        }
    }

    /// Texts, [`MOST_ITEMS`] at most; none when the field is missing.
    pub(crate) fn texts(&mut self, name: &str) -> Vec<String> {
        match self.values.remove(name) {
            None => Vec::new(),
            Some(Value::Array(items)) if items.len() > MOST_ITEMS => {
                self.problem(name, &format!("Too big: expected array to have <={MOST_ITEMS} items"));
                Vec::new()
            }
            Some(Value::Array(items)) => {
                let mut texts = Vec::with_capacity(items.len());
                for (position, item) in items.into_iter().enumerate() {
                    match item {
                        Value::String(text) => texts.push(text),
                        other => self.expected(&format!("{name}.{position}"), "string", Some(&other)),
                    }
                }
                texts
            }
            other => {
                self.expected(name, "array", other.as_ref());
                Vec::new()
            }
        }
    }

    /// An object of any shape and of a bounded size; an empty one when the field is missing.
    pub(crate) fn small_object(&mut self, name: &str) -> Map<String, Value> {
        let object = self.object(name);
        if Value::Object(object.clone()).to_string().len() > LARGEST_OBJECT {
            self.problem(name, &format!("Too big: expected object to have <={LARGEST_OBJECT} bytes"));
        }
        object
    }

    /// An object of any shape; an empty one when the field is missing.
    fn object(&mut self, name: &str) -> Map<String, Value> {
        match self.values.remove(name) {
            None => Map::new(),
            Some(Value::Object(fields)) => fields,
            other => {
                self.expected(name, "object", other.as_ref());
                Map::new()
            }
        }
    }

    /// An object whose values are texts; an empty one when the field is missing.
    pub(crate) fn text_pairs(&mut self, name: &str) -> Vec<(String, String)> {
        let mut pairs = Vec::new();
        let given = self.object(name);
        if given.len() > MOST_ITEMS {
            self.problem(name, &format!("Too big: expected object to have <={MOST_ITEMS} keys"));
            return pairs;
        }
        for (key, value) in given {
            match value {
                Value::String(text) => pairs.push((key, text)),
                other => self.expected(&format!("{name}.{key}"), "string", Some(&other)),
            }
        }
        pairs
    }

    /// The fields of an object that may be missing; to be given back to [`Fields::join`] when they have been read.
    pub(crate) fn part(&mut self, name: &str) -> Option<Self> {
        if !self.values.contains_key(name) {
            return None;
        }
        let place = format!("{}.{name}", self.place);
        Some(Self::new(self.object(name), place))
    }

    /// Takes over what was wrong with a part.
    pub(crate) fn join(&mut self, part: Self) {
        self.problems.extend(part.problems);
    }

    /// Notes a problem of a field that has the right type.
    pub(crate) fn problem(&mut self, name: &str, problem: &str) {
        // A field of the wrong type was reported already; and nobody reads an endless list.
        if self.problems.len() < MOST_PROBLEMS && self.reported.insert(name.to_owned()) {
            self.problems.push(format!("[{}.{name}] {problem}", self.place));
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

fn not_an_object(found: Option<&Value>) -> HttpError {
    HttpError::validation(format!("[body] Invalid input: expected object, received {}", kind(found)))
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

const MOST_PROBLEMS: usize = 20;
const MOST_ITEMS: usize = 64;
const LARGEST_OBJECT: usize = 4096;
