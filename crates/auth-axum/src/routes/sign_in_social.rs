//! `POST /sign-in/social`: sends the browser to a provider, or signs in by an id token that the client brings.

use auth_core::domain::Secret;
use auth_core::provider::{PROTOCOL_PARAMETERS, RESERVED_PARAMETERS, Tokens};
use auth_core::service::{IdTokenSignIn, StartOAuth};
use auth_core::snapshot::UserJson;
use auth_core::{Auth, AuthError, ErrorCode};
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{AppendHeaders, IntoResponse, Response};
use axum::{Extension, Json};
use serde_json::{Map, Value, json};
use time::{Duration, OffsetDateTime};

use crate::body::{Fields, Media};
use crate::client::request_context;
use crate::error::HttpError;
use crate::{cookie, origin, redirect};

pub(super) async fn sign_in_social(
    Extension(auth): Extension<Auth>,
    request: Request,
) -> Result<Response, HttpError> {
    let (parts, mut fields) = Fields::read(&auth, request, Media::Json).await?;
    let (start, id_token, redirects) = read(&mut fields, auth.now());
    fields.finish()?;
    check_redirects(&auth, &start)?;
    let context = request_context(&auth, &parts);
    let Some(id_token) = id_token else {
        let started = auth.start_oauth(start, &context).await.map_err(not_startable)?;
        return Ok(answer(&auth, started.url.as_str(), started.state.expose(), redirects));
    };
    let signed_in = auth.sign_in_id_token(id_token, &context).await.map_err(refused)?;
    let token = &signed_in.session.token;
    let cookies = cookie::set_session(&auth, &parts.headers, (&signed_in.session, &signed_in.user), true);
    let body = json!({
        "redirect": false,
        "token": token.expose(),
        "user": UserJson::from(&signed_in.user),
    });
    Ok((AppendHeaders(cookies), Json(body)).into_response())
}

/// Reads what signing in and linking have in common, and whether the answer redirects.
pub(super) fn read(fields: &mut Fields, now: OffsetDateTime) -> (StartOAuth, Option<IdTokenSignIn>, bool) {
    let start = StartOAuth {
        provider_id: fields.text("provider"),
        callback_url: fields.optional_url("callbackURL"),
        new_user_url: fields.optional_url("newUserCallbackURL"),
        error_url: fields.optional_url("errorCallbackURL"),
        scopes: fields.texts("scopes"),
        request_sign_up: fields.optional_bool("requestSignUp"),
        login_hint: fields.optional_text("loginHint"),
        additional_params: fields.text_pairs("additionalParams"),
        additional_data: fields.small_object("additionalData"),
    };
    let reserved: Vec<&str> = PROTOCOL_PARAMETERS.into_iter().chain(RESERVED_PARAMETERS).collect();
    if start.additional_params.iter().any(|(name, _)| reserved.contains(&name.as_str())) {
        let reserved = reserved.join(", ");
        let problem = format!("additionalParams cannot include reserved OAuth parameters: {reserved}");
        fields.problem("additionalParams", &problem);
    }
    let redirects = !fields.optional_bool("disableRedirect").unwrap_or(false);
    let id_token = fields.part("idToken").map(|mut part| {
        let id_token = read_id_token(&mut part, &start, now);
        fields.join(part);
        id_token
    });
    (start, id_token, redirects)
}

fn read_id_token(part: &mut Fields, start: &StartOAuth, now: OffsetDateTime) -> IdTokenSignIn {
    let mut id_token = IdTokenSignIn::new(&start.provider_id, Secret::new(part.text("token")));
    id_token.nonce = part.optional_text("nonce");
    let user = part.small_object("user");
    // Milliseconds since 1970, as JavaScript has them.
    let expires_at = part.optional_number("expiresAt");
    let lifetime = expires_at.map(|at| Duration::seconds_f64(at.clamp(0.0, 1e14) / 1000.0 - unix(now)));
    id_token.tokens = Tokens {
        access_token: part.optional_text("accessToken").map(Secret::new),
        refresh_token: part.optional_text("refreshToken").map(Secret::new),
        access_token_expires_in: lifetime,
        user: (user != Map::new()).then_some(Value::Object(user)),
        ..id_token.tokens
    };
    id_token.request_sign_up = start.request_sign_up.unwrap_or(false);
    id_token.callback_url.clone_from(&start.callback_url);
    id_token
}

#[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^52")]
fn unix(now: OffsetDateTime) -> f64 {
    now.unix_timestamp() as f64
}

/// Every address that the browser may be sent to.
pub(super) fn check_redirects(auth: &Auth, start: &StartOAuth) -> Result<(), HttpError> {
    origin::check_callback_url(auth, start.callback_url.as_deref())?;
    origin::check_redirect(auth, start.error_url.as_deref(), ErrorCode::InvalidErrorCallbackUrl)?;
    origin::check_redirect(auth, start.new_user_url.as_deref(), ErrorCode::InvalidNewUserCallbackUrl)
}

/// Sends the browser to a provider; its cookie says that it was this one.
pub(super) fn answer(auth: &Auth, url: &str, state: &str, redirects: bool) -> Response {
    let mut headers: Vec<(HeaderName, HeaderValue)> = vec![cookie::set_state(auth, state)];
    if redirects {
        headers.extend(redirect::location(url));
    }
    (AppendHeaders(headers), Json(json!({ "url": url, "redirect": redirects }))).into_response()
}

/// A provider whose discovery document cannot be had is none until it can, as in Better Auth.
pub(super) fn not_startable(error: AuthError) -> HttpError {
    match error {
        AuthError::Provider(source) => {
            tracing::error!(name: "http.provider", error = %source, "a provider cannot be used now; it is tried again");
            AuthError::ProviderNotFound.into()
        }
        other => other.into(),
    }
}

/// A provider's doubts are told by their reason here, not by a redirect.
pub(super) fn refused(error: AuthError) -> HttpError {
    match error {
        AuthError::InvalidToken => HttpError::new(StatusCode::UNAUTHORIZED, ErrorCode::InvalidToken),
        other => other.into(),
    }
}
