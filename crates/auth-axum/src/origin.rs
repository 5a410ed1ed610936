//! The origin check: pages of other origins must not act with the browser's cookies, nor sign it in.

use auth_core::{Auth, ErrorCode};
use axum::http::{HeaderMap, StatusCode, header};
use url::{Host, Url};

use crate::error::HttpError;

/// Checks a request that changes something. Only a browser sends cookies by itself, so only a request with
/// cookies must name its origin.
///
/// # Errors
///
/// 403 `MISSING_OR_NULL_ORIGIN` or `INVALID_ORIGIN`.
pub(crate) fn check(auth: &Auth, headers: &HeaderMap) -> Result<(), HttpError> {
    if headers.contains_key(header::COOKIE) { require_trusted(auth, headers) } else { Ok(()) }
}

/// Checks a request that signs in: a forged one would sign the browser in as somebody else, without needing
/// a cookie.
///
/// # Errors
///
/// As [`check`], and 403 `CROSS_SITE_NAVIGATION_LOGIN_BLOCKED`.
pub(crate) fn check_sign_in(auth: &Auth, headers: &HeaderMap) -> Result<(), HttpError> {
    if headers.contains_key(header::COOKIE) {
        return require_trusted(auth, headers);
    }
    let is = |name: &str, value: &str| headers.get(name).is_some_and(|found| found == value);
    if ["sec-fetch-site", "sec-fetch-mode", "sec-fetch-dest"].iter().any(|name| headers.contains_key(*name)) {
        if is("sec-fetch-site", "cross-site") && is("sec-fetch-mode", "navigate") {
            return Err(forbidden(ErrorCode::CrossSiteNavigationLoginBlocked));
        }
        return require_trusted(auth, headers);
    }
    if headers.contains_key(header::ORIGIN) || headers.contains_key(header::REFERER) {
        return require_trusted(auth, headers);
    }
    Ok(())
}

/// Checks an address that a client asks to be sent to: a path of ours, or a URL of a trusted origin.
///
/// # Errors
///
/// 403 `INVALID_CALLBACK_URL`.
pub(crate) fn check_callback_url(auth: &Auth, url: &str) -> Result<(), HttpError> {
    let trusted = if url.starts_with('/') { is_own_path(auth, url) } else { is_trusted(auth, url) };
    if trusted { Ok(()) } else { Err(forbidden(ErrorCode::InvalidCallbackUrl)) }
}

fn require_trusted(auth: &Auth, headers: &HeaderMap) -> Result<(), HttpError> {
    let value = headers.get(header::ORIGIN).or_else(|| headers.get(header::REFERER));
    let value = value.and_then(|value| value.to_str().ok()).unwrap_or_default();
    if value.is_empty() || value == "null" {
        return Err(forbidden(ErrorCode::MissingOrNullOrigin));
    }
    if is_trusted(auth, value) { Ok(()) } else { Err(forbidden(ErrorCode::InvalidOrigin)) }
}

fn is_trusted(auth: &Auth, url: &str) -> bool {
    let Ok(url) = Url::parse(url) else {
        return false;
    };
    let origin = url.origin();
    origin.is_tuple()
        && (origin == auth.base_url().origin()
            || is_same_loopback(auth.base_url(), &url)
            || auth.trusted_origins().iter().any(|trusted| *trusted == origin.ascii_serialization()))
}

/// A server on this machine is reached as `localhost`, `127.0.0.1` and `[::1]`: one port is one server.
fn is_same_loopback(base: &Url, url: &Url) -> bool {
    let is_loopback = |url: &Url| match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    is_loopback(base)
        && is_loopback(url)
        && base.scheme() == url.scheme()
        && base.port_or_known_default() == url.port_or_known_default()
}

/// Whether a path stays on this server however a browser reads it.
fn is_own_path(auth: &Auth, path: &str) -> bool {
    let before_query = path.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    !path.starts_with("//")
        && !path.contains('\\')
        && !path.chars().any(char::is_control)
        && !before_query.contains("%2f")
        && !before_query.contains("%5c")
        && auth.base_url().join(path).is_ok_and(|url| url.origin() == auth.base_url().origin())
}

fn forbidden(code: ErrorCode) -> HttpError {
    HttpError::new(StatusCode::FORBIDDEN, code)
}
