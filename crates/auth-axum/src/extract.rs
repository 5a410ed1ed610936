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
/// It reads only: sessions are extended by `GET /api/auth/get-session`, which also renews the cookie. One
/// statement; a session that was found is not looked for again in the same request.
#[derive(Debug, Clone)]
pub struct CurrentSession {
    /// The session.
    pub session: Session,
    /// Whose it is.
    pub user: User,
}

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
    CurrentSession::of(&mut parts).await?;
    Ok(next.run(Request::from_parts(parts, body)).await)
}

impl CurrentSession {
    /// The session of a request whose body is read by hand.
    pub(crate) async fn of(parts: &mut Parts) -> Result<Self, HttpError> {
        <Self as FromRequestParts<()>>::from_request_parts(parts, &()).await
    }

    /// The same of a request that need not have one.
    pub(crate) async fn maybe(parts: &mut Parts) -> Result<Option<Self>, HttpError> {
        <Self as OptionalFromRequestParts<()>>::from_request_parts(parts, &()).await
    }

    /// The same of one that must be fresh, as sensitive actions require.
    pub(crate) async fn fresh(auth: &Auth, parts: &mut Parts) -> Result<Self, HttpError> {
        let current = Self::of(parts).await?;
        if auth.is_fresh(&current.session) {
            return Ok(current);
        }
        Err(HttpError::new(axum::http::StatusCode::FORBIDDEN, auth_core::ErrorCode::SessionNotFresh))
    }

    /// What hooks are told of a request of this session.
    pub(crate) fn context(&self, auth: &Auth, parts: &Parts) -> RequestContext {
        request_context(auth, parts).acting(self.session.id.clone(), self.user.id.clone())
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
        if let Some(found) = parts.extensions.get::<Self>() {
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
        let context = request_context(&auth, parts);
        let valid = auth.validate_session(&token, Refresh::Never, &context).await?;
        let found = valid.map(|valid| Self { session: valid.session, user: valid.user });
        if let Some(found) = &found {
            parts.extensions.insert(found.clone());
        }
        Ok(found)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for CurrentUser {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, HttpError> {
        CurrentSession::of(parts).await.map(|current| Self(current.user))
    }
}

impl<S: Send + Sync> OptionalFromRequestParts<S> for CurrentUser {
    type Rejection = HttpError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Option<Self>, HttpError> {
        Ok(CurrentSession::maybe(parts).await?.map(|current| Self(current.user)))
    }
}

impl std::ops::Deref for CurrentUser {
    type Target = User;

    fn deref(&self) -> &User {
        &self.0
    }
}
