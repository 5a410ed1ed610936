//! The application, asked through Loco's own harness.

use auth_loco::auth_core::Auth;
use auth_loco::auth_core::domain::{Email, NewSession};
use auth_loco::{AuthInitializer, AuthTask};
use axum_test::{TestResponse, TestServer};
use loco_example::app::App;
use loco_rs::app::{AppContext, Hooks};
use loco_rs::task::{Tasks, Vars};
use loco_rs::testing::prelude::*;
use serde_json::{Value, json};

const ORIGIN: &str = "http://localhost:5150";
const COOKIE: &str = "better-auth.session_token";

fn cookies() -> RequestConfig {
    RequestConfigBuilder::new().save_cookies(true).build()
}

async fn post(server: &TestServer, path: &str, body: &Value) -> TestResponse {
    server.post(path).add_header("origin", ORIGIN).json(body).await
}

async fn sign_up(server: &TestServer) -> Value {
    let body = json!({ "name": "Ada", "email": "ada@example.com", "password": "correct horse battery" });
    let response = post(server, "/api/auth/sign-up/email", &body).await;
    response.assert_status_ok();
    response.json()
}

async fn sign_in(server: &TestServer) -> TestResponse {
    let body = json!({ "email": "ada@example.com", "password": "correct horse battery" });
    post(server, "/api/auth/sign-in/email", &body).await
}

async fn session(server: &TestServer) -> Value {
    let response = server.get("/api/auth/get-session").await;
    response.assert_status_ok();
    response.json()
}

#[tokio::test]
async fn who_signs_up_is_signed_in_and_known_to_the_page() {
    request_config_with_create_db::<App, _, _>(cookies(), |server, _| async move {
        let signed_up = sign_up(&server).await;
        assert_eq!(signed_up["user"]["email"], "ada@example.com");
        assert_eq!(session(&server).await["user"]["id"], signed_up["user"]["id"]);
        let page = server.get("/me").await;
        page.assert_status_ok();
        page.assert_text("Signed in as ada@example.com.");
    })
    .await;
}

#[tokio::test]
async fn the_page_refuses_who_is_not_signed_in() {
    request_with_create_db::<App, _, _>(|server, _| async move {
        sign_up(&server).await;
        let page = server.get("/me").await;
        page.assert_status_unauthorized();
        assert_eq!(page.json::<Value>()["code"], "UNAUTHORIZED");
        let forged = server.get("/me").add_header("cookie", format!("{COOKIE}=forged.signature")).await;
        forged.assert_status_unauthorized();
        assert_eq!(session(&server).await, Value::Null);
    })
    .await;
}

#[tokio::test]
async fn sign_in_takes_the_right_password_and_sign_out_ends_it() {
    request_config_with_create_db::<App, _, _>(cookies(), |server, _| async move {
        sign_up(&server).await;
        post(&server, "/api/auth/sign-out", &json!({})).await.assert_status_ok();
        server.get("/me").await.assert_status_unauthorized();
        let wrong = json!({ "email": "ada@example.com", "password": "not the password" });
        post(&server, "/api/auth/sign-in/email", &wrong).await.assert_status_unauthorized();
        sign_in(&server).await.assert_status_ok();
        server.get("/me").await.assert_status_ok();
    })
    .await;
}

#[tokio::test]
async fn the_settings_reach_the_services() {
    request_config_with_create_db::<App, _, _>(cookies(), |server, ctx| async move {
        let auth = ctx.shared_store.get::<Auth>().expect("the initializer has run");
        assert_eq!(auth.session_config().expires_in.whole_seconds(), 3600);
        assert_eq!(auth.base_url().as_str(), "http://localhost:5150/");
        let foreign = server
            .post("/api/auth/sign-up/email")
            .add_header("origin", "https://elsewhere.example")
            .json(&json!({ "name": "Eve", "email": "eve@example.com", "password": "correct horse battery" }))
            .await;
        foreign.assert_status_forbidden();
    })
    .await;
}

#[tokio::test]
async fn locos_middlewares_stand_before_the_interface() {
    request_config_with_create_db::<App, _, _>(cookies(), |server, _| async move {
        let body = json!({ "name": "Ada", "email": "ada@example.com", "password": "correct horse battery" });
        let response = server
            .post("/api/auth/sign-up/email")
            .add_header("x-forwarded-for", "203.0.113.7")
            .json(&body)
            .await;
        response.assert_status_ok();
        response.assert_contains_header("x-request-id");
        assert_eq!(session(&server).await["session"]["ipAddress"], "203.0.113.7");
        server.get("/api/auth/nothing").await.assert_status_not_found();
    })
    .await;
}

#[tokio::test]
async fn the_task_lists_users() {
    request_with_create_db::<App, _, _>(|server, ctx| async move {
        sign_up(&server).await;
        let users = perform(&ctx, &[("do", "list-users")]).await.unwrap();
        assert!(users.starts_with("users: 1\n") && users.contains("ada@example.com"), "{users}");
        assert_eq!(perform(&ctx, &[("do", "list-users"), ("limit", "0")]).await.unwrap(), "users: 0");
    })
    .await;
}

#[tokio::test]
async fn the_task_revokes_the_sessions_of_a_user() {
    request_config_with_create_db::<App, _, _>(cookies(), |server, ctx| async move {
        sign_up(&server).await;
        server.get("/me").await.assert_status_ok();
        let mut tasks = Tasks::default();
        App::register_tasks(&mut tasks);
        let revoke = vars(&[("do", "revoke-sessions"), ("email", "ada@example.com")]);
        tasks.run(&ctx, "auth", &revoke).await.unwrap();
        server.get("/me").await.assert_status_unauthorized();
        let nobody = perform(&ctx, &[("do", "revoke-sessions"), ("email", "eve@example.com")]).await;
        assert_eq!(nobody.unwrap_err().to_string(), "nobody has the address eve@example.com");
    })
    .await;
}

#[tokio::test]
async fn the_task_deletes_expired_sessions_and_no_others() {
    request_config_with_create_db::<App, _, _>(cookies(), |server, ctx| async move {
        sign_up(&server).await;
        let auth = ctx.shared_store.get::<Auth>().expect("the initializer has run");
        let email = Email::parse("ada@example.com").unwrap();
        let ada = auth.store().users().find_by_email(&email).await.unwrap().unwrap();
        let expired = NewSession::new(ada.id.clone(), ada.created_at);
        auth.store().sessions().create(expired).await.unwrap();
        let vars = [("do", "delete-expired-sessions"), ("email", "ada@example.com")];
        assert_eq!(perform(&ctx, &vars).await.unwrap(), "deleted expired sessions: 1");
        assert_eq!(perform(&ctx, &vars).await.unwrap(), "deleted expired sessions: 0");
        for _ in 0..3 {
            auth.store().sessions().create(NewSession::new(ada.id.clone(), ada.created_at)).await.unwrap();
        }
        let vars = [("do", "delete-expired"), ("batch-size", "2"), ("pause-ms", "0")];
        let deleted = perform(&ctx, &vars).await.unwrap();
        assert_eq!(deleted, "deleted: sessions 3, verifications 0, rate limits 0");
        server.get("/me").await.assert_status_ok();
    })
    .await;
}

async fn perform(ctx: &AppContext, given: &[(&str, &str)]) -> loco_rs::Result<String> {
    AuthTask::new(AuthInitializer::new()).perform(ctx, &vars(given)).await
}

fn vars(given: &[(&str, &str)]) -> Vars {
    Vars::from_cli_args(given.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect())
}
