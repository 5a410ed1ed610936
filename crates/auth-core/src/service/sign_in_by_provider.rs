//! Sign in somebody for whom a provider vouches: which user it is, and whether it becomes one.

use async_trait::async_trait;
use auth_schema::{account, session, user};

use super::soft_delete::is_out;
use super::start_session::SessionStart;
use super::taken_email::taken;
use crate::adapter::AdapterError;
use crate::auth::Services;
use crate::domain::{
    AccountChange, AccountId, Email, NewAccount, NewUser, RequestContext, Session, User, UserChange, UserId,
};
use crate::error::AuthError;
use crate::hooks::HookError;
use crate::provider::{Profile, Provider, Tokens};
use crate::repository::{RepositoryError, Store, Work};

/// Somebody for whom a provider vouches.
#[derive(Debug)]
pub(super) struct ProviderSignIn<'a> {
    pub(super) provider: &'a dyn Provider,
    pub(super) profile: Profile,
    pub(super) tokens: Tokens,
    pub(super) request_sign_up: bool,
    pub(super) callback_url: Option<&'a str>,
}

/// Somebody who has signed in by a provider.
#[derive(Debug)]
pub(super) struct SignedInByProvider {
    pub(super) user: User,
    pub(super) session: Session,
    pub(super) is_new: bool,
}

/// Why somebody for whom a provider vouches is not signed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ProviderRefusal {
    /// A user has the address, and the rules do not let the account be linked to it: see `AccountLinkingConfig`.
    #[error("account not linked")]
    AccountNotLinked,
    /// The person is no user and may not become one.
    #[error("signup disabled")]
    SignUpDisabled,
    /// The account belongs to a user who is gone, or a hook vetoed it.
    #[error("unable to link account")]
    UnableToLinkAccount,
    /// The account was deleted meanwhile, or a hook vetoed the change.
    #[error("unable to update account")]
    UnableToUpdateAccount,
    /// A hook vetoed the user, or the provider's address is none.
    #[error("unable to create user")]
    UnableToCreateUser,
    /// A hook vetoed the session.
    #[error("unable to create session")]
    UnableToCreateSession,
    /// The address must be proven first.
    #[error("email not verified")]
    EmailNotVerified,
}

impl ProviderRefusal {
    /// The code of a redirect: `account_not_linked`.
    pub fn code(self) -> String {
        self.to_string().replace(' ', "_")
    }
}

