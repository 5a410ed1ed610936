//! What the services promise, on every backend.

use std::sync::Arc;

use auth_core::adapter::Adapter;
use auth_core::config::{EmailAndPasswordConfig, PasswordFormat, SessionConfig, UserConfig};
use auth_core::domain::{Email, NewUser, Secret, SessionToken, UserChange};
use auth_core::mail::MailKind;
use auth_core::password::Password;
use auth_core::service::{IdTokenSignIn, Refresh, SignInEmail};
use auth_core::{Auth, AuthError};
use auth_schema::{Field, FieldType, Schema, Value};
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, PASSWORD, cheap_passwords, context};
use auth_tests::provider::StubProvider;
use auth_tests::runner::{Case, main as run};
use time::Duration;

fn main() {
    run(&cases(), |_| true);
}

/// Run once more with hashed tokens, and by other packages on adapters of theirs.
pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("a_person_signs_up_and_is_recognised", sign_up),
        Case::new("ten_sign_ups_with_one_address_have_one_winner", race),
        Case::new("a_failed_sign_up_leaves_nothing", nothing_left),
        Case::new("passwords_have_bounds_in_utf16_units", bounds),
        Case::new("wrong_password_unknown_person_and_person_without_password_look_alike", alike),
        Case::new("a_session_slides_when_its_update_age_has_passed", sliding),
        Case::new("a_session_that_is_not_remembered_is_never_extended", not_remembered),
        Case::new("an_expired_session_is_none_and_gone", expired),
        Case::new("sign_up_can_be_switched_off", switched_off),
        Case::new("a_better_auth_hash_verifies_and_is_kept_unless_asked", scrypt),
        Case::new("only_ones_own_session_is_revoked", revoke_own),
        Case::new("an_operator_creates_a_user_with_one_hash_and_no_session", create_user),
        Case::new("an_operator_sets_what_clients_may_not", operators_fields),
        Case::new("a_user_is_removed_with_sessions_and_accounts", remove_user),
        Case::new("an_address_that_is_changed_at_once_is_never_proven", unproven),
        Case::new("a_link_to_a_former_address_sets_no_first_password", former_address),
        Case::new("a_link_sets_no_password_after_a_provider_brought_another_address", brought_address),
    ]
}

async fn sign_up(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let signed_up = fixture.sign_up("Ada@Example.com").await.unwrap();
    let session = signed_up.session.unwrap();
    assert_eq!(session.ip_address.as_deref(), Some("127.0.0.1"));
    let valid =
        fixture.auth.validate_session(&session.token, Refresh::WhenDue, &context()).await.unwrap().unwrap();
    assert_eq!((&valid.session, &valid.user, valid.extended), (&session, &signed_up.user, false));
    let signed_in = fixture.sign_in("ada@example.COM", PASSWORD).await.unwrap();
    assert_eq!(signed_in.user, signed_up.user);
    assert_eq!(fixture.auth.list_sessions(&signed_in.user.id).await.unwrap().len(), 2);
    fixture.auth.sign_out(&session.token, &context()).await.unwrap();
    assert!(
        fixture.auth.validate_session(&session.token, Refresh::WhenDue, &context()).await.unwrap().is_none()
    );
    fixture.auth.sign_out(&session.token, &context()).await.unwrap();
}

async fn race(database: Arc<TestDatabase>) {
    let fixture = Arc::new(Fixture::new(&database).await);
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..10 {
        let fixture = Arc::clone(&fixture);
        tasks.spawn(async move { fixture.sign_up("ada@example.com").await });
    }
    let outcomes = tasks.join_all().await;
    assert_eq!(outcomes.iter().filter(|outcome| outcome.is_ok()).count(), 1);
    assert_eq!(outcomes.iter().filter(|outcome| matches!(outcome, Err(AuthError::EmailTaken))).count(), 9);
    let winner = outcomes.into_iter().find_map(Result::ok).unwrap();
    assert_eq!(fixture.auth.store().users().count().await.unwrap(), 1);
    assert_eq!(fixture.auth.store().accounts().list(&winner.user.id).await.unwrap().len(), 1);
    assert_eq!(fixture.auth.list_sessions(&winner.user.id).await.unwrap().len(), 1);
}

