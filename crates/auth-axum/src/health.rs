//! `GET /health/live` and `GET /health/ready`, for whoever starts processes and sends them requests.

use std::sync::Arc;
use std::time::{Duration, Instant};

use auth_core::secondary_storage::StorageState;
use auth_core::{Auth, DatabaseState, Readiness};
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use serde_json::json;
use tokio::sync::Mutex;

/// `/health/live` answers 200 while the process does. `/health/ready` answers 200 while requests can be answered, else 503, as JSON with
/// the reasons; neither tells an address, a version or an error's text. Merge it into your router; it needs none of your state.
///
/// However many ask, the database is asked at most once a second ([`Auth::readiness`]), and given two seconds to answer.
pub fn health_router<S: Clone + Send + Sync + 'static>(auth: Auth) -> Router<S> {
    let health = Arc::new(Health { auth, last: Mutex::new(None) });
    Router::new().route("/health/live", get(live)).route("/health/ready", get(ready)).with_state(health)
}

struct Health {
    auth: Auth,
    last: Mutex<Option<(Instant, Readiness)>>,
}

impl Health {
    /// What was found a moment ago, or is now. One asks, the others wait for that.
    async fn readiness(&self) -> Readiness {
        let mut last = self.last.lock().await;
        if let Some((_, readiness)) = last.filter(|(at, _)| at.elapsed() < BELIEVED_FOR) {
            return readiness;
        }
        let readiness = self.auth.readiness(LONGEST_ANSWER).await;
        *last = Some((Instant::now(), readiness));
        readiness
    }
}

async fn live() -> Response {
    answer(StatusCode::OK, &json!({ "status": "live" }))
}

async fn ready(State(health): State<Arc<Health>>) -> Response {
    let readiness = health.readiness().await;
    let (status, word) = if readiness.is_ready() {
        (StatusCode::OK, "ready")
    } else {
        (StatusCode::SERVICE_UNAVAILABLE, "not_ready")
    };
    answer(
        status,
        &json!({
            "status": word,
            "database": readiness.database.name(),
            "storage": readiness.storage.map(StorageState::name),
            "reasons": reasons(readiness),
        }),
    )
}

/// What is wrong and what to do.
fn reasons(readiness: Readiness) -> Vec<&'static str> {
    let mut reasons = Vec::new();
    match readiness.database {
        DatabaseState::Answers => {}
        DatabaseState::TooSlow => {
            reasons.push("the database does not answer in time: look at its load and at the pool");
        }
        DatabaseState::Unreachable => {
            reasons.push("the database cannot be reached: is it running, and is the pool large enough?");
        }
        DatabaseState::DoesNotFit => {
            reasons.push("the tables lack something: `auth validate` tells what, `auth migrate` mends it");
        }
        _ => reasons.push("the database answers with an error: it is in the log, as auth.not_ready"),
    }
    if !readiness.has_storage() {
        reasons.push("sessions stand in the secondary storage alone, and it does not answer: is it running?");
    }
    if readiness.is_ending {
        reasons.push("the process is ending");
    }
    reasons
}

fn answer(status: StatusCode, body: &serde_json::Value) -> Response {
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

const BELIEVED_FOR: Duration = Duration::from_secs(1);
const LONGEST_ANSWER: Duration = Duration::from_secs(2);
