//! One cookie: its name, its line in the answer, its value in a request.

use auth_core::Auth;
use auth_core::config::SameSite;
use auth_core::token::{URI_COMPONENT, signed};
use axum::http::{HeaderMap, HeaderName, HeaderValue, header};
use percent_encoding::{percent_decode_str, utf8_percent_encode};

/// What is made of the value of a cookie whose signature is right.
pub(super) fn read_signed<T>(
    auth: &Auth,
    headers: &HeaderMap,
    name: &str,
    read: impl FnOnce(&str) -> Option<T>,
) -> Option<T> {
    let raw = find(auth, headers, name)?;
    let decoded = percent_decode_str(raw).decode_utf8().ok()?;
    read(signed::verify(auth.secrets(), &decoded)?)
}

/// The value of the first cookie of ours with a name, as it stands in the request.
pub(super) fn find<'a>(auth: &'a Auth, headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    ours(auth, headers).find(|(candidate, _)| *candidate == name).map(|(_, value)| value)
}

/// The cookies that begin as ours do, with the rest of their names; quotation marks around a value are not part of it.
pub(super) fn ours<'a>(auth: &'a Auth, headers: &'a HeaderMap) -> impl Iterator<Item = (&'a str, &'a str)> {
    let secure = is_secure(auth);
    let prefix = auth.http_config().cookies.prefix.as_str();
    headers
        .get_all(header::COOKIE)
        .iter()
        // A cookie of another script may hold any bytes: each pair is read on its own.
        .flat_map(|line| line.as_bytes().split(|byte| *byte == b';'))
        .filter_map(|pair| std::str::from_utf8(pair).ok()?.trim().split_once('='))
        .filter_map(move |(name, value)| {
            let name = name.trim();
            let name = if secure { name.strip_prefix("__Secure-")? } else { name };
            let name = name.strip_prefix(prefix)?.strip_prefix('.')?;
            Some((name, value.trim().trim_matches('"')))
        })
}

pub(super) fn signed_cookie(
    auth: &Auth,
    name: &str,
    value: &str,
    age: Option<i64>,
) -> (HeaderName, HeaderValue) {
    cookie(auth, name, &signed::sign(auth.secrets(), value), age)
}

/// A cookie that takes one away.
pub(super) fn expired(auth: &Auth, name: &str) -> (HeaderName, HeaderValue) {
    cookie(auth, name, "", Some(0))
}

pub(super) fn cookie(auth: &Auth, name: &str, value: &str, age: Option<i64>) -> (HeaderName, HeaderValue) {
    let text = line(auth, name, value, age);
    // A prefix or domain that is no text for a header gives no cookie rather than a wrong one.
    (header::SET_COOKIE, HeaderValue::try_from(text).unwrap_or(HeaderValue::from_static("")))
}

/// The whole line of the answer; without an age the cookie goes when the browser is closed.
pub(super) fn line(auth: &Auth, name: &str, value: &str, age: Option<i64>) -> String {
    let config = &auth.http_config().cookies;
    let secure_name = if is_secure(auth) { "__Secure-" } else { "" };
    let prefix = &config.prefix;
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
    format!(
        "{secure_name}{prefix}.{name}={value}{age}{domain}; Path=/; HttpOnly{secure}; SameSite={same_site}"
    )
}

fn is_secure(auth: &Auth) -> bool {
    auth.http_config().cookies.secure.unwrap_or_else(|| auth.base_url().scheme() == "https")
}
