//! The origin check: pages of other origins must not act with the browser's cookies, nor sign it in, nor send it elsewhere.

use auth_core::{Auth, ErrorCode};
use axum::http::{HeaderMap, Method, StatusCode, header};
use url::Url;

use crate::error::HttpError;

/// Checks a request before anything of it is read.
///
/// # Errors
///
/// 403 `MISSING_OR_NULL_ORIGIN`, `INVALID_ORIGIN` or `CROSS_SITE_NAVIGATION_LOGIN_BLOCKED`.
pub(crate) fn check(auth: &Auth, method: &Method, path: &str, headers: &HeaderMap) -> Result<(), HttpError> {
    let reads = matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS);
    // What a provider posts is sent on to the path that reads it; nothing is done with it.
    if reads || path.starts_with("/callback/") {
        return Ok(());
    }
    if headers.contains_key(header::COOKIE) {
        return require_trusted(auth, headers);
    }
    // Only a browser sends cookies by itself, so only a request with cookies must name its origin. Without, a forged request
    // can still sign the browser in as somebody else, or out.
    if SIGNS_IN.contains(&path) { check_sign_in(auth, headers) } else { Ok(()) }
}

fn check_sign_in(auth: &Auth, headers: &HeaderMap) -> Result<(), HttpError> {
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
/// 403 with the code.
pub(crate) fn check_redirect(auth: &Auth, url: Option<&str>, code: ErrorCode) -> Result<(), HttpError> {
    let Some(url) = url else {
        return Ok(());
    };
    let trusted = if url.starts_with('/') { is_own_path(auth, url) } else { is_trusted(auth, url) };
    if trusted { Ok(()) } else { Err(forbidden(code)) }
}

/// Checks a `callbackURL`; an empty one is none.
///
/// # Errors
///
/// 403 `INVALID_CALLBACK_URL`.
pub(crate) fn check_callback_url(auth: &Auth, url: Option<&str>) -> Result<(), HttpError> {
    check_redirect(auth, url.filter(|url| !url.is_empty()), ErrorCode::InvalidCallbackUrl)
}

fn require_trusted(auth: &Auth, headers: &HeaderMap) -> Result<(), HttpError> {
    let value = headers.get(header::ORIGIN).or_else(|| headers.get(header::REFERER));
    let value = value.and_then(|value| value.to_str().ok()).unwrap_or_default();
    // A page that hides where it is says `null`; that it is of this very origin is said by a header that no page can write.
    let same_origin = headers.get("sec-fetch-site").is_some_and(|site| site == "same-origin");
    if value == "null" && same_origin && is_own_host(auth, headers) {
        return Ok(());
    }
    if value.is_empty() || value == "null" {
        return Err(forbidden(ErrorCode::MissingOrNullOrigin));
    }
    if is_trusted(auth, value) { Ok(()) } else { Err(forbidden(ErrorCode::InvalidOrigin)) }
}

/// Whether a request asks for the host of the base URL.
fn is_own_host(auth: &Auth, headers: &HeaderMap) -> bool {
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let url = Url::parse(&format!("{}://{host}", auth.base_url().scheme()));
    url.is_ok_and(|url| url.origin() == auth.base_url().origin())
}

fn is_trusted(auth: &Auth, url: &str) -> bool {
    // A browser would read past what a parser takes offence at.
    if url.chars().any(|letter| letter.is_control() || letter == '\\') {
        return false;
    }
    let Ok(url) = Url::parse(url) else {
        return false;
    };
    // The origin of `blob:https://…` is that of the address inside of it.
    let own = url.scheme() == auth.base_url().scheme() && url.origin() == auth.base_url().origin();
    own || auth.trusted_origins().iter().any(|trusted| trusted.trusts(&url))
}

/// Whether a path stays on this server however a browser reads it.
fn is_own_path(auth: &Auth, path: &str) -> bool {
    let before_query = path.split(['?', '#']).next().unwrap_or_default().to_ascii_lowercase();
    !path.starts_with("//")
        && !path.contains('\\')
        && !path.chars().any(char::is_control)
        && !before_query.contains("%2f")
        && !before_query.contains("%5c")
        && auth
            .base_url()
            .join(path)
            .is_ok_and(|url| url.origin() == auth.base_url().origin() && !url.path().starts_with("//"))
}

fn forbidden(code: ErrorCode) -> HttpError {
    HttpError::new(StatusCode::FORBIDDEN, code)
}

/// Paths whose answers set cookies without needing any. A sign-out by a foreign page is a nuisance, too.
const SIGNS_IN: [&str; 4] = ["/sign-in/email", "/sign-up/email", "/sign-in/social", "/sign-out"];
