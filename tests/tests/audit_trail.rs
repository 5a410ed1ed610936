//! The audit trail: what is written down, in the transaction of what it tells, at what cost.

use std::sync::Arc;

use async_trait::async_trait;
use auth_core::config::{EmailAndPasswordConfig, HttpConfig, UserConfig};
use auth_core::domain::{
    Actor, AuditEvent, Email, EventKind, NewEvent, Outcome, RequestContext, UserChange, UserId,
};
use auth_core::hooks::{DatabaseHooks, Event, HookError, HookedModel, Hooks, Operation, Phase};
use auth_core::mail::MailKind;
use auth_core::password::Password;
use auth_core::repository::Store;
use auth_core::service::{ChangePassword, Refresh, SignUpEmail};
use auth_schema::{IdStrategy, Schema};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{Fixture, PASSWORD, context};
use auth_tests::runner::{Case, main as run};
use auth_tests::statements::record;
use time::Duration;

fn main() {
    let engine = |backend: Backend| backend != Backend::Memory;
    let cases = [
        Case::new("the_life_of_a_user_is_told", life),
        Case::new("what_is_refused_is_told_with_its_reason", refused),
        Case::new("a_flood_of_refusals_is_bounded", flood).on(|backend| backend == Backend::Memory),
        Case::new("who_acted_for_somebody_else_is_told", operators),
        Case::new("what_is_undone_leaves_no_event", undone),
        Case::new("what_an_application_undoes_leaves_no_event", within),
        Case::new("pages_follow_each_other", pages),
        Case::new("ids_of_any_kind_fit", ids),
        Case::new("what_ends_by_itself_is_no_event", by_itself),
        Case::new("an_event_costs_one_statement_in_the_same_transaction", budgets).on(engine),
        Case::new("without_the_model_nothing_is_written", switched_off),
    ];
    run(&cases, |_| true);
}

fn schema() -> Schema {
    Schema::builder().audit_trail().build().unwrap()
}

async fn fixture(database: &TestDatabase) -> Fixture {
    Fixture::on(database.adapter_of(schema()).await, |builder| builder)
}

async fn told(fixture: &Fixture) -> Vec<AuditEvent> {
    let mut events = fixture.auth.store().events().unwrap().list(None, 1000).await.unwrap();
    events.reverse();
    events
}

async fn kinds(fixture: &Fixture) -> Vec<String> {
    told(fixture).await.iter().map(|event| event.kind.as_str().to_owned()).collect()
}

/// Runs an operation a second later and gives what was told of it.
async fn told_of<T>(fixture: &Fixture, operation: impl Future<Output = T>) -> Vec<AuditEvent> {
    fixture.clock.advance(Duration::SECOND);
    let before = told(fixture).await.len();
    operation.await;
    let mut events = told(fixture).await.split_off(before);
    events.sort_by(|a, b| a.kind.as_str().cmp(b.kind.as_str()));
    events
}

fn names(events: &[AuditEvent]) -> Vec<&str> {
    events.iter().map(|event| event.kind.as_str()).collect()
}

