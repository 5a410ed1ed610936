//! `POST /get-access-token`, `POST /refresh-token` and `GET /account-info`: a provider, in the name of the person.

use auth_core::domain::{AccountId, Secret};
use auth_core::snapshot::iso;
use auth_core::{Auth, AuthError, ErrorCode};
use axum::extract::Request;
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::{Extension, Json};
use serde_json::{Map, Value, json};

use crate::body::{Fields, Media};
use crate::error::HttpError;
use crate::extract::CurrentSession;
use crate::query::Query;
use crate::view::scopes;

pub(super) async fn get_access_token(
    Extension(auth): Extension<Auth>,
    request: Request,
) -> Result<Json<Value>, HttpError> {
    let (mut parts, mut fields) = Fields::read(&auth, request, Media::Json).await?;
    let account_id = selected(&mut fields)?;
    let current = signed_in(&mut parts).await?;
    let context = current.context(&auth, &parts);
    let token = auth.access_token(&current.user.id, &account_id, &context).await;
    let token = token.map_err(|error| refused(error, ErrorCode::FailedToGetAccessToken))?;
    let mut body = Map::new();
    put(&mut body, "accessToken", token.access_token.as_ref().map_or(Some(""), |token| Some(token.expose())));
    put(&mut body, "accessTokenExpiresAt", token.expires_at.as_ref().and_then(iso::text));
    body.insert("scopes".to_owned(), json!(scopes(token.account.scope.as_deref())));
    put(&mut body, "idToken", token.id_token.as_ref().map(Secret::expose));
    Ok(Json(Value::Object(body)))
}

pub(super) async fn refresh_token(
    Extension(auth): Extension<Auth>,
    request: Request,
) -> Result<Json<Value>, HttpError> {
    let (mut parts, mut fields) = Fields::read(&auth, request, Media::Json).await?;
    let account_id = selected(&mut fields)?;
    let current = signed_in(&mut parts).await?;
    let context = current.context(&auth, &parts);
    let token = auth.refresh_token(&current.user.id, &account_id, &context).await;
    let token = token.map_err(|error| refused(error, ErrorCode::FailedToRefreshAccessToken))?;
    let account = &token.account;
    let mut body = Map::new();
    put(&mut body, "accessToken", token.access_token.as_ref().map(Secret::expose));
    put(&mut body, "refreshToken", token.refresh_token.as_ref().map(Secret::expose));
    put(&mut body, "accessTokenExpiresAt", token.expires_at.as_ref().and_then(iso::text));
    let refresh_expires_at = account.refresh_token_expires_at.as_ref().and_then(iso::text);
    body.insert("refreshTokenExpiresAt".to_owned(), json!(refresh_expires_at));
    body.insert("scope".to_owned(), json!(account.scope));
    body.insert("idToken".to_owned(), json!(token.id_token.as_ref().map(Secret::expose)));
    put(&mut body, "providerId", Some(account.provider_id.as_str()));
    put(&mut body, "accountId", Some(account.id.as_str()));
    Ok(Json(Value::Object(body)))
}

pub(super) async fn account_info(
    Extension(auth): Extension<Auth>,
    mut parts: Parts,
) -> Result<Json<Value>, HttpError> {
    let query = Query::of(&parts.uri);
    let account_id = query.get("accountId").map(AccountId::new);
    if query.has_others_than(&["accountId", "userId"]) || account_id.is_none() {
        return Err(invalid("query"));
    }
    let current = signed_in(&mut parts).await?;
    let context = current.context(&auth, &parts);
    let account_id = account_id.unwrap_or_else(|| AccountId::new(""));
    let (account, profile) =
        auth.account_info(&current.user.id, &account_id, &context).await.map_err(|error| match error {
            AuthError::ProviderNotSupported { .. } => {
                HttpError::new(StatusCode::BAD_REQUEST, ErrorCode::ProviderNotConfigured)
            }
            AuthError::Provider(_) => {
                HttpError::new(StatusCode::UNAUTHORIZED, ErrorCode::FailedToGetUserInfo)
            }
            other => other.into(),
        })?;
    let mut user = Map::new();
    put(&mut user, "id", Some(profile.account_id.as_str()));
    put(&mut user, "name", Some(profile.name.as_str()).filter(|name| !name.is_empty()));
    user.insert("email".to_owned(), json!(profile.email));
    put(&mut user, "image", profile.image.as_deref());
    user.insert("emailVerified".to_owned(), json!(profile.email_verified));
    Ok(Json(json!({
        "user": user,
        "data": profile.raw,
        "account": {
            "id": account.id.as_str(),
            "providerId": account.provider_id,
            "accountId": account.account_id,
        },
    })))
}

/// Better Auth answers a stranger without a body here.
async fn signed_in(parts: &mut Parts) -> Result<CurrentSession, HttpError> {
    let found = CurrentSession::stored_if_any(parts).await?;
    found.ok_or_else(|| HttpError::bare(StatusCode::UNAUTHORIZED))
}

/// The account that is asked for. A cookie that holds one is not among this library's cookies.
fn selected(fields: &mut Fields) -> Result<AccountId, HttpError> {
    let by_cookie = fields.has("useAccountCookie");
    let given = fields.rest();
    let names = ["accountId", "useAccountCookie", "userId"];
    let is_text = |name: &str| given.get(name).is_none_or(Value::is_string);
    let known = given.keys().all(|name| names.contains(&name.as_str())) && is_text("userId");
    let account_id = given.get("accountId").and_then(Value::as_str);
    match account_id {
        Some(account_id) if known && !given.contains_key("useAccountCookie") => {
            Ok(AccountId::new(account_id))
        }
        None if known && by_cookie && !given.contains_key("accountId") => {
            Err(HttpError::new(StatusCode::BAD_REQUEST, ErrorCode::AccountNotFound))
        }
        _ => Err(invalid("body")),
    }
}

fn invalid(place: &str) -> HttpError {
    HttpError::validation(format!("[{place}] Invalid input"))
}

/// What the provider or a stored token has to do with it is one failure for the client.
fn refused(error: AuthError, code: ErrorCode) -> HttpError {
    match error {
        AuthError::Provider(_) | AuthError::StoredToken(_) => {
            tracing::warn!(name: "http.provider", %error, source = ?std::error::Error::source(&error), "no access token");
            HttpError::new(StatusCode::BAD_REQUEST, code)
        }
        other => other.into(),
    }
}

/// Adds what is there; JavaScript leaves the rest out.
fn put(body: &mut Map<String, Value>, name: &str, value: Option<impl Into<Value>>) {
    if let Some(value) = value {
        body.insert(name.to_owned(), value.into());
    }
}
