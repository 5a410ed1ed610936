//! Requests to a provider: no redirect is followed, time and size are bounded.

use std::sync::Arc;
use std::time::Duration;

use auth_core::domain::Secret;
use auth_core::provider::ProviderError;
use reqwest::header::{ACCEPT, CONTENT_TYPE};
use reqwest::{Client, Request, Response, redirect};
use rustls::{ClientConfig, RootCertStore, crypto::ring};
use serde_json::{Map, Value};
use url::Url;

use crate::failure::Failures;

/// Speaks to one provider.
#[derive(Debug)]
pub(crate) struct Http {
    client: Client,
    failures: Failures,
}

/// What came back.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) is_form: bool,
    pub(crate) body: Vec<u8>,
}

impl Http {
    pub(crate) fn new(failures: Failures, timeout: Duration) -> Result<Self, ProviderError> {
        // A redirect would carry a code or a secret to an address that nobody configured, and the environment's proxy
        // is not ours to read.
        let client = Client::builder()
            .tls_backend_preconfigured(tls(&failures)?)
            .redirect(redirect::Policy::none())
            .no_proxy()
            .connect_timeout(timeout.min(CONNECT_TIMEOUT))
            .timeout(timeout)
            .user_agent(concat!("auth-oauth/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(|_| failures.settings("no HTTP client can be made"))?;
        Ok(Self { client, failures })
    }

    /// Sends a request and reads the whole answer, whatever its status.
    pub(crate) async fn send(&self, request: Request) -> Result<Answer, ProviderError> {
        let response = self.client.execute(request).await.map_err(|error| self.not_reached(&error))?;
        let is_form = response
            .headers()
            .get(CONTENT_TYPE)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|value| value.starts_with("application/x-www-form-urlencoded"));
        let status = response.status().as_u16();
        Ok(Answer { status, is_form, body: self.body(response).await? })
    }

    /// Gets a JSON document, with a token if there is one.
    pub(crate) async fn json(&self, url: &Url, bearer: Option<&Secret>) -> Result<Value, ProviderError> {
        let mut request = self.client.get(url.clone()).header(ACCEPT, "application/json");
        if let Some(token) = bearer {
            request = request.bearer_auth(token.expose());
        }
        let request = request
            .build()
            .map_err(|_| self.failures.invalid_answer("the token cannot be sent as a header"))?;
        let answer = self.send(request).await?;
        check_status(&self.failures, answer.status)?;
        serde_json::from_slice(&answer.body).map_err(|_| self.failures.invalid_answer("not JSON"))
    }

    /// Gets a JSON object.
    pub(crate) async fn object(
        &self,
        url: &Url,
        bearer: Option<&Secret>,
    ) -> Result<Map<String, Value>, ProviderError> {
        match self.json(url, bearer).await? {
            Value::Object(object) => Ok(object),
            _ => Err(self.failures.invalid_answer("not a JSON object")),
        }
    }

    async fn body(&self, mut response: Response) -> Result<Vec<u8>, ProviderError> {
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| self.not_reached(&error))? {
            if body.len() + chunk.len() > LARGEST_ANSWER_BYTES {
                return Err(self.failures.invalid_answer("longer than 1 MiB"));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(body)
    }

    /// The client's own words would hold the address.
    fn not_reached(&self, error: &reqwest::Error) -> ProviderError {
        self.failures.unreachable(if error.is_timeout() {
            "no answer in time"
        } else if error.is_connect() {
            "no connection"
        } else {
            "the connection broke"
        })
    }
}

/// Whether an answer is one: 2xx. 4xx is a refusal; anything else, a redirect too, is no answer.
pub(crate) fn check_status(failures: &Failures, status: u16) -> Result<(), ProviderError> {
    match status {
        200..=299 => Ok(()),
        400..=499 => Err(failures.refused(&format!("status {status}"))),
        _ => Err(failures.invalid_answer(format!("status {status}"))),
    }
}

/// The roots are Mozilla's, compiled in: the same on every machine, also in an empty container.
fn tls(failures: &Failures) -> Result<ClientConfig, ProviderError> {
    let roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(|_| failures.settings("no TLS can be made"))?;
    Ok(config.with_root_certificates(roots).with_no_client_auth())
}

/// Bounds the whole of a request.
pub(crate) const TIMEOUT: Duration = Duration::from_secs(10);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const LARGEST_ANSWER_BYTES: usize = 1024 * 1024;
