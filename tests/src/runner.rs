//! Runs named cases on every backend, each on a database of its own.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};

use crate::backend::{Backend, TestDatabase};
use crate::flavour::{Access, Flavour};

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
    let trials = trials(cases, Flavour::Ours, Access::Dictionary, on);
    end(trials)
}

/// Runs all cases on the tables of this workspace, on every backend, and on those of others, on every engine.
pub fn main_on_every_flavour(cases: &[Case]) -> ! {
    let mut all = trials(cases, Flavour::Ours, Access::Dictionary, |_| true);
    for flavour in Flavour::BETTER_AUTH {
        for access in [Access::Dictionary, Access::Entities] {
            all.extend(trials(cases, flavour, access, Backend::is_an_engine));
        }
    }
    end(all)
}

/// A trial for each case on each backend that is there.
pub fn trials(cases: &[Case], flavour: Flavour, access: Access, on: impl Fn(Backend) -> bool) -> Vec<Trial> {
    let mut backends = runtime().block_on(Backend::available());
    backends.retain(|backend| on(*backend));
    trials_on(&backends, cases, flavour, access)
}

/// A trial for each case on each of some backends.
pub fn trials_on(backends: &[Backend], cases: &[Case], flavour: Flavour, access: Access) -> Vec<Trial> {
    let mut trials = Vec::new();
    for backend in backends.iter().copied() {
        for case in cases.iter().filter(|case| (case.on)(backend)) {
            let case = case.clone();
            let place = match (flavour, access) {
                (Flavour::Ours, _) => backend.name().to_owned(),
                (_, Access::Dictionary) => format!("{}::{}", backend.name(), flavour.name()),
                (_, Access::Entities) => format!("{}::{}-entities", backend.name(), flavour.name()),
            };
            trials.push(Trial::test(format!("{place}::{}", case.name), move || {
                runtime().block_on(run(backend, flavour, access, case))
            }));
        }
    }
    trials
}

/// Runs trials and ends the process.
pub fn end(trials: Vec<Trial>) -> ! {
    // Another thread may be the first to send a statement: its event must not be taken for one that nobody wants.
    let _ = tracing::subscriber::set_global_default(crate::statements::Wanted);
    libtest_mimic::run(&Arguments::from_args(), trials).exit()
}

async fn run(backend: Backend, flavour: Flavour, access: Access, case: Case) -> Result<(), Failed> {
    let database = Arc::new(backend.create_as(flavour, access).await);
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
