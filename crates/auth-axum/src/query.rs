//! Reads the query of a request, and writes those of redirects.

use axum::http::Uri;
use url::form_urlencoded;

use crate::error::HttpError;

/// The parameters of a request; the first of a name counts.
#[derive(Debug)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    pub(crate) fn of(uri: &Uri) -> Self {
        let pairs = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
        Self(pairs.into_owned().collect())
    }

    /// A parameter, if it is there.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// A parameter that is there and not empty: what JavaScript takes for true.
    pub(crate) fn given(&self, name: &str) -> Option<&str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// A required parameter.
    ///
    /// # Errors
    ///
    /// 400 `VALIDATION_ERROR`.
    pub(crate) fn require(&self, name: &str) -> Result<&str, HttpError> {
        let missing = format!("[query.{name}] Invalid input: expected string, received undefined");
        self.get(name).ok_or_else(|| HttpError::validation(missing))
    }

    /// Whether another parameter is there than these.
    pub(crate) fn has_others_than(&self, names: &[&str]) -> bool {
        self.0.iter().any(|(key, _)| !names.contains(&key.as_str()))
    }
}

/// An address with more parameters.
pub(crate) fn with_parameters(url: &str, parameters: &[(&str, &str)]) -> String {
    let (before, fragment) = url.split_once('#').map_or((url, None), |(before, rest)| (before, Some(rest)));
    let written = form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    let separator = if before.contains('?') { '&' } else { '?' };
    let fragment = fragment.map_or_else(String::new, |fragment| format!("#{fragment}"));
    format!("{before}{separator}{written}{fragment}")
}
