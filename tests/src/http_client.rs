//! A browser for the router: sends requests without a socket and keeps cookies.

use std::collections::BTreeMap;

use auth_core::Auth;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use tower::ServiceExt;

/// A browser with a cookie jar.
#[derive(Debug, Clone)]
pub struct Browser {
    router: Router,
    /// The cookies by name.
    pub cookies: BTreeMap<String, String>,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as JSON; null when it is empty.
    pub body: Value,
}

impl Browser {
    /// A browser in front of a server.
    pub fn new(auth: &Auth) -> Self {
        Self { router: auth_axum::router(auth.clone()), cookies: BTreeMap::new() }
    }

    /// `GET` below `/api/auth`.
    pub async fn get(&mut self, path: &str) -> Answer {
        self.send(Request::get(format!("/api/auth{path}")), Body::empty()).await
    }

    /// `POST` of JSON below `/api/auth`, from a page of the server.
    pub async fn post(&mut self, path: &str, body: &Value) -> Answer {
        self.post_text(path, body.to_string()).await
    }

    /// `POST` of a body that says that it is JSON.
    pub async fn post_text(&mut self, path: &str, body: impl Into<Body>) -> Answer {
        let request = Request::post(format!("/api/auth{path}"))
            .header(header::CONTENT_TYPE, "application/json")
            .header(header::ORIGIN, "http://localhost:3000");
        self.send(request, body.into()).await
    }

    /// Any request; cookies are added and kept.
    pub async fn send(&mut self, request: axum::http::request::Builder, body: Body) -> Answer {
        let jar: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let request = if jar.is_empty() { request } else { request.header(header::COOKIE, jar.join("; ")) };
        let request = request.header(header::USER_AGENT, "test/1").body(body).expect("the request is whole");
        let response = self.router.clone().oneshot(request).await.expect("a router always answers");
        let (parts, body) = response.into_parts();
        self.keep(&parts.headers);
        let bytes = body.collect().await.expect("the body arrives").to_bytes();
        let text = || Value::from(String::from_utf8_lossy(&bytes));
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes).unwrap_or_else(|_| text())
        };
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// `GET` of a page that is no JSON.
    pub async fn page(&self, path: &str) -> (HeaderMap, String) {
        let request = Request::get(path).body(Body::empty()).expect("the request is whole");
        let response = self.router.clone().oneshot(request).await.expect("a router always answers");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("the body arrives").to_bytes();
        (parts.headers, String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A request without a body, whatever the answer is made of.
    pub async fn raw(&self, request: axum::http::request::Builder) -> (StatusCode, String) {
        let request = request.body(Body::empty()).expect("the request is whole");
        let response = self.router.clone().oneshot(request).await.expect("a router always answers");
        let status = response.status();
        let bytes = response.into_body().collect().await.expect("the body arrives").to_bytes();
        (status, String::from_utf8_lossy(&bytes).into_owned())
    }

    fn keep(&mut self, headers: &HeaderMap) {
        for line in headers.get_all(header::SET_COOKIE) {
            let line = line.to_str().expect("cookies are ASCII");
            let (name, rest) = line.split_once('=').expect("a cookie has a name");
            let value = rest.split(';').next().unwrap_or_default();
            if line.contains("Max-Age=0") {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Answer {
    /// Every `Set-Cookie` line.
    pub fn set_cookies(&self) -> Vec<&str> {
        self.headers.get_all(header::SET_COOKIE).iter().filter_map(|line| line.to_str().ok()).collect()
    }

    /// The error code of the body.
    pub fn code(&self) -> &str {
        self.body["code"].as_str().unwrap_or_default()
    }
}
