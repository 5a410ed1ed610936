//! The round-trip budgets: how many statements each operation sends, `BEGIN` and `COMMIT` included.

use std::sync::Arc;

use async_trait::async_trait;
use auth_core::config::{AccountConfig, HttpConfig, RateLimit, RateLimitStorage, SessionConfig, UserConfig};
use auth_core::domain::{Email, NewVerification, Secret};
use auth_core::hooks::{DatabaseHooks, Event, HookedModel, Hooks, Operation, Phase};
use auth_core::mail::MailKind;
use auth_core::password::Password;
use auth_core::repository::Resume;
use auth_core::service::{ChangePassword, DeleteUser, OAuthCallback, Refresh, StartOAuth};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{Fixture, PASSWORD, context};
use auth_tests::provider::StubProvider;
use auth_tests::runner::{Case, main as run};
use auth_tests::statements::record;
use time::Duration;

fn main() {
    let cases = [
        Case::new("sign_up_sends_five_statements", sign_up),
        Case::new("sign_up_with_a_taken_address_sends_three_statements", sign_up_taken),
        Case::new("sign_in_sends_two_statements", sign_in),
        Case::new("a_refused_sign_in_sends_one_statement", sign_in_refused),
        Case::new("validating_a_session_sends_one_statement", validate),
        Case::new("extending_a_session_sends_two_statements", extend),
        Case::new("sign_out_sends_one_statement", sign_out),
        Case::new("revoking_sends_one_statement", revoke),
        Case::new("consuming_sends_one_statement_or_four", consume),
        Case::new("a_batch_of_what_has_expired_sends_one_statement", expired),
        Case::new("counting_a_request_sends_one_statement_whether_it_passes_or_not", count_request),
        Case::new("mail_flows_keep_to_their_budgets", mail_flows),
        Case::new("changes_of_an_account_keep_to_their_budgets", account),
        Case::new("a_sign_in_at_a_provider_keeps_to_its_budget", provider),
        Case::new("a_hook_costs_what_its_events_need", hooks),
        Case::new("hooks_around_a_sign_up_use_its_transaction", sign_up_with_hooks),
    ];
    // Memory sends none.
    run(&cases, |backend| backend != Backend::Memory);
}

#[track_caller]
fn assert_statements(statements: &[String], expected: usize) {
    assert_eq!(statements.len(), expected, "{statements:#?}");
}

async fn sign_up(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let (outcome, statements) = record(fixture.sign_up("ada@example.com")).await;
    outcome.unwrap();
    assert_statements(&statements, 5);
    let verbs: Vec<&str> = statements.iter().map(|text| text.split(' ').next().unwrap()).collect();
    assert_eq!(verbs, ["BEGIN", "INSERT", "INSERT", "INSERT", "COMMIT"]);
    assert!(statements.iter().all(|text| !text.contains("ada")), "a value stands in a statement's text");
}

async fn sign_up_taken(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let (outcome, statements) = record(fixture.sign_up("ada@example.com")).await;
    outcome.unwrap_err();
    assert_statements(&statements, 3);
}

async fn sign_in(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    let (outcome, statements) = record(fixture.sign_in("ada@example.com", PASSWORD)).await;
    outcome.unwrap();
    assert_statements(&statements, 2);
}

async fn sign_in_refused(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    fixture.user("ada@example.com").await;
    for (email, password) in [("ada@example.com", "wrong password"), ("eve@example.com", PASSWORD)] {
        let (outcome, statements) = record(fixture.sign_in(email, password)).await;
        outcome.unwrap_err();
        assert_statements(&statements, 1);
    }
}

async fn validate(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let session = fixture.sign_up("ada@example.com").await.unwrap().session.unwrap();
    let context = context();
    let validation = fixture.auth.validate_session(&session.token, Refresh::WhenDue, &context);
    let (outcome, statements) = record(validation).await;
    assert!(outcome.unwrap().is_some());
    assert_statements(&statements, 1);
}

async fn extend(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let session = fixture.sign_up("ada@example.com").await.unwrap().session.unwrap();
    fixture.clock.advance(Duration::days(2));
    let context = context();
    let validation = fixture.auth.validate_session(&session.token, Refresh::WhenDue, &context);
    let (outcome, statements) = record(validation).await;
    assert!(outcome.unwrap().unwrap().extended);
    assert_statements(&statements, 2);
}

async fn sign_out(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let session = fixture.sign_up("ada@example.com").await.unwrap().session.unwrap();
    let (outcome, statements) = record(fixture.auth.sign_out(&session.token, &context())).await;
    outcome.unwrap();
    assert_statements(&statements, 1);
}

