//! What the product does: one file for each verb phrase. Services decide; repositories read and write.

mod additional_fields;
mod list_sessions;
mod revoke_sessions;
mod sign_in_email;
mod sign_out;
mod sign_up_email;
mod validate_session;

pub use sign_in_email::{SignInEmail, SignedIn};
pub use sign_up_email::{SignUpEmail, SignedUp};
pub use validate_session::{Refresh, ValidSession};
