//! `GET /reset-password/{token}`, where the link of the mail leads to, and `POST /reset-password`.

use auth_core::password::Password;
use auth_core::{Auth, ErrorCode};
use axum::extract::{Path, Request};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use axum::{Extension, Json};
use serde_json::{Value, json};

use crate::body::{Fields, Media};
use crate::client::request_context;
use crate::error::HttpError;
use crate::query::{Query, with_parameters};
use crate::{origin, redirect};

/// Sends the browser to the application's page, with the token if it still holds. The token is not used up.
pub(super) async fn open_reset_link(
    Extension(auth): Extension<Auth>,
    Path(token): Path<String>,
    parts: Parts,
) -> Result<Response, HttpError> {
    let query = Query::of(&parts.uri);
    let page = query.require("callbackURL")?;
    origin::check_callback_url(&auth, Some(page))?;
    let invalid = [("error", ErrorCode::InvalidToken.as_str())];
    if page.is_empty() {
        return Ok(redirect::to(&with_parameters(&format!("{}/error", auth.endpoint()), &invalid)));
    }
    let parameters = if auth.is_reset_token(&token).await? { [("token", &*token)] } else { invalid };
    Ok(redirect::to(&whole_address(&auth, page, &parameters)))
}

/// Better Auth gives the whole address here, and takes away what the page says of the parameters itself.
fn whole_address(auth: &Auth, page: &str, parameters: &[(&str, &str)]) -> String {
    let Ok(mut url) = auth.base_url().join(page) else {
        return with_parameters(page, parameters);
    };
    let is_ours = |name: &str| parameters.iter().any(|(ours, _)| *ours == name);
    if url.query_pairs().any(|(name, _)| is_ours(&name)) {
        let others: Vec<(String, String)> =
            url.query_pairs().into_owned().filter(|(name, _)| !is_ours(name)).collect();
        url.query_pairs_mut().clear().extend_pairs(others);
    }
    with_parameters(url.as_str().trim_end_matches('?'), parameters)
}

pub(super) async fn reset_password(
    Extension(auth): Extension<Auth>,
    request: Request,
) -> Result<Json<Value>, HttpError> {
    let (parts, mut fields) = Fields::read(&auth, request, Media::Json).await?;
    let password = Password::new(fields.text("newPassword"));
    let token = fields.optional_text("token").filter(|token| !token.is_empty());
    fields.finish()?;
    let query = Query::of(&parts.uri);
    let token = token.or_else(|| query.given("token").map(str::to_owned));
    let token = token.ok_or_else(|| HttpError::new(StatusCode::BAD_REQUEST, ErrorCode::InvalidToken))?;
    auth.reset_password(&token, password, &request_context(&auth, &parts)).await?;
    Ok(Json(json!({ "status": true })))
}
