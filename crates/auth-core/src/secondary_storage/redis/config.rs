//! How to reach Redis.

use std::time::Duration;

use crate::config::RedisSettings;
use crate::domain::Secret;

/// How to reach Redis. Addresses are URLs: `redis://USER:PASSWORD@HOST:PORT/DATABASE`, with TLS `rediss://…`: the server's
/// certificate and name are then verified.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RedisConfig {
    /// The servers.
    pub servers: RedisServers,
    /// Begins every key. Default `better-auth:`, as `@better-auth/redis-storage` has it. Applications that share sessions must agree.
    pub key_prefix: String,
    /// How long a connection may take to be made. Default 1 s.
    pub connect_timeout: Duration,
    /// How long a command may take. Default 500 ms.
    pub response_timeout: Duration,
    /// Certificates of the authority that signed the servers', in PEM. Default: the public ones.
    pub tls_ca_pem: Option<Vec<u8>>,
}

/// How servers stand together.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum RedisServers {
    /// One server.
    Single {
        /// Its address.
        url: Secret,
    },
    /// A master and its replicas, of which sentinels tell which is the master.
    Sentinel {
        /// Addresses of sentinels.
        urls: Vec<Secret>,
        /// The name under which the sentinels know the master.
        master: String,
        /// Login, database and TLS of master and replicas, as a URL whose host is not used. Default: none.
        node: Option<Secret>,
    },
    /// A cluster.
    Cluster {
        /// Addresses of some of its servers.
        urls: Vec<Secret>,
    },
}

impl RedisConfig {
    /// One server.
    pub fn single(url: impl Into<String>) -> Self {
        Self::new(RedisServers::Single { url: Secret::new(url) })
    }

    /// A cluster, of which some addresses are known.
    pub fn cluster<U: Into<String>>(urls: impl IntoIterator<Item = U>) -> Self {
        Self::new(RedisServers::Cluster { urls: urls.into_iter().map(Secret::new).collect() })
    }

    /// The master that sentinels know by a name.
    pub fn sentinel<U: Into<String>>(urls: impl IntoIterator<Item = U>, master: impl Into<String>) -> Self {
        let urls = urls.into_iter().map(Secret::new).collect();
        Self::new(RedisServers::Sentinel { urls, master: master.into(), node: None })
    }

    /// What the settings say.
    pub fn of(settings: &RedisSettings) -> Self {
        let mut urls = settings.urls.iter().map(Secret::expose);
        let mut config = match &settings.sentinel {
            Some(master) => Self::sentinel(urls, master),
            None if settings.cluster => Self::cluster(urls),
            None => Self::single(urls.next_back().unwrap_or_default()),
        };
        if let Some(prefix) = &settings.prefix {
            config.key_prefix.clone_from(prefix);
        }
        config
    }

    fn new(servers: RedisServers) -> Self {
        Self {
            servers,
            key_prefix: "better-auth:".to_owned(),
            connect_timeout: Duration::from_secs(1),
            response_timeout: Duration::from_millis(500),
            tls_ca_pem: None,
        }
    }
}
