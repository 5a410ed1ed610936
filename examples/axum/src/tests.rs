//! The example's own handlers, by the kit for tests.

use std::error::Error;

use auth_core::testing::TestAuth;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::routing::get;
use axum::{Extension, Router};
use tower::ServiceExt;

#[tokio::test]
async fn somebody_who_is_signed_in_is_greeted() -> Result<(), Box<dyn Error>> {
    let test = TestAuth::new()?;
    let session = test.sign_up("ada@example.com").await?.session.ok_or("signed in at once")?;
    let (name, value) = auth_axum::testing::cookie(&test.auth, &session.token);
    let app = Router::new().route("/hello", get(super::hello)).layer(Extension(test.auth.clone()));
    let request = Request::get("/hello").header(name, value).body(Body::empty())?;
    let answer = app.clone().oneshot(request).await?;
    assert_eq!(axum::body::to_bytes(answer.into_body(), 100).await?, "Hello, Ada!");

    test.clock.advance(test.auth.session_config().expires_in);
    let (name, value) = auth_axum::testing::cookie(&test.auth, &session.token);
    let request = Request::get("/hello").header(name, value).body(Body::empty())?;
    assert_eq!(app.oneshot(request).await?.status(), StatusCode::UNAUTHORIZED);
    Ok(())
}

#[tokio::test]
async fn a_handler_is_tried_by_itself() -> Result<(), Box<dyn Error>> {
    let ada = TestAuth::new()?.sign_up("ada@example.com").await?;
    let session = ada.session.ok_or("signed in at once")?;
    let request = Request::get("/hello").body(Body::empty())?;
    let request = auth_axum::testing::signed_in(request, session, ada.user);
    let app = Router::new().route("/hello", get(super::hello));
    assert_eq!(app.oneshot(request).await?.status(), StatusCode::OK);
    Ok(())
}
