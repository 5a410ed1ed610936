//! The cookie `session_data`, in which a browser keeps its session: in parts when it is too long for one.

use std::borrow::Cow;
use std::collections::BTreeMap;

use auth_core::Auth;
use auth_core::domain::{Session, SessionToken, User};
use auth_core::service::ValidSession;
use axum::http::{HeaderMap, HeaderName, HeaderValue};

use super::line::{cookie, expired, find, line, ours};

/// The session that the browser kept, if it is that of the token and holds still. No statement.
pub(crate) fn cached_session(auth: &Auth, headers: &HeaderMap, token: &SessionToken) -> Option<ValidSession> {
    if !auth.session_config().cookie_cache.enabled {
        return None;
    }
    auth.cached_session(token, &value(auth, headers)?)
}

/// Has the browser keep a session in place of what it kept; nothing when the cookie cache is off.
pub(crate) fn keep_session(
    auth: &Auth,
    headers: &HeaderMap,
    (session, user): (&Session, &User),
    remember_me: bool,
) -> Vec<(HeaderName, HeaderValue)> {
    let Some(value) = auth.cache_session(session, user, remember_me) else {
        return Vec::new();
    };
    let age = remember_me.then(|| auth.session_config().cookie_cache.max_age.whole_seconds());
    let parts = parts(auth, &value, age);
    if parts.is_empty() {
        tracing::warn!(name: "http.session_data", bytes = value.len(), "the session is too long for cookies: it is not kept");
    }
    let left: Vec<_> = present(auth, headers).filter(|name| !parts.contains_key(*name)).collect();
    let left = left.into_iter().map(|name| expired(auth, name));
    left.chain(parts.iter().map(|(name, part)| cookie(auth, name, part, age))).collect()
}

/// Takes away what the browser kept.
pub(crate) fn forget_session(auth: &Auth, headers: &HeaderMap) -> Vec<(HeaderName, HeaderValue)> {
    present(auth, headers).map(|name| expired(auth, name)).collect()
}

/// Takes it away, and the cookie of the usual name whether the browser has it or not.
pub(super) fn expire(auth: &Auth, headers: &HeaderMap) -> Vec<(HeaderName, HeaderValue)> {
    let parts = present(auth, headers).filter(|name| *name != NAME);
    std::iter::once(NAME).chain(parts).map(|name| expired(auth, name)).collect()
}

/// The whole value: of one cookie, or joined in the order of their numbers.
fn value<'a>(auth: &'a Auth, headers: &'a HeaderMap) -> Option<Cow<'a, str>> {
    if let Some(whole) = find(auth, headers, NAME) {
        return Some(Cow::Borrowed(whole));
    }
    let mut parts = BTreeMap::new();
    for (name, value) in ours(auth, headers) {
        if let Some(number) = number(name) {
            parts.entry(number).or_insert(value);
        }
    }
    (!parts.is_empty()).then(|| Cow::Owned(parts.into_values().collect()))
}

/// The cookies that the browser has of it.
fn present<'a>(auth: &'a Auth, headers: &'a HeaderMap) -> impl Iterator<Item = &'a str> {
    ours(auth, headers).map(|(name, _)| name).filter(|name| *name == NAME || number(name).is_some())
}

/// The number of a part: `session_data.3`.
fn number(name: &str) -> Option<u8> {
    let number = name.strip_prefix(NAME)?.strip_prefix('.')?;
    let plain = number.bytes().all(|byte| byte.is_ascii_digit());
    number.parse().ok().filter(|number| plain && *number < MOST_PARTS)
}

/// The cookies that hold a value, by name; none when there would be too many. Its characters need no encoding.
fn parts<'a>(auth: &Auth, value: &'a str, age: Option<i64>) -> BTreeMap<Cow<'static, str>, &'a str> {
    let around = line(auth, "session_data.99", "", age).len();
    let room = LONGEST.saturating_sub(around).max(1);
    if value.len() <= room {
        return BTreeMap::from([(Cow::Borrowed(NAME), value)]);
    }
    let starts = (0..value.len()).step_by(room);
    if starts.len() > usize::from(MOST_PARTS) {
        return BTreeMap::new();
    }
    let part = |(number, start): (usize, usize)| {
        let part = value.get(start..value.len().min(start + room))?;
        Some((Cow::Owned(format!("{NAME}.{number}")), part))
    };
    starts.enumerate().filter_map(part).collect()
}

const NAME: &str = "session_data";
/// Bytes of the line of a cookie. Browsers take 4,096.
const LONGEST: usize = 4050;
const MOST_PARTS: u8 = 100;
