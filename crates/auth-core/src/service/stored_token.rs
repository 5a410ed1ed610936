//! Provider's tokens on their way into the database and out of it.

use crate::auth::Services;
use crate::crypto::symmetric;
use crate::domain::{Account, AccountChange, NewAccount, Secret, UserId};
use crate::error::AuthError;
use crate::provider::{Profile, Provider, Tokens};

impl Services<'_> {
    /// An account with the tokens of a first sign-in.
    pub(super) fn new_account(
        &self,
        provider: &dyn Provider,
        profile: &Profile,
        tokens: &Tokens,
        user_id: UserId,
    ) -> NewAccount {
        let now = self.clock().now();
        NewAccount {
            access_token: tokens.access_token.as_ref().map(|token| self.seal(token)),
            refresh_token: tokens.refresh_token.as_ref().map(|token| self.seal(token)),
            id_token: tokens.id_token.as_ref().map(|token| self.seal_id_token(token)),
            access_token_expires_at: tokens.access_token_expires_in.map(|lifetime| now + lifetime),
            refresh_token_expires_at: tokens.refresh_token_expires_in.map(|lifetime| now + lifetime),
            scope: (!tokens.scopes.is_empty()).then(|| tokens.scopes.join(",")),
            ..NewAccount::at_provider(provider.id(), &*profile.account_id, user_id)
        }
    }

    /// The newest tokens of an account; those that did not come along stay. The scope is that of the link, not of a sign-in.
    pub(super) fn newest_tokens(&self, tokens: &Tokens) -> AccountChange {
        let now = self.clock().now();
        AccountChange {
            access_token: tokens.access_token.as_ref().map(|token| self.seal(token)),
            refresh_token: tokens.refresh_token.as_ref().map(|token| self.seal(token)),
            id_token: tokens.id_token.as_ref().map(|token| self.seal_id_token(token)),
            access_token_expires_at: tokens.access_token_expires_in.map(|lifetime| now + lifetime),
            refresh_token_expires_at: tokens.refresh_token_expires_in.map(|lifetime| now + lifetime),
            ..AccountChange::default()
        }
    }

    /// A token as it is stored.
    pub(super) fn seal(&self, token: &Secret) -> Secret {
        if self.account_config().encrypt_tokens { self.encrypted(token) } else { token.clone() }
    }

    pub(super) fn seal_id_token(&self, token: &Secret) -> Secret {
        let config = self.account_config();
        if config.encrypt_tokens && config.encrypt_id_tokens { self.encrypted(token) } else { token.clone() }
    }

    /// A stored token as the provider gave it. Rows from before encryption was switched on hold plain tokens; so may rows
    /// that another writer makes.
    pub(super) fn open(&self, stored: &Secret) -> Result<Secret, AuthError> {
        if !self.account_config().encrypt_tokens || !symmetric::looks_encrypted(stored.expose()) {
            return Ok(stored.clone());
        }
        symmetric::decrypt(self.secrets(), stored.expose()).map_err(AuthError::StoredToken)
    }

    pub(super) fn open_tokens(&self, account: &Account) -> Result<Tokens, AuthError> {
        let open = |stored: &Option<Secret>| stored.as_ref().map(|token| self.open(token)).transpose();
        Ok(Tokens {
            access_token: open(&account.access_token)?,
            refresh_token: open(&account.refresh_token)?,
            id_token: open(&account.id_token)?,
            ..Tokens::default()
        })
    }

    fn encrypted(&self, token: &Secret) -> Secret {
        Secret::new(symmetric::encrypt(self.secrets(), token.expose(), self.store().random()))
    }
}
