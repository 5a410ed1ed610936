//! Every door is closed to a user who is softly deleted, and opens again when the user is restored.

use std::sync::Arc;

use async_trait::async_trait;
use auth_core::adapter::Filter;
use auth_core::config::{EmailVerificationConfig, UserConfig};
use auth_core::domain::{Email, EventKind, NewAccount, RequestContext, Secret, User, UserId};
use auth_core::hooks::{DatabaseHooks, Event, HookError, Hooks, Operation, Phase};
use auth_core::mail::MailKind;
use auth_core::password::Password;
use auth_core::repository::Store;
use auth_core::service::{DeleteUser, Deletion, OAuthCallback, ProviderRefusal, StartOAuth};
use auth_core::{AuthError, BuildError, MemoryAdapter};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{Fixture, PASSWORD, context};
use auth_tests::provider::StubProvider;
use auth_tests::runner::Case;
use time::Duration;

use crate::person::{EMAIL, adapter, in_memory};

pub(crate) fn cases() -> Vec<Case> {
    let in_process = |backend: Backend| backend == Backend::Memory;
    vec![
        Case::new("every_door_is_closed_and_opens_again", doors),
        Case::new("tokens_of_mails_do_not_let_in", mails),
        Case::new("no_provider_lets_in", provider),
        Case::new("a_person_may_delete_themself_softly", own_wish),
        Case::new("without_the_field_nobody_is_softly_deleted", switched_off).on(in_process),
        Case::new("a_user_of_long_ago_is_erased_and_one_of_now_stays", purged),
        Case::new("one_user_who_cannot_be_erased_keeps_nobody_else", held_back),
    ]
}

async fn doors(database: Arc<TestDatabase>) {
    let fixture = Fixture::on(adapter(&database, true).await, |builder| builder);
    let signed_up = fixture.sign_up(EMAIL).await.unwrap();
    let (user, token) = (signed_up.user, signed_up.session.unwrap().token);
    let store = fixture.auth.store();
    let accounts = store.accounts().list(&user.id).await.unwrap().len();

    assert!(fixture.auth.soft_delete_user(&user.id, &context()).await.unwrap());
    assert!(!fixture.auth.soft_delete_user(&user.id, &context()).await.unwrap(), "once is enough");
    assert!(fixture.session_of(&token).await.unwrap().is_none());
    let error = fixture.sign_in(EMAIL, PASSWORD).await.unwrap_err();
    assert!(matches!(error, AuthError::InvalidEmailOrPassword), "{error:?}");
    // The address stays taken.
    assert!(matches!(fixture.sign_up(EMAIL).await.unwrap_err(), AuthError::EmailTaken));
    // A session that another application begins on the same rows lets nobody in.
    let ends = fixture.auth.now() + Duration::days(1);
    let foreign = auth_core::domain::NewSession::new(user.id.clone(), ends);
    let foreign = store.sessions().create(foreign).await.unwrap();
    assert!(fixture.session_of(&foreign.token).await.unwrap().is_none());
    let found = store.users().find(&user.id).await.unwrap().unwrap();
    assert_eq!(found.deleted_at(), Some(fixture.auth.now()));

    assert!(fixture.auth.restore_user(&user.id, &context()).await.unwrap());
    assert!(!fixture.auth.restore_user(&user.id, &context()).await.unwrap());
    for token in [&token, &foreign.token] {
        assert!(fixture.session_of(token).await.unwrap().is_none(), "everything but sessions");
    }
    assert_eq!(store.accounts().list(&user.id).await.unwrap().len(), accounts);
    let session = fixture.sign_in(EMAIL, PASSWORD).await.unwrap().session;
    let valid = fixture.session_of(&session.token).await.unwrap().unwrap();
    assert_eq!(valid.user.additional.get("deleted_at"), None, "clients do not see it");
    let events = store.events().unwrap().list_of_user(&user.id, None, 20).await.unwrap();
    for kind in [EventKind::UserSoftDeleted, EventKind::UserRestored] {
        assert_eq!(events.iter().filter(|event| event.kind == kind).count(), 1, "{events:?}");
    }
    let refused: Vec<_> = events.iter().filter_map(|event| event.detail.as_deref()).collect();
    assert!(refused.contains(&"user_deleted"), "{refused:?}");
}

