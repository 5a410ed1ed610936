//! Validating a session that stands in Redis, against the two bare GETs that it takes and the decoding of what they give.

use std::hint::black_box;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use auth_core::domain::SessionToken;
use auth_core::secondary_storage::{RedisConfig, RedisStorage};
use auth_core::testing::TestAuth;
use auth_tests::backend::{redis, redis_url};
use auth_tests::fixture::PASSWORD;
use auth_tests::measure::{Ratio, Side, by_turns, cpu, microseconds, wall};
use auth_tests::report::{Line, Report};
use redis::AsyncCommands;
use redis::aio::MultiplexedConnection;
use serde::Deserialize;

use crate::cookie_cache::{Session, User};

pub async fn run() {
    let Some(connection) = redis().await else {
        return;
    };
    let mut report = Report::new(
        "redis_session",
        &format!(
            "{ROUNDS} interleaved rounds of {OPERATIONS} validations on one thread; plain: GET, GET and serde_json into structs of the same \
             types on one connection; median of the ratios, 95 % interval"
        ),
    );
    let prefix = format!("auth-bench-{}:", std::process::id());
    let mut config = RedisConfig::single(redis_url());
    config.key_prefix.clone_from(&prefix);
    config.response_timeout = Duration::from_secs(10);
    let storage = Arc::new(RedisStorage::new(&config).unwrap());
    let test = TestAuth::with(|builder| builder.secondary_storage(storage)).unwrap();
    let user_id = test.sign_up("ada.lovelace@example.com").await.unwrap().user.id.to_string();
    let mut tokens = Vec::new();
    for _ in 0..100 {
        tokens.push(test.sign_in("ada.lovelace@example.com", PASSWORD).await.unwrap().session.token);
    }
    let plain = Plain { connection, prefix, user_id, tokens: tokens.clone() };
    let sides: [Arc<dyn Side>; 2] = [Arc::new(Ours { test: test.clone(), tokens }), Arc::new(plain)];
    for tasks in [1, 16] {
        let samples = by_turns(&sides, ROUNDS, tasks, OPERATIONS).await;
        let line = Line::new("redis", format!("validate_session, tasks: {tasks}"))
            .figure("ours µs", microseconds(wall(&samples[0]), OPERATIONS))
            .figure("plain µs", microseconds(wall(&samples[1]), OPERATIONS))
            .ratio("wall", Ratio::of(wall(&samples[0]), wall(&samples[1])));
        let line = if tasks == 1 { line.at_most(1.2) } else { line };
        report.add(line.ratio("cpu", Ratio::of(cpu(&samples[0]), cpu(&samples[1]))));
    }
    report.finish();
    let user = test.auth.store().users().find_by_email(&email()).await.unwrap().unwrap();
    test.auth.revoke_sessions(&user.id, &auth_core::testing::request()).await.unwrap();
    drop(test.auth.secondary_storage().unwrap().delete("probe").await);
}

fn email() -> auth_core::domain::Email {
    auth_core::domain::Email::parse("ada.lovelace@example.com").unwrap()
}

struct Ours {
    test: TestAuth,
    tokens: Vec<SessionToken>,
}

#[async_trait]
impl Side for Ours {
    async fn once(&self, number: usize) {
        let found = self.test.session_of(&self.tokens[number % self.tokens.len()]).await.unwrap();
        assert!(black_box(found).is_some());
    }
}

struct Plain {
    connection: MultiplexedConnection,
    prefix: String,
    user_id: String,
    tokens: Vec<SessionToken>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "they are parsed, not read")]
struct Stored {
    session: Session,
    user: User,
}

#[async_trait]
impl Side for Plain {
    async fn once(&self, number: usize) {
        let mut connection = self.connection.clone();
        let token = self.tokens[number % self.tokens.len()].expose();
        let text: String = connection.get(format!("{}{token}", self.prefix)).await.unwrap();
        let stored: Stored = serde_json::from_str(&text).unwrap();
        let key = format!("{}revoked-sessions-before-{}", self.prefix, self.user_id);
        let marker: Option<String> = connection.get(key).await.unwrap();
        assert!(marker.is_none());
        black_box(stored);
    }
}

const ROUNDS: usize = 40;
const OPERATIONS: usize = 640;
