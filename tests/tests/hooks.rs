//! What hooks see, change and stop, on every backend.

use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use auth_core::adapter::AdapterError;
use auth_core::domain::{
    Account, Email, NewSession, NewUser, NewVerification, RequestContext, Secret, Session, User, UserChange,
    Verification, VerificationChange,
};
use auth_core::hooks::{DatabaseHooks, Decision, Event, HookError, HookedModel, Hooks, Operation, Phase};
use auth_core::password::Password;
use auth_core::repository::{RepositoryError, Store};
use auth_core::service::{Refresh, SignUpEmail};
use auth_core::{AuthBuilder, AuthError};
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{Fixture, PASSWORD, context};
use auth_tests::http_client::Browser;
use auth_tests::runner::{Case, main as run};
use serde_json::json;
use time::Duration;
use time::macros::datetime;

fn main() {
    run(&cases(), |_| true);
}

/// Run once more by other packages, on adapters of theirs.
pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("every_phase_of_every_operation_runs_once_and_in_order", order),
        Case::new("plugins_run_before_the_application_and_changes_add_up", plugins),
        Case::new("a_hook_changes_what_is_created_and_what_is_updated", changes),
        Case::new("a_veto_writes_nothing", veto),
        Case::new("a_veto_of_one_row_stops_the_whole_operation", bulk_veto),
        Case::new("a_refusal_reaches_the_client_with_its_own_code", refusal),
        Case::new("a_failure_inside_the_transaction_undoes_everything", inside),
        Case::new("a_failure_after_the_commit_undoes_nothing", after),
        Case::new("operations_on_many_rows_run_the_hooks_of_every_row", bulk),
        Case::new("a_deleted_user_takes_sessions_and_accounts_along_each_with_its_hooks", cascade),
        Case::new("a_verification_is_consumed_once_and_its_hooks_run_once", consume),
        Case::new("hooks_are_told_who_asks", who),
        Case::new("a_hook_on_sessions_does_not_decide_who_is_signed_in", validation),
        Case::new("after_hooks_run_though_the_caller_has_gone", gone),
        Case::new("a_panic_in_an_after_hook_does_not_stop_the_others", panicking),
        Case::new("a_failure_that_a_hook_passes_over_is_not_taken_for_success", passed_over),
    ]
}

/// What was seen, in order.
#[derive(Debug, Clone, Default)]
struct Log(Arc<Mutex<Vec<String>>>);

impl Log {
    fn write(&self, line: impl Into<String>) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(line.into());
    }

    fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn count(&self, line: &str) -> usize {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).iter().filter(|seen| *seen == line).count()
    }
}

/// Writes down what happens; does at one event what it is told to.
#[derive(Debug, Clone)]
struct Recorder {
    name: &'static str,
    log: Log,
    at: Option<Event>,
    then: Then,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum Then {
    Veto,
    Fail,
    Refuse,
}

impl Recorder {
    fn new(name: &'static str, log: &Log) -> Self {
        Self { name, log: log.clone(), at: None, then: Then::Veto }
    }

    fn at(self, operation: Operation, phase: Phase, then: Then) -> Self {
        Self { at: Some((operation, phase)), then, ..self }
    }

    fn see(&self, operation: Operation, phase: Phase) -> Result<Decision, HookError> {
        self.log.write(format!("{} {phase:?} {}", self.name, operation.as_str()));
        if self.at != Some((operation, phase)) {
            return Ok(Decision::Proceed);
        }
        match self.then {
            Then::Veto => Ok(Decision::Veto),
            Then::Fail => Err(HookError::failed("on purpose")),
            Then::Refuse => Err(HookError::refused("NO_ROBOTS", "Robots are not welcome").status(403)),
        }
    }
}

#[async_trait]
impl<T: HookedModel> DatabaseHooks<T> for Recorder {
    async fn before_create(
        &self,
        _: &mut T::New,
        _: Store<'_>,
        _: &RequestContext,
    ) -> Result<Decision, HookError> {
        self.see(Operation::Create, Phase::Before)
    }

    async fn in_create(&self, _: &T, _: Store<'_>, _: &RequestContext) -> Result<(), HookError> {
        self.see(Operation::Create, Phase::In).map(|_| ())
    }

    async fn after_create(&self, _: &T, _: &RequestContext) -> Result<(), HookError> {
        self.see(Operation::Create, Phase::After).map(|_| ())
    }

