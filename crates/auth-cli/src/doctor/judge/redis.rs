//! Redis, which holds sessions that may stand nowhere else.

use auth_core::secondary_storage::{RedisHealth, StorageError};

use super::super::bytes::bytes;
use super::super::code;
use super::super::finding::Finding;

pub(in super::super) fn unreachable(error: &StorageError) -> Finding {
    let cause = std::error::Error::source(error).map(|cause| format!(" ({cause})")).unwrap_or_default();
    Finding::new(code::REDIS_UNREACHABLE, "Redis", format!("it does not tell how it is: {error}{cause}"))
        .advice("is the address right, and the server running? Without it nobody whose session stands there alone is signed in")
}

pub(in super::super) fn health(health: &RedisHealth) -> Vec<Finding> {
    let mut findings = Vec::new();
    let limited = health.most_bytes > 0;
    if limited && health.eviction_policy != "noeviction" || health.evicted_keys > 0 {
        let why = format!(
            "when its memory is full it drops keys ({}; {} so far): people are signed out, counters of limits begin anew",
            health.eviction_policy, health.evicted_keys
        );
        findings.push(Finding::new(code::REDIS_EVICTS, "maxmemory-policy", why).advice(
            "CONFIG SET maxmemory-policy noeviction, and enough memory: every entry has an end of its own",
        ));
    }
    if limited && health.used_bytes / 9 * 10 >= health.most_bytes {
        let why = format!("{} of {} are in use", bytes(health.used_bytes), bytes(health.most_bytes));
        findings
            .push(Finding::new(code::REDIS_MEMORY_FULL, "maxmemory", why).advice("give it more (maxmemory)"));
    }
    if !health.persistence_works {
        let why = "its last snapshot or its log could not be written: a restart forgets sessions";
        findings.push(
            Finding::new(code::REDIS_PERSISTENCE_FAILS, "persistence", why)
                .advice("look into its log: the disk is full, or may not be written to"),
        );
    }
    findings
}
