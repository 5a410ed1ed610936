//! What every request passes before its endpoint: paths that are switched off, rate limit, origin.

use auth_core::Auth;
use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use percent_encoding::percent_decode_str;
use tracing::field::Empty;
use tracing::{Instrument, Span};

use crate::error::HttpError;
use crate::{origin, rate_limit};

/// Lets a request through to its endpoint, or answers it, and tells what it spent in the database.
pub(crate) async fn guard(State(auth): State<Auth>, request: Request, next: Next) -> Response {
    let span = span(&request);
    let (response, spent) = auth.observe_request(answer(&auth, request, next)).instrument(span.clone()).await;
    span.record("http.response.status_code", response.status().as_u16());
    span.record("auth.statements", spent.statements);
    let milliseconds = u64::try_from((spent.database + spent.waiting).as_millis());
    span.record("auth.database_ms", milliseconds.unwrap_or(u64::MAX));
    response
}

/// By OpenTelemetry's conventions for HTTP. The route, not the path: a link holds a token.
fn span(request: &Request) -> Span {
    let method = request.method().as_str();
    let route = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
    tracing::info_span!(
        "http.request",
        otel.name = %format_args!("{method} {route}"),
        otel.kind = "server",
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
        auth.statements = Empty,
        auth.database_ms = Empty,
    )
}

/// Answers are not to be stored or guessed at.
async fn answer(auth: &Auth, mut request: Request, next: Next) -> Response {
    let Some(_under_way) = auth.begin_request() else {
        return HttpError::unavailable().into_response();
    };
    let mut response = match admit(auth, &mut request).await {
        Ok(()) => {
            // What endpoints and extractors find.
            request.extensions_mut().insert(auth.clone());
            next.run(request).await
        }
        Err(refusal) => *refusal,
    };
    harden(response.headers_mut());
    response
}

/// A body cannot be shared between threads, hence `mut`.
async fn admit(auth: &Auth, request: &mut Request) -> Result<(), Box<Response>> {
    // Better Auth's methods are exact. A scanner of mail that only looks whether a link is there must not use it up.
    if request.method() == Method::HEAD {
        return Err(Box::new(StatusCode::NOT_FOUND.into_response()));
    }
    // As the router reads it: `/callback/git%68ub` is `/callback/github`.
    let path = percent_decode_str(below_base(request)).decode_utf8_lossy().into_owned();
    if auth.http_config().disabled_paths.iter().any(|disabled| disabled.trim_end_matches('/') == path) {
        return Err(Box::new((StatusCode::NOT_FOUND, "Not Found").into_response()));
    }
    if let Some(hit) = rate_limit::Hit::of(auth, &path, request) {
        let counted = hit.count(auth).await;
        counted.map_err(|limited| Box::new(rate_limit::refusal(limited)))?;
    }
    origin::check(auth, request.method(), below_base(request), request.headers())
        .map_err(|refusal| Box::new(refusal.into_response()))
}

fn below_base(request: &Request) -> &str {
    let path = request.uri().path();
    path.strip_prefix(crate::routes::BASE).unwrap_or(path)
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