    async fn before_update(
        &self,
        _: &T,
        _: &mut T::Change,
        _: Store<'_>,
        _: &RequestContext,
    ) -> Result<Decision, HookError> {
        self.see(Operation::Update, Phase::Before)
    }

    async fn in_update(&self, _: &T, _: Store<'_>, _: &RequestContext) -> Result<(), HookError> {
        self.see(Operation::Update, Phase::In).map(|_| ())
    }

    async fn after_update(&self, _: &T, _: &RequestContext) -> Result<(), HookError> {
        self.see(Operation::Update, Phase::After).map(|_| ())
    }

    async fn before_delete(&self, _: &T, _: Store<'_>, _: &RequestContext) -> Result<Decision, HookError> {
        self.see(Operation::Delete, Phase::Before)
    }

    async fn in_delete(&self, _: &T, _: Store<'_>, _: &RequestContext) -> Result<(), HookError> {
        self.see(Operation::Delete, Phase::In).map(|_| ())
    }

    async fn after_delete(&self, _: &T, _: &RequestContext) -> Result<(), HookError> {
        self.see(Operation::Delete, Phase::After).map(|_| ())
    }
}

fn on_all(log: &Log) -> Hooks {
    Hooks::new()
        .user(Recorder::new("user", log))
        .session(Recorder::new("session", log))
        .account(Recorder::new("account", log))
        .verification(Recorder::new("verification", log))
}

async fn with(database: &TestDatabase, hooks: Hooks) -> Fixture {
    Fixture::with(database, |builder| builder.hooks(hooks)).await
}

const EXPIRY: time::OffsetDateTime = datetime!(2027-01-01 0:00 UTC);

async fn order(database: Arc<TestDatabase>) {
    let log = Log::default();
    let fixture = with(&database, on_all(&log)).await;
    let signed_up = fixture.sign_up("ada@example.com").await.unwrap();
    // Inside the transaction all hooks but the last; after it, in the order of the writes.
    let expected = [
        "user Before create",
        "user In create",
        "account Before create",
        "account In create",
        "session Before create",
        "session In create",
        "user After create",
        "account After create",
        "session After create",
    ];
    assert_eq!(log.take(), expected);

    let (user, session) = (signed_up.user, signed_up.session.unwrap());
    let token = session.token.clone();
    let each = |noun: &str, operation: &str| -> Vec<String> {
        ["Before", "In", "After"].map(|phase| format!("{noun} {phase} {operation}")).to_vec()
    };
    let store = fixture.auth.store();
    let change = UserChange { name: Some("Countess".into()), ..UserChange::default() };
    let changed = store.users().update(&user.id, change).await.unwrap().unwrap();
    assert_eq!(changed.name, "Countess");
    assert_eq!(log.take(), each("user", "update"));
    assert!(store.sessions().extend(&session, EXPIRY).await.unwrap().is_some());
    assert_eq!(log.take(), each("session", "update"));
    assert!(store.accounts().update_password(&user.id, &Secret::new("hash")).await.unwrap());
    assert_eq!(log.take(), each("account", "update"));
    store.verifications().create(NewVerification::new("x", Secret::new("v"), EXPIRY)).await.unwrap();
    assert_eq!(log.take(), each("verification", "create"));
    let change = VerificationChange { value: Some(Secret::new("w")), ..VerificationChange::default() };
    assert_eq!(store.verifications().update("x", change).await.unwrap(), 1);
    assert_eq!(log.take(), each("verification", "update"));
    assert_eq!(store.verifications().find("x").await.unwrap().unwrap().value.expose(), "w");
    assert_eq!(store.verifications().delete("x").await.unwrap(), 1);
    assert_eq!(log.take(), each("verification", "delete"));
    assert!(store.sessions().delete(&token).await.unwrap());
    assert_eq!(log.take(), each("session", "delete"));
    let account = store.accounts().find_credential(&user.id).await.unwrap().unwrap();
    assert!(store.accounts().delete(&account.id).await.unwrap());
    assert_eq!(log.take(), each("account", "delete"));
    // What is not there has no hooks.
    assert!(!store.sessions().delete(&token).await.unwrap());
    assert!(store.sessions().extend(&session, EXPIRY).await.unwrap().is_none());
    assert_eq!(log.take(), Vec::<String>::new());
    assert!(store.users().delete(&user.id).await.unwrap());
    assert_eq!(log.take(), each("user", "delete"));
}

/// Appends a word to the name.
#[derive(Debug)]
struct Append(&'static str);

#[async_trait]
impl DatabaseHooks<User> for Append {
    fn events(&self) -> &'static [Event] {
        &[(Operation::Create, Phase::Before), (Operation::Update, Phase::Before)]
    }

    async fn before_create(
        &self,
        new: &mut NewUser,
        _: Store<'_>,
        _: &RequestContext,
    ) -> Result<Decision, HookError> {
        new.name = format!("{}{}", new.name, self.0);
        Ok(Decision::Proceed)
    }

    async fn before_update(
        &self,
        row: &User,
        change: &mut UserChange,
        _: Store<'_>,
        _: &RequestContext,
    ) -> Result<Decision, HookError> {
        change.image = Some(Some(format!("was {}", row.name)));
        Ok(Decision::Proceed)
    }
}

async fn plugins(database: Arc<TestDatabase>) {
    let settings = |builder: AuthBuilder| {
        let application = Hooks::new().user(Append(" c"));
        let (first, second) = (Hooks::new().user(Append(" a")), Hooks::new().user(Append(" b")));
        builder.hooks(application).plugin_hooks(first).plugin_hooks(second)
    };
    let fixture = Fixture::with(&database, settings).await;
    assert_eq!(fixture.user("ada@example.com").await.name, "Ada a b c");
}

async fn changes(database: Arc<TestDatabase>) {
    let fixture = with(&database, Hooks::new().user(Append("!"))).await;
    let user = fixture.user("ada@example.com").await;
    assert_eq!(user.name, "Ada!");
    let change = UserChange { name: Some("Countess".into()), ..UserChange::default() };
    let changed = fixture.auth.store().users().update(&user.id, change).await.unwrap().unwrap();
    assert_eq!((changed.name.as_str(), changed.image.as_deref()), ("Countess", Some("was Ada!")));
    assert_eq!(fixture.auth.store().users().find(&user.id).await.unwrap(), Some(changed));
}

async fn veto(database: Arc<TestDatabase>) {
    let log = Log::default();
    let vetoing = || Recorder::new("it", &log).at(Operation::Create, Phase::Before, Then::Veto);
    let adapter = database.adapter().await;
    let fixture = |hooks: Hooks| Fixture::on(Arc::clone(&adapter), |builder| builder.hooks(hooks));
    let count = async |fixture: &Fixture| fixture.auth.store().users().count().await.unwrap();

    let users = fixture(Hooks::new().user(vetoing()));
    let error = users.sign_up("ada@example.com").await.unwrap_err();
    assert!(matches!(&error, AuthError::Vetoed { model_name, .. } if model_name == "user"), "{error:?}");
    assert_eq!(count(&users).await, 0);
    let mut browser = Browser::new(&users.auth);
    let body = json!({ "name": "Ada", "email": "ada@example.com", "password": PASSWORD });
    let answer = browser.post("/sign-up/email", &body).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "FAILED_TO_CREATE_USER"));

    let sessions = fixture(Hooks::new().session(vetoing()));
    assert!(matches!(sessions.sign_up("ada@example.com").await, Err(AuthError::Vetoed { .. })));
    assert_eq!(count(&sessions).await, 0);
    let answer = Browser::new(&sessions.auth).post("/sign-up/email", &body).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (400, "FAILED_TO_CREATE_SESSION"));

    // As in Better Auth, the user stays without a password.
    let accounts = fixture(Hooks::new().account(vetoing()));
    let user = accounts.user("ada@example.com").await;
    assert!(accounts.auth.store().accounts().list(&user.id).await.unwrap().is_empty());
    assert!(log.take().iter().all(|line| line == "it Before create"));

    fixture(Hooks::new()).user("eve@example.com").await;
    let sign_in = json!({ "email": "eve@example.com", "password": PASSWORD });
    let answer = Browser::new(&sessions.auth).post("/sign-in/email", &sign_in).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (401, "FAILED_TO_CREATE_SESSION"));
}

