//! `GET /ok`: the server answers.

use axum::Json;
use serde_json::{Value, json};

pub(super) async fn ok() -> Json<Value> {
    Json(json!({ "ok": true }))
}
