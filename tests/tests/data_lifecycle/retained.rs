//! What is kept for how long: events, addresses, in batches.

use std::sync::Arc;
use std::time::Duration as StdDuration;

use auth_core::config::MaintenanceConfig;
use auth_core::domain::NewSession;
use auth_tests::backend::{Backend, TestDatabase};
use auth_tests::fixture::{Fixture, context};
use auth_tests::runner::Case;
use auth_tests::statements::record;
use time::Duration;

use crate::person::{adapter, request};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("events_go_in_batches_when_they_are_too_old", events),
        Case::new("addresses_go_in_batches_and_their_rows_stay", addresses),
        Case::new("a_batch_of_addresses_sends_two_statements", counted)
            .on(|backend| backend != Backend::Memory),
    ]
}

fn small() -> MaintenanceConfig {
    let mut config = MaintenanceConfig::default();
    (config.batch_size, config.pause) = (3, StdDuration::ZERO);
    config.retain_addresses_for = Some(StdDuration::from_hours(24));
    config
}

async fn events(database: Arc<TestDatabase>) {
    let fixture = Fixture::on(adapter(&database, true).await, |builder| builder.maintenance(small()));
    for number in 0..5 {
        fixture.user(&format!("u{number}@example.com")).await;
    }
    let events = fixture.auth.store().events().unwrap();
    assert_eq!(events.list(None, 100).await.unwrap().len(), 10);
    fixture.clock.advance(Duration::days(90));
    assert_eq!(fixture.auth.delete_expired(&context()).await.unwrap().events, 0, "90 days are kept");
    fixture.clock.advance(Duration::SECOND);
    fixture.user("new@example.com").await;
    let expired = fixture.auth.delete_expired(&context()).await.unwrap();
    assert_eq!((expired.events, expired.kept), (10, 0));
    assert_eq!(events.list(None, 100).await.unwrap().len(), 2);
}

async fn addresses(database: Arc<TestDatabase>) {
    let fixture = Fixture::on(adapter(&database, true).await, |builder| builder.maintenance(small()));
    let user = fixture.user("ada@example.com").await;
    let store = fixture.auth.store_for(context_of_request());
    for _ in 0..7 {
        let mut new = NewSession::new(user.id.clone(), fixture.auth.now() + Duration::days(7));
        (new.ip_address, new.user_agent) = (Some("203.0.113.77".into()), Some("agent/1".into()));
        store.sessions().create(new).await.unwrap();
    }
    fixture.clock.advance(Duration::hours(25));
    let mut new = NewSession::new(user.id.clone(), fixture.auth.now() + Duration::days(7));
    new.ip_address = Some("203.0.113.78".into());
    let newest = store.sessions().create(new).await.unwrap();
    let before = store.sessions().list_active(&user.id).await.unwrap();

    let forgotten = fixture.auth.forget_addresses(&context()).await.unwrap();
    assert_eq!((forgotten.sessions, forgotten.events), (8, 9));
    let after = store.sessions().list_active(&user.id).await.unwrap();
    assert_eq!((before.len(), after.len()), (9, 9));
    for session in &after {
        let kept = session.id == newest.id;
        assert_eq!(session.ip_address.as_deref(), kept.then_some("203.0.113.78"));
        let same = before.iter().find(|other| other.id == session.id).unwrap();
        assert_eq!((session.updated_at, session.expires_at), (same.updated_at, same.expires_at));
    }
    let with_address = store.events().unwrap().list(None, 100).await.unwrap();
    assert_eq!(with_address.iter().filter(|event| event.ip_address.is_some()).count(), 1);
    assert_eq!(fixture.auth.forget_addresses(&context()).await.unwrap().sessions, 0);
}

fn context_of_request() -> &'static auth_core::domain::RequestContext {
    static REQUEST: std::sync::OnceLock<auth_core::domain::RequestContext> = std::sync::OnceLock::new();
    REQUEST.get_or_init(request)
}

async fn counted(database: Arc<TestDatabase>) {
    let fixture = Fixture::on(adapter(&database, true).await, |builder| builder.maintenance(small()));
    fixture.user("ada@example.com").await;
    fixture.clock.advance(Duration::days(2));
    let context = context();
    let (forgotten, statements) = record(fixture.auth.forget_addresses(&context)).await;
    assert_eq!((forgotten.unwrap().sessions, statements.len()), (1, 4), "{statements:#?}");
    let (forgotten, statements) = record(fixture.auth.forget_addresses(&context)).await;
    assert_eq!((forgotten.unwrap().sessions, statements.len()), (0, 2), "{statements:#?}");
}
