//! What people do, in every mode.

use std::sync::Arc;

use async_trait::async_trait;
use auth_core::adapter::{Filter, Query};
use auth_core::config::TokenStorage;
use auth_core::domain::{NewVerification, RequestContext, Secret, Session, SessionChange, SessionToken};
use auth_core::hooks::{DatabaseHooks, Decision, Event, HookError, Hooks, Operation, Phase};
use auth_core::mail::MailKind;
use auth_core::password::Password;
use auth_core::repository::Store;
use auth_core::schema::session;
use auth_core::secondary_storage::SecondaryStorage;
use auth_core::service::{ChangePassword, Refresh, UpdateUser};
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{PASSWORD, context};
use auth_tests::runner::Case;
use auth_tests::statements::record;
use auth_tests::storage::Health;
use time::Duration;

use crate::scene::{MODES, Mode, Scene};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("a_session_is_validated_by_two_questions_and_no_statement", validate),
        Case::new("a_session_slides_and_stays_extended", sliding),
        Case::new("a_session_that_is_signed_out_is_gone_everywhere", sign_out),
        Case::new("a_changed_user_shows_at_once", changed_user),
        Case::new("a_new_password_ends_every_session_but_the_new_one", change_password),
        Case::new("a_removed_user_has_no_session_left", removed_user),
        Case::new("what_is_rolled_back_leaves_no_trace", rolled_back),
        Case::new("a_password_is_reset_by_a_token_that_holds_once", reset_password),
        Case::new("a_verification_that_is_taken_and_rolled_back_can_be_taken_again", given_back),
        Case::new("a_session_that_ended_is_kept_as_a_record_and_never_revived", preserved),
        Case::new("hooks_hear_of_sessions_and_may_refuse", hooks),
        Case::new("people_are_served_from_the_database_while_the_store_is_away", store_away),
        Case::new("a_hashed_token_stands_nowhere_and_its_hash_signs_nobody_in", hashed),
    ]
}

async fn validate(database: Arc<TestDatabase>) {
    for mode in MODES {
        let Scene { fixture, storage } = &Scene::new(&database, mode).await;
        let ada = fixture.sign_up(&email(mode)).await.unwrap();
        let session = ada.session.unwrap();
        storage.take_asked();
        let (valid, statements) = record(fixture.session_of(&session.token)).await;
        let valid = valid.unwrap().unwrap();
        assert_eq!((&valid.session, &valid.user), (&session, &ada.user), "{mode:?}");
        assert_eq!(statements, Vec::<String>::new(), "{mode:?}");
        let token = session.token.expose();
        let marker = format!("get revoked-sessions-before-{}", ada.user.id);
        assert_eq!(storage.take_asked(), [format!("get {token}"), marker], "{mode:?}");
    }
}

async fn sliding(database: Arc<TestDatabase>) {
    for mode in MODES {
        let Scene { fixture, .. } = &Scene::new(&database, mode).await;
        let token = fixture.sign_up(&email(mode)).await.unwrap().session.unwrap().token;
        fixture.clock.advance(Duration::days(2));
        let valid =
            fixture.auth.validate_session(&token, Refresh::WhenDue, &context()).await.unwrap().unwrap();
        assert!(valid.extended, "{mode:?}");
        fixture.clock.advance(Duration::days(6));
        let later = fixture.session_of(&token).await.unwrap().unwrap();
        assert_eq!(later.session.expires_at, valid.session.expires_at, "{mode:?}");
        let change = SessionChange::default();
        let changed = fixture.auth.store().sessions().update(&token, change).await.unwrap().unwrap();
        assert_eq!(changed.expires_at, valid.session.expires_at, "{mode:?}");
        fixture.clock.advance(Duration::days(2));
        assert!(fixture.session_of(&token).await.unwrap().is_none(), "{mode:?}");
        let extended = fixture
            .auth
            .store()
            .sessions()
            .extend(&later.session, later.session.expires_at + Duration::days(9));
        fixture.auth.sign_out(&token, &context()).await.unwrap();
        if mode == Mode::InFront {
            assert!(extended.await.unwrap().is_none(), "what is gone is not extended");
        }
    }
}

