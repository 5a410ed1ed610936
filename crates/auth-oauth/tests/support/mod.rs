//! A provider on this machine.
#![expect(clippy::unwrap_used, reason = "the helpers of a test may fail as loudly as the test")]
#![expect(dead_code, reason = "each test file uses a part")]

pub(crate) mod issuer;
pub(crate) mod keys;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use auth_core::domain::Secret;
use auth_core::provider::{AuthorizationRequest, CodeExchange, Provider, ProviderError, Tokens};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, Method, Uri};
use axum::response::Response;
use serde_json::Value;
use url::Url;

/// A provider that answers as a test tells it and remembers what it was asked.
#[derive(Clone)]
pub(crate) struct Mock {
    pub(crate) base: String,
    state: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    answers: Mutex<HashMap<String, Answer>>,
    asked: Mutex<Vec<Asked>>,
}

/// What a path answers.
#[derive(Clone)]
pub(crate) enum Answer {
    Json(Value),
    Full { status: u16, headers: Vec<(&'static str, String)>, body: String },
    Never,
}

/// A request.
#[derive(Clone, Debug)]
pub(crate) struct Asked {
    pub(crate) method: Method,
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) form: HashMap<String, String>,
}

impl Mock {
    pub(crate) async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base = format!("http://{}", listener.local_addr().unwrap());
        let state = Arc::new(Shared::default());
        let router = Router::new().fallback(answer).with_state(Arc::clone(&state));
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, state }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    pub(crate) fn on(&self, path: &str, answer: Answer) {
        self.state.answers.lock().unwrap().insert(path.to_owned(), answer);
    }

    pub(crate) fn json(&self, path: &str, document: Value) {
        self.on(path, Answer::Json(document));
    }

    pub(crate) fn status(&self, path: &str, status: u16, body: &str) {
        self.on(path, Answer::Full { status, headers: Vec::new(), body: body.to_owned() });
    }

    /// The requests of a path.
    pub(crate) fn asked(&self, path: &str) -> Vec<Asked> {
        self.state.asked.lock().unwrap().iter().filter(|asked| asked.path == path).cloned().collect()
    }
}

async fn answer(
    State(shared): State<Arc<Shared>>,
    method: Method,
    uri: Uri,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let path = uri.path().to_owned();
    let form = url::form_urlencoded::parse(&body).into_owned().collect();
    let answer = shared.answers.lock().unwrap().get(&path).cloned();
    shared.asked.lock().unwrap().push(Asked { method, path, headers, form });
    let response = Response::builder();
    match answer {
        Some(Answer::Json(document)) => {
            response.header("content-type", "application/json").body(document.to_string().into()).unwrap()
        }
        Some(Answer::Full { status, headers, body }) => {
            let response = headers
                .iter()
                .fold(response.status(status), |response, (name, value)| response.header(*name, value));
            response.body(body.into()).unwrap()
        }
        Some(Answer::Never) => std::future::pending().await,
        None => response.status(404).body("".into()).unwrap(),
    }
}

pub(crate) const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";

pub(crate) fn redirect_uri() -> Url {
    Url::parse("https://app.example/api/auth/callback/test").unwrap()
}

/// Exchanges the code `the-code`.
pub(crate) async fn exchange(provider: &dyn Provider) -> Result<Tokens, ProviderError> {
    let exchange = CodeExchange {
        code: &Secret::new("the-code"),
        code_verifier: &Secret::new(VERIFIER),
        redirect_uri: &redirect_uri(),
        device_id: None,
    };
    provider.exchange_code(exchange).await
}

/// The parameters of an authorization address, in their order.
pub(crate) async fn authorization(
    provider: &dyn Provider,
    nonce: Option<&str>,
    additional_params: &[(String, String)],
) -> Result<(Url, Vec<(String, String)>), ProviderError> {
    let request = AuthorizationRequest {
        state: "the-state",
        code_verifier: &Secret::new(VERIFIER),
        redirect_uri: &redirect_uri(),
        scopes: &["calendar".to_owned(), "email".to_owned()],
        nonce,
        login_hint: Some("ada@example.org"),
        additional_params,
    };
    let url = provider.authorization_url(request).await?;
    let params = url.query_pairs().into_owned().collect();
    Ok((url, params))
}

/// The values of a parameter; more than one is an ambiguity.
pub(crate) fn values<'a>(params: &'a [(String, String)], name: &str) -> Vec<&'a str> {
    params.iter().filter(|(known, _)| known == name).map(|(_, value)| value.as_str()).collect()
}

pub(crate) fn tokens(access_token: Option<&str>, id_token: Option<&str>) -> Tokens {
    Tokens {
        access_token: access_token.map(Secret::new),
        id_token: id_token.map(Secret::new),
        ..Tokens::default()
    }
}
