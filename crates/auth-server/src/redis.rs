//! Redis beside the database.

use std::sync::Arc;

use auth_core::AuthBuilder;
use auth_core::config::RedisSettings;
use auth_core::secondary_storage::{RedisConfig, RedisStorage};

use crate::error::ServerError;

/// Puts Redis beside the database; connects to nothing yet.
pub(crate) fn add(
    builder: AuthBuilder,
    settings: Option<&RedisSettings>,
) -> Result<AuthBuilder, ServerError> {
    let Some(settings) = settings else {
        return Ok(builder);
    };
    match RedisStorage::new(&RedisConfig::of(settings)) {
        Ok(storage) => Ok(builder.secondary_storage(Arc::new(storage))),
        // The address may hold a password, and the cause the address.
        Err(_) => Err(ServerError::Variable { name: "AUTH_REDIS_URL", problem: FORM.to_owned() }),
    }
}

const FORM: &str = "is not of the form redis://user:password@host:6379/0, or rediss://… with TLS";

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use auth_core::adapter::memory::MemoryAdapter;
    use auth_core::config::Settings;

    use super::*;

    fn added(url: &str) -> Result<AuthBuilder, ServerError> {
        let variable = |name: &str| (name == "AUTH_REDIS_URL").then(|| url.to_owned());
        let settings = Settings::read(&BTreeMap::new(), variable).unwrap();
        let adapter = MemoryAdapter::new();
        add(
            auth_core::Auth::builder(Arc::new(adapter), "0123456789abcdef0123456789abcdef"),
            settings.redis.as_ref(),
        )
    }

    #[test]
    fn an_address_that_is_none_is_named_without_a_secret() {
        assert!(added("redis://me:hush@redis.example.org:6379/1").is_ok());
        for url in ["http://me:hush@host", "redis://me:hush@host:port"] {
            let error = added(url).err().unwrap().to_string();
            assert!(error.starts_with("AUTH_REDIS_URL") && !error.contains("hush"), "{error}");
        }
    }
}
