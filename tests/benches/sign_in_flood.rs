//! Validates sessions at a fixed rate while 200 people wait for their password to be checked.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use auth_core::domain::{Email, RequestContext};
use auth_core::password::Password;
use auth_core::service::{SignInEmail, SignUpEmail};
use auth_core::{Auth, AuthError, DatabaseConfig, SeaOrmAdapter};
use auth_tests::arrivals::Arrivals;
use auth_tests::backend::Backend;
use auth_tests::crowd;
use auth_tests::report::{Line, Report};

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let method = format!(
            "{WAITING} sign-ins wait for their hash all the time (default settings: Argon2id of 19 MiB, one at a time on two \
             cores, 200 waiting); {RATE} validations a second, open loop, {} s each",
            TIME.as_secs()
        );
        let mut report = Report::new("sign_in_flood", &method);
        let available = Backend::available().await;
        for backend in [Backend::Postgres, Backend::Sqlite, Backend::Mysql] {
            if available.contains(&backend) {
                measure(&mut report, backend).await;
            }
        }
        report.finish();
    });
}

async fn measure(report: &mut Report, backend: Backend) {
    let database = backend.create().await;
    let admin = database.connect_for_long().await;
    migration::run(&admin).await.unwrap();
    crowd::fill(&admin, backend, 0, 10_000).await;
    let tokens = Arc::new(crowd::tokens(&admin, 10_000).await);
    let connection = auth_core::connect(&DatabaseConfig::new(&database.url)).await.unwrap();
    let adapter = SeaOrmAdapter::new(connection).await.unwrap();
    let auth = Auth::builder(Arc::new(adapter), "x".repeat(32)).build().unwrap();
    let new = SignUpEmail::new("Ada", Email::parse("ada@example.org").unwrap(), Password::new(PASSWORD));
    auth.sign_up_email(new, &RequestContext::new()).await.unwrap();

    Arrivals::during(&auth, &tokens, RATE, Duration::from_secs(3)).await;
    let idle = Arrivals::during(&auth, &tokens, RATE, TIME).await;
    let flood = Flood::begin(&auth);
    flood.is_full().await;
    let arrivals = Arrivals::begin(&auth, &tokens, RATE);
    tokio::time::sleep(TIME).await;
    let refused = flood.turned_away(&auth).await;
    let flooded = arrivals.end().await;
    let signed_in = flood.end().await;
    assert_eq!(idle.failures + flooded.failures, 0, "every validation finds its session");

    let before = idle.percentile(0.99);
    let permits = std::thread::available_parallelism().map_or(1, usize::from).saturating_sub(1).max(1);
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let (signed_in, refused, more) = (signed_in as f64, refused as f64, WAITING as f64);
    #[expect(clippy::cast_precision_loss, reason = "small numbers")]
    let allowed = 64.0 + 19.922_944 * permits as f64;
    let name = match backend {
        Backend::Postgres => "PostgreSQL",
        Backend::Mysql => "MariaDB",
        _ => "SQLite",
    };
    report.add(
        Line::new(name, format!("{WAITING} sign-ins waiting"))
            .figure("idle p50 ms", idle.percentile(0.5))
            .figure("idle p99 ms", before)
            .figure("p50 ms", flooded.percentile(0.5))
            .figure("p99 ms", flooded.percentile(0.99))
            .at_most((3.0 * before).max(20.0))
            .figure("sign-ins each second", signed_in / TIME.as_secs_f64())
            .figure("told Busy, of 200 more", refused)
            .at_least(0.95 * more)
            .figure("most memory MB", peak_mb())
            .at_most(allowed),
    );
    admin.close().await.unwrap();
    database.remove().await;
}

/// People who sign in again and again.
struct Flood {
    goes_on: Arc<AtomicBool>,
    signed_in: Arc<AtomicUsize>,
    people: Vec<tokio::task::JoinHandle<()>>,
}

impl Flood {
    /// As many as may wait, and one whose hash is computed.
    fn begin(auth: &Auth) -> Self {
        let goes_on = Arc::new(AtomicBool::new(true));
        let signed_in = Arc::new(AtomicUsize::new(0));
        let people = (0..=WAITING)
            .map(|_| {
                let (auth, goes_on, signed_in) = (auth.clone(), Arc::clone(&goes_on), Arc::clone(&signed_in));
                tokio::spawn(async move {
                    while goes_on.load(Ordering::Relaxed) {
                        // Who is turned away by one that came before comes again.
                        match sign_in(&auth).await {
                            Ok(()) => signed_in.fetch_add(1, Ordering::Relaxed),
                            Err(AuthError::Busy) => {
                                tokio::time::sleep(Duration::from_millis(5)).await;
                                0
                            }
                            Err(other) => panic!("{other}"),
                        };
                    }
                })
            })
            .collect();
        Self { goes_on, signed_in, people }
    }

    /// Waits until the queue has its people.
    async fn is_full(&self) {
        tokio::time::sleep(Duration::from_secs(1)).await;
        self.signed_in.store(0, Ordering::Relaxed);
    }

    /// How many of as many more are told `Busy`. A few may meet the moment between two hashes, when a place is free.
    async fn turned_away(&self, auth: &Auth) -> usize {
        let more: Vec<_> = (0..WAITING)
            .map(|_| {
                let auth = auth.clone();
                tokio::spawn(async move { matches!(sign_in(&auth).await, Err(AuthError::Busy)) })
            })
            .collect();
        let mut refused = 0;
        for one in more {
            refused += usize::from(one.await.unwrap());
        }
        refused
    }

    async fn end(self) -> usize {
        self.goes_on.store(false, Ordering::Relaxed);
        let signed_in = self.signed_in.load(Ordering::Relaxed);
        for one in self.people {
            one.await.unwrap();
        }
        signed_in
    }
}

async fn sign_in(auth: &Auth) -> Result<(), AuthError> {
    let request = SignInEmail::new(Email::parse("ada@example.org").unwrap(), Password::new(PASSWORD));
    auth.sign_in_email(request, &RequestContext::new()).await.map(|_| ())
}

/// The most memory that this process has held, in MB of 10^6 bytes.
fn peak_mb() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<f64>().unwrap() * 1024.0 / 1e6
}

const PASSWORD: &str = "correct horse battery staple";
const WAITING: usize = 200;
const RATE: u32 = 300;
const TIME: Duration = Duration::from_secs(15);
