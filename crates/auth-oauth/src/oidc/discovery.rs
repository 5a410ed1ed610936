//! Where the endpoints of an issuer are: configured, or told by its discovery document.

use std::sync::OnceLock;

use auth_core::provider::ProviderError;
use serde_json::{Map, Value};
use url::Url;

use super::turn::Turn;
use crate::endpoint::endpoint;
use crate::failure::Failures;
use crate::http::Http;
use crate::profile::text;

/// The endpoints of an issuer.
#[derive(Debug, Clone)]
pub(super) struct Endpoints {
    pub(super) issuer: String,
    pub(super) authorization: Url,
    pub(super) token: Url,
    pub(super) jwks: Url,
    pub(super) userinfo: Option<Url>,
    /// Whether the issuer names itself beside each code (RFC 9207).
    pub(super) tells_issuer: bool,
}

/// What is configured; it goes before what the document says.
#[derive(Debug, Clone, Default)]
pub(super) struct GivenEndpoints {
    pub(super) issuer: Option<String>,
    pub(super) authorization: Option<Url>,
    pub(super) token: Option<Url>,
    pub(super) jwks: Option<Url>,
    pub(super) userinfo: Option<Url>,
}

/// Finds the endpoints once and keeps them. A failure is not kept: the next use asks again.
#[derive(Debug)]
pub(super) struct Discovery {
    url: Option<Url>,
    given: GivenEndpoints,
    allow_plain_http: bool,
    found: OnceLock<Endpoints>,
    turn: Turn,
    failures: Failures,
}

impl Discovery {
    pub(super) fn new(
        failures: Failures,
        url: Option<Url>,
        given: GivenEndpoints,
        allow_plain_http: bool,
    ) -> Result<Self, ProviderError> {
        let found = OnceLock::new();
        if url.is_none() {
            // Nothing will ever be asked: what is missing is missing now.
            let endpoints = merge(&failures, &given, &Map::new(), allow_plain_http)?;
            found.set(endpoints).ok();
        }
        Ok(Self { url, given, allow_plain_http, found, turn: Turn::default(), failures })
    }

    /// The endpoints. Of many callers at once, one asks and the others wait for it.
    pub(super) async fn endpoints(&self, http: &Http) -> Result<&Endpoints, ProviderError> {
        if let Some(found) = self.found.get() {
            return Ok(found);
        }
        let turn = self.turn.take().await;
        if let Some(found) = self.found.get() {
            return Ok(found);
        }
        if turn.has_waited {
            return Err(self.failures.unreachable("its discovery document could not be had"));
        }
        let answer = self.ask(http).await;
        let found = answer.map(|endpoints| self.found.get_or_init(|| endpoints));
        turn.end();
        found
    }

    async fn ask(&self, http: &Http) -> Result<Endpoints, ProviderError> {
        let url = self.url.as_ref().ok_or_else(|| self.failures.settings("there is no discovery URL"))?;
        let document = http.object(url, None).await?;
        let issuer = text(&document, "issuer").unwrap_or_default();
        // A document that speaks of another issuer would let one issuer vouch for the people of another.
        let as_configured = match &self.given.issuer {
            Some(expected) => *expected == issuer,
            None => issuer.trim_end_matches('/') == base(url),
        };
        if !as_configured {
            return Err(self.failures.invalid_answer("the discovery document is of another issuer"));
        }
        merge(&self.failures, &self.given, &document, self.allow_plain_http)
    }
}

/// The issuer that a discovery URL belongs to.
fn base(url: &Url) -> &str {
    url.as_str().strip_suffix(WELL_KNOWN).unwrap_or_default()
}

fn merge(
    failures: &Failures,
    given: &GivenEndpoints,
    document: &Map<String, Value>,
    allow_plain_http: bool,
) -> Result<Endpoints, ProviderError> {
    let optional = |known: &Option<Url>, name: &str| match (known, text(document, name)) {
        (Some(url), _) => Ok(Some(url.clone())),
        (None, Some(told)) => endpoint(failures, name, &told, allow_plain_http).map(Some),
        (None, None) => Ok(None),
    };
    let required = |known: &Option<Url>, name: &str| {
        optional(known, name)?.ok_or_else(|| failures.settings(format!("there is no {name}")))
    };
    let issuer = given.issuer.clone().or_else(|| text(document, "issuer"));
    Ok(Endpoints {
        issuer: issuer.ok_or_else(|| failures.settings("there is no issuer"))?,
        authorization: required(&given.authorization, "authorization_endpoint")?,
        token: required(&given.token, "token_endpoint")?,
        jwks: required(&given.jwks, "jwks_uri")?,
        userinfo: optional(&given.userinfo, "userinfo_endpoint")?,
        tells_issuer: document.get(TELLS_ISSUER) == Some(&Value::Bool(true)),
    })
}

const WELL_KNOWN: &str = "/.well-known/openid-configuration";
const TELLS_ISSUER: &str = "authorization_response_iss_parameter_supported";
