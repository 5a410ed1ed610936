//! Runs named cases on every backend, each on a database of its own.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};

use crate::backend::{Backend, TestDatabase};

/// What a case does with its database.
pub type Run = Arc<dyn Fn(Arc<TestDatabase>) -> Pin<Box<dyn Future<Output = ()> + Send>> + Send + Sync>;

/// A case for every backend.
#[derive(Clone)]
pub struct Case {
    name: &'static str,
    run: Run,
    on: fn(Backend) -> bool,
}

impl std::fmt::Debug for Case {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.name)
    }
}

impl Case {
    /// Names a case.
    pub fn new<F: Future<Output = ()> + Send + 'static>(
        name: &'static str,
        run: impl Fn(Arc<TestDatabase>) -> F + Send + Sync + 'static,
    ) -> Self {
        Self { name, run: Arc::new(move |database| Box::pin(run(database))), on: |_| true }
    }

    /// Runs it on some backends only.
    #[must_use]
    pub fn on(self, on: fn(Backend) -> bool) -> Self {
        Self { on, ..self }
    }
}

/// Runs all cases on all available backends that `on` admits, and ends the process.
pub fn main(cases: &[Case], on: impl Fn(Backend) -> bool) -> ! {
    // Another thread may be the first to send a statement: its event must not be taken for one that nobody wants.
    let _ = tracing::subscriber::set_global_default(crate::statements::Wanted);
    let backends = runtime().block_on(Backend::available());
    let mut trials = Vec::new();
    for backend in backends.into_iter().filter(|backend| on(*backend)) {
        for case in cases.iter().filter(|case| (case.on)(backend)) {
            let case = case.clone();
            trials.push(Trial::test(format!("{}::{}", backend.name(), case.name), move || {
                runtime().block_on(run(backend, case))
            }));
        }
    }
    libtest_mimic::run(&Arguments::from_args(), trials).exit()
}

async fn run(backend: Backend, case: Case) -> Result<(), Failed> {
    let database = Arc::new(backend.create().await);
    let outcome = tokio::spawn((case.run)(Arc::clone(&database))).await;
    if let Ok(database) = Arc::try_unwrap(database) {
        database.remove().await;
    }
    outcome.map_err(|error| {
        let panic = error.into_panic();
        let text = panic.downcast_ref::<String>().cloned();
        text.or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string)).unwrap_or_default().into()
    })
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime starts")
}
