//! Who is asking, from where.

use std::net::SocketAddr;

use auth_core::domain::RequestContext;
use axum::extract::ConnectInfo;
use axum::http::header;
use axum::http::request::Parts;

/// Reads the client's address (of the connection, if the server tells it) and what it says it is.
pub(crate) fn request_context(parts: &Parts) -> RequestContext {
    let mut context = RequestContext::new();
    if let Some(ConnectInfo(address)) = parts.extensions.get::<ConnectInfo<SocketAddr>>() {
        context = context.ip_address(address.ip().to_canonical().to_string());
    }
    if let Some(agent) = parts.headers.get(header::USER_AGENT) {
        context = context.user_agent(&String::from_utf8_lossy(agent.as_bytes()));
    }
    context
}
