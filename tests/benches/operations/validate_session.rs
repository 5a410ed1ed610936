//! Validating sessions one at a time and sixteen at a time, among ten thousand, a hundred thousand and a million.

use std::sync::Arc;

use auth_core::config::CoalescingConfig;
use auth_tests::backend::Backend;
use auth_tests::measure::{Ratio, Sample, Side, by_turns, cpu, microseconds, wall};
use auth_tests::report::{Line, Report};

use crate::stage::{Stage, name};
use crate::{ours, plain, seaorm};

pub async fn run(engines: &[Backend]) {
    let mut report = Report::new(
        "validate_session",
        &format!(
            "{ROUNDS} interleaved rounds of {OPERATIONS} operations; median of the ratios, 95 % interval"
        ),
    );
    for backend in engines {
        measure(&mut report, *backend).await;
    }
    report.finish();
}

async fn measure(report: &mut Report, backend: Backend) {
    let mut stage = Stage::new(backend).await;
    let plain = stage.plain().await;
    let connection = stage.connect().await;
    let auth = stage.ours(CoalescingConfig::default()).await;
    let mut small = None;
    for (sessions, text) in SIZES {
        let tokens = stage.grow(sessions).await;
        let sides: [Arc<dyn Side>; 3] = [
            Arc::new(ours::Validate { auth: auth.clone(), tokens: Arc::clone(&tokens) }),
            Arc::new(plain::Validate { plain: plain.clone(), tokens: Arc::clone(&tokens) }),
            Arc::new(seaorm::Validate { connection: connection.clone(), tokens }),
        ];
        for tasks in [1, 16] {
            let samples = by_turns(&sides, ROUNDS, tasks, OPERATIONS).await;
            let mut line = line(backend, tasks, text, &samples);
            if tasks == 1 {
                let now = microseconds(wall(&samples[0]), OPERATIONS);
                let first = *small.get_or_insert(now);
                if sessions == SIZES[SIZES.len() - 1].0 {
                    line = line.figure("times that of 10 thousand", now / first).at_most(1.3);
                }
            }
            report.add(line);
        }
    }
    stage.remove().await;
}

fn line(backend: Backend, tasks: usize, sessions: &str, samples: &[Vec<Sample>]) -> Line {
    let [ours, plain, seaorm] = samples else { panic!("three sides") };
    let most = if backend == Backend::Postgres { 1.10 } else { 1.15 };
    let wall_ratio = Ratio::of(wall(ours), wall(plain));
    let cpu_ratio = Ratio::of(cpu(ours), cpu(plain));
    let mut line = Line::new(name(backend), format!("validate_session, {sessions} sessions, tasks: {tasks}"))
        .figure("ours µs", microseconds(wall(ours), OPERATIONS))
        .figure("sqlx µs", microseconds(wall(plain), OPERATIONS))
        .ratio("wall", wall_ratio);
    if tasks == 1 {
        line = line.at_most(most);
    }
    line = line.ratio("cpu", cpu_ratio);
    if tasks == 1 && backend == Backend::Postgres {
        line = line.at_most(1.25);
    }
    line.ratio("SeaORM wall", Ratio::of(wall(seaorm), wall(plain)))
        .ratio("SeaORM cpu", Ratio::of(cpu(seaorm), cpu(plain)))
}

const SIZES: [(usize, &str); 3] =
    [(10_000, "10 thousand"), (100_000, "100 thousand"), (1_000_000, "1 million")];
const ROUNDS: usize = 40;
const OPERATIONS: usize = 640;
