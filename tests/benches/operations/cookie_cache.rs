//! A session from the browser's cookie, against what it must do: decode, HMAC-SHA-256 over the same bytes, and parse the same JSON
//! into structs of the same types. No database, no HTTP.

use std::hint::black_box;
use std::sync::Arc;

use async_trait::async_trait;
use auth_core::Auth;
use auth_core::config::{CookieCacheStrategy, SessionConfig};
use auth_core::domain::SessionToken;
use auth_core::testing::{SECRET, TestAuth};
use auth_tests::measure::{Ratio, Side, by_turns, cpu, microseconds, wall};
use auth_tests::report::{Line, Report};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit, Mac};
use serde::Deserialize;
use serde_json::Value;
use sha2::Sha256;
use time::OffsetDateTime;
use time::serde::rfc3339;

pub async fn run() {
    let mut report = Report::new(
        "cookie_cache",
        &format!(
            "{ROUNDS} interleaved rounds of {} hits; plain: the same base64, HMAC-SHA-256 over the same bytes, and serde_json into \
             structs of the same types; median of the ratios, 95 % interval",
            OPERATIONS * EACH
        ),
    );
    for (strategy, name) in [
        (CookieCacheStrategy::Compact, "compact"),
        (CookieCacheStrategy::Jwt, "jwt"),
        (CookieCacheStrategy::Jwe, "jwe"),
    ] {
        report.add(measure(strategy, name).await);
    }
    report.finish();
}

async fn measure(strategy: CookieCacheStrategy, name: &str) -> Line {
    let ours = Hit::new(strategy).await;
    // The bytes that are signed are those of the compact form for all.
    let compact = Hit::new(CookieCacheStrategy::Compact).await;
    let plain = |into| Plain { value: compact.value.clone(), into };
    let sides: [Arc<dyn Side>; 3] =
        [Arc::new(ours), Arc::new(plain(Into::Structs)), Arc::new(plain(Into::Value))];
    let samples = by_turns(&sides, ROUNDS, 1, OPERATIONS).await;
    let [ours, structs, values] = &samples[..] else { panic!("three sides") };
    let line = Line::new("no engine", format!("a hit, {name}"))
        .figure("ours µs", microseconds(wall(ours), OPERATIONS * EACH))
        .figure("plain µs", microseconds(wall(structs), OPERATIONS * EACH))
        .ratio("wall", Ratio::of(wall(ours), wall(structs)));
    let line = if strategy == CookieCacheStrategy::Compact { line.at_most(1.5) } else { line };
    line.ratio("cpu", Ratio::of(cpu(ours), cpu(structs)))
        .ratio("to serde_json::Value", Ratio::of(wall(ours), wall(values)))
}

/// What a request does that finds its session in the cookie.
struct Hit {
    auth: Auth,
    token: SessionToken,
    value: String,
}

impl Hit {
    async fn new(strategy: CookieCacheStrategy) -> Self {
        let mut session = SessionConfig::default();
        session.cookie_cache.enabled = true;
        session.cookie_cache.strategy = strategy;
        let test = TestAuth::with(|builder| builder.session(session)).unwrap();
        let ada = test.sign_up("ada.lovelace@example.com").await.unwrap();
        let session = ada.session.unwrap();
        let value = test.auth.cache_session(&session, &ada.user, true).unwrap();
        Self { auth: test.auth, token: session.token, value }
    }
}

#[async_trait]
impl Side for Hit {
    async fn once(&self, _: usize) {
        for _ in 0..EACH {
            let found = self.auth.cached_session(&self.token, black_box(&self.value));
            assert!(black_box(found).is_some());
        }
    }
}

/// The least that can be done.
struct Plain {
    value: String,
    into: Into,
}

enum Into {
    Structs,
    Value,
}

#[async_trait]
impl Side for Plain {
    async fn once(&self, _: usize) {
        for _ in 0..EACH {
            let bytes = URL_SAFE_NO_PAD.decode(black_box(&self.value)).unwrap();
            let mut hmac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes()).unwrap();
            hmac.update(&bytes[..bytes.len() - UNSIGNED]);
            black_box(hmac.finalize());
            match self.into {
                Into::Structs => drop(black_box(serde_json::from_slice::<Cookie>(&bytes).unwrap())),
                Into::Value => drop(black_box(serde_json::from_slice::<Value>(&bytes).unwrap())),
            }
        }
    }
}

#[expect(dead_code, reason = "they are parsed, not read")]
#[derive(Deserialize)]
struct Cookie {
    session: Payload,
    #[serde(rename = "expiresAt")]
    expires_at: i64,
    signature: String,
}

#[expect(dead_code, reason = "they are parsed, not read")]
#[derive(Deserialize)]
struct Payload {
    session: Session,
    user: User,
    #[serde(rename = "updatedAt")]
    updated_at: i64,
    version: String,
}

#[expect(dead_code, reason = "they are parsed, not read")]
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Session {
    #[serde(with = "rfc3339")]
    expires_at: OffsetDateTime,
    token: String,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "rfc3339")]
    updated_at: OffsetDateTime,
    ip_address: Option<String>,
    user_agent: Option<String>,
    user_id: String,
    id: String,
}

#[expect(dead_code, reason = "they are parsed, not read")]
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct User {
    name: String,
    email: String,
    email_verified: bool,
    image: Option<String>,
    #[serde(with = "rfc3339")]
    created_at: OffsetDateTime,
    #[serde(with = "rfc3339")]
    updated_at: OffsetDateTime,
    id: String,
}

const ROUNDS: usize = 40;
const OPERATIONS: usize = 320;
/// Bytes of the cookie's JSON that are not signed: its frame and the signature.
const UNSIGNED: usize = r#"{"session":"#.len() + r#","signature":""}"#.len() + 43;
/// So many hits for each operation, so that the call of the operation does not count.
const EACH: usize = 32;
