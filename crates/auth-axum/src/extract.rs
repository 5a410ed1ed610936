//! Tells a handler who is asking.

use auth_core::Auth;
use auth_core::domain::{RequestContext, Session, User};
use auth_core::service::Refresh;
use axum::extract::{FromRequestParts, OptionalFromRequestParts, Request};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;

use crate::client::request_context;
use crate::cookie;
use crate::error::HttpError;

/// The session of a request and its user. As an argument of a handler it refuses a request without one (401);
/// `Option<CurrentSession>` lets it through. The application's router carries the `Auth`:
/// `.layer(Extension(auth))`.
///
/// It reads only: sessions are extended by `GET /api/auth/get-session`, which also renews the cookies. One
/// statement, none when the cookie cache is on and the browser kept the session; a session that was found is not looked for again
/// in the same request. Where a session must not be one that was revoked a moment ago, ask for a [`StoredSession`].
#[derive(Debug, Clone)]
pub struct CurrentSession {
    /// The session.
    pub session: Session,
    /// Whose it is.
    pub user: User,
}

/// A [`CurrentSession`] that the database vouches for now, whatever the browser kept: for handlers that change what matters. It
/// derefs to [`CurrentSession`]. One statement; without a session 401, which `Option<StoredSession>` lets through.
#[derive(Debug, Clone)]
pub struct StoredSession(pub CurrentSession);

/// The user of a request: [`CurrentSession`] for handlers that need no more. It derefs to [`User`].
#[derive(Debug, Clone)]
pub struct CurrentUser(pub User);

/// A layer that lets only requests with a session through; others get 401. The handlers behind it find the session without
/// asking again. The `Auth` must be an extension outside of it:
///
/// ```
/// # use axum::{Extension, Router, middleware::from_fn, routing::get};
/// # fn app(auth: auth_core::Auth) -> Router {
/// Router::new()
///     .route("/private", get(|| async { "hello" }))
///     .route_layer(from_fn(auth_axum::require_session))
///     .layer(Extension(auth))
/// # }
/// ```
///
/// # Errors
///
/// 401; 500 when there is no `Auth`.
pub async fn require_session(request: Request, next: Next) -> Result<Response, HttpError> {
    let (mut parts, body) = request.into_parts();
    <CurrentSession as FromRequestParts<()>>::from_request_parts(&mut parts, &()).await?;
    Ok(next.run(Request::from_parts(parts, body)).await)
}

/// The session that was found is one that the browser kept.
#[derive(Debug, Clone, Copy)]
struct Kept;

impl CurrentSession {
    /// The session of a request as it stands in the database.
    pub(crate) async fn stored(parts: &mut Parts) -> Result<Self, HttpError> {
        Self::stored_if_any(parts).await?.ok_or_else(HttpError::unauthorized)
    }

    /// The same of a request that need not have one.
    pub(crate) async fn stored_if_any(parts: &mut Parts) -> Result<Option<Self>, HttpError> {
        Self::find(parts, false).await
    }

    /// The same of one that must be fresh, as sensitive actions require.
    pub(crate) async fn fresh(auth: &Auth, parts: &mut Parts) -> Result<Self, HttpError> {
        let current = Self::stored(parts).await?;
        if auth.is_fresh(&current.session) {
            return Ok(current);
        }
        Err(HttpError::new(axum::http::StatusCode::FORBIDDEN, auth_core::ErrorCode::SessionNotFresh))
    }

    async fn find(parts: &mut Parts, believes_cookie: bool) -> Result<Option<Self>, HttpError> {
        let believed = believes_cookie || parts.extensions.get::<Kept>().is_none();
        if let Some(found) = parts.extensions.get::<Self>().filter(|_| believed) {
            return Ok(Some(found.clone()));
        }
        let Some(auth) = parts.extensions.get::<Auth>().cloned() else {
            tracing::error!(name: "http.no_auth", "CurrentSession finds no Auth: add .layer(Extension(auth)) to the router");
            return Err(HttpError::new(
                axum::http::StatusCode::INTERNAL_SERVER_ERROR,
                auth_core::ErrorCode::InternalServerError,
            ));
        };
        let Some(token) = cookie::session_token(&auth, &parts.headers) else {
            return Ok(None);
        };
        let kept = believes_cookie.then(|| cookie::cached_session(&auth, &parts.headers, &token)).flatten();
        let is_kept = kept.is_some();
        let valid = match kept {
            Some(valid) => Some(valid),
            None => auth.validate_session(&token, Refresh::Never, &request_context(&auth, parts)).await?,
        };
        let found = valid.map(|valid| Self { session: valid.session, user: valid.user });
        remember(parts, found.clone(), is_kept);
        Ok(found)
    }

    /// What hooks are told of a request of this session.
    pub(crate) fn context(&self, auth: &Auth, parts: &Parts) -> RequestContext {
        request_context(auth, parts).acting(self.session.id.clone(), self.user.id.clone())
    }
}

/// Spares the next extractor of the request the search. What was kept does not stay when the database knows of no session.
fn remember(parts: &mut Parts, found: Option<CurrentSession>, is_kept: bool) {
    parts.extensions.remove::<CurrentSession>();
    parts.extensions.remove::<Kept>();
    if let Some(found) = found {
        parts.extensions.insert(found);
    }
    if is_kept {
        parts.extensions.insert(Kept);
    }
}

impl<S: Send + Sync> FromRequestParts<S> for CurrentSession {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpError> {
        let found = <Self as OptionalFromRequestParts<S>>::from_request_parts(parts, state).await?;
        found.ok_or_else(HttpError::unauthorized)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for CurrentSession {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, HttpError> {
        Self::find(parts, true).await
    }
}

impl<S: Send + Sync> FromRequestParts<S> for StoredSession {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, HttpError> {
        CurrentSession::stored(parts).await.map(Self)
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for StoredSession {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, HttpError> {
        Ok(CurrentSession::stored_if_any(parts).await?.map(Self))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for CurrentUser {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, HttpError> {
        <CurrentSession as FromRequestParts<S>>::from_request_parts(parts, state)
            .await
            .map(|current| Self(current.user))
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for CurrentUser {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Option<Self>, HttpError> {
        let found = <CurrentSession as OptionalFromRequestParts<S>>::from_request_parts(parts, state).await?;
        Ok(found.map(|current| Self(current.user)))
    }
}

impl std::ops::Deref for StoredSession {
    type Target = CurrentSession;

    fn deref(&self) -> &CurrentSession {
        &self.0
    }
}

impl std::ops::Deref for CurrentUser {
    type Target = User;

    fn deref(&self) -> &User {
        &self.0
    }
}
