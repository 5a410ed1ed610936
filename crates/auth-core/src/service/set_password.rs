//! Set a first password.

use crate::adapter::AdapterError;
use crate::auth::Services;
use crate::domain::{NewAccount, RequestContext, Secret, UserId};
use crate::error::AuthError;
use crate::password::Password;
use crate::repository::RepositoryError;
use crate::telemetry::Operation;

impl Services<'_> {
    /// Gives a password to a user who has none: one who came by a provider. Better Auth has no path for it, the
    /// application calls it. Of concurrent callers one succeeds. Two statements. Source: `setPassword`.
    ///
    /// # Errors
    ///
    /// [`AuthError::PasswordAlreadySet`]; the errors of a new password; [`AuthError::Busy`].
    #[tracing::instrument(name = "auth.set_password", skip_all, fields(user_id = %user_id))]
    pub async fn set_password(
        &self,
        user_id: &UserId,
        password: Password,
        context: &RequestContext,
    ) -> Result<(), AuthError> {
        self.observe(Operation::SetPassword, async {
            self.check_new_password(&password)?;
            let accounts = self.store_for(context).accounts();
            let account = accounts.find_credential(user_id).await?;
            if account.as_ref().is_some_and(|account| account.password.is_some()) {
                return Err(AuthError::PasswordAlreadySet);
            }
            let hash = Secret::new(self.hasher().hash(password).await?.into_string());
            let set = match account {
                None => match accounts.create(NewAccount::with_password(user_id.clone(), hash)).await {
                    // Somebody else was faster.
                    Err(RepositoryError::Adapter(AdapterError::Conflict { .. })) => false,
                    outcome => outcome.map(|_| true)?,
                },
                Some(_) => accounts.fill_password(user_id, &hash).await?,
            };
            if set { Ok(()) } else { Err(AuthError::PasswordAlreadySet) }
        })
        .await
    }
}