async fn revoke(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let signed_up = fixture.sign_up("ada@example.com").await.unwrap();
    let keep = signed_up.session.unwrap().token;
    for _ in 0..3 {
        fixture.sign_in("ada@example.com", PASSWORD).await.unwrap();
    }
    let (outcome, statements) =
        record(fixture.auth.revoke_other_sessions(&signed_up.user.id, &keep, &context())).await;
    assert_eq!(outcome.unwrap(), 3);
    assert_statements(&statements, 1);
    let (outcome, statements) = record(fixture.auth.revoke_sessions(&signed_up.user.id, &context())).await;
    assert_eq!(outcome.unwrap(), 1);
    assert_statements(&statements, 1);
}

async fn consume(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let expires_at = time::macros::datetime!(2027-01-01 0:00 UTC);
    let new = NewVerification::new("x", Secret::new("v"), expires_at);
    fixture.auth.store().verifications().create(new).await.unwrap();
    let (outcome, statements) = record(fixture.auth.store().verifications().consume("x")).await;
    assert!(outcome.unwrap().is_some());
    assert_statements(&statements, consuming(&fixture));
}

/// Without `RETURNING` (MySQL itself), a row is taken by three statements more, in a transaction or savepoint.
fn consuming(fixture: &Fixture) -> usize {
    if fixture.auth.adapter().capabilities().delete_returning { 1 } else { 4 }
}

async fn expired(database: Arc<TestDatabase>) {
    let adapter = database.adapter().await;
    let fixture = Fixture::on(Arc::clone(&adapter), |builder| builder);
    fixture.user("ada@example.com").await;
    for _ in 0..3 {
        fixture.sign_in("ada@example.com", PASSWORD).await.unwrap();
    }
    fixture.clock.advance(Duration::days(30));
    let (store, begin) = (fixture.auth.store(), Resume::default());
    let (batch, statements) = record(store.sessions().delete_expired_batch(2, &begin)).await;
    assert_eq!(batch.unwrap().deleted, 2);
    assert_statements(&statements, 1);
    let (batch, statements) = record(store.verifications().delete_expired_batch(2, &begin)).await;
    batch.unwrap();
    assert_statements(&statements, 1);
    let (batch, statements) = record(store.rate_limits().delete_unused_batch(Duration::DAY, 2)).await;
    batch.unwrap();
    assert_statements(&statements, 1);
    let context = context();
    let (expired, statements) = record(fixture.auth.delete_expired(&context)).await;
    assert_eq!(expired.unwrap().sessions, 2);
    assert_statements(&statements, 3);
    // A hook sees each row first: the batch is a transaction.
    let fixture = Fixture::with_same(&fixture, |builder| builder.hooks(at(INSIDE)));
    let (batch, statements) = record(fixture.auth.store().sessions().delete_expired_batch(2, &begin)).await;
    batch.unwrap();
    assert_statements(&statements, 3);
    fixture.sign_in("ada@example.com", PASSWORD).await.unwrap();
    fixture.clock.advance(Duration::days(30));
    let (batch, statements) = record(fixture.auth.store().sessions().delete_expired_batch(2, &begin)).await;
    assert_eq!(batch.unwrap().deleted, 1);
    assert_statements(&statements, 4);
}

async fn count_request(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, |builder| {
        let mut http = HttpConfig::default();
        http.rate_limit.enabled = true;
        http.rate_limit.storage = Some(RateLimitStorage::Database);
        http.rate_limit.per_account = Some(RateLimit::new(1, 60));
        builder.http(http)
    })
    .await;
    let (auth, limit) = (&fixture.auth, RateLimit::new(2, 10));
    // The first, one more, one too many twice, and the first of the next window.
    for (seconds, passes) in [(0, true), (0, true), (0, false), (1, false), (10, true)] {
        fixture.clock.advance(Duration::seconds(seconds));
        let (counted, statements) = record(auth.count_request(Some("192.0.2.1"), "/ok", limit)).await;
        assert_eq!(counted.is_ok(), passes, "{counted:?}");
        assert_statements(&statements, 1);
    }
    let email = Email::parse("ada@example.com").unwrap();
    for passes in [true, false, false] {
        let (counted, statements) = record(auth.count_sign_in(&email)).await;
        assert_eq!(counted.is_ok(), passes, "{counted:?}");
        assert_statements(&statements, 1);
    }
    let ((), statements) = record(auth.forget_sign_ins(&email)).await;
    assert_statements(&statements, 1);
    auth.count_sign_in(&email).await.unwrap();
}

