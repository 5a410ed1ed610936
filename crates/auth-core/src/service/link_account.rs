//! Link a provider's account to a user who is signed in.

use std::collections::HashSet;

use async_trait::async_trait;

use super::finish_oauth::FailedOAuth;
use super::oauth_state::LinkState;
use super::soft_delete::is_out;
use crate::adapter::AdapterError;
use crate::auth::Services;
use crate::crypto::{Purpose, derive, symmetric};
use crate::domain::{Account, Email, NewAccount, RequestContext, SessionToken, User, UserChange, UserId};
use crate::error::AuthError;
use crate::provider::{Profile, Provider, Tokens};
use crate::repository::{Store, Work};
use crate::telemetry::Operation;

/// Why a provider's account is not linked to the user who asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LinkRefusal {
    /// Linking is switched off, or the provider is not trusted and does not vouch for the address.
    #[error("Account not linked - linking not allowed")]
    NotAllowed,
    /// The addresses differ: see `AccountLinkingConfig::allow_different_emails`.
    #[error("Account not linked - different emails not allowed")]
    DifferentEmails,
    /// Another user has the account.
    #[error("the account is linked to another user already")]
    LinkedToAnotherUser,
    /// A hook vetoed the account.
    #[error("Account not linked - unable to create account")]
    UnableToCreate,
}

impl LinkRefusal {
    /// The code of a redirect.
    fn code(self) -> &'static str {
        match self {
            Self::NotAllowed | Self::UnableToCreate => "unable_to_link_account",
            Self::DifferentEmails => "email_does_not_match",
            Self::LinkedToAnotherUser => "account_already_linked_to_different_user",
        }
    }
}

/// An account of a user who is looked at once more: on one who was made anonymous meanwhile it would keep the person out for good.
struct Link {
    new: NewAccount,
}

#[async_trait]
impl Work for Link {
    type Output = ();
    type Error = AuthError;

    async fn run(&self, store: Store<'_>) -> Result<(), AuthError> {
        let user = store.users().lock(&self.new.user_id).await?.filter(|user| !is_out(store, user));
        user.ok_or(AuthError::UserNotFound)?;
        store.accounts().create(self.new.clone()).await?;
        Ok(())
    }
}

