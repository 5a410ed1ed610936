//! What a schema may have besides: events of the audit trail, and users who are softly deleted.

use std::sync::Arc;

use auth_core::domain::{EventId, EventKind, NewEvent};
use auth_core::hooks::Hooks;
use auth_core::{SeaOrmAdapter, adapter::seaorm::Plan};
use auth_schema::Schema;
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::context;
use time::Duration;

use super::queries::{PK, Query, serves};
use super::scene::Scene;
use super::{fill, judge};

/// The table. A service may be asked where the method is not public: then its other statements are not judged here.
pub fn queries() -> Vec<Query> {
    vec![
        serves("events.find", &[PK], |on| {
            Box::pin(async {
                let id = EventId::new(on.text("e", 10));
                assert!(on.store().events().unwrap().find(&id).await.unwrap().is_some());
            })
        }),
        serves("events.list", &[NEWEST], |on| {
            Box::pin(async {
                let events = on.store().events().unwrap();
                let page = events.list(None, 50).await.unwrap();
                assert_eq!(events.list(page.last(), 50).await.unwrap().len(), 50);
            })
        }),
        serves("events.list_of_user", &[OF_USER], |on| {
            Box::pin(async {
                let (events, user) = (on.store().events().unwrap(), on.user_id(11));
                let page = events.list_of_user(&user, None, 3).await.unwrap();
                assert_eq!(events.list_of_user(&user, page.last(), 3).await.unwrap().len(), 2);
            })
        }),
        serves("events.delete_older_batch", &[NEWEST], |on| {
            Box::pin(async {
                let events = on.store().events().unwrap();
                let bound = events.find(&EventId::new(on.text("e", 2_000))).await.unwrap().unwrap();
                let deleted = events.delete_older_batch(bound.created_at, 100).await.unwrap();
                assert_eq!(deleted, 100);
            })
        })
        .or(&[PK]),
        serves("events.forget", &[OF_USER, OF_ACTOR], |on| {
            Box::pin(async {
                let erased =
                    on.fixture.auth.erase_user(&on.user_id(1_212), &context()).await.unwrap().unwrap();
                assert_eq!(erased.events, 5);
            })
        }),
        serves("events.forget_origin", &[OF_USER, OF_ACTOR], |on| {
            Box::pin(async {
                on.fixture.auth.anonymise_user(&on.user_id(1_213), &context()).await.unwrap().unwrap();
            })
        }),
        serves("users.list_deleted_until", &[DELETED], |on| {
            Box::pin(async {
                let until = on.user(1).await.created_at + Duration::seconds(500);
                let purged = on.fixture.auth.purge_deleted_until(until, 3, &context()).await.unwrap();
                assert!(purged.users >= 5);
            })
        })
        .or(&[OF_USER, OF_ACTOR]),
    ]
}

/// Methods without an index of their own, with the reason.
pub const EXEMPT: &[(&str, &str)] = &[
    ("events.record", "an INSERT"),
    ("events.record_without_origin", "an INSERT"),
    ("events.count_older", super::queries::COUNTED),
];

pub async fn every_query(database: Arc<TestDatabase>) {
    let schema = Schema::builder().audit_trail().soft_delete().build().unwrap();
    fill::fill_optional(&database, &schema).await;
    let adapter = SeaOrmAdapter::with_schema(database.connect_for_long().await, schema).await.unwrap();
    let plans = adapter.record_plans();
    let scene = Scene::on(&Arc::new(adapter), Hooks::new(), 0);
    let new = NewEvent::new(EventKind::SignedIn).of(scene.user_id(14));
    scene.store().events().unwrap().record(new).await.unwrap();
    let mut wrong = Vec::new();
    for query in queries() {
        plans.take();
        (query.run)(&scene).await;
        let about = |plan: &Plan| {
            plan.sql.contains("auth_events")
                || plan.sql.contains("deleted_at\" <=")
                || plan.sql.contains("deleted_at` <=")
        };
        let noted: Vec<Plan> = plans.take().into_iter().filter(about).collect();
        assert!(!noted.is_empty(), "{} sends nothing of its own", query.method);
        judge(database.backend(), &query, &noted, &mut wrong);
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

pub const NEWEST: &str = "auth_events_created_at_id_idx";
pub const OF_USER: &str = "auth_events_user_id_created_at_id_idx";
pub const OF_ACTOR: &str = "auth_events_actor_id_idx";
pub const DELETED: &str = "auth_users_deleted_at_id_idx";