async fn nothing_left(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    assert!(matches!(fixture.sign_up("ADA@example.com").await, Err(AuthError::EmailTaken)));
    assert!(matches!(fixture.sign_up("not an address").await, Err(AuthError::InvalidEmail(_))));
    assert_eq!(fixture.auth.store().users().count().await.unwrap(), 1);
}

async fn bounds(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    for (number, (password, expected)) in [
        ("1234567".to_owned(), "short"),
        ("12345678".to_owned(), "fits"),
        // Four characters of two units each.
        ("🦀🦀🦀🦀".to_owned(), "fits"),
        ("🦀🦀🦀".to_owned(), "short"),
        ("x".repeat(128), "fits"),
        ("x".repeat(129), "long"),
    ]
    .into_iter()
    .enumerate()
    {
        let request = auth_core::service::SignUpEmail::new(
            "Ada",
            Email::parse(&format!("ada{number}@example.com")).unwrap(),
            Password::new(password),
        );
        let found = match fixture.auth.sign_up_email(request, &context()).await {
            Ok(_) => "fits",
            Err(AuthError::PasswordTooShort) => "short",
            Err(AuthError::PasswordTooLong) => "long",
            Err(other) => panic!("{other}"),
        };
        assert_eq!(found, expected, "case {number}");
    }
}

async fn alike(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let email = Email::parse("social@example.com").unwrap();
    let without_password = NewUser { email_verified: true, ..NewUser::new("S", email) };
    fixture.auth.store().users().create(without_password).await.unwrap();
    for (email, password) in [
        ("ada@example.com", "wrong password"),
        ("nobody@example.com", PASSWORD),
        ("social@example.com", PASSWORD),
        ("social@example.com", ""),
    ] {
        let before = fixture.auth.hashes_computed();
        let error = fixture.sign_in(email, password).await.unwrap_err();
        assert!(matches!(error, AuthError::InvalidEmailOrPassword), "{email}: {error}");
        assert_eq!(fixture.auth.hashes_computed() - before, 1, "{email}");
    }
    let before = fixture.auth.hashes_computed();
    fixture.sign_in("ada@example.com", PASSWORD).await.unwrap();
    assert_eq!(fixture.auth.hashes_computed() - before, 1);
}

async fn sliding(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let session = fixture.sign_up("ada@example.com").await.unwrap().session.unwrap();
    let context = context();
    let validate = || fixture.auth.validate_session(&session.token, Refresh::WhenDue, &context);
    fixture.clock.advance(Duration::days(1) - Duration::milliseconds(1));
    assert!(!validate().await.unwrap().unwrap().extended);
    fixture.clock.advance(Duration::milliseconds(1));
    let extended = validate().await.unwrap().unwrap();
    assert!(extended.extended);
    assert_eq!(extended.session.expires_at - session.expires_at, Duration::days(1));
    let again = validate().await.unwrap().unwrap();
    assert!(!again.extended);
    assert_eq!(again.session, extended.session);
    assert_eq!(again.session.created_at, session.created_at);
}

async fn not_remembered(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let email = Email::parse("ada@example.com").unwrap();
    let request = SignInEmail { remember_me: false, ..SignInEmail::new(email, Password::new(PASSWORD)) };
    let session = fixture.auth.sign_in_email(request, &context()).await.unwrap().session;
    assert_eq!(session.expires_at - session.created_at, Duration::days(1));
    fixture.clock.advance(Duration::hours(23));
    let valid =
        fixture.auth.validate_session(&session.token, Refresh::Never, &context()).await.unwrap().unwrap();
    assert_eq!(valid.session, session);
}

async fn expired(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let signed_up = fixture.sign_up("ada@example.com").await.unwrap();
    let token = signed_up.session.unwrap().token;
    fixture.clock.advance(Duration::days(7));
    assert!(fixture.auth.validate_session(&token, Refresh::WhenDue, &context()).await.unwrap().is_none());
    assert!(fixture.auth.store().sessions().find_with_user(&token).await.unwrap().is_none());
    let unknown = SessionToken::parse("unknown").unwrap();
    assert!(fixture.auth.validate_session(&unknown, Refresh::WhenDue, &context()).await.unwrap().is_none());
}

async fn switched_off(database: Arc<TestDatabase>) {
    let mut config = EmailAndPasswordConfig::default();
    config.disable_sign_up = true;
    let fixture = Fixture::with(&database, |builder| builder.email_and_password(config)).await;
    assert!(matches!(fixture.sign_up("ada@example.com").await, Err(AuthError::SignUpDisabled)));
    assert!(matches!(
        fixture.sign_in("ada@example.com", PASSWORD).await,
        Err(AuthError::InvalidEmailOrPassword)
    ));
}

