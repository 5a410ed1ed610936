//! Encrypt the tokens that are stored already: after encryption is switched on, and after a secret was replaced.

use crate::auth::Services;
use crate::crypto::symmetric;
use crate::domain::{Account, AccountChange, AccountId, RequestContext, Secret};
use crate::error::AuthError;

/// How far the work is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct EncryptProgress {
    /// The last account that was looked at; pass it to go on. `None`: all have been.
    pub next: Option<AccountId>,
    /// How many accounts were looked at.
    pub seen: u64,
    /// How many of them were rewritten.
    pub written: u64,
    /// Accounts with a token that no configured secret opens; they are left as they are.
    pub unreadable: Vec<AccountId>,
}

impl Services<'_> {
    /// Encrypts the tokens of a batch of accounts with the secret in use, whether they are plain or were encrypted with an
    /// older one. Begin with `None` and go on with what [`EncryptProgress::next`] says until it is `None`; the work may stop
    /// and begin anywhere, also in several processes. A token that is replaced meanwhile stays as it is replaced. One statement
    /// for the batch and one for each account that is rewritten. Without `AccountConfig::encrypt_tokens`, nothing is done.
    ///
    /// # Errors
    ///
    /// [`AuthError::Adapter`]; what was written until then stays written.
    #[tracing::instrument(name = "auth.encrypt_tokens", skip_all)]
    pub async fn encrypt_tokens(
        &self,
        after: Option<&AccountId>,
        batch: u64,
        context: &RequestContext,
    ) -> Result<EncryptProgress, AuthError> {
        let mut progress = EncryptProgress::default();
        if !self.account_config().encrypt_tokens {
            return Ok(progress);
        }
        let accounts = self.store_for(context).accounts();
        let rows = accounts.list_by_id(after, batch.max(1)).await?;
        if rows.len() as u64 == batch.max(1) {
            progress.next = rows.last().map(|account| account.id.clone());
        }
        for account in rows {
            progress.seen += 1;
            match self.rewritten(&account) {
                Err(_) => progress.unreadable.push(account.id),
                Ok(None) => {}
                Ok(Some(change)) => {
                    progress.written += u64::from(accounts.update_unchanged(&account, change).await?);
                }
            }
        }
        Ok(progress)
    }

    /// What of an account is to be rewritten.
    fn rewritten(&self, account: &Account) -> Result<Option<AccountChange>, AuthError> {
        let again = |stored: &Option<Secret>, encrypts: bool| -> Result<Option<Secret>, AuthError> {
            match stored {
                Some(token) if encrypts && !symmetric::is_current(self.secrets(), token.expose()) => {
                    Ok(Some(self.seal_again(token)?))
                }
                _ => Ok(None),
            }
        };
        let id_tokens = self.account_config().encrypt_id_tokens;
        let change = AccountChange {
            access_token: again(&account.access_token, true)?,
            refresh_token: again(&account.refresh_token, true)?,
            id_token: again(&account.id_token, id_tokens)?,
            ..AccountChange::default()
        };
        let any =
            change.access_token.is_some() || change.refresh_token.is_some() || change.id_token.is_some();
        Ok(any.then_some(change))
    }

    fn seal_again(&self, stored: &Secret) -> Result<Secret, AuthError> {
        Ok(self.seal(&self.open(stored)?))
    }
}
