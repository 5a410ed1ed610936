//! `GET /open-api`: the interface, described for generators of clients and for people.

use axum::http::header;
use axum::response::IntoResponse;

/// An OpenAPI 3.1 document.
pub(crate) async fn open_api() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], include_str!("open_api.json"))
}
