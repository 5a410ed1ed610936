//! Where repositories read and write.

use auth_schema::{IdStrategy, ModelId};

use super::{Accounts, Environment, Events, RateLimits, Rows, Sessions, Users, Verifications};
use crate::adapter::{Adapter, AdapterError};
use crate::config::TokenStorage;
use crate::domain::{Clock, Random, RequestContext, generate_id};
use crate::hooks::{Act, AfterCommit, Hooks};

/// Where repositories read and write: the pool, or an open transaction, for one request.
#[derive(Debug, Clone, Copy)]
pub struct Store<'a> {
    pub(super) adapter: &'a dyn Adapter,
    pub(super) environment: &'a Environment,
    pub(super) context: &'a RequestContext,
    /// Inside a transaction: the after-hooks that wait for its commit.
    pub(super) after: Option<&'a AfterCommit>,
    /// What is being done, for the audit trail.
    act: Act,
}

impl<'a> Store<'a> {
    pub(crate) fn new(
        adapter: &'a dyn Adapter,
        environment: &'a Environment,
        context: &'a RequestContext,
        after: Option<&'a AfterCommit>,
    ) -> Self {
        Self { adapter, environment, context, after, act: Act::default() }
    }

    /// The same store inside a transaction.
    pub(super) fn inside<'t>(self, adapter: &'t dyn Adapter, after: &'t AfterCommit) -> Store<'t>
    where
        'a: 't,
    {
        Store { adapter, after: Some(after), ..self }
    }

    /// The same store on another adapter.
    pub(super) fn on<'t>(self, adapter: &'t dyn Adapter) -> Store<'t>
    where
        'a: 't,
    {
        Store { adapter, ..self }
    }

    /// Users.
    pub fn users(self) -> Users<'a> {
        Users::new(self)
    }

    /// Sessions.
    pub fn sessions(self) -> Sessions<'a> {
        Sessions::new(self)
    }

    /// Accounts.
    pub fn accounts(self) -> Accounts<'a> {
        Accounts::new(self)
    }

    /// Verifications.
    pub fn verifications(self) -> Verifications<'a> {
        Verifications::new(self)
    }

    /// Counters of requests.
    pub fn rate_limits(self) -> RateLimits<'a> {
        RateLimits::new(self)
    }

    /// The audit trail; `None` when the schema has none ([`auth_schema::SchemaBuilder::audit_trail`]).
    pub fn events(self) -> Option<Events<'a>> {
        self.environment.trail.map(|model| Events::new(self, model))
    }

    /// The rows of any model of the schema, such as a plugin's, by its name. No hook runs.
    ///
    /// # Errors
    ///
    /// [`AdapterError::Schema`] when the schema has no such model.
    pub fn model(self, name: &str) -> Result<Rows<'a>, AdapterError> {
        Ok(self.rows(self.adapter.schema().find(name)?))
    }

    /// The adapter: the pool's, or the transaction's.
    pub fn adapter(self) -> &'a dyn Adapter {
        self.adapter
    }

    /// Who asks.
    pub fn context(self) -> &'a RequestContext {
        self.context
    }

    /// The clock that times are made with.
    pub fn clock(self) -> &'a dyn Clock {
        &*self.environment.clock
    }

    /// The same store, for something that the audit trail tells as what it is.
    pub(crate) fn acting(self, act: Act) -> Self {
        Self { act, ..self }
    }

    pub(crate) fn act(self) -> Act {
        self.act
    }

    /// Whether a transaction is open.
    pub(crate) fn is_inside(self) -> bool {
        self.after.is_some()
    }

    /// Whether users can be deleted softly.
    pub(crate) fn deletes_softly(self) -> bool {
        self.environment.soft_delete
    }

    pub(crate) fn rows(self, model: ModelId) -> Rows<'a> {
        Rows::new(self, model)
    }

    pub(crate) fn hooks(self) -> &'a Hooks {
        &self.environment.hooks
    }

    pub(crate) fn random(self) -> &'a dyn Random {
        &*self.environment.random
    }

    pub(super) fn token_storage(self) -> TokenStorage {
        self.environment.token_storage
    }

    pub(super) fn new_id(self, strategy: &IdStrategy) -> Option<String> {
        generate_id(strategy, self.clock(), self.random())
    }

    /// Runs an after-hook now, or lets it wait for the commit.
    pub(crate) async fn after_commit(self, task: crate::hooks::Task) {
        match self.after {
            None => crate::hooks::run_after(vec![task]).await,
            Some(after) => after.push(task),
        }
    }
}
