//! `GET /callback/{provider}`: a browser comes back. `POST`, as some providers do it, is sent on to `GET`: the cookie that
//! binds the sign-in to the browser comes along only then.

use auth_core::Auth;
use auth_core::domain::Secret;
use auth_core::service::OAuthCallback;
use axum::Extension;
use axum::extract::{Path, Request};
use axum::http::request::Parts;
use axum::response::Response;

use crate::body::{Fields, Media};
use crate::client::request_context;
use crate::error::HttpError;
use crate::query::{Query, with_parameters};
use crate::{cookie, redirect};

pub(super) async fn callback(
    Extension(auth): Extension<Auth>,
    Path(provider): Path<String>,
    parts: Parts,
) -> Response {
    let query = Query::of(&parts.uri);
    let text = |name: &str| query.given(name).map(str::to_owned);
    let callback = OAuthCallback {
        state: text("state"),
        browser_state: cookie::state(&auth, &parts.headers),
        code: text("code").map(Secret::new),
        error: text("error"),
        error_description: text("error_description"),
        device_id: text("device_id"),
        user: text("user"),
        issuer: text("iss"),
    };
    let belongs = callback.state.is_some() && callback.state == callback.browser_state;
    // The state of another sign-in, which may be under way in this browser, stays.
    let mut cookies = if belongs { vec![cookie::expire_state(&auth)] } else { Vec::new() };
    match auth.finish_oauth(&provider, callback, &request_context(&auth, &parts)).await {
        Ok(finished) => {
            if let Some((user, session)) = &finished.signed_in {
                cookies.extend(cookie::set_session(&auth, &parts.headers, (session, user), true));
            }
            redirect::with_cookies(&finished.redirect_to, cookies)
        }
        Err(failed) => {
            let page = failed.error_url.unwrap_or_else(|| format!("{}/error", auth.endpoint()));
            let mut parameters = vec![("error", &*failed.code)];
            parameters.extend(failed.description.as_deref().map(|text| ("error_description", text)));
            redirect::with_cookies(&with_parameters(&page, &parameters), cookies)
        }
    }
}

pub(super) async fn posted_callback(
    Extension(auth): Extension<Auth>,
    Path(provider): Path<String>,
    request: Request,
) -> Result<Response, HttpError> {
    let (parts, fields) = Fields::read_optional(&auth, request, Media::JsonOrForm).await?;
    let query = Query::of(&parts.uri);
    let mut posted = fields.map(|mut fields| fields.rest()).unwrap_or_default();
    let mut text = |name: &'static str| {
        let posted = posted.remove(name).and_then(|value| value.as_str().map(str::to_owned));
        query.get(name).map(str::to_owned).or(posted).map(|text| (name, text))
    };
    let names = ["code", "error", "device_id", "error_description", "state", "user", "iss"];
    let found: Vec<(&str, String)> = names.into_iter().filter_map(&mut text).collect();
    let parameters: Vec<(&str, &str)> = found.iter().map(|(name, text)| (*name, text.as_str())).collect();
    let provider = percent_encoding::utf8_percent_encode(&provider, auth_core::token::URI_COMPONENT);
    let page = format!("{}/callback/{provider}", auth.endpoint());
    Ok(redirect::to(&with_parameters(&page, &parameters)))
}
