//! Change a password.

use async_trait::async_trait;

use super::start_session::SessionStart;
use crate::auth::Services;
use crate::domain::{RequestContext, Secret, Session, UserId};
use crate::error::AuthError;
use crate::hooks::Act;
use crate::password::Password;
use crate::repository::{Store, Work};
use crate::telemetry::Operation;

/// What a person gives to change a password.
#[derive(Debug)]
pub struct ChangePassword {
    /// The present one.
    pub current: Password,
    /// The new one.
    pub new: Password,
    /// Whether every session of the user ends; the person goes on in a new one.
    pub revoke_other_sessions: bool,
    /// Whether that new session outlives the browser.
    pub remember_me: bool,
}

/// A password that was changed.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct ChangedPassword {
    /// The session that takes the place of every former one, if they were revoked.
    pub session: Option<Session>,
}

impl Services<'_> {
    /// Changes a user's password. A password that was changed by somebody else meanwhile stays as that one left it.
    /// Two statements; with the revocation of sessions six, all or nothing: `SELECT`, `BEGIN`, `UPDATE`, `DELETE`,
    /// `INSERT`, `COMMIT`. Source: Better Auth's `changePassword`.
    ///
    /// # Errors
    ///
    /// [`AuthError::InvalidPassword`]; [`AuthError::CredentialAccountNotFound`]; the errors of a new password;
    /// [`AuthError::Busy`].
    #[tracing::instrument(name = "auth.change_password", skip_all, fields(user_id = %user_id))]
    pub async fn change_password(
        &self,
        user_id: &UserId,
        request: ChangePassword,
        context: &RequestContext,
    ) -> Result<ChangedPassword, AuthError> {
        self.observe(Operation::ChangePassword, async {
            self.check_new_password(&request.new)?;
            let read = self.stored_password(user_id, request.current, context).await?;
            let hash = Secret::new(self.hasher().hash(request.new).await?.into_string());
            let store = self.store_for(context);
            if !request.revoke_other_sessions {
                let changed = store.accounts().replace_password(user_id, &read, &hash).await?;
                return if changed {
                    Ok(ChangedPassword { session: None })
                } else {
                    Err(AuthError::InvalidPassword)
                };
            }
            let start = self.session_start(request.remember_me, context);
            let mut session = store.transaction(&Change { user_id, read, hash, start }).await?;
            self.hide_in_session(&mut session);
            Ok(ChangedPassword { session: Some(session) })
        })
        .await
    }
}

struct Change<'a> {
    user_id: &'a UserId,
    read: Secret,
    hash: Secret,
    start: SessionStart,
}

#[async_trait]
impl Work for Change<'_> {
    type Output = Session;
    type Error = AuthError;

    async fn run(&self, store: Store<'_>) -> Result<Session, AuthError> {
        if !store.accounts().replace_password(self.user_id, &self.read, &self.hash).await? {
            return Err(AuthError::InvalidPassword);
        }
        store.acting(Act::RevokeAll).sessions().delete_all_of_user(self.user_id).await?;
        self.start.run(store, self.user_id).await
    }

    /// By the password, which stands in the database; a session may stand in a store, which is told of it in any case.
    async fn is_done(
        &self,
        _: &Session,
        store: Store<'_>,
    ) -> Result<Option<bool>, crate::adapter::AdapterError> {
        let account = store.accounts().find_credential(self.user_id).await?;
        let stored = account.and_then(|account| account.password);
        Ok(Some(stored.is_some_and(|stored| stored.expose() == self.hash.expose())))
    }
}
