//! Delete what has expired.

use std::time::Duration;

use crate::auth::Services;
use crate::config::MaintenanceConfig;
use crate::domain::RequestContext;
use crate::error::AuthError;
use crate::repository::Resume;
use crate::telemetry;

/// How much had expired.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub struct Expired {
    /// Sessions that are deleted.
    pub sessions: u64,
    /// Verifications that are deleted.
    pub verifications: u64,
    /// Counters of requests that are deleted.
    pub rate_limits: u64,
    /// Events of the audit trail that are deleted.
    pub events: u64,
    /// Sessions and verifications that stay because a hook vetoed or refused their deletion.
    pub kept: u64,
}

impl Expired {
    /// Tells the metrics.
    fn tell(self) {
        let deleted = [
            ("session", self.sessions),
            ("verification", self.verifications),
            ("rate_limit", self.rate_limits),
            ("audit_event", self.events),
        ];
        for (model, rows) in deleted {
            telemetry::count(&telemetry::ROWS_DELETED, &[("model", model)], rows);
        }
        telemetry::set(&telemetry::ROWS_KEPT, f64::from(u32::try_from(self.kept).unwrap_or(u32::MAX)));
    }
}

/// What the observer of a deletion is told after each batch: what is deleted so far.
pub type Observer<'a> = &'a mut (dyn FnMut(Expired) + Send);

impl Services<'_> {
    /// Deletes sessions, verifications and counters of requests that have expired, and events of the audit trail that are too old, in batches with a pause between them
    /// ([`MaintenanceConfig`]), the oldest first: to be called from time to time, by any number of processes at
    /// once, or left to the sweep in the background. Nothing depends on it but the size of the tables.
    ///
    /// Each batch is one statement. Hooks that want deletions are told of each row: then a batch is one transaction, and a row
    /// whose deletion a hook vetoes or refuses stays, is counted, and is asked about again in the next run. The others go.
    ///
    /// # Errors
    ///
    /// The first failure. What cannot be deleted of one kind does not keep the others; what was deleted before stays deleted.
    pub async fn delete_expired(&self, context: &RequestContext) -> Result<Expired, AuthError> {
        self.delete_expired_with(self.maintenance_config(), &mut |_| {}, context).await
    }

    /// Deletes what has expired as [`Services::delete_expired`] does, at a pace of its own, and tells after each batch what is
    /// deleted so far.
    ///
    /// # Errors
    ///
    /// As [`Services::delete_expired`].
    #[tracing::instrument(name = "auth.delete_expired", skip_all)]
    pub async fn delete_expired_with(
        &self,
        config: &MaintenanceConfig,
        observer: Observer<'_>,
        context: &RequestContext,
    ) -> Result<Expired, AuthError> {
        let mut run = Run { services: self, config, context, observer, expired: Expired::default() };
        let mut failure = None;
        let events = self.store().events().map(|_| Kind::Events);
        for kind in [Kind::Sessions, Kind::Verifications, Kind::RateLimits].into_iter().chain(events) {
            if let Err(error) = run.delete_all(kind).await {
                failure.get_or_insert(error);
            }
        }
        run.expired.tell();
        match failure {
            None => Ok(run.expired),
            Some(error) => Err(error),
        }
    }

    /// Counts what [`Services::delete_expired`] would find now; `kept` is 0, since no hook is asked. Three statements, four with an audit trail.
    pub async fn count_expired(&self) -> Result<Expired, AuthError> {
        let store = self.store();
        let (sessions, verifications) =
            (store.sessions().count_expired(), store.verifications().count_expired());
        let events = match (store.events(), self.oldest_event(self.maintenance_config())) {
            (Some(events), Some(oldest)) => events.count_older(oldest).await?,
            _ => 0,
        };
        Ok(Expired {
            events,
            sessions: if self.deletes_sessions() { sessions.await? } else { 0 },
            verifications: verifications.await?,
            rate_limits: store.rate_limits().count_unused(self.unused_for(self.maintenance_config())).await?,
            kept: 0,
        })
    }

    /// Whether sessions stand in the database and are not kept there as a record of what is over.
    fn deletes_sessions(&self) -> bool {
        let config = self.session_config();
        !self.has_storage() || (config.store_in_database && !config.preserve_in_database)
    }

    /// From when on events are kept; `None`: none is too old.
    fn oldest_event(&self, config: &MaintenanceConfig) -> Option<time::OffsetDateTime> {
        let retain = time::Duration::try_from(config.retain_events_for?);
        self.now().checked_sub(retain.unwrap_or(time::Duration::MAX))
    }

    /// How long a counter must have rested.
    fn unused_for(&self, config: &MaintenanceConfig) -> time::Duration {
        let longest = self.rate_limit_config().longest_window();
        config.counters_unused_for.max(longest).try_into().unwrap_or(time::Duration::MAX)
    }

    /// Deletes the counters of requests that nothing uses any more, at the configured pace.
    pub(super) async fn delete_unused_counters(&self) -> Result<(), AuthError> {
        let (config, context, observer) =
            (self.maintenance_config(), RequestContext::new().system(), &mut |_: Expired| {});
        let expired = Expired::default();
        Run { services: self, config, context: &context, observer, expired }
            .delete_all(Kind::RateLimits)
            .await
    }
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Sessions,
    Verifications,
    RateLimits,
    Events,
}

/// A deletion under way.
struct Run<'a> {
    services: &'a Services<'a>,
    config: &'a MaintenanceConfig,
    context: &'a RequestContext,
    observer: Observer<'a>,
    expired: Expired,
}

impl Run<'_> {
    async fn delete_all(&mut self, kind: Kind) -> Result<(), AuthError> {
        // Inside a transaction there is no rest: others wait for it.
        let rest = if self.services.on_pool().is_some() { self.config.pause } else { Duration::ZERO };
        let mut from = Some(Resume::default());
        while let Some(place) = from {
            from = self.delete_some(kind, &place).await?;
            (self.observer)(self.expired);
            if from.is_some() {
                tokio::time::sleep(rest).await;
            }
        }
        Ok(())
    }

    /// Deletes one batch and tells where the next begins.
    async fn delete_some(&mut self, kind: Kind, from: &Resume) -> Result<Option<Resume>, AuthError> {
        let limit = u64::from(self.config.batch_size.max(1));
        let (store, expired) = (self.services.store_for(self.context), &mut self.expired);
        let (batch, count) = match kind {
            Kind::Sessions => {
                (store.sessions().delete_expired_batch(limit, from).await?, &mut expired.sessions)
            }
            Kind::Verifications => {
                (store.verifications().delete_expired_batch(limit, from).await?, &mut expired.verifications)
            }
            Kind::RateLimits => {
                let unused_for = self.services.unused_for(self.config);
                let deleted = store.rate_limits().delete_unused_batch(unused_for, limit).await?;
                expired.rate_limits += deleted;
                return Ok((deleted >= limit).then(Resume::default));
            }
            Kind::Events => {
                let (Some(events), Some(oldest)) = (store.events(), self.services.oldest_event(self.config))
                else {
                    return Ok(None);
                };
                let deleted = events.delete_older_batch(oldest, limit).await?;
                expired.events += deleted;
                return Ok((deleted >= limit).then(Resume::default));
            }
        };
        *count += batch.deleted;
        expired.kept += batch.kept;
        Ok(batch.next)
    }
}