impl Services<'_> {
    /// Links an account when a browser comes back from a provider: the session that began it must still hold. Source:
    /// Better Auth's `linkOAuthAccount`.
    pub(super) async fn link_by_state(
        &self,
        provider: &dyn Provider,
        link: &LinkState,
        profile: &Profile,
        tokens: Tokens,
        context: &RequestContext,
    ) -> Result<(), FailedOAuth> {
        let user_id = UserId::new(&link.user_id);
        let linked = async {
            if !self.is_live(link).await? {
                return Err(LinkRefusal::NotAllowed.into());
            }
            self.check_link(provider, &link.email, profile)?;
            self.attach(provider, &user_id, profile, &tokens, context).await
        };
        linked.await.map_err(|error| match error {
            AuthError::Link(refusal) => FailedOAuth::new(refusal.code(), None),
            other => FailedOAuth::own(&other, None),
        })
    }

    /// Whether the rules let a provider's account be linked to a user with an address.
    fn check_link(&self, provider: &dyn Provider, email: &str, profile: &Profile) -> Result<(), LinkRefusal> {
        let config = &self.account_config().linking;
        if !config.enabled || !(profile.email_verified || self.is_trusted_provider(provider)) {
            return Err(LinkRefusal::NotAllowed);
        }
        let vouched = profile.email.as_deref().and_then(|text| Email::vouched(text).ok());
        let same = vouched.is_some() && vouched == Email::vouched(email).ok();
        if same || config.allow_different_emails { Ok(()) } else { Err(LinkRefusal::DifferentEmails) }
    }

    /// Links an account to a user, or stores its newest tokens if it is linked already; the scopes of both are kept. The unique
    /// key decides between two users who ask for one account. Five statements for a new one, two for one that is linked already; one
    /// more each after a conflict and for the profile.
    async fn attach(
        &self,
        provider: &dyn Provider,
        user_id: &UserId,
        profile: &Profile,
        tokens: &Tokens,
        context: &RequestContext,
    ) -> Result<(), AuthError> {
        let accounts = self.store_for(context).accounts();
        let mut found = accounts.find_by_provider(provider.id(), &profile.account_id).await?;
        if found.is_none() {
            let new = self.new_account(provider, profile, tokens, user_id.clone());
            match self.store_for(context).transaction(&Link { new }).await {
                Ok(()) => return self.copy_on_link(user_id, profile, context).await,
                // Somebody was faster: perhaps this very person.
                Err(AuthError::Adapter(AdapterError::Conflict { .. })) => {
                    found = accounts.find_by_provider(provider.id(), &profile.account_id).await?;
                }
                Err(AuthError::Vetoed { .. }) => {}
                Err(other) => return Err(other),
            }
        }
        let account = found.ok_or(LinkRefusal::UnableToCreate)?;
        self.refresh_link(&account, user_id, tokens, context).await?;
        self.copy_on_link(user_id, profile, context).await
    }

    async fn refresh_link(
        &self,
        account: &Account,
        user_id: &UserId,
        tokens: &Tokens,
        context: &RequestContext,
    ) -> Result<(), AuthError> {
        if account.user_id != *user_id {
            return Err(LinkRefusal::LinkedToAnotherUser.into());
        }
        let mut change = self.newest_tokens(tokens);
        change.scope = merged(account.scope.as_deref(), &tokens.scopes);
        self.store_for(context).accounts().update(&account.id, change).await?;
        Ok(())
    }

    /// A profile that cannot be copied does not undo the link.
    async fn copy_on_link(
        &self,
        user_id: &UserId,
        profile: &Profile,
        context: &RequestContext,
    ) -> Result<(), AuthError> {
        if !self.account_config().linking.update_user_info_on_link {
            return Ok(());
        }
        let mut change = UserChange::default();
        self.copy_profile(profile, &mut change)?;
        if let Err(error) = self.store_for(context).users().update(user_id, change).await {
            tracing::warn!(name: "auth.link_profile", %user_id, %error, "the account is linked, its profile was not copied");
        }
        Ok(())
    }

    /// Whether the session that began to link still holds.
    async fn is_live(&self, link: &LinkState) -> Result<bool, AuthError> {
        // A state that an older Better Auth wrote has none.
        let Some(encrypted) = &link.session_token else {
            return Ok(true);
        };
        let secrets = derive(self.secrets(), Purpose::LinkSessionToken);
        let token = symmetric::decrypt(&secrets, encrypted).ok();
        let Some(token) = token.and_then(|token| SessionToken::parse(token.expose())) else {
            return Ok(false);
        };
        let found = self.store().sessions().find_with_user(&token).await?;
        Ok(found.is_some_and(|(session, _)| {
            session.user_id.as_str() == link.user_id && session.expires_at > self.clock().now()
        }))
    }

    /// Links an account by an id token that the client brings. Source: `linkSocialAccount`.
    ///
    /// # Errors
    ///
    /// [`AuthError::Link`]; those of [`Services::sign_in_id_token`].
    #[tracing::instrument(name = "auth.link_id_token", skip_all, fields(user_id = %user.id))]
    pub async fn link_id_token(
        &self,
        user: &User,
        request: super::IdTokenSignIn,
        context: &RequestContext,
    ) -> Result<(), AuthError> {
        self.observe(Operation::LinkIdToken, async {
            let (provider, profile, tokens) = self.read_id_token(request).await?;
            let accounts = self.store_for(context).accounts();
            // What is linked is linked, whatever the rules say now; and it is told whose it is before they are asked.
            if accounts.find_by_provider(provider.id(), &profile.account_id).await?.is_none() {
                self.check_link(provider, user.email.as_str(), &profile)?;
            }
            self.attach(provider, &user.id, &profile, &tokens, context).await
        })
        .await
    }
}

/// The scopes of before and of now, each once.
fn merged(stored: Option<&str>, new: &[String]) -> Option<String> {
    let mut seen = HashSet::new();
    let stored = stored.unwrap_or_default().split(',');
    let all = stored.chain(new.iter().map(String::as_str)).map(str::trim);
    let scopes: Vec<&str> = all.filter(|scope| !scope.is_empty() && seen.insert(*scope)).collect();
    (!scopes.is_empty()).then(|| scopes.join(","))
}
