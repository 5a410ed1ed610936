//! What every store needs and no request changes.

use std::sync::Arc;

use auth_schema::ModelId;

use crate::config::{TokenStorage, TransactionConfig, VerificationConfig};
use crate::domain::{Clock, Random, SystemClock, SystemRandom};
use crate::hooks::Hooks;

/// Clock, randomness, hooks and limits.
#[derive(Debug)]
pub(crate) struct Environment {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) random: Arc<dyn Random>,
    pub(crate) hooks: Hooks,
    pub(crate) transactions: TransactionConfig,
    pub(crate) verification: VerificationConfig,
    pub(crate) token_storage: TokenStorage,
    /// The model of the audit trail; `None`: nothing is written down.
    pub(crate) trail: Option<ModelId>,
    /// Whether users can be deleted softly.
    pub(crate) soft_delete: bool,
    /// How many rows `Rows::find_many` gives when the query does not say.
    pub(crate) default_limit: u64,
}

impl Default for Environment {
    fn default() -> Self {
        Self {
            clock: Arc::new(SystemClock),
            random: Arc::new(SystemRandom),
            hooks: Hooks::new(),
            transactions: TransactionConfig::default(),
            verification: VerificationConfig::default(),
            token_storage: TokenStorage::default(),
            trail: None,
            soft_delete: false,
            default_limit: 100,
        }
    }
}
