//! The lines of Rust that the pages of `docs` show, in code that compiles. A test holds each page against it.

use std::error::Error;
use std::sync::Arc;

use async_trait::async_trait;
use auth_core::config::{DatabaseConfig, MaintenanceConfig, PoolerMode, SessionConfig, UserConfig};
use auth_core::domain::{EventKind, NewEvent, RequestContext, Secret, UserId, UserSearch};
use auth_core::mail::{Mail, MailError, Mailer};
use auth_core::provider::ProviderError;
use auth_core::schema::Schema;
use auth_core::telemetry::MetricKind;
use auth_core::{Auth, AuthBuilder, DatabaseConnection, MemoryAdapter, SeaOrmAdapter};
use auth_mail::{Letter, OutboxMailer, SmtpMailer};
use auth_oauth::{AppleKey, OAuth2Provider, OidcProvider};
use metrics_exporter_prometheus::{Matcher, PrometheusBuilder};
use recognised_entities::kysely as entity;
use tokio::sync::mpsc::Sender;
use tokio::sync::mpsc::error::SendError;

type Shown<T = ()> = Result<T, Box<dyn Error>>;

pub async fn audit_trail(db: DatabaseConnection) -> Shown<SeaOrmAdapter> {
    let schema = Schema::builder().audit_trail().build()?;
    let adapter = SeaOrmAdapter::with_schema(db, schema).await?;
    Ok(adapter)
}

pub async fn an_event_of_your_own(auth: Auth, context: RequestContext, user_id: UserId) -> Shown {
    let event = NewEvent::new(EventKind::Other("invoice_read".into())).of(user_id);
    auth.store_for(&context).events().ok_or("no audit trail")?.record(event).await?;
    Ok(())
}

pub async fn better_auth_database(config: DatabaseConfig) -> Shown<SeaOrmAdapter> {
    let schema = Schema::builder().better_auth_names().build()?;
    let adapter = SeaOrmAdapter::with_schema(auth_core::connect(&config).await?, schema).await?;
    Ok(adapter)
}

pub async fn better_auth_entities(config: DatabaseConfig) -> Shown<SeaOrmAdapter> {
    let adapter = SeaOrmAdapter::builder(auth_core::connect(&config).await?)
        .schema(Schema::builder().better_auth_names().build()?)
        .user::<entity::user::Entity>()
        .session::<entity::session::Entity>()
        .account::<entity::account::Entity>()
        .verification::<entity::verification::Entity>()
        .build()
        .await?;
    Ok(adapter)
}

pub fn cookie_cache(adapter: Arc<MemoryAdapter>, secret: &str) -> Shown<Auth> {
    let mut session = SessionConfig::default();
    session.cookie_cache.enabled = true;
    let auth = Auth::builder(adapter, secret).session(session).build()?;
    Ok(auth)
}

pub fn anonymous_users() -> UserConfig {
    let mut user = UserConfig::default();
    user.anonymise.keep = vec!["role".into()];
    user.anonymise.replace.set("plan", "none");
    user
}

pub fn mail_in_a_file(builder: AuthBuilder) -> Shown<AuthBuilder> {
    let builder = builder.mailer(OutboxMailer::open("outbox.jsonl")?);
    Ok(builder)
}

pub fn mail_by_smtp(password: String) -> Shown<SmtpMailer> {
    let mailer = SmtpMailer::builder("smtp.example.org", "Example <accounts@example.org>")
        .credentials("accounts@example.org", Secret::new(password))
        .build()?;
    Ok(mailer)
}

/// Somebody's templates.
#[derive(Debug)]
pub struct Templates {
    pub head: String,
}

impl Templates {
    fn render(&self, mail: &Mail) -> String {
        format!("{}{}", self.head, mail.kind.as_str())
    }
}

pub fn letters(host: &str, sender: &str, templates: Templates) -> Shown<SmtpMailer> {
    let mailer = SmtpMailer::builder(host, sender).letters(move |mail: &Mail| Letter {
        subject: "Passwort zurücksetzen".to_owned(),
        text: format!("Bitte folgen Sie diesem Link:\n{}\n", mail.url.expose()),
        html: templates.render(mail),
    });
    Ok(mailer.build()?)
}

/// Somebody's queue.
#[derive(Debug)]
pub struct Queue {
    pub jobs: Sender<String>,
}

impl Queue {
    async fn push(&self, kind: &str, to: &str, url: &str) -> Result<(), SendError<String>> {
        self.jobs.send(format!("{kind} {to} {url}")).await
    }
}

#[async_trait]
impl Mailer for Queue {
    async fn send(&self, mail: Mail) -> Result<(), MailError> {
        self.push(mail.kind.as_str(), &mail.to, mail.url.expose())
            .await
            .map_err(|error| MailError(error.into()))
    }
}