async fn life(database: Arc<TestDatabase>) {
    let fixture = fixture(&database).await;
    let (auth, context) = (&fixture.auth, context());
    let events = told_of(&fixture, async { fixture.user("ada@example.com").await }).await;
    assert_eq!(names(&events), ["signed_in", "user_created"]);
    let user_id = events[0].user_id.clone().unwrap();
    assert!(events[0].session_id.is_some() && events[1].session_id.is_none());
    for event in &events {
        assert_eq!((event.outcome, event.actor, &event.actor_id), (Outcome::Done, Actor::User, &None));
        assert_eq!(
            (event.ip_address.as_deref(), event.user_agent.as_deref()),
            (Some("127.0.0.1"), Some("test/1"))
        );
    }
    let store = auth.store_for(&context);
    let update =
        |change: UserChange| async { store.users().update(&user_id, change).await.unwrap().unwrap() };
    let change = UserChange { name: Some("Ada L".into()), image: Some(None), ..UserChange::default() };
    let events = told_of(&fixture, update(change)).await;
    assert_eq!((names(&events), events[0].detail.as_deref()), (vec!["user_updated"], Some("name,image")));
    let change = UserChange { email_verified: Some(true), ..UserChange::default() };
    assert_eq!(names(&told_of(&fixture, update(change)).await), ["email_verified"]);
    let email = Email::parse("lovelace@example.com").unwrap();
    let change =
        UserChange { email: Some(email.clone()), email_verified: Some(false), ..UserChange::default() };
    let events = told_of(&fixture, update(change)).await;
    assert_eq!(
        (names(&events), events[0].detail.as_deref()),
        (vec!["email_changed"], Some("email,email_verified"))
    );

    let sign_in = || async { fixture.sign_in("lovelace@example.com", PASSWORD).await.unwrap().session };
    let (one, two, three) = (sign_in().await, sign_in().await, sign_in().await);
    let events = told_of(&fixture, auth.sign_out(&one.token, &context)).await;
    assert_eq!((names(&events), &events[0].session_id), (vec!["signed_out"], &Some(one.id)));
    assert!(told_of(&fixture, auth.sign_out(&one.token, &context)).await.is_empty(), "nothing ended");
    let events = told_of(&fixture, auth.revoke_session(&user_id, &two.token, &context)).await;
    assert_eq!((names(&events), &events[0].session_id), (vec!["session_revoked"], &Some(two.id)));
    let events = told_of(&fixture, auth.revoke_other_sessions(&user_id, &three.token, &context)).await;
    assert_eq!(names(&events), ["other_sessions_revoked"]);
    assert_eq!(
        names(&told_of(&fixture, auth.revoke_sessions(&user_id, &context)).await),
        ["all_sessions_revoked"]
    );

    let change = |revoke| ChangePassword {
        current: Password::new(PASSWORD),
        new: Password::new(PASSWORD),
        revoke_other_sessions: revoke,
        remember_me: true,
    };
    let events =
        told_of(&fixture, async { auth.change_password(&user_id, change(false), &context).await.unwrap() });
    assert_eq!(names(&events.await), ["password_changed"]);
    sign_in().await;
    let events =
        told_of(&fixture, async { auth.change_password(&user_id, change(true), &context).await.unwrap() });
    assert_eq!(names(&events.await), ["all_sessions_revoked", "password_changed", "signed_in"]);
    auth.request_password_reset(&email, None, &context).await.unwrap();
    let mail = fixture.mail(MailKind::ResetPassword).await.unwrap();
    let reset = auth.reset_password(mail.token.expose(), Password::new(PASSWORD), &context);
    assert_eq!(names(&told_of(&fixture, async { reset.await.unwrap() }).await), ["password_reset"]);

    let mut google =
        auth_core::domain::NewAccount::with_password(user_id.clone(), auth_core::domain::Secret::new("x"));
    (google.provider_id, google.account_id, google.password) =
        ("google".into(), "ada-at-google".into(), None);
    let events = told_of(&fixture, async { store.accounts().create(google).await.unwrap() }).await;
    assert_eq!((names(&events), events[0].detail.as_deref()), (vec!["account_linked"], Some("google")));
    let linked = store.accounts().find_by_provider("google", "ada-at-google").await.unwrap().unwrap();
    let events =
        told_of(&fixture, async { auth.unlink_account(&user_id, &linked.id, &context).await.unwrap() }).await;
    assert_eq!((names(&events), events[0].detail.as_deref()), (vec!["account_unlinked"], Some("google")));
    let events = told_of(&fixture, async { auth.remove_user(&user_id, &context).await.unwrap() }).await;
    assert_eq!((names(&events), &events[0].user_id), (vec!["user_deleted"], &Some(user_id)));
    let all = told(&fixture).await;
    let text = format!("{all:?}");
    for value in ["lovelace", "Ada L", "ada-at-google", three.token.expose()] {
        assert!(!text.contains(value), "{value}");
    }
}

