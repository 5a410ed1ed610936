//! A person.

use time::OffsetDateTime;

use super::{Email, UserId};

/// A person.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct User {
    /// Id.
    pub id: UserId,
    /// Name as the person wrote it.
    pub name: String,
    /// E-mail address; unique among users.
    pub email: Email,
    /// Whether the address is known to be the person's.
    pub email_verified: bool,
    /// Address of a picture.
    pub image: Option<String>,
    /// When the user was created.
    pub created_at: OffsetDateTime,
    /// When the user was last changed.
    pub updated_at: OffsetDateTime,
}

/// A user to be created; the id and the times are made by the repository.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: Email,
    /// Whether the address is known to be the person's.
    pub email_verified: bool,
    /// Address of a picture.
    pub image: Option<String>,
}

/// What shall change; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct UserChange {
    /// New name.
    pub name: Option<String>,
    /// New e-mail address.
    pub email: Option<Email>,
    /// Whether the address is verified.
    pub email_verified: Option<bool>,
    /// New picture; `Some(None)` removes it.
    pub image: Option<Option<String>>,
}
