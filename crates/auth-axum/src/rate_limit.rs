//! Which limit holds for which path: Better Auth's windows and special rules.

use auth_core::Auth;
use auth_core::config::{RateLimit, RateLimitConfig};
use auth_core::service::RateLimited;
use axum::Json;
use axum::extract::{MatchedPath, Request};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::client;
use crate::error::HttpError;
use crate::routes::BASE;

/// A request that is to be counted.
#[derive(Debug)]
pub(crate) struct Hit {
    address: Option<String>,
    path: String,
    limit: RateLimit,
}

impl Hit {
    /// `None`: no limit holds for a request to a path below `/api/auth`.
    pub(crate) fn of(auth: &Auth, path: &str, request: &Request) -> Option<Self> {
        let config = &auth.http_config().rate_limit;
        if !config.enabled || auth.http_config().client_address.disabled {
            return None;
        }
        let matched = request.extensions().get::<MatchedPath>().map_or("", MatchedPath::as_str);
        let is_provider = |id: &str| auth.providers().any(|provider| provider.id() == id);
        let path = counted_path(matched, path, is_provider);
        let limit = limit_of(config, &path)?;
        let address = client::address(auth, request.headers(), request.extensions());
        Some(Self { address, path, limit })
    }

    pub(crate) async fn count(self, auth: &Auth) -> Result<(), RateLimited> {
        auth.count_request(self.address.as_deref(), &self.path, self.limit).await
    }
}

/// The path that a request is counted under, one of a fixed number: what clients make up must not fill the storage, and what a
/// link holds must not stand in it.
fn counted_path(matched: &str, path: &str, is_provider: impl Fn(&str) -> bool) -> String {
    let route = matched.split_once(BASE).map_or("", |(_, route)| route);
    if route.is_empty() || route.contains("{*") {
        return UNKNOWN_PATH.to_owned();
    }
    let Some((prefix, name)) = route.strip_suffix('}').and_then(|route| route.split_once('{')) else {
        return route.to_owned();
    };
    match path.strip_prefix(prefix) {
        Some(id) if prefix == CALLBACK && is_provider(id) => path.to_owned(),
        _ => format!("{prefix}:{name}"),
    }
}

/// The limit of a path: a rule of the application's, a special rule, the default.
fn limit_of(config: &RateLimitConfig, path: &str) -> Option<RateLimit> {
    if let Some(rule) = config.rules.iter().find(|rule| rule.applies_to(path)) {
        return rule.limit;
    }
    let begins = |prefixes: &[&str]| prefixes.iter().any(|prefix| path.starts_with(prefix));
    if begins(&[
        "/sign-in",
        "/sign-up",
        "/change-password",
        "/change-email",
        "/verify-password",
        "/delete-user",
    ]) {
        return Some(RateLimit::new(3, 10));
    }
    let mails = ["/request-password-reset", "/send-verification-email"].contains(&path);
    if mails || begins(&["/forget-password"]) {
        return Some(RateLimit::new(3, 60));
    }
    Some(config.default)
}

/// A request that is not let through, as Better Auth answers it.
pub(crate) fn refusal(limited: RateLimited) -> Response {
    let RateLimited::TooMany { retry_after_seconds } = limited else {
        return HttpError::unavailable().into_response();
    };
    let body = Json(json!({ "message": "Too many requests. Please try again later." }));
    let retry_after = [("x-retry-after", retry_after_seconds.to_string())];
    (StatusCode::TOO_MANY_REQUESTS, retry_after, body).into_response()
}

/// All paths that are none of the interface's.
const UNKNOWN_PATH: &str = "/*";
const CALLBACK: &str = "/callback/";

#[cfg(test)]
mod tests {
    use super::*;
    use auth_core::config::RateLimitRule;

    #[test]
    fn special_rules_stand_before_the_default_and_own_rules_before_them() {
        let mut config = RateLimitConfig::default();
        let none = RateLimitRule { path: "/sign-in/magic*".to_owned(), limit: None };
        let own = RateLimitRule { path: "/*/email".to_owned(), limit: Some(RateLimit::new(7, 1)) };
        config.rules = vec![none, own];
        assert_eq!(limit_of(&config, "/get-session"), Some(config.default));
        assert_eq!(limit_of(&config, "/sign-in/social"), Some(RateLimit::new(3, 10)));
        assert_eq!(limit_of(&config, "/request-password-reset"), Some(RateLimit::new(3, 60)));
        assert_eq!(limit_of(&config, "/request-password-resets"), Some(config.default));
        assert_eq!(limit_of(&config, "/sign-in/magic-link"), None);
        assert_eq!(limit_of(&config, "/sign-up/email"), Some(RateLimit::new(7, 1)));
    }

    #[test]
    fn a_client_cannot_make_up_paths_to_be_counted_under() {
        let cases = [
            ("/api/auth/sign-in/email", "/sign-in/email", "/sign-in/email"),
            ("/mounted/api/auth/ok", "/ok", "/ok"),
            ("/api/auth/callback/{provider}", "/callback/github", "/callback/github"),
            ("/api/auth/callback/{provider}", "/callback/made-up", "/callback/:provider"),
            ("/api/auth/callback/{provider}", "/callback/git%68ub", "/callback/:provider"),
            ("/api/auth/reset-password/{token}", "/reset-password/github", "/reset-password/:token"),
            ("/api/auth/{*unknown}", "/sign-in/made-up", "/*"),
            ("", "/anything", "/*"),
        ];
        for (matched, path, counted) in cases {
            assert_eq!(counted_path(matched, path, |id| id == "github"), counted, "{path}");
        }
    }
}
