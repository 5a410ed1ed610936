//! What a person may enter: names, addresses of pictures, new passwords.

use crate::auth::Services;
use crate::error::AuthError;
use crate::password::Password;

impl Services<'_> {
    /// Whether a password may be set.
    pub(super) fn check_new_password(&self, password: &Password) -> Result<(), AuthError> {
        let config = self.password_config();
        match password.utf16_len() {
            length if length < config.min_length => Err(AuthError::PasswordTooShort),
            length if length > config.max_length => Err(AuthError::PasswordTooLong),
            _ => Ok(()),
        }
    }
}

/// Whether a text can be stored.
pub(super) fn check_text(field: &'static str, text: &str, longest: usize) -> Result<(), AuthError> {
    if text.contains('\0') {
        return Err(AuthError::InvalidInput {
            field: field.to_owned(),
            problem: "must not contain a NUL character".to_owned(),
        });
    }
    if text.chars().count() > longest {
        return Err(AuthError::InvalidInput { field: field.to_owned(), problem: "is too long".to_owned() });
    }
    Ok(())
}