impl Services<'_> {
    /// Signs somebody in for whom a provider vouches, by Better Auth's decision table. Of concurrent first sign-ins of one
    /// person, one creates the user and the others find it. Source: `handleOAuthUserInfo`.
    pub(super) async fn sign_in_by_provider(
        &self,
        sign_in: ProviderSignIn<'_>,
        context: &RequestContext,
    ) -> Result<SignedInByProvider, AuthError> {
        let entered = self.enter_by_provider(sign_in, context).await;
        if let Err(error) = &entered {
            self.note_refusal(None, error, context).await;
        }
        entered
    }

    async fn enter_by_provider(
        &self,
        sign_in: ProviderSignIn<'_>,
        context: &RequestContext,
    ) -> Result<SignedInByProvider, AuthError> {
        let text = sign_in.profile.email.as_deref().unwrap_or_default();
        let email = Email::vouched(text).map_err(|_| ProviderRefusal::UnableToCreateUser)?;
        let mut rounds = 0;
        let mut keeps_email = false;
        let (entered, require_verified) = loop {
            let mut entry = self.decide(&sign_in, &email, context).await?;
            if keeps_email {
                entry.user_change.email = None;
                entry.user_change.email_verified = None;
            }
            let is_new = matches!(entry.who, Who::New(..));
            match self.store_for(context).transaction(&entry).await {
                // Another user has the address that the profile would bring: the person keeps the one they have.
                Err(AuthError::EmailTaken) if !is_new && !keeps_email => keeps_email = true,
                // Somebody else wrote what the decision took for missing: it is decided again.
                Err(AuthError::EmailTaken | AuthError::Adapter(AdapterError::Conflict { .. }))
                    if rounds < 2 =>
                {
                    rounds += 1;
                }
                outcome => break (outcome.map_err(as_refusal)?, entry.require_verified),
            }
        };
        let Entered { mut user, session, is_new } = entered;
        self.mail_after_entry(&user, is_new, require_verified, sign_in.callback_url, context).await;
        let Some(mut session) = session else {
            return Err(ProviderRefusal::EmailNotVerified.into());
        };
        self.end_surplus(&session, context).await;
        self.hide_in_user(&mut user);
        self.hide_in_session(&mut session);
        Ok(SignedInByProvider { user, session, is_new })
    }

    async fn mail_after_entry(
        &self,
        user: &User,
        is_new: bool,
        require_verified: bool,
        callback_url: Option<&str>,
        context: &RequestContext,
    ) {
        let config = self.email_verification();
        let wanted = if is_new {
            config.send_on_sign_up.unwrap_or(require_verified)
        } else {
            require_verified && config.send_on_sign_in
        };
        if wanted && !user.email_verified {
            self.mail_verification(self.store_for(context), user.clone(), callback_url).await;
        }
    }

    /// What has to be written, as the rows are now.
    async fn decide(
        &self,
        sign_in: &ProviderSignIn<'_>,
        email: &Email,
        context: &RequestContext,
    ) -> Result<Entry, AuthError> {
        let store = self.store_for(context);
        let (provider, profile) = (sign_in.provider, &sign_in.profile);
        let entry = |who, user_change| Entry {
            who,
            user_change,
            start: self.session_start(true, context),
            require_verified: provider.settings().require_email_verification,
        };
        match store.accounts().find_owner(provider.id(), &profile.account_id).await? {
            Some((_, None)) => return Err(ProviderRefusal::UnableToLinkAccount.into()),
            Some((_, Some(user))) if self.is_out(&user) => {
                return Err(ProviderRefusal::UnableToLinkAccount.into());
            }
            Some((account, Some(user))) => {
                let change = self.change_by_profile(&user, profile, email, provider)?;
                let fresh = self.account_config().update_on_sign_in;
                let fresh = fresh.then(|| self.newest_tokens(&sign_in.tokens));
                return Ok(entry(Who::Known(user, account.id, fresh), change));
            }
            None => {}
        }
        let account = |user_id| self.new_account(provider, profile, &sign_in.tokens, user_id);
        if let Some(user) = store.users().find_by_email(email).await? {
            if self.is_out(&user) || !self.may_link(&user, profile, provider) {
                return Err(ProviderRefusal::AccountNotLinked.into());
            }
            let mut change = self.change_by_profile(&user, profile, email, provider)?;
            if self.account_config().linking.update_user_info_on_link {
                self.copy_profile(profile, &mut change)?;
            }
            let account = account(user.id.clone());
            return Ok(entry(Who::Linked(user, account), change));
        }
        let settings = provider.settings();
        if settings.disable_sign_up || (settings.disable_implicit_sign_up && !sign_in.request_sign_up) {
            return Err(ProviderRefusal::SignUpDisabled.into());
        }
        let mut new = NewUser::new(profile.name.clone(), email.clone());
        new.email_verified = profile.email_verified;
        new.image.clone_from(&profile.image);
        new.additional = self.read_profile(profile.additional.clone(), true)?;
        // The user's id is known once it is written.
        Ok(entry(Who::New(new, account(UserId::new(""))), UserChange::default()))
    }

    /// Whether equal addresses are enough to link a provider's account to a user.
    fn may_link(&self, user: &User, profile: &Profile, provider: &dyn Provider) -> bool {
        let config = &self.account_config().linking;
        let vouched = profile.email_verified || self.is_trusted_provider(provider);
        let proven = user.email_verified || !config.require_local_email_verified;
        vouched && proven && config.enabled && !config.disable_implicit
    }

    pub(super) fn is_trusted_provider(&self, provider: &dyn Provider) -> bool {
        self.account_config().linking.trusted_providers.iter().any(|trusted| trusted == provider.id())
    }

    /// What a sign-in changes in the user.
    fn change_by_profile(
        &self,
        user: &User,
        profile: &Profile,
        email: &Email,
        provider: &dyn Provider,
    ) -> Result<UserChange, AuthError> {
        let mut change = UserChange::default();
        let same = *email == user.email;
        if profile.email_verified && !user.email_verified && same {
            change.email_verified = Some(true);
        }
        if provider.settings().override_user_info_on_sign_in {
            self.copy_profile(profile, &mut change)?;
            change.email = Some(email.clone());
            change.email_verified = Some(profile.email_verified || (same && user.email_verified));
        }
        Ok(change)
    }

    /// Copies name, picture and mapped fields; what the provider does not tell stays.
    pub(super) fn copy_profile(&self, profile: &Profile, change: &mut UserChange) -> Result<(), AuthError> {
        change.name = (!profile.name.is_empty()).then(|| profile.name.clone());
        change.image = profile.image.clone().map(Some);
        change.additional = self.read_profile(profile.additional.clone(), false)?;
        Ok(())
    }
}

