//! What every request passes before it is answered.
//!
//! A page of somebody else in the same browser can name this port, also under a name of its own that it lets point at 127.0.0.1. So
//! the request must be meant for this machine by its `Host`, come from this page by its `Origin` and `Sec-Fetch-Site`, and what changes
//! anything must be a form of this page.

use std::sync::Arc;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::{HeaderMap, Method, header};
use axum::middleware::Next;
use axum::response::Response;
use url::form_urlencoded;

use super::Shared;
use super::problem::Problem;

/// For every request: it is meant for this machine, and asked by this page or by the person in front of it.
pub(super) async fn addressed(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let host = host(&shared, &request).ok_or(Problem::Host)?;
    if !matches!(*request.method(), Method::GET | Method::POST) {
        return Err(Problem::Method);
    }
    if !is_from_here(&request, &host) {
        return Err(Problem::Origin);
    }
    Ok(next.run(request).await)
}

/// For everything behind the entry: the browser was let in, and what it changes it changes by a form of this page.
pub(super) async fn entered(
    State(shared): State<Arc<Shared>>,
    request: Request,
    next: Next,
) -> Result<Response, Problem> {
    let mut cookies = request.headers().get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    if !cookies.any(|line| shared.keys.is_entered(line)) {
        return Err(Problem::NotEntered);
    }
    let request = if request.method() == Method::POST { ours(&shared, request).await? } else { request };
    shared.activity.send_replace(());
    Ok(next.run(request).await)
}

/// The one name by which the request was sent here, if it is a name of this machine.
fn host(shared: &Shared, request: &Request) -> Option<String> {
    let mut named = request.headers().get_all(header::HOST).iter();
    let host = named.next()?.to_str().ok()?;
    let line = request.uri().authority().is_none_or(|authority| authority.as_str() == host);
    let is_known = shared.hosts.iter().any(|known| known == host);
    (is_known && line && named.next().is_none()).then(|| host.to_owned())
}

/// Browsers tell who asks: `Origin` with every POST, `Sec-Fetch-Site` with every request. `none`: the person, by the address.
fn is_from_here(request: &Request, host: &str) -> bool {
    let own = format!("http://{host}");
    let origins = all(request.headers(), "origin");
    let sites = all(request.headers(), "sec-fetch-site");
    let is_told = request.method() == Method::GET || !origins.is_empty();
    let is_typed = |site| site == Some("none") && request.method() == Method::GET;
    is_told
        && origins.iter().all(|origin| *origin == Some(&own))
        && sites.iter().all(|site| *site == Some("same-origin") || is_typed(*site))
}

fn all<'r>(headers: &'r HeaderMap, name: &str) -> Vec<Option<&'r str>> {
    headers.get_all(name).iter().map(|value| value.to_str().ok()).collect()
}

/// The same request, when its body is a form that this page has made.
async fn ours(shared: &Shared, request: Request) -> Result<Request, Problem> {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, LONGEST_FORM).await.map_err(|_| Problem::Form)?;
    let mut given = form_urlencoded::parse(&body).filter(|(name, _)| name == FORM_TOKEN);
    if !given.next().is_some_and(|(_, token)| shared.keys.is_ours(&token)) {
        return Err(Problem::Form);
    }
    Ok(Request::from_parts(parts, Body::from(body)))
}

/// The field of every form that changes something.
pub(super) const FORM_TOKEN: &str = "form_token";
/// In bytes. Forms here are two ids and a token.
const LONGEST_FORM: usize = 16 * 1024;
