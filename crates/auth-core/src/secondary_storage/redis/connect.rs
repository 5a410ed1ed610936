//! One connection for all, made when it is needed.
//!
//! Not the driver's own manager: after a failure it would make a connection unseen, and what the server forgot or missed meanwhile
//! would be believed.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use redis::aio::MultiplexedConnection;
use redis::cluster::{ClusterClient, ClusterClientBuilder};
use redis::cluster_async::ClusterConnection;
use redis::sentinel::{SentinelClient, SentinelNodeConnectionInfo, SentinelServerType};
use redis::{
    AsyncConnectionConfig, Client, Cmd, ConnectionAddr, FromRedisValue, IntoConnectionInfo, RedisError,
    RedisResult, TlsCertificates, TlsMode,
};

use super::config::{RedisConfig, RedisServers};
use super::{StorageError, classify};

/// Makes connections and lends them.
#[derive(Debug)]
pub(super) struct Connector {
    servers: Servers,
    connect_timeout: Duration,
    response_timeout: Duration,
    current: Mutex<Current>,
    connecting: tokio::sync::Mutex<()>,
}

/// A connection that others use at the same time.
pub(super) struct Lent {
    pub(super) connection: Connection,
    /// Tells it from the one that takes its place.
    pub(super) number: u64,
}

/// A connection; clones share it.
#[derive(Clone)]
pub(super) enum Connection {
    Server(MultiplexedConnection),
    Cluster(ClusterConnection),
}

enum Servers {
    Single(Client),
    Sentinel(tokio::sync::Mutex<SentinelClient>),
    Cluster(ClusterClient),
}

#[derive(Default)]
struct Current {
    number: u64,
    connection: Option<Connection>,
}

impl Connector {
    pub(super) fn new(config: &RedisConfig) -> Result<Self, StorageError> {
        let refused = |error: RedisError| StorageError::Refused(error.into());
        Ok(Self {
            servers: servers(config).map_err(refused)?,
            connect_timeout: config.connect_timeout,
            response_timeout: config.response_timeout,
            current: Mutex::default(),
            connecting: tokio::sync::Mutex::default(),
        })
    }

    /// The connection; a new one if there is none. Of several callers one makes it.
    pub(super) async fn lend(&self) -> Result<Lent, StorageError> {
        match self.current() {
            Some(lent) => Ok(lent),
            // Boxed: what is rarely done takes no room of what every command does.
            None => Box::pin(self.lend_new()).await,
        }
    }

    async fn lend_new(&self) -> Result<Lent, StorageError> {
        let _one_at_a_time = self.connecting.lock().await;
        if let Some(lent) = self.current() {
            return Ok(lent);
        }
        let connection = match tokio::time::timeout(self.connect_timeout, self.connect()).await {
            Ok(connection) => connection.map_err(classify)?,
            Err(elapsed) => return Err(StorageError::Unavailable(elapsed.into())),
        };
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.number += 1;
        current.connection = Some(connection.clone());
        Ok(Lent { connection, number: current.number })
    }

    /// Gives up a connection that failed, unless another has taken its place.
    pub(super) fn forget(&self, number: u64) {
        let mut current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        if current.number == number {
            current.connection = None;
        }
    }

    fn current(&self) -> Option<Lent> {
        let current = self.current.lock().unwrap_or_else(PoisonError::into_inner);
        current.connection.clone().map(|connection| Lent { connection, number: current.number })
    }

    async fn connect(&self) -> RedisResult<Connection> {
        let client = match &self.servers {
            Servers::Cluster(client) => {
                return client.get_async_connection().await.map(Connection::Cluster);
            }
            Servers::Single(client) => client.clone(),
            Servers::Sentinel(client) => client.lock().await.async_get_client().await?,
        };
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(self.connect_timeout))
            .set_response_timeout(Some(self.response_timeout));
        client.get_multiplexed_async_connection_with_config(&config).await.map(Connection::Server)
    }
}

impl Connection {
    pub(super) async fn query<T: FromRedisValue>(&mut self, command: &Cmd) -> RedisResult<T> {
        match self {
            Self::Server(connection) => command.query_async(connection).await,
            Self::Cluster(connection) => command.query_async(connection).await,
        }
    }
}

fn servers(config: &RedisConfig) -> RedisResult<Servers> {
    let certificates =
        config.tls_ca_pem.clone().map(|pem| TlsCertificates { client_tls: None, root_cert: Some(pem) });
    Ok(match &config.servers {
        RedisServers::Single { url } => Servers::Single(match certificates {
            Some(certificates) => Client::build_with_tls(url.expose(), certificates)?,
            None => Client::open(url.expose())?,
        }),
        RedisServers::Sentinel { urls, master, node } => {
            let urls = urls.iter().map(|url| url.expose().to_owned()).collect();
            let node = node.as_ref().map(|node| node_of(node.expose())).transpose()?;
            let master_of = SentinelServerType::Master;
            Servers::Sentinel(tokio::sync::Mutex::new(SentinelClient::build(urls, master, node, master_of)?))
        }
        RedisServers::Cluster { urls } => Servers::Cluster(cluster(config, urls, certificates)?),
    })
}

fn cluster(
    config: &RedisConfig,
    urls: &[crate::domain::Secret],
    certificates: Option<TlsCertificates>,
) -> RedisResult<ClusterClient> {
    let builder = ClusterClientBuilder::new(urls.iter().map(|url| url.expose().to_owned()))
        .connection_timeout(config.connect_timeout)
        .response_timeout(config.response_timeout)
        .overall_response_timeout(Some(config.response_timeout))
        // Enough to follow a slot that has moved; a failure is told, so that what was missed is made good.
        .retries(2)
        .min_retry_wait(10)
        .max_retry_wait(100);
    match certificates {
        Some(certificates) => builder.certs(certificates).build(),
        None => builder.build(),
    }
}

/// What a URL says of servers whose addresses the sentinels tell.
fn node_of(url: &str) -> RedisResult<SentinelNodeConnectionInfo> {
    let info = url.into_connection_info()?;
    let node = SentinelNodeConnectionInfo::default().set_redis_connection_info(info.redis_settings().clone());
    let tls = matches!(info.addr(), ConnectionAddr::TcpTls { .. });
    Ok(if tls { node.set_tls_mode(TlsMode::Secure) } else { node })
}

impl std::fmt::Debug for Servers {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Single(_) => "Single",
            Self::Sentinel(_) => "Sentinel",
            Self::Cluster(_) => "Cluster",
        })
    }
}

impl std::fmt::Debug for Current {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "Current({}, connected: {})", self.number, self.connection.is_some())
    }
}