async fn sign_out(database: Arc<TestDatabase>) {
    for mode in MODES {
        let Scene { fixture, storage } = &Scene::new(&database, mode).await;
        let ada = fixture.sign_up(&email(mode)).await.unwrap();
        let token = ada.session.unwrap().token;
        let other = fixture.sign_in(&email(mode), PASSWORD).await.unwrap().session.token;
        let third = fixture.sign_in(&email(mode), PASSWORD).await.unwrap().session.token;
        let auth = &fixture.auth;
        assert_eq!(auth.list_sessions(&ada.user.id).await.unwrap().len(), 3, "{mode:?}");
        auth.sign_out(&token, &context()).await.unwrap();
        assert!(fixture.session_of(&token).await.unwrap().is_none(), "{mode:?}");
        assert!(auth.revoke_session(&ada.user.id, &other, &context()).await.unwrap(), "{mode:?}");
        assert!(!auth.revoke_session(&ada.user.id, &other, &context()).await.unwrap(), "{mode:?}");
        assert!(fixture.session_of(&other).await.unwrap().is_none(), "{mode:?}");
        // Nobody ends another's session.
        let eve = fixture.sign_up(&format!("eve.{mode:?}@example.com")).await.unwrap();
        assert!(!auth.revoke_session(&eve.user.id, &third, &context()).await.unwrap(), "{mode:?}");
        assert!(fixture.session_of(&third).await.unwrap().is_some(), "{mode:?}");
        assert_eq!(auth.list_sessions(&ada.user.id).await.unwrap().len(), 1, "{mode:?}");
        // What is no session's token finds nothing.
        let asked = SessionToken::parse(&format!("active-sessions-{}", ada.user.id)).unwrap();
        assert!(fixture.session_of(&asked).await.unwrap().is_none(), "{mode:?}");
        drop(storage.take_asked());
    }
}

async fn changed_user(database: Arc<TestDatabase>) {
    for mode in MODES {
        let Scene { fixture, .. } = &Scene::new(&database, mode).await;
        let ada = fixture.sign_up(&email(mode)).await.unwrap();
        let token = ada.session.unwrap().token;
        let update =
            UpdateUser { name: Some("Countess".to_owned()), image: None, additional: serde_json::Map::new() };
        fixture.auth.update_user(&ada.user.id, update, &context()).await.unwrap();
        assert_eq!(fixture.session_of(&token).await.unwrap().unwrap().user.name, "Countess", "{mode:?}");
    }
}

async fn change_password(database: Arc<TestDatabase>) {
    for mode in MODES {
        let Scene { fixture, .. } = &Scene::new(&database, mode).await;
        let ada = fixture.sign_up(&email(mode)).await.unwrap();
        let old = [
            ada.session.unwrap().token,
            fixture.sign_in(&email(mode), PASSWORD).await.unwrap().session.token,
        ];
        let request = ChangePassword {
            current: Password::new(PASSWORD),
            new: Password::new("another horse battery staple"),
            revoke_other_sessions: true,
            remember_me: true,
        };
        let changed = fixture.auth.change_password(&ada.user.id, request, &context()).await.unwrap();
        for token in &old {
            assert!(fixture.session_of(token).await.unwrap().is_none(), "{mode:?}");
        }
        let new = changed.session.unwrap().token;
        assert!(fixture.session_of(&new).await.unwrap().is_some(), "{mode:?}");
        assert_eq!(fixture.auth.list_sessions(&ada.user.id).await.unwrap().len(), 1, "{mode:?}");
        // Those of later hold, too, and one of them ends the others.
        let later =
            fixture.sign_in(&email(mode), "another horse battery staple").await.unwrap().session.token;
        let ended = fixture.auth.revoke_other_sessions(&ada.user.id, &later, &context()).await.unwrap();
        assert_eq!(ended, 1, "{mode:?}");
        assert!(fixture.session_of(&later).await.unwrap().is_some(), "{mode:?}");
        assert!(fixture.session_of(&new).await.unwrap().is_none(), "{mode:?}");
    }
}

async fn removed_user(database: Arc<TestDatabase>) {
    for mode in MODES {
        let Scene { fixture, .. } = &Scene::new(&database, mode).await;
        let ada = fixture.sign_up(&email(mode)).await.unwrap();
        let token = ada.session.unwrap().token;
        fixture.auth.remove_user(&ada.user.id, &context()).await.unwrap();
        assert!(fixture.session_of(&token).await.unwrap().is_none(), "{mode:?}");
    }
}

