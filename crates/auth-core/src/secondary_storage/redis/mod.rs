//! Redis: one server, servers behind sentinels, or a cluster. Every operation is one command on one key.

mod config;
mod connect;
mod health;

use std::time::Duration;

use async_trait::async_trait;
use redis::{Cmd, ErrorKind, FromRedisValue, RedisError, ServerErrorKind, cmd};

pub use config::{RedisConfig, RedisServers};
use connect::{Connector, Lent};
pub use health::RedisHealth;

use super::{Entry, SecondaryStorage, StorageError};

/// A store in Redis 6.2 or later, or Valkey. Many operations share one connection, which is made when it is first needed, and
/// anew after it has failed.
#[derive(Debug)]
pub struct RedisStorage {
    connector: Connector,
    prefix: String,
}

impl RedisStorage {
    /// Reads the addresses; connects to nothing.
    ///
    /// # Errors
    ///
    /// [`StorageError::Refused`] when an address or certificate cannot be read.
    pub fn new(config: &RedisConfig) -> Result<Self, StorageError> {
        Ok(Self { connector: Connector::new(config)?, prefix: config.key_prefix.clone() })
    }

    fn command(&self, name: &str, key: &str) -> Cmd {
        let mut command = cmd(name);
        command.arg(format!("{}{key}", self.prefix));
        command
    }

    fn script(&self, text: &str, key: &str) -> Cmd {
        let mut command = cmd("EVAL");
        command.arg(text).arg(1).arg(format!("{}{key}", self.prefix));
        command
    }

    /// Sends a command once: some must not happen twice.
    async fn send<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, StorageError> {
        let Lent { mut connection, number } = self.connector.lend().await?;
        let answer = connection.query(command).await;
        answer.map_err(|error| {
            let error = classify(error);
            if matches!(error, StorageError::Unavailable(_)) {
                self.connector.forget(number);
            }
            error
        })
    }
}

#[async_trait]
impl SecondaryStorage for RedisStorage {
    async fn get(&self, key: &str) -> Result<Option<String>, StorageError> {
        self.send(&self.command("GET", key)).await
    }

    async fn set(&self, key: &str, value: &str, ttl: Duration) -> Result<(), StorageError> {
        let mut command = self.command("SET", key);
        command.arg(value).arg("EX").arg(ttl.as_secs().max(1));
        self.send(&command).await
    }

    async fn delete(&self, key: &str) -> Result<(), StorageError> {
        self.send(&self.command("DEL", key)).await
    }

    async fn get_and_delete(&self, key: &str) -> Result<Option<String>, StorageError> {
        self.send(&self.command("GETDEL", key)).await
    }

    async fn increment(&self, key: &str, ttl: Duration) -> Result<u64, StorageError> {
        let mut command = self.script(INCREMENT, key);
        command.arg(ttl.as_secs().max(1));
        self.send(&command).await
    }

    async fn compare_and_set(
        &self,
        key: &str,
        expected: Option<&str>,
        new: Option<Entry<'_>>,
    ) -> Result<bool, StorageError> {
        let mut command = self.script(COMPARE_AND_SET, key);
        command.arg(u8::from(expected.is_some())).arg(expected.unwrap_or_default());
        match new {
            Some(entry) => command.arg(entry.ttl.as_secs().max(1)).arg(entry.value),
            None => command.arg(0).arg(""),
        };
        self.send(&command).await
    }
}

/// By code: what passes by itself, and what does not.
fn classify(error: RedisError) -> StorageError {
    let passes = match error.kind() {
        ErrorKind::Io
        | ErrorKind::ClusterConnectionNotFound
        | ErrorKind::MasterNameNotFoundBySentinel
        | ErrorKind::NoValidReplicasFoundBySentinel
        | ErrorKind::EmptySentinelList => true,
        ErrorKind::Server(kind) => matches!(
            kind,
            ServerErrorKind::BusyLoading
                | ServerErrorKind::TryAgain
                | ServerErrorKind::ClusterDown
                | ServerErrorKind::MasterDown
                | ServerErrorKind::ReadOnly
                | ServerErrorKind::Moved
                | ServerErrorKind::Ask
        ),
        _ => error.is_unrecoverable_error(),
    };
    if passes { StorageError::Unavailable(error.into()) } else { StorageError::Refused(error.into()) }
}

/// The time to live belongs to the first one; a counter that lost it gets it again.
const INCREMENT: &str = "local sum = redis.call('INCR', KEYS[1]) \
    if sum == 1 or redis.call('TTL', KEYS[1]) < 0 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end \
    return sum";

const COMPARE_AND_SET: &str = "local value = redis.call('GET', KEYS[1]) \
    if ARGV[1] == '1' then if value ~= ARGV[2] then return 0 end elseif value then return 0 end \
    if ARGV[3] == '0' then redis.call('DEL', KEYS[1]) else redis.call('SET', KEYS[1], ARGV[4], 'EX', ARGV[3]) end \
    return 1";
