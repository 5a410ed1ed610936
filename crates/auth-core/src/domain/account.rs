//! A way to sign in.

use time::OffsetDateTime;

use super::{AccountId, Additional, Secret, UserId};

/// The provider of accounts that sign in with a password.
pub const CREDENTIAL: &str = "credential";

/// A way to sign in: a password, or a provider's account. (`provider_id`, `account_id`) is unique.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Account {
    /// Id of the row.
    pub id: AccountId,
    /// The provider's id of the person; for a password, the user's id.
    pub account_id: String,
    /// Who vouches for the person; [`CREDENTIAL`] for a password.
    pub provider_id: String,
    /// Whose account it is.
    pub user_id: UserId,
    /// The provider's access token.
    pub access_token: Option<Secret>,
    /// The provider's refresh token.
    pub refresh_token: Option<Secret>,
    /// The provider's id token.
    pub id_token: Option<Secret>,
    /// When the access token ends.
    pub access_token_expires_at: Option<OffsetDateTime>,
    /// When the refresh token ends.
    pub refresh_token_expires_at: Option<OffsetDateTime>,
    /// What the provider allows, separated by commas.
    pub scope: Option<String>,
    /// The hash of the password.
    pub password: Option<Secret>,
    /// When the account was created.
    pub created_at: OffsetDateTime,
    /// When the account was last changed.
    pub updated_at: OffsetDateTime,
    /// Additional fields.
    pub additional: Additional,
}

/// An account to be created.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Id; made as the model says when it is absent.
    pub id: Option<AccountId>,
    /// The provider's id of the person.
    pub account_id: String,
    /// Who vouches for the person.
    pub provider_id: String,
    /// Whose account it is.
    pub user_id: UserId,
    /// The provider's access token.
    pub access_token: Option<Secret>,
    /// The provider's refresh token.
    pub refresh_token: Option<Secret>,
    /// The provider's id token.
    pub id_token: Option<Secret>,
    /// When the access token ends.
    pub access_token_expires_at: Option<OffsetDateTime>,
    /// When the refresh token ends.
    pub refresh_token_expires_at: Option<OffsetDateTime>,
    /// What the provider allows, separated by commas.
    pub scope: Option<String>,
    /// The hash of the password.
    pub password: Option<Secret>,
    /// Additional fields; those that are absent take their defaults.
    pub additional: Additional,
}

/// What shall change in an account; `None` leaves a field as it is.
#[derive(Debug, Clone, Default)]
pub struct AccountChange {
    /// New access token.
    pub access_token: Option<Secret>,
    /// New refresh token.
    pub refresh_token: Option<Secret>,
    /// New id token.
    pub id_token: Option<Secret>,
    /// When the new access token ends.
    pub access_token_expires_at: Option<OffsetDateTime>,
    /// When the new refresh token ends.
    pub refresh_token_expires_at: Option<OffsetDateTime>,
    /// What the provider allows from now on, separated by commas.
    pub scope: Option<String>,
    /// New hash of the password.
    pub password: Option<Secret>,
    /// Additional fields.
    pub additional: Additional,
}

impl NewAccount {
    /// An account at a provider, without tokens.
    pub fn at_provider(
        provider_id: impl Into<String>,
        account_id: impl Into<String>,
        user_id: UserId,
    ) -> Self {
        Self {
            id: None,
            account_id: account_id.into(),
            provider_id: provider_id.into(),
            user_id,
            access_token: None,
            refresh_token: None,
            id_token: None,
            access_token_expires_at: None,
            refresh_token_expires_at: None,
            scope: None,
            password: None,
            additional: Additional::new(),
        }
    }

    /// An account that signs in with a password.
    pub fn with_password(user_id: UserId, hash: Secret) -> Self {
        let mut account = Self::at_provider(CREDENTIAL, user_id.as_str().to_owned(), user_id);
        account.password = Some(hash);
        account
    }
}
