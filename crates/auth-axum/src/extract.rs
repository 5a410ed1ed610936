//! Tells a handler who is asking.

use auth_core::Auth;
use auth_core::domain::{RequestContext, Session, User};
use auth_core::service::Refresh;
use axum::extract::{FromRequestParts, OptionalFromRequestParts};
use axum::http::request::Parts;

use crate::client::request_context;
use crate::cookie;
use crate::error::HttpError;

/// The session of a request and its user. As an argument of a handler it refuses a request without one (401);
/// `Option<CurrentSession>` lets it through. The application's router carries the `Auth`:
/// `.layer(Extension(auth))`.
///
/// It reads only: sessions are extended by `GET /api/auth/get-session`, which also renews the cookie. One
/// statement.
#[derive(Debug, Clone)]
pub struct CurrentSession {
    /// The session.
    pub session: Session,
    /// Whose it is.
    pub user: User,
}

impl CurrentSession {
    /// The session of a request whose body is read by hand.
    pub(crate) async fn of(parts: &mut Parts) -> Result<Self, HttpError> {
        <Self as FromRequestParts<()>>::from_request_parts(parts, &()).await
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
    pub(crate) fn context(&self, parts: &Parts) -> RequestContext {
        request_context(parts).acting(self.session.id.clone(), self.user.id.clone())
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
        let valid = auth.validate_session(&token, Refresh::Never, &request_context(parts)).await?;
        Ok(valid.map(|valid| Self { session: valid.session, user: valid.user }))
    }
}
