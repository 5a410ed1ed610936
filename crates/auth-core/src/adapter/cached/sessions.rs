//! The sessions that are kept, and what ended since they were read.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use auth_schema::session;
use moka::future::Cache;

use crate::adapter::{AdapterError, Row, Value};
use crate::config::LocalCacheConfig;
use crate::telemetry::{Source, answered_by};

/// The sessions that are kept.
#[derive(Debug)]
pub(crate) struct KeptSessions {
    rows: Cache<String, Arc<Kept>>,
    /// Tokens and users of which something ended or changed, and when: what was read before is not believed, also when it comes in
    /// afterwards.
    changed: moka::sync::Cache<String, Instant>,
    all_changed: Mutex<Option<Instant>>,
}

#[derive(Debug)]
struct Kept {
    row: Row,
    user_id: String,
    /// When the question was sent, not when the answer came.
    read_at: Instant,
}

/// Why there is no row.
#[derive(Debug)]
enum Miss {
    None,
    Failed(AdapterError),
}

impl KeptSessions {
    pub(crate) fn new(config: LocalCacheConfig) -> Self {
        let rows = Cache::builder().max_capacity(config.max_sessions).time_to_live(config.ttl).build();
        let changed = moka::sync::Cache::builder()
            .max_capacity(config.max_sessions.saturating_mul(2))
            .eviction_policy(moka::policy::EvictionPolicy::lru())
            // Longer than any read is under way.
            .time_to_live(config.ttl.saturating_add(LONGEST_READ))
            .build();
        Self { rows, changed, all_changed: Mutex::new(None) }
    }

    /// The session of a token. Of those who ask for one that is not kept, one reads it and the others wait for that; that there is
    /// none is not kept.
    pub(super) async fn find<F: Future<Output = Result<Option<Row>, AdapterError>>>(
        &self,
        token: &str,
        read: impl Fn() -> F,
    ) -> Result<Option<Row>, AdapterError> {
        if let Some(kept) = self.rows.get(token).await {
            if self.holds(token, &kept) {
                answered_by(Source::Local);
                return Ok(Some(kept.row.clone()));
            }
            self.rows.invalidate(token).await;
        }
        let read_at = Instant::now();
        let init = async {
            let row = read().await.map_err(Miss::Failed)?.ok_or(Miss::None)?;
            let user_id = match row.record.get(session::USER_ID) {
                Some(Value::Text(user_id)) => user_id.clone(),
                _ => String::new(),
            };
            Ok::<_, Miss>(Arc::new(Kept { row, user_id, read_at }))
        };
        match self.rows.try_get_with_by_ref(token, init).await {
            Ok(kept) if self.holds(token, &kept) => Ok(Some(kept.row.clone())),
            // It was asked for before something of it changed.
            Ok(_) => {
                self.rows.invalidate(token).await;
                read().await
            }
            Err(miss) => match Arc::try_unwrap(miss) {
                Ok(Miss::None) => Ok(None),
                Ok(Miss::Failed(error)) => Err(error),
                Err(shared) => match &*shared {
                    Miss::None => Ok(None),
                    Miss::Failed(_) => Err(AdapterError::Unavailable(Box::new(Shared(shared)))),
                },
            },
        }
    }

    /// Whether nothing of it changed since it was read.
    fn holds(&self, token: &str, kept: &Kept) -> bool {
        let before = |changed: Option<Instant>| changed.is_none_or(|changed| changed < kept.read_at);
        before(self.changed.get(token))
            && before(self.changed.get(&kept.user_id))
            && before(*self.all_changed.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Believes nothing any more that was read of a token or user so far.
    pub(super) fn forget(&self, token_or_user: &str) {
        self.changed.insert(token_or_user.to_owned(), Instant::now());
    }

    /// Believes nothing any more that was read so far.
    pub(crate) fn forget_all(&self) {
        *self.all_changed.lock().unwrap_or_else(PoisonError::into_inner) = Some(Instant::now());
    }
}

/// A failure that several callers have in common.
#[derive(Debug)]
struct Shared(Arc<Miss>);

impl std::fmt::Display for Shared {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match &*self.0 {
            Miss::None => formatter.write_str("there is none"),
            Miss::Failed(error) => error.fmt(formatter),
        }
    }
}

impl std::error::Error for Shared {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match &*self.0 {
            Miss::None => None,
            Miss::Failed(error) => error.source(),
        }
    }
}

const LONGEST_READ: std::time::Duration = std::time::Duration::from_mins(1);

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

    use super::*;
    use crate::adapter::Record;

    fn row(user_id: &str) -> Row {
        Row::plain(Record::with_capacity(8).with(session::USER_ID, user_id))
    }

    async fn read(kept: &KeptSessions) -> bool {
        let asked = AtomicBool::new(false);
        let question = || async {
            asked.store(true, Ordering::SeqCst);
            Ok(Some(row("ada")))
        };
        assert!(kept.find("token", question).await.unwrap().is_some());
        asked.into_inner()
    }

    #[tokio::test]
    async fn what_was_read_before_a_change_is_not_believed_also_when_it_comes_in_afterwards() {
        let kept = KeptSessions::new(LocalCacheConfig::default());
        assert!(read(&kept).await);
        assert!(!read(&kept).await);
        for change in ["token", "ada"] {
            kept.forget(change);
            assert!(read(&kept).await, "{change}");
            kept.forget("somebody else");
            assert!(!read(&kept).await, "{change}");
            // While it is read.
            kept.forget(change);
            let times = AtomicU32::new(0);
            let slow = || async {
                if times.fetch_add(1, Ordering::SeqCst) == 0 {
                    kept.forget(change);
                }
                Ok(Some(row("ada")))
            };
            kept.find("token", slow).await.unwrap();
            assert_eq!(times.into_inner(), 2, "{change}: it is read again");
            assert!(read(&kept).await, "{change}");
        }
        kept.forget_all();
        assert!(read(&kept).await);
        assert!(!read(&kept).await);
    }

    #[tokio::test]
    async fn what_is_not_there_is_not_kept() {
        let kept = KeptSessions::new(LocalCacheConfig::default());
        assert!(kept.find("token", || async { Ok(None) }).await.unwrap().is_none());
        assert!(read(&kept).await);
    }
}