async fn rolled_back(database: Arc<TestDatabase>) {
    for mode in MODES {
        let Scene { fixture, storage } = &Scene::new(&database, mode).await;
        let ada = fixture.sign_up(&email(mode)).await.unwrap();
        let token = ada.session.unwrap().token;
        storage.take_asked();
        let transaction = fixture.auth.adapter().begin().await.unwrap();
        let within = fixture.auth.within_transaction(&*transaction);
        let sign_in = auth_core::service::SignInEmail::new(ada.user.email.clone(), Password::new(PASSWORD));
        let signed_in = within.sign_in_email(sign_in, &context()).await.unwrap();
        within.revoke_sessions(&ada.user.id, &context()).await.unwrap();
        drop(within.detach());
        transaction.rollback().await.unwrap();
        let asked = storage.take_asked();
        assert!(asked.iter().all(|question| question.starts_with("get ")), "{mode:?}: {asked:?}");
        assert!(fixture.session_of(&token).await.unwrap().is_some(), "{mode:?}");
        assert!(fixture.session_of(&signed_in.session.token).await.unwrap().is_none(), "{mode:?}");
        // The same, committed.
        let transaction = fixture.auth.adapter().begin().await.unwrap();
        let within = fixture.auth.within_transaction(&*transaction);
        within.revoke_sessions(&ada.user.id, &context()).await.unwrap();
        let after = within.detach();
        transaction.commit().await.unwrap();
        after.committed().await;
        assert!(fixture.session_of(&token).await.unwrap().is_none(), "{mode:?}");
    }
}

async fn reset_password(database: Arc<TestDatabase>) {
    for mode in MODES {
        let Scene { fixture, .. } = &Scene::new(&database, mode).await;
        let ada = fixture.sign_up(&email(mode)).await.unwrap();
        fixture.auth.request_password_reset(&ada.user.email, None, &context()).await.unwrap();
        let token = fixture.mail(MailKind::ResetPassword).await.unwrap().token;
        let reset = || async {
            let new = Password::new("another horse battery staple");
            fixture.auth.reset_password(token.expose(), new, &context()).await
        };
        reset().await.unwrap();
        assert!(reset().await.is_err(), "{mode:?}");
        fixture.sign_in(&email(mode), "another horse battery staple").await.unwrap();
    }
}

async fn given_back(database: Arc<TestDatabase>) {
    for mode in MODES {
        let Scene { fixture, .. } = &Scene::new(&database, mode).await;
        let ends = fixture.auth.now() + Duration::hours(1);
        let new = NewVerification::new("given-back", Secret::new("value"), ends);
        fixture.auth.store().verifications().create(new).await.unwrap();
        let transaction = fixture.auth.adapter().begin().await.unwrap();
        let within = fixture.auth.within_transaction(&*transaction);
        assert!(within.store().verifications().consume("given-back").await.unwrap().is_some(), "{mode:?}");
        drop(within.detach());
        transaction.rollback().await.unwrap();
        let consume = || fixture.auth.store().verifications().consume("given-back");
        assert!(consume().await.unwrap().is_some(), "{mode:?}");
        assert!(consume().await.unwrap().is_none(), "{mode:?}");
    }
}

async fn preserved(database: Arc<TestDatabase>) {
    let Scene { fixture, .. } = &Scene::new(&database, Mode::Preserved).await;
    let ada = fixture.sign_up("ada@example.com").await.unwrap();
    let session = ada.session.unwrap();
    fixture.auth.sign_out(&session.token, &context()).await.unwrap();
    let store = fixture.auth.store();
    let kept = store.sessions().find(&session.id).await.unwrap().unwrap();
    assert_eq!(kept.updated_at, fixture.auth.now());
    assert!(kept.expires_at < fixture.auth.now(), "before every clock's now");
    let later = fixture.auth.now() + Duration::days(1);
    assert!(store.sessions().extend(&session, later).await.unwrap().is_none());
    assert_eq!(store.sessions().delete_all_of_user(&ada.user.id).await.unwrap(), 0, "it is over already");
    fixture.clock.advance(Duration::days(30));
    fixture.auth.delete_expired(&context()).await.unwrap();
    let rows = Query::new(session::MODEL).filter(Filter::everything());
    assert_eq!(fixture.auth.adapter().find_many(rows).await.unwrap().len(), 1);
}

#[derive(Debug, Default)]
struct Guardian;

#[async_trait]
impl DatabaseHooks<Session> for Guardian {
    fn events(&self) -> &'static [Event] {
        &[(Operation::Delete, Phase::Before), (Operation::Update, Phase::In), (Operation::Create, Phase::In)]
    }

    async fn before_delete(
        &self,
        session: &Session,
        _: Store<'_>,
        _: &RequestContext,
    ) -> Result<Decision, HookError> {
        let kept = session.user_agent.as_deref() == Some("kept");
        Ok(if kept { Decision::Veto } else { Decision::Proceed })
    }
}

