//! Use a provider in the name of a person: access tokens, new ones, and what the provider tells.

use time::{Duration, OffsetDateTime};

use crate::auth::Services;
use crate::domain::{Account, AccountId, RequestContext, Secret, UserId};
use crate::error::AuthError;
use crate::provider::{Profile, Provider, ProviderError, Tokens};
use crate::telemetry::Operation;

/// An access token that holds.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct AccessToken {
    /// The account. Its own token fields are those that were read, as they are stored.
    pub account: Account,
    /// The token; `None` when the provider has never given one.
    pub access_token: Option<Secret>,
    /// When it ends, if the provider tells.
    pub expires_at: Option<OffsetDateTime>,
    /// What gets the next one.
    pub refresh_token: Option<Secret>,
    /// Who the person is.
    pub id_token: Option<Secret>,
}

impl Services<'_> {
    /// An access token of an account that holds for five seconds at least; one that ends is replaced. One statement, and when
    /// it is replaced a request to the provider and one statement more. Source: Better Auth's `getAccessToken`.
    ///
    /// # Errors
    ///
    /// [`AuthError::AccountNotFound`], also for an account of another user; [`AuthError::ProviderNotSupported`];
    /// [`AuthError::Provider`]; [`AuthError::StoredToken`].
    #[tracing::instrument(name = "auth.access_token", skip_all, fields(user_id = %user_id))]
    pub async fn access_token(
        &self,
        user_id: &UserId,
        account_id: &AccountId,
        context: &RequestContext,
    ) -> Result<AccessToken, AuthError> {
        self.observe(Operation::AccessToken, async {
            let account = self.account_of(user_id, account_id, context).await?;
            let provider = self.provider_of(&account)?;
            let soon = self.clock().now() + Duration::seconds(5);
            let ends = account.access_token_expires_at.is_some_and(|ends| ends < soon);
            if ends && account.refresh_token.is_some() {
                match self.refreshed(provider, account.clone(), context).await {
                    Err(AuthError::RefreshNotSupported { .. }) => {}
                    outcome => return outcome,
                }
            }
            self.as_it_is(account)
        })
        .await
    }

    /// Gets a new access token, also when the present one holds. One statement, a request to the provider, and one statement
    /// more; two for each concurrent writer. Of concurrent callers one stores the new tokens; another is given those, or the
    /// provider's refusal of a refresh token that works once, when they are not stored yet. Source: `refreshToken`.
    ///
    /// # Errors
    ///
    /// As [`Services::access_token`]; [`AuthError::RefreshNotSupported`]; [`AuthError::RefreshTokenNotFound`].
    #[tracing::instrument(name = "auth.refresh_token", skip_all, fields(user_id = %user_id))]
    pub async fn refresh_token(
        &self,
        user_id: &UserId,
        account_id: &AccountId,
        context: &RequestContext,
    ) -> Result<AccessToken, AuthError> {
        self.observe(Operation::RefreshToken, async {
            let account = self.account_of(user_id, account_id, context).await?;
            let provider = self.provider_of(&account)?;
            self.refreshed(provider, account, context).await
        })
        .await
    }

    /// What the provider tells of a person now. As [`Services::access_token`], and a request to the provider. Source:
    /// `accountInfo`.
    ///
    /// # Errors
    ///
    /// As [`Services::access_token`]; [`AuthError::AccessTokenNotFound`].
    #[tracing::instrument(name = "auth.account_info", skip_all, fields(user_id = %user_id))]
    pub async fn account_info(
        &self,
        user_id: &UserId,
        account_id: &AccountId,
        context: &RequestContext,
    ) -> Result<(Account, Profile), AuthError> {
        let token = self.access_token(user_id, account_id, context).await?;
        let provider = self.provider_of(&token.account)?;
        if token.access_token.is_none() {
            return Err(AuthError::AccessTokenNotFound);
        }
        let (access_token, id_token) = (token.access_token, token.id_token);
        let tokens = Tokens { access_token, id_token, ..Tokens::default() };
        let profile = provider.known_profile(&tokens).await.map_err(AuthError::Provider)?;
        // A token that a client brought may be another person's.
        if profile.account_id != token.account.account_id {
            return Err(AuthError::AccessTokenNotFound);
        }
        Ok((token.account, profile))
    }

    async fn refreshed(
        &self,
        provider: &dyn Provider,
        account: Account,
        context: &RequestContext,
    ) -> Result<AccessToken, AuthError> {
        let Some(stored) = &account.refresh_token else {
            return Err(AuthError::RefreshTokenNotFound);
        };
        let refresh_token = self.open(stored)?;
        let accounts = self.store_for(context).accounts();
        let tokens = match provider.refresh(&refresh_token).await {
            Ok(tokens) => tokens,
            Err(ProviderError::Unsupported { provider, .. }) => {
                return Err(AuthError::RefreshNotSupported { provider });
            }
            Err(error) => {
                // A provider that takes each refresh token once refuses the second of two concurrent callers.
                let now = accounts.find_of_user(&account.user_id, &account.id).await?;
                return match now {
                    Some(now) if self.is_newer(&now, &account)? => self.as_it_is(now),
                    _ => Err(AuthError::Provider(error)),
                };
            }
        };
        if let Some(theirs) = self.store_refreshed(&account, &refresh_token, &tokens, context).await? {
            return self.as_it_is(theirs);
        }
        let now = self.clock().now();
        let expires_at = tokens.access_token_expires_in.map(|lifetime| now + lifetime);
        Ok(AccessToken {
            access_token: tokens.access_token,
            expires_at: expires_at.or(account.access_token_expires_at),
            refresh_token: Some(tokens.refresh_token.unwrap_or(refresh_token)),
            id_token: match tokens.id_token {
                Some(token) => Some(token),
                None => account.id_token.as_ref().map(|token| self.open(token)).transpose()?,
            },
            account: Account {
                refresh_token_expires_at: tokens
                    .refresh_token_expires_in
                    .map(|lifetime| now + lifetime)
                    .or(account.refresh_token_expires_at),
                ..account
            },
        })
    }

    /// Stores new tokens in the place of those that they were given for; gives the account when somebody else has had them
    /// refreshed meanwhile. A row that was merely written in another way, by an encryption, still holds the old ones.
    async fn store_refreshed(
        &self,
        read: &Account,
        used: &Secret,
        tokens: &Tokens,
        context: &RequestContext,
    ) -> Result<Option<Account>, AuthError> {
        let accounts = self.store_for(context).accounts();
        let mut account = read.clone();
        for _ in 0..MOST_WRITES {
            if accounts.update_unchanged(&account, self.newest_tokens(tokens)).await? {
                return Ok(None);
            }
            let found = accounts.find_of_user(&account.user_id, &account.id).await?;
            account = found.ok_or(AuthError::AccountNotFound)?;
            let held = account.refresh_token.as_ref().map(|token| self.open(token)).transpose()?;
            if held.is_none_or(|held| held.expose() != used.expose()) {
                return Ok(Some(account));
            }
        }
        Err(AuthError::Busy)
    }

    /// Whether an account has another access token than it had.
    fn is_newer(&self, now: &Account, before: &Account) -> Result<bool, AuthError> {
        let open =
            |account: &Account| account.access_token.as_ref().map(|token| self.open(token)).transpose();
        let (now, before) = (open(now)?, open(before)?);
        Ok(now.as_ref().map(Secret::expose) != before.as_ref().map(Secret::expose))
    }

    fn as_it_is(&self, account: Account) -> Result<AccessToken, AuthError> {
        let tokens = self.open_tokens(&account)?;
        Ok(AccessToken {
            access_token: tokens.access_token,
            expires_at: account.access_token_expires_at,
            refresh_token: tokens.refresh_token,
            id_token: tokens.id_token,
            account,
        })
    }

    async fn account_of(
        &self,
        user_id: &UserId,
        account_id: &AccountId,
        context: &RequestContext,
    ) -> Result<Account, AuthError> {
        let accounts = self.store_for(context).accounts();
        accounts.find_of_user(user_id, account_id).await?.ok_or(AuthError::AccountNotFound)
    }

    fn provider_of(&self, account: &Account) -> Result<&dyn Provider, AuthError> {
        let unsupported = || AuthError::ProviderNotSupported { provider: account.provider_id.clone() };
        self.provider(&account.provider_id).ok_or_else(unsupported)
    }
}

const MOST_WRITES: u32 = 5;
