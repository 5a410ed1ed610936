//! What stands between the services and the adapter: the store beside the database, and sessions kept in the process.

use std::sync::Arc;

use crate::adapter::Adapter;
use crate::adapter::cached::{Cached, KeptSessions};
use crate::adapter::with_storage::{Mirror, WithStorage};
use crate::config::{SecondaryStorageConfig, SessionConfig};
use crate::error::BuildError;
use crate::hooks::AfterCommit;
use crate::repository::Environment;
use crate::secondary_storage::{SecondaryStorage, StorageState};

/// What stands in front of the adapter. A question passes from the last to the first.
#[derive(Debug, Default)]
pub(super) struct Layers {
    mirror: Option<Arc<Mirror>>,
    kept: Option<Arc<KeptSessions>>,
    /// The store, asked only while it is to be trusted.
    pub(super) storage: Option<Arc<dyn SecondaryStorage>>,
}

impl Layers {
    /// Puts in front of an adapter what the settings ask for.
    pub(super) fn put(
        mut adapter: Arc<dyn Adapter>,
        storage: Option<(Arc<dyn SecondaryStorage>, SecondaryStorageConfig)>,
        session: &SessionConfig,
        environment: &Environment,
    ) -> Result<(Arc<dyn Adapter>, Self), BuildError> {
        let mut layers = Self::default();
        if let Some((storage, config)) = storage {
            let parameters = (Arc::clone(&environment.clock), Arc::clone(&environment.random));
            let configs = (session, &environment.verification);
            let in_front = WithStorage::start(adapter, storage, config, configs, parameters)?;
            layers.mirror = Some(Arc::clone(in_front.mirror()));
            layers.storage = Some(in_front.storage());
            adapter = Arc::new(in_front);
        }
        if let Some(config) = session.local_cache {
            let kept = Arc::new(KeptSessions::new(config));
            layers.kept = Some(Arc::clone(&kept));
            adapter = Arc::new(Cached::new(adapter, kept));
        }
        Ok((adapter, layers))
    }

    pub(super) fn storage_state(&self) -> Option<StorageState> {
        self.mirror.as_ref().map(|mirror| mirror.state())
    }

    /// The same in front of an adapter on a transaction of the application's: they hear of it when `after` runs.
    pub(super) fn joined<'t>(
        &self,
        mut adapter: Box<dyn Adapter + 't>,
        after: &AfterCommit,
    ) -> Box<dyn Adapter + 't> {
        if let Some(mirror) = &self.mirror {
            adapter = Box::new(WithStorage::joined(adapter, Arc::clone(mirror), after));
        }
        if let Some(kept) = &self.kept {
            adapter = Box::new(Cached::joined(adapter, Arc::clone(kept), after));
        }
        adapter
    }
}
