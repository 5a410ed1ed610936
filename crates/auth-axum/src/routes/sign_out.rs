//! `POST /sign-out`: works without a session too.

use auth_core::Auth;
use axum::http::request::Parts;
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::json;

use crate::client::request_context;
use crate::error::HttpError;
use crate::{cookie, origin};

pub(super) async fn sign_out(Extension(auth): Extension<Auth>, parts: Parts) -> Result<Response, HttpError> {
    // A browser that keeps its cookies back from a foreign page would still obey the answer's.
    origin::check_sign_in(&auth, &parts.headers)?;
    if let Some(token) = cookie::session_token(&auth, &parts.headers) {
        auth.sign_out(&token, &request_context(&parts)).await?;
    }
    Ok((AppendHeaders(cookie::expire_session(&auth)), Json(json!({ "success": true }))).into_response())
}