async fn mails(database: Arc<TestDatabase>) {
    let mut verification = EmailVerificationConfig::default();
    verification.auto_sign_in = true;
    let fixture =
        Fixture::on(adapter(&database, true).await, |builder| builder.email_verification(verification));
    let user = fixture.user(EMAIL).await;
    let email = Email::parse(EMAIL).unwrap();
    fixture.auth.request_password_reset(&email, None, &context()).await.unwrap();
    let reset = fixture.mail(MailKind::ResetPassword).await.unwrap();
    fixture.auth.send_verification_email(&email, None, &context()).await.unwrap();
    let verify = fixture.mail(MailKind::VerifyEmail).await.unwrap();
    fixture.auth.soft_delete_user(&user.id, &context()).await.unwrap();

    let new = || Password::new("a quite new password");
    let error = fixture.auth.reset_password(reset.token.expose(), new(), &context()).await.unwrap_err();
    assert!(matches!(error, AuthError::UserNotFound), "{error:?}");
    let error = fixture.auth.verify_email(verify.token.expose(), None, None, &context()).await.unwrap_err();
    assert!(matches!(error, AuthError::UserNotFound), "{error:?}");
    let sent = fixture.captured.all().len();
    fixture.auth.request_password_reset(&email, None, &context()).await.unwrap();
    fixture.auth.send_verification_email(&email, None, &context()).await.unwrap();
    fixture.auth.settle().await;
    assert_eq!(fixture.captured.all().len(), sent);

    fixture.auth.restore_user(&user.id, &context()).await.unwrap();
    fixture.auth.verify_email(verify.token.expose(), None, None, &context()).await.unwrap();
    fixture.auth.reset_password(reset.token.expose(), new(), &context()).await.unwrap();
}

async fn provider(database: Arc<TestDatabase>) {
    let fixture =
        Fixture::on(adapter(&database, true).await, |builder| builder.provider(StubProvider::new("stub")));
    let enter = async || {
        let start = StartOAuth { provider_id: "stub".to_owned(), ..StartOAuth::default() };
        let state = fixture.auth.start_oauth(start, &context()).await.unwrap().state.expose().to_owned();
        let callback = OAuthCallback {
            state: Some(state.clone()),
            browser_state: Some(state),
            code: Some(Secret::new("good")),
            ..OAuthCallback::default()
        };
        fixture.auth.finish_oauth("stub", callback, &context()).await
    };
    let user = enter().await.unwrap().signed_in.unwrap().0;
    fixture.auth.soft_delete_user(&user.id, &context()).await.unwrap();
    let refused = enter().await.unwrap_err();
    assert_eq!(refused.code, ProviderRefusal::UnableToLinkAccount.code());
    // Nor by the address alone.
    let account = fixture.auth.store().accounts().list(&user.id).await.unwrap().remove(0);
    fixture.auth.store().accounts().delete(&account.id).await.unwrap();
    assert_eq!(enter().await.unwrap_err().code, ProviderRefusal::AccountNotLinked.code());
    let mut again = NewAccount::with_password(user.id.clone(), Secret::new("x"));
    (again.provider_id, again.account_id, again.password) = (account.provider_id, account.account_id, None);
    fixture.auth.store().accounts().create(again).await.unwrap();
    fixture.auth.restore_user(&user.id, &context()).await.unwrap();
    assert_eq!(enter().await.unwrap().signed_in.unwrap().0.id, user.id);
}

async fn own_wish(database: Arc<TestDatabase>) {
    let fixture = Fixture::on(adapter(&database, true).await, |builder| {
        let mut user = UserConfig::default();
        (user.delete.enabled, user.delete.soft) = (true, true);
        builder.user(user)
    });
    let signed_up = fixture.sign_up(EMAIL).await.unwrap();
    let session = signed_up.session.unwrap();
    let done = fixture.auth.delete_user(&signed_up.user, &session, DeleteUser::default(), &context()).await;
    assert_eq!(done.unwrap(), Deletion::Done);
    assert!(fixture.session_of(&session.token).await.unwrap().is_none());
    assert!(fixture.auth.restore_user(&signed_up.user.id, &context()).await.unwrap());
}

