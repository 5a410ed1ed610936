//! The paths of the page.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::header;
use axum::middleware::{from_fn_with_state, map_response};
use axum::response::{IntoResponse, Redirect};
use axum::routing::{get, post};
use serde::Deserialize;

use super::problem::Problem;
use super::{Shared, guard, headers, health, revoke, user, users};
use crate::doctor::html;

/// Everything behind one path that nobody guesses; all pages stand beside each other there.
pub(super) fn router(shared: Arc<Shared>) -> Router {
    let behind_entry = Router::new()
        .route("/users", get(users::users))
        .route("/user", get(user::user))
        .route("/health", get(health::health))
        .route("/indexes", get(health::indexes))
        .route("/statements", get(health::statements))
        .route("/examine", post(health::examine_now))
        .route("/revoke", post(revoke::one))
        .route("/revoke-all", post(revoke::all))
        .route_layer(from_fn_with_state(Arc::clone(&shared), guard::entered));
    let place = Router::new().route("/enter", get(enter)).route("/style.css", get(style)).merge(behind_entry);
    Router::new()
        .nest(&format!("/{}", shared.keys.place), place)
        .fallback(async || Problem::NoPage)
        .method_not_allowed_fallback(async || Problem::Method)
        .layer(from_fn_with_state(Arc::clone(&shared), guard::addressed))
        .layer(map_response(headers::add))
        .with_state(shared)
}

#[derive(Debug, Deserialize)]
struct Entry {
    #[serde(default)]
    token: String,
}

/// Exchanges the printed address's token for the session of this process.
async fn enter(
    State(shared): State<Arc<Shared>>,
    Query(entry): Query<Entry>,
) -> Result<impl IntoResponse, Problem> {
    if !shared.keys.enter(&entry.token) {
        return Err(Problem::Entry);
    }
    Ok(([(header::SET_COOKIE, shared.keys.cookie())], Redirect::to("users")))
}

async fn style() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "text/css; charset=utf-8")], [html::STYLE, STYLE].concat())
}

/// Follows the doctor's, which has the colours.
const STYLE: &str = include_str!("style.css");
