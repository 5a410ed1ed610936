//! Starts of the application.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by a panic")]

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use async_trait::async_trait;
use auth_loco::AuthInitializer;
use auth_loco::auth_core::Auth;
use auth_loco::auth_core::domain::{NewUser, RequestContext, User};
use auth_loco::auth_core::hooks::{
    DatabaseHooks, Decision, Event, HookError, Hooks as AuthHooks, Operation, Phase,
};
use auth_loco::auth_core::repository::Store;
use axum_test::TestServer;
use loco_example::app::App;
use loco_rs::app::{Hooks, Initializer};
use loco_rs::boot::{BootResult, StartMode};
use loco_rs::config::Config;
use loco_rs::doctor::CheckStatus;
use loco_rs::environment::Environment;
use serde_json::{Value, json};

#[tokio::test]
async fn a_restart_keeps_users_and_sessions() {
    let database = Database::new("restart");
    let first = boot(database.config().await).await.unwrap();
    let server = serve(&first);
    let response = server.post("/api/auth/sign-up/email").json(&ada()).await;
    response.assert_status_ok();
    let cookie = response.cookie("better-auth.session_token");
    drop(server);
    first.app_context.db.close().await.unwrap();

    let second = boot(database.config().await).await.unwrap();
    let server = serve(&second);
    server.get("/me").add_cookie(cookie).await.assert_text("Signed in as ada@example.com.");
    server.post("/api/auth/sign-in/email").json(&ada()).await.assert_status_ok();
}

#[tokio::test]
async fn a_wrong_key_stops_the_start_and_is_named() {
    let database = Database::new("wrong-key");
    let mut config = database.config().await;
    config.settings.as_mut().unwrap()["auth"]["sesion"] = json!({});
    let text = refusal(config).await;
    assert!(text.starts_with("config/test.yaml, settings.auth.sesion: unknown field `sesion`"), "{text}");
}

#[tokio::test]
async fn the_section_may_stand_under_initializers_but_not_twice() {
    let database = Database::new("initializers");
    let mut config = database.config().await;
    let section = config.settings.as_ref().unwrap()["auth"].clone();
    config.initializers = Some([("auth".to_owned(), section)].into());
    let text = refusal(config).await;
    assert!(text.contains("both settings.auth and initializers.auth"), "{text}");

    let mut config = database.config().await;
    let section = config.settings.take().unwrap()["auth"].clone();
    assert!(refusal(database.config_without_settings().await).await.contains("no section settings.auth"));
    config.initializers = Some([("auth".to_owned(), section)].into());
    boot(config).await.unwrap();
}

#[tokio::test]
async fn a_short_secret_stops_the_start() {
    let database = Database::new("short-secret");
    let mut config = database.config().await;
    config.settings.as_mut().unwrap()["auth"]["secret"] = json!("short");
    let text = refusal(config).await;
    assert!(text.contains("at least 32 characters") && !text.contains("short"), "{text}");
}

#[tokio::test]
async fn a_database_that_is_not_migrated_is_told_in_locos_terms() {
    let database = Database::new("not-migrated");
    let mut config = database.config().await;
    config.database.auto_migrate = false;
    let text = refusal(config).await;
    assert!(text.contains("auth_users") && text.contains("db migrate"), "{text}");
}

#[tokio::test]
async fn an_application_changes_the_builder() {
    let database = Database::new("builder");
    let booted = boot(database.config().await).await.unwrap();
    let created = Created::default();
    let hook = created.clone();
    let initializer = AuthInitializer::new()
        .with(|builder| builder.base_url("https://app.example.com"))
        .with(move |builder| builder.hooks(AuthHooks::new().user(hook.clone())));
    initializer.before_run(&booted.app_context).await.unwrap();
    let auth = booted.app_context.shared_store.get::<Auth>().unwrap();
    assert_eq!(auth.base_url().as_str(), "https://app.example.com/");

    let router = initializer.after_routes(axum::Router::new(), &booted.app_context).await.unwrap();
    let server = TestServer::new(router).unwrap();
    server.post("/api/auth/sign-up/email").json(&ada()).await.assert_status_ok();
    assert_eq!(created.0.load(Ordering::Relaxed), 1);
}

#[tokio::test]
async fn an_application_chooses_the_middlewares() {
    let database = Database::new("middlewares");
    let booted = boot(database.config().await).await.unwrap();
    let ctx = &booted.app_context;
    let ok = async |initializer: AuthInitializer| {
        let router = initializer.after_routes(axum::Router::new(), ctx).await.unwrap();
        TestServer::new(router).unwrap().get("/api/auth/ok").await
    };
    assert!(ok(AuthInitializer::new()).await.contains_header("x-powered-by"));
    assert!(!ok(AuthInitializer::new().middlewares(|_| Vec::new())).await.contains_header("x-powered-by"));
}

#[tokio::test]
async fn the_doctor_sees_what_is_missing() {
    let database = Database::new("doctor");
    let booted = boot(database.config().await).await.unwrap();
    let mut ctx = booted.app_context;
    let initializer = AuthInitializer::new();
    let check = initializer.check(&ctx).await.unwrap().unwrap();
    assert_eq!(check.status, CheckStatus::Ok);
    ctx.config.settings = None;
    let check = initializer.check(&ctx).await.unwrap().unwrap();
    assert_eq!(check.status, CheckStatus::NotOk);
    assert!(check.description.unwrap().contains("settings.auth"));
}

/// Counts the users that are created.
#[derive(Debug, Clone, Default)]
struct Created(Arc<AtomicU32>);

#[async_trait]
impl DatabaseHooks<User> for Created {
    fn events(&self) -> &'static [Event] {
        &[(Operation::Create, Phase::Before)]
    }

    async fn before_create(
        &self,
        _: &mut NewUser,
        _: Store<'_>,
        _: &RequestContext,
    ) -> Result<Decision, HookError> {
        self.0.fetch_add(1, Ordering::Relaxed);
        Ok(Decision::Proceed)
    }
}

/// A database file of one test, deleted at its end.
struct Database(PathBuf);

impl Database {
    fn new(name: &str) -> Self {
        let file = format!("loco-example-{}-{name}.db", std::process::id());
        Self(std::env::temp_dir().join(file))
    }

    async fn config(&self) -> Config {
        let mut config = App::load_config(&Environment::Test).await.unwrap();
        config.database.uri = format!("sqlite://{}?mode=rwc", self.0.display());
        config
    }

    async fn config_without_settings(&self) -> Config {
        let mut config = self.config().await;
        config.settings = None;
        config
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        for suffix in ["", "-wal", "-shm"] {
            let _ = fs::remove_file(format!("{}{suffix}", self.0.display()));
        }
    }
}

async fn boot(config: Config) -> loco_rs::Result<BootResult> {
    App::boot(StartMode::ServerOnly, &Environment::Test, config).await
}

async fn refusal(config: Config) -> String {
    boot(config).await.err().expect("the application must not start").to_string()
}

fn serve(booted: &BootResult) -> TestServer {
    let router = booted.router.clone().unwrap();
    TestServer::new(router.into_make_service_with_connect_info::<SocketAddr>()).unwrap()
}

fn ada() -> Value {
    json!({ "name": "Ada", "email": "ada@example.com", "password": "correct horse battery" })
}
