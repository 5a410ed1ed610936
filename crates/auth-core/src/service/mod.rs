//! What the product does: one file for each verb phrase. Services decide; repositories read and write.

mod additional_fields;
mod change_password;
mod list_accounts;
mod list_sessions;
mod revoke_sessions;
mod set_password;
mod sign_in_email;
mod sign_out;
mod sign_up_email;
mod unlink_account;
mod update_session;
mod update_user;
mod validate_session;
mod verify_password;

pub use change_password::{ChangePassword, ChangedPassword};
pub use sign_in_email::{SignInEmail, SignedIn};
pub use sign_up_email::{SignUpEmail, SignedUp};
pub use update_user::UpdateUser;
pub use validate_session::{Refresh, ValidSession};