async fn refused(database: Arc<TestDatabase>) {
    let mut config = EmailAndPasswordConfig::default();
    config.require_email_verification = true;
    let fixture =
        Fixture::on(database.adapter_of(schema()).await, |builder| builder.email_and_password(config));
    let ada = fixture.user("ada@example.com").await;
    let attempt = |email: &'static str, password: &'static str| {
        let fixture = &fixture;
        async move { told_of(fixture, async { fixture.sign_in(email, password).await.unwrap_err() }).await }
    };
    for (email, password, reason, who) in [
        ("ada@example.com", "not the password", "wrong_password", Some(&ada.id)),
        ("eve@example.com", PASSWORD, "unknown_address", None),
        ("ada@example.com", PASSWORD, "email_not_verified", Some(&ada.id)),
    ] {
        let events = attempt(email, password).await;
        assert_eq!(names(&events), ["sign_in_refused"]);
        assert_eq!((events[0].outcome, events[0].detail.as_deref()), (Outcome::Refused, Some(reason)));
        assert_eq!((events[0].user_id.as_ref(), events[0].ip_address.as_deref()), (who, Some("127.0.0.1")));
    }
}

async fn flood(_: Arc<TestDatabase>) {
    let adapter = Arc::new(auth_core::MemoryAdapter::with_schema(schema()));
    let fixture = Fixture::on(adapter, |builder| builder);
    let guess = async || {
        for _ in 0..100 {
            fixture.sign_in("ada@example.com", "not the password").await.unwrap_err();
        }
        told(&fixture).await.len()
    };
    assert_eq!(guess().await, 60);
    fixture.clock.advance(Duration::MINUTE);
    assert_eq!(guess().await, 120);
}

async fn operators(database: Arc<TestDatabase>) {
    let fixture = fixture(&database).await;
    let (ada, bob) = (fixture.user("ada@example.com").await, fixture.user("bob@example.com").await);
    let session = fixture.sign_in("ada@example.com", PASSWORD).await.unwrap().session;
    let own = context().acting(session.id.clone(), ada.id.clone());
    let rename = |who: &UserId, context: &RequestContext| {
        let (auth, who, context) = (fixture.auth.clone(), who.clone(), context.clone());
        async move {
            let change = UserChange { name: Some("New".into()), ..UserChange::default() };
            auth.store_for(&context).users().update(&who, change).await.unwrap();
        }
    };
    let mine = told_of(&fixture, rename(&ada.id, &own)).await.remove(0);
    assert_eq!((mine.actor, mine.actor_id, mine.session_id), (Actor::User, None, Some(session.id.clone())));
    let theirs = told_of(&fixture, rename(&bob.id, &own)).await.remove(0);
    assert_eq!((theirs.actor, theirs.actor_id), (Actor::Operator, Some(ada.id.clone())));
    let tool = told_of(&fixture, rename(&bob.id, &RequestContext::new().operator())).await.remove(0);
    assert_eq!((tool.actor, tool.actor_id, tool.ip_address), (Actor::Operator, None, None));
    let change = UserChange { name: Some("New".into()), ..UserChange::default() };
    let events =
        told_of(&fixture, async { fixture.auth.store().users().update(&bob.id, change).await.unwrap() });
    assert_eq!(events.await[0].actor, Actor::System);
    // An application's own event.
    let own_event =
        NewEvent::new(EventKind::Other("invoice_read".into())).of(bob.id.clone()).detail("x".repeat(300));
    let stored = fixture.auth.store_for(&own).events().unwrap().record(own_event).await.unwrap();
    assert_eq!((stored.kind.as_str(), stored.detail.unwrap().len()), ("invoice_read", 255));
}

/// Fails after every write.
#[derive(Debug)]
struct Failing;

#[async_trait]
impl<T: HookedModel> DatabaseHooks<T> for Failing {
    fn events(&self) -> &'static [Event] {
        &[(Operation::Create, Phase::In), (Operation::Update, Phase::In), (Operation::Delete, Phase::In)]
    }

    async fn in_create(&self, _: &T, _: Store<'_>, _: &RequestContext) -> Result<(), HookError> {
        Err(HookError::failed("on purpose"))
    }

    async fn in_update(&self, _: &T, _: Store<'_>, _: &RequestContext) -> Result<(), HookError> {
        Err(HookError::failed("on purpose"))
    }

    async fn in_delete(&self, _: &T, _: Store<'_>, _: &RequestContext) -> Result<(), HookError> {
        Err(HookError::failed("on purpose"))
    }
}

