//! Lets questions for a session by its token share a statement while the database is busy with others of them.
//!
//! A caller who finds a free turn asks directly. Others wait in the [`queue`]; a turn that ends takes them along in one
//! statement, in a task of its own, so that a caller who goes away harms nobody else.

mod queue;

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use auth_schema::{session, user};
use sea_orm::sea_query::Value as SqlValue;
use tokio::sync::oneshot;
use tokio::time::{Instant, timeout};
use tracing::instrument::WithSubscriber;

use self::queue::{Answer, Entry, Question, Queue};
use super::adapter::{Shared, SqlAdapter};
use super::decode::decode_row;
use super::error::classify;
use super::executor::Executor;
use super::pool::Pool;
use super::shape::Rendered;
use super::storage::Storage;
use super::table::Table;
use crate::adapter::{AdapterError, Case, Filter, Join, Operator, Query, Row, Value};
use crate::config::CoalescingConfig;

/// The queue, and the pool that its batches are asked on.
#[derive(Debug)]
pub(super) struct Coalescing {
    queue: Queue,
    pool: Pool,
}

impl Coalescing {
    pub(super) fn new(config: CoalescingConfig, pool: Pool) -> Self {
        Self { queue: Queue::new(config), pool }
    }
}

impl SqlAdapter<'_> {
    /// Finds the first row, in a statement of its own or in one that is shared.
    pub(super) async fn first_or_shared(&self, query: Query) -> Result<Option<Row>, AdapterError> {
        let is_text =
            |table: &Table| table.column(session::TOKEN).is_ok_and(|it| it.storage == Storage::Text);
        let Some(token) = shareable(&query).filter(|_| self.table(session::MODEL).is_ok_and(is_text)) else {
            return self.first(query).await;
        };
        let (Executor::Pool(_), Some(coalescing)) = (&self.executor, &self.shared.coalescing) else {
            return self.by_token(token).await;
        };
        match coalescing.queue.enter(token, Instant::now()) {
            Entry::Now => {
                let _turn = Turn(Arc::clone(&self.shared));
                self.by_token(token).await
            }
            // Nobody answers when the task's runtime has ended meanwhile, or when those that ask are stuck.
            Entry::Later(answer) => match timeout(LONGEST_WAIT, answer).await {
                Ok(Ok(answer)) => answer,
                _ => self.by_token(token).await,
            },
            Entry::Besides => self.by_token(token).await,
        }
    }

    /// Asks for one session. It is the question of every request: its text is kept ready, and only the token is bound.
    async fn by_token(&self, token: &str) -> Result<Option<Row>, AdapterError> {
        let base = self.table(session::MODEL)?;
        let joined = [self.table(user::MODEL)?];
        let prepared = if let Some(prepared) = self.shared.session_by_token.get() {
            prepared
        } else {
            let query = session_with_user(Operator::Equal, Value::from(token)).limit(1);
            let Rendered { text, values } = self.question(base, &joined, query)?;
            self.shared.session_by_token.get_or_init(|| Prepared { text, parameters: values.len() })
        };
        let token = SqlValue::String(Some(token.to_owned()));
        let values = vec![token; prepared.parameters];
        let row = self.executor.one(&prepared.text, values, self.about(base)).await;
        let row = row.map_err(|error| classify(error, "find", Some(base)))?;
        row.map(|row| decode_row(base, &joined, None, &row)).transpose()
    }

    async fn answer(&self, batch: Vec<Question>) {
        let mut asking = Asking::with_capacity(batch.len());
        for Question { token, answer, .. } in batch {
            asking.entry(token).or_default().push(answer);
        }
        if let Err(error) = self.answer_each(&mut asking).await {
            let error = Arc::new(error);
            for callers in asking.into_values() {
                tell(callers, Err(Arc::clone(&error)));
            }
        }
    }

    /// Tells every caller its own answer, and takes it out. A row that cannot be read is the error of those who ask for it.
    async fn answer_each(&self, asking: &mut Asking) -> Result<(), AdapterError> {
        let tokens = asking.keys().map(|token| Value::from(token.as_str())).collect();
        let base = self.table(session::MODEL)?;
        let joined = [self.table(user::MODEL)?];
        let rows = self.rows_of(session_with_user(Operator::In, Value::List(tokens))).await?;
        let stored = base.column(session::TOKEN)?.storage;
        for row in &rows {
            let token = stored.read(row, session::TOKEN.position());
            let token = token.map_err(|error| classify(error, "find", Some(base)))?;
            if let Value::Text(token) = token
                && let Some(callers) = asking.remove(&token)
            {
                tell(callers, decode_row(base, &joined, None, row).map(Some).map_err(Arc::new));
            }
        }
        for (_, callers) in asking.drain() {
            tell(callers, Ok(None));
        }
        Ok(())
    }
}

/// Who asks for which token; one may be asked for by several.
type Asking = HashMap<String, Vec<oneshot::Sender<Answer>>>;

/// Gives the answer to the last caller and copies to the others. One who has gone does not listen.
fn tell(mut callers: Vec<oneshot::Sender<Answer>>, answer: Result<Option<Row>, Arc<AdapterError>>) {
    let last = callers.pop();
    for caller in callers {
        let _ = caller.send(answer.clone().map_err(|error| AdapterError::repeated(&error)));
    }
    if let Some(caller) = last {
        let _ = caller.send(answer.map_err(|error| AdapterError::repeated(&error)));
    }
}

/// The text of the question for one session, and how often it names the token.
#[derive(Debug)]
pub(super) struct Prepared {
    text: Arc<str>,
    parameters: usize,
}

/// The right to ask. When it ends, it goes to those who wait.
struct Turn(Arc<Shared>);

impl Drop for Turn {
    fn drop(&mut self) {
        let Some(coalescing) = &self.0.coalescing else {
            return;
        };
        let batch = coalescing.queue.next();
        let Some(runtime) = batch.first().map(|question| question.runtime().clone()) else {
            return;
        };
        // Made here: a task that never starts must give its turn on as well.
        let turn = Turn(Arc::clone(&self.0));
        let executor = Executor::Pool(coalescing.pool.clone());
        let adapter = SqlAdapter { shared: Arc::clone(&self.0), executor };
        let task = async move {
            adapter.answer(batch).await;
            drop(turn);
        };
        // Who listens to the caller's statements hears those of the batch.
        runtime.spawn(task.with_current_subscriber());
    }
}

/// The token of a question that others may share a statement with. A token that a server could refuse as text is asked for
/// alone: it must not spoil the answers of others.
fn shareable(query: &Query) -> Option<&str> {
    let [condition] = query.filter.all.as_slice() else {
        return None;
    };
    let [join] = query.joins.as_slice() else {
        return None;
    };
    let is_plain = query.model == session::MODEL
        && query.filter.any.is_empty()
        && query.sort.is_empty()
        && query.offset == 0
        && query.select.is_none()
        && !query.lock
        && condition.field == session::TOKEN
        && condition.operator == Operator::Equal
        && condition.case == Case::Sensitive
        && *join == owner();
    match &condition.value {
        Value::Text(token) if is_plain && token.bytes().all(|byte| byte.is_ascii_graphic()) => Some(token),
        _ => None,
    }
}

fn session_with_user(operator: Operator, token: Value) -> Query {
    let filter = Filter::everything().and(session::TOKEN, operator, token);
    Query::new(session::MODEL).filter(filter).join(owner())
}

fn owner() -> Join {
    Join::one(user::MODEL, session::USER_ID, user::ID)
}

/// Whoever waits longer asks for itself, on what the pool has left.
const LONGEST_WAIT: Duration = Duration::from_secs(1);
