//! Counts the statements that reach a database.

use std::sync::{Arc, Mutex, PoisonError};

use tracing::field::{Field, Visit};
use tracing::instrument::WithSubscriber;
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};
use tracing_subscriber::layer::{Context, Layer, SubscriberExt};

/// Runs an operation and gives what it gave, and the text of every statement that it sent, `BEGIN` and
/// `COMMIT` included.
pub async fn record<T>(operation: impl Future<Output = T>) -> (T, Vec<String>) {
    let statements = Arc::new(Mutex::new(Vec::new()));
    let recorder = tracing_subscriber::registry().with(Recorder(Arc::clone(&statements)));
    let output = operation.with_subscriber(recorder).await;
    let statements = statements.lock().unwrap_or_else(PoisonError::into_inner).clone();
    (output, statements)
}

/// Wants the events of statements and does nothing with them. An event whose first occurrence nobody wants may be passed
/// over for good, also where a recorder listens.
#[derive(Debug)]
pub(crate) struct Wanted;

impl Subscriber for Wanted {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && metadata.target() == TARGET
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, _: &Event<'_>) {}

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

const TARGET: &str = "auth_core::statement";

struct Recorder(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Recorder {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        if event.metadata().target() == TARGET {
            event.record(&mut Text(&self.0));
        }
    }
}

struct Text<'a>(&'a Mutex<Vec<String>>);

impl Visit for Text<'_> {
    fn record_str(&mut self, field: &Field, value: &str) {
        if matches!(field.name(), "sql" | "statement") {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).push(value.to_owned());
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn std::fmt::Debug) {}
}
