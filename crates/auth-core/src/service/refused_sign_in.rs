//! Write down that a sign-in was refused, so many times a minute at most.

use std::sync::{Mutex, PoisonError};

use crate::auth::Services;
use crate::domain::{EventKind, NewEvent, RequestContext, UserId};
use crate::error::AuthError;
use crate::hooks::HookError;

/// How many refusals of this minute are written down.
#[derive(Debug, Default)]
pub(crate) struct Refusals(Mutex<Minute>);

#[derive(Debug, Default)]
struct Minute {
    /// Since 1970.
    number: i64,
    count: u32,
}

impl Services<'_> {
    /// Writes down that a sign-in was refused, where there is an audit trail. One statement; none beyond [`MOST`] in one minute, of
    /// all people together, in one process: whoever guesses passwords does not fill the table. What goes wrong is logged, the answer
    /// is the same.
    pub(super) async fn note_refusal(
        &self,
        user_id: Option<&UserId>,
        error: &AuthError,
        context: &RequestContext,
    ) {
        let store = self.store_for(context);
        let (Some(events), Some(reason)) = (store.events(), reason(user_id, error)) else {
            return;
        };
        if !self.refusals().admits(self.now().unix_timestamp() / 60) {
            return;
        }
        let mut new = NewEvent::new(EventKind::SignInRefused).refused(reason);
        new.user_id = user_id.cloned();
        if let Err(error) = events.record(new).await {
            tracing::warn!(name: "auth.refusal_not_noted", %error, "a refused sign-in is not in the audit trail");
        }
    }
}

impl Refusals {
    /// Whether one more of this minute is written down.
    fn admits(&self, minute: i64) -> bool {
        let mut now = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if now.number != minute {
            *now = Minute { number: minute, count: 0 };
        }
        now.count = now.count.saturating_add(1);
        if now.count == MOST + 1 {
            tracing::warn!(name: "auth.refusals", most = MOST, "so many sign-ins are refused that the rest of this minute are not in the audit trail");
        }
        now.count <= MOST
    }
}

/// Why, in one of few words; `None`: it was no refusal, but a failure or a request that makes no sense.
fn reason(user_id: Option<&UserId>, error: &AuthError) -> Option<String> {
    Some(match error {
        AuthError::InvalidEmailOrPassword if user_id.is_some() => "wrong_password".to_owned(),
        AuthError::InvalidEmailOrPassword => "unknown_address".to_owned(),
        AuthError::UserNotFound => "user_deleted".to_owned(),
        AuthError::EmailNotVerified => "email_not_verified".to_owned(),
        AuthError::Vetoed { .. } | AuthError::Hook(HookError::Refused { .. }) => "refused_by_hook".to_owned(),
        AuthError::ProviderSignIn(refusal) => refusal.code(),
        _ => return None,
    })
}

/// In one minute, in one process.
const MOST: u32 = 60;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_minute_admits_so_many_and_the_next_one_as_many_again() {
        let refusals = Refusals::default();
        let admitted = |minute| (0..MOST * 3).filter(|_| refusals.admits(minute)).count();
        assert_eq!((admitted(1), admitted(2)), (MOST as usize, MOST as usize));
    }
}
