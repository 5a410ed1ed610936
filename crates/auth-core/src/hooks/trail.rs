//! Which write is which event of the audit trail, and the event in the transaction of its write.

use auth_schema::{FieldId, account, session, user};

use super::{HookedModel, Operation};
use crate::adapter::{AdapterError, Record, Value};
use crate::domain::{EventKind, NewEvent, SessionId, UserId};
use crate::repository::Store;

/// What is being done, where the write alone does not tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Act {
    /// What the write tells.
    #[default]
    Plain,
    /// A part of something that is told as a whole, or nothing that anybody did.
    Part,
    SignOut,
    RevokeOthers,
    RevokeAll,
    ResetPassword,
    SoftDelete,
    Restore,
    Anonymise,
}

/// Whose row it is, for the trail: ids.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Subject<'a> {
    pub(crate) user: &'a str,
    pub(crate) session: Option<&'a str>,
    pub(crate) provider: Option<&'a str>,
}

/// What the trail says of a write; `None`: nothing. `written`: what is written of a row, empty when it is deleted.
pub(super) fn kind<T: HookedModel>(
    store: Store<'_>,
    operation: Operation,
    written: &Record,
) -> Option<EventKind> {
    store.events()?;
    let act = store.act();
    match (T::MODEL, operation) {
        _ if act == Act::Part => None,
        (user::MODEL, Operation::Create) => Some(EventKind::UserCreated),
        (user::MODEL, Operation::Update) => of_user(act, written),
        (user::MODEL, Operation::Delete) => Some(EventKind::UserDeleted),
        (session::MODEL, Operation::Create) => Some(EventKind::SignedIn),
        (session::MODEL, Operation::Delete) => Some(match act {
            Act::SignOut => EventKind::SignedOut,
            Act::RevokeOthers => EventKind::OtherSessionsRevoked,
            Act::RevokeAll => EventKind::AllSessionsRevoked,
            _ => EventKind::SessionRevoked,
        }),
        (account::MODEL, Operation::Delete) => Some(EventKind::AccountUnlinked),
        (account::MODEL, _) if holds(written, account::PASSWORD) => Some(if act == Act::ResetPassword {
            EventKind::PasswordReset
        } else {
            EventKind::PasswordChanged
        }),
        (account::MODEL, Operation::Create) => Some(EventKind::AccountLinked),
        _ => None,
    }
}

fn of_user(act: Act, written: &Record) -> Option<EventKind> {
    match act {
        Act::SoftDelete => Some(EventKind::UserSoftDeleted),
        Act::Restore => Some(EventKind::UserRestored),
        Act::Anonymise => Some(EventKind::UserAnonymised),
        _ if holds(written, user::EMAIL) => Some(EventKind::EmailChanged),
        _ if written.get(user::EMAIL_VERIFIED) == Some(&Value::Bool(true))
            && changed(written).count() == 1 =>
        {
            Some(EventKind::EmailVerified)
        }
        _ => changed(written).next().map(|_| EventKind::UserUpdated),
    }
}

/// Writes down what was done to one row.
pub(super) async fn record<T: HookedModel>(
    store: Store<'_>,
    kind: Option<EventKind>,
    row: &T,
    detail: Option<String>,
) -> Result<(), AdapterError> {
    let (Some(kind), Some(events)) = (kind, store.events()) else {
        return Ok(());
    };
    let Subject { user, session, provider } = row.subject();
    let provider = provider.filter(|_| matches!(kind, EventKind::AccountLinked | EventKind::AccountUnlinked));
    let mut new = NewEvent::new(kind).of(UserId::new(user));
    new.session_id = session.map(SessionId::new);
    new.detail = detail.or_else(|| provider.map(str::to_owned));
    events.record(new).await.map(|_| ())
}

/// Writes down that rows were deleted: each by itself, or all of a user as one.
pub(super) async fn record_deletion<T: HookedModel>(
    store: Store<'_>,
    kind: Option<EventKind>,
    rows: &[T],
) -> Result<(), AdapterError> {
    let as_one = matches!(kind, Some(EventKind::OtherSessionsRevoked | EventKind::AllSessionsRevoked));
    if !as_one {
        for row in rows {
            record(store, kind.clone(), row, None).await?;
        }
        return Ok(());
    }
    let mut users: Vec<&str> = rows.iter().map(|row| row.subject().user).collect();
    users.sort_unstable();
    users.dedup();
    for user_id in users {
        if let (Some(kind), Some(events)) = (kind.clone(), store.events()) {
            events.record(NewEvent::new(kind).of(UserId::new(user_id))).await?;
        }
    }
    Ok(())
}

/// The names of the fields that a change of a user holds.
pub(super) fn fields<T: HookedModel>(store: Store<'_>, written: &Record) -> Option<String> {
    let model = store.adapter().schema().model(T::MODEL).ok().filter(|_| T::MODEL == user::MODEL)?;
    let names: Vec<&str> =
        changed(written).filter_map(|field| Some(model.field(field)?.name.as_str())).collect();
    Some(names.join(","))
}

fn changed(written: &Record) -> impl Iterator<Item = FieldId> {
    written.iter().map(|(field, _)| field).filter(|field| *field != user::UPDATED_AT)
}

fn holds(written: &Record, field: FieldId) -> bool {
    written.get(field).is_some_and(|value| !value.is_null())
}
