//! Builds the `Auth` when the application starts.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use auth_core::adapter::seaorm::SeaOrmAdapterBuilder;
use auth_core::{Auth, AuthBuilder, SeaOrmAdapter};
use axum::{Extension, Router};
use loco_rs::app::{AppContext, Initializer};
use loco_rs::controller::middleware::{MiddlewareLayer, default_middleware_stack};
use loco_rs::doctor::{Check, CheckStatus};

use crate::error::{no_adapter, told};
use crate::routes;
use crate::settings::Settings;
use crate::task::AuthTask;

/// Builds the `Auth` on the application's database connection and serves it.
///
/// * Before the application runs, in every mode, it reads the settings and the live catalogue and puts the `Auth` into
///   Loco's shared store: a worker or a controller takes it with `ctx.shared_store.get::<Auth>()`.
/// * Of a server it merges the interface under `/api/auth` into the router, behind Loco's middlewares as the
///   configuration has them, and gives [`CurrentSession`](crate::CurrentSession) what it needs. Routes that an
///   initializer further down the list adds do not have it.
/// * `doctor` checks the settings and the tables.
#[derive(Clone)]
#[must_use]
pub struct AuthInitializer {
    with: Change<AuthBuilder>,
    with_adapter: Change<SeaOrmAdapterBuilder>,
    middlewares: Middlewares,
}

/// A stack of Loco's middlewares, as `Hooks::middlewares` gives it.
type Middlewares = fn(&AppContext) -> Vec<Box<dyn MiddlewareLayer>>;
type Change<B> = Arc<dyn Fn(B) -> B + Send + Sync>;

impl AuthInitializer {
    /// What the settings say.
    pub fn new() -> Self {
        Self {
            with: Arc::new(|builder| builder),
            with_adapter: Arc::new(|builder| builder),
            middlewares: default_middleware_stack,
        }
    }

    /// Changes the builder after the settings: `.with(|builder| builder.hooks(…))`. Several changes are made in order.
    pub fn with(mut self, change: impl Fn(AuthBuilder) -> AuthBuilder + Send + Sync + 'static) -> Self {
        let before = self.with;
        self.with = Arc::new(move |builder| change(before(builder)));
        self
    }

    /// Changes the adapter, for additional fields and the application's own entities:
    /// `.with_adapter(|adapter| adapter.user::<users::Entity>())`.
    pub fn with_adapter(
        mut self,
        change: impl Fn(SeaOrmAdapterBuilder) -> SeaOrmAdapterBuilder + Send + Sync + 'static,
    ) -> Self {
        let before = self.with_adapter;
        self.with_adapter = Arc::new(move |builder| change(before(builder)));
        self
    }

    /// Puts the application's own stack before the interface, where it has one: `.middlewares(App::middlewares)`.
    /// Default: the middlewares of the configuration. The fallback and static files stay the application's router's.
    pub fn middlewares(mut self, stack: fn(&AppContext) -> Vec<Box<dyn MiddlewareLayer>>) -> Self {
        self.middlewares = stack;
        self
    }

    /// The command-line task with the same settings and changes.
    pub fn task(self) -> AuthTask {
        AuthTask::new(self)
    }

    /// Builds the `Auth` of an application. Reads the live catalogue once.
    ///
    /// # Errors
    ///
    /// Names the key and the section of the configuration, the setting, or everything that is missing in the database.
    pub async fn build(&self, ctx: &AppContext) -> loco_rs::Result<Auth> {
        let settings = Settings::read(ctx).map_err(|error| told(&error))?;
        let adapter = (self.with_adapter)(SeaOrmAdapter::builder(ctx.db.clone()));
        let adapter = adapter.build().await.map_err(|error| no_adapter(&error))?;
        let builder = Auth::builder(Arc::new(adapter), settings.secret.expose());
        let builder = settings.apply(builder, ctx.config.server.full_url());
        (self.with)(builder).build().map_err(|error| told(&error))
    }
}

#[async_trait]
impl Initializer for AuthInitializer {
    fn name(&self) -> String {
        "auth".to_owned()
    }

    async fn before_run(&self, ctx: &AppContext) -> loco_rs::Result<()> {
        let auth = self.build(ctx).await?;
        ctx.shared_store.insert(auth);
        Ok(())
    }

    async fn after_routes(&self, router: Router, ctx: &AppContext) -> loco_rs::Result<Router> {
        let auth = match ctx.shared_store.get::<Auth>() {
            Some(auth) => auth,
            None => self.build(ctx).await?,
        };
        Ok(router.merge(routes::routes(auth.clone(), ctx, (self.middlewares)(ctx))?).layer(Extension(auth)))
    }

    async fn check(&self, ctx: &AppContext) -> loco_rs::Result<Option<Check>> {
        let check = match self.build(ctx).await {
            Ok(_) => Check {
                status: CheckStatus::Ok,
                message: "settings and tables fit".to_owned(),
                description: None,
            },
            Err(error) => Check {
                status: CheckStatus::NotOk,
                message: "cannot start".to_owned(),
                description: Some(error.to_string()),
            },
        };
        Ok(Some(check))
    }
}

impl Default for AuthInitializer {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for AuthInitializer {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("AuthInitializer").finish_non_exhaustive()
    }
}
