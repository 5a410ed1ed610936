//! A value that should stand once, with the rows that have it and what each of them can reach.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use super::decision::Decision;

/// One case, as it stands in a line of the file.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What stands more than once.
    pub kind: Kind,
    /// The value: an address in lower case, or a provider and its account.
    pub value: String,
    /// The rows, the oldest first.
    pub rows: Vec<CaseRow>,
}

/// What a case is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Several users have an address, upper and lower case not told apart.
    Email,
    /// One user has it, in capital letters: sign-in, which looks for lower case, does not find it.
    UpperCase,
    /// Several accounts are the same account of a provider.
    Account,
}

/// A row of a case: a user, or an account with its user.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseRow {
    /// Its id.
    pub id: String,
    /// What else stands in it, if it is an account.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub account: Option<AccountValues>,
    /// The user's address as it stands; `None`: there is no such user.
    pub email: Option<String>,
    /// Whether the user has proven it.
    pub email_verified: bool,
    /// When the row was made.
    #[serde(with = "time::serde::rfc3339::option")]
    pub created_at: Option<OffsetDateTime>,
    /// When it was last changed.
    #[serde(with = "time::serde::rfc3339::option")]
    pub updated_at: Option<OffsetDateTime>,
    /// All accounts of the user: the ways to sign in.
    pub accounts: Vec<LinkedAccount>,
    /// Whether one of them is a password.
    pub has_password: bool,
    /// How many sessions the user has, expired ones included.
    pub sessions: u64,
    /// When the latest of them was last extended.
    #[serde(with = "time::serde::rfc3339::option")]
    pub last_session_at: Option<OffsetDateTime>,
    /// What becomes of the row; `null`: nobody has decided.
    #[serde(default)]
    pub decision: Option<Decision>,
}

/// What makes an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountValues {
    /// The provider.
    pub provider_id: String,
    /// The user's id there.
    pub account_id: String,
    /// The user.
    pub user_id: String,
}

/// An account that a user can sign in with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinkedAccount {
    /// Its id.
    pub id: String,
    /// Its provider; `credential`: a password.
    pub provider_id: String,
}

impl Case {
    /// Whether every row is of one user, so that nobody else can be signed in by it.
    pub fn is_of_one_user(&self) -> bool {
        let user = |row: &CaseRow| row.account.as_ref().map(|account| account.user_id.clone());
        let first = self.rows.first().and_then(user);
        first.is_some() && self.rows.iter().all(|row| user(row) == first)
    }
}
