//! What the store missed, kept in the database until it has heard of it.
//!
//! The rows stand among the verifications, which every database has: under one identifier that nobody presents, with an end, after
//! which nothing in the store can be as old.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

use auth_schema::{FieldId, verification};
use time::{Duration, OffsetDateTime};

use super::change::Due;
use crate::adapter::{Adapter, AdapterError, Filter, Query, Record, Value};
use crate::domain::{Clock, Random, generate_id};

/// What the store missed.
#[derive(Debug)]
pub(super) struct Backlog {
    pub(super) adapter: Arc<dyn Adapter>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) random: Arc<dyn Random>,
    /// Nothing in the store lives longer.
    pub(super) longest: Duration,
    recent: Mutex<VecDeque<(OffsetDateTime, Due)>>,
}

/// A row of the backlog.
#[derive(Debug)]
pub(super) struct Missed {
    pub(super) id: Value,
    /// `None`: it cannot be read; a later release may have written it.
    pub(super) due: Option<Due>,
}

impl Backlog {
    pub(super) fn new(
        adapter: Arc<dyn Adapter>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        longest: Duration,
    ) -> Self {
        Self { adapter, clock, random, longest, recent: Mutex::default() }
    }

    /// Writes down what the store did not hear. One statement for each two hundred sessions.
    pub(super) async fn add(&self, due: &Due) -> Result<(), AdapterError> {
        for part in due.in_parts() {
            self.add_one(&part).await?;
        }
        Ok(())
    }

    async fn add_one(&self, due: &Due) -> Result<(), AdapterError> {
        let now = self.clock.now();
        let value = serde_json::to_string(due).unwrap_or_default();
        let mut record = Record::with_capacity(6)
            .with(verification::IDENTIFIER, IDENTIFIER)
            .with(verification::VALUE, value)
            .with(verification::EXPIRES_AT, now + self.longest)
            .with(verification::CREATED_AT, now)
            .with(verification::UPDATED_AT, now);
        let strategy = self.adapter.schema().model(verification::MODEL)?.ids();
        if let Some(id) = generate_id(strategy, &*self.clock, &*self.random) {
            record.set(FieldId::ID, Value::Text(id));
        }
        self.adapter.create(verification::MODEL, record).await.map(|_| ())
    }

    /// The oldest of what is written down. One statement.
    pub(super) async fn read(&self) -> Result<Vec<Missed>, AdapterError> {
        let query = Query::new(verification::MODEL)
            .filter(Filter::equal(verification::IDENTIFIER, IDENTIFIER))
            .sort(verification::CREATED_AT, crate::adapter::Direction::Ascending)
            .limit(PAGE);
        let model = self.adapter.schema().model(verification::MODEL)?;
        let mut missed = Vec::new();
        for mut row in self.adapter.find_many(query).await? {
            let due = serde_json::from_str(&row.record.take_text(model, verification::VALUE)?).ok();
            let id = row.record.take(FieldId::ID).unwrap_or(Value::Null);
            missed.push(Missed { id, due });
        }
        Ok(missed)
    }

    /// Strikes out what the store has heard of. One statement.
    pub(super) async fn remove(&self, ids: Vec<Value>) -> Result<(), AdapterError> {
        self.adapter.delete_many(verification::MODEL, Filter::ids(ids)).await.map(|_| ())
    }

    /// Remembers what the store has acknowledged: it may lose that when a replica takes over.
    pub(super) fn remember(&self, due: &Due) {
        let now = self.clock.now();
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        while recent.len() >= MOST_RECENT || recent.front().is_some_and(|(then, _)| now - *then > A_WHILE) {
            recent.pop_front();
        }
        recent.push_back((now, due.clone()));
    }

    /// What was acknowledged of late.
    pub(super) fn recent(&self) -> Vec<Due> {
        let now = self.clock.now();
        let recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.iter().filter(|(then, _)| now - *then <= A_WHILE).map(|(_, due)| due.clone()).collect()
    }
}

const IDENTIFIER: &str = "secondary-storage-backlog";
pub(super) const PAGE: u64 = 500;
/// Longer than any fail-over takes.
const A_WHILE: Duration = Duration::minutes(2);
const MOST_RECENT: usize = 10_000;
