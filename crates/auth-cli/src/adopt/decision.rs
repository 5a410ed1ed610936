//! What an operator decides about a row, and when a case is decided.

use auth_core::domain::Email;
use serde::{Deserialize, Serialize};

use super::case::{Case, CaseRow, Kind};

/// What becomes of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Decision {
    /// It has the value from now on; an address in lower case.
    #[serde(rename = "keep")]
    Keep,
    /// It gets a value that signs nobody in. The row stays, with all that belongs to it.
    #[serde(rename = "set-aside")]
    SetAside,
    /// The user gets another address.
    #[serde(rename = "change_email")]
    ChangeEmail(String),
    /// The row goes, and with a user its sessions, accounts and all else that points to it.
    #[serde(rename = "delete")]
    Delete,
}

/// The decision for each row of a case.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice<'a>(pub Vec<(&'a CaseRow, Decision)>);

/// Why a case is not decided.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Undecided {
    /// No row has a decision.
    #[error("no row has a decision")]
    Open,
    /// Some rows have none.
    #[error("row {id} has no decision")]
    Row {
        /// The row.
        id: String,
    },
    /// The value goes to one row.
    #[error("{found} rows are kept: keep exactly one")]
    Kept {
        /// How many there are.
        found: usize,
    },
    /// An address that nobody can have.
    #[error("row {id}: {email:?} is not an e-mail address")]
    Email {
        /// The row.
        id: String,
        /// What stands there.
        email: String,
    },
    /// An address that another row of the case has, or gets.
    #[error("row {id}: {email:?} stands in the case already")]
    Taken {
        /// The row.
        id: String,
        /// What stands there.
        email: String,
    },
    /// An account has no address.
    #[error("row {id}: an account has no address to change")]
    NoEmail {
        /// The row.
        id: String,
    },
    /// A rule finds no row, or several, to keep.
    #[error("the rule fits no row alone")]
    Rule,
}

impl Case {
    /// The decisions of a case, if they are whole and fit each other.
    ///
    /// # Errors
    ///
    /// [`Undecided`] tells what is missing.
    pub fn decided(&self) -> Result<Choice<'_>, Undecided> {
        if self.rows.iter().all(|row| row.decision.is_none()) {
            return Err(Undecided::Open);
        }
        let mut taken = vec![self.value.clone()];
        let decide = |row| Ok((row, self.decision(row, &mut taken)?));
        let choice = self.rows.iter().map(decide).collect::<Result<Vec<_>, Undecided>>()?;
        let found = choice.iter().filter(|(_, decision)| *decision == Decision::Keep).count();
        if found != 1 && self.kind != Kind::UpperCase {
            return Err(Undecided::Kept { found });
        }
        Ok(Choice(choice))
    }

    fn decision(&self, row: &CaseRow, taken: &mut Vec<String>) -> Result<Decision, Undecided> {
        let id = || row.id.clone();
        let Some(decision) = row.decision.clone() else {
            return Err(Undecided::Row { id: id() });
        };
        let Decision::ChangeEmail(email) = decision else {
            return Ok(decision);
        };
        if self.kind == Kind::Account {
            return Err(Undecided::NoEmail { id: id() });
        }
        let Ok(address) = Email::parse(&email) else {
            return Err(Undecided::Email { id: id(), email });
        };
        let address = address.into_string();
        if taken.contains(&address) {
            return Err(Undecided::Taken { id: id(), email });
        }
        taken.push(address.clone());
        Ok(Decision::ChangeEmail(address))
    }
}
