//! Sign out.

use crate::auth::Services;
use crate::domain::{RequestContext, SessionToken};
use crate::error::AuthError;
use crate::hooks::Act;
use crate::telemetry::Operation;

impl Services<'_> {
    /// Ends a session; that there is none is no error. One statement. Source: Better Auth's `signOut`.
    #[tracing::instrument(name = "auth.sign_out", skip_all)]
    pub async fn sign_out(&self, token: &SessionToken, context: &RequestContext) -> Result<(), AuthError> {
        self.observe(Operation::SignOut, async {
            self.store_for(context).acting(Act::SignOut).sessions().delete(token).await?;
            Ok(())
        })
        .await
    }
}
