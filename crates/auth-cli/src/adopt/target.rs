//! What a decision makes of a row, and whether a row is as it was recorded.

use auth_core::adapter::{FieldId, Record, Value};
use auth_schema::{account, user};

use super::case::{Case, CaseRow, Kind};
use super::decision::Decision;

/// What is written to a row.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Target {
    /// Nothing.
    AsItIs,
    /// These fields.
    With(Record),
    /// It goes.
    Gone,
}

/// How a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    /// As it was recorded, and nothing is to be done.
    Settled,
    /// As it was recorded.
    Recorded,
    /// As the decision wants it.
    Done,
    /// Somebody else has changed it.
    Changed,
}

impl Target {
    /// What a decision makes of a row. A user that is set aside gets an address that no mail can be sent to; an account, a
    /// provider that there is not: its `provider_id`, because passwords are found by that and the user alone.
    pub(super) fn of(case: &Case, row: &CaseRow, decision: &Decision) -> Self {
        let email = |email: String, record: Record| record.with(user::EMAIL, email);
        let unproven = || Record::default().with(user::EMAIL_VERIFIED, false);
        match (decision, &row.account) {
            (Decision::Delete, _) => Self::Gone,
            (Decision::Keep, None) if row.email.as_ref() != Some(&case.value) => {
                Self::With(email(case.value.clone(), Record::default()))
            }
            (Decision::SetAside, None) => Self::With(email(undeliverable(&row.id), unproven())),
            (Decision::ChangeEmail(address), None) => Self::With(email(address.clone(), unproven())),
            (Decision::SetAside, Some(values)) => {
                let provider = format!("{}#set-aside-{}", values.provider_id, row.id);
                Self::With(Record::default().with(account::PROVIDER_ID, provider))
            }
            (Decision::Keep | Decision::ChangeEmail(_), _) => Self::AsItIs,
        }
    }

    /// How a row stands that is now in the database, or no more.
    pub(super) fn state(&self, case: &Case, row: &CaseRow, live: Option<&Record>) -> State {
        match (self, live) {
            (Self::Gone, None) => State::Done,
            (_, None) => State::Changed,
            (Self::With(change), Some(live))
                if change.iter().all(|(field, value)| live.get(field) == Some(value)) =>
            {
                State::Done
            }
            (_, Some(live)) if !is_as_recorded(case.kind, row, live) => State::Changed,
            (Self::AsItIs, Some(_)) => State::Settled,
            (_, Some(_)) => State::Recorded,
        }
    }
}

fn is_as_recorded(kind: Kind, row: &CaseRow, live: &Record) -> bool {
    let holds = |field: FieldId, value: Value| live.get(field) == Some(&value);
    match &row.account {
        Some(values) => {
            holds(account::PROVIDER_ID, values.provider_id.as_str().into())
                && holds(account::ACCOUNT_ID, values.account_id.as_str().into())
                && holds(account::USER_ID, values.user_id.as_str().into())
                && holds(account::UPDATED_AT, row.updated_at.into())
        }
        None => {
            kind != Kind::Account
                && holds(user::EMAIL, row.email.clone().into())
                && holds(user::EMAIL_VERIFIED, row.email_verified.into())
                && holds(user::UPDATED_AT, row.updated_at.into())
        }
    }
}

/// An address of the domain that RFC 2606 keeps free, in lower case as all addresses are.
fn undeliverable(id: &str) -> String {
    format!("{}@duplicate.invalid", id.to_lowercase())
}
