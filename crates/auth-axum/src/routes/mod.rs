//! The endpoints, one file each; the tree of paths is here.

mod change_password;
mod get_session;
mod list_accounts;
mod list_sessions;
mod ok;
mod revoke_session;
mod revoke_sessions;
mod sign_in_email;
mod sign_out;
mod sign_up_email;
mod unlink_account;
mod update_session;
mod update_user;
mod verify_password;

use auth_core::Auth;
use axum::Extension;
use axum::Router;
use axum::http::StatusCode;
use axum::routing::{MethodRouter, any, get, post};

/// Better Auth's interface under `/api/auth`. Merge it into your router; it needs none of your state.
///
/// The client's address is known when the server is started with
/// `into_make_service_with_connect_info::<SocketAddr>()`.
pub fn router<S: Clone + Send + Sync + 'static>(auth: Auth) -> Router<S> {
    Router::new()
        .route("/api/auth/ok", only(get(ok::ok)))
        .route("/api/auth/sign-up/email", only(post(sign_up_email::sign_up_email)))
        .route("/api/auth/sign-in/email", only(post(sign_in_email::sign_in_email)))
        .route("/api/auth/get-session", only(get(get_session::get_session)))
        .route("/api/auth/sign-out", only(post(sign_out::sign_out)))
        .route("/api/auth/list-sessions", only(get(list_sessions::list_sessions)))
        .route("/api/auth/revoke-session", only(post(revoke_session::revoke_session)))
        .route("/api/auth/revoke-sessions", only(post(revoke_sessions::revoke_sessions)))
        .route("/api/auth/revoke-other-sessions", only(post(revoke_sessions::revoke_other_sessions)))
        .route("/api/auth/update-session", only(post(update_session::update_session)))
        .route("/api/auth/update-user", only(post(update_user::update_user)))
        .route("/api/auth/change-password", only(post(change_password::change_password)))
        .route("/api/auth/verify-password", only(post(verify_password::verify_password)))
        .route("/api/auth/list-accounts", only(get(list_accounts::list_accounts)))
        .route("/api/auth/unlink-account", only(post(unlink_account::unlink_account)))
        .route("/api/auth/{*unknown}", any(not_found))
        .layer(Extension(auth))
}

/// Another method than the given one is not found, as in Better Auth.
fn only<S: Clone + Send + Sync + 'static>(route: MethodRouter<S>) -> MethodRouter<S> {
    route.fallback(not_found)
}

async fn not_found() -> StatusCode {
    StatusCode::NOT_FOUND
}
