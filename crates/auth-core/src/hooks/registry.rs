//! The hooks of an application, and what they are for.

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;
use auth_schema::{FieldId, ModelId};

use super::event::EVERY_EVENT;
use super::{Chain, Decision, Event, HookError, Subject};
use crate::adapter::{AdapterError, Record};
use crate::domain::{
    Account, AccountChange, NewAccount, NewSession, NewUser, NewVerification, RequestContext, Session,
    SessionChange, User, UserChange, Verification, VerificationChange,
};
use crate::repository::Store;

/// Hooks on one model: [`User`], [`Session`], [`Account`] or [`Verification`]. Each does nothing unless it is
/// written. What a hook reads and writes in the database goes through the store that it is given: it may be inside a
/// transaction, which another connection would wait for.
///
/// ```
/// use async_trait::async_trait;
/// use auth_core::domain::{NewUser, RequestContext, User};
/// use auth_core::hooks::{DatabaseHooks, Decision, Event, HookError, Operation, Phase};
/// use auth_core::repository::Store;
///
/// /// Only colleagues may sign up.
/// #[derive(Debug)]
/// struct Colleagues;
///
/// #[async_trait]
/// impl DatabaseHooks<User> for Colleagues {
///     fn events(&self) -> &'static [Event] {
///         &[(Operation::Create, Phase::Before)]
///     }
///
///     async fn before_create(
///         &self,
///         new: &mut NewUser,
///         _: Store<'_>,
///         _: &RequestContext,
///     ) -> Result<Decision, HookError> {
///         if new.email.as_str().ends_with("@example.com") {
///             return Ok(Decision::Proceed);
///         }
///         Err(HookError::refused("NOT_A_COLLEAGUE", "Sign up with your address at example.com").status(403))
///     }
/// }
/// ```
#[async_trait]
pub trait DatabaseHooks<T: HookedModel>: fmt::Debug + Send + Sync {
    /// The events that run the hook. By default all of them: leaving out those that are not used saves
    /// statements.
    fn events(&self) -> &'static [Event] {
        EVERY_EVENT
    }

    /// Before a row is created. Its id is not made yet; one that is set here is kept.
    async fn before_create(
        &self,
        _new: &mut T::New,
        _store: Store<'_>,
        _context: &RequestContext,
    ) -> Result<Decision, HookError> {
        Ok(Decision::Proceed)
    }

    /// After a row was created, in its transaction.
    async fn in_create(
        &self,
        _row: &T,
        _transaction: Store<'_>,
        _context: &RequestContext,
    ) -> Result<(), HookError> {
        Ok(())
    }

    /// After the creation of a row is committed.
    async fn after_create(&self, _row: &T, _context: &RequestContext) -> Result<(), HookError> {
        Ok(())
    }

    /// Before a row is changed: the row as it is, and the change.
    async fn before_update(
        &self,
        _row: &T,
        _change: &mut T::Change,
        _store: Store<'_>,
        _context: &RequestContext,
    ) -> Result<Decision, HookError> {
        Ok(Decision::Proceed)
    }

    /// After a row was changed, in its transaction: the row as it is now.
    async fn in_update(
        &self,
        _row: &T,
        _transaction: Store<'_>,
        _context: &RequestContext,
    ) -> Result<(), HookError> {
        Ok(())
    }

    /// After the change of a row is committed.
    async fn after_update(&self, _row: &T, _context: &RequestContext) -> Result<(), HookError> {
        Ok(())
    }

    /// Before a row is deleted.
    async fn before_delete(
        &self,
        _row: &T,
        _store: Store<'_>,
        _context: &RequestContext,
    ) -> Result<Decision, HookError> {
        Ok(Decision::Proceed)
    }

    /// After a row was deleted, in its transaction.
    async fn in_delete(
        &self,
        _row: &T,
        _transaction: Store<'_>,
        _context: &RequestContext,
    ) -> Result<(), HookError> {
        Ok(())
    }

    /// After the deletion of a row is committed.
    async fn after_delete(&self, _row: &T, _context: &RequestContext) -> Result<(), HookError> {
        Ok(())
    }
}

/// The models that have hooks: [`User`], [`Session`], [`Account`] and [`Verification`].
#[expect(private_bounds, reason = "no other type is one")]
pub trait HookedModel: Hooked {
    /// A row to be created.
    type New: Send + Sync;
    /// A change of a row.
    type Change: Clone + Send + Sync;
}

impl HookedModel for User {
    type New = NewUser;
    type Change = UserChange;
}

impl HookedModel for Session {
    type New = NewSession;
    type Change = SessionChange;
}

impl HookedModel for Account {
    type New = NewAccount;
    type Change = AccountChange;
}

impl HookedModel for Verification {
    type New = NewVerification;
    type Change = VerificationChange;
}

/// How the values of a model become records and come back.
pub(crate) trait Hooked: Sized + Clone + Send + Sync + 'static {
    /// The model.
    const MODEL: ModelId;
    /// Its last core field; additional fields stand behind it.
    const LAST_CORE: FieldId;

    /// The id of a row.
    fn id(&self) -> &str;

    /// Whose row it is, for the audit trail.
    fn subject(&self) -> Subject<'_>;

    /// The record of a new row, without what the store makes.
    fn new_record(new: Self::New, store: Store<'_>) -> Result<Record, AdapterError>
    where
        Self: HookedModel;

    /// The record of a change.
    fn change_record(change: Self::Change, store: Store<'_>) -> Result<Record, AdapterError>
    where
        Self: HookedModel;

    /// The row of a record.
    fn from_record(record: Record, store: Store<'_>) -> Result<Self, AdapterError>;

    /// The hooks of this model.
    fn chain(hooks: &Hooks) -> &Chain<Self>
    where
        Self: HookedModel;
}

/// The hooks of a plugin or of the application.
#[derive(Debug, Default)]
pub struct Hooks {
    pub(crate) user: Chain<User>,
    pub(crate) session: Chain<Session>,
    pub(crate) account: Chain<Account>,
    pub(crate) verification: Chain<Verification>,
}

impl Hooks {
    /// No hooks.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a hook on users.
    #[must_use]
    pub fn user(mut self, hook: impl DatabaseHooks<User> + 'static) -> Self {
        self.user.push(Arc::new(hook));
        self
    }

    /// Adds a hook on sessions.
    #[must_use]
    pub fn session(mut self, hook: impl DatabaseHooks<Session> + 'static) -> Self {
        self.session.push(Arc::new(hook));
        self
    }

    /// Adds a hook on accounts.
    #[must_use]
    pub fn account(mut self, hook: impl DatabaseHooks<Account> + 'static) -> Self {
        self.account.push(Arc::new(hook));
        self
    }

    /// Adds a hook on verifications.
    #[must_use]
    pub fn verification(mut self, hook: impl DatabaseHooks<Verification> + 'static) -> Self {
        self.verification.push(Arc::new(hook));
        self
    }

    /// Puts other hooks behind these.
    #[must_use]
    pub fn then(mut self, others: Self) -> Self {
        self.user.extend(others.user);
        self.session.extend(others.session);
        self.account.extend(others.account);
        self.verification.extend(others.verification);
        self
    }
}
