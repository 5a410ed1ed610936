//! The application.

use std::path::Path;

use async_trait::async_trait;
use loco_rs::Result;
use loco_rs::app::{AppContext, Hooks, Initializer};
use loco_rs::bgworker::Queue;
use loco_rs::boot::{BootResult, StartMode, create_app};
use loco_rs::config::Config;
use loco_rs::controller::AppRoutes;
use loco_rs::environment::Environment;
use loco_rs::task::Tasks;

use crate::me;
use crate::migrator::Migrator;

/// The application.
#[derive(Debug)]
pub struct App;

#[async_trait]
impl Hooks for App {
    fn app_name() -> &'static str {
        env!("CARGO_PKG_NAME")
    }

    /// Finds the configuration beside the manifest, wherever it is started; `LOCO_CONFIG_FOLDER` says another folder.
    async fn load_config(environment: &Environment) -> Result<Config> {
        let beside_manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("config");
        if std::env::var_os("LOCO_CONFIG_FOLDER").is_some() || !beside_manifest.is_dir() {
            return environment.load();
        }
        environment.load_from_folder(&beside_manifest)
    }

    async fn boot(mode: StartMode, environment: &Environment, config: Config) -> Result<BootResult> {
        create_app::<Self, Migrator>(mode, environment, config).await
    }

    // auth: begin
    async fn initializers(_: &AppContext) -> Result<Vec<Box<dyn Initializer>>> {
        Ok(vec![Box::new(auth_loco::AuthInitializer::new())])
    }
    // auth: end

    fn routes(_: &AppContext) -> AppRoutes {
        AppRoutes::with_default_routes().add_route(me::routes())
    }

    async fn connect_workers(_: &AppContext, _: &Queue) -> Result<()> {
        Ok(())
    }

    fn register_tasks(tasks: &mut Tasks) {
        // auth: begin
        tasks.register(auth_loco::AuthInitializer::new().task());
        // auth: end
    }

    async fn truncate(_: &AppContext) -> Result<()> {
        Ok(())
    }

    async fn seed(_: &AppContext, _: &Path) -> Result<()> {
        Ok(())
    }
}