async fn undone(database: Arc<TestDatabase>) {
    let whole = fixture(&database).await;
    let ada = whole.user("ada@example.com").await;
    let session = whole.sign_in("ada@example.com", PASSWORD).await.unwrap().session;
    let before = told(&whole).await;
    let hooks = Hooks::new().user(Failing).session(Failing).account(Failing);
    let failing = Fixture::with_same(&whole, |builder| builder.hooks(hooks));
    let (auth, context) = (&failing.auth, context());
    failing.sign_up("eve@example.com").await.unwrap_err();
    failing.sign_in("ada@example.com", PASSWORD).await.unwrap_err();
    auth.sign_out(&session.token, &context).await.unwrap_err();
    auth.revoke_sessions(&ada.id, &context).await.unwrap_err();
    auth.remove_user(&ada.id, &context).await.unwrap_err();
    auth.erase_user(&ada.id, &context).await.unwrap_err();
    auth.anonymise_user(&ada.id, &context).await.unwrap_err();
    let change = UserChange { name: Some("New".into()), ..UserChange::default() };
    auth.store().users().update(&ada.id, change).await.unwrap_err();
    let request = ChangePassword {
        current: Password::new(PASSWORD),
        new: Password::new("another password"),
        revoke_other_sessions: false,
        remember_me: true,
    };
    auth.change_password(&ada.id, request, &context).await.unwrap_err();
    assert_eq!(told(&whole).await, before);
    whole.sign_in("ada@example.com", PASSWORD).await.unwrap();
}

async fn within(database: Arc<TestDatabase>) {
    let fixture = fixture(&database).await;
    let sign_up =
        || SignUpEmail::new("Ada", Email::parse("ada@example.com").unwrap(), Password::new(PASSWORD));
    let transaction = fixture.auth.adapter().begin().await.unwrap();
    let inside = fixture.auth.within_transaction(&*transaction);
    inside.sign_up_email(sign_up(), &context()).await.unwrap();
    drop(inside);
    transaction.rollback().await.unwrap();
    assert_eq!(kinds(&fixture).await, Vec::<String>::new());
    let transaction = fixture.auth.adapter().begin().await.unwrap();
    let inside = fixture.auth.within_transaction(&*transaction);
    inside.sign_up_email(sign_up(), &context()).await.unwrap();
    let after = inside.detach();
    transaction.commit().await.unwrap();
    after.committed().await;
    assert_eq!(kinds(&fixture).await.len(), 2);
}

async fn pages(database: Arc<TestDatabase>) {
    let fixture = fixture(&database).await;
    let ada = fixture.user("ada@example.com").await;
    for number in 0..11 {
        // Several at one instant.
        if number % 3 == 0 {
            fixture.clock.advance(Duration::SECOND);
        }
        fixture.sign_in("ada@example.com", PASSWORD).await.unwrap();
    }
    fixture.user("bob@example.com").await;
    let events = fixture.auth.store().events().unwrap();
    let mut seen: Vec<AuditEvent> = Vec::new();
    loop {
        let page = events.list_of_user(&ada.id, seen.last(), 4).await.unwrap();
        if page.is_empty() {
            break;
        }
        seen.extend(page);
    }
    assert_eq!(seen.len(), 13);
    assert!(seen.is_sorted_by(|a, b| (a.created_at, &a.id) > (b.created_at, &b.id)));
    assert_eq!(events.find(&seen[3].id).await.unwrap().as_ref(), Some(&seen[3]));
}

async fn ids(database: Arc<TestDatabase>) {
    for (number, strategy) in
        [IdStrategy::Serial, IdStrategy::UuidV7, IdStrategy::UuidV4].into_iter().enumerate()
    {
        let place = database.backend().create().await;
        let schema = Schema::builder().audit_trail().ids(strategy).build().unwrap();
        let fixture = Fixture::on(place.adapter_of(schema).await, |builder| builder);
        let ada = fixture.user("ada@example.com").await;
        fixture.user("bob@example.com").await;
        let events = fixture.auth.store().events().unwrap();
        assert_eq!(events.list_of_user(&ada.id, None, 10).await.unwrap().len(), 2, "{number}");
        fixture.auth.erase_user(&ada.id, &context()).await.unwrap().unwrap();
        assert_eq!(events.list_of_user(&ada.id, None, 10).await.unwrap().len(), 1, "{number}");
        assert_eq!(events.list(None, 10).await.unwrap().len(), 3, "{number}");
        drop(fixture);
        place.remove().await;
    }
}