async fn hooks(database: Arc<TestDatabase>) {
    for mode in MODES {
        let with_hooks = |builder: auth_core::AuthBuilder| builder.hooks(Hooks::new().session(Guardian));
        let Scene { fixture, .. } = &Scene::with(&database, mode, with_hooks).await;
        let ada = fixture.sign_up(&email(mode)).await.unwrap();
        let token = ada.session.unwrap().token;
        fixture.clock.advance(Duration::days(2));
        let valid =
            fixture.auth.validate_session(&token, Refresh::WhenDue, &context()).await.unwrap().unwrap();
        assert!(valid.extended, "{mode:?}");
        let expires_at = fixture.session_of(&token).await.unwrap().unwrap().session.expires_at;
        assert_eq!(expires_at, valid.session.expires_at, "{mode:?}");
        let sign_in = auth_core::service::SignInEmail::new(ada.user.email.clone(), Password::new(PASSWORD));
        let kept = RequestContext::new().user_agent("kept");
        let kept = fixture.auth.sign_in_email(sign_in, &kept).await.unwrap().session.token;
        assert!(fixture.auth.sign_out(&kept, &context()).await.is_err(), "{mode:?}");
        assert!(fixture.session_of(&kept).await.unwrap().is_some(), "{mode:?}");
        fixture.auth.sign_out(&token, &context()).await.unwrap();
        assert!(fixture.session_of(&token).await.unwrap().is_none(), "{mode:?}");
    }
}

async fn store_away(database: Arc<TestDatabase>) {
    for mode in [Mode::InFront, Mode::Preserved] {
        for health in [Health::Down, Health::Hanging] {
            let Scene { fixture, storage } = &Scene::new(&database, mode).await;
            let email = format!("{mode:?}.{health:?}@example.com");
            let ada = fixture.sign_up(&email).await.unwrap();
            let token = ada.session.unwrap().token;
            storage.set_health(health);
            assert!(fixture.session_of(&token).await.unwrap().is_some(), "{mode:?}");
            let other = fixture.sign_in(&email, PASSWORD).await.unwrap().session.token;
            fixture.auth.sign_out(&token, &context()).await.unwrap();
            assert!(fixture.session_of(&token).await.unwrap().is_none(), "{mode:?}");
            assert!(fixture.session_of(&other).await.unwrap().is_some(), "{mode:?}");
        }
    }
}

async fn hashed(database: Arc<TestDatabase>) {
    for mode in MODES {
        let hash = |builder: auth_core::AuthBuilder| {
            let mut session = crate::scene::session(mode);
            session.token_storage = TokenStorage::Hashed;
            builder.session(session)
        };
        let Scene { fixture, storage } = &Scene::with(&database, mode, hash).await;
        let ada = fixture.sign_up(&email(mode)).await.unwrap();
        let token = ada.session.unwrap().token;
        assert!(storage.get(token.expose()).await.unwrap().is_none(), "{mode:?}");
        let handle = token.handle();
        let stored = storage.get(handle.expose()).await.unwrap().unwrap();
        assert!(!stored.contains(token.expose()), "{mode:?}");
        let valid = fixture.session_of(&token).await.unwrap().unwrap();
        assert_eq!(valid.session.token, token, "{mode:?}");
        let presented = SessionToken::parse(handle.expose()).unwrap();
        assert!(fixture.session_of(&presented).await.unwrap().is_none(), "{mode:?}");
        fixture.clock.advance(Duration::days(2));
        let extended =
            fixture.auth.validate_session(&token, Refresh::WhenDue, &context()).await.unwrap().unwrap();
        assert!(extended.extended, "{mode:?}");
        let other = fixture.sign_in(&email(mode), PASSWORD).await.unwrap().session.token;
        fixture.auth.revoke_other_sessions(&ada.user.id, &other, &context()).await.unwrap();
        assert!(fixture.session_of(&token).await.unwrap().is_none(), "{mode:?}");
        fixture.auth.sign_out(&other, &context()).await.unwrap();
        assert!(fixture.session_of(&other).await.unwrap().is_none(), "{mode:?}");
    }
}

fn email(mode: Mode) -> String {
    format!("ada.{mode:?}@example.com")
}
