//! Sign out.

use crate::auth::Auth;
use crate::domain::SessionToken;
use crate::error::AuthError;

impl Auth {
    /// Ends a session; that there is none is no error. One statement. Source: Better Auth's `signOut`.
    #[tracing::instrument(name = "auth.sign_out", skip_all)]
    pub async fn sign_out(&self, token: &SessionToken) -> Result<(), AuthError> {
        self.store().sessions().delete(token).await?;
        Ok(())
    }
}
