//! All or nothing.

use std::sync::Arc;

use auth_schema::user;

use super::Case;
use super::fixture::{names, user};
use crate::adapter::{Adapter, Filter};

pub(super) const CASES: &[Case] = &[
    Case { name: "a_commit_keeps_everything", run: |a| Box::pin(async move { commit(&*a).await }) },
    Case { name: "a_rollback_leaves_nothing", run: |a| Box::pin(async move { rollback(&*a).await }) },
    Case {
        name: "a_dropped_transaction_leaves_nothing",
        run: |a| Box::pin(async move { dropped(&*a).await }),
    },
    Case { name: "a_savepoint_is_undone_alone", run: |a| Box::pin(async move { savepoint(&*a).await }) },
    Case { name: "requests_beside_an_open_transaction_wait_and_do_not_fail", run: |a| Box::pin(beside(a)) },
];

async fn everyone(adapter: &dyn Adapter) -> Vec<String> {
    names(adapter, Filter::everything()).await
}

async fn commit(adapter: &dyn Adapter) {
    let transaction = adapter.begin().await.unwrap();
    transaction.adapter().create(user::MODEL, user("a")).await.unwrap();
    transaction.adapter().create(user::MODEL, user("b")).await.unwrap();
    assert_eq!(everyone(transaction.adapter()).await, ["a", "b"]);
    transaction.commit().await.unwrap();
    assert_eq!(everyone(adapter).await, ["a", "b"]);
}

async fn rollback(adapter: &dyn Adapter) {
    let transaction = adapter.begin().await.unwrap();
    transaction.adapter().create(user::MODEL, user("a")).await.unwrap();
    transaction.rollback().await.unwrap();
    assert!(everyone(adapter).await.is_empty());
}

async fn dropped(adapter: &dyn Adapter) {
    let transaction = adapter.begin().await.unwrap();
    transaction.adapter().create(user::MODEL, user("a")).await.unwrap();
    drop(transaction);
    assert!(everyone(adapter).await.is_empty());
    adapter.create(user::MODEL, user("a")).await.unwrap();
}

async fn savepoint(adapter: &dyn Adapter) {
    let outer = adapter.begin().await.unwrap();
    outer.adapter().create(user::MODEL, user("a")).await.unwrap();
    let inner = outer.adapter().begin().await.unwrap();
    inner.adapter().create(user::MODEL, user("b")).await.unwrap();
    inner.rollback().await.unwrap();
    let inner = outer.adapter().begin().await.unwrap();
    inner.adapter().create(user::MODEL, user("c")).await.unwrap();
    inner.commit().await.unwrap();
    outer.commit().await.unwrap();
    assert_eq!(everyone(adapter).await, ["a", "c"]);
}

async fn beside(adapter: Arc<dyn Adapter>) {
    let transaction = adapter.begin().await.unwrap();
    transaction.adapter().create(user::MODEL, user("a")).await.unwrap();
    let other = Arc::clone(&adapter);
    let waiting = tokio::spawn(async move { other.create(user::MODEL, user("b")).await });
    tokio::task::yield_now().await;
    transaction.adapter().create(user::MODEL, user("c")).await.unwrap();
    transaction.commit().await.unwrap();
    waiting.await.unwrap().unwrap();
    assert_eq!(everyone(&*adapter).await, ["a", "b", "c"]);
}
