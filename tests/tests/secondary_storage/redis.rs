//! Redis itself: the contract of a store, and servers that are killed.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use auth_core::domain::SessionToken;
use auth_core::secondary_storage::{MemoryStorage, RedisConfig, RedisStorage, SecondaryStorage, testing};
use auth_tests::backend::TestDatabase;
use auth_tests::fixture::{Fixture, PASSWORD, context};
use auth_tests::redis_server::{RedisCluster, RedisSentinels, RedisServer};
use auth_tests::runner::Case;
use tokio::task::JoinSet;

use crate::outages::trusted_again;
use crate::scene::{Mode, fixture};

pub(crate) fn cases() -> Vec<Case> {
    vec![
        Case::new("the_contract_of_a_store_holds_in_memory", |_| async {
            testing::contract(&MemoryStorage::default()).await.unwrap();
        }),
        Case::new("the_contract_of_a_store_holds_in_redis", contract),
        Case::new("a_server_is_reached_by_tls_if_its_authority_is_known", tls),
        Case::new("a_server_killed_under_sixteen_tasks_lets_nobody_in_and_nobody_out", single),
        Case::new("a_master_of_a_cluster_killed_under_sixteen_tasks", cluster),
        Case::new("a_master_behind_sentinels_killed_under_sixteen_tasks", sentinels),
    ]
}

async fn contract(_: Arc<TestDatabase>) {
    if let Some(server) = RedisServer::start().await {
        testing::contract(&storage(&RedisConfig::single(server.url()))).await.unwrap();
    }
    if let Some(cluster) = RedisCluster::start().await {
        testing::contract(&storage(&RedisConfig::cluster(cluster.urls()))).await.unwrap();
    }
    if let Some(sentinels) = RedisSentinels::start().await {
        testing::contract(&storage(&RedisConfig::sentinel(sentinels.urls(), "main"))).await.unwrap();
    }
}

async fn tls(_: Arc<TestDatabase>) {
    let Some((server, authority)) = RedisServer::start_with_tls().await else {
        return;
    };
    let mut config = RedisConfig::single(server.tls_url());
    let stranger = storage(&config);
    assert!(stranger.get("key").await.is_err(), "nobody vouches for the server");
    config.tls_ca_pem = Some(authority);
    let known = storage(&config);
    known.set("key", "value", Duration::from_mins(1)).await.unwrap();
    assert_eq!(known.get("key").await.unwrap().as_deref(), Some("value"));
    let mut plain = RedisConfig::single(server.url());
    plain.response_timeout = Duration::from_millis(500);
    assert!(storage(&plain).get("key").await.is_err(), "it speaks TLS only");
}

fn storage(config: &RedisConfig) -> RedisStorage {
    RedisStorage::new(config).unwrap()
}

async fn single(database: Arc<TestDatabase>) {
    let Some(mut server) = RedisServer::start().await else {
        return;
    };
    let scene = Crowd::new(&database, RedisConfig::single(server.url())).await;
    let tasks = scene.start();
    scene.asked_for_a_while().await;
    server.kill();
    scene.revoke().await;
    server.run().await;
    scene.recovers("the server is up again").await;
    scene.end(tasks).await;
}

async fn cluster(database: Arc<TestDatabase>) {
    let Some(mut servers) = RedisCluster::start().await else {
        return;
    };
    let scene = Crowd::new(&database, RedisConfig::cluster(servers.urls())).await;
    let tasks = scene.start();
    scene.asked_for_a_while().await;
    servers.kill_master_of(&format!("better-auth:{}", scene.tokens[0].expose()));
    scene.revoke().await;
    scene.recovers("a master was killed").await;
    scene.end(tasks).await;
}

async fn sentinels(database: Arc<TestDatabase>) {
    let Some(mut servers) = RedisSentinels::start().await else {
        return;
    };
    let scene = Crowd::new(&database, RedisConfig::sentinel(servers.urls(), "main")).await;
    let tasks = scene.start();
    scene.asked_for_a_while().await;
    servers.servers[0].kill();
    scene.revoke().await;
    scene.recovers("the master was killed").await;
    scene.end(tasks).await;
}

/// Sixteen tasks that validate sessions, some of which are revoked meanwhile.
struct Crowd {
    fixture: Arc<Fixture>,
    tokens: Vec<SessionToken>,
    revoked: Arc<Mutex<HashSet<String>>>,
    over: Arc<AtomicBool>,
    asked: Arc<AtomicU64>,
}

impl Crowd {
    async fn new(database: &TestDatabase, config: RedisConfig) -> Self {
        let storage = Arc::new(storage(&config));
        let fixture = fixture(database.adapter().await, Mode::InFront, storage, |builder| builder).await;
        let mut tokens = Vec::new();
        for number in 0..8 {
            let email = format!("person{number}@example.com");
            tokens.push(fixture.sign_up(&email).await.unwrap().session.unwrap().token);
            for _ in 0..3 {
                tokens.push(fixture.sign_in(&email, PASSWORD).await.unwrap().session.token);
            }
        }
        let (revoked, over, asked) = (Arc::default(), Arc::default(), Arc::default());
        Self { fixture: Arc::new(fixture), tokens, revoked, over, asked }
    }

    /// Each answer is held against what was known before it was asked for.
    fn start(&self) -> JoinSet<()> {
        let mut tasks = JoinSet::new();
        for task in 0..16 {
            let (fixture, tokens) = (Arc::clone(&self.fixture), self.tokens.clone());
            let (revoked, over) = (Arc::clone(&self.revoked), Arc::clone(&self.over));
            let asked = Arc::clone(&self.asked);
            tasks.spawn(async move {
                for turn in task.. {
                    if over.load(Ordering::SeqCst) {
                        break;
                    }
                    let token = &tokens[turn % tokens.len()];
                    let gone_before = revoked.lock().unwrap().contains(token.expose());
                    let found = fixture.session_of(token).await.expect("the database has the session");
                    if let Some(valid) = found {
                        assert!(!gone_before, "a revoked session holds");
                        assert_eq!(&valid.session.token, token, "an answer to another question");
                    } else {
                        let to_be_revoked = turn % tokens.len() % 2 == 0;
                        assert!(to_be_revoked, "a session that nobody revoked is gone");
                    }
                    asked.fetch_add(1, Ordering::SeqCst);
                }
            });
        }
        tasks
    }

    async fn asked_for_a_while(&self) {
        let goal = self.asked.load(Ordering::SeqCst) + 500;
        while self.asked.load(Ordering::SeqCst) < goal {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// Revokes every other session while the store is away.
    async fn revoke(&self) {
        for token in self.tokens.iter().step_by(2) {
            self.fixture.auth.sign_out(token, &context()).await.unwrap();
            self.revoked.lock().unwrap().insert(token.expose().to_owned());
        }
        self.asked_for_a_while().await;
    }

    async fn recovers(&self, since: &str) {
        let start = tokio::time::Instant::now();
        trusted_again(&self.fixture).await;
        eprintln!("the store is believed again {:?} after {since}", start.elapsed());
        self.asked_for_a_while().await;
    }

    async fn end(&self, mut tasks: JoinSet<()>) {
        self.over.store(true, Ordering::SeqCst);
        while let Some(outcome) = tasks.join_next().await {
            outcome.unwrap();
        }
        for (number, token) in self.tokens.iter().enumerate() {
            let found = self.fixture.session_of(token).await.unwrap();
            assert_eq!(found.is_none(), number % 2 == 0);
        }
    }
}
