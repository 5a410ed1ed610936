//! The endpoints, one file each; the tree of paths is here.

mod access_token;
mod callback;
mod change_email;
mod change_password;
mod delete_user;
mod error;
mod get_session;
mod link_social;
mod list_accounts;
mod list_sessions;
mod ok;
mod request_password_reset;
mod reset_password;
mod revoke_session;
mod revoke_sessions;
mod send_verification_email;
mod sign_in_email;
mod sign_in_social;
mod sign_out;
mod sign_up_email;
mod unlink_account;
mod update_session;
mod update_user;
mod verify_email;
mod verify_password;

use auth_core::Auth;
use axum::Router;
use axum::http::StatusCode;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, any, get, post};

use crate::guard::guard;
use crate::open_api;

/// Where the interface is mounted.
pub(crate) const BASE: &str = "/api/auth";

/// Better Auth's interface under `/api/auth`. Merge it into your router; it needs none of your state.
///
/// The client's address is known when the server is started with
/// `into_make_service_with_connect_info::<SocketAddr>()`.
pub fn router<S: Clone + Send + Sync + 'static>(auth: Auth) -> Router<S> {
    Router::new()
        .route("/api/auth/ok", only(get(ok::ok)))
        .route("/api/auth/error", only(get(error::error)))
        .route("/api/auth/open-api", only(get(open_api::open_api)))
        .route("/api/auth/sign-up/email", only(post(sign_up_email::sign_up_email)))
        .route("/api/auth/sign-in/email", only(post(sign_in_email::sign_in_email)))
        .route("/api/auth/sign-in/social", only(post(sign_in_social::sign_in_social)))
        .route("/api/auth/callback/{provider}", only(get(callback::callback).post(callback::posted_callback)))
        .route("/api/auth/sign-out", only(post(sign_out::sign_out)))
        .route("/api/auth/get-session", only(get(get_session::get_session).post(get_session::post_session)))
        .route("/api/auth/list-sessions", only(get(list_sessions::list_sessions)))
        .route("/api/auth/revoke-session", only(post(revoke_session::revoke_session)))
        .route("/api/auth/revoke-sessions", only(post(revoke_sessions::revoke_sessions)))
        .route("/api/auth/revoke-other-sessions", only(post(revoke_sessions::revoke_other_sessions)))
        .route("/api/auth/update-session", only(post(update_session::update_session)))
        .route("/api/auth/update-user", only(post(update_user::update_user)))
        .route("/api/auth/change-email", only(post(change_email::change_email)))
        .route("/api/auth/change-password", only(post(change_password::change_password)))
        .route("/api/auth/verify-password", only(post(verify_password::verify_password)))
        .route("/api/auth/request-password-reset", only(post(request_password_reset::request_password_reset)))
        .route("/api/auth/reset-password", only(post(reset_password::reset_password)))
        .route("/api/auth/reset-password/{token}", only(get(reset_password::open_reset_link)))
        .route(
            "/api/auth/send-verification-email",
            only(post(send_verification_email::send_verification_email)),
        )
        .route("/api/auth/verify-email", only(get(verify_email::verify_email)))
        .route("/api/auth/delete-user", only(post(delete_user::delete_user)))
        .route("/api/auth/delete-user/callback", only(get(delete_user::delete_user_callback)))
        .route("/api/auth/list-accounts", only(get(list_accounts::list_accounts)))
        .route("/api/auth/link-social", only(post(link_social::link_social)))
        .route("/api/auth/unlink-account", only(post(unlink_account::unlink_account)))
        .route("/api/auth/account-info", only(get(access_token::account_info)))
        .route("/api/auth/get-access-token", only(post(access_token::get_access_token)))
        .route("/api/auth/refresh-token", only(post(access_token::refresh_token)))
        .route("/api/auth/{*unknown}", any(not_found))
        // One layer: each costs every request.
        .layer(from_fn_with_state(auth, guard))
}

/// Another method than the given one is not found, as in Better Auth.
fn only<S: Clone + Send + Sync + 'static>(route: MethodRouter<S>) -> MethodRouter<S> {
    route.fallback(not_found)
}

async fn not_found() -> StatusCode {
    StatusCode::NOT_FOUND
}
