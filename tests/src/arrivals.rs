//! Validations that arrive at a fixed rate, whether or not earlier ones were answered. A latency counts from the moment of the
//! arrival, so that a stall is seen by everyone who would have waited for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use auth_core::Auth;
use auth_core::domain::{RequestContext, SessionToken};
use auth_core::service::Refresh;
use tokio::task::{JoinHandle, JoinSet};

use crate::measure::percentile;

/// What the validations saw.
#[derive(Debug)]
pub struct Load {
    /// Milliseconds, in order.
    latencies: Vec<f64>,
    /// How many failed, or did not find their session.
    pub failures: usize,
}

/// Validations under way.
#[derive(Debug)]
pub struct Arrivals {
    done: Arc<AtomicBool>,
    load: JoinHandle<Load>,
}

impl Arrivals {
    /// Begins; the sessions of the tokens are asked for by turns.
    pub fn begin(auth: &Auth, tokens: &Arc<Vec<String>>, each_second: u32) -> Self {
        let done = Arc::new(AtomicBool::new(false));
        let load = arrive(auth.clone(), Arc::clone(tokens), each_second, Arc::clone(&done));
        Self { done, load: tokio::spawn(load) }
    }

    /// Goes on for some time and ends.
    pub async fn during(auth: &Auth, tokens: &Arc<Vec<String>>, each_second: u32, time: Duration) -> Load {
        let arrivals = Self::begin(auth, tokens, each_second);
        tokio::time::sleep(time).await;
        arrivals.end().await
    }

    /// Ends and tells what was seen.
    pub async fn end(self) -> Load {
        self.done.store(true, Ordering::Relaxed);
        self.load.await.unwrap()
    }
}

impl Load {
    /// Milliseconds below which a share of the validations stays.
    pub fn percentile(&self, share: f64) -> f64 {
        percentile(&self.latencies, share)
    }

    /// How many there were.
    pub fn count(&self) -> usize {
        self.latencies.len()
    }
}

async fn arrive(auth: Auth, tokens: Arc<Vec<String>>, each_second: u32, done: Arc<AtomicBool>) -> Load {
    let begun = Instant::now();
    let mut tasks = JoinSet::new();
    let mut number = 0;
    while !done.load(Ordering::Relaxed) {
        let at = begun + Duration::from_secs(1) * number / each_second;
        tokio::time::sleep_until(at.into()).await;
        let token = &tokens[number as usize * 7919 % tokens.len()];
        let token = SessionToken::parse(token).unwrap();
        let auth = auth.clone();
        tasks.spawn(async move {
            let found = auth.validate_session(&token, Refresh::Never, &RequestContext::new()).await;
            (at.elapsed(), matches!(found, Ok(Some(_))))
        });
        number += 1;
    }
    let mut load = Load { latencies: Vec::new(), failures: 0 };
    for (latency, succeeded) in tasks.join_all().await {
        load.latencies.push(latency.as_secs_f64() * 1e3);
        load.failures += usize::from(!succeeded);
    }
    load.latencies.sort_by(f64::total_cmp);
    load
}