/// Vetoes what is done to one session.
#[derive(Debug)]
struct Keep(auth_core::domain::SessionId);

#[async_trait]
impl DatabaseHooks<Session> for Keep {
    async fn before_delete(
        &self,
        row: &Session,
        _: Store<'_>,
        _: &RequestContext,
    ) -> Result<Decision, HookError> {
        Ok(if row.id == self.0 { Decision::Veto } else { Decision::Proceed })
    }
}

async fn bulk_veto(database: Arc<TestDatabase>) {
    let adapter = database.adapter().await;
    let plain = Fixture::on(Arc::clone(&adapter), |builder| builder);
    let signed_up = plain.sign_up("ada@example.com").await.unwrap();
    for _ in 0..3 {
        plain.sign_in("ada@example.com", PASSWORD).await.unwrap();
    }
    let (user, session) = (signed_up.user, signed_up.session.unwrap());
    let keeping =
        Fixture::on(adapter, |builder| builder.hooks(Hooks::new().session(Keep(session.id.clone()))));
    let error = keeping.auth.revoke_sessions(&user.id, &context()).await.unwrap_err();
    assert!(matches!(error, AuthError::Vetoed { operation: Operation::Delete, .. }), "{error:?}");
    assert_eq!(keeping.auth.list_sessions(&user.id).await.unwrap().len(), 4);
    assert_eq!(keeping.auth.revoke_other_sessions(&user.id, &session.token, &context()).await.unwrap(), 3);
}