async fn by_itself(database: Arc<TestDatabase>) {
    let fixture = fixture(&database).await;
    let session = fixture.sign_up("ada@example.com").await.unwrap().session.unwrap();
    fixture.clock.advance(Duration::days(2));
    let context = context();
    let extended =
        told_of(&fixture, fixture.auth.validate_session(&session.token, Refresh::WhenDue, &context));
    assert!(extended.await.is_empty(), "an extension is no event");
    fixture.clock.advance(Duration::days(8));
    let ended = told_of(&fixture, fixture.auth.validate_session(&session.token, Refresh::WhenDue, &context));
    assert!(ended.await.is_empty());
    fixture.sign_in("ada@example.com", PASSWORD).await.unwrap();
    fixture.clock.advance(Duration::days(8));
    assert!(told_of(&fixture, fixture.auth.delete_expired(&context)).await.is_empty());
}

async fn budgets(database: Arc<TestDatabase>) {
    let fixture = Fixture::on(database.adapter_of(schema()).await, |builder| {
        let mut user = UserConfig::default();
        user.delete.enabled = true;
        builder.user(user).http(HttpConfig::default())
    });
    let context = context();
    let verbs = |statements: &[String]| -> String {
        let verb = |text: &String| text.split(' ').next().unwrap_or_default().to_owned();
        statements.iter().map(verb).collect::<Vec<_>>().join(" ")
    };
    let (signed_up, statements) = record(fixture.sign_up("ada@example.com")).await;
    assert_eq!(verbs(&statements), "BEGIN INSERT INSERT INSERT INSERT INSERT COMMIT");
    let signed_up = signed_up.unwrap();
    let (signed_in, statements) = record(fixture.sign_in("ada@example.com", PASSWORD)).await;
    assert_eq!(verbs(&statements), "SELECT BEGIN INSERT INSERT COMMIT");
    let token = signed_in.unwrap().session.token;
    let (_, statements) = record(fixture.sign_in("ada@example.com", "not the password")).await;
    assert_eq!(verbs(&statements), "SELECT INSERT");
    let (_, statements) = record(fixture.auth.validate_session(&token, Refresh::WhenDue, &context)).await;
    assert_eq!(verbs(&statements), "SELECT");
    let (_, statements) = record(fixture.auth.sign_out(&token, &context)).await;
    assert_eq!(verbs(&statements), "BEGIN SELECT DELETE INSERT COMMIT");
    for _ in 0..3 {
        fixture.sign_in("ada@example.com", PASSWORD).await.unwrap();
    }
    let (_, statements) = record(fixture.auth.revoke_sessions(&signed_up.user.id, &context)).await;
    assert_eq!(verbs(&statements), "BEGIN SELECT DELETE INSERT COMMIT", "one event for all of them");
    fixture.clock.advance(Duration::days(8));
    let (_, statements) = record(fixture.auth.delete_expired(&context)).await;
    assert_eq!(statements.len(), 4, "{statements:#?}");
    let (erased, statements) = record(fixture.auth.erase_user(&signed_up.user.id, &context)).await;
    erased.unwrap().unwrap();
    let expected = "BEGIN SELECT SELECT DELETE DELETE DELETE UPDATE DELETE INSERT COMMIT";
    assert_eq!(verbs(&statements), expected);
}

async fn switched_off(database: Arc<TestDatabase>) {
    let fixture = Fixture::new(&database).await;
    let ada = fixture.user("ada@example.com").await;
    assert!(fixture.auth.store().events().is_none());
    assert!(fixture.auth.export_user(&ada.id, &context()).await.unwrap().unwrap().events.is_empty());
    fixture.auth.erase_user(&ada.id, &context()).await.unwrap().unwrap();
}