async fn switched_off(_: Arc<TestDatabase>) {
    let fixture = Fixture::on(Arc::new(MemoryAdapter::new()), |builder| builder);
    let user = fixture.user(EMAIL).await;
    let error = fixture.auth.soft_delete_user(&user.id, &context()).await.unwrap_err();
    assert!(matches!(error, AuthError::SoftDeleteDisabled), "{error:?}");
    let mut config = UserConfig::default();
    config.delete.soft = true;
    let builder = auth_core::Auth::builder(Arc::new(MemoryAdapter::new()), auth_tests::fixture::SECRET);
    assert!(matches!(builder.user(config).build().unwrap_err(), BuildError::NoDeletedAt));
    let with_it = in_memory(|builder| builder);
    assert_eq!(with_it.auth.store().model("user").unwrap().count(Filter::everything()).await.unwrap(), 0);
}

async fn purged(database: Arc<TestDatabase>) {
    let fixture = Fixture::on(adapter(&database, true).await, |builder| {
        let mut maintenance = auth_core::config::MaintenanceConfig::default();
        maintenance.purge_deleted_after = Some(std::time::Duration::from_hours(24 * 30));
        maintenance.batch_size = 2;
        builder.maintenance(maintenance)
    });
    let mut users = Vec::new();
    for number in 0..7 {
        let user = fixture.user(&format!("u{number}@example.com")).await;
        fixture.auth.soft_delete_user(&user.id, &context()).await.unwrap();
        users.push(user);
    }
    assert_eq!(fixture.auth.purge_deleted_users(&context()).await.unwrap().users, 0);
    fixture.clock.advance(Duration::days(29));
    // One comes back, one is deleted again, one was never deleted.
    fixture.auth.restore_user(&users[0].id, &context()).await.unwrap();
    fixture.auth.restore_user(&users[1].id, &context()).await.unwrap();
    fixture.auth.soft_delete_user(&users[1].id, &context()).await.unwrap();
    fixture.user("never@example.com").await;
    fixture.clock.advance(Duration::days(2));
    let purged = fixture.auth.purge_deleted_users(&context()).await.unwrap();
    assert_eq!((purged.users, purged.kept), (5, 0));
    assert_eq!(fixture.auth.store().users().count().await.unwrap(), 3);
    let events = fixture.auth.store().events().unwrap();
    assert_eq!(
        events.list_of_user(&users[3].id, None, 10).await.unwrap().len(),
        1,
        "erased, not merely deleted"
    );
    assert_eq!(fixture.auth.purge_deleted_users(&context()).await.unwrap().users, 0);
}

/// Fails for one user.
#[derive(Debug)]
struct HoldsBack(Arc<std::sync::Mutex<Option<UserId>>>);

#[async_trait]
impl DatabaseHooks<User> for HoldsBack {
    fn events(&self) -> &'static [Event] {
        &[(Operation::Delete, Phase::In)]
    }

    async fn in_delete(&self, user: &User, _: Store<'_>, _: &RequestContext) -> Result<(), HookError> {
        let held = self.0.lock().unwrap().as_ref() == Some(&user.id);
        if held { Err(HookError::failed("on purpose")) } else { Ok(()) }
    }
}

async fn held_back(database: Arc<TestDatabase>) {
    let held = Arc::new(std::sync::Mutex::new(None));
    let hook = HoldsBack(Arc::clone(&held));
    let fixture = Fixture::on(adapter(&database, true).await, |builder| {
        let mut maintenance = auth_core::config::MaintenanceConfig::default();
        maintenance.purge_deleted_after = Some(std::time::Duration::from_hours(24));
        builder.maintenance(maintenance).hooks(Hooks::new().user(hook))
    });
    let mut users = Vec::new();
    for number in 0..3 {
        let user = fixture.user(&format!("u{number}@example.com")).await;
        fixture.auth.soft_delete_user(&user.id, &context()).await.unwrap();
        fixture.clock.advance(Duration::SECOND);
        users.push(user.id);
    }
    *held.lock().unwrap() = Some(users[0].clone());
    fixture.clock.advance(Duration::days(2));
    let failure = fixture.auth.purge_deleted_users(&context()).await.unwrap_err();
    assert!(matches!(failure, AuthError::Hook(HookError::Failed { .. })), "{failure:?}");
    let left = fixture.auth.store().users().list(None, 10).await.unwrap();
    assert_eq!(left.iter().map(|user| &user.id).collect::<Vec<_>>(), [&users[0]]);
    *held.lock().unwrap() = None;
    assert_eq!(fixture.auth.purge_deleted_users(&context()).await.unwrap().users, 1);
}
