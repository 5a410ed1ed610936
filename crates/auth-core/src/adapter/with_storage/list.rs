//! The list of a user's sessions. Every change compares and sets, so that none is lost among concurrent ones.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::secondary_storage::{Entry, SecondaryStorage, StorageError, keys};

/// One session of the list, as Better Auth writes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Listed {
    pub(super) token: String,
    /// Milliseconds since 1970.
    #[serde(rename = "expiresAt")]
    pub(super) expires_at: i64,
}

/// The sessions that have not expired, those first that end first. What is no list is none.
pub(super) async fn read(
    storage: &dyn SecondaryStorage,
    user_id: &str,
    now: i64,
) -> Result<Vec<Listed>, StorageError> {
    let text = storage.get(&keys::active_sessions(user_id)).await?;
    Ok(parse(text.as_deref(), now))
}

/// Adds a session, or gives it another end.
pub(super) async fn add(
    storage: &dyn SecondaryStorage,
    user_id: &str,
    session: &Listed,
    now: i64,
) -> Result<(), StorageError> {
    change(storage, user_id, now, |list| {
        list.retain(|listed| listed.token != session.token);
        list.push(session.clone());
    })
    .await
}

/// Takes sessions out.
pub(super) async fn remove(
    storage: &dyn SecondaryStorage,
    user_id: &str,
    tokens: &[String],
    now: i64,
) -> Result<(), StorageError> {
    change(storage, user_id, now, |list| list.retain(|listed| !tokens.contains(&listed.token))).await
}

async fn change(
    storage: &dyn SecondaryStorage,
    user_id: &str,
    now: i64,
    edit: impl Fn(&mut Vec<Listed>) + Send + Sync,
) -> Result<(), StorageError> {
    let key = keys::active_sessions(user_id);
    for _ in 0..MOST_TRIES {
        let before = storage.get(&key).await?;
        let mut list = parse(before.as_deref(), now);
        edit(&mut list);
        list.sort_by_key(|listed| listed.expires_at);
        let seconds = list.last().map_or(0, |last| (last.expires_at - now) / 1000);
        let text = serde_json::to_string(&list).unwrap_or_default();
        let ttl = Duration::from_secs(u64::try_from(seconds).unwrap_or_default());
        let new = (seconds > 0).then_some(Entry { value: &text, ttl });
        if before.is_none() && new.is_none() || storage.compare_and_set(&key, before.as_deref(), new).await? {
            return Ok(());
        }
    }
    let crowd = format!("{MOST_TRIES} others changed the list of one user's sessions meanwhile");
    Err(StorageError::Refused(crowd.into()))
}

fn parse(text: Option<&str>, now: i64) -> Vec<Listed> {
    let list: Vec<Listed> = text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_default();
    list.into_iter().filter(|listed| listed.expires_at > now).collect()
}

/// Each try that fails is another's that succeeded: more than this is no crowd but a fault.
const MOST_TRIES: u32 = 10_000;
