//! How a server of Redis is.

use std::time::Instant;

use redis::cmd;
use serde::Serialize;

use super::connect::Connection;
use super::{Lent, RedisStorage, StorageError, classify};

/// What a server of Redis tells of itself. Sizes are in bytes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[non_exhaustive]
pub struct RedisHealth {
    /// Its version.
    pub version: String,
    /// `master` or `slave`.
    pub role: String,
    /// The round trip of the question, in microseconds.
    pub round_trip_microseconds: u64,
    /// Memory in use.
    pub used_bytes: u64,
    /// The most that it takes; 0: no limit of its own.
    pub most_bytes: u64,
    /// What goes when memory is full: `noeviction`, `allkeys-lru`.
    pub eviction_policy: String,
    /// Keys that went that way.
    pub evicted_keys: u64,
    /// Clients.
    pub clients: u64,
    /// Clients that were refused.
    pub refused_clients: u64,
    /// Whether it writes what it is told to disk: a snapshot that failed, or a log that cannot be written, is none.
    pub persistence_works: bool,
    /// Whether it logs every change (`appendonly`).
    pub logs_changes: bool,
}

impl RedisStorage {
    /// Asks the server, or the master that sentinels know, how it is. One round trip.
    ///
    /// # Errors
    ///
    /// [`StorageError::Unavailable`] when it does not answer; [`StorageError::Refused`] when it does not tell, and for a cluster,
    /// each of whose servers tells of itself alone: ask one by its own address.
    pub async fn health(&self) -> Result<RedisHealth, StorageError> {
        let Lent { mut connection, number } = self.connector.lend().await?;
        if matches!(connection, Connection::Cluster(_)) {
            return Err(StorageError::Refused(
                "each server of a cluster tells of itself alone: ask one by its own address".into(),
            ));
        }
        let start = Instant::now();
        let answer: Result<String, _> = connection.query(&cmd("INFO")).await;
        let took = u64::try_from(start.elapsed().as_micros()).unwrap_or(u64::MAX);
        match answer.map_err(classify) {
            Ok(text) => Ok(RedisHealth { round_trip_microseconds: took, ..read(&text) }),
            Err(error) => {
                if matches!(error, StorageError::Unavailable(_)) {
                    self.connector.forget(number);
                }
                Err(error)
            }
        }
    }
}

/// Lines of `name:value`.
fn read(text: &str) -> RedisHealth {
    let value = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
        line.unwrap_or_default().trim().to_owned()
    };
    let number = |name: &str| value(name).parse().unwrap_or_default();
    let is_well = |name: &str| matches!(value(name).as_str(), "" | "ok");
    RedisHealth {
        version: value("redis_version"),
        role: value("role"),
        round_trip_microseconds: 0,
        used_bytes: number("used_memory"),
        most_bytes: number("maxmemory"),
        eviction_policy: value("maxmemory_policy"),
        evicted_keys: number("evicted_keys"),
        clients: number("connected_clients"),
        refused_clients: number("rejected_connections"),
        persistence_works: is_well("rdb_last_bgsave_status") && is_well("aof_last_write_status"),
        logs_changes: value("aof_enabled") == "1",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_by_whole_names() {
        let health = read(
            "# Memory\r\nused_memory:5\r\nused_memory_human:5B\r\nmaxmemory:7\r\nmaxmemory_policy:allkeys-lru\r\nrdb_last_bgsave_status:err\r\n",
        );
        assert_eq!((health.used_bytes, health.most_bytes), (5, 7));
        assert_eq!(health.eviction_policy, "allkeys-lru");
        assert!(!health.persistence_works && !health.logs_changes);
    }
}
