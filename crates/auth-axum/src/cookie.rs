//! Better Auth's cookies: names, attributes, reading and writing.

use auth_core::Auth;
use auth_core::config::SameSite;
use auth_core::domain::SessionToken;
use auth_core::token::{URI_COMPONENT, signed};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use percent_encoding::{percent_decode_str, utf8_percent_encode};

/// The session's token of a request; `None` when there is no cookie or its signature is wrong.
pub(crate) fn session_token(auth: &Auth, headers: &HeaderMap) -> Option<SessionToken> {
    read_signed(auth, headers, SESSION_TOKEN, SessionToken::parse)
}

/// Whether the session's owner did not ask to be remembered.
pub(crate) fn dont_remember(auth: &Auth, headers: &HeaderMap) -> bool {
    read_signed(auth, headers, DONT_REMEMBER, |value| (value == "true").then_some(())).is_some()
}

/// Hands a session's token to the browser; with `remember_me` it outlives the browser.
pub(crate) fn set_session(
    auth: &Auth,
    token: &SessionToken,
    remember_me: bool,
) -> Vec<(HeaderName, HeaderValue)> {
    let age = auth.session_config().expires_in.whole_seconds();
    let mut cookies = vec![signed_cookie(auth, SESSION_TOKEN, token.expose(), remember_me.then_some(age))];
    if !remember_me {
        cookies.push(signed_cookie(auth, DONT_REMEMBER, "true", None));
    }
    cookies
}

/// Takes every cookie of a session away.
pub(crate) fn expire_session(auth: &Auth) -> Vec<(HeaderName, HeaderValue)> {
    [SESSION_TOKEN, SESSION_DATA, DONT_REMEMBER].map(|name| cookie(auth, name, "", Some(0))).into()
}

/// Binds a sign-in at a provider to the browser.
pub(crate) fn set_state(auth: &Auth, state: &str) -> (HeaderName, HeaderValue) {
    signed_cookie(auth, STATE, state, Some(STATE_AGE))
}

/// The state that a browser was given.
pub(crate) fn state(auth: &Auth, headers: &HeaderMap) -> Option<String> {
    read_signed(auth, headers, STATE, |value| Some(value.to_owned()))
}

/// Takes the state away.
pub(crate) fn expire_state(auth: &Auth) -> (HeaderName, HeaderValue) {
    cookie(auth, STATE, "", Some(0))
}

/// What is made of the value of a cookie whose signature is right.
fn read_signed<T>(
    auth: &Auth,
    headers: &HeaderMap,
    name: &str,
    read: impl FnOnce(&str) -> Option<T>,
) -> Option<T> {
    let raw = find(headers, |candidate| is_named(auth, candidate, name))?;
    let decoded = percent_decode_str(raw).decode_utf8().ok()?;
    read(signed::verify(auth.secrets(), &decoded)?)
}

/// Whether a cookie has the full name of ours.
fn is_named(auth: &Auth, candidate: &str, name: &str) -> bool {
    let rest = if is_secure(auth) { candidate.strip_prefix("__Secure-") } else { Some(candidate) };
    let rest = rest.and_then(|rest| rest.strip_prefix(auth.http_config().cookies.prefix.as_str()));
    rest.and_then(|rest| rest.strip_prefix('.')) == Some(name)
}

/// The first cookie of a name; quotation marks around the value are not part of it.
fn find(headers: &HeaderMap, is_named: impl Fn(&str) -> bool) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        // A cookie of another script may hold any bytes: each pair is read on its own.
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| std::str::from_utf8(pair).ok()?.trim().split_once('='))
        .find(|(candidate, _)| is_named(candidate.trim()))
        .map(|(_, value)| value.trim().trim_matches('"'))
}

fn signed_cookie(auth: &Auth, name: &str, value: &str, age: Option<i64>) -> (HeaderName, HeaderValue) {
    cookie(auth, name, &signed::sign(auth.secrets(), value), age)
}

fn cookie(auth: &Auth, name: &str, value: &str, age: Option<i64>) -> (HeaderName, HeaderValue) {
    let config = &auth.http_config().cookies;
    let name = full_name(auth, name);
    let value = utf8_percent_encode(value, URI_COMPONENT);
    let age = age.map_or_else(String::new, |age| format!("; Max-Age={age}"));
    let domain =
        config.cross_subdomain.as_ref().map_or_else(String::new, |domain| format!("; Domain={domain}"));
    let same_site = match config.same_site {
        SameSite::Strict => "Strict",
        SameSite::Lax => "Lax",
        SameSite::None => "None",
    };
    // Browsers refuse the one without the other.
    let secure = if is_secure(auth) || config.same_site == SameSite::None { "; Secure" } else { "" };
    let text = format!("{name}={value}{age}{domain}; Path=/; HttpOnly{secure}; SameSite={same_site}");
    // A prefix or domain that is no text for a header gives no cookie rather than a wrong one.
    (header::SET_COOKIE, HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("")))
}

fn full_name(auth: &Auth, name: &str) -> String {
    let prefix = if is_secure(auth) { "__Secure-" } else { "" };
    format!("{prefix}{}.{name}", auth.http_config().cookies.prefix)
}

fn is_secure(auth: &Auth) -> bool {
    auth.http_config().cookies.secure.unwrap_or_else(|| auth.base_url().scheme() == "https")
}

const SESSION_TOKEN: &str = "session_token";
const SESSION_DATA: &str = "session_data";
const DONT_REMEMBER: &str = "dont_remember";
const STATE: &str = "state";
const STATE_AGE: i64 = 300;
