//! An `Auth` with a store, in each of the ways to divide sessions between store and database.

use std::sync::Arc;
use std::time::Duration;

use auth_core::AuthBuilder;
use auth_core::adapter::Adapter;
use auth_core::config::{SecondaryStorageConfig, SessionConfig, VerificationConfig};
use auth_core::secondary_storage::SecondaryStorage;
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::Fixture;
use auth_tests::storage::ScriptedStorage;

/// Where sessions stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// In the database, the store in front of it.
    InFront,
    /// In the store.
    Alone,
    /// In the store, with a record of them in the database.
    Preserved,
}

pub(crate) const MODES: [Mode; 3] = [Mode::InFront, Mode::Alone, Mode::Preserved];

/// An `Auth` and its store.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) fixture: Fixture,
    pub(crate) storage: Arc<ScriptedStorage>,
}

impl Scene {
    pub(crate) async fn new(database: &TestDatabase, mode: Mode) -> Self {
        Self::with(database, mode, |builder| builder).await
    }

    pub(crate) async fn with(
        database: &TestDatabase,
        mode: Mode,
        settings: impl FnOnce(AuthBuilder) -> AuthBuilder,
    ) -> Self {
        let storage = Arc::new(ScriptedStorage::default());
        let adapter = database.adapter().await;
        let fixture = fixture(adapter, mode, storage.clone(), settings).await;
        storage.take_asked();
        Self { fixture, storage }
    }
}

/// An `Auth` whose store has been looked at.
pub(crate) async fn fixture(
    adapter: Arc<dyn Adapter>,
    mode: Mode,
    storage: Arc<dyn SecondaryStorage>,
    settings: impl FnOnce(AuthBuilder) -> AuthBuilder,
) -> Fixture {
    let fixture = Fixture::on(adapter, |builder| {
        let mut watched = SecondaryStorageConfig::default();
        // Nothing but what a test does itself reaches database and store.
        watched.check_interval = Duration::from_secs(3_600);
        let builder = builder.session(session(mode)).verification(verification(mode));
        settings(builder.secondary_storage(storage).secondary_storage_config(watched))
    });
    let _ = fixture.auth.secondary_storage().unwrap().get("probe").await;
    fixture
}

pub(crate) fn session(mode: Mode) -> SessionConfig {
    let mut config = SessionConfig::default();
    config.store_in_database = mode != Mode::Alone;
    config.preserve_in_database = mode == Mode::Preserved;
    config
}

fn verification(mode: Mode) -> VerificationConfig {
    let mut config = VerificationConfig::default();
    config.store_in_database = mode == Mode::InFront;
    config
}