pub fn sweep(adapter: Arc<MemoryAdapter>, secret: &str) -> Shown<Auth> {
    let mut maintenance = MaintenanceConfig::default();
    maintenance.sweep = true;
    let auth = Auth::builder(adapter, secret).maintenance(maintenance).build()?;
    Ok(auth)
}

pub fn metrics(auth: &Auth) -> Shown<String> {
    let mut builder = PrometheusBuilder::new();
    for metric in auth_core::telemetry::METRICS {
        if let MetricKind::Histogram(buckets) = metric.kind {
            builder = builder.set_buckets_for_metric(Matcher::Full(metric.name.to_owned()), buckets)?;
        }
    }
    let recorded = builder.install_recorder()?;
    // … build the adapter and the Auth; call `recorded.run_upkeep()` every few seconds; to be scraped:
    auth.set_gauges();
    let text = recorded.render();
    Ok(text)
}

pub async fn pooler() -> Shown<SeaOrmAdapter> {
    let mut config = DatabaseConfig::new("postgres://auth@pgbouncer:6432/app");
    config.pooler = PoolerMode::Transaction;
    let connection = auth_core::connect(&config).await?;
    let adapter = SeaOrmAdapter::builder(connection).pooler(&config).build().await?;
    Ok(adapter)
}

pub fn providers(adapter: Arc<MemoryAdapter>, secret: &str) -> Shown<AuthBuilder> {
    let builder = Auth::builder(adapter, secret)
        .provider(auth_oauth::google("client-id", Secret::new("client-secret")).build()?)
        .provider(auth_oauth::github("client-id", Secret::new("client-secret")).build()?);
    Ok(builder)
}

pub fn one_workspace(secret: Secret) -> Shown<OidcProvider> {
    let google = auth_oauth::google("client-id", secret)
        .authorization_param("hd", "example.org")
        .map_profile(|profile| {
            if profile.raw.get("hd").is_some_and(|domain| domain == "example.org") {
                return Ok(());
            }
            Err(ProviderError::Refused { provider: "google".into(), reason: "another_domain".into() })
        })
        .build()?;
    Ok(google)
}

pub fn apple(p8: String) -> Shown<OidcProvider> {
    let private_key = Secret::new(p8);
    let key = AppleKey { team_id: "TEAM123456".into(), key_id: "KEY1234567".into(), private_key };
    let apple = auth_oauth::apple_with_key("org.example.web", key).build()?;
    Ok(apple)
}

pub fn openid_connect() -> Shown<OidcProvider> {
    let staff = OidcProvider::builder("staff", "client-id")
        .client_secret(Secret::new("client-secret"))
        .discovery_url("https://login.example.org/realms/staff/.well-known/openid-configuration")
        .build()?;
    Ok(staff)
}

pub fn plain_oauth2() -> Shown<OAuth2Provider> {
    let forge = OAuth2Provider::builder("forge", "client-id")
        .client_secret(Secret::new("client-secret"))
        .authorization_url("https://forge.example.org/login/oauth/authorize")
        .token_url("https://forge.example.org/login/oauth/access_token")
        .userinfo_url("https://forge.example.org/api/v1/user")
        .emails_url("https://forge.example.org/api/v1/user/emails")
        .image_claims(["avatar_url"])
        .build()?;
    Ok(forge)
}

pub fn rate_limits() -> auth_core::config::HttpConfig {
    use auth_core::config::{HttpConfig, RateLimit, RateLimitRule, RateLimitStorage};
    let mut http = HttpConfig::default();
    http.rate_limit.enabled = true;
    http.rate_limit.storage = Some(RateLimitStorage::Database);
    http.rate_limit.per_account = Some(RateLimit::new(10, 900));
    let rule = RateLimitRule { path: "/sign-in/*".to_owned(), limit: Some(RateLimit::new(5, 60)) };
    http.rate_limit.rules = vec![rule];
    http
}

pub async fn search(auth: Auth) -> Shown<usize> {
    let mut search = UserSearch::new("ada exam");
    search.verified = Some(true);
    let found = auth.store().users().search(search).await?;
    Ok(found.len())
}

pub fn secondary_storage(adapter: Arc<MemoryAdapter>, secret: &str) -> Shown<Auth> {
    use auth_core::secondary_storage::{RedisConfig, RedisStorage};
    let storage = Arc::new(RedisStorage::new(&RedisConfig::single("redis://127.0.0.1:6379/"))?);
    let mut session = SessionConfig::default();
    session.store_in_database = true;
    let auth = Auth::builder(adapter, secret).secondary_storage(storage).session(session).build()?;
    Ok(auth)
}
