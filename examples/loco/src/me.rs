//! The page that tells who is asking.

use axum::response::Response;
use axum::routing::get;
use loco_rs::Result;
use loco_rs::controller::{Routes, format};

pub(crate) fn routes() -> Routes {
    Routes::new().add("/me", get(me))
}

// auth: begin
async fn me(current: auth_loco::CurrentSession) -> Result<Response> {
    format::text(&format!("Signed in as {}.", current.user.email.as_str()))
}
// auth: end