async fn mail_flows(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, |builder| {
        let mut user = UserConfig::default();
        user.change_email.enabled = true;
        user.delete.enabled = true;
        builder.user(user)
    })
    .await;
    let signed_up = fixture.sign_up("ada@example.com").await.unwrap();
    let (user, session) = (signed_up.user, signed_up.session.unwrap());
    let (auth, context) = (&fixture.auth, context());
    let returns_updated = auth.adapter().capabilities().update_returning;
    let consume = consuming(&fixture);
    let update = if returns_updated { 1 } else { 5 };

    let nobody = Email::parse("nobody@example.com").unwrap();
    for email in [&user.email, &nobody] {
        let (outcome, statements) = record(auth.request_password_reset(email, None, &context)).await;
        outcome.unwrap();
        assert_statements(&statements, 1);
        let (outcome, statements) = record(auth.send_verification_email(email, None, &context)).await;
        outcome.unwrap();
        assert_statements(&statements, 1);
    }
    let reset = fixture.mail(MailKind::ResetPassword).await.unwrap().token;
    let password = || Password::new("a new password");
    let (outcome, statements) = record(auth.reset_password("unknown", password(), &context)).await;
    outcome.unwrap_err();
    assert_statements(&statements, 1);
    let (outcome, statements) = record(auth.reset_password(reset.expose(), password(), &context)).await;
    outcome.unwrap();
    assert_statements(&statements, 5 + consume);

    let token = fixture.mail(MailKind::VerifyEmail).await.unwrap().token;
    let (outcome, statements) = record(auth.verify_email(token.expose(), None, None, &context)).await;
    outcome.unwrap();
    assert_statements(&statements, 1 + update);
    let new = Email::parse("new@example.com").unwrap();
    let user = auth.store().users().find(&user.id).await.unwrap().unwrap();
    let (outcome, statements) = record(auth.change_email(&user, &new, None, &context)).await;
    outcome.unwrap();
    assert_statements(&statements, 2);
    let token = fixture.mail(MailKind::VerifyEmail).await.unwrap().token;
    let (outcome, statements) = record(auth.verify_email(token.expose(), None, None, &context)).await;
    outcome.unwrap();
    // In one transaction with the end of links that went to the former address.
    assert_statements(&statements, 1 + 2 + update + 1);
    let (outcome, statements) =
        record(auth.delete_user(&user, &session, DeleteUser::default(), &context)).await;
    outcome.unwrap();
    assert_statements(&statements, 1);
}

async fn account(database: Arc<TestDatabase>) {
    let fixture = Fixture::with(&database, |builder| {
        let mut session = SessionConfig::default();
        session.max_per_user = Some(2);
        let mut account = AccountConfig::default();
        account.linking.allow_unlinking_all = true;
        account.encrypt_tokens = true;
        builder.session(session).account(account)
    })
    .await;
    let user = fixture.user("ada@example.com").await;
    let (auth, context) = (&fixture.auth, context());
    let change = |current: &str, revoke_other_sessions| ChangePassword {
        current: Password::new(current),
        new: Password::new("the next password"),
        revoke_other_sessions,
        remember_me: true,
    };
    for (current, revoke, expected) in [(PASSWORD, false, 2), ("the next password", true, 6)] {
        let (outcome, statements) =
            record(auth.change_password(&user.id, change(current, revoke), &context)).await;
        outcome.unwrap();
        assert_statements(&statements, expected);
    }
    // One session is there; the third sign-in ends the oldest.
    for expected in [3, 4] {
        let (outcome, statements) = record(fixture.sign_in("ada@example.com", "the next password")).await;
        outcome.unwrap();
        assert_statements(&statements, expected);
    }
    let (outcome, statements) = record(auth.encrypt_tokens(None, 10, &context)).await;
    assert_eq!(outcome.unwrap().seen, 1);
    assert_statements(&statements, 1);
    let account = auth.list_accounts(&user.id).await.unwrap().remove(0);
    let (outcome, statements) = record(auth.unlink_account(&user.id, &account.id, &context)).await;
    outcome.unwrap();
    assert_statements(&statements, 5);
}

