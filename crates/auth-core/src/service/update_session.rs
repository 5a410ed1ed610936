//! Change the additional fields of a session.

use serde_json::{Map, Value as Json};

use crate::auth::Services;
use crate::domain::{RequestContext, Session, SessionChange, SessionToken};
use crate::error::AuthError;
use crate::telemetry::Operation;

impl Services<'_> {
    /// Changes the additional fields of a session and returns it as it is afterwards; `None` when it is gone. One
    /// statement where the engine returns updated rows, else five. Source: Better Auth's `updateSession`.
    ///
    /// # Errors
    ///
    /// [`AuthError::NothingToUpdate`]; [`AuthError::InvalidInput`]; [`AuthError::FieldNotAllowed`].
    #[tracing::instrument(name = "auth.update_session", skip_all)]
    pub async fn update_session(
        &self,
        token: &SessionToken,
        fields: Map<String, Json>,
        context: &RequestContext,
    ) -> Result<Option<Session>, AuthError> {
        self.observe(Operation::UpdateSession, async {
            let additional = self.read_changes::<Session>(fields)?;
            if additional.is_empty() {
                return Err(AuthError::NothingToUpdate);
            }
            let change = SessionChange { additional, ..SessionChange::default() };
            let mut session = self.store_for(context).sessions().update(token, change).await?;
            if let Some(session) = &mut session {
                self.hide_in_session(session);
            }
            Ok(session)
        })
        .await
    }
}
