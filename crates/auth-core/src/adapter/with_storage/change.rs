//! What a write to the database means for the store: applied once the write is committed.

use serde::{Deserialize, Serialize};

use crate::adapter::Record;

/// What a committed write means for the store.
#[derive(Debug, Clone)]
pub(super) enum Change {
    /// A session has begun; with its user.
    Begun { session: Record, user: Record },
    /// Fields of a session have these values now.
    Changed { token: String, change: Record },
    /// The store must hear of this, now or later.
    Due(Due),
    /// The verification of an identifier is this now.
    Verification { identifier: String, record: Record },
    /// There is no verification of these identifiers any more.
    NoVerification { identifiers: Vec<String> },
}

/// What the store must hear of: if it does not answer, it is written down and replayed before the store is trusted again. Each
/// may be applied any number of times.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Due {
    /// These sessions are revoked, if they are the user's. `crowd`: chosen by what they are, not by their tokens, so that one that
    /// is just beginning may be among them.
    Revoked { user_id: Option<String>, tokens: Vec<String>, crowd: bool },
    /// Every session of the user that began before this instant (milliseconds since 1970) is revoked, those of the tokens among
    /// them.
    AllRevoked { user_id: String, before: i64, tokens: Vec<String> },
    /// The row of the session tells what holds.
    Resync { token: String },
    /// The row of the user tells what their sessions show.
    UserChanged { user_id: String },
}
