//! Many tasks at once: validations that share statements against one statement for each call.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use async_trait::async_trait;
use auth_core::config::CoalescingConfig;
use auth_tests::backend::Backend;
use auth_tests::measure::{Ratio, Side, by_turns, cpu, percentile, wall};
use auth_tests::report::{Line, Report};

use crate::stage::{Stage, name};
use crate::{ours, plain};

pub async fn run(engines: &[Backend]) {
    let mut report = Report::new(
        "coalescing",
        &format!(
            "100 thousand sessions; {ROUNDS} interleaved rounds; throughput and CPU for each operation as ratios to plain \
                  sqlx with one statement for each call; 95 % interval"
        ),
    );
    for backend in engines {
        measure(&mut report, *backend).await;
    }
    report.finish();
}

async fn measure(report: &mut Report, backend: Backend) {
    let mut stage = Stage::new(backend).await;
    let tokens = stage.grow(100_000).await;
    let plain: Arc<dyn Side> =
        Arc::new(plain::Validate { plain: stage.plain().await, tokens: Arc::clone(&tokens) });
    let shared =
        ours::Validate { auth: stage.ours(CoalescingConfig::default()).await, tokens: Arc::clone(&tokens) };
    let direct = ours::Validate { auth: stage.ours(CoalescingConfig::off()).await, tokens };
    let (shared, direct): (Arc<dyn Side>, Arc<dyn Side>) = (Arc::new(shared), Arc::new(direct));

    let samples = by_turns(&[Arc::clone(&shared), Arc::clone(&direct)], ROUNDS, 1, 640).await;
    let alone = Ratio::of(wall(&samples[0]), wall(&samples[1]));
    report.add(Line::new(name(backend), "a lone caller, shared ÷ direct").ratio("wall", alone).at_most(1.05));

    for (tasks, least) in [(16, None), (64, Some(2.5)), (256, Some(4.0))] {
        let operations = tasks * EACH;
        let timed: Vec<Arc<Timed>> = [&shared, &plain, &direct]
            .into_iter()
            .map(|side| Arc::new(Timed::new(Arc::clone(side))))
            .collect();
        let sides: Vec<Arc<dyn Side>> = timed.iter().map(|side| Arc::clone(side) as Arc<dyn Side>).collect();
        let samples = by_turns(&sides, ROUNDS, tasks, operations).await;
        let promised = least.filter(|_| backend == Backend::Postgres);
        // Throughput: the other one's time by ours.
        let mut line = Line::new(name(backend), format!("validations, tasks: {tasks}"))
            .ratio("throughput", Ratio::of(wall(&samples[1]), wall(&samples[0])));
        if let Some(least) = promised {
            line = line.at_least(least);
        }
        line = line.ratio("cpu", Ratio::of(cpu(&samples[0]), cpu(&samples[1])));
        if promised.is_some() {
            line = line.at_most(0.4);
        }
        let tails: Vec<f64> = timed.iter().map(|side| side.p99()).collect();
        line = line
            .figure("p99 ms", tails[0])
            .figure("sqlx p99 ms", tails[1])
            .figure("p99", tails[0] / tails[1]);
        if promised.is_some() {
            line = line.at_most(1.0);
        }
        report.add(line.ratio("direct throughput", Ratio::of(wall(&samples[1]), wall(&samples[2]))));
    }
    stage.remove().await;
}

/// Keeps how long each operation took.
struct Timed {
    side: Arc<dyn Side>,
    took: Mutex<Vec<Duration>>,
}

impl Timed {
    fn new(side: Arc<dyn Side>) -> Self {
        Self { side, took: Mutex::default() }
    }

    /// Milliseconds below which 99 of 100 operations stay.
    fn p99(&self) -> f64 {
        let took = self.took.lock().unwrap_or_else(PoisonError::into_inner);
        let mut took: Vec<f64> = took.iter().map(|took| took.as_secs_f64() * 1e3).collect();
        took.sort_by(f64::total_cmp);
        percentile(&took, 0.99)
    }
}

#[async_trait]
impl Side for Timed {
    async fn once(&self, number: usize) {
        let start = Instant::now();
        self.side.once(number).await;
        self.took.lock().unwrap_or_else(PoisonError::into_inner).push(start.elapsed());
    }
}

const ROUNDS: usize = 40;
const EACH: usize = 40;
