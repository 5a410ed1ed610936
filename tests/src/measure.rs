//! Measures opponents by turns in one run and compares them by ratios.

use std::sync::Arc;
use std::time::{Duration, Instant};

use async_trait::async_trait;

/// One of the opponents.
#[async_trait]
pub trait Side: Send + Sync {
    /// Does the operation once; `number` chooses what it is done to.
    async fn once(&self, number: usize);
}

/// How long a round took, and how much processor time this process spent on it.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    /// By the clock on the wall.
    pub wall: Duration,
    /// On all cores.
    pub cpu: Duration,
}

/// The median of ratios, with the interval that holds the true median in 95 of 100 runs.
#[derive(Debug, Clone, Copy)]
pub struct Ratio {
    /// The median.
    pub median: f64,
    /// The lower end.
    pub low: f64,
    /// The upper end.
    pub high: f64,
}

/// Runs `rounds` of each side by turns, each with so many operations on so many tasks; who is first changes from round to
/// round. A round to warm up comes before. Gives the samples of each side, in the order of the rounds.
pub async fn by_turns(
    sides: &[Arc<dyn Side>],
    rounds: usize,
    tasks: usize,
    operations: usize,
) -> Vec<Vec<Sample>> {
    let mut samples = vec![Vec::with_capacity(rounds); sides.len()];
    for round in 0..=rounds {
        for position in 0..sides.len() {
            let side = (position + round) % sides.len();
            let sample = sample(&sides[side], round, tasks, operations).await;
            if round > 0 {
                samples[side].push(sample);
            }
        }
    }
    samples
}

async fn sample(side: &Arc<dyn Side>, round: usize, tasks: usize, operations: usize) -> Sample {
    let (start, cpu) = (Instant::now(), cpu_time());
    let each = operations / tasks;
    let running: Vec<_> = (0..tasks)
        .map(|task| {
            let side = Arc::clone(side);
            tokio::spawn(async move {
                for number in 0..each {
                    side.once((round * tasks + task) * each + number).await;
                }
            })
        })
        .collect();
    for task in running {
        task.await.unwrap();
    }
    Sample { wall: start.elapsed(), cpu: cpu_time().saturating_sub(cpu) }
}

/// The processor time that this process has spent so far.
pub fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
}

impl Ratio {
    /// Compares round by round.
    pub fn of(ours: impl Iterator<Item = f64>, theirs: impl Iterator<Item = f64>) -> Self {
        Self::median_of(ours.zip(theirs).map(|(ours, theirs)| ours / theirs).collect())
    }

    /// The median of values, with its interval by order statistics.
    pub fn median_of(mut values: Vec<f64>) -> Self {
        values.sort_by(f64::total_cmp);
        let (low, high) = ranks(values.len());
        Self { median: median(&values), low: values[low], high: values[high] }
    }
}

/// The median of ordered values.
pub fn median(ordered: &[f64]) -> f64 {
    percentile(ordered, 0.5)
}

/// The value below which a share of ordered values lies.
pub fn percentile(ordered: &[f64], share: f64) -> f64 {
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rank"
    )]
    let rank = ((ordered.len() as f64 * share).ceil() as usize).clamp(1, ordered.len());
    ordered[rank - 1]
}

/// Seconds of each sample.
pub fn wall(samples: &[Sample]) -> impl Iterator<Item = f64> {
    samples.iter().map(|sample| sample.wall.as_secs_f64())
}

/// Seconds of processor time of each sample.
pub fn cpu(samples: &[Sample]) -> impl Iterator<Item = f64> {
    samples.iter().map(|sample| sample.cpu.as_secs_f64())
}

/// Median microseconds of one operation.
pub fn microseconds(seconds: impl Iterator<Item = f64>, operations: usize) -> f64 {
    let mut values: Vec<f64> = seconds.collect();
    values.sort_by(f64::total_cmp);
    #[expect(clippy::cast_precision_loss, reason = "a number of operations is far below 2^52")]
    let operations = operations as f64;
    median(&values) * 1e6 / operations
}

/// Positions of the ordered values that hold the median between them with 95 % confidence: as few values as a fair coin
/// shows heads in 2.5 of 100 series lie below and above.
fn ranks(count: usize) -> (usize, usize) {
    let mut term = 0.5_f64.powi(i32::try_from(count).unwrap());
    let (mut sum, mut rank) = (term, 0);
    while sum <= 0.025 && rank + 1 < count / 2 {
        rank += 1;
        #[expect(clippy::cast_precision_loss, reason = "a number of rounds")]
        let factor = (count - rank + 1) as f64 / rank as f64;
        term *= factor;
        sum += term;
    }
    let low = rank.saturating_sub(usize::from(sum > 0.025));
    (low, count - 1 - low)
}

#[cfg(test)]
mod tests {
    use super::ranks;

    #[test]
    fn the_interval_of_a_median_is_binomial() {
        // The 14th of 40, the 10th of 30, as tables give them.
        assert_eq!(ranks(40), (13, 26));
        assert_eq!(ranks(30), (9, 20));
    }
}
