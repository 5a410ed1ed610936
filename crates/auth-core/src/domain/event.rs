//! What happened, as the audit trail tells it.

use time::OffsetDateTime;

use super::{EventId, SessionId, UserId};

/// Something that happened: who did what, when, from where, and how it ended.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct AuditEvent {
    /// Id of the row.
    pub id: EventId,
    /// When it happened.
    pub created_at: OffsetDateTime,
    /// What happened.
    pub kind: EventKind,
    /// How it ended.
    pub outcome: Outcome,
    /// Whom it is about; `None`: nobody who is known. The user may be gone.
    pub user_id: Option<UserId>,
    /// Who did it.
    pub actor: Actor,
    /// Which user did it, where that is another than the one it is about.
    pub actor_id: Option<UserId>,
    /// The session that it is about, or that asked; never its token. The session may be gone.
    pub session_id: Option<SessionId>,
    /// Address of the client. Gone once it is older than `MaintenanceConfig::retain_addresses_for`.
    pub ip_address: Option<String>,
    /// What the client said it is. Goes with the address.
    pub user_agent: Option<String>,
    /// What else is to be said, never a value that somebody wrote: the names of the fields that were changed, separated by commas; a
    /// provider's id; why it was refused.
    pub detail: Option<String>,
}

/// Something to be written into the audit trail; time, actor and origin are those of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct NewEvent {
    /// What happened.
    pub kind: EventKind,
    /// How it ended.
    pub outcome: Outcome,
    /// Whom it is about.
    pub user_id: Option<UserId>,
    /// The session that it is about, if it is about one.
    pub session_id: Option<SessionId>,
    /// What else is to be said, at most 255 characters.
    pub detail: Option<String>,
}

/// How something ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Outcome {
    /// It was done.
    Done,
    /// It was refused.
    Refused,
}

/// On whose behalf something is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Actor {
    /// The person themself.
    #[default]
    User,
    /// Somebody else, who runs the system or may act for others.
    Operator,
    /// Nobody: the system by itself.
    System,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[expect(missing_docs, reason = "the names say all; docs/audit-trail.md tells when each is written")]
pub enum EventKind {
    UserCreated,
    UserUpdated,
    UserDeleted,
    UserErased,
    UserAnonymised,
    UserSoftDeleted,
    UserRestored,
    EmailChanged,
    EmailVerified,
    SignedIn,
    SignInRefused,
    SignedOut,
    SessionRevoked,
    OtherSessionsRevoked,
    AllSessionsRevoked,
    PasswordChanged,
    PasswordReset,
    AccountLinked,
    AccountUnlinked,
    /// An application's own, or one of a later release, by its name.
    Other(String),
}

impl EventKind {
    /// The name under which it is stored.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Other(name) => name,
            known => NAMES.iter().find(|(kind, _)| kind == known).map_or("", |(_, name)| name),
        }
    }

    /// The kind of a name.
    pub fn of_name(name: &str) -> Self {
        let known = NAMES.iter().find(|(_, known)| *known == name);
        known.map_or_else(|| Self::Other(name.to_owned()), |(kind, _)| kind.clone())
    }
}

impl Outcome {
    /// The name under which it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Refused => "refused",
        }
    }

    /// The outcome of a name.
    pub(crate) fn of_name(name: &str) -> Self {
        if name == Self::Refused.as_str() { Self::Refused } else { Self::Done }
    }
}

impl Actor {
    /// The name under which it is stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::Operator => "operator",
            Self::System => "system",
        }
    }

    /// The actor of a name.
    pub(crate) fn of_name(name: &str) -> Self {
        [Self::Operator, Self::System].into_iter().find(|actor| actor.as_str() == name).unwrap_or_default()
    }
}

impl NewEvent {
    /// Something that was done.
    pub fn new(kind: EventKind) -> Self {
        Self { kind, outcome: Outcome::Done, user_id: None, session_id: None, detail: None }
    }

    /// Says whom it is about.
    #[must_use]
    pub fn of(mut self, user_id: UserId) -> Self {
        self.user_id = Some(user_id);
        self
    }

    /// Says more, at most 255 characters. Never a secret, and nothing that must go with an address.
    #[must_use]
    pub fn detail(mut self, detail: impl Into<String>) -> Self {
        self.detail = Some(detail.into());
        self
    }

    /// Says that it was refused, and why.
    #[must_use]
    pub fn refused(mut self, reason: impl Into<String>) -> Self {
        self.outcome = Outcome::Refused;
        self.detail = Some(reason.into());
        self
    }
}

const NAMES: &[(EventKind, &str)] = &[
    (EventKind::UserCreated, "user_created"),
    (EventKind::UserUpdated, "user_updated"),
    (EventKind::UserDeleted, "user_deleted"),
    (EventKind::UserErased, "user_erased"),
    (EventKind::UserAnonymised, "user_anonymised"),
    (EventKind::UserSoftDeleted, "user_soft_deleted"),
    (EventKind::UserRestored, "user_restored"),
    (EventKind::EmailChanged, "email_changed"),
    (EventKind::EmailVerified, "email_verified"),
    (EventKind::SignedIn, "signed_in"),
    (EventKind::SignInRefused, "sign_in_refused"),
    (EventKind::SignedOut, "signed_out"),
    (EventKind::SessionRevoked, "session_revoked"),
    (EventKind::OtherSessionsRevoked, "other_sessions_revoked"),
    (EventKind::AllSessionsRevoked, "all_sessions_revoked"),
    (EventKind::PasswordChanged, "password_changed"),
    (EventKind::PasswordReset, "password_reset"),
    (EventKind::AccountLinked, "account_linked"),
    (EventKind::AccountUnlinked, "account_unlinked"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_read_as_it_is_written() {
        for (kind, name) in NAMES {
            assert_eq!((kind.as_str(), &EventKind::of_name(name)), (*name, kind));
        }
        let own = EventKind::of_name("invoice_read");
        assert_eq!((own.as_str(), own.clone()), ("invoice_read", EventKind::Other("invoice_read".into())));
        assert_eq!(Outcome::of_name(Outcome::Refused.as_str()), Outcome::Refused);
        for actor in [Actor::User, Actor::Operator, Actor::System] {
            assert_eq!(Actor::of_name(actor.as_str()), actor);
        }
    }
}
