//! Where Redis is, in whichever way its servers stand together.

use super::{SettingsError, wrong};
use crate::domain::Secret;

/// A Redis to put beside the database. With the feature `redis`, [`crate::secondary_storage::RedisConfig`] is made of it.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct RedisSettings {
    /// Addresses: of one server, of some servers of a cluster, or of sentinels.
    pub urls: Vec<Secret>,
    /// Whether they are a cluster's.
    pub cluster: bool,
    /// The name of the master, if they are sentinels'.
    pub sentinel: Option<String>,
    /// Begins every key; `None`: as Better Auth has it.
    pub prefix: Option<String>,
}

/// What was said, each with the name under which it was said.
#[derive(Debug, Default)]
pub(super) struct Said {
    pub(super) urls: Option<(String, Vec<Secret>)>,
    pub(super) cluster: Option<(String, bool)>,
    pub(super) sentinel: Option<(String, String)>,
    pub(super) prefix: Option<(String, String)>,
    /// Keys of other sections that say nothing without Redis.
    pub(super) idle: Option<String>,
}

impl Said {
    pub(super) fn addresses(&mut self, name: &str, text: &str) {
        let urls = text.split(',').map(str::trim).filter(|url| !url.is_empty());
        self.urls = Some((name.to_owned(), urls.map(Secret::new).collect()));
    }

    pub(super) fn finish(self) -> Result<Option<RedisSettings>, SettingsError> {
        let Some((name, urls)) = self.urls else {
            let named = [self.cluster.map(|(name, _)| name), self.sentinel.map(|(name, _)| name)];
            let others = [self.prefix.map(|(name, _)| name), self.idle];
            return match named.into_iter().chain(others).flatten().next() {
                Some(name) => Err(wrong(&name, "is set, and AUTH_REDIS_URL is not".to_owned())),
                None => Ok(None),
            };
        };
        let cluster = self.cluster.is_some_and(|(_, cluster)| cluster);
        if let (Some((name, _)), true) = (&self.sentinel, cluster) {
            return Err(wrong(name, "and AUTH_REDIS_CLUSTER are both set: keep one".to_owned()));
        }
        let several = cluster || self.sentinel.is_some();
        match urls.len() {
            0 => Err(wrong(&name, "names no server".to_owned())),
            2.. if !several => {
                let problem = "names several servers: set AUTH_REDIS_CLUSTER=1, or AUTH_REDIS_SENTINEL to the name of the master";
                Err(wrong(&name, problem.to_owned()))
            }
            _ => Ok(Some(RedisSettings {
                urls,
                cluster,
                sentinel: self.sentinel.map(|(_, master)| master),
                prefix: self.prefix.map(|(_, prefix)| prefix),
            })),
        }
    }
}
