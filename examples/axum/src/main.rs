//! The smallest honest Axum application with accounts: `cargo run -p axum-example`.
//!
//! Creates and migrates `auth.db`, listens on 127.0.0.1:3000, serves the API under `/api/auth` and one page.
//! Environment: `PORT`, `DATABASE_URL`, `AUTH_SECRET`, `AUTH_BASE_URL`.

mod secret;
#[cfg(test)]
mod tests;

use std::error::Error;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use auth_axum::CurrentSession;
use auth_core::{Auth, DatabaseConfig, SeaOrmAdapter};
use axum::response::Html;
use axum::routing::get;
use axum::{Extension, Router};

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    tracing_subscriber::fmt().with_env_filter(environment("RUST_LOG", "warn")).init();
    if let Err(error) = serve().await {
        report(&*error);
        std::process::exit(1);
    }
    Ok(())
}

async fn serve() -> Result<(), Box<dyn Error>> {
    let port: u16 = environment("PORT", "3000").parse().map_err(|_| "PORT is not a number up to 65535")?;
    let url = environment("DATABASE_URL", "sqlite:auth.db");
    let base_url = environment("AUTH_BASE_URL", &format!("http://localhost:{port}"));
    let secret = secret::load(&url)?;

    // [embed]
    let db = auth_core::connect(&DatabaseConfig::new(url)).await?;
    migration::run(&db).await?;
    let adapter = Arc::new(SeaOrmAdapter::new(db).await?);
    let auth = Auth::builder(adapter, secret).base_url(base_url).build()?;
    let app = Router::new()
        .route("/", get(page))
        .route("/hello", get(hello))
        .merge(auth_axum::router(auth.clone()))
        .layer(Extension(auth));
    // [/embed]

    let listener = tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
    println!("listening on http://localhost:{port}");
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    let stop = async { drop(tokio::signal::ctrl_c().await) };
    axum::serve(listener, service).with_graceful_shutdown(stop).await?;
    Ok(())
}

async fn page() -> Html<&'static str> {
    Html(include_str!("../static/index.html"))
}

/// A handler of the application's own that needs to know who is asking.
async fn hello(current: CurrentSession) -> String {
    format!("Hello, {}!", current.user.name)
}

/// A variable of the environment, or its default.
#[expect(clippy::disallowed_methods, reason = "an application reads its environment")]
fn environment(name: &str, default: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| default.to_owned())
}

/// Says what is wrong, with every source.
fn report(error: &dyn Error) {
    eprint!("error: {error}");
    let mut source = error.source();
    while let Some(next) = source {
        eprint!(": {next}");
        source = next.source();
    }
    eprintln!();
}
