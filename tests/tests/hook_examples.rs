//! The worked examples of hooks do what they say.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use auth_core::adapter::Filter;
use auth_core::domain::{RequestContext, Session, UserChange};
use auth_core::hooks::{DatabaseHooks, HookError, Hooks};
use auth_core::repository::Store;
use auth_schema::{Schema, Value};
use auth_tests::backend::{TestDatabase, redis};
use auth_tests::fixture::{Fixture, PASSWORD, context};
use auth_tests::runner::{Case, main as run};
use hooks_example::active_sessions::ActiveSessions;
use hooks_example::{count_logins, outbox, split_name};
use redis::AsyncCommands;
use serde_json::json;

fn main() {
    let cases = [
        Case::new("first_and_last_name_follow_the_name", names),
        Case::new("every_login_is_counted_also_twenty_at_once", logins),
        Case::new("the_outbox_has_a_message_for_every_user_and_no_other", messages),
        Case::new("redis_holds_the_sessions_that_are_active", active),
    ];
    run(&cases, |_| true);
}

/// Fails inside the transaction of a session, once it is told to.
#[derive(Debug, Clone, Default)]
struct FailWhenTold(Arc<AtomicBool>);

#[async_trait]
impl DatabaseHooks<Session> for FailWhenTold {
    async fn in_create(&self, _: &Session, _: Store<'_>, _: &RequestContext) -> Result<(), HookError> {
        if self.0.load(Ordering::SeqCst) { Err(HookError::failed("as told")) } else { Ok(()) }
    }
}

async fn names(database: Arc<TestDatabase>) {
    let schema = split_name::declare(Schema::builder()).build().unwrap();
    let hooks = Hooks::new().user(split_name::SplitName);
    let fixture = Fixture::on(database.adapter_of(schema).await, |builder| builder.hooks(hooks));
    let user = fixture.user("ada@example.com").await;
    assert_eq!(user.additional.get("first_name"), Some(&Value::from("Ada")));
    assert_eq!(user.additional.get("last_name"), Some(&Value::from("")));
    let change = UserChange { name: Some("Ada King Lovelace".into()), ..UserChange::default() };
    let user = fixture.auth.store().users().update(&user.id, change).await.unwrap().unwrap();
    assert_eq!(user.additional.get("first_name"), Some(&Value::from("Ada King")));
    assert_eq!(user.additional.get("last_name"), Some(&Value::from("Lovelace")));
}

async fn logins(database: Arc<TestDatabase>) {
    let schema = count_logins::declare(Schema::builder()).build().unwrap();
    let hooks = Hooks::new().session(count_logins::CountLogins);
    let adapter = database.adapter_of(schema).await;
    let fixture = Arc::new(Fixture::on(adapter, |builder| builder.hooks(hooks)));
    let user = fixture.user("ada@example.com").await;
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..20 {
        let fixture = Arc::clone(&fixture);
        tasks.spawn(async move { fixture.sign_in("ada@example.com", PASSWORD).await.map(|_| ()) });
    }
    let outcomes = tasks.join_all().await;
    assert!(outcomes.iter().all(Result::is_ok), "{outcomes:?}");
    let user = fixture.auth.store().users().find(&user.id).await.unwrap().unwrap();
    assert_eq!(user.additional.get("login_count"), Some(&Value::Int(21)));
    assert!(matches!(user.additional.get("last_login_at"), Some(Value::Timestamp(_))));
}

async fn messages(database: Arc<TestDatabase>) {
    let schema = outbox::declare(Schema::builder()).build().unwrap();
    let failing = FailWhenTold::default();
    let hooks = Hooks::new().user(outbox::Outbox).session(failing.clone());
    let fixture = Fixture::on(database.adapter_of(schema).await, |builder| builder.hooks(hooks));
    let user = fixture.user("ada@example.com").await;
    // The last write of a second sign-up fails: its message goes with it.
    failing.0.store(true, Ordering::SeqCst);
    fixture.sign_up("eve@example.com").await.unwrap_err();
    let rows = fixture.auth.store().model("outbox").unwrap();
    let found = rows.find_many(rows.query()).await.unwrap();
    assert_eq!(found.len(), 1);
    let payload = rows.field("payload").unwrap();
    assert_eq!(found[0].record.get(payload), Some(&Value::Json(json!({ "user_id": user.id.as_str() }))));
    let kind = Filter::equal(rows.field("kind").unwrap(), "user.created");
    assert!(rows.find_one(rows.query().filter(kind)).await.unwrap().is_some());
}

async fn active(database: Arc<TestDatabase>) {
    let Some(redis) = redis().await else {
        return;
    };
    let failing = FailWhenTold::default();
    let hooks = Hooks::new().session(ActiveSessions::new(redis.clone())).session(failing.clone());
    let fixture = Fixture::with(&database, |builder| builder.hooks(hooks)).await;
    let signed_up = fixture.sign_up("ada@example.com").await.unwrap();
    let user = signed_up.user.id;
    let second = fixture.sign_in("ada@example.com", PASSWORD).await.unwrap().session;
    let members = async || {
        let mut redis = redis.clone();
        let mut members: Vec<String> = redis.smembers(ActiveSessions::key(&user)).await.unwrap();
        members.sort();
        members
    };
    let first = signed_up.session.unwrap();
    let mut both = [first.id.as_str().to_owned(), second.id.as_str().to_owned()];
    both.sort();
    assert_eq!(members().await, both);
    fixture.auth.sign_out(&second.token, &context()).await.unwrap();
    assert_eq!(members().await, [first.id.as_str()]);
    fixture.auth.revoke_sessions(&user, &context()).await.unwrap();
    assert!(members().await.is_empty());
    // A transaction that is undone leaves no trace.
    failing.0.store(true, Ordering::SeqCst);
    fixture.sign_in("ada@example.com", PASSWORD).await.unwrap_err();
    assert!(members().await.is_empty());
}
