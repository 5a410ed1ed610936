//! An issuer of id tokens on this machine.

use std::sync::Arc;

use auth_core::domain::{ManualClock, Secret};
use auth_oauth::{Builder, OidcEndpoints, OidcProvider};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::macros::datetime;

use super::Mock;
use super::keys::{Key, key_set};

/// What every token of a test begins from.
pub(crate) const NOW: OffsetDateTime = datetime!(2026-01-02 03:04:05 UTC);
pub(crate) const NONCE: &str = "the-nonce";
pub(crate) const DISCOVERY: &str = "/.well-known/openid-configuration";

/// An issuer with its keys and a clock.
pub(crate) struct Issuer {
    pub(crate) mock: Mock,
    pub(crate) clock: Arc<ManualClock>,
}

impl Issuer {
    pub(crate) async fn start(keys: &[&Key]) -> Self {
        let issuer = Self { mock: Mock::start().await, clock: Arc::new(ManualClock::new(NOW)) };
        issuer.mock.json(DISCOVERY, issuer.document());
        issuer.publish(keys);
        issuer
    }

    /// The discovery document.
    pub(crate) fn document(&self) -> Value {
        json!({
            "issuer": self.mock.base,
            "authorization_endpoint": self.mock.url("/authorize"),
            "token_endpoint": self.mock.url("/token"),
            "userinfo_endpoint": self.mock.url("/userinfo"),
            "jwks_uri": self.mock.url("/keys"),
        })
    }

    pub(crate) fn publish(&self, keys: &[&Key]) {
        self.mock.json("/keys", key_set(keys));
    }

    pub(crate) fn builder(&self) -> Builder<OidcEndpoints> {
        OidcProvider::builder("test", "the-client")
            .client_secret(Secret::new("the-secret"))
            .discovery_url(self.mock.url(DISCOVERY))
            .clock(Arc::<ManualClock>::clone(&self.clock))
    }

    /// The claims of a good token, some of them replaced; `null` takes one away.
    pub(crate) fn claims(&self, changes: &Value) -> Value {
        let now = NOW.unix_timestamp();
        let mut claims = json!({
            "iss": self.mock.base,
            "aud": "the-client",
            "sub": "person-1",
            "iat": now,
            "exp": now + 3600,
            "nonce": NONCE,
            "email": "ada@example.org",
            "email_verified": true,
            "name": "Ada",
            "picture": "https://a.example/ada.png",
        });
        for (name, value) in changes.as_object().into_iter().flatten() {
            claims[name] = value.clone();
        }
        if let Value::Object(claims) = &mut claims {
            claims.retain(|_, value| !value.is_null());
        }
        claims
    }
}
