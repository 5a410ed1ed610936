//! For the tests of applications: requests of somebody who is signed in. Needs the feature `testing`.

use auth_core::Auth;
use auth_core::domain::{Session, SessionToken, User};
use axum::http::{HeaderValue, Request, header};

use crate::cookie;
use crate::extract::CurrentSession;

/// Makes a request one of somebody who is signed in, without a database, a cookie or an `Auth`: [`CurrentSession`], [`crate::StoredSession`],
/// [`crate::CurrentUser`] and [`crate::require_session`] find this session. For tests of a handler by itself.
#[must_use]
pub fn signed_in<B>(mut request: Request<B>, session: Session, user: User) -> Request<B> {
    request.extensions_mut().insert(CurrentSession { session, user });
    request
}

/// The header `Cookie` of a browser that is signed in, with the name and signature that the `Auth` expects: for tests of a
/// whole application.
pub fn cookie(auth: &Auth, token: &SessionToken) -> (header::HeaderName, HeaderValue) {
    let (_, line) = cookie::session_token_cookie(auth, token, true);
    let pair = line.to_str().ok().and_then(|line| line.split(';').next());
    let value = HeaderValue::try_from(pair.unwrap_or_default());
    // The cookie was a header's value before.
    (header::COOKIE, value.unwrap_or(HeaderValue::from_static("")))
}
