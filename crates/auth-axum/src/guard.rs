//! What every request passes before its endpoint: paths that are switched off, rate limit, origin.

use std::sync::Arc;

use auth_core::{Auth, ErrorCode};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::error::HttpError;
use crate::rate_limit::{RateLimiter, TooMany};
use crate::{client, origin};

/// What the endpoints of one router share.
#[derive(Debug, Clone)]
pub(crate) struct Guard {
    pub(crate) auth: Auth,
    pub(crate) limiter: Arc<RateLimiter>,
}

/// Lets a request through to its endpoint, or answers it. Answers are not to be stored or guessed at.
pub(crate) async fn guard(State(guard): State<Guard>, mut request: Request, next: Next) -> Response {
    let Some(_under_way) = guard.auth.begin_request() else {
        return HttpError::new(StatusCode::SERVICE_UNAVAILABLE, ErrorCode::ServiceUnavailable)
            .into_response();
    };
    let mut response = match admit(&guard, &request) {
        Ok(()) => {
            let Guard { auth, limiter } = guard;
            // What endpoints and extractors find.
            request.extensions_mut().insert(auth);
            request.extensions_mut().insert(limiter);
            next.run(request).await
        }
        Err(refusal) => *refusal,
    };
    harden(response.headers_mut());
    response
}

fn admit(guard: &Guard, request: &Request) -> Result<(), Box<Response>> {
    let auth = &guard.auth;
    // Better Auth's methods are exact. A scanner of mail that only looks whether a link is there must not use it up.
    if request.method() == Method::HEAD {
        return Err(Box::new(StatusCode::NOT_FOUND.into_response()));
    }
    let path = request.uri().path();
    let path = path.strip_prefix(crate::routes::BASE).unwrap_or(path);
    if auth.http_config().disabled_paths.iter().any(|disabled| disabled.trim_end_matches('/') == path) {
        return Err(Box::new((StatusCode::NOT_FOUND, "Not Found").into_response()));
    }
    if auth.http_config().rate_limit.enabled {
        let address = client::address(auth, request.headers(), request.extensions());
        let counted = guard.limiter.count(auth, address.as_deref(), path);
        counted.map_err(|too_many| Box::new(too_many.into_response()))?;
    }
    origin::check(auth, request.method(), path, request.headers())
        .map_err(|refusal| Box::new(refusal.into_response()))
}

fn harden(headers: &mut HeaderMap) {
    let defaults: [(HeaderName, &str); 3] = [
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        // A link of a mail holds a token, which no other site needs to see.
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    for (name, value) in defaults {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
}

impl IntoResponse for TooMany {
    fn into_response(self) -> Response {
        let body = Json(json!({ "message": "Too many requests. Please try again later." }));
        let retry_after = [("x-retry-after", self.retry_after.to_string())];
        (StatusCode::TOO_MANY_REQUESTS, retry_after, body).into_response()
    }
}
