//! Better Auth's cookies.

mod line;
mod session_data;

use auth_core::Auth;
use auth_core::domain::{Session, SessionToken, User};
use axum::http::{HeaderMap, HeaderName, HeaderValue};

pub(crate) use session_data::{cached_session, forget_session, keep_session};

use line::{expired, read_signed, signed_cookie};

/// The session's token of a request; `None` when there is no cookie or its signature is wrong.
pub(crate) fn session_token(auth: &Auth, headers: &HeaderMap) -> Option<SessionToken> {
    read_signed(auth, headers, SESSION_TOKEN, SessionToken::parse)
}

/// Whether the session's owner did not ask to be remembered.
pub(crate) fn dont_remember(auth: &Auth, headers: &HeaderMap) -> bool {
    read_signed(auth, headers, DONT_REMEMBER, |value| (value == "true").then_some(())).is_some()
}

/// Hands a session to the browser that sent `headers`: its token, and what the browser keeps when the cookie cache is on. With
/// `remember_me` it outlives the browser.
pub(crate) fn set_session(
    auth: &Auth,
    headers: &HeaderMap,
    (session, user): (&Session, &User),
    remember_me: bool,
) -> Vec<(HeaderName, HeaderValue)> {
    let mut cookies = vec![session_token_cookie(auth, &session.token, remember_me)];
    if !remember_me {
        cookies.push(signed_cookie(auth, DONT_REMEMBER, "true", None));
    }
    cookies.extend(keep_session(auth, headers, (session, user), remember_me));
    cookies
}

/// The cookie of a session's token.
pub(crate) fn session_token_cookie(
    auth: &Auth,
    token: &SessionToken,
    remember_me: bool,
) -> (HeaderName, HeaderValue) {
    let age = auth.session_config().expires_in.whole_seconds();
    signed_cookie(auth, SESSION_TOKEN, token.expose(), remember_me.then_some(age))
}

/// Takes every cookie of a session away from the browser that sent `headers`.
pub(crate) fn expire_session(auth: &Auth, headers: &HeaderMap) -> Vec<(HeaderName, HeaderValue)> {
    let mut cookies = vec![expired(auth, SESSION_TOKEN)];
    cookies.extend(session_data::expire(auth, headers));
    cookies.push(expired(auth, DONT_REMEMBER));
    cookies
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
    expired(auth, STATE)
}

const SESSION_TOKEN: &str = "session_token";
const DONT_REMEMBER: &str = "dont_remember";
const STATE: &str = "state";
const STATE_AGE: i64 = 300;
