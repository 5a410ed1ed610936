//! The command `auth-server`.

use std::process::ExitCode;

use auth_server::{ServerError, Settings};
use tracing_subscriber::EnvFilter;

/// A request takes a hundred small pieces of memory: the allocator is a tenth of its time.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

#[tokio::main]
async fn main() -> ExitCode {
    let filter = variable("RUST_LOG").unwrap_or_else(|| "info".to_owned());
    tracing_subscriber::fmt().with_env_filter(EnvFilter::new(filter)).with_writer(std::io::stderr).init();
    match start().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report(&error);
            ExitCode::FAILURE
        }
    }
}

async fn start() -> Result<(), ServerError> {
    auth_server::run(Settings::read(variable)?).await
}

/// A variable of the environment; an empty one is none.
#[expect(clippy::disallowed_methods, reason = "the server is configured by its environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Says what is wrong, with every source.
fn report(error: &ServerError) {
    eprint!("error: {error}");
    let mut source = std::error::Error::source(error);
    while let Some(next) = source {
        eprint!(": {next}");
        source = next.source();
    }
    eprintln!();
}
