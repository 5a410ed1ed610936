//! Change a user's own data.

use serde_json::{Map, Value as Json};

use super::input::check_text;
use crate::auth::Services;
use crate::domain::{RequestContext, User, UserChange, UserId};
use crate::error::AuthError;
use crate::telemetry::Operation;

/// What a person changes of themselves; what is absent stays. The address is changed in another way.
#[derive(Debug, Default)]
pub struct UpdateUser {
    /// Name, at most 255 characters.
    pub name: Option<String>,
    /// Address of a picture, at most 2,048 characters; `Some(None)` takes it away.
    pub image: Option<Option<String>>,
    /// Additional fields as the client sends them.
    pub additional: Map<String, Json>,
}

impl Services<'_> {
    /// Changes a user and returns it as it is afterwards; `None` when it is gone. One statement where the engine returns
    /// updated rows, else five. Source: Better Auth's `updateUser`.
    ///
    /// # Errors
    ///
    /// [`AuthError::NothingToUpdate`]; [`AuthError::InvalidInput`]; [`AuthError::FieldNotAllowed`].
    #[tracing::instrument(name = "auth.update_user", skip_all, fields(user_id = %user_id))]
    pub async fn update_user(
        &self,
        user_id: &UserId,
        request: UpdateUser,
        context: &RequestContext,
    ) -> Result<Option<User>, AuthError> {
        self.observe(Operation::UpdateUser, async {
            check_text("name", request.name.as_deref().unwrap_or_default(), 255)?;
            check_text("image", request.image.iter().flatten().next().map_or("", String::as_str), 2048)?;
            let additional = self.read_changes::<User>(request.additional)?;
            if request.name.is_none() && request.image.is_none() && additional.is_empty() {
                return Err(AuthError::NothingToUpdate);
            }
            let change =
                UserChange { name: request.name, image: request.image, additional, ..UserChange::default() };
            let mut user = self.store_for(context).users().update(user_id, change).await?;
            if let Some(user) = &mut user {
                self.hide_in_user(user);
            }
            Ok(user)
        })
        .await
    }
}
