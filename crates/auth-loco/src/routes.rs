//! The interface behind Loco's middlewares.

use std::net::SocketAddr;

use auth_core::Auth;
use axum::Router;
use axum::extract::{ConnectInfo, Request};
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use loco_rs::app::AppContext;
use loco_rs::controller::middleware::MiddlewareLayer;
use loco_rs::controller::middleware::remote_ip::RemoteIP;

/// The paths under `/api/auth`, behind Loco's middlewares; those that answer what no route does are the application's
/// router's.
#[expect(clippy::result_large_err, reason = "the error is Loco's")]
pub(crate) fn routes(
    auth: Auth,
    ctx: &AppContext,
    stack: Vec<Box<dyn MiddlewareLayer>>,
) -> loco_rs::Result<Router> {
    let mut router = auth_axum::router::<AppContext>(auth).layer(from_fn(client_behind_proxy));
    for middleware in stack {
        if middleware.is_enabled() && !matches!(middleware.name(), "fallback" | "static") {
            router = middleware.apply(router)?;
        }
    }
    Ok(router.with_state(ctx.clone()))
}

/// Takes the client's address from where the middleware `remote_ip` says; without that it is the connection's.
async fn client_behind_proxy(remote: RemoteIP, mut request: Request, next: Next) -> Response {
    if let RemoteIP::Forwarded(address) = remote {
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(address, 0)));
    }
    next.run(request).await
}
