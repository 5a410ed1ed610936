//! The hooks of one model, in order.

use std::sync::Arc;

use super::{DatabaseHooks, Decision, HookError, HookedModel, Operation, Phase};
use crate::domain::RequestContext;
use crate::repository::Store;

/// The hooks of one model, in the order in which they run.
pub(crate) struct Chain<T: HookedModel> {
    hooks: Vec<Arc<dyn DatabaseHooks<T>>>,
}

impl<T: HookedModel> Chain<T> {
    pub(super) fn push(&mut self, hook: Arc<dyn DatabaseHooks<T>>) {
        self.hooks.push(hook);
    }

    pub(super) fn extend(&mut self, others: Self) {
        self.hooks.extend(others.hooks);
    }

    /// Whether any hook runs at any phase of an operation.
    pub(crate) fn wants(&self, operation: Operation) -> bool {
        [Phase::Before, Phase::In, Phase::After].into_iter().any(|phase| self.wants_phase(operation, phase))
    }

    /// Whether any hook runs at a phase of an operation.
    pub(super) fn wants_phase(&self, operation: Operation, phase: Phase) -> bool {
        self.of(operation, phase).next().is_some()
    }

    /// The hooks that run at a phase of an operation.
    pub(super) fn of(
        &self,
        operation: Operation,
        phase: Phase,
    ) -> impl Iterator<Item = &Arc<dyn DatabaseHooks<T>>> {
        self.hooks.iter().filter(move |hook| hook.events().contains(&(operation, phase)))
    }

    pub(super) async fn before_create(
        &self,
        new: &mut T::New,
        store: Store<'_>,
    ) -> Result<Decision, HookError> {
        for hook in self.of(Operation::Create, Phase::Before) {
            if hook.before_create(new, store, store.context()).await? == Decision::Veto {
                return Ok(Decision::Veto);
            }
        }
        Ok(Decision::Proceed)
    }

    pub(super) async fn before_update(
        &self,
        row: &T,
        change: &mut T::Change,
        store: Store<'_>,
    ) -> Result<Decision, HookError> {
        for hook in self.of(Operation::Update, Phase::Before) {
            if hook.before_update(row, change, store, store.context()).await? == Decision::Veto {
                return Ok(Decision::Veto);
            }
        }
        Ok(Decision::Proceed)
    }

    pub(super) async fn before_delete(&self, row: &T, store: Store<'_>) -> Result<Decision, HookError> {
        for hook in self.of(Operation::Delete, Phase::Before) {
            if hook.before_delete(row, store, store.context()).await? == Decision::Veto {
                return Ok(Decision::Veto);
            }
        }
        Ok(Decision::Proceed)
    }

    /// The hooks inside the transaction, for one row.
    pub(super) async fn inside(
        &self,
        operation: Operation,
        row: &T,
        store: Store<'_>,
    ) -> Result<(), HookError> {
        let context = store.context();
        for hook in self.of(operation, Phase::In) {
            match operation {
                Operation::Create => hook.in_create(row, store, context).await?,
                Operation::Update => hook.in_update(row, store, context).await?,
                Operation::Delete => hook.in_delete(row, store, context).await?,
            }
        }
        Ok(())
    }

    /// Hands the hooks after the commit to the store: it runs them now, or when its transaction is committed.
    pub(super) async fn after(&self, operation: Operation, row: &T, store: Store<'_>) {
        for hook in self.of(operation, Phase::After) {
            let (hook, row, context) = (Arc::clone(hook), row.clone(), store.context().clone());
            store
                .after_commit(Box::pin(async move { run_after(&*hook, operation, &row, &context).await }))
                .await;
        }
    }
}

async fn run_after<T: HookedModel>(
    hook: &dyn DatabaseHooks<T>,
    operation: Operation,
    row: &T,
    context: &RequestContext,
) {
    let outcome = match operation {
        Operation::Create => hook.after_create(row, context).await,
        Operation::Update => hook.after_update(row, context).await,
        Operation::Delete => hook.after_delete(row, context).await,
    };
    if let Err(error) = outcome {
        tracing::error!(
            name: "hook.after",
            model = T::MODEL.position(),
            operation = operation.as_str(),
            error = &error as &dyn std::error::Error,
            "an after-hook failed; what was written stays written"
        );
    }
}

impl<T: HookedModel> Default for Chain<T> {
    fn default() -> Self {
        Self { hooks: Vec::new() }
    }
}

impl<T: HookedModel> std::fmt::Debug for Chain<T> {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.hooks.fmt(formatter)
    }
}