async fn refusal(database: Arc<TestDatabase>) {
    let log = Log::default();
    let refusing = Recorder::new("it", &log).at(Operation::Create, Phase::In, Then::Refuse);
    let fixture = with(&database, Hooks::new().user(refusing)).await;
    let mut browser = Browser::new(&fixture.auth);
    let body = json!({ "name": "Ada", "email": "ada@example.com", "password": PASSWORD });
    let answer = browser.post("/sign-up/email", &body).await;
    assert_eq!((answer.status.as_u16(), answer.code()), (403, "NO_ROBOTS"));
    assert_eq!(answer.body["message"], "Robots are not welcome");
    assert_eq!(fixture.auth.store().users().count().await.unwrap(), 0);
}

async fn inside(database: Arc<TestDatabase>) {
    let log = Log::default();
    let adapter = database.adapter().await;
    let fixture = |hooks: Hooks| Fixture::on(Arc::clone(&adapter), |builder| builder.hooks(hooks));
    let failing = |operation| Recorder::new("it", &log).at(operation, Phase::In, Then::Fail);

    // The last of three inserts fails: the others are undone, and no after-hook of theirs runs.
    let users = Recorder::new("user", &log);
    let creating = fixture(Hooks::new().user(users).session(failing(Operation::Create)));
    let error = creating.sign_up("ada@example.com").await.unwrap_err();
    assert!(matches!(error, AuthError::Hook(HookError::Failed(_))), "{error:?}");
    assert_eq!(creating.auth.store().users().count().await.unwrap(), 0);
    assert_eq!(log.count("user After create"), 0);
    // A single row, outside any other transaction.
    let error = fixture(Hooks::new().user(failing(Operation::Create)))
        .auth
        .store()
        .users()
        .create(NewUser::new("Ada", Email::parse("ada@example.com").unwrap()))
        .await
        .unwrap_err();
    assert!(matches!(error, RepositoryError::Hook(_)), "{error:?}");
    assert_eq!(creating.auth.store().users().count().await.unwrap(), 0);

    let plain = fixture(Hooks::new());
    let signed_up = plain.sign_up("ada@example.com").await.unwrap();
    let (user, token) = (signed_up.user, signed_up.session.unwrap().token);
    let updating = fixture(Hooks::new().user(failing(Operation::Update)));
    let change = UserChange { name: Some("Eve".into()), ..UserChange::default() };
    updating.auth.store().users().update(&user.id, change).await.unwrap_err();
    assert_eq!(plain.auth.store().users().find(&user.id).await.unwrap(), Some(user));
    let deleting = fixture(Hooks::new().session(failing(Operation::Delete)));
    deleting.auth.sign_out(&token, &context()).await.unwrap_err();
    assert!(plain.auth.store().sessions().find_with_user(&token).await.unwrap().is_some());
}

async fn after(database: Arc<TestDatabase>) {
    let log = Log::default();
    let failing = Recorder::new("first", &log).at(Operation::Create, Phase::After, Then::Fail);
    let hooks = Hooks::new().user(failing).user(Recorder::new("second", &log));
    let fixture = with(&database, hooks).await;
    fixture.user("ada@example.com").await;
    assert_eq!(fixture.auth.store().users().count().await.unwrap(), 1);
    assert_eq!((log.count("first After create"), log.count("second After create")), (1, 1));
}

