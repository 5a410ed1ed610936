//! A person.

use auth_schema::Value;
use time::OffsetDateTime;

use super::{Additional, Email, UserId};

/// A person.
#[derive(Debug, Clone, PartialEq)]
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
    /// Additional fields.
    pub additional: Additional,
}

/// A user to be created; the times are made by the repository.
#[derive(Debug, Clone)]
pub struct NewUser {
    /// Id; made as the model says when it is absent.
    pub id: Option<UserId>,
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: Email,
    /// Whether the address is known to be the person's.
    pub email_verified: bool,
    /// Address of a picture.
    pub image: Option<String>,
    /// Additional fields; those that are absent take their defaults.
    pub additional: Additional,
}

/// What shall change; `None` leaves a field as it is.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct UserChange {
    /// New name.
    pub name: Option<String>,
    /// New e-mail address.
    pub email: Option<Email>,
    /// Whether the address is verified.
    pub email_verified: Option<bool>,
    /// New picture; `Some(None)` removes it.
    pub image: Option<Option<String>>,
    /// Additional fields.
    pub additional: Additional,
}

impl User {
    /// What the address of a user ends with who was made anonymous.
    pub const ANONYMISED_DOMAIN: &str = "@anonymised.invalid";

    /// Since when the user is softly deleted, where the schema has the field and it was not taken out, as it is of what the services
    /// give.
    pub fn deleted_at(&self) -> Option<OffsetDateTime> {
        match self.additional.get("deleted_at") {
            Some(Value::Timestamp(at)) => Some(*at),
            _ => None,
        }
    }

    /// Whether the user was made anonymous.
    pub fn is_anonymised(&self) -> bool {
        self.email.as_str().ends_with(Self::ANONYMISED_DOMAIN)
    }

    /// A user as it is after its creation, for the tests of mailers and hooks.
    pub fn new(id: UserId, name: impl Into<String>, email: Email, created_at: OffsetDateTime) -> Self {
        Self {
            id,
            name: name.into(),
            email,
            email_verified: false,
            image: None,
            created_at,
            updated_at: created_at,
            additional: Additional::new(),
        }
    }
}

impl NewUser {
    /// A user whose address is not verified.
    pub fn new(name: impl Into<String>, email: Email) -> Self {
        Self {
            id: None,
            name: name.into(),
            email,
            email_verified: false,
            image: None,
            additional: Additional::new(),
        }
    }
}