fn auth_on(adapter: &Arc<dyn Adapter>, format: PasswordFormat, rehash: bool) -> Auth {
    let mut password = cheap_passwords();
    password.format = format;
    password.rehash_on_sign_in = rehash;
    let secret = auth_tests::fixture::SECRET;
    Auth::builder(Arc::clone(adapter), secret)
        .password(password)
        .session(SessionConfig::default())
        .build()
        .unwrap()
}

async fn scrypt(database: Arc<TestDatabase>) {
    let adapter = database.adapter().await;
    let email = || Email::parse("ada@example.com").unwrap();
    let typescript = auth_on(&adapter, PasswordFormat::Scrypt, false);
    let request = auth_core::service::SignUpEmail::new("Ada", email(), Password::new(PASSWORD));
    let user = typescript.sign_up_email(request, &context()).await.unwrap().user;
    let stored = || async {
        let account = typescript.store().accounts().find_credential(&user.id).await.unwrap().unwrap();
        account.password.unwrap().expose().to_owned()
    };
    let hash = stored().await;
    assert_eq!(hash.split(':').map(str::len).collect::<Vec<_>>(), [32, 128]);
    let sign_in = || SignInEmail::new(email(), Password::new(PASSWORD));
    let keeping = auth_on(&adapter, PasswordFormat::Argon2id, false);
    keeping.sign_in_email(sign_in(), &context()).await.unwrap();
    assert_eq!(stored().await, hash);
    let rehashing = auth_on(&adapter, PasswordFormat::Argon2id, true);
    rehashing.sign_in_email(sign_in(), &context()).await.unwrap();
    assert!(stored().await.starts_with("$argon2id$v=19$"));
    keeping.sign_in_email(sign_in(), &context()).await.unwrap();
}

async fn revoke_own(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let ada = fixture.sign_up("ada@example.com").await.unwrap();
    let eve = fixture.sign_up("eve@example.com").await.unwrap();
    let token = ada.session.unwrap().token;
    assert!(!fixture.auth.revoke_session(&eve.user.id, &token, &context()).await.unwrap());
    assert!(fixture.auth.validate_session(&token, Refresh::Never, &context()).await.unwrap().is_some());
    assert!(fixture.auth.revoke_session(&ada.user.id, &token, &context()).await.unwrap());
    assert!(fixture.auth.validate_session(&token, Refresh::Never, &context()).await.unwrap().is_none());
}

fn grace() -> NewUser {
    NewUser::new("Grace", Email::parse("grace@example.com").unwrap())
}

async fn create_user(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let auth = &fixture.auth;
    let mut verified = grace();
    verified.email_verified = true;
    let user = auth.create_user(verified, Some(Password::new(PASSWORD)), &context()).await.unwrap();
    assert!(user.email_verified);
    assert_eq!(auth.hashes_computed(), 1);
    assert!(auth.list_sessions(&user.id).await.unwrap().is_empty());
    assert_eq!(fixture.sign_in("grace@example.com", PASSWORD).await.unwrap().user, user);
    let again = auth.create_user(grace(), Some(Password::new(PASSWORD)), &context()).await;
    assert!(matches!(again, Err(AuthError::EmailTaken)), "{again:?}");
    let mut eve = grace();
    eve.email = Email::parse("eve@example.com").unwrap();
    let short = auth.create_user(eve.clone(), Some(Password::new("short")), &context()).await;
    assert!(matches!(short, Err(AuthError::PasswordTooShort)), "{short:?}");
    let eve = auth.create_user(eve, None, &context()).await.unwrap();
    assert!(auth.list_accounts(&eve.id).await.unwrap().is_empty());
    assert_eq!(auth.store().users().count().await.unwrap(), 2);
}

async fn operators_fields(database: Arc<TestDatabase>) {
    let schema =
        Schema::builder().field("user", Field::new("role", FieldType::String).no_input()).build().unwrap();
    let fixture = Fixture::on(database.adapter_of(schema).await, |settings| settings);
    let missing = fixture.auth.create_user(grace(), None, &context()).await;
    assert!(matches!(missing, Err(AuthError::MissingField { ref field }) if field == "role"), "{missing:?}");
    let mut admin = grace();
    admin.additional.set("role", "admin");
    let admin = fixture.auth.create_user(admin, None, &context()).await.unwrap();
    assert_eq!(admin.additional.get("role"), Some(&Value::from("admin")));
}

