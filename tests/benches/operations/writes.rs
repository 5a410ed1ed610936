//! Signing in without the hash, creating a session, signing out.

use std::sync::Arc;

use async_trait::async_trait;
use auth_core::config::CoalescingConfig;
use auth_core::domain::UserId;
use auth_tests::backend::Backend;
use auth_tests::measure::{Ratio, Side, by_turns, cpu, microseconds, wall};
use auth_tests::report::{Line, Report};

use crate::plain::{Plain, random};
use crate::stage::{Stage, name};
use crate::{ours, seaorm};

pub async fn run(engines: &[Backend]) {
    let mut report = Report::new(
        "writes",
        &format!(
            "100 thousand sessions; {ROUNDS} interleaved rounds of {OPERATIONS} operations; ratios to plain sqlx, 95 % interval"
        ),
    );
    for backend in engines {
        measure(&mut report, *backend).await;
    }
    report.finish();
}

async fn measure(report: &mut Report, backend: Backend) {
    let mut stage = Stage::new(backend).await;
    stage.grow(100_000).await;
    let auth = stage.ours(CoalescingConfig::default()).await;
    let (plain, connection) = (stage.plain().await, stage.connect().await);
    let (user_id, _) = plain.credential("user1@example.com").await;
    for tasks in [1, 16] {
        let create: [Arc<dyn Side>; 3] = [
            Arc::new(ours::Create { auth: auth.clone(), user_id: UserId::new(user_id.clone()) }),
            Arc::new(Create { plain: plain.clone(), user_id: user_id.clone() }),
            Arc::new(seaorm::Create { connection: connection.clone(), user_id: user_id.clone() }),
        ];
        let sign_in: [Arc<dyn Side>; 3] = [
            Arc::new(ours::SignIn(auth.clone())),
            Arc::new(SignIn(plain.clone())),
            Arc::new(seaorm::SignIn(connection.clone())),
        ];
        let sign_out: [Arc<dyn Side>; 3] = [
            Arc::new(ours::SignOut(auth.clone())),
            Arc::new(SignOut(plain.clone())),
            Arc::new(seaorm::SignOut(connection.clone())),
        ];
        for prefix in ["ours", "plain", "seaorm"] {
            stage.add_numbered(prefix, (ROUNDS + 1) * OPERATIONS).await;
        }
        for (what, sides) in
            [("create_session", create), ("sign_in without the hash", sign_in), ("sign_out", sign_out)]
        {
            let samples = by_turns(&sides, ROUNDS, tasks, OPERATIONS).await;
            let [ours, plain, seaorm] = samples.as_slice() else { panic!("three sides") };
            report.add(
                Line::new(name(backend), format!("{what}, tasks: {tasks}"))
                    .figure("ours µs", microseconds(wall(ours), OPERATIONS))
                    .figure("sqlx µs", microseconds(wall(plain), OPERATIONS))
                    .ratio("wall", Ratio::of(wall(ours), wall(plain)))
                    .ratio("cpu", Ratio::of(cpu(ours), cpu(plain)))
                    .ratio("SeaORM wall", Ratio::of(wall(seaorm), wall(plain)))
                    .ratio("SeaORM cpu", Ratio::of(cpu(seaorm), cpu(plain))),
            );
        }
    }
    stage.remove().await;
}

struct Create {
    plain: Plain,
    user_id: String,
}

#[async_trait]
impl Side for Create {
    async fn once(&self, _: usize) {
        create(&self.plain, &self.user_id).await;
    }
}

struct SignIn(Plain);

#[async_trait]
impl Side for SignIn {
    async fn once(&self, number: usize) {
        let email = format!("user{}@example.com", number % 10_000 + 1);
        let (user_id, password) = self.0.credential(&email).await;
        assert!(password.is_some());
        create(&self.0, &user_id).await;
    }
}

struct SignOut(Plain);

#[async_trait]
impl Side for SignOut {
    async fn once(&self, number: usize) {
        self.0.delete(&format!("plain{number}")).await;
    }
}

async fn create(plain: &Plain, user_id: &str) {
    plain.create(&random(), &random(), user_id).await;
}

const ROUNDS: usize = 30;
const OPERATIONS: usize = 160;
