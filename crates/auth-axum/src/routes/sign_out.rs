//! `POST /sign-out`: works without a session too.

use auth_core::Auth;
use axum::http::HeaderMap;
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::json;

use crate::error::HttpError;
use crate::{cookie, origin};

pub(super) async fn sign_out(
    Extension(auth): Extension<Auth>,
    headers: HeaderMap,
) -> Result<Response, HttpError> {
    // A browser that keeps its cookies back from a foreign page would still obey the answer's.
    origin::check_sign_in(&auth, &headers)?;
    if let Some(token) = cookie::session_token(&auth, &headers) {
        auth.sign_out(&token).await?;
    }
    Ok((AppendHeaders(cookie::expire_session(&auth)), Json(json!({ "success": true }))).into_response())
}
