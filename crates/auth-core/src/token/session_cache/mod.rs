//! A session with its user in a cookie, which proves itself, in Better Auth's three forms.

mod compact;

use std::borrow::Cow;

use auth_schema::Schema;
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::jwt;
use crate::config::CookieCacheStrategy as Strategy;
use crate::crypto::{Secrets, jwe};
use crate::domain::{Random, Session, User};
use crate::snapshot::{SessionJson, StoredSession, StoredUser, UserJson};

/// What goes into the cookie.
#[derive(Debug, Serialize)]
struct Payload<'a> {
    session: SessionJson<'a>,
    user: UserJson<'a>,
    #[serde(rename = "updatedAt")]
    made_at: i64,
    version: &'a str,
}

/// What was in it.
#[derive(Debug)]
pub(crate) struct Cached {
    pub(crate) session: Session,
    pub(crate) user: User,
    pub(crate) version: String,
    pub(crate) made_at: OffsetDateTime,
    pub(crate) expires_at: OffsetDateTime,
}

/// Seals a session with its user for `lifetime`; `None` when an instant of theirs has no year of four digits. Source: Better Auth's
/// `setCookieCache`.
pub(crate) fn seal(
    strategy: Strategy,
    secrets: &Secrets,
    (session, user, version): (&Session, &User, &str),
    (now, lifetime): (OffsetDateTime, Duration),
    random: &dyn Random,
) -> Option<String> {
    let payload = Payload { session: session.into(), user: user.into(), made_at: milliseconds(now), version };
    let payload = serde_json::to_string(&payload).ok()?;
    let (issued, expires) = (now.unix_timestamp(), (now + lifetime).unix_timestamp());
    Some(match strategy {
        Strategy::Compact => compact::seal(secrets, &payload, milliseconds(now + lifetime)),
        Strategy::Jwt => jwt::seal(secrets, &with(&payload, &format!(r#""iat":{issued},"exp":{expires}"#))),
        Strategy::Jwe => {
            let mut id = [0; 16];
            random.fill(&mut id);
            let id = uuid::Builder::from_random_bytes(id).into_uuid();
            let claims = with(&payload, &format!(r#""iat":{issued},"exp":{expires},"jti":"{id}""#));
            jwe::encrypt(secrets, SALT, &claims, random)
        }
    })
}

/// What is in the value of a cookie that is authentic; `None` for everything else. Whether it has expired is for the caller to
/// see. Source: `getCookieCache`.
pub(crate) fn open(strategy: Strategy, secrets: &Secrets, schema: &Schema, value: &str) -> Option<Cached> {
    match strategy {
        Strategy::Compact => {
            let (payload, expires_at) = compact::open(secrets, value)?;
            read(schema, &payload, Some(expires_at))
        }
        Strategy::Jwt => read(schema, &jwt::open(secrets, value)?, None),
        Strategy::Jwe => read(schema, &jwe::decrypt(secrets, SALT, value)?, None),
    }
}

/// `expires_at` in milliseconds; without it the claim `exp` tells, in seconds.
fn read(schema: &Schema, text: &str, expires_at: Option<i64>) -> Option<Cached> {
    let stored: Stored<'_> = serde_json::from_str(text).ok()?;
    let expires_at = expires_at.or_else(|| stored.exp?.checked_mul(1000))?;
    Some(Cached {
        session: stored.session.typed(schema)?,
        user: stored.user.typed(schema)?,
        version: stored.version.unwrap_or(Cow::Borrowed("1")).into_owned(),
        made_at: instant(stored.made_at)?,
        expires_at: instant(expires_at)?,
    })
}

#[derive(Deserialize)]
struct Stored<'a> {
    #[serde(borrow)]
    session: StoredSession<'a>,
    #[serde(borrow)]
    user: StoredUser<'a>,
    #[serde(rename = "updatedAt")]
    made_at: i64,
    #[serde(borrow)]
    version: Option<Cow<'a, str>>,
    exp: Option<i64>,
}

/// A JSON object with more members at its end.
fn with(object: &str, members: &str) -> String {
    format!("{},{members}}}", object.strip_suffix('}').unwrap_or(object))
}

fn milliseconds(instant: OffsetDateTime) -> i64 {
    i64::try_from(instant.unix_timestamp_nanos() / 1_000_000).unwrap_or(i64::MAX)
}

fn instant(milliseconds: i64) -> Option<OffsetDateTime> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000).ok()
}

const SALT: &str = "better-auth-session";

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::domain::SystemRandom;

    const STRATEGIES: [(Strategy, &str); 3] =
        [(Strategy::Compact, "compact"), (Strategy::Jwt, "jwt"), (Strategy::Jwe, "jwe")];

    /// The value of a cookie that Better Auth set while it was recorded, and the rows that stood in its database.
    fn live(strategy: &str) -> (Secrets, String, Value) {
        let text = include_str!("../../../../../tests/vectors/cookie_cache_live.json");
        let vector = serde_json::from_str::<Value>(text).unwrap()[strategy].take();
        let cookie = vector["set_cookie"][1].as_str().unwrap();
        let value = cookie.split_once('=').unwrap().1.split_once(';').unwrap().0;
        (Secrets::new(vector["secret"].as_str().unwrap()), value.to_owned(), vector["db"].clone())
    }

    #[test]
    fn what_better_auth_set_is_read_as_it_stood_in_the_database() {
        for (strategy, name) in STRATEGIES {
            let (secrets, value, rows) = live(name);
            let cached = open(strategy, &secrets, &Schema::core(), &value).unwrap();
            assert_eq!(serde_json::to_value(SessionJson::from(&cached.session)).unwrap(), rows["session"][0]);
            let mut user = rows["user"][0].clone();
            user["image"] = Value::Null;
            assert_eq!(serde_json::to_value(UserJson::from(&cached.user)).unwrap(), user);
            assert_eq!(cached.version, "1");
            let lives = cached.expires_at - cached.made_at;
            assert!(lives <= Duration::minutes(5) && lives > Duration::seconds(298), "{name}: {lives}");
            for (other, _) in STRATEGIES.into_iter().filter(|(other, _)| *other != strategy) {
                assert!(open(other, &secrets, &Schema::core(), &value).is_none(), "{name} as {other:?}");
            }
            let foreign = Secrets::new("another-secret-0123456789abcdefghij");
            assert!(open(strategy, &foreign, &Schema::core(), &value).is_none(), "{name}");
        }
    }

    #[test]
    fn what_is_sealed_is_opened() {
        let (secrets, value, _) = live("compact");
        let read = open(Strategy::Compact, &secrets, &Schema::core(), &value).unwrap();
        for (strategy, name) in STRATEGIES {
            let what = (&read.session, &read.user, "two \"2\"");
            let when = (read.made_at, Duration::seconds(90));
            let sealed = seal(strategy, &secrets, what, when, &SystemRandom).unwrap();
            assert!(
                !sealed.contains(|letter: char| !letter.is_ascii_alphanumeric() && !"-_.".contains(letter))
            );
            let cached = open(strategy, &secrets, &Schema::core(), &sealed).unwrap();
            assert_eq!((&cached.session, &cached.user), (&read.session, &read.user), "{name}");
            assert_eq!((cached.version.as_str(), cached.made_at), ("two \"2\"", read.made_at));
            let exact = read.made_at + Duration::seconds(90);
            assert!(cached.expires_at <= exact && exact - cached.expires_at < Duration::SECOND, "{name}");
        }
    }
}
