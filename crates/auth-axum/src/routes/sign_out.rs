//! `POST /sign-out`: works without a session too.

use auth_core::Auth;
use axum::http::request::Parts;
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::json;

use crate::client::request_context;
use crate::cookie;
use crate::error::HttpError;

pub(super) async fn sign_out(Extension(auth): Extension<Auth>, parts: Parts) -> Result<Response, HttpError> {
    if let Some(token) = cookie::session_token(&auth, &parts.headers) {
        auth.sign_out(&token, &request_context(&auth, &parts)).await?;
    }
    Ok((AppendHeaders(cookie::expire_session(&auth, &parts.headers)), Json(json!({ "success": true })))
        .into_response())
}
