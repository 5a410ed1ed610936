//! Puts the server together and runs it until it is told to stop.

use std::net::SocketAddr;

use auth_core::config::{AccountConfig, EmailVerificationConfig, HttpConfig, TrustedProxies, UserConfig};
use auth_core::{Auth, AuthBuilder};
use auth_mail::{OutboxMailer, SmtpMailer, SmtpTls};
use axum::Router;
use axum::routing::get;
use tokio::net::TcpListener;

use crate::error::ServerError;
use crate::listen::LONGEST_DRAIN;
use crate::metrics::Metrics;
use crate::settings::{Settings, SmtpSettings};
use crate::{database, listen, page, providers, redis};

/// Opens the database and puts the services together, with the settings of Better Auth's example: sign-in at once, a
/// verification mail that is not required, a change of address that is confirmed at the old one, deletion by mail. `port` is
/// the one that is listened on.
///
/// # Errors
///
/// [`ServerError`] says which variable to change.
pub async fn build(settings: &Settings, port: u16) -> Result<Auth, ServerError> {
    let adapter = database::open(settings).await?;
    let base_url = settings.base_url.clone().unwrap_or_else(|| format!("http://localhost:{port}"));
    let mut builder = Auth::builder(adapter, settings.secrets.clone())
        .base_url(base_url)
        .settings(&settings.core)
        .email_verification(email_verification())
        .user(user())
        .account(account(settings))
        .http(http(settings));
    builder = redis::add(builder, settings.core.redis.as_ref())?;
    for origin in &settings.trusted_origins {
        builder = builder.trusted_origin(origin);
    }
    Ok(providers::add(mailer(builder, settings)?, settings)?.build()?)
}

/// Serves until SIGTERM or SIGINT; then answers what is under way, sends what mail there is, closes the pool, and returns.
///
/// # Errors
///
/// [`ServerError`].
pub async fn run(settings: Settings) -> Result<(), ServerError> {
    let (listener, address) = bind(SocketAddr::new(settings.host, settings.port), "PORT").await?;
    // The handles of the metrics are made with what they measure.
    let metrics = Metrics::start(settings.metrics).await?;
    let auth = build(&settings, address.port()).await?;
    let _telling = metrics.map(|metrics| metrics.tell(auth.clone()));
    println!("listening on http://{address}");
    listen::serve(listener, router(auth.clone()), stop_signal()).await;
    // What was not answered in time was given up there already; mail and the pool have the same time again.
    auth.shutdown(LONGEST_DRAIN).await;
    Ok(())
}

/// Listens, and tells where.
pub(crate) async fn bind(
    address: SocketAddr,
    variable: &'static str,
) -> Result<(TcpListener, SocketAddr), ServerError> {
    let failed = |source| ServerError::Listen { address: address.to_string(), variable, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}

fn router(auth: Auth) -> Router {
    let providers = Router::new().route("/providers", get(providers::list)).with_state(auth.clone());
    Router::new()
        .merge(page::router())
        .merge(providers)
        .merge(auth_axum::health_router(auth.clone()))
        .merge(auth_axum::router(auth))
}

async fn stop_signal() {
    wait_for_signal().await;
    tracing::info!("stopping");
}

async fn wait_for_signal() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
        }
        // Without the one signal there is still the other.
        Err(_) => drop(tokio::signal::ctrl_c().await),
    }
}

fn mailer(builder: AuthBuilder, settings: &Settings) -> Result<AuthBuilder, ServerError> {
    if let Some(smtp) = &settings.smtp {
        return Ok(builder.mailer(smtp_mailer(smtp)?));
    }
    let Some(file) = &settings.mail_file else {
        tracing::warn!("neither AUTH_SMTP_URL nor AUTH_MAIL_FILE is set: nothing that needs mail is offered");
        return Ok(builder);
    };
    let mailer = OutboxMailer::open(file).map_err(|error| ServerError::Variable {
        name: "AUTH_MAIL_FILE",
        problem: format!("cannot be written: {error}"),
    })?;
    Ok(builder.mailer(mailer))
}

fn smtp_mailer(settings: &SmtpSettings) -> Result<SmtpMailer, ServerError> {
    let tls = if settings.implicit_tls { SmtpTls::Implicit } else { SmtpTls::StartTls };
    let mut mailer = SmtpMailer::builder(&settings.host, &settings.from).tls(tls);
    if let Some(port) = settings.port {
        mailer = mailer.port(port);
    }
    if let Some((user, password)) = &settings.credentials {
        mailer = mailer.credentials(user, password.clone());
    }
    mailer.build().map_err(|error| ServerError::Variable {
        name: "AUTH_MAIL_FROM",
        problem: format!("or AUTH_SMTP_URL cannot be used: {error}"),
    })
}

fn email_verification() -> EmailVerificationConfig {
    let mut config = EmailVerificationConfig::default();
    config.send_on_sign_up = Some(true);
    config
}

fn user() -> UserConfig {
    let mut config = UserConfig::default();
    config.change_email.enabled = true;
    config.change_email.confirm_at_old = true;
    config.delete.enabled = true;
    config.delete.confirm_by_mail = true;
    config
}

fn account(settings: &Settings) -> AccountConfig {
    let mut config = AccountConfig::default();
    config.encrypt_tokens = settings.encrypt_oauth_tokens;
    config
}

fn http(settings: &Settings) -> HttpConfig {
    let mut config = settings.core.http.clone();
    if settings.trusted_proxy {
        config.client_address.trusted_proxies = TrustedProxies::Peer;
    }
    // The page shows why a sign-in failed.
    config.error_url = Some("/".to_owned());
    config
}
