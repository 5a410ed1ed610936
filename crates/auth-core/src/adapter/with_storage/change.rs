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

impl Due {
    /// The same in parts, each of which has room in a column of text on every engine.
    pub(super) fn in_parts(&self) -> Vec<Self> {
        let part = |tokens: &[String]| match self {
            Self::Revoked { user_id, crowd, .. } => {
                Self::Revoked { user_id: user_id.clone(), tokens: tokens.to_vec(), crowd: *crowd }
            }
            Self::AllRevoked { user_id, before, .. } => {
                Self::AllRevoked { user_id: user_id.clone(), before: *before, tokens: tokens.to_vec() }
            }
            Self::Resync { .. } | Self::UserChanged { .. } => self.clone(),
        };
        match self {
            Self::Revoked { tokens, .. } | Self::AllRevoked { tokens, .. } if tokens.len() > PART => {
                tokens.chunks(PART).map(part).collect()
            }
            _ => vec![self.clone()],
        }
    }
}

/// MySQL's TEXT holds 64 kB, and a token may be as long as its column, 255 bytes.
const PART: usize = 200;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crowd_of_sessions_is_told_in_parts_that_hold_each_of_them_once() {
        let tokens: Vec<String> = (0..1_001).map(|number| format!("{number:0>255}")).collect();
        let due = Due::AllRevoked { user_id: "u".to_owned(), before: 7, tokens: tokens.clone() };
        let parts = due.in_parts();
        assert!(parts.iter().all(|part| serde_json::to_string(part).unwrap().len() < 65_536));
        let told: Vec<String> = parts
            .into_iter()
            .flat_map(|part| match part {
                Due::AllRevoked { user_id, before: 7, tokens } if user_id == "u" => tokens,
                other => panic!("{other:?}"),
            })
            .collect();
        assert_eq!(told, tokens);
    }
}