/// What has to be written for a sign-in.
#[derive(Debug)]
struct Entry {
    who: Who,
    user_change: UserChange,
    start: SessionStart,
    require_verified: bool,
}

#[derive(Debug)]
enum Who {
    /// The account is known; its newest tokens are stored.
    Known(User, AccountId, Option<AccountChange>),
    /// The user is known, the account is new.
    Linked(User, NewAccount),
    /// Both are new.
    New(NewUser, NewAccount),
}

#[derive(Debug)]
struct Entered {
    user: User,
    /// `None`: the address must be proven first.
    session: Option<Session>,
    is_new: bool,
}

#[async_trait]
impl Work for Entry {
    type Output = Entered;
    type Error = AuthError;

    async fn run(&self, store: Store<'_>) -> Result<Entered, AuthError> {
        let mut is_new = false;
        let mut user = match &self.who {
            Who::Known(user, account_id, change) => {
                if let Some(change) = change
                    && !store.accounts().update(account_id, change.clone()).await?
                {
                    return Err(ProviderRefusal::UnableToUpdateAccount.into());
                }
                user.clone()
            }
            Who::Linked(user, account) => {
                // An account on a user who was made anonymous meanwhile would keep the person out for good.
                let locked = store.users().lock(&user.id).await?.filter(|user| !is_out(store, user));
                let locked = locked.ok_or(AuthError::UserNotFound)?;
                // The address alone says whose account it is: it must be this user's still, and proven as it was.
                if locked.email != user.email || locked.email_verified != user.email_verified {
                    return Err(ProviderRefusal::AccountNotLinked.into());
                }
                store.accounts().create(account.clone()).await?;
                user.clone()
            }
            Who::New(user, account) => {
                is_new = true;
                let user = store.users().create(user.clone()).await.map_err(taken)?;
                let account = NewAccount { user_id: user.id.clone(), ..account.clone() };
                store.accounts().create(account).await?;
                user
            }
        };
        if self.user_change != UserChange::default() {
            match store.users().update_with_email(&user, self.user_change.clone()).await {
                Ok(Some(changed)) => {
                    if changed.email != user.email {
                        // As in `NewAddress`: what was sent to the former one sets no password any more.
                        store.accounts().touch_credential(&user.id).await?;
                    }
                    user = changed;
                }
                // The address was changed since it was read: what the profile says is of another.
                Ok(None) => {}
                // A profile that a hook does not let be copied keeps nobody out.
                Err(RepositoryError::Vetoed { .. } | RepositoryError::Hook(HookError::Refused { .. })) => {
                    tracing::info!(name: "auth.profile", user_id = %user.id, "a hook keeps the user as it is");
                }
                Err(error) => return Err(taken(error)),
            }
        }
        let session = if self.require_verified && !user.email_verified {
            None
        } else {
            Some(self.start.run(store, &user.id).await?)
        };
        Ok(Entered { user, session, is_new })
    }

    /// By the account, which stands in the database; a session may stand in a store, which is told of it in any case.
    async fn is_done(&self, entered: &Entered, store: Store<'_>) -> Result<Option<bool>, AdapterError> {
        match (&self.who, &entered.session) {
            (Who::Linked(_, account) | Who::New(_, account), _) => {
                let owner = store.accounts().find_owner(&account.provider_id, &account.account_id).await?;
                let user = owner.and_then(|(_, user)| user);
                Ok(Some(user.is_some_and(|user| user.id == entered.user.id)))
            }
            (Who::Known(..), Some(session)) => {
                Ok(Some(store.sessions().find_with_user(&session.token).await?.is_some()))
            }
            (Who::Known(..), None) => Ok(None),
        }
    }
}

/// A veto of a hook is Better Auth's refusal.
fn as_refusal(error: AuthError) -> AuthError {
    match error {
        AuthError::Vetoed { model: user::MODEL, .. } => ProviderRefusal::UnableToCreateUser.into(),
        AuthError::Vetoed { model: session::MODEL, .. } => ProviderRefusal::UnableToCreateSession.into(),
        AuthError::Vetoed { model: account::MODEL, .. } | AuthError::UserNotFound => {
            ProviderRefusal::UnableToLinkAccount.into()
        }
        other => other,
    }
}
