//! The names of keys, as Better Auth spells them: the only place that does.

/// The session of a token: `{"session":{…},"user":{…}}`.
pub(crate) fn session(token: &str) -> &str {
    token
}

/// The list of a user's sessions: `[{"token":"…","expiresAt":<ms>}]`, those first that end first.
pub(crate) fn active_sessions(user_id: &str) -> String {
    format!("active-sessions-{user_id}")
}

/// Sessions of a user that were created before this instant, in milliseconds, are revoked.
pub(crate) fn revoked_before(user_id: &str) -> String {
    format!("revoked-sessions-before-{user_id}")
}

/// Stands for a minute when sessions of a user were revoked: what began meanwhile looks whether it still holds. Better Auth has no
/// such key and passes over it.
pub(crate) fn revoking(user_id: &str) -> String {
    format!("revoking-sessions-{user_id}")
}

/// What is asked for to see whether the store answers; nothing stands there.
pub(crate) const PROBE: &str = "probe";

/// The verification of an identifier as it is stored: plain or hashed.
pub(crate) fn verification(identifier: &str) -> String {
    format!("verification:{identifier}")
}

/// The requests of an address to a path.
pub(crate) fn rate_limit(address: &str, path: &str) -> String {
    format!("{address}|{path}")
}
