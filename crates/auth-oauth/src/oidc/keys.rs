//! The keys of an issuer, kept for an hour.

use std::sync::Arc;

use auth_core::provider::ProviderError;
use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, Header};
use serde_json::Value;
use time::{Duration, OffsetDateTime};
use tokio::sync::RwLock;
use url::Url;

use super::signature::fits;
use super::turn::Turn;
use crate::failure::Failures;
use crate::http::Http;

/// Keeps an issuer's keys. They are fetched again when they are old, or when a token names a key that is not among them:
/// the latter at most once a minute, for anybody can make up a name.
#[derive(Debug, Default)]
pub(super) struct Keys {
    kept: RwLock<Option<Kept>>,
    asked_at: RwLock<Option<OffsetDateTime>>,
    turn: Turn,
}

/// Where keys are asked for, and when.
#[derive(Debug, Clone, Copy)]
pub(super) struct KeySource<'a> {
    pub(super) http: &'a Http,
    pub(super) url: &'a Url,
    pub(super) now: OffsetDateTime,
    pub(super) failures: &'a Failures,
}

#[derive(Debug, Clone)]
struct Kept {
    keys: Arc<[Jwk]>,
    fetched_at: OffsetDateTime,
}

impl Keys {
    /// The keys that may have signed a token with this header; none is unknown.
    pub(super) async fn for_token(
        &self,
        header: &Header,
        source: KeySource<'_>,
    ) -> Result<Vec<Jwk>, ProviderError> {
        if let Some(keys) = self.fitting(header, source.now).await {
            return Ok(keys);
        }
        let turn = self.turn.take().await;
        if let Some(keys) = self.fitting(header, source.now).await {
            return Ok(keys);
        }
        let asked_at = *self.asked_at.read().await;
        let recently = asked_at.is_some_and(|asked_at| source.now - asked_at < BETWEEN_QUESTIONS);
        if recently && self.is_fresh(source.now).await {
            return Ok(Vec::new());
        }
        if turn.has_waited {
            return Err(source.failures.unreachable("its keys could not be had"));
        }
        let answer = self.fetch(source).await;
        turn.end();
        answer?;
        Ok(self.fitting(header, source.now).await.unwrap_or_default())
    }

    async fn fetch(&self, source: KeySource<'_>) -> Result<(), ProviderError> {
        *self.asked_at.write().await = Some(source.now);
        let keys = fetch(source).await?;
        *self.kept.write().await = Some(Kept { keys, fetched_at: source.now });
        Ok(())
    }

    async fn fitting(&self, header: &Header, now: OffsetDateTime) -> Option<Vec<Jwk>> {
        let kept = self.kept.read().await.clone().filter(|kept| kept.is_fresh(now))?;
        let keys: Vec<Jwk> = kept
            .keys
            .iter()
            .filter(|key| is_meant(key, header.kid.as_deref(), header.alg))
            .cloned()
            .collect();
        (!keys.is_empty()).then_some(keys)
    }

    async fn is_fresh(&self, now: OffsetDateTime) -> bool {
        self.kept.read().await.as_ref().is_some_and(|kept| kept.is_fresh(now))
    }
}

impl Kept {
    fn is_fresh(&self, now: OffsetDateTime) -> bool {
        now - self.fetched_at < LIFE
    }
}

/// A token without a key's name may be of any key that fits.
fn is_meant(key: &Jwk, kid: Option<&str>, algorithm: Algorithm) -> bool {
    kid.is_none_or(|kid| key.common.key_id.as_deref() == Some(kid)) && fits(key, algorithm)
}

async fn fetch(source: KeySource<'_>) -> Result<Arc<[Jwk]>, ProviderError> {
    let document = source.http.object(source.url, None).await?;
    let Some(Value::Array(keys)) = document.get("keys") else {
        return Err(source.failures.invalid_answer("no keys"));
    };
    // A key of a kind that is unknown here must not hide the others.
    Ok(keys.iter().filter_map(|key| serde_json::from_value(key.clone()).ok()).collect())
}

const LIFE: Duration = Duration::hours(1);
const BETWEEN_QUESTIONS: Duration = Duration::MINUTE;
