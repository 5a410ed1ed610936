//! Let a browser keep its session, and believe it for a while.

use time::Duration;

use super::ValidSession;
use crate::auth::Services;
use crate::config::CookieCacheStrategy;
use crate::domain::{Session, SessionToken, User};
use crate::token::session_cache;

impl Services<'_> {
    /// What a browser keeps of its session: the value of Better Auth's cookie `session_data`. Fields that do not leave the service
    /// layer are not in it. `None` when the cookie cache is off. No statement. Source: `setCookieCache`.
    pub fn cache_session(&self, session: &Session, user: &User, remember_me: bool) -> Option<String> {
        let config = &self.session_config().cookie_cache;
        if !config.enabled {
            return None;
        }
        let (mut session, mut user) = (session.clone(), user.clone());
        self.hide_in_session(&mut session);
        self.hide_in_user(&mut user);
        let lifetime =
            if remember_me { config.max_age } else { config.max_age.min(unremembered(config.strategy)) };
        session_cache::seal(
            config.strategy,
            self.secrets(),
            (&session, &user, &config.version),
            (self.clock().now(), lifetime),
            self.random(),
        )
    }

    /// The session that a browser kept, if it is that of the token and holds still; `None` for everything else, which says
    /// nothing of the session itself: the database has to be asked. At most `max_age` after it was written nothing is believed
    /// any more, so a session that was revoked meanwhile ends then. It is not extended. No statement. Source: Better Auth's
    /// `getSession`.
    pub fn cached_session(&self, token: &SessionToken, value: &str) -> Option<ValidSession> {
        let config = &self.session_config().cookie_cache;
        if !config.enabled {
            return None;
        }
        let store = self.store();
        let schema = store.adapter().schema();
        let cached = session_cache::open(config.strategy, self.secrets(), schema, value)?;
        let now = self.clock().now();
        // What another writer signed for longer is believed no longer here.
        let end = cached
            .expires_at
            .min(cached.made_at.saturating_add(config.max_age))
            .min(cached.session.expires_at);
        let end = self.absolute_end(&cached.session).map_or(end, |absolute| end.min(absolute));
        let holds = end > now && cached.version == config.version && cached.session.token == *token;
        if !holds {
            return None;
        }
        self.instruments().validated_by_cookie();
        Some(ValidSession { session: cached.session, user: cached.user, extended: false })
    }
}

/// How long the cookie is believed that goes when the browser is closed, as in Better Auth.
fn unremembered(strategy: CookieCacheStrategy) -> Duration {
    match strategy {
        CookieCacheStrategy::Compact => Duration::MINUTE,
        CookieCacheStrategy::Jwt | CookieCacheStrategy::Jwe => Duration::minutes(5),
    }
}