async fn bulk(database: Arc<TestDatabase>) {
    // More than one statement deletes.
    const SESSIONS: usize = 510;
    let log = Log::default();
    let adapter = database.adapter().await;
    let plain = Fixture::on(Arc::clone(&adapter), |builder| builder);
    let user = plain.user("ada@example.com").await;
    plain.auth.revoke_sessions(&user.id, &context()).await.unwrap();
    for _ in 0..SESSIONS {
        let new = NewSession::new(user.id.clone(), EXPIRY);
        plain.auth.store().sessions().create(new).await.unwrap();
    }
    let hooks = Hooks::new().session(Recorder::new("session", &log));
    let fixture = Fixture::on(adapter, |builder| builder.hooks(hooks));
    let revoked = fixture.auth.revoke_sessions(&user.id, &context()).await.unwrap();
    assert_eq!(revoked, SESSIONS as u64);
    for phase in ["Before", "In", "After"] {
        assert_eq!(log.count(&format!("session {phase} delete")), SESSIONS);
    }
    assert!(plain.auth.list_sessions(&user.id).await.unwrap().is_empty());
}

async fn cascade(database: Arc<TestDatabase>) {
    let log = Log::default();
    let fixture = with(&database, on_all(&log)).await;
    let user = fixture.user("ada@example.com").await;
    fixture.sign_in("ada@example.com", PASSWORD).await.unwrap();
    log.take();
    assert!(fixture.auth.store().users().delete(&user.id).await.unwrap());
    for (line, times) in [("session In delete", 2), ("account In delete", 1), ("user In delete", 1)] {
        assert_eq!(log.count(line), times, "{line}");
        assert_eq!(log.count(&line.replace("In", "After")), times, "{line}");
    }
    assert!(!fixture.auth.store().users().delete(&user.id).await.unwrap());
}

async fn consume(database: Arc<TestDatabase>) {
    let log = Log::default();
    let hooks = Hooks::new().verification(Recorder::new("verification", &log));
    let fixture = Arc::new(with(&database, hooks).await);
    let verifications = fixture.auth.store().verifications();
    for value in ["old", "new"] {
        verifications.create(NewVerification::new("x", Secret::new(value), EXPIRY)).await.unwrap();
        fixture.clock.advance(Duration::milliseconds(1));
    }
    log.take();
    let mut callers = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let fixture = Arc::clone(&fixture);
        callers.spawn(async move { fixture.auth.store().verifications().consume("x").await.unwrap() });
    }
    let taken: Vec<Verification> = callers.join_all().await.into_iter().flatten().collect();
    assert_eq!(taken.iter().map(|taken| taken.value.expose()).collect::<Vec<_>>(), ["new"]);
    // Both rows are gone; what may be run again may have been seen more often.
    assert_eq!(log.count("verification After delete"), 2);
}

/// Writes down who asks.
#[derive(Debug)]
struct Who(Log);

#[async_trait]
impl DatabaseHooks<Session> for Who {
    async fn after_create(&self, _: &Session, context: &RequestContext) -> Result<(), HookError> {
        self.0.write(format!("{:?}", context.ip_address));
        Ok(())
    }

    async fn after_delete(&self, _: &Session, context: &RequestContext) -> Result<(), HookError> {
        self.0.write(format!("{:?} {:?}", context.request_id, context.user_agent));
        Ok(())
    }
}

#[async_trait]
impl DatabaseHooks<Account> for Who {
    async fn in_create(
        &self,
        _: &Account,
        transaction: Store<'_>,
        context: &RequestContext,
    ) -> Result<(), HookError> {
        assert_eq!(transaction.context(), context);
        // The user that this transaction has inserted is seen in it.
        self.0.write(transaction.users().count().await?.to_string());
        Ok(())
    }
}

async fn who(database: Arc<TestDatabase>) {
    let log = Log::default();
    let hooks = Hooks::new().session(Who(log.clone())).account(Who(log.clone()));
    let fixture = with(&database, hooks).await;
    let signed_up = fixture.sign_up("ada@example.com").await.unwrap();
    assert_eq!(log.take(), ["1", "Some(\"127.0.0.1\")"]);
    let context = context().request_id("r-17");
    fixture.auth.sign_out(&signed_up.session.unwrap().token, &context).await.unwrap();
    assert_eq!(log.take(), ["Some(\"r-17\") Some(\"test/1\")"]);
}