async fn remove_user(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let (ada, bob) = (fixture.user("ada@example.com").await, fixture.user("bob@example.com").await);
    let removed = fixture.auth.remove_user(&ada.id, &context()).await.unwrap().unwrap();
    assert_eq!((removed.sessions, removed.accounts), (1, 1));
    assert_eq!(fixture.auth.remove_user(&ada.id, &context()).await.unwrap(), None);
    assert_eq!(fixture.auth.list_sessions(&bob.id).await.unwrap().len(), 1);
    fixture.sign_up("ada@example.com").await.unwrap();
}

fn changing_addresses(without_verification: bool) -> UserConfig {
    let mut user = UserConfig::default();
    user.change_email.enabled = true;
    user.change_email.without_verification = without_verification;
    user
}

/// The person proves an address and changes it at the same time: the request knows a user whose address is not proven.
async fn unproven(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, |builder| builder.user(changing_addresses(true))).await;
    let read = fixture.user("ada@example.com").await;
    let users = fixture.auth.store().users();
    let proven = UserChange { email_verified: Some(true), ..UserChange::default() };
    users.update(&read.id, proven).await.unwrap().unwrap();
    let victim = Email::parse("victim@example.com").unwrap();
    fixture.auth.change_email(&read, &victim, None, &context()).await.unwrap();
    let stored = users.find(&read.id).await.unwrap().unwrap();
    assert_eq!((stored.email, stored.email_verified), (victim, false));
}

async fn former_address(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, |builder| builder.user(changing_addresses(false))).await;
    let store = fixture.auth.store();
    let email = Email::parse("old@example.com").unwrap();
    let user = store.users().create(NewUser::new("Ada", email.clone())).await.unwrap();
    fixture.auth.request_password_reset(&email, None, &context()).await.unwrap();
    let reset = fixture.mail(MailKind::ResetPassword).await.unwrap().token;
    fixture.clock.advance(Duration::seconds(1));
    let new = Email::parse("new@example.com").unwrap();
    fixture.auth.change_email(&user, &new, None, &context()).await.unwrap();
    let change = fixture.mail(MailKind::VerifyEmail).await.unwrap().token;
    fixture.auth.verify_email(change.expose(), None, None, &context()).await.unwrap();
    let set = fixture.auth.reset_password(reset.expose(), Password::new("a stranger's"), &context()).await;
    assert!(matches!(set, Err(AuthError::InvalidToken)), "{set:?}");
    assert!(store.accounts().find_credential(&user.id).await.unwrap().is_none());

    fixture.auth.request_password_reset(&new, None, &context()).await.unwrap();
    let reset = fixture.mail(MailKind::ResetPassword).await.unwrap().token;
    fixture.auth.reset_password(reset.expose(), Password::new("the owner's"), &context()).await.unwrap();
    fixture.sign_in("new@example.com", "the owner's").await.unwrap();
}

async fn brought_address(database: Arc<TestDatabase>) {
    let provider =
        StubProvider::new("stub").settings(|settings| settings.override_user_info_on_sign_in = true);
    let fixture = Fixture::with(&database, |builder| builder.provider(provider.clone())).await;
    let user = fixture.user("ada@example.com").await;
    let proven = UserChange { email_verified: Some(true), ..UserChange::default() };
    fixture.auth.store().users().update(&user.id, proven).await.unwrap().unwrap();
    let sign_in = || IdTokenSignIn::new("stub", Secret::new("id"));
    fixture.auth.sign_in_id_token(sign_in(), &context()).await.unwrap();
    fixture.auth.request_password_reset(&user.email, None, &context()).await.unwrap();
    let reset = fixture.mail(MailKind::ResetPassword).await.unwrap().token;
    fixture.clock.advance(Duration::seconds(1));
    provider.vouch("1", Some("new@example.com"), true);
    fixture.auth.sign_in_id_token(sign_in(), &context()).await.unwrap();
    let set = fixture.auth.reset_password(reset.expose(), Password::new("a stranger's"), &context()).await;
    assert!(matches!(set, Err(AuthError::InvalidToken)), "{set:?}");
    fixture.sign_in("new@example.com", PASSWORD).await.unwrap();
}