async fn provider(database: Arc<TestDatabase>) {
    let provider = StubProvider::new("stub");
    let fixture = Fixture::with(&database, |builder| builder.provider(provider.clone())).await;
    let (auth, context) = (&fixture.auth, context());
    let consume = consuming(&fixture);
    // Looks for the account and the address, then writes user, account and session; the second time account and session.
    for (lookups, writes) in [(2, 3), (1, 2)] {
        let start = StartOAuth { provider_id: "stub".to_owned(), ..StartOAuth::default() };
        let (started, statements) = record(auth.start_oauth(start, &context)).await;
        assert_statements(&statements, 1);
        let state = started.unwrap().state.expose().to_owned();
        let callback = OAuthCallback {
            state: Some(state.clone()),
            browser_state: Some(state),
            code: Some(Secret::new("good")),
            ..OAuthCallback::default()
        };
        let (finished, statements) = record(auth.finish_oauth("stub", callback, &context)).await;
        assert!(finished.unwrap().signed_in.is_some());
        assert_statements(&statements, consume + lookups + 2 + writes);
    }
    let user =
        auth.store().users().find_by_email(&Email::parse("ada@example.com").unwrap()).await.unwrap().unwrap();
    let account = auth.list_accounts(&user.id).await.unwrap().remove(0);
    let (token, statements) = record(auth.access_token(&user.id, &account.id, &context)).await;
    token.unwrap();
    assert_statements(&statements, 1);
    let (token, statements) = record(auth.refresh_token(&user.id, &account.id, &context)).await;
    token.unwrap();
    assert_statements(&statements, 2);
}

/// Wants one event of every model, and does nothing.
#[derive(Debug, Clone, Copy)]
struct At(&'static [Event]);

#[async_trait]
impl<T: HookedModel> DatabaseHooks<T> for At {
    fn events(&self) -> &'static [Event] {
        self.0
    }
}

fn at(events: &'static [Event]) -> Hooks {
    Hooks::new().user(At(events)).session(At(events)).account(At(events)).verification(At(events))
}

const OUTSIDE: &[Event] = &[
    (Operation::Create, Phase::Before),
    (Operation::Create, Phase::After),
    (Operation::Update, Phase::Before),
    (Operation::Update, Phase::After),
    (Operation::Delete, Phase::Before),
    (Operation::Delete, Phase::After),
];
const INSIDE: &[Event] =
    &[(Operation::Create, Phase::In), (Operation::Update, Phase::In), (Operation::Delete, Phase::In)];

async fn hooks(database: Arc<TestDatabase>) {
    let adapter = database.adapter().await;
    let returning = adapter.capabilities().update_returning;
    let plain = Fixture::on(Arc::clone(&adapter), |builder| builder);
    plain.user("ada@example.com").await;
    let update = if returning { 3 + 1 } else { 3 + 5 };
    let context = context();
    for (events, sign_in) in [(OUTSIDE, 2), (INSIDE, 1 + 3)] {
        let fixture = Fixture::on(Arc::clone(&adapter), |builder| builder.hooks(at(events)));
        let (outcome, statements) = record(fixture.sign_in("ada@example.com", PASSWORD)).await;
        assert_statements(&statements, sign_in);
        let session = outcome.unwrap().session;
        fixture.clock.advance(Duration::days(2));
        let validation = fixture.auth.validate_session(&session.token, Refresh::WhenDue, &context);
        let (outcome, statements) = record(validation).await;
        assert!(outcome.unwrap().unwrap().extended);
        assert_statements(&statements, 1 + update);
        let (outcome, statements) = record(fixture.auth.sign_out(&session.token, &context)).await;
        outcome.unwrap();
        assert_statements(&statements, 4);
        for _ in 0..3 {
            plain.sign_in("ada@example.com", PASSWORD).await.unwrap();
        }
        let (outcome, statements) = record(fixture.auth.revoke_sessions(&session.user_id, &context)).await;
        assert!(outcome.unwrap() >= 3);
        assert_statements(&statements, 4);
        // Reading costs nothing more.
        let session = plain.sign_in("ada@example.com", PASSWORD).await.unwrap().session;
        let validation = fixture.auth.validate_session(&session.token, Refresh::Never, &context);
        let (outcome, statements) = record(validation).await;
        assert!(outcome.unwrap().is_some());
        assert_statements(&statements, 1);
    }
}

async fn sign_up_with_hooks(database: Arc<TestDatabase>) {
    let adapter = database.adapter().await;
    // A hook inside has a savepoint of its own around the row and what it writes.
    for (events, email, expected) in [(OUTSIDE, "ada@example.com", 5), (INSIDE, "eve@example.com", 5 + 3 * 2)]
    {
        let fixture = Fixture::on(Arc::clone(&adapter), |builder| builder.hooks(at(events)));
        let (outcome, statements) = record(fixture.sign_up(email)).await;
        outcome.unwrap();
        assert_statements(&statements, expected);
    }
}