async fn validation(database: Arc<TestDatabase>) {
    let log = Log::default();
    for then in [Then::Veto, Then::Fail] {
        let database = database.backend().create().await;
        let keeping = Hooks::new()
            .session(Recorder::new("it", &log).at(Operation::Delete, Phase::Before, then))
            .session(Recorder::new("it", &log).at(Operation::Update, Phase::Before, then));
        let fixture = with(&database, keeping).await;
        let session = fixture.sign_up("ada@example.com").await.unwrap().session.unwrap();
        let validate = async || {
            fixture.auth.validate_session(&session.token, Refresh::WhenDue, &context()).await.unwrap()
        };
        fixture.clock.advance(Duration::days(2));
        let valid = validate().await.unwrap();
        assert!(!valid.extended && valid.session == session);
        fixture.clock.advance(Duration::days(6));
        assert!(validate().await.is_none());
        drop(fixture);
        database.remove().await;
    }
}

/// Waits before it tells that it ran.
#[derive(Debug)]
struct Slow(Log, Arc<tokio::sync::Notify>);

#[async_trait]
impl DatabaseHooks<User> for Slow {
    async fn after_create(&self, _: &User, _: &RequestContext) -> Result<(), HookError> {
        self.1.notify_one();
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        self.0.write("ran");
        self.1.notify_one();
        Ok(())
    }
}

async fn gone(database: Arc<TestDatabase>) {
    let (log, notify) = (Log::default(), Arc::new(tokio::sync::Notify::new()));
    let fixture = with(&database, Hooks::new().user(Slow(log.clone(), Arc::clone(&notify)))).await;
    let auth = fixture.auth.clone();
    let request = SignUpEmail::new("Ada", Email::parse("ada@example.com").unwrap(), Password::new(PASSWORD));
    let caller = tokio::spawn(async move { auth.sign_up_email(request, &context()).await });
    notify.notified().await;
    caller.abort();
    assert!(caller.await.unwrap_err().is_cancelled());
    notify.notified().await;
    assert_eq!(log.take(), ["ran"]);
}

/// Panics.
#[derive(Debug)]
struct Panicking;

#[async_trait]
impl DatabaseHooks<User> for Panicking {
    async fn after_create(&self, _: &User, _: &RequestContext) -> Result<(), HookError> {
        panic!("on purpose");
    }
}

async fn panicking(database: Arc<TestDatabase>) {
    let log = Log::default();
    let hooks = Hooks::new().user(Panicking).user(Recorder::new("second", &log));
    let fixture = with(&database, hooks).await;
    fixture.user("ada@example.com").await;
    assert_eq!(log.count("second After create"), 1);
}

/// Writes a row that is taken, and does not care.
#[derive(Debug)]
struct Careless(Log);

#[async_trait]
impl DatabaseHooks<Session> for Careless {
    fn events(&self) -> &'static [Event] {
        &[(Operation::Create, Phase::In), (Operation::Create, Phase::After)]
    }

    async fn in_create(
        &self,
        session: &Session,
        transaction: Store<'_>,
        _: &RequestContext,
    ) -> Result<(), HookError> {
        let taken = NewUser {
            id: Some(session.user_id.clone()),
            ..NewUser::new("A", Email::parse("a@b.co").unwrap())
        };
        assert!(transaction.users().create(taken).await.is_err());
        Ok(())
    }

    async fn after_create(&self, _: &Session, _: &RequestContext) -> Result<(), HookError> {
        self.0.write("after");
        Ok(())
    }
}

async fn passed_over(database: Arc<TestDatabase>) {
    let log = Log::default();
    let adapter = database.adapter().await;
    let plain = Fixture::on(Arc::clone(&adapter), |builder| builder);
    let user = plain.user("ada@example.com").await;
    let fixture = Fixture::on(adapter, |builder| builder.hooks(Hooks::new().session(Careless(log.clone()))));
    let signed_in = fixture.sign_in("ada@example.com", PASSWORD).await;
    let sessions = fixture.auth.list_sessions(&user.id).await.unwrap().len();
    // What is said is what is: PostgreSQL keeps nothing of such a transaction, the others keep the session.
    assert_eq!(sessions, 1 + usize::from(signed_in.is_ok()));
    assert_eq!(log.take().len(), usize::from(signed_in.is_ok()));
    if database.backend() == Backend::Postgres {
        let error = signed_in.unwrap_err();
        assert!(matches!(error, AuthError::Adapter(AdapterError::Aborted)), "{error:?}");
    }
}
